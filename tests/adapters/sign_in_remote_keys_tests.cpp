#include <atomic>
#include <chrono>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/gemini/curl_transport.hpp"
#include "adapters/http_fetch/http_getter.hpp"
#include "adapters/sign_in/client_token.hpp"
#include "tests/adapters/sign_in_keys.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::adapters::sign_in;
using guardian::adapters::fake::HttpListener;
using guardian::adapters::fake::WireReply;
using guardian::adapters::fake::WireRequest;
using guardian::tests::KeyPair;
using guardian::tests::token_time;
using guardian::tests::TokenDraft;
using std::chrono::seconds;

namespace {

constexpr const char* path = "/cds-services/a";

const KeyPair& first() {
  static const KeyPair pair("P-384");
  return pair;
}

const KeyPair& second() {
  static const KeyPair pair("P-384");
  return pair;
}

// An issuer whose key set is served over real HTTP, and a verifier with a clock that the test turns.
class Published {
 public:
  explicit Published(const std::string& inline_keys = "") {
    static const adapters::gemini::CurlGlobal curl;
    auto started = HttpListener::start("127.0.0.1", 0, [this](const WireRequest& request) {
      ++fetches;
      const std::lock_guard lock(mutex_);
      if (request.path != "/keys") return WireReply{404};
      return reply_;
    });
    if (!started) FAIL(started.error().message);
    listener_ = std::move(*started);
    url = "http://127.0.0.1:" + std::to_string(listener_->port()) + "/keys";
    ClientVerifierSettings settings;
    settings.public_base_url = "https://cds.example.org";
    settings.issuers = {{"https://ehr.example.org", "", inline_keys, url, {}}};
    auto made =
        ClientVerifier::create(settings, adapters::http_fetch::listed_document_fetch(seconds(60), most_key_set_bytes),
                               [this] { return std::chrono::steady_clock::time_point(seconds(1'000 + now.load())); });
    if (!made) FAIL(made.error().message);
    verifier = std::move(*made);
  }

  void serve(WireReply reply) {
    const std::lock_guard lock(mutex_);
    reply_ = std::move(reply);
  }
  void serve_keys(const std::vector<std::string>& keys) { serve({200, "application/json", {}, tests::key_set(keys)}); }

  std::string call(const std::string& kid, const KeyPair& key, const std::string& jku = "") {
    TokenDraft draft;
    draft.claim("jti", "\"" + std::to_string(++calls) + "\"").head("kid", "\"" + kid + "\"");
    if (!jku.empty()) draft.head("jku", "\"" + jku + "\"");
    const auto verdict =
        verifier->verify("Bearer " + draft.token(key), path, std::chrono::sys_seconds(seconds(token_time)));
    return verdict.client ? "accepted" : std::string(to_string(verdict.refusal));
  }

  std::atomic<int> fetches{0};
  std::atomic<int> now{0};
  std::atomic<int> calls{0};
  std::string url;
  std::unique_ptr<ClientVerifier> verifier;

 private:
  std::mutex mutex_;
  WireReply reply_{500};
  std::unique_ptr<HttpListener> listener_;
};

}  // namespace

TEST_CASE("the keys that an issuer publishes are fetched once and used again", "[adapters][sign_in]") {
  Published issuer;
  issuer.serve_keys({first().jwk("a")});
  CHECK(issuer.call("a", first()) == "accepted");
  CHECK(issuer.call("a", first(), issuer.url) == "accepted");
  CHECK(issuer.call("a", second()) == "bad_signature");
  CHECK(issuer.fetches == 1);
}

TEST_CASE("an address of keys that is not the listed one is refused and never fetched", "[adapters][sign_in]") {
  Published issuer;
  Published attacker;
  attacker.serve_keys({second().jwk("a")});
  issuer.serve_keys({first().jwk("a")});
  CHECK(issuer.call("a", second(), attacker.url) == "key_url_refused");
  CHECK(issuer.call("a", first(), issuer.url + "/") == "key_url_refused");
  CHECK(attacker.fetches == 0);
  CHECK(issuer.fetches == 0);
}

TEST_CASE("an address in a token is ignored when the issuer's keys were handed over", "[adapters][sign_in]") {
  Published attacker;
  attacker.serve_keys({second().jwk("a")});
  ClientVerifierSettings settings;
  settings.public_base_url = "https://cds.example.org";
  settings.issuers = {{"https://ehr.example.org", "", tests::key_set({first().jwk("a")}), "", {}}};
  auto made = ClientVerifier::create(settings);
  REQUIRE(made);
  TokenDraft draft;
  draft.head("kid", R"("a")").head("jku", "\"" + attacker.url + "\"");
  const auto now = std::chrono::sys_seconds(seconds(token_time));
  CHECK((*made)->verify("Bearer " + draft.token(second()), path, now).refusal == TokenRefusal::bad_signature);
  CHECK((*made)->verify("Bearer " + draft.token(first()), path, now).client.has_value());
  CHECK(attacker.fetches == 0);
}

TEST_CASE("a key that is new to us is fetched, but not more often than allowed", "[adapters][sign_in]") {
  Published issuer;
  issuer.serve_keys({first().jwk("a")});
  CHECK(issuer.call("a", first()) == "accepted");
  issuer.serve_keys({first().jwk("a"), second().jwk("b")});
  CHECK(issuer.call("b", second()) == "unknown_key");  // too soon
  issuer.now = 30;
  CHECK(issuer.call("b", second()) == "accepted");
  CHECK(issuer.fetches == 2);
  for (int at = 0; at < 20; ++at) CHECK(issuer.call("made-up-" + std::to_string(at), second()) == "unknown_key");
  CHECK(issuer.fetches == 2);
}

TEST_CASE("a key that is withdrawn is forgotten when the keys are refreshed", "[adapters][sign_in]") {
  Published issuer;
  issuer.serve_keys({first().jwk("a"), second().jwk("b")});
  CHECK(issuer.call("a", first()) == "accepted");
  issuer.serve_keys({second().jwk("b")});
  issuer.now = 600;
  CHECK(issuer.call("a", first()) == "accepted");
  issuer.now = 601;
  CHECK(issuer.call("a", first()) == "unknown_key");
  CHECK(issuer.call("b", second()) == "accepted");
}

TEST_CASE("keys from before are used while a fetch fails, for a day", "[adapters][sign_in]") {
  Published issuer;
  issuer.serve_keys({first().jwk("a")});
  CHECK(issuer.call("a", first()) == "accepted");
  const std::vector<WireReply> failures{{500},
                                        {302, "text/plain", {{"Location", issuer.url}}, ""},
                                        {200, "application/json", {}, "{"},
                                        {200, "application/json", {}, R"({"keys":[]})"},
                                        {200, "application/json", {}, std::string(most_key_set_bytes + 1, ' ')}};
  for (std::size_t at = 0; at < failures.size(); ++at) {
    issuer.serve(failures[at]);
    issuer.now = 1'000 * static_cast<int>(at + 1);
    CHECK(issuer.call("a", first()) == "accepted");
  }
  CHECK(issuer.fetches == 6);
  issuer.now = 24 * 3'600 + 1;
  CHECK(issuer.call("a", first()) == "keys_unavailable");
}

TEST_CASE("without keys the call is refused as one that may do later", "[adapters][sign_in]") {
  Published issuer;
  CHECK(issuer.call("a", first()) == "keys_unavailable");
  CHECK(issuer.call("a", first()) == "keys_unavailable");
  CHECK(issuer.fetches == 1);
  issuer.serve_keys({first().jwk("a")});
  issuer.now = 31;
  CHECK(issuer.call("a", first()) == "accepted");
}

TEST_CASE("keys handed over are used without a fetch, those published as well", "[adapters][sign_in]") {
  Published issuer(tests::key_set({first().jwk("a")}));
  issuer.serve_keys({second().jwk("b")});
  CHECK(issuer.call("a", first()) == "accepted");
  CHECK(issuer.fetches == 0);
  CHECK(issuer.call("b", second()) == "accepted");
  CHECK(issuer.fetches == 1);
}

TEST_CASE("threads that need the same keys share one fetch", "[adapters][sign_in]") {
  Published issuer;
  WireReply slow{200, "application/json", {}, tests::key_set({first().jwk("a")})};
  slow.delay = std::chrono::milliseconds(100);
  issuer.serve(slow);
  std::atomic<int> accepted{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        if (issuer.call("a", first()) == "accepted") ++accepted;
      });
    }
  }
  CHECK(accepted == 8);
  CHECK(issuer.fetches == 1);
}

TEST_CASE("key files are read again on demand, and a bad one changes nothing", "[adapters][sign_in]") {
  const tests::TemporaryFolder folder;
  const std::string file = (folder.path() / "keys.json").string();
  const auto write = [&](const std::string& text) { std::ofstream(file, std::ios::trunc) << text; };
  write(tests::key_set({first().jwk("a"), R"({"kty":"oct","kid":"z"})"}));
  ClientVerifierSettings settings;
  settings.public_base_url = "https://cds.example.org";
  settings.issuers = {{"https://ehr.example.org", file, "", "", {}}};
  auto made = ClientVerifier::create(settings);
  REQUIRE(made);
  ClientVerifier& verifier = **made;
  CHECK(verifier.skipped_keys() == std::vector<std::string>{"issuer 1, key 2: is symmetric"});
  int calls = 0;
  const auto call = [&](const char* kid, const KeyPair& key) {
    TokenDraft draft;
    draft.claim("jti", "\"" + std::to_string(++calls) + "\"").head("kid", std::string("\"") + kid + "\"");
    return verifier.verify("Bearer " + draft.token(key), path, std::chrono::sys_seconds(seconds(token_time)))
        .client.has_value();
  };
  CHECK(call("a", first()));
  write("{");
  const auto failed = verifier.reload();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.rfind(file, 0) == 0);
  CHECK(call("a", first()));
  write(tests::key_set({second().jwk("b")}));
  CHECK(verifier.reload() == std::size_t{1});
  CHECK_FALSE(call("a", first()));
  CHECK(call("b", second()));
}

TEST_CASE("settings that cannot be safe are refused with the place of the fault", "[adapters][sign_in]") {
  ClientVerifierSettings good;
  good.public_base_url = "https://cds.example.org";
  good.issuers = {{"https://ehr.example.org", "", tests::key_set({first().jwk("a")}), "", {}}};
  const auto problem = [](const ClientVerifierSettings& settings) {
    const auto made =
        ClientVerifier::create(settings, [](const std::string&) -> core::Result<std::string> { return ""; });
    return made ? std::string() : made.error().message;
  };
  CHECK(problem(good).empty());
  for (const char* base :
       {"", "cds.example.org", "https://cds.example.org/", "https://user@cds.example.org", "ftp://a"}) {
    auto settings = good;
    settings.public_base_url = base;
    CHECK(problem(settings).find("public base URL") != std::string::npos);
  }
  for (const char* url :
       {"http://ehr.example.org/keys", "file:///etc/passwd", "https://user:word@ehr.example.org/keys"}) {
    auto settings = good;
    settings.issuers.front().key_url = url;
    CHECK(problem(settings).find("issuer 1: the address of its keys") != std::string::npos);
  }
  auto settings = good;
  settings.issuers.front().keys.clear();
  CHECK(problem(settings) == "issuer 1 has no keys");
  settings = good;
  settings.issuers.push_back(good.issuers.front());
  CHECK(problem(settings) == "issuer 2 is listed twice");
  settings = good;
  settings.issuers.front().key_file = "/nowhere/keys.json";
  CHECK(problem(settings) == "cannot read /nowhere/keys.json");
}
