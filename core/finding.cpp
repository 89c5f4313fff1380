#include "core/finding.hpp"

#include <array>

namespace guardian::core {
namespace {

constexpr std::array<std::string_view, 21> type_names{
    "drug-drug",  "cumulative",   "washout",    "duplicate", "drug-allergy", "drug-disease", "drug-lab",
    "drug-renal", "drug-hepatic", "dose",       "drug-age",  "pregnancy",    "lactation",    "drug-food",
    "timing",     "route",        "monitoring", "guideline", "look-alike",   "unresolved",   "prompt-injection"};

}  // namespace

std::string_view to_string(FindingType type) noexcept { return type_names[static_cast<std::size_t>(type)]; }

bool parse_finding_type(std::string_view text, FindingType& type) noexcept {
  for (std::size_t i = 0; i < type_names.size(); ++i) {
    if (type_names[i] == text) {
      type = static_cast<FindingType>(i);
      return true;
    }
  }
  return false;
}

}  // namespace guardian::core
