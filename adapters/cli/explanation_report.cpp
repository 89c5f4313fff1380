#include "adapters/cli/explanation_report.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace guardian::adapters::cli {
namespace {

using core::Audience;
using core::Claim;
using core::ClaimKind;
using core::Finding;
using core::Severity;

// Lines of a paragraph, indented; `mark` stands before the first.
std::string paragraph(std::string_view mark, std::string_view text, std::size_t indent, const ReportStyle& style) {
  std::string line(mark);
  line.append(indent > line.size() ? indent - line.size() : 0, ' ');
  return line + wrapped(printable(text), style.columns, indent, line.size()) + "\n";
}

// Claims of the knowledge base's own words are no whole sentences; a label says what they are.
std::string labelled(const Claim& claim) {
  const bool is_bare = claim.audience == Audience::clinician && !claim.about.empty();
  if (is_bare && claim.kind == ClaimKind::effect) return "Risk: " + claim.text;
  if (is_bare && claim.kind == ClaimKind::action) return "Do: " + claim.text;
  if (is_bare && claim.kind == ClaimKind::urgency) return "When: " + claim.text;
  return claim.text;
}

class Page {
 public:
  Page(const core::Review& review, Audience audience, const ReportStyle& style)
      : review_(review), audience_(audience), style_(style) {}

  std::string whole() {
    const bool is_patient = audience_ == Audience::patient;
    add_about("", {ClaimKind::urgency}, "");
    add_about("", {ClaimKind::what}, "");
    add_about("", {ClaimKind::action}, is_patient ? "" : "What to do");
    add_findings(Severity::major, Severity::critical, is_patient ? "The problems" : "Critical and major");
    add_findings(Severity::minor, Severity::moderate, is_patient ? "Smaller points" : "Moderate and minor");
    add_about("", {ClaimKind::watch}, is_patient ? "When to get help" : "What to watch");
    add_about("", {ClaimKind::unknown, ClaimKind::scope},
              is_patient ? "What this check does not know" : "What was not known");
    return std::move(text_);
  }

  std::string one(std::string_view finding) {
    for (const Claim& claim : review_.explanation->claims) {
      if (claim.about == finding && claim.audience == audience_) text_ += paragraph("", labelled(claim), 0, style_);
    }
    return std::move(text_);
  }

 private:
  void title(std::string_view words) {
    if (!text_.empty()) text_ += "\n";
    if (!words.empty()) text_ += std::string(words) + "\n";
  }

  void add_about(const std::string& about, const std::vector<ClaimKind>& kinds, std::string_view heading) {
    bool has_title = false;
    for (const ClaimKind kind : kinds) {
      for (const Claim& claim : review_.explanation->claims) {
        if (claim.about != about || claim.audience != audience_ || claim.kind != kind) continue;
        if (!has_title) title(heading);
        has_title = true;
        text_ += heading.empty() ? paragraph("", claim.text, 0, style_) : paragraph("  - ", claim.text, 4, style_);
      }
    }
  }

  // One paragraph a finding. How soon is said once, at the top. What a patient is to do about several findings below
  // critical is said by the first of them.
  void add_findings(Severity from, Severity to, std::string_view heading) {
    bool has_title = false;
    for (const Finding& finding : review_.findings) {
      if (finding.severity < from || finding.severity > to) continue;
      std::string text;
      for (const Claim& claim : review_.explanation->claims) {
        if (claim.about != finding.id || claim.audience != audience_ || claim.kind == ClaimKind::urgency) continue;
        const bool may_be_left_out =
            audience_ == Audience::patient && claim.kind == ClaimKind::action && finding.severity < Severity::critical;
        if (!said_.insert(claim.text).second && may_be_left_out) continue;
        text += (text.empty() ? "" : " ") + labelled(claim);
      }
      if (text.empty()) continue;
      if (!has_title) title(heading);
      has_title = true;
      text_ += paragraph("  - ", text, 4, style_);
    }
  }

  const core::Review& review_;
  Audience audience_;
  const ReportStyle& style_;
  std::set<std::string> said_;
  std::string text_;
};

}  // namespace

std::string explanation_report(const core::Review& review, Audience audience, std::string_view finding,
                               const ReportStyle& style) {
  if (!review.explanation) return {};
  Page page(review, audience, style);
  return finding.empty() ? page.whole() : page.one(finding);
}

std::string patient_summary(const core::Explanation& explanation, const ReportStyle& style) {
  constexpr std::string_view label = "  Patient   ";
  std::string text;
  for (const ClaimKind kind : {ClaimKind::urgency, ClaimKind::action}) {
    for (const Claim& claim : explanation.claims) {
      if (!claim.about.empty() || claim.audience != Audience::patient || claim.kind != kind) continue;
      text += paragraph(text.empty() ? label : "", claim.text, label.size(), style);
    }
  }
  return text;
}

}  // namespace guardian::adapters::cli
