#include "adapters/fhir/case_document.hpp"

#include <string>
#include <utility>

#include "adapters/json/iso_time.hpp"
#include "adapters/json/json_view.hpp"

namespace guardian::adapters::fhir {
namespace {

CaseDocument decode_bundle(JsonView bundle, std::string_view now) {
  CaseDocument document;
  document.is_fhir = true;
  CaseDecoding& decoding = document.decoding;
  if (bundle.member("resourceType").text_or() != "Bundle") {
    decoding.problems.push_back({"/resourceType", "must be Bundle"});
    return document;
  }
  const auto stated = utc_time(bundle.member("timestamp").text_or());
  ChartBuilder builder({}, stated.value_or(std::string(now)));
  builder.add_by_status(bundle, "");
  Chart chart = builder.build(decoding.problems);
  if (!chart.subject.id.empty()) decoding.case_id = chart.subject.id;
  // A case must have a name; a patient without an id lends none.
  if (chart.subject.id.empty()) chart.subject.id = bundle.member("id").text_or("bundle");
  for (const Unread& unread : chart.unread) {
    core::MedicationEntry entry;
    entry.element = unread.element;
    chart.subject.medications.push_back(std::move(entry));
    chart.medications.push_back({unread.element, unread.reference, {}, Role::chart});
  }
  for (const Unread& other : chart.other_patients) chart.subject.ignored_members.push_back(other.element);
  if (decoding.problems.empty() && chart.subject.medications.empty())
    decoding.problems.push_back({"/entry", "at least one medicine or order of the patient is required"});
  if (!decoding.problems.empty()) return document;
  decoding.value = std::move(chart.subject);
  document.medications = std::move(chart.medications);
  return document;
}

}  // namespace

CaseDocument decode_document(std::string_view json_text, std::string_view now) {
  if (json_text.find("\"resourceType\"") != std::string_view::npos) {
    JsonReader reader;
    const JsonViewing viewing = reader.parse(json_text);
    if (viewing.value.member("resourceType").text().has_value()) return decode_bundle(viewing.value, now);
  }
  CaseDocument document;
  document.decoding = decode_case(json_text);
  return document;
}

}  // namespace guardian::adapters::fhir
