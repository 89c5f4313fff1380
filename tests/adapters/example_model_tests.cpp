// The example that shows what a model adds: examples/model/38-script.json plays it, over real HTTP.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using nlohmann::json;

json review(const std::string& url, const std::vector<std::string>& more) {
  tests::ProgramCall call;
  const auto file = tests::source_folder() / "examples/cases/38-medicine-only-in-the-note.json";
  call.arguments = {"review", file.string(), "--format", "json"};
  call.arguments.insert(call.arguments.end(), more.begin(), more.end());
  call.environment = {{"GOOGLE_GEMINI_BASE_URL", url}, {"GEMINI_API_KEY", "key"}, {"GOOGLE_API_KEY", ""}};
  const auto done = tests::run_program(call);
  REQUIRE(done.status == 0);
  return json::parse(done.out);
}

}  // namespace

TEST_CASE("the example with a script shows what agents add, with citations, beside the same findings",
          "[adapters][agents_over_gemini][examples]") {
  adapters::FakeGeminiOptions options;
  options.script = tests::source_folder() / "examples/model/38-script.json";
  const auto running = adapters::FakeGemini::start(options);
  REQUIRE(running.has_value());
  const json alone = review((*running)->url(), {"--offline"});
  const json asked = review((*running)->url(), {"--release-uncertified"});
  CHECK(asked["degradations"].empty());
  std::size_t from_note = 0;
  for (const json& finding : asked["findings"]) {
    if (!finding.contains("via") || finding["via"].is_null()) {
      CHECK(std::count(alone["findings"].begin(), alone["findings"].end(), finding) == 1);
      continue;
    }
    ++from_note;
    CHECK(finding["via"] == "note:swears by the St John's wort capsules");
    CHECK(finding["source"] == "engine");
    CHECK_FALSE(finding["evidence"].empty());
  }
  CHECK(from_note > 0);
  CHECK(asked["findings"].size() == alone["findings"].size() + from_note);
  const auto& claims = asked["explanation"]["claims"];
  const auto by_model =
      std::count_if(claims.begin(), claims.end(), [](const json& claim) { return claim["by"] == "model"; });
  CHECK(by_model == 1);
  CHECK(asked["explanation"]["released"] == true);
  for (const json& agent : asked["agents"]) {
    CHECK(agent["by"] == "model");
    CHECK(agent["refused"].empty());
  }
}

TEST_CASE("a model's text goes out only with a certificate, or where the site says that it needs none",
          "[adapters][agents_over_gemini][examples]") {
  adapters::FakeGeminiOptions options;
  options.script = tests::source_folder() / "examples/model/38-script.json";
  const auto running = adapters::FakeGemini::start(options);
  REQUIRE(running.has_value());
  const json kept = review((*running)->url(), {});
  CHECK(kept["explanation"]["released"] == false);
  for (const json& claim : kept["explanation"]["claims"]) CHECK(claim["by"] == "template");
  const auto& reasons = kept["audit"]["reasons"];
  CHECK(
      std::any_of(reasons.begin(), reasons.end(), [](const json& reason) { return reason["id"] == "not-certified"; }));
  const json shown = review((*running)->url(), {"--release-uncertified"});
  CHECK(shown["findings"] == kept["findings"]);
  CHECK(shown["decision"] == kept["decision"]);
}
