#include "agents/agent.hpp"
#include "prompts/catalog.hpp"

namespace guardian::agents {
namespace {

void add_line(std::string& text, std::string_view head, std::string_view words) {
  if (words.empty()) return;
  text += std::string(head) + ": " + std::string(words) + "\n";
}

}  // namespace

CaseView case_view(const knowledge::KnowledgeBase&, const core::Case& subject, const core::Review& floor) {
  CaseView view;
  std::string medicines;
  for (const core::ResolvedMedication& medicine : floor.resolved) {
    for (const std::string& ingredient : medicine.ingredients)
      medicines += (medicines.empty() ? "" : ", ") + ingredient;
  }
  add_line(view.text, "Medicines", medicines);
  for (const core::Finding& finding : floor.findings) {
    add_line(view.text, "Finding " + finding.id, std::string(core::to_string(finding.severity)) + ", " + finding.title);
  }
  if (floor.triage) add_line(view.text, "Triage of the engine", core::to_string(floor.triage->level));
  const std::string* note = &subject.note;
  view.original = [note](const std::string& quote) -> std::optional<std::string> {
    return note->find(quote) == std::string::npos ? std::nullopt : std::optional(quote);
  };
  return view;
}

}  // namespace guardian::agents
