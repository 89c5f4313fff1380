#pragma once
// What stands between the words of a model and a review: guards, in one order. Each sees what those before it let pass,
// and lets it pass, takes parts of it away, or withholds all of it. A guard that throws withholds. None can be switched
// off; a site may add further ones. Every decision is an event.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/event.hpp"
#include "agents/proposal.hpp"

namespace guardian::agents {

struct AgentContext;

// The guards, in the order in which they stand. `added` is the place of a site's own.
enum class GuardStage : std::uint8_t {
  reply_schema,   // agents/model_loop: JSON within its bounds and of its schema; the model is told, and asked once more
  reply_reading,  // agents/proposal_codec: what it quotes stands in the note that was sent
  added,          // of the site, in their order
  rescreen,       // runtime/rescreen: in the note byte for byte, and known for sure
  reconcile       // runtime/reconcile: of a kind, a number and a severity that an agent may add
};
[[nodiscard]] std::string_view to_string(GuardStage stage) noexcept;

// A reply on its way to be a proposal.
struct GuardedReply {
  const AgentContext& context;
  std::string_view json;              // as the model gave it; has passed its schema
  Proposal& proposal;                 // what was made of it
  std::vector<std::string>& refused;  // what was taken away, and why; no words of the patient
};

// Why all of it is withheld, without words of the patient; nothing: it passes.
using GuardCheck = std::function<std::optional<std::string>(GuardedReply&)>;

struct Guard {
  std::string name;
  GuardCheck check;
};

// Why `check` withholds: what it says, or that it failed. Tells the decision; `taken_away` are the parts that it
// refused (null: it knows only all or nothing).
[[nodiscard]] std::optional<std::string> withheld_by(std::string_view guard, std::string_view step,
                                                     const std::function<std::optional<std::string>()>& check,
                                                     const EventSink& events,
                                                     const std::vector<std::string>* taken_away = nullptr);

// Asks one after the other until one withholds; says which one and why.
[[nodiscard]] std::optional<std::string> withheld_by(std::span<const Guard> guards, std::string_view step,
                                                     GuardedReply& reply, const EventSink& events);

}  // namespace guardian::agents
