#include "adapters/json/json_text.hpp"

#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "adapters/json/json_quote.hpp"

namespace guardian::adapters {
void JsonText::begin(std::string_view name) {
  if (!first_) out_.add(',');
  first_ = false;
  if (name.empty()) return;
  append_quoted(out_, name);
  out_.add(':');
}

void JsonText::open_object(std::string_view name) {
  begin(name);
  out_.add('{');
  first_ = true;
}

void JsonText::close_object() {
  out_.add('}');
  first_ = false;
}

void JsonText::open_list(std::string_view name) {
  begin(name);
  out_.add('[');
  first_ = true;
}

void JsonText::close_list() {
  out_.add(']');
  first_ = false;
}

void JsonText::string(std::string_view name, std::string_view value) {
  begin(name);
  append_quoted(out_, value);
}

void JsonText::text(std::string_view name, std::string_view value) {
  if (!value.empty()) string(name, value);
}

void JsonText::real(std::string_view name, double value) {
  begin(name);
  out_.add(nlohmann::json(value).dump());
}

void JsonText::null(std::string_view name) {
  begin(name);
  out_.add("null");
}

void JsonText::number(std::string_view name, double value) {
  begin(name);
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.add({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void JsonText::flag(std::string_view name, bool value) {
  begin(name);
  out_.add(value ? std::string_view("true") : std::string_view("false"));
}

void JsonText::raw(std::string_view name, std::string_view json) {
  begin(name);
  out_.add(json);
}

void JsonText::text(std::string_view value) {
  begin({});
  append_quoted(out_, value);
}

void JsonText::raw(std::string_view json) {
  begin({});
  out_.add(json);
}

}  // namespace guardian::adapters
