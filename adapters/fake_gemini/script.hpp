#pragma once
// The rules of a script: which request gets which reply. The form is in docs/fake-gemini.md.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/fake_gemini/http_listener.hpp"
#include "adapters/fake_gemini/model_turn.hpp"
#include "adapters/fake_gemini/scenarios.hpp"
#include "core/result.hpp"

namespace guardian::adapters::fake {

// What rules are matched against.
struct Occasion {
  std::string agent;
  std::string model;
  std::size_t call = 1;  // which request of this agent to generate, from 1
  std::size_t turn = 1;  // which time the model speaks in this conversation, from 1
  std::string said;      // all text of the request
};
[[nodiscard]] Occasion occasion_of(const JsonValue& body, const std::string& agent, const std::string& model,
                                   std::size_t call);

struct Match {
  std::optional<std::string> agent;
  std::optional<std::string> model;
  std::optional<std::string> contains;
  std::optional<std::size_t> call;
  std::optional<std::size_t> turn;

  [[nodiscard]] bool meets(const Occasion& occasion) const;
};

// What a rule says about the reply, as written.
struct Rule {
  Match match;
  std::string scenario;            // empty: `reply`
  std::optional<JsonValue> reply;  // an object
};

class Script {
 public:
  // invalid_input names the element at fault.
  [[nodiscard]] static core::Result<Script> read(const std::filesystem::path& file);
  [[nodiscard]] static core::Result<Script> parse(std::string_view json);

  // The first rule that the occasion meets, or nothing.
  [[nodiscard]] const Rule* find(const Occasion& occasion) const;

 private:
  std::vector<Rule> rules_;
};

// The reply is one of bytes or of a bare status, not of a model.
[[nodiscard]] std::optional<WireReply> wire_reply(const JsonValue& reply);
// Status, headers and delay of the script, onto a reply that carries its turn.
void apply_wire_members(const JsonValue& reply, WireReply& to);
[[nodiscard]] ModelTurn scripted_turn(const JsonValue& reply, const Asked& asked);

}  // namespace guardian::adapters::fake
