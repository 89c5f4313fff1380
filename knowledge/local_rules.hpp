#pragma once
// What a hospital's own rules come to on a day: which of them count, which are only watched (shadow) or have expired,
// and what they lower. The day is that of the review, never the clock. Where it is not known nothing has expired, so
// that what adds still adds, and nothing is lowered: what is not known is never taken for the milder. Immutable once
// made; safe to read from several threads. Meaning: docs/hospital-rules.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/severity.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/store.hpp"

namespace guardian::knowledge {

// What a matcher needs to know of a day. By the number of a rule; empty where it is so for no rule.
struct RuleForce {
  std::vector<std::uint8_t> off;         // 1: the rule does not count
  std::vector<std::uint8_t> lowered;     // by how many steps a hospital ranks it lower
  std::vector<std::uint8_t> signed_off;  // 1: two have signed that off

  [[nodiscard]] bool counts(RuleIndex rule) const { return off.empty() || off[raw(rule)] == 0; }
  // How far a rule that fired as severe as this comes down, in steps. What is critical, by its rule or for this
  // patient, or a contraindication, only with the sign-offs, and then by one step.
  [[nodiscard]] std::uint8_t steps(RuleIndex rule, const RuleHead& head, core::Severity fired) const;
};

// As many different keys must sign what weakens a critical rule or a contraindication.
inline constexpr std::size_t needed_sign_offs = 2;

class LocalRules {
 public:
  LocalRules() = default;
  LocalRules(const RuleSet& rules, const KnowledgeTables& tables);

  [[nodiscard]] bool empty() const noexcept { return rules_.empty() && lowerings_.empty(); }

  // What counts on a day ("2026-11-02", or a time of it).
  [[nodiscard]] RuleForce on(std::string_view day) const;
  // The rules that do not count but are to be told of, and no others; nothing where there are none.
  [[nodiscard]] std::optional<RuleForce> aside(std::string_view day) const;

  // The row of a rule of a hospital; null for any other rule.
  [[nodiscard]] const LocalRuleRow* rule(RuleIndex rule) const;
  // The lowering of a rule that counts on the day; of several the one that lowers least. Null without one.
  [[nodiscard]] const LoweringRow* lowering(RuleIndex rule, std::string_view day) const;
  // Those of a rule that do not count on the day: shadow or expired.
  [[nodiscard]] std::vector<const LoweringRow*> lowerings_aside(RuleIndex rule, std::string_view day) const;
  [[nodiscard]] bool lowers_aside(std::string_view day) const;

 private:
  struct Rule {
    RuleIndex rule{};
    LocalRuleRow row;
  };
  struct Lowering {
    RuleIndex rule{};
    std::uint8_t steps = 0;
    LoweringRow row;
  };
  std::size_t rule_count_ = 0;
  std::vector<Rule> rules_;          // by rule
  std::vector<Lowering> lowerings_;  // by rule, then steps
};

// Whether what expires then no longer counts on the day; never where the day is not known.
[[nodiscard]] bool has_expired(std::string_view expires, std::string_view day);

// "2026-11-02" of a day or a time of it; empty when it is none.
[[nodiscard]] std::string day_of(std::string_view time);

// The rules and lowerings that have expired by a day, as "RULE (OWNER, until DAY)", in the order of rules.
[[nodiscard]] std::vector<std::string> expired_rules(const KnowledgeTables& tables, std::string_view day);

// What a finding says of a rule of a hospital, and of what one lowered.
[[nodiscard]] std::string local_rule_words(const LocalRuleRow& rule);
[[nodiscard]] std::string lowering_words(const LoweringRow& lowering, core::Severity from, core::Severity to);

}  // namespace guardian::knowledge
