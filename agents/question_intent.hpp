#pragma once
// What a question about a case is after, by a lexicon: which of the kinds that can be answered without a model, and
// which medicines it names. What it does not know it says. Pure; thread-safe.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

enum class Intent : std::uint8_t {
  unknown,
  add,       // "can I add ibuprofen?"
  pair,      // "is fluconazole safe with warfarin?"
  stop,      // "what if we stop the aspirin?"
  swap,      // "switch simvastatin to pravastatin"
  dose,      // "what dose of enoxaparin?", "is the metformin all right for her kidneys?"
  cause,     // "could it be a drug?"
  why,       // "why is warfarin flagged?"
  plan,      // "what should we do?"
  order,     // "give her Tylenol 650 mg every six hours"
  about,     // "what is Entresto?"
  overview,  // "what is wrong with this list?"
  urgency    // "how urgent is this?"
};
[[nodiscard]] std::string_view to_string(Intent intent) noexcept;  // empty of `unknown`

// An example of each kind of question, to be shown to whoever asked another.
[[nodiscard]] std::span<const std::string_view> what_can_be_asked();

struct QuestionMedicine {
  std::string words;  // as it is to be resolved: as written, or the name that is meant
  std::vector<knowledge::IngredientIndex> ingredients;  // empty: the words mean several things, or nothing
  std::vector<std::string> candidates;                  // of words that mean several things, or are misspelt
  bool in_case = false;

  friend bool operator==(const QuestionMedicine&, const QuestionMedicine&) = default;
};

struct QuestionReading {
  Intent intent = Intent::unknown;
  std::vector<QuestionMedicine> medicines;  // in the order of the question
  std::vector<std::string> groups;          // classes that it names ("statin"): no medicine can be taken from them

  friend bool operator==(const QuestionReading&, const QuestionReading&) = default;
};

// `in_case` are the ingredients of the case. `before` is the question before it, of which "and aspirin?" takes the
// intent and "is it safe?" the medicine; may be null.
[[nodiscard]] QuestionReading read_question(const knowledge::KnowledgeBase& base, std::string_view question,
                                            std::string_view locale, std::span<const std::string> in_case,
                                            const QuestionReading* before);

}  // namespace guardian::agents
