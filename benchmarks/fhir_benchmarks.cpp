// What it costs to read FHIR into a case, beside the parsing of its JSON: a searchset Bundle of about 9 KB with ten
// medicines, as an order-sign request carries it. Prints microseconds and their ratio; see README.md.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "adapters/fhir/chart.hpp"
#include "adapters/json/json_view.hpp"

namespace {

using namespace guardian::adapters;

std::string request(int number, const std::string& name, const std::string& status) {
  const std::string id = std::to_string(number);
  return R"({"fullUrl":"https://ehr.example.org/fhir/MedicationRequest/mr-)" + id +
         R"(","resource":{"resourceType":"MedicationRequest","id":"mr-)" + id + R"(","status":")" + status +
         R"(","intent":"order","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/medicationrequest-category","code":"outpatient"}]}],"medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"8551)" +
         id + R"(","display":")" + name + R"("}],"text":")" + name +
         R"("},"subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"},"authoredOn":"2026-10-20","requester":{"reference":"Practitioner/1"},"dosageInstruction":[{"text":"1 tablet twice daily","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}]}})";
}

std::string observation(const std::string& loinc, const std::string& value, const std::string& unit) {
  return R"({"resource":{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" +
         loinc +
         R"("}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-10-30","valueQuantity":{"value":)" +
         value + R"(,"unit":")" + unit + R"(","system":"http://unitsofmeasure.org","code":")" + unit + R"("}}})";
}

std::string bundle(const std::vector<std::string>& entries) {
  std::string text = R"({"resourceType":"Bundle","type":"searchset","entry":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) text += (i > 0 ? "," : "") + entries[i];
  return text + "]}";
}

std::string sample() {
  std::vector<std::string> entries{
      R"({"resource":{"resourceType":"Patient","id":"p","gender":"female","birthDate":"1960-04-05"}})"};
  const std::vector<std::string> names{"Warfarin Sodium 5 MG Oral Tablet",  "Ibuprofen 400 MG Oral Tablet",
                                       "Omeprazole 20 MG Oral Capsule",     "Digoxin 0.125 MG Oral Tablet",
                                       "Furosemide 20 MG Oral Tablet",      "Metformin 500 MG Oral Tablet",
                                       "Lisinopril 10 MG Oral Tablet",      "Atorvastatin 40 MG Oral Tablet",
                                       "Levothyroxine 0.05 MG Oral Tablet", "Amlodipine 5 MG Oral Tablet"};
  for (std::size_t i = 0; i < names.size(); ++i)
    entries.push_back(request(static_cast<int>(i), names[i], i == 0 ? "draft" : "active"));
  entries.push_back(observation("2823-3", "4.2", "mmol/L"));
  entries.push_back(observation("2160-0", "0.9", "mg/dL"));
  entries.push_back(observation("6301-6", "2.4", "{INR}"));
  return bundle(entries);
}

template <class Work>
double microseconds(Work work) {
  constexpr int rounds = 7;
  constexpr int times = 4000;
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work();
    const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count() / times);
  }
  return best;
}

}  // namespace

int main() {
  const std::string text = sample();
  JsonReader reader;
  std::size_t seen = 0;
  const double parse = microseconds([&] { seen += reader.parse(text).value.size(); });
  const JsonViewing viewing = reader.parse(text);
  const double read = microseconds([&] {
    fhir::ChartBuilder builder("p", "2026-11-02T08:00:00Z");
    builder.add_by_status(viewing.value, "");
    std::vector<InputProblem> problems;
    seen += builder.build(problems).subject.medications.size();
  });
  std::printf("a Bundle of %zu bytes with ten medicines\n", text.size());
  std::printf("parsing its JSON: %.2f us [no aim]\n", parse);
  std::printf("reading it into a case: %.2f us, %.2f x the parsing [no aim]\n", read, read / parse);
  return seen == 0 ? 1 : 0;
}
