#pragma once
// Reads a hospital's own rules (TSV, or JSON where the name of the file ends in .json) and the sign-offs that stand
// beside them. What cannot be read is "FILE:LINE: column `NAME`: ..." as an `invalid_input`; nothing is left out. Of
// JSON the line is that on which the rule begins. One thread.

#include <filesystem>
#include <vector>

#include "core/result.hpp"
#include "knowledge/hospital_import.hpp"

namespace guardian::adapters::sources {

[[nodiscard]] core::Result<std::vector<knowledge::HospitalRow>> read_hospital_rules(const std::filesystem::path& file);

// rule, source, key, time and signature with tabs between; none where there is no file.
[[nodiscard]] core::Result<std::vector<knowledge::HospitalSignOff>> read_sign_offs(const std::filesystem::path& file);

// FILE.sign-offs
[[nodiscard]] std::filesystem::path sign_off_file(const std::filesystem::path& rules);

}  // namespace guardian::adapters::sources
