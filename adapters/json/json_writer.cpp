#include "adapters/json/json_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace guardian::adapters {
namespace {

using nlohmann::json;

std::string scalar(const JsonValue& value) {
  if (const bool* flag = value.boolean()) return *flag ? "true" : "false";
  if (const double* number = value.number()) {
    constexpr double exact_limit = 9007199254740992.0;  // 2^53: every integer below it is exact
    if (!std::isfinite(*number)) return "null";
    if (std::abs(*number) < exact_limit && std::trunc(*number) == *number)
      return std::to_string(static_cast<std::int64_t>(*number));
    return json(*number).dump();
  }
  if (const std::string* text = value.text()) return json(*text).dump(-1, ' ', false, json::error_handler_t::replace);
  return "null";
}

bool is_plain(const JsonValue& value) { return value.list() == nullptr && value.object() == nullptr; }

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void write(const JsonValue& value, std::size_t depth) {
    if (const JsonList* list = value.list()) {
      const bool one_line = !pretty_ || std::all_of(list->begin(), list->end(), is_plain);
      text += '[';
      for (std::size_t i = 0; i < list->size(); ++i) {
        if (i > 0) text += one_line && pretty_ ? ", " : ",";
        if (!one_line) line(depth + 1);
        write((*list)[i], depth + 1);
      }
      if (!one_line) line(depth);
      text += ']';
    } else if (const JsonObject* object = value.object()) {
      text += '{';
      for (std::size_t i = 0; i < object->size(); ++i) {
        if (i > 0) text += ',';
        if (pretty_) line(depth + 1);
        text += scalar(JsonValue{(*object)[i].name});
        text += pretty_ ? ": " : ":";
        write((*object)[i].value, depth + 1);
      }
      if (pretty_ && !object->empty()) line(depth);
      text += '}';
    } else {
      text += scalar(value);
    }
  }

  std::string text;

 private:
  void line(std::size_t depth) {
    text += '\n';
    text.append(2 * depth, ' ');
  }

  bool pretty_;
};

}  // namespace

std::string write_json(const JsonValue& value, bool pretty) {
  Writer writer(pretty);
  writer.write(value, 0);
  return std::move(writer.text);
}

JsonValue json_numbers(const std::vector<double>& values) {
  return json_list(values, [](double value) { return json_number(value); });
}

JsonValue json_counts(const std::vector<std::size_t>& counts) { return json_list(counts, json_count); }

}  // namespace guardian::adapters
