// The fake Gemini server answers as the contract of the service says: models, generation, tools, streaming, counting.

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "tests/adapters/fake_gemini_calls.hpp"

using namespace guardian;
using namespace guardian::tests;
using Catch::Contains;

namespace {

// The events of a stream, checked for their form.
std::vector<Json> events_of(const Answer& answer) {
  std::vector<Json> events;
  std::size_t from = 0;
  while (from < answer.body.size()) {
    const std::size_t end = answer.body.find("\r\n\r\n", from);
    REQUIRE(end != std::string::npos);
    REQUIRE(answer.body.substr(from, 6) == "data: ");
    events.push_back(Json::parse(answer.body.substr(from + 6, end - from - 6)));
    from = end + 4;
  }
  return events;
}

std::string text_of(const std::vector<Json>& events) {
  std::string all;
  for (const Json& event : events) {
    for (const Json& part : event.at("candidates").at(0).at("content").at("parts")) {
      if (!part.value("thought", false)) all += part.value("text", "");
    }
  }
  return all;
}

// The conversation with the model's turn as it came and an answer to its call.
Json answered(Json body, const Answer& answer) {
  const Json content = answer.candidate().at("content");
  body["contents"].push_back(content);
  Json results = {{"role", "user"}, {"parts", Json::array()}};
  for (const Json& part : content.at("parts")) {
    if (!part.contains("functionCall")) continue;
    Json result = {{"name", part["functionCall"]["name"]}, {"response", {{"output", "found"}}}};
    if (part["functionCall"].contains("id")) result["id"] = part["functionCall"]["id"];
    results["parts"].push_back({{"functionResponse", result}});
  }
  body["contents"].push_back(results);
  return body;
}

}  // namespace

TEST_CASE("models are listed by pages and described one by one", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  std::set<std::string> names;
  std::string token;
  do {
    const Json page = caller.get("/v1beta/models?pageSize=4&pageToken=" + token).json();
    CHECK(page.at("models").size() <= 4);
    for (const Json& model : page.at("models")) CHECK(names.insert(model.at("name")).second);
    token = page.value("nextPageToken", "");
  } while (!token.empty());
  CHECK(names.count("models/gemini-2.5-flash") == 1);
  for (const char* version : {"v1", "v1beta", "v1alpha"}) {
    CHECK(caller.get("/" + std::string(version) + "/models").json().at("models").size() == names.size());
  }
  const Json model = caller.get("/v1/models/gemini-2.5-pro").json();
  CHECK(model.at("name") == "models/gemini-2.5-pro");
  CHECK(model.at("inputTokenLimit") == 1048576);
  CHECK(caller.get("/v1/models/gemini-1.0").status == 404);
  CHECK(caller.get("/v9/models").status == 404);
}

TEST_CASE("who has no key or token is refused", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  const std::string vertex =
      "/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent";
  const std::string body = asking("hello").dump();
  CHECK(caller.post(vertex, body).status == 401);
  caller.headers = {};
  const Answer refused = caller.generate(asking("hello"));
  CHECK(refused.status == 403);
  CHECK(refused.error().at("status") == "PERMISSION_DENIED");
  CHECK(caller.get("/v1beta/models").status == 403);
  CHECK(caller.get("/v1beta/models?key=test").status == 200);
  caller.headers = {{"Authorization", "Bearer token"}};
  CHECK(caller.post(vertex, body).status == 200);
  caller.headers = {{"x-goog-api-key", "invalid-key"}};
  const Answer invalid = caller.generate(asking("hello"));
  CHECK(invalid.status == 400);
  CHECK(invalid.error().at("details").at(0).at("reason") == "API_KEY_INVALID");
}

TEST_CASE("an answer in words has its version, id, and token counts that add up", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json first = caller.generate(asking("hello")).json();
  CHECK(first.at("candidates").at(0).at("finishReason") == "STOP");
  CHECK(first.at("candidates").at(0).at("content").at("role") == "model");
  CHECK(first.at("modelVersion") == "gemini-3.8-flash");
  const Json usage = first.at("usageMetadata");
  CHECK(usage.at("totalTokenCount").get<int>() ==
        usage.at("promptTokenCount").get<int>() + usage.at("candidatesTokenCount").get<int>());
  const Json longer = caller.generate(asking(std::string(4000, 'x'))).json();
  CHECK(longer.at("usageMetadata").at("promptTokenCount").get<int>() > usage.at("promptTokenCount").get<int>() + 900);
  CHECK(longer.at("responseId") != first.at("responseId"));
}

TEST_CASE("thoughts come first, marked, and only when asked for", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  Json body = asking("hello");
  CHECK(caller.generate(body).parts().size() == 1);
  body["generationConfig"] = {{"thinkingConfig", {{"includeThoughts", true}}}};
  const Answer answer = caller.generate(body);
  REQUIRE(answer.parts().size() == 2);
  CHECK(answer.parts().at(0).at("thought") == true);
  CHECK(answer.json().at("usageMetadata").at("thoughtsTokenCount") > 0);
}

TEST_CASE("the settings of a request hold", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  Json body = asking("hello");
  SECTION("candidates") {
    body["generationConfig"] = {{"candidateCount", 3}};
    const Json candidates = caller.generate(body).json().at("candidates");
    REQUIRE(candidates.size() == 3);
    CHECK_FALSE(candidates.at(0).contains("index"));
    CHECK(candidates.at(2).at("index") == 2);
  }
  SECTION("a tiny limit of output") {
    body["generationConfig"] = {{"maxOutputTokens", 3}};
    const Answer answer = caller.generate(body);
    CHECK(answer.candidate().at("finishReason") == "MAX_TOKENS");
    CHECK(answer.text().size() == 12);
  }
  SECTION("a limit that thoughts use up") {
    body["generationConfig"] = {{"maxOutputTokens", 3}, {"thinkingConfig", {{"includeThoughts", true}}}};
    const Json candidate = caller.generate(body).candidate();
    CHECK(candidate.at("finishReason") == "MAX_TOKENS");
    CHECK(candidate.at("content") == Json{{"role", "model"}});
  }
  SECTION("a stop sequence") {
    const std::string whole = caller.generate(body).text();
    body["generationConfig"] = {{"stopSequences", {"scripted"}}};
    CHECK(caller.generate(body).text() == whole.substr(0, whole.find("scripted")));
  }
}

TEST_CASE("tokens are counted as they are for an answer", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json body = asking("How many tokens are these?");
  const int tokens = caller.method("countTokens", body).json().at("totalTokens");
  CHECK(tokens == caller.generate(body).json().at("usageMetadata").at("promptTokenCount").get<int>());
  Json request = body;
  request["model"] = "models/gemini-3.8-flash";
  CHECK(caller.method("countTokens", {{"generateContentRequest", request}}).json().at("totalTokens") == tokens);
  Json both = body;
  both["generateContentRequest"] = request;
  CHECK(caller.method("countTokens", both).status == 400);
  CHECK(caller.method("countTokens", Json::object()).status == 400);
}

TEST_CASE("a tool is called once for what the user says, then words follow", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  caller.model = GENERATE(as<std::string>(), "gemini-2.5-flash", "gemini-3.8-flash");
  const bool signs = caller.model == "gemini-3.8-flash";
  const Json body = with_tool(asking("Look it up."));
  const Answer call = caller.generate(body);
  REQUIRE(call.parts().size() == 1);
  CHECK(call.candidate().at("finishReason") == "STOP");
  CHECK(call.parts().at(0).at("functionCall").at("name") == "look_up");
  CHECK(call.parts().at(0).at("functionCall").at("args").at("name").is_string());
  CHECK(call.parts().at(0).contains("thoughtSignature") == signs);
  CHECK(call.parts().at(0).at("functionCall").contains("id") == signs);

  Json after = answered(body, call);
  const Answer words = caller.generate(after);
  CHECK_FALSE(words.text().empty());
  after["contents"].push_back(words.candidate().at("content"));
  after["contents"].push_back(user("And another?"));
  CHECK(caller.generate(after).parts().at(0).contains("functionCall"));
}

TEST_CASE("the mode of calling decides whether and which function is called", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  Json body = with_tool(asking("Look it up."));
  body["tools"][0]["functionDeclarations"].push_back({{"name", "check_pair"}, {"description", "Checks a pair"}});
  const auto mode = [&](const Json& config) {
    Json with = body;
    with["toolConfig"]["functionCallingConfig"] = config;
    return caller.generate(with).parts().at(0);
  };
  CHECK(mode({{"mode", "NONE"}}).contains("text"));
  CHECK(mode({{"mode", "any"}}).at("functionCall").at("name") == "look_up");
  const Json chosen = {{"mode", "ANY"}, {"allowedFunctionNames", {"check_pair"}}};
  CHECK(mode(chosen).at("functionCall").at("name") == "check_pair");
  CHECK(mode(chosen).at("functionCall").at("args") == Json::object());
  body = answered(with_tool(asking("Look it up.")), caller.generate(with_tool(asking("Look it up."))));
  CHECK(mode({{"mode", "ANY"}}).contains("functionCall"));
}

TEST_CASE("a stream says piece by piece what the whole says", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const std::string path = "/v1beta/models/gemini-3.8-flash:streamGenerateContent";
  const Json body = asking("hello");
  const Answer whole = caller.generate(body);
  const Answer answer = caller.post(path + "?alt=sse", body.dump());
  CHECK(answer.headers.find("Content-Type")->second == "text/event-stream");
  const std::vector<Json> events = events_of(answer);
  REQUIRE(events.size() > 2);
  CHECK(text_of(events) == whole.text());
  CHECK(events.back().at("candidates").at(0).at("finishReason") == "STOP");
  CHECK_FALSE(events.front().at("candidates").at(0).contains("finishReason"));
  // The signature comes last, in a part with no text.
  CHECK(events.back().at("candidates").at(0).at("content").at("parts").at(0).at("text") == "");
  CHECK(events.back().at("candidates").at(0).at("content").at("parts").at(0).contains("thoughtSignature"));
  CHECK(events.back().at("usageMetadata").at("totalTokenCount") >
        events.front().at("usageMetadata").at("totalTokenCount"));

  const Json list = caller.post(path, body.dump()).json();
  REQUIRE(list.is_array());
  CHECK(text_of({list.begin(), list.end()}) == whole.text());

  Caller failing = caller;
  failing.headers.emplace("x-fake-scenario", "stream-error");
  CHECK(events_of(failing.post(path + "?alt=sse", body.dump())).back().at("error").at("code") == 503);
  Caller cut = caller;
  cut.headers.emplace("x-fake-scenario", "cut-stream");
  CHECK_FALSE(
      events_of(cut.post(path + "?alt=sse", body.dump())).back().at("candidates").at(0).contains("finishReason"));
}

TEST_CASE("requests are recorded with their agent, oldest first", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  Json body = asking("hello");
  body["system_instruction"] = {{"parts", {{{"text", "# Agent: triage\nYou sort patients."}}}}};
  CHECK(caller.generate(body).status == 200);
  caller.headers.emplace("x-guardian-agent", "explanation");
  CHECK(caller.generate(body).status == 200);
  const auto requests = server->requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].agent == "triage");
  CHECK(requests[0].method == "POST");
  CHECK(requests[0].path == "/v1beta/models/gemini-3.8-flash:generateContent");
  CHECK(Json::parse(requests[0].body) == body);
  CHECK(std::count(requests[0].headers.begin(), requests[0].headers.end(),
                   std::pair<std::string, std::string>("x-goog-api-key", "test-key")) == 1);
  CHECK(requests[1].agent == "explanation");
}

TEST_CASE("a taken port is an error, and stopping frees it", "[adapters][fake_gemini]") {
  auto server = fake_gemini();
  const int port = server->port();
  CHECK(server->url() == "http://127.0.0.1:" + std::to_string(port));
  const auto second = adapters::FakeGemini::start({.port = port});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == core::ErrorCode::io_failure);
  server->stop();
  server->stop();
  server->wait();
  CHECK(adapters::FakeGemini::start({.port = port}).has_value());
}

TEST_CASE("many clients are served at once", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> clients;
    for (int client = 0; client < 16; ++client) {
      clients.emplace_back([&] {
        const Caller caller(*server);
        for (int call = 0; call < 8; ++call) good += caller.generate(asking("hello")).status == 200 ? 1 : 0;
      });
    }
  }
  CHECK(good == 128);
}
