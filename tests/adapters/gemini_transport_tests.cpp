// Connections: kept, lost, waited for, cut short by a stop, and never made to where they must not go.

#include "adapters/gemini/curl_transport.hpp"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/gemini/client.hpp"
#include "tests/adapters/gemini_calls.hpp"

namespace {

using namespace std::chrono_literals;
using namespace guardian::tests;
using guardian::adapters::gemini::CurlGlobal;
using guardian::adapters::gemini::CurlOptions;
using guardian::adapters::gemini::CurlTransport;
using guardian::adapters::gemini::GeminiClient;
using guardian::adapters::gemini::GeminiSettings;
using guardian::adapters::gemini::HttpRequest;
using guardian::adapters::gemini::TransportFault;
using guardian::agents::ModelAnswer;
using guardian::agents::ModelFailure;

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

// A server with a certificate that it signed itself.
class SelfSignedServer {
 public:
  SelfSignedServer() {
    make_certificate();
    server_ = std::make_unique<httplib::SSLServer>(certificate_.get(), key_.get());
    REQUIRE(server_->is_valid());
    server_->Post(".*", [this](const httplib::Request&, httplib::Response& response) {
      ++requests_;
      response.set_content(good_body, "application/json");
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    REQUIRE(port_ > 0);
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::sleep_for(1ms);
  }
  ~SelfSignedServer() {
    server_->stop();
    thread_.join();
  }
  SelfSignedServer(const SelfSignedServer&) = delete;
  SelfSignedServer& operator=(const SelfSignedServer&) = delete;
  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  void make_certificate() {
    key_.reset(EVP_EC_gen("P-256"));
    certificate_.reset(X509_new());
    X509_set_version(certificate_.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    X509_NAME* name = X509_get_subject_name(certificate_.get());
    const auto* address = reinterpret_cast<const unsigned char*>("127.0.0.1");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, address, -1, -1, 0);
    X509_set_issuer_name(certificate_.get(), name);
    REQUIRE(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{nullptr, &EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate_{nullptr, &X509_free};
  std::unique_ptr<httplib::SSLServer> server_;
  int port_ = 0;
  std::atomic<int> requests_{0};
  std::thread thread_;
};

}  // namespace

TEST_CASE("a certificate that nobody vouches for is not spoken to", "[adapters][gemini][client]") {
  const SelfSignedServer self_signed;
  GeminiClient client(settings_for(self_signed.url()));
  const ModelAnswer answer = client.generate(question(), within(long_enough));
  CHECK(outcome(answer) == "transport");
  CHECK(std::get<ModelFailure>(answer).message == "the certificate of the service cannot be verified");
  CHECK(self_signed.requests() == 0);
}

TEST_CASE("calls one after the other use one connection", "[adapters][gemini][client]") {
  const RawServer raw([](int connection) {
    while (read_request(connection) && write_all(connection, good_reply)) {
    }
  });
  {
    GeminiClient client(settings_for(raw.url()));
    for (int call = 0; call < 5; ++call) CHECK(outcome(client.generate(question(), within(long_enough))) == "answer");
    CHECK(raw.connections() == 1);
  }
}

TEST_CASE("a connection that was closed meanwhile is made anew", "[adapters][gemini][client]") {
  const RawServer raw([](int connection) {
    if (read_request(connection)) write_all(connection, good_reply);
  });
  GeminiClient client(settings_for(raw.url()));
  for (int call = 0; call < 3; ++call) CHECK(outcome(client.generate(question(), within(long_enough))) == "answer");
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
    CHECK(outcome(client.generate(question(), within(long_enough))) == "too large");
  }
  for (const char* reply :
       {"SSH-2.0-OpenSSH\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "\x16\x03\x01"}) {
    const RawServer raw([reply](int connection) {
      if (read_request(connection)) write_all(connection, reply);
    });
    GeminiClient client(settings_for(raw.url()));
    CHECK(outcome(client.generate(question(), within(long_enough))) == "transport");
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
    CHECK(outcome(client.generate(question(), within(long_enough))) == "transport");
  }
  GeminiClient client(settings_for(gone));
  CHECK(outcome(client.generate(question(), within(long_enough))) == "transport");
}

TEST_CASE("plain HTTP goes to this machine only, and past a proxy", "[adapters][gemini][client]") {
  const auto fake = server();
  REQUIRE(::setenv("http_proxy", "http://127.0.0.1:9", 1) == 0);
  GeminiClient client(settings_for(fake->url()));
  CHECK(outcome(client.generate(question(), within(long_enough))) == "answer");
  REQUIRE(::unsetenv("http_proxy") == 0);

  CurlTransport transport(CurlOptions{});
  HttpRequest request;
  request.url = "http://198.51.100.7/";
  request.deadline = Clock::now() + long_enough;
  CHECK(transport.post(request).fault == TransportFault::broken);  // refused, not tried
}

TEST_CASE("a stop reaches the socket at once", "[adapters][gemini][client]") {
  for (const char* scenario : {"stall", "slow:60"}) {
    INFO(scenario);
    const auto fake = server(scenario);
    GeminiClient client(settings_for(fake->url()));
    // A client that only looked from time to time (once a second) would be late each time; a machine that is busy is
    // not.
    Clock::duration soonest = long_enough;
    for (int attempt = 0; attempt < 10 && soonest > 300ms; ++attempt) {
      std::stop_source stop;
      std::atomic<Clock::rep> asked{0};
      std::jthread stopper([&] {
        std::this_thread::sleep_for(100ms);
        asked = Clock::now().time_since_epoch().count();
        stop.request_stop();
      });
      const ModelAnswer answer = client.generate(question(), {Clock::now() + long_enough, stop.get_token(), {}});
      const Clock::duration noticed = Clock::now().time_since_epoch() - Clock::duration(asked.load());
      CHECK(outcome(answer) == "cancelled");
      soonest = std::min(soonest, noticed);
    }
    CHECK(soonest < 300ms);
  }
}

TEST_CASE("a call that waits for a free connection keeps to its deadline and its stop", "[adapters][gemini][client]") {
  const auto fake = server("stall");
  GeminiSettings settings = settings_for(fake->url());
  settings.most_connections = 1;
  GeminiClient client(settings);
  std::stop_source stop;
  std::jthread busy([&] { (void)client.generate(question(), {Clock::now() + long_enough, stop.get_token(), {}}); });
  while (fake->requests().empty()) std::this_thread::sleep_for(1ms);
  const auto begin = Clock::now();
  CHECK(outcome(client.generate(question(), within(200ms))) == "timeout");
  CHECK(since(begin) < 30s);
  std::jthread stopper([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  CHECK(outcome(client.generate(question(), {Clock::now() + long_enough, stop.get_token(), {}})) == "cancelled");
  CHECK(since(begin) < 30s);  // the other call would hold its connection for a minute
}

TEST_CASE("a silent service is a deadline passed, wherever in a second the deadline falls",
          "[adapters][gemini][client]") {
  const auto fake = server("stall");
  constexpr int calls = 48;
  CurlTransport transport({calls, 20s, 60s});
  std::atomic<int> other{0};
  {
    // Each call has its second turn while it waits, each at another part of a millisecond.
    const auto second = std::chrono::ceil<std::chrono::seconds>((Clock::now() + 60ms).time_since_epoch());
    std::vector<std::jthread> callers;
    for (int i = 0; i < calls; ++i) {
      callers.emplace_back([&, start = Clock::time_point(second) - 50ms + std::chrono::microseconds(i * 97)] {
        HttpRequest request;
        request.url = fake->url() + "/v1beta/models/gemini-2.5-flash:generateContent";
        request.headers = {std::string("x-goog-api-key: ") + key};
        request.body = R"({"contents":[{"role":"user","parts":[{"text":"Is it safe?"}]}]})";
        std::this_thread::sleep_until(start);
        request.deadline = Clock::now() + 300ms;
        if (transport.post(request).fault != TransportFault::deadline) ++other;
      });
    }
  }
  CHECK(other == 0);
}
