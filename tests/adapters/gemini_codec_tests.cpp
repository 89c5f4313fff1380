#include "adapters/gemini/codec.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using namespace std::chrono_literals;
using guardian::adapters::gemini::decode_reply;
using guardian::adapters::gemini::Decoding;
using guardian::adapters::gemini::encode_request;
using guardian::adapters::gemini::JsonLimits;
using guardian::adapters::gemini::parse_duration;
using guardian::adapters::gemini::ReplyExpectation;
using guardian::adapters::gemini::Service;
using guardian::adapters::gemini::within_limits;
using guardian::agents::ModelFailure;
using guardian::agents::ModelFailureKind;
using guardian::agents::ModelReply;
using guardian::agents::ModelRequest;
using guardian::agents::ModelTurn;
using guardian::agents::to_string;
using guardian::agents::ToolAnswer;
using guardian::agents::ToolAnswers;
using guardian::agents::ToolCall;
using guardian::agents::UserText;
using Json = nlohmann::ordered_json;

constexpr const char* secret = "Mrs Canary";

std::string encoded(const ModelRequest& request, Service service = Service::developer) {
  const auto encoding = encode_request(request, service);
  REQUIRE(std::holds_alternative<std::string>(encoding));
  return std::get<std::string>(encoding);
}

ModelFailure refusal(const ModelRequest& request) {
  const auto encoding = encode_request(request, Service::developer);
  REQUIRE(std::holds_alternative<ModelFailure>(encoding));
  CHECK(std::get<ModelFailure>(encoding).kind == ModelFailureKind::refused);
  return std::get<ModelFailure>(encoding);
}

ModelRequest text_request(std::string text) {
  ModelRequest request;
  request.turns = {UserText{std::move(text)}};
  return request;
}

ModelReply reply_of(std::string_view body, const ReplyExpectation& expectation = {}) {
  const Decoding decoding = decode_reply(200, body, expectation);
  if (const auto* failure = std::get_if<ModelFailure>(&decoding.answer)) FAIL(failure->message);
  return std::get<ModelReply>(decoding.answer);
}

ModelFailure failure_of(int status, std::string_view body, const ReplyExpectation& expectation = {}) {
  const Decoding decoding = decode_reply(status, body, expectation);
  REQUIRE(std::holds_alternative<ModelFailure>(decoding.answer));
  return std::get<ModelFailure>(decoding.answer);
}

std::string kind_of(int status, std::string_view body, const ReplyExpectation& expectation = {}) {
  return std::string(to_string(failure_of(status, body, expectation).kind));
}

std::string answer_with(std::string_view parts, std::string_view finish = "STOP") {
  return R"({"candidates":[{"content":{"role":"model","parts":[)" + std::string(parts) + R"(]},"finishReason":")" +
         std::string(finish) + R"("}]})";
}

std::string error_with(std::string_view details) {
  return R"({"error":{"code":429,"message":"Mrs Canary","status":"RESOURCE_EXHAUSTED","details":[)" +
         std::string(details) + "]}}";
}

}  // namespace

TEST_CASE("a request is the JSON of the contract, and asks not to be stored", "[adapters][gemini][codec]") {
  ModelRequest request = text_request("Is this safe?");
  request.system = "You check.";
  request.reply_schema = R"({"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}}})";
  request.most_output_tokens = 100;
  CHECK(encoded(request) ==
        R"({"contents":[{"role":"user","parts":[{"text":"Is this safe?"}]}],)"
        R"("systemInstruction":{"parts":[{"text":"You check."}]},)"
        R"("generationConfig":{"maxOutputTokens":100,"responseMimeType":"application/json",)"
        R"("responseJsonSchema":{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}}}},)"
        R"("store":false})");
}

TEST_CASE("Vertex AI is not sent what it does not know", "[adapters][gemini][codec]") {
  const std::string developer = encoded(text_request("x"));
  const std::string vertex = encoded(text_request("x"), Service::vertex);
  CHECK(developer.find("\"store\":false") != std::string::npos);
  CHECK(vertex.find("store") == std::string::npos);
}

TEST_CASE("tools are declared with their JSON Schema and without a type of the answer", "[adapters][gemini][codec]") {
  ModelRequest request = text_request("x");
  request.tools = {{"look_up", "Looks up a drug.", R"({"type":"object","properties":{"name":{"type":"string"}}})"},
                   {"now", "No arguments.", ""}};
  const Json body = Json::parse(encoded(request));
  CHECK(
      body["tools"].dump() ==
      R"([{"functionDeclarations":[{"name":"look_up","description":"Looks up a drug.","parametersJsonSchema":)"
      R"({"type":"object","properties":{"name":{"type":"string"}}}},{"name":"now","description":"No arguments."}]}])");
  CHECK(body["toolConfig"]["functionCallingConfig"]["mode"] == "AUTO");
  CHECK_FALSE(body["generationConfig"].contains("responseMimeType"));
}

TEST_CASE("answers of tools go back in one user turn, in order, with the ids of their calls",
          "[adapters][gemini][codec]") {
  ModelRequest request = text_request("x");
  request.turns.emplace_back(
      ModelTurn{R"({"role":"model","parts":[{"functionCall":{"id":"1","name":"a","args":{}}}]})"});
  request.turns.emplace_back(ToolAnswers{{ToolAnswer{"1", "a", R"({"rows":[7]})", false},
                                          ToolAnswer{"", "b", R"({"error":"no such drug"})", true},
                                          ToolAnswer{"3", "c", R"("plain")", true}}});
  const Json body = Json::parse(encoded(request));
  REQUIRE(body["contents"].size() == 3);
  CHECK(body["contents"][2].dump() ==
        R"({"role":"user","parts":[{"functionResponse":{"id":"1","name":"a","response":{"output":{"rows":[7]}}}},)"
        R"({"functionResponse":{"name":"b","response":{"error":"no such drug"}}},)"
        R"({"functionResponse":{"id":"3","name":"c","response":{"error":"plain"}}}]})");
}

TEST_CASE("a model's turn goes back byte for byte: order, ids, signatures, thoughts and unknown members",
          "[adapters][gemini][codec]") {
  const std::string content =
      R"({"role":"model","parts":[{"thought":true,"text":"hm"},{"thoughtSignature":"q+/z==","functionCall":{"name":"b",)"
      R"("args":{"z":1,"a":[2.5,-3,null,"é\n"]},"id":"call-9"}},{"functionCall":{"name":"a"}},{"text":"","thoughtSignature":)"
      R"("AA=="},{"newThing":{"x":true}}],"more":1})";
  const ModelReply reply =
      reply_of(R"({"candidates":[{"finishReason":"STOP","content":)" + content + R"(,"index":0}]})");
  CHECK(reply.content == content);
  CHECK(reply.calls == std::vector<ToolCall>{{"call-9", "b", R"({"z":1,"a":[2.5,-3,null,"é\n"]})"}, {"", "a", "{}"}});
  CHECK(reply.text.empty());

  ModelRequest request = text_request("x");
  request.turns.emplace_back(ModelTurn{reply.content});
  CHECK(encoded(request).find(content) != std::string::npos);
}

TEST_CASE("a request that the service cannot take is not sent", "[adapters][gemini][codec]") {
  refusal(ModelRequest{});
  CHECK(refusal(text_request("Mrs Canary \xff")).message.find("Canary") == std::string::npos);

  ModelRequest both = text_request("x");
  both.tools = {{"a", "", ""}};
  both.reply_schema = "{}";
  refusal(both);

  for (const char* name : {"", "1a", "a b", "a-b", "a.b", "é"}) {
    ModelRequest request = text_request("x");
    request.tools = {{name, "", ""}};
    refusal(request);
  }
  for (const char* json : {"", "nonsense", "[]", "{\"a\":", "7"}) {
    ModelRequest turn = text_request("x");
    turn.turns.emplace_back(ModelTurn{json});
    refusal(turn);
    if (*json == '\0') continue;
    ModelRequest schema = text_request("x");
    schema.reply_schema = json;
    refusal(schema);
  }
  ModelRequest answer = text_request("x");
  answer.turns.emplace_back(ToolAnswers{{ToolAnswer{"", "a", "no JSON", false}}});
  refusal(answer);
}

TEST_CASE("the answer is all text but thoughts, however it is split", "[adapters][gemini][codec]") {
  const ModelReply reply = reply_of(
      R"({"candidates":[{"content":{"role":"model","parts":[{"text":"{\"no\":1}","thought":true},{"text":"{\"yes\""},)"
      R"({"text":":2}"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":"34",)"
      R"("thoughtsTokenCount":5,"totalTokenCount":51},"modelVersion":"gemini-2.5-flash-001","responseId":"r1","new":[]})",
      {true, {}});
  CHECK(reply.text == R"({"yes":2})");
  CHECK(reply.usage.prompt_tokens == 12);
  CHECK(reply.usage.output_tokens == 34);
  CHECK(reply.usage.thought_tokens == 5);
  CHECK(reply.usage.cached_tokens == 0);
  CHECK(reply.usage.total_tokens == 51);
  CHECK(reply.model_version == "gemini-2.5-flash-001");
  CHECK(reply.response_id == "r1");
}

TEST_CASE("token counts beyond an int stay at its end", "[adapters][gemini][codec]") {
  const ModelReply reply = reply_of(
      R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{)"
      R"("promptTokenCount":"99999999999999999999999","totalTokenCount":9999999999,"candidatesTokenCount":-4}})");
  CHECK(reply.usage.prompt_tokens == std::numeric_limits<int>::max());
  CHECK(reply.usage.total_tokens == std::numeric_limits<int>::max());
  CHECK(reply.usage.output_tokens == 0);
}

TEST_CASE("only STOP ends an answer, every other finish is a typed failure", "[adapters][gemini][codec]") {
  const std::string text = R"({"text":"Mrs Canary"})";
  CHECK(reply_of(answer_with(text)).text == secret);
  for (const char* finish : {"MAX_TOKENS", "CONTINUATION"})
    CHECK(kind_of(200, answer_with(text, finish)) == "truncated");
  for (const char* finish : {"SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"}) {
    CHECK(kind_of(200, answer_with(text, finish)) == "blocked");
  }
  for (const char* finish : {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "NEW_WAY", "",
                             "FINISH_REASON_UNSPECIFIED", "stop"}) {
    INFO(finish);
    CHECK(kind_of(200, answer_with(text, finish)) == "malformed");
  }
  CHECK(failure_of(200, answer_with(text, secret)).message.find(secret) == std::string::npos);
  CHECK(kind_of(200, R"({"candidates":[{"finishReason":"SAFETY"}]})") == "blocked");
  CHECK(kind_of(200, R"({"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}]})") == "truncated");
}

TEST_CASE("a blocked prompt and a reply without candidates are blocked", "[adapters][gemini][codec]") {
  CHECK(kind_of(200, R"({"promptFeedback":{"blockReason":"SAFETY"}})") == "blocked");
  CHECK(kind_of(200,
                R"({"promptFeedback":{"blockReason":"JAILBREAK"},"candidates":[{"content":{"parts":[{"text":"a"}]},)"
                R"("finishReason":"STOP"}]})") == "blocked");
  CHECK(kind_of(200, "{}") == "blocked");
  CHECK(kind_of(200, R"({"candidates":[]})") == "blocked");
}

TEST_CASE("what is not what the service promises is malformed", "[adapters][gemini][codec]") {
  for (const char* body :
       {"",
        "   ",
        "<html>Bad gateway</html>",
        "[]",
        "null",
        "7",
        "\"x\"",
        "{\"candidates\":[{",
        "{\"candidates\":7}",
        "{\"candidates\":[7]}",
        R"({"candidates":[{"content":[],"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":{}},"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":[7]},"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":[{"text":7}]},"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":7}]})",
        R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})",
        R"({"candidates":[{"content":{"parts":[{"functionCall":{"args":{}}}]},"finishReason":"STOP"}]})",
        R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"a","args":[]}}]},"finishReason":"STOP"}]})",
        R"({"error":"x"})",
        R"({"error":{"code":200}})"}) {
    INFO(body);
    CHECK(kind_of(200, body) == "malformed");
  }
  // Which of two ends counts would depend on the reader.
  CHECK(kind_of(
            200,
            R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"SAFETY","finishReason":"STOP"}]})") ==
        "malformed");
  CHECK(kind_of(200, answer_with(R"({"text":"only thoughts","thought":true})")) == "malformed");
  CHECK(kind_of(200, answer_with("{\"text\":\"\xc3\x28\"}")) == "malformed");
  CHECK(kind_of(200, answer_with("{\"text\":\"\xed\xa0\x80\"}")) == "malformed");
}

TEST_CASE("text that was asked to be JSON is JSON or no answer", "[adapters][gemini][codec]") {
  const ReplyExpectation json{true, {}};
  CHECK(reply_of(answer_with(R"({"text":"{\"a\":1}"})"), json).text == R"({"a":1})");
  for (const char* text : {"{", "```json\\n{}\\n```", "", "{} {}", "Here it is: {}", R"({\"a\":1,\"a\":2})"}) {
    CHECK(kind_of(200, answer_with(R"({"text":")" + std::string(text) + "\"}"), json) == "malformed");
  }
  const std::string deep(1000, '[');
  CHECK(kind_of(200, answer_with(R"({"text":")" + deep + std::string(1000, ']') + "\"}"), json) == "malformed");
}

TEST_CASE("statuses of failure have their kinds, whatever the body", "[adapters][gemini][codec]") {
  const std::pair<int, const char*> kinds[] = {
      {302, "transport"},    {400, "refused"},      {401, "refused"},      {403, "refused"},      {404, "refused"},
      {408, "server error"}, {413, "refused"},      {418, "refused"},      {429, "rate limited"}, {500, "server error"},
      {502, "server error"}, {503, "server error"}, {504, "server error"}, {204, "transport"},    {0, "transport"}};
  const std::string bodies[] = {"", "<html>", R"({"error":{"message":"Mrs Canary"}})", std::string(100'000, '['),
                                answer_with(R"({"text":"looks fine"})")};
  for (const auto& [status, kind] : kinds) {
    for (const std::string& body : bodies) {
      const ModelFailure failure = failure_of(status, body);
      CHECK(to_string(failure.kind) == kind);
      CHECK(failure.http_status == status);
      CHECK(failure.message.find("Canary") == std::string::npos);
    }
  }
}

TEST_CASE("an error tells how long to wait, whether the day's quota is used up, and of a bad key",
          "[adapters][gemini][codec]") {
  const std::string retry = R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.2031s"})";
  const std::string minute =
      R"({"@type":"x","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]})";
  const std::string day =
      R"({"@type":"x","violations":[{"quotaId":"A"},{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]})";
  for (const std::string& body : {error_with(minute + "," + retry), "[" + error_with(minute + "," + retry) + "]"}) {
    const Decoding decoding = decode_reply(429, body, {});
    CHECK(std::get<ModelFailure>(decoding.answer).kind == ModelFailureKind::rate_limited);
    CHECK(decoding.retry_delay == 1204ms);
  }
  CHECK(kind_of(429, error_with(day + "," + retry)) == "quota");
  CHECK(kind_of(429, "[" + error_with(retry + "," + day) + "]") == "quota");
  CHECK(decode_reply(429, R"({"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota)."}})", {})
            .retry_delay == 0ms);
  const ModelFailure key =
      failure_of(400, R"({"error":{"code":400,"details":[{"reason":"API_KEY_INVALID","domain":"googleapis.com"}]}})");
  CHECK(key.kind == ModelFailureKind::refused);
  CHECK(key.message == "HTTP 400: the key is not valid");
}

TEST_CASE("an error inside a reply of status 200 is an error", "[adapters][gemini][codec]") {
  const ModelFailure failure = failure_of(200, R"([{"error":{"code":503,"status":"UNAVAILABLE"}}])");
  CHECK(failure.kind == ModelFailureKind::server);
  CHECK(failure.http_status == 503);
  CHECK(kind_of(200, R"({"error":{"code":429},"candidates":[]})") == "rate limited");
}

TEST_CASE("a document too large, too deep or of too many values is not parsed", "[adapters][gemini][codec]") {
  CHECK(kind_of(200, std::string(100'000, '[')) == "too large");
  CHECK(kind_of(200, answer_with(std::string(100, '[') + std::string(100, ']'))) == "too large");
  ReplyExpectation small;
  small.limits.bytes = 100;
  CHECK(kind_of(200, std::string(101, ' '), small) == "too large");
  std::string many = "[";
  for (int i = 0; i < 200'000; ++i) many += "[],";
  CHECK(kind_of(200, many) == "too large");

  const JsonLimits limits{100, 2, 6};
  CHECK(within_limits("[[1,2],[3]]", limits));
  CHECK_FALSE(within_limits("[[[]]]", limits));
  CHECK(within_limits(R"(["[[[[,,,,,,,", "\"[[[["])", limits));
  CHECK_FALSE(within_limits("[1,2,3,4,5,6,7]", limits));
  CHECK(within_limits(R"("\)", limits));
  CHECK(within_limits("", limits));
}

TEST_CASE("durations are read as protocol buffers write them", "[adapters][gemini][codec]") {
  CHECK(parse_duration("26s") == 26s);
  CHECK(parse_duration("0s") == 0s);
  CHECK(parse_duration("0.5s") == 500ms);
  CHECK(parse_duration("1.000000001s") == 1001ms);
  CHECK(parse_duration("1.203608125s") == 1204ms);
  CHECK(parse_duration("3.000000000s") == 3s);
  CHECK(parse_duration("99999999999999999999999s") == 24h);
  for (const char* text : {"", "s", "26", "26 s", "-1s", ".5s", "1.s", "1.2.3s", "1e3s", "NaNs", "26m"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}
