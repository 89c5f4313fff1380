#pragma once
// The case with medicines added or taken away, and what the engine then finds that it did not, and no longer finds.
// Belongs to one thread; the knowledge base is shared.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"
#include "knowledge/screener_pool.hpp"

namespace guardian::agents {

struct MedicineChange {
  std::vector<std::string> add;     // as an order writes them
  std::vector<std::string> remove;  // by name
};

struct WhatIf {
  struct Changed {
    core::Finding before;
    core::Finding after;  // about the same subjects, of another severity
  };

  std::vector<core::Finding> gained;  // most severe first
  std::vector<core::Finding> ended;
  std::vector<Changed> changed;
  std::vector<core::NotAssessed> not_assessed;    // what could not be checked of what is new
  core::Decision before = core::Decision::clear;  // by the findings alone
  core::Decision after = core::Decision::clear;
};

class WhatIfScreen {
 public:
  // `subject` must outlive it and stay as it is. Without a screener it makes one.
  WhatIfScreen(std::shared_ptr<const knowledge::KnowledgeBase> base, const core::Case& subject,
               std::shared_ptr<knowledge::BorrowedScreener> screener = nullptr);

  // `not_found` for a medicine to add that is not known, or one to remove that is not in the case; the message says
  // which of the two and no name.
  [[nodiscard]] core::Result<WhatIf> run(const MedicineChange& change);

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  std::shared_ptr<knowledge::BorrowedScreener> screener_;
  const core::Case& subject_;
  std::optional<knowledge::Screening> before_;  // of the case as it is, once it was screened
};

}  // namespace guardian::agents
