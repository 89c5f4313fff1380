#pragma once
// All rules, explicit and inferred, in flat arrays: what the matcher reads and what is stored compiled in the database.
// Immutable after `compile` or `read`; safe to read from several threads. Texts are not here: they are read when shown.

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
#include "knowledge/concept_graph.hpp"
#include "knowledge/rule_syntax.hpp"

namespace guardian::knowledge {

enum class RuleIndex : std::uint32_t {};

// As many rules, inferred ones included, as a knowledge base may have: the pair index keeps their numbers in 20 bits.
inline constexpr std::size_t rule_limit = std::size_t{1} << 20U;

// A set of routes as bits; the bit of a route is its position in the sorted route table.
using RouteMask = std::uint32_t;

// A rule as it is written, before names are looked up.
struct RuleSource {
  struct Condition {
    int step = 0;       // 0: exception; +1, -1: modifier
    std::string term;   // label of the term it looks at, or "case"
    Selector selector;  // empty: whatever is bound to the term
    std::vector<PredicateText> predicates;
  };

  std::string id;
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
  bool settles = false;
  bool inferred = false;
  std::vector<TermText> terms;
  std::vector<Condition> conditions;
};

struct Predicate {
  PredicateKind kind = PredicateKind::exposure;
  Comparison comparison = Comparison::equal;
  OnUnknown on_unknown = OnUnknown::fire;
  std::uint8_t exposures = 0;  // bits of core::Exposure that are wanted
  RouteMask routes = 0;
  double number = 0.0;  // milligrams a day, or days
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
  Range alternatives;  // each a range of concepts
  Range predicates;    // other than exposure
};

struct Condition {
  static constexpr std::uint32_t whole_case = 0xFFFFFFFFU;
  std::int32_t step = 0;
  std::uint32_t term = 0;  // position among the terms of the rule, or whole_case
  Range alternatives;
  Range predicates;
};

struct RuleHead {
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  std::uint8_t contraindication = 0;
  std::uint8_t settles = 0;
  std::uint8_t inferred = 0;
  std::uint8_t conditional = 0;  // has predicates, exceptions, modifiers or an exposure of its own
  std::uint16_t padding = 0;
  Range terms;
  Range conditions;
  Range id;  // in the pool of characters
};

class RuleSet {
 public:
  // Looks the names up and sorts: explicit rules by id, then inferred ones by id. `routes` is the sorted route table.
  // Fails naming the rule and what is wrong with it.
  [[nodiscard]] static core::Result<RuleSet> compile(std::vector<RuleSource> sources, const ConceptGraph& graph,
                                                     const std::vector<std::string>& routes);

  // The compiled form as bytes, and back. `read` fails on bytes of another size or shape.
  [[nodiscard]] std::vector<std::uint8_t> write() const;
  [[nodiscard]] static core::Result<RuleSet> read(std::span<const std::uint8_t> bytes);

  [[nodiscard]] std::size_t size() const noexcept { return heads_.size(); }
  [[nodiscard]] const RuleHead& head(RuleIndex rule) const { return heads_[raw(rule)]; }
  [[nodiscard]] std::string_view id(RuleIndex rule) const;
  [[nodiscard]] std::span<const Term> terms(RuleIndex rule) const;
  [[nodiscard]] std::span<const Condition> conditions(RuleIndex rule) const;
  [[nodiscard]] std::span<const Predicate> predicates(Range range) const;
  [[nodiscard]] std::span<const Range> alternatives(Range range) const;
  [[nodiscard]] std::span<const ConceptIndex> concepts(Range alternative) const;
  [[nodiscard]] std::size_t inferred_count() const noexcept;

  // Whether the rule asks for two medicines and nothing else: what the pair index holds.
  [[nodiscard]] bool is_pair_rule(RuleIndex rule) const;

 private:
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

inline constexpr std::string_view narrow_index_class = "narrow_therapeutic_index";

// The class-class rule that a template gives for a target; its id is "INF-<TARGET>-<template>".
[[nodiscard]] RuleSource inferred_rule(const Template& mechanism, std::string_view target);
[[nodiscard]] std::string inferred_rule_id(std::string_view template_id, std::string_view target);

}  // namespace guardian::knowledge
