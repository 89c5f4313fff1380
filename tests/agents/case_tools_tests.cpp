#include "agents/case_tools.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/plan.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using nlohmann::json;

// 84 years, 55 kg, creatinine 2.1 mg/dL: clearance (140 - 84) x 55 / (72 x 2.1) x 0.85 = 17.3 mL/min.
core::Case old_kidneys() {
  core::Case subject;
  subject.id = "A";
  subject.as_of = "2026-11-02T08:00:00Z";
  subject.locale = "US";
  subject.patient.age = 84;
  subject.patient.sex = core::Sex::female;
  subject.patient.weight_kg = 55;
  subject.patient.states_labs = true;
  subject.patient.labs = {{"creatinine", 2.1, "mg/dL", "2026-11-01"}};
  for (const char* text : {"metformin 1000 mg BID", "lisinopril 10 mg daily", "warfarin 5 mg daily of Mrs Zellweger",
                           "aspirin 81 mg daily"}) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = text;
    subject.medications.push_back(entry);
  }
  subject.note = "Mrs Zellweger started lisinopril 3 weeks ago. Dry cough for 5 days.";
  return subject;
}

struct Called {
  json content;
  std::vector<std::string> rows;
  bool failed = false;
};

Called call(const std::string& tool, const std::string& arguments, const core::Case& subject = old_kidneys()) {
  agents::ToolBox box(agents::case_tools(tests::shipped_knowledge(), subject));
  const auto result = box.call({"1", tool, arguments});
  return {json::parse(result.content), result.rows, result.failed};
}

bool has(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

std::vector<std::string> severities(const json& findings) {
  std::vector<std::string> all;
  for (const auto& finding : findings) all.push_back(finding["severity"]);
  return all;
}

}  // namespace

TEST_CASE("the kidney tool gives both measures, the limits that are reached and the findings at the dose",
          "[agents][case_tools]") {
  const auto metformin = call("kidney_dose", R"({"medicine":"metformin"})");
  CHECK_FALSE(metformin.failed);
  CHECK(metformin.content["in_case"] == true);
  CHECK(metformin.content["creatinine_clearance_ml_min"].get<double>() == Approx(17.3).margin(0.05));
  CHECK(metformin.content["weight_used"] == "actual");
  // CKD-EPI 2021: 142 x (2.1/0.7)^-1.2 x 0.9938^84 x 1.012 = 22.8.
  CHECK(metformin.content["egfr_ml_min_173"].get<double>() == Approx(22.8).margin(0.1));
  const auto& limits = metformin.content["limits"];
  REQUIRE_FALSE(limits.empty());
  CHECK(limits[0]["reached"] == "yes");
  CHECK(limits[0]["measure"] == "eGFR");
  CHECK(limits[0]["limit"] == "< 30 mL/min/1.73m2");
  CHECK(has(severities(metformin.content["findings"]), "critical"));
  CHECK(has(metformin.rows, limits[0]["row"]));

  const auto enoxaparin = call("kidney_dose", R"({"medicine":"enoxaparin"})");
  CHECK(enoxaparin.content["in_case"] == false);
  CHECK(enoxaparin.content["limits"][0]["measure"] == "creatinine clearance");
  CHECK(enoxaparin.content["limits"][0]["reached"] == "yes");
  CHECK(call("kidney_dose", R"({"medicine":"atorvastatin"})").content["findings"].empty());
}

TEST_CASE("without a creatinine the kidney tool says what is missing and nothing is reached", "[agents][case_tools]") {
  auto subject = old_kidneys();
  subject.patient.labs.clear();
  const auto metformin = call("kidney_dose", R"({"medicine":"metformin"})", subject);
  CHECK(metformin.content["egfr_ml_min_173"].is_null());
  CHECK(metformin.content["creatinine_clearance_ml_min"].is_null());
  CHECK(metformin.content["gaps"].dump().find("creatinine") != std::string::npos);
  for (const auto& limit : metformin.content["limits"]) CHECK(limit["reached"] == "not known");
}

TEST_CASE("what-if tells what comes, ends and changes, with severities and the decision", "[agents][case_tools]") {
  const auto added = call("what_if", R"({"add":["ibuprofen 600 mg TID"]})");
  CHECK(has(severities(added.content["new"]), "major"));
  CHECK(added.content["ended"].empty());
  CHECK_FALSE(added.rows.empty());
  const auto removed = call("what_if", R"({"remove":["metformin"]})");
  CHECK(has(severities(removed.content["ended"]), "critical"));
  CHECK(removed.content["decision"]["before"] == "block");
  CHECK(removed.content["decision"]["after"] != "block");
  CHECK(call("what_if", R"({"remove":["digoxin"]})").failed);
  CHECK(call("what_if", R"({"add":["zzyzxol"]})").failed);
  const auto nothing = call("what_if", "{}");
  CHECK(nothing.content["new"].empty());
  CHECK(nothing.content["ended"].empty());
}

TEST_CASE("the plan tool proposes the change that clears the grave findings", "[agents][case_tools]") {
  const auto plan = call("plan", "{}");
  CHECK(plan.content["needed"] == true);
  REQUIRE_FALSE(plan.content["options"].empty());
  CHECK(plan.content["options"][0].dump().find("metformin") != std::string::npos);
  CHECK(plan.content["note"] == core::plan_note);
}

TEST_CASE("the causes tool ranks medicines with rows and times", "[agents][case_tools]") {
  const auto causes = call("possible_causes", R"({"seen":"dry cough"})");
  REQUIRE(causes.content["suspects"].size() == 1);
  CHECK(causes.content["suspects"][0]["medicine"] == "lisinopril");
  CHECK(causes.content["suspects"][0]["timing"] == "fits");
  CHECK(causes.content["suspects"][0]["started_days_ago"] == 21);
  CHECK(has(causes.rows, "ACE-COUGH"));
  const auto none = call("possible_causes", R"({"seen":"hearing loss"})");
  CHECK(none.content["suspects"].size() + none.content["no_known_cause_among_these_medicines"].size() > 0);
}

TEST_CASE("no tool answers with words of people", "[agents][case_tools]") {
  for (const auto& [tool, arguments] :
       std::vector<std::pair<std::string, std::string>>{{"what_if", R"({"add":["ibuprofen"],"remove":["warfarin"]})"},
                                                        {"kidney_dose", R"({"medicine":"warfarin"})"},
                                                        {"plan", "{}"},
                                                        {"possible_causes", "{}"}}) {
    INFO(tool);
    CHECK(call(tool, arguments).content.dump().find("Zellweger") == std::string::npos);
  }
}

TEST_CASE("a tool refuses arguments of another shape", "[agents][case_tools]") {
  CHECK(call("kidney_dose", "{}").failed);
  CHECK(call("kidney_dose", R"({"medicine":7})").failed);
  CHECK(call("plan", R"({"deep":true})").failed);
  CHECK(call("possible_causes", R"({"seen":["cough"]})").failed);
  CHECK(call("stop_everything", "{}").failed);
}
