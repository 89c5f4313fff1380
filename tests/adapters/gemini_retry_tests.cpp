#include "adapters/gemini/retry.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "adapters/gemini/client.hpp"

namespace {

using namespace std::chrono_literals;
using guardian::adapters::gemini::Admission;
using guardian::adapters::gemini::BreakerRules;
using guardian::adapters::gemini::CircuitBreaker;
using guardian::adapters::gemini::ClientEffects;
using guardian::adapters::gemini::counts_against_model;
using guardian::adapters::gemini::GeminiClient;
using guardian::adapters::gemini::GeminiSettings;
using guardian::adapters::gemini::HttpReply;
using guardian::adapters::gemini::HttpRequest;
using guardian::adapters::gemini::HttpTransport;
using guardian::adapters::gemini::retry_class;
using guardian::adapters::gemini::retry_wait;
using guardian::adapters::gemini::RetryBudget;
using guardian::adapters::gemini::RetryClass;
using guardian::adapters::gemini::TimePoint;
using guardian::adapters::gemini::TransportFault;
using guardian::agents::CallLimits;
using guardian::agents::ModelAnswer;
using guardian::agents::ModelFailure;
using guardian::agents::ModelFailureKind;
using guardian::agents::ModelReply;
using guardian::agents::ModelRequest;
using guardian::agents::ModelRetry;
using guardian::agents::to_string;
using guardian::agents::UserText;

constexpr TimePoint start{1000s};

const HttpReply good{
    TransportFault::none, 200,
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"fine"}]},"finishReason":"STOP"}]})"};

HttpReply status(int code) { return {TransportFault::none, code, ""}; }
HttpReply asking_to_wait(const std::string& duration, const std::string& quota = "PerMinute") {
  return {TransportFault::none, 429,
          R"({"error":{"code":429,"details":[{"violations":[{"quotaId":")" + quota + R"("}]},{"retryDelay":")" +
              duration + R"("}]}})"};
}

// What the client does, in a world whose clock moves only when it sleeps.
struct World {
  std::vector<HttpReply> replies;   // one after the other; the last one again and again
  std::vector<std::string> models;  // that were asked
  std::vector<std::chrono::milliseconds> waits;
  std::vector<ModelRetry> retries;
  TimePoint now = start;
  double random = 0.5;
};

class ScriptedTransport : public HttpTransport {
 public:
  explicit ScriptedTransport(World& world) : world_(world) {}
  HttpReply post(const HttpRequest& request) override {
    const auto end = request.url.rfind(':');
    const auto begin = request.url.rfind('/', end) + 1;
    world_.models.push_back(request.url.substr(begin, end - begin));
    const std::size_t at = std::min(world_.models.size(), world_.replies.size()) - 1;
    return world_.replies.at(at);
  }

 private:
  World& world_;
};

GeminiClient client_in(World& world, std::vector<std::string> models = {"a"}) {
  GeminiSettings settings;
  settings.api_key = "key";
  settings.models = std::move(models);
  ClientEffects effects;
  effects.now = [&world] { return world.now; };
  effects.random = [&world] { return world.random; };
  effects.sleep = [&world](std::chrono::milliseconds time, const std::stop_token& stop) {
    world.waits.push_back(time);
    world.now += time;
    return !stop.stop_requested();
  };
  return {std::move(settings), std::make_unique<ScriptedTransport>(world), std::move(effects)};
}

ModelAnswer ask(GeminiClient& client, World& world, std::chrono::milliseconds patience = 60s) {
  ModelRequest request;
  request.turns = {UserText{"question"}};
  CallLimits limits{world.now + patience, {}, [&](const ModelRetry& retry) { world.retries.push_back(retry); }};
  return client.generate(request, limits);
}

std::string outcome(const ModelAnswer& answer) {
  if (const auto* reply = std::get_if<ModelReply>(&answer)) return reply->text + " by " + reply->model;
  return std::string(to_string(std::get<ModelFailure>(answer).kind));
}

// The outcome of one call in a world of its own.
struct Told {
  std::string outcome;
  std::size_t requests;
};
Told told(std::vector<HttpReply> replies, std::vector<std::string> models = {"a"}) {
  World world;
  world.replies = std::move(replies);
  GeminiClient client = client_in(world, std::move(models));
  const std::string result = outcome(ask(client, world));
  return {result, world.models.size()};
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("what may pass is tried again, what stays is not", "[adapters][gemini][retry]") {
  for (const int code : {408, 429, 500, 502, 503, 504}) {
    INFO(code);
    CHECK(told({status(code), good}).outcome == "fine by a");
    CHECK(told({status(code)}).requests == 3);
  }
  for (const int code : {204, 302, 400, 401, 403, 404, 409, 413, 501}) {
    INFO(code);
    CHECK(told({status(code), good}).outcome != "fine by a");
    CHECK(told({status(code), good}).requests == 1);
  }
  for (const TransportFault fault : {TransportFault::no_connection, TransportFault::cut, TransportFault::stalled}) {
    CHECK(told({{fault, 0, ""}, good}).outcome == "fine by a");
    CHECK(told({{fault, 0, ""}}).outcome == "transport");
  }
  CHECK(told({{TransportFault::deadline, 0, ""}, good}).outcome == "timeout");
  CHECK(told({{TransportFault::cancelled, 0, ""}, good}).outcome == "cancelled");
  CHECK(told({{TransportFault::too_large, 200, ""}, good}).outcome == "too large");
  CHECK(told({{TransportFault::none, 200, "{"}, good}).outcome == "malformed");
  CHECK(told({{TransportFault::none, 200, "{}"}, good}).outcome == "blocked");
}

TEST_CASE("a wait is jittered, grows, and is never shorter than the service asks for", "[adapters][gemini][retry]") {
  CHECK(retry_wait(1, 0ms, 0.0) == 0ms);
  CHECK(retry_wait(1, 0ms, 0.5) == 500ms);
  CHECK(retry_wait(2, 0ms, 0.5) == 1s);
  CHECK(retry_wait(3, 0ms, 0.5) == 2s);
  CHECK(retry_wait(50, 0ms, 0.5) == 4s);
  CHECK(retry_wait(1, 26s, 0.9) == 26s);
  CHECK(rc::check("any wait is within its bounds", [] {
    const int attempt = *rc::gen::inRange(0, 100);
    const std::chrono::milliseconds asked(*rc::gen::inRange(0, 100'000));
    const double random = *rc::gen::inRange(0, 1000) / 1000.0;
    const auto wait = retry_wait(attempt, asked, random);
    RC_ASSERT(wait >= asked);
    RC_ASSERT(wait <= std::max<std::chrono::milliseconds>(asked, 8s));
  }));
}

TEST_CASE("the client waits as long as the service asks, and tells of every retry", "[adapters][gemini][retry]") {
  World world;
  world.replies = {asking_to_wait("7.5s"), status(503), good};
  GeminiClient client = client_in(world);
  CHECK(outcome(ask(client, world)) == "fine by a");
  CHECK(world.waits == std::vector<std::chrono::milliseconds>{7500ms, 1000ms});
  REQUIRE(world.retries.size() == 2);
  CHECK(world.retries[0].model == "a");
  CHECK(world.retries[0].attempt == 1);
  CHECK(world.retries[0].failure.kind == ModelFailureKind::rate_limited);
  CHECK(world.retries[0].wait == 7500ms);
  CHECK(world.retries[1].attempt == 2);
  CHECK(world.retries[1].failure.http_status == 503);
}

TEST_CASE("nothing waits past the deadline", "[adapters][gemini][retry]") {
  World world;
  world.replies = {asking_to_wait("26s"), good};
  GeminiClient client = client_in(world);
  const ModelAnswer answer = ask(client, world, 8s);
  CHECK(outcome(answer) == "timeout");
  CHECK(std::get<ModelFailure>(answer).http_status == 429);
  CHECK(world.waits.empty());
  CHECK(world.retries.empty());
  CHECK(outcome(ask(client, world, 0ms)) == "timeout");
  CHECK(world.models.size() == 1);
}

TEST_CASE("the quota of a day is not waited for", "[adapters][gemini][retry]") {
  const Told result = told({asking_to_wait("1s", "GenerateRequestsPerDayPerProject"), good});
  CHECK(result.outcome == "quota");
  CHECK(result.requests == 1);
}

TEST_CASE("when the preferred model will not answer the next one does, and is named", "[adapters][gemini][retry]") {
  CHECK(told({status(404), good}, {"a", "b"}).outcome == "fine by b");
  CHECK(told({asking_to_wait("1s", "PerDay"), good}, {"a", "b"}).outcome == "fine by b");
  CHECK(told({asking_to_wait("1000s"), good}, {"a", "b"}).outcome == "fine by b");
  CHECK(told({status(503), status(503), good}, {"a", "b"}).outcome == "fine by b");
  CHECK(told({status(503), good}, {"a", "b"}).outcome == "fine by a");
  CHECK(told({status(400), good}, {"a", "b"}).outcome == "refused");
  CHECK(told({status(404)}, {"a", "b"}).outcome == "refused");
  CHECK(told({status(404)}, {"a", "b", "c", "d"}).requests == 3);

  World world;
  world.replies = {status(404), good};
  GeminiClient client = client_in(world, {"gone", "b"});
  CHECK(outcome(ask(client, world)) == "fine by b");
  CHECK(world.retries.at(0).model == "gone");
  CHECK(world.waits.empty());
  // It is left alone for a while, then looked at again.
  CHECK(outcome(ask(client, world)) == "fine by b");
  CHECK(world.models == Strings{"gone", "b", "b"});
  world.now += 31s;
  CHECK(outcome(ask(client, world)) == "fine by gone");
}

TEST_CASE("a model that failed too often is left alone, then probed once", "[adapters][gemini][retry]") {
  World world;
  world.replies = {status(500)};
  GeminiClient client = client_in(world);
  for (int call = 0; call < 2; ++call) (void)ask(client, world);
  CHECK(world.models.size() == 5);  // three tries, and two up to the fifth failure in a row
  const ModelAnswer shut = ask(client, world);
  CHECK(outcome(shut) == "circuit open");
  CHECK(world.models.size() == 5);

  world.now += 31s;
  world.replies.assign(6, status(400));  // the request's own fault decides nothing
  CHECK(outcome(ask(client, world)) == "refused");
  world.replies.push_back(good);
  CHECK(outcome(ask(client, world)) == "fine by a");
  CHECK(outcome(ask(client, world)) == "fine by a");
}

TEST_CASE("a breaker lets one probe through, and a failed probe shuts it again", "[adapters][gemini][retry]") {
  CircuitBreaker breaker(BreakerRules{2, 10s});
  CHECK(breaker.admit(start) == Admission::call);
  breaker.failed(Admission::call, start);
  breaker.succeeded();
  breaker.failed(Admission::call, start);
  CHECK(breaker.admit(start) == Admission::call);
  breaker.failed(Admission::call, start);
  CHECK(breaker.admit(start + 9s) == Admission::refused);
  breaker.failed(Admission::call, start + 9s);  // one that was under way
  CHECK(breaker.admit(start + 10s) == Admission::probe);
  CHECK(breaker.admit(start + 11s) == Admission::refused);
  breaker.undecided(Admission::call);
  CHECK(breaker.admit(start + 11s) == Admission::refused);
  breaker.undecided(Admission::probe);
  CHECK(breaker.admit(start + 11s) == Admission::probe);
  breaker.failed(Admission::probe, start + 12s);
  CHECK(breaker.admit(start + 21s) == Admission::refused);
  CHECK(breaker.admit(start + 22s) == Admission::probe);
  breaker.succeeded();
  CHECK(breaker.admit(start + 22s) == Admission::call);
}

TEST_CASE("retries are from a budget that all callers share", "[adapters][gemini][retry]") {
  RetryBudget budget(2, 0.5);
  CHECK(budget.take());
  CHECK(budget.take());
  CHECK_FALSE(budget.take());
  budget.answered();
  CHECK_FALSE(budget.take());
  budget.answered();
  CHECK(budget.take());
  for (int i = 0; i < 100; ++i) budget.answered();
  CHECK(budget.take());
  CHECK(budget.take());
  CHECK_FALSE(budget.take());

  // Twenty models, so that no breaker opens: what ends the retries is the budget.
  World world;
  world.replies = {status(503)};
  Strings models;
  for (int i = 0; i < 20; ++i) models.push_back("m" + std::to_string(i));
  GeminiClient client = client_in(world, models);
  for (int call = 0; call < 9; ++call) (void)ask(client, world);
  CHECK(world.models.size() <= 9 + 10);
  CHECK(world.models.size() > 9);
}

TEST_CASE("without a key nothing is sent", "[adapters][gemini][retry]") {
  World world;
  world.replies = {good};
  GeminiSettings settings;
  GeminiClient client(settings, std::make_unique<ScriptedTransport>(world), {});
  CHECK(outcome(ask(client, world)) == "unavailable");
  CHECK(world.models.empty());
}

TEST_CASE("a stop ends the call before it is made and while it waits", "[adapters][gemini][retry]") {
  World world;
  world.replies = {asking_to_wait("60s"), good};
  std::stop_source stop;
  GeminiSettings settings;
  settings.api_key = "key";
  settings.models = {"a"};
  ClientEffects effects;  // the real clock and the real sleep
  GeminiClient client(settings, std::make_unique<ScriptedTransport>(world), effects);
  ModelRequest request;
  request.turns = {UserText{"question"}};
  const auto begin = std::chrono::steady_clock::now();
  const CallLimits limits{begin + 600s, stop.get_token(), [&](const ModelRetry&) { stop.request_stop(); }};
  CHECK(outcome(client.generate(request, limits)) == "cancelled");
  CHECK(std::chrono::steady_clock::now() - begin < 30s);  // of a wait of sixty
  CHECK(outcome(client.generate(request, limits)) == "cancelled");
  CHECK(world.models.size() == 1);
}

TEST_CASE("every failure that counts against a model is one that a model can cause", "[adapters][gemini][retry]") {
  using enum ModelFailureKind;
  for (const auto kind : {unavailable, cancelled, refused, blocked, truncated, circuit_open}) {
    CHECK_FALSE(counts_against_model({kind, "", 0}));
  }
  for (const auto kind : {timeout, transport, rate_limited, server, malformed, too_large}) {
    CHECK(counts_against_model({kind, "", 0}));
  }
  CHECK(retry_class({transport, "", 302}) == RetryClass::never);
  CHECK(retry_class({transport, "", 0}) == RetryClass::again);
}
