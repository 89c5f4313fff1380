#include "adapters/fake_gemini/json_build.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace guardian::adapters::fake {
namespace {

constexpr double exact_integers = 9007199254740992.0;  // 2^53

std::string quoted(const std::string& value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void write(std::string& out, const JsonValue& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const double* amount = value.number()) {
    std::array<char, 40> digits{};
    const bool whole = std::nearbyint(*amount) == *amount && std::fabs(*amount) < exact_integers;
    const auto end = whole ? std::to_chars(digits.data(), digits.data() + digits.size(), std::int64_t(*amount)).ptr
                           : std::to_chars(digits.data(), digits.data() + digits.size(), *amount).ptr;
    out.append(digits.data(), end);
  } else if (const std::string* words = value.text()) {
    out += quoted(*words);
  } else if (const JsonList* all = value.list()) {
    out += '[';
    for (const JsonValue& entry : *all) {
      if (&entry != all->data()) out += ',';
      write(out, entry);
    }
    out += ']';
  } else if (const JsonObject* members = value.object()) {
    out += '{';
    for (const JsonMember& entry : *members) {
      if (&entry != members->data()) out += ',';
      out += quoted(entry.name) + ':';
      write(out, entry.value);
    }
    out += '}';
  }
}

}  // namespace

JsonValue text(std::string value) { return JsonValue{std::move(value)}; }
JsonValue number(double value) { return JsonValue{value}; }
JsonValue count(std::int64_t value) { return JsonValue{static_cast<double>(value)}; }
JsonValue truth(bool value) { return JsonValue{value}; }
JsonValue object(JsonObject members) { return JsonValue{std::move(members)}; }
JsonValue list(JsonList entries) { return JsonValue{std::move(entries)}; }

void add(JsonObject& to, std::string name, JsonValue value) { to.push_back({std::move(name), std::move(value)}); }

void add_count(JsonObject& to, std::string name, std::int64_t value) {
  if (value != 0) add(to, std::move(name), count(value));
}

std::string write_json(const JsonValue& value) {
  std::string out;
  write(out, value);
  return out;
}

const JsonValue* member(const JsonValue& value, std::string_view name) noexcept {
  const JsonObject* members = value.object();
  return members == nullptr ? nullptr : find_member(*members, name);
}

const JsonValue* member(const JsonValue* value, std::string_view name) noexcept {
  return value == nullptr ? nullptr : member(*value, name);
}

std::string text_member(const JsonValue& value, std::string_view name) {
  const JsonValue* found = member(value, name);
  const std::string* words = found == nullptr ? nullptr : found->text();
  return words == nullptr ? std::string() : *words;
}

bool true_member(const JsonValue& value, std::string_view name) noexcept {
  const JsonValue* found = member(value, name);
  const bool* flag = found == nullptr ? nullptr : found->boolean();
  return flag != nullptr && *flag;
}

const JsonList& entries(const JsonValue& value, std::string_view name) noexcept {
  static const JsonList none;
  const JsonValue* found = member(value, name);
  const JsonList* all = found == nullptr ? nullptr : found->list();
  return all == nullptr ? none : *all;
}

const JsonList& entries(const JsonValue* value, std::string_view name) noexcept {
  static const JsonValue nothing{nullptr};
  return entries(value == nullptr ? nothing : *value, name);
}

}  // namespace guardian::adapters::fake
