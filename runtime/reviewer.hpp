#pragma once
// A case in, a review out: the deterministic floor and what is decided from it. Agents and the audit join here later;
// they can only add. A reviewer belongs to one thread; the knowledge base it reads is shared.

#include <memory>
#include <optional>
#include <string>

#include "agents/explanation_template.hpp"
#include "core/case.hpp"
#include "core/plan.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/planner.hpp"
#include "knowledge/screen.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::runtime {

struct ReviewerOptions {
  // ISO country that decides brands when a case names none. A brand that means something else elsewhere is then shown
  // as such. The names of the knowledge base are those of the US.
  std::string default_locale = "US";
  // Whether a review carries the least-effort plan, where a critical or major finding asks for one.
  bool with_plan = false;
  // What changes cost; empty: the default policy.
  std::optional<knowledge::PlanPolicy> policy = std::nullopt;
  // How the review is put into words; empty: it is not.
  std::optional<agents::ExplanationOptions> explanation = std::nullopt;
};

class Reviewer {
 public:
  explicit Reviewer(std::shared_ptr<const knowledge::KnowledgeBase> base, ReviewerOptions options = {});

  // `as_of` of the case must be set. The same case and knowledge base give the same review.
  [[nodiscard]] core::Result<core::Review> review(core::Case subject);

  // The review with the plan that belongs to it, which says itself when nothing is to clear.
  [[nodiscard]] core::Result<core::Review> plan_case(core::Case subject);

  // The facts of the last review; valid until the next one.
  [[nodiscard]] knowledge::ScreenedCase last() const { return screener_.last(); }

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  ReviewerOptions options_;
  knowledge::Screener screener_;
  std::optional<knowledge::Planner> planner_;  // made when it is first asked

  [[nodiscard]] core::Result<core::Review> planned_review(const core::Case& subject);
  [[nodiscard]] core::Result<core::Review> review_floor(const core::Case& subject);
  [[nodiscard]] core::Result<core::Plan> plan(const core::Case& subject, const core::Review& review);
};

[[nodiscard]] std::string_view engine_version();

}  // namespace guardian::runtime
