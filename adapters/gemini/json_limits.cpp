#include "adapters/gemini/json_limits.hpp"

namespace guardian::adapters::gemini {

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

}  // namespace guardian::adapters::gemini
