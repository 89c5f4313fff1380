#pragma once
// What was shown to whom, for a while: so that feedback on a card finds its findings, and so that before signing need
// not be repeated what was shown while ordering (PDDI-CDS, coordinated services). Bounded. Safe to use from several
// threads.

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/cds_hooks/card.hpp"

namespace guardian::adapters::service {

struct ShownCard {
  std::string review;                 // by which the review can be looked at
  std::vector<std::string> findings;  // ids
  std::string service;

  friend bool operator==(const ShownCard&, const ShownCard&) = default;
};

class CardMemory {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  explicit CardMemory(std::size_t most = 20'000, std::chrono::minutes repeat_after = std::chrono::minutes{60},
                      Clock clock = &std::chrono::steady_clock::now)
      : most_(most), repeat_after_(repeat_after), clock_(std::move(clock)) {}

  void remember(const std::string& uuid, ShownCard card);
  [[nodiscard]] std::optional<ShownCard> find(const std::string& uuid) const;

  // `key` is all by which two showings are the same: clinician, patient, encounter, orders, words.
  void remember_shown(const std::string& key);
  [[nodiscard]] bool was_shown(const std::string& key) const;

 private:
  std::size_t most_;
  std::chrono::minutes repeat_after_;
  Clock clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, ShownCard> cards_;
  std::deque<std::string> card_order_;
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> shown_;
  std::deque<std::string> shown_order_;
};

}  // namespace guardian::adapters::service
