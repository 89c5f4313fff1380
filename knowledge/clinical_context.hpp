#pragma once
// How the words around a named finding make it meant: what stands before it (a walk over the text that keeps the cue in
// force) and what stands behind it. The working part of `clinical_text`. Pure and thread-safe.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/clinical_cues.hpp"
#include "knowledge/clinical_dates.hpp"
#include "knowledge/clinical_words.hpp"
#include "knowledge/phrase_table.hpp"

namespace guardian::knowledge {

// A text with the names and cues that start at each word.
struct MarkedText {
  ClinicalWords words;
  std::vector<WordId> ids;  // of the words, in the vocabulary of the lexicon
  std::vector<PhraseTable::Match> names;
  std::vector<PhraseTable::Match> cues;
  std::vector<std::uint8_t> in_time;  // whether the word is part of a time
  std::vector<TimeWords> times;
  std::span<const Cue> cue_table;
  bool is_list = false;  // an entry of a list of conditions, not a note

  [[nodiscard]] std::size_t size() const { return words.size(); }
  [[nodiscard]] const Cue* cue_at(std::size_t i) const {
    return i < cues.size() && cues[i].words > 0 ? &cue_table[cues[i].phrase] : nullptr;
  }
};

struct NamedWords {
  std::size_t first = 0;  // words [first, last)
  std::size_t last = 0;
  std::uint32_t phrase = 0;
  CueKind kind = CueKind::none;  // none, negation, doubt, hypothetical or past
  bool family = false;
  std::size_t cue_first = 0;  // the words of the cue; of the family cue when there is no other
  std::size_t cue_last = 0;
  bool listed = false;      // past only by the heading of a list of past history
  bool later_item = false;  // a list that the cue governs has come to this: behind "," or "and", and no "or"
};

// The names of a text in their order, each with the cue in force before it.
[[nodiscard]] std::vector<NamedWords> names_in_context(const MarkedText& text);

struct CueBehind {
  PostKind kind = PostKind::none;
  std::size_t first = 0;
  std::size_t last = 0;
};

// What is said behind the name at `position` of `names`, of it or of the list that it is in.
[[nodiscard]] CueBehind cue_behind(const MarkedText& text, std::span<const NamedWords> names, std::size_t position);

}  // namespace guardian::knowledge
