#pragma once
// A few quantities for the tests of their reader.

#include <catch2/catch.hpp>

#include "knowledge/quantity_reader.hpp"

namespace guardian::tests {

inline knowledge::QuantityTables small_quantity_tables() {
  knowledge::QuantityTables tables;
  tables.quantities = {{"potassium", "lab", "potassium", "mmol/L", 1, 12, 14.0, ""},
                       {"creatinine", "lab", "creatinine", "mg/dL", 0.1, 25, 90.0, ""},
                       {"glucose", "lab", "glucose", "mg/dL", 5, 2500, 7.0, ""},
                       {"hemoglobin", "lab", "hemoglobin", "g/dL", 1, 26, 90.0, ""},
                       {"platelets", "lab", "platelets", "10^9/L", 0, 3000, 90.0, ""},
                       {"neutrophils", "lab", "neutrophils", "10^9/L", 0, 200, 30.0, ""},
                       {"urea_nitrogen", "lab", "urea nitrogen (BUN)", "mg/dL", 1, 250, 90.0, ""},
                       {"temperature", "vital", "temperature", "C", 20, 46, 1.0, ""},
                       {"hba1c", "lab", "HbA1c", "%", 2, 25, 180.0, ""},
                       {"inr", "lab", "INR", "ratio", 0.5, 30, 30.0, ""}};
  tables.names = {{"potassium", "potassium", ""}, {"K+", "potassium", ""},
                  {"kaliémie", "potassium", ""},  {"creatinine", "creatinine", ""},
                  {"SCr", "creatinine", ""},      {"glucose", "glucose", ""},
                  {"Hgb", "hemoglobin", ""},      {"hemoglobin", "hemoglobin", ""},
                  {"Plt", "platelets", ""},       {"platelets", "platelets", ""},
                  {"ANC", "neutrophils", ""},     {"neutrophils", "neutrophils", ""},
                  {"BUN", "urea_nitrogen", ""},   {"urea", "urea_nitrogen", "as urea: the number is of urea"},
                  {"temp", "temperature", ""},    {"HbA1c", "hba1c", ""},
                  {"PT/INR", "inr", ""},          {"INR", "inr", ""}};
  tables.units = {{"potassium", "mEq/L", 1, 0},
                  {"creatinine", "umol/L", 1 / 88.4, 0},
                  {"glucose", "mmol/L", 18.0156, 0},
                  {"hemoglobin", "g/L", 0.1, 0},
                  {"platelets", "/uL", 0.001, 0},
                  {"platelets", "10^3/uL", 1, 0},
                  {"neutrophils", "/uL", 0.001, 0},
                  {"urea_nitrogen", "mmol/L", 2.80134, 0},
                  {"urea_nitrogen", "mg/dL as urea", 0.46646, 0},
                  {"urea_nitrogen", "mmol/L as urea", 2.80134, 0},
                  {"temperature", "F", 5.0 / 9, -160.0 / 9},
                  {"hba1c", "mmol/mol", 0.09148, 2.152}};
  tables.unstated = {{"glucose", {"mg/dL", "mmol/L"}, 15, 1000},
                     {"platelets", {"10^9/L", "/uL"}, 1, 2500},
                     {"neutrophils", {"10^9/L", "/uL"}, 0.02, 150},
                     {"urea_nitrogen", {"mg/dL", "mg/dL as urea", "mmol/L as urea"}, 2, 250},
                     {"creatinine", {"mg/dL", "umol/L"}, 0.2, 25}};
  return tables;
}

inline const knowledge::QuantityReader& small_reader() {
  static const knowledge::QuantityReader reader = [] {
    auto made = knowledge::QuantityReader::build(small_quantity_tables());
    REQUIRE(made.has_value());
    return *std::move(made);
  }();
  return reader;
}

}  // namespace guardian::tests
