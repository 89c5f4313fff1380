#pragma once
// The OpenAPI 3.1 description of the service (openapi.json beside this file), built into the program.

#include <string_view>

namespace guardian::adapters::service {

[[nodiscard]] std::string_view openapi_document() noexcept;

}  // namespace guardian::adapters::service
