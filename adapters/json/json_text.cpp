#include "adapters/json/json_text.hpp"

#include <array>
#include <charconv>

namespace guardian::adapters {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the well-formed UTF-8 sequence at the start of `text` (RFC 3629), or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

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
  std::size_t plain = 0;  // start of what can be copied as it is
  std::size_t i = 0;
  const auto copy_plain = [&] { out_.append(value.substr(plain, i - plain)); };
  while (i < value.size()) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c < 0x80) {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      if (const std::size_t length = sequence_length(value.substr(i)); length > 0) {
        i += length;
        continue;
      }
      copy_plain();
      out_ += replacement;
    } else {
      copy_plain();
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
    ++i;
    plain = i;
  }
  copy_plain();
  out_ += '"';
}

}  // namespace guardian::adapters
