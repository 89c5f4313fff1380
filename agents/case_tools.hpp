#pragma once
// The tools that ask the engine about the case itself: what if, kidney dose, plan, possible causes. Read-only; what
// they answer are names and ids of the knowledge base and numbers, no words of people, so that it may be sent to a
// model; its size is bounded.

#include <memory>
#include <vector>

#include "agents/tool.hpp"
#include "core/case.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screener_pool.hpp"

namespace guardian::agents {

// `subject` must outlive the tools.
[[nodiscard]] std::unique_ptr<Tool> what_if_tool(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                                 const core::Case& subject,
                                                 std::shared_ptr<knowledge::BorrowedScreener> screener);
[[nodiscard]] std::unique_ptr<Tool> kidney_dose_tool(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                                     const core::Case& subject);
[[nodiscard]] std::unique_ptr<Tool> plan_tool(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                              const core::Case& subject);
[[nodiscard]] std::unique_ptr<Tool> causes_tool(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                                const core::Case& subject);

// All that the safety agent may ask: these and the look-ups of knowledge_tools.hpp.
[[nodiscard]] std::vector<std::unique_ptr<Tool>> case_tools(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                                            const core::Case& subject);

}  // namespace guardian::agents
