#pragma once
// How the Gemini service is reached: by which endpoint, as whom, with which models, within which limits. Plain data and
// pure functions; an instance may be shared by threads as long as nobody changes it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::gemini {

enum class Service : std::uint8_t {
  developer,  // Gemini Developer API: a key; its terms allow synthetic data only
  vertex      // Vertex AI: a bearer token, a project and a location
};

struct GeminiSettings {
  Service service = Service::developer;
  std::string base_url = "https://generativelanguage.googleapis.com";  // without a slash at the end
  std::string api_version = "v1beta";
  std::string project;                                                           // Vertex AI
  std::string location;                                                          // Vertex AI: a region, or `global`
  std::vector<std::string> models{"gemini-2.5-flash", "gemini-2.5-flash-lite"};  // the first is preferred

  std::string api_key;                     // Developer API
  std::string token_file;                  // Vertex AI: holds a bearer token
  std::vector<std::string> token_command;  // Vertex AI: program and arguments that print one

  int max_attempts = 3;  // of a call, all models together
  std::size_t most_reply_bytes = 4 * 1024 * 1024;
  std::size_t most_reply_depth = 64;        // of nested JSON
  std::size_t most_reply_values = 200'000;  // of JSON; each costs more memory than its bytes
  std::size_t most_connections = 8;         // at once; further calls wait
  std::chrono::milliseconds connect_timeout{3'000};
  std::chrono::seconds stall_timeout{60};  // without a byte; a model may think long
};

// Looks up an environment variable.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

// Reads the names that Google's SDKs use, and GUARDIAN_GEMINI_MODELS, GUARDIAN_GEMINI_TOKEN_FILE and
// GUARDIAN_GEMINI_TOKEN_COMMAND (docs/gemini.md). An empty variable counts as unset. The error names the variable,
// never its value. No key or token is no error: see has_credentials.
[[nodiscard]] core::Result<GeminiSettings> settings_from_environment(const Environment& environment);

[[nodiscard]] bool has_credentials(const GeminiSettings& settings) noexcept;

// 127.0.0.0/8, ::1 (also in brackets) or localhost: the only hosts that are spoken to without TLS.
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

// https://host[:port][/path], or http:// to a loopback host; no user, query or fragment.
[[nodiscard]] bool is_allowed_url(std::string_view url) noexcept;

// `method` is "generateContent", or "streamGenerateContent?alt=sse". The key is never part of a URL.
[[nodiscard]] std::string request_url(const GeminiSettings& settings, std::string_view model, std::string_view method);

}  // namespace guardian::adapters::gemini
