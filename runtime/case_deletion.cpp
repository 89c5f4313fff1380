#include "runtime/case_deletion.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "knowledge/drug_causes.hpp"
#include "knowledge/text.hpp"

namespace guardian::runtime {
namespace {

using audit::ItemSet;

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

// Results by their element, with a usual value.
using UsualResults = std::map<std::string, core::LabResult>;

core::Case without(const core::Case& subject, const std::set<std::string>& gone, const UsualResults& usual) {
  core::Case rest = subject;
  std::erase_if(rest.medications, [&](const core::MedicationEntry& entry) { return gone.contains(entry.element); });
  keep(rest.patient.conditions, conditions, gone);
  keep(rest.patient.allergies, allergies, gone);
  keep(rest.patient.labs, labs, gone);
  for (const auto& [element, result] : usual) {
    if (gone.contains(element)) rest.patient.labs.push_back(result);
  }
  return rest;
}

// The middle of the usual range; where it has one end only, well inside of that. No limit of a rule is meant by it.
std::optional<double> usual_value(const std::string& quantity) {
  constexpr double below = 0.5;
  constexpr double above = 1.25;
  for (const knowledge::UsualRange& range : knowledge::default_cause_tables().ranges) {
    if (range.quantity != quantity) continue;
    if (range.low && range.high) return 0.5 * (*range.low + *range.high);
    if (range.high) return below * *range.high;
    if (range.low) return above * *range.low;
  }
  return std::nullopt;
}

UsualResults usual_results(const core::Case& subject, const core::Review& review,
                           const std::vector<std::string>& items) {
  UsualResults usual;
  for (const core::StatedFact& fact : review.facts) {
    const bool is_item = std::find(items.begin(), items.end(), fact.from) != items.end();
    if (!is_item || !starts_with(fact.from, labs) || !fact.value || usual.contains(fact.from)) continue;
    const std::size_t place = std::stoul(fact.from.substr(labs.size()));
    const auto value = usual_value(fact.concept_name);
    if (!value || place >= subject.patient.labs.size()) continue;
    core::LabResult result = subject.patient.labs[place];
    result.value = *value;
    result.unit = fact.unit;
    usual.emplace(fact.from, std::move(result));
  }
  return usual;
}

double score_of(const core::Case& subject, const core::Finding& wanted, const std::set<std::string>& gone,
                const UsualResults& usual, knowledge::Screener& screener) {
  const auto screening = screener.screen(without(subject, gone, usual));
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
  const auto scored = [&subject, &finding, &screener, items](ItemSet kept, const UsualResults& usual) {
    std::set<std::string> gone;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if ((kept >> i & 1U) == 0) gone.insert(items[i]);
    }
    return score_of(subject, finding, gone, usual, screener);
  };
  problem.score = [scored](ItemSet kept) { return scored(kept, {}); };
  UsualResults usual = usual_results(subject, review, items);
  if (!usual.empty())
    problem.usual_score = [scored, usual = std::move(usual)](ItemSet kept) { return scored(kept, usual); };
  return problem;
}

}  // namespace guardian::runtime
