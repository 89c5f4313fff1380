#include "adapters/fake_gemini/fake_gemini.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/model_turn.hpp"
#include "adapters/fake_gemini/models.hpp"
#include "adapters/fake_gemini/request_fields.hpp"
#include "adapters/fake_gemini/request_rules.hpp"
#include "adapters/fake_gemini/routes.hpp"
#include "adapters/fake_gemini/scenarios.hpp"
#include "adapters/fake_gemini/script.hpp"

namespace guardian::adapters {
namespace {

using namespace fake;

constexpr std::size_t most_recorded_bytes = std::size_t{256} * 1024 * 1024;

std::size_t size_of(const RecordedRequest& request) {
  constexpr std::size_t least = 1024;  // of headers and bookkeeping
  return request.body.size() + request.path.size() + least;
}

std::string agent_of(const WireRequest& request, const JsonValue* body) {
  if (const std::string* name = request.header("x-guardian-agent")) return *name;
  constexpr std::string_view marker = "# Agent: ";
  const JsonList& parts = entries(member(body, "systemInstruction"), "parts");
  const std::string words = parts.empty() ? std::string() : text_member(parts.front(), "text");
  if (words.rfind(marker, 0) != 0) return {};
  return words.substr(marker.size(), words.find_first_of("\r\n") - marker.size());
}

// The body with its names and words as one expects them, or what is wrong with it. An empty object when there is none.
CheckedBody body_of(const WireRequest& request, const std::string& message) {
  if (request.method != "POST") return object();
  // A form, which some clients send unless told otherwise, is bound to query parameters, and there are none of its
  // names.
  if (const std::string* type = request.header("Content-Type");
      type != nullptr && type->rfind("application/json", 0) != 0) {
    return bad_field("", "Invalid JSON payload received. Unknown name: Cannot bind query parameter.");
  }
  const JsonParsing parsing = parse_json(request.body);
  if (!parsing.value) return bad_field("", "Invalid JSON payload received. " + parsing.problem.message);
  return read_fields(*parsing.value, message);
}

ApiError no_model(const Call& call) {
  return {404,
          "models/" + call.model + " is not found for API version " + call.version + ", or is not supported for " +
              call.method + ". Call ListModels to see the list of available models and their supported methods.",
          "NOT_FOUND"};
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

WireReply counted(const JsonValue& body) {
  const JsonValue* request = member(body, "generateContentRequest");
  if (request != nullptr && member(body, "contents") != nullptr) {
    return error_reply(bad_field("", "generate_content_request and contents must not both be set."));
  }
  const JsonValue& prompt = request == nullptr ? body : *request;
  if (entries(prompt, "contents").empty()) {
    return error_reply(bad_field("", "* CountTokensRequest.contents: contents is not specified"));
  }
  const std::int64_t tokens = prompt_tokens(prompt);
  return json_reply(
      object({{"totalTokens", count(tokens)},
              {"promptTokensDetails", list({object({{"modality", text("TEXT")}, {"tokenCount", count(tokens)}})})}}));
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
  reply.chunks.emplace_back("]");
  return reply;
}

}  // namespace

struct FakeGemini::Impl {
  FakeGeminiOptions options;
  Script script;
  mutable std::mutex mutex;  // for what stands down to `scenario`
  std::deque<RecordedRequest> recorded;
  std::size_t recorded_bytes = 0;
  std::map<std::string, std::size_t> calls;     // by agent: requests to generate
  std::map<std::string, std::size_t> failures;  // by scenario and agent: what flaky:<n> has failed
  std::string scenario;
  std::atomic<std::uint64_t> answered{0};
  std::unique_ptr<HttpListener> listener;  // last: its threads use what stands above

  void record(const WireRequest& request, const std::string& agent) {
    const std::lock_guard lock(mutex);
    recorded.push_back({request.method, request.target, request.body, request.headers, agent});
    recorded_bytes += size_of(recorded.back());
    while (recorded_bytes > most_recorded_bytes) {
      recorded_bytes -= size_of(recorded.front());
      recorded.pop_front();
    }
  }

  // A header decides, else a rule, else what holds for all.
  std::string scenario_for(const WireRequest& request, const Rule* rule) const {
    if (const std::string* named = request.header("x-fake-scenario")) return *named;
    if (rule != nullptr) return rule->scenario;
    const std::lock_guard lock(mutex);
    return scenario;
  }

  // flaky:<n> fails the first n requests of each agent.
  bool fails_now(const std::string& word, const Scenario& named, const std::string& agent) {
    if (named.name != "flaky") return true;
    const std::lock_guard lock(mutex);
    std::size_t& failed = failures[word + '\n' + agent];
    if (static_cast<double>(failed) >= named.amount) return false;
    ++failed;
    return true;
  }

  // Which request of this agent to generate it is, from 1.
  std::size_t counted_call(const std::string& agent) {
    const std::lock_guard lock(mutex);
    return ++calls[agent];
  }

  WireReply answer(const WireRequest& request) {
    const std::optional<Call> call = route(request);
    const bool generates = call && (call->method == "generateContent" || call->method == "streamGenerateContent");
    const CheckedBody checked = body_of(request, generates ? "GenerateContentRequest" : "CountTokensRequest");
    const JsonValue* body = std::get_if<JsonValue>(&checked);
    const std::string agent = agent_of(request, body);
    record(request, agent);
    if (!call) return {404, "text/html; charset=UTF-8", {}, "<!DOCTYPE html><title>Error 404 (Not Found)</title>"};
    if (const auto refused = refuse_caller(request, *call)) return error_reply(*refused);

    const Rule* rule = nullptr;
    if (generates) {
      const std::size_t number = counted_call(agent);
      if (body != nullptr) rule = script.find(occasion_of(*body, agent, call->model, number));
    }
    const std::string word = scenario_for(request, rule);
    const std::optional<Scenario> named = parse_scenario(word);
    if (!named) return error_reply(bad_field("x-fake-scenario", "There is no such scenario."));
    if (auto fault = wire_fault(*named); fault && fails_now(word, *named, agent)) return *fault;

    if (call->method == "list") return json_reply(model_page(request));
    const Model* model = find_model(call->model);
    if (model == nullptr) return error_reply(no_model(*call));
    if (call->method == "get") return json_reply(describe(*model));
    if (body == nullptr) return error_reply(std::get<ApiError>(checked));
    if (!generates) return counted(*body);
    return generated(request, *call, {*body, *model}, *named, word.empty() ? rule : nullptr);
  }

  WireReply generated(const WireRequest& request, const Call& call, const Asked& asked, const Scenario& named,
                      const Rule* rule) {
    if (const auto refused = refuse_request(asked, call)) return error_reply(*refused);
    if (rule != nullptr && rule->reply) {
      if (auto reply = wire_reply(*rule->reply)) return *reply;
      WireReply reply = carry(request, call, asked, scripted_turn(*rule->reply, asked));
      apply_wire_members(*rule->reply, reply);
      return reply;
    }
    WireReply reply = carry(request, call, asked, turn_in(named, asked));
    spoil(named, reply);
    return reply;
  }

  WireReply carry(const WireRequest& request, const Call& call, const Asked& asked, ModelTurn turn) {
    apply_settings(asked, turn);
    const std::string id = "fake-" + std::to_string(++answered);
    if (call.method == "generateContent") return json_reply(response_of(asked, turn, id));
    return streamed_reply(request, streamed_of(asked, turn, id));
  }
};

FakeGemini::FakeGemini(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FakeGemini::~FakeGemini() { stop(); }

core::Result<std::unique_ptr<FakeGemini>> FakeGemini::start(FakeGeminiOptions options) {
  auto impl = std::make_unique<Impl>();
  if (!parse_scenario(options.default_scenario)) {
    std::string known;
    for (const std::string& name : scenario_names()) known += (known.empty() ? "" : ", ") + name;
    return core::fail(core::ErrorCode::invalid_input,
                      "there is no scenario `" + options.default_scenario + "`; there are: " + known);
  }
  if (!options.script.empty()) {
    auto script = Script::read(options.script);
    if (!script) return core::fail(script.error());
    impl->script = std::move(*script);
  }
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
  impl_->failures.clear();
}

void FakeGemini::wait() { impl_->listener->wait(); }
void FakeGemini::stop() { impl_->listener->stop(); }

}  // namespace guardian::adapters
