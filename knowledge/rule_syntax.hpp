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

// `any` is lit by every ingredient. Conditions and quantities are lit by facts about the patient.
enum class ConceptKind : std::uint8_t { ingredient, drug_class, role, effect, any, condition, quantity };
enum class Relation : std::uint8_t { inhibitor, inducer, substrate, prodrug };

// `grade` runs from 1 to 3: weak, moderate, strong; or minor, moderate, sensitive; or the size of an effect.
struct ConceptName {
  ConceptKind kind = ConceptKind::ingredient;
  std::string name;  // ingredient, class, target, effect, condition or quantity; empty for `any`
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

enum class PredicateKind : std::uint8_t {
  exposure,
  route,
  dose,      // of a day, over all medicines with the ingredient
  duration,  // days
  single,    // one administration
  times,     // administrations a day
  rate,      // of an infusion, by the hour; written as a dose: "dose>4 mg/kg/h"
  status,    // a new order, the start of a therapy, taken already, stopped not long ago
  value,     // of a quantity, in its unit
  within,    // days since a value was taken or an event was
  reaction,  // grades of an allergic reaction
  years      // since an allergic reaction
};
enum class Comparison : std::uint8_t { equal, less, less_or_equal, greater, greater_or_equal };
// What it means that a fact is not known: the predicate holds (fire), the rule is not assessed and says so (ask; must:
// and the review is incomplete), or it does not hold (ignore).
enum class OnUnknown : std::uint8_t { fire, ask, ignore, must };

[[nodiscard]] std::string_view to_string(PredicateKind kind) noexcept;
[[nodiscard]] std::string_view to_string(Comparison comparison) noexcept;
[[nodiscard]] std::string_view to_string(OnUnknown on_unknown) noexcept;
[[nodiscard]] std::optional<PredicateKind> parse_predicate_kind(std::string_view text) noexcept;
// A dose by the hour is a rate.
[[nodiscard]] PredicateKind kind_of_unit(PredicateKind kind, std::string_view unit) noexcept;
[[nodiscard]] std::optional<Comparison> parse_comparison(std::string_view text) noexcept;
[[nodiscard]] std::optional<OnUnknown> parse_on_unknown(std::string_view text) noexcept;

struct PredicateText {
  PredicateKind kind = PredicateKind::exposure;
  Comparison comparison = Comparison::equal;
  std::vector<std::string> words;  // routes, grades; the exposure: "any", "local", "systemic"; of a status
  double number = 0.0;
  std::string unit;  // as written: "mg/day", "mg/kg/day", "meq/h", "units", "/week", "d", "y", or that of the quantity
  OnUnknown on_unknown = OnUnknown::fire;

  friend bool operator==(const PredicateText&, const PredicateText&) = default;
};
[[nodiscard]] core::Result<std::vector<PredicateText>> parse_predicates(std::string_view text);
[[nodiscard]] std::string to_string(const std::vector<PredicateText>& predicates);

// What a dose is counted in.
enum class DoseMeasure : std::uint8_t { milligrams, milligrams_per_kg, units, units_per_kg, milliequivalents };
struct DoseLimit {
  DoseMeasure measure = DoseMeasure::milligrams;
  double number = 0.0;  // a day, an hour, or at a time
};
// The limit of a dose, rate, single or times predicate in its measure; nothing for a unit that does not fit the
// predicate.
[[nodiscard]] std::optional<DoseLimit> dose_limit(const PredicateText& predicate);

// What a term asks for. Those from `condition` on look at the patient; a rule may have several of each of these.
enum class TermLabel : std::uint8_t {
  object,
  precipitant,
  a,
  b,
  c,
  count,     // at least so many different ingredients
  sum,       // grades of an effect that add up
  drug,      // the only medicine of a rule
  products,  // one ingredient in at least so many medicines
  condition,
  without,  // a condition that is not there
  value,    // of a quantity
  missing,  // no value of a quantity
  allergy
};
[[nodiscard]] constexpr bool is_about_patient(TermLabel label) noexcept { return label >= TermLabel::condition; }
[[nodiscard]] constexpr bool is_counted(TermLabel label) noexcept {
  return label == TermLabel::count || label == TermLabel::sum || label == TermLabel::products;
}
[[nodiscard]] std::string_view to_string(TermLabel label) noexcept;
[[nodiscard]] std::optional<TermLabel> parse_term_label(std::string_view text) noexcept;

struct TermText {
  TermLabel label = TermLabel::object;
  int quantity = 1;   // of count, sum and products
  Selector selector;  // empty: the allergy is to the very ingredient of the medicine (`allergy = same`)
  std::vector<PredicateText> predicates;
  OnUnknown on_unknown = OnUnknown::fire;  // of a term about the patient: the term as a whole

  friend bool operator==(const TermText&, const TermText&) = default;
};
[[nodiscard]] core::Result<std::vector<TermText>> parse_terms(std::string_view text);
[[nodiscard]] std::string to_string(const std::vector<TermText>& terms);

}  // namespace guardian::knowledge
