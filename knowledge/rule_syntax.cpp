#include "knowledge/rule_syntax.hpp"

#include <algorithm>
#include <array>

#include "knowledge/reaction_grade.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::ErrorCode;

constexpr std::array<std::string_view, 4> relation_names{"inhibitor", "inducer", "substrate", "prodrug"};
constexpr std::array<std::string_view, 3> strength_words{"weak", "moderate", "strong"};
constexpr std::array<std::string_view, 3> sensitivity_words{"minor", "moderate", "sensitive"};
constexpr std::array<std::string_view, 14> label_names{"object",  "precipitant", "a",       "b",        "c",
                                                       "count",   "sum",         "drug",    "products", "condition",
                                                       "without", "value",       "missing", "allergy"};
constexpr std::array<std::string_view, 12> kind_names{"exposure", "route",  "dose",  "duration", "single",   "times",
                                                      "dose",     "status", "value", "within",   "reaction", "years"};
constexpr std::array<std::string_view, 5> comparison_signs{"=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 4> unknown_words{"fire", "ask", "ignore", "must"};
// What the unknown means where the rule does not say: an unknown age of a reaction proves nothing.
OnUnknown default_of(PredicateKind kind) { return kind == PredicateKind::years ? OnUnknown::ignore : OnUnknown::fire; }
OnUnknown default_of(TermLabel label) {
  const bool asks = label == TermLabel::condition || label == TermLabel::without || label == TermLabel::value;
  return asks ? OnUnknown::ask : OnUnknown::fire;
}

constexpr std::string_view condition_prefix = "condition:";
constexpr std::string_view quantity_prefix = "quantity:";
constexpr std::string_view same_ingredient = "same";

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

// "?ask" and the like.
std::optional<OnUnknown> parse_mark(std::string_view text) {
  if (text.empty() || text.front() != '?') return std::nullopt;
  return parse_on_unknown(trimmed(text.substr(1)));
}

bool words_fit(const PredicateText& predicate) {
  const auto all = [&](auto fits) {
    return !predicate.words.empty() && std::all_of(predicate.words.begin(), predicate.words.end(), fits);
  };
  switch (predicate.kind) {
    case PredicateKind::exposure:
      return predicate.words.size() == 1 &&
             all([](const auto& word) { return word == "any" || word == "local" || word == "systemic"; });
    case PredicateKind::status:
      return all(
          [](const auto& word) { return word == "order" || word == "taken" || word == "start" || word == "stopped"; });
    case PredicateKind::reaction: return all([](const auto& word) { return reaction_grade(word).has_value(); });
    default: return !predicate.words.empty();
  }
}

std::string_view values_of(PredicateKind kind) {
  switch (kind) {
    case PredicateKind::exposure: return "exposure is any, local or systemic";
    case PredicateKind::status: return "status is order, taken, start or stopped";
    case PredicateKind::reaction: return "unknown grade of a reaction";
    default: return "no value";
  }
}

bool unit_fits(const PredicateText& predicate) {
  switch (predicate.kind) {
    case PredicateKind::duration:
    case PredicateKind::within: return predicate.unit == "d";
    case PredicateKind::years: return predicate.unit == "y";
    case PredicateKind::value: return !predicate.unit.empty();
    default: return dose_limit(predicate).has_value();
  }
}

core::Result<PredicateText> parse_predicate(std::string_view text) {
  PredicateText predicate;
  std::string_view body = text;
  std::optional<OnUnknown> stated;
  if (const auto mark = body.find(" ?"); mark != std::string_view::npos) {
    stated = parse_mark(body.substr(mark + 1));
    if (!stated) return bad(quoted(text) + ": ?fire, ?ask, ?must or ?ignore");
    body = trimmed(body.substr(0, mark));
  }
  const auto sign_at = body.find_first_of("=<>");
  if (sign_at == std::string_view::npos) return bad(quoted(text) + ": a predicate is NAME, a comparison and a value");
  const std::size_t sign_size = sign_at + 1 < body.size() && body[sign_at + 1] == '=' ? 2 : 1;
  const auto sign = parse_comparison(body.substr(sign_at, sign_size));
  if (!sign) return bad(quoted(text) + ": unknown comparison");
  predicate.comparison = *sign;
  const std::string_view name = trimmed(body.substr(0, sign_at));
  const std::string_view value = trimmed(body.substr(sign_at + sign_size));
  const auto kind = parse_predicate_kind(name);
  if (!kind) return bad(quoted(text) + ": unknown predicate " + quoted(name));
  predicate.kind = *kind;
  predicate.on_unknown = stated.value_or(default_of(predicate.kind));

  switch (predicate.kind) {
    case PredicateKind::exposure:
    case PredicateKind::route:
    case PredicateKind::status:
    case PredicateKind::reaction:
      if (predicate.comparison != Comparison::equal) return bad(quoted(text) + ": only `=` fits here");
      for (const std::string_view word : split(value, "|")) predicate.words.emplace_back(word);
      if (predicate.words.empty()) return bad(quoted(text) + ": no value");
      if (!words_fit(predicate)) return bad(quoted(text) + ": " + std::string(values_of(predicate.kind)));
      return predicate;
    default: break;
  }
  if (predicate.comparison == Comparison::equal) return bad(quoted(text) + ": needs <, <=, > or >=");
  const auto blank = value.find(' ');
  const auto number = parse_number(value.substr(0, blank));
  if (!number || blank == std::string_view::npos) return bad(quoted(text) + ": needs a number, a blank and a unit");
  if (!(*number >= 0.0) || *number > 1e9) return bad(quoted(text) + ": the number must be from 0");
  predicate.number = *number;
  predicate.unit = std::string(trimmed(value.substr(blank)));
  predicate.kind = kind_of_unit(predicate.kind, predicate.unit);
  if (!unit_fits(predicate)) return bad(quoted(text) + ": unknown unit " + quoted(predicate.unit));
  return predicate;
}

// The words of a selector of conditions or of one quantity carry no prefix: the label says what they are.
core::Result<Selector> parse_patient_selector(TermLabel label, std::string_view body) {
  const bool quantity = label == TermLabel::value || label == TermLabel::missing;
  Selector selector;
  for (const std::string_view alternative : split(body, "|")) {
    AlternativeNames names;
    for (const std::string_view written : split(alternative, "&")) {
      if (written.empty() || written.find_first_of(" :=<>{}") != std::string_view::npos)
        return bad(quoted(body) + ": names of " + (quantity ? "a quantity" : "conditions") + " are wanted");
      names.push_back({quantity ? ConceptKind::quantity : ConceptKind::condition, std::string(written), {}, 0, false});
    }
    if (names.empty()) return bad(quoted(body) + ": an empty alternative");
    selector.push_back(std::move(names));
  }
  if (selector.empty()) return bad("a term without a selector");
  if (quantity && (selector.size() != 1 || selector[0].size() != 1))
    return bad(quoted(body) + ": exactly one quantity is wanted");
  return selector;
}

bool predicate_fits(TermLabel label, PredicateKind kind) {
  switch (label) {
    case TermLabel::condition:
    case TermLabel::without: return kind == PredicateKind::within;
    case TermLabel::value: return kind == PredicateKind::within || kind == PredicateKind::value;
    case TermLabel::missing: return kind == PredicateKind::within;
    case TermLabel::allergy: return kind == PredicateKind::reaction || kind == PredicateKind::years;
    default: return kind <= PredicateKind::status;
  }
}

// Predicates in braces; for a term about the patient also a mark that stands alone ("?must").
core::Result<bool> parse_braces(std::string_view text, TermText& term) {
  term.on_unknown = default_of(term.label);
  for (const std::string_view part : split(text, ",")) {
    if (const auto mark = parse_mark(part); mark && is_about_patient(term.label)) {
      term.on_unknown = *mark;
      continue;
    }
    auto parsed = parse_predicate(part);
    if (!parsed) return core::fail(parsed.error());
    if (!predicate_fits(term.label, parsed->kind))
      return bad(quoted(part) + ": does not fit a term " + quoted(to_string(term.label)));
    // A value is known or not as a whole: what a predicate says of the unknown, the term says.
    if (const auto mark = part.find(" ?"); term.label == TermLabel::value && mark != std::string_view::npos) {
      term.on_unknown = parsed->on_unknown;
      parsed->on_unknown = OnUnknown::fire;
    }
    term.predicates.push_back(std::move(*parsed));
  }
  return true;
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
  if (is_counted(term.label) != (term.quantity > 1))
    return bad(quoted(text) + ": count(k), sum(s) and products(k) need a number, other labels none");

  std::string_view body = trimmed(text.substr(equals + 3));
  if (!body.empty() && body.back() == '}') {
    const auto open = body.find('{');
    if (open == std::string_view::npos) return bad(quoted(text) + ": `}` without `{`");
    if (auto parsed = parse_braces(body.substr(open + 1, body.size() - open - 2), term); !parsed)
      return core::fail(parsed.error());
    body = trimmed(body.substr(0, open));
  } else {
    term.on_unknown = default_of(term.label);
  }
  if (term.label == TermLabel::allergy && body == same_ingredient) return term;
  const bool of_patient = is_about_patient(term.label) && term.label != TermLabel::allergy;
  auto selector = of_patient ? parse_patient_selector(term.label, body) : parse_selector(body);
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

namespace {

template <class Enum, std::size_t size>
std::optional<Enum> parse_word(const std::array<std::string_view, size>& words, std::string_view text) noexcept {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view to_string(PredicateKind kind) noexcept { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view to_string(Comparison comparison) noexcept {
  return comparison_signs[static_cast<std::size_t>(comparison)];
}
std::string_view to_string(OnUnknown on_unknown) noexcept {
  return unknown_words[static_cast<std::size_t>(on_unknown)];
}
std::optional<PredicateKind> parse_predicate_kind(std::string_view text) noexcept {
  return parse_word<PredicateKind>(kind_names, text);
}
std::optional<Comparison> parse_comparison(std::string_view text) noexcept {
  return parse_word<Comparison>(comparison_signs, text);
}
std::optional<OnUnknown> parse_on_unknown(std::string_view text) noexcept {
  return parse_word<OnUnknown>(unknown_words, text);
}

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
  if (text == "any") return ConceptName{ConceptKind::any, {}, {}, 0, false};
  if (text.starts_with(condition_prefix))
    return ConceptName{ConceptKind::condition, std::string(text.substr(condition_prefix.size())), {}, 0, false};
  if (text.starts_with(quantity_prefix))
    return ConceptName{ConceptKind::quantity, std::string(text.substr(quantity_prefix.size())), {}, 0, false};
  return ConceptName{ConceptKind::ingredient, std::string(text), {}, 0, false};
}

std::string to_string(const ConceptName& concept_name) {
  switch (concept_name.kind) {
    case ConceptKind::any: return "any";
    case ConceptKind::condition: return std::string(condition_prefix) + concept_name.name;
    case ConceptKind::quantity: return std::string(quantity_prefix) + concept_name.name;
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
  std::string text;
  for (const PredicateText& predicate : predicates) {
    if (!text.empty()) text += ", ";
    text += to_string(predicate.kind);
    text += to_string(predicate.comparison);
    if (predicate.words.empty()) {
      text += format_number(predicate.number) + " " + predicate.unit;
    } else {
      text += joined(predicate.words, "|");
    }
    if (predicate.on_unknown != default_of(predicate.kind)) {
      text += " ?";
      text += to_string(predicate.on_unknown);
    }
  }
  return text;
}

PredicateKind kind_of_unit(PredicateKind kind, std::string_view unit) noexcept {
  return kind == PredicateKind::dose && unit.ends_with("/h") ? PredicateKind::rate : kind;
}

std::optional<DoseLimit> dose_limit(const PredicateText& predicate) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(predicate.unit, "/")) parts.push_back(part);
  if (predicate.kind == PredicateKind::times) {
    // Written "/day" or "/week": what stands before the stroke is empty.
    if (predicate.unit == "/day") return DoseLimit{{}, predicate.number};
    if (predicate.unit == "/week") return DoseLimit{{}, predicate.number / 7.0};
    return std::nullopt;
  }
  double factor = 1.0;
  if (predicate.kind == PredicateKind::dose) {
    if (parts.size() < 2) return std::nullopt;
    if (parts.back() == "week") {
      factor = 1.0 / 7.0;
    } else if (parts.back() != "day") {
      return std::nullopt;
    }
    parts.pop_back();
  } else if (predicate.kind == PredicateKind::rate) {
    parts.pop_back();
  } else if (predicate.kind != PredicateKind::single) {
    return std::nullopt;
  }
  const bool per_kg = parts.size() == 2 && parts[1] == "kg";
  if (parts.empty() || (parts.size() != 1 && !per_kg)) return std::nullopt;
  const std::string_view amount = parts.front();
  // Both are counted, never weighed; no ingredient is dosed in both.
  if (amount == "meq" && per_kg) return DoseLimit{DoseMeasure::units_per_kg, predicate.number * factor};
  if (amount == "units")
    return DoseLimit{per_kg ? DoseMeasure::units_per_kg : DoseMeasure::units, predicate.number * factor};
  if (amount == "meq" && !per_kg) return DoseLimit{DoseMeasure::milliequivalents, predicate.number * factor};
  const double milligrams = amount == "mg" ? 1.0 : amount == "g" ? 1000.0 : amount == "mcg" ? 0.001 : 0.0;
  if (milligrams == 0.0) return std::nullopt;
  return DoseLimit{per_kg ? DoseMeasure::milligrams_per_kg : DoseMeasure::milligrams,
                   predicate.number * factor * milligrams};
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
      if (other.label == term->label && !is_about_patient(term->label))
        return bad(quoted(text) + ": two terms named " + quoted(to_string(term->label)));
    }
    terms.push_back(std::move(*term));
  }
  if (terms.empty()) return bad("a rule without terms");
  return terms;
}

namespace {

// A condition or quantity without the prefix that it has where no label tells what it is.
std::string patient_selector(const TermText& term) {
  if (term.selector.empty()) return std::string(same_ingredient);
  if (term.label == TermLabel::allergy) return to_string(term.selector);
  std::string text;
  for (const AlternativeNames& alternative : term.selector) {
    if (!text.empty()) text += " | ";
    for (std::size_t i = 0; i < alternative.size(); ++i) text += (i > 0 ? " & " : "") + alternative[i].name;
  }
  return text;
}

}  // namespace

std::string to_string(const std::vector<TermText>& terms) {
  std::string text;
  for (const TermText& term : terms) {
    if (!text.empty()) text += " ; ";
    text += to_string(term.label);
    if (term.quantity > 1) text += "(" + std::to_string(term.quantity) + ")";
    text += " = " + (is_about_patient(term.label) ? patient_selector(term) : to_string(term.selector));
    std::string braces = to_string(term.predicates);
    if (is_about_patient(term.label) && term.on_unknown != default_of(term.label)) {
      if (!braces.empty()) braces += ", ";
      braces += "?" + std::string(to_string(term.on_unknown));
    }
    if (!braces.empty()) text += " {" + braces + "}";
  }
  return text;
}

}  // namespace guardian::knowledge
