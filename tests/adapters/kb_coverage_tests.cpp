// `guardian kb coverage`, `kb export --review` and the warnings of `kb lint`, as they are called.

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/cli/review_sheet.hpp"
#include "knowledge/seed.hpp"
#include "knowledge/store.hpp"
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

ProgramRun coverage(std::vector<std::string> options) {
  std::vector<std::string> arguments{"kb", "coverage", "--kb", shipped_file().string()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return guardian_run(std::move(arguments));
}

// A folder of sets of a row or two, made up here.
void write_sets(const std::filesystem::path& folder) {
  write_text(folder / "onc_high_priority.tsv",
             "drug1\tdrug2\tonc_rule_no\nsimvastatin\tclarithromycin\t3\nlisinopril\tloratadine\t3\n");
  write_text(folder / "onc_non_interruptive.tsv", "drug1\tdrug2\tseverity\nlisinopril\tloratadine\tn\n");
  write_text(folder / "crediblemeds.tsv", "drug1\tdrug2\tlevel\namiodarone\tsotalol\tusually avoid\n");
  write_text(folder / "ndfrt_significant.tsv", "drug1\tdrug2\tndfrt_label\nibuprofen\twarfarin\tIBUPROFEN/WARFARIN\n");
  write_text(folder / "rxnorm_names.tsv", "name\tingredients_canonical\nlisinopril 20 MG Oral Tablet\tlisinopril\n");
  write_text(folder / "ingredients.tsv", "ingredient\tn_rxnorm_oral_products\nwarfarin\t9\n");
}

// The records of a CSV text after RFC 4180; fails on a quote out of place.
std::vector<std::vector<std::string>> csv_records(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::size_t at = 0;
  while (at < text.size()) {
    std::string cell;
    if (text[at] == '"') {
      for (++at;; ++at) {
        REQUIRE(at < text.size());
        if (text[at] != '"') {
          cell += text[at];
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
          cell += text[at++];
        } else {
          break;
        }
      }
      ++at;
    } else {
      while (at < text.size() && text[at] != ',' && text[at] != '\r') cell += text[at++];
      REQUIRE(cell.find('"') == std::string::npos);
      REQUIRE(cell.find('\n') == std::string::npos);
    }
    record.push_back(std::move(cell));
    REQUIRE(at < text.size());
    if (text[at] == ',') {
      ++at;
    } else {
      REQUIRE(text.substr(at, 2) == "\r\n");
      at += 2;
      records.push_back(std::move(record));
      record.clear();
    }
  }
  return records;
}

std::size_t times(const std::string& text, const std::string& words) {
  std::size_t number = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++number;
  return number;
}

}  // namespace

TEST_CASE("kb coverage says rate, interval, target and misses of every set", "[adapters][cli][coverage]") {
  const TemporaryFolder folder;
  write_sets(folder.path());
  const ProgramRun text = coverage({"--reference", folder.path().string()});
  CHECK(text.err.empty());
  CHECK(text.status == 0);
  CHECK_THAT(text.out,
             Contains("class pairs: major or worse: 1 of 2, 50 % (95 %: 1.25 % to 98.74 %); wanted 100 %: NOT MET"));
  CHECK_THAT(text.out, Contains("lisinopril + loratadine: no rule"));
  CHECK_THAT(text.out, Contains("known: 1 of 1, 100 %"));
  CHECK(coverage({"--reference", folder.path().string(), "--check"}).status == 1);

  const ProgramRun markdown = coverage({"--reference", folder.path().string(), "--format", "markdown"});
  CHECK_THAT(markdown.out, Contains("## onc_high_priority (2 rows)\n* class pairs"));

  const ProgramRun json = coverage({"--reference", folder.path().string(), "--format", "json", "--misses", "0"});
  const Json answer = Json::parse(json.out);
  REQUIRE(answer["sets"].size() == 6);
  const Json& measure = answer["sets"][0]["measures"][0];
  CHECK(measure["hits"] == 1);
  CHECK(measure["cases"] == 2);
  CHECK(measure["met"] == false);
  CHECK(measure["reasons"]["no rule"] == 1);
  CHECK(measure["misses"].empty());
  CHECK(answer["sets"][5]["measures"][0]["met"].is_null());
}

TEST_CASE("kb coverage takes argued misses from a file", "[adapters][cli][coverage]") {
  const TemporaryFolder folder;
  write_sets(folder.path());
  const std::string exceptions = (folder.path() / "argued.tsv").string();
  write_text(exceptions, "set\tfirst\tsecond\treason\nonc_high_priority\tloratadine\tlisinopril\tNo shared path.\n");
  const ProgramRun run = coverage({"--reference", folder.path().string(), "--exceptions", exceptions, "--check"});
  CHECK_THAT(run.out, Contains("lisinopril + loratadine: no rule. Argued: No shared path."));
  CHECK_THAT(run.out, Contains("1 of 2, 50 % (95 %: 1.25 % to 98.74 %); wanted 100 %: met, every miss is argued"));
  write_text(exceptions, "set\tfirst\tsecond\treason\nonc\tloratadine\tlisinopril\tNo.\n");
  const ProgramRun bad = coverage({"--reference", folder.path().string(), "--exceptions", exceptions});
  CHECK(bad.status == 2);
  CHECK_THAT(bad.err, Contains("argued.tsv: there is no set `onc`"));
}

TEST_CASE("kb coverage refuses a set that is missing or in another form, naming it", "[adapters][cli][coverage]") {
  const TemporaryFolder folder;
  const std::string reference = folder.path().string();
  const ProgramRun missing = coverage({"--reference", reference});
  CHECK(missing.status == 2);
  CHECK(missing.out.empty());
  CHECK_THAT(missing.err, Contains("onc_high_priority.tsv: cannot be read"));
  write_sets(folder.path());
  write_text(folder.path() / "crediblemeds.tsv", "drug1\tdrug2\tgrade\na\tb\tc\n");
  const ProgramRun column = coverage({"--reference", reference});
  CHECK(column.status == 2);
  CHECK(column.out.empty());
  CHECK_THAT(column.err, Contains("crediblemeds.tsv: has no column `level`"));
  CHECK(coverage({}).status == 2);
  CHECK(coverage({"--random", "10", "--misses", "some"}).status == 2);
  CHECK(coverage({"--random", "0"}).status == 2);
  CHECK(coverage({"--reference", reference, "--format", "html"}).status == 2);
}

TEST_CASE("kb coverage draws the same random pairs for the same seed, each with rule and evidence",
          "[adapters][cli][coverage]") {
  const ProgramRun once = coverage({"--random", "300", "--seed", "5"});
  CHECK(once.status == 0);
  CHECK(once.err.empty());
  CHECK_THAT(once.out, Contains("Random pairs of the 200 commonest ingredients, seed 5"));
  CHECK_THAT(once.out, Contains(" of 300, "));
  CHECK(once.out == coverage({"--random", "300", "--seed", "5"}).out);
  CHECK(once.out != coverage({"--random", "300", "--seed", "6"}).out);
  const Json answer =
      Json::parse(coverage({"--random", "300", "--seed", "5", "--format", "json", "--misses", "all"}).out);
  REQUIRE(answer["random"]["pairs"].size() == answer["random"]["loud"]["hits"]);
  for (const Json& pair : answer["random"]["pairs"]) {
    CHECK_FALSE(pair["rules"].empty());
    CHECK_FALSE(pair["evidence"].get<std::string>().empty());
  }
}

TEST_CASE("the review sheet has every rule, as a page that loads nothing and as CSV", "[adapters][cli][sheet]") {
  const TemporaryFolder folder;
  const auto sheet = folder.path() / "sheet";
  const ProgramRun run = guardian_run({"kb", "export", "--review", sheet.string(), "--kb", shipped_file().string()});
  CHECK(run.err.empty());
  REQUIRE(run.status == 0);
  const auto seed = guardian::knowledge::read_seed(source_folder() / "knowledge" / "seed");
  REQUIRE(seed.has_value());
  std::set<std::string> ids;
  for (const char* table : {"rules", "red_flags"}) {
    for (const auto& row : seed->table(table).rows()) ids.insert(row.cells[0]);
  }
  const std::size_t inferred = shipped_knowledge()->rules().inferred_count();

  const auto records = csv_records(read_text(sheet / "review.csv"));
  REQUIRE(records.size() == 1 + ids.size() + inferred);
  std::set<std::string> listed;
  for (const auto& record : records) {
    REQUIRE(record.size() == records[0].size());
    listed.insert(record[0]);
  }
  for (const std::string& id : ids) CHECK(listed.count(id) == 1);
  CHECK(records[1][2] == "critical");

  const std::string page = read_text(sheet / "review.html");
  CHECK(times(page, "<article ") == ids.size() + inferred);
  for (const std::string& id : ids) CHECK(page.find("<article id=\"" + id + "\"") != std::string::npos);
  CHECK_THAT(page, Contains("<html lang=\"en\">") && Contains("default-src 'none'"));
  for (const char* loads : {" src=", "<link", "@import", "url(", "fetch("}) CHECK(times(page, loads) == 0);
}

TEST_CASE("the review sheet writes one file when its name says which", "[adapters][cli][sheet]") {
  const TemporaryFolder folder;
  const auto csv = folder.path() / "rules.csv";
  const ProgramRun run = guardian_run({"kb", "export", "--review", csv.string(), "--kb", shipped_file().string()});
  CHECK(run.status == 0);
  CHECK(std::filesystem::is_regular_file(csv));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()) == 1);
  const ProgramRun nowhere = guardian_run(
      {"kb", "export", "--review", (folder.path() / "none" / "x.csv").string(), "--kb", shipped_file().string()});
  CHECK(nowhere.status == 3);
  CHECK_THAT(nowhere.err, Contains("cannot be written"));
}

TEST_CASE("the page of the review sheet shows marks of HTML as text, and CSV keeps every character",
          "[adapters][cli][sheet]") {
  guardian::adapters::cli::SheetRule rule;
  rule.id = "R<1>";
  rule.severity = "major";
  rule.terms = "a = x {dose>5 mg/day}";
  rule.effect = "<script>alert(\"1\")</script> & more";
  rule.exceptions = {"first, \"quoted\"", "second"};
  rule.covered = {"a<b: c"};
  const std::string page = guardian::adapters::cli::sheet_html({rule}, "<v>");
  CHECK(times(page, "<script>") == 1);  // its own
  CHECK_THAT(page, Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more"));
  CHECK_THAT(page, Contains("id=\"R&lt;1&gt;\"") && Contains("dose&gt;5") && Contains("a&lt;b: c"));
  const auto records = csv_records(guardian::adapters::cli::sheet_csv({rule}));
  REQUIRE(records.size() == 2);
  CHECK(records[1][7] == rule.effect);
  CHECK(records[1][11] == "first, \"quoted\"\nsecond");
  CHECK(records[1][14] == "a<b: c");
  // More than a spreadsheet takes in one cell.
  rule.covered.assign(9, std::string(5'000, 'x'));
  const std::string cut = csv_records(guardian::adapters::cli::sheet_csv({rule})).at(1).at(14);
  CHECK(cut.size() < 32'767);
  CHECK_THAT(cut, Catch::EndsWith("x\nand 3 more lines: see the page"));
}

TEST_CASE("the review sheet lists the pairs of a rule, its exceptions and its evidence", "[adapters][cli][sheet]") {
  const auto& base = *shipped_knowledge();
  auto store = guardian::knowledge::Store::open(shipped_file());
  REQUIRE(store.has_value());
  const auto seed = store->seed();
  REQUIRE(seed.has_value());
  const auto rules = guardian::adapters::cli::sheet_rules(base, *seed);
  REQUIRE(rules.has_value());
  const auto find = [&](const std::string& id) {
    const auto found = std::find_if(rules->begin(), rules->end(), [&](const auto& rule) { return rule.id == id; });
    REQUIRE(found != rules->end());
    return *found;
  };
  const auto pair = find("DDI-CNS-ALOSETRON-FLUVOXAMINE");
  CHECK(pair.covers == "2 pairs");
  REQUIRE(pair.covered.size() == 1);
  CHECK(pair.covered[0] == "alosetron: fluvoxamine, viloxazine");
  CHECK_FALSE(pair.evidence.empty());
  const auto sum = find("DDI-CNS-ANTICHOLINERGIC-BURDEN");
  CHECK_THAT(sum.covers, Catch::EndsWith(" medicines"));
  CHECK_THAT(sum.covered.at(0), Catch::StartsWith("sum: ") && Contains("amitriptyline"));
  for (const auto& rule : *rules) {
    INFO(rule.id);
    CHECK_FALSE(rule.evidence.empty());
    CHECK_FALSE(rule.covers.empty());
  }
}

TEST_CASE("kb lint warns of what leads nowhere and still finds no problem", "[adapters][cli][linter]") {
  const TemporaryFolder folder;
  write_tables(folder.path(), {{"evidence", "ref\treference\tPublisher\tTitle\t\t2026\t\tverified"},
                               {"ingredients", "warfarin\tdrug\t\t\toral\t5\t"}});
  const ProgramRun run = guardian_run({"kb", "lint", folder.path().string()});
  CHECK(run.status == 0);
  CHECK_THAT(run.out, Contains("ingredients.tsv:2: warning: nothing is said of `warfarin`"));
  CHECK_THAT(run.out, Contains("warning: nothing cites `ref`"));
  const std::string place = folder.path().string();
  CHECK_THAT(run.out, Catch::EndsWith(place + ": 2 warnings\n" + place + ": no problems\n"));
}
