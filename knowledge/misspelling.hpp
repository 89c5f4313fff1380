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
  std::string reason;                // when nothing is accepted though something is near: why not
};

// Accepts a name of five letters or more at one change, of eight or more at two, when they are slips that people make:
// a letter swapped, doubled or left out, a neighbouring key, a like sound; with two changes the first letters agree.
// Numbers and words of one or two letters never count as misspelt ("vitamin d" is not "vitamin k"). The next name of
// another meaning must be clearly further off, and none within reach may be a listed look-alike of the best.
[[nodiscard]] Correction correct_spelling(const NameIndex& index, std::string_view normalised);

// What a name means, for comparison: equal for two names of the same ingredients.
using Meaning = std::vector<std::vector<IngredientIndex>>;
[[nodiscard]] Meaning meaning_of(std::span<const NameEntry> entries);

}  // namespace guardian::knowledge
