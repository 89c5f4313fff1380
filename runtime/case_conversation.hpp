#pragma once
// Questions about one case: the review first, then answers that stand on it. Without a model the rules answer and
// nothing leaves the machine. Belongs to one thread; model and knowledge base are shared.

#include <chrono>
#include <memory>
#include <stop_token>
#include <string_view>

#include "core/answer.hpp"
#include "core/case.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::runtime {

struct ConversationOptions {
  ReviewerOptions reviewer;
  std::chrono::milliseconds each{20'000};  // of an answer of the model, retries included
  agents::LoopLimits loop;
};

class CaseConversation {
 public:
  // Reviews the case, without a model: its findings are what every answer stands on. `as_of` must be set. Fails only as
  // the reviewer does.
  [[nodiscard]] static core::Result<CaseConversation> open(std::shared_ptr<const knowledge::KnowledgeBase> base,
                                                           core::Case subject, ConversationOptions options,
                                                           ModelUse model = {});
  CaseConversation(CaseConversation&&) noexcept;
  CaseConversation& operator=(CaseConversation&&) noexcept;
  ~CaseConversation();

  [[nodiscard]] core::Answer ask(std::string_view question, const agents::EventSink& events = {},
                                 const std::stop_token& stop = {});

  [[nodiscard]] const core::Review& review() const;

 private:
  struct Impl;
  explicit CaseConversation(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::runtime
