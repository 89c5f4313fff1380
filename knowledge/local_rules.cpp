#include "knowledge/local_rules.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/date.hpp"

namespace guardian::knowledge {
namespace {

int rank(core::Severity severity) { return static_cast<int>(severity); }

}  // namespace

std::uint8_t RuleForce::steps(RuleIndex rule, const RuleHead& head, core::Severity fired) const {
  if (lowered.empty() || lowered[raw(rule)] == 0 || head.kind != RuleKind::finding) return 0;
  const bool grave =
      fired == core::Severity::critical || head.severity == core::Severity::critical || head.contraindication != 0;
  if (grave && signed_off[raw(rule)] == 0) return 0;
  const int most = grave ? 1 : lowered[raw(rule)];
  return static_cast<std::uint8_t>(std::min(most, rank(fired) - rank(core::Severity::minor)));
}

bool has_expired(std::string_view expires, std::string_view day) {
  const std::string on = day_of(day);
  return !on.empty() && day_of(expires) < on;
}

std::string day_of(std::string_view time) {
  const auto moment = core::parse_moment(time);
  return moment ? core::utc_text(moment->time).substr(0, 10) : std::string();
}

LocalRules::LocalRules(const RuleSet& rules, const KnowledgeTables& tables) : rule_count_(rules.size()) {
  if (tables.local_rules.empty() && tables.lowerings.empty()) return;
  std::map<std::string_view, RuleIndex> by_id;
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    by_id.emplace(rules.id(rule), rule);
  }
  for (const LocalRuleRow& row : tables.local_rules) {
    if (const auto found = by_id.find(row.rule); found != by_id.end()) rules_.push_back({found->second, row});
  }
  for (const LoweringRow& row : tables.lowerings) {
    const auto found = by_id.find(row.rule);
    if (found == by_id.end()) continue;
    const int steps = rank(rules.head(found->second).severity) - rank(row.severity);
    if (steps > 0) lowerings_.push_back({found->second, static_cast<std::uint8_t>(steps), row});
  }
  std::sort(rules_.begin(), rules_.end(), [](const Rule& left, const Rule& right) { return left.rule < right.rule; });
  std::sort(lowerings_.begin(), lowerings_.end(), [](const Lowering& left, const Lowering& right) {
    return std::tie(left.rule, left.steps, left.row.source) < std::tie(right.rule, right.steps, right.row.source);
  });
}

RuleForce LocalRules::on(std::string_view day) const {
  RuleForce force;
  const std::string known = day_of(day);
  for (const Rule& one : rules_) {
    if (!one.row.shadow && !has_expired(one.row.expires, known)) continue;
    force.off.resize(rule_count_, 0);
    force.off[raw(one.rule)] = 1;
  }
  if (known.empty()) return force;
  for (const Lowering& one : lowerings_) {
    if (one.row.shadow || has_expired(one.row.expires, known)) continue;
    force.lowered.resize(rule_count_, 0);
    force.signed_off.resize(rule_count_, 0);
    if (force.lowered[raw(one.rule)] != 0) continue;  // the one that lowers least came first
    force.lowered[raw(one.rule)] = one.steps;
    force.signed_off[raw(one.rule)] = one.row.keys.size() >= needed_sign_offs ? 1 : 0;
  }
  return force;
}

std::optional<RuleForce> LocalRules::aside(std::string_view day) const {
  std::optional<RuleForce> force;
  const std::string known = day_of(day);
  for (const Rule& one : rules_) {
    if (!one.row.shadow && !has_expired(one.row.expires, known)) continue;
    if (!force) {
      force.emplace();
      force->off.resize(rule_count_, 1);
    }
    force->off[raw(one.rule)] = 0;
  }
  return force;
}

const LocalRuleRow* LocalRules::rule(RuleIndex rule) const {
  const auto found = std::lower_bound(rules_.begin(), rules_.end(), rule,
                                      [](const Rule& one, RuleIndex wanted) { return one.rule < wanted; });
  return found != rules_.end() && found->rule == rule ? &found->row : nullptr;
}

const LoweringRow* LocalRules::lowering(RuleIndex rule, std::string_view day) const {
  const std::string known = day_of(day);
  if (known.empty()) return nullptr;
  for (const Lowering& one : lowerings_) {
    if (one.rule == rule && !one.row.shadow && !has_expired(one.row.expires, known)) return &one.row;
  }
  return nullptr;
}

std::vector<const LoweringRow*> LocalRules::lowerings_aside(RuleIndex rule, std::string_view day) const {
  std::vector<const LoweringRow*> rows;
  for (const Lowering& one : lowerings_) {
    if (one.rule == rule && (one.row.shadow || has_expired(one.row.expires, day))) rows.push_back(&one.row);
  }
  return rows;
}

bool LocalRules::lowers_aside(std::string_view day) const {
  return std::any_of(lowerings_.begin(), lowerings_.end(),
                     [&](const Lowering& one) { return one.row.shadow || has_expired(one.row.expires, day); });
}

std::vector<std::string> expired_rules(const KnowledgeTables& tables, std::string_view day) {
  std::vector<std::string> list;
  const auto add = [&](const auto& row) {
    if (has_expired(row.expires, day)) list.push_back(row.rule + " (" + row.owner + ", until " + row.expires + ")");
  };
  for (const LocalRuleRow& row : tables.local_rules) add(row);
  for (const LoweringRow& row : tables.lowerings) add(row);
  return list;
}

std::string local_rule_words(const LocalRuleRow& rule) {
  return "rule " + rule.rule + " is one of " + rule.source + " (" + rule.owner + ", until " + rule.expires +
         "): " + rule.reason;
}

std::string lowering_words(const LoweringRow& lowering, core::Severity from, core::Severity to) {
  std::string text = "lowered from " + std::string(core::to_string(from)) + " to " + std::string(core::to_string(to)) +
                     " by " + lowering.source + " (" + lowering.owner + ", until " + lowering.expires;
  if (!lowering.keys.empty()) {
    constexpr std::size_t shown = 8;  // hexadecimal digits of a key
    text += "; signed off by";
    for (const std::string& key : lowering.keys) text += " " + key.substr(0, shown);
  }
  return text + "), rule " + lowering.rule + ": " + lowering.reason;
}

}  // namespace guardian::knowledge
