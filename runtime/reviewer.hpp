#pragma once
// A case in, a review out: the deterministic floor and what is decided from it. Agents and the audit join here later;
// they can only add. A reviewer belongs to one thread; the knowledge base it reads is shared.

#include <memory>
#include <string>

#include "core/case.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"

namespace guardian::runtime {

struct ReviewerOptions {
  // ISO country that decides brands when a case names none. A brand that means something else elsewhere is then shown
  // as such. The names of the knowledge base are those of the US.
  std::string default_locale = "US";
};

class Reviewer {
 public:
  explicit Reviewer(std::shared_ptr<const knowledge::KnowledgeBase> base, ReviewerOptions options = {});

  // `as_of` of the case must be set. The same case and knowledge base give the same review.
  [[nodiscard]] core::Result<core::Review> review(core::Case subject);

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  ReviewerOptions options_;
  knowledge::Screener screener_;
};

[[nodiscard]] std::string_view engine_version();

}  // namespace guardian::runtime
