#include "adapters/fake_gemini/request_fields.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/request_messages.hpp"

namespace guardian::adapters::fake {
namespace {

constexpr std::size_t most_violations = 20;
const std::string package = "type.googleapis.com/google.ai.generativelanguage.v1beta.";

std::string camel(const std::string& name) {
  std::string out;
  bool raise = false;
  for (const char c : name) {
    if (c == '_' && !out.empty()) {
      raise = true;
    } else {
      out += raise ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      raise = false;
    }
  }
  return out;
}

std::string snake(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string upper(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
  return word;
}

bool is_base64(const std::string& text) {
  const std::size_t body = text.find_last_not_of('=') + 1;
  return text.size() - body <= 2 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(body), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' || c == '-' || c == '_';
         });
}

// A number, also one that travels as a string.
std::optional<double> amount_of(const JsonValue& value) {
  if (const double* amount = value.number()) return *amount;
  const std::string* words = value.text();
  if (words == nullptr || words->empty()) return std::nullopt;
  char* end = nullptr;
  const double amount = std::strtod(words->c_str(), &end);
  if (*end != '\0' || !std::isfinite(amount)) return std::nullopt;
  return amount;
}

class Reader {
 public:
  [[nodiscard]] std::optional<ApiError> error() const {
    if (violations_.empty()) return std::nullopt;
    std::string all;
    JsonList described;
    for (const auto& [field, message] : violations_) {
      all += (all.empty() ? "" : "\n") + message;
      JsonObject violation;
      if (!field.empty()) add(violation, "field", text(field));
      add(violation, "description", text(message));
      described.push_back(object(std::move(violation)));
    }
    return ApiError{400,
                    all,
                    "INVALID_ARGUMENT",
                    {object({{"@type", text("type.googleapis.com/google.rpc.BadRequest")},
                             {"fieldViolations", list(std::move(described))}})}};
  }

  JsonValue message_of(const JsonValue& value, const std::string& type, const std::string& path) {
    JsonObject read;
    if (value.object() == nullptr) {
      if (path.empty()) {
        violation("", "Invalid JSON payload received. Unknown name \"\": Root element must be a message.");
      } else {
        wrong_type(path, package + type, value);
      }
      return object();
    }
    const Message& message = message_named(type);
    for (const JsonMember& entry : *value.object()) {
      const std::string name = camel(entry.name);
      const auto field = std::find_if(message.fields.begin(), message.fields.end(),
                                      [&](const Field& one) { return one.name == name; });
      if (field == message.fields.end()) {
        unknown(entry.name, path, "Cannot find field.");
        continue;
      }
      if (entry.value.is_null()) continue;
      if (entry.value.list() != nullptr && !field->repeated && field->kind != FieldKind::anything) {
        unknown(entry.name, path, "Proto field is not repeating, cannot start list.");
        continue;
      }
      add(read, name, field_of(entry.value, *field, (path.empty() ? "" : path + ".") + snake(name)));
    }
    return object(std::move(read));
  }

 private:
  void violation(std::string field, std::string message) {
    if (violations_.size() < most_violations) violations_.emplace_back(std::move(field), std::move(message));
  }

  void unknown(const std::string& name, const std::string& path, const std::string& why) {
    const std::string where = path.empty() ? "" : " at '" + path + "'";
    violation(path, "Invalid JSON payload received. Unknown name \"" + name + "\"" + where + ": " + why);
  }

  void wrong_type(const std::string& path, const std::string& type, const JsonValue& value) {
    violation(path, "Invalid value at '" + path + "' (" + type + "), " + write_json(value));
  }

  JsonValue field_of(const JsonValue& value, const Field& field, const std::string& path) {
    if (!field.repeated) return single(value, field, path);
    JsonList all;
    if (value.list() == nullptr) {
      all.push_back(single(value, field, path));
    } else {
      for (std::size_t index = 0; index < value.list()->size(); ++index) {
        all.push_back(single((*value.list())[index], field, path + "[" + std::to_string(index) + "]"));
      }
    }
    return list(std::move(all));
  }

  JsonValue single(const JsonValue& value, const Field& field, const std::string& path) {
    switch (field.kind) {
      case FieldKind::text:
        if (value.text() == nullptr) wrong_type(path, "TYPE_STRING", value);
        return value;
      case FieldKind::bytes:
        if (value.text() == nullptr || !is_base64(*value.text())) wrong_type(path, "TYPE_BYTES", value);
        return value;
      case FieldKind::truth:
        if (value.boolean() == nullptr) wrong_type(path, "TYPE_BOOL", value);
        return value;
      case FieldKind::whole: {
        const std::optional<double> amount = amount_of(value);
        const bool good = amount && std::floor(*amount) == *amount && std::fabs(*amount) <= 2147483648.0;
        if (!good) wrong_type(path, "TYPE_INT32", value);
        return good ? JsonValue{*amount} : value;
      }
      case FieldKind::number: {
        const std::optional<double> amount = amount_of(value);
        if (!amount) wrong_type(path, "TYPE_FLOAT", value);
        return amount ? JsonValue{*amount} : value;
      }
      case FieldKind::word: return word_of(value, field, path);
      case FieldKind::message: return message_of(value, field.type, path);
      case FieldKind::message_map: return map_of(value, field, path);
      case FieldKind::text_map:
        if (value.object() == nullptr) wrong_type(path, "Map", value);
        return value;
      case FieldKind::object:
        if (value.object() == nullptr) wrong_type(path, "type.googleapis.com/google.protobuf.Struct", value);
        return value;
      case FieldKind::anything: return value;
    }
    return value;
  }

  JsonValue word_of(const JsonValue& value, const Field& field, const std::string& path) {
    const std::vector<std::string>& known = words_of(field.type);
    if (value.text() == nullptr) {
      wrong_type(path, package + field.type, value);
      return value;
    }
    std::string word = upper(*value.text());
    if (!known.empty() && std::find(known.begin(), known.end(), word) == known.end()) {
      wrong_type(path, package + field.type, value);
    }
    return JsonValue{std::move(word)};
  }

  JsonValue map_of(const JsonValue& value, const Field& field, const std::string& path) {
    if (value.object() == nullptr) {
      wrong_type(path, "Map", value);
      return object();
    }
    JsonObject read;
    for (const JsonMember& entry : *value.object()) {
      add(read, entry.name, message_of(entry.value, field.type, path + "['" + entry.name + "']"));
    }
    return object(std::move(read));
  }

  std::vector<std::pair<std::string, std::string>> violations_;
};

}  // namespace

CheckedBody read_fields(const JsonValue& body, const std::string& message) {
  Reader reader;
  JsonValue read = reader.message_of(body, message, "");
  if (std::optional<ApiError> error = reader.error()) return std::move(*error);
  return read;
}

}  // namespace guardian::adapters::fake
