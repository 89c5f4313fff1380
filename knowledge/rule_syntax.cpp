#include "knowledge/rule_syntax.hpp"

#include <algorithm>
#include <array>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::ErrorCode;

constexpr std::array<std::string_view, 4> relation_names{"inhibitor", "inducer", "substrate", "prodrug"};
constexpr std::array<std::string_view, 3> strength_words{"weak", "moderate", "strong"};
constexpr std::array<std::string_view, 3> sensitivity_words{"minor", "moderate", "sensitive"};
constexpr std::array<std::string_view, 7> label_names{"object", "precipitant", "a", "b", "c", "count", "sum"};
constexpr std::array<std::string_view, 5> comparison_signs{"=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 3> unknown_words{"fire", "ask", "ignore"};

const std::array<std::string_view, 3>& grade_words(Relation relation) {
  return relation == Relation::inhibitor || relation == Relation::inducer ? strength_words : sensitivity_words;
}

auto bad(const std::string& what) { return core::fail(ErrorCode::invalid_input, what); }

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

core::Result<ConceptName> parse_role(std::string_view text, std::string_view whole) {
  const auto words = split(text, " ");
  if (words.size() == 3) {
    if (const auto relation = parse_relation(words[1])) {
      if (const int grade = parse_grade(*relation, words[2]); grade > 0) {
        return ConceptName{ConceptKind::role, std::string(words[0]), *relation, grade, false};
      }
    }
  }
  return bad(quoted(whole) +
             ": a role is written `role:TARGET inhibitor|inducer strong|moderate|weak` or "
             "`role:TARGET substrate|prodrug sensitive|moderate|minor`");
}

core::Result<ConceptName> parse_effect(std::string_view text, std::string_view whole) {
  const auto sign = text.find_last_of("+-");
  if (sign != std::string_view::npos && sign > 0 && sign + 2 == text.size()) {
    const int grade = text.back() - '0';
    if (grade >= 1 && grade <= 3) {
      return ConceptName{ConceptKind::effect, std::string(text.substr(0, sign)), Relation::inhibitor, grade,
                         text[sign] == '-'};
    }
  }
  return bad(quoted(whole) +
             ": an effect is written `effect:NAME+GRADE` or `effect:NAME-GRADE`, with a grade from 1 to 3");
}

core::Result<PredicateText> parse_predicate(std::string_view text) {
  PredicateText predicate;
  std::string_view body = text;
  if (const auto mark = body.find(" ?"); mark != std::string_view::npos) {
    const auto word = std::find(unknown_words.begin(), unknown_words.end(), trimmed(body.substr(mark + 2)));
    if (word == unknown_words.end()) return bad(quoted(text) + ": ?fire, ?ask or ?ignore");
    predicate.on_unknown = static_cast<OnUnknown>(word - unknown_words.begin());
    body = trimmed(body.substr(0, mark));
  }
  const auto sign_at = body.find_first_of("=<>");
  if (sign_at == std::string_view::npos) return bad(quoted(text) + ": a predicate is NAME, a comparison and a value");
  const std::size_t sign_size = sign_at + 1 < body.size() && body[sign_at + 1] == '=' ? 2 : 1;
  const auto sign = std::find(comparison_signs.begin(), comparison_signs.end(), body.substr(sign_at, sign_size));
  if (sign == comparison_signs.end()) return bad(quoted(text) + ": unknown comparison");
  predicate.comparison = static_cast<Comparison>(sign - comparison_signs.begin());
  const std::string_view name = trimmed(body.substr(0, sign_at));
  const std::string_view value = trimmed(body.substr(sign_at + sign_size));

  if (name == "exposure" || name == "route") {
    predicate.kind = name == "route" ? PredicateKind::route : PredicateKind::exposure;
    if (predicate.comparison != Comparison::equal) return bad(quoted(text) + ": only `=` fits here");
    for (const std::string_view word : split(value, "|")) predicate.words.emplace_back(word);
    if (predicate.words.empty()) return bad(quoted(text) + ": no value");
    if (predicate.kind == PredicateKind::exposure && value != "any" && value != "local" && value != "systemic") {
      return bad(quoted(text) + ": exposure is any, local or systemic");
    }
    return predicate;
  }
  if (name == "dose" || name == "duration") {
    predicate.kind = name == "dose" ? PredicateKind::dose : PredicateKind::duration;
    if (predicate.comparison == Comparison::equal) return bad(quoted(text) + ": needs <, <=, > or >=");
    const auto blank = value.find(' ');
    const auto number = parse_number(value.substr(0, blank));
    if (!number || blank == std::string_view::npos) return bad(quoted(text) + ": needs a number, a blank and a unit");
    if (!(*number >= 0.0) || *number > 1e9) return bad(quoted(text) + ": the number must be from 0");
    predicate.number = *number;
    predicate.unit = std::string(trimmed(value.substr(blank)));
    const bool unit_fits =
        predicate.kind == PredicateKind::duration ? predicate.unit == "d" : milligrams_per_day(predicate).has_value();
    if (!unit_fits) return bad(quoted(text) + ": unknown unit " + quoted(predicate.unit));
    return predicate;
  }
  return bad(quoted(text) + ": unknown predicate " + quoted(name));
}

core::Result<TermText> parse_term(std::string_view text) {
  const auto equals = text.find(" = ");
  if (equals == std::string_view::npos) return bad(quoted(text) + ": a term is written `label = selector`");
  TermText term;
  std::string_view label = trimmed(text.substr(0, equals));
  if (const auto open = label.find('('); open != std::string_view::npos && label.back() == ')') {
    const auto quantity = parse_number(label.substr(open + 1, label.size() - open - 2));
    if (!quantity || *quantity < 2 || *quantity > 100 || *quantity != static_cast<int>(*quantity)) {
      return bad(quoted(label) + ": needs a whole number from 2 to 100");
    }
    term.quantity = static_cast<int>(*quantity);
    label = label.substr(0, open);
  }
  const auto parsed_label = parse_term_label(label);
  if (!parsed_label) return bad(quoted(label) + ": unknown label of a term");
  term.label = *parsed_label;
  const bool counted = term.label == TermLabel::count || term.label == TermLabel::sum;
  if (counted != (term.quantity > 1))
    return bad(quoted(text) + ": count(k) and sum(s) need a number, other labels none");

  std::string_view body = trimmed(text.substr(equals + 3));
  if (!body.empty() && body.back() == '}') {
    const auto open = body.find('{');
    if (open == std::string_view::npos) return bad(quoted(text) + ": `}` without `{`");
    auto predicates = parse_predicates(body.substr(open + 1, body.size() - open - 2));
    if (!predicates) return core::fail(predicates.error());
    term.predicates = std::move(*predicates);
    body = trimmed(body.substr(0, open));
  }
  auto selector = parse_selector(body);
  if (!selector) return core::fail(selector.error());
  term.selector = std::move(*selector);
  if (term.label == TermLabel::sum) {
    const bool one_effect =
        term.selector.size() == 1 && term.selector[0].size() == 1 && term.selector[0][0].kind == ConceptKind::effect;
    if (!one_effect) return bad(quoted(text) + ": sum() needs exactly one effect");
  }
  return term;
}

}  // namespace

std::string_view to_string(Relation relation) noexcept { return relation_names[static_cast<std::size_t>(relation)]; }

std::optional<Relation> parse_relation(std::string_view text) noexcept {
  const auto found = std::find(relation_names.begin(), relation_names.end(), text);
  if (found == relation_names.end()) return std::nullopt;
  return static_cast<Relation>(found - relation_names.begin());
}

int parse_grade(Relation relation, std::string_view word) noexcept {
  const auto& words = grade_words(relation);
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? 0 : static_cast<int>(found - words.begin()) + 1;
}

std::string_view grade_word(Relation relation, int grade) noexcept {
  return grade < 1 || grade > 3 ? std::string_view{} : grade_words(relation)[static_cast<std::size_t>(grade - 1)];
}

core::Result<ConceptName> parse_concept(std::string_view text) {
  if (text.empty()) return bad("a selector has an empty concept");
  if (text.starts_with("class:"))
    return ConceptName{ConceptKind::drug_class, std::string(text.substr(6)), {}, 0, false};
  if (text.starts_with("role:")) return parse_role(text.substr(5), text);
  if (text.starts_with("effect:")) return parse_effect(text.substr(7), text);
  return ConceptName{ConceptKind::ingredient, std::string(text), {}, 0, false};
}

std::string to_string(const ConceptName& concept_name) {
  switch (concept_name.kind) {
    case ConceptKind::ingredient: return concept_name.name;
    case ConceptKind::drug_class: return "class:" + concept_name.name;
    case ConceptKind::role:
      return "role:" + concept_name.name + " " + std::string(to_string(concept_name.relation)) + " " +
             std::string(grade_word(concept_name.relation, concept_name.grade));
    case ConceptKind::effect:
      return "effect:" + concept_name.name + (concept_name.falling ? "-" : "+") + std::to_string(concept_name.grade);
  }
  return {};
}

core::Result<Selector> parse_selector(std::string_view text) {
  Selector selector;
  for (const std::string_view alternative : split(text, "|")) {
    AlternativeNames names;
    for (const std::string_view written : split(alternative, "&")) {
      auto parsed = parse_concept(written);
      if (!parsed) return core::fail(parsed.error());
      names.push_back(std::move(*parsed));
    }
    if (names.empty()) return bad(quoted(text) + ": an empty alternative");
    selector.push_back(std::move(names));
  }
  if (selector.empty()) return bad("a term without a selector");
  return selector;
}

std::string to_string(const Selector& selector) {
  std::string text;
  for (const AlternativeNames& alternative : selector) {
    if (!text.empty()) text += " | ";
    for (std::size_t i = 0; i < alternative.size(); ++i) {
      if (i > 0) text += " & ";
      text += to_string(alternative[i]);
    }
  }
  return text;
}

core::Result<std::vector<PredicateText>> parse_predicates(std::string_view text) {
  std::vector<PredicateText> predicates;
  for (const std::string_view part : split(text, ",")) {
    auto parsed = parse_predicate(part);
    if (!parsed) return core::fail(parsed.error());
    predicates.push_back(std::move(*parsed));
  }
  return predicates;
}

std::string to_string(const std::vector<PredicateText>& predicates) {
  constexpr std::array<std::string_view, 4> kind_names{"exposure", "route", "dose", "duration"};
  std::string text;
  for (const PredicateText& predicate : predicates) {
    if (!text.empty()) text += ", ";
    text += kind_names[static_cast<std::size_t>(predicate.kind)];
    text += comparison_signs[static_cast<std::size_t>(predicate.comparison)];
    if (predicate.words.empty()) {
      text += format_number(predicate.number) + " " + predicate.unit;
    } else {
      text += joined(predicate.words, "|");
    }
    if (predicate.on_unknown != OnUnknown::fire) {
      text += " ?";
      text += unknown_words[static_cast<std::size_t>(predicate.on_unknown)];
    }
  }
  return text;
}

std::optional<double> milligrams_per_day(const PredicateText& predicate) {
  const auto slash = predicate.unit.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string_view mass = std::string_view(predicate.unit).substr(0, slash);
  const std::string_view period = std::string_view(predicate.unit).substr(slash + 1);
  const double days = period == "day" ? 1.0 : period == "week" ? 7.0 : 0.0;
  const double milligrams = mass == "mg" ? 1.0 : mass == "g" ? 1000.0 : mass == "mcg" ? 0.001 : 0.0;
  if (days == 0.0 || milligrams == 0.0) return std::nullopt;
  return predicate.number * milligrams / days;
}

std::string_view to_string(TermLabel label) noexcept { return label_names[static_cast<std::size_t>(label)]; }

std::optional<TermLabel> parse_term_label(std::string_view text) noexcept {
  const auto found = std::find(label_names.begin(), label_names.end(), text);
  if (found == label_names.end()) return std::nullopt;
  return static_cast<TermLabel>(found - label_names.begin());
}

core::Result<std::vector<TermText>> parse_terms(std::string_view text) {
  std::vector<TermText> terms;
  for (const std::string_view part : split(text, " ; ")) {
    auto term = parse_term(part);
    if (!term) return core::fail(term.error());
    for (const TermText& other : terms) {
      if (other.label == term->label) return bad(quoted(text) + ": two terms named " + quoted(to_string(term->label)));
    }
    terms.push_back(std::move(*term));
  }
  if (terms.empty()) return bad("a rule without terms");
  return terms;
}

std::string to_string(const std::vector<TermText>& terms) {
  std::string text;
  for (const TermText& term : terms) {
    if (!text.empty()) text += " ; ";
    text += to_string(term.label);
    if (term.quantity > 1) text += "(" + std::to_string(term.quantity) + ")";
    text += " = " + to_string(term.selector);
    if (!term.predicates.empty()) text += " {" + to_string(term.predicates) + "}";
  }
  return text;
}

}  // namespace guardian::knowledge
