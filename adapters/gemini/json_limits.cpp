#include "adapters/gemini/json_limits.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace guardian::adapters::gemini {
namespace {

using nlohmann::json;

// Reads a document and keeps only the names of the objects that the reading point is in.
class MemberNames {
 public:
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(json::number_integer_t) { return true; }
  bool number_unsigned(json::number_unsigned_t) { return true; }
  bool number_float(json::number_float_t, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(json::binary_t&) { return false; }
  bool start_object(std::size_t) {
    open_.emplace_back();
    return true;
  }
  bool key(std::string& name) { return open_.back().insert(std::move(name)).second; }
  bool end_object() {
    open_.pop_back();
    return true;
  }
  bool start_array(std::size_t) { return true; }
  bool end_array() { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  std::vector<std::set<std::string>> open_;
};

}  // namespace

bool within_limits(std::string_view json, const JsonLimits& limits) noexcept {
  if (json.size() > limits.bytes) return false;
  std::size_t depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') {
      if (++depth > limits.depth) return false;
      ++values;
    }
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == ',') ++values;
    if (values > limits.values) return false;
  }
  return true;
}

bool is_unambiguous_json(std::string_view text) {
  MemberNames names;
  return json::sax_parse(text.begin(), text.end(), &names);
}

}  // namespace guardian::adapters::gemini
