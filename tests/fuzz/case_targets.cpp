// Cases in every format, and the review of what was read of them.

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/case_codec.hpp"
#include "adapters/json/case_writer.hpp"
#include "adapters/json/json_reading.hpp"
#include "adapters/json/json_value.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/json/review_reader.hpp"
#include "runtime/reviewer.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {
namespace {

void check_decoding(const adapters::CaseDecoding& decoding) {
  demand(decoding.value.has_value() == decoding.problems.empty(), "a case is read, or something is wrong with it");
  if (!decoding.value) return;
  core::Case subject = *decoding.value;
  static_cast<void>(adapters::number_entries(subject));
  const std::string written = adapters::encode_case(subject);
  const auto again = adapters::decode_case(written);
  demand(again.value.has_value(), "a case that was read can be written and read again");
  subject.ignored_members.clear();
  demand(*again.value == subject, "a case that is written and read again is the same");
}

// Every entry of the case that was read, whatever stands in it.
void check_nothing_is_lost(const core::Case& subject, const core::Review& review) {
  const auto is_there = [&](const std::string& element) {
    const auto of_it = [&](const auto& medication) { return medication.element == element; };
    return std::any_of(review.resolved.begin(), review.resolved.end(), of_it) ||
           std::any_of(review.unresolved.begin(), review.unresolved.end(), of_it);
  };
  for (const core::MedicationEntry& entry : subject.medications) {
    demand(is_there(entry.element), "every medicine of a case is read, or shown as one that was not");
  }
  demand(review.unresolved.empty() || !review.complete, "a review with an unknown medicine is not complete");
  demand(review.complete || review.decision != core::Decision::clear, "an incomplete review is never clear");
}

}  // namespace

void take_case(std::string_view bytes) {
  const adapters::JsonParsing quick = adapters::read_json(bytes);
  demand(quick.value.has_value() == adapters::parse_json(bytes).value.has_value(), "both readers take the same JSON");
  check_decoding(adapters::decode_case(bytes));
}

void take_fhir(std::string_view bytes) {
  check_decoding(adapters::fhir::decode_document(bytes, "2026-11-02T08:00:00Z").decoding);
}

void take_review(std::string_view bytes) {
  if (const auto read = adapters::read_review(bytes)) static_cast<void>(adapters::encode_review(*read, false));
  auto decoding = adapters::fhir::decode_document(bytes, "2026-11-02T08:00:00Z").decoding;
  if (!decoding.value) return;
  core::Case subject = std::move(*decoding.value);
  if (subject.as_of.empty()) subject.as_of = "2026-11-02T08:00:00Z";
  // More would only say the same, slowly.
  if (subject.medications.size() > 30) subject.medications.resize(30);
  static runtime::Reviewer reviewer(shipped_knowledge(), {.explanation = agents::ExplanationOptions{}});
  const auto review = reviewer.review(subject);
  demand(review.has_value(), "a case that was read is reviewed");
  check_nothing_is_lost(subject, *review);
  const auto again = reviewer.review(subject);
  demand(again && *again == *review, "the same case has the same review");
  const std::string written = adapters::encode_review(*review, false);
  demand(adapters::read_review(written).has_value(), "a review that is written can be read");
}

}  // namespace guardian::fuzz
