#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "adapters/json/case_codec.hpp"
#include "adapters/json/schemas.hpp"

namespace {

using guardian::adapters::decode_case;
using Json = nlohmann::ordered_json;

const Json& schema() {
  static const Json parsed = Json::parse(guardian::adapters::case_schema());
  return parsed;
}

// An object with each member that a definition of the case schema names, all null.
Json all_null(const Json& properties) {
  Json object = Json::object();
  for (const auto& [name, value] : properties.items()) object[name] = nullptr;
  return object;
}

// The properties of the alternative that is an object.
const Json& properties_of(const std::string& definition) {
  const Json& found = schema().at("$defs").at(definition);
  if (found.contains("properties")) return found["properties"];
  const Json& alternatives = found.contains("items") ? found["items"]["anyOf"] : found["anyOf"];
  return alternatives.at(1).at("properties");
}

}  // namespace

TEST_CASE("the schemas are JSON of draft 2020-12 with a title", "[adapters][json]") {
  for (const std::string_view text :
       {guardian::adapters::case_schema(), guardian::adapters::review_schema(), guardian::adapters::answer_schema()}) {
    const Json parsed = Json::parse(text);
    CHECK(parsed["$schema"] == "https://json-schema.org/draft/2020-12/schema");
    CHECK(parsed.contains("title"));
    CHECK(parsed.contains("description"));
  }
}

TEST_CASE("every member that the schema names for a case is read", "[adapters][json]") {
  Json document = all_null(properties_of("case"));
  document["id"] = "a";
  document["patient"] = all_null(properties_of("patient"));
  document["vitals"] = all_null(properties_of("vitals"));
  Json medication = all_null(properties_of("medication"));
  medication["text"] = "warfarin";
  document["medications"] = Json::array({medication});
  Json condition = all_null(properties_of("condition"));
  condition["text"] = "gout";
  document["patient"]["conditions"] = Json::array({condition});
  Json allergy = all_null(properties_of("allergy"));
  allergy["text"] = "latex";
  document["patient"]["allergies"] = Json::array({allergy});
  Json lab = all_null(properties_of("lab"));
  lab["name"] = "Na";
  document["patient"]["labs"] = Json::array({lab});

  const auto decoding = decode_case(document.dump());
  REQUIRE(decoding.value);
  CHECK(decoding.value->ignored_members == std::vector<std::string>{});
}

TEST_CASE("every member that the schema names for a Python patient file is read", "[adapters][json]") {
  Json document = all_null(properties_of("python_patient"));
  document["patient_id"] = "P";
  Json medication = all_null(properties_of("python_medications"));
  medication["name"] = "warfarin";
  document["current_medications"] = Json::array({medication});
  document["vital_signs"] = all_null(properties_of("python_vitals"));

  const auto decoding = decode_case(document.dump());
  REQUIRE(decoding.value);
  CHECK(decoding.value->ignored_members == std::vector<std::string>{});
}
