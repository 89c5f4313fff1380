#pragma once
// Screeners that are made once and lent: making one takes longer than many screens, since it lays out the rules anew.
// Safe to use from several threads; a lent screener belongs to its borrower's thread.

#include <memory>
#include <mutex>
#include <vector>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"

namespace guardian::knowledge {

class ScreenerPool {
 public:
  explicit ScreenerPool(std::shared_ptr<const KnowledgeBase> base);

  // Lent until the pointer is gone; goes back to the pool, and must not outlive it.
  struct GiveBack {
    ScreenerPool* pool = nullptr;
    void operator()(Screener* screener) const;
  };
  using Lent = std::unique_ptr<Screener, GiveBack>;
  [[nodiscard]] Lent lend();

  [[nodiscard]] std::size_t made() const;

 private:
  std::shared_ptr<const KnowledgeBase> base_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Screener>> idle_;
  std::size_t made_ = 0;
};

// A screener that is borrowed when it is first needed, and kept until this is gone. Belongs to one thread.
class BorrowedScreener {
 public:
  explicit BorrowedScreener(std::shared_ptr<ScreenerPool> pool);
  [[nodiscard]] Screener& get();

 private:
  std::shared_ptr<ScreenerPool> pool_;
  ScreenerPool::Lent lent_;  // goes back before the pool may end
};

}  // namespace guardian::knowledge
