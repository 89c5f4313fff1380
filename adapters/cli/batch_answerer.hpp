#pragma once
// Answers the lines of a batch, one at a time: reviews or screens, each as a line of JSON. One for each thread; what
// all share must outlive it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/batch/ordered_work.hpp"
#include "adapters/cli/commands.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/cli/model_session.hpp"
#include "adapters/fhir/case_document.hpp"
#include "core/case.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/medicine_screen.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {

// What all threads share.
struct BatchUse {
  const BatchOptions& options;
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  const ModelSession& model;
  LedgerSession& ledger;
};

class BatchAnswerer {
 public:
  explicit BatchAnswerer(const BatchUse& use);

  void answer(batch::WorkedLines& lines);

 private:
  [[nodiscard]] std::string now() const;
  void answer_line(std::string_view text, batch::LineNote& note, bool too_long, batch::WorkedLines& lines);
  void review(fhir::CaseDocument document, std::string_view text, batch::LineNote& note, batch::WorkedLines& lines);
  void screen(core::Case subject, batch::LineNote& note, batch::WorkedLines& lines);

  const BatchUse& use_;
  ReviewManner manner_;
  std::optional<runtime::Orchestrator> orchestrator_;  // to review with
  std::optional<knowledge::MedicineScreen> screen_;    // to screen with
};

}  // namespace guardian::adapters::cli
