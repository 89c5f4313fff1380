#include "adapters/json/json_value.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace guardian::adapters {
namespace {

using nlohmann::json;

constexpr int number_overflow_id = 406;  // nlohmann's out_of_range for a number such as 1e999

std::string at_position(std::string_view text, std::size_t characters_read) {
  const std::size_t at = std::min(characters_read, text.size() + 1);
  const std::string_view before = text.substr(0, at == 0 ? 0 : at - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.find_last_of('\n');
  const std::size_t column = 1 + before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1);
  return " at line " + std::to_string(line) + ", column " + std::to_string(column);
}

// Builds the document and stops at the limits. The library's own messages quote the input: none is passed on.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string_view text, std::size_t most_values) : text_(text), most_values_(most_values) {}

  bool null() { return add(JsonValue{nullptr}); }
  bool boolean(bool value) { return add(JsonValue{value}); }
  bool number_integer(json::number_integer_t value) { return add(JsonValue{static_cast<double>(value)}); }
  bool number_unsigned(json::number_unsigned_t value) { return add(JsonValue{static_cast<double>(value)}); }
  bool number_float(json::number_float_t value, const std::string&) { return add(JsonValue{value}); }
  bool string(std::string& value) { return add(JsonValue{std::move(value)}); }
  bool binary(json::binary_t&) { return refuse("must be JSON text"); }

  bool start_object(std::size_t) { return open(JsonValue{JsonObject{}}); }
  bool start_array(std::size_t) { return open(JsonValue{JsonList{}}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    names_.back() = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
    const std::string where = at_position(text_, position);
    if (error.id == number_overflow_id) return refuse("a number is too large" + where);
    if (std::string_view(error.what()).find("UTF-8") != std::string_view::npos) {
      return refuse("the text is not valid UTF-8" + where);
    }
    return refuse("malformed JSON" + where);
  }

  [[nodiscard]] JsonParsing take() {
    if (!problem_.empty() || !root_) return {std::nullopt, {"", problem_.empty() ? "malformed JSON" : problem_}};
    return {std::move(root_), {}};
  }

 private:
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  bool add(JsonValue value) {
    if (++count_ > most_values_) {
      return refuse("the document holds more than " + std::to_string(most_values_) + " values");
    }
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* object = std::get_if<JsonObject>(&open_.back().data)) {
      object->push_back({std::move(names_.back()), std::move(value)});
    } else {
      std::get<JsonList>(open_.back().data).push_back(std::move(value));
    }
    return true;
  }

  bool open(JsonValue value) {
    if (open_.size() == max_document_depth) {
      return refuse("the document is nested deeper than " + std::to_string(max_document_depth) + " levels");
    }
    open_.push_back(std::move(value));
    names_.emplace_back();
    return true;
  }

  bool close() {
    JsonValue value = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return add(std::move(value));
  }

  std::string_view text_;
  std::size_t most_values_;
  std::vector<JsonValue> open_;     // the containers that the reading point is in
  std::vector<std::string> names_;  // of each of them, the member being read
  std::optional<JsonValue> root_;
  std::size_t count_ = 0;
  std::string problem_;
};

}  // namespace

JsonParsing parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes) {
    return {std::nullopt, {"", "the document is larger than " + std::to_string(limits.bytes >> 20) + " MiB"}};
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {std::nullopt, {"", "the document is empty"}};
  DocumentBuilder builder(text, limits.values);
  json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

const JsonValue* find_member(const JsonObject& object, std::string_view name) noexcept {
  for (const JsonMember& member : object) {
    if (member.name == name && !member.value.is_null()) return &member.value;
  }
  return nullptr;
}

std::string member_pointer(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  pointer += '/';
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string entry_pointer(std::string_view parent, std::size_t index) {
  return std::string(parent) + '/' + std::to_string(index);
}

}  // namespace guardian::adapters
