#include "knowledge/kb_diff.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace guardian::knowledge {
namespace {

std::vector<std::string> only_in(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::vector<std::string> rest;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(rest));
  return rest;
}

// The rows of a rule in all tables that belong to it, so that a changed exception counts as a changed rule.
std::map<std::string, std::vector<std::vector<std::string>>> rules_of(const Seed& seed) {
  std::map<std::string, std::vector<std::vector<std::string>>> rules;
  for (const std::string_view table : {"rules", "exceptions", "modifiers", "local_rules", "lowerings", "sign_offs"}) {
    for (const SeedRow& row : seed.table(table).rows()) {
      rules[row.cells[0]].push_back(row.cells);
      rules[row.cells[0]].back().emplace_back(table);
    }
  }
  return rules;
}

std::size_t other_changes(const Seed& before, const Seed& after) {
  std::size_t changed = 0;
  for (const SeedTable& table : before.tables()) {
    const std::string_view name = table.shape().name;
    if (name == "rules" || name == "exceptions" || name == "modifiers" || name == "release") continue;
    if (name == "local_rules" || name == "lowerings" || name == "sign_offs") continue;
    std::set<std::vector<std::string>> old_rows;
    std::set<std::vector<std::string>> new_rows;
    for (const SeedRow& row : table.rows()) old_rows.insert(row.cells);
    for (const SeedRow& row : after.table(name).rows()) new_rows.insert(row.cells);
    std::vector<std::vector<std::string>> difference;
    std::set_symmetric_difference(old_rows.begin(), old_rows.end(), new_rows.begin(), new_rows.end(),
                                  std::back_inserter(difference));
    changed += difference.size();
  }
  return changed;
}

class PairOutcomes {
 public:
  // Two knowledge bases are compared as they are while nothing of a hospital has expired.
  explicit PairOutcomes(const KnowledgeBase& base)
      : base_(base), force_(base.local_rules().on("1900-01-01")), matcher_(base.matcher()) {
    matcher_.use(&force_);
  }

  std::string outcome(const std::string& first, const std::string& second) {
    const auto one = base_.graph().ingredient(first);
    const auto other = base_.graph().ingredient(second);
    if (!one || !other || !base_.pairs().contains(std::min(*one, *other), std::max(*one, *other))) return "nothing";
    const DrugFact facts[] = {base_.bare_fact(*one), base_.bare_fact(*other)};
    const MatchResult& result = matcher_.match(facts);
    return result.findings.empty() ? "nothing" : std::string(to_string(result.findings.front().severity));
  }

 private:
  const KnowledgeBase& base_;
  RuleForce force_;
  Matcher matcher_;
};

}  // namespace

KnowledgeDiff compare(const KnowledgeBase& before, const Seed& seed_before, const KnowledgeBase& after,
                      const Seed& seed_after) {
  KnowledgeDiff diff;
  const auto& old_names = before.tables().concepts.ingredients;
  const auto& new_names = after.tables().concepts.ingredients;
  diff.ingredients_added = only_in(new_names, old_names);
  diff.ingredients_removed = only_in(old_names, new_names);

  const auto old_rules = rules_of(seed_before);
  const auto new_rules = rules_of(seed_after);
  for (const auto& [id, rows] : old_rules) {
    const auto found = new_rules.find(id);
    if (found == new_rules.end()) {
      diff.rules_removed.push_back(id);
    } else if (found->second != rows) {
      diff.rules_changed.push_back(id);
    }
  }
  for (const auto& entry : new_rules) {
    if (old_rules.count(entry.first) == 0) diff.rules_added.push_back(entry.first);
  }
  diff.other_rows_changed = other_changes(seed_before, seed_after);

  std::vector<std::string> all;
  std::set_union(old_names.begin(), old_names.end(), new_names.begin(), new_names.end(), std::back_inserter(all));
  PairOutcomes old_outcomes(before);
  PairOutcomes new_outcomes(after);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      std::string was = old_outcomes.outcome(all[i], all[j]);
      std::string is = new_outcomes.outcome(all[i], all[j]);
      if (was != is) diff.pairs.push_back({all[i], all[j], std::move(was), std::move(is)});
    }
  }
  return diff;
}

}  // namespace guardian::knowledge
