#pragma once
// The alerts of a cohort as text, as JSON (schema guardian-cohort/1, docs/batch.md) and as a page. Pure.

#include <cstddef>
#include <string>

#include "adapters/batch/cohort.hpp"

namespace guardian::adapters::cli {

struct CohortView {
  const batch::Cohort& cohort;
  const batch::DisplayPolicy& policy;
  std::size_t most_rules = 20;  // in text and page; JSON has all
};

[[nodiscard]] std::string cohort_text(const CohortView& view);
[[nodiscard]] std::string cohort_json(const CohortView& view);
[[nodiscard]] std::string cohort_html(const CohortView& view);

}  // namespace guardian::adapters::cli
