// Ordinary patients on ordinary medicines at right doses: a false alarm trains people to click alerts away. Each case
// of benign_patients.ndjson was made to be one that a pharmacist would let pass.

#include <fstream>

#include <catch2/catch.hpp>

#include "adapters/json/case_codec.hpp"
#include "runtime/reviewer.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;

namespace {

struct Tally {
  std::size_t patients = 0;
  std::size_t interrupted = 0;
  std::size_t incomplete = 0;
  std::size_t moderate = 0;
};

Tally reviewed() {
  runtime::Reviewer reviewer(tests::shipped_knowledge());
  std::ifstream file(tests::source_folder() / "tests" / "regression" / "benign_patients.ndjson");
  Tally tally;
  std::string line;
  while (std::getline(file, line)) {
    const auto decoded = adapters::decode_case(line);
    REQUIRE(decoded.value.has_value());
    const auto review = reviewer.review(*decoded.value);
    REQUIRE(review.has_value());
    ++tally.patients;
    bool interrupted = false;
    for (const core::Finding& finding : review->findings) {
      if (finding.interruptive) {
        interrupted = true;
        UNSCOPED_INFO(review->case_id << ": " << finding.title);
      }
      if (finding.severity == core::Severity::moderate) ++tally.moderate;
    }
    if (interrupted) ++tally.interrupted;
    if (!review->complete) {
      ++tally.incomplete;
      UNSCOPED_INFO(review->case_id << ": incomplete");
    }
  }
  return tally;
}

}  // namespace

TEST_CASE("ordinary patients are hardly ever interrupted", "[regression]") {
  const Tally tally = reviewed();
  REQUIRE(tally.patients >= 200);
  CHECK(tally.interrupted * 100 <= tally.patients * 2);
  CHECK(tally.incomplete * 100 <= tally.patients * 2);
  CHECK(tally.moderate <= tally.patients);
}
