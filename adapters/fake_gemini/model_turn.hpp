#pragma once
// What a model says to a request of generateContent, and the response that carries it.

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/fake_gemini/models.hpp"
#include "adapters/fake_gemini/schema_instance.hpp"
#include "adapters/json/json_value.hpp"

namespace guardian::adapters::fake {

struct Candidate {
  JsonList parts = {};
  std::string finish_reason = "STOP";
  bool content = true;  // false: the response has no content at all
};

struct ModelTurn {
  std::vector<Candidate> candidates = {};
  std::string block_reason = {};  // of the prompt; then there are no candidates
};

// A checked request: names in lowerCamel, lists as lists.
struct Asked {
  const JsonValue& body;
  const Model& model;
};

struct Declaration {
  std::string name;
  const JsonValue* schema = nullptr;  // of the arguments; may be missing
};

[[nodiscard]] std::vector<Declaration> declared_functions(const JsonValue& body);
// True when the model has been given results since the user last spoke.
[[nodiscard]] bool has_results(const JsonValue& body);
// The schema of the reply, or nothing.
[[nodiscard]] const JsonValue* reply_schema(const JsonValue& body);

// What a model of generation 3 and later signs a call with: it holds for this model and function alone.
[[nodiscard]] std::string call_signature(const Model& model, const std::string& function);

// A part with a function call. The first one of a turn is signed by models that sign.
[[nodiscard]] JsonValue call_part(const Asked& asked, const std::string& name, JsonValue arguments, std::size_t index);

// A model that does what it is asked to: `filling` decides what the request leaves open.
[[nodiscard]] ModelTurn well_behaved(const Asked& asked, const Filling& filling);

// Thoughts, signatures, stop sequences, the limit of output tokens and the number of candidates as asked for.
void apply_settings(const Asked& asked, ModelTurn& turn);

// About four bytes a token, at least one for anything.
[[nodiscard]] std::int64_t tokens_of(const JsonValue& content);
[[nodiscard]] std::int64_t prompt_tokens(const JsonValue& body);

[[nodiscard]] JsonValue response_of(const Asked& asked, const ModelTurn& turn, const std::string& response_id);
// The same in pieces, as streaming sends it: each says what is new, the last how it ended; usage is a running total.
[[nodiscard]] JsonList streamed_of(const Asked& asked, const ModelTurn& turn, const std::string& response_id);

}  // namespace guardian::adapters::fake
