#pragma once
// Words of everyday language, names of people and of places that are spelt nearly as a medicine is ("concert",
// "clarity", "diary"): such a word is what it says, and never a misspelling. Pure; thread-safe.

#include <string_view>

namespace guardian::knowledge {

// Whether a normalised word, or the word of which it is the plural, is one of them.
[[nodiscard]] bool is_everyday_word(std::string_view normalised);

// The words as they are built in, for tests: one or more a line, lines that begin with # are comments.
[[nodiscard]] std::string_view everyday_words_text();

}  // namespace guardian::knowledge
