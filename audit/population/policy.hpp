#pragma once
// The limits of the population audit. Policy, to be set by those who answer for it: these are defaults, not findings.

#include <cstddef>
#include <cstdint>

namespace guardian::audit::population {

struct TrustPolicy {
  std::size_t min_cases = 50;     // below it the grade is I, insufficient
  std::size_t min_group = 30;     // below it a rate of a group is not tested
  std::size_t min_each_kind = 5;  // right and wrong answers, below which their ranking is not tested
  std::size_t resamples = 300;
  std::uint64_t seed = 1;
  double error_limit = 0.20;
  double error_zero = 0.40;         // the dimension is 0 from here on
  double calibration_limit = 0.10;  // debiased calibration error
  double calibration_zero = 0.20;
  double gap_limit = 0.10;  // between two groups, in accuracy or a rate
  double gap_zero = 0.25;
  double least_weight = 0.60;      // of what was measured, for a grade above C
  std::size_t drift_window = 200;  // the last records, against all before them
};

struct AuditPolicy {
  TrustPolicy trust;
  double alpha = 0.05;  // risk that a threshold is to certify
  double delta = 0.05;  // chance that the certificate is wrong
};

}  // namespace guardian::audit::population
