#include "adapters/gemini/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace guardian::adapters::gemini {
namespace {

constexpr std::string_view vertex_version = "v1";

std::optional<std::string> value_of(const Environment& environment, std::string_view name) {
  auto value = environment(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

core::Error wrong(std::string_view variable, std::string_view what) {
  return {core::ErrorCode::invalid_input, std::string(variable) + " " + std::string(what)};
}

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A part of a URL's path that cannot lead to another path: not empty, and nothing that URLs give a meaning.
bool is_path_word(std::string_view text, std::string_view others = "-_.") noexcept {
  return !text.empty() && text.size() <= 128 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
}

// What may stand in a header: a line break in a key would begin a header of its own.
bool is_header_word(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto at = text.find(separator);
    const std::string_view part = trimmed(text.substr(0, at));
    if (!part.empty()) parts.emplace_back(part);
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<bool> as_boolean(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true" || lower == "1") return true;
  if (lower == "false" || lower == "0") return false;
  return std::nullopt;
}

std::string vertex_base(std::string_view location) {
  if (location == "global") return "https://aiplatform.googleapis.com";
  if (location == "us" || location == "eu")
    return "https://aiplatform." + std::string(location) + ".rep.googleapis.com";
  return "https://" + std::string(location) + "-aiplatform.googleapis.com";
}

std::optional<core::Error> read_base_url(const Environment& environment, std::string_view name,
                                         GeminiSettings& settings) {
  auto url = value_of(environment, name);
  if (!url) return std::nullopt;
  while (!url->empty() && url->back() == '/') url->pop_back();
  if (!is_allowed_url(*url)) return wrong(name, "must be an https:// URL (http:// only to this machine)");
  settings.base_url = std::move(*url);
  return std::nullopt;
}

std::optional<core::Error> read_vertex(const Environment& environment, GeminiSettings& settings) {
  settings.service = Service::vertex;
  settings.api_version = vertex_version;
  auto project = value_of(environment, "GOOGLE_CLOUD_PROJECT");
  if (!project || !is_path_word(*project, "-_.:")) return wrong("GOOGLE_CLOUD_PROJECT", "must name the project");
  settings.project = std::move(*project);
  auto location = value_of(environment, "GOOGLE_CLOUD_LOCATION");
  if (!location || !is_path_word(*location, "-")) return wrong("GOOGLE_CLOUD_LOCATION", "must name the region");
  settings.location = std::move(*location);
  settings.base_url = vertex_base(settings.location);
  settings.token_file = value_of(environment, "GUARDIAN_GEMINI_TOKEN_FILE").value_or("");
  settings.token_command = split(value_of(environment, "GUARDIAN_GEMINI_TOKEN_COMMAND").value_or(""), ' ');
  return read_base_url(environment, "GOOGLE_VERTEX_BASE_URL", settings);
}

std::optional<core::Error> read_developer(const Environment& environment, GeminiSettings& settings) {
  for (const std::string_view name : {"GOOGLE_API_KEY", "GEMINI_API_KEY"}) {
    auto key = value_of(environment, name);
    if (!key) continue;
    if (!is_header_word(*key)) return wrong(name, "must hold a key and nothing else");
    settings.api_key = std::move(*key);
    break;
  }
  return read_base_url(environment, "GOOGLE_GEMINI_BASE_URL", settings);
}

std::optional<core::Error> read_models(const Environment& environment, GeminiSettings& settings) {
  constexpr std::string_view name = "GUARDIAN_GEMINI_MODELS";
  const auto list = value_of(environment, name);
  if (!list) return std::nullopt;
  settings.models = split(*list, ',');
  const bool words = std::all_of(settings.models.begin(), settings.models.end(),
                                 [](const std::string& model) { return is_path_word(model); });
  if (settings.models.empty() || !words) return wrong(name, "must be a list of model names with commas between them");
  return std::nullopt;
}

// Four numbers up to 255 with dots between them, the first of them 127.
bool is_loopback_number(std::string_view host) noexcept {
  std::array<int, 4> numbers{};
  std::size_t at = 0;
  bool digits = false;
  for (const char c : host) {
    if (c == '.') {
      if (!digits || ++at == numbers.size()) return false;
      digits = false;
    } else if (c >= '0' && c <= '9') {
      if (digits && numbers[at] == 0) return false;  // 0177 is octal to some
      numbers[at] = numbers[at] * 10 + (c - '0');
      if (numbers[at] > 255) return false;
      digits = true;
    } else {
      return false;
    }
  }
  return at == 3 && digits && numbers[0] == 127;
}

}  // namespace

core::Result<GeminiSettings> settings_from_environment(const Environment& environment) {
  GeminiSettings settings;
  bool vertex = false;
  if (const auto wanted = value_of(environment, "GOOGLE_GENAI_USE_VERTEXAI")) {
    const auto answer = as_boolean(*wanted);
    if (!answer) return core::fail(wrong("GOOGLE_GENAI_USE_VERTEXAI", "must be true or false"));
    vertex = *answer;
  }
  if (auto error = vertex ? read_vertex(environment, settings) : read_developer(environment, settings)) {
    return core::fail(std::move(*error));
  }
  if (auto version = value_of(environment, "GEMINI_API_VERSION")) {
    if (!is_path_word(*version, "")) return core::fail(wrong("GEMINI_API_VERSION", "must be a version such as v1beta"));
    settings.api_version = std::move(*version);
  }
  if (auto error = read_models(environment, settings)) return core::fail(std::move(*error));
  return settings;
}

bool has_credentials(const GeminiSettings& settings) noexcept {
  switch (settings.service) {
    case Service::developer: return !settings.api_key.empty();
    case Service::vertex: return !settings.token_file.empty() || !settings.token_command.empty();
  }
  return false;
}

bool is_loopback(std::string_view host) noexcept {
  return host == "localhost" || host == "::1" || host == "[::1]" || is_loopback_number(host);
}

bool is_allowed_url(std::string_view url) noexcept {
  constexpr std::string_view secure = "https://";
  constexpr std::string_view plain = "http://";
  const bool encrypted = url.substr(0, secure.size()) == secure;
  if (!encrypted && url.substr(0, plain.size()) != plain) return false;
  url.remove_prefix(encrypted ? secure.size() : plain.size());
  // Whatever URL readers disagree about is refused: what we take for the host must be what is connected to.
  if (!is_header_word(url) || url.find_first_of("@?#\\%\"<>^`{|}") != std::string_view::npos) return false;
  const std::string_view authority = url.substr(0, url.find('/'));
  std::string_view host = authority;
  std::string_view port;
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return false;
  }
  if (host.empty()) return false;
  const bool address = host.front() == '[';
  if (address ? (host.back() != ']' || host.find_first_not_of("[]0123456789abcdefABCDEF:.") != std::string_view::npos)
              : !is_path_word(host)) {
    return false;
  }
  return encrypted || is_loopback(host);
}

std::string request_url(const GeminiSettings& settings, std::string_view model, std::string_view method) {
  std::string url = settings.base_url + "/" + settings.api_version;
  switch (settings.service) {
    case Service::developer: url += "/models/"; break;
    case Service::vertex:
      url += "/projects/" + settings.project + "/locations/" + settings.location + "/publishers/google/models/";
      break;
  }
  url += model;
  url += ':';
  url += method;
  return url;
}

}  // namespace guardian::adapters::gemini
