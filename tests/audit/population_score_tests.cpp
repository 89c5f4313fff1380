// The trust score: what it says of good, bad, small and unknown; records; comparisons.

#include <catch2/catch.hpp>

#include "audit/population/audit.hpp"
#include "audit/population/comparison.hpp"
#include "audit/population/compat_score.hpp"
#include "audit/population/records.hpp"

using namespace guardian::audit::population;

namespace {

// Two classes, right in `accuracy` of the cases, with a confidence that is calibrated: 0.55, 0.65 ... 0.95.
Population calibrated(std::size_t cases, std::uint64_t seed) {
  Population population;
  population.labels = {"0", "1"};
  population.probabilities = {cases, 2, {}};
  SplitMix64 random(seed);
  for (std::size_t i = 0; i < cases; ++i) {
    const double confidence = 0.95 + 0.01 * static_cast<double>(random.below(5));
    const int predicted = static_cast<int>(random.below(2));
    const bool is_right = static_cast<double>(random.below(100000)) < confidence * 100000.0;
    population.predicted.push_back(predicted);
    population.truth.push_back(is_right ? predicted : 1 - predicted);
    for (const int label : {0, 1})
      population.probabilities.cells.push_back(label == predicted ? confidence : 1.0 - confidence);
  }
  return population;
}

const Gate* gate_of(const TrustScore& score, const std::string& name) {
  for (const Gate& gate : score.gates) {
    if (gate.name == name) return &gate;
  }
  return nullptr;
}

void add_feature(Population& population, std::size_t groups, std::uint64_t seed) {
  Feature feature{"site", {}, {}};
  SplitMix64 random(seed);
  for (std::size_t i = 0; i < groups; ++i) feature.groups.push_back("s" + std::to_string(i));
  for (std::size_t i = 0; i < population.size(); ++i) feature.of.push_back(random.below(groups));
  population.features = {feature};
}

Record record(std::string prediction, std::optional<std::string> label, double review = 1.0) {
  Record made;
  made.prediction = std::move(prediction);
  made.label = std::move(label);
  made.confidence = 0.9;
  made.review_probability = review;
  return made;
}

}  // namespace

TEST_CASE("a calibrated, accurate model passes where TrustLens blocks it", "[audit][population]") {
  const Population population = calibrated(2000, 1);
  const TrustScore score = trust_score(population, {});
  CHECK(gate_of(score, "error_rate")->state == GateState::pass);
  CHECK(gate_of(score, "calibration")->state == GateState::pass);
  CHECK(score.verdict.rfind("BLOCK", 0) != 0);
  CHECK(compat_score(compat_results(population)).is_blocked);
}

TEST_CASE("fewer than 50 cases are insufficient, whatever they show", "[audit][population]") {
  CHECK(trust_score(calibrated(49, 2), {}).grade == "I");
  CHECK(trust_score(calibrated(50, 2), {}).grade != "I");
}

TEST_CASE("without probabilities no grade is above C, and nothing is scored as nought", "[audit][population]") {
  Population population = calibrated(1000, 3);
  population.probabilities = {};
  const TrustScore score = trust_score(population, {});
  CHECK(score.grade == "C");
  CHECK(score.dimensions.size() == 1);
  CHECK(score.dimensions[0].name == "safety");
}

TEST_CASE("equal groups are seldom taken for unequal", "[audit][population]") {
  int blocked = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Population population = calibrated(400, 100 + seed);
    add_feature(population, 4, seed);
    const TrustScore score = trust_score(population, TrustPolicy{.resamples = 1});
    const Gate* equity = gate_of(score, "equity");
    REQUIRE(equity != nullptr);
    blocked += equity->state == GateState::block ? 1 : 0;
  }
  CHECK(blocked <= 3);
}

TEST_CASE("rates over too few cases are listed, not tested", "[audit][population]") {
  Population population = calibrated(200, 4);
  add_feature(population, 2, 1);
  for (std::size_t i = 0; i < population.size(); ++i) population.features[0].of[i] = i < 10 ? 1 : 0;
  const TrustScore score = trust_score(population, {});
  CHECK(gate_of(score, "equity") == nullptr);  // one group left: no pair to compare
  for (std::size_t i = 0; i < population.size(); ++i) population.features[0].of[i] = i % 2;
  CHECK(gate_of(trust_score(population, {}), "equity") != nullptr);
}

TEST_CASE("the same input gives the same score", "[audit][population]") {
  const Population population = calibrated(300, 5);
  const TrustScore a = trust_score(population, {});
  const TrustScore b = trust_score(population, {});
  CHECK(a.score == b.score);
  CHECK(gate_of(a, "calibration")->interval == gate_of(b, "calibration")->interval);
}

TEST_CASE("input that does not fit together is refused with its element", "[audit][population]") {
  Population population = calibrated(20, 6);
  population.probabilities.cells[7] = 1.5;
  CHECK(checked(population).error().message.rfind("/y_prob/3/1: ", 0) == 0);
  population = calibrated(20, 6);
  population.predicted.pop_back();
  CHECK(checked(population).error().message.rfind("/y_pred: ", 0) == 0);
  CHECK_FALSE(checked(Population{}));
}

TEST_CASE("drift of the confidence blocks and takes the certificate away", "[audit][population]") {
  const Population now = calibrated(2000, 7);
  const Population before = calibrated(2000, 8);
  const PopulationAudit quiet = audit_population(now, {}, &before);
  CHECK(gate_of(quiet.trust, "drift")->state == GateState::pass);
  CHECK(quiet.plots->certified.threshold);
  Population moved = before;
  for (double& cell : moved.probabilities.cells) cell = 0.5 + (cell - 0.5) * 0.5;
  const PopulationAudit drifted = audit_population(now, {}, &moved);
  CHECK(gate_of(drifted.trust, "drift")->state == GateState::block);
  CHECK_FALSE(drifted.plots->certified.threshold);
  CHECK(drifted.trust.grade == "D");
}

TEST_CASE("a model compared with itself shows no difference", "[audit][population]") {
  const Population population = calibrated(300, 9);
  const auto comparison = compare(population, population, TrustPolicy{.resamples = 50});
  REQUIRE(comparison);
  CHECK(comparison->reason == "no difference shown");
  CHECK(comparison->correctness.p_value == 1.0);
  for (const ScoreDifference& part : comparison->differences) {
    CHECK(part.interval.lower == 0.0);
    CHECK(part.interval.upper == 0.0);
  }
}

TEST_CASE("a clearly worse model is found out, and a blocked one is never recommended", "[audit][population]") {
  const Population good = calibrated(600, 10);
  Population bad = good;
  for (std::size_t i = 0; i < bad.size(); i += 2) bad.predicted[i] = 1 - bad.truth[i];
  const auto comparison = compare(bad, good, TrustPolicy{.resamples = 50});
  REQUIRE(comparison);
  CHECK(comparison->correctness.p_value < 1e-6);
  CHECK(comparison->differences.front().preference == Preference::second);
  CHECK(comparison->recommended == Preference::second);
  const auto both_bad = compare(bad, bad, TrustPolicy{.resamples = 10});
  CHECK(both_bad->recommended == Preference::none);
  CHECK(both_bad->reason.rfind("neither", 0) == 0);
  CHECK_FALSE(compare(good, calibrated(600, 11), {}));
}

TEST_CASE("labels count by their chance of review", "[audit][population]") {
  // All 100 escalated cases were reviewed, 10 of them wrong; of the others one in ten, none wrong.
  std::vector<Record> records;
  for (int i = 0; i < 100; ++i) records.push_back(record("escalate", i < 10 ? "clear" : "escalate"));
  for (int i = 0; i < 900; ++i)
    records.push_back(record("clear", i % 10 == 0 ? std::optional<std::string>("clear") : std::nullopt, 0.1));
  const auto audit = audit_records(records, {});
  REQUIRE(audit);
  CHECK(audit->summary.labelled == 190);
  CHECK(audit->summary.error_rate == Approx(10.0 / 190.0));
  CHECK(audit->summary.weighted_error_rate == Approx(10.0 / 1000.0));
  CHECK(audit->summary.effective_size == Approx(1000.0 * 1000.0 / (100.0 + 90.0 * 100.0)));
}

TEST_CASE("a suppressed finding blocks, and missed critical events and unsupported claims have their gates",
          "[audit][population]") {
  std::vector<Record> records;
  for (int i = 0; i < 400; ++i) {
    Record one = record("block", "block");
    one.severity = "critical";
    one.checkable_claims = 5;
    one.supported_claims = 5;
    records.push_back(one);
  }
  TrustPolicy policy;
  const auto clean = audit_records(records, policy);
  const TrustScore passed = with_records(trust_score(clean->population, policy), *clean, policy);
  CHECK(gate_of(passed, "missed_critical")->state == GateState::pass);
  CHECK(gate_of(passed, "unsupported_claims")->state == GateState::pass);
  CHECK(gate_of(passed, "suppressed_findings")->state == GateState::pass);

  for (int i = 0; i < 20; ++i) records[static_cast<std::size_t>(i)].prediction = "clear";
  for (Record& one : records) one.supported_claims = 4;
  records[0].suppressed_findings = 1;
  const auto dirty = audit_records(records, policy);
  const TrustScore failed = with_records(trust_score(dirty->population, policy), *dirty, policy);
  CHECK(gate_of(failed, "missed_critical")->state == GateState::block);
  CHECK(gate_of(failed, "unsupported_claims")->state == GateState::block);
  CHECK(gate_of(failed, "suppressed_findings")->state == GateState::block);
  CHECK(failed.grade == "D");
  CHECK(failed.verdict == "BLOCK: missed_critical, unsupported_claims, suppressed_findings");
}
