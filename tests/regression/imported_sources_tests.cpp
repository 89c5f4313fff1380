// A source that says anything at all, of any pair, takes nothing away from what our own rules find: every rule that
// fires for a pair without it fires with it, no pair has more findings than before but those it never had, and the SQL
// oracle derives the whole anew from the tables.

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "adapters/json/review_codec.hpp"
#include "adapters/json/review_reader.hpp"
#include "audit/pair_oracle.hpp"
#include "audit/review_verifier.hpp"
#include "knowledge/source_import.hpp"
#include "knowledge/store.hpp"
#include "runtime/orchestrator.hpp"
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

// From a case to a review of a knowledge base with a source, to its JSON and back, and derived anew.
TEST_CASE("a review that names its sources is verified, and one that hides or alters them is refused", "[regression]") {
  auto store = knowledge::Store::open(tests::shipped_file());
  REQUIRE(store.has_value());
  knowledge::ImportedContent content;
  const auto add = [&](const char* first, const char* second, core::Severity severity, const char* level) {
    knowledge::ImportedPair pair;
    pair.first = first;
    pair.second = second;
    pair.severity = severity;
    pair.level = level;
    pair.place = "list:1";
    content.pairs.push_back(std::move(pair));
  };
  add("simvastatin", "clarithromycin", core::Severity::moderate, "Moderate");
  add("warfarin", "loratadine", core::Severity::minor, "Minor");
  add("levothyroxine", "calcium carbonate", core::Severity::major, "Major");
  content.rows_read = 3;
  knowledge::SourceHeader header;
  header.name = "LIST";
  header.format = "ddinter";
  header.title = "An invented list";
  header.licence = "none needed";
  const auto added = knowledge::add_source(*store->seed(), *tests::shipped_knowledge(), header, content, {});
  REQUIRE(added.has_value());
  const tests::TemporaryFolder folder;
  REQUIRE(knowledge::Store::create(folder.path() / "with.kb", added->seed).has_value());
  const auto base = knowledge::KnowledgeBase::open(folder.path() / "with.kb");
  REQUIRE(base.has_value());

  core::Case subject;
  subject.id = "C-1";
  subject.as_of = "2026-11-02T08:00:00Z";
  for (const char* text : {"simvastatin 40 mg daily", "clarithromycin 500 mg BID", "warfarin 5 mg daily",
                           "loratadine 10 mg daily", "levothyroxine 100 mcg daily", "calcium carbonate 500 mg TID"}) {
    core::MedicationEntry entry;
    entry.text = text;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    subject.medications.push_back(std::move(entry));
  }
  const auto made = runtime::Orchestrator(*base, runtime::OrchestratorOptions{}).review(std::move(subject));
  REQUIRE(made.has_value());
  const auto read = adapters::read_review(adapters::encode_review(*made, false));
  REQUIRE(read.has_value());

  std::size_t named = 0;
  std::map<std::vector<std::string>, int> of_pair;
  for (const core::Finding& finding : read->findings) {
    if (finding.sources.empty()) continue;
    ++named;
    ++of_pair[finding.subjects];
    const bool ours = finding.sources.front().source == "guardian";
    CHECK(finding.sources.back().source == "LIST");
    CHECK(ours == (finding.sources.size() == 2));
    if (finding.subjects == std::vector<std::string>{"clarithromycin", "simvastatin"})
      CHECK(finding.sources.back().compared == "lower");
  }
  CHECK(named == 3);
  for (const auto& [subjects, findings] : of_pair) CHECK(findings == 1);

  auto verifier = audit::ReviewVerifier::open(folder.path() / "with.kb");
  REQUIRE(verifier.has_value());
  const auto refused = [&](const core::Review& review) {
    const auto verified = verifier->verify(review);
    if (!verified) FAIL(verified.error().message);
    for (const std::string& reason : verified->refused) UNSCOPED_INFO(reason);
    return !verified->refused.empty();
  };
  CHECK_FALSE(refused(*read));
  for (int kind = 0; kind < 5; ++kind) {
    CAPTURE(kind);
    core::Review altered = *read;
    for (core::Finding& finding : altered.findings) {
      if (finding.sources.size() != 2) continue;
      core::FindingSource& source = finding.sources[1];
      if (kind == 0) finding.sources.clear();
      if (kind == 1) source.compared = "agrees!";
      if (kind == 2) source.level = "Harmless";
      if (kind == 3) source.source = "OTHER";
      if (kind == 4) source.says = "Nothing to do.";
      break;
    }
    CHECK(refused(altered));
  }
}
