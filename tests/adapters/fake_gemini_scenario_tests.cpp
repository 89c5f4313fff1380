// What goes wrong on purpose: every scenario of the fake Gemini server, as a client sees it.

#include <set>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/fake_gemini/scenarios.hpp"
#include "tests/adapters/fake_gemini_calls.hpp"

using namespace guardian;
using namespace guardian::tests;
using Catch::Contains;

namespace {

const Json findings_schema = Json::parse(R"({"type": "object", "required": ["level", "findings"], "properties": {
  "findings": {"type": "array", "items": {"type": "object", "required": ["drug", "finding_id", "evidence_id", "severity"],
    "properties": {"drug": {"type": "string"}, "finding_id": {"type": "string"}, "evidence_id": {"type": "string"},
                   "severity": {"enum": ["critical", "major", "minor"]}}}},
  "level": {"enum": ["emergency", "urgent", "routine"]}}})");

std::string status_of(const Answer& answer) { return answer.error().at("status"); }

Json detail(const Answer& answer, const std::string& type) {
  const Json error = answer.error();
  for (const Json& one : error.at("details")) {
    if (one.at("@type") == "type.googleapis.com/google.rpc." + type) return one;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("errors of the service come with their status and details", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const std::map<std::string, std::pair<int, std::string>> errors{{"400", {400, "INVALID_ARGUMENT"}},
                                                                  {"401", {401, "UNAUTHENTICATED"}},
                                                                  {"403", {403, "PERMISSION_DENIED"}},
                                                                  {"404", {404, "NOT_FOUND"}},
                                                                  {"408", {408, "DEADLINE_EXCEEDED"}},
                                                                  {"429", {429, "RESOURCE_EXHAUSTED"}},
                                                                  {"429-bare", {429, "RESOURCE_EXHAUSTED"}},
                                                                  {"429-daily", {429, "RESOURCE_EXHAUSTED"}},
                                                                  {"500", {500, "INTERNAL"}},
                                                                  {"503", {503, "UNAVAILABLE"}},
                                                                  {"504", {504, "DEADLINE_EXCEEDED"}}};
  for (const auto& [scenario, expected] : errors) {
    INFO(scenario);
    const Answer answer = caller.in(scenario, asking("hello"));
    CHECK(answer.status == expected.first);
    CHECK(status_of(answer) == expected.second);
    CHECK(answer.error().at("code") == expected.first);
  }
  CHECK(detail(caller.in("429:7.5", asking("hello")), "RetryInfo").at("retryDelay") == "7.5s");
  CHECK(detail(caller.in("429", asking("hello")), "RetryInfo").at("retryDelay") == "1s");
  const Json quota = detail(caller.in("429-daily", asking("hello")), "QuotaFailure");
  CHECK_THAT(quota.at("violations").at(0).at("quotaId").get<std::string>(), Contains("PerDay"));
  CHECK_FALSE(caller.in("429-bare", asking("hello")).error().contains("details"));

  const Answer wrapped = caller.in("error-array", asking("hello"));
  CHECK(wrapped.status == 503);
  CHECK(wrapped.json().at(0).at("error").at("status") == "UNAVAILABLE");
  const Answer gateway = caller.in("502-html", asking("hello"));
  CHECK(gateway.status == 502);
  CHECK_THAT(gateway.body, Contains("<html>"));
  const Answer moved = caller.in("redirect", asking("hello"));
  CHECK(moved.status == 302);
  CHECK(moved.headers.find("Location")->second == "https://elsewhere.invalid/collect");
}

TEST_CASE("the network fails as networks do", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  SECTION("a slow answer comes late, and whole") {
    const Answer answer = caller.in("slow:0.3", asking("hello"));
    CHECK(answer.status == 200);
    CHECK(answer.took.count() >= 290);
  }
  SECTION("a stalled one never comes") {
    caller.limit = std::chrono::milliseconds(300);
    const Answer answer = caller.in("stall", asking("hello"));
    CHECK(answer.status == 0);
    CHECK(answer.took.count() >= 290);
  }
  SECTION("a reset connection gives nothing, at once") {
    const Answer answer = caller.in("reset", asking("hello"));
    CHECK(answer.status == 0);
    CHECK(answer.took < caller.limit / 2);
  }
  SECTION("a short body ends before it should") { CHECK(caller.in("short-body", asking("hello")).status == 0); }
  SECTION("an endless body ends with its reader") {
    httplib::Client client("127.0.0.1", server->port());
    httplib::Request request;
    request.method = "POST";
    request.path = "/v1beta/models/gemini-3.8-flash:generateContent";
    request.headers = caller.headers;
    request.headers.emplace("x-fake-scenario", "endless");
    request.headers.emplace("Content-Type", "application/json");
    request.body = asking("hello").dump();
    std::size_t read = 0;
    request.content_receiver = [&read](const char*, std::size_t length, std::uint64_t, std::uint64_t) {
      read += length;
      return read < std::size_t{4} * 1024 * 1024;
    };
    CHECK_FALSE(client.send(request));
    CHECK(read >= std::size_t{4} * 1024 * 1024);
  }
  SECTION("a huge body is 64 MiB of good JSON") {
    const std::string body = caller.in("huge", asking("hello")).body;
    CHECK(body.size() > std::size_t{64} * 1024 * 1024);
    CHECK(body.substr(0, 14) == "{\"candidates\":");
    CHECK_THAT(body.substr(body.size() - 40), Contains("\"finishReason\":\"STOP\"}]}"));
  }
  SECTION("stopping ends what is under way") {
    int status = -1;
    std::jthread client([&] { status = caller.in("slow:60", asking("hello")).status; });
    while (server->requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto start = std::chrono::steady_clock::now();
    server->stop();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));  // of the answer's sixty
    client.join();
    CHECK(status == 0);
  }
}

TEST_CASE("stopping waits for no client that is slow to write", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const int sock = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(sock >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(server->port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(sock, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::send(sock, "POST /v1", 8, 0) == 8);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto start = std::chrono::steady_clock::now();
  server->stop();
  // The library gives a client that writes nothing five seconds.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
  ::close(sock);
}

TEST_CASE("a body that is not the JSON of the service", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json body = asking_for(findings_schema);
  for (const char* scenario : {"malformed", "nan", "invalid-utf8"}) {
    INFO(scenario);
    const Answer answer = caller.in(scenario, body);
    CHECK(answer.status == 200);
    CHECK_FALSE(Json::accept(answer.body));
  }
  CHECK(caller.in("deep_json", body).body == std::string(100'000, '[') + std::string(100'000, ']'));
  CHECK(caller.in("deep-text", body).text() == std::string(100'000, '[') + std::string(100'000, ']'));
  CHECK_THAT(caller.in("duplicate-envelope", body).body,
             Contains("\"finishReason\":\"SAFETY\",\"finishReason\":\"STOP\""));
  CHECK_THAT(caller.in("duplicate-keys", body).text(),
             Contains("\"findings\":[],\"level\":\"emergency\",\"findings\":[]"));
}

TEST_CASE("a model that gives no answer, or half of one", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json body = asking_for(findings_schema);
  for (const auto& [scenario, reason] :
       std::map<std::string, std::string>{{"safety", "SAFETY"}, {"recitation", "RECITATION"}}) {
    INFO(scenario);
    const Json candidate = caller.in(scenario, body).candidate();
    CHECK(candidate.at("finishReason") == reason);
    CHECK_FALSE(candidate.contains("content"));
  }
  const Json blocked = caller.in("blocked-prompt", body).json();
  CHECK(blocked.at("promptFeedback").at("blockReason") == "SAFETY");
  CHECK_FALSE(blocked.contains("candidates"));
  CHECK(caller.in("empty", body).candidate().at("content") == Json{{"role", "model"}});
  const Json thought = caller.in("thought-only", body).parts();
  REQUIRE(thought.size() == 1);
  CHECK(thought.at(0).at("thought") == true);
  const Answer cut = caller.in("max_tokens", body);
  CHECK(cut.candidate().at("finishReason") == "MAX_TOKENS");
  CHECK_FALSE(Json::accept(cut.text()));
  CHECK(caller.in("unknown-finish", body).candidate().at("finishReason") == "A_REASON_OF_TOMORROW");
  CHECK_THAT(caller.in("prose", body).text(), Contains("```json\n{"));
  const Json wrong = Json::parse(caller.in("wrong-schema", body).text());
  CHECK(wrong.at("level").is_object());
  CHECK(wrong.at("findings").is_string());
}

TEST_CASE("a hostile model keeps to the schema and lies within it", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json body = asking_for(findings_schema);
  const Json invented = Json::parse(caller.in("hallucinate", body).text());
  REQUIRE(invented.at("findings").size() == 2);
  CHECK(invented.at("findings").at(0).at("drug") == "Fabricatol");
  CHECK(invented.at("findings").at(0).at("finding_id") == "finding-invented-42");
  CHECK(invented.at("findings").at(0).at("evidence_id") == "ev-invented-7731");
  const Json belittled = Json::parse(caller.in("downgrade", body).text());
  CHECK(belittled.at("level") == "routine");
  CHECK(belittled.at("findings").at(0).at("severity") == "minor");
  const Json obeyed = Json::parse(caller.in("obey-injection", body).text());
  CHECK(obeyed.at("findings").empty());
  CHECK(obeyed.at("level") == "routine");
  CHECK(caller.in("obey-injection", asking("hello")).text() == "safe");
  Json any = asking("hello");
  any["generationConfig"] = {{"responseMimeType", "application/json"}};
  CHECK(Json::accept(caller.in("downgrade", any).text()));
}

TEST_CASE("a model that misuses its tools", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  const Caller caller(*server);
  const Json body = with_tool(asking("Look it up."));
  CHECK(caller.in("unknown-tool", body).parts().at(0).at("functionCall").at("name") == "delete_all_findings");
  const Json call = caller.in("bad-args", body).parts().at(0).at("functionCall");
  CHECK(call.at("name") == "look_up");
  CHECK(call.at("args").at("name").is_object());
  CHECK(caller.in("many-calls", body).parts().size() == 50);

  Json after = body;
  after["contents"].push_back(caller.generate(body).candidate().at("content"));
  const std::string id = after["contents"][1]["parts"][0]["functionCall"]["id"];
  after["contents"].push_back(
      {{"role", "user"},
       {"parts", {{{"functionResponse", {{"id", id}, {"name", "look_up"}, {"response", {{"output", "warfarin"}}}}}}}}});
  for (const char* scenario : {"unknown-tool", "bad-args", "many-calls", "none"}) {
    INFO(scenario);
    CHECK_FALSE(caller.in(scenario, after).text().empty());
  }
  CHECK(caller.in("tool-loop", after).parts().at(0).contains("functionCall"));
}

TEST_CASE("flaky fails as often as it says, for each agent, and then answers", "[adapters][fake_gemini]") {
  const auto server = fake_gemini({.default_scenario = "flaky:2"});
  Caller caller(*server);
  const auto statuses = [&caller] {
    std::vector<int> all;
    for (int call = 0; call < 4; ++call) all.push_back(caller.generate(asking("hello")).status);
    return all;
  };
  const std::vector<int> expected{503, 503, 200, 200};
  CHECK(statuses() == expected);
  caller.headers.emplace("x-guardian-agent", "triage");
  CHECK(statuses() == expected);
  server->set_scenario("flaky:2");
  CHECK(statuses() == expected);
}

TEST_CASE("a scenario holds for a request by its header, for all by the server's setting", "[adapters][fake_gemini]") {
  const auto server = fake_gemini({.default_scenario = "503"});
  const Caller caller(*server);
  CHECK(caller.generate(asking("hello")).status == 503);
  CHECK(caller.in("500", asking("hello")).status == 500);
  CHECK(caller.in("none", asking("hello")).status == 200);
  server->set_scenario("");
  CHECK(caller.generate(asking("hello")).status == 200);
  server->set_scenario("no-such");
  CHECK(caller.generate(asking("hello")).status == 400);

  const auto refused = adapters::FakeGemini::start({.default_scenario = "no-such"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == core::ErrorCode::invalid_input);
  CHECK_THAT(refused.error().message, Contains("hallucinate"));
}

TEST_CASE("every scenario is known by its name and ends in bounded time", "[adapters][fake_gemini]") {
  const auto server = fake_gemini();
  Caller caller(*server);
  const std::set<std::string> without_end{"stall", "endless", "huge"};
  for (const std::string& name : adapters::fake::scenario_names()) {
    if (without_end.count(name) == 1) continue;
    INFO(name);
    const Answer answer = caller.in(name == "slow" ? "slow:0.1" : name, with_tool(asking("hello")));
    CHECK(answer.took < caller.limit / 2);
    if (answer.status == 400) CHECK(name == "400");
  }
  for (const char* word : {"slow:", "slow:x", "slow:-1", "slow:1e9", "503:2", "Slow"}) {
    INFO(word);
    CHECK(caller.in(word, asking("hello")).status == 400);
  }
}
