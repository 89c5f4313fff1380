// Unscripted, the fake Gemini server answers any schema of the documented subsets with a value that the schema allows.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <regex>

#include "adapters/fake_gemini/pattern_text.hpp"
#include "tests/adapters/fake_gemini_calls.hpp"

using namespace guardian;
using namespace guardian::tests;

namespace {

std::string lower(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

bool is_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer") return value.is_number() && std::floor(value.get<double>()) == value.get<double>();
  return value.is_number();
}

// A plain validator of both subsets, written from their description: it shares nothing with the server.
bool allows(const Json& root, const Json& schema, const Json& value) {
  if (schema.is_boolean()) return schema.get<bool>();
  if (schema.contains("$ref")) {
    const std::string reference = schema.at("$ref");
    return allows(root, root.at(Json::json_pointer(reference.substr(1))), value);
  }
  if (schema.value("nullable", false) && value.is_null()) return true;
  if (schema.contains("type")) {
    const Json types = schema.at("type").is_array() ? schema.at("type") : Json::array({schema.at("type")});
    if (std::none_of(types.begin(), types.end(), [&](const Json& one) { return is_type(value, lower(one)); }))
      return false;
  }
  if (schema.contains("enum")) {
    const Json& allowed = schema.at("enum");
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) return false;
  }
  for (const char* name : {"anyOf", "oneOf"}) {
    if (!schema.contains(name)) continue;
    const Json& some = schema.at(name);
    if (std::none_of(some.begin(), some.end(), [&](const Json& one) { return allows(root, one, value); })) return false;
  }
  if (value.is_number()) {
    if (schema.contains("minimum") && value.get<double>() < schema.at("minimum").get<double>()) return false;
    if (schema.contains("maximum") && value.get<double>() > schema.at("maximum").get<double>()) return false;
  }
  if (value.is_string()) {
    const std::size_t size = value.get<std::string>().size();
    if (size < schema.value("minLength", std::size_t{0}) || size > schema.value("maxLength", SIZE_MAX)) return false;
  }
  if (value.is_array()) {
    if (value.size() < schema.value("minItems", std::size_t{0})) return false;
    if (value.size() > schema.value("maxItems", SIZE_MAX)) return false;
    const Json first = schema.value("prefixItems", Json::array());
    for (std::size_t index = 0; index < value.size(); ++index) {
      if (index < first.size() && !allows(root, first[index], value[index])) return false;
      if (index >= first.size() && schema.contains("items") && !allows(root, schema.at("items"), value[index]))
        return false;
    }
  }
  if (!value.is_object()) return true;
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  if (value.size() < schema.value("minProperties", std::size_t{0})) return false;
  if (value.size() > schema.value("maxProperties", SIZE_MAX)) return false;
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name)) {
      if (!allows(root, properties.at(name), member)) return false;
    } else if (schema.contains("additionalProperties") && !allows(root, schema.at("additionalProperties"), member)) {
      return false;
    }
  }
  return true;
}

// A made-up schema of bounded depth.
class SchemaSource {
 public:
  explicit SchemaSource(unsigned seed, bool open_api) : random_(seed), open_api_(open_api) {}

  Json make(int depth) {
    switch (number(0, depth > 0 ? 9 : 5)) {
      case 0: return {{"type", type("string")}};
      case 1: return {{"type", type("string")}, {"enum", {"minor", "major", "critical"}}};
      case 2: return {{"type", type("integer")}, {"minimum", number(-9, 5)}, {"maximum", number(6, 20)}};
      case 3: return {{"type", type("number")}, {"minimum", number(-9, 5) + 0.5}};
      case 4: return {{"type", type("boolean")}};
      case 5: return {{"type", type("string")}, {"minLength", number(0, 9)}, {"maxLength", number(10, 20)}};
      case 6: return {{"type", type("array")}, {"items", make(depth - 1)}, {"minItems", number(0, 3)}, {"maxItems", 4}};
      case 7:
        if (!open_api_) return {{"type", "array"}, {"prefixItems", {make(depth - 1), make(depth - 1)}}};
        return {{"type", "STRING"}, {"nullable", true}};
      case 8: return {{"anyOf", {make(depth - 1), make(depth - 1)}}};
      default: return object(depth);
    }
  }

  Json object(int depth) {
    Json schema{{"type", type("object")}, {"properties", Json::object()}, {"required", Json::array()}};
    for (int index = number(1, 4); index > 0; --index) {
      const std::string name = "member" + std::to_string(index);
      schema["properties"][name] = make(depth - 1);
      if (number(0, 1) == 1) schema["required"].push_back(name);
    }
    if (!open_api_ && number(0, 1) == 1) schema["additionalProperties"] = false;
    return schema;
  }

 private:
  int number(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  [[nodiscard]] std::string type(std::string name) const {
    if (open_api_)
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    return name;
  }

  std::mt19937 random_;
  bool open_api_;
};

}  // namespace

TEST_CASE("a reply fits its schema, whichever it is", "[adapters][fake_gemini][property]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const std::string scenario = GENERATE(as<std::string>(), "none", "hallucinate", "downgrade", "obey-injection");
  for (const bool open_api : {false, true}) {
    SchemaSource source(20261122, open_api);
    for (int round = 0; round < 100; ++round) {
      const Json schema = source.object(4);
      const Answer answer = caller.in(scenario, asking_for(schema, open_api));
      INFO(schema.dump() << '\n' << answer.body);
      REQUIRE(answer.status == 200);
      const Json value = Json::parse(answer.text());
      CHECK(allows(schema, schema, value));
    }
  }
}

TEST_CASE("a reply fits schemas with references, tuples, maps and less usual types", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  for (const char* words : {
           R"({"$defs": {"node": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"},
               "next": {"$ref": "#/$defs/node"}}, "additionalProperties": false}}, "$ref": "#/$defs/node"})",
           R"({"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}})",
           R"({"type": ["string", "null"]})", R"({"type": "null"})",
           R"({"type": "array", "minItems": 3, "prefixItems": [{"type": "integer"}], "items": {"type": "boolean"}})",
           R"({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2})",
           R"({"type": "object", "required": ["free"]})", R"({"enum": [4, 8]})",
           R"({"oneOf": [{"type": "null"}, {"type": "integer", "minimum": 7}]})",
           R"({"type": "integer", "maximum": -3})", R"({"type": "string", "format": "date-time"})", R"({})"}) {
    const Json schema = Json::parse(words);
    const Answer answer = caller.generate(asking_for(schema));
    INFO(words << '\n' << answer.body);
    REQUIRE(answer.status == 200);
    CHECK(allows(schema, schema, Json::parse(answer.text())));
  }
}

TEST_CASE("what no value can satisfy is said to be malformed", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Json endless =
      Json::parse(R"({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}})");
  const Json candidate = Caller(*server).generate(asking_for(endless)).candidate();
  CHECK(candidate.at("finishReason") == "MALFORMED_RESPONSE");
}

TEST_CASE("words match the pattern of their schema", "[adapters][fake_gemini]") {
  using adapters::fake::text_matching;
  for (const char* pattern :
       {"^[a-z][a-z0-9-]*$", "^\\d{4}-\\d{2}-\\d{2}$", "^(critical|major)$", "^f-[0-9a-f]{8}(?:-x)?$", "a+b?c",
        "^[^a-z]+$", ".", "^\\w+@\\w+\\.org$", "^(?:ab){2,3}$", "^[A-Z]{3,}$", "", "x|y"}) {
    INFO(pattern);
    const auto text = text_matching(pattern, 0, 100);
    REQUIRE(text.has_value());
    CHECK(std::regex_search(*text, std::regex(pattern)));
  }
  CHECK(text_matching("^[a-z]+$", 12, 20).value().size() >= 12);
  for (const char* pattern : {"(", "[", "a{", "(?=a)b", "\\1", "^a{5}$"}) {
    INFO(pattern);
    CHECK_FALSE(text_matching(pattern, 0, 4).has_value());
  }
  const auto server = fake_gemini();
  const Json schema = Json::parse(R"({"type": "STRING", "pattern": "^ev-[0-9]{3}$"})");
  CHECK(Caller(*server).generate(asking_for(schema, true)).text() == "\"ev-000\"");
}

TEST_CASE("members come in the order asked for, and arguments of functions fit too", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json schema = Json::parse(R"({"type": "object", "properties": {"verdict": {"type": "string"},
    "evidence": {"type": "string"}}, "propertyOrdering": ["evidence", "verdict"]})");
  CHECK(caller.generate(asking_for(schema)).text() == R"({"evidence":"text","verdict":"text"})");
  Json body = with_tool(asking("hello"));
  const Json parameters =
      Json::parse(R"({"type": "object", "required": ["pair"], "properties": {"pair": {"type": "array",
    "minItems": 2, "items": {"type": "string", "minLength": 9}}}})");
  body["tools"][0]["functionDeclarations"][0]["parametersJsonSchema"] = parameters;
  CHECK(allows(parameters, parameters, caller.generate(body).parts().at(0).at("functionCall").at("args")));
}

TEST_CASE("one word of a list is answered as text", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Json body = asking_for({{"type", "STRING"}, {"enum", {"urgent", "routine"}}}, true);
  body["generationConfig"]["responseMimeType"] = "text/x.enum";
  CHECK(Caller(*server).generate(body).text() == "urgent");
}
