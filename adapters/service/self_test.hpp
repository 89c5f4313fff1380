#pragma once
// Whether the knowledge base that the service answers from still finds what is known to be critical: asked at the start
// and after each reload, told in /readyz and /metrics. Safe to use from several threads.

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/json/json_text.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::service {

struct SelfTestCounts {
  std::size_t rows = 0;
  std::size_t missed = 0;
};

// Fails when it cannot be run at all. Called by one thread at a time.
using SelfTestPort =
    std::function<core::Result<SelfTestCounts>(const std::shared_ptr<const knowledge::KnowledgeBase>& base)>;

class SelfTest {
 public:
  explicit SelfTest(SelfTestPort port) : port_(std::move(port)) {}

  // Runs it and keeps what came of it; nothing without a port. Gives what is wrong, in words for the log; else empty.
  [[nodiscard]] std::string run(const std::shared_ptr<const knowledge::KnowledgeBase>& base);

  // False when something was missed. A test that was not run, or could not be, says nothing against the service.
  [[nodiscard]] bool passed() const;
  [[nodiscard]] SelfTestCounts counts() const;  // zeros when it was not run

  // Members of an open object.
  void write(JsonText& out) const;

 private:
  SelfTestPort port_;
  mutable std::mutex mutex_;
  std::optional<core::Result<SelfTestCounts>> last_;
};

}  // namespace guardian::adapters::service
