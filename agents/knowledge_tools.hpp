#pragma once
// The look-ups that agents have: what a medicine is, what the engine says of some together, and of the case with
// medicines added or taken away. Read-only; each result carries the ids of the rows it rests on.

#include <memory>
#include <vector>

#include "agents/tool.hpp"
#include "core/case.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screener_pool.hpp"

namespace guardian::agents {

// Those that know nothing of the case but its country.
[[nodiscard]] std::vector<std::unique_ptr<Tool>> look_up_tools(
    const std::shared_ptr<const knowledge::KnowledgeBase>& base, const core::Case& subject,
    const std::shared_ptr<knowledge::BorrowedScreener>& screener);

// The look-ups and the what-if of the case. `subject` must outlive the tools. They borrow a screener of `screeners`
// when one of them first needs it; null: they make one.
[[nodiscard]] ToolBox knowledge_tools(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                      const core::Case& subject,
                                      std::shared_ptr<knowledge::ScreenerPool> screeners = nullptr);

}  // namespace guardian::agents
