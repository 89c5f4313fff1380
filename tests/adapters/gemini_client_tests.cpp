// The Gemini client over real sockets, against the local server that speaks the real contract and breaks it on purpose.

#include "adapters/gemini/client.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/adapters/gemini_calls.hpp"

#if defined(__SANITIZE_THREAD__)
// The library of the local server is built without the sanitizer, which then does not see that the library's statics
// are made before another thread reads them. The client does not use it.
extern "C" const char* __tsan_default_suppressions() { return "race:libcpp-httplib.so"; }
#endif

namespace {

using namespace std::chrono_literals;
using namespace guardian::tests;
using guardian::adapters::RecordedRequest;
using guardian::adapters::gemini::GeminiClient;
using guardian::adapters::gemini::GeminiSettings;
using guardian::agents::CallLimits;
using guardian::agents::ModelAnswer;
using guardian::agents::ModelFailure;
using guardian::agents::ModelReply;
using guardian::agents::ModelRequest;
using guardian::agents::ModelRetry;
using guardian::agents::ModelTurn;
using guardian::agents::ToolAnswers;
using guardian::agents::UserText;

const std::string* header(const RecordedRequest& request, std::string name) {
  const auto lower = [](std::string word) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return word;
  };
  for (const auto& [known, value] : request.headers) {
    if (lower(known) == lower(name)) return &value;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a question is answered, in text and as JSON", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  const ModelAnswer text = client.generate(question(), within(long_enough));
  REQUIRE(outcome(text) == "answer");
  const auto& reply = std::get<ModelReply>(text);
  CHECK_FALSE(reply.text.empty());
  CHECK(reply.model == "gemini-2.5-flash");
  CHECK_FALSE(reply.model_version.empty());
  CHECK_FALSE(reply.response_id.empty());
  CHECK(reply.usage.prompt_tokens > 0);
  CHECK(reply.usage.total_tokens > reply.usage.prompt_tokens);

  const ModelAnswer json = client.generate(question(schema), within(long_enough));
  REQUIRE(outcome(json) == "answer");
  CHECK(std::get<ModelReply>(json).text.find("\"verdict\"") != std::string::npos);
}

TEST_CASE("a round of tools goes through: calls, their answers, and the turn given back as it came",
          "[adapters][gemini][client]") {
  const auto fake = server();
  for (const char* model : {"gemini-2.5-flash", "gemini-3.5-flash"}) {
    INFO(model);
    GeminiSettings settings = settings_for(fake->url());
    settings.models = {model};
    GeminiClient client(settings);
    ModelRequest request = question();
    request.tools = {{"look_up", "Looks up a drug.",
                      R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})"}};
    std::string last;
    for (int round = 0; round < 4; ++round) {
      const ModelAnswer answer = client.generate(request, within(long_enough));
      if (const auto* failure = std::get_if<ModelFailure>(&answer)) FAIL(failure->message);
      const auto& reply = std::get<ModelReply>(answer);
      last = reply.text;
      if (reply.calls.empty()) break;
      request.turns.emplace_back(ModelTurn{reply.content});
      ToolAnswers answers;
      for (const auto& call : reply.calls) answers.answers.push_back({call.id, call.name, R"({"rows":[]})", false});
      request.turns.emplace_back(answers);
    }
    CHECK(request.turns.size() >= 3);
    CHECK_FALSE(last.empty());
  }
}

TEST_CASE("the key is in its header and nowhere else, and the request says what the contract wants",
          "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  ModelRequest large = question();
  large.turns.emplace_back(UserText{std::string(1'500'000, 'x')});
  REQUIRE(outcome(client.generate(question(), within(long_enough))) == "answer");
  (void)client.generate(large, within(long_enough));
  (void)client.stream(question(), within(long_enough), [](std::string_view) {});
  const auto requests = fake->requests();
  REQUIRE(requests.size() == 3);
  for (const RecordedRequest& request : requests) {
    CHECK(request.method == "POST");
    CHECK(request.path.find(key) == std::string::npos);
    CHECK(request.path.find("key=") == std::string::npos);
    CHECK(request.body.find(key) == std::string::npos);
    CHECK(request.body.find("\"store\":false") != std::string::npos);
    int with_key = 0;
    for (const auto& [name, value] : request.headers) {
      if (value.find(key) != std::string::npos) ++with_key;
      CHECK(value.find("Canary") == std::string::npos);
    }
    CHECK(with_key == 1);
    REQUIRE(header(request, "x-goog-api-key") != nullptr);
    CHECK(*header(request, "x-goog-api-key") == key);
    REQUIRE(header(request, "content-type") != nullptr);
    CHECK(*header(request, "content-type") == "application/json");
    CHECK(header(request, "expect") == nullptr);
    CHECK(header(request, "x-server-timeout") != nullptr);
    CHECK(request.agent == "interaction");
  }
  CHECK(requests[0].path == "/v1beta/models/gemini-2.5-flash:generateContent");
  CHECK(requests[1].body.size() > 1'500'000);
  CHECK(requests[2].path == "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
}

TEST_CASE("every fault is its typed failure, within the deadline, and its message quotes nothing",
          "[adapters][gemini][client]") {
  const std::map<std::string, std::string> outcomes{{"400", "refused"},
                                                    {"401", "refused"},
                                                    {"403", "refused"},
                                                    {"404", "refused"},
                                                    {"408", "server error"},
                                                    {"429", "rate limited"},
                                                    {"429-bare", "rate limited"},
                                                    {"429-daily", "quota"},
                                                    {"500", "server error"},
                                                    {"502-html", "server error"},
                                                    {"503", "server error"},
                                                    {"504", "server error"},
                                                    {"error-array", "server error"},
                                                    {"flaky:9", "server error"},
                                                    {"redirect", "transport"},
                                                    {"reset", "transport"},
                                                    {"short-body", "transport"},
                                                    {"stall", "timeout"},
                                                    {"slow:60", "timeout"},
                                                    {"malformed", "malformed"},
                                                    {"invalid-utf8", "malformed"},
                                                    {"duplicate-envelope", "malformed"},
                                                    {"nan", "malformed"},
                                                    {"deep_json", "too large"},
                                                    {"huge", "too large"},
                                                    {"endless", "too large"},
                                                    {"safety", "blocked"},
                                                    {"recitation", "blocked"},
                                                    {"blocked-prompt", "blocked"},
                                                    {"max_tokens", "truncated"},
                                                    {"empty", "malformed"},
                                                    {"thought-only", "malformed"},
                                                    {"unknown-finish", "malformed"},
                                                    {"prose", "malformed"},
                                                    {"duplicate-keys", "malformed"},
                                                    {"deep-text", "malformed"},
                                                    {"wrong-schema", "answer"},
                                                    {"hallucinate", "answer"},
                                                    {"slow:0.1", "answer"}};
  const auto fake = server();
  for (const auto& [scenario, expected] : outcomes) {
    INFO(scenario);
    fake->set_scenario(scenario);
    GeminiClient client(settings_for(fake->url()));
    const auto begin = Clock::now();
    const ModelAnswer answer =
        client.generate(question(schema), within(expected == "timeout" ? Milliseconds(300) : long_enough));
    CHECK(outcome(answer) == expected);
    CHECK(since(begin) < 30s);  // the slow ones would take twice that
    if (const auto* failure = std::get_if<ModelFailure>(&answer)) {
      CHECK_FALSE(failure->message.empty());
      CHECK(failure->message.find("Canary") == std::string::npos);
      CHECK(failure->message.find(key) == std::string::npos);
    }
  }
}

TEST_CASE("a reply without end costs bounded memory", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  const auto peak_kib = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  (void)client.generate(question(), within(long_enough));
  const long before = peak_kib();
  for (const char* scenario : {"huge", "endless", "deep_json", "huge", "endless"}) {
    fake->set_scenario(scenario);
    GeminiClient fresh(settings_for(fake->url()));
    CHECK(outcome(fresh.generate(question(), within(long_enough))) == "too large");
    CHECK(outcome(fresh.stream(question(), within(long_enough), {})) == "too large");
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(peak_kib() - before < 48 * 1024);  // of 64 MiB that were sent each time
#else
  (void)before;
#endif
}

TEST_CASE("a redirect is not followed and not tried again", "[adapters][gemini][client]") {
  const auto fake = server("redirect");
  GeminiClient client(settings_for(fake->url(), 3));
  const ModelAnswer answer = client.generate(question(), within(long_enough));
  CHECK(outcome(answer) == "transport");
  CHECK(std::get<ModelFailure>(answer).http_status == 302);
  CHECK(fake->requests().size() == 1);
}

TEST_CASE("over the wire too a retry waits as long as the service asks", "[adapters][gemini][client]") {
  const auto fake = server("429:0.4");
  GeminiClient client(settings_for(fake->url(), 2));
  std::vector<ModelRetry> retries;
  CallLimits limits = within(long_enough);
  limits.on_retry = [&](const ModelRetry& retry) { retries.push_back(retry); };
  const auto begin = Clock::now();
  CHECK(outcome(client.generate(question(), limits)) == "rate limited");
  CHECK(since(begin) >= 400ms);
  REQUIRE(retries.size() == 1);
  CHECK(retries[0].wait >= 400ms);
  CHECK(fake->requests().size() == 2);

  fake->set_scenario("429:60");
  const auto second = Clock::now();
  CHECK(outcome(client.generate(question(), within(40s))) == "timeout");
  CHECK(since(second) < 20s);  // it does not sit out what cannot help
}

TEST_CASE("a model that the service does not know is replaced by the next of the list", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiSettings settings = settings_for(fake->url(), 3);
  settings.models = {"gemini-0.1-none", "gemini-2.5-flash-lite"};
  GeminiClient client(settings);
  const ModelAnswer answer = client.generate(question(), within(long_enough));
  REQUIRE(outcome(answer) == "answer");
  CHECK(std::get<ModelReply>(answer).model == "gemini-2.5-flash-lite");
}

TEST_CASE("a key that the service does not take is refused, once", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiSettings settings = settings_for(fake->url(), 3);
  settings.api_key = "invalid-key";
  GeminiClient client(settings);
  const ModelAnswer answer = client.generate(question(), within(long_enough));
  CHECK(outcome(answer) == "refused");
  CHECK(std::get<ModelFailure>(answer).message == "HTTP 400: the key is not valid");
  CHECK(fake->requests().size() == 1);
}

TEST_CASE("a streamed answer is told as it comes and is whole at the end", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  std::string told;
  int pieces = 0;
  const ModelAnswer answer = client.stream(question(long_schema), within(long_enough), [&](std::string_view text) {
    told += text;
    ++pieces;
  });
  REQUIRE(outcome(answer) == "answer");
  CHECK(pieces > 1);
  CHECK(std::get<ModelReply>(answer).text == told);
  CHECK_FALSE(told.empty());
  CHECK(std::get<ModelReply>(answer).usage.total_tokens > 0);
}

TEST_CASE("a stream that fails is a failure, and is not begun again once text was told", "[adapters][gemini][client]") {
  const std::map<std::string, std::string> outcomes{
      {"cut-stream", "transport"}, {"short-body", "transport"},     {"reset", "transport"},
      {"503", "server error"},     {"error-array", "server error"}, {"stream-error", "server error"},
      {"stall", "timeout"},        {"safety", "blocked"},           {"huge", "too large"},
      {"deep_json", "too large"},  {"malformed", "malformed"}};
  const auto fake = server();
  for (const auto& [scenario, expected] : outcomes) {
    INFO(scenario);
    fake->set_scenario(scenario);
    GeminiClient client(settings_for(fake->url()));
    // One that is cut in the middle of an event may be without end.
    const Milliseconds patience = expected == "timeout" || scenario == "malformed" ? Milliseconds(300) : long_enough;
    std::string told;
    const ModelAnswer answer =
        client.stream(question(long_schema), within(patience), [&](std::string_view text) { told += text; });
    if (scenario == "malformed") {
      CHECK(outcome(answer) != "answer");  // cut in the middle of an event: broken, or without end
    } else {
      CHECK(outcome(answer) == expected);
    }
  }
  fake->set_scenario("cut-stream");
  const std::size_t before = fake->requests().size();
  GeminiClient client(settings_for(fake->url(), 3));
  CHECK(outcome(client.stream(question(long_schema), within(long_enough), [](std::string_view) {})) == "transport");
  CHECK(fake->requests().size() == before + 1);
}

TEST_CASE("an exception of the listener ends the stream and reaches the caller", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  const auto fail = [](std::string_view) { throw std::runtime_error("the listener"); };
  CHECK_THROWS_WITH(client.stream(question(), within(long_enough), fail), "the listener");
  CHECK(outcome(client.generate(question(), within(long_enough))) == "answer");
}

TEST_CASE("eight threads share one client under changing faults", "[adapters][gemini][client]") {
  const std::vector<std::string> scenarios{"", "503",      "reset",  "",         "429:0.05", "malformed", "short-body",
                                           "", "slow:0.1", "safety", "502-html", "huge",     ""};
  const auto fake = server();
  GeminiSettings settings = settings_for(fake->url(), 3);
  settings.models = {"gemini-2.5-flash", "gemini-2.5-flash-lite"};
  settings.most_connections = 4;
  GeminiClient client(settings);
  std::atomic<int> ended{0};
  std::atomic<int> late{0};
  std::atomic<bool> done{false};
  std::jthread changer([&] {
    for (std::size_t at = 0; !done; ++at) {
      fake->set_scenario(scenarios[at % scenarios.size()]);
      std::this_thread::sleep_for(7ms);
    }
  });
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 8; ++caller) {
      callers.emplace_back([&, caller] {
        for (int call = 0; call < 12; ++call) {
          std::stop_source stop;
          CallLimits limits = within(2s);
          limits.stop = stop.get_token();
          if ((caller + call) % 5 == 0) limits.on_retry = [&](const ModelRetry&) { stop.request_stop(); };
          const auto begin = Clock::now();
          const ModelAnswer answer = caller % 4 == 0 ? client.stream(question(), limits, [](std::string_view) {})
                                                     : client.generate(question(schema), limits);
          // Far behind the deadline of 2 s, for a busy machine and a sanitizer: it looks for calls that hang.
          if (since(begin) > long_enough) ++late;
          const auto* failure = std::get_if<ModelFailure>(&answer);
          if (failure == nullptr || !failure->message.empty()) ++ended;
        }
      });
    }
  }
  done = true;
  changer.join();
  CHECK(late == 0);
  CHECK(ended == 96);
  fake->set_scenario("");
  GeminiClient fresh(settings_for(fake->url()));  // the breakers of the other may be open
  CHECK(outcome(fresh.generate(question(), within(long_enough))) == "answer");
}
