#pragma once
// The trust score of this project, version 2: dimensions from 0 to 100 without penalties, and gates that pass, block or
// leave a question open by the interval, not by the point. What was not measured is neither good nor bad: a dimension
// without input is absent, and too little weight or too few cases cap the grade. Pure and deterministic.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/population/policy.hpp"
#include "audit/population/population.hpp"
#include "audit/population/proportions.hpp"

namespace guardian::audit::population {

enum class GateState { pass, inconclusive, block };
[[nodiscard]] std::string_view to_string(GateState state) noexcept;

struct UntestableRate {
  std::string feature;
  std::string group;
  std::string metric;
  std::size_t cases = 0;
};
struct Gate {
  std::string name;
  std::optional<double> value;
  Interval interval;
  double limit = 0.0;
  GateState state = GateState::inconclusive;
  // Of an inconclusive one: cases in all from which it would be decided, were the estimate to stay. Nothing where no
  // number would do.
  std::optional<std::size_t> cases_needed;
  // of the gate "equity" only
  bool is_equity = false;
  std::string feature;  // of the largest proven gap; empty: none is proven
  std::string metric;
  std::vector<UntestableRate> untestable;
};

struct Dimension {
  std::string name;
  double score = 0.0;
  double weight = 0.0;
};
struct TrustScore {
  std::size_t cases = 0;
  double score = 0.0;
  std::string grade;    // A, B, C, D, or I: insufficient
  std::string verdict;  // PASS, CAUTION, "BLOCK: gates" or "INSUFFICIENT: why"
  std::vector<Dimension> dimensions;
  double weight_present = 0.0;
  std::vector<Gate> gates;
  std::vector<std::string> notes;
};

// Takes the weights of records, in which faithfulness and drift count too.
void set_record_weights(TrustScore& score);

// Score, grade and verdict from the dimensions and gates that are there.
void grade(TrustScore& score, const TrustPolicy& policy);

[[nodiscard]] TrustScore trust_score(const Population& population, const TrustPolicy& policy);

}  // namespace guardian::audit::population
