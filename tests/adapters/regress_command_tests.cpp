// `guardian regress`, as it is called.

#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::tests;
using Json = nlohmann::json;

namespace {

constexpr const char* two_rows =
    "medicines\tat_least\tsource\n"
    "Coumadin | Diflucan\tmajor\tlabel: Coumadin\n"
    "acetaminophen | loratadine\tcritical\tmade up <to> \"miss\"\n";

class Suites {
 public:
  std::string add(const std::string& name, const std::string& text) const {
    write_text(folder_.path() / name, text);
    return (folder_.path() / name).string();
  }
  [[nodiscard]] std::string folder() const { return folder_.path().string(); }

 private:
  TemporaryFolder folder_;
};

ProgramRun regress(std::vector<std::string> arguments, const std::string& kb = shipped_file().string()) {
  arguments.insert(arguments.begin(), {"regress", "--kb", kb});
  return run_program({std::move(arguments)});
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// A knowledge base that knows no medicine of the suites above.
TableRows unknowing() {
  TableRows tables;
  tables["ingredients"] = "zolpidem\tdrug\t\t\toral\t\t";
  return tables;
}

}  // namespace

TEST_CASE("regress without arguments runs the suites that ship, and they hold", "[adapters][cli][suite]") {
  const auto run = regress({"--format", "json"});
  INFO(run.out.substr(0, 2000) << run.err);
  CHECK(run.status == 0);
  const Json answer = Json::parse(run.out);
  CHECK(answer["schema"] == "guardian-regress/1");
  CHECK(answer["held"] == true);
  CHECK(answer["all"]["cases"].get<double>() >= 3500);
  CHECK(answer["misses"].empty());
  std::vector<std::string> suites;
  for (const Json& category : answer["categories"]) {
    suites.push_back(category["suite"]);
    CHECK(category["held"] == category["cases"]);
    CHECK(category["upper_95"] == 1.0);
  }
  for (const char* name : {"critical_interactions", "harmless_pairs", "injections", "names", "patients", "triage"})
    CHECK(std::count(suites.begin(), suites.end(), name) >= 1);
}

TEST_CASE("a miss is one line with its reason and exit status 1", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string file = suites.add("two.tsv", two_rows);
  const auto run = regress({file});
  CHECK(run.status == 1);
  CHECK(run.err.empty());
  CHECK(lines_of(run.out).at(0) == "MISS " + file +
                                       ":3: acetaminophen + loratadine: no rule: wanted at least critical, "
                                       "found nothing that speaks of them");
  CHECK(run.out.find("1 of 2") != std::string::npos);
  CHECK(run.out.find("1.26 to 98.74 %") != std::string::npos);  // Clopper-Pearson of 1 of 2
  CHECK(regress({suites.folder()}).out == run.out);
  CHECK(regress({file, "--jobs", "1"}).out == run.out);
}

TEST_CASE("every reason for a miss is told apart", "[adapters][cli][suite]") {
  const Suites suites;
  const auto run = regress({suites.add("reasons.tsv",
                                       "id\tmedicines\tat_least\tat_most\treads_as\n"
                                       "unknown\tzzqqxx | warfarin\tmajor\t\t\n"
                                       "several\tMSO4 | warfarin\tmajor\t\t\n"
                                       "other\tCoumadin | aspirin\t\t\taspirin | aspirin\n"
                                       "none\tacetaminophen | loratadine\tminor\t\t\n"
                                       "lower\twarfarin | aspirin\tcritical\t\t\n"
                                       "higher\twarfarin | aspirin\t\tminor\t\n")});
  CHECK(run.status == 1);
  const auto lines = lines_of(run.out);
  const std::vector<std::string> reasons{": drug unknown: ", ": name unresolved: ", ": read as something else: ",
                                         ": no rule: ",      ": lower severity: ",  ": unwanted finding: "};
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    INFO(lines.at(i));
    CHECK(lines.at(i).find(reasons[i]) != std::string::npos);
  }
}

TEST_CASE("a suite names medicines as its hospital does, also those that must not be found", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string head = "id\tcase\tmust_find\tmust_not\n";
  const std::string pair = R"({"medications":[{"text":"selegiline 5 mg"}],"orders":[{"text":"pethidine 50 mg IM"}]})";
  const auto held = regress({suites.add("held.tsv", head + "a\t" + pair + "\tany critical pethidine+selegiline\t\n")});
  INFO(held.out);
  CHECK(held.status == 0);
  const auto missed = regress({suites.add("missed.tsv", head + "a\t" + pair + "\t\tseverity>=critical Demerol\n")});
  INFO(missed.out);
  CHECK(missed.status == 1);
  CHECK(missed.out.find("unwanted finding: must not find `severity>=critical Demerol`") != std::string::npos);
}

TEST_CASE("a pattern that no finding can ever match is a miss, also of what must not be found",
          "[adapters][cli][suite]") {
  const Suites suites;
  const std::string head = "id\tcase\tmust_find\tmust_not\n";
  const std::string subject =
      R"({"patient":{"allergies":["penicillin"],"labs":[{"name":"K","value":6.1,"unit":"mmol/L"},)"
      R"({"name":"eGFR","value":20,"unit":"mL/min/1.73m2"}]},"medications":[{"text":"potassium chloride 20 mEq"},)"
      R"({"text":"metformin 1 g bid"},{"text":"amoxicillin 500 mg tid"}]})";
  const auto held = regress({suites.add(
      "held.tsv", head + "a\t" + subject +
                      "\tany critical potassium chloride+potassium | any moderate+ metformin+eGFR 20 | "
                      "drug-allergy major amoxicillin+penicillin\tdrug-drug warfarin | any hyponatremia\n")});
  INFO(held.out);
  CHECK(held.status == 0);
  for (const std::string cells : {"any critical potassium_chloride\t", "\tany warfarinn", "\tany Potassium_Chloride"}) {
    const auto missed = regress({suites.add("missed.tsv", head + "a\t" + subject + "\t" + cells + "\n")});
    INFO(missed.out);
    CHECK(missed.status == 1);
    CHECK(missed.out.find("drug unknown: ") != std::string::npos);
    CHECK(missed.out.find("is no medicine, value, condition or allergen of the knowledge base") != std::string::npos);
  }
}

TEST_CASE("what must not be found may have a severity as what must be", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string head = "id\tmedicines\tmust_not\n";
  const auto held = regress({suites.add("held.tsv", head + "a\twarfarin | aspirin\tdrug-drug critical | any minor\n")});
  INFO(held.out);
  CHECK(held.status == 0);
  for (const std::string cell : {"drug-drug major", "any moderate+ warfarin", "drug-drug", "any aspirin"}) {
    const auto missed = regress({suites.add("missed.tsv", head + "a\twarfarin | aspirin\t" + cell + "\n")});
    INFO(missed.out);
    CHECK(missed.out.find("unwanted finding: must not find `" + cell + "`") != std::string::npos);
  }
}

TEST_CASE("JUnit and Markdown say the same as the text", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string file = suites.add("two.tsv", two_rows);
  const auto junit = regress({file, "--format", "junit"});
  CHECK(junit.status == 1);
  CHECK(junit.out.find("<testsuites name=\"guardian regress\" tests=\"2\" failures=\"1\">") != std::string::npos);
  CHECK(count(junit.out, "<testcase ") == 2);
  CHECK(count(junit.out, "<failure type=\"no rule\"") == 1);
  CHECK(junit.out.find("made up &lt;to&gt; &quot;miss&quot;") != std::string::npos);
  const auto markdown = regress({file, "--format", "markdown"});
  CHECK(markdown.status == 1);
  CHECK(markdown.out.find("| two | two | 1 of 2 | 1.26 to 98.74 % |") != std::string::npos);
  CHECK(markdown.out.find("## Missed") != std::string::npos);
}

TEST_CASE("a suite that is wrong ends with 2 and the place of each mistake", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string bad = suites.add("bad.tsv", "medicines\tat_least\na | b\tgrave\n");
  const std::string json = suites.add("bad.json", R"({"cases": [{"medicines": ["a", "b"], "at_least": "grave"}]})");
  const auto run = regress({bad, json});
  CHECK(run.status == 2);
  CHECK(run.out.empty());
  CHECK(run.err.find(bad + ":2:7: at_least: must be") != std::string::npos);
  CHECK(run.err.find(json + ": /cases/0/at_least: must be") != std::string::npos);
  CHECK(regress({suites.folder() + "/none.tsv"}).status == 2);
  CHECK(regress({"--format", "pdf"}).status == 2);
  CHECK(regress({suites.add("two.tsv", two_rows)}, suites.folder() + "/none.kb").status == 3);
}

TEST_CASE("against another knowledge base what is lost and gained is listed", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string file = suites.add("two.tsv", two_rows);
  const TemporaryKnowledge other(unknowing());
  const auto lost = regress({file, "--against", shipped_file().string()}, other.file().string());
  CHECK(lost.status == 1);
  CHECK(lost.out.find("lost " + file + ":2: Coumadin + Diflucan: ") != std::string::npos);
  const auto gained = regress({file, "--against", other.file().string(), "--format", "json"});
  const Json answer = Json::parse(gained.out);
  CHECK(answer["changes"].size() == 1);
  CHECK(answer["changes"][0]["change"] == "gained");
  const auto same = regress({file, "--against", shipped_file().string(), "--format", "json"});
  CHECK(Json::parse(same.out)["changes"].empty());
  CHECK(regress({file, "--against", suites.folder() + "/none.kb"}).status == 3);
}

TEST_CASE("variants of the pairs are added, the same for the same seed", "[adapters][cli][suite]") {
  const Suites suites;
  const std::string file = suites.add("one.tsv", "medicines\tat_least\nCoumadin | Diflucan\tmajor\n");
  const auto run = regress({file, "--variants", "20", "--format", "json"});
  INFO(run.out);
  CHECK(run.status == 0);
  const Json answer = Json::parse(run.out);
  CHECK(answer["all"]["cases"] == 21);
  CHECK(answer["variants"]["slips"] >= answer["variants"]["slips_read"]);
  CHECK(regress({file, "--variants", "20", "--format", "junit"}).out ==
        regress({file, "--variants", "20", "--format", "junit", "--jobs", "1"}).out);
  CHECK(regress({file, "--variants", "20", "--format", "junit"}).out !=
        regress({file, "--variants", "20", "--format", "junit", "--seed", "2"}).out);
}
