#pragma once
// Rows of a ledger as JSON, and the parts of rows that people add (docs/ledger.md). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/ledger/override.hpp"
#include "audit/ledger/reader.hpp"
#include "audit/ledger/row.hpp"
#include "audit/ledger/verify.hpp"
#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::adapters {

// One object: place, time, hash, the open part, and of the sealed part its state; with what it says where `opened` has
// it.
[[nodiscard]] std::string encode_row(const audit::ledger::RowView& row, const audit::ledger::Opened& opened,
                                     bool pretty);
// One line for a person: place, time, kind and the codes that matter.
[[nodiscard]] std::string row_summary(const audit::ledger::RowView& row);

[[nodiscard]] std::string encode_verification(const audit::ledger::Verification& verification);

// What someone adds about a review. Words are those of audit/ledger/vocabulary.hpp.
struct Intervention {
  std::string finding;
  std::string action;
  std::string stage;
  std::string harm;  // A to I
};
[[nodiscard]] std::string encode_open_part(const Intervention& intervention);

struct OutcomeLabel {
  std::string finding;  // empty: the whole review
  std::string label;
  std::string severity;      // of what was missed; empty: not said
  double probability = 1.0;  // that this review was chosen to be judged
};
[[nodiscard]] std::string encode_open_part(const OutcomeLabel& outcome);

[[nodiscard]] std::string encode_open_part(const audit::ledger::Override& override);
// Nothing when it is no override that encode_open_part wrote.
[[nodiscard]] std::optional<audit::ledger::Override> decode_override(std::string_view open, std::int64_t made_ms);

[[nodiscard]] std::string encode_erasure(std::string_view reason);
// The sealed part of rows that people add.
[[nodiscard]] std::string encode_comment(std::string_view by, std::string_view comment);

// What the open part of a review says of itself: the case as an override or an outcome finds it.
struct RecordedFinding {
  std::string id;
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
};
struct RecordedReview {
  std::vector<RecordedFinding> findings;
  core::TriageLevel triage = core::TriageLevel::routine;
};
[[nodiscard]] core::Result<RecordedReview> decode_open_review(std::string_view open);

// "2026-11-02T08:00:00.123Z"
[[nodiscard]] std::string time_text(std::int64_t at_ms);

}  // namespace guardian::adapters
