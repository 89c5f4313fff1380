// The Gemini client over real sockets, against the local server that speaks the real contract and breaks it on purpose.

#include "adapters/gemini/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/fake_gemini/fake_gemini.hpp"
#include "adapters/gemini/curl_transport.hpp"

namespace {

using namespace std::chrono_literals;
using guardian::adapters::FakeGemini;
using guardian::adapters::FakeGeminiOptions;
using guardian::adapters::RecordedRequest;
using guardian::adapters::gemini::CurlGlobal;
using guardian::adapters::gemini::CurlOptions;
using guardian::adapters::gemini::CurlTransport;
using guardian::adapters::gemini::GeminiClient;
using guardian::adapters::gemini::GeminiSettings;
using guardian::adapters::gemini::HttpReply;
using guardian::adapters::gemini::HttpRequest;
using guardian::adapters::gemini::TransportFault;
using guardian::agents::CallLimits;
using guardian::agents::ModelAnswer;
using guardian::agents::ModelFailure;
using guardian::agents::ModelReply;
using guardian::agents::ModelRequest;
using guardian::agents::ModelRetry;
using guardian::agents::ModelTurn;
using guardian::agents::to_string;
using guardian::agents::ToolAnswer;
using guardian::agents::ToolAnswers;
using guardian::agents::UserText;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr const char* key = "secret-key-of-nobody-4711";
constexpr const char* planted = "Mrs Canary";
constexpr const char* schema =
    R"({"type":"object","properties":{"verdict":{"type":"string","enum":["yes","no"]}},"required":["verdict"],)"
    R"("additionalProperties":false})";

// An answer to it is long enough to come in several pieces.
const std::string long_schema = [] {
  std::string properties;
  std::string names;
  for (int at = 0; at < 20; ++at) {
    const std::string name = "\"property_" + std::to_string(at) + "\"";
    properties += (at == 0 ? "" : ",") + name + R"(:{"type":"string"})";
    names += (at == 0 ? "" : ",") + name;
  }
  return R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + names + "]}";
}();

std::unique_ptr<FakeGemini> server(const std::string& scenario = "") {
  static const CurlGlobal curl;
  FakeGeminiOptions options;
  options.default_scenario = scenario;
  auto started = FakeGemini::start(options);
  if (!started) FAIL(started.error().message);
  return std::move(*started);
}

GeminiSettings settings_for(const std::string& url, int attempts = 1) {
  GeminiSettings settings;
  settings.base_url = url;
  settings.api_key = key;
  settings.models = {"gemini-2.5-flash"};
  settings.max_attempts = attempts;
  return settings;
}

ModelRequest question(const std::string& reply_schema = "") {
  ModelRequest request;
  request.agent = "interaction";
  request.system = "You check medicines.";
  request.turns = {UserText{std::string("Is it safe for ") + planted + "?"}};
  request.reply_schema = reply_schema;
  request.most_output_tokens = 65'000;
  return request;
}

CallLimits within(Milliseconds patience) { return {Clock::now() + patience, {}, {}}; }

std::string outcome(const ModelAnswer& answer) {
  const auto* failure = std::get_if<ModelFailure>(&answer);
  return failure == nullptr ? "answer" : std::string(to_string(failure->kind));
}

Milliseconds since(Clock::time_point begin) { return std::chrono::duration_cast<Milliseconds>(Clock::now() - begin); }

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

// Accepts connections on this machine and does with each of them as told; counts them.
class RawServer {
 public:
  explicit RawServer(std::function<void(int)> serve)
      : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    static const CurlGlobal curl;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all() {
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      ++connections_;
      serve_(connection);
      ::close(connection);
    }
  }

  std::function<void(int)> serve_;
  int listener_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

// Reads one request, by its Content-Length. False: the other side is gone.
bool read_request(int connection) {
  std::string text;
  std::size_t whole = std::string::npos;
  char buffer[4096];
  while (text.size() < whole) {
    const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(got));
    const auto end = text.find("\r\n\r\n");
    const auto length = text.find("Content-Length: ");
    if (end != std::string::npos && length != std::string::npos) {
      whole = end + 4 + std::strtoul(text.c_str() + length + 16, nullptr, 10);
    }
  }
  return true;
}

bool write_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

const std::string good_body =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"fine"}]},"finishReason":"STOP"}]})";
const std::string good_reply =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(good_body.size()) +
    "\r\n\r\n" + good_body;

}  // namespace

TEST_CASE("a question is answered, in text and as JSON", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  const ModelAnswer text = client.generate(question(), within(5s));
  REQUIRE(outcome(text) == "answer");
  const auto& reply = std::get<ModelReply>(text);
  CHECK_FALSE(reply.text.empty());
  CHECK(reply.model == "gemini-2.5-flash");
  CHECK_FALSE(reply.model_version.empty());
  CHECK_FALSE(reply.response_id.empty());
  CHECK(reply.usage.prompt_tokens > 0);
  CHECK(reply.usage.total_tokens > reply.usage.prompt_tokens);

  const ModelAnswer json = client.generate(question(schema), within(5s));
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
      const ModelAnswer answer = client.generate(request, within(5s));
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
  REQUIRE(outcome(client.generate(question(), within(5s))) == "answer");
  (void)client.generate(large, within(10s));
  (void)client.stream(question(), within(5s), [](std::string_view) {});
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
                                                    {"slow:30", "timeout"},
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
    const ModelAnswer answer = client.generate(question(schema), within(expected == "timeout" ? 300ms : 8s));
    CHECK(outcome(answer) == expected);
    CHECK(since(begin) < (expected == "timeout" ? 1s : 8s));
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
  (void)client.generate(question(), within(5s));
  const long before = peak_kib();
  for (const char* scenario : {"huge", "endless", "deep_json", "huge", "endless"}) {
    fake->set_scenario(scenario);
    GeminiClient fresh(settings_for(fake->url()));
    CHECK(outcome(fresh.generate(question(), within(8s))) == "too large");
    CHECK(outcome(fresh.stream(question(), within(8s), {})) == "too large");
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
  const ModelAnswer answer = client.generate(question(), within(5s));
  CHECK(outcome(answer) == "transport");
  CHECK(std::get<ModelFailure>(answer).http_status == 302);
  CHECK(fake->requests().size() == 1);
}

TEST_CASE("calls one after the other use one connection", "[adapters][gemini][client]") {
  const RawServer raw([](int connection) {
    while (read_request(connection) && write_all(connection, good_reply)) {
    }
  });
  {
    GeminiClient client(settings_for(raw.url()));
    for (int call = 0; call < 5; ++call) CHECK(outcome(client.generate(question(), within(5s))) == "answer");
    CHECK(raw.connections() == 1);
  }
}

TEST_CASE("a connection that was closed meanwhile is made anew", "[adapters][gemini][client]") {
  const RawServer raw([](int connection) {
    if (read_request(connection)) write_all(connection, good_reply);
  });
  GeminiClient client(settings_for(raw.url()));
  for (int call = 0; call < 3; ++call) CHECK(outcome(client.generate(question(), within(5s))) == "answer");
  CHECK(raw.connections() == 3);
}

TEST_CASE("headers without end, and what is no HTTP, are failures", "[adapters][gemini][client]") {
  {
    const RawServer raw([](int connection) {
      if (!read_request(connection) || !write_all(connection, "HTTP/1.1 200 OK\r\n")) return;
      while (write_all(connection, "X-More: " + std::string(1000, 'x') + "\r\n")) {
      }
    });
    GeminiClient client(settings_for(raw.url()));
    CHECK(outcome(client.generate(question(), within(5s))) == "too large");
  }
  for (const char* reply :
       {"SSH-2.0-OpenSSH\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "\x16\x03\x01"}) {
    const RawServer raw([reply](int connection) {
      if (read_request(connection)) write_all(connection, reply);
    });
    GeminiClient client(settings_for(raw.url()));
    CHECK(outcome(client.generate(question(), within(5s))) == "transport");
  }
}

TEST_CASE("nobody listening, and no TLS where TLS must be, are transport failures", "[adapters][gemini][client]") {
  std::string gone;
  {
    const auto fake = server();
    gone = fake->url();
    std::string encrypted = gone;
    encrypted.replace(0, 4, "https");
    GeminiClient client(settings_for(encrypted));
    CHECK(outcome(client.generate(question(), within(5s))) == "transport");
  }
  GeminiClient client(settings_for(gone));
  CHECK(outcome(client.generate(question(), within(5s))) == "transport");
}

TEST_CASE("plain HTTP goes to this machine only, and past a proxy", "[adapters][gemini][client]") {
  const auto fake = server();
  REQUIRE(::setenv("http_proxy", "http://127.0.0.1:9", 1) == 0);
  GeminiClient client(settings_for(fake->url()));
  CHECK(outcome(client.generate(question(), within(5s))) == "answer");
  REQUIRE(::unsetenv("http_proxy") == 0);

  CurlTransport transport(CurlOptions{});
  HttpRequest request;
  request.url = "http://198.51.100.7/";
  request.deadline = Clock::now() + 5s;
  const auto begin = Clock::now();
  CHECK(transport.post(request).fault == TransportFault::broken);
  CHECK(since(begin) < 1s);
}

TEST_CASE("a stop reaches the socket at once", "[adapters][gemini][client]") {
  for (const char* scenario : {"stall", "slow:30"}) {
    const auto fake = server(scenario);
    GeminiClient client(settings_for(fake->url()));
    std::stop_source stop;
    std::atomic<Clock::rep> asked{0};
    std::jthread stopper([&] {
      std::this_thread::sleep_for(100ms);
      asked = Clock::now().time_since_epoch().count();
      stop.request_stop();
    });
    const ModelAnswer answer = client.generate(question(), {Clock::now() + 20s, stop.get_token(), {}});
    const auto noticed = Clock::now().time_since_epoch() - Clock::duration(asked.load());
    CHECK(outcome(answer) == "cancelled");
    CHECK(noticed < 100ms);
  }
}

TEST_CASE("a call that waits for a free connection keeps to its deadline and its stop", "[adapters][gemini][client]") {
  const auto fake = server("stall");
  GeminiSettings settings = settings_for(fake->url());
  settings.most_connections = 1;
  GeminiClient client(settings);
  std::stop_source stop;
  std::jthread busy([&] { (void)client.generate(question(), {Clock::now() + 20s, stop.get_token(), {}}); });
  while (fake->requests().empty()) std::this_thread::sleep_for(1ms);
  const auto begin = Clock::now();
  CHECK(outcome(client.generate(question(), within(200ms))) == "timeout");
  CHECK(since(begin) < 1s);
  std::jthread stopper([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  CHECK(outcome(client.generate(question(), {Clock::now() + 20s, stop.get_token(), {}})) == "cancelled");
  CHECK(since(begin) < 5s);
}

TEST_CASE("over the wire too a retry waits as long as the service asks", "[adapters][gemini][client]") {
  const auto fake = server("429:0.4");
  GeminiClient client(settings_for(fake->url(), 2));
  std::vector<ModelRetry> retries;
  CallLimits limits = within(10s);
  limits.on_retry = [&](const ModelRetry& retry) { retries.push_back(retry); };
  const auto begin = Clock::now();
  CHECK(outcome(client.generate(question(), limits)) == "rate limited");
  CHECK(since(begin) >= 400ms);
  REQUIRE(retries.size() == 1);
  CHECK(retries[0].wait >= 400ms);
  CHECK(fake->requests().size() == 2);

  fake->set_scenario("429:30");
  const auto second = Clock::now();
  CHECK(outcome(client.generate(question(), within(2s))) == "timeout");
  CHECK(since(second) < 1s);  // it does not sit out what cannot help
}

TEST_CASE("a model that the service does not know is replaced by the next of the list", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiSettings settings = settings_for(fake->url(), 3);
  settings.models = {"gemini-0.1-none", "gemini-2.5-flash-lite"};
  GeminiClient client(settings);
  const ModelAnswer answer = client.generate(question(), within(5s));
  REQUIRE(outcome(answer) == "answer");
  CHECK(std::get<ModelReply>(answer).model == "gemini-2.5-flash-lite");
}

TEST_CASE("a key that the service does not take is refused, once", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiSettings settings = settings_for(fake->url(), 3);
  settings.api_key = "invalid-key";
  GeminiClient client(settings);
  const ModelAnswer answer = client.generate(question(), within(5s));
  CHECK(outcome(answer) == "refused");
  CHECK(std::get<ModelFailure>(answer).message == "HTTP 400: the key is not valid");
  CHECK(fake->requests().size() == 1);
}

TEST_CASE("a streamed answer is told as it comes and is whole at the end", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  std::string told;
  int pieces = 0;
  const ModelAnswer answer = client.stream(question(long_schema), within(5s), [&](std::string_view text) {
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
    const Milliseconds patience = expected == "timeout" ? 300ms : 8s;
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
  CHECK(outcome(client.stream(question(long_schema), within(8s), [](std::string_view) {})) == "transport");
  CHECK(fake->requests().size() == before + 1);
}

TEST_CASE("an exception of the listener ends the stream and reaches the caller", "[adapters][gemini][client]") {
  const auto fake = server();
  GeminiClient client(settings_for(fake->url()));
  const auto fail = [](std::string_view) { throw std::runtime_error("the listener"); };
  CHECK_THROWS_WITH(client.stream(question(), within(5s), fail), "the listener");
  CHECK(outcome(client.generate(question(), within(5s))) == "answer");
}

TEST_CASE("eight threads share one client under changing faults", "[adapters][gemini][client]") {
  const std::vector<std::string> scenarios{"", "503",      "reset",  "",         "429:0.05", "malformed", "short-body",
                                           "", "slow:0.1", "safety", "502-html", "huge",     ""};
  const auto fake = server();
  GeminiSettings settings = settings_for(fake->url(), 3);
  settings.models = {"gemini-2.5-flash", "gemini-2.5-flash-lite"};
  settings.most_connections = 4;
  GeminiClient client(settings);
  std::atomic<int> answers{0};
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
          if (since(begin) > 4s) ++late;
          if (outcome(answer) == "answer") ++answers;
        }
      });
    }
  }
  done = true;
  CHECK(late == 0);
  CHECK(answers > 0);
}
