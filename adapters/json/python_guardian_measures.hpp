#pragma once
// The measured part of a Python Patient Safety Guardian file: `recent_labs` and `vital_signs`.

#include <string>
#include <vector>

#include "adapters/json/json_value.hpp"
#include "adapters/json/member_reader.hpp"
#include "core/case.hpp"

namespace guardian::adapters {

[[nodiscard]] std::vector<core::LabResult> read_python_labs(const JsonValue& labs, const std::string& path,
                                                            DecodeLog& log);
[[nodiscard]] core::Vitals read_python_vitals(const JsonObject& vitals, const std::string& path, DecodeLog& log);

}  // namespace guardian::adapters
