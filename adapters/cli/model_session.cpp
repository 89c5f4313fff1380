#include "adapters/cli/model_session.hpp"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/gemini/client.hpp"
#include "adapters/otlp/review_trace.hpp"
#include "adapters/recorded/event_codec.hpp"
#include "adapters/recorded/recorded_model.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::adapters::cli {
namespace {

// Lines that are added to a file, each whole when the next begins. For several threads.
class LineFile {
 public:
  [[nodiscard]] core::Result<void> open(const std::filesystem::path& file) {
    file_ = file;
    stream_.open(file, std::ios::binary | std::ios::app);
    if (!stream_) return core::fail(core::ErrorCode::io_failure, file.string() + ": cannot be written");
    return {};
  }

  [[nodiscard]] bool is_open() const { return !file_.empty(); }

  void add(const std::string& line) {
    const std::lock_guard lock(writing_);
    stream_ << line << '\n' << std::flush;
  }

  [[nodiscard]] core::Result<void> written(const char* what) const {
    if (!is_open() || stream_) return {};
    return core::fail(core::ErrorCode::io_failure, file_.string() + ": " + what + " could not be written");
  }

 private:
  std::filesystem::path file_;
  std::mutex writing_;
  std::ofstream stream_;
};

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// A value that is misspelt must not send a note that somebody meant to keep.
core::Result<bool> keeps_free_text() {
  constexpr const char* name = "GUARDIAN_NO_FREE_TEXT";
  const std::string value = environment(name).value_or("");
  if (value.empty() || value == "false" || value == "0") return false;
  if (value == "true" || value == "1") return true;
  return core::fail(core::ErrorCode::invalid_input, std::string(name) + ": is neither true nor false");
}

otlp::TraceSettings trace_settings(const gemini::GeminiSettings* model) {
  otlp::TraceSettings settings;
  settings.service_version = runtime::engine_version();
  if (model == nullptr) return settings;
  settings.provider = model->service == gemini::Service::vertex ? "gcp.vertex_ai" : "gcp.gemini";
  if (!model->models.empty()) settings.model = model->models.front();
  return settings;
}

}  // namespace

struct ModelSession::Impl {
  std::shared_ptr<agents::ModelClient> model;
  std::shared_ptr<const agents::MaskLexicon> lexicon;
  bool free_text = true;
  LineFile events;
  LineFile traces;
  otlp::TraceSettings tracing = trace_settings(nullptr);
};

struct WatchedReview::Impl {
  std::optional<otlp::ReviewTrace> trace;
  LineFile* traces = nullptr;
  agents::EventSink sink;
};

WatchedReview::WatchedReview(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WatchedReview::WatchedReview(WatchedReview&&) noexcept = default;

WatchedReview::~WatchedReview() {
  if (impl_) end(false);
}

const agents::EventSink& WatchedReview::events() const { return impl_->sink; }

void WatchedReview::end(bool done) {
  if (!impl_->trace) return;
  impl_->traces->add(impl_->trace->finish(done));
  impl_->trace.reset();
}

ModelSession::ModelSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModelSession::ModelSession(ModelSession&&) noexcept = default;
ModelSession& ModelSession::operator=(ModelSession&&) noexcept = default;
ModelSession::~ModelSession() = default;

core::Result<ModelSession> ModelSession::open(const ModelOptions& options, const knowledge::KnowledgeBase& base) {
  auto impl = std::make_unique<Impl>();
  const auto keeps = keeps_free_text();
  if (!keeps) return core::fail(keeps.error());
  impl->free_text = options.free_text && !*keeps;
  if (!options.replay.empty()) {
    const auto recorded = read_events(options.replay, false);
    if (!recorded) return core::fail(recorded.error());
    impl->model = std::make_shared<RecordedModel>(*recorded, nullptr);
  } else if (!options.offline) {
    const auto settings = gemini::settings_from_environment(&environment);
    if (!settings) return core::fail(settings.error());
    if (gemini::has_credentials(*settings)) {
      impl->model = std::make_shared<gemini::GeminiClient>(*settings);
      impl->tracing = trace_settings(&*settings);
    }
  }
  if (!options.events.empty()) {
    const auto before = read_events(options.events, true);
    if (!before) return core::fail(before.error());
    // What was answered before is not asked again.
    if (impl->model && !before->empty()) impl->model = std::make_shared<RecordedModel>(*before, impl->model);
    if (auto opened = impl->events.open(options.events); !opened) return core::fail(opened.error());
  }
  if (!options.trace.empty()) {
    if (auto opened = impl->traces.open(options.trace); !opened) return core::fail(opened.error());
  }
  if (impl->model) impl->lexicon = std::make_shared<agents::MaskLexicon>(agents::MaskLexicon::build(base));
  return ModelSession(std::move(impl));
}

runtime::ModelUse ModelSession::model() const { return {impl_->model, impl_->lexicon, impl_->free_text}; }

agents::EventSink ModelSession::events() const {
  if (!impl_->events.is_open()) return {};
  // Each is there before the next step begins, for whoever goes on after an interruption.
  return [file = &impl_->events](const agents::Event& event) { file->add(encode_event(event)); };
}

WatchedReview ModelSession::watch(agents::EventSink also) const {
  auto impl = std::make_unique<WatchedReview::Impl>();
  std::vector<agents::EventSink> listeners;
  if (agents::EventSink record = events()) listeners.push_back(std::move(record));
  if (impl_->traces.is_open()) {
    impl->traces = &impl_->traces;
    impl->trace.emplace(impl_->tracing, otlp::real_effects());
    listeners.emplace_back([watched = impl.get()](const agents::Event& event) {
      if (watched->trace) watched->trace->tell(event);
    });
  }
  if (also) listeners.push_back(std::move(also));
  if (!listeners.empty()) {
    impl->sink = [listeners = std::move(listeners)](const agents::Event& event) {
      for (const agents::EventSink& listener : listeners) listener(event);
    };
  }
  return WatchedReview(std::move(impl));
}

core::Result<void> ModelSession::written() const {
  if (auto written = impl_->events.written("events"); !written) return written;
  return impl_->traces.written("a trace");
}

}  // namespace guardian::adapters::cli
