// The ledger through the program: what a review leaves in it, and what can be had from it again.

#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "tests/adapters/ledger_program.hpp"

using namespace guardian;
using nlohmann::json;
using tests::LedgerProgram;
using tests::without_ledger;

TEST_CASE("a recorded review says where it stands, and is otherwise the review that it was", "[adapters][ledger]") {
  const LedgerProgram program;
  const auto recorded = program.review(program.a_case());
  CHECK(recorded.status == 0);
  CHECK(recorded.err.empty());
  const json review = json::parse(recorded.out);
  CHECK(review["ledger"]["sequence"] == 1);
  CHECK(review["ledger"]["hash"].get<std::string>().substr(0, 7) == "sha256:");
  const auto plain = program.run({"review", program.path("case.json"), "--format", "json"});
  CHECK(json::parse(plain.out)["ledger"].is_null());
  CHECK(without_ledger(plain.out) == without_ledger(recorded.out));
  CHECK(json::parse(program.review(program.a_case()).out)["ledger"]["sequence"] == 2);
  CHECK(program.run({"review", program.path("case.json"), "--ledger", program.ledger()}).out.find("Ledger    row 3") !=
        std::string::npos);
}

TEST_CASE("replay makes the same bytes again, of one case, of several and of a batch", "[adapters][ledger][replay]") {
  const LedgerProgram program;
  const auto one = program.review(program.a_case());
  const auto again = program.run({"ledger", "replay", program.ledger(), "1"});
  CHECK(again.status == 0);
  CHECK(again.err.empty());
  CHECK(again.out == one.out);

  // A case that does not say when is reviewed now, and replayed as of then.
  tests::write_text(program.path("other.json"), R"({"id":"C-78","medications":["sertraline 50 mg","tramadol 50 mg"]})");
  const auto both = program.review(program.path("case.json"), {program.path("other.json")});
  const auto lines = tests::lines_of(both.out);
  REQUIRE(lines.size() == 2);
  CHECK(program.run({"ledger", "replay", program.ledger(), "2"}).out == lines[0] + "\n");
  CHECK(program.run({"ledger", "replay", program.ledger(), "3"}).out == lines[1] + "\n");

  std::string cases;
  for (int i = 0; i < 40; ++i)
    cases += R"({"id":"B-)" + std::to_string(i) + R"(","medications":["warfarin 5 mg","Diflucan"]})" + "\n";
  tests::write_text(program.path("in.ndjson"), cases);
  const auto batch = program.run({"batch", program.path("in.ndjson"), "--jobs", "4", "--ledger", program.ledger()});
  CHECK(batch.status == 0);
  const auto answers = tests::lines_of(batch.out);
  REQUIRE(answers.size() == 40);
  const auto place = json::parse(answers[17])["ledger"]["sequence"].get<int>();
  CHECK(program.run({"ledger", "replay", program.ledger(), std::to_string(place)}).out == answers[17] + "\n");
  CHECK(program.run({"ledger", "verify", program.ledger()}).status == 0);
}

TEST_CASE("a review with a model is made again offline from the answers that stand in its row",
          "[adapters][ledger][replay]") {
  const LedgerProgram program;
  std::string reviewed;
  std::string in_another_manner;
  {
    auto server = adapters::FakeGemini::start({});
    REQUIRE(server.has_value());
    const auto run = program.run({"review", program.a_case(), "--format", "json", "--ledger", program.ledger()},
                                 {{"GOOGLE_GEMINI_BASE_URL", (*server)->url()}, {"GEMINI_API_KEY", "key"}});
    CHECK(run.status == 0);
    reviewed = run.out;
    CHECK_FALSE((*server)->requests().empty());
    in_another_manner = program
                            .run({"review", program.path("case.json"), "--format", "json", "--ledger", program.ledger(),
                                  "--no-free-text", "--audit", "full", "--release-uncertified"},
                                 {{"GOOGLE_GEMINI_BASE_URL", (*server)->url()}, {"GEMINI_API_KEY", "key"}})
                            .out;
  }
  CHECK(program.run({"ledger", "replay", program.ledger(), "2"}).out == in_another_manner);
  const auto again = program.run({"ledger", "replay", program.ledger(), "1"});
  CHECK(again.status == 0);
  CHECK(again.out == reviewed);
  CHECK(again.out.find("\"by\": \"model\"") != std::string::npos);

  const json open = json::parse(program.run({"ledger", "show", program.ledger(), "1"}).out)["open"];
  REQUIRE_FALSE(open["model_calls"].empty());
  const json& call = open["model_calls"][0];
  CHECK(call["request"].get<std::string>().substr(0, 7) == "sha256:");
  CHECK(call["reply"].get<std::string>().substr(0, 7) == "sha256:");
  CHECK_FALSE(call["model_version"].get<std::string>().empty());
  CHECK_FALSE(call["response_id"].get<std::string>().empty());
  CHECK(call["usage"]["total"].get<int>() > 0);
}

TEST_CASE("replay says when the knowledge base is another one", "[adapters][ledger][replay]") {
  const LedgerProgram program;
  const auto review = json::parse(program.review(program.a_case()).out);
  const tests::TemporaryKnowledge other({});
  const auto run = program.run({"ledger", "replay", program.ledger(), "1", "--kb", other.file().string()});
  CHECK(run.status == 3);
  CHECK(run.err.find(review["kb"]["digest"].get<std::string>()) != std::string::npos);
}

TEST_CASE("erasing a case leaves a whole ledger, and replay says that the case is gone", "[adapters][ledger]") {
  const LedgerProgram program;
  (void)program.review(program.a_case());
  (void)program.review(program.a_case(R"({"id":"C-78","medications":["warfarin 5 mg"]})"));
  const auto erased = program.run({"ledger", "erase", program.ledger(), "C-77", "--reason", "patient-request"});
  CHECK(erased.status == 0);
  CHECK(erased.out.substr(0, 5) == "row 3");
  const auto replay = program.run({"ledger", "replay", program.ledger(), "1"});
  CHECK(replay.status == 1);
  CHECK(replay.out.empty());
  CHECK(replay.err.find("was erased") != std::string::npos);
  CHECK(program.run({"ledger", "replay", program.ledger(), "2"}).status == 0);
  CHECK(program.run({"ledger", "verify", program.ledger()}).status == 0);
  CHECK(program.run({"ledger", "show", program.ledger(), "1", "--content"}).out.find("\"sealed\": \"erased\"") !=
        std::string::npos);
  CHECK(program.run({"ledger", "erase", program.ledger(), "C-77", "--reason", "patient-request"}).status == 2);
}

TEST_CASE("no word of the case stands in the files of a ledger, sealed or de-identified", "[adapters][ledger]") {
  const std::string named =
      R"({"id":"MRN-88273645","as_of":"2026-11-02T08:00:00Z","patient":{"age":93,"sex":"F",
          "conditions":["heart failure, followed by Dr Quackenbush"],
          "allergies":[{"text":"penicillin, as Mrs Zellweger told","reaction":"hives"}]},
          "medications":[{"text":"warfarin 5 mg daily per Dr Featherstonehaugh"},{"text":"zzyzx pills"}],
          "note":"Mr Brzezinski takes ibuprofen."})";
  for (const bool deidentified : {false, true}) {
    const LedgerProgram program;
    const auto run =
        program.review(program.a_case(named),
                       deidentified ? std::vector<std::string>{"--ledger-deidentified"} : std::vector<std::string>{});
    CHECK(run.status == 0);
    const std::string bytes = tests::read_text(program.ledger());
    for (const char* word : {"88273645", "Quackenbush", "Zellweger", "Featherstonehaugh", "zzyzx", "Brzezinski"}) {
      INFO(word << (deidentified ? " de-identified" : " sealed"));
      CHECK(bytes.find(word) == std::string::npos);
    }
    CHECK(std::filesystem::exists(program.path("reviews.ledger.key")) == !deidentified);
    const auto replay = program.run({"ledger", "replay", program.ledger(), "1"});
    CHECK(replay.status == (deidentified ? 1 : 0));
    if (!deidentified) continue;
    CHECK(replay.err.find("never kept") != std::string::npos);
    const json open = json::parse(program.run({"ledger", "show", program.ledger(), "1"}).out)["open"];
    bool has_age = false;
    bool has_drug = false;
    for (const json& fact : open["facts"]) {
      CHECK_FALSE(fact.contains("words"));
      has_drug = has_drug || fact["concept"] == "warfarin";
      if (fact["concept"] == "age") {
        has_age = true;
        CHECK(fact["value"] == 90.0);
      }
    }
    CHECK(has_age);
    CHECK(has_drug);
  }
}

TEST_CASE("export gives every row, one a line, and what is sealed only when asked", "[adapters][ledger]") {
  const LedgerProgram program;
  for (int i = 0; i < 3; ++i) (void)program.review(program.a_case());
  const auto lines = tests::lines_of(program.run({"ledger", "export", program.ledger()}).out);
  REQUIRE(lines.size() == 3);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const json row = json::parse(lines[i]);
    CHECK(row["sequence"] == i + 1);
    CHECK(row["kind"] == "review");
    CHECK(row["sealed"] == "sealed");
    CHECK_FALSE(row.contains("content"));
    CHECK(row["open"]["findings"].size() > 1);
  }
  const auto opened = tests::lines_of(program.run({"ledger", "export", program.ledger(), "--content"}).out);
  CHECK(json::parse(opened.at(2))["content"]["input"].get<std::string>() == LedgerProgram::default_case);
}

TEST_CASE("programs that record at the same time share one chain", "[adapters][ledger]") {
  const LedgerProgram program;
  const std::string subject = program.a_case();
  std::vector<tests::ProgramRun> runs(6);
  {
    std::vector<std::jthread> threads;
    for (auto& run : runs) threads.emplace_back([&] { run = program.review(subject); });
  }
  std::vector<int> places;
  for (const auto& run : runs) {
    CHECK(run.status == 0);
    CHECK(run.err.empty());
    places.push_back(json::parse(run.out)["ledger"].value("sequence", 0));
  }
  std::sort(places.begin(), places.end());
  CHECK(places == std::vector<int>{1, 2, 3, 4, 5, 6});
  CHECK(program.run({"ledger", "verify", program.ledger()}).status == 0);
}

TEST_CASE("interventions, overrides and outcomes are rows about a review, with codes that are checked",
          "[adapters][ledger]") {
  const LedgerProgram program;
  const auto review = json::parse(program.review(program.a_case()).out);
  const auto finding = review["findings"][0]["id"].get<std::string>();
  const auto add = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, {program.ledger(), "1"});
    arguments.insert(arguments.begin(), "ledger");
    return program.run(arguments);
  };
  CHECK(add({"intervention", "--finding", finding, "--action", "stopped", "--stage", "prescribing", "--harm", "F"})
            .status == 0);
  CHECK(add({"override", "--finding", finding, "--reason", "will-monitor", "--by", "Dr A", "--comment", "INR weekly"})
            .status == 0);
  CHECK(add({"outcome", "--finding", finding, "--label", "right"}).status == 0);
  CHECK(add({"outcome", "--label", "nothing-missed"}).status == 0);
  CHECK(add({"outcome", "--label", "right"}).status == 2);
  CHECK(add({"outcome", "--finding", finding, "--label", "missed"}).status == 2);
  CHECK(add({"outcome", "--finding", finding, "--label", "perhaps"}).status == 2);
  CHECK(add({"override", "--finding", "000000000000", "--reason", "will-monitor"}).status == 2);
  CHECK(add({"override", "--finding", finding, "--reason", "because"}).status == 2);
  CHECK(add({"intervention", "--finding", finding, "--action", "stopped", "--stage", "prescribing", "--harm", "Z"})
            .status == 2);
  const auto lines = tests::lines_of(program.run({"ledger", "show", program.ledger()}).out);
  REQUIRE(lines.size() == 5);
  CHECK(lines[1].find("intervention of row 1  " + finding + "  stopped  prescribing  F") != std::string::npos);
  CHECK(lines[2].find("override of row 1  " + finding + "  will-monitor") != std::string::npos);
  CHECK(tests::read_text(program.ledger()).find("INR weekly") == std::string::npos);
  CHECK(program.run({"ledger", "show", program.ledger(), "3", "--content"}).out.find("INR weekly") !=
        std::string::npos);
  // A row about a row about a review is none.
  CHECK(program.run({"ledger", "outcome", program.ledger(), "2", "--label", "missed"}).status == 2);
  CHECK(program.run({"ledger", "outcome", program.ledger(), "9", "--label", "missed"}).status == 2);
}

TEST_CASE("an override is shown with the next review of the case, and no longer holds when the case is worse",
          "[adapters][ledger]") {
  const LedgerProgram program;
  const auto review = json::parse(
      program
          .review(program.a_case(
              R"({"id":"C-9","as_of":"2026-11-02T08:00:00Z","medications":["warfarin 5 mg daily","aspirin 81 mg daily"]})"))
          .out);
  const auto finding = review["findings"][0]["id"].get<std::string>();
  REQUIRE(program.run({"ledger", "override", program.ledger(), "1", "--finding", finding, "--reason", "will-monitor"})
              .status == 0);
  const auto same = program.review(program.path("case.json"));
  CHECK(json::parse(same.out)["notes"][0].get<std::string>().find("in row 2 (will-monitor), until ") !=
        std::string::npos);
  CHECK(json::parse(same.out)["findings"] == review["findings"]);
  CHECK(program.run({"ledger", "replay", program.ledger(), "3"}).out == same.out);

  const auto worse = program.review(program.a_case(
      R"({"id":"C-9","as_of":"2026-11-02T08:00:00Z",
          "medications":["warfarin 5 mg daily","aspirin 81 mg daily","Diflucan 200 mg daily"]})"));
  CHECK(json::parse(worse.out)["notes"][0].get<std::string>().find("another finding on the same subject") !=
        std::string::npos);
  const auto other = program.review(program.a_case(
      R"({"id":"C-10","as_of":"2026-11-02T08:00:00Z","medications":["warfarin 5 mg daily","aspirin 81 mg daily"]})"));
  CHECK(json::parse(other.out)["notes"].empty());
}
