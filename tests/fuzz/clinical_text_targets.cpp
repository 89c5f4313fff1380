// Words of people: orders and notes.

#include <algorithm>
#include <cmath>

#include "core/case.hpp"
#include "knowledge/order_grammar.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/screen.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {

void take_order(std::string_view bytes) {
  static_cast<void>(knowledge::read_order(bytes));
  const knowledge::KnowledgeBase& base = *shipped_knowledge();
  for (const char* locale : {"US", "GB"}) {
    const auto resolution = knowledge::resolve(base, {std::string(bytes), {}, {}, locale});
    demand(!resolution.resolved || !resolution.interpretations.empty(), "what is resolved has a meaning");
    for (const auto& meaning : resolution.interpretations) {
      demand(meaning.score >= 0.0 && meaning.score <= 1.0, "a score is between 0 and 1");
      demand(!meaning.ingredients.empty(), "a meaning has ingredients");
    }
  }
  // The same words as a code, too.
  static_cast<void>(knowledge::resolve(base, {"warfarin", std::string(bytes), "rxnorm", "US"}));
}

void take_note(std::string_view bytes) {
  static knowledge::Screener screener(shipped_knowledge());
  core::Case subject;
  subject.id = "N";
  subject.as_of = "2026-11-02T08:00:00Z";
  subject.note = std::string(bytes);
  for (const char* text : {"warfarin 5 mg daily", "fluconazole 200 mg daily"}) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = text;
    subject.medications.push_back(entry);
  }
  subject.patient.allergies.push_back({std::string(bytes.substr(0, 200)), {}});
  const auto screening = screener.screen(subject);
  demand(screening.has_value(), "a note is read");
  demand(screening->resolved.size() == 2, "no note makes a medicine unknown");
  demand(std::any_of(screening->findings.begin(), screening->findings.end(),
                     [](const core::Finding& finding) {
                       return finding.type == core::FindingType::drug_drug && finding.severity >= core::Severity::major;
                     }),
         "no note takes the interaction of warfarin and fluconazole away");
  const auto again = screener.screen(subject);
  demand(again && again->findings == screening->findings, "the same note is read the same");
}

}  // namespace guardian::fuzz
