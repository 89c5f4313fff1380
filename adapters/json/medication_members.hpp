#pragma once
// Reads the medicines and orders of a case; every format of a case that we accept writes orders this way.

#include "adapters/json/member_reader.hpp"
#include "core/case.hpp"

namespace guardian::adapters {

// Reads `medications`, or `orders` and `order`, into value.medications with their JSON pointers.
void read_medications(MemberReader& members, core::Case& value, DecodeLog& log);
void read_orders(MemberReader& members, core::Case& value, DecodeLog& log);

// Reads the members of the case itself that describe neither patient nor medicines: as_of and locale.
void read_circumstances(MemberReader& members, core::Case& value, DecodeLog& log);

}  // namespace guardian::adapters
