#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/case_codec.hpp"
#include "adapters/json/case_writer.hpp"
#include "core/date.hpp"
#include "knowledge/result_age.hpp"

using namespace guardian;
using adapters::decode_case;
using adapters::encode_case;

TEST_CASE("an example case, written and read again, is the same case", "[adapters][json]") {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::string(GUARDIAN_SOURCE_DIR) + "/examples/cases")) {
    if (file.path().extension() != ".json") continue;
    std::ifstream stream(file.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    auto decoding = decode_case(text);
    if (!decoding.value) continue;  // what stands beside the cases
    core::Case subject = *decoding.value;
    static_cast<void>(adapters::number_entries(subject));
    const std::string written = encode_case(subject);
    INFO(file.path() << "\n" << written);
    const auto again = decode_case(written);
    REQUIRE(again.value);
    subject.ignored_members.clear();
    CHECK(*again.value == subject);
    CHECK(encode_case(*again.value) == written);
    ++count;
  }
  CHECK(count >= 30);
}

TEST_CASE("entries are numbered by their kind, and where each stood before is told", "[adapters][json]") {
  core::Case subject;
  subject.id = "C";
  for (const bool order : {true, false, true, false}) {
    core::MedicationEntry entry;
    entry.text = std::to_string(subject.medications.size());
    entry.element = "/somewhere";
    entry.is_order = order;
    subject.medications.push_back(entry);
  }
  CHECK(adapters::number_entries(subject) == std::vector<std::size_t>{1, 3, 0, 2});
  CHECK(subject.medications[0].element == "/medications/0");
  CHECK(subject.medications[0].text == "1");
  CHECK(subject.medications[1].element == "/medications/1");
  CHECK(subject.medications[2].element == "/orders/0");
  CHECK(subject.medications[3].text == "2");
}

TEST_CASE("an entry of a chart without a word survives being written, so that its review can be made again",
          "[adapters][json][fhir]") {
  auto chart = adapters::fhir::decode_document(R"({"resourceType": "Bundle", "type": "collection", "entry": [
    {"resource": {"resourceType": "Patient", "id": "p"}},
    {"resource": {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
                  "subject": {"reference": "Patient/p"}}}]})",
                                               "2026-11-02T08:00:00Z");
  REQUIRE(chart.decoding.value);
  core::Case subject = *chart.decoding.value;
  REQUIRE(subject.medications.size() == 1);
  CHECK(subject.medications[0].text.empty());
  static_cast<void>(adapters::number_entries(subject));
  const auto again = decode_case(encode_case(subject));
  REQUIRE(again.value);
  CHECK(again.value->medications == subject.medications);
}

TEST_CASE("a result of a chart whose date is none survives being written, and its age stays unknown",
          "[adapters][json][fhir]") {
  for (const std::string when : {"2026-11-81", "2026-10", "2026-10-01"}) {
    auto chart = adapters::fhir::decode_document(R"({"resourceType": "Bundle", "type": "collection", "entry": [
      {"resource": {"resourceType": "Patient", "id": "p"}},
      {"resource": {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
                    "medicationCodeableConcept": {"text": "warfarin"}, "subject": {"reference": "Patient/p"}}},
      {"resource": {"resourceType": "Observation", "status": "final", "code": {"text": "creatinine"},
                    "valueQuantity": {"value": 3.1, "unit": "mg/dL"}, "subject": {"reference": "Patient/p"},
                    "effectiveDateTime": ")" + when + R"("}}]})",
                                                 "2026-11-02T08:00:00Z");
    REQUIRE(chart.decoding.value);
    core::Case subject = *chart.decoding.value;
    REQUIRE(subject.patient.labs.size() == 1);
    const auto age = knowledge::read_result_age(subject.patient.labs[0].when, core::parse_moment(subject.as_of));
    CHECK(age.kind == (when == "2026-10-01" ? knowledge::AgeKind::known : knowledge::AgeKind::not_understood));
    static_cast<void>(adapters::number_entries(subject));
    const auto again = decode_case(encode_case(subject));
    INFO(encode_case(subject));
    REQUIRE(again.value);
    CHECK(again.value->patient.labs == subject.patient.labs);
  }
}

TEST_CASE("an entry is said to be unreadable in place of words, not beside them", "[adapters][json]") {
  const auto decoding = decode_case(R"({"id": "C", "medications": [{"unreadable": true}, {"unreadable": false},
                                        {"unreadable": true, "text": "warfarin"}]})");
  REQUIRE(decoding.problems.size() == 2);
  CHECK(decoding.problems[0].path == "/medications/1/text");
  CHECK(decoding.problems[1].path == "/medications/2/unreadable");
}

TEST_CASE("every member of a case survives being written", "[adapters][json]") {
  const auto given = decode_case(R"({"id": "a\"b", "as_of": "2026-11-02T08:00:00Z", "locale": "GB",
    "patient": {"age": 7, "age_unit": "mo", "sex": "M", "weight_kg": 7.25, "height_cm": 66, "pregnant": false,
      "gestation_weeks": 12.5, "lactating": true, "conditions": [], "allergies": [{"text": "nuts", "reaction": "rash"}],
      "labs": [{"name": "K", "value": 6.1, "unit": "mmol/L", "when": "today"}, {"name": "Na", "value": "pending"}]},
    "medications": [{"text": "x", "status": "stopped", "stopped_days_ago": 2.5}, {"code": "8183", "system": "rxnorm"},
      {"text": "y", "status": "on-hold"}],
    "orders": ["z 5 mg"], "note": "line\nline \u00e9",
    "vitals": {"rr": 18, "spo2": 96, "spo2_scale": 2, "supplemental_o2": true, "sbp": 120, "dbp": 80, "hr": 70,
      "temp_c": 37.2, "consciousness": "A"}})");
  REQUIRE(given.value);
  const auto again = decode_case(encode_case(*given.value));
  REQUIRE(again.value);
  CHECK(*again.value == *given.value);
}
