// A hospital's own rules from its file to the review: they add and raise, lower what they may and say so, are only
// counted in shadow mode, and end on their day. The example of docs/hospital-rules.md is run as it stands.

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::tests;
using Catch::Contains;
using Json = nlohmann::json;

namespace {

constexpr const char* header = "id\tlowers\ttype\tseverity\tterms\teffect\tmanagement\towner\texpires\tmode\treason\n";
constexpr const char* critical_rule = "DDI-CV-SIMVA-LOVA-3A";

std::string lowers(const std::string& rule, const std::string& to, const std::string& expires = "2099-12-31",
                   const std::string& mode = "active") {
  return "\t" + rule + "\t\t" + to + "\t\t\t\tPharmacy\t" + expires + "\t" + mode + "\twe watch it\n";
}
std::string adds(const std::string& id, const std::string& severity, const std::string& terms,
                 const std::string& expires = "2099-12-31", const std::string& mode = "active") {
  return id + "\t\tdrug-drug\t" + severity + "\t" + terms + "\tHarm.\tAsk.\tPharmacy\t" + expires + "\t" + mode +
         "\tour reason\n";
}

struct Ward {
  TemporaryFolder folder;
  std::map<std::string, std::string> environment = {};

  [[nodiscard]] std::string file(const std::string& name) const { return (folder.path() / name).string(); }
  [[nodiscard]] ProgramRun run(std::vector<std::string> arguments) const {
    ProgramCall call;
    call.arguments = std::move(arguments);
    call.environment = environment;
    return run_program(call);
  }
  [[nodiscard]] ProgramRun import(const std::string& rules, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"kb",    "import",       "hospital", rules,  "--source",
                                       "MERCY", "--licence",    "own",      "--kb", shipped_file().string(),
                                       "-o",    file("with.db")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(std::move(arguments));
  }
  [[nodiscard]] ProgramRun import_rows(const std::string& rows, const std::vector<std::string>& more = {}) const {
    write_text(folder.path() / "rules.tsv", header + rows);
    return import(file("rules.tsv"), more);
  }
  // The review of these medicines, with or without what the hospital says.
  [[nodiscard]] Json review(const std::vector<std::string>& medicines, const std::string& base,
                            const std::string& day = "2026-11-02") const {
    Json subject{{"id", "C-1"}, {"as_of", day + "T08:00:00Z"}, {"medications", Json::array()}};
    for (const std::string& medicine : medicines) subject["medications"].push_back(Json{{"text", medicine}});
    write_text(folder.path() / "case.json", subject.dump());
    return review_of(file("case.json"), base);
  }
  [[nodiscard]] Json review_of(const std::string& subject, const std::string& base) const {
    const auto done = run({"review", subject, "--kb", base, "--format", "json", "--offline"});
    INFO(done.err);
    REQUIRE(done.status == 0);
    write_text(folder.path() / "review.json", done.out);
    return Json::parse(done.out);
  }
  [[nodiscard]] ProgramRun verify(const Json& review) const {
    write_text(folder.path() / "verified.json", review.dump());
    return run({"verify", file("verified.json"), "--kb", file("with.db")});
  }
};

std::optional<Json> finding(const Json& review, const std::string& rule) {
  for (const Json& one : review.at("findings")) {
    const auto rules = one.at("rules").get<std::vector<std::string>>();
    if (std::find(rules.begin(), rules.end(), rule) != rules.end()) return one;
  }
  return std::nullopt;
}

bool says(const Json& finding, const std::string& words) {
  const auto context = finding.at("context").get<std::vector<std::string>>();
  return std::any_of(context.begin(), context.end(),
                     [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("the example of a hospital's rules does what its page says", "[hospital]") {
  const Ward ward;
  const auto example = source_folder() / "examples" / "hospital";
  const auto done = ward.import((example / "rules.tsv").string());
  INFO(done.out << done.err);
  REQUIRE(done.status == 0);
  const Json review = ward.review_of((example / "case.json").string(), ward.file("with.db"));

  const auto own = finding(review, "MERCY-LORATADINE-WARFARIN");
  REQUIRE(own);
  CHECK(own->at("severity") == "moderate");
  CHECK(own->at("sources")[0].at("source") == "MERCY");
  CHECK(says(*own, "Anticoagulation clinic, until 2099-12-31"));
  const auto laboratory = finding(review, "MERCY-METFORMIN-EGFR");
  REQUIRE(laboratory);
  CHECK(laboratory->at("severity") == "major");
  const auto lowered = finding(review, "DDI-CV-DIGOXIN-SPIRONOLACTONE");
  REQUIRE(lowered);
  CHECK(lowered->at("severity") == "minor");
  CHECK(says(*lowered, "lowered from moderate to minor by MERCY (Cardiology, until 2099-12-31)"));
  CHECK(says(*lowered, "Levels are taken on every ward round"));
  CHECK_FALSE(finding(review, "MERCY-DIGOXIN-FUROSEMIDE"));
  CHECK_FALSE(finding(review, "MERCY-LORATADINE-CETIRIZINE"));
  REQUIRE(review.at("set_aside").size() == 2);
  CHECK(review.at("set_aside")[0].at("rule") == "MERCY-DIGOXIN-FUROSEMIDE");
  CHECK(review.at("set_aside")[0].at("why") == "shadow");
  CHECK(review.at("set_aside")[0].at("severity") == "critical");
  CHECK(review.at("set_aside")[1].at("why") == "expired");
  CHECK(review.at("decision") != "block");

  const auto verified = ward.verify(review);
  INFO(verified.out << verified.err);
  CHECK(verified.status == 0);
  const auto text = ward.run({"review", (example / "case.json").string(), "--kb", ward.file("with.db"), "--offline"});
  CHECK_THAT(text.out, Contains("rule of MERCY MERCY-LORATADINE-CETIRIZINE ended on 2020-06-30"));
  CHECK_THAT(text.out, !Contains("MERCY-DIGOXIN-FUROSEMIDE"));
}

TEST_CASE("a hospital raises what we rank lower and never takes a finding away", "[hospital]") {
  const Ward ward;
  REQUIRE(ward.import_rows(adds("M-1", "critical", "a = digoxin ; b = spironolactone")).status == 0);
  const Json review = ward.review({"digoxin 125 mcg daily", "spironolactone 25 mg daily"}, ward.file("with.db"));
  const auto raised = finding(review, "DDI-CV-DIGOXIN-SPIRONOLACTONE");
  REQUIRE(raised);
  CHECK(raised->at("severity") == "critical");
  CHECK(raised->at("sources")[1].at("compared") == "higher");
  CHECK(review.at("decision") == "block");
  CHECK(ward.verify(review).status == 0);
}

TEST_CASE("a rule in shadow mode changes nothing of a review but its own field", "[hospital]") {
  const Ward ward;
  const std::vector<std::string> medicines{"digoxin 125 mcg daily", "spironolactone 25 mg daily",
                                           "metformin 500 mg BID"};
  Json without = ward.review(medicines, shipped_file().string());
  REQUIRE(ward.import_rows(adds("M-1", "critical", "a = digoxin ; b = spironolactone", "2099-12-31", "shadow") +
                           adds("M-2", "major", "a = digoxin ; b = metformin", "2099-12-31", "shadow") +
                           lowers("DDI-CV-DIGOXIN-SPIRONOLACTONE", "minor", "2099-12-31", "shadow"))
              .status == 0);
  Json with = ward.review(medicines, ward.file("with.db"));
  REQUIRE(with.at("set_aside").size() == 3);
  CHECK(ward.verify(with).status == 0);
  Json hidden = with;
  hidden.erase("set_aside");
  CHECK(ward.verify(hidden).status == 1);
  // The other knowledge base is named, and what the audit read has another digest.
  for (Json* review : {&without, &hidden}) {
    review->erase("kb");
    review->at("audit").erase("input");
  }
  CHECK(hidden == without);
}

TEST_CASE("an expired rule does not fire and is told, and what an expired lowering lowered is whole again",
          "[hospital]") {
  const Ward ward;
  REQUIRE(ward.import_rows(adds("M-1", "major", "a = digoxin ; b = metformin", "2026-11-01") +
                           lowers("DDI-CV-DIGOXIN-SPIRONOLACTONE", "minor", "2026-11-01"))
              .status == 0);
  const std::vector<std::string> medicines{"digoxin 125 mcg daily", "spironolactone 25 mg daily",
                                           "metformin 500 mg BID"};
  const Json on_its_day = ward.review(medicines, ward.file("with.db"), "2026-11-01");
  CHECK(finding(on_its_day, "M-1"));
  CHECK(finding(on_its_day, "DDI-CV-DIGOXIN-SPIRONOLACTONE")->at("severity") == "minor");
  CHECK_FALSE(on_its_day.contains("set_aside"));
  CHECK(ward.verify(on_its_day).status == 0);
  const Json after = ward.review(medicines, ward.file("with.db"), "2026-11-02");
  CHECK_FALSE(finding(after, "M-1"));
  CHECK(finding(after, "DDI-CV-DIGOXIN-SPIRONOLACTONE")->at("severity") == "moderate");
  REQUIRE(after.at("set_aside").size() == 2);
  CHECK(after.at("set_aside")[0].at("why") == "expired");
  CHECK(ward.verify(after).status == 0);
  for (const char* format : {"cds", "fhir"}) {
    CAPTURE(format);
    const auto shown =
        ward.run({"review", ward.file("case.json"), "--kb", ward.file("with.db"), "--offline", "--format", format});
    CHECK_THAT(
        shown.out,
        Contains("rule of MERCY M-1 ended on 2026-11-01 (Pharmacy); it would have spoken of digoxin, metformin") &&
            Contains("what MERCY lowered of rule DDI-CV-DIGOXIN-SPIRONOLACTONE ended on 2026-11-01"));
  }
  const auto info = ward.run({"kb", "info", "--kb", ward.file("with.db")});
  CHECK_THAT(info.out, Contains("rule M-1 of MERCY") && Contains("until 2026-11-01, EXPIRED"));
}

TEST_CASE("a critical rule is lowered only by two of those whose sign-offs count, by one step, and stays seen",
          "[hospital]") {
  Ward ward;
  for (const char* name : {"one", "two", "stranger"}) {
    const auto made = ward.run({"ledger", "key", ward.file(std::string(name) + ".key")});
    REQUIRE(made.status == 0);
    write_text(ward.folder.path() / (std::string(name) + ".pub"), made.out);
  }
  write_text(ward.folder.path() / "trusted.pub", read_text(ward.file("one.pub")) + read_text(ward.file("two.pub")));
  const std::vector<std::string> keys{"--sign-off-keys", ward.file("trusted.pub")};
  const auto sign_off = [&](const char* name) {
    return ward.run({"kb", "sign-off", ward.file("rules.tsv"), "--rule", critical_rule, "--source", "MERCY", "--key",
                     ward.file(std::string(name) + ".key"), "--kb", shipped_file().string()});
  };
  const std::string row = lowers(critical_rule, "major");

  auto refused = ward.import_rows(row, keys);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, Contains("rules.tsv:2") && Contains("2 sign-offs by different keys"));
  REQUIRE(sign_off("one").status == 0);
  CHECK(ward.import_rows(row, keys).status == 2);
  CHECK(sign_off("one").status == 2);  // the same key again is no second one
  REQUIRE(sign_off("stranger").status == 0);
  CHECK(ward.import_rows(row, keys).status == 3);  // by nobody whose sign-off counts
  std::string signed_off;
  for (const std::string& line : lines_of(read_text(ward.file("rules.tsv.sign-offs")))) {
    if (signed_off.empty()) signed_off = line + "\n";
  }
  write_text(ward.folder.path() / "rules.tsv.sign-offs", signed_off);
  REQUIRE(sign_off("two").status == 0);

  // Two steps are too many, and what was signed holds for nothing else.
  CHECK(ward.import_rows(lowers(critical_rule, "minor"), keys).status == 2);
  CHECK(ward.import_rows(lowers(critical_rule, "major", "2100-01-01"), keys).status == 3);
  CHECK(ward.import_rows(row).status == 3);  // nobody's count
  const auto done = ward.import_rows(row, keys);
  INFO(done.out << done.err);
  REQUIRE(done.status == 0);

  const std::vector<std::string> medicines{"simvastatin 40 mg daily", "clarithromycin 500 mg BID"};
  CHECK(ward.run({"review", ward.file("case.json"), "--kb", ward.file("with.db")}).status != 0);
  ward.environment["GUARDIAN_SIGN_OFF_KEYS"] = ward.file("one.pub");
  CHECK(ward.run({"kb", "info", "--kb", ward.file("with.db")}).status == 3);
  ward.environment["GUARDIAN_SIGN_OFF_KEYS"] = ward.file("trusted.pub");
  const Json review = ward.review(medicines, ward.file("with.db"));
  const auto lowered = finding(review, critical_rule);
  REQUIRE(lowered);
  CHECK(lowered->at("severity") == "major");
  CHECK(says(*lowered, "lowered from critical to major by MERCY (Pharmacy, until 2099-12-31; signed off by "));
  CHECK(review.at("decision") == "escalate");
  CHECK(ward.verify(review).status == 0);
  for (const bool silent : {true, false}) {
    Json altered = review;
    for (Json& one : altered.at("findings")) {
      if (silent) {
        one["context"] = Json::array();
      } else {
        one["severity"] = "moderate";
      }
    }
    CHECK(ward.verify(altered).status == 1);
  }
}

TEST_CASE("a mistake in a hospital's file is named with file, line and column, and nothing is written", "[hospital]") {
  const Ward ward;
  const auto check = [&](const std::string& rows, const std::string& message) {
    const auto done = ward.import_rows(rows);
    INFO(rows << done.err);
    CHECK(done.status == 2);
    CHECK_THAT(done.err, Contains(message));
    CHECK_FALSE(std::filesystem::exists(ward.file("with.db")));
  };
  check("M-1\t\tdrug-drug\tmajor\ta = digoxin ; b = metformin\tHarm.\tAsk.\t\t2099-12-31\tactive\tr\n",
        "rules.tsv:2: column `owner`: is empty");
  check(adds("M-1", "major", "a = digoxin ; b = metformin", ""), "rules.tsv:2: column `expires`: is empty");
  check(adds("M-1", "major", "a = digoxin ; b = metformin", "31.12.2099"), "rules.tsv:2: column `expires`");
  check(adds("M-1", "grave", "a = digoxin ; b = metformin"), "rules.tsv:2: column `severity`");
  check(adds("M-1", "major", "a = digoxin ; b ="), "rules.tsv:2: column `terms`");
  check(adds("M-1", "major", "a = digoxin ; b = inventol"), "rules.tsv:2");
  check(adds("M-1", "major", "a = digoxin ; b = metformin") + adds("M-1", "minor", "a = digoxin ; b = aspirin"),
        "rules.tsv:3: column `id`");
  check(adds("DDI-CV-DIGOXIN-SPIRONOLACTONE", "minor", "a = digoxin ; b = metformin"), "rules.tsv:2");
  check(lowers("DDI-CV-DIGOXIN-SPIRONOLACTONE", "major"), "rules.tsv:2");
  check(lowers("NO-SUCH-RULE", "minor"), "rules.tsv:2: there is no rule `NO-SUCH-RULE`");
  write_text(ward.folder.path() / "rules.json",
             "{\"rules\": [\n {\"id\": \"M-1\",\n  \"severity\": \"major\", \"owner\": \"P\", \"reason\": \"r\"}]}");
  const auto json = ward.import(ward.file("rules.json"));
  CHECK(json.status == 2);
  CHECK_THAT(json.err, Contains("rules.json:2: column `expires`: is empty"));
}

TEST_CASE("rules written as JSON are those of the table, and survive an export", "[hospital]") {
  const Ward ward;
  REQUIRE(ward.import_rows(adds("M-1", "major", "a = digoxin ; b = metformin") +
                           lowers("DDI-CV-DIGOXIN-SPIRONOLACTONE", "minor"))
              .status == 0);
  const std::string table = ward.file("table.db");
  std::filesystem::rename(ward.file("with.db"), table);
  write_text(ward.folder.path() / "rules.json", R"([
    {"id": "M-1", "type": "drug-drug", "severity": "major", "terms": "a = digoxin ; b = metformin", "effect": "Harm.",
     "management": "Ask.", "owner": "Pharmacy", "expires": "2099-12-31", "reason": "our reason"},
    {"lowers": "DDI-CV-DIGOXIN-SPIRONOLACTONE", "severity": "minor", "owner": "Pharmacy", "expires": "2099-12-31",
     "reason": "we watch it"}])");
  REQUIRE(ward.import(ward.file("rules.json")).status == 0);
  const auto diff = ward.run({"kb", "diff", shipped_file().string(), ward.file("with.db")});
  CHECK_THAT(diff.out, Contains("M-1") && Contains("digoxin + spironolactone: moderate -> minor") &&
                           Contains("digoxin + metformin: nothing -> major"));
  REQUIRE(ward.run({"kb", "export", "-o", ward.file("seed"), "--kb", ward.file("with.db")}).status == 0);
  REQUIRE(ward.run({"kb", "build", ward.file("seed"), "-o", ward.file("again.db")}).status == 0);
  CHECK(read_text(ward.file("again.db")) == read_text(ward.file("with.db")));
}
