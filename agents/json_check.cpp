#include "agents/json_check.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace guardian::agents {
namespace {

using Json = nlohmann::json;

// Before a parser sees it: brackets outside of strings.
bool too_deep(std::string_view json) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest_json) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

class Check {
 public:
  std::optional<std::string> run(const Json& schema, const Json& value, const std::string& at) {
    if (const auto type = schema.find("type"); type != schema.end()) {
      const bool holds = type->is_array()
                             ? std::any_of(type->begin(), type->end(),
                                           [&](const Json& one) { return is_of_type(value, one.get<std::string>()); })
                             : is_of_type(value, type->get<std::string>());
      if (!holds) return wrong(at, "is of the wrong type");
    }
    if (const auto words = schema.find("enum");
        words != schema.end() && std::find(words->begin(), words->end(), value) == words->end()) {
      return wrong(at, "is none of the values that are allowed");
    }
    if (value.is_object()) return object(schema, value, at);
    if (value.is_array()) return array(schema, value, at);
    if (value.is_string()) {
      const std::size_t length = characters(value.get_ref<const std::string&>());
      if (length < schema.value("minLength", std::size_t{0})) return wrong(at, "is too short");
      if (schema.contains("maxLength") && length > schema["maxLength"].get<std::size_t>())
        return wrong(at, "is too long");
    }
    if (value.is_number()) {
      const double number = value.get<double>();
      if (schema.contains("minimum") && number < schema["minimum"].get<double>()) return wrong(at, "is too small");
      if (schema.contains("maximum") && number > schema["maximum"].get<double>()) return wrong(at, "is too large");
    }
    return std::nullopt;
  }

 private:
  static std::string wrong(const std::string& at, const std::string& what) {
    return (at.empty() ? "/" : at) + ": " + what;
  }

  std::optional<std::string> object(const Json& schema, const Json& value, const std::string& at) {
    const Json none = Json::object();
    const auto properties = schema.find("properties");
    const Json& known = properties == schema.end() ? none : *properties;
    if (const auto required = schema.find("required"); required != schema.end()) {
      for (const Json& name : *required) {
        if (!value.contains(name.get<std::string>())) return wrong(at + "/" + name.get<std::string>(), "is missing");
      }
    }
    const auto additional = schema.find("additionalProperties");
    const bool closed = additional != schema.end() && additional->is_boolean() && !additional->get<bool>();
    for (const auto& [name, member] : value.items()) {
      if (!known.contains(name)) {
        // The name is the model's own words.
        if (closed) return wrong(at, "has a member that is not asked for");
        continue;
      }
      if (auto violation = run(known[name], member, at + "/" + name)) return violation;
    }
    return std::nullopt;
  }

  std::optional<std::string> array(const Json& schema, const Json& value, const std::string& at) {
    if (value.size() < schema.value("minItems", std::size_t{0})) return wrong(at, "has too few entries");
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
      return wrong(at, "has too many entries");
    const auto items = schema.find("items");
    if (items == schema.end()) return std::nullopt;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (auto violation = run(*items, value[i], at + "/" + std::to_string(i))) return violation;
    }
    return std::nullopt;
  }
};

}  // namespace

std::optional<std::string> schema_violation(std::string_view schema, std::string_view json) {
  if (json.size() > largest_json) return "/: is too large";
  if (too_deep(json)) return "/: is nested too deeply";
  const Json value = Json::parse(json, nullptr, false);
  if (value.is_discarded()) return "/: is no JSON";
  const Json shape = Json::parse(schema, nullptr, false);
  if (shape.is_discarded()) return "/: the schema itself is no JSON";
  return Check().run(shape, value, "");
}

}  // namespace guardian::agents
