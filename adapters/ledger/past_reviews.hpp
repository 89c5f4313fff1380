#pragma once
// What another knowledge base would have made of the reviews in a ledger: each case that was kept is reviewed again,
// offline, with the one and with the other, and what differs is counted. The program and the rules of the agents are
// the same for both, so that all that differs comes from the knowledge. Nothing of it names a patient or a medicine.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/ledger/key.hpp"
#include "audit/ledger/reader.hpp"
#include "core/result.hpp"
#include "core/severity.hpp"
#include "core/triage_level.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters {

enum class PastChange : std::uint8_t { added, gone, raised, lowered };
inline constexpr std::size_t past_change_count = 4;
[[nodiscard]] std::string_view to_string(PastChange change) noexcept;

// A finding is the same one when it is of the same type about the same subjects.
struct FindingChange {
  PastChange change = PastChange::added;
  std::string type;
  std::vector<std::string> rules;  // of the finding as it would be; of one that is gone, as it was
  std::optional<core::Severity> before;
  std::optional<core::Severity> after;
};

struct ChangedReview {
  std::uint64_t sequence = 0;  // row of the ledger
  core::Decision decision_before{};
  core::Decision decision_after{};
  core::TriageLevel triage_before{};
  core::TriageLevel triage_after{};
  std::vector<FindingChange> findings;
};

struct PastReviews {
  std::uint64_t reviews = 0;   // rows of reviews
  std::uint64_t compared = 0;  // of these
  std::uint64_t changed = 0;   // of the compared ones
  // The others, by why their case is not there to be reviewed again.
  std::uint64_t not_kept = 0;  // recorded de-identified or without a key
  std::uint64_t erased = 0;
  std::uint64_t damaged = 0;     // or sealed with another key
  std::uint64_t unreadable = 0;  // the case, or a review of it failed

  std::array<std::uint64_t, past_change_count> findings{};                          // by PastChange
  std::map<std::string, std::array<std::uint64_t, past_change_count>> rules;        // the same, by rule
  std::map<std::pair<core::Decision, core::Decision>, std::uint64_t> decisions;     // other decisions, before and after
  std::map<std::pair<core::TriageLevel, core::TriageLevel>, std::uint64_t> triage;  // other levels
  std::vector<ChangedReview> first;                                                 // the first `limit` that change
};

// `jobs` threads review (at least one); memory is bounded whatever the length of the ledger. `invalid_input` when cases
// are sealed and `key` is not given.
[[nodiscard]] core::Result<PastReviews> compare_past_reviews(
    audit::ledger::Reader& reader, const std::optional<audit::ledger::Key>& key,
    const std::shared_ptr<const knowledge::KnowledgeBase>& before,
    const std::shared_ptr<const knowledge::KnowledgeBase>& after, unsigned jobs, std::size_t limit);

}  // namespace guardian::adapters
