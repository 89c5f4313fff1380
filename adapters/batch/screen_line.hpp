#pragma once
// A case whose medicines were checked against each other only, as one line of JSON: schema guardian-screen/1
// (docs/batch.md). Pure; no line end is added.

#include <string>

#include "core/case.hpp"
#include "knowledge/medicine_screen.hpp"

namespace guardian::adapters::batch {

[[nodiscard]] std::string screen_line(const core::Case& subject, const knowledge::MedicineScreening& screening);

}  // namespace guardian::adapters::batch
