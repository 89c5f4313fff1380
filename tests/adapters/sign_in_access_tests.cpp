// API keys, rate limits and cross-origin rules.

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/sign_in/api_keys.hpp"
#include "adapters/sign_in/cors.hpp"
#include "adapters/sign_in/rate_limit.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::adapters::sign_in;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

NewApiKey made_key(const std::string& name, ApiRole role) {
  auto made = new_api_key(name, role);
  REQUIRE(made);
  return std::move(*made);
}

RateLimiter::Time at(milliseconds time) { return RateLimiter::Time(std::chrono::hours(1) + time); }

Cors cors_of(std::vector<std::string> origins) {
  auto made = Cors::create(std::move(origins));
  REQUIRE(made);
  return std::move(*made);
}

std::string header(const CorsReply& reply, const std::string& name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

TEST_CASE("a new key signs its client in, with its role", "[adapters][sign_in]") {
  const NewApiKey reader = made_key("ward-3", ApiRole::reader);
  const NewApiKey admin = made_key("ops", ApiRole::admin);
  CHECK(reader.key != made_key("ward-3", ApiRole::reader).key);
  const auto keys = ApiKeys::read("# keys\n\n" + reader.line + "\r\n  " + admin.line + "  \n", "keys.txt");
  REQUIRE(keys);
  CHECK(keys->find("Bearer " + reader.key) == ApiClient{"ward-3", ApiRole::reader});
  CHECK(keys->find("bearer " + admin.key) == ApiClient{"ops", ApiRole::admin});
  CHECK(reader.line.find(reader.key) == std::string::npos);
}

TEST_CASE("no other text signs anybody in", "[adapters][sign_in]") {
  const NewApiKey made = made_key("ward-3", ApiRole::reader);
  const auto keys = ApiKeys::read(made.line, "keys.txt");
  REQUIRE(keys);
  const std::string hash = made.line.substr(made.line.rfind(' ') + 1);
  for (const std::string& header :
       {std::string(), made.key, "Basic " + made.key, "Bearer " + hash, "Bearer " + made.key + "A",
        "Bearer " + made.key.substr(1), std::string("Bearer ward-3"), std::string("Bearer ")}) {
    INFO(header);
    CHECK_FALSE(keys->find(header));
  }
  for (std::size_t place = 0; place < made.key.size(); ++place) {
    std::string changed = made.key;
    changed[place] = changed[place] == 'x' ? 'y' : 'x';
    CHECK_FALSE(keys->find("Bearer " + changed));
  }
}

TEST_CASE("roles include those below them", "[adapters][sign_in]") {
  CHECK(may_act_as(ApiRole::admin, ApiRole::reader));
  CHECK(may_act_as(ApiRole::reviewer, ApiRole::reviewer));
  CHECK_FALSE(may_act_as(ApiRole::reader, ApiRole::reviewer));
  CHECK_FALSE(may_act_as(ApiRole::reviewer, ApiRole::admin));
  for (const ApiRole role : {ApiRole::reader, ApiRole::reviewer, ApiRole::admin})
    CHECK(api_role(to_string(role)) == role);
  CHECK_FALSE(api_role("Admin"));
}

TEST_CASE("an error in the file of keys names file and line and shows no hash", "[adapters][sign_in]") {
  const std::string hash(64, 'a');
  const std::vector<std::pair<std::string, std::string>> rows{
      {"name reader", "must be NAME ROLE HASH"},
      {"name reader " + hash + " more", "must be NAME ROLE HASH"},
      {"na/me reader " + hash, "NAME must be"},
      {"name owner " + hash, "ROLE must be"},
      {"name reader " + std::string(63, 'a'), "HASH must be"},
      {"name reader " + std::string(64, 'A'), "HASH must be"},
      {"other reader " + std::string(64, 'b'), "this key stands in an earlier line"},
      {"first admin " + hash, "this name has another role above"},
  };
  for (const auto& [line, expected] : rows) {
    INFO(line);
    const auto keys = ApiKeys::read("# comment\nfirst reader " + std::string(64, 'b') + "\n" + line + "\n", "keys.txt");
    REQUIRE_FALSE(keys);
    CHECK(keys.error().message.rfind("keys.txt line 3: " + expected, 0) == 0);
    CHECK(keys.error().message.find("aaaa") == std::string::npos);
  }
  CHECK_FALSE(new_api_key("two words", ApiRole::reader));
}

TEST_CASE("a client may have two keys while one replaces the other", "[adapters][sign_in]") {
  const NewApiKey before = made_key("ward-3", ApiRole::reviewer);
  const NewApiKey after = made_key("ward-3", ApiRole::reviewer);
  const auto keys = ApiKeys::read(before.line + "\n" + after.line, "keys.txt");
  REQUIRE(keys);
  CHECK(keys->find("Bearer " + before.key) == keys->find("Bearer " + after.key));
}

TEST_CASE("a file of keys is read again on demand, and a bad one changes nothing", "[adapters][sign_in]") {
  const tests::TemporaryFolder folder;
  const std::string path = (folder.path() / "keys.txt").string();
  const NewApiKey first = made_key("a", ApiRole::reader);
  const NewApiKey second = made_key("b", ApiRole::admin);
  const auto write = [&](const std::string& text) { std::ofstream(path, std::ios::trunc) << text; };
  CHECK(ApiKeyFile::open(path).error().code == core::ErrorCode::io_failure);
  CHECK(ApiKeyFile::open(folder.path().string()).error().code == core::ErrorCode::io_failure);
  write(first.line);
  auto file = ApiKeyFile::open(path);
  REQUIRE(file);
  CHECK((*file)->find("Bearer " + first.key));
  write("nonsense");
  CHECK_FALSE((*file)->reload());
  CHECK((*file)->find("Bearer " + first.key));
  write(second.line);
  CHECK((*file)->reload() == std::size_t{1});
  CHECK_FALSE((*file)->find("Bearer " + first.key));
  CHECK((*file)->find("Bearer " + second.key));
}

TEST_CASE("a client gets its burst at once, then its rate", "[adapters][sign_in]") {
  RateLimiter limiter({2.0, 3.0, 10});
  for (int call = 0; call < 3; ++call) CHECK(limiter.take("a", at(milliseconds(0))).allowed);
  CHECK(limiter.take("a", at(milliseconds(0))) == RateDecision{false, 1});
  CHECK(limiter.take("b", at(milliseconds(0))).allowed);
  CHECK_FALSE(limiter.take("a", at(milliseconds(499))).allowed);
  CHECK(limiter.take("a", at(milliseconds(500))).allowed);
  CHECK_FALSE(limiter.take("a", at(milliseconds(500))).allowed);
  // A clock that goes back gives nothing.
  CHECK_FALSE(limiter.take("a", at(milliseconds(100))).allowed);
  for (int call = 0; call < 3; ++call) CHECK(limiter.take("a", at(seconds(60))).allowed);
  CHECK_FALSE(limiter.take("a", at(seconds(60))).allowed);
}

TEST_CASE("who must wait is told for how long", "[adapters][sign_in]") {
  RateLimiter limiter({0.1, 1.0, 10});
  CHECK(limiter.take("a", at(seconds(0))).allowed);
  const RateDecision decision = limiter.take("a", at(seconds(0)));
  CHECK(decision == RateDecision{false, 10});
  CHECK_FALSE(limiter.take("a", at(milliseconds(9'900))).allowed);
  CHECK(limiter.take("a", at(seconds(10))).allowed);
}

TEST_CASE("made-up clients cannot take more than one share together", "[adapters][sign_in]") {
  RateLimiter limiter({1.0, 2.0, 5});
  for (int client = 0; client < 5; ++client)
    CHECK(limiter.take("known-" + std::to_string(client), at(seconds(0))).allowed);
  int allowed = 0;
  for (int client = 0; client < 1'000; ++client) {
    if (limiter.take("made-up-" + std::to_string(client), at(seconds(0))).allowed) ++allowed;
  }
  CHECK(allowed == 2);
  CHECK(limiter.clients() == 5);
  CHECK(limiter.take("known-0", at(seconds(0))).allowed);
  // Buckets that are full again make room.
  CHECK(limiter.take("new", at(seconds(30))).allowed);
  CHECK(limiter.clients() == 1);
}

TEST_CASE("threads together get no more than the burst", "[adapters][sign_in]") {
  RateLimiter limiter({1.0, 100.0, 10});
  std::atomic<int> allowed{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int call = 0; call < 50; ++call) {
          if (limiter.take("a", at(seconds(0))).allowed) ++allowed;
        }
      });
    }
  }
  CHECK(allowed == 100);
}

TEST_CASE("a page of an allowed origin gets the headers that it needs", "[adapters][sign_in]") {
  const Cors cors = cors_of({"https://sandbox.example.org", "http://localhost:8080"});
  const auto preflight = cors.reply({"OPTIONS", "https://sandbox.example.org", "POST", true});
  CHECK(preflight.preflight);
  CHECK(preflight.allowed);
  CHECK(header(preflight, "Access-Control-Allow-Origin") == "https://sandbox.example.org");
  CHECK(header(preflight, "Access-Control-Allow-Methods") == "GET, POST, PUT, DELETE");
  CHECK(header(preflight, "Access-Control-Allow-Headers") == "authorization, content-type, idempotency-key, prefer");
  CHECK(header(preflight, "Access-Control-Allow-Private-Network") == "true");
  CHECK(header(preflight, "Vary").rfind("Origin", 0) == 0);
  const auto call = cors.reply({"POST", "http://localhost:8080", "", false});
  CHECK_FALSE(call.preflight);
  CHECK(header(call, "Access-Control-Allow-Origin") == "http://localhost:8080");
  CHECK(header(call, "Vary") == "Origin");
  CHECK(header(call, "Access-Control-Allow-Methods").empty());
}

TEST_CASE("other origins get nothing but a note for caches", "[adapters][sign_in]") {
  const Cors cors = cors_of({"https://sandbox.example.org"});
  for (const char* origin :
       {"", "null", "*", "https://sandbox.example.org.evil.example", "http://sandbox.example.org",
        "https://sandbox.example.org:444", "https://SANDBOX.example.org", "https://sandbox.example.org/"}) {
    INFO(origin);
    for (const char* method : {"OPTIONS", "POST", "GET"}) {
      const auto reply = cors.reply({method, origin, "POST", true});
      CHECK_FALSE(reply.allowed);
      REQUIRE(reply.headers.size() == 1);
      CHECK(reply.headers.front().first == "Vary");
    }
  }
}

TEST_CASE("credentials are never allowed, and no origin stands for all", "[adapters][sign_in]") {
  const Cors cors = cors_of({"https://sandbox.example.org"});
  for (const char* method : {"OPTIONS", "POST"}) {
    const auto reply = cors.reply({method, "https://sandbox.example.org", "POST", false});
    CHECK(header(reply, "Access-Control-Allow-Credentials").empty());
    for (const auto& [name, value] : reply.headers) CHECK(value != "*");
  }
  for (const char* origin : {"*", "null", "https://a.example/", "https://A.example", "https://a.example:443",
                             "a.example", "https://*.example", "https://u@a.example", ""}) {
    INFO(origin);
    const auto made = Cors::create({"https://good.example", origin});
    REQUIRE_FALSE(made);
    CHECK(made.error().message.rfind("allowed origin 2 ", 0) == 0);
  }
}

TEST_CASE("OPTIONS without the question of a preflight is no preflight", "[adapters][sign_in]") {
  const Cors cors = cors_of({"https://sandbox.example.org"});
  CHECK_FALSE(cors.reply({"OPTIONS", "https://sandbox.example.org", "", false}).preflight);
  CHECK_FALSE(cors.reply({"OPTIONS", "", "POST", false}).preflight);
}
