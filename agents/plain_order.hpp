#pragma once
// An order in plain words ("give her Tylenol 650 mg every six hours by mouth as needed") as the structured text of an
// order in a case, by the grammar of orders; or a question back, with candidates, where something of it is missing or
// may mean several things. Nothing is guessed. Pure; thread-safe.

#include <string_view>
#include <variant>

#include "core/answer.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// What is read back from `text` of an order is the order itself.
using PlainOrder = std::variant<core::ReadOrder, core::AskedBack>;

[[nodiscard]] PlainOrder read_plain_order(const knowledge::KnowledgeBase& base, std::string_view words,
                                          std::string_view locale);

}  // namespace guardian::agents
