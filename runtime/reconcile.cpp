#include "runtime/reconcile.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "knowledge/finding_text.hpp"

namespace guardian::runtime {
namespace {

using core::Finding;
using core::FindingType;
using core::Severity;

constexpr std::size_t longest_text = 600;  // of a model, in bytes

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// A concern may be of a kind that rests on knowledge of medicines; the others say what the engine itself saw.
bool may_be_proposed(FindingType type) {
  switch (type) {
    case FindingType::unresolved:
    case FindingType::prompt_injection:
    case FindingType::look_alike: return false;
    case FindingType::drug_drug:
    case FindingType::cumulative:
    case FindingType::washout:
    case FindingType::duplicate:
    case FindingType::drug_allergy:
    case FindingType::drug_disease:
    case FindingType::drug_lab:
    case FindingType::drug_renal:
    case FindingType::drug_hepatic:
    case FindingType::dose:
    case FindingType::drug_age:
    case FindingType::pregnancy:
    case FindingType::lactation:
    case FindingType::drug_food:
    case FindingType::timing:
    case FindingType::route:
    case FindingType::monitoring:
    case FindingType::guideline: return true;
  }
  return false;
}

// Text of a model for people: without control characters, and of bounded length, cut between characters.
std::string plain(std::string_view text) {
  std::string clean;
  for (const char c : text) clean.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
  if (clean.size() > longest_text) {
    std::size_t end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0U) == 0x80U) --end;
    clean.resize(end);
  }
  return clean;
}

class Reconciliation {
 public:
  Reconciliation(core::Review floor, const std::string& note) : note_(note) {
    for (const Finding& finding : floor.findings) ids_.insert(finding.id);
    for (const core::ResolvedMedication& medicine : floor.resolved)
      known_.insert(medicine.ingredients.begin(), medicine.ingredients.end());
    assessment_.review = std::move(floor);
  }

  void add(const Rescreening& again) {
    core::Review& review = assessment_.review;
    core::AgentReport& report = report_of(again.agent);
    for (const core::ResolvedMedication& medicine : again.resolved)
      known_.insert(medicine.ingredients.begin(), medicine.ingredients.end());
    for (const Finding& finding : again.findings) {
      if (!ids_.insert(finding.id).second) continue;
      report.added.push_back(finding.id);
      added_.push_back(finding);
    }
    review.resolved.insert(review.resolved.end(), again.resolved.begin(), again.resolved.end());
    review.facts.insert(review.facts.end(), again.facts.begin(), again.facts.end());
    if (!review.triage) return;
    for (const core::RedFlag& flag : again.red_flags) {
      const auto& flags = review.triage->red_flags;
      const bool known =
          std::any_of(flags.begin(), flags.end(), [&](const core::RedFlag& other) { return other.id == flag.id; });
      if (!known) review.triage->red_flags.push_back(flag);
    }
    raise_triage(again.level, "what the note tells, read by the " + again.agent + " agent", report);
  }

  void add(const agents::Proposal& proposal) {
    core::AgentReport& report = report_of(proposal.agent);
    std::size_t taken = 0;
    for (const agents::Concern& concern : proposal.concerns) {
      if (const std::string_view why = refusal_of(concern, proposal, taken); !why.empty()) {
        refuse(proposal.agent, "concern: " + std::string(why));
        continue;
      }
      Finding finding;
      finding.type = concern.type;
      finding.severity = std::min(concern.severity, Severity::moderate);
      finding.subjects = concern.subjects;
      for (const std::string& subject : concern.subjects) {
        if (known_.contains(subject)) finding.medicines.push_back(subject);
      }
      finding.title = plain(concern.title);
      finding.mechanism = plain(concern.reason);
      finding.management = plain(concern.management);
      finding.source = "agent:" + proposal.agent;
      finding.inferred = true;
      finding.context = {"proposed by a model and confirmed by no rule: to be judged by the reader"};
      for (const std::string& row : concern.rows) finding.context.push_back("rests on " + row);
      finding.id = knowledge::finding_id(finding);
      if (says_already(finding) || !ids_.insert(finding.id).second) {
        refuse(proposal.agent, "concern: the engine says it already");
        continue;
      }
      ++taken;
      report.added.push_back(finding.id);
      added_.push_back(std::move(finding));
    }
    std::size_t raised = 0;
    for (const agents::FindingRaise& raise : proposal.raises) {
      if (const std::string_view why = this->raise(raise, proposal.agent, raised); !why.empty()) {
        refuse(proposal.agent, "raise: " + std::string(why));
      } else {
        ++raised;
        report.raised.push_back(raise.finding);
      }
    }
    for (const agents::TriageRaise& raise : proposal.triage) {
      if (raise.quote.empty() || note_.find(raise.quote) == std::string::npos) {
        refuse(proposal.agent, "triage: rests on words that are not in the note");
      } else {
        raise_triage(raise.level, "agent:" + proposal.agent + ": " + plain(raise.reason), report);
      }
    }
  }

  Assessment finish() {
    core::Review& review = assessment_.review;
    // Graver ones first; what the engine found stays before what was added at the same severity, and in its order.
    review.findings.insert(review.findings.end(), std::make_move_iterator(added_.begin()),
                           std::make_move_iterator(added_.end()));
    const auto graver = [](const Finding& left, const Finding& right) { return left.severity > right.severity; };
    if (!std::is_sorted(review.findings.begin(), review.findings.end(), graver))  // mostly nothing was added
      std::stable_sort(review.findings.begin(), review.findings.end(), graver);
    review.decision = std::max(review.decision, core::decide(review.findings, review.complete));
    for (const Refusal& refusal : assessment_.refusals) report_of(refusal.agent).refused.push_back(refusal.what);
    return std::move(assessment_);
  }

 private:
  core::AgentReport& report_of(const std::string& agent) {
    auto& agents = assessment_.review.agents;
    const auto found = std::find_if(agents.begin(), agents.end(),
                                    [&](const core::AgentReport& report) { return report.name == agent; });
    if (found != agents.end()) return *found;
    core::AgentReport report;
    report.name = agent;
    report.by = "rules";
    return agents.emplace_back(std::move(report));
  }

  void refuse(const std::string& agent, std::string what) { assessment_.refusals.push_back({agent, std::move(what)}); }

  std::string_view refusal_of(const agents::Concern& concern, const agents::Proposal& proposal,
                              std::size_t taken) const {
    if (taken >= most_concerns) return "too many";
    if (!may_be_proposed(concern.type)) return "not a kind that an agent may add";
    if (concern.title.empty() || concern.reason.empty()) return "without a title or a reason";
    const bool of_the_case = std::any_of(concern.subjects.begin(), concern.subjects.end(),
                                         [&](const std::string& subject) { return known_.contains(subject); });
    if (!of_the_case) return "not about a medicine of the case";
    if (concern.rows.empty()) return "rests on no row of the knowledge base";
    const bool seen = std::all_of(concern.rows.begin(), concern.rows.end(),
                                  [&](const std::string& row) { return has(proposal.rows_seen, row); });
    return seen ? std::string_view{} : "cites a row that no tool returned";
  }

  // Whether the engine has a finding of the kind about the same subjects.
  bool says_already(const Finding& concern) const {
    const auto same = [&](const Finding& finding) {
      return finding.type == concern.type && finding.subjects.size() == concern.subjects.size() &&
             std::is_permutation(finding.subjects.begin(), finding.subjects.end(), concern.subjects.begin());
    };
    return std::any_of(assessment_.review.findings.begin(), assessment_.review.findings.end(), same) ||
           std::any_of(added_.begin(), added_.end(), same);
  }

  std::string_view raise(const agents::FindingRaise& raise, const std::string& agent, std::size_t raised) {
    if (raised >= most_raises) return "too many";
    if (raise.reason.empty()) return "without a reason";
    auto& findings = assessment_.review.findings;
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& finding) { return finding.id == raise.finding; });
    if (found == findings.end()) return "of a finding that the engine does not have";
    if (found->raise) return "of a finding that is raised already";
    const Severity to = core::raised(found->severity);
    if (to == found->severity || to == Severity::critical) return "only a rule makes a finding critical";
    found->raise = core::Raise{"agent:" + agent, to, plain(raise.reason)};
    return {};
  }

  void raise_triage(core::TriageLevel level, const std::string& reason, core::AgentReport& report) {
    auto& triage = assessment_.review.triage;
    if (!triage || level <= triage->level) return;
    triage->level = level;
    std::string words(core::to_string(level));
    std::replace(words.begin(), words.end(), '_', ' ');
    triage->reasons.push_back(words + ": " + reason);
    if (!has(report.raised, "triage")) report.raised.emplace_back("triage");
  }

  const std::string& note_;
  Assessment assessment_;
  std::vector<Finding> added_;
  std::set<std::string> ids_;
  std::set<std::string> known_;  // ingredients of the case and of the note
};

}  // namespace

Assessment reconcile(core::Review floor, const std::vector<Rescreening>& rescreenings,
                     const std::vector<agents::Proposal>& proposals, const std::string& note) {
  Reconciliation reconciliation(std::move(floor), note);
  for (const Rescreening& again : rescreenings) reconciliation.add(again);
  for (const agents::Proposal& proposal : proposals) reconciliation.add(proposal);
  return reconciliation.finish();
}

}  // namespace guardian::runtime
