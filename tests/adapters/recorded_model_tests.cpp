#include "adapters/recorded/recorded_model.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/json/review_codec.hpp"
#include "adapters/recorded/event_codec.hpp"
#include "runtime/orchestrator.hpp"
#include "tests/support/model_use.hpp"
#include "tests/support/scripted_model.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;
using agents::Event;
using agents::ModelAnswer;
using agents::ModelRequest;
using tests::ScriptedModel;

core::Case subject() {
  core::Case made;
  made.id = "C-1";
  made.as_of = "2026-11-02T08:00:00Z";
  core::MedicationEntry entry;
  entry.element = "/medications/0";
  entry.text = "sertraline 50 mg daily";
  made.medications.push_back(entry);
  made.note = "Uses St John's wort for her mood.";
  return made;
}

std::shared_ptr<ScriptedModel> live() {
  return std::make_shared<ScriptedModel>([](const ModelRequest& request, const agents::CallLimits&) -> ModelAnswer {
    if (request.agent == "triage") return tests::fails(agents::ModelFailureKind::server);
    if (request.agent == "explanation") return tests::says(R"({"sections":[]})");
    if (!request.reply_schema.empty()) {
      return tests::says(R"({"medicines":[{"quote":"Uses St John's wort","text":"St John's wort","stopped":false}],
                            "concerns":[],"raises":[]})");
    }
    if (request.turns.size() > 1) return tests::says("enough");
    return tests::calls({{"1", "check_medicines", R"({"names":["sertraline","St John's wort"]})"}});
  });
}

std::string review_with(const std::shared_ptr<agents::ModelClient>& model, std::vector<Event>* events = nullptr) {
  runtime::OrchestratorOptions options;
  options.reviewer.explanation = agents::ExplanationOptions{};
  runtime::Orchestrator orchestrator(tests::shipped_knowledge(), options, tests::use(model));
  const auto review = orchestrator.review(subject(), [&](const Event& event) {
    if (events != nullptr) events->push_back(event);
  });
  REQUIRE(review.has_value());
  return adapters::encode_review(*review, true);
}

}  // namespace

TEST_CASE("a review made again from its events is the same to the byte, and asks nobody", "[adapters][recorded]") {
  std::vector<Event> events;
  const std::string first = review_with(live(), &events);
  CHECK(first.find("St John") != std::string::npos);
  CHECK(review_with(std::make_shared<adapters::RecordedModel>(events, nullptr)) == first);
}

TEST_CASE("an interrupted review asks only what it had not been told", "[adapters][recorded]") {
  std::vector<Event> events;
  const std::string whole = review_with(live(), &events);
  // Cut behind each event in turn, as if the program had ended there.
  for (std::size_t kept = 0; kept <= events.size(); ++kept) {
    const std::vector<Event> part(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(kept));
    const auto model = live();
    CHECK(review_with(std::make_shared<adapters::RecordedModel>(part, model)) == whole);
    std::size_t told = 0;
    for (const Event& event : part) told += event.answer && std::holds_alternative<agents::ModelReply>(*event.answer);
    CHECK(model->asked().size() == 5 - told);
  }
}

TEST_CASE("what was never asked is a failure in a replay", "[adapters][recorded]") {
  const std::string review = review_with(std::make_shared<adapters::RecordedModel>(std::vector<Event>{}, nullptr));
  CHECK(review.find("unavailable: this question is not in the record") != std::string::npos);
}

TEST_CASE("events come back from their lines as they were", "[adapters][recorded]") {
  std::vector<Event> events;
  (void)review_with(live(), &events);
  REQUIRE(events.size() > 10);
  for (const Event& event : events) {
    const auto again = adapters::decode_event(adapters::encode_event(event));
    REQUIRE(again.has_value());
    CHECK(*again == event);
  }
}

TEST_CASE("an event whose counts do not fit is refused", "[adapters][recorded]") {
  const auto event = [](std::string_view call, std::string_view total) {
    return R"({"event":"model answered","step":"triage","call":)" + std::string(call) +
           R"(,"reply":{"text":"","calls":[],"content":"","usage":{"prompt":1,"output":1,"thoughts":0,"cached":0,)" +
           R"("total":)" + std::string(total) + R"(},"model":"m","model_version":"m","response_id":"r"}})";
  };
  CHECK(adapters::decode_event(event("1", "2")).has_value());
  CHECK(adapters::decode_event(event("2147483647", "0")).has_value());
  for (const std::string_view wrong :
       {"2147483648", "18446744073709551615", "9444444444444444444444444444", "1e400", "1.5", "-1", "\"1\"", "null"}) {
    CHECK_FALSE(adapters::decode_event(event(wrong, "2")).has_value());
    CHECK_FALSE(adapters::decode_event(event("1", wrong)).has_value());
  }
}

TEST_CASE("a file of events that was cut in its last line is read up to it, another spoilt line is named",
          "[adapters][recorded]") {
  std::vector<Event> events;
  (void)review_with(live(), &events);
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "events.ndjson";
  std::string text;
  for (const Event& event : events) text += adapters::encode_event(event) + "\n";
  std::ofstream(file) << text.substr(0, text.size() - 5);
  const auto cut = adapters::read_events(file, false);
  REQUIRE(cut.has_value());
  CHECK(cut->size() == events.size() - 1);
  std::ofstream(file) << "{}\n" << text;
  const auto spoilt = adapters::read_events(file, false);
  REQUIRE_FALSE(spoilt.has_value());
  CHECK(spoilt.error().message.find("line 1: is no event") != std::string::npos);
  CHECK(adapters::read_events(folder.path() / "none", true).value().empty());
  CHECK_FALSE(adapters::read_events(folder.path() / "none", false).has_value());
}
