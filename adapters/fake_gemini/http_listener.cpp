#include "adapters/fake_gemini/http_listener.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include <httplib.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t threads = 64;  // each open connection holds one
constexpr std::size_t requests_a_connection = 100'000;
constexpr milliseconds idle_limit{5'000};  // of an open connection between two requests
constexpr milliseconds look_around{20};    // how often a wait looks whether it still has a point
constexpr int waiting = 256;               // connections that are not yet served
constexpr std::size_t piece = 64 * 1024;

// The connection that this thread serves; the library hides it from its handlers.
thread_local int served_socket = -1;

bool client_gone() {
  pollfd state{served_socket, POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

// Dissolving the association of a connected socket sends a reset at once.
void reset_connection() {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  static_cast<void>(::connect(served_socket, &nobody, sizeof nobody));
}

class Connections : public httplib::Server {
 public:
  [[nodiscard]] bool stopping() const { return stopping_.load(); }

  // Ends open connections too: nobody waits for a client that is slow to read or to write.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_.exchange(true)) return;
      for (const int sock : open_) ::shutdown(sock, SHUT_RDWR);
    }
    changed_.notify_all();
    stop();
  }

  // The library lets five wait: with more at once, clients would wait a second for their next try.
  void widen_queue() { ::listen(svr_sock_, waiting); }

  // False when it was cut short by the end of the server or of the client.
  bool pause(milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    std::unique_lock lock(mutex_);
    while (!stopping_ && !client_gone()) {
      const auto now = std::chrono::steady_clock::now();
      if (now >= until) return true;
      changed_.wait_until(lock, std::min(until, now + look_around));
    }
    return false;
  }

 private:
  // As the library's own, but it knows the socket and ends at once when the server does.
  bool process_and_close_socket(socket_t sock) override {
    served_socket = sock;
    {
      const std::lock_guard lock(mutex_);
      open_.insert(sock);
    }
    bool closed = false;
    for (std::size_t left = requests_a_connection; left > 0 && !closed && readable(sock); --left) {
      const bool good = httplib::detail::process_client_socket(
          sock, read_timeout_sec_, read_timeout_usec_, write_timeout_sec_, write_timeout_usec_,
          [&](httplib::Stream& stream) { return process_request(stream, left == 1, closed, nullptr); });
      if (!good) break;
    }
    ::shutdown(sock, SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      open_.erase(sock);
      httplib::detail::close_socket(sock);
    }
    served_socket = -1;
    return true;
  }

  bool readable(int sock) {
    const auto until = std::chrono::steady_clock::now() + idle_limit;
    while (!stopping_ && std::chrono::steady_clock::now() < until) {
      pollfd state{sock, POLLIN, 0};
      const int ready = ::poll(&state, 1, static_cast<int>(look_around.count()));
      if (ready > 0) return (state.revents & POLLIN) != 0;
      if (ready < 0 && errno != EINTR) return false;
    }
    return false;
  }

  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int> open_;
};

WireRequest taken(const httplib::Request& request) {
  WireRequest wire{request.method, request.path, request.target, request.body, {}, {}};
  for (const auto& [name, value] : request.headers) {
    // The library adds these to what was sent.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" || name == "LOCAL_PORT") continue;
    wire.headers.emplace_back(name, value);
  }
  wire.query.assign(request.params.begin(), request.params.end());
  return wire;
}

bool fill(httplib::DataSink& sink, Connections& server, std::size_t count, bool endless) {
  const std::string filler(piece, 'a');
  while (endless || count > 0) {
    const std::size_t now = endless ? piece : std::min(piece, count);
    if (server.stopping() || !sink.write(filler.data(), now)) return false;
    if (endless && !server.pause(milliseconds(1))) return false;
    count -= std::min(now, count);
  }
  return true;
}

// The library takes shared state into its functions by copy: hence the shared pointers.
void deliver(WireReply reply, httplib::Response& response, Connections& server) {
  if (reply.delay.count() > 0 && !server.pause(reply.delay)) return reset_connection();
  response.status = reply.status;
  for (const auto& [name, value] : reply.headers) response.set_header(name, value);
  const auto shared = std::make_shared<const WireReply>(std::move(reply));
  switch (shared->delivery) {
    case Delivery::whole: response.set_content(shared->body, shared->content_type); break;
    case Delivery::chunked:
      response.set_chunked_content_provider(shared->content_type,
                                            [shared, &server](std::size_t, httplib::DataSink& sink) {
                                              for (const std::string& chunk : shared->chunks) {
                                                if (!sink.write(chunk.data(), chunk.size())) return false;
                                                if (!server.pause(milliseconds(1))) return false;
                                              }
                                              sink.done();
                                              return true;
                                            });
      break;
    case Delivery::stall:
      response.set_content_provider(std::size_t{1024}, shared->content_type,
                                    [&server](std::size_t, std::size_t, httplib::DataSink&) {
                                      server.pause(std::chrono::hours(1));
                                      return false;
                                    });
      break;
    case Delivery::reset: reset_connection(); break;
    case Delivery::short_body:
      response.set_content_provider(shared->body.size() + 1000, shared->content_type,
                                    [shared](std::size_t, std::size_t, httplib::DataSink& sink) {
                                      sink.write(shared->body.data(), shared->body.size());
                                      return false;
                                    });
      break;
    case Delivery::filled:
      response.set_content_provider(shared->body.size() + shared->filler + shared->tail.size(), shared->content_type,
                                    [shared, &server](std::size_t, std::size_t, httplib::DataSink& sink) {
                                      return sink.write(shared->body.data(), shared->body.size()) &&
                                             fill(sink, server, shared->filler, false) &&
                                             sink.write(shared->tail.data(), shared->tail.size());
                                    });
      break;
    case Delivery::endless:
      response.set_chunked_content_provider(
          shared->content_type, [shared, &server](std::size_t, httplib::DataSink& sink) {
            return sink.write(shared->body.data(), shared->body.size()) && fill(sink, server, 0, true);
          });
      break;
  }
}

const std::string* find(const std::vector<std::pair<std::string, std::string>>& all, const std::string& name) {
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const auto& entry) { return ::strcasecmp(entry.first.c_str(), name.c_str()) == 0; });
  return at == all.end() ? nullptr : &at->second;
}

}  // namespace

const std::string* WireRequest::header(const std::string& name) const { return find(headers, name); }
const std::string* WireRequest::parameter(const std::string& name) const { return find(query, name); }

struct HttpListener::Impl {
  Connections server;
  int port = 0;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::jthread thread;  // last: it uses what stands above until it has ended
};

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpListener::~HttpListener() { stop(); }

core::Result<std::unique_ptr<HttpListener>> HttpListener::start(const std::string& host, int port,
                                                                WireHandler handler) {
  auto impl = std::make_unique<Impl>();
  Connections& server = impl->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };  // the library owns it
  server.set_payload_max_length(max_document_bytes);
  server.set_tcp_nodelay(true);
  // The library's choice would let two servers share a port without a word.
  server.set_socket_options([](socket_t sock) {
    const int yes = 1;
    ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  const auto serve = [handler = std::move(handler), &server](const httplib::Request& request,
                                                             httplib::Response& response) {
    deliver(handler(taken(request)), response, server);
  };
  server.Get(".*", serve);
  server.Post(".*", serve);

  if (port == 0) {
    impl->port = server.bind_to_any_port(host);
  } else if (server.bind_to_port(host, port)) {
    impl->port = port;
  }
  if (impl->port <= 0) {
    return core::fail(core::ErrorCode::io_failure, "cannot listen on " + host + " port " + std::to_string(port));
  }
  server.widen_queue();
  Impl& state = *impl;
  impl->thread = std::jthread([&state] {
    state.server.listen_after_bind();
    {
      const std::lock_guard lock(state.mutex);
      state.done = true;
    }
    state.changed.notify_all();
  });
  // Connections queue from the moment of binding, but a stop before the loop runs would be lost.
  while (!server.is_running()) std::this_thread::sleep_for(milliseconds(1));
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

int HttpListener::port() const noexcept { return impl_->port; }

void HttpListener::wait() {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return impl_->done; });
}

void HttpListener::stop() {
  impl_->server.end();
  wait();
}

}  // namespace guardian::adapters::fake
