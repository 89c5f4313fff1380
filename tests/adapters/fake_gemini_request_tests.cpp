// What the fake Gemini server refuses, as the real one does, and what it takes.

#include <functional>

#include "tests/adapters/fake_gemini_calls.hpp"

using namespace guardian;
using namespace guardian::tests;
using Catch::Contains;

namespace {

Json configured(const std::string& config) {
  Json body = asking("hello");
  body["generationConfig"] = Json::parse(config);
  return body;
}

Json call_turn(const std::string& name, const std::string& id = {}, const std::string& signature = {}) {
  Json part = {{"functionCall", {{"name", name}, {"args", Json::object()}}}};
  if (!id.empty()) part["functionCall"]["id"] = id;
  if (!signature.empty()) part["thoughtSignature"] = signature;
  return {{"role", "model"}, {"parts", {part}}};
}

Json response_turn(const std::string& name, const std::string& id = {}) {
  Json part = {{"functionResponse", {{"name", name}, {"response", {{"output", 1}}}}}};
  if (!id.empty()) part["functionResponse"]["id"] = id;
  return {{"role", "user"}, {"parts", {part}}};
}

Json conversation(std::vector<Json> contents) {
  Json body = with_tool(asking(""));
  body["contents"] = std::move(contents);
  return body;
}

}  // namespace

TEST_CASE("unknown names and wrong types are refused with their place", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const std::vector<std::pair<std::string, std::string>> refused{
      {R"({"contents": [{"parts": [{"text": "x"}]}], "generatonConfig": {}})",
       "Invalid JSON payload received. Unknown name \"generatonConfig\": Cannot find field."},
      {R"({"contents": [{"parts": [{"txt": "x"}]}]})",
       "Unknown name \"txt\" at 'contents[0].parts[0]': Cannot find field."},
      {R"({"contents": [{"parts": [{"text": 5}]}]})", "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5"},
      {R"({"contents": "x"})", "Invalid value at 'contents'"},
      {R"({"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"temperature": "warm"}})",
       "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"warm\""},
      {R"({"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"maxOutputTokens": 1.5}})", "TYPE_INT32"},
      {R"({"contents": [{"parts": [{"text": "x"}]}], "store": "no"})", "'store' (TYPE_BOOL)"},
      {R"({"contents": [{"parts": [{"text": "x", "thoughtSignature": "not base64!"}]}]})", "TYPE_BYTES"},
      {R"({"contents": [{"parts": [{"text": "x"}]}], "toolConfig": {"functionCallingConfig": {"mode": "SOMETIMES"}}})",
       "FunctionCallingConfig.Mode"},
      {R"({"contents": [{"parts": [{"text": "x"}]}], "systemInstruction": [{"parts": [{"text": "x"}]}]})",
       "Proto field is not repeating, cannot start list."},
      {R"([1, 2])", "Root element must be a message."},
      {R"({"contents": )", "Invalid JSON payload received."},
      {"", "Invalid JSON payload received."}};
  for (const auto& [body, message] : refused) {
    INFO(body);
    const Answer answer = caller.post("/v1beta/models/gemini-3.8-flash:generateContent", body);
    CHECK(answer.status == 400);
    CHECK(answer.error().at("status") == "INVALID_ARGUMENT");
    if (message.find("Mode") == std::string::npos) {
      CHECK_THAT(answer.message(), Contains(message));
    } else {
      CHECK_THAT(answer.message(), Contains("(type.googleapis.com/google.ai.generativelanguage.v1beta."));
    }
    CHECK(answer.error().at("details").at(0).at("@type") == "type.googleapis.com/google.rpc.BadRequest");
  }
  CHECK(caller
            .post("/v1beta/models/gemini-3.8-flash:generateContent", asking("x").dump(),
                  "application/x-www-form-urlencoded")
            .status == 400);
}

TEST_CASE("other ways to write a good request are taken", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  for (
      const char* body :
      {R"({"contents": {"parts": {"text": "x"}}})",
       R"({"contents": [{"parts": [{"text": "x"}]}], "generation_config": {"max_output_tokens": "100", "top_p": 0.5}})",
       R"({"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"thinkingConfig": {"thinkingLevel": "low"}},
            "store": false, "serviceTier": "standard", "cachedContent": null})",
       R"({"contents": [{"role": "user", "parts": [{"inline_data": {"mime_type": "image/png", "data": "iVBORw0="}}]}],
            "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]})"}) {
    INFO(body);
    CHECK(caller.post("/v1/models/gemini-3.8-flash:generateContent", body).status == 200);
  }
}

TEST_CASE("contents must say something, as someone", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  CHECK_THAT(caller.generate(Json::object()).message(), Contains("contents is not specified"));
  CHECK_THAT(caller.generate({{"contents", {{{"role", "system"}, {"parts", {{{"text", "x"}}}}}}}}).message(),
             Contains("valid role"));
  CHECK_THAT(caller.generate({{"contents", {{{"role", "user"}}}}}).message(), Contains("must not be empty"));
  CHECK_THAT(caller.generate({{"contents", {{{"role", "user"}, {"parts", {Json::object()}}}}}}).message(),
             Contains("required oneof field 'data'"));
  const Json without_role = {{"contents", {{{"parts", {{{"text", "x"}}}}}}}};
  CHECK(caller.generate(without_role).status == 200);
  const std::string vertex =
      "/v1beta1/projects/p/locations/global/publishers/google/models/gemini-2.5-pro:generateContent";
  caller.headers = {{"Authorization", "Bearer token"}};
  CHECK(caller.post(vertex, without_role.dump()).status == 400);
  Json stored = asking("x");
  CHECK(caller.post(vertex, stored.dump()).status == 200);
  stored["store"] = false;
  CHECK(caller.post(vertex, stored.dump()).status == 400);
}

TEST_CASE("settings that the service refuses", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  const std::vector<std::pair<std::string, std::string>> refused{
      {R"({"temperature": 2.5})", "temperature"},
      {R"({"candidateCount": 9})", "candidate_count"},
      {R"({"maxOutputTokens": 0})", "max_output_tokens"},
      {R"({"stopSequences": ["1", "2", "3", "4", "5", "6"]})", "stop_sequences"},
      {R"({"responseMimeType": "text/html"})", "allowed mimetypes"},
      {R"({"responseLogprobs": true})", "Logprobs is not enabled"},
      {R"({"responseJsonSchema": {"type": "string"}})", "response_json_schema: only allowed when"},
      {R"({"responseMimeType": "application/json", "responseJsonSchema": {}, "responseSchema": {"type": "STRING"}})",
       "only one of"},
      {R"({"thinkingConfig": {"thinkingBudget": 0, "thinkingLevel": "LOW"}})",
       "You can only set only one of thinking budget and thinking level."}};
  for (const auto& [config, message] : refused) {
    INFO(config);
    const Answer answer = caller.generate(configured(config));
    CHECK(answer.status == 400);
    CHECK_THAT(answer.message(), Contains(message));
  }
  caller.model = "gemini-2.5-pro";
  CHECK(caller.generate(configured(R"({"thinkingConfig": {"thinkingLevel": "LOW"}})")).status == 400);
  CHECK(caller.generate(configured(R"({"thinkingConfig": {"thinkingBudget": 0}})")).status == 400);
  CHECK(caller.generate(configured(R"({"thinkingConfig": {"thinkingBudget": -1}})")).status == 200);
  CHECK(caller.generate(configured(R"({"thinkingConfig": {"thinkingBudget": 128}})")).status == 200);
}

TEST_CASE("schemas of the older kind keep to their subset", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const std::vector<std::pair<std::string, std::string>> refused{
      {R"({"type": "OBJECT", "properties": {"a": {"type": "STRING"}}, "additionalProperties": false})",
       "Unknown name \"additionalProperties\" at 'generation_config.response_schema': Cannot find field."},
      {R"({"type": "OBJECT", "properties": {"a": {"$ref": "#/$defs/a"}}})",
       "Unknown name \"$ref\" at 'generation_config.response_schema.properties['a']'"},
      {R"({"type": ["STRING", "NULL"]})", "Proto field is not repeating"},
      {R"({"type": "OBJECT"})", "should be non-empty for OBJECT type"},
      {R"({"type": "ARRAY"})", "items: missing field."},
      {R"({"type": "OBJECT", "properties": {"a": {"type": "STRING"}}, "required": ["b"]})", "property is not defined"},
      {R"({"type": "INTEGER", "enum": ["1"]})", "only allowed for STRING type"},
      {R"({"type": "STRING", "format": "email"})", "only 'enum' and 'date-time'"},
      {R"({"type": "TEXT"})", "Invalid value"}};
  for (const auto& [schema, message] : refused) {
    INFO(schema);
    const Answer answer = caller.generate(asking_for(Json::parse(schema), true));
    CHECK(answer.status == 400);
    CHECK_THAT(answer.message(), Contains(message));
  }
  Json body = with_tool(asking("hello"));
  Json& function = body["tools"][0]["functionDeclarations"][0];
  function["parameters"] = {{"type", "OBJECT"}, {"properties", {{"name", {{"type", "STRING"}}}}}};
  CHECK_THAT(caller.generate(body).message(), Contains("only one of parameters"));
  function.erase("parametersJsonSchema");
  CHECK(caller.generate(body).status == 200);
  function["name"] = "look up";
  CHECK_THAT(caller.generate(body).message(), Contains("Invalid function name"));
}

TEST_CASE("tools and JSON go together only from the third generation on, and on Vertex AI", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  const Json body = with_tool(asking_for({{"type", "object"}}));
  CHECK(caller.generate(body).status == 200);
  caller.model = "gemini-2.5-flash";
  CHECK_THAT(caller.generate(body).message(),
             Contains("Function calling with a response mime type: 'application/json' is unsupported"));
  caller.headers = {{"Authorization", "Bearer token"}};
  CHECK(
      caller.post("/v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-flash:generateContent", body.dump())
          .status == 200);
}

TEST_CASE("calling modes need functions that are declared", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const auto config = [&](Json body, const std::string& words) {
    body["toolConfig"]["functionCallingConfig"] = Json::parse(words);
    return caller.generate(body).status;
  };
  const Json body = with_tool(asking("hello"));
  CHECK(config(asking("hello"), R"({"mode": "ANY"})") == 400);
  CHECK(config(body, R"({"mode": "AUTO", "allowedFunctionNames": ["look_up"]})") == 400);
  CHECK(config(body, R"({"mode": "ANY", "allowedFunctionNames": ["other"]})") == 400);
  CHECK(config(body, R"({"mode": "VALIDATED", "allowedFunctionNames": ["look_up"]})") == 200);
  Json twice = body;
  twice["tools"].push_back(body["tools"][0]);
  CHECK_THAT(caller.generate(twice).message(), Contains("Duplicate function declaration"));
}

TEST_CASE("calls and responses must follow each other, one for one", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  caller.model = "gemini-2.5-flash";
  const auto message = [&](std::vector<Json> contents) {
    return caller.generate(conversation(std::move(contents))).message();
  };
  CHECK(caller.generate(conversation({user("x"), call_turn("look_up"), response_turn("look_up")})).status == 200);
  CHECK_THAT(message({call_turn("look_up"), response_turn("look_up")}),
             Contains("function call turn comes immediately after a user turn"));
  CHECK_THAT(message({user("x"),
                      {{"role", "model"}, {"parts", {{{"text", "y"}}}}},
                      call_turn("look_up"),
                      response_turn("look_up")}),
             Contains("function call turn comes immediately after a user turn"));
  CHECK_THAT(message({user("x"), response_turn("look_up")}),
             Contains("function response turn comes immediately after a function call turn"));
  CHECK_THAT(message({user("x"), call_turn("look_up"), user("z")}), Contains("number of function response parts"));
  CHECK_THAT(message({user("x"), call_turn("look_up")}), Contains("number of function response parts"));
  Json doubled = response_turn("look_up");
  doubled["parts"].push_back(doubled["parts"][0]);
  CHECK_THAT(message({user("x"), call_turn("look_up"), doubled}), Contains("number of function response parts"));
  CHECK_THAT(message({user("x"), call_turn("look_up"), response_turn("other")}), Contains("name and the id"));
  CHECK_THAT(message({user("x"), call_turn("look_up", "a"), response_turn("look_up", "b")}),
             Contains("name and the id"));
}

TEST_CASE("calls of the current turn must carry the signature they came with", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  const Json body = with_tool(asking("x"));
  const Json turn = caller.generate(body).candidate().at("content");
  const Json call = turn["parts"][0]["functionCall"];
  const std::string id = call["id"];
  Json good = conversation({user("x"), turn, response_turn("look_up", id)});
  CHECK(caller.generate(good).status == 200);

  Json unsigned_turn = turn;
  unsigned_turn["parts"][0].erase("thoughtSignature");
  Json bad = conversation({user("x"), unsigned_turn, response_turn("look_up", id)});
  CHECK_THAT(caller.generate(bad).message(),
             Contains("Function call is missing a thought_signature in functionCall parts."));
  CHECK_THAT(caller.generate(bad).message(), Contains("function call `default_api:look_up` , position 2"));
  // Of turns before the user spoke again it is not asked.
  bad["contents"].push_back({{"role", "model"}, {"parts", {{{"text", "y"}}}}});
  bad["contents"].push_back(user("z"));
  CHECK(caller.generate(bad).status == 200);

  Json forged = conversation({user("x"), call_turn("look_up", "", "Zm9yZ2Vk"), response_turn("look_up")});
  CHECK_THAT(caller.generate(forged).message(), Contains("Thought signature is not valid"));
  caller.model = "gemini-3.5-flash";
  CHECK_THAT(caller.generate(good).message(), Contains("Thought signature is not valid"));
  caller.model = "gemini-2.5-flash";
  CHECK(caller.generate(conversation({user("x"), unsigned_turn, response_turn("look_up", id)})).status == 200);
}
