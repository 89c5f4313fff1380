#include "core/result.hpp"

#include <memory>

#include <catch2/catch.hpp>

using namespace guardian::core;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid_input, "odd");
  return number / 2;
}

Result<std::string> as_text(int number) {
  const auto halved = half(number);
  if (!halved) return fail(halved.error());
  return std::to_string(*halved);
}

}  // namespace

TEST_CASE("a result holds its value or the error that says why there is none", "[core][result]") {
  const auto value = half(4);
  REQUIRE(value.has_value());
  CHECK(*value == 2);
  const auto error = half(3);
  REQUIRE_FALSE(error.has_value());
  CHECK(error.error() == Error{ErrorCode::invalid_input, "odd"});
}

TEST_CASE("an error passes unchanged from a result of one type to one of another", "[core][result]") {
  CHECK(as_text(8).value() == "4");
  CHECK(as_text(7).error() == Error{ErrorCode::invalid_input, "odd"});
}

TEST_CASE("a result can hold what cannot be copied", "[core][result]") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  REQUIRE(result.has_value());
  const std::unique_ptr<int> taken = std::move(*result);
  CHECK(*taken == 7);
}

TEST_CASE("each error code has its exit status, HTTP status and word", "[core][result]") {
  struct Row {
    ErrorCode code;
    int exit;
    int http;
    std::string_view word;
  };
  for (const Row& row :
       {Row{ErrorCode::invalid_input, 2, 400, "invalid_input"}, Row{ErrorCode::not_found, 2, 404, "not_found"},
        Row{ErrorCode::knowledge_unavailable, 3, 503, "knowledge_unavailable"},
        Row{ErrorCode::io_failure, 3, 503, "io_failure"}, Row{ErrorCode::internal, 3, 500, "internal"}}) {
    CAPTURE(row.word);
    CHECK(exit_status(row.code) == row.exit);
    CHECK(http_status(row.code) == row.http);
    CHECK(to_string(row.code) == row.word);
  }
}

TEST_CASE("no failure ends with the exit status of success", "[core][result]") {
  for (const ErrorCode code : {ErrorCode::invalid_input, ErrorCode::not_found, ErrorCode::knowledge_unavailable,
                               ErrorCode::io_failure, ErrorCode::internal}) {
    CHECK(exit_status(code) != 0);
    CHECK(http_status(code) >= 400);
  }
}
