#include "adapters/http/listener.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include "adapters/http/request_bytes.hpp"
#include "adapters/http/worker_pool.hpp"

namespace guardian::adapters::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int backlog = 1024;
constexpr milliseconds stall_time{5'000};       // of one read within a request
constexpr milliseconds first_word_time{1'000};  // a new connection gives way only then
constexpr milliseconds goodbye_time{1'000};
constexpr std::size_t goodbye_bytes = std::size_t{1} << 20;

// The library's view of what a connection sends.
class BoundedStream final : public httplib::Stream {
 public:
  BoundedStream(httplib::Stream& stream, RequestBytes& bytes) : stream_(stream), bytes_(bytes) {}

  [[nodiscard]] bool is_readable() const override { return bytes_.holds_bytes() || stream_.is_readable(); }
  [[nodiscard]] bool is_writable() const override { return stream_.is_writable(); }
  ssize_t read(char* to, std::size_t size) override {
    return bytes_.read(to, size, [this](char* at, std::size_t most) { return stream_.read(at, most); });
  }
  ssize_t write(const char* from, std::size_t size) override { return stream_.write(from, size); }
  void get_remote_ip_and_port(std::string& ip, int& port) const override { stream_.get_remote_ip_and_port(ip, port); }
  void get_local_ip_and_port(std::string& ip, int& port) const override { stream_.get_local_ip_and_port(ip, port); }
  [[nodiscard]] socket_t socket() const override { return stream_.socket(); }

 private:
  httplib::Stream& stream_;
  RequestBytes& bytes_;
};

// The library's view of the threads.
class TaskQueue final : public httplib::TaskQueue {
 public:
  explicit TaskQueue(WorkerPool& pool) : pool_(pool) {}
  void enqueue(std::function<void()> work) override { pool_.enqueue(std::move(work)); }
  void shutdown() override { pool_.shutdown(); }

 private:
  WorkerPool& pool_;
};

// What the thread that serves a connection knows about the request it is at; the library has no place for it.
struct Exchange {
  const RequestBytes* bytes = nullptr;
  bool close = false;
};
thread_local Exchange exchange;

class Connections final : public httplib::Server {
 public:
  explicit Connections(const ListenerLimits& limits)
      : limits_(limits), pool_(limits.connections, limits.waiting, [this] { end_longest_idle(); }) {
    new_task_queue = [this] { return new TaskQueue(pool_); };  // the library owns it
  }

  void widen_queue() { ::listen(svr_sock_, backlog); }

  [[nodiscard]] std::size_t open_connections() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
  }

  void end(milliseconds grace) {
    {
      std::unique_lock lock(mutex_);
      if (stopping_.exchange(true)) return;
      if (svr_sock_ != INVALID_SOCKET) ::shutdown(svr_sock_, SHUT_RDWR);
      for (const int sock : idle_) ::shutdown(sock, SHUT_RDWR);
      changed_.wait_for(lock, grace, [this] { return open_.empty(); });
      for (const int sock : open_) ::shutdown(sock, SHUT_RDWR);
    }
    stop();
  }

 private:
  bool process_and_close_socket(socket_t sock) override {
    if (WorkerPool::refusing() || stopping_) return turn_away(sock);
    RequestBytes bytes;
    try {
      {
        const std::lock_guard lock(mutex_);
        open_.insert(sock);
      }
      serve_requests(sock, bytes);
    } catch (const std::exception&) {
      // Want of memory: the connection ends. Others go on.
    }
    exchange = {};
    say_goodbye(sock);
    {
      const std::lock_guard lock(mutex_);
      open_.erase(sock);
      httplib::detail::close_socket(sock);
    }
    changed_.notify_all();
    return true;
  }

  void serve_requests(socket_t sock, RequestBytes& bytes) {
    bool closed = false;
    for (std::size_t left = limits_.requests_a_connection; left > 0 && !closed; --left) {
      if (!bytes.holds_bytes() && !await_request(sock, left == limits_.requests_a_connection)) break;
      const bool last = left == 1 || stopping_ || pool_.others_wait();
      exchange = {&bytes, last};
      const bool good = httplib::detail::process_client_socket(
          sock, stall_time.count() / 1000, 0, limits_.write_time.count() / 1000,
          static_cast<time_t>(limits_.write_time.count() % 1000 * 1000), [&](httplib::Stream& raw) {
            bytes.begin(limits_.head_bytes + limits_.body_bytes, steady_clock::now() + limits_.request_time);
            BoundedStream stream(raw, bytes);
            return process_request(stream, last, closed, nullptr);
          });
      if (!good || exchange.close) break;
    }
  }

  // Waits for the first byte of a request. A connection that has had an answer gives way at once to one that waits, one
  // that has not after a while: it has only just got its turn.
  bool await_request(int sock, bool fresh) {
    const auto until = steady_clock::now() + limits_.idle_time;
    if (fresh) {
      const int seen = readable(sock, std::min(first_word_time, limits_.idle_time));
      if (seen != 0) return seen > 0 && !stopping_;
    }
    std::list<int>::iterator place;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      place = idle_.insert(idle_.end(), sock);
    }
    if (pool_.others_wait()) end_longest_idle();
    const int seen = readable(sock, std::chrono::duration_cast<milliseconds>(until - steady_clock::now()));
    const std::lock_guard lock(mutex_);
    idle_.erase(place);
    return seen > 0 && !stopping_;
  }

  // Below 0: the other side is gone; 0: nothing came.
  static int readable(int sock, milliseconds time) {
    pollfd state{sock, POLLIN, 0};
    int ready = 0;
    do {
      ready = ::poll(&state, 1, static_cast<int>(std::max(time, milliseconds{0}).count()));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) return 0;
    return ready > 0 && (state.revents & POLLIN) != 0 ? 1 : -1;
  }

  void end_longest_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return;
    ::shutdown(idle_.front(), SHUT_RD);
    idle_.splice(idle_.end(), idle_, idle_.begin());  // the next one the next time
  }

  static bool turn_away(socket_t sock) {
    static constexpr std::string_view busy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    static_cast<void>(::send(sock, busy.data(), busy.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    ::shutdown(sock, SHUT_RDWR);
    httplib::detail::close_socket(sock);
    return false;
  }

  // A connection that is closed while the client still sends is reset, and the client may never see the reply.
  static void say_goodbye(int sock) {
    ::shutdown(sock, SHUT_WR);
    const auto until = steady_clock::now() + goodbye_time;
    std::array<char, 16 * 1024> rest{};
    std::size_t taken = 0;
    while (taken < goodbye_bytes) {
      const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
      pollfd state{sock, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&state, 1, static_cast<int>(left.count())) <= 0) return;
      const ssize_t got = ::recv(sock, rest.data(), rest.size(), 0);
      if (got <= 0) return;
      taken += static_cast<std::size_t>(got);
    }
  }

  ListenerLimits limits_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int> open_;
  std::list<int> idle_;  // the longest idle first
  WorkerPool pool_;      // last: its threads use what stands above
};

Request taken(const httplib::Request& from) {
  Request request;
  request.method = from.method;
  request.path = from.path;
  request.headers.reserve(from.headers.size());
  for (const auto& [name, value] : from.headers) {
    if (name == "REMOTE_ADDR") request.remote = value;
    // The library adds these to what was sent, and a client could send them too: its own come first.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" || name == "LOCAL_PORT") continue;
    request.headers.emplace_back(name, value);
  }
  request.query.assign(from.params.begin(), from.params.end());
  return request;
}

void fill(httplib::Response& response, const Reply& reply) {
  response.status = reply.status;
  for (const auto& [name, value] : reply.headers) response.set_header(name, value);
  if (!reply.body.empty()) response.set_content(reply.body, reply.content_type);
}

}  // namespace

struct Listener::Impl {
  explicit Impl(const ListenerLimits& allowed) : server(allowed), limits(allowed) {}
  Connections server;
  Handler handler;
  ErrorReply errors;
  ListenerLimits limits;
  int port = 0;
  std::jthread thread;  // last: it uses what stands above until it has ended

  void refuse(httplib::Response& response, int status) const {
    exchange.close = true;
    fill(response, errors(status));
    response.set_header("Connection", "close");
  }

  void serve(const httplib::Request& from, httplib::Response& response, const httplib::ContentReader* content) const {
    Request request = taken(from);
    if (content != nullptr) {
      // The library would take a form apart for whom it has no receiver, and throw.
      if (from.is_multipart_form_data()) return refuse(response, 415);
      const bool chunked = from.has_header("Transfer-Encoding");
      if (!chunked && !from.has_header("Content-Length")) return refuse(response, 411);
      // Two ways to say where a body ends are how one request is smuggled into another.
      if (chunked && from.has_header("Content-Length")) return refuse(response, 400);
      if (from.get_header_value_count("Content-Length") > 1) return refuse(response, 400);
      if (!chunked && from.get_header_value<std::uint64_t>("Content-Length") > limits.body_bytes) {
        return refuse(response, 413);
      }
      bool large = false;
      const bool whole = (*content)([&](const char* data, std::size_t size) {
        large = request.body.size() + size > limits.body_bytes;
        if (!large) request.body.append(data, size);
        return !large;
      });
      const auto broken = exchange.bytes->broken();
      if (large || broken == RequestBytes::Broken::too_large) return refuse(response, 413);
      if (broken == RequestBytes::Broken::too_slow) return refuse(response, 408);
      if (!whole) return refuse(response, response.status >= 400 ? response.status : 400);
    }
    fill(response, handler(request));
    if (exchange.close) response.set_header("Connection", "close");
  }
};

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() { stop(); }

core::Result<std::unique_ptr<Listener>> Listener::start(const std::string& host, int port, Handler handler,
                                                        ErrorReply errors, ListenerLimits limits) {
  auto impl = std::make_unique<Impl>(limits);
  impl->handler = std::move(handler);
  impl->errors = std::move(errors);
  Connections& server = impl->server;
  // The library reads on and throws away what is beyond this; the limits of the stream end that.
  server.set_payload_max_length(limits.body_bytes);
  server.set_keep_alive_max_count(limits.requests_a_connection);
  server.set_keep_alive_timeout(limits.idle_time.count() / 1000);
  server.set_tcp_nodelay(true);
  // The library's choice would let two servers share a port without a word.
  server.set_socket_options([](socket_t sock) {
    const int yes = 1;
    ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const Impl& state = *impl;
  const auto plain = [&state](const httplib::Request& request, httplib::Response& response) {
    state.serve(request, response, nullptr);
  };
  const auto with_body = [&state](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& content) { state.serve(request, response, &content); };
  server.Get(".*", plain);
  server.Options(".*", plain);
  server.Post(".*", with_body);
  server.Put(".*", with_body);
  server.Patch(".*", with_body);
  server.Delete(".*", plain);
  server.set_exception_handler([&state](const httplib::Request&, httplib::Response& response,
                                        const std::exception_ptr&) { state.refuse(response, 500); });
  server.set_error_handler([&state](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty() || response.has_header("Content-Type")) return;
    int status = response.status;
    if (exchange.bytes != nullptr) {
      if (exchange.bytes->broken() == RequestBytes::Broken::too_slow) status = 408;
      if (exchange.bytes->broken() == RequestBytes::Broken::too_large) status = 413;
    }
    state.refuse(response, status);
  });

  if (port == 0) {
    impl->port = server.bind_to_any_port(host);
  } else if (server.bind_to_port(host, port)) {
    impl->port = port;
  }
  if (impl->port <= 0) {
    return core::fail(core::ErrorCode::io_failure, "cannot listen on " + host + " port " + std::to_string(port));
  }
  server.widen_queue();
  impl->thread = std::jthread([&server] { server.listen_after_bind(); });
  // Connections queue from the moment of binding, but a stop before the loop runs would be lost.
  while (!server.is_running()) std::this_thread::sleep_for(milliseconds(1));
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

int Listener::port() const noexcept { return impl_->port; }
std::size_t Listener::open_connections() const { return impl_->server.open_connections(); }

void Listener::stop(milliseconds grace) {
  impl_->server.end(grace);
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace guardian::adapters::http
