// The targets of docs/coverage.md, held where they are reached, on reference data that is not part of the project
// (GUARDIAN_REFERENCE_DIR); without it this test says that it skipped.

#include <iostream>

#include <catch2/catch.hpp>

#include "audit/coverage/coverage.hpp"
#include "audit/coverage/random_pairs.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::audit::coverage;

namespace {

// What a set reached when it was last measured, as a share: it may rise, not fall.
struct Reached {
  ReferenceSet set;
  std::vector<double> shares;
};

}  // namespace

TEST_CASE("no reference set is covered less than it was, and its targets that were met are still met",
          "[regression][reference]") {
  if (tests::reference_folder().empty()) {
    std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR is not set)\n";
    return;
  }
  const auto reached = GENERATE(values<Reached>({
      {ReferenceSet::onc_high_priority, {1.0, 1.0}},
      {ReferenceSet::onc_non_interruptive, {0.96, 0.998}},
      {ReferenceSet::crediblemeds, {1.0, 0.75}},
      {ReferenceSet::ndfrt_significant, {0.955}},  // of withdrawn drugs too, which the report sets aside
      {ReferenceSet::rxnorm_names, {0.98, 0.995}},
      {ReferenceSet::ingredients, {0.8, 0.98}},
  }));
  const auto exceptions =
      Exceptions::read(tests::read_text(tests::source_folder() / "tests" / "regression" / "coverage_exceptions.tsv"));
  REQUIRE(exceptions.has_value());
  const std::string name(to_string(reached.set));
  PairReader reader(*tests::shipped_knowledge(), {});
  const auto coverage =
      measure(reached.set, tests::read_text(tests::reference_folder() / "data" / (name + ".tsv")), reader, *exceptions);
  REQUIRE(coverage.has_value());
  REQUIRE(coverage->measures.size() == reached.shares.size());
  for (std::size_t i = 0; i < reached.shares.size(); ++i) {
    const Measure& measured = coverage->measures[i];
    INFO(name << ", " << measured.what << ": " << measured.rate.hits << " of " << measured.rate.cases);
    CHECK(measured.rate.value() >= reached.shares[i]);
    if (reached.set == ReferenceSet::onc_high_priority || reached.set == ReferenceSet::onc_non_interruptive)
      CHECK(measured.met());
  }
}

TEST_CASE("ordinary pairs seldom interrupt: fewer than one in twenty of 2,000 random pairs of common ingredients",
          "[regression]") {
  const auto drawn = random_pairs(tests::shipped_knowledge(), common_ingredients(), 2'000, 1);
  REQUIRE(drawn.has_value());
  CHECK(drawn->loud.cases == 2'000);
  CHECK(drawn->loud.value() < 0.05);
  CHECK(drawn->loud.hits > 0);
  CHECK(drawn->critical.value() < 0.01);
}
