#pragma once
// What a plan must know of the rules: which of them monitoring or spacing answers (the policy says), which look at a
// dose or at the other medicines, and where they draw the limit of a dose. Immutable; safe to read from several
// threads.

#include <cstdint>
#include <string>
#include <vector>

#include "knowledge/drug_fact.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/plan_policy.hpp"

namespace guardian::knowledge {

// A dose that a rule allows, as a part of the one that is given.
struct DoseStep {
  double factor = 1.0;
  bool fewer = false;  // fewer administrations, each as large as before

  friend bool operator==(const DoseStep&, const DoseStep&) = default;
};

class PlanRules {
 public:
  PlanRules(const KnowledgeBase& base, const PlanPolicy& policy);

  // What is to be done, in words; null when it does not answer the rule. Never of a contraindication.
  [[nodiscard]] const std::string* monitoring(RuleIndex rule) const { return measure(monitoring_, rule); }
  [[nodiscard]] const std::string* spacing(RuleIndex rule) const { return measure(spacing_, rule); }

  [[nodiscard]] bool answers_pairs_only() const { return pairs_only_; }

  [[nodiscard]] bool looks_at_dose(RuleIndex rule) const { return (traits_[raw(rule)] & dose_bit) != 0; }

  // Whether a medicine that the rule does not speak of can silence it or move its severity.
  [[nodiscard]] bool looks_at_case(RuleIndex rule) const { return (traits_[raw(rule)] & case_bit) != 0; }

  // Whether a rule over sets fires for any set that has enough members, whatever else is in the case.
  [[nodiscard]] bool counts_members(RuleIndex rule) const { return (traits_[raw(rule)] & members_bit) != 0; }

  // Whether in such a rule one medicine counts for no less than another one.
  [[nodiscard]] bool counts_as_much(RuleIndex rule, const DrugFact& one, const DrugFact& other) const;

  // Where the rule draws the line below what is given. Of a rule on the number of administrations also where the other
  // ones on that medicine draw it, since a lower line may follow.
  [[nodiscard]] std::vector<DoseStep> limits(RuleIndex rule, const DrugFact& fact) const;

 private:
  static constexpr std::uint8_t dose_bit = 1;
  static constexpr std::uint8_t case_bit = 2;
  static constexpr std::uint8_t members_bit = 4;
  struct Measure {
    RuleIndex rule{};
    std::string text;
  };
  [[nodiscard]] const std::string* measure(const std::vector<Measure>& list, RuleIndex rule) const;
  [[nodiscard]] int weight(RuleIndex rule, std::uint32_t term, const DrugFact& fact) const;
  void add_limits(RuleIndex rule, const DrugFact& fact, bool times_only, std::vector<DoseStep>& steps) const;

  const KnowledgeBase& base_;
  bool pairs_only_ = true;
  std::vector<std::uint8_t> traits_;    // by rule
  std::vector<Measure> monitoring_;     // by rule, ascending
  std::vector<Measure> spacing_;        // likewise
  std::vector<RuleIndex> times_rules_;  // that look at the number of administrations
};

}  // namespace guardian::knowledge
