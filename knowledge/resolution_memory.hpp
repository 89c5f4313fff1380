#pragma once
// Orders that were read before. `resolve` of the same words by the same knowledge base gives the same, and most orders
// come again: what was read is kept, so that it cannot go stale and costs no second reading. Bounded; nothing of it is
// written anywhere. Belongs to one thread.

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "knowledge/resolver.hpp"

namespace guardian::knowledge {

class ResolutionMemory {
 public:
  // At most so many orders; more begin anew. The knowledge base must outlive the memory.
  explicit ResolutionMemory(const KnowledgeBase& base, std::size_t most = 4'096) : base_(base), most_(most) {}

  // As `resolve`.
  [[nodiscard]] std::shared_ptr<const Resolution> resolve(const ResolveRequest& request);

  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

 private:
  const KnowledgeBase& base_;
  std::size_t most_;
  std::string key_;
  std::unordered_map<std::string, std::shared_ptr<const Resolution>> known_;
};

}  // namespace guardian::knowledge
