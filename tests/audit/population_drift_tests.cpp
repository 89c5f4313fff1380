// Records over time: what comes in, without and with labels, faithfulness, and what that does to the score.

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "audit/population/audit.hpp"

using namespace guardian::audit::population;

namespace {

double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11U) * 0x1.0p-53; }

// Ages from `youngest` on, two sites.
CaseFeatures cases(std::size_t count, double youngest, const std::string& site, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  CaseFeatures features;
  features.cases = count;
  features.numbers = {{"age", {}}};
  features.words = {{"site", {}}};
  for (std::size_t i = 0; i < count; ++i) {
    features.numbers[0].values.push_back(youngest + 50.0 * unit(random));
    features.words[0].values.push_back(random() % 2 == 0 ? "ward" : site);
  }
  return features;
}

std::vector<Record> records(std::size_t count, std::uint64_t seed, double youngest_later) {
  std::mt19937_64 random(seed);
  std::vector<Record> made(count);
  for (std::size_t i = 0; i < count; ++i) {
    Record& record = made[i];
    record.id = std::to_string(i);
    record.time = std::to_string(100000 + i);
    record.prediction = "block";
    record.label = "block";
    record.confidence = 0.9 + 0.1 * unit(random);
    record.features["age"] = (i + 200 < count ? 20.0 : youngest_later) + 50.0 * unit(random);
  }
  return made;
}

const Gate* gate_of(const TrustScore& score, const std::string& name) {
  for (const Gate& gate : score.gates) {
    if (gate.name == name) return &gate;
  }
  return nullptr;
}

double dimension_of(const TrustScore& score, const std::string& name) {
  for (const Dimension& dimension : score.dimensions) {
    if (dimension.name == name) return dimension.score;
  }
  return -1.0;
}

PopulationAudit audited(std::vector<Record> list) {
  const auto found = audit_records(std::move(list), {});
  REQUIRE(found);
  PopulationAudit audit = audit_population(found->population, {});
  add_records(audit, *found, {});
  return audit;
}

}  // namespace

TEST_CASE("drift is found in numbers and in words, and what is not known is counted", "[audit][population]") {
  const auto moved = feature_drift(cases(400, 20.0, "clinic", 1), cases(300, 35.0, "home", 2));
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].name == "age");
  CHECK(moved[0].is_drifted);
  CHECK(moved[0].window_z > 3.0);
  CHECK(moved[1].is_drifted);
  CHECK(moved[1].new_categories == Approx(0.5).margin(0.1));

  CaseFeatures holes = cases(400, 20.0, "clinic", 3);
  for (std::size_t i = 0; i < 100; ++i) holes.numbers[0].values[i] = std::nullopt;
  holes.numbers[0].values[101] = std::nan("");
  const auto same = feature_drift(cases(400, 20.0, "clinic", 4), holes);
  CHECK(same[0].missing_current == Approx(101.0 / 400.0));
  CHECK_FALSE(same[0].is_drifted);
}

TEST_CASE("without drift an alarm is as seldom as promised", "[audit][population][property]") {
  std::size_t alarms = 0;
  constexpr std::size_t trials = 300;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    for (const FeatureDrift& drift :
         feature_drift(cases(300, 20.0, "clinic", 2 * trial), cases(200, 20.0, "clinic", 2 * trial + 1)))
      alarms += drift.is_drifted ? 1U : 0U;
  }
  CHECK(static_cast<double>(alarms) <= trials * drift_rate * 3.0);
}

TEST_CASE("few cases, one value and no value are no drift, and not no drift either", "[audit][population]") {
  const auto few = feature_drift(cases(20, 20.0, "clinic", 1), cases(20, 90.0, "home", 2));
  for (const FeatureDrift& drift : few) {
    CHECK(std::isnan(drift.p_value));
    CHECK_FALSE(drift.is_drifted);
  }
  CaseFeatures constant{100, {{"egfr", std::vector<std::optional<double>>(100, 60.0)}}, {{"site", {}}}};
  constant.words[0].values.assign(100, "ward");
  const auto same = feature_drift(constant, constant);
  REQUIRE(same.size() == 2);
  CHECK_FALSE(same[0].is_drifted);
  CHECK(std::isnan(same[1].p_value));
  CHECK(window_drift(cases(99, 20.0, "clinic", 1), 200).empty());
  CHECK(window_drift({}, 200).empty());
}

TEST_CASE("drift of what comes in blocks and voids the certified threshold", "[audit][population]") {
  const PopulationAudit steady = audited(records(800, 1, 20.0));
  REQUIRE(gate_of(steady.trust, "drift") != nullptr);
  CHECK(gate_of(steady.trust, "drift")->state == GateState::pass);
  CHECK(dimension_of(steady.trust, "drift") == 100.0);
  CHECK(steady.plots->certified.threshold);
  const PopulationAudit moved = audited(records(800, 1, 60.0));
  CHECK(gate_of(moved.trust, "drift")->state == GateState::block);
  CHECK(moved.trust.grade == "D");
  CHECK_FALSE(moved.plots->certified.threshold);
  CHECK(dimension_of(moved.trust, "drift") == 50.0);  // one of age and confidence
}

TEST_CASE("faithfulness of the texts has its weight, and its gate asks for more than chance", "[audit][population]") {
  auto list = records(300, 1, 20.0);
  for (std::size_t i = 0; i < list.size(); ++i) list[i].faithfulness = i % 2 == 0 ? 0.9 : 0.7;
  const PopulationAudit good = audited(list);
  CHECK(dimension_of(good.trust, "faithfulness") == Approx(80.0));
  CHECK(gate_of(good.trust, "faithfulness")->state == GateState::pass);
  for (Record& record : list) record.faithfulness = -0.1;
  const PopulationAudit hollow = audited(list);
  CHECK(gate_of(hollow.trust, "faithfulness")->state == GateState::block);
  CHECK(hollow.trust.grade == "D");
  list.assign(list.begin(), list.begin() + 60);
  for (std::size_t i = 0; i < list.size(); ++i) list[i].faithfulness = i % 2 == 0 ? 1.0 : -0.9;
  const PopulationAudit open = audited(list);
  CHECK(gate_of(open.trust, "faithfulness")->state == GateState::inconclusive);
  CHECK(*gate_of(open.trust, "faithfulness")->cases_needed > 60);
  CHECK(gate_of(audited(records(300, 1, 20.0)).trust, "faithfulness") == nullptr);
}

TEST_CASE("the weights of records with every dimension are one", "[audit][population]") {
  TrustScore score;
  for (const char* name : {"calibration", "selective", "safety", "equity", "faithfulness", "representation", "drift"})
    score.dimensions.push_back({name, 50.0, 0.0});
  score.cases = 100;
  set_record_weights(score);
  grade(score, {});
  CHECK(score.weight_present == Approx(1.0));
  CHECK(score.score == Approx(50.0));
}

TEST_CASE("records without a label are graded I and watched for drift", "[audit][population]") {
  auto list = records(400, 1, 60.0);
  for (Record& record : list) record.label.reset();
  const PopulationAudit audit = audited(list);
  CHECK(audit.trust.grade == "I");
  CHECK(audit.trust.verdict == "INSUFFICIENT: no label");
  CHECK(gate_of(audit.trust, "drift")->state == GateState::block);
  CHECK_FALSE(audit_records({}, {}));
}

TEST_CASE("harm weighs what is missed more than what is said too much", "[audit][population]") {
  auto missed = records(200, 1, 20.0);
  auto needless = missed;
  for (std::size_t i = 0; i < 20; ++i) {
    missed[i].prediction = "clear";
    missed[i].severity = "critical";
    needless[i].label = "clear";
  }
  CHECK(dimension_of(audited(missed).trust, "safety") < dimension_of(audited(needless).trust, "safety"));
}
