#include "runtime/case_deletion.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "knowledge/text.hpp"

namespace guardian::runtime {
namespace {

constexpr std::string_view evidence_mark = "evidence:";
constexpr std::string_view conditions = "/patient/conditions/";
constexpr std::string_view allergies = "/patient/allergies/";
constexpr std::string_view labs = "/patient/labs/";

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

template <class T>
void keep(std::vector<T>& list, std::string_view place, const std::set<std::string>& gone) {
  std::vector<T> kept;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!gone.contains(std::string(place) + std::to_string(i))) kept.push_back(list[i]);
  }
  list = std::move(kept);
}

core::Case without(const core::Case& subject, const std::set<std::string>& gone) {
  core::Case rest = subject;
  std::erase_if(rest.medications, [&](const core::MedicationEntry& entry) { return gone.contains(entry.element); });
  keep(rest.patient.conditions, conditions, gone);
  keep(rest.patient.allergies, allergies, gone);
  keep(rest.patient.labs, labs, gone);
  return rest;
}

double score_of(const core::Case& subject, const core::Finding& wanted, const std::set<std::string>& gone,
                knowledge::Screener& screener) {
  const auto screening = screener.screen(without(subject, gone));
  if (!screening) return 0.0;
  double best = 0.0;
  for (const core::Finding& finding : screening->findings) {
    const bool shares = std::any_of(finding.rules.begin(), finding.rules.end(), [&](const std::string& rule) {
      return std::find(wanted.rules.begin(), wanted.rules.end(), rule) != wanted.rules.end();
    });
    const bool unproven = !finding.evidence.empty() &&
                          std::all_of(finding.evidence.begin(), finding.evidence.end(), [&](const auto& record) {
                            return gone.contains(std::string(evidence_mark) + record.id);
                          });
    if (finding.type != wanted.type || !shares || unproven) continue;
    best = std::max(best, (static_cast<double>(finding.severity) + 1.0) / 4.0);
  }
  return best;
}

// The words by which a text may point at an element.
std::vector<std::string> words_for(const core::Review& review, const std::string& element) {
  std::vector<std::string> words;
  for (const core::ResolvedMedication& medicine : review.resolved) {
    if (medicine.element != element) continue;
    words.insert(words.end(), medicine.ingredients.begin(), medicine.ingredients.end());
    words.push_back(knowledge::lower_case(medicine.text.substr(0, medicine.text.find(' '))));
  }
  for (const core::StatedFact& fact : review.facts) {
    if (fact.from != element) continue;
    std::string name = fact.concept_name;
    std::replace(name.begin(), name.end(), '_', ' ');
    words.push_back(knowledge::lower_case(name));
    if (!fact.words.empty()) words.push_back(knowledge::lower_case(fact.words));
  }
  return words;
}

}  // namespace

audit::DeletionProblem deletion_problem(const core::Case& subject, const core::Review& review,
                                        const core::Finding& finding, knowledge::Screener& screener,
                                        std::size_t most_runs) {
  audit::DeletionProblem problem;
  problem.finding = finding.id;
  problem.most_runs = most_runs;
  std::set<std::string> elements;
  for (const core::ResolvedMedication& medicine : review.resolved) elements.insert(medicine.element);
  for (const core::StatedFact& fact : review.facts) {
    if (starts_with(fact.from, conditions) || starts_with(fact.from, allergies) || starts_with(fact.from, labs))
      elements.insert(fact.from);
  }
  elements.erase("/note");

  std::string text;  // of the claims on what the finding is and why, to clinicians first
  std::vector<std::string> cited_evidence;
  if (review.explanation) {
    for (const core::Claim& claim : review.explanation->claims) {
      // What brings it about; tests and advice speak of more than that.
      const bool of_cause = claim.kind == core::ClaimKind::what || claim.kind == core::ClaimKind::why;
      if (claim.about != finding.id || !of_cause) continue;
      text += knowledge::lower_case(claim.text) + "\n";
      for (const std::string& id : claim.evidence) {
        if (std::find(cited_evidence.begin(), cited_evidence.end(), id) == cited_evidence.end())
          cited_evidence.push_back(id);
      }
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> mentioned;  // place in the text, item
  for (const std::string& element : elements) {
    std::size_t first = std::string::npos;
    for (const std::string& word : words_for(review, element)) first = std::min(first, text.find(word));
    const bool own = std::find(finding.elements.begin(), finding.elements.end(), element) != finding.elements.end();
    if (!own && first == std::string::npos) continue;
    if (starts_with(element, labs)) problem.unknown_items.push_back(problem.items.size());
    if (first != std::string::npos) mentioned.emplace_back(first, problem.items.size());
    problem.items.push_back(element);
  }
  std::sort(mentioned.begin(), mentioned.end());
  for (const auto& [place, item] : mentioned) problem.cited.push_back(item);
  for (const core::EvidenceRecord& record : finding.evidence) {
    if (std::find(cited_evidence.begin(), cited_evidence.end(), record.id) != cited_evidence.end())
      problem.cited.push_back(problem.items.size());
    problem.items.push_back(std::string(evidence_mark) + record.id);
  }
  const std::vector<std::string> items = problem.items;
  problem.score = [&subject, &finding, &screener, items](audit::ItemSet kept) {
    std::set<std::string> gone;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if ((kept >> i & 1U) == 0) gone.insert(items[i]);
    }
    return score_of(subject, finding, gone, screener);
  };
  return problem;
}

}  // namespace guardian::runtime
