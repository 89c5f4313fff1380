#pragma once
// How far a batch is, for a person at a terminal: one line that is written over, with cases, rate, and the time left
// where the size of the input is known. Numbers of ours only. Belongs to one thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace guardian::adapters::batch {

struct BatchPosition {
  std::uint64_t cases = 0;
  std::uint64_t input_bytes = 0;
};

// "12,345 cases, 2,310/s, 41%, 3 min left". Rate and rest are those since `begun`; without a size no share is told.
[[nodiscard]] std::string progress_text(const BatchPosition& begun, const BatchPosition& now, double seconds,
                                        std::optional<std::uint64_t> input_size);

class ProgressLine {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `out` must outlive it.
  ProgressLine(std::ostream& out, bool shown, BatchPosition begun, std::optional<std::uint64_t> input_size,
               Clock now = {});
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void at(const BatchPosition& position);  // a few times a second at most
  void clear();                            // before something else is written there

 private:
  std::ostream& out_;
  bool shown_;
  BatchPosition begun_;
  std::optional<std::uint64_t> input_size_;
  Clock now_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
  bool is_there_ = false;
};

}  // namespace guardian::adapters::batch
