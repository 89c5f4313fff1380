// `guardian kb import` from files to findings: one finding for a pair that several sources know, in JSON, in text, in
// `kb info`, and derived anew by `verify`.

#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::tests;
using Catch::Contains;
using Json = nlohmann::json;

namespace {

ProgramRun guardian_run(std::vector<std::string> arguments) {
  ProgramCall call;
  call.arguments = std::move(arguments);
  return run_program(call);
}

struct Import {
  TemporaryFolder folder;

  [[nodiscard]] std::string file(const std::string& name) const { return (folder.path() / name).string(); }

  [[nodiscard]] ProgramRun run(const std::string& rows, const std::vector<std::string>& more = {}) const {
    write_text(folder.path() / "list.csv", "Drug_A,Drug_B,Level\n" + rows);
    std::vector<std::string> arguments{"kb",   "import",       "ddinter", file("list.csv"), "--source",
                                       "LIST", "--licence",    "ours",    "--kb",           shipped_file().string(),
                                       "-o",   file("with.db")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return guardian_run(std::move(arguments));
  }
};

}  // namespace

TEST_CASE("an imported list is read in reviews, named as a source, and verified", "[adapters][sources]") {
  const Import import;
  const auto done =
      import.run("Warfarin,Loratadine,Minor\nSimvastatin,Clarithromycin,Moderate\nInventol,Warfarin,Major\n");
  INFO(done.err);
  REQUIRE(done.status == 0);
  CHECK_THAT(done.out, Contains("2\trules added") && Contains("Inventol (1)"));

  const auto info = guardian_run({"kb", "info", "--kb", import.file("with.db"), "--format", "json"});
  REQUIRE(info.status == 0);
  const Json sources = Json::parse(info.out).at("sources");
  REQUIRE(sources.size() == 1);
  CHECK(sources[0].at("source") == "LIST");
  CHECK(sources[0].at("licence") == "ours");
  CHECK(sources[0].at("rules") == 2);
  CHECK(sources[0].at("rows_read") == 3);
  CHECK(sources[0].at("rows_left_out") == 1);
  CHECK_THAT(guardian_run({"kb", "info", "--kb", import.file("with.db")}).out,
             Contains("LIST") && Contains("licence: ours"));

  write_text(import.folder.path() / "case.json",
             R"({"id": "C-1", "as_of": "2026-11-02T08:00:00Z", "medications": [{"text": "simvastatin 40 mg daily"},
                 {"text": "clarithromycin 500 mg BID"}, {"text": "warfarin 5 mg daily"}, {"text": "loratadine 10 mg daily"}]})");
  const auto review = guardian_run(
      {"review", import.file("case.json"), "--kb", import.file("with.db"), "--format", "json", "--offline"});
  INFO(review.err);
  REQUIRE(review.status == 0);
  std::size_t seen = 0;
  const Json reviewed = Json::parse(review.out);
  for (const Json& finding : reviewed.at("findings")) {
    const auto subjects = finding.at("subjects").get<std::vector<std::string>>();
    if (subjects == std::vector<std::string>{"clarithromycin", "simvastatin"}) {
      ++seen;
      CHECK(finding.at("severity") == "critical");
      REQUIRE(finding.at("sources").size() == 2);
      CHECK(finding.at("sources")[0].at("source") == "guardian");
      CHECK(finding.at("sources")[1].at("source") == "LIST");
      CHECK(finding.at("sources")[1].at("compared") == "lower");
      CHECK(finding.at("sources")[1].at("level") == "Moderate");
    }
    if (subjects == std::vector<std::string>{"loratadine", "warfarin"}) {
      ++seen;
      CHECK(finding.at("severity") == "minor");
      REQUIRE(finding.at("sources").size() == 1);
      CHECK(finding.at("sources")[0].at("rules") == Json{"LIST-loratadine-warfarin"});
    }
  }
  CHECK(seen == 2);
  write_text(import.folder.path() / "review.json", review.out);
  const auto verified = guardian_run({"verify", import.file("review.json"), "--kb", import.file("with.db")});
  INFO(verified.out << verified.err);
  CHECK(verified.status == 0);

  // A review that claims another source, or hides one, is refused.
  for (const bool hide : {true, false}) {
    Json altered = Json::parse(review.out);
    for (Json& finding : altered.at("findings")) {
      if (!finding.contains("sources") || finding.at("sources").size() != 2) continue;
      if (hide) {
        finding.erase("sources");
      } else {
        finding.at("sources")[1]["compared"] = "agrees";
      }
    }
    write_text(import.folder.path() / "altered.json", altered.dump());
    CHECK(guardian_run({"verify", import.file("altered.json"), "--kb", import.file("with.db")}).status == 1);
  }
  const auto text = guardian_run({"review", import.file("case.json"), "--kb", import.file("with.db"), "--offline"});
  CHECK_THAT(text.out, Contains("LIST (Moderate): ranks it lower, moderate"));
}

TEST_CASE("the same import gives the same bytes, and --replace takes the earlier one out", "[adapters][sources]") {
  const Import import;
  REQUIRE(import.run("Warfarin,Loratadine,Minor\n").status == 0);
  const std::string first = read_text(import.folder.path() / "with.db");
  REQUIRE(import.run("Warfarin,Loratadine,Minor\n").status == 0);
  CHECK(read_text(import.folder.path() / "with.db") == first);
  const auto again = guardian_run({"kb", "import", "ddinter", import.file("list.csv"), "--source", "LIST", "--licence",
                                   "ours", "--kb", import.file("with.db"), "-o", import.file("twice.db")});
  CHECK(again.status == 2);
  CHECK_THAT(again.err, Contains("is in the knowledge base already"));
  const std::vector<std::string> replace{
      "kb",        "import", "ddinter", import.file("list.csv"), "--source", "LIST",
      "--licence", "ours",   "--kb",    import.file("with.db"),  "-o",       import.file("next.db"),
      "--replace"};
  write_text(import.folder.path() / "list.csv", "Drug_A,Drug_B,Level\nWarfarin,Loratadine,Minor\n");
  REQUIRE(guardian_run(replace).status == 0);
  CHECK(read_text(import.folder.path() / "next.db") == first);
}

TEST_CASE("a row that cannot be read stops an import and writes nothing, or is skipped", "[adapters][sources]") {
  const Import import;
  const auto stopped = import.run("Warfarin,Loratadine,Severe\nWarfarin,Cetirizine,Minor\n");
  CHECK(stopped.status == 2);
  CHECK_THAT(stopped.err, Contains("list.csv:2: column `Level`"));
  CHECK_FALSE(std::filesystem::exists(import.folder.path() / "with.db"));
  const auto skipped = import.run("Warfarin,Loratadine,Severe\nWarfarin,Cetirizine,Minor\n", {"--on-error", "skip"});
  CHECK(skipped.status == 0);
  CHECK_THAT(skipped.out, Contains("1\trules added") && Contains("list.csv:2"));
}
