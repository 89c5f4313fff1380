#pragma once
// The bearer token for Vertex AI: from a file, read for every call because something else renews it, or printed by a
// command, kept until shortly before it expires. No message holds a token.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "adapters/gemini/settings.hpp"
#include "core/result.hpp"

namespace guardian::adapters::gemini {

struct PrintedToken {
  std::string token;
  std::chrono::seconds lifetime{300};  // of a bare token: it does not say how old it is
};

// A bare token, or a JSON object with `access_token` and perhaps `expires_in` (seconds). An empty token: neither.
[[nodiscard]] PrintedToken read_printed_token(std::string_view output);

// Safe to call from several threads at once: one of them runs the command, the others wait for it.
class BearerToken {
 public:
  using Clock = std::chrono::steady_clock;

  explicit BearerToken(const GeminiSettings& settings, std::function<Clock::time_point()> now = &Clock::now);

  // invalid_input: what came is no token; io_failure: nothing came, or not in time.
  [[nodiscard]] core::Result<std::string> get(Clock::time_point deadline, const std::stop_token& stop);

  // The service does not take it: the next `get` asks anew.
  void rejected(const std::string& token);

 private:
  [[nodiscard]] core::Result<PrintedToken> run_command(Clock::time_point deadline, const std::stop_token& stop) const;

  std::string file_;
  std::vector<std::string> command_;
  std::function<Clock::time_point()> now_;
  std::mutex mutex_;
  std::condition_variable_any done_;
  bool running_ = false;
  std::string token_;
  Clock::time_point expires_{};
};

}  // namespace guardian::adapters::gemini
