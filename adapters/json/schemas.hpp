#pragma once
// The JSON Schemas (draft 2020-12) of what the codecs read and write, built into the program.

#include <string_view>

namespace guardian::adapters {

[[nodiscard]] std::string_view answer_schema();
[[nodiscard]] std::string_view case_schema();
[[nodiscard]] std::string_view review_schema();

}  // namespace guardian::adapters
