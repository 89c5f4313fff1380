#include "adapters/gemini/curl_transport.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/gemini/settings.hpp"

namespace guardian::adapters::gemini {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t most_header_bytes = 64 * 1024;

struct EasyDeleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, ListDeleter>;

// One transfer at a time. The multi handle is there for its poll, which another thread can wake, and for the connection
// that it keeps between transfers.
struct Line {
  std::unique_ptr<CURLM, MultiDeleter> multi{curl_multi_init()};
  std::unique_ptr<CURL, EasyDeleter> easy{curl_easy_init()};
};

// What the callbacks of one transfer know.
struct Transfer {
  const HttpRequest& request;
  CURL* easy;
  std::string body;
  std::size_t bytes = 0;
  std::size_t header_bytes = 0;
  bool too_large = false;
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
  const std::string_view bytes(data, size * count);
  transfer.bytes += bytes.size();
  if (transfer.bytes > transfer.request.most_reply_bytes) {
    transfer.too_large = true;
    return 0;
  }
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  if (transfer.request.on_bytes && status == 200) return transfer.request.on_bytes(bytes) ? bytes.size() : 0;
  transfer.body += bytes;
  return bytes.size();
}

bool is_plain(const std::string& url) { return url.rfind("http://", 0) == 0; }

Headers headers_of(const HttpRequest& request) {
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  // A large body would otherwise wait for a permission to be sent.
  list = curl_slist_append(list, "Expect:");
  return Headers(list);
}

long milliseconds_left(Clock::time_point deadline) {
  constexpr milliseconds most = std::chrono::hours(1);
  const auto left = std::chrono::ceil<milliseconds>(std::min<Clock::duration>(deadline - Clock::now(), most));
  return static_cast<long>(left.count());
}

void set_options(const Transfer& transfer, const CurlOptions& options, curl_slist* headers) {
  CURL* easy = transfer.easy;
  const HttpRequest& request = transfer.request;
  curl_easy_reset(easy);  // keeps the connection
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, is_plain(request.url) ? "http" : "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  // A proxy for plain HTTP would be shown the key.
  if (is_plain(request.url)) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // do not wait for a resolver that a deadline has left behind
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
}

// Runs the transfer to its end, or up to a stop or the deadline. libcurl has no time limit of its own for the whole: it
// counts whole milliseconds, comes up to one too early when a second turns, and would call the deadline a stall.
CURLcode run(CURLM* multi, CURL* easy, const HttpRequest& request) {
  const std::stop_callback wake(request.stop, [multi] { curl_multi_wakeup(multi); });
  while (true) {
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    int waiting = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &waiting)) {
      if (message->msg == CURLMSG_DONE && message->easy_handle == easy) return message->data.result;
    }
    if (running == 0) return CURLE_FAILED_INIT;
    if (request.stop.stop_requested()) return CURLE_ABORTED_BY_CALLBACK;
    const long left = milliseconds_left(request.deadline);
    if (left <= 0) return CURLE_OPERATION_TIMEDOUT;
    const int patience = static_cast<int>(std::min(left, 1'000L));
    if (curl_multi_poll(multi, nullptr, 0, patience, nullptr) != CURLM_OK) return CURLE_FAILED_INIT;
  }
}

TransportFault fault_of(CURLcode code, const Transfer& transfer) {
  if (code == CURLE_OK) return TransportFault::none;
  if (transfer.too_large) return TransportFault::too_large;
  if (transfer.request.stop.stop_requested()) return TransportFault::cancelled;
  if (milliseconds_left(transfer.request.deadline) <= 0) return TransportFault::deadline;
  // Every code of libcurl that a request of ours can meet; all others are `broken`.
  switch (static_cast<int>(code)) {
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t connected = 0;
      curl_easy_getinfo(transfer.easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
      return connected == 0 ? TransportFault::no_connection : TransportFault::stalled;
    }
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CONNECT_ERROR: return TransportFault::no_connection;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return TransportFault::untrusted;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return TransportFault::cut;
    default: return TransportFault::broken;
  }
}

}  // namespace

CurlGlobal::CurlGlobal() { curl_global_init(CURL_GLOBAL_DEFAULT); }
CurlGlobal::~CurlGlobal() { curl_global_cleanup(); }

struct CurlTransport::Impl {
  CurlOptions options;
  std::mutex mutex;
  std::condition_variable_any freed;
  std::vector<std::unique_ptr<Line>> idle;
  std::size_t made = 0;

  // Null: told to stop, or the deadline passed.
  std::unique_ptr<Line> take(const HttpRequest& request) {
    std::unique_lock lock(mutex);
    const auto available = [this] { return !idle.empty() || made < options.most_connections; };
    if (!freed.wait_until(lock, request.stop, request.deadline, available)) return nullptr;
    if (idle.empty()) {
      ++made;
      return std::make_unique<Line>();
    }
    auto line = std::move(idle.back());  // the one used last: its connection is the likeliest to be alive
    idle.pop_back();
    return line;
  }

  void give_back(std::unique_ptr<Line> line) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(line));
    freed.notify_one();
  }
};

CurlTransport::CurlTransport(const CurlOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  impl_->options.most_connections = std::max<std::size_t>(1, options.most_connections);
}

CurlTransport::~CurlTransport() = default;

HttpReply CurlTransport::post(const HttpRequest& request) {
  if (request.stop.stop_requested()) return {TransportFault::cancelled, 0, {}};
  if (!is_allowed_url(request.url.substr(0, request.url.find('?')))) return {TransportFault::broken, 0, {}};
  auto line = impl_->take(request);
  if (!line) return {request.stop.stop_requested() ? TransportFault::cancelled : TransportFault::deadline, 0, {}};
  if (!line->multi || !line->easy) {
    impl_->give_back(std::make_unique<Line>());
    return {TransportFault::broken, 0, {}};
  }
  Transfer transfer{request, line->easy.get(), {}};
  const Headers headers = headers_of(request);
  set_options(transfer, impl_->options, headers.get());
  HttpReply reply;
  if (curl_multi_add_handle(line->multi.get(), line->easy.get()) == CURLM_OK) {
    const CURLcode code = run(line->multi.get(), line->easy.get(), request);
    reply.fault = fault_of(code, transfer);
    long status = 0;
    curl_easy_getinfo(line->easy.get(), CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    curl_multi_remove_handle(line->multi.get(), line->easy.get());
  } else {
    reply.fault = TransportFault::broken;
  }
  if (reply.fault == TransportFault::none) reply.body = std::move(transfer.body);
  impl_->give_back(std::move(line));
  return reply;
}

}  // namespace guardian::adapters::gemini
