#pragma once
// The words and numbers of a text as the mask looks at them. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agents/mask_lexicon.hpp"

namespace guardian::agents {

// Letters and digits without a blank or sign between them; an apostrophe between letters is one of them.
struct MaskToken {
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  std::string lower;
  WordTraits traits;  // of a word of letters
  std::size_t digits = 0;
  std::size_t changes = 0;    // between letters and digits
  bool letters = false;       // at least one
  bool foreign = false;       // letters or bytes that are not ASCII
  bool capital = false;       // the first letter
  bool small = false;         // any letter is
  bool sentence = false;      // it begins one
  bool colon_before = false;  // behind a colon
};

[[nodiscard]] std::vector<MaskToken> mask_tokens(std::string_view text, const MaskLexicon& lexicon);

}  // namespace guardian::agents
