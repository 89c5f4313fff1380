// Medicines of a chart: how they are named, what their status means, and which of them are one.

#include <catch2/catch.hpp>

#include "tests/adapters/fhir_charts.hpp"

using namespace guardian;
using adapters::fhir::Chart;
using core::MedicationEntry;
using core::MedicationStatus;
using tests::chart_of;
using tests::medicine;
using tests::request;
using tests::resource;

namespace {

MedicationEntry only(const std::string& text) {
  const Chart chart = chart_of({text});
  REQUIRE(chart.subject.medications.size() == 1);
  return chart.subject.medications[0];
}

std::size_t count(const std::vector<std::string>& record, const std::vector<std::string>& drafts = {}) {
  return chart_of(record, drafts).subject.medications.size();
}

std::string named(const std::string& members) {
  return resource("MedicationRequest", R"("status":"active",)" + members);
}

std::string with_status(const std::string& type, const std::string& status, const std::string& more = {}) {
  return resource(
      type, R"("id":"1","status":")" + status + R"(",)" + medicine("warfarin") + (more.empty() ? "" : "," + more));
}

std::string once_daily(const std::string& dose) { return R"("dosageInstruction":[{"text":")" + dose + R"("}])"; }

}  // namespace

TEST_CASE("a medicine is named by its words, with the RxNorm code among several", "[adapters][fhir]") {
  const auto coded = only(named(R"("medicationCodeableConcept":{"coding":[
      {"system":"http://hl7.org/fhir/sid/ndc","code":"0056-0172-70","display":"COUMADIN 5MG TAB"},
      {"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"855332","display":"Warfarin Sodium 5 MG Oral Tablet"}]})"));
  CHECK(coded.text == "Warfarin Sodium 5 MG Oral Tablet");
  CHECK(coded.code == "855332");
  CHECK(coded.code_system == "rxnorm");
  const auto words = only(named(R"("medicationCodeableConcept":{"text":"Coumadin","coding":[
      {"system":"http://snomed.info/sct","code":"48603004","display":"Product containing warfarin (medicinal product) "}]})"));
  CHECK(words.text == "Coumadin");
  CHECK(words.code.empty());
  const auto code_alone = only(named(R"("medicationCodeableConcept":{"coding":[
      {"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"11289"}]})"));
  CHECK(code_alone.text.empty());
  CHECK(code_alone.code == "11289");
  // A code of a system that is not read is still a medicine: one that cannot be resolved.
  const auto strange = only(named(R"("medicationCodeableConcept":{"coding":[{"system":"urn:x","code":"A1"}]})"));
  CHECK(strange.text.empty());
  CHECK(strange.code == "A1");
  CHECK(strange.code_system == "urn:x");
}

TEST_CASE("a referenced Medication is found wherever it stands", "[adapters][fhir]") {
  const std::string content = R"("code":{"text":"warfarin 5 mg tablet"})";
  const auto at = [&](const std::string& reference, const std::string& extra = {}) {
    const std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[
      {"resource":)" + named(R"("medicationReference":{"reference":")" + reference + R"("})" + extra) +
                             R"(},
      {"fullUrl":"urn:uuid:0f3c","resource":{"resourceType":"Medication","id":"m1",)" +
                             content + "}}]}";
    const auto read = tests::read_chart(text);
    return read.chart.subject.medications.empty() ? std::string() : read.chart.subject.medications[0].text;
  };
  CHECK(at("Medication/m1") == "warfarin 5 mg tablet");
  CHECK(at("https://ehr.example.org/fhir/Medication/m1") == "warfarin 5 mg tablet");
  CHECK(at("https://ehr.example.org/fhir/Medication/m1/_history/2") == "warfarin 5 mg tablet");
  CHECK(at("urn:uuid:0f3c") == "warfarin 5 mg tablet");
  CHECK(at("#in", R"(,"contained":[{"resourceType":"Medication","id":"in","code":{"text":"lithium 300 mg"}}])") ==
        "lithium 300 mg");
  CHECK(at("Medication/other").empty());
  CHECK(at("#gone").empty());
  CHECK(only(named(R"("medicationReference":{"reference":"Medication/9","display":"digoxin 125 mcg"})")).text ==
        "digoxin 125 mcg");
}

TEST_CASE("a Medication without a name is named by what is in it", "[adapters][fhir]") {
  const auto entry = only(named(
      R"("medicationReference":{"reference":"#m"},"contained":[{"resourceType":"Medication","id":"m","ingredient":[
    {"itemCodeableConcept":{"text":"amoxicillin"},"strength":{"numerator":{"value":250,"unit":"mg"},"denominator":{"value":5,"unit":"mL"}}},
    {"itemCodeableConcept":{"text":"clavulanate"},"strength":{"numerator":{"value":62.5,"unit":"mg"},"denominator":{"value":5,"unit":"mL"}}}]}])"));
  CHECK(entry.text == "amoxicillin 250 mg/5 mL / clavulanate 62.5 mg/5 mL");
}

TEST_CASE("the status of a request decides whether it is taken", "[adapters][fhir]") {
  const auto status = [](const std::string& word) { return only(with_status("MedicationRequest", word)).status; };
  CHECK(status("active") == MedicationStatus::active);
  CHECK(status("unknown") == MedicationStatus::active);
  CHECK(status("on-hold") == MedicationStatus::on_hold);
  CHECK(status("stopped") == MedicationStatus::stopped);
  CHECK(status("completed") == MedicationStatus::stopped);
  // Withdrawn before anything of it was given.
  CHECK(count({with_status("MedicationRequest", "cancelled")}) == 0);
  CHECK(count({with_status("MedicationRequest", "entered-in-error")}) == 0);
  CHECK(count({with_status("MedicationRequest", "draft")}) == 0);
  CHECK(count({with_status("MedicationRequest", "active", R"("doNotPerform":true)")}) == 0);
  CHECK(count({with_status("MedicationRequest", "active", R"("intent":"proposal")")}) == 0);
  CHECK(count({with_status("MedicationRequest", "active", R"("intent":"option")")}) == 0);
  CHECK(count({with_status("MedicationRequest", "active", R"("intent":"plan")")}) == 1);
}

TEST_CASE("an order that is being written counts whatever its status and intent say", "[adapters][fhir]") {
  for (const char* word : {"draft", "active", "on-hold", "unknown"}) {
    const Chart chart = chart_of({}, {with_status("MedicationRequest", word, R"("intent":"proposal")")});
    REQUIRE(chart.subject.medications.size() == 1);
    CHECK(chart.subject.medications[0].is_order);
  }
  CHECK(chart_of({}, {resource("MedicationRequest", medicine("warfarin"))}).subject.medications.size() == 1);
  CHECK(count({}, {with_status("MedicationRequest", "entered-in-error")}) == 0);
  CHECK(count({}, {with_status("MedicationRequest", "draft", R"("doNotPerform":true)")}) == 0);
  // An order to stop.
  const Chart stop =
      chart_of({with_status("MedicationRequest", "active")}, {with_status("MedicationRequest", "stopped")});
  REQUIRE(stop.subject.medications.size() == 1);
  CHECK(stop.subject.medications[0].status == MedicationStatus::stopped);
  CHECK(stop.subject.medications[0].stopped_days_ago == 0.0);
  CHECK_FALSE(stop.subject.medications[0].is_order);
}

TEST_CASE("what has ended was stopped so many days ago", "[adapters][fhir]") {
  const auto ended = [](const std::string& type, const std::string& status, const std::string& more) {
    const auto entry = only(with_status(type, status, more));
    return entry.status == MedicationStatus::stopped ? entry.stopped_days_ago.value_or(-1.0) : -2.0;
  };
  const std::string bounds = R"("dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"end":"2026-10-23"}}}}])";
  CHECK(ended("MedicationRequest", "stopped", bounds) == 10.0);
  CHECK(ended("MedicationRequest", "active", bounds) == 10.0);
  CHECK(ended("MedicationRequest", "stopped", R"("authoredOn":"2026-10-23")") == -1.0);
  CHECK(ended("MedicationRequest", "completed",
              R"("authoredOn":"2026-10-03","dispenseRequest":{"expectedSupplyDuration":{"value":10}})") == 20.0);
  CHECK(ended("MedicationRequest", "active",
              R"("dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"end":"2026-12-01"}}}}])") == -2.0);
  CHECK(ended("MedicationStatement", "completed", R"("effectivePeriod":{"end":"2026-10-31"})") == 2.0);
  CHECK(ended("MedicationStatement", "stopped", R"("effectiveDateTime":"2026-09")") == 33.0);
  CHECK(ended("MedicationStatement", "active", R"("effectivePeriod":{"start":"2020","end":"2026-10-31"})") == 2.0);
  CHECK(ended("MedicationStatement", "active", R"("effectivePeriod":{"start":"2020"})") == -2.0);
  CHECK(ended("MedicationAdministration", "completed", R"("effectiveDateTime":"2026-10-28T08:00:00Z")") == -2.0);
  CHECK(ended("MedicationAdministration", "completed", R"("effectiveDateTime":"2026-10-13")") == 20.0);
  CHECK(ended("MedicationAdministration", "stopped", R"("effectivePeriod":{"end":"2026-11-01"})") == 1.0);
  CHECK(ended("MedicationDispense", "completed", R"("whenHandedOver":"2026-10-23")") == -2.0);
  CHECK(ended("MedicationDispense", "completed", R"("whenHandedOver":"2026-07-01")") == 24.0);
  CHECK(ended("MedicationDispense", "completed", R"("whenHandedOver":"2026-10-23","daysSupply":{"value":7})") == -2.0);
  CHECK(ended("MedicationDispense", "completed", R"("whenHandedOver":"2026-10-13","daysSupply":{"value":7})") == 13.0);
}

TEST_CASE("what was not taken, not given or came to nothing is not there", "[adapters][fhir]") {
  CHECK(count({with_status("MedicationStatement", "not-taken")}) == 0);
  CHECK(count({with_status("MedicationStatement", "entered-in-error")}) == 0);
  CHECK(count({with_status("MedicationStatement", "active", R"("taken":"n")")}) == 0);
  CHECK(count({with_status("MedicationStatement", "intended")}) == 1);
  CHECK(count({with_status("MedicationAdministration", "not-done")}) == 0);
  CHECK(count({with_status("MedicationDispense", "cancelled")}) == 0);
  CHECK(count({with_status("MedicationDispense", "declined")}) == 0);
  const std::string none = resource("MedicationStatement", R"("status":"unknown","medicationCodeableConcept":{"coding":[
      {"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-medications"}]})");
  const Chart chart = chart_of({none});
  CHECK(chart.subject.medications.empty());
  CHECK(chart.unread.empty());
}

TEST_CASE("an order that is on the record too counts once, as the draft", "[adapters][fhir]") {
  const Chart chart = chart_of({request("1", "warfarin 5 mg"), request("7", "digoxin 125 mcg")},
                               {request("1", "warfarin 2 mg", {}, "draft")});
  REQUIRE(chart.subject.medications.size() == 2);
  CHECK(chart.subject.medications[0].text == "digoxin 125 mcg");
  CHECK(chart.subject.medications[1].text == "warfarin 2 mg");
  CHECK(chart.subject.medications[1].is_order);
  CHECK(count({request("1", "warfarin"), request("1", "warfarin")}) == 1);
  CHECK(count({request("1", "warfarin")}, {request("1", "warfarin", {}, "entered-in-error")}) == 0);
  // A renewal names what it replaces.
  const Chart renewed =
      chart_of({request("1", "warfarin 5 mg")},
               {request("2", "warfarin 4 mg", R"("priorPrescription":{"reference":"MedicationRequest/1"})", "draft")});
  REQUIRE(renewed.subject.medications.size() == 1);
  CHECK(renewed.subject.medications[0].text == "warfarin 4 mg");
}

TEST_CASE("a new order of what is taken already stays two", "[adapters][fhir]") {
  CHECK(count({request("1", "warfarin 5 mg")}, {request("2", "warfarin 5 mg", {}, "draft")}) == 2);
  CHECK(count({}, {request("1", "warfarin 5 mg", {}, "draft"), request("2", "warfarin 5 mg", {}, "draft")}) == 2);
  CHECK(count({request("1", "warfarin 5 mg"), request("2", "warfarin 5 mg")}) == 2);
}

TEST_CASE("resources of one prescription are one medicine", "[adapters][fhir]") {
  const auto linked = [](const std::string& type, const std::string& link, const std::string& status = "completed") {
    return resource(type, R"("id":"x","status":")" + status + R"(",)" + medicine("Coumadin tabs") + "," + link);
  };
  const std::string order = request("1", "warfarin 5 mg", once_daily("1 tablet daily"));
  const std::string to_order = R"([{"reference":"MedicationRequest/1"}])";
  for (const std::string& other :
       {linked("MedicationDispense", R"("authorizingPrescription":)" + to_order),
        linked("MedicationStatement", R"("basedOn":)" + to_order, "active"),
        linked("MedicationStatement",
               R"("derivedFrom":[{"reference":"https://ehr.example.org/fhir/MedicationRequest/1"}])", "active"),
        linked("MedicationAdministration", R"("request":{"reference":"MedicationRequest/1"})")}) {
    INFO(other);
    for (const bool first : {true, false}) {
      const Chart chart = first ? chart_of({order, other}) : chart_of({other, order});
      REQUIRE(chart.subject.medications.size() == 1);
      CHECK(chart.subject.medications[0].text == "warfarin 5 mg 1 tablet daily");
      CHECK(chart.medications[0].reference == "MedicationRequest/1");
    }
  }
  // Without the order there is still the dispense.
  CHECK(count({linked("MedicationDispense", R"("authorizingPrescription":)" + to_order)}) == 1);
}

TEST_CASE("a prescription that was stopped is stopped, one that is used up and refilled goes on", "[adapters][fhir]") {
  const auto status = [](const std::string& of_order) {
    const Chart chart =
        chart_of({request("1", "warfarin 5 mg", {}, of_order),
                  resource("MedicationDispense",
                           R"("status":"completed","whenHandedOver":"2026-10-30",)" + medicine("warfarin 5 mg") +
                               R"(,"authorizingPrescription":[{"reference":"MedicationRequest/1"}])")});
    REQUIRE(chart.subject.medications.size() == 1);
    return chart.subject.medications[0].status;
  };
  CHECK(status("stopped") == MedicationStatus::stopped);
  CHECK(status("completed") == MedicationStatus::active);
  CHECK(status("active") == MedicationStatus::active);
}

TEST_CASE("without references the same medicine in the same dose is one", "[adapters][fhir]") {
  const auto statement = [](const std::string& name, const std::string& dose = {}) {
    return resource("MedicationStatement", R"("id":"s","status":"active",)" + medicine(name) +
                                               (dose.empty() ? "" : R"(,"dosage":[{"text":")" + dose + R"("}])"));
  };
  const std::string order = request("1", "Metformin hydrochloride 500 MG Oral Tablet", once_daily("1 tablet daily"));
  CHECK(count({order, statement("metformin")}) == 1);
  CHECK(count({order, statement("Metformin Hydrochloride 500 mg tablet", "1 tablet daily")}) == 1);
  CHECK(count({order, statement("metformin 500 mg", "1 tablet daily")}) == 1);
  CHECK(count({order, statement("metformin", "2 tablets daily")}) == 2);
  CHECK(count({order, statement("metformin 850 mg")}) == 2);
  CHECK(count({request("1", "lisinopril 10 mg"), statement("lisinopril hydrochlorothiazide")}) == 2);
  CHECK(count({request("1", "calcium"), statement("calcium acetate")}) == 1);
  CHECK(count({request("1", "diclofenac sodium 50 mg"), statement("diclofenac potassium 50 mg")}) == 2);
  // Two handings over of one medicine.
  const auto handed = [](const std::string& id, const std::string& day) {
    return resource("MedicationDispense", R"("id":")" + id + R"(","status":"completed","whenHandedOver":")" + day +
                                              R"(",)" + medicine("warfarin 5 mg"));
  };
  CHECK(count({handed("1", "2026-10-01"), handed("2", "2026-10-20")}) == 1);
  const Chart late = chart_of({handed("1", "2026-01-01"), handed("2", "2026-10-20")});
  REQUIRE(late.subject.medications.size() == 1);
  CHECK(late.subject.medications[0].status == MedicationStatus::active);
}
