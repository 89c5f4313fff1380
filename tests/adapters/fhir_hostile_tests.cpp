// Bundles whose members have the wrong type, are missing, repeated or huge: read without a crash, within what a case
// may hold.

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/member_reader.hpp"
#include "tests/adapters/fhir_charts.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using Json = nlohmann::json;

namespace {

const Json& sample() {
  static const Json bundle =
      Json::parse(tests::read_text(tests::source_folder() / "examples/cases/39-fhir-bundle.json"));
  return bundle;
}

void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (!value.is_structured()) return;
  for (auto& [name, inner] : value.items()) collect(inner, all);
}

const std::vector<std::string>& strange_values() {
  static const std::vector<std::string> values{"null",
                                               "true",
                                               "-1",
                                               "1e308",
                                               "7",
                                               "[]",
                                               "{}",
                                               R"("")",
                                               R"(" ")",
                                               R"("\u0000")",
                                               R"("Patient/other")",
                                               R"("9999-99-99")",
                                               R"("2026")",
                                               R"("#")",
                                               R"("/")",
                                               R"("urn:")",
                                               R"("https://")",
                                               R"("https:///")",
                                               R"([[[[null]]]])",
                                               R"([null,{"coding":[null,7]}])",
                                               R"({"coding":{"coding":[]}})",
                                               R"({"value":"x","unit":7,"code":[]})",
                                               R"({"reference":7})",
                                               R"({"reference":""})",
                                               R"([{"reference":"Patient/p39"}])"};
  return values;
}

// Replaces some values by strange ones, or by values from elsewhere in the document.
Json damaged(Json bundle) {
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) {
    std::vector<Json*> all;
    collect(bundle, all);
    Json& place = *all[*rc::gen::inRange<std::size_t>(1, all.size())];
    if (*rc::gen::arbitrary<bool>()) {
      place = Json::parse(strange_values()[*rc::gen::inRange<std::size_t>(0, strange_values().size())]);
    } else {
      const Json other = *all[*rc::gen::inRange<std::size_t>(1, all.size())];
      if (other.dump().size() < 4000) place = other;
    }
  }
  return bundle;
}

void check_bounds(const core::Case& subject) {
  RC_ASSERT(subject.medications.size() <= 2 * adapters::max_medications);
  for (const auto& entry : subject.medications) {
    RC_ASSERT(!entry.element.empty());
    RC_ASSERT(entry.text.size() <= adapters::max_text_bytes);
    RC_ASSERT(entry.text.find('\0') == std::string::npos);
    RC_ASSERT(entry.status != core::MedicationStatus::active || !entry.stopped_days_ago);
    RC_ASSERT(!entry.stopped_days_ago || *entry.stopped_days_ago >= 0.0);
  }
  RC_ASSERT(!subject.patient.age || (*subject.patient.age >= 0.0 && *subject.patient.age <= 130.0));
  RC_ASSERT(!subject.patient.weight_kg || *subject.patient.weight_kg > 0.0);
}

}  // namespace

TEST_CASE("a damaged Bundle is read or refused, and never more than a case may hold", "[adapters][fhir][property]") {
  CHECK(rc::check([] {
    const std::string text = damaged(sample()).dump();
    const auto document = adapters::fhir::decode_document(text, tests::chart_time);
    RC_ASSERT(document.decoding.value.has_value() == document.decoding.problems.empty());
    if (!document.decoding.value) return;
    if (document.is_fhir) RC_ASSERT(document.medications.size() == document.decoding.value->medications.size());
    check_bounds(*document.decoding.value);
  }));
}

TEST_CASE("a damaged order does not hide the other medicines", "[adapters][fhir][property]") {
  CHECK(rc::check([] {
    Json bundle = sample();
    Json& order = bundle["entry"][5]["resource"];
    std::vector<Json*> all;
    collect(order, all);
    const std::string type = order["resourceType"];
    *all[*rc::gen::inRange<std::size_t>(1, all.size())] =
        Json::parse(strange_values()[*rc::gen::inRange<std::size_t>(0, strange_values().size())]);
    const auto document = adapters::fhir::decode_document(bundle.dump(), tests::chart_time);
    RC_ASSERT(document.decoding.value.has_value());
    const auto& medications = document.decoding.value->medications;
    const auto has = [&](const std::string& element) {
      return std::any_of(medications.begin(), medications.end(),
                         [&](const core::MedicationEntry& entry) { return entry.element == element; });
    };
    // A damaged id may be that of another patient's or of nobody; the warfarin and the lisinopril stay.
    RC_ASSERT(has("/entry/2/resource"));
    RC_ASSERT(has("/entry/4/resource"));
  }));
}

TEST_CASE("a Bundle with more medicines than are read says so", "[adapters][fhir]") {
  std::vector<std::string> record;
  for (int i = 0; i < 1200; ++i)
    record.push_back(tests::request(std::to_string(i),
                                    "medicine " + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i)));
  const auto read = tests::read_chart(tests::bundle_of(record));
  CHECK(read.chart.subject.medications.size() == adapters::max_medications);
  CHECK(read.chart.unread.size() == 200);
}

TEST_CASE("Bundles in Bundles are read to a depth, and references in a circle end", "[adapters][fhir]") {
  std::string text = tests::bundle_of({tests::request("1", "warfarin")});
  for (int i = 0; i < 4; ++i) text = tests::bundle_of({text});
  CHECK(tests::read_chart(text).chart.subject.medications.size() == 1);
  for (int i = 0; i < 10; ++i) text = tests::bundle_of({text});
  const auto deep = tests::read_chart(text);
  CHECK(deep.problems.size() == 1);
  const auto ring =
      tests::chart_of({tests::request("1", "warfarin", R"("basedOn":[{"reference":"MedicationRequest/2"}])"),
                       tests::request("2", "warfarin", R"("basedOn":[{"reference":"MedicationRequest/1"}])"),
                       tests::request("3", "digoxin", R"("basedOn":[{"reference":"MedicationRequest/3"}])")});
  CHECK(ring.subject.medications.size() == 2);
}

TEST_CASE("long text is cut between letters", "[adapters][fhir]") {
  std::string name;
  for (int i = 0; i < 4000; ++i) name += "\xC3\xA4";
  const auto chart = tests::chart_of({tests::request("1", name)});
  REQUIRE(chart.subject.medications.size() == 1);
  const std::string& text = chart.subject.medications[0].text;
  CHECK(text.size() <= adapters::max_text_bytes);
  CHECK(text.size() % 2 == 0);
}
