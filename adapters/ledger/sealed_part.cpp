#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

#include "adapters/json/json_text.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/ledger/review_record.hpp"
#include "adapters/recorded/event_codec.hpp"

namespace guardian::adapters {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t usual_rest = 8UL * 1024;  // of a row, beside the review and the case, in bytes
constexpr std::string_view review_member = R"("review":)";

// The bytes of the review: as a text in rows of before, now the last member as it stands.
std::optional<std::string> review_of(const Json& json, std::string_view text) {
  const Json& review = json.at("review");
  if (review.is_string()) return review.get<std::string>();
  const auto size = json.at("review_bytes").get<std::uint64_t>();
  if (size >= text.size()) return std::nullopt;
  const std::size_t begin = text.size() - 1 - static_cast<std::size_t>(size);
  if (!text.ends_with('}') || !text.substr(0, begin).ends_with(review_member)) return std::nullopt;
  return std::string(text.substr(begin, static_cast<std::size_t>(size)));
}

}  // namespace

std::string encode_sealed_part(const ReviewRecord& record) {
  const std::string review = encode_review(record.review, false);
  JsonText json(review.size() + record.input.size() + usual_rest);
  json.open_object();
  json.string("schema", "guardian-ledger-case/2");
  json.string("input", record.input);
  json.string("as_of", record.review.as_of);
  json.string("kb", record.review.kb.digest);
  json.string("engine", record.review.engine_version);
  json.open_object("manner");
  json.string("locale", record.manner.locale);
  json.flag("plan", record.manner.with_plan);
  json.flag("explanation", record.manner.with_explanation);
  json.flag("model", record.manner.with_model);
  json.flag("pretty", record.manner.pretty);
  json.flag("full_audit", record.manner.full_audit);
  json.flag("release_uncertified", record.manner.release_uncertified);
  json.flag("free_text", record.manner.free_text);
  json.close_object();
  json.open_list("events");
  for (const agents::Event& event : record.events) json.text(encode_event(event));
  json.close_list();
  json.open_list("override_notes");
  for (const std::string& note : record.override_notes) json.text(note);
  json.close_list();
  json.integer("review_bytes", review.size());
  // Last, so that its bytes are found again as they were, without a second layer of quotes.
  json.raw("review", review);
  json.close_object();
  return json.take();
}

core::Result<SealedReview> decode_sealed_part(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    const std::string schema = json.at("schema").get<std::string>();
    if (schema != "guardian-ledger-case/1" && schema != "guardian-ledger-case/2")
      return core::fail(core::ErrorCode::io_failure, "the sealed part of the row is of another version");
    SealedReview sealed;
    sealed.input = json.at("input").get<std::string>();
    sealed.as_of = json.at("as_of").get<std::string>();
    sealed.kb_digest = json.at("kb").get<std::string>();
    sealed.engine_version = json.at("engine").get<std::string>();
    const Json& manner = json.at("manner");
    sealed.manner = {manner.at("locale").get<std::string>(),
                     manner.at("plan").get<bool>(),
                     manner.at("explanation").get<bool>(),
                     manner.at("model").get<bool>(),
                     manner.at("pretty").get<bool>(),
                     manner.at("full_audit").get<bool>(),
                     manner.at("release_uncertified").get<bool>(),
                     manner.at("free_text").get<bool>()};
    auto review = review_of(json, text);
    if (!review) return core::fail(core::ErrorCode::io_failure, "the review of the row is not where it says");
    sealed.review = std::move(*review);
    sealed.override_notes = json.at("override_notes").get<std::vector<std::string>>();
    for (const Json& line : json.at("events")) {
      auto event = decode_event(line.get<std::string>());
      if (!event) return core::fail(core::ErrorCode::io_failure, "an event of the row: " + event.error().message);
      sealed.events.push_back(std::move(*event));
    }
    return sealed;
  } catch (const nlohmann::json::exception&) {
    return core::fail(core::ErrorCode::io_failure, "the sealed part of the row is not what a review leaves");
  }
}

}  // namespace guardian::adapters
