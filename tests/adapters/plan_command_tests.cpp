// `guardian plan`, as it is called.

#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "knowledge/plan_policy.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::tests;
using Json = nlohmann::json;

namespace {

constexpr const char* statin_case =
    R"({"id": "P", "as_of": "2026-11-02", "patient": {"age": 60, "conditions": ["hyperlipidemia", "pneumonia"]},
        "medications": ["simvastatin 40 mg daily", "clarithromycin 500 mg BID"]})";

ProgramRun plan_of(const std::string& text, std::vector<std::string> options = {}) {
  ProgramCall call;
  call.arguments = {"plan", "-", "--kb", shipped_file().string()};
  call.arguments.insert(call.arguments.end(), options.begin(), options.end());
  call.input = text;
  return run_program(call);
}

}  // namespace

TEST_CASE("plan proposes the least change and says that it is not applied", "[adapters][cli][plan]") {
  const ProgramRun text = plan_of(statin_case);
  CHECK(text.status == 0);
  CHECK(text.err.empty());
  CHECK(text.out.find("simvastatin 40 mg daily -> ") != std::string::npos);
  CHECK(text.out.find("never applied by itself") != std::string::npos);

  const ProgramRun json = plan_of(statin_case, {"--format", "json"});
  CHECK(json.status == 0);
  const Json answer = Json::parse(json.out);
  CHECK(answer["schema"] == "guardian-plan/1");
  CHECK(answer["plan"]["needed"] == true);
  CHECK(answer["plan"]["proven"] == true);
  CHECK(answer["plan"]["best"][0]["changes"][0]["kind"] == "switch");
  CHECK(json.out == plan_of(statin_case, {"--format", "json"}).out);
}

TEST_CASE("plan says so when nothing is to clear", "[adapters][cli][plan]") {
  const ProgramRun run = plan_of(R"({"id": "P", "medications": ["loratadine 10 mg daily"]})");
  CHECK(run.status == 0);
  CHECK(run.out.find("nothing to clear") != std::string::npos);
}

TEST_CASE("plan names what is monitored, spaced or given less often, within the width of a terminal",
          "[adapters][cli][plan]") {
  const auto patient = [](const std::string& conditions, const std::string& medications) {
    return R"({"id": "P", "as_of": "2026-11-02", "patient": {"age": 45, "sex": "M", "conditions": [)" + conditions +
           R"(]}, "medications": [)" + medications + "]}";
  };
  const auto fits = [](const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK(line.size() <= 80);
    }
  };
  const std::string lithium =
      patient(R"("bipolar disorder", "hypertension")", R"("lithium 900 mg daily", "lisinopril 10 mg daily")");
  const ProgramRun monitored = plan_of(lithium);
  CHECK(monitored.out.find("keep lithium 900 mg daily and monitor: lithium level weekly") != std::string::npos);
  CHECK(monitored.out.find("answers: lisinopril and lithium") != std::string::npos);
  CHECK(monitored.out.find("Until then") == std::string::npos);
  fits(monitored.out);
  const Json option = Json::parse(plan_of(lithium, {"--format", "json"}).out)["plan"]["best"][0];
  CHECK(option["changes"][0]["kind"] == "monitor");
  CHECK(option["handled"][0]["finding"]["severity"] == "major");
  CHECK(option["handled"][0]["measure"] == option["changes"][0]["measures"][0]);

  const ProgramRun spaced =
      plan_of(patient(R"("hiv", "gerd")", R"("rilpivirine 25 mg daily", "famotidine 20 mg BID")"));
  CHECK(spaced.out.find("keep rilpivirine 25 mg daily and space: H2 antagonist") != std::string::npos);
  fits(spaced.out);

  const ProgramRun weekly = plan_of(patient(R"("rheumatoid arthritis")", R"("methotrexate 10 mg daily")"));
  CHECK(weekly.out.find("methotrexate 10 mg daily: give it once a week") != std::string::npos);
  fits(weekly.out);

  const ProgramRun lower =
      plan_of(patient(R"("hyperlipidemia", "hypertension")", R"("simvastatin 80 mg daily", "amlodipine 10 mg daily")"));
  CHECK(lower.out.find("Change    simvastatin 80 mg daily: lower to 20 mg a day") != std::string::npos);
  CHECK(lower.out.find("1 combinations") == std::string::npos);
  fits(lower.out);
}

TEST_CASE("plan takes a policy from a file, and refuses one that is not whole", "[adapters][cli][plan]") {
  const TemporaryFolder folder;
  std::string policy(guardian::knowledge::default_plan_policy_text());
  const std::string costs = "cost\tswitch_in_class\t1\t";
  policy.replace(policy.find(costs), costs.size(), "cost\tswitch_in_class\t1.2\t");
  write_text(folder.path() / "own.tsv", policy);
  const ProgramRun own = plan_of(statin_case, {"--format", "json", "--policy", (folder.path() / "own.tsv").string()});
  CHECK(own.status == 0);
  CHECK(Json::parse(own.out)["plan"]["cost"] == 1.2);

  write_text(folder.path() / "bad.tsv", "kind\tname\tvalue\treason\ncost\ttaper\tmuch\t\n");
  const ProgramRun bad = plan_of(statin_case, {"--policy", (folder.path() / "bad.tsv").string()});
  CHECK(bad.status == 2);
  CHECK(bad.out.empty());
  CHECK(bad.err.find("bad.tsv:2: ") != std::string::npos);
  CHECK(plan_of(statin_case, {"--policy", (folder.path() / "none.tsv").string()}).status == 2);
}

TEST_CASE("a review carries a plan only where something is to clear, and a screen never does",
          "[adapters][cli][plan]") {
  ProgramCall call;
  call.arguments = {"review", "-", "--format", "json", "--kb", shipped_file().string()};
  call.input = statin_case;
  CHECK(Json::parse(run_program(call).out)["plan"]["feasible"] == true);
  call.input = R"({"id": "P", "medications": ["loratadine 10 mg daily"]})";
  CHECK(Json::parse(run_program(call).out)["plan"].is_null());
  call.arguments = {"screen", "simvastatin", "clarithromycin", "--format", "json", "--kb", shipped_file().string()};
  CHECK(Json::parse(run_program(call).out)["plan"].is_null());
}
