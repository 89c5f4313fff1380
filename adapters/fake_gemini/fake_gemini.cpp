#include "adapters/fake_gemini/fake_gemini.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/model_turn.hpp"
#include "adapters/fake_gemini/models.hpp"
#include "adapters/fake_gemini/routes.hpp"

namespace guardian::adapters {
namespace {

using namespace fake;

constexpr std::size_t most_recorded_bytes = std::size_t{256} * 1024 * 1024;

std::string agent_of(const WireRequest& request, const JsonValue& body) {
  if (const std::string* name = request.header("x-guardian-agent")) return *name;
  constexpr std::string_view marker = "# Agent: ";
  const JsonList& parts = entries(member(body, "systemInstruction"), "parts");
  const std::string words = parts.empty() ? std::string() : text_member(parts.front(), "text");
  if (words.rfind(marker, 0) != 0) return {};
  return words.substr(marker.size(), words.find_first_of("\r\n") - marker.size());
}

JsonValue model_page(const WireRequest& request) {
  std::size_t from = 0;
  std::size_t size = 50;
  const auto read = [&](const char* name, std::size_t& into) {
    const std::string* words = request.parameter(name);
    if (words != nullptr) into = static_cast<std::size_t>(std::strtoul(words->c_str(), nullptr, 10));
  };
  read("pageToken", from);
  read("pageSize", size);
  if (size == 0) size = 50;
  JsonList page;
  std::size_t at = from;
  for (; at < models().size() && page.size() < size; ++at) page.push_back(describe(models()[at]));
  JsonObject answer;
  if (!page.empty()) add(answer, "models", list(std::move(page)));
  if (at < models().size()) add(answer, "nextPageToken", text(std::to_string(at)));
  return object(std::move(answer));
}

WireReply json_reply(const JsonValue& value) {
  WireReply reply;
  reply.body = write_json(value);
  return reply;
}

WireReply streamed_reply(const WireRequest& request, const JsonList& pieces) {
  WireReply reply;
  reply.delivery = Delivery::chunked;
  const std::string* alt = request.parameter("alt");
  if (alt != nullptr && *alt == "sse") {
    reply.content_type = "text/event-stream";
    for (const JsonValue& piece : pieces) reply.chunks.push_back("data: " + write_json(piece) + "\r\n\r\n");
    return reply;
  }
  for (const JsonValue& piece : pieces) {
    reply.chunks.push_back((reply.chunks.empty() ? "[" : ",\r\n") + write_json(piece));
  }
  reply.chunks.push_back("]");
  return reply;
}

}  // namespace

struct FakeGemini::Impl {
  FakeGeminiOptions options;
  mutable std::mutex mutex;
  std::deque<RecordedRequest> recorded;
  std::size_t recorded_bytes = 0;
  std::string scenario;
  std::atomic<std::uint64_t> answered{0};
  std::unique_ptr<HttpListener> listener;  // last: its threads use what stands above

  void record(const WireRequest& request, const std::string& agent) {
    const std::lock_guard lock(mutex);
    recorded.push_back({request.method, request.target, request.body, request.headers, agent});
    recorded_bytes += request.body.size();
    while (recorded_bytes > most_recorded_bytes) {
      recorded_bytes -= recorded.front().body.size();
      recorded.pop_front();
    }
  }

  WireReply answer(const WireRequest& request) {
    JsonParsing parsing = request.method == "POST" ? parse_json(request.body) : JsonParsing{};
    record(request, parsing.value ? agent_of(request, *parsing.value) : std::string());
    const std::optional<Call> call = route(request);
    if (!call) return {404, "text/html; charset=UTF-8", {}, "<!DOCTYPE html><title>Error 404 (Not Found)</title>"};
    if (const auto refused = refuse_caller(request, *call)) return error_reply(*refused);
    if (call->method == "list") return json_reply(model_page(request));
    const Model* model = find_model(call->model);
    if (model == nullptr) {
      return error_reply({404,
                          "models/" + call->model +
                              " is not found for API version v1beta, or is not supported for " + call->method +
                              ". Call ListModels to see the list of available models and their supported methods.",
                          "NOT_FOUND"});
    }
    if (call->method == "get") return json_reply(describe(*model));
    if (!parsing.value || parsing.value->object() == nullptr) {
      return error_reply(bad_field("", "Invalid JSON payload received. " + parsing.problem.message));
    }
    const Asked asked{*parsing.value, *model};
    if (call->method == "countTokens") {
      return json_reply(object({{"totalTokens", count(prompt_tokens(asked.body))}}));
    }
    ModelTurn turn = well_behaved(asked, {});
    apply_settings(asked, turn);
    const JsonValue response = response_of(asked, turn, "fake-" + std::to_string(++answered));
    return call->method == "generateContent" ? json_reply(response) : streamed_reply(request, streamed(response));
  }
};

FakeGemini::FakeGemini(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FakeGemini::~FakeGemini() { stop(); }

core::Result<std::unique_ptr<FakeGemini>> FakeGemini::start(FakeGeminiOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->scenario = options.default_scenario;
  impl->options = std::move(options);
  Impl& state = *impl;
  auto listener = HttpListener::start(state.options.host, state.options.port,
                                      [&state](const WireRequest& request) { return state.answer(request); });
  if (!listener) return core::fail(listener.error());
  impl->listener = std::move(*listener);
  return std::unique_ptr<FakeGemini>(new FakeGemini(std::move(impl)));
}

int FakeGemini::port() const { return impl_->listener->port(); }

std::string FakeGemini::url() const { return "http://" + impl_->options.host + ":" + std::to_string(port()); }

std::vector<RecordedRequest> FakeGemini::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return {impl_->recorded.begin(), impl_->recorded.end()};
}

void FakeGemini::set_scenario(std::string scenario) {
  const std::lock_guard lock(impl_->mutex);
  impl_->scenario = std::move(scenario);
}

void FakeGemini::wait() { impl_->listener->wait(); }
void FakeGemini::stop() { impl_->listener->stop(); }

}  // namespace guardian::adapters
