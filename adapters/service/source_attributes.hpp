#pragma once
// What the decision support rests on, attribute by attribute, as 45 CFR 170.315(b)(11)(iv) lists them: JSON of the
// format guardian-source-attributes/1 (docs/safety/source_attributes.json), built into the program. The same bytes on
// every call.

#include <string_view>

namespace guardian::adapters::service {

[[nodiscard]] std::string_view source_attributes() noexcept;

}  // namespace guardian::adapters::service
