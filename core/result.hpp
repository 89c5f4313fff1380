#pragma once
// A failure that can happen is a value: `Result<T>` holds a T or an `Error`.
// Clinical doubt is not an error: it is a finding or an entry under "not assessed".

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace guardian::core {

enum class ErrorCode {
  invalid_input,          // a file, field or argument that the caller can mend
  not_found,              // a named thing does not exist
  knowledge_unavailable,  // knowledge base missing, damaged, locked or of a newer schema
  io_failure,             // reading or writing failed (disk full, permission)
  internal                // a defect of the program
};

// Exit status of the command line (see docs/commands.md) and HTTP status for a failure.
[[nodiscard]] int exit_status(ErrorCode code) noexcept;
[[nodiscard]] int http_status(ErrorCode code) noexcept;
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

// `message` is for the person who can mend it; it names file and element and never holds patient data.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace guardian::core
