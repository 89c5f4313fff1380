#pragma once
// The coded words of rows that people add: interventions, overrides, outcomes, erasures. Codes can be counted; free
// text stands beside them, sealed. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace guardian::audit::ledger {

// Where in the process of medication it was (the nodes of the NCC MERP taxonomy of medication errors, 1998).
inline constexpr std::array<std::string_view, 5> medication_stages = {"prescribing", "transcribing", "dispensing",
                                                                      "administering", "monitoring"};

// What was done because of a finding.
inline constexpr std::array<std::string_view, 7> interventions = {
    "stopped", "switched", "dose-changed", "timing-changed", "monitoring-added", "not-started", "clarified"};

// The harm there would have been had it reached the patient: categories of the NCC MERP index (2001), A to I.
[[nodiscard]] std::optional<std::string_view> harm_meaning(char category) noexcept;

// Why a clinician goes on in spite of a finding.
inline constexpr std::array<std::string_view, 8> override_reasons = {
    "benefit-outweighs-risk", "tolerated-before", "will-monitor",     "dose-adjusted",
    "no-alternative",         "not-applicable",   "already-resolved", "other"};

// What turned out to be so: of a finding, whether it was right; of a review, whether it missed something.
inline constexpr std::array<std::string_view, 4> outcomes = {"right", "wrong", "missed", "nothing-missed"};

inline constexpr std::array<std::string_view, 4> erasure_reasons = {"patient-request", "retention-over",
                                                                    "wrong-patient", "court-order"};

template <std::size_t Count>
[[nodiscard]] constexpr bool is_word_of(const std::array<std::string_view, Count>& words, std::string_view word) {
  for (const std::string_view known : words) {
    if (known == word) return true;
  }
  return false;
}

}  // namespace guardian::audit::ledger
