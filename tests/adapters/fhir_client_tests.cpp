// The FHIR client against real servers on the loopback interface.

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/fhir_client/fhir_client.hpp"
#include "adapters/gemini/curl_transport.hpp"
#include "adapters/http_fetch/http_getter.hpp"

using namespace guardian;
using namespace guardian::adapters::fhir_client;
using guardian::adapters::fake::Delivery;
using guardian::adapters::fake::HttpListener;
using guardian::adapters::fake::WireReply;
using guardian::adapters::fake::WireRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

namespace {

constexpr const char* token = "secret-access-token-4711";

// Answers with `handler` and keeps what it was asked.
class FhirServer {
 public:
  explicit FhirServer(std::function<WireReply(const WireRequest&)> handler) {
    static const adapters::gemini::CurlGlobal curl;
    auto started =
        HttpListener::start("127.0.0.1", 0, [this, handler = std::move(handler)](const WireRequest& request) {
          {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
          }
          return handler(request);
        });
    if (!started) FAIL(started.error().message);
    listener_ = std::move(*started);
    base = "http://127.0.0.1:" + std::to_string(listener_->port()) + "/fhir";
  }

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(listener_->port()); }

  std::vector<WireRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  std::string base;

 private:
  std::mutex mutex_;
  std::vector<WireRequest> requests_;
  std::unique_ptr<HttpListener> listener_;
};

WireReply json(const std::string& body) { return {200, "application/fhir+json", {}, body}; }

std::string bundle(const std::string& next) {
  const std::string link =
      next.empty() ? "" : R"(,"link":[{"relation":"self","url":"x"},{"relation":"next","url":")" + next + "\"}]";
  return R"({"resourceType":"Bundle","type":"searchset")" + link + "}";
}

FhirClientSettings settings_for(const std::vector<std::string>& hosts) {
  auto policy = adapters::http_fetch::AddressPolicy::create(hosts, {});
  REQUIRE(policy);
  return FhirClientSettings{std::move(*policy)};
}

Clock::time_point soon() { return Clock::now() + seconds(60); }

FhirAnswer ask(FhirClient& client, const std::string& server, const std::string& query,
               Clock::time_point deadline = soon()) {
  const std::vector<std::string> queries{query};
  return client.fetch({server, token}, queries, deadline).front();
}

FhirAnswer ask(FhirServer& server, const std::string& query) {
  FhirClient client(settings_for({server.host()}));
  return ask(client, server.base, query);
}

}  // namespace

TEST_CASE("a read is answered with the resource, asked for with the token", "[adapters][fhir_client]") {
  FhirServer server([](const WireRequest&) { return json(R"({"resourceType":"Patient","id":"1"})"); });
  for (const std::string& base : {server.base, server.base + "/"}) {
    FhirClient client(settings_for({server.host()}));
    const FhirAnswer answer = ask(client, base, "Patient/1");
    CHECK(answer.fault == FhirFault::none);
    CHECK(answer.pages == std::vector<std::string>{R"({"resourceType":"Patient","id":"1"})"});
  }
  for (const WireRequest& request : server.requests()) {
    CHECK(request.method == "GET");
    CHECK(request.target == "/fhir/Patient/1");
    REQUIRE(request.header("Authorization") != nullptr);
    CHECK(*request.header("Authorization") == std::string("Bearer ") + token);
    REQUIRE(request.header("Accept") != nullptr);
    CHECK(request.header("Accept")->rfind("application/fhir+json", 0) == 0);
  }
}

TEST_CASE("without a token none is sent", "[adapters][fhir_client]") {
  FhirServer server([](const WireRequest&) { return json(R"({"resourceType":"Patient","id":"1"})"); });
  FhirClient client(settings_for({server.host()}));
  const std::vector<std::string> queries{"Patient/1"};
  CHECK(client.fetch({server.base, ""}, queries, soon()).front().fault == FhirFault::none);
  CHECK(server.requests().front().header("Authorization") == nullptr);
}

TEST_CASE("the pages of a search are followed in order with the token", "[adapters][fhir_client]") {
  std::string base;
  FhirServer server([&base](const WireRequest& request) {
    if (request.target == "/fhir/Observation?patient=1&code=a%7Cb") return json(bundle(base + "?page=2"));
    if (request.target == "/fhir?page=2") return json(bundle(base + "/Observation?page=3"));
    if (request.target == "/fhir/Observation?page=3") return json(bundle("Observation?page=4"));
    if (request.target == "/fhir/Observation?page=4") return json(bundle(""));
    return WireReply{404};
  });
  base = server.base;
  const FhirAnswer answer = ask(server, "Observation?patient=1&code=a|b");
  CHECK(answer.fault == FhirFault::none);
  CHECK(answer.pages.size() == 4);
  for (const WireRequest& request : server.requests()) CHECK(request.header("Authorization") != nullptr);
}

TEST_CASE("several queries are asked at the same time and answered in their order", "[adapters][fhir_client]") {
  std::atomic<int> open{0};
  std::atomic<int> most_open{0};
  FhirServer server([&](const WireRequest& request) {
    const int now = ++open;
    for (int seen = most_open; seen < now && !most_open.compare_exchange_weak(seen, now);) {
    }
    const auto until = Clock::now() + seconds(20);
    while (most_open < 3 && Clock::now() < until) std::this_thread::sleep_for(milliseconds(1));
    --open;
    if (request.path == "/fhir/Patient/2") return WireReply{404};
    return json(R"({"resourceType":"Patient","id":")" + request.path.substr(14) + "\"}");
  });
  FhirClient client(settings_for({server.host()}));
  const std::vector<std::string> queries{"Patient/1", "Patient/2", "Patient/3"};
  const auto answers = client.fetch({server.base, token}, queries, soon());
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].pages == std::vector<std::string>{R"({"resourceType":"Patient","id":"1"})"});
  CHECK(answers[1].fault == FhirFault::not_found);
  CHECK(answers[2].pages == std::vector<std::string>{R"({"resourceType":"Patient","id":"3"})"});
  CHECK(most_open == 3);
}

TEST_CASE("every way in which a server fails has its name", "[adapters][fhir_client]") {
  const std::vector<std::pair<WireReply, FhirFault>> rows{
      {{401}, FhirFault::unauthorized},
      {{403}, FhirFault::unauthorized},
      {{404}, FhirFault::not_found},
      {{410}, FhirFault::not_found},
      {{400}, FhirFault::refused},
      {{429}, FhirFault::refused},
      {{204}, FhirFault::refused},
      {{302, "text/plain", {{"Location", "/fhir/Patient/2"}}}, FhirFault::refused},
      {{500}, FhirFault::server_error},
      {{503}, FhirFault::server_error},
      {json("{"), FhirFault::malformed},
      {json("[]"), FhirFault::malformed},
      {json("{}"), FhirFault::malformed},
      {json("<html>"), FhirFault::malformed},
      {json(R"({"resourceType":"Bundle","link":[{"relation":"next"}]})"), FhirFault::malformed},
      {{200, "application/json", {}, "", Delivery::reset}, FhirFault::unreachable},
      {{200, "application/json", {}, "{\"resourceType\":\"Patient\"}", Delivery::short_body}, FhirFault::unreachable},
      {{200, "application/json", {}, "{", Delivery::endless}, FhirFault::too_large},
  };
  for (const auto& [reply, expected] : rows) {
    FhirServer server([&reply = reply](const WireRequest&) { return reply; });
    const FhirAnswer answer = ask(server, "Patient/1");
    INFO(reply.status << " " << reply.body << ": " << to_string(answer.fault));
    CHECK(answer.fault == expected);
    CHECK(answer.pages.empty());
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("the token goes nowhere else: not to a redirect, another host, port or base", "[adapters][fhir_client]") {
  FhirServer thief([](const WireRequest&) { return json(bundle("")); });
  const std::string near = thief.base;
  std::string next;
  FhirServer server([&next](const WireRequest& request) {
    if (request.path == "/fhir/Patient/1") return WireReply{302, "text/plain", {{"Location", next}}};
    return json(bundle(next));
  });
  const std::string origin = server.base.substr(0, server.base.size() - 5);
  const std::string port = server.host().substr(server.host().find(':'));
  for (const std::string& target :
       {near + "/Observation?page=2", origin + "/admin", origin + "/fhirx?page=2", origin + "/fhir/../admin",
        origin + "/fhir/%2e%2e/admin", std::string("/admin"), std::string("//evil.example/fhir"),
        "http://localhost" + port + "/fhir?page=2", "https://127.0.0.1" + port + "/fhir?page=2",
        "http://user@127.0.0.1" + port + "/fhir?page=2", std::string("file:///etc/passwd")}) {
    INFO(target);
    next = target;
    // Both hosts are on the list: what holds the token back is that it was given for one base.
    FhirClient client(settings_for({server.host(), thief.host(), "localhost" + port}));
    const std::size_t before = server.requests().size();
    CHECK(ask(client, server.base, "Observation?patient=1").fault == FhirFault::refused_host);
    CHECK(server.requests().size() == before + 1);
    CHECK(ask(client, server.base, "Patient/1").fault == FhirFault::refused);
    CHECK(server.requests().size() == before + 2);
  }
  CHECK(thief.requests().empty());
}

TEST_CASE("a server that is not on the list is never connected to", "[adapters][fhir_client]") {
  FhirServer server([](const WireRequest&) { return json(R"({"resourceType":"Patient"})"); });
  const std::string port = server.host().substr(server.host().find(':'));
  for (const std::vector<std::string>& hosts :
       {std::vector<std::string>{}, std::vector<std::string>{"ehr.example.org"}, std::vector<std::string>{"127.0.0.1"},
        std::vector<std::string>{"localhost" + port}}) {
    FhirClient client(settings_for(hosts));
    CHECK(ask(client, server.base, "Patient/1").fault == FhirFault::refused_host);
  }
  FhirClient client(settings_for({server.host()}));
  for (const std::string& base : {"http://user@" + server.host() + "/fhir", server.base + "?x=1", server.base + "#a",
                                  std::string("file:///etc"), std::string(), "http://[::ffff:127.0.0.1]" + port}) {
    INFO(base);
    CHECK(ask(client, base, "Patient/1").fault == FhirFault::refused_host);
  }
  CHECK(server.requests().empty());
}

TEST_CASE("an address that is refused at the moment of connecting gets no connection", "[adapters][http_fetch]") {
  namespace fetch = adapters::http_fetch;
  FhirServer server([](const WireRequest&) { return json(R"({"resourceType":"Patient"})"); });
  const auto port = server.host().substr(server.host().find(':'));
  std::atomic<bool> open{false};
  std::atomic<int> asked{0};
  fetch::GetterOptions options;
  options.permits_url = [](const fetch::Url&) { return true; };
  options.permits_address = [&](const fetch::Url&, const fetch::IpAddress& address) {
    ++asked;
    return open && fetch::is_loopback(address);
  };
  fetch::HttpGetter getter(options);
  // A name, so that it is what the name resolves to that is judged.
  const std::vector<fetch::GetRequest> requests{{*fetch::parse_url("http://localhost" + port + "/fhir/Patient/1"), {}}};
  CHECK(getter.get_all(requests, {soon()}).front().fault == fetch::GetFault::refused_address);
  CHECK(asked > 0);
  CHECK(server.requests().empty());
  open = true;
  CHECK(getter.get_all(requests, {soon()}).front().fault == fetch::GetFault::none);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("only reads and type searches are queries", "[adapters][fhir_client]") {
  FhirServer server([](const WireRequest&) { return json(R"({"resourceType":"Patient"})"); });
  for (const char* query : {"",
                            "/Patient/1",
                            "patient/1",
                            "../Patient/1",
                            "Patient/../../admin",
                            "Patient/1/../2",
                            "Patient/",
                            "Patient/1/$everything",
                            "Patient/$match",
                            "$export",
                            "http://evil.example/Patient/1",
                            "//evil.example/Patient/1",
                            "Patient/1?x=1 HTTP/1.1",
                            "Patient/1\r\nX: y",
                            "Patient/1#a",
                            "Patient//1",
                            "Patient/1/Observation",
                            "metadata",
                            "Patient/..",
                            "Patient/."}) {
    INFO(query);
    CHECK(ask(server, query).fault == FhirFault::malformed);
  }
  CHECK(server.requests().empty());
  for (const char* query :
       {"Patient", "Patient?_id=1", "Patient/a-b.1", "Patient/1/_history/2", "Observation?date=ge2026-01-01"}) {
    INFO(query);
    CHECK(ask(server, query).fault == FhirFault::none);
  }
}

TEST_CASE("a token that could begin a header of its own is not sent", "[adapters][fhir_client]") {
  FhirServer server([](const WireRequest&) { return json(R"({"resourceType":"Patient"})"); });
  FhirClient client(settings_for({server.host()}));
  const std::vector<std::string> queries{"Patient/1"};
  for (const char* bad : {"a\r\nX-Evil: 1", "a b", "a\tb", "\xc3\xa4"}) {
    CHECK(client.fetch({server.base, bad}, queries, soon()).front().fault == FhirFault::malformed);
  }
  CHECK(server.requests().empty());
}

TEST_CASE("pages without end are cut off, and nothing of them is used", "[adapters][fhir_client]") {
  std::string base;
  std::atomic<int> page{0};
  FhirServer server([&](const WireRequest&) { return json(bundle(base + "?page=" + std::to_string(++page))); });
  base = server.base;
  const FhirAnswer answer = ask(server, "Observation?patient=1");
  CHECK(answer.fault == FhirFault::too_large);
  CHECK(answer.pages.empty());
  CHECK(server.requests().size() == 10);
}

TEST_CASE("the limit of bytes is one for all queries and pages", "[adapters][fhir_client]") {
  const std::string large = R"({"resourceType":"Patient","text":")" + std::string(600, 'a') + "\"}";
  std::string base;
  FhirServer server([&](const WireRequest& request) {
    if (request.path == "/fhir/Patient/1") return json(large);
    return json(R"({"resourceType":"Bundle","id":")" + std::string(400, 'a') +
                R"(","link":[{"relation":"next","url":")" + base + "/Patient/1\"}]}");
  });
  base = server.base;
  auto settings = settings_for({server.host()});
  settings.most_bytes = 1'000;
  FhirClient client(settings);
  CHECK(ask(client, server.base, "Patient/1").fault == FhirFault::none);
  CHECK(ask(client, server.base, "Observation?x=1").fault == FhirFault::too_large);
  const std::vector<std::string> queries{"Patient/1", "Patient/1"};
  int whole = 0;
  for (const FhirAnswer& answer : client.fetch({server.base, token}, queries, soon())) {
    if (answer.fault == FhirFault::none) ++whole;
  }
  CHECK(whole == 1);
  auto few = settings_for({server.host()});
  few.most_queries = 1;
  FhirClient narrow(few);
  CHECK(narrow.fetch({server.base, token}, queries, soon())[1].fault == FhirFault::too_large);
}

TEST_CASE("the deadline ends a call that hangs", "[adapters][fhir_client]") {
  FhirServer server([](const WireRequest&) { return WireReply{200, "application/json", {}, "", Delivery::stall}; });
  FhirClient client(settings_for({server.host()}));
  const auto start = Clock::now();
  CHECK(ask(client, server.base, "Patient/1", start + milliseconds(50)).fault == FhirFault::too_late);
  CHECK(Clock::now() - start < seconds(30));
  CHECK(ask(client, server.base, "Patient/1", start - seconds(1)).fault == FhirFault::too_late);
}

TEST_CASE("a server that does not listen is unreachable", "[adapters][fhir_client]") {
  std::string base;
  std::string host;
  {
    FhirServer gone([](const WireRequest&) { return WireReply{200}; });
    base = gone.base;
    host = gone.host();
  }
  FhirClient client(settings_for({host}));
  CHECK(ask(client, base, "Patient/1").fault == FhirFault::unreachable);
}

TEST_CASE("no fault says anything of the call", "[adapters][fhir_client]") {
  for (int value = 0; value <= static_cast<int>(FhirFault::malformed); ++value) {
    const auto fault = static_cast<FhirFault>(value);
    CHECK_FALSE(to_string(fault).empty());
    CHECK(explain(fault).find(token) == std::string::npos);
  }
}
