// The order of function calls and their responses in a conversation: refuse_turns of request_rules.hpp.

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/request_rules.hpp"

namespace guardian::adapters::fake {
namespace {

using Refusal = std::optional<ApiError>;

ApiError bad(const std::string& message) { return {400, message, "INVALID_ARGUMENT"}; }

std::vector<const JsonValue*> parts_with(const JsonValue& content, std::string_view name) {
  std::vector<const JsonValue*> found;
  for (const JsonValue& part : entries(content, "parts")) {
    if (member(part, name) != nullptr) found.push_back(&part);
  }
  return found;
}

// Each response answers one call: by its id where calls have one, else by its name.
bool answers_all(const std::vector<const JsonValue*>& calls, const std::vector<const JsonValue*>& responses) {
  const auto keys = [](const std::vector<const JsonValue*>& parts, std::string_view name, bool ids) {
    std::vector<std::string> all;
    for (const JsonValue* part : parts) {
      const JsonValue& one = *member(*part, name);
      all.push_back(text_member(one, "name") + (ids ? "\n" + text_member(one, "id") : ""));
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  const bool ids = std::any_of(calls.begin(), calls.end(), [](const JsonValue* part) {
    return !text_member(*member(*part, "functionCall"), "id").empty();
  });
  return keys(calls, "functionCall", ids) == keys(responses, "functionResponse", ids);
}

Refusal refuse_order(const JsonList& contents) {
  std::vector<const JsonValue*> open;  // calls of the turn before
  bool spoke_before = false;           // the turn before is the model's
  for (std::size_t index = 0; index < contents.size(); ++index) {
    const auto calls = parts_with(contents[index], "functionCall");
    const auto responses = parts_with(contents[index], "functionResponse");
    if (!responses.empty() && open.empty()) {
      return bad("Please ensure that function response turn comes immediately after a function call turn.");
    }
    if (responses.size() != open.size()) {
      return bad(
          "Please ensure that the number of function response parts is equal to the number of function call parts of "
          "the "
          "function call turn.");
    }
    if (!answers_all(open, responses)) {
      return bad(
          "Please ensure that each function response has the name and the id of a function call of the turn before.");
    }
    if (!calls.empty() && (index == 0 || spoke_before)) {
      return bad(
          "Please ensure that function call turn comes immediately after a user turn or after a function response "
          "turn.");
    }
    open = calls;
    spoke_before = text_member(contents[index], "role") == "model";
  }
  if (open.empty()) return std::nullopt;
  return bad(
      "Please ensure that the number of function response parts is equal to the number of function call parts of the "
      "function call turn.");
}

// Where the user last said something: what follows is the current turn.
std::size_t last_user_text(const JsonList& contents) {
  for (std::size_t index = contents.size(); index > 0; --index) {
    const JsonValue& content = contents[index - 1];
    if (text_member(content, "role") != "model" && parts_with(content, "functionResponse").empty()) return index - 1;
  }
  return 0;
}

Refusal refuse_signatures(const Asked& asked, const Call& call, const JsonList& contents) {
  if (asked.model.generation < 3) return std::nullopt;
  for (std::size_t index = last_user_text(contents); index < contents.size(); ++index) {
    const auto calls = parts_with(contents[index], "functionCall");
    if (calls.empty()) continue;
    const std::string name = text_member(*member(*calls.front(), "functionCall"), "name");
    const std::string position = std::to_string(index + 1);
    const std::string signature = text_member(*calls.front(), "thoughtSignature");
    if (signature.empty() && call.vertex) {
      return bad("Unable to submit request because function call `" + name + "` in the " + position +
                 ". content block is missing a `thought_signature`.");
    }
    if (signature.empty()) {
      return bad(
          "Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
          "correctly, and missing thought_signature may lead to degraded model performance. Additional data, function "
          "call `default_api:" +
          name + "` , position " + position +
          ". Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.");
    }
    for (const JsonValue* part : calls) {
      const std::string given = text_member(*part, "thoughtSignature");
      if (!given.empty() && given != call_signature(asked.model, text_member(*member(*part, "functionCall"), "name"))) {
        return bad("Thought signature is not valid.");
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<ApiError> refuse_turns(const Asked& asked, const Call& call) {
  const JsonList& contents = entries(asked.body, "contents");
  if (auto refused = refuse_order(contents)) return refused;
  return refuse_signatures(asked, call, contents);
}

}  // namespace guardian::adapters::fake
