#include "core/audit_report.hpp"

namespace guardian::core {

std::string_view to_string(CheckState state) noexcept {
  switch (state) {
    case CheckState::holds: return "holds";
    case CheckState::fails: return "fails";
    case CheckState::not_applicable: return "not applicable";
  }
  return "fails";
}

std::string_view to_string(ConfidenceQuestion question) noexcept {
  switch (question) {
    case ConfidenceQuestion::finding_right: return "finding right";
    case ConfidenceQuestion::nothing_missed: return "nothing missed";
    case ConfidenceQuestion::narrative_supported: return "narrative supported";
  }
  return "finding right";
}

std::string_view to_string(ClaimState state) noexcept {
  switch (state) {
    case ClaimState::supported: return "supported";
    case ClaimState::unsupported: return "unsupported";
    case ClaimState::contradicting: return "contradicting";
    case ClaimState::uncheckable: return "uncheckable";
  }
  return "unsupported";
}

std::string_view to_string(FaithfulnessVerdict verdict) noexcept {
  switch (verdict) {
    case FaithfulnessVerdict::faithful: return "FAITHFUL";
    case FaithfulnessVerdict::partial: return "PARTIAL";
    case FaithfulnessVerdict::hollow: return "HOLLOW";
    case FaithfulnessVerdict::not_assessed: return "not assessed";
  }
  return "not assessed";
}

}  // namespace guardian::core
