#pragma once
// Reads a case from JSON: the project's own format (guardian schema case) or, told by `patient_id` without `id`, a
// patient file of the Python Patient Safety Guardian. Pure, safe to call from any thread; never throws on bad input.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/input_problem.hpp"
#include "core/case.hpp"

namespace guardian::adapters {

// A case, or everything that is wrong with it: `value` is set exactly when `problems` is empty.
struct CaseDecoding {
  std::optional<core::Case> value;
  std::vector<InputProblem> problems;
  std::optional<std::string> case_id;  // the id where it could be read, also when the case could not
};

// What is absent stays unknown: `as_of` and `locale` are empty when not given, and it is the caller who fills them.
[[nodiscard]] CaseDecoding decode_case(std::string_view json_text);

}  // namespace guardian::adapters
