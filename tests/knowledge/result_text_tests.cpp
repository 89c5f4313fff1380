#include "knowledge/result_text.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/text.hpp"

using namespace guardian::knowledge;

TEST_CASE("a number in a text is read with its unit and without flags and reference range", "[knowledge][result]") {
  struct Row {
    const char* text;
    double number;
    const char* unit;
  };
  for (const Row& row : {Row{"5.9", 5.9, ""},
                         Row{" 5.9 ", 5.9, ""},
                         Row{"+5.9", 5.9, ""},
                         Row{".5", 0.5, ""},
                         Row{"-3.2", -3.2, ""},
                         Row{"5,9", 5.9, ""},
                         Row{"0,125", 0.125, ""},
                         Row{"12,5", 12.5, ""},
                         Row{"1,234,567", 1234567, ""},
                         Row{"1,234.5", 1234.5, ""},
                         Row{"5.9 mmol/L", 5.9, "mmol/L"},
                         Row{"5.9mmol/L", 5.9, "mmol/L"},
                         Row{"5.9 (mmol/L)", 5.9, "mmol/L"},
                         Row{"7.2%", 7.2, "%"},
                         Row{"150 x10^9/L", 150, "x10^9/L"},
                         Row{"150x10(9)/L", 150, "x10(9)/L"},
                         Row{"450 /uL", 450, "/uL"},
                         Row{"5.9 H", 5.9, ""},
                         Row{"5.9 (H)", 5.9, ""},
                         Row{"5.9*", 5.9, ""},
                         Row{"5.9, high", 5.9, ""},
                         Row{"5.9 mmol/L HH", 5.9, "mmol/L"},
                         Row{"5.9 mmol/L (3.5-5.0)", 5.9, "mmol/L"},
                         Row{"5.9 mmol/L [3.5 - 5.0] H", 5.9, "mmol/L"},
                         Row{"5.9 hemolyzed", 5.9, "hemolyzed"}}) {
    CAPTURE(row.text);
    const ResultText result = read_result_text(row.text);
    CHECK(result.kind == ResultKind::number);
    CHECK(result.number == Approx(row.number));
    CHECK(result.unit == row.unit);
  }
}

TEST_CASE("a limit is no number", "[knowledge][result]") {
  for (const char* text : {"<0.2", "> 90", ">=60",
                           "\xE2\x89\xA5"
                           "90",
                           "less than 5", "greater than 60", "Above 300"}) {
    CAPTURE(text);
    CHECK(read_result_text(text).kind == ResultKind::limit);
  }
}

TEST_CASE("what is no one number is not read", "[knowledge][result]") {
  for (const char* text : {"",      " ",     "pending", "positive", "120/80", "3.5-5.0", "1,234",    "150,000",
                           "1.2.3", "1,2,3", "5 6",     "5 to 10",  "2+",     "1:40",    "see note", "H",
                           "nan",   "inf",   "-",       "1,23.4",   "<",      "--5",     "12:30"}) {
    CAPTURE(text);
    CHECK(read_result_text(text).kind == ResultKind::no_number);
  }
}

TEST_CASE("a number that was written reads back", "[knowledge][result][property]") {
  CHECK(rc::check("reading undoes writing", [] {
    const double number = *rc::gen::inRange(-100'000, 100'000) / 100.0;
    const ResultText result = read_result_text(format_number(number) + " mmol/L");
    RC_ASSERT(result.kind == ResultKind::number);
    RC_ASSERT(result.number == number);
    RC_ASSERT(result.unit == "mmol/L");
  }));
  CHECK(rc::check("any bytes", [] {
    (void)read_result_text(*rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
    (void)read_result_text(
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.,<>()[]-/ HL%*"))));
  }));
}
