// The audit of awkward inputs: whatever comes, an answer without NaN or a refusal that names the element.

#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/json/audit_codec.hpp"
#include "adapters/json/json_writer.hpp"

using namespace guardian;
using Json = nlohmann::json;

namespace {

// The answer, or nothing where the input was refused.
std::optional<Json> answered(const Json& input, bool compat = false) {
  const auto parsing = adapters::parse_json(input.dump());
  REQUIRE(parsing.value);
  adapters::AuditOptions options;
  options.compat = compat;
  options.policy.trust.resamples = 20;
  const auto answer = adapters::audit_document(*parsing.value->object(), options);
  if (!answer) {
    CHECK(answer.error().code == core::ErrorCode::invalid_input);
    CHECK_FALSE(answer.error().message.empty());
    return std::nullopt;
  }
  const std::string text = adapters::write_json(*answer, false);
  // A name of a group may be any word; a number may not.
  CHECK(text.find(":NaN") == std::string::npos);
  CHECK(text.find(":nan") == std::string::npos);
  CHECK(text.find(":inf") == std::string::npos);
  CHECK(text.find(":-nan") == std::string::npos);
  return Json::parse(text);
}

Json one_case(int labels) {
  Json document{{"y_true", {0}}, {"y_pred", {0}}, {"groups", {{"sex", {"F"}}, {"age", {"old"}}}}};
  Json row = Json::array();
  for (int i = 0; i < labels; ++i) row.push_back(i == 0 ? 1.0 : 0.0);
  document["y_prob"] = Json::array({row});
  document["embeddings"] = {{0.5, 0.5}};
  document["y_pred_sets"] =
      Json::array({row.is_array() ? Json(std::vector<int>(static_cast<std::size_t>(labels), 1)) : row});
  document["nominal_coverage"] = 0.9;
  return document;
}

}  // namespace

TEST_CASE("one case, one label and equal scores are audited without a number that is none", "[adapters][audit]") {
  for (const bool compat : {false, true}) {
    CHECK(answered(one_case(2), compat));
    CHECK(answered(one_case(3), compat));
    Json same = one_case(2);
    for (const char* name : {"y_true", "y_pred", "y_prob", "embeddings", "y_pred_sets"})
      for (int i = 0; i < 5; ++i) same[name].insert(same[name].end(), 12, same[name][0]);
    for (const char* name : {"sex", "age"}) same["groups"][name] = std::vector<std::string>(same["y_true"].size(), "a");
    const auto found = answered(same, compat);
    REQUIRE(found);
    if (!compat) CHECK((*found)["extended"]["selective"]["auroc_correct_vs_wrong"].is_null());
  }
}

TEST_CASE("no cases, and a group without any, are refused or absent", "[adapters][audit]") {
  CHECK_FALSE(answered({{"y_true", Json::array()}, {"y_pred", Json::array()}}));
  Json empty_groups = one_case(2);
  empty_groups["groups"] = Json::object();
  CHECK(answered(empty_groups));
  Json none = one_case(2);
  none["y_prob"] = nullptr;
  none.erase("embeddings");
  none.erase("y_pred_sets");
  const auto found = answered(none);
  REQUIRE(found);
  CHECK_FALSE((*found)["extended"].contains("selective"));
}

TEST_CASE("any predictions of classes give an answer without NaN", "[adapters][audit][property]") {
  CHECK(rc::check([] {
    const int cases = *rc::gen::inRange(1, 60);
    const int labels = *rc::gen::inRange(2, 4);
    // Few different values: ties, empty groups and classes that never occur are the rule.
    Json document{{"y_true", Json::array()},     {"y_pred", Json::array()},      {"y_prob", Json::array()},
                  {"embeddings", Json::array()}, {"y_pred_sets", Json::array()}, {"nominal_coverage", 0.9}};
    Json sex = Json::array();
    Json site = Json::array();
    const int kinds = *rc::gen::inRange(1, labels + 1);
    for (int i = 0; i < cases; ++i) {
      document["y_true"].push_back(*rc::gen::inRange(0, kinds));
      document["y_pred"].push_back(*rc::gen::inRange(0, labels));
      Json row = Json::array();
      Json set = Json::array();
      for (int k = 0; k < labels; ++k) {
        row.push_back(*rc::gen::inRange(0, 5) / 4.0);
        set.push_back(*rc::gen::inRange(0, 2));
      }
      document["y_prob"].push_back(row);
      document["y_pred_sets"].push_back(set);
      document["embeddings"].push_back({*rc::gen::inRange(0, 3), *rc::gen::inRange(0, 2)});
      sex.push_back(*rc::gen::inRange(0, 2) == 0 ? "F" : "M");
      site.push_back(std::to_string(*rc::gen::inRange(0, 4)));
    }
    document["groups"] = {{"sex", sex}, {"site", site}};
    document["embeddings_b"] = document["embeddings"];
    answered(document);
    answered(document, true);
  }));
}

TEST_CASE("samples of drift with NaN, infinity, one value or none give null or a refusal", "[adapters][audit]") {
  const auto drift = [](const Json& reference, const Json& current) {
    return answered({{"cases", {{{"name", "x"}, {"ref", reference}, {"cur", current}}}}});
  };
  CHECK_FALSE(drift(Json::array(), {1.0}));
  CHECK_FALSE(drift({1.0}, Json::array()));
  CHECK(drift({1.0}, {1.0}));
  CHECK(drift(std::vector<double>(40, 1.0), std::vector<double>(40, 1.0)));
  Json holes = {"NaN", 1.0, "Infinity", 2.0, "-Infinity", "NaN"};
  for (int i = 0; i < 40; ++i) holes.push_back(i % 7 == 0 ? Json("NaN") : Json(i * 0.1));
  drift(holes, {1.0, 2.0, 3.0});
  drift({1.0, 2.0, 3.0}, holes);
}

TEST_CASE("thresholds, areas and intervals of nothing, of one score and of equal ones", "[adapters][audit]") {
  answered({{"score", Json::array()}, {"correct", Json::array()}});
  for (const std::size_t cases : {std::size_t{1}, std::size_t{80}}) {
    for (const int right : {0, 1}) {
      const auto found =
          answered({{"score", std::vector<double>(cases, 0.9)},
                    {"correct", std::vector<int>(cases, right)},
                    {"ltt", {{"alpha", 0.05}, {"delta", 0.05}}},
                    {"crc", {{"alpha", 0.1}}},
                    {"venn_abers", {{"calibration_rows", {0, cases}}, {"queries", {{{"score", 0.9}}}}}}});
      CHECK(found);
    }
  }
  answered({{"temperature", {{"logits", {{1.0, 1.0}, {1.0, 1.0}}}, {"y", {0, 1}}}}});
  answered({{"temperature", {{"logits", {{5.0, 0.0}, {0.0, 5.0}}}, {"y", {0, 1}}}}});  // never wrong: the coldest
  answered({{"wilson", {{{"k", 0}, {"n", 0}}}}});
  answered({{"wilson", {{{"k", 5}, {"n", 3}}}}});
  answered({{"budget", {{{"alpha", 0.0}, {"delta", 0.05}}}}});
}

TEST_CASE("novelty and slices of few, equal and constant rows", "[adapters][audit]") {
  answered({{"reference", {{1.0, 2.0}}}, {"queries", {{1.0, 2.0}}}});
  answered({{"reference", {{1.0, 2.0}, {1.0, 2.0}, {1.0, 2.0}}}, {"queries", {{1.0, 2.0}, {3.0, 4.0}}}});
  answered({{"reference", Json::array()}, {"queries", {{1.0, 2.0}}}});
  answered({{"slices", {{"features", {{"sex", {"F", "F", "F"}}}}, {"error", {0, 0, 0}}}}});
  answered({{"bootstrap", {{"conf", {0.9}}, {"correct", {1}}, {"seed", 1}, {"B", 10}}}});
}

TEST_CASE("numbers instead of classes: constant, perfect and single targets", "[adapters][audit]") {
  for (const bool compat : {false, true}) {
    answered({{"y_true", {1.5, 1.5, 1.5}}, {"y_pred", {1.5, 1.5, 1.5}}}, compat);
    answered({{"y_true", {1.5}}, {"y_pred", {2.5}}, {"variance", {0.0}}}, compat);
    answered({{"y_true", {1.5, 2.5, 3.5}},
              {"y_pred", {1.0, 2.0, 3.0}},
              {"intervals", {{"0.9", {{"lower", {0.0, 1.0, 2.0}}, {"upper", {3.0, 3.0, 4.0}}}}}}},
             compat);
  }
}
