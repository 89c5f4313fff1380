#pragma once
// The look-ups that agents have: what a medicine is, what the engine says of some together, and of the case with
// medicines added or taken away. Read-only; each result carries the ids of the rows it rests on.

#include <memory>

#include "agents/tool.hpp"
#include "core/case.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// `subject` must outlive the tools.
[[nodiscard]] ToolBox knowledge_tools(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                      const core::Case& subject);

}  // namespace guardian::agents
