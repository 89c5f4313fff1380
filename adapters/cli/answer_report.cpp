#include "adapters/cli/answer_report.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace guardian::adapters::cli {
namespace {

constexpr std::size_t indent = 2;
constexpr std::size_t most_ids = 6;  // of a claim

std::string paragraph(std::string_view text, const ReportStyle& style) {
  return "  " + wrapped(printable(text), style.columns, indent, indent) + "\n";
}

std::string ids_of(const core::AnswerClaim& claim) {
  std::vector<std::string> ids;
  for (const auto* list : {&claim.findings, &claim.rows, &claim.evidence}) {
    for (const std::string& id : *list) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < ids.size() && i < most_ids; ++i) text += (i == 0 ? " [" : ", ") + ids[i];
  if (ids.size() > most_ids) text += ", ...";
  return text.empty() ? text : text + "]";
}

// Whether a claim of the rules has its very words already.
bool is_told(const core::Answer& answer, const core::Finding& finding) {
  return std::any_of(answer.claims.begin(), answer.claims.end(), [&](const core::AnswerClaim& claim) {
    const bool cites = std::find(claim.findings.begin(), claim.findings.end(), finding.id) != claim.findings.end();
    return claim.by == "rules" && cites && claim.text.find(finding.title) != std::string::npos;
  });
}

}  // namespace

std::string answer_report(const core::Answer& answer, const ReportStyle& style) {
  std::string text = "? " + wrapped(printable(answer.question), style.columns, indent, indent) + "\n";
  for (const core::AnswerClaim& claim : answer.claims) {
    if (claim.by == "rules") text += paragraph(claim.text + ids_of(claim), style);
  }
  if (answer.order) text += paragraph("Order: " + answer.order->text, style);
  if (answer.ask) {
    text += paragraph(answer.ask->question, style);
    for (const std::string& candidate : answer.ask->candidates) text += paragraph("- " + candidate, style);
  }
  if (answer.status == core::AnswerStatus::not_understood) {
    text += paragraph("That is no question that can be answered without a model. What can be asked:", style);
    for (const std::string& example : answer.can_ask) text += paragraph("- " + example, style);
  }
  bool is_first = true;
  for (const core::AnswerClaim& claim : answer.claims) {
    if (claim.by == "rules") continue;
    if (is_first) text += "  The model" + (answer.agent.model.empty() ? "" : " (" + answer.agent.model + ")") + ":\n";
    is_first = false;
    const std::string mark = claim.verified ? "" : "UNVERIFIED (" + claim.doubt + "): ";
    text += paragraph(mark + claim.text + ids_of(claim), style);
  }
  bool is_first_finding = true;
  for (const core::Finding& finding : answer.findings) {
    if (is_told(answer, finding)) continue;
    if (is_first_finding) text += "  Findings of the engine that bear on it:\n";
    is_first_finding = false;
    text += paragraph(std::string(core::to_string(finding.severity)) + "  " + finding.title + " [" + finding.id + "]",
                      style);
  }
  for (const std::string& why : answer.withheld) text += paragraph("WITHHELD  " + why, style);
  for (const std::string& note : answer.notes) text += paragraph("Note: " + note, style);
  if (answer.degradation)
    text += "  DEGRADED  " + wrapped("ask agent: " + printable(answer.degradation->reason), style.columns, indent, 12) +
            "\n";
  return text;
}

}  // namespace guardian::adapters::cli
