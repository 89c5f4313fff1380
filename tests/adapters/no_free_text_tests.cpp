// The setting that sends no note: every byte that leaves the program is looked at.

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;

// Everyday words of the note and of other texts, none of which the mask would take for a name.
const std::vector<std::string> canaries = {"dizzy",    "swears", "birthday",    "bakery",  "teapot",   "neighbour",
                                           "upstairs", "garden", "grandmother", "village", "ibuprofen"};

class Sending {
 public:
  Sending() {
    const auto script = folder_.path() / "script.json";
    tests::write_text(script, R"({"rules":[{"match":{"agent":"interaction","turn":1},"reply":{"functionCalls":[
        {"name":"what_if","args":{"add":["amoxicillin"]}},
        {"name":"what_if","args":{"remove":["warfarin"]}},
        {"name":"check_medicines","args":{"names":["warfarin","fluconazole"]}}]}}]})");
    adapters::FakeGeminiOptions options;
    options.script = script;
    auto started = adapters::FakeGemini::start(options);
    REQUIRE(started.has_value());
    server_ = std::move(*started);
    const auto file = folder_.path() / "case.json";
    tests::write_text(file, R"({"id":"A","as_of":"2026-11-02T08:00:00Z",
        "patient":{"age":71,"conditions":["epilepsy, after a birthday in the garden"],
                   "allergies":[{"text":"penicillin, from the bakery","reaction":"rash, says the neighbour upstairs"}]},
        "medications":[{"text":"warfarin 5 mg daily, beside the teapot"},{"text":"green pills of the grandmother"}],
        "orders":[{"text":"Diflucan 200 mg daily"}],
        "note":"Feels dizzy. Takes ibuprofen and swears by it, as in the village."})");
    call.arguments = {"review", file.string(), "--format", "json"};
    call.environment = {{"GOOGLE_GEMINI_BASE_URL", server_->url()}, {"GEMINI_API_KEY", "key"}, {"GOOGLE_API_KEY", ""}};
  }

  // Everything that was sent, with its headers.
  std::string bytes() {
    const auto done = tests::run_program(call);
    CHECK(done.err == "");
    REQUIRE(done.status == 0);
    review = nlohmann::json::parse(done.out);
    std::string all;
    for (const auto& request : server_->requests()) {
      all += request.path + "\n";
      for (const auto& [name, value] : request.headers) all.append(name).append(": ").append(value).append("\n");
      all += request.body + "\n";
    }
    return all;
  }

  tests::ProgramCall call;
  nlohmann::json review;

 private:
  tests::TemporaryFolder folder_;
  std::unique_ptr<adapters::FakeGemini> server_;
};

void check_without_free_text(Sending& sending) {
  const std::string sent = sending.bytes();
  for (const std::string& canary : canaries) {
    INFO(canary);
    CHECK(sent.find(canary) == std::string::npos);
  }
  for (const std::string clinical :
       {"epilepsy", "penicillin", "rash", "warfarin 5 mg daily", "Diflucan 200 mg daily"}) {
    INFO(clinical);
    CHECK(sent.find(clinical) != std::string::npos);
  }
  CHECK(sending.review["agents"][0]["by"] == "model");
  CHECK(sending.review["agents"][0]["tool_calls"] == 3);
  // All that it may say rests on words of the note.
  CHECK(sending.review["agents"][1]["by"] == "rules");
  CHECK(sent.find("x-guardian-agent: triage") == std::string::npos);
  CHECK(sending.review["degradations"].empty());
}

}  // namespace

TEST_CASE("with --no-free-text no word of the note is sent, and of other texts clinical words only",
          "[adapters][no_free_text][cli]") {
  Sending sending;
  sending.call.arguments.emplace_back("--no-free-text");
  check_without_free_text(sending);
}

TEST_CASE("the environment can keep free text in the house", "[adapters][no_free_text][cli]") {
  Sending sending;
  sending.call.environment["GUARDIAN_NO_FREE_TEXT"] = "true";
  check_without_free_text(sending);
}

TEST_CASE("without the setting these words are sent", "[adapters][no_free_text][cli]") {
  Sending sending;
  sending.call.environment["GUARDIAN_NO_FREE_TEXT"] = "0";
  const std::string sent = sending.bytes();
  for (const std::string& canary : canaries) {
    INFO(canary);
    CHECK(sent.find(canary) != std::string::npos);
  }
  CHECK(sending.review["agents"][1]["by"] == "model");
}

TEST_CASE("a value of the setting that is misspelt sends nothing and is an error", "[adapters][no_free_text][cli]") {
  Sending sending;
  sending.call.environment["GUARDIAN_NO_FREE_TEXT"] = "ture";
  const auto done = tests::run_program(sending.call);
  CHECK(done.status == 2);
  CHECK(done.err == "guardian: GUARDIAN_NO_FREE_TEXT: is neither true nor false\n");
}
