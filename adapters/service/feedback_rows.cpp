#include "adapters/service/feedback_rows.hpp"

#include <algorithm>
#include <utility>

#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/override.hpp"
#include "audit/ledger/vocabulary.hpp"

namespace guardian::adapters::service {
namespace {

namespace ledger = audit::ledger;

// A reason of the client's own list is none of ours: its code is kept in the words.
std::string reason_of(const CardFeedback& feedback) {
  return ledger::is_word_of(ledger::override_reasons, feedback.reason) ? feedback.reason : "other";
}

std::string words_of(const CardFeedback& feedback) {
  std::string words = feedback.comment;
  if (!feedback.reason.empty() && reason_of(feedback) == "other") {
    words += (words.empty() ? "" : " ") + ("[" + feedback.reason_system + "|" + feedback.reason + "]");
  }
  return words;
}

std::string override_of(const core::Finding& finding, const core::Review& review, const CardFeedback& feedback,
                        std::int64_t at_ms) {
  ledger::Override made;
  made.finding = finding.id;
  made.reason = reason_of(feedback);
  made.made_ms = at_ms;
  made.expires_ms = at_ms + ledger::longest_override_ms(finding.severity, finding.contraindication);
  made.severity = finding.severity;
  made.contraindication = finding.contraindication;
  if (review.triage) made.triage = review.triage->level;
  for (const core::Finding& other : review.findings) made.findings.push_back(other.id);
  return encode_open_part(made);
}

}  // namespace

core::Result<void> record_feedback(ReviewDesk& desk, const CardFeedback& feedback, std::int64_t at_ms) {
  ReviewLedger* book = desk.ledger();
  if (book == nullptr) return {};
  const auto kept = desk.kept(feedback.shown.review);
  if (!kept || !kept->review->ledger || !kept->review->ledger->unrecorded.empty()) {
    return core::fail(core::ErrorCode::not_found, "the review of this card is not in the ledger");
  }
  const core::Review& review = *kept->review;
  for (const core::Finding& finding : review.findings) {
    const auto& findings = feedback.shown.findings;
    if (std::find(findings.begin(), findings.end(), finding.id) == findings.end()) continue;
    ledger::Row row;
    row.kind = feedback.accepted ? ledger::RowKind::intervention : ledger::RowKind::override;
    row.at_ms = at_ms;
    row.about = review.ledger->sequence;
    row.open = feedback.accepted ? encode_open_part(Intervention{finding.id, "not-started", "prescribing", ""})
                                 : override_of(finding, review, feedback, at_ms);
    const std::string words = words_of(feedback);
    if (!words.empty() && book->seals()) row.sealed = encode_comment("", words);
    if (const auto stamp = book->add(std::move(row)); !stamp) return core::fail(stamp.error());
  }
  return {};
}

}  // namespace guardian::adapters::service
