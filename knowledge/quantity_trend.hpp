#pragma once
// What several results of one quantity say together: which of them is the present value, and how far it has moved. Pure
// and thread-safe.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "knowledge/quantity_reader.hpp"

namespace guardian::knowledge {

// Which result of a quantity counts. In this order:
//   1. dated within a day of the review, the youngest first;
//   2. undated (the case gives it as the present value);
//   3. dated longer ago, but not stale, the youngest first;
//   4. with a time that is not understood;
//   5. stale ones, the youngest first;
//   6. "baseline" and the like.
// Of equals, the one that stands later in the case.
struct PresentValue {
  std::size_t position = 0;         // among the readings
  std::vector<std::size_t> rivals;  // other values that may be the present one: their order is not known
};

// By quantity; refused readings take no part.
[[nodiscard]] std::map<std::string, PresentValue> present_values(const QuantityReader& reader,
                                                                 std::span<const LabReading> readings);

// A change from an earlier result to the present one. Only results that are surely earlier count: with a known age and
// taken before the present one (undated ones are as of now), or "baseline" for the ratio over 90 days.
struct Change {
  double value = 0.0;
  std::size_t present = 0;  // positions among the readings
  std::size_t earlier = 0;
};

struct LabTrend {
  std::optional<Change> creatinine_ratio_7_days;   // present / lowest of the 7 days before it (KDIGO AKI 2012: 1.5)
  std::optional<Change> creatinine_ratio_90_days;  // present / lowest of the 90 days before it, or the stated baseline
  std::optional<Change> hemoglobin_drop;           // g/dL, highest of the 14 days before it - present; 0 when it rose
  std::optional<Change> platelet_ratio;            // present / highest of the 14 days before it
};

// `told_together`: an earlier value without a time counts for all changes, as where a note tells both ("Hb 13.2
// -> 8.9").
[[nodiscard]] LabTrend lab_trend(const QuantityReader& reader, std::span<const LabReading> readings,
                                 bool told_together = false);

}  // namespace guardian::knowledge
