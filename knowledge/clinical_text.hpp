#pragma once
// Finds the phrases of a lexicon in a free clinical text (a note, a problem list entry), each with where it stands, and
// how it is meant: present, denied, doubted, only spoken of, of a relative, in the past. After NegEx (Chapman 2001) and
// ConText (Harkema 2009). Pure; takes any bytes; never fails; time is linear in the text. The lexicon is immutable and
// safe to read from several threads.
//
// When a text can be read in two ways, the reading is the one that does not lose a finding: a scope ends rather early,
// and "no fever, melaena since yesterday" is `possible`.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/clinical_dates.hpp"
#include "knowledge/clinical_words.hpp"

namespace guardian::knowledge {

struct SymptomPatterns;

struct LexiconEntry {
  std::string phrase;
  std::vector<std::string> ids;  // none: the phrase is known and means nothing ("fall in hb" beside "fall")
};

enum class Assertion : std::uint8_t {
  present,
  absent,        // "no melaena", "PE ruled out"
  possible,      // thought of now: "?PE", "cannot exclude", "vs"
  hypothetical,  // not claimed of now: a risk, an advice, a fear, a test, a prophylaxis
  family,        // of a relative or another person
  past           // "history of", "resolved", "in 2019", "s/p"
};

[[nodiscard]] std::string_view to_string(Assertion assertion) noexcept;

// A word that is no finding and tells something of the patient beside them: the name of a value ("BP"), "allergic to".
struct LexiconLabel {
  std::string phrase;
  std::uint32_t label = 0;  // as numbered by the caller; phrases that occur twice: the first counts
};

struct TextSpan {
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;

  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

struct TextMention {
  std::vector<std::string> ids;
  TextSpan span;
  std::string quote;  // as written
  Assertion assertion = Assertion::present;
  std::optional<double> age_days;  // since the event, or since it began; nothing when not stated
  std::string cue;                 // the words that the assertion was read from; empty when it is present or of a date
  bool listed = false;             // past only because it stands in the list of past history ("PMH: anaemia, CKD")

  friend bool operator==(const TextMention&, const TextMention&) = default;
};

struct TextContext {
  std::string_view as_of = {};                   // ISO 8601; empty: dates of the calendar have no age
  std::optional<double> patient_age_years = {};  // for "as a child", "aged 12"
  bool any_case = false;                         // also "hit" for "HIT": wrong for a note
  bool is_list = false;  // an entry of a list of conditions, in which "no" denies one item: "no DM, CKD 4"
};

struct LabelMention {
  std::uint32_t label = 0;
  std::size_t first = 0;  // words [first, last) of the text
  std::size_t last = 0;
  Assertion assertion = Assertion::present;
  bool listed = false;  // as of a mention
  std::optional<double> age_days;

  friend bool operator==(const LabelMention&, const LabelMention&) = default;
};

// Words [first, last) of clinical_words() of a text.
struct WordRange {
  std::size_t first = 0;
  std::size_t last = 0;

  friend bool operator==(const WordRange&, const WordRange&) = default;
};

struct ScannedText {
  ClinicalWords words;
  std::vector<TextMention> mentions;
  std::vector<LabelMention> labels;
  std::vector<TimeWords> times;
};

class ClinicalLexicon {
 public:
  // The ids of a phrase that occurs twice are put together. Of "ckd 3b" also "CKD stage 3b", "stage IIIb CKD", "CKD3b".
  // Labels stand apart: they neither hide names nor part them. `patterns`, which may be null, name what no phrase
  // names.
  [[nodiscard]] static ClinicalLexicon build(std::span<const LexiconEntry> entries,
                                             std::span<const LexiconLabel> labels = {},
                                             const SymptomPatterns* patterns = nullptr);
  ClinicalLexicon(ClinicalLexicon&&) noexcept;
  ClinicalLexicon& operator=(ClinicalLexicon&&) noexcept;
  ~ClinicalLexicon();

  // In the order of the text. None overlaps another but those of patterns, which name something else.
  [[nodiscard]] std::vector<TextMention> scan(std::string_view text, const TextContext& context) const;

  // The same with labels, each as its own context has it, and the words and times of the text.
  [[nodiscard]] ScannedText scan_with_labels(std::string_view text, const TextContext& context) const;

  // How words are meant that the caller found in the text: in their order, none overlapping another. The label of each
  // is its place in `found`. Those that stand in a wider name of the lexicon are left out.
  [[nodiscard]] std::vector<LabelMention> in_context(std::string_view text, const TextContext& context,
                                                     std::span<const WordRange> found) const;

  // The ids of a text that is one phrase as a whole, however it is meant; empty when it is none.
  [[nodiscard]] std::span<const std::string> find(std::string_view phrase) const;

 private:
  struct Impl;
  explicit ClinicalLexicon(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
