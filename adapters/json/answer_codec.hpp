#pragma once
// Writes answers to questions about a case as the JSON of schema guardian-answer/1 (guardian schema answer). Pure; the
// same answers give the same bytes.

#include <string>

#include "core/answer.hpp"

namespace guardian::adapters {

// `pretty` indents by two blanks. No line end is added.
[[nodiscard]] std::string encode_conversation(const core::Conversation& conversation, bool pretty);

}  // namespace guardian::adapters
