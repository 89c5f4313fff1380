#include "adapters/service/self_test.hpp"

#include <exception>
#include <utility>

namespace guardian::adapters::service {

std::string SelfTest::run(const std::shared_ptr<const knowledge::KnowledgeBase>& base) {
  if (!port_) return {};
  auto result = [&]() -> core::Result<SelfTestCounts> {
    try {
      return port_(base);
    } catch (const std::exception&) {
      return core::fail(core::ErrorCode::io_failure, "there was no memory for it");
    }
  }();
  std::string wrong;
  if (!result) {
    wrong = "the self-test was not run: " + result.error().message;
  } else if (result->missed > 0) {
    wrong = std::to_string(result->missed) + " of " + std::to_string(result->rows) +
            " known critical interactions are missed; guardian regress names them";
  }
  const std::lock_guard lock(mutex_);
  last_ = std::move(result);
  return wrong;
}

bool SelfTest::passed() const {
  const std::lock_guard lock(mutex_);
  return !last_ || !*last_ || (*last_)->missed == 0;
}

SelfTestCounts SelfTest::counts() const {
  const std::lock_guard lock(mutex_);
  return last_ && *last_ ? **last_ : SelfTestCounts{};
}

void SelfTest::write(JsonText& out) const {
  const std::lock_guard lock(mutex_);
  const bool was_run = last_ && *last_;
  out.flag("run", was_run);
  if (!was_run) return;
  out.number("rows", static_cast<double>((*last_)->rows));
  out.number("missed", static_cast<double>((*last_)->missed));
}

}  // namespace guardian::adapters::service
