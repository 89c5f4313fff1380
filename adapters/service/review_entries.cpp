#include "adapters/service/review_entries.hpp"

#include <algorithm>
#include <utility>

#include "adapters/ledger/row_codec.hpp"
#include "adapters/service/replies.hpp"
#include "audit/ledger/override.hpp"
#include "audit/ledger/vocabulary.hpp"

namespace guardian::adapters::service {
namespace {

namespace ledger = audit::ledger;
using core::ErrorCode;
using core::LedgerStamp;
using core::Result;

// The review that someone speaks of, and the ledger that it stands in.
struct Recorded {
  ReviewLedger* book;
  std::uint64_t sequence;
  RecordedReview review;
};

Result<Recorded> recorded(ReviewDesk& desk, const std::string& id) {
  ReviewLedger* book = desk.ledger();
  if (book == nullptr) return core::fail(ErrorCode::not_found, "the service keeps no ledger");
  PastReview past = desk.find(id);
  if (past.state == PastState::unknown) return core::fail(ErrorCode::not_found, "no review of this id is known here");
  if (past.state == PastState::erased) return core::fail(ErrorCode::not_found, "the case of this review was erased");
  if (past.sequence == 0) return core::fail(ErrorCode::not_found, "this review is not in the ledger");
  return Recorded{book, past.sequence, std::move(past.said)};
}

const RecordedFinding* find(const RecordedReview& review, const std::string& id) {
  const auto found = std::find_if(review.findings.begin(), review.findings.end(),
                                  [&](const RecordedFinding& finding) { return finding.id == id; });
  return found == review.findings.end() ? nullptr : &*found;
}

std::string override_of(const RecordedFinding& finding, const RecordedReview& review, const std::string& reason,
                        std::int64_t at_ms) {
  ledger::Override made;
  made.finding = finding.id;
  made.reason = reason;
  made.made_ms = at_ms;
  made.expires_ms = at_ms + ledger::longest_override_ms(finding.severity, finding.contraindication);
  made.severity = finding.severity;
  made.contraindication = finding.contraindication;
  made.triage = review.triage;
  for (const RecordedFinding& other : review.findings) made.findings.push_back(other.id);
  return encode_open_part(made);
}

Result<LedgerStamp> add(const Recorded& to, ledger::RowKind kind, std::string open, const std::string& by,
                        const std::string& comment, std::int64_t at_ms) {
  ledger::Row row;
  row.kind = kind;
  row.at_ms = at_ms;
  row.about = to.sequence;
  row.open = std::move(open);
  if ((!by.empty() || !comment.empty()) && to.book->seals()) row.sealed = encode_comment(by, comment);
  return to.book->add(std::move(row));
}

// A reason of the client's own list is none of ours: its code is kept in the words.
std::string reason_of(const CardFeedback& feedback) {
  return ledger::is_word_of(ledger::override_reasons, feedback.reason) ? feedback.reason : "other";
}

std::string words_of(const CardFeedback& feedback) {
  std::string words = feedback.comment;
  if (!feedback.reason.empty() && reason_of(feedback) != feedback.reason) {
    words += (words.empty() ? "" : " ") + ("[" + feedback.reason_system + "|" + feedback.reason + "]");
  }
  return words;
}

}  // namespace

Result<LedgerStamp> record_override(ReviewDesk& desk, const ReviewEntry& entry, std::int64_t at_ms) {
  if (!ledger::is_word_of(ledger::override_reasons, entry.code)) {
    return core::fail(ErrorCode::invalid_input, "/reason: is not one of the coded reasons");
  }
  const auto to = recorded(desk, entry.review);
  if (!to) return core::fail(to.error());
  const RecordedFinding* finding = find(to->review, entry.finding);
  if (finding == nullptr) return core::fail(ErrorCode::not_found, "/finding: the review has no such finding");
  return add(*to, ledger::RowKind::override, override_of(*finding, to->review, entry.code, at_ms), entry.by,
             entry.comment, at_ms);
}

Result<LedgerStamp> record_outcome(ReviewDesk& desk, const ReviewEntry& entry, std::int64_t at_ms) {
  if (!ledger::is_word_of(ledger::outcomes, entry.code)) {
    return core::fail(ErrorCode::invalid_input, "/outcome: is not one of the coded outcomes");
  }
  const auto to = recorded(desk, entry.review);
  if (!to) return core::fail(to.error());
  const bool of_finding = entry.code == "right" || entry.code == "wrong";
  if (of_finding && find(to->review, entry.finding) == nullptr) {
    return core::fail(ErrorCode::not_found, "/finding: the review has no such finding");
  }
  if (!of_finding && !entry.finding.empty()) {
    return core::fail(ErrorCode::invalid_input, "/finding: this outcome is said of a whole review");
  }
  return add(*to, ledger::RowKind::outcome, encode_open_part(OutcomeLabel{entry.finding, entry.code, {}, 1.0}),
             entry.by, entry.comment, at_ms);
}

http::Reply gone_reply() { return outcome_reply(410, "deleted", "The case of this review was erased from the ledger"); }

std::optional<http::Reply> erased_reply(ReviewDesk& desk, std::string_view review) {
  if (desk.ledger() == nullptr || desk.find(review).state != PastState::erased) return std::nullopt;
  return gone_reply();
}

Result<void> record_feedback(ReviewDesk& desk, const CardFeedback& feedback, std::int64_t at_ms) {
  if (desk.ledger() == nullptr) return {};
  const auto to = recorded(desk, feedback.shown.review);
  if (!to) return core::fail(to.error());
  for (const std::string& id : feedback.shown.findings) {
    const RecordedFinding* finding = find(to->review, id);
    if (finding == nullptr) continue;
    const auto stamp =
        feedback.accepted
            ? add(*to, ledger::RowKind::intervention,
                  encode_open_part(Intervention{id, "not-started", "prescribing", ""}), {}, words_of(feedback), at_ms)
            : add(*to, ledger::RowKind::override, override_of(*finding, to->review, reason_of(feedback), at_ms), {},
                  words_of(feedback), at_ms);
    if (!stamp) return core::fail(stamp.error());
  }
  return {};
}

}  // namespace guardian::adapters::service
