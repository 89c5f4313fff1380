// Whose chart it is, who is in it, and what is not read.

#include <catch2/catch.hpp>

#include "tests/adapters/fhir_charts.hpp"

using namespace guardian;
using adapters::InputProblem;
using adapters::fhir::Chart;
using adapters::fhir::Role;
using core::AgeUnit;
using tests::bundle_of;
using tests::chart_of;
using tests::medicine;
using tests::read_chart;
using tests::request;
using tests::resource;

namespace {

core::Patient born(const std::string& date, const std::string& as_of = tests::chart_time) {
  const auto read = read_chart(R"({"resourceType":"Patient","id":"p","birthDate":")" + date + R"("})", {}, "p", as_of);
  CHECK(read.problems.empty());
  return read.chart.subject.patient;
}

}  // namespace

TEST_CASE("an age is counted exactly at the time of the review", "[adapters][fhir]") {
  CHECK(born("1960-11-02").age == 66.0);
  CHECK(born("1960-11-03").age == 65.0);
  CHECK(born("1960-11-03").age_unit == AgeUnit::years);
  CHECK(born("2024-11-02").age == 2.0);
  CHECK(born("2024-11-02").age_unit == AgeUnit::years);
  CHECK(born("2024-11-03").age == 23.0);
  CHECK(born("2024-11-03").age_unit == AgeUnit::months);
  CHECK(born("2026-10-02").age == 1.0);
  CHECK(born("2026-10-02").age_unit == AgeUnit::months);
  CHECK(born("2026-10-03").age == 30.0);
  CHECK(born("2026-10-03").age_unit == AgeUnit::days);
  CHECK(born("2026-11-02").age == 0.0);
  CHECK(born("2004-02-29", "2026-02-28T00:00:00Z").age == 21.0);
  CHECK(born("2004-02-29", "2026-03-01T00:00:00Z").age == 22.0);
}

TEST_CASE("a birth date that stops at the year or month is taken for its middle", "[adapters][fhir]") {
  CHECK(born("1960").age == 66.0);
  CHECK(born("1961-12").age == 64.0);
  CHECK(born("2026-11").age_unit == AgeUnit::days);
}

TEST_CASE("a birth date that cannot be is not known", "[adapters][fhir]") {
  for (const char* date : {"2026-11-03", "1860-01-01", "1960-13-01", "1960-02-30", "soon", ""}) {
    INFO(date);
    CHECK_FALSE(born(date).age);
  }
}

TEST_CASE("sex is read, and what is unknown stays unknown", "[adapters][fhir]") {
  const auto sex = [](const std::string& gender) {
    return read_chart(R"({"resourceType":"Patient","id":"p","gender":")" + gender + R"("})").chart.subject.patient.sex;
  };
  CHECK(sex("female") == core::Sex::female);
  CHECK(sex("male") == core::Sex::male);
  CHECK(sex("other") == core::Sex::other);
  CHECK_FALSE(sex("unknown"));
}

TEST_CASE("the patient of a Bundle is the only one in it", "[adapters][fhir]") {
  const std::string patient = R"({"resourceType":"Patient","id":"a"})";
  CHECK(read_chart(bundle_of({patient}), {}, "").chart.subject.id == "a");
  CHECK(read_chart(bundle_of({patient, patient}), {}, "").problems.empty());
  const auto two = read_chart(bundle_of({patient, R"({"resourceType":"Patient","id":"b"})"}), {}, "");
  CHECK(two.problems ==
        std::vector<InputProblem>{{"/record/entry/1/resource", "is a second Patient; say which one is meant"}});
  CHECK(read_chart(bundle_of({patient, R"({"resourceType":"Patient","id":"b"})"}), {}, "b").problems.empty());
  // Without a Patient, that of whom all the resources speak.
  CHECK(read_chart(bundle_of({request("1", "warfarin")}), {}, "").chart.subject.id == "p");
  CHECK(read_chart(bundle_of({}), {}, "").problems.size() == 1);
}

TEST_CASE("what is of somebody else is never read, and listed", "[adapters][fhir]") {
  const auto of = [](const std::string& subject) {
    return R"({"resourceType":"MedicationRequest","id":"x","status":"active","intent":"order","medicationCodeableConcept":{"text":"warfarin"},"subject":)" +
           subject + "}";
  };
  const std::string patient = R"({"resourceType":"Patient","id":"p","identifier":[{"system":"urn:mrn","value":"7"}]})";
  const auto is_read = [&](const std::string& subject) {
    const Chart chart = chart_of({patient, of(subject)});
    CHECK(chart.subject.medications.size() + chart.other_patients.size() == 1);
    return chart.other_patients.empty();
  };
  CHECK(is_read(R"({"reference":"Patient/p"})"));
  CHECK(is_read(R"({"reference":"Patient/p/_history/4"})"));
  CHECK(is_read(R"({"reference":"https://ehr.example.org/fhir/Patient/p"})"));
  CHECK(is_read(R"({"display":"the patient"})"));
  CHECK(is_read(R"({"identifier":{"system":"urn:mrn","value":"7"}})"));
  CHECK(is_read(R"({"identifier":{"system":"urn:other","value":"8"}})"));
  CHECK_FALSE(is_read(R"({"reference":"Patient/q"})"));
  CHECK_FALSE(is_read(R"({"reference":"https://ehr.example.org/fhir/Patient/q"})"));
  CHECK_FALSE(is_read(R"({"reference":"Group/p"})"));
  CHECK_FALSE(is_read(R"({"reference":"urn:uuid:11111111-1111-1111-1111-111111111111"})"));
  CHECK_FALSE(is_read(R"({"identifier":{"system":"urn:mrn","value":"8"}})"));

  const Chart chart = chart_of({patient}, {of(R"({"reference":"Patient/q"})")});
  REQUIRE(chart.other_patients.size() == 1);
  CHECK(chart.other_patients[0].element == "/drafts/entry/0/resource");
  CHECK(chart.other_patients[0].reference == "MedicationRequest/x");
  const Chart other_order =
      chart_of({patient}, {R"({"resourceType":"ServiceRequest","id":"s","subject":{"reference":"Patient/q"}})"});
  CHECK(other_order.other_patients.size() == 1);
  const Chart allergy = chart_of({patient, R"({"resourceType":"AllergyIntolerance","code":{"text":"penicillin"},
                                               "patient":{"reference":"Patient/q"}})"});
  CHECK(allergy.subject.patient.allergies.empty());
  CHECK(allergy.other_patients.size() == 1);
}

TEST_CASE("the same id on another server is another patient", "[adapters][fhir]") {
  const std::string text = R"({"resourceType":"Bundle","type":"searchset","entry":[
    {"fullUrl":"https://one.example.org/fhir/Patient/p","resource":{"resourceType":"Patient","id":"p"}},
    {"resource":{"resourceType":"Condition","code":{"text":"gout"},"subject":{"reference":"https://two.example.org/fhir/Patient/p"}}},
    {"resource":{"resourceType":"Condition","code":{"text":"asthma"},"subject":{"reference":"https://one.example.org/fhir/Patient/p"}}}]})";
  const auto read = read_chart(text);
  REQUIRE(read.chart.subject.patient.conditions.size() == 1);
  CHECK(read.chart.subject.patient.conditions[0].text == "asthma");
  CHECK(read.chart.other_patients.size() == 1);
}

TEST_CASE("a Bundle may refer to its patient by the address of an entry", "[adapters][fhir]") {
  const std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[
    {"fullUrl":"urn:uuid:fbd1d8aa-f3f8-5ea7-9eea-a02cf5d4ba73","resource":{"resourceType":"Patient"}},
    {"resource":{"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"warfarin"},
                 "subject":{"reference":"urn:uuid:fbd1d8aa-f3f8-5ea7-9eea-a02cf5d4ba73"}}}]})";
  const auto read = read_chart(text, {}, "");
  CHECK(read.problems.empty());
  CHECK(read.chart.subject.id == "fbd1d8aa-f3f8-5ea7-9eea-a02cf5d4ba73");
  CHECK(read.chart.subject.medications.size() == 1);
}

TEST_CASE("a shape that is no resource is a problem with its place", "[adapters][fhir]") {
  CHECK(read_chart("7").problems == std::vector<InputProblem>{{"/record", "must be a FHIR resource"}});
  CHECK(read_chart("{}").problems == std::vector<InputProblem>{{"/record/resourceType", "is required"}});
  CHECK(read_chart(R"({"resourceType":"Bundle","entry":{}})").problems ==
        std::vector<InputProblem>{{"/record/entry", "must be a list"}});
  CHECK(read_chart("null").problems.empty());
  CHECK(read_chart(R"({"resourceType":"OperationOutcome","issue":[]})").problems.empty());
}

TEST_CASE("an order without a medicine is tolerated while it is written, and shown on the record", "[adapters][fhir]") {
  const std::string empty = R"({"resourceType":"MedicationRequest","id":"request-123"})";
  const Chart draft = chart_of({}, {empty, R"({"resourceType":"MedicationRequest","medicationCodeableConcept":{}})"});
  CHECK(draft.subject.medications.empty());
  CHECK(draft.unread.empty());
  const Chart record = chart_of({empty});
  REQUIRE(record.unread.size() == 1);
  CHECK(record.unread[0].reference == "MedicationRequest/request-123");
  CHECK(record.unread[0].element == "/record/entry/0/resource");
  // A medicine that cannot be found is not the same as none.
  const Chart lost =
      chart_of({}, {resource("MedicationRequest", R"("medicationReference":{"reference":"Medication/9"})")});
  CHECK(lost.unread.size() == 1);
}

TEST_CASE("other kinds of orders are passed over", "[adapters][fhir]") {
  const Chart chart =
      chart_of({resource("Encounter", R"("id":"e")")},
               {resource("ServiceRequest", R"("status":"draft","code":{"text":"INR"})"),
                resource("NutritionOrder", R"("status":"draft")"), resource("DeviceRequest", R"("status":"draft")"),
                R"({"resourceType":"VisionPrescription","patient":{"reference":"Patient/p"}})"});
  CHECK(chart.subject.medications.empty());
  CHECK(chart.unread.empty());
  CHECK(chart.other_patients.empty());
}

TEST_CASE("an empty answer to a search says that there are none", "[adapters][fhir]") {
  const auto searched = [](const std::string& address) {
    return read_chart(R"({"resourceType":"Bundle","type":"searchset","total":0,
                          "link":[{"relation":"self","url":")" +
                      address + R"("}]})")
        .chart.subject.patient;
  };
  CHECK(searched("https://ehr.example.org/fhir/Condition?patient=p").states_conditions);
  CHECK(searched("AllergyIntolerance?patient=p").states_allergies);
  CHECK(searched("https://ehr.example.org/fhir/Observation/_search?patient=p").states_labs);
  CHECK_FALSE(searched("https://ehr.example.org/fhir/Condition?patient=p").states_allergies);
  CHECK_FALSE(
      read_chart(R"({"resourceType":"Bundle","type":"searchset","total":0})").chart.subject.patient.states_labs);
}

TEST_CASE("a medicine keeps the resource that it came from", "[adapters][fhir]") {
  const Chart chart = chart_of({request("1", "warfarin 5 mg")}, {request("2", "ibuprofen 400 mg", {}, "draft")});
  REQUIRE(chart.medications.size() == 2);
  CHECK(chart.medications[0].reference == "MedicationRequest/1");
  CHECK(chart.medications[0].role == Role::chart);
  CHECK(chart.medications[0].element == "/record/entry/0/resource");
  CHECK(chart.subject.medications[0].element == "/record/entry/0/resource");
  CHECK_FALSE(chart.subject.medications[0].is_order);
  CHECK(chart.medications[1].reference == "MedicationRequest/2");
  CHECK(chart.medications[1].role == Role::draft);
  CHECK(chart.subject.medications[1].is_order);
  CHECK(chart.medications[1].resource == request("2", "ibuprofen 400 mg", {}, "draft"));
}
