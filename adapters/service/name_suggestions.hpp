#pragma once
// Names of medicines that begin as somebody types them, for the medicine box of the page. Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::service {

// JSON: {"names": [{"name", "kind", "ingredients": [...], "lookalikes": [...]}]}, at most `most` of them: ingredients
// before brands, short names before long ones.
[[nodiscard]] std::string suggest_names(const knowledge::KnowledgeBase& base, std::string_view beginning,
                                        std::size_t most);

}  // namespace guardian::adapters::service
