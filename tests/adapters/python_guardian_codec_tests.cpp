#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "adapters/json/case_codec.hpp"
#include "adapters/json/loose_quantity.hpp"

namespace {

using guardian::adapters::CaseDecoding;
using guardian::adapters::decode_case;
using guardian::adapters::InputProblem;
using guardian::core::AgeUnit;
using guardian::core::Allergy;
using guardian::core::Case;
using guardian::core::LabResult;
using guardian::core::MedicationStatus;
using guardian::core::Sex;

constexpr std::string_view patient_file = R"json({
  "patient_id": "P-7", "name": "A. Sample", "age": 65, "gender": "Male", "weight": "82 kg", "height_cm": 175,
  "medical_conditions": ["Atrial Fibrillation", "Hypertension"],
  "current_medications": [
    {"name": "Warfarin", "dosage": "5mg", "frequency": "Once daily", "purpose": "stroke", "start_date": "2023-06-15"},
    {"name": "Metformin 500mg", "dosage": "500mg", "frequency": "Twice daily"},
    "Lisinopril 10 mg"],
  "allergies": [{"allergen": "Penicillin", "reaction": "Rash"}, "Sulfa"],
  "recent_labs": {"date": "2024-10-15", "INR": 2.3, "creatinine": "1.1 mg/dL",
                  "white_blood_cells": {"value": 7.2, "unit": "10^9/L", "date": "2024-10-01"}, "troponin": "pending"},
  "vital_signs": {"blood_pressure": "138/82", "heart_rate": "72 bpm", "temperature": 36.8, "oxygen_saturation": "97%",
                  "respiratory_rate": 16},
  "clinical_notes": [{"date": "2024-10-15", "note": "No bleeding."}, "Seen by phone."],
  "last_visit": "2024-10-15"
})json";

// A file with one medicine and the members given.
CaseDecoding file(const std::string& members) {
  return decode_case(R"({"patient_id": "P-7", "current_medications": [{"name": "Warfarin"}], )" + members + "}");
}

Case decoded(const CaseDecoding& decoding) {
  for (const InputProblem& problem : decoding.problems) UNSCOPED_INFO(problem.path << ": " << problem.message);
  REQUIRE(decoding.value);
  return *decoding.value;
}

std::vector<std::string> problem_paths(const CaseDecoding& decoding) {
  CHECK_FALSE(decoding.value);
  std::vector<std::string> paths;
  for (const InputProblem& problem : decoding.problems) paths.push_back(problem.path);
  return paths;
}

}  // namespace

TEST_CASE("a patient file of the Python Guardian decodes", "[adapters][json]") {
  const Case value = decoded(decode_case(patient_file));
  CHECK(value.id == "P-7");
  CHECK(value.as_of.empty());
  CHECK(value.patient.age == 65);
  CHECK(value.patient.sex == Sex::male);
  CHECK(value.patient.weight_kg == 82);
  CHECK(value.patient.height_cm == 175);
  REQUIRE(value.patient.conditions.size() == 2);
  CHECK(value.patient.conditions[0].text == "Atrial Fibrillation");
  CHECK(value.patient.allergies == std::vector<Allergy>{{"Penicillin", "Rash"}, {"Sulfa", ""}});
  CHECK(value.patient.labs == std::vector<LabResult>{{"INR", 2.3, "", "2024-10-15"},
                                                     {"creatinine", 1.1, "mg/dL", "2024-10-15"},
                                                     {"white blood cells", 7.2, "10^9/L", "2024-10-01"},
                                                     {"troponin", "pending", "", "2024-10-15"}});
  REQUIRE(value.medications.size() == 3);
  CHECK(value.medications[0].element == "/current_medications/0");
  CHECK(value.medications[0].text == "Warfarin 5mg Once daily");
  CHECK(value.medications[1].text == "Metformin 500mg Twice daily");
  CHECK(value.medications[2].text == "Lisinopril 10 mg");
  REQUIRE(value.vitals);
  CHECK(value.vitals->systolic_bp == 138);
  CHECK(value.vitals->diastolic_bp == 82);
  CHECK(value.vitals->heart_rate == 72);
  CHECK(value.vitals->temperature_c == 36.8);
  CHECK(value.vitals->spo2 == 97);
  CHECK(value.vitals->respiratory_rate == 16);
  CHECK(value.note == "2024-10-15: No bleeding.\nSeen by phone.");
  CHECK(value.ignored_members == std::vector<std::string>{"/current_medications/0/purpose",
                                                          "/current_medications/0/start_date", "/name", "/last_visit"});
}

TEST_CASE("an id makes a document a case of our own, whatever else it holds", "[adapters][json]") {
  const Case value = decoded(decode_case(R"({"id": "a", "patient_id": "b", "order": "warfarin"})"));
  CHECK(value.id == "a");
}

TEST_CASE("several patients in one file are refused with what to do instead", "[adapters][json]") {
  CHECK(decode_case(R"([{"patient_id": "a", "current_medications": ["warfarin"]}])").problems ==
        std::vector<InputProblem>{{"", "holds a list; pass one patient a file"}});
  CHECK(decode_case(R"({"patients": [{"patient_id": "a"}]})").problems ==
        std::vector<InputProblem>{{"/patients", "holds a list; pass one patient a file"}});
}

TEST_CASE("a medicine that would be lost is a problem", "[adapters][json]") {
  const auto medicines = [](const std::string& list) {
    return problem_paths(decode_case(R"({"patient_id": "P", "current_medications": )" + list + "}"));
  };
  using Paths = std::vector<std::string>;
  CHECK(medicines("\"Warfarin, Aspirin\"") == Paths{"/current_medications"});
  CHECK(medicines("[7]") == Paths{"/current_medications/0"});
  CHECK(medicines("[null]") == Paths{"/current_medications/0"});
  CHECK(medicines(R"(["Warfarin", ""])") == Paths{"/current_medications/1"});
  CHECK(medicines(R"([{"dosage": "5mg"}])") == Paths{"/current_medications/0/name"});
  CHECK(medicines(R"([{"name": 5}])") == Paths{"/current_medications/0/name"});
  CHECK(medicines(R"([{"medication": " "}])") == Paths{"/current_medications/0/medication"});
  CHECK(medicines("[]") == Paths{"/current_medications"});
  CHECK(medicines("[\"None\"]") == Paths{"/current_medications"});
  CHECK(medicines(R"([{"name": "a"}], "current_medications": ["b"])") == Paths{"/current_medications"});
}

TEST_CASE("a number that is nonsense is a problem", "[adapters][json]") {
  using Paths = std::vector<std::string>;
  CHECK(problem_paths(file(R"("age": 400)")) == Paths{"/age"});
  CHECK(problem_paths(file(R"("age": "-3 years")")) == Paths{"/age"});
  CHECK(problem_paths(file(R"("weight": "7000 kg")")) == Paths{"/weight"});
  CHECK(problem_paths(file(R"("weight_kg": 0)")) == Paths{"/weight_kg"});
  CHECK(problem_paths(file(R"("height": 900)")) == Paths{"/height"});
  CHECK(problem_paths(file(R"("vital_signs": {"temperature": 300})")) == Paths{"/vital_signs/temperature"});
  CHECK(problem_paths(file(R"("vital_signs": {"oxygen_saturation": 0.97})")) ==
        Paths{"/vital_signs/oxygen_saturation"});
  CHECK(problem_paths(file(R"("vital_signs": {"blood_pressure": "1200/80"})")) == Paths{"/vital_signs/blood_pressure"});
  CHECK(problem_paths(file(R"("vital_signs": {"blood_pressure": "80/120"})")) == Paths{"/vital_signs"});
  CHECK(problem_paths(decode_case(R"({"patient_id": "", "current_medications": ["a"]})")) == Paths{"/patient_id"});
}

TEST_CASE("what cannot be read but loses no medicine is noted", "[adapters][json]") {
  const Case value = decoded(file(R"("age": "adult", "gender": "unknown", "weight": "heavy", "height": {"x": 1},
    "pregnant": "maybe", "medical_conditions": 7, "allergies": ["NKDA", {"reaction": "rash"}],
    "recent_labs": {"date": "2024-99-15", "INR": [1, 2], "K": {"unit": "mmol/L"}, "Na": null},
    "vital_signs": {"blood_pressure": "normal", "pain": 3}, "clinical_notes": [{"date": "2024"}])"));
  CHECK(value.ignored_members == std::vector<std::string>{"/age", "/gender", "/weight", "/height", "/pregnant",
                                                          "/medical_conditions", "/allergies/0", "/allergies/1",
                                                          "/recent_labs/date", "/recent_labs/INR", "/recent_labs/K",
                                                          "/clinical_notes/0", "/vital_signs/blood_pressure",
                                                          "/vital_signs/pain"});
  guardian::core::Patient nothing_read;
  nothing_read.states_conditions = true;
  nothing_read.states_allergies = true;
  nothing_read.states_labs = true;
  CHECK(value.patient == nothing_read);
}

TEST_CASE("the ways in which such files differ are read alike", "[adapters][json]") {
  CHECK(decoded(file(R"("age": "8 months")")).patient.age_unit == AgeUnit::months);
  CHECK(decoded(file(R"("age": "2 weeks")")).patient.age == 14);
  CHECK(decoded(file(R"("age": "61 years old")")).patient.age == 61);
  CHECK(decoded(file(R"("sex": "f")")).patient.sex == Sex::female);
  CHECK(decoded(file(R"("pregnant": "Yes")")).patient.pregnant == true);
  CHECK(decoded(file(R"("allergies": "penicillin, latex")")).patient.allergies ==
        std::vector<Allergy>{{"penicillin", ""}, {"latex", ""}});
  CHECK(decoded(file(R"("allergies": "No known drug allergies")")).patient.allergies.empty());
  CHECK(decoded(file(R"("medical_conditions": [{"name": "gout"}])")).patient.conditions[0].text == "gout");
  CHECK(decoded(file(R"("recent_labs": [{"test": "INR", "value": "2.3", "unit": "", "date": "2024-10-15 08:30"},
                                        {"name": "eGFR", "result": 41, "units": "mL/min/1.73 m2"}])"))
            .patient.labs ==
        std::vector<LabResult>{{"INR", 2.3, "", "2024-10-15T08:30"}, {"eGFR", 41.0, "mL/min/1.73 m2", ""}});
  CHECK(decoded(file(R"("vital_signs": {"temperature": "98.6 F"})")).vitals->temperature_c == 37);
  CHECK(decoded(file(R"("vital_signs": {"temperature": 98.6})")).vitals->temperature_c == 37);
  CHECK(decoded(file(R"("vital_signs": {"temp_f": 98.6})")).vitals->temperature_c == 37);
  CHECK(decoded(file(R"("vital_signs": {"bp": {"systolic": 120, "diastolic": "80 mmHg"}})")).vitals->diastolic_bp ==
        80);
  CHECK(decoded(file(R"("vital_signs": {"consciousness": "Alert"})")).vitals->consciousness == "A");
  CHECK(decoded(decode_case(R"({"patient_id": 90210, "medications": ["Warfarin"]})")).id == "90210");

  const Case held = decoded(decode_case(R"({"patient_id": "P", "current_medications": [
    {"drug": "Humulin", "dosage": 30, "route": "subcutaneous", "schedule": "BID", "status": "Discontinued"},
    {"name": "Aspirin", "status": "on hold"}, {"name": "Digoxin", "status": "Active"}]})"));
  CHECK(held.medications[0].text == "Humulin 30 subcutaneous BID");
  CHECK(held.medications[0].status == MedicationStatus::stopped);
  CHECK(held.medications[1].status == MedicationStatus::on_hold);
  CHECK(held.medications[2].status == MedicationStatus::active);
}

TEST_CASE("a proposed order can be added to such a file as in a case", "[adapters][json]") {
  const Case value = decoded(file(R"("order": {"text": "fluconazole 200 mg"}, "as_of": "2026-11-02")"));
  CHECK(value.as_of == "2026-11-02");
  REQUIRE(value.medications.size() == 2);
  CHECK(value.medications[1].element == "/order");
  CHECK(value.medications[1].is_order);
}

TEST_CASE("quantities are read with the units that people type", "[adapters][json]") {
  using namespace guardian::adapters;
  const auto read = [](std::optional<double> (*convert)(const LooseQuantity&), std::string_view text) {
    return convert(loose_quantity(text).value());
  };
  CHECK(read(kilograms, "154 lb").value() == Approx(69.853).epsilon(1e-4));
  CHECK(read(kilograms, "70.5Kgs.") == 70.5);
  CHECK(read(kilograms, "3200 g") == 3.2);
  CHECK_FALSE(read(kilograms, "11 stone"));
  CHECK(read(centimetres, "1.75") == 175);
  CHECK(read(centimetres, "1.75 m") == 175);
  CHECK(read(centimetres, "5'9\"").value() == Approx(175.26));
  CHECK(read(centimetres, "5 ft 9 in").value() == Approx(175.26));
  CHECK(read(centimetres, "6 feet").value() == Approx(182.88));
  CHECK(read(centimetres, "69 in").value() == Approx(175.26));
  CHECK_FALSE(read(centimetres, "5 ft tall"));
  CHECK(read(celsius,
             "38.2 \xC2\xB0"
             "C") == 38.2);
  CHECK(read(celsius,
             "100.4\xC2\xB0"
             "F") == 38);
  for (const std::string_view text : {"", "kg", "<0.2", "120/80", "1-2", "inf", "nan", "1e999", "2,3"}) {
    INFO(text);
    CHECK_FALSE(loose_quantity(text));
  }
}

TEST_CASE("a changed patient file never throws", "[adapters][json][property]") {
  CHECK(rc::check("patient file with bytes overwritten", [] {
    std::string text(patient_file);
    const int changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
      text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::elementOf(std::string("{}[]\",:0-e\xFF xn"));
    }
    const CaseDecoding decoding = decode_case(text);
    RC_ASSERT(decoding.value.has_value() == decoding.problems.empty());
  }));
}
