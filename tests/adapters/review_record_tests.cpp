#include "adapters/ledger/review_record.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/json/review_codec.hpp"

using namespace guardian;
using Json = nlohmann::ordered_json;

namespace {

adapters::ReviewRecord a_record() {
  adapters::ReviewRecord record;
  record.input = "{\"id\": \"C-1\",\n \"note\": \"she said \\\"no\\\"\"}";
  record.manner.locale = "GB";
  record.review.case_id = "C-1";
  record.review.as_of = "2026-11-02T08:00:00Z";
  record.review.notes = {R"(a "quoted" note with \ and ü, and "review": within)"};
  record.override_notes = {"a note"};
  return record;
}

}  // namespace

TEST_CASE("the sealed part of a row gives back the case and the bytes of the review", "[adapters][ledger]") {
  const adapters::ReviewRecord record = a_record();
  const std::string text = adapters::encode_sealed_part(record);
  CHECK(text == adapters::encode_sealed_part(record));
  const auto sealed = adapters::decode_sealed_part(text);
  REQUIRE(sealed.has_value());
  CHECK(sealed->input == record.input);
  CHECK(sealed->review == adapters::encode_review(record.review, false));
  CHECK(sealed->manner == record.manner);
  CHECK(sealed->override_notes == record.override_notes);
}

TEST_CASE("the sealed part of a row of before, with the review as a text, is read as ever", "[adapters][ledger]") {
  const adapters::ReviewRecord record = a_record();
  Json json = Json::parse(adapters::encode_sealed_part(record));
  json["schema"] = "guardian-ledger-case/1";
  json.erase("review_bytes");
  json["review"] = adapters::encode_review(record.review, false);
  const auto sealed = adapters::decode_sealed_part(json.dump());
  REQUIRE(sealed.has_value());
  CHECK(sealed->review == adapters::encode_review(record.review, false));
  CHECK(sealed->input == record.input);
}

TEST_CASE("a sealed part whose review is not where it says is refused", "[adapters][ledger]") {
  const std::string text = adapters::encode_sealed_part(a_record());
  const Json json = Json::parse(text);
  const auto size = json["review_bytes"].get<std::uint64_t>();
  for (const std::uint64_t wrong :
       {std::uint64_t{0}, size - 1, size + 1, std::uint64_t{text.size()}, ~std::uint64_t{0}}) {
    Json changed = json;
    changed["review_bytes"] = wrong;
    CHECK_FALSE(adapters::decode_sealed_part(changed.dump()).has_value());
  }
  Json of_later = json;
  of_later["schema"] = "guardian-ledger-case/3";
  CHECK_FALSE(adapters::decode_sealed_part(of_later.dump()).has_value());
  CHECK_FALSE(adapters::decode_sealed_part(text + "\n").has_value());
  CHECK_FALSE(adapters::decode_sealed_part("").has_value());
}
