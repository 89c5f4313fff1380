// The service: requests of CDS clients as bodies, and anything at all on its socket.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <array>
#include <cstdint>
#include <memory>

#include "adapters/json/json_reading.hpp"
#include "adapters/service/service.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {
namespace {

using adapters::service::Service;

std::unique_ptr<Service> new_service() {
  adapters::service::ServiceSettings settings;
  settings.demo = true;
  settings.port = 0;
  adapters::service::ServicePorts ports;
  ports.log = [](const std::string&) {};
  ports.now = [] { return std::string("2026-11-02T08:00:00Z"); };
  ports.open_knowledge = [] {
    return core::Result<std::shared_ptr<const knowledge::KnowledgeBase>>(shipped_knowledge());
  };
  auto made = Service::create(std::move(settings), shipped_knowledge(), {}, std::move(ports));
  if (!made) throw std::runtime_error(made.error().message);
  return std::move(*made);
}

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{15, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    // No port of this machine stays taken by a connection that ended, of which there are thousands.
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const void* address = &to;
    demand(::connect(socket_, static_cast<const sockaddr*>(address), sizeof to) == 0, "the service takes connections");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends it, says that this is all, and gives what comes back.
  std::string answer_to(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) break;  // refused before it was whole
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    ::shutdown(socket_, SHUT_WR);
    std::string answer;
    std::array<char, 16384> buffer{};
    for (;;) {
      const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      // The timer by which libFuzzer looks for hangs interrupts what waits with a deadline, whatever is set for it.
      if (got < 0 && errno == EINTR) continue;
      demand(got >= 0 || errno == ECONNRESET, "a connection ends soon after its client has said all");
      if (got <= 0) return answer;
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int socket_;
};

std::unique_ptr<Service> listening;

}  // namespace

// The first byte chooses the service.
void take_cds_request(std::string_view bytes) {
  static const std::unique_ptr<Service> service = new_service();
  static const std::array<std::string, 4> services = [] {
    std::array<std::string, 4> paths;
    std::size_t count = 0;
    adapters::http::Request request;
    request.method = "GET";
    request.path = "/cds-services";
    const auto parsed = adapters::read_json(service->handle(request).body);
    for (const auto& entry : *adapters::find_member(*parsed.value->object(), "services")->list()) {
      if (count < paths.size()) {
        paths[count++] = "/cds-services/" + *adapters::find_member(*entry.object(), "id")->text();
      }
    }
    return paths;
  }();
  if (bytes.empty()) return;
  adapters::http::Request request;
  request.method = "POST";
  request.path = services[static_cast<unsigned char>(bytes.front()) % services.size()];
  request.headers = {{"Content-Type", "application/json"}};
  request.remote = "127.0.0.1";
  request.body = std::string(bytes.substr(1));
  const auto reply = service->handle(request);
  demand(reply.status == 200 || (reply.status >= 400 && reply.status < 500), "no request is a failure of the service");
  demand(reply.body.empty() || adapters::read_json(reply.body).value.has_value(), "an answer is JSON");
}

void take_http_request(std::string_view bytes) {
  static std::uint16_t port = 0;
  if (!listening) {
    listening = new_service();
    if (const auto started = listening->start(); !started) throw std::runtime_error(started.error().message);
    port = static_cast<std::uint16_t>(std::stoi(listening->url().substr(listening->url().rfind(':') + 1)));
  }
  const std::string answer = Connection(port).answer_to(bytes);
  demand(answer.empty() || answer.starts_with("HTTP/1.1 "), "what is answered is HTTP");
  demand(!answer.starts_with("HTTP/1.1 500"), "no request is a failure of the service");
}

// Its threads must not outlive what their requests made for the rest of the program.
void end_http_request() { listening.reset(); }

}  // namespace guardian::fuzz
