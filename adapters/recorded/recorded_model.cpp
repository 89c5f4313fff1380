#include "adapters/recorded/recorded_model.hpp"

#include <fstream>
#include <iterator>

#include "adapters/recorded/event_codec.hpp"

namespace guardian::adapters {

RecordedModel::RecordedModel(const std::vector<agents::Event>& events, std::shared_ptr<agents::ModelClient> live)
    : live_(std::move(live)) {
  for (const agents::Event& event : events) {
    if (event.kind != agents::EventKind::model_answered || !event.answer) continue;
    const bool failed = std::holds_alternative<agents::ModelFailure>(*event.answer);
    if (failed && live_) continue;
    // The first answer was the one that the review used; a later one is of another review of the same case.
    answers_.try_emplace(event.request, *event.answer);
  }
}

agents::ModelAnswer RecordedModel::generate(const agents::ModelRequest& request, const agents::CallLimits& limits) {
  const auto known = answers_.find(agents::request_digest(request));
  if (known != answers_.end()) return known->second;
  if (live_) return live_->generate(request, limits);
  return agents::ModelFailure{agents::ModelFailureKind::unavailable, "this question is not in the record", 0};
}

core::Result<std::vector<agents::Event>> read_events(const std::filesystem::path& file, bool may_be_missing) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (may_be_missing && !std::filesystem::exists(file)) return std::vector<agents::Event>{};
    return core::fail(core::ErrorCode::invalid_input, file.string() + ": cannot be read");
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::vector<agents::Event> events;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    ++number;
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;
    if (end > at) {
      auto event = decode_event(std::string_view(text).substr(at, end - at));
      if (!event) {
        return core::fail(core::ErrorCode::invalid_input,
                          file.string() + ": line " + std::to_string(number) + ": " + event.error().message);
      }
      events.push_back(std::move(*event));
    }
    at = end + 1;
  }
  return events;
}

}  // namespace guardian::adapters
