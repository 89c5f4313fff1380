#pragma once
// Reads members that hand-written files name and shape in several ways. What cannot be read is noted as ignored.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/json/loose_quantity.hpp"
#include "adapters/json/member_reader.hpp"

namespace guardian::adapters {

struct LooseMember {
  const JsonValue* value = nullptr;  // nullptr: none of the names is there
  std::string path;
};

// The first of `names` that is there; the others are noted as ignored.
[[nodiscard]] LooseMember first_of(MemberReader& members, std::initializer_list<std::string_view> names,
                                   DecodeLog& log);

// Text, or a number as text; empty when it is absent or unreadable.
[[nodiscard]] std::string loose_text(const LooseMember& member, DecodeLog& log);

// true, false, "yes", "no"
[[nodiscard]] std::optional<bool> loose_boolean(const LooseMember& member, DecodeLog& log);

// The number that `convert` makes of the quantity. Unreadable: noted as ignored. Outside `range`: a problem.
using UnitConversion = std::optional<double> (*)(const LooseQuantity&);
[[nodiscard]] std::optional<double> loose_number(const LooseMember& member, UnitConversion convert,
                                                 const NumberRange& range, DecodeLog& log);

// As above for a number whose unit, if one is written, says nothing new ("72 bpm").
[[nodiscard]] std::optional<double> unit_does_not_matter(const LooseQuantity& quantity);

}  // namespace guardian::adapters
