#pragma once
// Plain words for what findings say in the words of a clinician: harms, conditions, tests. The table is
// agents/patient_words.tsv, built into the program. It stands here and not in the knowledge base because it is wording,
// not knowledge: a review is put into words from the review alone, also a recorded one whose knowledge base is gone.
// Immutable; safe to use from several threads.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::agents {

enum class WordKind : std::uint8_t { harm, grave, limit, subject, test };

struct PlainWords {
  WordKind kind = WordKind::harm;
  std::string plain;
  std::string watch;  // signs that call for help; may be empty
};

// What an effect says, for a patient.
struct PlainEffect {
  std::vector<const PlainWords*> harms;  // each once, in the order of the effect
  bool is_grave = false;                 // it speaks of death

  // Those that a patient is told of: more than three nobody keeps in mind.
  [[nodiscard]] std::vector<const PlainWords*> told() const;
};

class PatientWords {
 public:
  // A row that cannot be read, an unknown kind or a phrase given twice is an error with its line.
  [[nodiscard]] static core::Result<PatientWords> parse(std::string_view table);

  [[nodiscard]] PlainEffect effect(std::string_view text) const;

  // The row of the longest phrase that `text` begins with; null: none.
  [[nodiscard]] const PlainWords* subject(std::string_view text) const;
  [[nodiscard]] const PlainWords* test(std::string_view text) const;

 private:
  struct Phrase {
    std::vector<std::string> words;
    std::size_t row = 0;
  };
  using Phrases = std::map<std::string, std::vector<Phrase>, std::less<>>;  // by first word, the longest first

  std::vector<PlainWords> rows_;
  Phrases effects_;  // harm, grave and limit
  Phrases subjects_;
  Phrases tests_;

  [[nodiscard]] const PlainWords* at_start(const Phrases& phrases, std::string_view text) const;
};

// The table that is built in, and its text.
[[nodiscard]] const PatientWords& patient_words();
[[nodiscard]] std::string_view patient_words_text();

}  // namespace guardian::agents
