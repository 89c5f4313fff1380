#include "adapters/fake_gemini/schema_instance.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string_view>

#include "adapters/fake_gemini/json_build.hpp"
#include "adapters/fake_gemini/pattern_text.hpp"

namespace guardian::adapters::fake {
namespace {

constexpr int deepest = 24;        // levels of schema; a schema that needs more has no finite instance for us
constexpr int optional_until = 8;  // below this level only what must be there: recursive schemas end
constexpr std::size_t most_entries = 1000;

std::string lower(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

double bound(const JsonValue& schema, std::string_view name, double otherwise) {
  const JsonValue* found = member(schema, name);
  if (found == nullptr) return otherwise;
  if (const double* amount = found->number()) return *amount;
  // 64-bit fields may travel as strings.
  const std::string* words = found->text();
  return words == nullptr ? otherwise : std::strtod(words->c_str(), nullptr);
}

std::size_t least(const JsonValue& schema, std::string_view name) {
  return static_cast<std::size_t>(std::clamp(bound(schema, name, 0), 0.0, double(most_entries)));
}

std::size_t most(const JsonValue& schema, std::string_view name) {
  return static_cast<std::size_t>(std::clamp(bound(schema, name, double(most_entries)), 0.0, double(most_entries)));
}

class Maker {
 public:
  Maker(const JsonValue& root, const Filling& filling) : root_(root), filling_(filling) {}

  std::optional<JsonValue> make(const JsonValue& schema, const std::string& property, int level) const {
    if (level > deepest) return std::nullopt;
    if (const bool* anything = schema.boolean()) {
      if (*anything) return text(words(property));
      return std::nullopt;
    }
    if (const std::string reference = text_member(schema, "$ref"); !reference.empty()) {
      const JsonValue* target = resolve(reference);
      if (target == nullptr) return std::nullopt;
      return make(*target, property, level + 1);
    }
    if (const JsonList& allowed = entries(schema, "enum"); !allowed.empty()) return chosen(allowed, property);
    if (const JsonValue* only = member(schema, "const")) return *only;
    for (const char* name : {"anyOf", "oneOf"}) {
      const JsonList& alternatives = entries(schema, name);
      if (!alternatives.empty()) return first_possible(alternatives, property, level);
    }
    return of_type(type_of(schema), schema, property, level);
  }

 private:
  static std::string type_of(const JsonValue& schema) {
    for (const JsonValue& entry : entries(schema, "type")) {
      if (entry.text() != nullptr && lower(*entry.text()) != "null") return lower(*entry.text());
    }
    if (std::string type = lower(text_member(schema, "type")); !type.empty()) return type;
    if (!entries(schema, "type").empty()) return "null";
    if (member(schema, "properties") != nullptr) return "object";
    if (member(schema, "items") != nullptr || member(schema, "prefixItems") != nullptr) return "array";
    return "string";
  }

  std::optional<JsonValue> of_type(const std::string& type, const JsonValue& schema, const std::string& property,
                                   int level) const {
    if (type == "object") return object_of(schema, property, level);
    if (type == "array") return list_of(schema, property, level);
    if (type == "null") return JsonValue{nullptr};
    if (type == "boolean") return truth(false);
    if (type == "integer" || type == "number") return number_of(type == "integer", schema);
    return text_of(schema, property);
  }

  static std::optional<JsonValue> number_of(bool whole, const JsonValue& schema) {
    double low = bound(schema, "minimum", -std::numeric_limits<double>::infinity());
    double high = bound(schema, "maximum", std::numeric_limits<double>::infinity());
    if (whole) {
      low = std::ceil(low);
      high = std::floor(high);
    }
    if (low > high) return std::nullopt;
    return number(std::clamp(0.0, low, high));
  }

  JsonValue text_of(const JsonValue& schema, const std::string& property) const {
    const std::string format = text_member(schema, "format");
    if (format == "date-time") return text("2026-01-01T00:00:00Z");
    if (format == "date") return text("2026-01-01");
    if (format == "time") return text("00:00:00Z");
    if (const std::string pattern = text_member(schema, "pattern"); !pattern.empty()) {
      auto matching = text_matching(pattern, least(schema, "minLength"), most(schema, "maxLength"));
      if (matching) return text(std::move(*matching));
    }
    std::string value = words(property);
    value.resize(std::min(value.size(), most(schema, "maxLength")));
    if (value.size() < least(schema, "minLength")) value.resize(least(schema, "minLength"), '.');
    return text(std::move(value));
  }

  std::optional<JsonValue> object_of(const JsonValue& schema, const std::string& property, int level) const {
    JsonObject made;
    const JsonList& required = entries(schema, "required");
    const auto is_required = [&](const std::string& name) {
      return std::any_of(required.begin(), required.end(),
                         [&](const JsonValue& entry) { return entry.text() != nullptr && *entry.text() == name; });
    };
    for (const JsonMember& entry : in_order(schema)) {
      if (made.size() >= most(schema, "maxProperties") && !is_required(entry.name)) continue;
      if (level >= optional_until && !is_required(entry.name)) continue;
      std::optional<JsonValue> value = make(entry.value, entry.name, level + 1);
      if (value) {
        add(made, entry.name, std::move(*value));
      } else if (is_required(entry.name)) {
        return std::nullopt;
      }
    }
    // Required names without a schema of their own, and a least number of members.
    const JsonValue* other = member(schema, "additionalProperties");
    const JsonValue anything = truth(true);
    const auto fill = [&](const std::string& name) {
      std::optional<JsonValue> value = make(other == nullptr ? anything : *other, property, level + 1);
      if (value) add(made, name, std::move(*value));
      return value.has_value();
    };
    for (const JsonValue& name : required) {
      if (name.text() != nullptr && find_member(made, *name.text()) == nullptr &&
          member(member(schema, "properties"), *name.text()) == nullptr && !fill(*name.text())) {
        return std::nullopt;
      }
    }
    while (made.size() < least(schema, "minProperties")) {
      if (!fill("member" + std::to_string(made.size() + 1))) return std::nullopt;
    }
    return object(std::move(made));
  }

  // Properties as propertyOrdering says, then the others as written.
  static JsonObject in_order(const JsonValue& schema) {
    JsonObject ordered;
    const JsonValue* properties = member(schema, "properties");
    if (properties == nullptr || properties->object() == nullptr) return ordered;
    for (const JsonValue& name : entries(schema, "propertyOrdering")) {
      const JsonValue* found = name.text() == nullptr ? nullptr : member(properties, *name.text());
      if (found != nullptr) ordered.push_back({*name.text(), *found});
    }
    for (const JsonMember& entry : *properties->object()) {
      if (find_member(ordered, entry.name) == nullptr) ordered.push_back(entry);
    }
    return ordered;
  }

  std::optional<JsonValue> list_of(const JsonValue& schema, const std::string& property, int level) const {
    JsonList made;
    for (const JsonValue& entry : entries(schema, "prefixItems")) {
      if (made.size() >= most(schema, "maxItems")) break;
      std::optional<JsonValue> value = make(entry, property, level + 1);
      if (!value) return std::nullopt;
      made.push_back(std::move(*value));
    }
    const std::size_t wished = level >= optional_until ? 0 : filling_.list_entries;
    const std::size_t needed = std::max(least(schema, "minItems"), std::min(wished, most(schema, "maxItems")));
    const JsonValue* items = member(schema, "items");
    const JsonValue anything = truth(true);
    while (made.size() < needed) {
      std::optional<JsonValue> value = make(items == nullptr ? anything : *items, property, level + 1);
      if (!value && made.size() >= least(schema, "minItems")) break;
      if (!value) return std::nullopt;
      made.push_back(std::move(*value));
    }
    return list(std::move(made));
  }

  std::optional<JsonValue> first_possible(const JsonList& alternatives, const std::string& property, int level) const {
    for (const bool null : {false, true}) {
      for (const JsonValue& alternative : alternatives) {
        if ((lower(text_member(alternative, "type")) == "null") != null) continue;
        if (std::optional<JsonValue> value = make(alternative, property, level + 1)) return value;
      }
    }
    return std::nullopt;
  }

  JsonValue chosen(const JsonList& allowed, const std::string& property) const {
    const std::size_t index = filling_.choice ? filling_.choice(property, allowed) : 0;
    return allowed[std::min(index, allowed.size() - 1)];
  }

  std::string words(const std::string& property) const { return filling_.words ? filling_.words(property) : "text"; }

  // "#", "#/$defs/name" or "#anchor", within this schema only.
  const JsonValue* resolve(std::string_view reference) const {
    if (reference.empty() || reference.front() != '#') return nullptr;
    reference.remove_prefix(1);
    const JsonValue* at = &root_;
    if (reference.empty()) return at;
    if (reference.front() != '/') return anchored(reference);
    while (at != nullptr && !reference.empty()) {
      reference.remove_prefix(1);
      const std::size_t end = std::min(reference.find('/'), reference.size());
      at = member(at, reference.substr(0, end));
      reference.remove_prefix(end);
    }
    return at;
  }

  const JsonValue* anchored(std::string_view name) const {
    const JsonValue* definitions = member(root_, "$defs");
    if (definitions == nullptr || definitions->object() == nullptr) return nullptr;
    for (const JsonMember& entry : *definitions->object()) {
      if (text_member(entry.value, "$anchor") == name) return &entry.value;
    }
    return nullptr;
  }

  const JsonValue& root_;
  const Filling& filling_;
};

}  // namespace

std::optional<JsonValue> schema_instance(const JsonValue& schema, const Filling& filling, const std::string& hint) {
  return Maker(schema, filling).make(schema, hint, 0);
}

}  // namespace guardian::adapters::fake
