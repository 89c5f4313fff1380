#pragma once
// "Could it be a drug?" asked of a case: reads what is seen out of the question or, where it names nothing, out of the
// case, and since when medicines are taken out of the note. Belongs to one thread.

#include <memory>
#include <string_view>
#include <vector>

#include "core/case.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"
#include "knowledge/suspect_medicines.hpp"

namespace guardian::agents {

struct Causes {
  std::vector<knowledge::Manifestation> seen;  // empty: neither question nor case shows anything
  bool from_case = false;                      // the question named nothing
  knowledge::CauseAnswer answer;
};

class CauseQuestion {
 public:
  // `subject` must outlive it.
  CauseQuestion(std::shared_ptr<const knowledge::KnowledgeBase> base, const core::Case& subject);

  [[nodiscard]] core::Result<Causes> ask(std::string_view question);

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  knowledge::Screener screener_;
  const core::Case& subject_;
};

}  // namespace guardian::agents
