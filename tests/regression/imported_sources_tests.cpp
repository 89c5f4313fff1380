// A source that says anything at all, of any pair, takes nothing away from what our own rules find: every rule that
// fires for a pair without it fires with it, no pair has more findings than before but those it never had, and the SQL
// oracle derives the whole anew from the tables.

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "audit/pair_oracle.hpp"
#include "knowledge/source_import.hpp"
#include "knowledge/store.hpp"
#include "tests/support/graph_traversal.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using tests::PairOutcome;

namespace {

constexpr std::size_t pairs_of_list = 6'000;

// A list of pairs and classes at random, of levels at random; half of it on pairs that our rules speak of.
knowledge::ImportedContent random_list(const std::vector<PairOutcome>& known) {
  std::mt19937_64 random(20261122);
  const auto& names = tests::shipped_knowledge()->tables().concepts.ingredients;
  const auto some = [&](const auto& list) -> decltype(auto) { return list[random() % list.size()]; };
  knowledge::ImportedContent content;
  for (int i = 0; i < 20; ++i) {
    knowledge::ImportedClass one{"invented class " + std::string(1, static_cast<char>('a' + i)), {}, "s"};
    for (int member = 0; member < 12; ++member) one.members.push_back(some(names));
    content.classes.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < pairs_of_list; ++i) {
    knowledge::ImportedPair pair;
    if (i % 2 == 0) {
      const PairOutcome& outcome = some(known);
      pair.first = outcome.first;
      pair.second = outcome.second;
    } else {
      pair.first = i % 20 == 1 ? some(content.classes).name : some(names);
      pair.second = some(names);
    }
    pair.severity = static_cast<core::Severity>(random() % 4);
    pair.contraindication = pair.severity == core::Severity::critical && random() % 2 == 0;
    pair.level = "level " + std::to_string(static_cast<int>(pair.severity));
    pair.place = "list:" + std::to_string(i + 1);
    content.pairs.push_back(std::move(pair));
  }
  content.rows_read = content.pairs.size();
  return content;
}

}  // namespace

TEST_CASE("an imported source takes nothing from our findings, doubles none, and the oracle derives it",
          "[regression][slow]") {
  const auto before = tests::outcomes_by_engine(*tests::shipped_knowledge());
  auto store = knowledge::Store::open(tests::shipped_file());
  REQUIRE(store.has_value());
  knowledge::SourceHeader header;
  header.name = "RANDOM";
  header.format = "ddinter";
  header.title = "An invented list";
  header.licence = "none needed";
  const auto added =
      knowledge::add_source(*store->seed(), *tests::shipped_knowledge(), header, random_list(before), {});
  REQUIRE(added.has_value());
  REQUIRE(added->report.rules > pairs_of_list / 2);
  const tests::TemporaryFolder folder;
  REQUIRE(knowledge::Store::create(folder.path() / "with.kb", added->seed).has_value());
  const auto with = knowledge::KnowledgeBase::open(folder.path() / "with.kb");
  REQUIRE(with.has_value());
  auto after = tests::outcomes_by_engine(**with);
  std::sort(after.begin(), after.end());

  // Nothing of ours is gone, nothing of ours is new, and the source speaks.
  std::vector<PairOutcome> own;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> types;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> own_types;
  for (const PairOutcome& outcome : after) {
    const bool of_source = outcome.rule.rfind("RANDOM-", 0) == 0;
    if (!of_source) own.push_back(outcome);
    (of_source ? types : own_types)[{outcome.first, outcome.second}].insert(outcome.type);
  }
  auto sorted = before;
  std::sort(sorted.begin(), sorted.end());
  CHECK(own == sorted);
  CHECK(types.size() > pairs_of_list / 2);

  // Where we speak of the pair ourselves, the source has no finding of its own, but for uses that are local.
  std::size_t doubled = 0;
  for (const auto& [pair, of_source] : types) {
    const auto ours = own_types.find(pair);
    if (ours == own_types.end()) continue;
    for (const std::string& type : of_source) {
      const bool local = type == "route" || (ours->second.size() == 1 && ours->second.contains("route"));
      if (!local && !ours->second.contains(type)) ++doubled;
    }
  }
  CHECK(doubled == 0);

  auto oracle = audit::PairOracle::open(folder.path() / "with.kb");
  REQUIRE(oracle.has_value());
  const auto rows = oracle->all_pairs();
  if (!rows) FAIL(rows.error().message);
  std::vector<PairOutcome> derived;
  for (const audit::OracleRow& row : *rows)
    derived.push_back({row.first, row.second, row.type, std::string(to_string(row.severity)), row.rule});
  std::sort(derived.begin(), derived.end());
  std::vector<PairOutcome> differences;
  std::set_symmetric_difference(after.begin(), after.end(), derived.begin(), derived.end(),
                                std::back_inserter(differences));
  for (std::size_t i = 0; i < std::min<std::size_t>(10, differences.size()); ++i)
    UNSCOPED_INFO(differences[i].first << " + " << differences[i].second << " " << differences[i].type << " "
                                       << differences[i].severity << " " << differences[i].rule);
  CHECK(differences.empty());
}
