#include "runtime/rescreen.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::runtime {
namespace {

constexpr std::size_t most_read = 20;       // of one agent
constexpr std::size_t longest_quote = 300;  // bytes
constexpr std::string_view in_note = "/note";

class Rescreener {
 public:
  Rescreener(const knowledge::KnowledgeBase& base, const core::Case& subject, const core::Review& floor,
             const agents::Proposal& proposal)
      : base_(base), subject_(subject), floor_(floor), proposal_(proposal), changed_(subject) {
    for (const core::ResolvedMedication& medicine : floor.resolved)
      known_.insert(medicine.ingredients.begin(), medicine.ingredients.end());
  }

  RescreenResult run(knowledge::Screener& screener) {
    for (const agents::NoteMedicine& medicine : proposal_.medicines) {
      if (const std::string_view why = add(medicine); !why.empty()) refuse("medicine: ", why);
    }
    for (const agents::NoteSymptom& symptom : proposal_.symptoms) {
      if (const std::string_view why = add(symptom); !why.empty()) refuse("symptom: ", why);
    }
    if (quotes_.empty()) return std::move(result_);
    auto screening = screener.screen(changed_);
    if (!screening) {
      refuse("note: ", "the case could not be screened again");
      return std::move(result_);
    }
    result_.screening = of_note(std::move(*screening));
    return std::move(result_);
  }

 private:
  void refuse(std::string_view what, std::string_view why) {
    result_.refused.push_back(std::string(what) + std::string(why));
  }

  [[nodiscard]] std::string_view check(const std::string& quote) const {
    if (quotes_.size() >= most_read) return "too many";
    if (quote.empty() || quote.size() > longest_quote) return "its quote is empty or too long";
    return subject_.note.find(quote) == std::string::npos ? "its quote is not in the note" : std::string_view{};
  }

  std::string_view add(const agents::NoteMedicine& medicine) {
    if (const std::string_view why = check(medicine.quote); !why.empty()) return why;
    if (medicine.text.empty() ||
        knowledge::lower_case(medicine.quote).find(knowledge::lower_case(medicine.text)) == std::string::npos)
      return "it is not in its quote";
    const auto resolution = knowledge::resolve(base_, {medicine.text, {}, {}, subject_.locale});
    if (!resolution.resolved) return "the knowledge base does not know it for sure";
    const auto& ingredients = resolution.interpretations.front().ingredients;
    const bool listed = std::all_of(ingredients.begin(), ingredients.end(), [&](knowledge::IngredientIndex index) {
      return known_.contains(base_.graph().ingredient_name(index));
    });
    if (listed) return "it is in the list already";
    core::MedicationEntry entry;
    entry.element = std::string(in_note) + "/" + std::to_string(quotes_.size());
    entry.text = medicine.text;
    entry.status = medicine.stopped ? core::MedicationStatus::stopped : core::MedicationStatus::active;
    entry.stopped_days_ago = medicine.stopped_days_ago;
    for (const knowledge::IngredientIndex index : ingredients) known_.insert(base_.graph().ingredient_name(index));
    quotes_.emplace(entry.element, medicine.quote);
    changed_.medications.push_back(std::move(entry));
    return {};
  }

  std::string_view add(const agents::NoteSymptom& symptom) {
    if (const std::string_view why = check(symptom.quote); !why.empty()) return why;
    if (base_.vocabulary().conditions.lexicon().find(symptom.name).empty())
      return "the knowledge base does not know it for sure";
    changed_.patient.conditions.push_back({symptom.name, {}, {}});
    quotes_.emplace(std::string(in_note) + "/" + std::to_string(quotes_.size()), symptom.quote);
    return {};
  }

  // What is new, and stands in the note instead of a place that the case has not got.
  Rescreening of_note(knowledge::Screening screening) {
    Rescreening found;
    found.agent = proposal_.agent;
    std::set<std::string> ids;
    for (const core::Finding& finding : floor_.findings) ids.insert(finding.id);
    for (core::Finding& finding : screening.findings) {
      if (ids.contains(finding.id)) continue;
      finding.via = "note:" + quote_of(finding);
      for (std::string& element : finding.elements) {
        if (element.rfind(in_note, 0) == 0) element = in_note;
      }
      found.findings.push_back(std::move(finding));
    }
    for (core::ResolvedMedication& medicine : screening.resolved) {
      if (medicine.element.rfind(in_note, 0) != 0) continue;
      medicine.element = in_note;
      found.resolved.push_back(std::move(medicine));
    }
    for (core::StatedFact& fact : screening.facts) {
      if (fact.from.rfind(in_note, 0) != 0 || fact.kind.find("drug") == std::string::npos) continue;
      fact.words = quotes_.at(fact.from.substr(0, fact.from.rfind('/')));
      fact.from = in_note;
      found.facts.push_back(std::move(fact));
    }
    if (screening.triage) {
      found.red_flags = std::move(screening.triage->red_flags);
      found.level = screening.triage->level;
    }
    return found;
  }

  // The words of its medicine, or of everything that was read when it rests on symptoms.
  std::string quote_of(const core::Finding& finding) const {
    for (const std::string& element : finding.elements) {
      if (const auto quote = quotes_.find(element); quote != quotes_.end()) return quote->second;
    }
    return quotes_.begin()->second;
  }

  const knowledge::KnowledgeBase& base_;
  const core::Case& subject_;
  const core::Review& floor_;
  const agents::Proposal& proposal_;
  core::Case changed_;
  std::set<std::string> known_;                // ingredients
  std::map<std::string, std::string> quotes_;  // by element
  RescreenResult result_;
};

}  // namespace

RescreenResult rescreen(const knowledge::KnowledgeBase& base, knowledge::Screener& screener, const core::Case& subject,
                        const core::Review& floor, const agents::Proposal& proposal) {
  return Rescreener(base, subject, floor, proposal).run(screener);
}

}  // namespace guardian::runtime
