#include "adapters/fake_gemini/request_rules.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "adapters/fake_gemini/json_build.hpp"

namespace guardian::adapters::fake {
namespace {

using Refusal = std::optional<ApiError>;

ApiError bad(const std::string& message) { return {400, message, "INVALID_ARGUMENT"}; }

// In the words in which the service names a field of the request.
ApiError bad_in(const std::string& path, const std::string& message) {
  return bad("* GenerateContentRequest." + path + ": " + message);
}

std::optional<double> amount(const JsonValue* value) {
  if (value == nullptr || value->number() == nullptr) return std::nullopt;
  return *value->number();
}

std::string at(const std::string& list, std::size_t index) { return list + "[" + std::to_string(index) + "]"; }

// The rules of the OpenAPI subset beyond its names.
Refusal refuse_schema(const JsonValue& schema, const std::string& path) {
  const std::string type = text_member(schema, "type");
  const JsonList& alternatives = entries(schema, "anyOf");
  if (type.empty() && alternatives.empty()) return bad_in(path + ".type", "must be specified");
  const JsonValue* properties = member(schema, "properties");
  const bool no_properties = properties == nullptr || properties->object()->empty();
  if (type == "OBJECT" && no_properties) return bad_in(path + ".properties", "should be non-empty for OBJECT type");
  if (type == "ARRAY" && member(schema, "items") == nullptr) return bad_in(path + ".items", "missing field.");
  if (!entries(schema, "enum").empty() && type != "STRING")
    return bad_in(path + ".enum", "only allowed for STRING type");
  const std::string format = text_member(schema, "format");
  if (type == "STRING" && !format.empty() && format != "enum" && format != "date-time") {
    return bad_in(path + ".format", "only 'enum' and 'date-time' are supported for STRING type");
  }
  for (const char* name : {"required", "propertyOrdering"}) {
    const JsonList& names = entries(schema, name);
    for (std::size_t index = 0; index < names.size(); ++index) {
      if (member(properties, *names[index].text()) == nullptr) {
        return bad_in(at(path + "." + name, index), "property is not defined");
      }
    }
  }
  if (properties != nullptr) {
    for (const JsonMember& entry : *properties->object()) {
      if (auto refused = refuse_schema(entry.value, path + ".properties[" + entry.name + "]")) return refused;
    }
  }
  for (std::size_t index = 0; index < alternatives.size(); ++index) {
    if (auto refused = refuse_schema(alternatives[index], at(path + ".any_of", index))) return refused;
  }
  if (const JsonValue* items = member(schema, "items")) return refuse_schema(*items, path + ".items");
  return std::nullopt;
}

Refusal refuse_contents(const JsonValue& body, const Call& call) {
  const JsonList& contents = entries(body, "contents");
  if (contents.empty()) return bad_in("contents", "contents is not specified");
  static const std::set<std::string> data{
      "text",           "inlineData",          "fileData", "functionCall", "functionResponse",
      "executableCode", "codeExecutionResult", "toolCall", "toolResponse"};
  for (std::size_t index = 0; index < contents.size(); ++index) {
    const std::string role = text_member(contents[index], "role");
    const bool known = role == "user" || role == "model" || role == "function" || (role.empty() && !call.vertex);
    if (!known) return bad("Please use a valid role: user, model.");
    const JsonList& parts = entries(contents[index], "parts");
    if (parts.empty()) return bad_in(at("contents", index) + ".parts", "contents.parts must not be empty.");
    for (std::size_t number = 0; number < parts.size(); ++number) {
      const JsonObject& part = *parts[number].object();
      const auto set =
          std::count_if(part.begin(), part.end(), [&](const JsonMember& entry) { return data.count(entry.name) == 1; });
      if (set != 1) {
        return bad_in(at("contents", index) + "." + at("parts", number) + ".data",
                      "required oneof field 'data' must have one initialized field");
      }
    }
  }
  return std::nullopt;
}

Refusal refuse_functions(const JsonValue& body) {
  static const std::regex name_pattern("[A-Za-z_][A-Za-z0-9_.:-]{0,127}");
  std::set<std::string> names;
  const JsonList& tools = entries(body, "tools");
  for (std::size_t index = 0; index < tools.size(); ++index) {
    const JsonList& functions = entries(tools[index], "functionDeclarations");
    for (std::size_t number = 0; number < functions.size(); ++number) {
      const JsonValue& function = functions[number];
      const std::string path = at("tools", index) + "." + at("function_declarations", number);
      const std::string name = text_member(function, "name");
      if (!std::regex_match(name, name_pattern)) {
        return bad_in(
            path + ".name",
            "Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, "
            "0-9), underscores (_), dots (.), colons (:) or dashes (-), with a maximum length of 128.");
      }
      if (!names.insert(name).second) return bad("Duplicate function declaration found: " + name);
      const JsonValue* schema = member(function, "parameters");
      if (schema != nullptr && member(function, "parametersJsonSchema") != nullptr) {
        return bad_in(path, "only one of parameters and parameters_json_schema can be set.");
      }
      if (schema == nullptr) continue;
      if (auto refused = refuse_schema(*schema, path + ".parameters")) return refused;
    }
  }
  const JsonValue* config = member(member(body, "toolConfig"), "functionCallingConfig");
  if (config == nullptr) return std::nullopt;
  const std::string mode = text_member(*config, "mode");
  if (mode == "ANY" && names.empty()) return bad("Function calling config is set without function_declarations.");
  const JsonList& allowed = entries(config, "allowedFunctionNames");
  if (!allowed.empty() && mode != "ANY" && mode != "VALIDATED") {
    return bad("Please set allowed_function_names only when function calling mode is ANY.");
  }
  for (const JsonValue& name : allowed) {
    if (names.count(*name.text()) == 0) return bad("Allowed function name " + *name.text() + " is not declared.");
  }
  return std::nullopt;
}

Refusal refuse_reply_form(const Asked& asked, const Call& call, const JsonValue& config) {
  const JsonValue* open_api = member(config, "responseSchema");
  const JsonValue* json = member(config, "responseJsonSchema");
  const std::string mime = text_member(config, "responseMimeType");
  static const std::set<std::string> mimes{
      "", "text/plain", "application/json", "application/xml", "application/yaml", "text/x.enum"};
  if (mimes.count(mime) == 0) {
    return bad_in("generation_config.response_mime_type",
                  "allowed mimetypes are `text/plain`, `application/json`, `application/xml`, `application/yaml` and "
                  "`text/x.enum`.");
  }
  if (open_api != nullptr && json != nullptr) {
    return bad_in("generation_config", "only one of response_schema and response_json_schema can be set.");
  }
  if ((open_api != nullptr || json != nullptr) && (mime.empty() || mime == "text/plain")) {
    return bad_in(open_api != nullptr ? "generation_config.response_schema" : "generation_config.response_json_schema",
                  "only allowed when response_mime_type is set to `application/json` or another structured type.");
  }
  if (open_api != nullptr) {
    if (auto refused = refuse_schema(*open_api, "generation_config.response_schema")) return refused;
  }
  // Vertex AI takes both from these models too.
  if (mime == "application/json" && asked.model.generation < 3 && !call.vertex &&
      !declared_functions(asked.body).empty()) {
    return bad("Function calling with a response mime type: 'application/json' is unsupported");
  }
  return std::nullopt;
}

Refusal refuse_thinking(const Asked& asked, const JsonValue& config) {
  const JsonValue* thinking = member(config, "thinkingConfig");
  if (thinking == nullptr) return std::nullopt;
  const std::optional<double> budget = amount(member(*thinking, "thinkingBudget"));
  const bool level = member(*thinking, "thinkingLevel") != nullptr;
  if (budget && level) return bad("You can only set only one of thinking budget and thinking level.");
  if (level && asked.model.generation < 3) return bad("Thinking level is not supported for this model.");
  if (!budget || *budget == -1 || asked.model.generation >= 3) return std::nullopt;
  const bool pro = asked.model.name.find("pro") != std::string::npos;
  const double least = pro ? 128 : 0;
  const double most = pro ? 32768 : 24576;
  if (pro && *budget == 0) return bad("Budget 0 is invalid. This model only works in thinking mode.");
  if (*budget < least || *budget > most) {
    return bad("The thinking budget " + write_json(number(*budget)) + " is invalid. Please choose a value between " +
               write_json(number(least)) + " and " + write_json(number(most)) + ".");
  }
  return std::nullopt;
}

Refusal refuse_ranges(const Asked& asked, const Call& call, const JsonValue& config) {
  struct Range {
    const char* name;
    const char* snake;
    double least;
    double most;
  };
  static const Range ranges[]{{"temperature", "temperature", 0, 2},
                              {"topP", "top_p", 0, 1},
                              {"candidateCount", "candidate_count", 1, 8},
                              {"maxOutputTokens", "max_output_tokens", 1, 1e9},
                              {"logprobs", "logprobs", 0, 20},
                              {"topK", "top_k", 1, 1e9}};
  for (const Range& range : ranges) {
    const std::optional<double> value = amount(member(config, range.name));
    if (value && (*value < range.least || *value > range.most)) {
      return bad_in(
          std::string("generation_config.") + range.snake,
          "must be in the range [" + write_json(number(range.least)) + ", " + write_json(number(range.most)) + "].");
    }
  }
  if (entries(config, "stopSequences").size() > 5) {
    return bad_in("generation_config.stop_sequences", "at most 5 are allowed.");
  }
  if (true_member(config, "responseLogprobs") && !call.vertex) {
    return bad("Logprobs is not enabled for models/" + asked.model.name);
  }
  return std::nullopt;
}

}  // namespace

std::optional<ApiError> refuse_request(const Asked& asked, const Call& call) {
  if (auto refused = refuse_contents(asked.body, call)) return refused;
  if (auto refused = refuse_functions(asked.body)) return refused;
  if (const JsonValue* config = member(asked.body, "generationConfig")) {
    if (auto refused = refuse_reply_form(asked, call, *config)) return refused;
    if (auto refused = refuse_thinking(asked, *config)) return refused;
    if (auto refused = refuse_ranges(asked, call, *config)) return refused;
  }
  if (call.vertex && member(asked.body, "store") != nullptr) {
    return bad("Invalid JSON payload received. Unknown name \"store\": Cannot find field.");
  }
  return refuse_turns(asked, call);
}

}  // namespace guardian::adapters::fake
