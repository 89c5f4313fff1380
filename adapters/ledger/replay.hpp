#pragma once
// Makes a recorded review again, offline, from the row alone: the case as it came, and what the models answered then.

#include <memory>
#include <string>

#include "adapters/ledger/review_record.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters {

struct Replay {
  core::Review review;        // as it comes out now, without its place in the ledger
  bool same = false;          // to the byte
  std::string other_version;  // of the program that made it, when it was another one
};

// `knowledge_unavailable` when `base` is not the knowledge base that the review was made with; it is named.
[[nodiscard]] core::Result<Replay> replay(const SealedReview& recorded,
                                          const std::shared_ptr<const knowledge::KnowledgeBase>& base);

}  // namespace guardian::adapters
