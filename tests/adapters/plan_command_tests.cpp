// `guardian plan`, as it is called.

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
