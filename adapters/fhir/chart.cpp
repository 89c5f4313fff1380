#include "adapters/fhir/chart.hpp"

#include <algorithm>
#include <utility>

#include "adapters/fhir/observation.hpp"
#include "adapters/fhir/person.hpp"
#include "adapters/fhir/prescription.hpp"
#include "adapters/fhir/records.hpp"
#include "adapters/fhir/resource.hpp"
#include "adapters/json/member_reader.hpp"

namespace guardian::adapters::fhir {
namespace {

// The medicine with its dose in one line; a code without words stands alone.
core::MedicationEntry entry_of(Prescription& prescription) {
  core::MedicationEntry entry;
  entry.element = prescription.record->element;
  entry.text = std::move(prescription.name);
  if (!entry.text.empty() && !prescription.dose.empty() &&
      entry.text.size() + prescription.dose.size() < max_text_bytes)
    entry.text += " " + prescription.dose;
  entry.code = std::move(prescription.code);
  entry.code_system = std::move(prescription.code_system);
  entry.status = prescription.status;
  entry.stopped_days_ago = prescription.stopped_days_ago;
  entry.is_order = prescription.is_order;
  return entry;
}

}  // namespace

struct ChartBuilder::Impl {
  std::string patient_id;
  std::string as_of;
  Records records;
};

ChartBuilder::ChartBuilder(std::string patient_id, std::string as_of) : impl_(std::make_unique<Impl>()) {
  impl_->patient_id = std::move(patient_id);
  impl_->as_of = std::move(as_of);
}
ChartBuilder::~ChartBuilder() = default;
ChartBuilder::ChartBuilder(ChartBuilder&&) noexcept = default;
ChartBuilder& ChartBuilder::operator=(ChartBuilder&&) noexcept = default;

void ChartBuilder::add(const JsonView& resource, std::string_view element, Role role) {
  impl_->records.add(resource, element, role);
}

void ChartBuilder::add_by_status(const JsonView& resource, std::string_view element) {
  impl_->records.add_by_status(resource, element);
}

Chart ChartBuilder::build(std::vector<InputProblem>& problems) {
  const Records& records = impl_->records;
  problems.insert(problems.end(), records.problems().begin(), records.problems().end());
  Chart chart;
  core::Case& subject = chart.subject;
  subject.as_of = impl_->as_of;
  const ReviewTime now{core::parse_moment(impl_->as_of)};
  const Identity identity = identify(records, impl_->patient_id, problems);
  subject.id = plain_text(identity.id);

  ObservationReader observations(now);
  std::vector<Prescription> prescriptions;
  for (const Record& record : records.all()) {
    if (!is_of(record, identity)) {
      chart.other_patients.push_back({record.element, reference_to(record), "it is of another patient"});
      continue;
    }
    if (const auto kind = kind_of(record.type)) {
      auto prescription = read_prescription(record, *kind, records, now);
      if (prescription) prescriptions.push_back(std::move(*prescription));
    } else if (record.type == "Observation") {
      observations.read(record.resource, subject.patient);
    } else if (record.type == "Condition") {
      read_condition(record.resource, now, subject.patient);
    } else if (record.type == "AllergyIntolerance") {
      read_allergy(record.resource, subject.patient);
    }
  }
  if (identity.resource.present()) read_person(identity.resource, now, subject.patient);
  observations.finish(subject);
  core::Patient& patient = subject.patient;
  patient.states_conditions = patient.states_conditions || records.searched("Condition");
  patient.states_allergies = patient.states_allergies || records.searched("AllergyIntolerance");
  patient.states_labs = patient.states_labs || records.searched("Observation");

  join_prescriptions(prescriptions);
  // What is taken, then what is ordered.
  std::stable_partition(prescriptions.begin(), prescriptions.end(),
                        [](const Prescription& one) { return !one.is_order; });
  for (Prescription& prescription : prescriptions) {
    const Record& record = *prescription.record;
    if (prescription.unreadable) {
      chart.unread.push_back({record.element, reference_to(record), "no name or code of its medicine can be read"});
    } else if (subject.medications.size() >= max_medications) {
      chart.unread.push_back({record.element, reference_to(record), "there are more medicines than are read"});
    } else {
      chart.medications.push_back({record.element, reference_to(record),
                                   record.role == Role::draft ? record.resource.json() : std::string(), record.role});
      subject.medications.push_back(entry_of(prescription));
    }
  }
  return chart;
}

}  // namespace guardian::adapters::fhir
