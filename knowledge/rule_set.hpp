#pragma once
// All rules, explicit and inferred, in flat arrays: what the matcher reads and what is stored compiled in the database.
// Immutable after `compile` or `read`; safe to read from several threads. Texts are not here: they are read when shown.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/medication.hpp"
#include "core/result.hpp"
#include "core/severity.hpp"
#include "core/triage_level.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/reaction_grade.hpp"
#include "knowledge/rule_syntax.hpp"

namespace guardian::knowledge {

enum class RuleIndex : std::uint32_t {};

// As many rules, inferred ones included, as a knowledge base may have: the pair index keeps their numbers in 20 bits.
inline constexpr std::size_t rule_limit = std::size_t{1} << 19U;

// The route that a way of giving belongs to: "iv" of "iv push". Of any other route itself.
[[nodiscard]] constexpr std::string_view wider_route(std::string_view route) noexcept {
  return route.substr(0, route.find(' '));
}

// A set of routes as bits; the bit of a route is its position in the sorted route table.
using RouteMask = std::uint32_t;

// What follows when a rule fires: a finding; a red flag of triage; a condition that is lit (a sign of it was seen).
enum class RuleKind : std::uint8_t { finding, red_flag, sign };

// Who decides on a rule: the pair index, the matcher of sets, or the matcher of patients.
enum class RuleScope : std::uint8_t { pair, set, patient };

// A rule as it is written, before names are looked up.
struct RuleSource {
  struct Condition {
    int step = 0;       // 0: exception; +1, -1: modifier
    std::string term;   // label of the term it looks at, "case" or "patient"
    Selector selector;  // empty: whatever is bound to the term
    std::vector<PredicateText> predicates;
    std::vector<TermText> patient;  // of "patient": all must hold
  };
  // How long a medicine that was stopped still counts for this rule, where that is not what its ingredient says.
  struct Washout {
    std::string term;
    double days = 0.0;
  };

  RuleKind kind = RuleKind::finding;
  core::TriageLevel level = core::TriageLevel::routine;  // of a red flag
  std::string sign_of;                                   // of a sign: the condition

  std::string id;
  std::string source;  // whose rule it is; empty: our own
  int precedence = 0;  // of that source, from 3 to 99; 0: our own
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
  bool settles = false;
  bool inferred = false;
  std::vector<TermText> terms;
  std::vector<Condition> conditions;
  std::vector<Washout> washouts;
};

// Bytes between members are named, so that equal rules are equal bytes.
struct Predicate {
  PredicateKind kind = PredicateKind::exposure;
  Comparison comparison = Comparison::equal;
  OnUnknown on_unknown = OnUnknown::fire;
  std::uint8_t exposures = 0;  // bits of core::Exposure that are wanted
  RouteMask routes = 0;        // or bits of the grades of a reaction; 1 for an order, 2 for a medicine taken
  DoseMeasure measure = DoseMeasure::milligrams;
  std::array<std::uint8_t, 7> padding{};
  double number =
      0.0;  // a dose or rate in its measure, administrations a day, days, years, or in the unit of the quantity
};

// Ranges are [first, first + count) of the arrays of the rule set.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Term {
  TermLabel label = TermLabel::object;
  std::uint8_t wanted_exposures = 0;  // bits of core::Exposure; systemic alone unless the rule says otherwise
  std::uint16_t quantity = 1;
  OnUnknown on_unknown = OnUnknown::fire;  // of a term about the patient
  std::array<std::uint8_t, 3> padding{};
  Range alternatives;          // each a range of concepts; of an allergy none: to the very ingredient
  Range predicates;            // other than exposure
  double washout_days = -1.0;  // of a medicine that was stopped; negative: as its ingredient says
};

struct Condition {
  static constexpr std::uint32_t whole_case = 0xFFFFFFFFU;
  static constexpr std::uint32_t patient = 0xFFFFFFFEU;
  std::int32_t step = 0;
  std::uint32_t term = 0;  // position among the terms of the rule, whole_case or patient
  Range alternatives;
  Range predicates;
  Range patient_terms;  // of `patient`: in the terms of the rule set
};

struct RuleHead {
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  std::uint8_t contraindication = 0;
  std::uint8_t settles = 0;
  std::uint8_t inferred = 0;
  std::uint8_t conditional = 0;  // has predicates, exceptions, modifiers or an exposure of its own
  RuleKind kind = RuleKind::finding;
  RuleScope scope = RuleScope::pair;
  core::TriageLevel level = core::TriageLevel::routine;
  std::uint8_t precedence = 0;  // of another source; 0: a rule of our own
  std::array<std::uint8_t, 2> padding{};
  ConceptIndex sign_of{};  // of a sign
  Range terms;
  Range conditions;
  Range id;  // in the pool of characters
};

class RuleSet {
 public:
  // Looks the names up and sorts: our explicit rules by id, then inferred ones by id, then those of other sources by
  // precedence, source and id. `routes` is the sorted route table.
  // Fails naming the rule and what is wrong with it.
  [[nodiscard]] static core::Result<RuleSet> compile(std::vector<RuleSource> sources, const ConceptGraph& graph,
                                                     const std::vector<std::string>& routes);

  // The compiled form as bytes, and back. `read` fails on bytes of another size or shape.
  [[nodiscard]] std::vector<std::uint8_t> write() const;
  [[nodiscard]] static core::Result<RuleSet> read(std::span<const std::uint8_t> bytes);

  [[nodiscard]] std::size_t size() const noexcept { return heads_.size(); }
  [[nodiscard]] const RuleHead& head(RuleIndex rule) const { return heads_[raw(rule)]; }
  [[nodiscard]] std::string_view id(RuleIndex rule) const {
    const Range range = head(rule).id;
    return {ids_.data() + range.first, range.count};
  }
  [[nodiscard]] std::span<const Term> terms(RuleIndex rule) const { return slice(terms_, head(rule).terms); }
  [[nodiscard]] std::span<const Condition> conditions(RuleIndex rule) const {
    return slice(conditions_, head(rule).conditions);
  }
  [[nodiscard]] std::span<const Predicate> predicates(Range range) const { return slice(predicates_, range); }
  [[nodiscard]] std::span<const Range> alternatives(Range range) const { return slice(alternatives_, range); }
  [[nodiscard]] std::span<const ConceptIndex> concepts(Range alternative) const {
    return slice(concepts_, alternative);
  }
  [[nodiscard]] std::span<const Term> patient_terms(const Condition& condition) const {
    return slice(terms_, condition.patient_terms);
  }
  [[nodiscard]] std::size_t inferred_count() const noexcept;
  // Whether a term of any rule names the concept itself. Takes time with the number of rules.
  [[nodiscard]] bool asks_for(ConceptIndex concept_index) const {
    return std::find(concepts_.begin(), concepts_.end(), concept_index) != concepts_.end();
  }

  // Whether the rule asks for two medicines and nothing else: what the pair index holds.
  [[nodiscard]] bool is_pair_rule(RuleIndex rule) const { return head(rule).scope == RuleScope::pair; }

 private:
  template <class Item>
  static std::span<const Item> slice(const std::vector<Item>& items, Range range) {
    return {items.data() + range.first, range.count};
  }

  struct Builder;
  std::vector<RuleHead> heads_;
  std::vector<Term> terms_;
  std::vector<Condition> conditions_;
  std::vector<Predicate> predicates_;
  std::vector<Range> alternatives_;
  std::vector<ConceptIndex> concepts_;
  std::vector<char> ids_;
};

[[nodiscard]] constexpr std::uint8_t exposure_bit(core::Exposure exposure) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(exposure));
}

// One mechanism template as it stands in its table; grades from 1 to 3.
struct Template {
  std::string id;
  Relation relation = Relation::inhibitor;
  int strength = 0;
  Relation object = Relation::substrate;
  int sensitivity = 0;
  bool narrow_index = false;
  core::Severity severity = core::Severity::minor;
};

// In the mask of a `reaction` predicate.
[[nodiscard]] constexpr RouteMask reaction_bit(ReactionGrade grade) noexcept {
  return RouteMask{1} << static_cast<unsigned>(grade);
}

// In the mask of a `status` predicate.
inline constexpr RouteMask ordered_bit = 1;
inline constexpr RouteMask taken_bit = 2;
inline constexpr RouteMask start_bit = 4;
inline constexpr RouteMask stopped_bit = 8;

inline constexpr std::string_view narrow_index_class = "narrow_therapeutic_index";

// The class-class rule that a template gives for a target; its id is "INF-<TARGET>-<template>".
[[nodiscard]] RuleSource inferred_rule(const Template& mechanism, std::string_view target);
[[nodiscard]] std::string inferred_rule_id(std::string_view template_id, std::string_view target);

}  // namespace guardian::knowledge
