#pragma once
// Scenarios: named ways in which the service, the network or the model goes wrong (docs/fake-gemini.md lists them).

#include <optional>
#include <string>
#include <vector>

#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/fake_gemini/model_turn.hpp"

namespace guardian::adapters::fake {

struct Scenario {
  std::string name;   // empty: none
  double amount = 0;  // behind the colon: seconds or a number of times
};

// Nothing when there is no such scenario. "" and "none" are none.
[[nodiscard]] std::optional<Scenario> parse_scenario(const std::string& word);
[[nodiscard]] const std::vector<std::string>& scenario_names();

// A failure that shows before the request is looked at: statuses, redirects, silence.
[[nodiscard]] std::optional<WireReply> wire_fault(const Scenario& scenario);

// What the model says in this scenario; well-behaved when the scenario is about something else.
[[nodiscard]] ModelTurn turn_in(const Scenario& scenario, const Asked& asked);

// Spoils the reply that carries a turn, where the scenario is about the bytes.
void spoil(const Scenario& scenario, WireReply& reply);

}  // namespace guardian::adapters::fake
