#include "adapters/json/json_fragment.hpp"

#include <nlohmann/json.hpp>

#include "adapters/json/json_quote.hpp"

namespace guardian::adapters {
namespace {

// The letter behind the backslash; 0: the number of the character stands there.
char escape_letter(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

void append_escaped(std::string& out, char c) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out += '\\';
  if (const char letter = escape_letter(c); letter != 0) {
    out += letter;
    return;
  }
  out += "u00";
  out += hex[static_cast<unsigned char>(c) >> 4U];
  out += hex[static_cast<unsigned char>(c) & 15U];
}

void append_quoted(std::string& out, const std::string_view text) {
  const std::size_t start = out.size();
  out.reserve(start + text.size() + 2);
  out += '"';
  for (std::string_view rest = text;;) {
    const std::size_t plain = plain_length(rest);
    out += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    if (static_cast<unsigned char>(rest.front()) < 0x80) {
      append_escaped(out, rest.front());
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t length = sequence_length(rest);
    if (length == 0) {  // what stands for broken bytes is the library's to say
      out.resize(start);
      out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      return;
    }
    out += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  out += '"';
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
