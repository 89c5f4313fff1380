// Nothing is missed: three ways to find every interaction of every pair of ingredients that the shipped knowledge base
// knows, written apart from each other, agree exactly.

#include <algorithm>
#include <iterator>

#include <catch2/catch.hpp>

#include "audit/pair_oracle.hpp"
#include "tests/support/graph_traversal.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using tests::PairOutcome;

namespace {

const std::vector<PairOutcome>& engine() {
  static const auto outcomes = tests::outcomes_by_engine(*tests::shipped_knowledge());
  return outcomes;
}

std::vector<PairOutcome> outcomes_by_oracle() {
  auto oracle = audit::PairOracle::open(tests::shipped_file());
  REQUIRE(oracle.has_value());
  const auto rows = oracle->all_pairs();
  if (!rows) FAIL(rows.error().message);
  std::vector<PairOutcome> outcomes;
  for (const audit::OracleRow& row : *rows) {
    outcomes.push_back({row.first, row.second, row.type, std::string(to_string(row.severity)), row.rule});
  }
  std::sort(outcomes.begin(), outcomes.end());
  return outcomes;
}

// Fails with the first few differences, so that a mistake can be found.
void check_equal(const std::vector<PairOutcome>& one, const std::vector<PairOutcome>& other, const char* what) {
  std::vector<PairOutcome> differences;
  std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(differences));
  for (std::size_t i = 0; i < std::min<std::size_t>(20, differences.size()); ++i) {
    const PairOutcome& row = differences[i];
    const bool in_first = std::binary_search(one.begin(), one.end(), row);
    UNSCOPED_INFO((in_first ? "only the engine: " : std::string("only ") + what + ": ")
                  << row.first << " + " << row.second << " " << row.type << " " << row.severity << " " << row.rule);
  }
  CHECK(differences.empty());
}

}  // namespace

TEST_CASE("the engine and the SQL oracle find the same rules, types and severities for all pairs of ingredients",
          "[regression][slow]") {
  REQUIRE(engine().size() > 50'000);
  check_equal(engine(), outcomes_by_oracle(), "the oracle");
}

TEST_CASE("the engine and a plain walk of the concept graph find the same for all pairs of ingredients",
          "[regression][slow]") {
  check_equal(engine(), tests::outcomes_by_traversal(*tests::shipped_knowledge()), "the traversal");
}
