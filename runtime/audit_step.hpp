#pragma once
// The audit of a review as a step: what the engine found, what is about to go out, and the engine itself for deletion.
// A model's text that is withheld gives way to the template. One thread; the knowledge base is shared.

#include <memory>
#include <optional>
#include <vector>

#include "agents/explanation_template.hpp"
#include "audit/trust_auditor.hpp"
#include "core/case.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"

namespace guardian::runtime {

struct AuditOptions {
  // Deletion with the engine as oracle: always for a model's text; for the template only when it is asked for.
  bool faithfulness_of_template = false;
  std::size_t most_engine_runs = 400;  // of one review
  audit::AuditPolicy policy;
  std::shared_ptr<const audit::Calibration> calibration;  // null: a fresh installation
};

class AuditStep {
 public:
  AuditStep(std::shared_ptr<const knowledge::KnowledgeBase> base, AuditOptions options);
  ~AuditStep();
  AuditStep(AuditStep&&) noexcept;
  AuditStep& operator=(AuditStep&&) noexcept;

  // `floor` is what the engine found. The template is written with `words` when it has to stand in.
  void run(const core::Case& subject, const std::vector<core::Finding>& floor,
           const std::optional<agents::ExplanationOptions>& words, core::Review& review);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::runtime
