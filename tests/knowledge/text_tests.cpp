#include "knowledge/text.hpp"

#include <cmath>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian::knowledge;

namespace {

using Parts = std::vector<std::string_view>;

}  // namespace

TEST_CASE("trimming removes blanks at both edges and none inside", "[knowledge][text]") {
  CHECK(trimmed("  a b\t") == "a b");
  CHECK(trimmed("a") == "a");
  CHECK(trimmed("\r\n a \r\n") == "a");
  CHECK(trimmed("   ").empty());
  CHECK(trimmed("").empty());
}

TEST_CASE("splitting gives the trimmed parts between separators", "[knowledge][text]") {
  CHECK(split("a | b | c", " | ") == Parts{"a", "b", "c"});
  CHECK(split("a|b", "|") == Parts{"a", "b"});
  CHECK(split("a|b", " | ") == Parts{"a|b"});
  CHECK(split("  a  |  b  ", "|") == Parts{"a", "b"});
  CHECK(split("one", ",") == Parts{"one"});
}

TEST_CASE("splitting keeps the empty parts of a text that is not empty", "[knowledge][text]") {
  CHECK(split("a||b", "|") == Parts{"a", "", "b"});
  CHECK(split("|", "|") == Parts{"", ""});
  CHECK(split("a|", "|") == Parts{"a", ""});
}

TEST_CASE("an empty text has no parts", "[knowledge][text]") {
  CHECK(split("", "|").empty());
  CHECK(split("  ", "|").empty());
}

TEST_CASE("joining puts the separator between parts", "[knowledge][text]") {
  CHECK(joined({}, ", ").empty());
  CHECK(joined({"a"}, ", ") == "a");
  CHECK(joined({"a", "b", "c"}, ", ") == "a, b, c");
}

TEST_CASE("what was joined splits into the same parts", "[knowledge][text][property]") {
  CHECK(rc::check("split undoes join", [] {
    const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    const auto parts = *rc::gen::container<std::vector<std::string>>(word);
    const std::string text = joined(parts, " | ");
    const auto again = split(text, " | ");
    RC_ASSERT(std::vector<std::string>(again.begin(), again.end()) == parts);
  }));
}

TEST_CASE("lower case changes ASCII letters and no other byte", "[knowledge][text]") {
  CHECK(lower_case("Warfarin 5 MG") == "warfarin 5 mg");
  CHECK(lower_case("\xC3\x89@[`{") == "\xC3\x89@[`{");
  CHECK(lower_case("").empty());
}

TEST_CASE("a number is read only when it is the whole text", "[knowledge][text]") {
  CHECK(parse_number("20") == 20.0);
  CHECK(parse_number("0.125") == 0.125);
  CHECK(parse_number("-3") == -3.0);
  for (const char* text : {"", " 20", "20 ", "20mg", "1,5", "+2", "twenty", "1.2.3", "0x10"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text).has_value());
  }
}

TEST_CASE("a number is written in its shortest form", "[knowledge][text]") {
  CHECK(format_number(20.0) == "20");
  CHECK(format_number(0.125) == "0.125");
  CHECK(format_number(0.1) == "0.1");
  CHECK(format_number(-2.5) == "-2.5");
  CHECK(format_number(0.0) == "0");
}

TEST_CASE("a number that was written reads back as the same number", "[knowledge][text][property]") {
  CHECK(rc::check("parse_number undoes format_number", [](double number) {
    RC_PRE(std::isfinite(number));
    RC_ASSERT(parse_number(format_number(number)) == number);
  }));
}
