#include "adapters/json/json_fragment.hpp"

#include <nlohmann/json.hpp>

#include "adapters/json/json_quote.hpp"

namespace guardian::adapters {
JsonFragment::JsonFragment(std::string_view text) { append_quoted(text_, text); }

JsonFragment::JsonFragment(double number) : text_(nlohmann::json(number).dump()) {}

JsonFragment::JsonFragment(std::initializer_list<JsonFragmentMember> members) : text_("{}") {
  constexpr std::size_t signs = 6;  // quotation marks, colon, comma
  std::size_t size = text_.size();
  for (const JsonFragmentMember& member : members) {
    const auto* words = std::get_if<std::string_view>(&member.value);
    size += member.name.size() + signs + (words != nullptr ? words->size() : std::get<1>(member.value).text_.size());
  }
  text_.reserve(size);
  for (const JsonFragmentMember& member : members) {
    if (const auto* words = std::get_if<std::string_view>(&member.value))
      add(member.name, *words);
    else
      add(member.name, std::get<1>(member.value));
  }
}

void JsonFragment::open() {
  text_.back() = ',';
  if (text_.size() == 2) text_.pop_back();  // the first
}

void JsonFragment::add(std::string_view name, std::string_view words) {
  open();
  append_quoted(text_, name);
  text_ += ':';
  append_quoted(text_, words);
  text_ += '}';
}

void JsonFragment::add(std::string_view name, const JsonFragment& value) {
  open();
  append_quoted(text_, name);
  text_ += ':';
  text_ += value.text_;
  text_ += '}';
}

void JsonFragment::add(std::string_view words) {
  open();
  append_quoted(text_, words);
  text_ += ']';
}

void JsonFragment::push_back(const JsonFragment& value) {
  open();
  text_ += value.text_;
  text_ += ']';
}

}  // namespace guardian::adapters
