#include "adapters/fake_gemini/script.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

#include "adapters/fake_gemini/api_error.hpp"
#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {
namespace {

using core::ErrorCode;

// Reads rules and remembers the first thing that is wrong.
class RuleReader {
 public:
  [[nodiscard]] const std::string& problem() const { return problem_; }

  std::vector<Rule> rules(const JsonValue& root) {
    std::vector<Rule> all;
    if (!known(root, "", {"rules"})) return all;
    const JsonValue* found = member(root, "rules");
    if (found == nullptr || found->list() == nullptr) {
      wrong("/rules", "must be a list");
      return all;
    }
    for (std::size_t index = 0; index < found->list()->size(); ++index) {
      all.push_back(rule((*found->list())[index], entry_pointer("/rules", index)));
    }
    return all;
  }

 private:
  void wrong(const std::string& path, const std::string& message) {
    if (problem_.empty()) problem_ = (path.empty() ? "the script" : path) + " " + message;
  }

  // An object with none but these members.
  bool known(const JsonValue& value, const std::string& path, std::initializer_list<const char*> names) {
    if (value.object() == nullptr) {
      wrong(path, "must be an object");
      return false;
    }
    for (const JsonMember& entry : *value.object()) {
      if (std::none_of(names.begin(), names.end(), [&](const char* name) { return entry.name == name; })) {
        wrong(member_pointer(path, entry.name), "is not known here");
      }
    }
    return true;
  }

  std::optional<std::string> words(const JsonValue& value, const std::string& path, const char* name) {
    const JsonValue* found = member(value, name);
    if (found == nullptr) return std::nullopt;
    if (found->text() == nullptr) wrong(member_pointer(path, name), "must be text");
    return text_member(value, name);
  }

  std::optional<std::size_t> ordinal(const JsonValue& value, const std::string& path, const char* name) {
    const JsonValue* found = member(value, name);
    if (found == nullptr) return std::nullopt;
    const double* amount = found->number();
    if (amount == nullptr || *amount < 1 || *amount > 1e9 || std::floor(*amount) != *amount) {
      wrong(member_pointer(path, name), "must be a whole number from 1");
      return std::nullopt;
    }
    return static_cast<std::size_t>(*amount);
  }

  Rule rule(const JsonValue& value, const std::string& path) {
    Rule made;
    if (!known(value, path, {"match", "reply", "scenario"})) return made;
    if (const JsonValue* match = member(value, "match")) {
      const std::string at = member_pointer(path, "match");
      if (known(*match, at, {"agent", "model", "contains", "call", "turn"})) {
        made.match = {words(*match, at, "agent"), words(*match, at, "model"), words(*match, at, "contains"),
                      ordinal(*match, at, "call"), ordinal(*match, at, "turn")};
      }
    }
    made.scenario = words(value, path, "scenario").value_or("");
    if (!parse_scenario(made.scenario)) wrong(member_pointer(path, "scenario"), "is no scenario");
    if (const JsonValue* reply = member(value, "reply")) {
      check_reply(*reply, member_pointer(path, "reply"));
      made.reply = *reply;
    }
    if (made.reply.has_value() == (member(value, "scenario") != nullptr)) {
      wrong(path, "must have either a reply or a scenario");
    }
    return made;
  }

  void check_reply(const JsonValue& reply, const std::string& path) {
    if (!known(reply, path,
               {"text", "json", "functionCalls", "thoughts", "finishReason", "blockReason", "raw", "status", "headers",
                "delay"})) {
      return;
    }
    for (const char* name : {"text", "thoughts", "finishReason", "blockReason", "raw"}) words(reply, path, name);
    for (const char* name : {"status", "delay"}) {
      const JsonValue* found = member(reply, name);
      if (found != nullptr && (found->number() == nullptr || *found->number() < 0 || *found->number() > 3600)) {
        wrong(member_pointer(path, name), "must be a number from 0");
      }
    }
    if (const JsonValue* headers = member(reply, "headers")) {
      if (headers->object() == nullptr) wrong(member_pointer(path, "headers"), "must be an object");
    }
    if (const JsonValue* calls = member(reply, "functionCalls")) {
      const std::string at = member_pointer(path, "functionCalls");
      if (calls->list() == nullptr) return wrong(at, "must be a list");
      for (std::size_t index = 0; index < calls->list()->size(); ++index) {
        const JsonValue& call = (*calls->list())[index];
        if (known(call, entry_pointer(at, index), {"name", "args"}) && text_member(call, "name").empty()) {
          wrong(entry_pointer(at, index), "must have a name");
        }
      }
    }
  }

  std::string problem_;
};

double amount_of(const JsonValue& value, std::string_view name, double otherwise) {
  const JsonValue* found = member(value, name);
  return found == nullptr || found->number() == nullptr ? otherwise : *found->number();
}

}  // namespace

Occasion occasion_of(const JsonValue& body, const std::string& agent, const std::string& model, std::size_t call) {
  Occasion occasion{agent, model, call, 1, {}};
  const auto hear = [&](const JsonValue& content) {
    for (const JsonValue& part : entries(content, "parts")) {
      occasion.said += text_member(part, "text") + '\n';
      if (const JsonValue* result = member(part, "functionResponse")) occasion.said += write_json(*result) + '\n';
    }
  };
  if (const JsonValue* system = member(body, "systemInstruction")) hear(*system);
  for (const JsonValue& content : entries(body, "contents")) {
    hear(content);
    if (text_member(content, "role") == "model") ++occasion.turn;
  }
  return occasion;
}

bool Match::meets(const Occasion& occasion) const {
  return (!agent || *agent == occasion.agent) && (!model || *model == occasion.model) &&
         (!call || *call == occasion.call) && (!turn || *turn == occasion.turn) &&
         (!contains || occasion.said.find(*contains) != std::string::npos);
}

core::Result<Script> Script::parse(std::string_view json) {
  const JsonParsing parsing = parse_json(json);
  if (!parsing.value) return core::fail(ErrorCode::invalid_input, "the script: " + parsing.problem.message);
  RuleReader reader;
  Script script;
  script.rules_ = reader.rules(*parsing.value);
  if (!reader.problem().empty()) return core::fail(ErrorCode::invalid_input, reader.problem());
  return script;
}

core::Result<Script> Script::read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return core::fail(ErrorCode::invalid_input, file.string() + " cannot be read");
  const std::string json{std::istreambuf_iterator<char>(stream), {}};
  auto script = parse(json);
  if (!script) return core::fail(ErrorCode::invalid_input, file.string() + ": " + script.error().message);
  return script;
}

const Rule* Script::find(const Occasion& occasion) const {
  const auto at =
      std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) { return rule.match.meets(occasion); });
  return at == rules_.end() ? nullptr : &*at;
}

void apply_wire_members(const JsonValue& reply, WireReply& to) {
  to.status = static_cast<int>(amount_of(reply, "status", to.status));
  to.delay = std::chrono::milliseconds(static_cast<std::int64_t>(amount_of(reply, "delay", 0) * 1000));
  const JsonValue* headers = member(reply, "headers");
  if (headers == nullptr || headers->object() == nullptr) return;
  for (const JsonMember& header : *headers->object()) {
    const std::string* value = header.value.text();
    if (value == nullptr) continue;
    if (header.name == "Content-Type") {
      to.content_type = *value;
    } else {
      to.headers.emplace_back(header.name, *value);
    }
  }
}

std::optional<WireReply> wire_reply(const JsonValue& reply) {
  const bool raw = member(reply, "raw") != nullptr;
  const double status = amount_of(reply, "status", 200);
  if (!raw && status < 400) return std::nullopt;
  WireReply made;
  if (raw) {
    made.body = text_member(reply, "raw");
  } else {
    made = error_reply({static_cast<int>(status), "Scripted error.", "UNKNOWN"});
  }
  apply_wire_members(reply, made);
  return made;
}

ModelTurn scripted_turn(const JsonValue& reply, const Asked& asked) {
  ModelTurn turn;
  turn.block_reason = text_member(reply, "blockReason");
  if (!turn.block_reason.empty()) return turn;
  Candidate candidate;
  if (const std::string thoughts = text_member(reply, "thoughts"); !thoughts.empty()) {
    candidate.parts.push_back(object({{"text", text(thoughts)}, {"thought", truth(true)}}));
  }
  if (member(reply, "text") != nullptr) {
    candidate.parts.push_back(object({{"text", text(text_member(reply, "text"))}}));
  }
  if (const JsonValue* json = member(reply, "json")) {
    candidate.parts.push_back(object({{"text", text(write_json(*json))}}));
  }
  const JsonList& calls = entries(reply, "functionCalls");
  for (std::size_t index = 0; index < calls.size(); ++index) {
    const JsonValue* arguments = member(calls[index], "args");
    candidate.parts.push_back(
        call_part(asked, text_member(calls[index], "name"), arguments == nullptr ? object() : *arguments, index));
  }
  if (const std::string reason = text_member(reply, "finishReason"); !reason.empty()) candidate.finish_reason = reason;
  candidate.content = !candidate.parts.empty() || candidate.finish_reason == "STOP";
  turn.candidates.push_back(std::move(candidate));
  return turn;
}

}  // namespace guardian::adapters::fake
