#pragma once
// Small pure helpers on text that several readers of tables and names share.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::knowledge {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Where the first digit stands; the size of a text that has none.
[[nodiscard]] inline std::size_t first_digit(std::string_view text) {
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin());
}

[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The parts of `text` between separators, blanks at their edges removed; an empty text has no parts.
[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  if (trimmed(text).empty()) return parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

[[nodiscard]] inline std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

// ASCII only: the canonical names and the grammar words are ASCII; other bytes pass unchanged.
[[nodiscard]] inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The finite number that is the whole of `text`, or nothing.
[[nodiscard]] inline std::optional<double> parse_number(std::string_view text) {
  if (text.find_first_not_of("0123456789.+-eE") != std::string_view::npos) return std::nullopt;  // no "nan", no "inf"
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The shortest text that reads back as the same number ("20", "0.125").
[[nodiscard]] inline std::string format_number(double value) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

}  // namespace guardian::knowledge
