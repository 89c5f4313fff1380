// Allergies, conditions and observations of a chart, and that the knowledge base reads the names that they are given.

#include <catch2/catch.hpp>

#include "adapters/fhir/codes.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "tests/adapters/fhir_charts.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::Patient;
using tests::chart_of;
using tests::resource;

namespace {

Patient patient_of(const std::vector<std::string>& record) { return chart_of(record).subject.patient; }

std::string allergy(const std::string& members) {
  return R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p"},)" + members + "}";
}
std::string status(const std::string& member, const std::string& code) {
  return "\"" + member + R"(":{"coding":[{"code":")" + code + R"("}]})";
}
std::string condition(const std::string& members) { return resource("Condition", members); }

std::string observation(const std::string& loinc, const std::string& value, const std::string& more = {}) {
  return resource("Observation",
                  R"("status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + loinc + R"("}]},)" +
                      (more.empty() ? R"("effectiveDateTime":"2026-11-02T07:00:00Z",)" : more + ",") + value);
}
std::string quantity(const std::string& value, const std::string& unit) {
  return R"("valueQuantity":{"value":)" + value + R"(,"unit":")" + unit +
         R"(","system":"http://unitsofmeasure.org","code":")" + unit + R"("})";
}
std::string answer(const std::string& code, const std::string& text) {
  return R"("valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":")" + code + R"("}],"text":")" +
         text + R"("})";
}

}  // namespace

TEST_CASE("an allergy has its substance, its reactions and how grave they are", "[adapters][fhir]") {
  const Patient patient =
      patient_of({allergy(R"("code":{"coding":[{"display":"Penicillin (substance) "}]},"criticality":"high","reaction":[
        {"severity":"severe","manifestation":[{"coding":[{"code":"39579001"}]},{"text":"Hives"}]}])"),
                  allergy(R"("code":{"text":"codeine"},"type":"intolerance")"),
                  allergy(R"("reaction":[{"substance":{"text":"latex"},"description":"itchy hands"}])")});
  CHECK(patient.states_allergies);
  REQUIRE(patient.allergies.size() == 3);
  CHECK(patient.allergies[0] == core::Allergy{"Penicillin", "severe anaphylaxis, severe Hives; high criticality"});
  CHECK(patient.allergies[1] == core::Allergy{"codeine", "intolerance"});
  CHECK(patient.allergies[2] == core::Allergy{"latex", "itchy hands"});
}

TEST_CASE("an allergy that is refuted, resolved or an error is none", "[adapters][fhir]") {
  const std::string code = R"("code":{"text":"penicillin"},)";
  for (const auto& [member, word, states] :
       {std::tuple{"verificationStatus", "refuted", true}, std::tuple{"verificationStatus", "entered-in-error", false},
        std::tuple{"clinicalStatus", "resolved", true}, std::tuple{"clinicalStatus", "inactive", true}}) {
    const Patient patient = patient_of({allergy(code + status(member, word))});
    INFO(word);
    CHECK(patient.allergies.empty());
    CHECK(patient.states_allergies == states);
  }
  CHECK(patient_of({allergy(code + status("verificationStatus", "unconfirmed"))}).allergies.size() == 1);
  CHECK(patient_of({allergy(R"("code":{"text":"penicillin"},"verificationStatus":"entered-in-error")")})
            .allergies.empty());
}

TEST_CASE("no known allergy says that there are none, and nothing else does", "[adapters][fhir]") {
  const auto coded = [](const std::string& code) {
    return patient_of({allergy(R"("code":{"coding":[{"system":"http://snomed.info/sct","code":")" + code + R"("}]})")});
  };
  for (const char* code : {"716186003", "409137002", "no-known-allergies", "no-known-medication-allergies"}) {
    CHECK(coded(code).states_allergies);
    CHECK(coded(code).allergies.empty());
  }
  for (const char* code : {"429625007", "428607008", "no-allergy-info"}) {
    CHECK_FALSE(coded(code).states_allergies);
    CHECK(coded(code).allergies.empty());
  }
  CHECK_FALSE(patient_of({}).states_allergies);
}

TEST_CASE("a condition has its words and the code of a system that is known", "[adapters][fhir]") {
  const Patient patient =
      patient_of({condition(status("clinicalStatus", "active") +
                            R"(,"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-9-cm","code":"428.0"},
         {"system":"http://snomed.info/sct","code":"84114007","display":"Heart failure (disorder) "}]})")});
  CHECK(patient.states_conditions);
  REQUIRE(patient.conditions.size() == 1);
  CHECK(patient.conditions[0] == core::CodedText{"Heart failure", "84114007", "http://snomed.info/sct"});
  const auto words_only =
      patient_of({condition(R"("code":{"text":"gout","coding":[{"system":"urn:local","code":"7"}]})")});
  CHECK(words_only.conditions[0] == core::CodedText{"gout", "", ""});
}

TEST_CASE("a condition that is over, doubted or refuted says so", "[adapters][fhir]") {
  const std::string code =
      R"("code":{"text":"peptic ulcer","coding":[{"system":"http://snomed.info/sct","code":"13200003"}]})";
  const auto text = [&](const std::string& more) {
    const Patient patient = patient_of({condition(code + "," + more)});
    return patient.conditions.empty() ? std::string() : patient.conditions[0].text + "|" + patient.conditions[0].code;
  };
  CHECK(text(status("clinicalStatus", "active")) == "peptic ulcer|13200003");
  CHECK(text(status("clinicalStatus", "recurrence")) == "peptic ulcer|13200003");
  CHECK(text(status("clinicalStatus", "resolved")) == "history of peptic ulcer|");
  CHECK(text(status("clinicalStatus", "remission")) == "history of peptic ulcer|");
  CHECK(text(R"("abatementDateTime":"2019-05-04")") == "history of peptic ulcer (2019-05-04)|");
  CHECK(text(R"("abatementDateTime":"2027-05-04")") == "peptic ulcer|13200003");
  CHECK(text(R"("onsetDateTime":"2019-05-04T10:00:00Z")") == "peptic ulcer (2019-05-04)|13200003");
  CHECK(text(status("verificationStatus", "provisional")) == "suspected peptic ulcer|");
  CHECK(text(status("verificationStatus", "refuted")).empty());
  CHECK(text(status("verificationStatus", "entered-in-error")).empty());
  CHECK(text(R"("clinicalStatus":"resolved")") == "history of peptic ulcer|");  // STU3
}

TEST_CASE("a result has the name that the knowledge base knows, its value, unit and time", "[adapters][fhir]") {
  const Patient patient = patient_of({observation("2823-3", quantity("4.1", "mmol/L"))});
  CHECK(patient.states_labs);
  REQUIRE(patient.labs.size() == 1);
  CHECK(patient.labs[0] == core::LabResult{"potassium", 4.1, "mmol/L", "2026-11-02T07:00:00Z"});
}

TEST_CASE("a result that is no number keeps its words", "[adapters][fhir]") {
  const auto value = [](const std::string& member, const std::string& word = "final") {
    std::string text = observation("10535-3", member.empty() ? R"("note":[])" : member);
    text.replace(text.find("final"), 5, word);
    const Patient patient = patient_of({text});
    REQUIRE(patient.labs.size() == 1);
    const auto* words = std::get_if<std::string>(&patient.labs[0].value);
    return words != nullptr ? *words : "number";
  };
  CHECK(value(R"("valueQuantity":{"value":0.2,"comparator":"<","unit":"ng/mL"})") == "<0.2");
  CHECK(value(R"("valueString":"hemolysed")") == "hemolysed");
  CHECK(value(R"("valueCodeableConcept":{"text":"positive"})") == "positive");
  CHECK(value(R"("valueRange":{"low":{"value":1},"high":{"value":2}})") == "1-2");
  CHECK(value(R"("dataAbsentReason":{"text":"not done"})").empty());
  CHECK(value("", "registered") == "pending");
  CHECK(value(quantity("0.7", "ng/mL"), "preliminary") == "number");
  for (const char* word : {"entered-in-error", "cancelled"}) {
    std::string text = observation("10535-3", quantity("0.7", "ng/mL"));
    text.replace(text.find("final"), 5, word);
    CHECK(patient_of({text}).labs.empty());
  }
}

TEST_CASE("a code that is not known is named by itself, so that nobody takes it for blood", "[adapters][fhir]") {
  const auto name = [](const std::string& code, const std::string& more = {}) {
    const Patient patient =
        patient_of({resource("Observation", R"("status":"final","code":)" + code + "," + quantity("90", "mg/dL") +
                                                (more.empty() ? "" : "," + more))});
    return patient.labs.empty() ? std::string() : patient.labs[0].name;
  };
  CHECK(
      name(
          R"({"text":"Creatinine","coding":[{"system":"http://loinc.org","code":"2161-8","display":"Creatinine [Mass/volume] in Urine"}]})") ==
      "Creatinine [Mass/volume] in Urine");
  CHECK(name(R"({"text":"Creatinine","coding":[{"system":"http://loinc.org","code":"2161-8"}]})") ==
        "Creatinine (LOINC 2161-8)");
  CHECK(name(R"({"text":"Kalium"})") == "Kalium");
  CHECK(name(R"({"text":"Alcohol units","coding":[{"system":"urn:x","code":"1"}]})",
             R"("category":[{"coding":[{"code":"social-history"}]}])")
            .empty());
  CHECK(name(R"({"text":"Kalium"})", R"("category":[{"coding":[{"code":"laboratory"}]}])") == "Kalium");
  CHECK(name(R"({"text":"Kalium"})", R"("category":{"coding":[{"code":"laboratory"}]})") == "Kalium");  // STU3 remains
}

TEST_CASE("the latest vital signs of the last day are those of the case, older ones are results", "[adapters][fhir]") {
  const auto at = [](const std::string& time) { return R"("effectiveDateTime":")" + time + R"(")"; };
  const auto chart =
      chart_of({observation("8867-4", quantity("70", "/min"), at("2026-11-02T01:00:00Z")),
                observation("8867-4", quantity("96", "/min"), at("2026-11-02T07:30:00Z")),
                observation("8867-4", quantity("80", "/min"), at("2026-11-01T23:00:00Z")),
                observation("8310-5", quantity("100.4", "[degF]")), observation("9279-1", quantity("18", "/min")),
                observation("59408-5", quantity("95", "%")), observation("3151-8", quantity("2", "L/min")),
                observation("80288-4", answer("300202002", "")),
                observation("8480-6", quantity("180", "mm[Hg]"), at("2025-01-01"))});
  REQUIRE(chart.subject.vitals);
  const core::Vitals& vitals = *chart.subject.vitals;
  CHECK(vitals.heart_rate == 96.0);
  CHECK(vitals.temperature_c == 38.0);
  CHECK(vitals.respiratory_rate == 18.0);
  CHECK(vitals.spo2 == 95.0);
  CHECK(vitals.supplemental_oxygen == true);
  CHECK(vitals.consciousness == "V");
  CHECK_FALSE(vitals.systolic_bp);
  REQUIRE(chart.subject.patient.labs.size() == 1);
  CHECK(chart.subject.patient.labs[0].when == "2025-01-01");
}

TEST_CASE("a panel is read by its components", "[adapters][fhir]") {
  const auto part = [](const std::string& loinc, const std::string& value) {
    return R"({"code":{"coding":[{"system":"http://loinc.org","code":")" + loinc + R"("}]},)" +
           quantity(value, "mm[Hg]") + "}";
  };
  const auto chart =
      chart_of({observation("85354-9", R"("component":[)" + part("8480-6", "134") + "," + part("8462-4", "78") + "]")});
  REQUIRE(chart.subject.vitals);
  CHECK(chart.subject.vitals->systolic_bp == 134.0);
  CHECK(chart.subject.vitals->diastolic_bp == 78.0);
  CHECK(chart.subject.patient.labs.empty());
}

TEST_CASE("a value that no patient has is no vital sign, and is shown to the engine", "[adapters][fhir]") {
  const auto chart =
      chart_of({observation("8867-4", quantity("7000", "/min")), observation("8310-5", quantity("37", "K"))});
  CHECK_FALSE(chart.subject.vitals);
  CHECK(chart.subject.patient.labs.size() == 2);
}

TEST_CASE("weight and height are read in their units", "[adapters][fhir]") {
  const Patient patient =
      patient_of({observation("29463-7", quantity("180", "[lb_av]")), observation("8302-2", quantity("70", "[in_i]"))});
  CHECK(patient.weight_kg == Approx(81.647).margin(0.001));
  CHECK(patient.height_cm == Approx(177.8));
  CHECK_FALSE(patient_of({observation("29463-7", R"("valueQuantity":{"value":70})")}).weight_kg);
}

TEST_CASE("pregnancy is counted on, and an old answer is none", "[adapters][fhir]") {
  const auto at = [](const std::string& time) { return R"("effectiveDateTime":")" + time + R"(")"; };
  CHECK(patient_of({observation("82810-3", answer("77386006", "Pregnant"))}).pregnant == true);
  CHECK(patient_of({observation("82810-3", answer("60001007", "Not pregnant"))}).pregnant == false);
  CHECK_FALSE(patient_of({observation("82810-3", answer("261665006", "Unknown"))}).pregnant);
  CHECK_FALSE(patient_of({observation("82810-3", answer("60001007", ""), at("2026-06-01"))}).pregnant);
  CHECK_FALSE(patient_of({observation("82810-3", answer("77386006", ""), at("2025-11-01"))}).pregnant);
  const Patient weeks = patient_of({observation("11884-4", quantity("10", "wk"), at("2026-10-19"))});
  CHECK(weeks.gestation_weeks == 12.0);
  CHECK(weeks.pregnant == true);
  CHECK(patient_of({observation("11778-8", R"("valueDateTime":"2026-11-30")")}).gestation_weeks == 36.0);
  CHECK(patient_of({observation("63895-7", answer("413712001", ""))}).lactating == true);
  CHECK(patient_of({observation("63895-7", answer("1", "Not breastfeeding"))}).lactating == false);
}

TEST_CASE("what is known of smoking is a condition", "[adapters][fhir]") {
  const Patient patient = patient_of({observation("72166-2", answer("449868002", "Current every day smoker"),
                                                  R"("category":[{"coding":[{"code":"social-history"}]}])")});
  REQUIRE(patient.conditions.size() == 1);
  CHECK(patient.conditions[0].text == "Current every day smoker");
}

TEST_CASE("every LOINC code of the knowledge base has a name that means the same there", "[adapters][fhir]") {
  const auto& quantities = tests::shipped_knowledge()->vocabulary().quantities;
  const auto rows =
      tests::lines_of(tests::read_text(tests::source_folder() / "knowledge" / "seed" / "quantity_names.labs.tsv"));
  std::size_t codes = 0;
  for (const std::string& row : rows) {
    const std::string code = row.substr(0, row.find('\t'));
    const auto dash = code.find('-');
    if (code.empty() || dash == std::string::npos || dash + 2 != code.size() ||
        code.find_first_not_of("0123456789-") != std::string::npos)
      continue;
    ++codes;
    INFO(row);
    const auto by_code = quantities.quantity_of(code);
    REQUIRE(by_code);
    const auto by_name = quantities.quantity_of(adapters::fhir::lab_name(code));
    REQUIRE(by_name);
    CHECK(by_name->definition == by_code->definition);
    CHECK(by_name->substance == by_code->substance);
  }
  CHECK(codes > 100);
}
