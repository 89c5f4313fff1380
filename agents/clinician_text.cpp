#include <algorithm>

#include "agents/explanation_parts.hpp"
#include "agents/explanation_words.hpp"

namespace guardian::agents {
namespace {

using core::Audience;
using core::ClaimKind;
using core::Finding;
using core::Review;
using core::Severity;

constexpr Audience clinician = Audience::clinician;

std::string drugs_of(const Finding& finding) {
  if (!finding.medicines.empty()) return listed(finding.medicines);
  Texts names;
  for (const std::string& subject : finding.subjects) names.push_back(quoted(subject));
  return listed(names);
}

std::string hazard(const Finding& finding) {
  const TypeWords& type = words_of(finding.type);
  const SeverityWords& severity = words_of(finding.severity);
  const std::string with = listed(other_subjects(finding));
  const std::string drugs = drugs_of(finding);
  const std::string pattern =
      type.clinician_whole.empty()
          ? std::string(type.clinician) + " " +
                std::string(finding.contraindication ? severity.contraindicated : severity.clinician)
          : std::string(type.clinician_whole);
  return sentence(filled(pattern, {{"drugs", drugs},
                                   {"with", with},
                                   {"and_with", with.empty() ? with : " and " + with},
                                   {"severity", to_string(finding.severity)}}));
}

std::string reasons(const Finding& finding, const ContextLines& context) {
  std::string text = sentence(finding.mechanism);
  for (const std::string& line : context.reasons) text += (text.empty() ? "" : " ") + sentence(line);
  if (finding.inferred) {
    text += std::string(text.empty() ? "" : " ") +
            "Inferred from what is known of each medicine; no source was cited for the combination.";
  }
  return text;
}

std::string monitoring(const Finding& finding) {
  std::string text;
  for (const std::string& item : finding.monitoring) text += (text.empty() ? "Monitor: " : "; ") + item;
  text = sentence(text);
  if (!finding.onset.empty()) text += (text.empty() ? "" : " ") + sentence("Onset: " + finding.onset);
  return text;
}

std::string urgency(const Review& review, const Finding& finding) {
  const Texts orders = ordered_medicines(review, finding);
  if (!orders.empty()) return sentence("before the first dose of " + listed(orders));
  return sentence(words_of(urgency_of(review, finding)).clinician);
}

// What the text rests on that a list of medicines would not show.
std::string provenance(const Finding& finding) {
  constexpr std::string_view note = "note:";
  std::string text;
  if (finding.via.rfind(note, 0) == 0) {
    text = "It rests on words of the note: " + quoted(std::string_view(finding.via).substr(note.size())) + ".";
  }
  constexpr std::string_view agent = "agent:";
  if (finding.source.rfind(agent, 0) == 0) {
    text += std::string(text.empty() ? "" : " ") + "Proposed by the " + finding.source.substr(agent.size()) +
            " agent; no rule confirms it.";
  }
  return text;
}

std::string count_text(const Review& review) {
  std::string text;
  for (const Severity severity : {Severity::critical, Severity::major, Severity::moderate, Severity::minor}) {
    const auto count = std::count_if(review.findings.begin(), review.findings.end(),
                                     [&](const Finding& finding) { return finding.severity == severity; });
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(to_string(severity));
  }
  return text;
}

std::string plan_text(const core::Plan& plan) {
  if (!plan.needed) return {};
  if (!plan.feasible || plan.best.empty())
    return "No change of single medicines was found that clears the critical and major findings.";
  std::string text;
  for (const core::PlanChange& change : plan.best.front().changes) {
    std::string what;
    switch (change.action) {
      case core::PlanAction::keep: continue;
      case core::PlanAction::monitor: what = "monitor " + change.medicine; break;
      case core::PlanAction::space: what = "space the doses of " + change.medicine; break;
      case core::PlanAction::adjust_dose: what = "adjust the dose of " + change.medicine; break;
      case core::PlanAction::switch_to: what = "replace " + change.medicine + " by " + change.to; break;
      case core::PlanAction::stop: what = "stop " + change.medicine; break;
    }
    text += (text.empty() ? "" : "; ") + what;
  }
  if (text.empty()) return {};
  return sentence("The least change that answers the critical and major findings, for a clinician to judge: " + text);
}

std::string missing_text(const Review& review, bool must_know) {
  Texts wanted;
  for (const core::NotAssessed& missing : review.not_assessed) {
    if (is_must_known(review, missing.wanted) == must_know &&
        std::find(wanted.begin(), wanted.end(), missing.wanted) == wanted.end())
      wanted.push_back(missing.wanted);
  }
  std::string text;
  for (const std::string& fact : wanted) text += (text.empty() ? "" : "; ") + fact;
  return text;
}

}  // namespace

void add_clinician_claims(const Review& review, ClaimList& claims) {
  Texts grave;
  Texts changing;  // what the plan answers
  for (const Finding& finding : review.findings) {
    if (finding.severity == Severity::critical) grave.push_back(finding.id);
    if (finding.severity >= Severity::major) changing.push_back(finding.id);
  }
  const std::size_t medicines = review.resolved.size();
  std::string what = "Decision " + std::string(decision_words(review.decision)) + ".";
  what += review.findings.empty()
              ? " No finding among the " + number_word(medicines) + (medicines == 1 ? " medicine" : " medicines") +
                    " that " + (medicines == 1 ? "was" : "were") + " read; what was not looked at is said below."
              : " Findings: " + count_text(review) + ".";
  claims.add(clinician, ClaimKind::what, what, grave.empty() ? changing : grave);

  if (review.triage && review.triage->level > core::TriageLevel::routine) {
    std::string reasons;
    for (const std::string& reason : review.triage->reasons) reasons += (reasons.empty() ? "" : "; ") + reason;
    std::string text = sentence("triage: " + std::string(words_of(review.triage->level).clinician));
    if (!reasons.empty()) text += " " + sentence("reasons: " + reasons);
    claims.add(clinician, ClaimKind::urgency, text, changing);
    for (const core::RedFlag& flag : review.triage->red_flags) {
      std::string act = sentence(flag.title);
      if (!flag.seen.empty()) act += " Seen: " + sentence(listed(flag.seen));
      claims.add(clinician, ClaimKind::action, act + " " + sentence(flag.action), {}, evidence_ids(flag.evidence));
    }
  }
  if (review.plan) claims.add(clinician, ClaimKind::action, plan_text(*review.plan), changing);

  for (const core::UnresolvedMedication& medication : review.unresolved) {
    claims.add(clinician, ClaimKind::unknown,
               "Not resolved and not checked: " +
                   quoted(medication.text.empty() ? medication.element : medication.text) + ".");
  }
  if (const std::string facts = missing_text(review, true); !facts.empty())
    claims.add(clinician, ClaimKind::unknown, sentence("The review is incomplete until these are known: " + facts));
  for (const core::Degradation& failed : review.degradations) {
    claims.add(clinician, ClaimKind::unknown,
               sentence("Did not take part: " + failed.agent + " (" + failed.reason +
                        "); the findings of the engine are whole all the same"));
  }
  if (const std::string facts = missing_text(review, false); !facts.empty())
    claims.add(clinician, ClaimKind::scope, sentence("Not looked at for want of facts: " + facts));
}

void add_clinician_claims(const Review& review, const Finding& finding, ClaimList& claims) {
  const ContextLines context = context_lines(finding);
  const Texts evidence = evidence_ids(finding.evidence);
  claims.add(clinician, ClaimKind::what, hazard(finding), {}, evidence);
  claims.add(clinician, ClaimKind::why, reasons(finding, context), {}, evidence);
  const bool is_critical = finding.severity == Severity::critical;
  std::string effect = sentence(finding.effect);
  if (effect.empty() && is_critical) effect = "What can happen is not stated in the rule.";
  claims.add(clinician, ClaimKind::effect, effect, {}, evidence);
  std::string action = sentence(finding.management);
  if (action.empty() && is_critical) action = "Do not give it as it stands; what to do instead is not stated.";
  claims.add(clinician, ClaimKind::action, action, {}, evidence);
  if (finding.severity >= Severity::major) claims.add(clinician, ClaimKind::urgency, urgency(review, finding));
  claims.add(clinician, ClaimKind::watch, monitoring(finding), {}, evidence);
  for (const std::string& line : context.unknown) claims.add(clinician, ClaimKind::unknown, sentence(line));
  claims.add(clinician, ClaimKind::unknown, provenance(finding));
}

}  // namespace guardian::agents
