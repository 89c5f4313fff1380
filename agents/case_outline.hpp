#pragma once
// What of a case may be sent to a model: an allow-list, with every free text masked. What is not named here stays: the
// id, dates, the locale, codes, height, elements that nobody reads. Pure.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/text_mask.hpp"
#include "core/case.hpp"
#include "core/finding.hpp"

namespace guardian::agents {

struct CaseOutline {
  struct Finding {
    std::string id;
    std::string type;
    std::string severity;
    std::string title;
  };

  std::string age;  // "61 years", "over 89 years", "5 months"; empty: not stated
  std::string sex;
  std::optional<double> weight_kg;
  std::string reproduction;  // "pregnant, 20 weeks", "breastfeeding"
  std::vector<std::string> conditions;
  std::vector<std::string> allergies;
  std::vector<std::string> labs;    // "potassium 4.1 mmol/L, 3 days ago"
  std::vector<std::string> vitals;  // "SpO2 96 %"
  std::vector<std::string> medicines;
  std::vector<std::string> orders;
  std::vector<Finding> findings;
  std::string note;  // masked; empty where notes are not to be sent
};

struct OutlineOptions {
  // False: no note, and of the other texts only what clinical_words leaves.
  bool with_free_text = true;
};

// `table` gets what was masked, so that an answer can be put back.
[[nodiscard]] CaseOutline outline(const core::Case& subject, std::span<const core::Finding> findings,
                                  const MaskLexicon& lexicon, MaskTable& table, OutlineOptions options = {});

// One fact a line, for a prompt.
[[nodiscard]] std::string to_text(const CaseOutline& outline);

}  // namespace guardian::agents
