#include "adapters/json/member_reader.hpp"

#include <algorithm>
#include <utility>

#include "knowledge/text.hpp"

namespace guardian::adapters {
namespace {

constexpr std::size_t max_problems = 200;

bool check_characters(const std::string& text, const std::string& path, DecodeLog& log) {
  if (text.find('\0') == std::string::npos) return true;
  log.problem(path, "must not contain the character U+0000");
  return false;
}

}  // namespace

void DecodeLog::problem(std::string path, std::string message) {
  if (problems_.size() < max_problems) {
    problems_.push_back({std::move(path), std::move(message)});
  } else if (problems_.size() == max_problems) {
    problems_.push_back({"", "there are more problems than the " + std::to_string(max_problems) + " listed"});
  }
}

bool contains(const NumberRange& range, double value) noexcept {
  return (range.low_excluded ? value > range.low : value >= range.low) && value <= range.high;
}

std::string range_message(const NumberRange& range) {
  const std::string low = knowledge::format_number(range.low);
  if (range.high >= 1e9) return "must be " + low + " or more";
  const std::string high = knowledge::format_number(range.high);
  return range.low_excluded ? "must be above " + low + " and at most " + high : "must be from " + low + " to " + high;
}

bool is_blank(std::string_view text) noexcept { return knowledge::trimmed(text).empty(); }

bool check_text(const std::string& text, const std::string& path, DecodeLog& log) {
  if (is_blank(text)) {
    log.problem(path, "must not be empty");
    return false;
  }
  if (text.size() > max_text_bytes) {
    log.problem(path, "must not be longer than " + std::to_string(max_text_bytes) + " bytes");
    return false;
  }
  return check_characters(text, path, log);
}

MemberReader::MemberReader(const JsonObject& object, std::string path, DecodeLog& log)
    : object_(object), path_(std::move(path)), log_(log) {}

const JsonValue* MemberReader::find(std::string_view name) {
  asked_.emplace_back(name);
  const auto named = [name](const JsonMember& member) { return member.name == name; };
  const auto first = std::find_if(object_.begin(), object_.end(), named);
  if (first == object_.end()) return nullptr;
  if (std::any_of(first + 1, object_.end(), named)) {
    log_.problem(path_of(name), "must be given only once");
    return nullptr;
  }
  return first->value.is_null() ? nullptr : &first->value;
}

const std::string* MemberReader::string(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return nullptr;
  const std::string* text = value->text();
  if (text == nullptr) log_.problem(path_of(name), "must be a string");
  return text;
}

std::string MemberReader::text(std::string_view name) {
  const std::string* text = string(name);
  return text != nullptr && check_text(*text, path_of(name), log_) ? *text : std::string();
}

std::string MemberReader::optional_text(std::string_view name) {
  const std::string* text = string(name);
  if (text == nullptr || is_blank(*text)) return {};
  return check_text(*text, path_of(name), log_) ? *text : std::string();
}

std::string MemberReader::long_text(std::string_view name) {
  const std::string* text = string(name);
  return text != nullptr && check_characters(*text, path_of(name), log_) ? *text : std::string();
}

std::optional<double> MemberReader::number(std::string_view name, const NumberRange& range) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  const double* number = value->number();
  if (number == nullptr) {
    log_.problem(path_of(name), "must be a number");
    return std::nullopt;
  }
  if (!contains(range, *number)) {
    log_.problem(path_of(name), range_message(range));
    return std::nullopt;
  }
  return *number;
}

std::optional<bool> MemberReader::boolean(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const bool* boolean = value->boolean()) return *boolean;
  log_.problem(path_of(name), "must be true or false");
  return std::nullopt;
}

std::optional<std::size_t> MemberReader::word(std::string_view name, std::span<const std::string_view> words) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const std::string* text = value->text()) {
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  std::string message = "must be one of";
  for (const std::string_view word : words) {
    message += (word == words.front() ? " \"" : ", \"") + std::string(word) + '"';
  }
  log_.problem(path_of(name), message);
  return std::nullopt;
}

const JsonList* MemberReader::list(std::string_view name, std::size_t max_entries) {
  const JsonValue* value = find(name);
  if (value == nullptr) return nullptr;
  const JsonList* list = value->list();
  if (list == nullptr) {
    log_.problem(path_of(name), "must be a list");
    return nullptr;
  }
  if (list->size() > max_entries) {
    log_.problem(path_of(name), "must not have more than " + std::to_string(max_entries) + " entries");
    return nullptr;
  }
  return list;
}

const JsonObject* MemberReader::object(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return nullptr;
  if (const JsonObject* object = value->object()) return object;
  log_.problem(path_of(name), "must be an object");
  return nullptr;
}

void MemberReader::finish() {
  for (const JsonMember& member : object_) {
    if (std::find(asked_.begin(), asked_.end(), member.name) == asked_.end()) log_.ignore(path_of(member.name));
  }
}

}  // namespace guardian::adapters
