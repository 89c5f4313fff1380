#pragma once
// Rules that look at the patient beside the medicines: diseases, values, allergies, age, doses; red flags and signs. A
// part of the matcher, with its own buffers; one thread.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/finding.hpp"
#include "core/severity.hpp"
#include "core/triage_level.hpp"
#include "knowledge/drug_fact.hpp"
#include "knowledge/fact_slots.hpp"
#include "knowledge/fact_truth.hpp"
#include "knowledge/local_rules.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/patient_state.hpp"
#include "knowledge/rule_set.hpp"

namespace guardian::knowledge {

// A rule that fired, with the facts of the medicines that fill its terms of medicines, in the order of these terms.
struct PatientFired {
  static constexpr std::size_t most_medicines = 3;
  RuleIndex rule{};
  core::Severity severity = core::Severity::minor;
  std::array<std::uint32_t, most_medicines> facts{};
  std::uint32_t medicines = 0;
  std::int32_t modifier = -1;  // the position of the modifier that moved the severity; -1: none did
  std::uint8_t lowered = 0;    // steps that a hospital took off, already out of `severity`
};

struct PatientVeto {
  RuleIndex rule{};
  std::uint32_t condition = 0;
};

// A rule that waits for a fact: of a medicine (its dose, route ...) or of the patient (a concept).
struct PatientUnevaluated {
  RuleIndex rule{};
  bool must_know = false;
  bool of_medicine = false;
  IngredientIndex ingredient{};  // of a medicine
  WantedFact wanted = WantedFact::dose;
  ConceptIndex concept_wanted{};  // of the patient
};

struct PatientOutcome {
  std::vector<PatientFired> fired;  // by rule, then by the medicines
  std::vector<PatientVeto> vetoes;
  std::vector<PatientUnevaluated> unevaluated;
};

class PatientMatcher {
 public:
  PatientMatcher(const RuleSet& rules, const LitSets& lit, std::size_t ingredient_count);

  // Lights the conditions that the values and conditions known so far are signs of. `signs` receives the rules that
  // fired. What a sign takes for given (`?fire`: an adult where no age is stated) stays with the condition: it fires
  // rules, and vetoes and moves none.
  void apply_signs(PatientState& patient, std::vector<RuleIndex>& signs) const;

  // Rules that end in a finding or a red flag, of those that count (null: all). The answer stays valid until the next
  // call.
  const PatientOutcome& match(const FactSlots& slots, const PatientState& patient, const RuleForce* force = nullptr);

 private:
  struct MedicineTerms {
    std::array<std::uint32_t, PatientFired::most_medicines> terms{};
    std::uint32_t count = 0;
  };
  struct Binding;

  [[nodiscard]] std::span<const RuleIndex> rules_of(IngredientIndex ingredient) const {
    const std::uint32_t* first = first_rule_.data() + raw(ingredient);
    return {rules_of_.data() + first[0], first[1] - first[0]};
  }
  // Whether the ingredient of a slot can be the medicine at this position of a rule that is in reach.
  [[nodiscard]] bool can_fill(const Binding& binding, std::uint32_t position, std::size_t slot) const;
  void match_rule(RuleIndex rule, const FactSlots& slots, const PatientState& patient);
  void bind(Binding& binding, std::uint32_t position);
  void decide(const Binding& binding);
  [[nodiscard]] bool fills_term(const Binding& binding, const Term& term, std::uint32_t fact,
                                const Predicate*& asks) const;

  const RuleSet& rules_;
  const LitSets& lit_;
  std::vector<RuleIndex> signs_;
  // By ingredient, and one more at the end: where the rules begin whose first medicine it can be.
  std::vector<std::uint32_t> first_rule_;
  std::vector<RuleIndex> rules_of_;
  std::vector<std::uint64_t> in_reach_;  // of the last match: a bit for each rule that a medicine may set off
  std::vector<std::uint64_t>
      reached_by_;  // for these rules: a bit for each of the first 64 slots that can be the first
  PatientOutcome outcome_;
  // The medicines of the rule being matched, for each unevaluated one.
  std::vector<std::array<IngredientIndex, PatientFired::most_medicines>> waiting_;
};

// Whether an ingredient is given in at least so many medicines that do not replace each other: an order under the name
// of a medicine that is taken already by the same route is a change of its dose, and what is taken as needed stands
// beside a fixed dose.
[[nodiscard]] bool given_in(const FactSlots& slots, const FactSlot& slot, std::size_t medicines);

}  // namespace guardian::knowledge
