#include "audit/ledger/vocabulary.hpp"

namespace guardian::audit::ledger {

std::optional<std::string_view> harm_meaning(char category) noexcept {
  switch (category) {
    case 'A': return "circumstances that could cause an error";
    case 'B': return "an error that does not reach the patient";
    case 'C': return "reaches the patient, no harm";
    case 'D': return "reaches the patient, monitoring needed to confirm or preclude harm";
    case 'E': return "temporary harm that needs intervention";
    case 'F': return "temporary harm with initial or prolonged hospital stay";
    case 'G': return "permanent harm";
    case 'H': return "intervention needed to sustain life";
    case 'I': return "death";
    default: return std::nullopt;
  }
}

}  // namespace guardian::audit::ledger
