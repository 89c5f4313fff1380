#pragma once
// Whether a spelling that nobody knows is one known name misspelt, and surely no other. Pure and thread-safe.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/name_index.hpp"

namespace guardian::knowledge {

struct Correction {
  std::optional<NearName> accepted;
  std::vector<NearName> candidates;  // within reach, the best one of each meaning, best first
  std::vector<NearName> further;     // too far off to count, near enough to show
  std::string reason;                // when nothing is accepted though something is near: why not
};

// Accepts a name of five letters or more at one change, of eight or more at two, when they are slips that people make:
// a letter swapped, doubled or left out, a neighbouring key, a like sound; with two changes the first letters agree.
// When no other drug is within two changes, one letter may be wrong in any way (names of six letters or more, brands of
// seven, the first letter of generic names of nine), and a generic name of ten letters may have two slips of any kind.
// Numbers and words of one or two letters never count as misspelt ("vitamin d" is not "vitamin k"), nor does a word of
// everyday language. The next name of another meaning must be clearly further off, none within reach may be a listed
// look-alike of the best, and none may be two slips away when the best is one (of eight letters or more).
[[nodiscard]] Correction correct_spelling(const NameIndex& index, std::string_view normalised);

// What a name means, for comparison: equal for two names of the same ingredients.
using Meaning = std::vector<std::vector<IngredientIndex>>;
[[nodiscard]] Meaning meaning_of(std::span<const NameEntry> entries);

}  // namespace guardian::knowledge
