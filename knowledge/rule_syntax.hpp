#pragma once
// The written form of concepts, terms and predicates of rules: parsing and writing back. Names are not looked up here;
// the linter and the compiler do that. The grammar is in knowledge/seed/README.md, "Terms of a rule". Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::knowledge {

enum class ConceptKind : std::uint8_t { ingredient, drug_class, role, effect };
enum class Relation : std::uint8_t { inhibitor, inducer, substrate, prodrug };

// `grade` runs from 1 to 3: weak, moderate, strong; or minor, moderate, sensitive; or the size of an effect.
struct ConceptName {
  ConceptKind kind = ConceptKind::ingredient;
  std::string name;  // ingredient, class, target or effect
  Relation relation = Relation::inhibitor;
  int grade = 0;
  bool falling = false;  // of an effect: the direction is down

  friend auto operator<=>(const ConceptName&, const ConceptName&) = default;
};

[[nodiscard]] std::string_view to_string(Relation relation) noexcept;
[[nodiscard]] std::optional<Relation> parse_relation(std::string_view text) noexcept;
// "strong" of an inhibitor, "sensitive" of a substrate; 0 and empty when the word does not fit the relation.
[[nodiscard]] int parse_grade(Relation relation, std::string_view word) noexcept;
[[nodiscard]] std::string_view grade_word(Relation relation, int grade) noexcept;

[[nodiscard]] core::Result<ConceptName> parse_concept(std::string_view text);
[[nodiscard]] std::string to_string(const ConceptName& concept_name);

// Any of the alternatives, each of which wants all of its concepts.
using AlternativeNames = std::vector<ConceptName>;
using Selector = std::vector<AlternativeNames>;
[[nodiscard]] core::Result<Selector> parse_selector(std::string_view text);
[[nodiscard]] std::string to_string(const Selector& selector);

enum class PredicateKind : std::uint8_t { exposure, route, dose, duration };
enum class Comparison : std::uint8_t { equal, less, less_or_equal, greater, greater_or_equal };
enum class OnUnknown : std::uint8_t { fire, ask, ignore };

struct PredicateText {
  PredicateKind kind = PredicateKind::exposure;
  Comparison comparison = Comparison::equal;
  std::vector<std::string> words;  // routes; or the exposure: "any", "local", "systemic"
  double number = 0.0;             // milligrams a day, or days
  std::string unit;                // as written: "mg/day", "g/day", "mcg/day", "mg/week", "d"
  OnUnknown on_unknown = OnUnknown::fire;

  friend bool operator==(const PredicateText&, const PredicateText&) = default;
};
[[nodiscard]] core::Result<std::vector<PredicateText>> parse_predicates(std::string_view text);
[[nodiscard]] std::string to_string(const std::vector<PredicateText>& predicates);
// The number of a dose predicate in milligrams a day; nothing for a unit that is not a mass.
[[nodiscard]] std::optional<double> milligrams_per_day(const PredicateText& predicate);

enum class TermLabel : std::uint8_t { object, precipitant, a, b, c, count, sum };
[[nodiscard]] std::string_view to_string(TermLabel label) noexcept;
[[nodiscard]] std::optional<TermLabel> parse_term_label(std::string_view text) noexcept;

struct TermText {
  TermLabel label = TermLabel::object;
  int quantity = 1;  // of count and sum
  Selector selector;
  std::vector<PredicateText> predicates;

  friend bool operator==(const TermText&, const TermText&) = default;
};
[[nodiscard]] core::Result<std::vector<TermText>> parse_terms(std::string_view text);
[[nodiscard]] std::string to_string(const std::vector<TermText>& terms);

}  // namespace guardian::knowledge
