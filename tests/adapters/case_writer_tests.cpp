#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/json/case_codec.hpp"
#include "adapters/json/case_writer.hpp"

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
