#include "adapters/cds_hooks/review_answer.hpp"

#include <algorithm>
#include <utility>

namespace guardian::adapters::cds_hooks {

std::string review_answer(const core::Case& subject, std::vector<fhir::ChartMedication> read_from,
                          const core::Review& review, const BelongsTo& belongs) {
  fhir::Chart chart;
  chart.subject = subject;
  chart.medications = std::move(read_from);
  if (chart.medications.empty()) {
    for (const core::MedicationEntry& entry : subject.medications) {
      chart.medications.push_back({entry.element, {}, {}, entry.is_order ? fhir::Role::draft : fhir::Role::chart});
    }
  }
  const bool orders = std::any_of(chart.medications.begin(), chart.medications.end(),
                                  [](const auto& medicine) { return medicine.role == fhir::Role::draft; });
  HookCall call;
  call.hook = orders ? Hook::order_sign : Hook::patient_view;
  call.instance = review.case_id + '|' + review.as_of;
  call.patient = subject.id;
  AnswerNotes notes;
  notes.status = review.complete ? "complete" : "incomplete";
  notes.decision = std::string(core::to_string(review.decision));
  for (const core::NotAssessed& entry : review.not_assessed) {
    if (entry.must_know) notes.not_assessed.push_back(entry.wanted);
  }
  return encode_answer(cards_of({call, chart, review, {}, {}}, {3, std::string(override_system)}, belongs),
                       {"Patient Safety Guardian", {}}, notes);
}

}  // namespace guardian::adapters::cds_hooks
