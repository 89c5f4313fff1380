#pragma once
// The words that say how a finding in a clinical text is meant: denied, doubted, only spoken of, in the family, in the
// past; and the words at which such a meaning ends. After NegEx (Chapman 2001) and ConText (Harkema 2009), in our
// words.

#include <cstdint>
#include <span>
#include <string_view>

namespace guardian::knowledge {

// What a cue does to what follows it.
enum class CueKind : std::uint8_t {
  none,
  negation,      // "no", "denies"
  doubt,         // "possible", "cannot exclude": someone thinks of it now
  hypothetical,  // "risk of", "return if": spoken of, not found
  past,          // "history of"
  family,        // "family history of"
  relative,      // "mother": unless she is the one who tells
  plain,         // looks like a cue and is none ("no increase in"): changes nothing
  link,          // may stand between two cues that act as one ("no [known] history of")
  conjunction_and,
  conjunction_or,
  stop,          // "but": all that was said before ends
  reason,        // "for", "due to": what follows is the reason, and is there
  verb,          // "has", "developed": a new clause, when something was named before
  strong_verb,   // "presents with"
  circumstance,  // "since", "after", "on": until the next comma, what follows is not what is denied
  subject,       // "he", "patient"
  current        // "ongoing", "worsening"
};

enum class CueScope : std::uint8_t {
  clause,  // to the end of the clause, over the commas of a list
  item,    // to the next comma
  next     // only what stands directly behind
};

// What a cue does to what stands before it.
enum class PostKind : std::uint8_t {
  none,
  absent,         // directly behind: "negative", "nil"
  absent_strong,  // also some words later: "was ruled out"
  doubt,
  unlikely,      // behind a doubt that is measured: "concern for HIT [is low]"
  hypothetical,  // "bleeding risk"
  past,          // "resolved"
  family,        // "in her mother"
  present,       // "confirmed"
  filler         // may stand between: "is", "was", "test"
};

struct Cue {
  CueKind kind = CueKind::none;
  CueScope scope = CueScope::clause;
  PostKind post = PostKind::none;
  bool section = false;  // may head the lines that follow ("Family history:")
};

struct CueGroup {
  CueKind kind;
  CueScope scope;
  PostKind post;
  bool section;
  std::string_view phrases;  // parted by "|"; may repeat a phrase of another group that has the other of kind and post
};

[[nodiscard]] std::span<const CueGroup> cue_groups();

// Abbreviations that are common words too: a text means them only in capitals ("HIT" and "hit his head").
[[nodiscard]] bool needs_capitals(std::string_view word);

// "no", "nil", "never": said before a name, or behind it as an answer.
[[nodiscard]] bool is_short_denial(std::string_view word);

// Whether a cue of doubt leans to no, or only plans to look: "SJS unlikely", "low suspicion for PE", "evaluate for
// bleeding if hemoglobin falls". `cue` as it stands in the text.
[[nodiscard]] bool leans_to_no(std::string_view cue);

// Words of a doubt that can be small: "concern", "suspicion".
[[nodiscard]] bool is_measured_doubt(std::string_view word);

}  // namespace guardian::knowledge
