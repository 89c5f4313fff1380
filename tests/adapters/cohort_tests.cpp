// Alerts of a cohort: counted by hand, and through the program.

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/batch/cohort.hpp"
#include "tests/support/program.hpp"

using namespace guardian;
using adapters::batch::CohortTally;
using adapters::batch::DisplayPolicy;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

namespace {

// Three orders; a critical alert of two rules, a minor one.
constexpr const char* screen_a =
    R"({"schema":"guardian-screen/1","case_id":"A","status":"complete","medicines":3,"findings":[
        {"type":"drug-drug","severity":"critical","subjects":["x","y"],"rules":["R1","R2"]},
        {"type":"duplicate","severity":"minor","subjects":["x"],"rules":["R3"]}]})";
constexpr const char* screen_b =
    R"({"schema":"guardian-screen/1","case_id":"B","status":"incomplete","medicines":1,"findings":[
        {"type":"unresolved","severity":"major","subjects":["z"],"rules":[]},
        {"type":"duplicate","severity":"minor","subjects":["x"],"rules":["R3"]},
        {"type":"duplicate","severity":"minor","subjects":["y"],"rules":["R3"]}]})";
constexpr const char* review_c =
    R"({"schema":"guardian-review/1","case_id":"C","status":"complete","resolved":[{},{}],"unresolved":[],"findings":[
        {"type":"drug-lab","severity":"minor","raised":{"by":"agent:x","to":"moderate","reason":"r"},
         "rules":["R1"],"interruptive":true}]})";
constexpr const char* quiet =
    R"({"schema":"guardian-screen/1","case_id":"D","status":"complete","medicines":4,"findings":[]})";
constexpr const char* error = R"({"schema":"guardian-error/1","case_id":null,"line":4,"errors":[]})";

CohortTally tally_of(const DisplayPolicy& policy) {
  CohortTally tally(policy);
  for (const char* line : {screen_a, screen_b, review_c, quiet, error}) REQUIRE(tally.add(line) == std::nullopt);
  return tally;
}

}  // namespace

TEST_CASE("alerts are counted by severity, type and rule, and for 100 orders", "[adapters][batch][cohort]") {
  const CohortTally tally = tally_of({});
  const auto& cohort = tally.cohort();
  CHECK(cohort.cases == 4);
  CHECK(cohort.orders == 10);
  CHECK(cohort.unreadable == 1);
  CHECK(cohort.incomplete == 1);
  CHECK(cohort.all == adapters::batch::AlertCount{6, 3, 0});
  CHECK(cohort.interruptive == adapters::batch::AlertCount{3, 3, 0});
  CHECK(cohort.severities[0] == adapters::batch::AlertCount{3, 2, 0});
  CHECK(cohort.severities[1] == adapters::batch::AlertCount{1, 1, 0});  // raised
  CHECK(cohort.severities[2].alerts == 1);
  CHECK(cohort.severities[3].alerts == 1);
  CHECK(cohort.types.at("duplicate") == adapters::batch::AlertCount{3, 2, 0});
  CHECK(cohort.rules.at("R1") == adapters::batch::AlertCount{2, 2, 0});
  CHECK(cohort.rules.at("R3") == adapters::batch::AlertCount{3, 2, 0});
  CHECK(cohort.quiet_before == 1);
  CHECK(cohort.quiet_after == 1);
  CHECK(adapters::batch::per_hundred(cohort.all.alerts, cohort.orders).value() == Approx(60.0));
  CHECK_FALSE(adapters::batch::per_hundred(0, 0).has_value());
}

TEST_CASE("a policy silences severities, types, and alerts all of whose rules it names", "[adapters][batch][cohort]") {
  const CohortTally minor = tally_of({{core::Severity::minor}, {}, {}});
  CHECK(minor.cohort().all.silenced == 3);
  CHECK(minor.cohort().rules.at("R3").silenced == 3);
  CHECK(minor.cohort().quiet_after == 1);
  const CohortTally one_rule = tally_of({{}, {}, {"R1"}});
  CHECK(one_rule.cohort().all.silenced == 1);  // the one of R1 and R2 stays
  CHECK(one_rule.cohort().severities[3].silenced == 0);
  CHECK(one_rule.cohort().quiet_after == 2);
  const CohortTally both = tally_of({{}, {}, {"R1", "R2"}});
  CHECK(both.cohort().severities[3].silenced == 1);
  const CohortTally type = tally_of({{}, {"unresolved"}, {}});
  CHECK(type.cohort().interruptive.silenced == 1);
}

TEST_CASE("a line that is no answer of a batch is refused", "[adapters][batch][cohort]") {
  CohortTally tally;
  for (const char* line :
       {"{}", "[1]", "not JSON", R"({"schema":"guardian-plan/1"})", R"({"schema":"guardian-screen/1","medicines":1})",
        R"({"schema":"guardian-screen/1","findings":[{"severity":"huge","type":"dose"}]})"}) {
    INFO(line);
    CHECK(tally.add(line).has_value());
  }
  CHECK(tally.cohort().cases == 0);
}

TEST_CASE("the program tells the burden of what a batch answered, and what a policy would silence",
          "[adapters][batch][cohort]") {
  const std::string cases =
      R"({"id": "A", "as_of": "2026-11-02T08:00:00Z", "medications": ["phenelzine 15 mg TID", "sertraline 50 mg daily"]})"
      "\n"
      R"({"id": "B", "as_of": "2026-11-02T08:00:00Z", "medications": ["metformin 500 mg BID", "zorbaxidol"]})"
      "\n";
  const auto run = [](std::vector<std::string> arguments, const std::string& input) {
    return tests::run_program({std::move(arguments), input});
  };
  const std::string answers = run({"batch", "--offline"}, cases).out;
  const auto json = run({"cohort", "--format", "json"}, answers);
  CHECK(json.status == 0);
  const Json report = Json::parse(json.out);
  CHECK(report.at("schema") == "guardian-cohort/1");
  CHECK(report.at("cases") == 2);
  CHECK(report.at("orders") == 4);
  std::uint64_t findings = 0;
  for (const std::string& line : tests::lines_of(answers)) findings += Json::parse(line).at("findings").size();
  CHECK(report.at("all").at("alerts") == findings);
  CHECK(report.at("all").at("per_100_orders").get<double>() == Approx(25.0 * static_cast<double>(findings)));
  const auto text = run({"cohort", "--mute", "critical", "--mute", "NO-SUCH-RULE"}, answers);
  CHECK(text.status == 0);
  CHECK_THAT(text.out, Contains("CRITICAL: the policy would silence 1 critical alert."));
  CHECK_THAT(text.err, Contains("NO-SUCH-RULE"));
  const auto page = run({"cohort", "--format", "html", "--mute", "<b>"}, answers);
  CHECK_THAT(page.out, Contains("<!doctype html>") && Contains("&lt;b&gt;") && !Contains("<b>"));
  CHECK(run({"cohort"}, "").status == 0);
  CHECK(run({"cohort", "/no/such"}, "").status == 2);
  const auto wrong = run({"cohort"}, answers + "{}\n");
  CHECK(wrong.status == 2);
  CHECK_THAT(wrong.err, Contains("line 3"));
}
