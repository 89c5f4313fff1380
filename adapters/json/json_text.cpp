#include "adapters/json/json_text.hpp"

#include <array>
#include <charconv>

#include "adapters/json/json_quote.hpp"

namespace guardian::adapters {
void JsonText::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  if (name.empty()) return;
  append_quoted(out_, name);
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
  append_quoted(out_, value);
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
  append_quoted(out_, value);
}

void JsonText::raw(std::string_view json) {
  begin({});
  out_ += json;
}

}  // namespace guardian::adapters
