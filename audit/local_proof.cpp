#include "audit/local_proof.hpp"

#include <algorithm>
#include <exception>
#include <iterator>

#include <SQLiteCpp/SQLiteCpp.h>

#include "audit/sign_offs.hpp"
#include "knowledge/store.hpp"

namespace guardian::audit {
namespace {

using core::Severity;

constexpr std::size_t needed_keys = 2;

core::Error unavailable(const std::filesystem::path& path, const std::string& why) {
  return {core::ErrorCode::knowledge_unavailable, path.string() + ": " + why};
}

// ISO days compare as text; a time of one is cut to it.
std::string day_of(const std::string& time) {
  constexpr std::size_t length = 10;
  const bool iso = time.size() >= length && time[4] == '-' && time[7] == '-';
  return iso ? time.substr(0, length) : std::string();
}

int number(Severity severity) { return static_cast<int>(severity); }

}  // namespace

bool LocalProof::past(const Row& row, const std::string& day) { return !day.empty() && row.expires < day; }
bool LocalProof::counts(const Row& row, const std::string& day) { return row.mode == "active" && !past(row, day); }

core::Result<LocalProof> LocalProof::open(const std::filesystem::path& path) {
  LocalProof proof;
  bool is_signed = false;
  try {
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
    const auto text = [](SQLite::Statement& row, int column) { return row.getColumn(column).getString(); };
    SQLite::Statement rules(database,
                            "SELECT l.rule, s.source, l.owner, l.expires, l.mode, l.reason FROM local_rule AS l "
                            "JOIN rule_source AS s ON s.rule = l.rule");
    while (rules.executeStep()) {
      proof.rules_[text(rules, 0)] = {text(rules, 1), text(rules, 2), text(rules, 3), text(rules, 4), text(rules, 5)};
    }
    SQLite::Statement all(database, "SELECT id FROM rule");
    while (all.executeStep()) proof.all_.insert(text(all, 0));
    SQLite::Statement lowered(
        database,
        "SELECT w.rule, w.source, w.owner, w.expires, w.mode, w.reason, w.severity, r.severity, r.contraindication "
        "FROM lowering AS w JOIN (SELECT id, severity, contraindication FROM rule UNION ALL "
        "SELECT 'INF-' || i.target || '-' || t.id, t.severity, 0 FROM template_target AS i "
        "JOIN template AS t ON t.id = i.template) AS r ON r.id = w.rule ORDER BY w.rule, w.source");
    while (lowered.executeStep()) {
      const auto to = core::parse_severity(text(lowered, 6));
      const auto own = core::parse_severity(text(lowered, 7));
      if (!to || !own) return core::fail(unavailable(path, "unknown severity in a lowering"));
      Lowering lowering{
          {text(lowered, 1), text(lowered, 2), text(lowered, 3), text(lowered, 4), text(lowered, 5)}, *to, {}};
      SQLite::Statement keys(database, "SELECT key FROM sign_off WHERE rule = ? AND source = ? ORDER BY key");
      keys.bind(1, text(lowered, 0));
      keys.bind(2, lowering.row.source);
      while (keys.executeStep()) lowering.keys.push_back(text(keys, 0));
      is_signed = is_signed || !lowering.keys.empty();
      proof.lowered_rules_[text(lowered, 0)] = {*own, lowered.getColumn(8).getInt() != 0};
      proof.lowerings_[text(lowered, 0)].push_back(std::move(lowering));
    }
  } catch (const std::exception& error) {
    return core::fail(unavailable(path, error.what()));
  }
  if (!is_signed) return proof;
  auto store = knowledge::Store::open(path);
  if (!store) return core::fail(store.error());
  const auto seed = store->seed();
  if (!seed) return core::fail(seed.error());
  if (const auto wrong = wrong_sign_offs(*seed, nullptr); !wrong.empty())
    return core::fail(unavailable(path, wrong.front()));
  return proof;
}

std::set<std::string> LocalProof::off(const std::string& time) const {
  const std::string day = day_of(time);
  std::set<std::string> ids;
  for (const auto& [rule, row] : rules_) {
    if (!counts(row, day)) ids.insert(rule);
  }
  return ids;
}

std::set<std::string> LocalProof::others(const std::set<std::string>& off) const {
  std::set<std::string> ids;
  std::set_difference(all_.begin(), all_.end(), off.begin(), off.end(), std::inserter(ids, ids.end()));
  return ids;
}

LocalProof::Words LocalProof::lower(CaseJudgement& judgement, const std::string& time) const {
  const std::string day = day_of(time);
  Words words;
  for (CaseRow& row : judgement.rows) {
    if (!row.severity || row.kind != "finding") continue;
    auto& said = words[{row.rule, row.ingredients}];
    if (const auto own = rules_.find(row.rule); own != rules_.end()) {
      said.push_back("rule " + row.rule + " is one of " + own->second.source + " (" + own->second.owner + ", until " +
                     own->second.expires + "): " + own->second.reason);
    }
    const auto lowerings = lowerings_.find(row.rule);
    if (lowerings == lowerings_.end() || row.local || day.empty()) continue;
    const Rule& rule = lowered_rules_.at(row.rule);
    // Of several that count the one that lowers least; the first by name of equal ones.
    const Lowering* lowering = nullptr;
    for (const Lowering& one : lowerings->second) {
      if (counts(one.row, day) && one.to < rule.severity && (lowering == nullptr || one.to > lowering->to))
        lowering = &one;
    }
    if (lowering == nullptr) continue;
    const Severity from = *row.severity;
    const bool guarded = rule.severity == Severity::critical || rule.contraindication || from == Severity::critical;
    if (guarded && lowering->keys.size() < needed_keys) continue;
    const int steps = guarded ? 1 : number(rule.severity) - number(lowering->to);
    const auto to = static_cast<Severity>(std::max(number(from) - steps, number(Severity::minor)));
    if (to == from) continue;
    row.severity = to;
    std::string text = "lowered from " + std::string(core::to_string(from)) + " to " +
                       std::string(core::to_string(to)) + " by " + lowering->row.source + " (" + lowering->row.owner +
                       ", until " + lowering->row.expires;
    for (std::size_t i = 0; i < lowering->keys.size(); ++i)
      text += (i == 0 ? "; signed off by " : " ") + lowering->keys[i].substr(0, 8);
    said.push_back(text + "), rule " + row.rule + ": " + lowering->row.reason);
  }
  return words;
}

std::vector<core::SetAside> LocalProof::set_aside(const CaseJudgement& judged, const CaseJudgement& aside,
                                                  const std::string& time) const {
  const std::string day = day_of(time);
  std::set<core::SetAside> list;
  const auto why = [&](const Row& row) { return past(row, day) ? "expired" : "shadow"; };
  for (const CaseRow& row : judged.rows) {
    const auto lowerings = lowerings_.find(row.rule);
    if (!row.severity || row.local || row.kind != "finding" || lowerings == lowerings_.end()) continue;
    for (const Lowering& one : lowerings->second) {
      if (!counts(one.row, day) && one.to < *row.severity)
        list.insert({row.rule, one.row.source, why(one.row), "lowering", one.to, row.ingredients, one.row.owner,
                     one.row.expires});
    }
  }
  for (const CaseRow& row : aside.rows) {
    const auto own = rules_.find(row.rule);
    if (!row.severity || row.local || own == rules_.end() || counts(own->second, day)) continue;
    list.insert({row.rule, own->second.source, why(own->second), "finding", *row.severity, row.ingredients,
                 own->second.owner, own->second.expires});
  }
  return {list.begin(), list.end()};
}

}  // namespace guardian::audit
