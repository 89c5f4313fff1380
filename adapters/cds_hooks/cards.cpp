#include "adapters/cds_hooks/cards.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/cds_hooks/card_text.hpp"
#include "adapters/cds_hooks/suggestions.hpp"
#include "knowledge/digest.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

using core::Finding;
using core::FindingType;

constexpr std::string_view topic_system = "urn:guardian:finding-type";

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> reasons = {{
    {"benefit-outweighs-risk", "The benefit outweighs the risk"},
    {"tolerated-before", "Taken together before without harm"},
    {"will-monitor", "Will be monitored"},
    {"dose-adjusted", "The dose is adjusted"},
    {"no-alternative", "There is no alternative"},
    {"not-applicable", "Does not apply to this patient"},
    {"already-resolved", "Already dealt with"},
}};

// Findings about the same medicines are one problem.
struct Problem {
  std::vector<const Finding*> findings;  // worst first
  Indicator indicator = Indicator::info;
};

class CardMaker {
 public:
  CardMaker(const CardInput& input, const CardPolicy& policy, const BelongsTo& belongs)
      : input_(input), policy_(policy), belongs_(belongs) {}

  std::vector<Card> make() {
    std::vector<Problem> problems = gathered();
    std::vector<Card> cards;
    std::vector<const Finding*> folded;
    std::size_t interrupting = 0;
    for (const Problem& problem : problems) {
      const bool own = problem.indicator == Indicator::critical ||
                       (problem.indicator == Indicator::warning && interrupting++ < policy_.most_interruptive);
      if (own) {
        cards.push_back(card_of(problem));
      } else {
        folded.insert(folded.end(), problem.findings.begin(), problem.findings.end());
      }
    }
    add_folded(cards, folded, problems);
    return cards;
  }

  [[nodiscard]] std::vector<std::string> interrupted_orders() const {
    std::vector<std::string> elements;
    for (const Problem& problem : gathered()) {
      if (problem.indicator == Indicator::info) continue;
      for (const Finding* finding : problem.findings) {
        for (const std::size_t at : focused(*finding)) {
          const auto& medicine = input_.chart.medications[at];
          const bool known = std::find(elements.begin(), elements.end(), medicine.element) != elements.end();
          if (medicine.role == fhir::Role::draft && !known) elements.push_back(medicine.element);
        }
      }
    }
    return elements;
  }

 private:
  [[nodiscard]] bool speaks_of_chart() const { return input_.call.hook == Hook::patient_view; }

  // Whether a card is for this medicine: the draft that is selected, any draft that is about to be signed.
  [[nodiscard]] bool in_focus(const fhir::ChartMedication& medicine) const {
    switch (input_.call.hook) {
      case Hook::patient_view: return true;
      case Hook::order_select: {
        const auto& selected = input_.call.selections;
        return medicine.role == fhir::Role::draft &&
               std::find(selected.begin(), selected.end(), medicine.reference) != selected.end();
      }
      case Hook::order_sign:
      case Hook::order_dispatch: return medicine.role == fhir::Role::draft;
    }
    return true;
  }

  [[nodiscard]] std::vector<std::size_t> focused(const Finding& finding) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < input_.chart.medications.size(); ++i) {
      const auto& medicine = input_.chart.medications[i];
      if (in_focus(medicine) &&
          std::find(finding.elements.begin(), finding.elements.end(), medicine.element) != finding.elements.end()) {
        found.push_back(i);
      }
    }
    return found;
  }

  [[nodiscard]] bool relevant(const Finding& finding) const {
    if (speaks_of_chart() || finding.type == FindingType::prompt_injection) return true;
    return !focused(finding).empty();
  }

  [[nodiscard]] std::vector<Problem> gathered() const {
    std::vector<Problem> problems;
    for (const Finding& finding : input_.review.findings) {
      if (!relevant(finding)) continue;
      const auto same = std::find_if(problems.begin(), problems.end(), [&](const Problem& problem) {
        return !finding.elements.empty() && problem.findings.front()->elements == finding.elements;
      });
      if (same == problems.end()) {
        problems.push_back({{&finding}, indicator_of(finding, input_.review, belongs_)});
      } else {
        same->findings.push_back(&finding);
        same->indicator = std::max(same->indicator, indicator_of(finding, input_.review, belongs_));
      }
    }
    for (Problem& problem : problems) {
      std::stable_sort(problem.findings.begin(), problem.findings.end(),
                       [](const Finding* a, const Finding* b) { return core::weight(*a) > core::weight(*b); });
    }
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
      if (a.indicator != b.indicator) return a.indicator > b.indicator;
      return core::weight(*a.findings.front()) > core::weight(*b.findings.front());
    });
    return problems;
  }

  [[nodiscard]] Card started(Indicator indicator, const std::string& summary,
                             const std::vector<const Finding*>& findings) const {
    Card card;
    card.indicator = indicator;
    card.summary = one_line(summary);
    std::string key = input_.call.instance + "|card";
    for (const Finding* finding : findings) {
      card.findings.push_back(finding->id);
      key += '|' + finding->id;
    }
    card.uuid = uuid_of(key);
    card.link = input_.link;
    return card;
  }

  [[nodiscard]] Card card_of(const Problem& problem) const {
    const Finding& worst = *problem.findings.front();
    Card card = started(problem.indicator, worst.title, problem.findings);
    card.detail = detail_of(worst);
    if (problem.findings.size() > 1) {
      card.detail += "\n\n**Also about these medicines:**\n";
      for (std::size_t i = 1; i < problem.findings.size(); ++i) card.detail += '\n' + entry_of(*problem.findings[i]);
    }
    card.topic = {std::string(topic_system), std::string(core::to_string(worst.type)),
                  std::string(core::to_string(worst.type))};
    std::vector<std::size_t> drafts;
    for (const Finding* finding : problem.findings) {
      for (const std::size_t at : focused(*finding)) {
        const bool draft = input_.chart.medications[at].role == fhir::Role::draft;
        if (draft && std::find(drafts.begin(), drafts.end(), at) == drafts.end()) drafts.push_back(at);
      }
    }
    if (input_.without_alternatives && problem.indicator != Indicator::info)
      card.detail +=
          "\n\n*Alternatives were not looked for: the time of this call was short. The review may name some.*";
    const SuggestionInput suggesting{input_.call, input_.chart, input_.review, card.uuid, input_.alternatives};
    card.suggestions = suggestions_for(suggesting, drafts);
    if (input_.call.settings.record_issues.value_or(policy_.record_issues)) {
      for (Suggestion& issue : issue_suggestions(suggesting, problem.findings, !speaks_of_chart()))
        card.suggestions.push_back(std::move(issue));
    }
    for (const auto& [code, text] : reasons) {
      card.override_reasons.push_back({policy_.reasons_system, std::string(code), std::string(text)});
    }
    return card;
  }

  // What is not known is said where something is shown at all; by itself it interrupts nobody (the answer's extension
  // and the review have it in any case). On opening a chart it has a card of its own.
  void add_folded(std::vector<Card>& cards, const std::vector<const Finding*>& folded,
                  const std::vector<Problem>& problems) const {
    std::vector<std::string> unknown = unknowns();
    const bool alone = folded.empty();
    if (alone && (unknown.empty() || (problems.empty() && !speaks_of_chart() && !unread_medicines()))) return;
    if (!input_.call.settings.show_non_serious && unknown.empty()) return;
    std::string summary;
    if (folded.size() == 1 && unknown.empty()) {
      summary = folded.front()->title;
    } else if (alone) {
      summary = "Not everything could be checked: " + std::to_string(unknown.size()) +
                (unknown.size() == 1 ? " point" : " points");
    } else {
      summary = std::to_string(folded.size()) +
                (folded.size() == 1 ? " further point on these medicines" : " further points on these medicines");
      if (!unknown.empty()) summary += "; not everything could be checked";
    }
    Card card = started(Indicator::info, summary, folded);
    if (folded.size() == 1 && unknown.empty()) {
      card.detail = detail_of(*folded.front());
      const std::string type(core::to_string(folded.front()->type));
      card.topic = {std::string(topic_system), type, type};
    } else {
      for (const Finding* finding : folded) {
        if (!card.detail.empty()) card.detail += '\n';
        card.detail += entry_of(*finding);
      }
      if (!unknown.empty()) {
        if (!card.detail.empty()) card.detail += "\n\n";
        card.detail += "**Not checked, so not known to be safe:**\n";
        for (const std::string& text : unknown) card.detail += "\n- " + escaped(text);
      }
    }
    cards.push_back(std::move(card));
  }

  // A medicine of the chart that is not known was checked against nothing.
  [[nodiscard]] bool unread_medicines() const {
    return !input_.review.unresolved.empty() || !input_.chart.unread.empty() || !input_.chart.other_patients.empty();
  }

  [[nodiscard]] std::vector<std::string> unknowns() const {
    std::vector<std::string> texts = input_.missing;
    for (const core::UnresolvedMedication& name : input_.review.unresolved) {
      const bool shown =
          std::any_of(input_.review.findings.begin(), input_.review.findings.end(), [&](const Finding& finding) {
            return finding.type == FindingType::unresolved && relevant(finding) &&
                   std::find(finding.elements.begin(), finding.elements.end(), name.element) != finding.elements.end();
          });
      if (!shown) texts.push_back("The medicine \"" + name.text + "\" on the record: " + name.reason);
    }
    for (const fhir::Unread& resource : input_.chart.unread) {
      texts.push_back((resource.reference.empty() ? resource.element : resource.reference) + ": " + resource.reason);
    }
    for (const fhir::Unread& resource : input_.chart.other_patients) {
      texts.push_back((resource.reference.empty() ? resource.element : resource.reference) +
                      ": of another patient, not read");
    }
    for (const core::NotAssessed& entry : input_.review.not_assessed) {
      if (entry.must_know) texts.push_back("Needed and not known: " + entry.wanted);
    }
    for (const core::SetAside& rule : input_.review.set_aside) {
      std::string words = core::expired_words(rule);
      if (!words.empty()) texts.push_back("Expired: " + std::move(words));
    }
    std::vector<std::string> once;
    for (std::string& text : texts) {
      if (std::find(once.begin(), once.end(), text) == once.end()) once.push_back(std::move(text));
    }
    return once;
  }

  const CardInput& input_;
  const CardPolicy& policy_;
  const BelongsTo& belongs_;
};

}  // namespace

std::string uuid_of(const std::string& text) {
  std::string digits = knowledge::sha256_hex(text).substr(0, 32);
  digits[12] = '5';
  digits[16] = "89ab"[static_cast<unsigned char>(digits[16]) % 4];
  for (const std::size_t at : {8U, 13U, 18U, 23U}) digits.insert(at, 1, '-');
  return digits;
}

std::vector<std::string> interrupted_orders(const CardInput& input, const BelongsTo& belongs) {
  const CardPolicy any;
  return CardMaker(input, any, belongs).interrupted_orders();
}

std::vector<Card> cards_of(const CardInput& input, const CardPolicy& policy, const BelongsTo& belongs) {
  return CardMaker(input, policy, belongs).make();
}

}  // namespace guardian::adapters::cds_hooks
