#include "knowledge/unit_text.hpp"

#include <initializer_list>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian::knowledge;

namespace {

void check_all_are(const char* normalised, std::initializer_list<const char*> spellings) {
  for (const char* spelling : spellings) {
    CAPTURE(spelling);
    CHECK(normalised_unit(spelling) == normalised);
  }
}

}  // namespace

TEST_CASE("the spellings of a concentration are one unit", "[knowledge][unit]") {
  check_all_are("mmol/l", {"mmol/L", "MMOL/L", "mmol / l", "mmol per litre", "millimoles/liter", "mM"});
  check_all_are("umol/l", {"umol/L", "\xC2\xB5mol/L", "\xCE\xBCmol/l", "mcmol/L", "micromol/L", "uM"});
  check_all_are("meq/l", {"mEq/L", "meq/l", "mval/L", "mEquiv/L", "milliequivalents per liter"});
  check_all_are("mg/dl", {"mg/dL", "mg/100 mL", "mg%", "MG/DL", "mg per deciliter", "milligrams/dL"});
  check_all_are("g/dl", {"g/dL", "gm/dL", "g/100mL", "g%", "gms/dl"});
  check_all_are("ug/ml", {"ug/mL", "mcg/mL", "\xC2\xB5g/ml", "\xCE\xBCg/mL", "micrograms per mL"});
  check_all_are("u/l", {"U/L", "units/L", "u/l", "Unit/L"});
  check_all_are("iu/l", {"IU/L", "[IU]/L", "iU/L"});
  check_all_are("miu/l", {"mIU/L", "m[IU]/L"});
  check_all_are("ukat/l", {"ukat/L", "\xC2\xB5kat/L", "microkatal/L"});
}

TEST_CASE("the spellings of a cell count are one unit", "[knowledge][unit]") {
  check_all_are("10^9/l", {"10^9/L", "x10^9/L", "X 10^9/L", "10*9/L", "10e9/L", "10E9/L", "1e9/L", "x10e9/L", "10**9/L",
                           "10(9)/L", "10exp9/L", "10^09/L", "10\xE2\x81\xB9/L",
                           "\xC3\x97"
                           "10\xE2\x81\xB9/l",
                           "billion/L", "giga/L", "Gpt/L", "10 9/L"});
  check_all_are("10^3/ul", {"10^3/uL", "10*3/uL", "K/uL", "k/mcL", "K/mm3", "thousand/uL", "thou/mm3",
                            "x10^3/\xC2\xB5L", "10^3/cumm", "10\xC2\xB3/\xC2\xB5L", "Tsd/ul", "x10(3)/mcL", "1e3/ul"});
  check_all_are("/ul", {"/uL", "cells/uL", "/mm3", "cells/mm3", "/cumm", "cells/mcL", "/mm^3", "{cells}/uL",
                        "cells per microliter", "/\xC2\xB5l"});
  check_all_are("10^5/ul", {"lakh/mm3", "lakhs/cumm", "lac/ul"});
}

TEST_CASE("the spellings of the other units are one unit each", "[knowledge][unit]") {
  check_all_are("ml/min/1.73m2",
                {"mL/min/1.73m2", "ml/min/1.73 m2", "mL/min/1.73m\xC2\xB2", "mL/min/{1.73_m2}", "mL/min/1.73 m^2",
                 "mL/min per 1.73 m2", "ml/min/1,73m2", "mL/min/1.73 sq m", "mL/min (1.73 m2)", "(ml/min/1.73m2)"});
  check_all_are("ml/min", {"mL/min", "ml per minute", "cc/min", "mL/minute"});
  check_all_are("%", {"%", "percent", "pct"});
  check_all_are("s", {"s", "sec", "secs", "seconds", "Seconds"});
  check_all_are("mmhg", {"mmHg", "mm Hg", "mm[Hg]", "Torr"});
  check_all_are("c", {"C",
                      "\xC2\xB0"
                      "C",
                      "Cel", "degC", "deg C", "celsius",
                      "\xC2\xBA"
                      "C"});
  check_all_are("f", {"F", "[degF]",
                      "\xC2\xB0"
                      "F",
                      "deg F"});
  check_all_are("/min", {"/min", "bpm", "beats/min", "breaths/min", "beats per minute", "per min"});
  check_all_are("mg/g", {"mg/g", "mg/g{creat}", "mg/g creat", "mg/gCr", "mg/g creatinine"});
  check_all_are("mg/mmol", {"mg/mmol", "mg/mmol creatinine", "mg/mmol creat"});
}

TEST_CASE("a unit that says nothing is empty", "[knowledge][unit]") {
  check_all_are("", {"", "  ", "-", "--", "n/a", "N/A", "none", "no units", "unknown", "{ratio}", "?"});
}

TEST_CASE("units that differ stay apart", "[knowledge][unit]") {
  const char* units[] = {"mg/dL",  "mg/L",   "g/dL",     "g/L",    "ug/dL",  "mmol/L", "umol/L",
                         "nmol/L", "pmol/L", "mEq/L",    "10^9/L", "10^6/L", "/uL",    "10^3/uL",
                         "%",      "ratio",  "mmol/mol", "U/L",    "mIU/L",  "uIU/mL"};
  for (const char* one : units) {
    for (const char* other : units) {
      CAPTURE(one, other);
      CHECK((normalised_unit(one) == normalised_unit(other)) == (one == other));
    }
  }
}

TEST_CASE("any bytes are taken and a normalised unit stays as it is", "[knowledge][unit][property]") {
  CHECK(rc::check("normalising takes any bytes", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    (void)normalised_unit(text);
  }));
  for (const char* unit : {"mmol/l", "10^9/l", "/ul", "ml/min/1.73m2", "mg/dl", "c", "/min", "ug/ml", "10^3/ul"}) {
    CHECK(normalised_unit(unit) == unit);
  }
}
