#pragma once
// The look-ups that agents have: what a medicine is, what the engine says of some together, and of the case with
// medicines added or taken away. Read-only; each result carries the ids of the rows it rests on.

#include <memory>
#include <vector>

#include "agents/tool.hpp"
#include "core/case.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// Those that know nothing of the case but its country.
[[nodiscard]] std::vector<std::unique_ptr<Tool>> look_up_tools(
    const std::shared_ptr<const knowledge::KnowledgeBase>& base, const core::Case& subject);

// The look-ups and the what-if of the case. `subject` must outlive the tools.
[[nodiscard]] ToolBox knowledge_tools(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                      const core::Case& subject);

}  // namespace guardian::agents
