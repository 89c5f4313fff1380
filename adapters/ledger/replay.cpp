#include "adapters/ledger/replay.hpp"

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/recorded/recorded_model.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters {

core::Result<Replay> replay(const SealedReview& recorded, const std::shared_ptr<const knowledge::KnowledgeBase>& base) {
  if (base->release().digest != recorded.kb_digest) {
    return core::fail(core::ErrorCode::knowledge_unavailable,
                      "the review was made with the knowledge base " + recorded.kb_digest + "; name it with --kb");
  }
  CaseDecoding decoding = fhir::decode_document(recorded.input, recorded.as_of).decoding;
  if (!decoding.value) return core::fail(core::ErrorCode::io_failure, "the recorded case cannot be read any more");
  if (decoding.value->as_of.empty()) decoding.value->as_of = recorded.as_of;

  runtime::OrchestratorOptions options;
  options.reviewer.default_locale = recorded.manner.locale;
  options.reviewer.with_plan = recorded.manner.with_plan;
  if (recorded.manner.with_explanation) options.reviewer.explanation = agents::ExplanationOptions{};
  options.audit->faithfulness_of_template = recorded.manner.full_audit;
  options.audit->policy.release_uncertified = recorded.manner.release_uncertified;
  runtime::ModelUse model;
  model.free_text = recorded.manner.free_text;
  if (recorded.manner.with_model) {
    model.client = std::make_shared<RecordedModel>(recorded.events, nullptr);
    model.lexicon = std::make_shared<agents::MaskLexicon>(agents::MaskLexicon::build(*base));
  }
  runtime::Orchestrator orchestrator(base, options, model);
  auto review = orchestrator.review(std::move(*decoding.value));
  if (!review) return core::fail(review.error());
  review->notes.insert(review->notes.end(), recorded.override_notes.begin(), recorded.override_notes.end());

  Replay again;
  again.same = encode_review(*review, false) == recorded.review;
  if (review->engine_version != recorded.engine_version) again.other_version = recorded.engine_version;
  again.review = std::move(*review);
  return again;
}

}  // namespace guardian::adapters
