#include "knowledge/rule_set.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace guardian::knowledge {
namespace {

using core::ErrorCode;

// Raised when the layout of the arrays changes: older bytes are then refused.
constexpr std::uint64_t layout_mark = 0x32'53'4C'52'44'52'47ULL;  // "GRDRLS2"

template <class T>
void append_array(std::vector<std::uint8_t>& bytes, const std::vector<T>& array) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::uint64_t header[2] = {sizeof(T), array.size()};
  const auto at = bytes.size();
  bytes.resize(at + sizeof header + array.size() * sizeof(T));
  std::memcpy(bytes.data() + at, header, sizeof header);
  if (!array.empty()) std::memcpy(bytes.data() + at + sizeof header, array.data(), array.size() * sizeof(T));
}

template <class T>
bool take_array(std::span<const std::uint8_t>& bytes, std::vector<T>& array) {
  std::uint64_t header[2] = {0, 0};
  if (bytes.size() < sizeof header) return false;
  std::memcpy(header, bytes.data(), sizeof header);
  bytes = bytes.subspan(sizeof header);
  if (header[0] != sizeof(T) || header[1] > bytes.size() / sizeof(T)) return false;
  array.resize(header[1]);
  if (!array.empty()) std::memcpy(array.data(), bytes.data(), array.size() * sizeof(T));
  bytes = bytes.subspan(array.size() * sizeof(T));
  return true;
}

}  // namespace

struct RuleSet::Builder {
  RuleSet set;
  const ConceptGraph& graph;
  const std::vector<std::string>& routes;
  std::string problem;

  Range add_selector(const Selector& selector) {
    // The concepts of an alternative must stay together, so the alternatives are collected first.
    std::vector<Range> ranges;
    for (const AlternativeNames& names : selector) {
      Range range{static_cast<std::uint32_t>(set.concepts_.size()), static_cast<std::uint32_t>(names.size())};
      for (const ConceptName& name : names) {
        const auto found = graph.find(name);
        if (!found) problem = "unknown concept `" + to_string(name) + "`";
        set.concepts_.push_back(found.value_or(ConceptIndex{0}));
      }
      ranges.push_back(range);
    }
    const Range all{static_cast<std::uint32_t>(set.alternatives_.size()), static_cast<std::uint32_t>(ranges.size())};
    set.alternatives_.insert(set.alternatives_.end(), ranges.begin(), ranges.end());
    return all;
  }

  // A route with all ways of giving by it: "iv" and "iv push".
  RouteMask route_bits(const std::string& wanted) {
    RouteMask bits = 0;
    for (std::size_t i = 0; i < routes.size(); ++i) {
      if (routes[i] == wanted || wider_route(routes[i]) == wanted) bits |= RouteMask{1} << i;
    }
    if (!std::binary_search(routes.begin(), routes.end(), wanted)) problem = "unknown route `" + wanted + "`";
    return bits;
  }

  Predicate predicate(const PredicateText& text) {
    Predicate made;
    made.kind = text.kind;
    made.comparison = text.comparison;
    made.on_unknown = text.on_unknown;
    switch (text.kind) {
      case PredicateKind::exposure: made.exposures = exposures(text); break;
      case PredicateKind::route:
        for (const std::string& word : text.words) made.routes |= route_bits(word);
        break;
      case PredicateKind::dose:
      case PredicateKind::single:
      case PredicateKind::rate:
      case PredicateKind::times: {
        const DoseLimit limit = dose_limit(text).value_or(DoseLimit{});
        made.measure = limit.measure;
        made.number = limit.number;
        break;
      }
      case PredicateKind::status:
        for (const std::string& word : text.words) {
          made.routes |= word == "order"   ? ordered_bit
                         : word == "taken" ? taken_bit
                         : word == "start" ? start_bit
                                           : stopped_bit;
        }
        break;
      case PredicateKind::reaction:
        for (const std::string& word : text.words)
          made.routes |= reaction_bit(reaction_grade(word).value_or(ReactionGrade::unknown));
        break;
      case PredicateKind::duration:
      case PredicateKind::value:
      case PredicateKind::within:
      case PredicateKind::years: made.number = text.number; break;
    }
    return made;
  }

  static std::uint8_t exposures(const PredicateText& text) {
    using core::Exposure;
    const std::uint8_t local = exposure_bit(Exposure::local) | exposure_bit(Exposure::none);
    if (text.words.front() == "any") return static_cast<std::uint8_t>(local | exposure_bit(Exposure::systemic));
    return text.words.front() == "local" ? local : exposure_bit(Exposure::systemic);
  }

  Range add_predicates(const std::vector<PredicateText>& texts, bool with_exposure) {
    Range range{static_cast<std::uint32_t>(set.predicates_.size()), 0};
    for (const PredicateText& text : texts) {
      if (text.kind == PredicateKind::exposure && !with_exposure) continue;
      set.predicates_.push_back(predicate(text));
      ++range.count;
    }
    return range;
  }

  Term made(const TermText& text) {
    Term term;
    term.label = text.label;
    term.quantity = static_cast<std::uint16_t>(text.quantity);
    term.on_unknown = text.on_unknown;
    term.wanted_exposures = exposure_bit(core::Exposure::systemic);
    for (const PredicateText& written : text.predicates) {
      if (written.kind == PredicateKind::exposure) term.wanted_exposures = exposures(written);
    }
    term.alternatives = add_selector(text.selector);
    term.predicates = add_predicates(text.predicates, false);
    return term;
  }

  static RuleScope scope_of(const RuleSource& source) {
    const auto any = [&](auto property) {
      return std::any_of(source.terms.begin(), source.terms.end(),
                         [&](const TermText& term) { return property(term.label); });
    };
    const bool patient = source.kind != RuleKind::finding || any(is_about_patient) ||
                         any([](TermLabel label) { return label == TermLabel::products; }) ||
                         (source.terms.size() == 1 && !any(is_counted));
    if (patient) return RuleScope::patient;
    return source.terms.size() == 2 && !any(is_counted) ? RuleScope::pair : RuleScope::set;
  }

  void add(const RuleSource& source) {
    RuleHead head;
    head.type = source.type;
    head.severity = source.severity;
    head.contraindication = source.contraindication ? 1 : 0;
    head.settles = source.settles ? 1 : 0;
    head.inferred = source.inferred ? 1 : 0;
    head.precedence = static_cast<std::uint8_t>(source.precedence);
    if (source.precedence < 0 || source.precedence > 99) problem = "the precedence is no number from 0 to 99";
    if (source.precedence != 0 && (source.settles || source.inferred))
      problem = "a rule of another source cannot settle what ours say, nor be inferred";
    head.id = {static_cast<std::uint32_t>(set.ids_.size()), static_cast<std::uint32_t>(source.id.size())};
    set.ids_.insert(set.ids_.end(), source.id.begin(), source.id.end());

    std::vector<Term> terms;
    for (const TermText& text : source.terms) {
      Term term = made(text);
      for (const RuleSource::Washout& washout : source.washouts) {
        if (parse_term_label(washout.term) == text.label) term.washout_days = washout.days;
      }
      if (term.predicates.count > 0 || term.wanted_exposures != exposure_bit(core::Exposure::systemic)) {
        head.conditional = 1;
      }
      terms.push_back(term);
    }
    head.kind = source.kind;
    head.level = source.level;
    head.scope = scope_of(source);
    if (source.kind == RuleKind::sign) {
      const auto found = graph.find(ConceptName{ConceptKind::condition, source.sign_of, {}, 0, false});
      if (!found) problem = "unknown condition `" + source.sign_of + "`";
      head.sign_of = found.value_or(ConceptIndex{0});
    }
    head.terms = {static_cast<std::uint32_t>(set.terms_.size()), static_cast<std::uint32_t>(terms.size())};
    set.terms_.insert(set.terms_.end(), terms.begin(), terms.end());

    std::vector<Condition> conditions;
    for (const RuleSource::Condition& written : source.conditions) {
      Condition condition;
      condition.step = written.step;
      condition.term = Condition::whole_case;
      if (written.term == "patient") {
        condition.term = Condition::patient;
        std::vector<Term> wanted;
        for (const TermText& text : written.patient) wanted.push_back(made(text));
        condition.patient_terms = {static_cast<std::uint32_t>(set.terms_.size()),
                                   static_cast<std::uint32_t>(wanted.size())};
        set.terms_.insert(set.terms_.end(), wanted.begin(), wanted.end());
      } else if (written.term != "case") {
        const auto label = parse_term_label(written.term);
        const auto bound = std::find_if(source.terms.begin(), source.terms.end(),
                                        [&](const TermText& term) { return label && term.label == *label; });
        if (bound == source.terms.end()) problem = "no term named `" + written.term + "`";
        condition.term = static_cast<std::uint32_t>(bound - source.terms.begin());
      }
      condition.alternatives = add_selector(written.selector);
      condition.predicates = add_predicates(written.predicates, true);
      conditions.push_back(condition);
    }
    if (!conditions.empty()) head.conditional = 1;
    head.conditions = {static_cast<std::uint32_t>(set.conditions_.size()),
                       static_cast<std::uint32_t>(conditions.size())};
    set.conditions_.insert(set.conditions_.end(), conditions.begin(), conditions.end());
    set.heads_.push_back(head);
  }
};

core::Result<RuleSet> RuleSet::compile(std::vector<RuleSource> sources, const ConceptGraph& graph,
                                       const std::vector<std::string>& routes) {
  std::sort(sources.begin(), sources.end(), [](const RuleSource& left, const RuleSource& right) {
    return std::tie(left.precedence, left.source, left.inferred, left.id) <
           std::tie(right.precedence, right.source, right.inferred, right.id);
  });
  if (sources.size() > rule_limit) {
    return core::fail(ErrorCode::invalid_input,
                      "more than " + std::to_string(rule_limit) + " rules, with the inferred ones");
  }
  Builder builder{{}, graph, routes, {}};
  for (const RuleSource& source : sources) {
    builder.add(source);
    if (!builder.problem.empty()) {
      return core::fail(ErrorCode::invalid_input, "rule " + source.id + ": " + builder.problem);
    }
  }
  return std::move(builder.set);
}

std::vector<std::uint8_t> RuleSet::write() const {
  std::vector<std::uint8_t> bytes(sizeof layout_mark);
  std::memcpy(bytes.data(), &layout_mark, sizeof layout_mark);
  append_array(bytes, heads_);
  append_array(bytes, terms_);
  append_array(bytes, conditions_);
  append_array(bytes, predicates_);
  append_array(bytes, alternatives_);
  append_array(bytes, concepts_);
  append_array(bytes, ids_);
  return bytes;
}

core::Result<RuleSet> RuleSet::read(std::span<const std::uint8_t> bytes) {
  RuleSet set;
  std::uint64_t mark = 0;
  if (bytes.size() >= sizeof mark) std::memcpy(&mark, bytes.data(), sizeof mark);
  if (mark != layout_mark) {
    return core::fail(ErrorCode::knowledge_unavailable, "its compiled rules have another layout; build it again");
  }
  bytes = bytes.subspan(sizeof mark);
  const bool whole = take_array(bytes, set.heads_) && take_array(bytes, set.terms_) &&
                     take_array(bytes, set.conditions_) && take_array(bytes, set.predicates_) &&
                     take_array(bytes, set.alternatives_) && take_array(bytes, set.concepts_) &&
                     take_array(bytes, set.ids_) && bytes.empty();
  if (!whole) return core::fail(ErrorCode::knowledge_unavailable, "its compiled rules are damaged");
  return set;
}

std::size_t RuleSet::inferred_count() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(heads_.begin(), heads_.end(), [](const RuleHead& head) { return head.inferred != 0; }));
}

std::string inferred_rule_id(std::string_view template_id, std::string_view target) {
  return "INF-" + std::string(target) + "-" + std::string(template_id);
}

RuleSource inferred_rule(const Template& mechanism, std::string_view target) {
  RuleSource rule;
  rule.id = inferred_rule_id(mechanism.id, target);
  rule.severity = mechanism.severity;
  rule.inferred = true;
  TermText object;
  object.label = TermLabel::object;
  object.selector = {
      {ConceptName{ConceptKind::role, std::string(target), mechanism.object, mechanism.sensitivity, false}}};
  if (mechanism.narrow_index) {
    object.selector[0].push_back(ConceptName{ConceptKind::drug_class, std::string(narrow_index_class), {}, 0, false});
  }
  TermText precipitant;
  precipitant.label = TermLabel::precipitant;
  precipitant.selector = {
      {ConceptName{ConceptKind::role, std::string(target), mechanism.relation, mechanism.strength, false}}};
  rule.terms = {std::move(object), std::move(precipitant)};
  return rule;
}

}  // namespace guardian::knowledge
