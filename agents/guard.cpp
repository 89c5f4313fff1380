#include "agents/guard.hpp"

#include <exception>

namespace guardian::agents {
namespace {

void tell(const EventSink& events, std::string_view guard, std::string_view step, GuardDecision decision,
          std::string detail) {
  if (!events) return;
  Event event;
  event.kind = EventKind::guard_decided;
  event.step = step;
  event.name = guard;
  event.detail = std::move(detail);
  event.decision = decision;
  events(event);
}

}  // namespace

std::string_view to_string(GuardStage stage) noexcept {
  switch (stage) {
    case GuardStage::reply_schema: return "reply schema";
    case GuardStage::reply_reading: return "reply reading";
    case GuardStage::added: return "added";
    case GuardStage::rescreen: return "rescreen";
    case GuardStage::reconcile: return "reconcile";
  }
  return "added";
}

std::optional<std::string> withheld_by(std::string_view guard, std::string_view step,
                                       const std::function<std::optional<std::string>()>& check,
                                       const EventSink& events, const std::vector<std::string>* taken_away) {
  const std::size_t before = taken_away == nullptr ? 0 : taken_away->size();
  std::optional<std::string> why;
  try {
    why = check();
  } catch (const std::exception&) {
    // What it was may hold words of the patient.
    why = "it failed";
  }
  if (why) {
    tell(events, guard, step, GuardDecision::withheld, *why);
    return why;
  }
  const std::size_t after = taken_away == nullptr ? 0 : taken_away->size();
  for (std::size_t i = before; i < after; ++i) tell(events, guard, step, GuardDecision::reduced, (*taken_away)[i]);
  if (after <= before) tell(events, guard, step, GuardDecision::passed, {});
  return std::nullopt;
}

std::optional<std::string> withheld_by(std::span<const Guard> guards, std::string_view step, GuardedReply& reply,
                                       const EventSink& events) {
  for (const Guard& guard : guards) {
    const auto why = withheld_by(
        guard.name, step, [&] { return guard.check(reply); }, events, &reply.refused);
    if (why) return guard.name + ": " + *why;
  }
  return std::nullopt;
}

}  // namespace guardian::agents
