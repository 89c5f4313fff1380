// The program from end to end, as a shell, a pharmacist or another program calls it.

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/json/schemas.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using guardian::tests::example_cases;
using guardian::tests::lines_of;
using guardian::tests::ProgramCall;
using guardian::tests::ProgramRun;
using guardian::tests::read_text;
using guardian::tests::run_program;
using guardian::tests::TableRows;
using guardian::tests::TemporaryFolder;
using guardian::tests::write_text;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

constexpr const char* lethal_pair =
    R"({"id": "L-1", "as_of": "2026-11-02T08:00:00Z", "medications": ["phenelzine 15 mg TID", "sertraline 50 mg daily"]})";
constexpr const char* major_pair =
    R"({"id": "M-1", "as_of": "2026-11-02T08:00:00Z", "medications": ["clopidogrel 75 mg daily", "omeprazole 20 mg daily"]})";
constexpr const char* moderate_pair =
    R"({"id": "O-1", "as_of": "2026-11-02T08:00:00Z", "medications": ["ciprofloxacin 500 mg BID", "ferrous sulfate 325 mg daily"]})";
constexpr const char* harmless =
    R"({"id": "H-1", "as_of": "2026-11-02T08:00:00Z", "medications": ["metformin 500 mg BID"]})";
constexpr const char* unknown_name =
    R"({"id": "U-1", "as_of": "2026-11-02T08:00:00Z", "medications": ["zorbaxidol 5 mg"]})";

ProgramRun run_with(const Words& arguments, const std::string& input = {}) {
  ProgramRun run = run_program({arguments, input});
  CHECK_FALSE(run.timed_out);
  return run;
}

ProgramRun run_in(const Words& arguments, std::map<std::string, std::string> environment) {
  ProgramCall call{arguments};
  call.environment = std::move(environment);
  return run_program(call);
}

// An answer: on standard output, with nothing on standard error.
std::string answer(const Words& arguments, const std::string& input = {}, int status = 0) {
  const ProgramRun run = run_with(arguments, input);
  INFO(run.err);
  CHECK(run.status == status);
  CHECK(run.err.empty());
  return run.out;
}

// A refusal: on standard error, with nothing on standard output.
std::string refusal(const Words& arguments, int status, const std::string& input = {}) {
  const ProgramRun run = run_with(arguments, input);
  INFO(run.out);
  CHECK(run.status == status);
  CHECK(run.out.empty());
  CHECK_FALSE(run.err.empty());
  return run.err;
}

std::string example(const std::string& begin) {
  for (const fs::path& file : example_cases()) {
    if (file.filename().string().rfind(begin, 0) == 0) return file.string();
  }
  FAIL("no example " << begin);
  return {};
}

std::string shipped() { return guardian::tests::shipped_file().string(); }

std::size_t display_width(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string on_one_line(const std::string& json) { return Json::parse(json).dump(); }

// A copy of the shipped knowledge base in which one byte of the header is another one.
fs::path changed_knowledge(const TemporaryFolder& folder, std::size_t byte, char value) {
  std::string content = read_text(shipped());
  content.at(byte) = value;
  fs::path file = folder.path() / "changed.kb";
  write_text(file, content);
  return file;
}

const TableRows small_tables{{"ingredients", "apixaban\tdrug\t\t\toral\t\t\naspirin\tdrug\t\t\t\t\t"},
                             {"evidence", "ref\tlabel\tA label\tA title\t7\t2026\t\tverified"},
                             {"rules",
                              "R-1\tdrug-drug\tmajor\t\t\tobject = apixaban ; precipitant = "
                              "aspirin\tBoth.\tBleeding.\tAvoid.\t\t\tref\tverified"}};

}  // namespace

// --- review

TEST_CASE("a review as text tells the decision first and shows how each medicine was read", "[adapters][cli]") {
  const std::string text = answer({"review", example("03")});
  const auto lines = lines_of(text);
  REQUIRE(lines.size() > 10);
  CHECK_THAT(lines[1], StartsWith("Case EX-03, reviewed as of 2026-11-02T08:00:00Z"));
  CHECK_THAT(lines[2], StartsWith("BLOCK"));
  CHECK_THAT(text, Contains("CRITICAL  itraconazole and lovastatin"));
  CHECK_THAT(text, Contains("= lovastatin (oral)"));
  CHECK_THAT(text, Contains("sha256:"));
  CHECK(answer({"review", example("03"), "--format", "text"}) == text);
}

TEST_CASE("a review as JSON is one document of the review schema", "[adapters][cli]") {
  const Json review = Json::parse(answer({"review", example("03"), "--format", "json"}));
  CHECK(review.at("schema") == "guardian-review/1");
  CHECK(review.at("case_id") == "EX-03");
  CHECK(review.at("as_of") == "2026-11-02T08:00:00Z");
  CHECK(review.at("decision") == "block");
  CHECK(review.at("status") == "complete");
  REQUIRE_FALSE(review.at("findings").empty());
  CHECK(review.at("findings").at(0).at("severity") == "critical");
  CHECK(review.at("kb").at("digest").get<std::string>() == guardian::tests::shipped_knowledge()->release().digest);
}

TEST_CASE("several cases as JSON are one review a line, in the order of the files", "[adapters][cli]") {
  const auto lines = lines_of(answer({"review", "--format", "json", example("05"), example("03"), example("04")}));
  REQUIRE(lines.size() == 3);
  CHECK(Json::parse(lines[0]).at("case_id") == "EX-05");
  CHECK(Json::parse(lines[1]).at("case_id") == "EX-03");
  CHECK(Json::parse(lines[2]).at("case_id") == "EX-04");
}

TEST_CASE("several cases as text are told one after the other", "[adapters][cli]") {
  const std::string text = answer({"review", example("03"), example("04")});
  CHECK(text == answer({"review", example("03")}) + answer({"review", example("04")}));
}

TEST_CASE("a case comes from standard input when the file is a dash", "[adapters][cli]") {
  CHECK(answer({"review", "-"}, read_text(example("03"))) == answer({"review", example("03")}));
  const auto lines = lines_of(answer({"review", "--format", "json", example("04"), "-"}, harmless));
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[1]).at("case_id") == "H-1");
}

TEST_CASE("a file that cannot be read does not keep back the reviews of the others", "[adapters][cli]") {
  const ProgramRun run = run_with({"review", "--format", "json", example("03"), "/no/such/case.json", example("04")});
  CHECK(run.status == 2);
  // Lines and files match one to one: an error record stands in the place of the review.
  const auto lines = lines_of(run.out);
  REQUIRE(lines.size() == 3);
  CHECK(Json::parse(lines[1]).at("schema") == "guardian-error/1");
  CHECK(Json::parse(lines[2]).at("schema") == "guardian-review/1");
  CHECK_THAT(run.err, Contains("/no/such/case.json"));
}

TEST_CASE("fail-on exits with 1 exactly when a finding is that severe or the review is not complete",
          "[adapters][cli]") {
  struct Row {
    const char* input;
    int critical;
    int major;
    int moderate;
    int incomplete;
  };
  for (const Row& row : {Row{lethal_pair, 1, 1, 1, 0}, Row{major_pair, 0, 1, 1, 0}, Row{moderate_pair, 0, 0, 1, 0},
                         Row{harmless, 0, 0, 0, 0}, Row{unknown_name, 0, 1, 1, 1}}) {
    INFO(row.input);
    CHECK(run_with({"review", "-", "--fail-on", "critical"}, row.input).status == row.critical);
    CHECK(run_with({"review", "-", "--fail-on", "major"}, row.input).status == row.major);
    CHECK(run_with({"review", "-", "--fail-on", "moderate"}, row.input).status == row.moderate);
    CHECK(run_with({"review", "-", "--fail-on", "incomplete"}, row.input).status == row.incomplete);
    CHECK(run_with({"review", "-"}, row.input).status == 0);
  }
}

TEST_CASE("the answer is the same with and without fail-on, and offline changes nothing", "[adapters][cli]") {
  const std::string plain = answer({"review", example("03")});
  CHECK(answer({"review", example("03"), "--fail-on", "critical"}, {}, 1) == plain);
  CHECK(answer({"review", example("03"), "--offline"}) == plain);
  CHECK(answer({"review", "--offline", example("03"), "--kb", shipped()}) == plain);
}

TEST_CASE("wrong input outweighs fail-on", "[adapters][cli]") {
  CHECK(run_with({"review", "--fail-on", "critical", example("03"), "/no/such/case.json"}).status == 2);
  CHECK(run_with({"review", "--fail-on", "critical", "/no/such/case.json", example("03")}).status == 2);
}

TEST_CASE("a locale decides what a brand of several countries means, and the case's own comes first",
          "[adapters][cli]") {
  const auto meaning = [](const Words& options, const std::string& locale) {
    Words arguments{"review", "-", "--format", "json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const std::string input = R"({"id": "F", "as_of": "2026-11-02T08:00:00Z", )" +
                              (locale.empty() ? std::string() : R"("locale": ")" + locale + R"(", )") +
                              R"("medications": ["Flomax 0.4 mg daily"]})";
    const Json review = Json::parse(answer(arguments, input));
    return review.at("resolved").empty() ? std::string()
                                         : review.at("resolved").at(0).at("ingredients").at(0).get<std::string>();
  };
  CHECK(meaning({"--locale", "US"}, "") == "tamsulosin");
  CHECK(meaning({"--locale", "IT"}, "") == "morniflumate");
  CHECK(meaning({"--locale", "IT"}, "US") == "tamsulosin");
  CHECK(meaning({}, "") == "tamsulosin");
}

TEST_CASE("a case with its time of review gives the same bytes twice", "[adapters][cli]") {
  for (const std::string format : {"text", "json"}) {
    for (const char* name : {"01", "06", "10", "16"}) {
      CHECK(answer({"review", example(name), "--format", format}) ==
            answer({"review", example(name), "--format", format}));
    }
  }
}

TEST_CASE("a case without a time of review is reviewed now", "[adapters][cli]") {
  const Json review =
      Json::parse(answer({"review", "-", "--format", "json"}, R"({"id": "N", "medications": ["metformin"]})"));
  const auto as_of = review.at("as_of").get<std::string>();
  REQUIRE(as_of.size() == 20);
  CHECK(as_of > "2026-01-01T00:00:00Z");
  CHECK(as_of.back() == 'Z');
}

TEST_CASE("no line of a review as text is longer than 80 columns and none has an escape code", "[adapters][cli]") {
  REQUIRE_FALSE(example_cases().empty());
  Words arguments{"review"};
  for (const fs::path& file : example_cases()) arguments.push_back(file.string());
  const std::string text = answer(arguments);
  CHECK(text.find('\033') == std::string::npos);
  for (const std::string& line : lines_of(text)) {
    INFO(line);
    CHECK(display_width(line) <= 80);
  }
}

TEST_CASE("there is colour on a terminal, and none with NO_COLOR or in a pipe", "[adapters][cli]") {
  ProgramCall call{{"review", example("03")}};
  CHECK(run_program(call).out.find('\033') == std::string::npos);
  call.terminal = true;
  const ProgramRun coloured = run_program(call);
  CHECK(coloured.status == 0);
  CHECK(coloured.out.find("\033[1;31mBLOCK\033[0m") != std::string::npos);
  call.environment = {{"NO_COLOR", ""}};
  CHECK(run_program(call).out == coloured.out);
  call.environment = {{"NO_COLOR", "1"}};
  const ProgramRun plain = run_program(call);
  CHECK(plain.status == 0);
  CHECK_THAT(plain.out, Contains("BLOCK"));
  CHECK(plain.out.find('\033') == std::string::npos);
}

TEST_CASE("control characters of a chart do not reach the terminal in a review", "[adapters][cli]") {
  const std::string text = answer({"screen", "\033[2Jwarfarin\a"});
  CHECK(text.find('\033') == std::string::npos);
  CHECK(text.find('\a') == std::string::npos);
}

// --- bad input

TEST_CASE("a case file that is missing, a folder or empty is refused with its name", "[adapters][cli]") {
  const TemporaryFolder folder;
  CHECK_THAT(refusal({"review", "/no/such/case.json"}, 2), Contains("/no/such/case.json"));
  CHECK_THAT(refusal({"review", folder.path().string()}, 2), Contains(folder.path().string()));
  write_text(folder.path() / "empty.json", "");
  CHECK_THAT(refusal({"review", (folder.path() / "empty.json").string()}, 2), Contains("empty.json"));
  CHECK_THAT(refusal({"review", "-"}, 2), Contains("standard input"));
}

TEST_CASE("malformed JSON is refused with line and column", "[adapters][cli]") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "case.json").string();
  write_text(file, "{\"id\": \"x\",\n \"medications\": [}\n");
  CHECK_THAT(refusal({"review", file}, 2), Contains(file + ": ") && Contains("line 2, column 18"));
}

TEST_CASE("every member of a wrong type is named by file and path", "[adapters][cli]") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "case.json").string();
  write_text(file, R"({"id": "x", "patient": {"age": "61", "sex": "female", "labs": [{"name": "Na", "value": true}]},
                       "medications": [{"text": "warfarin"}, 5, {"text": 7}], "orders": {}})");
  const std::string message = refusal({"review", file}, 2);
  for (const char* path :
       {"/patient/age", "/patient/sex", "/patient/labs/0/value", "/medications/1", "/medications/2/text", "/orders"}) {
    CHECK_THAT(message, Contains(file + ": " + path + ": must be "));
  }
  CHECK_THAT(message, Contains(file + ": /medications/2/text: must be a string\n"));
}

TEST_CASE("a message about a case holds no words of the case", "[adapters][cli]") {
  const std::string message =
      refusal({"review", "-"}, 2, R"({"id": "Jane Roe", "medications": [{"text": 7}], "patient": {"sex": "sekret"}})");
  CHECK_THAT(message, !Contains("Jane") && !Contains("sekret"));
}

TEST_CASE("a knowledge base that is missing, cut off or of another format gives 3", "[adapters][cli]") {
  const TemporaryFolder folder;
  const auto check = [](const fs::path& file) {
    CHECK_THAT(refusal({"review", example("03"), "--kb", file.string()}, 3), Contains(file.string()));
    CHECK_THAT(refusal({"screen", "warfarin", "--kb", file.string()}, 3), Contains(file.string()));
    CHECK_THAT(refusal({"resolve", "warfarin", "--kb", file.string()}, 3), Contains(file.string()));
    CHECK_THAT(refusal({"explain", example("03"), "1", "--kb", file.string()}, 3), Contains(file.string()));
    CHECK_THAT(refusal({"batch", "--kb", file.string()}, 3, harmless), Contains(file.string()));
    CHECK_THAT(refusal({"kb", "info", "--kb", file.string()}, 3), Contains(file.string()));
    CHECK_THAT(refusal({"kb", "export", "--kb", file.string(), "-o", (file.parent_path() / "out").string()}, 3),
               Contains(file.string()));
    CHECK_THAT(refusal({"kb", "diff", shipped(), file.string()}, 3), Contains(file.string()));
    CHECK_THAT(refusal({"kb", "diff", file.string(), shipped()}, 3), Contains(file.string()));
  };
  SECTION("missing") { check(folder.path() / "none.kb"); }
  SECTION("cut off") {
    const std::string whole = read_text(shipped());
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{50}, std::size_t{5000}, whole.size() / 2, whole.size() - 1}) {
      INFO(size);
      write_text(folder.path() / "cut.kb", whole.substr(0, size));
      check(folder.path() / "cut.kb");
    }
  }
  SECTION("text") {
    write_text(folder.path() / "text.kb", std::string(10'000, 'x'));
    check(folder.path() / "text.kb");
  }
  SECTION("a folder") {
    fs::create_directory(folder.path() / "folder.kb");
    check(folder.path() / "folder.kb");
  }
  // Offsets of the header of an SQLite file: user version at 60, application id at 68.
  SECTION("of a newer schema") { check(changed_knowledge(folder, 63, 99)); }
  SECTION("of another program") { check(changed_knowledge(folder, 71, 'x')); }
}

TEST_CASE("a damaged byte of the knowledge base gives 3 and no answer", "[adapters][cli]") {
  const TemporaryFolder folder;
  std::string content = read_text(shipped());
  const auto at = content.find("Rhabdomyolysis");
  REQUIRE(at != std::string::npos);
  content[at] = 'X';
  write_text(folder.path() / "changed.kb", content);
  refusal({"review", example("03"), "--kb", (folder.path() / "changed.kb").string()}, 3);
}

TEST_CASE("a call that is wrong gives 2 and says what was wrong", "[adapters][cli]") {
  CHECK_THAT(refusal({"review", "--bogus", example("03")}, 2), Contains("--bogus"));
  refusal({}, 2);
  refusal({"reviews", example("03")}, 2);
  refusal({"review"}, 2);
  refusal({"screen"}, 2);
  refusal({"resolve"}, 2);
  refusal({"kb"}, 2);
  refusal({"kb", "bogus"}, 2);
  refusal({"kb", "build"}, 2);
  refusal({"kb", "build", "somewhere"}, 2);
  refusal({"kb", "lint"}, 2);
  refusal({"kb", "diff", shipped()}, 2);
  refusal({"kb", "export"}, 2);
  refusal({"schema"}, 2);
  CHECK_THAT(refusal({"schema", "plan"}, 2), Contains("plan"));
  CHECK_THAT(refusal({"review", "--format", "xml", example("03")}, 2), Contains("xml"));
  CHECK_THAT(refusal({"screen", "--format", "xml", "warfarin"}, 2), Contains("xml"));
  CHECK_THAT(refusal({"resolve", "--format", "xml", "warfarin"}, 2), Contains("xml"));
  CHECK_THAT(refusal({"kb", "info", "--format", "xml"}, 2), Contains("xml"));
  CHECK_THAT(refusal({"review", "--fail-on", "minor", example("03")}, 2), Contains("minor"));
  CHECK_THAT(refusal({"batch", "--jobs", "0"}, 2), Contains("jobs"));
  CHECK_THAT(refusal({"batch", "--jobs", "many"}, 2), Contains("many"));
  CHECK_THAT(refusal({"review", example("03"), "--kb"}, 2), Contains("--kb"));
}

TEST_CASE("the number behind a word of the command line is not that word", "[adapters][cli]") {
  CHECK(run_with({"review", "--format", "1", example("03")}).status == 2);
  CHECK(run_with({"review", "--fail-on", "2", example("03")}).status == 2);
}

TEST_CASE("an unknown command is named in the message", "[adapters][cli]") {
  CHECK_THAT(refusal({"reviews", example("03")}, 2), Contains("reviews"));
  CHECK_THAT(refusal({"kb", "bogus"}, 2), Contains("bogus"));
}

TEST_CASE("help and version are answers", "[adapters][cli]") {
  const std::string help = answer({"--help"});
  for (const char* command : {"review", "screen", "resolve", "explain", "batch", "kb", "schema"}) {
    CHECK_THAT(help, Contains(command));
    CHECK_THAT(answer({command, "--help"}), Contains("Usage"));
    if (std::string(command) != "kb")
      CHECK_THAT(answer({command, "--help"}), Contains("Example:\n  guardian " + std::string(command)));
  }
  for (const char* command : {"build", "lint", "info", "diff", "export", "import"}) {
    CHECK_THAT(answer({"kb", command, "--help"}), Contains("Example:\n  guardian kb " + std::string(command)));
  }
  CHECK_THAT(answer({"--version"}), StartsWith("guardian "));
}

// --- where the knowledge base comes from

TEST_CASE("the knowledge base is the one named, else that of the environment, else the one that ships",
          "[adapters][cli]") {
  const std::string own = answer({"review", example("03")});
  CHECK(run_in({"review", example("03")}, {{"GUARDIAN_KB", ""}}).out == own);
  CHECK(run_in({"review", example("03")}, {{"GUARDIAN_KB", shipped()}}).out == own);
  const ProgramRun missing = run_in({"review", example("03")}, {{"GUARDIAN_KB", "/no/such.kb"}});
  CHECK(missing.status == 3);
  CHECK_THAT(missing.err, Contains("/no/such.kb"));
  CHECK(run_in({"review", example("03"), "--kb", shipped()}, {{"GUARDIAN_KB", "/no/such.kb"}}).out == own);
}

// --- screen

TEST_CASE("screen checks a list of names without a patient", "[adapters][cli]") {
  const std::string text = answer({"screen", "Viagra 50 mg", "isosorbide-mononitrate"});
  CHECK_THAT(text, Contains("BLOCK") && Contains("isosorbide mononitrate and sildenafil"));
  const Json review = Json::parse(answer({"screen", "--format", "json", "--offline", "Viagra 50 mg", "Imdur"}));
  CHECK(review.at("schema") == "guardian-review/1");
  CHECK(review.at("decision") == "block");
  CHECK(review.at("findings").at(0).at("subjects") == Json{"isosorbide mononitrate", "sildenafil"});
}

TEST_CASE("screen takes fail-on, kb and locale", "[adapters][cli]") {
  CHECK(run_with({"screen", "--fail-on", "critical", "Viagra", "Imdur"}).status == 1);
  CHECK(run_with({"screen", "--fail-on", "critical", "warfarin", "fluconazole"}).status == 0);
  CHECK(run_with({"screen", "--fail-on", "major", "warfarin", "fluconazole"}).status == 1);
  CHECK(run_with({"screen", "--fail-on", "moderate", "metformin"}).status == 0);
  CHECK(run_with({"screen", "--fail-on", "incomplete", "zorbaxidol"}).status == 1);
  CHECK(run_with({"screen", "--kb", shipped(), "metformin"}).status == 0);
  CHECK_THAT(answer({"screen", "--locale", "US", "Flomax"}), Contains("tamsulosin"));
}

// --- resolve

TEST_CASE("resolve tells what a name means and why", "[adapters][cli]") {
  const std::string text = answer({"resolve", "Sporanox 100mg caps 2 PO BID", "Coumidin 5 mg", "zorbaxidol"});
  CHECK_THAT(text, Contains("= itraconazole") && Contains("brand"));
  CHECK_THAT(text, Contains("= warfarin") && Contains("fuzzy"));
  CHECK_THAT(text, Contains("NOT RESOLVED"));
  CHECK(answer({"resolve", "--offline", "--kb", shipped(), "Sporanox 100mg caps 2 PO BID", "Coumidin 5 mg",
                "zorbaxidol"}) == text);
}

TEST_CASE("resolve as JSON is one document for a name and a line each for several", "[adapters][cli]") {
  const Json one = Json::parse(answer({"resolve", "--format", "json", "Zestoretic 20-12.5 mg"}));
  CHECK(one.at("resolved") == true);
  CHECK(one.at("ingredients") == Json{"lisinopril", "hydrochlorothiazide"});
  CHECK(one.at("match") == "brand");
  const auto lines = lines_of(answer({"resolve", "--format", "json", "Nardil", "zorbaxidol"}));
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[0]).at("ingredients") == Json{"phenelzine"});
  CHECK(Json::parse(lines[1]).at("resolved") == false);
}

TEST_CASE("a brand of several countries resolves by the locale", "[adapters][cli]") {
  CHECK_THAT(answer({"resolve", "Flomax"}), Contains("= tamsulosin") && Contains("morniflumate in IT"));
  CHECK_THAT(answer({"resolve", "--locale", "FR", "Flomax"}),
             Contains("NOT RESOLVED") && Contains("tamsulosin") && Contains("morniflumate"));
  CHECK_THAT(answer({"resolve", "--locale", "US", "Flomax"}), Contains("= tamsulosin"));
  CHECK_THAT(answer({"resolve", "--locale", "IT", "Flomax"}), Contains("= morniflumate"));
}

TEST_CASE("control characters of a name do not reach the terminal from resolve", "[adapters][cli]") {
  CHECK(answer({"resolve", "\033[2Jwarfarin"}).find('\033') == std::string::npos);
}

// --- explain

TEST_CASE("explain shows a finding by its number and by its id", "[adapters][cli]") {
  const Json review = Json::parse(answer({"review", example("02"), "--format", "json"}));
  const auto& findings = review.at("findings");
  REQUIRE(findings.size() >= 2);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::string by_number = answer({"explain", example("02"), std::to_string(i + 1)});
    CHECK(answer({"explain", example("02"), findings.at(i).at("id").get<std::string>()}) == by_number);
    CHECK_THAT(by_number, Contains(findings.at(i).at("rules").at(0).get<std::string>()));
    for (const auto& step : findings.at(i).at("path")) {
      CHECK_THAT(by_number, Contains(step.at("from").get<std::string>() + "  --" + step.at("edge").get<std::string>() +
                                     "-->  " + step.at("to").get<std::string>()));
    }
  }
  CHECK(answer({"explain", "-", "1", "--offline", "--kb", shipped()}, read_text(example("02"))) ==
        answer({"explain", example("02"), "1"}));
}

TEST_CASE("explain names the smallest sets of medicines that are enough for a cumulative finding", "[adapters][cli]") {
  CHECK_THAT(answer({"explain", example("13"), "1"}),
             Contains("Enough by themselves: hydrochlorothiazide, ibuprofen, lisinopril"));
}

TEST_CASE("explain tells why a pair gave no finding", "[adapters][cli]") {
  const std::string absent = answer({"explain", example("08"), "--why-not", "metformin", "lisinopril"});
  CHECK_THAT(absent, Contains("metformin and lisinopril, each known by name only") && Contains("None of "));
  const std::string present = answer({"explain", example("03"), "--why-not", "Mevacor", "Sporanox"});
  CHECK_THAT(present, Contains("lovastatin and itraconazole") && Contains("In this case: itraconazole and lovastatin"));
  const std::string elsewhere = answer({"explain", example("03"), "--why-not", "metformin", "lovastatin"});
  CHECK_THAT(elsewhere, Contains("In this case there is no metformin."));
}

TEST_CASE("explain puts a review into words for a patient and for a clinician", "[adapters][cli]") {
  const std::string patient = answer({"explain", example("01"), "--for", "patient"});
  CHECK_THAT(patient, StartsWith("Call your doctor or pharmacist within three days.\n"));
  CHECK_THAT(patient, Contains("warfarin (Coumadin)"));
  CHECK_THAT(patient, Contains("your allergies or your illnesses"));
  const std::string clinician = answer({"explain", example("01"), "--for", "clinician"});
  CHECK_THAT(clinician, Contains("Do: Use a local antifungal or nystatin."));
  // One finding alone, and with the medical words from grade nine on.
  const std::string one = answer({"explain", example("01"), "2", "--for", "patient"});
  CHECK_THAT(one, StartsWith("Taking fluconazole (Diflucan) and warfarin (Coumadin) together"));
  CHECK_THAT(one, !Contains("In medical words"));
  CHECK_THAT(answer({"explain", example("01"), "2", "--for", "patient", "--grade", "10"}),
             Contains("In medical words: INR rises"));
  refusal({"explain", example("01"), "--for", "nobody"}, 2);
  refusal({"explain", example("01"), "1", "--grade", "6"}, 2);
  refusal({"explain", example("01"), "7", "--for", "patient"}, 2);
}

TEST_CASE("a review ends with what the patient is to be told", "[adapters][cli]") {
  CHECK_THAT(answer({"review", example("01")}),
             Contains("\n  Patient   Call your doctor or pharmacist within three days."));
  CHECK_THAT(answer({"review", example("34")}), !Contains("\n  Patient "));
}

TEST_CASE("explain takes a locale for the names that it is given", "[adapters][cli]") {
  CHECK_THAT(answer({"explain", example("08"), "--locale", "US", "--why-not", "Flomax", "metformin"}),
             Contains("tamsulosin and metformin"));
  CHECK_THAT(refusal({"explain", example("08"), "--locale", "FR", "--why-not", "Flomax", "metformin"}, 2),
             Contains("--why-not"));
}

TEST_CASE("explain refuses what it cannot explain", "[adapters][cli]") {
  for (const char* finding : {"0", "9", "-1", "1x", "", "ffffffffffff", "99999999999999999999"}) {
    INFO(finding);
    refusal({"explain", example("03"), finding}, 2);
  }
  CHECK_THAT(refusal({"explain", example("03"), "9"}, 2),
             Contains("has no finding `9`") && Contains("itraconazole and lovastatin"));
  refusal({"explain", example("03")}, 2);
  refusal({"explain"}, 2);
  refusal({"explain", example("03"), "--why-not", "metformin"}, 2);
  refusal({"explain", example("03"), "1", "--why-not", "metformin", "lisinopril"}, 2);
  CHECK_THAT(refusal({"explain", example("03"), "--why-not", "zorbaxidol", "metformin"}, 2), Contains("zorbaxidol"));
  CHECK_THAT(refusal({"explain", "/no/such/case.json", "1"}, 2), Contains("/no/such/case.json"));
}

// --- batch

namespace {

// Cases in plenty, with blank lines and two lines that cannot be read among them.
std::string mixed_batch() {
  std::string text;
  for (int round = 0; round < 40; ++round) {
    for (const fs::path& file : example_cases()) {
      Json subject = Json::parse(read_text(file));
      if (subject.contains("resourceType")) continue;  // its id is that of the patient
      subject[subject.contains("patient_id") ? "patient_id" : "id"] =
          "R" + std::to_string(round) + "-" + file.stem().string();
      if (!subject.contains("patient_id")) text += subject.dump() + "\n";  // those have no time of review
    }
    if (round == 7)
      text +=
          "\n   \t\r\n"
          R"({"id": "broken", "medications": [{"text": 5}]})"
          "\nnot JSON\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a batch answers in order, with an error record in the place of a line that cannot be read",
          "[adapters][cli]") {
  const std::string input = std::string(lethal_pair) + "\n" + R"({"id": "broken", "medications": [{"text": 5}]})" +
                            "\n\n" + "{not JSON\n" + harmless + "\n";
  const ProgramRun run = run_with({"batch"}, input);
  CHECK(run.status == 1);
  const auto lines = lines_of(run.out);
  REQUIRE(lines.size() == 4);
  const Json first = Json::parse(lines[0]);
  CHECK(first.at("schema") == "guardian-review/1");
  CHECK(first.at("case_id") == "L-1");
  CHECK(first.at("decision") == "block");
  CHECK(Json::parse(lines[1]) == Json::parse(R"({"schema": "guardian-error/1", "case_id": "broken", "line": 2,
                                                "errors": [{"path": "/medications/0/text", "message": "must be a string"}]})"));
  const Json third = Json::parse(lines[2]);
  CHECK(third.at("schema") == "guardian-error/1");
  CHECK(third.at("case_id").is_null());
  CHECK(third.at("line") == 4);
  CHECK(Json::parse(lines[3]).at("case_id") == "H-1");
  CHECK_THAT(run.err, Contains("line 2") && Contains("line 4"));
  CHECK_THAT(run.err, !Contains("line 3 "));
}

TEST_CASE("a batch gives the same bytes with one thread and with four", "[adapters][cli]") {
  const std::string input = mixed_batch();
  const ProgramRun one = run_with({"batch", "--jobs", "1"}, input);
  const ProgramRun four = run_with({"batch", "--jobs", "4"}, input);
  const ProgramRun usual = run_with({"batch"}, input);
  CHECK(one.status == 1);
  CHECK(four.status == 1);
  CHECK(lines_of(one.out).size() > 600);
  CHECK(one.out == four.out);
  CHECK(one.out == usual.out);
  CHECK(one.err == four.err);

  Words asked;  // the ids of the lines that are cases, in their order
  for (const std::string& line : lines_of(input)) {
    const Json subject = Json::parse(line, nullptr, false);
    if (subject.is_object()) asked.push_back(subject.at("id").get<std::string>());
  }
  Words answered;
  for (const std::string& line : lines_of(one.out)) {
    const Json id = Json::parse(line).at("case_id");
    if (id.is_string()) answered.push_back(id.get<std::string>());
  }
  CHECK(answered == asked);
}

TEST_CASE("a line of a batch is the review that the same case gets by itself, without plan and explanation",
          "[adapters][cli]") {
  std::string input;
  std::string expected;
  for (const char* name : {"01", "10", "16"}) {
    input += on_one_line(read_text(example(name))) + "\n";
    Json review = Json::parse(answer({"review", example(name), "--format", "json"}));
    review["plan"] = nullptr;
    review["explanation"] = nullptr;
    review["agents"].erase(2);  // the explanation's
    review.erase("audit");      // of the explanation too
    expected += review.dump() + "\n";
  }
  std::string answered;
  for (const std::string& line : lines_of(answer({"batch"}, input))) {
    Json review = Json::parse(line);
    CHECK(review["audit"]["released"] == true);
    review.erase("audit");
    answered += review.dump() + "\n";
  }
  CHECK(answered == expected);
}

TEST_CASE("an empty batch and one of blank lines have an empty answer", "[adapters][cli]") {
  CHECK(answer({"batch"}).empty());
  CHECK(answer({"batch"}, "\n \n\t\n\r\n").empty());
  CHECK(answer({"batch", "--jobs", "4"}, "\n").empty());
}

TEST_CASE("a batch line may end with the file or with CR LF", "[adapters][cli]") {
  CHECK(lines_of(answer({"batch"}, std::string(harmless))).size() == 1);
  CHECK(answer({"batch"}, std::string(harmless) + "\r\n" + lethal_pair + "\r\n") ==
        answer({"batch"}, std::string(harmless) + "\n" + lethal_pair + "\n"));
}

TEST_CASE("a batch reads and writes files", "[adapters][cli]") {
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "cases.ndjson").string();
  const std::string out = (folder.path() / "reviews.ndjson").string();
  write_text(in, std::string(harmless) + "\n" + lethal_pair + "\n");
  const std::string expected = answer({"batch", in, "--offline", "--kb", shipped()});
  CHECK(lines_of(expected).size() == 2);
  CHECK(answer({"batch", in, "-o", out}).empty());
  CHECK(read_text(out) == expected);
  CHECK(answer({"batch", in, "--output", out, "--jobs", "2"}).empty());
  CHECK(read_text(out) == expected);
  CHECK(answer({"batch", "-", "-o", "-"}, read_text(in)) == expected);
  CHECK_THAT(refusal({"batch", "/no/such.ndjson"}, 2), Contains("/no/such.ndjson"));
  CHECK_THAT(refusal({"batch", in, "-o", "/no/such/folder/out.ndjson"}, 3), Contains("/no/such/folder/out.ndjson"));
}

TEST_CASE("a batch takes fail-on and locale", "[adapters][cli]") {
  CHECK(run_with({"batch", "--fail-on", "critical"}, std::string(harmless) + "\n" + lethal_pair).status == 1);
  CHECK(run_with({"batch", "--fail-on", "critical"}, std::string(harmless) + "\n" + major_pair).status == 0);
  CHECK(run_with({"batch", "--fail-on", "major"}, major_pair).status == 1);
  CHECK(run_with({"batch", "--fail-on", "moderate"}, moderate_pair).status == 1);
  CHECK(run_with({"batch", "--fail-on", "incomplete"}, moderate_pair).status == 0);
  CHECK(run_with({"batch", "--fail-on", "incomplete"}, unknown_name).status == 1);
  CHECK_THAT(answer({"batch", "--locale", "US"}, R"({"id": "F", "medications": ["Flomax"]})"), Contains("tamsulosin"));
}

TEST_CASE("a batch whose output is its input does not destroy the input", "[adapters][cli]") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "cases.ndjson").string();
  const std::string content = std::string(harmless) + "\n" + lethal_pair + "\n";
  write_text(file, content);
  CHECK(run_with({"batch", file, "-o", file}).status == 2);
  CHECK(read_text(file) == content);
}

TEST_CASE("a folder as the input of a batch is wrong input", "[adapters][cli]") {
  const TemporaryFolder folder;
  refusal({"batch", folder.path().string()}, 2);
}

// --- kb

TEST_CASE("a knowledge base that was exported and built again is the same knowledge", "[adapters][cli]") {
  const TemporaryFolder folder;
  const std::string tables = (folder.path() / "tables").string();
  const std::string again = (folder.path() / "again.kb").string();
  CHECK_THAT(answer({"kb", "export", "-o", tables, "--kb", shipped(), "--offline"}),
             StartsWith(tables + ": ") && EndsWith(" rows\n"));
  const std::string digest = guardian::tests::shipped_knowledge()->release().digest;
  CHECK_THAT(answer({"kb", "lint", tables}), Contains("no problems"));
  CHECK_THAT(answer({"kb", "build", tables, "-o", again}), StartsWith(again + ": ") && Contains(digest));
  CHECK_THAT(answer({"kb", "info", "--kb", again}), Contains(digest));
  CHECK_THAT(answer({"kb", "diff", shipped(), again}), Contains("the same knowledge: " + digest));
  CHECK(answer({"review", example("01"), "--kb", again}) == answer({"review", example("01")}));
}

TEST_CASE("kb info tells version, digest and counts as text and as JSON", "[adapters][cli]") {
  const std::string text = answer({"kb", "info"});
  const std::string digest = guardian::tests::shipped_knowledge()->release().digest;
  CHECK_THAT(text, StartsWith(shipped() + "\n") && Contains(digest) && Contains("\tingredients\n") &&
                       Contains("\tcritical rules\n"));
  const Json json = Json::parse(answer({"kb", "info", "--format", "json", "--offline"}));
  CHECK(json.at("digest") == digest);
  CHECK(json.at("file") == shipped());
  CHECK(json.at("rows").at("rules") == json.at("rules_by_severity").at("critical").get<int>() +
                                           json.at("rules_by_severity").at("major").get<int>() +
                                           json.at("rules_by_severity").at("moderate").get<int>() +
                                           json.at("rules_by_severity").at("minor").get<int>());
}

TEST_CASE("kb diff tells which rules and pairs changed and stops at its limit", "[adapters][cli]") {
  const TemporaryFolder folder;
  TableRows tables = small_tables;
  guardian::tests::write_tables(folder.path() / "before", tables);
  tables["rules"].replace(tables["rules"].find("major"), 5, "critical");
  guardian::tests::write_tables(folder.path() / "after", tables);
  const std::string before = (folder.path() / "before.kb").string();
  const std::string after = (folder.path() / "after.kb").string();
  answer({"kb", "build", (folder.path() / "before").string(), "-o", before});
  answer({"kb", "build", (folder.path() / "after").string(), "--output", after});

  const std::string text = answer({"kb", "diff", before, after});
  CHECK_THAT(text, Contains("rules changed: 1\n  R-1\n") && Contains("rules added: 0\n") &&
                       Contains("pairs with another outcome: 1\n"));
  CHECK_THAT(text, Contains("apixaban + aspirin: ") && Contains("major") && Contains("critical"));
  const std::string limited = answer({"kb", "diff", before, after, "--limit", "0"});
  CHECK_THAT(limited, !Contains("apixaban + aspirin") && Contains("and 1 more (--limit)"));
  CHECK_THAT(answer({"kb", "diff", before, before}), StartsWith("the same knowledge: sha256:"));
  refusal({"kb", "diff", before, after, "--limit", "few"}, 2);
}

TEST_CASE("kb lint of the shipped seed finds no problems", "[adapters][cli]") {
  CHECK_THAT(answer({"kb", "lint", (guardian::tests::source_folder() / "knowledge" / "seed").string()}),
             EndsWith("no problems\n"));
}

TEST_CASE("kb lint and kb build refuse a broken seed and name file and line", "[adapters][cli]") {
  const TemporaryFolder folder;
  const fs::path seed = folder.path() / "seed";
  const fs::path file = folder.path() / "out.kb";
  TableRows tables = small_tables;
  SECTION("a member that nothing defines") {
    tables["classes"] = "anticoagulant\tanticoagulant\t";
    tables["members"] = "apixaban\tanticoagulant\tref\nnosuchdrug\tanticoagulant\tref";
    guardian::tests::write_tables(seed, tables);
    const std::string message = refusal({"kb", "lint", seed.string()}, 2);
    CHECK_THAT(message, Contains((seed / "members.tsv").string() + ":3: ") && Contains("nosuchdrug"));
    CHECK_THAT(refusal({"kb", "build", seed.string(), "-o", file.string()}, 2),
               Contains((seed / "members.tsv").string() + ":3: "));
  }
  SECTION("a severity that is none") {
    tables["rules"].replace(tables["rules"].find("major"), 5, "severe");
    guardian::tests::write_tables(seed, tables);
    CHECK_THAT(refusal({"kb", "lint", seed.string()}, 2),
               Contains((seed / "rules.tsv").string() + ":2: ") && Contains("severe"));
  }
  SECTION("a row with too few cells") {
    tables["evidence"] = "ref\tlabel";
    guardian::tests::write_tables(seed, tables);
    CHECK_THAT(refusal({"kb", "lint", seed.string()}, 2), Contains("evidence.tsv:2"));
  }
  SECTION("no folder") {
    CHECK_THAT(refusal({"kb", "lint", seed.string()}, 2), Contains(seed.string()));
    CHECK_THAT(refusal({"kb", "build", seed.string(), "-o", file.string()}, 2), Contains(seed.string()));
  }
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("a knowledge base that cannot be written gives 3", "[adapters][cli]") {
  const TemporaryFolder folder;
  guardian::tests::write_tables(folder.path() / "seed", small_tables);
  const std::string seed = (folder.path() / "seed").string();
  refusal({"kb", "build", seed, "-o", (folder.path() / "none" / "out.kb").string()}, 3);
  write_text(folder.path() / "file", "");
  refusal({"kb", "export", "-o", (folder.path() / "file").string()}, 3);
}

TEST_CASE("kb build does not replace what is not a file", "[adapters][cli]") {
  const TemporaryFolder folder;
  guardian::tests::write_tables(folder.path() / "seed", small_tables);
  const fs::path target = folder.path() / "pipe";
  REQUIRE(::mkfifo(target.c_str(), 0600) == 0);
  CHECK(run_with({"kb", "build", (folder.path() / "seed").string(), "-o", target.string()}).status != 0);
  CHECK(fs::is_fifo(target));
}

// --- schema

TEST_CASE("schema prints the schemas that the codecs follow", "[adapters][cli]") {
  CHECK(answer({"schema", "case"}) == guardian::adapters::case_schema());
  CHECK(answer({"schema", "review"}) == guardian::adapters::review_schema());
  CHECK(Json::parse(answer({"schema", "case"})).is_object());
  CHECK(Json::parse(answer({"schema", "review"})).is_object());
}

// --- a full disk

TEST_CASE("an answer that does not fit on the disk gives 3", "[adapters][cli]") {
  if (!fs::is_character_file("/dev/full")) {  // never a file that a mistake left there
    WARN("skipped: there is no /dev/full");
    return;
  }
  const TemporaryFolder folder;
  const std::string cases = (folder.path() / "cases.ndjson").string();
  write_text(cases, mixed_batch());
  for (const Words& arguments : std::vector<Words>{{"review", example("03")},
                                                   {"review", "--format", "json", example("03")},
                                                   {"review", "--fail-on", "critical", example("03")},
                                                   {"screen", "warfarin"},
                                                   {"resolve", "warfarin"},
                                                   {"explain", example("03"), "1"},
                                                   {"explain", example("03"), "--why-not", "metformin", "lisinopril"},
                                                   {"batch", cases},
                                                   {"kb", "info"},
                                                   {"kb", "diff", shipped(), shipped()},
                                                   {"schema", "case"},
                                                   {"--help"}}) {
    INFO(arguments[0]);
    ProgramCall call{arguments};
    call.output_file = "/dev/full";
    const ProgramRun run = run_program(call);
    CHECK(run.status == 3);
    CHECK_THAT(run.err, Contains("cannot be written"));
  }
  CHECK_THAT(refusal({"batch", "-o", "/dev/full"}, 3, harmless), Contains("cannot be written"));
}
