#include "adapters/gemini/bearer_token.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/gemini/child_output.hpp"
#include "adapters/gemini/json_limits.hpp"

namespace guardian::adapters::gemini {
namespace {

constexpr std::size_t most_token_bytes = 16 * 1024;
constexpr std::chrono::seconds most_lifetime{3600};
constexpr std::chrono::seconds early{60};  // before it expires: a call under way needs it too
constexpr std::chrono::seconds most_command_time{10};

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The characters of a bearer token (RFC 6750): nothing that could begin another header.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  });
}

core::Result<std::string> token_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most_token_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  if (text.empty()) return core::fail(core::ErrorCode::io_failure, "the token file cannot be read");
  PrintedToken printed = read_printed_token(text);
  if (printed.token.empty()) return core::fail(core::ErrorCode::invalid_input, "the token file holds no token");
  return std::move(printed.token);
}

}  // namespace

PrintedToken read_printed_token(std::string_view output) {
  PrintedToken printed;
  const std::string_view text = trimmed(output);
  if (text.size() > most_token_bytes) return printed;
  if (!text.empty() && text.front() == '{') {
    if (!within_limits(text, JsonLimits{})) return printed;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return printed;
    const auto token = json.find("access_token");
    if (token == json.end() || !token->is_string() || !is_token(token->get_ref<const std::string&>())) return printed;
    printed.token = token->get<std::string>();
    if (const auto lifetime = json.find("expires_in"); lifetime != json.end() && lifetime->is_number()) {
      const double seconds = std::clamp(lifetime->get<double>(), 0.0, static_cast<double>(most_lifetime.count()));
      printed.lifetime = std::chrono::seconds(static_cast<std::chrono::seconds::rep>(seconds));
    }
  } else if (is_token(text)) {
    printed.token = std::string(text);
  }
  return printed;
}

BearerToken::BearerToken(const GeminiSettings& settings, std::function<Clock::time_point()> now)
    : file_(settings.token_file), command_(settings.token_command), now_(std::move(now)) {}

core::Result<std::string> BearerToken::get(Clock::time_point deadline, const std::stop_token& stop) {
  if (!file_.empty()) return token_in(file_);
  {
    std::unique_lock lock(mutex_);
    if (!done_.wait_until(lock, stop, deadline, [this] { return !running_; })) {
      return core::fail(core::ErrorCode::io_failure, "the token command takes too long");
    }
    if (!token_.empty() && now_() < expires_) return token_;
    running_ = true;
  }
  core::Result<PrintedToken> printed = run_command(deadline, stop);
  const std::lock_guard lock(mutex_);
  running_ = false;
  done_.notify_all();
  if (!printed) return core::fail(printed.error());
  token_ = std::move(printed->token);
  expires_ = now_() + std::max(std::chrono::seconds(0), printed->lifetime - early);
  return token_;
}

void BearerToken::rejected(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (token_ == token) token_.clear();
}

core::Result<PrintedToken> BearerToken::run_command(Clock::time_point deadline, const std::stop_token& stop) const {
  const auto limit = std::min(deadline, Clock::now() + most_command_time);
  const auto output = output_of(command_, most_token_bytes, limit, stop);
  if (!output) return core::fail(core::ErrorCode::io_failure, "the token command failed or took too long");
  PrintedToken printed = read_printed_token(*output);
  if (printed.token.empty()) return core::fail(core::ErrorCode::invalid_input, "the token command printed no token");
  return printed;
}

}  // namespace guardian::adapters::gemini
