#include "adapters/json/json_fragment.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace guardian::adapters {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  });
  if (is_plain) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

JsonFragment::JsonFragment(std::string_view text) { append_quoted(text_, text); }

JsonFragment::JsonFragment(double number) : text_(nlohmann::json(number).dump()) {}

JsonFragment::JsonFragment(std::initializer_list<JsonFragmentMember> members) : text_("{}") {
  for (const JsonFragmentMember& member : members) add(member.name, member.value);
}

void JsonFragment::add(std::string_view name, const JsonFragment& value) {
  text_.back() = ',';
  if (text_.size() == 2) text_.pop_back();  // the first
  append_quoted(text_, name);
  text_ += ':';
  text_ += value.text_;
  text_ += '}';
}

void JsonFragment::push_back(const JsonFragment& value) {
  text_.back() = ',';
  if (text_.size() == 2) text_.pop_back();
  text_ += value.text_;
  text_ += ']';
}

}  // namespace guardian::adapters
