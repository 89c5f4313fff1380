#include "adapters/cli/model_session.hpp"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/gemini/client.hpp"
#include "adapters/recorded/event_codec.hpp"
#include "adapters/recorded/recorded_model.hpp"

namespace guardian::adapters::cli {

struct ModelSession::Impl {
  std::shared_ptr<agents::ModelClient> model;
  std::shared_ptr<const agents::MaskLexicon> lexicon;
  std::filesystem::path file;
  std::mutex writing;
  std::ofstream events;
};

ModelSession::ModelSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModelSession::ModelSession(ModelSession&&) noexcept = default;
ModelSession& ModelSession::operator=(ModelSession&&) noexcept = default;
ModelSession::~ModelSession() = default;

core::Result<ModelSession> ModelSession::open(const ModelOptions& options, const knowledge::KnowledgeBase& base) {
  auto impl = std::make_unique<Impl>();
  if (!options.replay.empty()) {
    const auto recorded = read_events(options.replay, false);
    if (!recorded) return core::fail(recorded.error());
    impl->model = std::make_shared<RecordedModel>(*recorded, nullptr);
  } else if (!options.offline) {
    const auto settings = gemini::settings_from_environment([](std::string_view name) -> std::optional<std::string> {
      const char* value = std::getenv(std::string(name).c_str());
      return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    });
    if (!settings) return core::fail(settings.error());
    if (gemini::has_credentials(*settings)) impl->model = std::make_shared<gemini::GeminiClient>(*settings);
  }
  if (!options.events.empty()) {
    const auto before = read_events(options.events, true);
    if (!before) return core::fail(before.error());
    // What was answered before is not asked again.
    if (impl->model && !before->empty()) impl->model = std::make_shared<RecordedModel>(*before, impl->model);
    impl->file = options.events;
    impl->events.open(options.events, std::ios::binary | std::ios::app);
    if (!impl->events) {
      return core::fail(core::ErrorCode::io_failure, options.events.string() + ": cannot be written");
    }
  }
  if (impl->model) impl->lexicon = std::make_shared<agents::MaskLexicon>(agents::MaskLexicon::build(base));
  return ModelSession(std::move(impl));
}

runtime::ModelUse ModelSession::model() const { return {impl_->model, impl_->lexicon}; }

agents::EventSink ModelSession::events() const {
  if (impl_->file.empty()) return {};
  return [impl = impl_.get()](const agents::Event& event) {
    const std::lock_guard lock(impl->writing);
    // Each is there before the next step begins, for whoever goes on after an interruption.
    impl->events << encode_event(event) << '\n' << std::flush;
  };
}

core::Result<void> ModelSession::written() const {
  if (!impl_->file.empty() && !impl_->events)
    return core::fail(core::ErrorCode::io_failure, impl_->file.string() + ": events could not be written");
  return {};
}

}  // namespace guardian::adapters::cli
