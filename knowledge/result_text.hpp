#pragma once
// Reads a result that was written as text: "5.9", "5,9 mmol/L", "150 x10^9/L (H)", "<0.2". Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace guardian::knowledge {

enum class ResultKind : std::uint8_t { number, limit, no_number };

struct ResultText {
  ResultKind kind = ResultKind::no_number;
  double number = 0.0;  // with `number` only
  std::string unit;     // what stands behind it, without flags and reference range
};

// A comma before exactly three digits ("1,234") may part thousands or decimals and is no number; "5,9" and
// "1,234,567" can be read in one way only.
[[nodiscard]] ResultText read_result_text(std::string_view text);

}  // namespace guardian::knowledge
