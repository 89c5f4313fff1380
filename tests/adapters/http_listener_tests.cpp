#include <httplib.h>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <future>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/http/listener.hpp"
#include "adapters/http/worker_pool.hpp"

using namespace guardian::adapters::http;
using std::chrono::milliseconds;

namespace {

// A client of bytes: it says what it likes and when.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return connected_;
  }

  // All there is until the other side ends, or so long nothing comes.
  std::string rest(milliseconds patience = milliseconds(20'000)) {
    std::string all;
    while (true) {
      pollfd state{socket_, POLLIN, 0};
      if (::poll(&state, 1, static_cast<int>(patience.count())) <= 0) return all + "<nothing more came>";
      char piece[4096];
      const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
      if (got <= 0) return all;
      all.append(piece, static_cast<std::size_t>(got));
    }
  }

  // Until so many bytes are there.
  std::string take(std::string_view until) {
    std::string all;
    while (all.find(until) == std::string::npos) {
      pollfd state{socket_, POLLIN, 0};
      if (::poll(&state, 1, 20'000) <= 0) return all;
      char piece[4096];
      const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
      if (got <= 0) return all;
      all.append(piece, static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int socket_;
  bool connected_ = false;
};

Reply echo(const Request& request) {
  if (request.path == "/throw") throw std::runtime_error("PLANTED-SECRET");
  Reply reply;
  reply.content_type = "text/plain";
  reply.body = request.method + " " + request.path + " " + std::to_string(request.body.size());
  return reply;
}

Reply refusal(int status) {
  Reply reply;
  reply.status = status;
  reply.body = "{\"refused\":" + std::to_string(status) + "}";
  return reply;
}

std::unique_ptr<Listener> listening(ListenerLimits limits = {}) {
  auto listener = Listener::start("127.0.0.1", 0, echo, refusal, limits);
  REQUIRE(listener);
  return std::move(*listener);
}

std::string status_line(const std::string& reply) { return reply.substr(0, reply.find('\r')); }

}  // namespace

TEST_CASE("a listener hands a request to the handler and its reply back", "[adapters][http]") {
  const auto listener = listening();
  httplib::Client client("127.0.0.1", listener->port());
  const auto got = client.Get("/some/path?x=1");
  REQUIRE(got);
  CHECK(got->body == "GET /some/path 0");
  const auto posted = client.Post("/p", std::string(100'000, 'x'), "application/json");
  REQUIRE(posted);
  CHECK(posted->body == "POST /p 100000");
  CHECK(client.Put("/p", "abc", "text/plain")->body == "PUT /p 3");
  CHECK(client.Options("/p")->body == "OPTIONS /p 0");
}

TEST_CASE("requests that come at once on one connection are answered in their order", "[adapters][http]") {
  const auto listener = listening();
  RawClient client(listener->port());
  REQUIRE(
      client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab"));
  const std::string all = client.rest();
  const auto first = all.find("GET /1 0");
  const auto second = all.find("GET /2 0");
  const auto third = all.find("POST /3 2");
  CHECK(first < second);
  CHECK(second < third);
  CHECK(third != std::string::npos);
}

TEST_CASE("a body that is too large is refused however it is sent, and the server goes on", "[adapters][http]") {
  ListenerLimits limits;
  limits.body_bytes = 100'000;
  limits.head_bytes = 20'000;
  const auto listener = listening(limits);
  SECTION("with its length") {
    RawClient client(listener->port());
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000000\r\n\r\n" + std::string(100, 'x')));
    const std::string reply = client.rest();
    CHECK(status_line(reply) == "HTTP/1.1 413 Payload Too Large");
    CHECK(reply.find("{\"refused\":413}") != std::string::npos);
  }
  SECTION("in chunks without an end") {
    RawClient client(listener->port());
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "2710\r\n" + std::string(10'000, 'x') + "\r\n";
    std::size_t sent = 0;
    while (sent < 100 && client.send(chunk)) ++sent;
    CHECK(status_line(client.rest()) == "HTTP/1.1 413 Payload Too Large");
  }
  SECTION("in chunks of one byte, most of which is framing") {
    RawClient client(listener->port());
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    std::string chunks;
    for (int i = 0; i < 30'000; ++i) chunks += "1\r\nx\r\n";
    static_cast<void>(client.send(chunks));
    CHECK(status_line(client.rest()) == "HTTP/1.1 413 Payload Too Large");
  }
  SECTION("as headers") {
    RawClient client(listener->port());
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 40; ++i) head += "X-" + std::to_string(i) + ": " + std::string(4'000, 'h') + "\r\n";
    static_cast<void>(client.send(head + "\r\n"));
    const std::string reply = client.rest();
    CHECK((reply.empty() || status_line(reply).find(" 4") != std::string::npos));
  }
  httplib::Client next("127.0.0.1", listener->port());
  CHECK(next.Post("/", std::string(100'000, 'x'), "text/plain")->status == 200);
  CHECK(next.Post("/", std::string(100'001, 'x'), "text/plain")->status == 413);
}

TEST_CASE("a body whose end is said in no way or in two is refused", "[adapters][http]") {
  const auto listener = listening();
  const auto answer = [&](const std::string& headers) {
    RawClient client(listener->port());
    REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n0\r\n\r\n"));
    return status_line(client.rest());
  };
  CHECK(answer("") == "HTTP/1.1 411 Length Required");
  CHECK(answer("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") == "HTTP/1.1 400 Bad Request");
  CHECK(answer("Content-Length: 5\r\nContent-Length: 6\r\n") == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("a form is refused as a kind of body that nobody takes, and is no failure of the server",
          "[adapters][http]") {
  const auto listener = listening();
  for (const char* body : {"", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n", "no form"}) {
    RawClient client(listener->port());
    REQUIRE(
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: " +
                    std::to_string(std::string(body).size()) + "\r\n\r\n" + body));
    CHECK(status_line(client.rest()) == "HTTP/1.1 415 Unsupported Media Type");
  }
}

TEST_CASE("a request that arrives byte by byte has to be whole in time", "[adapters][http]") {
  ListenerLimits limits;
  limits.request_time = milliseconds(400);
  const auto listener = listening(limits);
  for (const std::string part :
       {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", "GET / HTTP/1.1\r\nX: "}) {
    RawClient client(listener->port());
    REQUIRE(client.send(part));
    std::string reply;
    // Bounded by the number of bytes: without the limit all of them are taken.
    int sent = 0;
    while (sent < 400 && client.send("x")) {
      ++sent;
      std::this_thread::sleep_for(milliseconds(10));
    }
    INFO(part);
    CHECK(sent < 400);
  }
}

TEST_CASE("more idle or slow clients than there are threads keep nobody else waiting for long", "[adapters][http]") {
  ListenerLimits limits;
  limits.connections = 4;
  limits.request_time = milliseconds(500);
  limits.idle_time = milliseconds(60'000);
  const auto listener = listening(limits);
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 12; ++i) {
    idle.push_back(std::make_unique<RawClient>(listener->port()));
    if (i % 2 == 0) REQUIRE(idle.back()->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    if (i % 3 == 0) REQUIRE(idle.back()->send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n"));
  }
  httplib::Client client("127.0.0.1", listener->port());
  client.set_read_timeout(20, 0);  // far below the idle time
  const auto got = client.Get("/healthy");
  REQUIRE(got);
  CHECK(got->body == "GET /healthy 0");
}

TEST_CASE("clients that never stop asking leave places to others", "[adapters][http]") {
  ListenerLimits limits;
  limits.connections = 2;
  limits.requests_a_connection = 1'000'000;
  const auto listener = listening(limits);
  std::atomic<bool> done{false};
  std::vector<std::jthread> busy;
  for (int i = 0; i < 4; ++i) {
    busy.emplace_back([&] {
      while (!done) {
        httplib::Client client("127.0.0.1", listener->port());
        client.set_keep_alive(true);
        while (!done && client.Get("/busy")) {
        }
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    httplib::Client late("127.0.0.1", listener->port());
    late.set_read_timeout(20, 0);
    const auto got = late.Get("/late");
    CHECK((got && got->status == 200));
  }
  done = true;
}

TEST_CASE("where there are threads for all, no connection is ended for another", "[adapters][http]") {
  ListenerLimits limits;
  limits.requests_a_connection = 1'000'000;
  const auto listener = listening(limits);
  httplib::Client steady("127.0.0.1", listener->port());
  steady.set_keep_alive(true);
  // Sees when its connection is made anew.
  std::atomic<int> connections{0};
  steady.set_socket_options([&](socket_t) { ++connections; });
  std::vector<std::jthread> others;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) httplib::Client("127.0.0.1", listener->port()).Get("/other");
    });
  }
  int answered = 0;
  for (int i = 0; i < 500; ++i) answered += steady.Get("/steady") ? 1 : 0;
  CHECK(answered == 500);
  CHECK(connections == 1);
}

TEST_CASE("connections beyond the queue are turned away with 503", "[adapters][http]") {
  std::promise<void> release;
  const auto open = release.get_future().share();
  ListenerLimits limits;
  limits.connections = 1;
  limits.waiting = 1;
  auto listener = Listener::start(
      "127.0.0.1", 0,
      [&](const Request& request) {
        open.wait();
        return echo(request);
      },
      refusal, limits);
  REQUIRE(listener);
  RawClient served((*listener)->port());
  REQUIRE(served.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"));
  while ((*listener)->open_connections() == 0) std::this_thread::sleep_for(milliseconds(1));
  RawClient waiting((*listener)->port());
  REQUIRE(waiting.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
  // Which of the next ones is the first beyond the queue depends on when the server takes them.
  bool refused = false;
  std::vector<std::unique_ptr<RawClient>> more;
  for (int i = 0; i < 50 && !refused; ++i) {
    more.push_back(std::make_unique<RawClient>((*listener)->port()));
    refused = more.back()->rest(milliseconds(200)).find("503 Service Unavailable") != std::string::npos;
  }
  CHECK(refused);
  release.set_value();
  CHECK(served.take("GET /1 0").find("GET /1 0") != std::string::npos);
  CHECK(waiting.take("GET /2 0").find("GET /2 0") != std::string::npos);
}

TEST_CASE("what a handler throws is a 500 that says nothing of it", "[adapters][http]") {
  const auto listener = listening();
  RawClient client(listener->port());
  REQUIRE(client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n"));
  const std::string reply = client.rest();
  CHECK(status_line(reply) == "HTTP/1.1 500 Internal Server Error");
  CHECK(reply.find("PLANTED-SECRET") == std::string::npos);
  CHECK(reply.find("{\"refused\":500}") != std::string::npos);
}

TEST_CASE("a listener that stops answers what is under way and takes nothing new", "[adapters][http]") {
  std::atomic<bool> begun{false};
  auto listener = Listener::start(
      "127.0.0.1", 0,
      [&](const Request& request) {
        begun = true;
        std::this_thread::sleep_for(milliseconds(200));
        return echo(request);
      },
      refusal);
  REQUIRE(listener);
  const int port = (*listener)->port();
  RawClient idle(port);
  RawClient busy(port);
  REQUIRE(busy.send("GET /last HTTP/1.1\r\nHost: a\r\n\r\n"));
  while (!begun) std::this_thread::sleep_for(milliseconds(1));
  (*listener)->stop(milliseconds(20'000));
  CHECK(busy.rest().find("GET /last 0") != std::string::npos);
  CHECK(idle.rest().empty());
  RawClient late(port);
  late.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(late.rest(milliseconds(1'000)).find("200 OK") == std::string::npos);
}

TEST_CASE("work that throws ends neither its thread nor the program", "[adapters][http]") {
  WorkerPool pool(1, 4, [] {});
  std::atomic<int> done{0};
  pool.enqueue([] { throw std::bad_alloc(); });
  pool.enqueue([&] { ++done; });
  pool.enqueue([] { throw std::runtime_error("no memory"); });
  pool.enqueue([&] { ++done; });
  pool.shutdown();
  CHECK(done == 2);
}

TEST_CASE("a port that is taken is a failure that names it", "[adapters][http]") {
  const auto listener = listening();
  const auto second = Listener::start("127.0.0.1", listener->port(), echo, refusal);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find(std::to_string(listener->port())) != std::string::npos);
}
