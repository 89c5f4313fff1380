#include "adapters/fake_gemini/model_turn.hpp"

#include <algorithm>
#include <utility>

#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {
namespace {

const JsonValue* setting(const JsonValue& body, std::string_view name) {
  return member(member(body, "generationConfig"), name);
}

int whole_setting(const JsonValue& body, std::string_view name, int otherwise) {
  const JsonValue* found = setting(body, name);
  const double* amount = found == nullptr ? nullptr : found->number();
  return amount == nullptr ? otherwise : static_cast<int>(*amount);
}

std::string calling_mode(const JsonValue& body) {
  const JsonValue* config = member(member(body, "toolConfig"), "functionCallingConfig");
  return config == nullptr ? std::string() : text_member(*config, "mode");
}

// The functions that the model may call now.
std::vector<Declaration> allowed_functions(const JsonValue& body) {
  std::vector<Declaration> all = declared_functions(body);
  const JsonList& names = entries(member(member(body, "toolConfig"), "functionCallingConfig"), "allowedFunctionNames");
  if (names.empty()) return all;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const Declaration& one) {
                             return std::none_of(names.begin(), names.end(), [&](const JsonValue& name) {
                               return name.text() != nullptr && *name.text() == one.name;
                             });
                           }),
            all.end());
  return all;
}

std::string plain_answer(const JsonValue& body) {
  if (has_results(body)) return "Having looked at the results, there is nothing to add to them.";
  return "This is a scripted answer of a model that was asked for text.";
}

ModelTurn one_part(JsonValue part) {
  Candidate candidate;
  candidate.parts.push_back(std::move(part));
  ModelTurn turn;
  turn.candidates.push_back(std::move(candidate));
  return turn;
}

JsonValue text_part(std::string words) { return object({{"text", text(std::move(words))}}); }

std::int64_t bytes_of(const JsonValue& value) { return static_cast<std::int64_t>(write_json(value).size()); }

// Cuts the parts to a number of tokens; true when anything went.
bool cut(JsonList& parts, std::int64_t tokens) {
  std::int64_t left = tokens;
  for (std::size_t index = 0; index < parts.size(); ++index) {
    const std::int64_t needs = tokens_of(parts[index]);
    if (needs <= left) {
      left -= needs;
      continue;
    }
    // What is left of a thought that was cut is not shown.
    const std::string words = true_member(parts[index], "thought") ? "" : text_member(parts[index], "text");
    parts.resize(index);
    if (!words.empty() && left > 0) parts.push_back(text_part(words.substr(0, static_cast<std::size_t>(left) * 4)));
    return true;
  }
  return false;
}

}  // namespace

std::vector<Declaration> declared_functions(const JsonValue& body) {
  std::vector<Declaration> all;
  for (const JsonValue& tool : entries(body, "tools")) {
    for (const JsonValue& one : entries(tool, "functionDeclarations")) {
      const JsonValue* schema = member(one, "parametersJsonSchema");
      all.push_back({text_member(one, "name"), schema == nullptr ? member(one, "parameters") : schema});
    }
  }
  return all;
}

bool has_results(const JsonValue& body) {
  const JsonList& contents = entries(body, "contents");
  return !contents.empty() &&
         std::any_of(entries(contents.back(), "parts").begin(), entries(contents.back(), "parts").end(),
                     [](const JsonValue& part) { return member(part, "functionResponse") != nullptr; });
}

const JsonValue* reply_schema(const JsonValue& body) {
  const JsonValue* schema = setting(body, "responseJsonSchema");
  return schema == nullptr ? setting(body, "responseSchema") : schema;
}

std::string call_signature(const Model& model, const std::string& function) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : model.name + ' ' + function) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  // Sixteen hexadecimal digits are base64 too.
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15U];
  return digits;
}

JsonValue call_part(const Asked& asked, const std::string& name, JsonValue arguments, std::size_t index) {
  JsonObject call;
  const std::size_t turn = entries(asked.body, "contents").size();
  if (asked.model.generation >= 3) {
    add(call, "id", text("call-" + std::to_string(turn) + "-" + std::to_string(index + 1)));
  }
  add(call, "name", text(name));
  add(call, "args", std::move(arguments));
  JsonObject part{{"functionCall", object(std::move(call))}};
  if (asked.model.generation >= 3 && index == 0) add(part, "thoughtSignature", text(call_signature(asked.model, name)));
  return object(std::move(part));
}

ModelTurn well_behaved(const Asked& asked, const Filling& filling) {
  const std::string mode = calling_mode(asked.body);
  const std::vector<Declaration> allowed = allowed_functions(asked.body);
  const bool must_call = mode == "ANY";
  if (!allowed.empty() && mode != "NONE" && (must_call || !has_results(asked.body))) {
    const Declaration& function = allowed.front();
    std::optional<JsonValue> arguments;
    if (function.schema != nullptr) arguments = schema_instance(*function.schema, filling);
    return one_part(call_part(asked, function.name, arguments ? std::move(*arguments) : object(), 0));
  }
  const JsonValue* schema = reply_schema(asked.body);
  const JsonValue* type = setting(asked.body, "responseMimeType");
  const std::string mime = type == nullptr || type->text() == nullptr ? "text/plain" : *type->text();
  std::string words = plain_answer(asked.body);
  if (mime == "application/json" || mime == "text/x.enum") {
    std::optional<JsonValue> value;
    if (schema == nullptr) {
      value = object({{"answer", text(words)}});
    } else {
      value = schema_instance(*schema, filling);
    }
    if (!value) {
      ModelTurn nothing;
      nothing.candidates.push_back({{}, "MALFORMED_RESPONSE"});
      return nothing;
    }
    words = mime == "text/x.enum" && value->text() != nullptr ? *value->text() : write_json(*value);
  }
  return one_part(text_part(std::move(words)));
}

void apply_settings(const Asked& asked, ModelTurn& turn) {
  const JsonValue* thinking = setting(asked.body, "thinkingConfig");
  const bool thoughts = asked.model.thinking && thinking != nullptr && true_member(*thinking, "includeThoughts");
  for (Candidate& candidate : turn.candidates) {
    for (JsonValue& part : candidate.parts) {
      if (true_member(part, "thought") || member(part, "text") == nullptr) continue;
      const std::string words = text_member(part, "text");
      std::size_t end = words.size();
      for (const JsonValue& stop : entries(member(asked.body, "generationConfig"), "stopSequences")) {
        if (stop.text() != nullptr && !stop.text()->empty()) end = std::min(end, words.find(*stop.text()));
      }
      if (end < words.size()) part = text_part(words.substr(0, end));
    }
    if (thoughts) {
      candidate.parts.insert(
          candidate.parts.begin(),
          object({{"text", text("Considering what was asked and what is known.")}, {"thought", truth(true)}}));
    }
    // Recommended to be sent back, not enforced; clients must keep it.
    if (asked.model.generation >= 3 && !candidate.parts.empty() && member(candidate.parts.back(), "text") != nullptr) {
      JsonObject last = *candidate.parts.back().object();
      if (find_member(last, "thought") == nullptr) {
        add(last, "thoughtSignature", text(call_signature(asked.model, "")));
        candidate.parts.back() = object(std::move(last));
      }
    }
    const int most = whole_setting(asked.body, "maxOutputTokens", asked.model.output_tokens);
    if (cut(candidate.parts, most)) candidate.finish_reason = "MAX_TOKENS";
  }
  const int wished = whole_setting(asked.body, "candidateCount", 1);
  while (turn.candidates.size() == 1 && turn.candidates.size() < static_cast<std::size_t>(wished)) {
    turn.candidates.resize(static_cast<std::size_t>(wished), turn.candidates.front());
  }
}

std::int64_t tokens_of(const JsonValue& content) {
  const std::int64_t bytes = bytes_of(content);
  return std::max<std::int64_t>(1, bytes / 4);
}

std::int64_t prompt_tokens(const JsonValue& body) {
  std::int64_t sum = 0;
  for (const char* name : {"contents", "systemInstruction", "tools"}) {
    if (const JsonValue* found = member(body, name)) sum += tokens_of(*found);
  }
  return sum;
}

}  // namespace guardian::adapters::fake
