// Every rule has a case that fires it and, for each exception, one that does not; and the check notices a lost rule.

#include <algorithm>

#include <catch2/catch.hpp>

#include "knowledge/store.hpp"
#include "tests/support/rule_cases.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using tests::RuleCase;

namespace {

const std::vector<RuleCase>& cases() {
  static std::vector<std::string> without_case;
  static const auto made = tests::rule_cases(*tests::shipped_knowledge(), without_case);
  for (const std::string& rule : without_case) UNSCOPED_INFO("no case for " << rule);
  CHECK(without_case.empty());
  return made;
}

// The cases that a knowledge base does not answer as they ask, by rule.
std::vector<std::string> failing(const knowledge::KnowledgeBase& base, const std::vector<RuleCase>& all) {
  knowledge::Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  std::vector<std::string> rules;
  for (const RuleCase& one : all) {
    if (tests::fires(matcher, base, one) == one.exception.has_value()) rules.push_back(one.rule);
  }
  return rules;
}

}  // namespace

TEST_CASE("every rule that ships has a case that fires it, and one for each exception that does not", "[regression]") {
  CHECK(cases().size() >=
        tests::shipped_knowledge()->rules().size() - tests::shipped_knowledge()->rules().inferred_count());
  const auto wrong = failing(*tests::shipped_knowledge(), cases());
  for (const std::string& rule : wrong) UNSCOPED_INFO(rule);
  CHECK(wrong.empty());
}

TEST_CASE("deleting a rule makes its case fail, for a sample of the rules that ship", "[regression][slow]") {
  auto store = knowledge::Store::open(tests::shipped_file());
  REQUIRE(store.has_value());
  const auto seed = store->seed();
  REQUIRE(seed.has_value());
  const auto& rows = seed->table("rules").rows();
  constexpr std::size_t sample = 24;
  const tests::TemporaryFolder folder;
  for (std::size_t i = 0; i < sample; ++i) {
    const std::string& deleted = rows[i * rows.size() / sample].cells[0];
    knowledge::Seed mutated = *seed;
    for (const char* table : {"rules", "exceptions", "modifiers"}) {
      auto& of_table = mutated.table(table).rows();
      of_table.erase(std::remove_if(of_table.begin(), of_table.end(),
                                    [&](const knowledge::SeedRow& row) { return row.cells[0] == deleted; }),
                     of_table.end());
    }
    const auto file = folder.path() / "mutated.kb";
    REQUIRE(knowledge::Store::create(file, mutated).has_value());
    const auto base = knowledge::KnowledgeBase::open(file);
    REQUIRE(base.has_value());
    const auto wrong = failing(**base, cases());
    INFO("deleted: " << deleted);
    CHECK(std::find(wrong.begin(), wrong.end(), deleted) != wrong.end());
  }
}
