#pragma once
// Writes a review as the JSON of schema guardian-review/1 (guardian schema review). Pure; the same review gives the
// same bytes: members in the order of the schema, numbers in their shortest form, bytes that are not UTF-8 replaced.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adapters/json/input_problem.hpp"
#include "core/review.hpp"

namespace guardian::adapters {

// `pretty` indents by two blanks; without it the review is one line (NDJSON). No line end is added.
[[nodiscard]] std::string encode_review(const core::Review& review, bool pretty);

// A case with its plan and nothing else of the review: schema guardian-plan/1, whose `plan` is that of a review.
[[nodiscard]] std::string encode_plan(const core::Review& review, bool pretty);

// The `dose` object of a review: only the parts that are known, or null.
[[nodiscard]] std::string encode_dose(const core::Dose& dose);

// The line of schema guardian-error/1 that stands in for a review when line number `line` could not be read.
[[nodiscard]] std::string encode_error(const std::optional<std::string>& case_id, std::size_t line,
                                       const std::vector<InputProblem>& problems);

}  // namespace guardian::adapters
