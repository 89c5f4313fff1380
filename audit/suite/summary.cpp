#include "audit/suite/summary.hpp"

#include <map>
#include <utility>

namespace guardian::audit::suite {
namespace {

constexpr double alpha = 0.05;

void count(Tally& tally, const Verdict& verdict) {
  ++tally.held.cases;
  if (verdict.held()) {
    ++tally.held.hits;
  } else {
    ++tally.misses[static_cast<std::size_t>(verdict.misses.front().reason)];
  }
}

std::string shown(const Verdict& verdict) {
  std::string text = verdict.severest ? std::string(to_string(*verdict.severest)) : "nothing";
  if (!verdict.held()) text += " (" + std::string(to_string(verdict.misses.front().reason)) + ")";
  return text;
}

}  // namespace

Summary summarise(std::span<const JudgedSuite> judged) {
  Summary summary;
  for (const JudgedSuite& one : judged) {
    std::map<std::string, Tally> categories;
    for (std::size_t i = 0; i < one.verdicts.size(); ++i) {
      const std::string& category = one.suite->rows[i].category;
      Tally& tally = categories[category];
      tally.suite = one.suite->name;
      tally.category = category;
      count(tally, one.verdicts[i]);
      count(summary.all, one.verdicts[i]);
    }
    for (auto& [category, tally] : categories) {
      tally.interval = population::clopper_pearson(tally.held, alpha);
      summary.categories.push_back(std::move(tally));
    }
  }
  summary.all.interval = population::clopper_pearson(summary.all.held, alpha);
  return summary;
}

std::vector<RowChange> changes(std::span<const JudgedSuite> before, std::span<const JudgedSuite> after) {
  std::vector<RowChange> changed;
  for (std::size_t s = 0; s < before.size(); ++s) {
    for (std::size_t i = 0; i < before[s].verdicts.size(); ++i) {
      const Verdict& old = before[s].verdicts[i];
      const Verdict& now = after[s].verdicts[i];
      if (old.held() == now.held() && old.severest == now.severest) continue;
      const ChangeKind kind = old.held() && !now.held()   ? ChangeKind::lost
                              : !old.held() && now.held() ? ChangeKind::gained
                                                          : ChangeKind::severity;
      changed.push_back({kind, &before[s].suite->rows[i], shown(old), shown(now)});
    }
  }
  return changed;
}

}  // namespace guardian::audit::suite
