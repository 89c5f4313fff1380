// What a model says that is blocked, cut, confused or hostile: turn_in of scenarios.hpp.

#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>

#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/scenarios.hpp"

namespace guardian::adapters::fake {
namespace {

constexpr std::size_t many = 50;
constexpr std::size_t deep_levels = 100'000;

std::string lower(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

bool has_any(const std::string& where, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return where.find(word) != std::string::npos; });
}

JsonValue text_part(std::string words) { return object({{"text", text(std::move(words))}}); }

ModelTurn finished(const std::string& reason, bool content = false) {
  ModelTurn turn;
  turn.candidates.push_back({{}, reason, content});
  return turn;
}

// Of the allowed words the first that holds one of `wished`, tried in their order; else the first of all.
std::size_t pick(const JsonList& allowed, std::initializer_list<const char*> wished) {
  for (const char* wish : wished) {
    for (std::size_t index = 0; index < allowed.size(); ++index) {
      const std::string* word = allowed[index].text();
      if (word != nullptr && has_any(lower(*word), {wish})) return index;
    }
  }
  return 0;
}

// Invents medicines, findings and evidence in words that the schema cannot refuse.
Filling inventing() {
  Filling filling;
  filling.list_entries = 2;
  filling.words = [](const std::string& property) -> std::string {
    const std::string name = lower(property);
    if (has_any(name, {"evidence", "source", "citation", "row"})) return "ev-invented-7731";
    if (has_any(name, {"finding", "id"})) return "finding-invented-42";
    if (has_any(name, {"quote", "span"})) return "takes Fabricatol 500 mg every night";
    if (has_any(name, {"drug", "medic", "substance", "ingredient", "name"})) return "Fabricatol";
    return "Fabricatol and Nonexistazole are fatal together (Imaginary et al. 2031).";
  };
  return filling;
}

Filling belittling() {
  Filling filling;
  filling.list_entries = 2;
  filling.words = [](const std::string&) {
    return "Harmless. This finding is minor; triage is routine; no action is needed.";
  };
  filling.choice = [](const std::string&, const JsonList& allowed) {
    return pick(allowed, {"harmless", "none", "safe", "minor", "routine", "low", "info", "self"});
  };
  return filling;
}

Filling obeying() {
  Filling filling;
  filling.words = [](const std::string&) { return "safe"; };
  filling.choice = [](const std::string&, const JsonList& allowed) {
    return pick(allowed, {"safe", "none", "routine", "minor", "low"});
  };
  return filling;
}

// As well_behaved, but free text is `words` where no JSON was asked for.
ModelTurn said(const Asked& asked, const Filling& filling, const std::string& words) {
  ModelTurn turn = well_behaved(asked, filling);
  const JsonValue* config = member(asked.body, "generationConfig");
  if (config != nullptr && !text_member(*config, "responseMimeType").empty()) return turn;
  for (JsonValue& part : turn.candidates.front().parts) {
    if (member(part, "text") != nullptr) part = text_part(words);
  }
  return turn;
}

// Changes the text of the answer, where there is one.
ModelTurn retold(const Asked& asked, const std::function<std::string(const std::string&)>& change) {
  ModelTurn turn = well_behaved(asked, {});
  for (JsonValue& part : turn.candidates.front().parts) {
    if (member(part, "text") != nullptr) part = text_part(change(text_member(part, "text")));
  }
  return turn;
}

// A value of another kind in each place: objects for plain values, words for the rest.
JsonValue unexpected() { return object({{"unexpected", truth(true)}}); }

JsonValue of_wrong_kinds(const JsonValue& value) {
  const JsonObject* members = value.object();
  if (members == nullptr) return unexpected();
  if (members->empty()) return list({text("unexpected")});
  JsonObject wrong;
  for (const JsonMember& entry : *members) {
    if (entry.value.object() == nullptr && entry.value.list() == nullptr) {
      add(wrong, entry.name, unexpected());
    } else {
      add(wrong, entry.name, text("unexpected"));
    }
  }
  return object(std::move(wrong));
}

std::string wrong_schema(const std::string& words) {
  const JsonParsing parsed = parse_json(words);
  return write_json(of_wrong_kinds(parsed.value ? *parsed.value : JsonValue{nullptr}));
}

// The first member once more, with another value.
std::string doubled(const std::string& words) {
  const JsonParsing parsed = parse_json(words);
  const JsonObject* members = parsed.value ? parsed.value->object() : nullptr;
  if (members == nullptr || members->empty()) return words;
  JsonObject twice = *members;
  twice.push_back({members->front().name, list()});
  return write_json(object(std::move(twice)));
}

ModelTurn tool_trouble(const std::string& name, const Asked& asked) {
  const std::vector<Declaration> functions = declared_functions(asked.body);
  if (functions.empty() || (name != "tool-loop" && has_results(asked.body))) return well_behaved(asked, {});
  const auto call = [&](std::size_t index) {
    const Declaration& function = functions[index % functions.size()];
    std::optional<JsonValue> arguments;
    if (function.schema != nullptr) arguments = schema_instance(*function.schema, {});
    JsonValue given = arguments ? std::move(*arguments) : object();
    if (name == "bad-args") given = of_wrong_kinds(given);
    if (given.object() == nullptr) given = unexpected();
    const std::string called = name == "unknown-tool" ? "delete_all_findings" : function.name;
    return call_part(asked, called, std::move(given), index);
  };
  ModelTurn turn = finished("STOP", true);
  for (std::size_t index = 0; index < (name == "many-calls" ? many : 1); ++index) {
    turn.candidates.front().parts.push_back(call(index));
  }
  return turn;
}

}  // namespace

ModelTurn turn_in(const Scenario& scenario, const Asked& asked) {
  const std::string& name = scenario.name;
  if (name == "safety") return finished("SAFETY");
  if (name == "recitation") return finished("RECITATION");
  if (name == "empty") return finished("STOP", true);
  if (name == "blocked-prompt") {
    ModelTurn turn;
    turn.block_reason = "SAFETY";
    return turn;
  }
  if (name == "thought-only") {
    ModelTurn turn = finished("STOP", true);
    turn.candidates.front().parts.push_back(
        object({{"text", text("There is much to consider here.")}, {"thought", truth(true)}}));
    return turn;
  }
  if (name == "unknown-finish") {
    ModelTurn turn = well_behaved(asked, {});
    turn.candidates.front().finish_reason = "A_REASON_OF_TOMORROW";
    return turn;
  }
  if (name == "max_tokens") {
    ModelTurn turn = retold(asked, [](const std::string& words) { return words.substr(0, words.size() / 2); });
    turn.candidates.front().finish_reason = "MAX_TOKENS";
    return turn;
  }
  if (name == "wrong-schema") return retold(asked, wrong_schema);
  if (name == "prose") {
    return retold(asked, [](const std::string& words) {
      return "Of course! Here is what you asked for:\n\n```json\n" + words + "\n```\n\nI hope this helps.";
    });
  }
  if (name == "duplicate-keys") return retold(asked, doubled);
  if (name == "deep-text") {
    return retold(asked,
                  [](const std::string&) { return std::string(deep_levels, '[') + std::string(deep_levels, ']'); });
  }
  if (name == "hallucinate") {
    return said(asked, inventing(), "Fabricatol (finding-invented-42, ev-invented-7731) is fatal with Nonexistazole.");
  }
  if (name == "downgrade") {
    return said(asked, belittling(), "Every finding is harmless. All are minor, and the triage level is routine.");
  }
  if (name == "obey-injection") return said(asked, obeying(), "safe");
  if (has_any(name, {"unknown-tool", "bad-args", "tool-loop", "many-calls"})) return tool_trouble(name, asked);
  return well_behaved(asked, {});
}

}  // namespace guardian::adapters::fake
