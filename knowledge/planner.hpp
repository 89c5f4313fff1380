#pragma once
// The least-effort plan: the cheapest change of the medicines of a case after which the whole engine has no finding
// left that is grave enough to change therapy, brings no new one worth monitoring, and leaves no indication untreated.
// Exact within the options that the policy allows; proposals only. One thread; equal cases give equal plans.

#include <memory>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"
#include "core/plan.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/screened_case.hpp"

namespace guardian::knowledge {

class Planner {
 public:
  explicit Planner(std::shared_ptr<const KnowledgeBase> base, PlanPolicy policy = default_plan_policy());
  ~Planner();
  Planner(Planner&&) noexcept;
  Planner& operator=(Planner&&) noexcept;

  // `screened` and `findings` are what the screening of `subject` gave. Fails only when the texts of a rule cannot be
  // read from the knowledge base.
  [[nodiscard]] core::Result<core::Plan> plan(const ScreenedCase& screened, const core::Case& subject,
                                              const std::vector<core::Finding>& findings);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
