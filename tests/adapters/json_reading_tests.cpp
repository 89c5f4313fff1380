#include "adapters/json/json_reading.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/json/json_writer.hpp"
#include "tests/support/program.hpp"

using guardian::adapters::JsonParsing;
using guardian::adapters::parse_json;
using guardian::adapters::read_json;
using guardian::adapters::write_json;

namespace {

void check_alike(const std::string& text) {
  INFO(text.substr(0, 200));
  const JsonParsing slow = parse_json(text);
  const JsonParsing quick = read_json(text);
  REQUIRE(quick.value.has_value() == slow.value.has_value());
  CHECK(quick.problem.message == slow.problem.message);
  if (slow.value) CHECK(write_json(*quick.value, false) == write_json(*slow.value, false));
}

}  // namespace

TEST_CASE("the quick reader reads what the other one reads, and refuses it in the same words", "[adapters][json]") {
  std::string deep;
  for (int i = 0; i < 66; ++i) deep += '[';
  for (const std::string& text : std::vector<std::string>{"",
                                                          " ",
                                                          "null",
                                                          "true",
                                                          "[]",
                                                          "{}",
                                                          R"({"a":1,"a":2})",
                                                          "-0",
                                                          "1e999",
                                                          "123456789012345678901234567890",
                                                          "18446744073709551615",
                                                          "-9223372036854775808",
                                                          "0.1",
                                                          "[1,]",
                                                          R"("\u00e4\ud83d\ude00\u0000")",
                                                          R"("\ud83d")",
                                                          "\"\xFF\"",
                                                          "\xEF\xBB\xBF[1]",
                                                          "[1] x",
                                                          "01",
                                                          "{\"a\"}",
                                                          deep,
                                                          deep + std::string(66, ']'),
                                                          std::string(64, '[') + std::string(64, ']'),
                                                          std::string(65, '[') + std::string(65, ']'),
                                                          R"({"a":[1,2.5,"x",null,true,{"b":{}}]})"}) {
    check_alike(text);
  }
}

TEST_CASE("the quick reader reads the examples as the other one does, cut anywhere", "[adapters][json]") {
  for (const auto& file : guardian::tests::example_cases()) {
    const std::string text = guardian::tests::read_text(file);
    check_alike(text);
    for (std::size_t end = 0; end < text.size(); end += 97) check_alike(text.substr(0, end));
  }
}
