#include "core/result.hpp"

#include <array>

namespace guardian::core {
namespace {

struct ErrorFacts {
  ErrorCode code;
  std::string_view name;
  int exit_status;
  int http_status;
};

// The one table from codes to what the outside sees.
constexpr std::array<ErrorFacts, 5> error_table{{
    {ErrorCode::invalid_input, "invalid_input", 2, 400},
    {ErrorCode::not_found, "not_found", 2, 404},
    {ErrorCode::knowledge_unavailable, "knowledge_unavailable", 3, 503},
    {ErrorCode::io_failure, "io_failure", 3, 503},
    {ErrorCode::internal, "internal", 3, 500},
}};

const ErrorFacts& facts(ErrorCode code) noexcept {
  for (const ErrorFacts& entry : error_table) {
    if (entry.code == code) return entry;
  }
  return error_table.back();
}

}  // namespace

int exit_status(ErrorCode code) noexcept { return facts(code).exit_status; }
int http_status(ErrorCode code) noexcept { return facts(code).http_status; }
std::string_view to_string(ErrorCode code) noexcept { return facts(code).name; }

}  // namespace guardian::core
