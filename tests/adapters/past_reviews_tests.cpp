// kb diff with a ledger: which past reviews another knowledge base would change.

#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/adapters/ledger_program.hpp"

using namespace guardian::tests;
using Json = nlohmann::json;

namespace {

// Two medicines; how grave they are together is what the knowledge bases differ in. Empty: no rule.
TemporaryKnowledge knowledge_with(const std::string& severity) {
  TableRows tables{
      {"ingredients", "aspirin\tdrug\t\t\toral\t\t\nwarfarin\tdrug\t\t\toral\t\t\nzinc\tdrug\t\t\toral\t\t"},
      {"evidence", "ref\tlabel\tPublisher\tTitle\t\t\t\tdraft"}};
  if (!severity.empty())
    tables["rules"] =
        "R1\tdrug-drug\t" + severity + "\t\t\ta = aspirin ; b = warfarin\tmechanism\teffect\tdo\t\t\tref\tdraft";
  return TemporaryKnowledge(tables);
}

class PastReviewsRun {
 public:
  PastReviewsRun() {
    review(R"({"id":"A","as_of":"2026-11-02T08:00:00Z","medications":["warfarin","aspirin"]})", {});
    review(R"({"id":"B","as_of":"2026-11-02T08:00:00Z","medications":["warfarin","zinc"]})", {});
  }

  void review(const std::string& text, std::vector<std::string> more) {
    more.insert(more.end(), {"--kb", reviewed_with_.file().string()});
    const auto run = program_.review(program_.a_case(text), more);
    INFO(run.err);
    REQUIRE(run.status == 0);
  }

  [[nodiscard]] Json between(const TemporaryKnowledge& before, const TemporaryKnowledge& after,
                             std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{
        "kb", "diff", before.file().string(), after.file().string(), "--ledger", program_.ledger(), "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto run = program_.run(arguments);
    INFO(run.err);
    REQUIRE(run.status == 0);
    return Json::parse(run.out);
  }

  LedgerProgram program_;

 private:
  TemporaryKnowledge reviewed_with_{knowledge_with("moderate")};
};

}  // namespace

TEST_CASE("past reviews that another knowledge base would change are found, with what changes", "[adapters][ledger]") {
  const PastReviewsRun past;
  const TemporaryKnowledge none = knowledge_with("");
  const TemporaryKnowledge moderate = knowledge_with("moderate");
  const TemporaryKnowledge critical = knowledge_with("critical");

  const Json same = past.between(moderate, moderate);
  CHECK(same["reviews"] == 2);
  CHECK(same["compared"] == 2);
  CHECK(same["changed"] == 0);

  const auto only = [](const Json& answer, const char* change) {
    CHECK(answer["changed"] == 1);
    CHECK(answer["findings"][change] == 1);
    REQUIRE(answer["rules"].size() == 1);
    CHECK(answer["rules"][0]["rule"] == "R1");
    CHECK(answer["rules"][0][change] == 1);
    REQUIRE(answer["changed_reviews"].size() == 1);
    CHECK(answer["changed_reviews"][0]["row"] == 1);
    return answer["changed_reviews"][0]["findings"][0];
  };
  const Json raised = only(past.between(moderate, critical), "raised");
  CHECK(raised["before"] == "moderate");
  CHECK(raised["after"] == "critical");
  CHECK(only(past.between(critical, moderate), "lowered")["after"] == "moderate");
  CHECK(only(past.between(none, critical), "new")["after"] == "critical");
  const Json gone = only(past.between(critical, none), "gone");
  CHECK(gone["before"] == "critical");
  CHECK(gone.count("after") == 0);

  const Json decisions = past.between(none, critical)["decisions"];
  REQUIRE(decisions.size() == 1);
  CHECK(decisions[0]["after"] == "block");
}

TEST_CASE("past reviews name no medicine and no patient, and stop listing at the limit", "[adapters][ledger]") {
  PastReviewsRun past;
  for (int i = 0; i < 5; ++i)
    past.review(R"({"id":"Featherstone","as_of":"2026-11-02T08:00:00Z","medications":["warfarin","aspirin"]})", {});
  const TemporaryKnowledge none = knowledge_with("");
  const TemporaryKnowledge critical = knowledge_with("critical");
  const Json answer = past.between(none, critical, {"--limit", "2"});
  CHECK(answer["changed"] == 6);
  CHECK(answer["changed_reviews"].size() == 2);
  const auto run = past.program_.run({"kb", "diff", none.file().string(), critical.file().string(), "--ledger",
                                      past.program_.ledger(), "--limit", "2"});
  CHECK(run.out.find("and 4 more") != std::string::npos);
  for (const std::string& text : {answer.dump(), run.out}) {
    for (const char* word : {"warfarin", "aspirin", "Featherstone"}) CHECK(text.find(word) == std::string::npos);
  }
  // The order of rows, whatever the number of threads.
  CHECK(past.between(none, critical, {"--jobs", "1"}) == past.between(none, critical, {"--jobs", "7"}));
}

TEST_CASE("past reviews whose case is not there are counted, never left out in silence", "[adapters][ledger]") {
  PastReviewsRun past;
  past.review(R"({"id":"C","as_of":"2026-11-02T08:00:00Z","patient":{"id":"P-9","age":70},
                  "medications":["warfarin","aspirin"]})",
              {});
  const TemporaryKnowledge none = knowledge_with("");
  const TemporaryKnowledge critical = knowledge_with("critical");
  const Json before = past.between(none, critical);
  CHECK(before["changed"] == 2);
  REQUIRE(past.program_.run({"ledger", "erase", past.program_.ledger(), "C", "--reason", "patient-request"}).status ==
          0);
  const Json after = past.between(none, critical);
  CHECK(after["changed"] == 1);
  CHECK(after["compared"] == 2);
  CHECK(after["not_compared"]["erased"] == 1);

  // Sealed, and the key is not there.
  std::filesystem::rename(past.program_.ledger() + ".key", past.program_.path("elsewhere.key"));
  const auto run = past.program_.run(
      {"kb", "diff", none.file().string(), critical.file().string(), "--ledger", past.program_.ledger()});
  CHECK(run.status == 2);
  CHECK(run.err.find("--ledger-key") != std::string::npos);
  CHECK(past.between(none, critical, {"--ledger-key", past.program_.path("elsewhere.key")})["changed"] == 1);
}
