#include "adapters/json/json_text.hpp"

#include <array>
#include <charconv>

#include "adapters/json/json_quote.hpp"

namespace guardian::adapters {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

}  // namespace

void JsonText::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  if (name.empty()) return;
  quote(name);
  out_ += ':';
}

void JsonText::open_object(std::string_view name) {
  begin(name);
  out_ += '{';
  first_ = true;
}

void JsonText::close_object() {
  out_ += '}';
  first_ = false;
}

void JsonText::open_list(std::string_view name) {
  begin(name);
  out_ += '[';
  first_ = true;
}

void JsonText::close_list() {
  out_ += ']';
  first_ = false;
}

void JsonText::text(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  begin(name);
  quote(value);
}

void JsonText::number(std::string_view name, double value) {
  begin(name);
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
}

void JsonText::flag(std::string_view name, bool value) {
  begin(name);
  out_ += value ? "true" : "false";
}

void JsonText::raw(std::string_view name, std::string_view json) {
  begin(name);
  out_ += json;
}

void JsonText::text(std::string_view value) {
  begin({});
  quote(value);
}

void JsonText::raw(std::string_view json) {
  begin({});
  out_ += json;
}

void JsonText::quote(std::string_view value) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out_ += '"';
  while (true) {
    const std::size_t plain = plain_length(value);
    out_.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) break;
    const auto c = static_cast<unsigned char>(value.front());
    std::size_t taken = 1;
    if (c >= 0x80) {
      const std::size_t length = sequence_length(value);
      out_ += length > 0 ? value.substr(0, length) : replacement;
      taken = length > 0 ? length : 1;
    } else {
      switch (c) {
        case '"': out_ += "\\\""; break;
        case '\\': out_ += "\\\\"; break;
        case '\n': out_ += "\\n"; break;
        case '\t': out_ += "\\t"; break;
        case '\r': out_ += "\\r"; break;
        default:
          out_ += "\\u00";
          out_ += hex[c >> 4];
          out_ += hex[c & 15];
      }
    }
    value.remove_prefix(taken);
  }
  out_ += '"';
}

}  // namespace guardian::adapters
