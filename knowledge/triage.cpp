#include "knowledge/triage.hpp"

#include <algorithm>

#include "core/age.hpp"
#include "core/news2.hpp"

namespace guardian::knowledge {
namespace {

using core::FindingType;
using core::Severity;
using core::TriageLevel;

// The response that the Royal College of Physicians asks for at each band (NEWS2, 2017, chart 4).
// With a low score the patient's own complaints make the difference.
TriageLevel level_of(const core::News2& news2, bool symptoms) {
  switch (news2.band) {
    case core::News2Band::high: return TriageLevel::emergency;
    case core::News2Band::medium:
    case core::News2Band::low_medium: return TriageLevel::urgent;
    case core::News2Band::low: return symptoms ? TriageLevel::same_day : TriageLevel::soon;
    case core::News2Band::none: return TriageLevel::routine;
  }
  return TriageLevel::routine;
}

std::string words(TriageLevel level) {
  std::string text(to_string(level));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// What is missing from a chart is no danger that has been seen: it is shown as a finding, not as urgency.
bool is_a_hazard(const core::Finding& finding) {
  return finding.type != FindingType::unresolved && finding.type != FindingType::prompt_injection &&
         finding.type != FindingType::monitoring;
}

}  // namespace

core::Triage triage_of(const core::Case& subject, std::span<const core::Finding> findings,
                       std::vector<core::RedFlag> red_flags, const TriageContext& context) {
  core::Triage triage;
  std::vector<std::pair<TriageLevel, std::string>> reasons;
  const auto raise = [&](TriageLevel level, const std::string& why) {
    triage.level = std::max(triage.level, level);
    if (level > TriageLevel::routine) reasons.emplace_back(level, why);
  };
  triage.red_flags = std::move(red_flags);
  for (const core::RedFlag& flag : triage.red_flags) raise(flag.level, flag.title);

  const core::Vitals none;
  const auto& vitals = subject.vitals ? subject.vitals : context.note_vitals;
  const auto stated = core::age_in_years(subject.patient);
  triage.news2 = core::news2(vitals.value_or(none), stated ? stated : context.years,
                             context.pregnant ? std::optional(true) : subject.patient.pregnant);
  if (!vitals) {
    triage.news2.applicable = false;
    if (triage.news2.reason_not_applicable.empty()) triage.news2.reason_not_applicable = "no vital signs stated";
  }
  if (triage.news2.applicable) {
    const bool from_note = !subject.vitals;
    if (from_note)
      triage.news2.note += std::string(triage.news2.note.empty() ? "" : "; ") + "vital signs read from the note";
    raise(level_of(triage.news2, context.symptoms),
          "NEWS2 " + std::string(triage.news2.complete ? "" : "at least ") + std::to_string(triage.news2.score) +
              (triage.news2.band == core::News2Band::low_medium ? ", 3 in one parameter" : "") +
              (from_note ? ", from the note" : ""));
  }

  const auto is_taken = [&](const std::string& name) {
    return std::find(context.taken.begin(), context.taken.end(), name) != context.taken.end();
  };
  std::size_t critical = 0;
  std::size_t major = 0;
  std::size_t happening = 0;
  for (const core::Finding& finding : findings) {
    if (!is_a_hazard(finding)) continue;
    if (finding.severity == Severity::major) ++major;
    if (finding.severity != Severity::critical) continue;
    ++critical;
    // The first subject is a medicine; a condition or a value after it is no order.
    if (std::all_of(finding.subjects.begin(), finding.subjects.end(), [&](const std::string& name) {
          const bool medicine =
              std::find(finding.medicines.begin(), finding.medicines.end(), name) != finding.medicines.end();
          return !medicine || is_taken(name);
        })) {
      ++happening;
    }
  }
  const auto count = [](std::size_t number, const char* what) {
    return std::to_string(number) + " " + what + (number == 1 ? " finding" : " findings");
  };
  if (happening > 0) raise(TriageLevel::same_day, count(happening, "critical") + " on medicines that are taken");
  if (critical > happening) raise(TriageLevel::soon, count(critical - happening, "critical") + " on orders");
  if (major > 0) raise(TriageLevel::soon, count(major, "major"));
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& left, const auto& right) { return left.first > right.first; });
  for (const auto& [level, why] : reasons) triage.reasons.push_back(words(level) + ": " + why);
  return triage;
}

}  // namespace guardian::knowledge
