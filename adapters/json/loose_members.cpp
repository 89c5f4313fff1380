#include "adapters/json/loose_members.hpp"

#include "knowledge/text.hpp"

namespace guardian::adapters {

LooseMember first_of(MemberReader& members, std::initializer_list<std::string_view> names, DecodeLog& log) {
  LooseMember found;
  for (const std::string_view name : names) {
    const JsonValue* value = members.find(name);
    if (value == nullptr) continue;
    if (found.value != nullptr) {
      log.ignore(members.path_of(name));
    } else {
      found = {value, members.path_of(name)};
    }
  }
  return found;
}

std::string loose_text(const LooseMember& member, DecodeLog& log) {
  if (member.value == nullptr) return {};
  if (const double* number = member.value->number()) return knowledge::format_number(*number);
  const std::string* text = member.value->text();
  if (text != nullptr && is_blank(*text)) return {};
  if (text != nullptr && text->size() <= max_text_bytes && text->find('\0') == std::string::npos) {
    return std::string(knowledge::trimmed(*text));
  }
  log.ignore(member.path);
  return {};
}

std::optional<bool> loose_boolean(const LooseMember& member, DecodeLog& log) {
  if (member.value == nullptr) return std::nullopt;
  if (const bool* boolean = member.value->boolean()) return *boolean;
  if (const std::string* text = member.value->text()) {
    const std::string word = knowledge::lower_case(knowledge::trimmed(*text));
    if (word == "yes" || word == "true") return true;
    if (word == "no" || word == "false") return false;
  }
  log.ignore(member.path);
  return std::nullopt;
}

std::optional<double> loose_number(const LooseMember& member, UnitConversion convert, const NumberRange& range,
                                   DecodeLog& log) {
  if (member.value == nullptr) return std::nullopt;
  const auto quantity = loose_quantity(*member.value);
  const auto number = quantity ? convert(*quantity) : std::nullopt;
  if (!number) {
    log.ignore(member.path);
    return std::nullopt;
  }
  if (!contains(range, *number)) {
    log.problem(member.path, range_message(range));
    return std::nullopt;
  }
  return number;
}

std::optional<double> unit_does_not_matter(const LooseQuantity& quantity) { return quantity.number; }

}  // namespace guardian::adapters
