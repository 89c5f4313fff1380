#pragma once
// Reads a patient file of the Python Patient Safety Guardian (`patient_id`, `current_medications`, `recent_labs`, ...).
// Such files are written by hand and differ, so that what cannot be read is noted as ignored; it is a problem only
// where a medicine would be lost or a number is nonsense. Pure.

#include "adapters/json/json_value.hpp"
#include "adapters/json/member_reader.hpp"
#include "core/case.hpp"

namespace guardian::adapters {

[[nodiscard]] bool is_python_patient(const JsonObject& document) noexcept;

// What it cannot read goes to `log`; the case is of use only when `log` has no problem. Members of the case format that
// such files lack (as_of, locale, order, orders) are read where somebody added them.
[[nodiscard]] core::Case decode_python_patient(const JsonObject& document, DecodeLog& log);

}  // namespace guardian::adapters
