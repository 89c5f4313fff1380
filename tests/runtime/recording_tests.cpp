#include "runtime/recording.hpp"

#include <catch2/catch.hpp>

using namespace guardian;

namespace {

core::Review whole_review() {
  core::Review review;
  review.decision = core::Decision::block;
  core::Finding finding;
  finding.id = "0123456789ab";
  finding.severity = core::Severity::critical;
  finding.management = "stop it";
  review.findings = {finding};
  review.plan.emplace();
  review.explanation.emplace();
  return review;
}

}  // namespace

TEST_CASE("a recorded review keeps all it has and says where it stands", "[runtime][recording]") {
  core::Review review = whole_review();
  core::Review expected = review;
  expected.ledger = core::LedgerStamp{7, "sha256:00", {}};
  runtime::note_recording(review, core::LedgerStamp{7, "sha256:00", {}});
  CHECK(review == expected);
}

TEST_CASE("a review that could not be recorded keeps findings and decision, and loses its recommendations",
          "[runtime][recording]") {
  core::Review review = whole_review();
  const core::Review before = review;
  runtime::note_recording(review, core::fail(core::ErrorCode::io_failure, "the disk is full"));
  CHECK(review.findings == before.findings);
  CHECK(review.decision == before.decision);
  CHECK_FALSE(review.plan.has_value());
  CHECK_FALSE(review.explanation.has_value());
  REQUIRE(review.ledger.has_value());
  CHECK(review.ledger->unrecorded == "the disk is full");
  REQUIRE(review.degradations.size() == 1);
  CHECK(review.degradations[0] == core::Degradation{"ledger", "not recorded: the disk is full"});
}
