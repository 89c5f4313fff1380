// Every rule has a case that fires it and, for each exception and each term about the patient, one that does not; and
// the check notices a lost rule and a limit that has moved.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "knowledge/rule_syntax.hpp"
#include "knowledge/store.hpp"
#include "tests/support/rule_cases.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using tests::RuleCase;

namespace {

struct MadeCases {
  std::vector<std::string> without_case;
  std::vector<RuleCase> cases;
};

const MadeCases& made() {
  static const MadeCases shipped = [] {
    MadeCases all;
    all.cases = tests::rule_cases(*tests::shipped_knowledge(), all.without_case);
    return all;
  }();
  return shipped;
}

// The cases that a knowledge base does not answer as they ask.
std::vector<const RuleCase*> failing(const knowledge::KnowledgeBase& base) {
  tests::CaseJudge judge(base);
  std::vector<const RuleCase*> wrong;
  for (const RuleCase& one : made().cases) {
    if (judge.answer(one) != one.expected) wrong.push_back(&one);
  }
  return wrong;
}

// The rule that is lost with a row; of a sign the condition is in the id.
std::string rule_of(const std::string& table, const knowledge::SeedRow& row) {
  return table == "signs" ? "SIGN-" + row.cells[0] + "-" : row.cells[0];
}

// The seed without one row, and without the rows that speak of the rule that is lost with it. A washout is made longer
// instead: many a row says of a rule what its ingredients say already, and is no loss.
knowledge::Seed damaged(const knowledge::Seed& seed, const std::string& table, std::size_t position) {
  knowledge::Seed mutated = seed;
  auto& rows = mutated.table(table).rows();
  if (table == "washouts") {
    std::string& days = rows[position].cells[2];
    days = "9" + days;
    return mutated;
  }
  const std::string rule = rows[position].cells[0];
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(position));
  if (table != "rules" && table != "red_flags") return mutated;
  for (const char* about_rule : {"exceptions", "modifiers", "washouts"}) {
    std::erase_if(mutated.table(about_rule).rows(),
                  [&](const knowledge::SeedRow& row) { return row.cells[0] == rule; });
  }
  return mutated;
}

// Multiplies every limit in the terms of the rules that look at the patient; gives the rules that changed.
std::set<std::string> move_limits(knowledge::SeedTable& table, const std::set<std::string>& rules, double factor) {
  const auto& columns = table.shape().columns;
  const auto column = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "terms") - columns.begin());
  std::set<std::string> changed;
  for (knowledge::SeedRow& row : table.rows()) {
    if (rules.count(row.cells[0]) == 0) continue;
    auto terms = knowledge::parse_terms(row.cells[column]).value();
    for (knowledge::TermText& term : terms) {
      for (knowledge::PredicateText& predicate : term.predicates) {
        if (predicate.number != 0) changed.insert(row.cells[0]);
        predicate.number *= factor;
      }
    }
    row.cells[column] = to_string(terms);
  }
  return changed;
}

std::set<std::string> rules_about_patient(const knowledge::RuleSet& rules) {
  std::set<std::string> ids;
  for (std::uint32_t number = 0; number < rules.size(); ++number) {
    const auto rule = static_cast<knowledge::RuleIndex>(number);
    if (rules.head(rule).scope == knowledge::RuleScope::patient) ids.emplace(rules.id(rule));
  }
  return ids;
}

struct Sample {
  std::string table;
  std::size_t size;
};

}  // namespace

TEST_CASE("every rule that ships has a case that fires it, and one for each exception and each term that does not",
          "[regression]") {
  for (const std::string& rule : made().without_case) UNSCOPED_INFO("no case for " << rule);
  CHECK(made().without_case.empty());
  const auto& rules = tests::shipped_knowledge()->rules();
  const auto fires = [](const RuleCase& one) { return one.what == "fires"; };
  CHECK(std::count_if(made().cases.begin(), made().cases.end(), fires) ==
        static_cast<std::ptrdiff_t>(rules.size() - rules.inferred_count()));
  const auto wrong = failing(*tests::shipped_knowledge());
  for (const RuleCase* one : wrong) UNSCOPED_INFO(one->rule << ", " << one->what);
  CHECK(wrong.empty());
}

TEST_CASE("a row that is lost of those that rules are made of makes a case fail, for a sample of those that ship",
          "[regression][slow]") {
  auto store = knowledge::Store::open(tests::shipped_file());
  REQUIRE(store.has_value());
  const auto seed = store->seed();
  REQUIRE(seed.has_value());
  const auto [table, size] = GENERATE(Sample{"rules", 24}, Sample{"red_flags", 8}, Sample{"signs", 8},
                                      Sample{"washouts", 8}, Sample{"exceptions", 8});
  const auto& rows = seed->table(table).rows();
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "mutated.kb";
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t position = i * rows.size() / size;
    REQUIRE(knowledge::Store::create(file, damaged(*seed, table, position)).has_value());
    const auto base = knowledge::KnowledgeBase::open(file);
    REQUIRE(base.has_value());
    const auto wrong = failing(**base);
    const std::string rule = rule_of(table, rows[position]);
    INFO("damaged in " << table << ": " << rule << " (row " << position + 1 << ")");
    CHECK(std::any_of(wrong.begin(), wrong.end(), [&](const RuleCase* one) {
      return table == "signs" ? one->rule.rfind(rule, 0) == 0 : one->rule == rule;
    }));
  }
}

TEST_CASE("a limit that is moved by three parts in two thousand makes a case fail, for every rule about the patient",
          "[regression][slow]") {
  auto store = knowledge::Store::open(tests::shipped_file());
  REQUIRE(store.has_value());
  auto seed = store->seed();
  REQUIRE(seed.has_value());
  const double factor = GENERATE(0.9985, 1.0015);
  const auto about_patient = rules_about_patient(tests::shipped_knowledge()->rules());
  auto unnoticed = move_limits(seed->table("rules"), about_patient, factor);
  unnoticed.merge(move_limits(seed->table("red_flags"), about_patient, factor));
  REQUIRE(unnoticed.size() > 1'000);
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "mutated.kb";
  REQUIRE(knowledge::Store::create(file, *seed).has_value());
  const auto base = knowledge::KnowledgeBase::open(file);
  REQUIRE(base.has_value());
  for (const RuleCase* one : failing(**base)) unnoticed.erase(one->rule);
  for (const std::string& rule : unnoticed) UNSCOPED_INFO(rule);
  CHECK(unnoticed.empty());
}
