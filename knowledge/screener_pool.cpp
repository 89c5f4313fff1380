#include "knowledge/screener_pool.hpp"

#include <utility>

namespace guardian::knowledge {

ScreenerPool::ScreenerPool(std::shared_ptr<const KnowledgeBase> base) : base_(std::move(base)) {}

ScreenerPool::Lent ScreenerPool::lend() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Lent lent(idle_.back().release(), GiveBack{this});
      idle_.pop_back();
      return lent;
    }
    ++made_;
  }
  return Lent(std::make_unique<Screener>(base_).release(), GiveBack{this});
}

void ScreenerPool::GiveBack::operator()(Screener* screener) const {
  std::unique_ptr<Screener> back(screener);
  const std::lock_guard lock(pool->mutex_);
  pool->idle_.push_back(std::move(back));
}

std::size_t ScreenerPool::made() const {
  const std::lock_guard lock(mutex_);
  return made_;
}

BorrowedScreener::BorrowedScreener(std::shared_ptr<ScreenerPool> pool) : pool_(std::move(pool)) {}

Screener& BorrowedScreener::get() {
  if (!lent_) lent_ = pool_->lend();
  return *lent_;
}

}  // namespace guardian::knowledge
