// A medicine that fits nothing stated while its look-alike would: when it is asked, and when not.

#include "knowledge/look_alike.hpp"

#include <catch2/catch.hpp>

#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

// Cordax (amlodipine) and Cortax (citalopram) are mixed up, and so are warfarin and simvastatin.
tests::TableRows tables() {
  tests::TableRows rows = tests::small_tables({});
  rows["names"] +=
      "\nCordax\tbrand\tamlodipine\t\t\t\t\nCortax\tbrand\tcitalopram\t\t\t\t\nCorvax\tbrand\tketoconazole\t\tAU\t\t";
  rows["lookalikes"] = "Cordax\tCortax\t\nCordax\tCorvax\t\nsimvastatin\twarfarin\t";
  rows["conditions"] =
      "atrial_fibrillation\tdisease\t\tatrial fibrillation\t\ndepression\tdisease\t\tdepression\t\n"
      "fungal_infection\tdisease\t\tfungal infection\t\nhyperlipidemia\tdisease\t\thyperlipidemia\t\n"
      "hypertension\tdisease\t\thypertension\t";
  rows["indications"] =
      "amlodipine\thypertension\tfirst\t\tref\ncitalopram\tdepression\tfirst\t\tref\n"
      "fluoxetine\tdepression\tfirst\t\tref\nketoconazole\tfungal_infection\tfirst\t\tref\n"
      "simvastatin\thyperlipidemia\tfirst\t\tref";
  return rows;
}

class LookAlikes {
 public:
  LookAlikes() : knowledge_(tests::SmallKnowledge::of(tables())), check_(base()) {}
  [[nodiscard]] const KnowledgeBase& base() const { return knowledge_.base(); }

  // The titles of the findings for medicines, each a name and what it contains.
  std::vector<std::string> titles(const std::vector<std::pair<std::string, std::string>>& medicines,
                                  const std::vector<ConditionFact>& conditions, std::string_view locale = {}) {
    PatientState patient = base().patient_state();
    for (const ConditionFact& condition : conditions) patient.add(condition);
    std::vector<NamedMedicine> named;
    for (const auto& [name, ingredient] : medicines) {
      named.push_back({name, {*base().graph().ingredient(ingredient)}, "/orders/" + std::to_string(named.size())});
    }
    const auto findings = check_.findings(named, patient, locale);
    REQUIRE(findings.has_value());
    std::vector<std::string> titles;
    for (const core::Finding& finding : *findings) titles.push_back(finding.title);
    last_ = *findings;
    return titles;
  }
  [[nodiscard]] ConditionFact has(const std::string& condition, Truth truth = Truth::yes) const {
    return {*base().condition(condition), truth};
  }
  [[nodiscard]] const std::vector<core::Finding>& last() const { return last_; }

 private:
  tests::SmallKnowledge knowledge_;
  LookAlikeCheck check_;
  std::vector<core::Finding> last_;
};

using Titles = std::vector<std::string>;
const Titles asked{"Cordax: fits nothing stated; Cortax looks alike and would"};

}  // namespace

TEST_CASE("a medicine without a use is asked about when its look-alike has one", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("depression")}) == asked);
  const core::Finding& finding = cases.last().front();
  CHECK(finding.type == core::FindingType::look_alike);
  CHECK(finding.severity == core::Severity::moderate);
  CHECK_FALSE(finding.interruptive);
  CHECK(finding.subjects == Titles{"amlodipine"});
  CHECK(finding.elements == Titles{"/orders/0"});
  REQUIRE(finding.path.size() == 2);
  CHECK(finding.path[0] == core::PathStep{"Cordax", "mixed up with", "Cortax"});
  CHECK(finding.path[1] == core::PathStep{"Cortax", "given for", "depression"});
  REQUIRE_FALSE(finding.evidence.empty());
  CHECK(finding.evidence.back().id == "ref");
  CHECK(finding.id.size() == 12);
}

TEST_CASE("a medicine that has or may have a use is not asked about", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("depression"), cases.has("hypertension")}).empty());
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("depression"), cases.has("hypertension", Truth::unknown)})
            .empty());
}

TEST_CASE("a look-alike is not meant when nothing speaks for it", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {}).empty());
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("hyperlipidemia")}).empty());
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("depression", Truth::unknown)}).empty());
}

TEST_CASE("a condition that another medicine covers speaks for no look-alike", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"Cordax", "amlodipine"}, {"fluoxetine", "fluoxetine"}}, {cases.has("depression")}).empty());
  CHECK(cases.titles({{"Cordax", "amlodipine"}, {"Cortax", "citalopram"}}, {cases.has("depression")}).empty());
  CHECK(cases.titles({{"Cordax", "amlodipine"}, {"simvastatin", "simvastatin"}},
                     {cases.has("depression"), cases.has("hyperlipidemia")}) == asked);
}

TEST_CASE("the name that is written counts and not what it contains", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"amlodipine", "amlodipine"}}, {cases.has("depression")}).empty());
  CHECK(cases.titles({{"CORDAX", "amlodipine"}}, {cases.has("depression")}).size() == 1);
}

TEST_CASE("a medicine of which no use is known is not asked about", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"warfarin", "warfarin"}}, {cases.has("hyperlipidemia")}).empty());
}

TEST_CASE("a brand of another country is not meant", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("fungal_infection")}).empty());
  CHECK(cases.titles({{"Cordax", "amlodipine"}}, {cases.has("fungal_infection")}, "AU").size() == 1);
}

TEST_CASE("a medicine that stands twice is asked about once", "[knowledge][look_alike]") {
  LookAlikes cases;
  CHECK(cases.titles({{"Cordax", "amlodipine"}, {"Cordax", "amlodipine"}}, {cases.has("depression")}) == asked);
}
