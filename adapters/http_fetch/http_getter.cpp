#include "adapters/http_fetch/http_getter.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

namespace guardian::adapters::http_fetch {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t most_header_bytes = 64 * 1024;
constexpr std::size_t most_idle = 8;  // sets of kept connections
constexpr long most_at_once = 8;      // connections of one call to one host

struct EasyDeleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

// What the callbacks of one transfer know.
struct Transfer {
  const GetRequest* request = nullptr;
  const GetterOptions* options = nullptr;
  std::size_t* bytes_left = nullptr;  // of the whole call
  GetReply* reply = nullptr;
  std::unique_ptr<CURL, EasyDeleter> easy;
  std::unique_ptr<curl_slist, ListDeleter> headers;
  std::size_t header_bytes = 0;
  bool done = false;
  bool too_large = false;
  bool refused = false;
};

std::size_t take_header(char*, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.header_bytes += size * count;
  if (transfer.header_bytes <= most_header_bytes) return size * count;
  transfer.too_large = true;
  return 0;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t bytes = size * count;
  if (bytes > *transfer.bytes_left) {
    transfer.too_large = true;
    return 0;
  }
  *transfer.bytes_left -= bytes;
  transfer.reply->body.append(data, bytes);
  return bytes;
}

std::optional<IpAddress> address_of(const curl_sockaddr& target) {
  std::array<std::uint8_t, 16> bytes{};
  if (target.family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &target.addr, sizeof v4);
    std::memcpy(bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    return ip_address(false, bytes);
  }
  if (target.family == AF_INET6) {
    // Larger than the struct that libcurl declares: it lies behind `addr` in a storage of its own.
    sockaddr_in6 v6{};
    const auto* raw = reinterpret_cast<const unsigned char*>(&target) + offsetof(curl_sockaddr, addr);
    std::memcpy(&v6, raw, sizeof v6);
    std::memcpy(bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return ip_address(true, bytes);
  }
  return std::nullopt;
}

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* target) {
  auto& transfer = *static_cast<Transfer*>(context);
  const auto address = address_of(*target);
  if (!address || !transfer.options->permits_address(transfer.request->url, *address)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

void set_options(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  const Url& url = transfer.request->url;
  curl_slist* list = nullptr;
  for (const std::string& header : transfer.request->headers) list = curl_slist_append(list, header.c_str());
  transfer.headers.reset(list);
  curl_easy_setopt(easy, CURLOPT_URL, to_text(url).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // what was checked is what is sent
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, url.encrypted ? "https" : "http");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  const std::string& ca_file = transfer.options->ca_file;
  if (!ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  // A proxy would resolve the name by itself, past the check of the address.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(transfer.options->connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

GetFault fault_of(CURLcode code, const Transfer& transfer) {
  if (code == CURLE_OK) return GetFault::none;
  if (transfer.too_large) return GetFault::too_large;
  if (transfer.refused && code == CURLE_COULDNT_CONNECT) return GetFault::refused_address;
  switch (static_cast<int>(code)) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_FAILED_INIT:
    case CURLE_URL_MALFORMAT:
    case CURLE_OUT_OF_MEMORY: return GetFault::broken;
    default: return GetFault::unreachable;
  }
}

void finish(Transfer& transfer, CURLcode code) {
  transfer.done = true;
  transfer.reply->fault = fault_of(code, transfer);
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.reply->status = static_cast<int>(status);
}

// Runs all transfers to their end, or up to the deadline.
void run(CURLM* multi, std::size_t running, Clock::time_point deadline) {
  while (running > 0) {
    int active = 0;
    if (curl_multi_perform(multi, &active) != CURLM_OK) return;
    int waiting = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &waiting)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      finish(*transfer, message->data.result);
      --running;
    }
    if (running == 0) return;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return;
    const int patience = static_cast<int>(std::min<std::int64_t>(left, 1'000));
    if (curl_multi_poll(multi, nullptr, 0, patience, nullptr) != CURLM_OK) return;
  }
}

}  // namespace

struct HttpGetter::Impl {
  GetterOptions options;
  std::mutex mutex;
  std::vector<Multi> idle;  // each keeps connections

  Multi take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return Multi(curl_multi_init());
    Multi multi = std::move(idle.back());
    idle.pop_back();
    return multi;
  }

  void give_back(Multi multi) {
    const std::lock_guard lock(mutex);
    if (multi && idle.size() < most_idle) idle.push_back(std::move(multi));
  }
};

HttpGetter::HttpGetter(GetterOptions options) : impl_(std::make_unique<Impl>()) { impl_->options = std::move(options); }
HttpGetter::~HttpGetter() = default;

std::vector<GetReply> HttpGetter::get_all(std::span<const GetRequest> requests, const GetLimits& limits) {
  std::vector<GetReply> replies(requests.size());
  std::vector<std::unique_ptr<Transfer>> transfers;
  std::size_t bytes_left = limits.most_bytes;
  Multi multi = impl_->take();
  curl_multi_setopt(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, most_at_once);
  for (std::size_t at = 0; at < requests.size(); ++at) {
    if (!impl_->options.permits_url(requests[at].url)) {
      replies[at].fault = GetFault::refused_address;
      continue;
    }
    auto transfer = std::make_unique<Transfer>();
    transfer->request = &requests[at];
    transfer->options = &impl_->options;
    transfer->bytes_left = &bytes_left;
    transfer->reply = &replies[at];
    transfer->easy.reset(curl_easy_init());
    replies[at].fault = GetFault::broken;
    if (!multi || !transfer->easy) continue;
    set_options(*transfer);
    if (curl_multi_add_handle(multi.get(), transfer->easy.get()) == CURLM_OK) transfers.push_back(std::move(transfer));
  }
  run(multi.get(), transfers.size(), limits.deadline);
  const bool late = Clock::now() >= limits.deadline;
  for (const auto& transfer : transfers) {
    if (!transfer->done && late) transfer->reply->fault = GetFault::too_late;
    curl_multi_remove_handle(multi.get(), transfer->easy.get());
  }
  for (GetReply& reply : replies) {
    if (reply.fault != GetFault::none) reply.body.clear();
  }
  transfers.clear();
  impl_->give_back(std::move(multi));
  return replies;
}

std::function<core::Result<std::string>(const std::string&)> listed_document_fetch(milliseconds most_time,
                                                                                   std::size_t most_bytes,
                                                                                   const std::string& ca_file) {
  const auto permits = [](const Url& url) { return url.encrypted || is_loopback_host(url.host); };
  GetterOptions options;
  options.permits_url = permits;
  options.permits_address = [](const Url& url, const IpAddress& address) {
    return url.encrypted || is_loopback(address);
  };
  options.ca_file = ca_file;
  // The library takes functions by copy: hence the shared pointer.
  auto getter = std::make_shared<HttpGetter>(std::move(options));
  return [getter, permits, most_time, most_bytes](const std::string& text) -> core::Result<std::string> {
    const auto url = parse_url(text);
    if (!url || !permits(*url)) {
      return core::fail(core::ErrorCode::invalid_input, "not an https:// URL (http:// only to this machine)");
    }
    const GetRequest request{*url, {"Accept: application/json"}};
    auto replies = getter->get_all(std::span(&request, 1), {Clock::now() + most_time, most_bytes});
    GetReply& reply = replies.front();
    if (reply.fault == GetFault::none && reply.status == 200) return std::move(reply.body);
    return core::fail(core::ErrorCode::io_failure, "cannot fetch from " + origin_of(*url));
  };
}

}  // namespace guardian::adapters::http_fetch
