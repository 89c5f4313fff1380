#pragma once
// A review as the ledger keeps it (docs/ledger.md): an open part, which names nobody, and a sealed part with the case,
// the whole review and every answer of a model, from which the review can be made again. Canonical: the same record
// gives the same bytes. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/event.hpp"
#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::adapters {

// How the review was made: what replay must do again.
struct ReviewManner {
  std::string locale = "US";
  bool with_plan = false;
  bool with_explanation = false;
  bool with_model = false;
  bool pretty = false;               // how its JSON was written
  bool full_audit = false;           // faithfulness of the template too
  bool release_uncertified = false;  // a model's text goes out without a certificate
  bool free_text = true;             // may go to a model

  friend bool operator==(const ReviewManner&, const ReviewManner&) = default;
};

struct ReviewRecord {
  std::string input;  // the case as it came
  ReviewManner manner;
  core::Review review;
  std::vector<agents::Event> events;
  std::vector<std::string> override_notes;  // which the ledger added to the notes of the review
  std::string hook;  // JSON: the cards it was shown as, where it was made for a hook; names nobody
};

// Nothing of it names a patient: codes, digests, and findings without their words. With `facts` also what the engine
// took from the case, as concepts of the knowledge base and numbers (where the case itself is not kept).
[[nodiscard]] std::string encode_open_part(const ReviewRecord& record, bool facts);

[[nodiscard]] std::string encode_sealed_part(const ReviewRecord& record);

// What is needed to make the review again.
struct SealedReview {
  std::string input;
  std::string as_of;
  std::string kb_digest;
  std::string engine_version;
  ReviewManner manner;
  std::string review;  // its JSON in one line, without its place in the ledger
  std::vector<agents::Event> events;
  std::vector<std::string> override_notes;
};
// `io_failure` when it is not what encode_sealed_part writes.
[[nodiscard]] core::Result<SealedReview> decode_sealed_part(std::string_view text);

}  // namespace guardian::adapters
