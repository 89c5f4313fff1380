#include "adapters/gemini/client.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "adapters/gemini/bearer_token.hpp"
#include "adapters/gemini/codec.hpp"
#include "adapters/gemini/curl_transport.hpp"
#include "adapters/gemini/retry.hpp"
#include "adapters/gemini/stream_reply.hpp"

namespace guardian::adapters::gemini {
namespace {

using agents::CallLimits;
using agents::ModelAnswer;
using agents::ModelFailure;
using agents::ModelFailureKind;
using agents::ModelReply;
using agents::ModelRequest;
using std::chrono::milliseconds;
using OnText = std::function<void(std::string_view)>;

// With a further model in the list, a model gets two tries of a call before the next one is asked.
constexpr int tries_before_next_model = 2;

bool real_sleep(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

// Uniform numbers for several threads.
class Dice {
 public:
  double operator()() {
    const std::lock_guard lock(mutex_);
    return distribution_(engine_);
  }

 private:
  std::mutex mutex_;
  std::mt19937 engine_{std::random_device{}()};
  std::uniform_real_distribution<double> distribution_{0.0, 1.0};
};

ClientEffects with_defaults(ClientEffects effects) {
  if (!effects.now) effects.now = &std::chrono::steady_clock::now;
  if (!effects.sleep) effects.sleep = &real_sleep;
  if (!effects.random) effects.random = [dice = std::make_shared<Dice>()] { return (*dice)(); };
  return effects;
}

// Nothing: a whole reply came.
std::optional<ModelFailure> failure_of(TransportFault fault) {
  switch (fault) {
    case TransportFault::none: return std::nullopt;
    case TransportFault::no_connection:
      return ModelFailure{ModelFailureKind::transport, "no connection to the service", 0};
    case TransportFault::untrusted:
      return ModelFailure{ModelFailureKind::transport, "the certificate of the service cannot be verified", 0};
    case TransportFault::cut: return ModelFailure{ModelFailureKind::transport, "the connection was cut", 0};
    case TransportFault::stalled: return ModelFailure{ModelFailureKind::transport, "the connection stalled", 0};
    case TransportFault::deadline: return ModelFailure{ModelFailureKind::timeout, "no answer before the deadline", 0};
    case TransportFault::cancelled: return ModelFailure{ModelFailureKind::cancelled, "told to stop", 0};
    case TransportFault::too_large:
      return ModelFailure{ModelFailureKind::too_large, "the answer is larger than we read", 0};
    case TransportFault::broken: return ModelFailure{ModelFailureKind::transport, "not an answer by HTTP", 0};
  }
  return ModelFailure{ModelFailureKind::transport, "not an answer by HTTP", 0};
}

ModelFailure behind_deadline(const ModelFailure& last) {
  return {ModelFailureKind::timeout, "the next try would be behind the deadline; the last one failed: " + last.message,
          last.http_status};
}

// What may go into a header as it is.
bool is_plain_word(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

// What the calls of all threads have learnt of the models.
class ModelHealth {
 public:
  explicit ModelHealth(std::size_t models) : breakers_(models) {}

  Admission admit(std::size_t model, TimePoint now) {
    const std::lock_guard lock(mutex_);
    return breakers_[model].admit(now);
  }

  void tell(std::size_t model, Admission admission, const ModelAnswer& answer, TimePoint now) {
    const std::lock_guard lock(mutex_);
    CircuitBreaker& breaker = breakers_[model];
    const auto* failure = std::get_if<ModelFailure>(&answer);
    if (failure == nullptr) {
      breaker.succeeded();
      budget_.answered();
    } else if (retry_class(*failure) == RetryClass::other_model) {
      breaker.trip(now);
    } else if (counts_against_model(*failure)) {
      breaker.failed(admission, now);
    } else {
      breaker.undecided(admission);
    }
  }

  bool take_retry() {
    const std::lock_guard lock(mutex_);
    return budget_.take();
  }

 private:
  std::mutex mutex_;
  std::vector<CircuitBreaker> breakers_;
  RetryBudget budget_;
};

}  // namespace

class GeminiClient::Impl {
 public:
  Impl(GeminiSettings settings, std::unique_ptr<HttpTransport> transport, ClientEffects effects)
      : settings_(std::move(settings)),
        transport_(std::move(transport)),
        effects_(with_defaults(std::move(effects))),
        token_(settings_, effects_.now),
        health_(settings_.models.size()) {}

  ModelAnswer call(const ModelRequest& request, const CallLimits& limits, const OnText* on_text) {
    if (!has_credentials(settings_)) return ModelFailure{ModelFailureKind::unavailable, "no key or token", 0};
    auto encoding = encode_request(request, settings_.service);
    if (auto* failure = std::get_if<ModelFailure>(&encoding)) return std::move(*failure);
    Call call{std::get<std::string>(encoding), request.agent, limits, on_text, {}};
    call.expectation.json = !request.reply_schema.empty();
    call.expectation.limits = {settings_.most_reply_bytes, settings_.most_reply_depth, settings_.most_reply_values};
    return attempts(call);
  }

 private:
  struct Call {
    const std::string& body;
    const std::string& agent;
    const CallLimits& limits;
    const OnText* on_text;  // null: unary
    ReplyExpectation expectation;
    bool told_text = false;
  };

  struct NextTry {
    std::size_t model;
    milliseconds wait{0};
  };

  ModelAnswer attempts(Call& call) {
    std::size_t model = 0;
    int tries = 0;  // with this model
    std::optional<ModelFailure> last;
    for (int attempt = 1;; ++attempt) {
      if (call.limits.stop.stop_requested()) return *failure_of(TransportFault::cancelled);
      const auto now = effects_.now();
      if (now >= call.limits.deadline) return last ? behind_deadline(*last) : *failure_of(TransportFault::deadline);
      Admission admission = Admission::refused;
      for (; model < settings_.models.size(); ++model, tries = 0) {
        admission = health_.admit(model, now);
        if (admission != Admission::refused) break;
      }
      if (admission == Admission::refused) {
        return last ? *last : ModelFailure{ModelFailureKind::circuit_open, "the models failed too often of late", 0};
      }
      ++tries;
      Decoding decoding = watched_attempt(call, model, admission);
      if (auto* reply = std::get_if<ModelReply>(&decoding.answer)) {
        reply->model = settings_.models[model];
        return std::move(*reply);
      }
      last = std::get<ModelFailure>(decoding.answer);
      if (call.told_text || attempt >= settings_.max_attempts) return *last;
      auto next = next_try(*last, decoding.retry_delay, model, tries, call.limits.deadline);
      if (auto* failure = std::get_if<ModelFailure>(&next)) return std::move(*failure);
      const auto [next_model, wait] = std::get<NextTry>(next);
      if (call.limits.on_retry) call.limits.on_retry({settings_.models[model], attempt, *last, wait});
      if (wait > milliseconds(0) && !effects_.sleep(wait, call.limits.stop)) {
        return *failure_of(TransportFault::cancelled);
      }
      if (next_model != model) tries = 0;
      model = next_model;
    }
  }

  // Which model to ask after which wait, or what the call ends with.
  std::variant<NextTry, ModelFailure> next_try(const ModelFailure& failure, milliseconds asked_for, std::size_t model,
                                               int tries, TimePoint deadline) {
    const bool has_next = model + 1 < settings_.models.size();
    switch (retry_class(failure)) {
      case RetryClass::never: return failure;
      case RetryClass::other_model:
        if (!has_next) return failure;
        return NextTry{model + 1};
      case RetryClass::again: break;
    }
    const milliseconds wait = retry_wait(tries, asked_for, effects_.random());
    const bool in_time = effects_.now() + wait < deadline;
    if (!in_time && !has_next) return behind_deadline(failure);
    if (!health_.take_retry()) return failure;
    // The wait is for the model that failed; another one can be asked at once.
    if (has_next && (!in_time || tries >= tries_before_next_model)) return NextTry{model + 1};
    return NextTry{model, wait};
  }

  Decoding watched_attempt(Call& call, std::size_t model, Admission admission) {
    try {
      Decoding decoding = one_attempt(call, settings_.models[model]);
      health_.tell(model, admission, decoding.answer, effects_.now());
      return decoding;
    } catch (...) {  // the caller's `on_text` threw: an admitted probe must not stay under way for ever
      health_.tell(model, admission, *failure_of(TransportFault::cancelled), effects_.now());
      throw;
    }
  }

  Decoding one_attempt(Call& call, const std::string& model) {
    switch (settings_.service) {
      case Service::developer: return post(call, model, "x-goog-api-key: " + settings_.api_key);
      case Service::vertex: break;
    }
    auto token = token_.get(call.limits.deadline, call.limits.stop);
    if (!token) return no_token(call, token.error());
    Decoding decoding = post(call, model, "Authorization: Bearer " + *token);
    const auto* failure = std::get_if<ModelFailure>(&decoding.answer);
    if (failure == nullptr || failure->http_status != 401) return decoding;
    token_.rejected(*token);
    auto renewed = token_.get(call.limits.deadline, call.limits.stop);
    if (!renewed || *renewed == *token) return decoding;
    return post(call, model, "Authorization: Bearer " + *renewed);
  }

  static Decoding no_token(const Call& call, const core::Error& error) {
    if (call.limits.stop.stop_requested()) return {*failure_of(TransportFault::cancelled), {}};
    return {ModelFailure{ModelFailureKind::unavailable, error.message, 0}, {}};
  }

  Decoding post(Call& call, const std::string& model, std::string credential) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(call.limits.deadline - effects_.now());
    HttpRequest request;
    request.url = request_url(settings_, model, call.on_text ? "streamGenerateContent?alt=sse" : "generateContent");
    request.headers = {"Content-Type: application/json", "User-Agent: guardian",
                       "X-Server-Timeout: " + std::to_string(std::clamp<std::int64_t>(left.count(), 1, 600)),
                       std::move(credential)};
    if (is_plain_word(call.agent)) request.headers.push_back("x-guardian-agent: " + call.agent);
    request.body = call.body;
    request.most_reply_bytes = settings_.most_reply_bytes;
    request.deadline = call.limits.deadline;
    request.stop = call.limits.stop;
    return call.on_text ? read_stream(call, request) : read_whole(call, request);
  }

  Decoding read_whole(const Call& call, const HttpRequest& request) {
    const HttpReply reply = transport_->post(request);
    if (auto failure = failure_of(reply.fault)) return {std::move(*failure), {}};
    return decode_reply(reply.status, reply.body, call.expectation);
  }

  Decoding read_stream(Call& call, HttpRequest& request) {
    StreamReply stream(call.expectation);
    bool failed = false;
    std::exception_ptr thrown;  // an exception must not pass through libcurl
    const OnText tell = [&call](std::string_view text) {
      call.told_text = true;
      if (*call.on_text) (*call.on_text)(text);
    };
    request.on_bytes = [&](std::string_view bytes) {
      try {
        failed = !stream.feed(bytes, tell);
      } catch (...) {
        thrown = std::current_exception();
      }
      return !failed && !thrown;
    };
    const HttpReply reply = transport_->post(request);
    if (thrown) std::rethrow_exception(thrown);
    if (failed) return stream.finish();
    if (auto failure = failure_of(reply.fault)) return {std::move(*failure), {}};
    if (reply.status != 200) return decode_reply(reply.status, reply.body, call.expectation);
    return stream.finish();
  }

  GeminiSettings settings_;
  std::unique_ptr<HttpTransport> transport_;
  ClientEffects effects_;
  BearerToken token_;
  ModelHealth health_;
};

GeminiClient::GeminiClient(GeminiSettings settings) {
  const CurlOptions options{settings.most_connections, settings.connect_timeout, settings.stall_timeout};
  impl_ = std::make_unique<Impl>(std::move(settings), std::make_unique<CurlTransport>(options), ClientEffects{});
}

GeminiClient::GeminiClient(GeminiSettings settings, std::unique_ptr<HttpTransport> transport, ClientEffects effects)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(transport), std::move(effects))) {}

GeminiClient::~GeminiClient() = default;

ModelAnswer GeminiClient::generate(const ModelRequest& request, const CallLimits& limits) {
  return impl_->call(request, limits, nullptr);
}

ModelAnswer GeminiClient::stream(const ModelRequest& request, const CallLimits& limits, const OnText& on_text) {
  return impl_->call(request, limits, &on_text);
}

}  // namespace guardian::adapters::gemini
