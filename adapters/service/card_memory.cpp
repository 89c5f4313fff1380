#include "adapters/service/card_memory.hpp"

#include <utility>

namespace guardian::adapters::service {
namespace {

template <class Value>
void put(std::unordered_map<std::string, Value>& map, std::deque<std::string>& order, std::size_t most,
         const std::string& key, Value value) {
  if (map.insert_or_assign(key, std::move(value)).second) order.push_back(key);
  while (order.size() > most) {
    map.erase(order.front());
    order.pop_front();
  }
}

}  // namespace

void CardMemory::remember(const std::string& uuid, ShownCard card) {
  const std::lock_guard lock(mutex_);
  put(cards_, card_order_, most_, uuid, std::move(card));
}

std::optional<ShownCard> CardMemory::find(const std::string& uuid) const {
  const std::lock_guard lock(mutex_);
  const auto found = cards_.find(uuid);
  return found == cards_.end() ? std::nullopt : std::optional<ShownCard>(found->second);
}

void CardMemory::remember_shown(const std::string& key) {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  put(shown_, shown_order_, most_, key, now);
}

bool CardMemory::was_shown(const std::string& key) const {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  const auto found = shown_.find(key);
  return found != shown_.end() && now - found->second < repeat_after_;
}

}  // namespace guardian::adapters::service
