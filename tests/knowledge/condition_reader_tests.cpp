#include "knowledge/condition_reader.hpp"

#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/text.hpp"

using namespace guardian::knowledge;
using guardian::core::CodedText;

namespace {

const ConditionReader& reader() {
  static const ConditionReader made = ConditionReader::build({
      .names = {{"asthma", {"asthma"}},
                {"hypertension", {"hypertension"}},
                {"htn", {"hypertension"}},
                {"hypotension", {"hypotension"}},
                {"t2dm", {"type_2_diabetes"}},
                {"type 2 diabetes", {"type_2_diabetes"}},
                {"diabetes", {"diabetes"}},
                {"diabetes mellitus", {"diabetes"}},
                {"af", {"atrial_fibrillation"}},
                {"atrial fibrillation", {"atrial_fibrillation"}},
                {"pud", {"peptic_ulcer"}},
                {"peptic ulcer", {"peptic_ulcer"}},
                {"gi bleed", {"gi_bleed"}},
                {"gi bleeding", {"gi_bleed"}},
                {"cabg", {"cabg"}},
                {"mi", {"myocardial_infarction"}},
                {"myocardial infarction", {"myocardial_infarction"}},
                {"breast cancer", {"breast_cancer"}},
                {"ckd", {"ckd"}},
                {"ckd 3b", {"ckd_3b"}},
                {"ckd 4", {"ckd_4"}},
                {"hfref", {"hfref"}},
                {"nyha 3", {"nyha_3"}},
                {"child pugh c", {"child_pugh_c"}},
                {"cirrhosis", {"cirrhosis"}},
                {"smoker", {"smoker"}},
                {"ex smoker", {"former_smoker"}},
                {"pregnant", {"pregnancy"}},
                {"pregnancy", {"pregnancy"}},
                {"pe", {"pulmonary_embolism"}},
                {"hit", {"hit"}},
                {"anaemia", {"anemia"}},
                {"epilepsy", {"epilepsy"}},
                {"arthritis", {"arthritis"}},
                {"copd", {"copd"}},
                {"seizures", {"seizure"}},
                {"long qt syndrome", {"long_qt"}}},
      .codes = {{"icd10", "I50", "heart_failure"},
                {"icd10", "I50.2", "hfref"},
                {"icd10", "E11", "type_2_diabetes"},
                {"icd10", "I21", "myocardial_infarction"},
                {"icd10", "J45", "asthma"},
                {"icd10", "N18.4", "ckd_4"},
                {"snomed", "195967001", "asthma"},
                {"snomed", "38341003", "hypertension"}},
      .history = {{"gi_bleed", "gi_bleed_history"},
                  {"peptic_ulcer", "peptic_ulcer_history"},
                  {"anemia", "-"},
                  {"pregnancy", "-"},
                  {"asthma", ""}},
      .parents = {{"hfref", "heart_failure"},
                  {"ckd_4", "ckd"},
                  {"type_2_diabetes", "diabetes"},
                  {"gi_bleed_history", "bleeding_history"}},
  });
  return made;
}

ConditionReading read(std::string text, std::string code = "", std::string system = "") {
  return reader().read(CodedText{std::move(text), std::move(code), std::move(system)},
                       {.as_of = "2024-06-15T10:00:00Z", .patient_age_years = 60.0});
}

// "asthma gi_bleed_history(past) | absent:peptic_ulcer | ?words"
std::string summary(const ConditionReading& reading) {
  std::string all;
  const auto add = [&](const std::string& part) { all += (all.empty() ? "" : " ") + part; };
  for (const LitCondition& lit : reading.lit) add(lit.condition + (lit.past ? "(past)" : ""));
  for (const ConditionAside& aside : reading.aside)
    add(std::string(to_string(aside.assertion)) + ":" + joined(aside.conditions, "+"));
  for (const std::string& words : reading.unrecognised) add("?" + words);
  return all;
}

}  // namespace

TEST_CASE("an entry lights the conditions that it names", "[knowledge][condition]") {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"Asthma", "asthma"},
      {"asthma - well controlled", "asthma"},
      {"Asthma (moderate, persistent)", "asthma"},
      {"T2DM, HTN, AF", "type_2_diabetes hypertension atrial_fibrillation"},
      {"T2DM + HTN + AF", "type_2_diabetes hypertension atrial_fibrillation"},
      {"HTN and AF", "hypertension atrial_fibrillation"},
      {"HTN / T2DM", "hypertension type_2_diabetes"},
      {"CABG 2019", "cabg(past)"},
      {"s/p MI 3 months ago", "myocardial_infarction(past)"},
      {"h/o GI bleed (2018)", "gi_bleed_history(past)"},
      {"GI bleed", "gi_bleed"},
      {"GI bleed diagnosed 2015", "gi_bleed_history(past)"},
      {"history of asthma", "asthma(past)"},
      {"previous anaemia", "past:anemia"},
      {"CKD 3b", "ckd_3b"},
      {"CKD stage IIIb (eGFR 38)", "ckd_3b"},
      {"Stage 4 CKD", "ckd_4"},
      {"HFrEF EF 30% NYHA III", "hfref nyha_3"},
      {"HFrEF, EF 30%, NYHA class III", "hfref nyha_3"},
      {"Child-Pugh C cirrhosis", "child_pugh_c cirrhosis"},
      {"cirrhosis, Child-Pugh class C", "cirrhosis child_pugh_c"},
      {"ex-smoker", "former_smoker"},
      {"Type II diabetes", "type_2_diabetes"},
      {"no hx of PUD", "absent:peptic_ulcer"},
      {"family history of breast cancer", "family:breast_cancer"},
      {"FHx breast cancer", "family:breast_cancer"},
      {"mother had breast cancer", "family:breast_cancer"},
      {"non-smoker", "absent:smoker"},
      {"?PE", "possible:pulmonary_embolism"},
      {"rule out PE", "possible:pulmonary_embolism"},
      {"hit", "hit"},
      {"no longer pregnant", "past:pregnancy"},
      {"none", ""},
      {"Nil significant", ""},
      {"", ""},
      {"   ", ""},
      {"seizures, none since 2015", "seizure(past)"},
      {"HTN, no T2DM, CKD 4", "hypertension ckd_4 absent:type_2_diabetes"},
      {"no asthma, COPD", "copd absent:asthma"},
      {"no asthma, COPD or T2DM", "absent:asthma absent:copd absent:type_2_diabetes"},
      {"type 2 diabetes on insulin", "type_2_diabetes"},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(summary(read(text)) == expected);
  }
}

TEST_CASE("the part of an entry that nobody knows is said", "[knowledge][condition]") {
  CHECK(summary(read("foobaritis")) == "?foobaritis");
  CHECK(summary(read("T2DM, foobaritis, HTN")) == "type_2_diabetes hypertension ?foobaritis");
  CHECK(summary(read("asthma and foobaritis")) == "asthma ?foobaritis");
  CHECK(summary(read("severe")) == "?severe");
  CHECK(summary(read("temporal arteritis")) == "?temporal arteritis");
}

TEST_CASE("a past condition has its age when it is known", "[knowledge][condition]") {
  CHECK(*read("s/p MI 3 months ago").lit.at(0).age_days == Approx(91.3).margin(1));
  CHECK(*read("CABG 2019").lit.at(0).age_days == Approx(1811));
  CHECK_FALSE(read("previous MI").lit.at(0).age_days.has_value());
  CHECK(read("h/o GI bleed (2018)").lit.at(0).named == "gi_bleed");
}

TEST_CASE("one slip in a long word is read when only one word can be meant", "[knowledge][condition]") {
  for (const char* text : {"hypertention", "Hypertensoin", "hypertensin", "hyppertension"}) {
    CAPTURE(text);
    const ConditionReading reading = read(text);
    CHECK(summary(reading) == "hypertension");
    REQUIRE(reading.notes.size() == 1);
    CHECK(reading.notes[0].doubt == ConditionDoubt::spelling);
    CHECK(reading.notes[0].written == text);
    CHECK(reading.lit[0].quote == text);
  }
  CHECK(summary(read("astma")) == "asthma");
  CHECK(summary(read("atrial fibrilation, T2DM")) == "type_2_diabetes atrial_fibrillation");
  CHECK(summary(read("no epilpsy")) == "absent:epilepsy");
  CHECK(summary(read("hypetension")) == "?hypetension");  // hypertension or hypotension
  CHECK(summary(read("copf")) == "?copf");
  CHECK(summary(read("arteritis")) == "?arteritis");
}

TEST_CASE("a code lights its condition whatever its system is called", "[knowledge][condition]") {
  for (const char* system :
       {"icd10", "ICD-10-CM", "http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90", ""}) {
    CAPTURE(system);
    CHECK(summary(read("", "I50.22", system)) == "hfref");
    CHECK(summary(read("", "i509", system)) == "heart_failure");
  }
  CHECK(summary(read("", "195967001", "http://snomed.info/sct")) == "asthma");
  CHECK(summary(read("", "195967001")) == "asthma");
  CHECK(summary(read("", "I50", "http://snomed.info/sct")) == "?I50");
  CHECK(summary(read("", "Z99.9", "icd10")) == "?Z99.9");
  CHECK(summary(read("J45.909")) == "asthma");
  CHECK(read("", "J45", "icd10").lit.at(0).from_code);
}

TEST_CASE("text and code that agree light once, and both when they do not", "[knowledge][condition]") {
  CHECK(summary(read("Asthma", "J45.9", "icd10")) == "asthma");
  CHECK(read("Asthma", "J45.9", "icd10").notes.empty());
  CHECK(summary(read("diabetes mellitus", "E11.9", "icd10")) == "diabetes type_2_diabetes");
  CHECK(read("diabetes mellitus", "E11.9", "icd10").notes.empty());
  const ConditionReading both = read("Asthma", "I50", "icd10");
  CHECK(summary(both) == "asthma heart_failure");
  REQUIRE(both.notes.size() == 1);
  CHECK(both.notes[0].doubt == ConditionDoubt::code_disagrees);
  CHECK(summary(read("foobaritis", "I50", "icd10")) == "heart_failure");
  CHECK(summary(read("no asthma", "J45", "icd10")) == "asthma absent:asthma");
  CHECK(read("no asthma", "J45", "icd10").notes.size() == 1);
  CHECK(read("Asthma", "Z99", "icd10").notes.at(0).doubt == ConditionDoubt::unknown_code);
  CHECK(summary(read("s/p MI 2019", "I21", "icd10")) == "myocardial_infarction(past)");
}

TEST_CASE("weeks of gestation are read", "[knowledge][condition]") {
  CHECK(read("pregnant 12/40").gestation_weeks == 12.0);
  CHECK(summary(read("pregnant 12/40")) == "pregnancy");
  CHECK(read("28 weeks pregnant").gestation_weeks == 28.0);
  CHECK(read("Pregnancy (32 wks)").gestation_weeks == 32.0);
  CHECK_FALSE(read("asthma for 12 weeks").gestation_weeks.has_value());
}

TEST_CASE("any entry is read to the end", "[knowledge][condition][property]") {
  CHECK(rc::check("spans lie in the text", [](const std::string& text, const std::string& code) {
    const ConditionReading reading = read(text, code);
    for (const LitCondition& lit : reading.lit) RC_ASSERT(lit.span.end <= text.size());
  }));
  (void)read(std::string(100000, 'a'));
  std::string many;
  while (many.size() < 100000) many += "foobaritis, ";
  (void)read(many);
}
