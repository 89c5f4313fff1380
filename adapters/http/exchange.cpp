#include "adapters/http/exchange.hpp"

#include <algorithm>
#include <cctype>

namespace guardian::adapters::http {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view Request::header(std::string_view name) const noexcept {
  for (const auto& [known, value] : headers) {
    if (same_name(known, name)) return value;
  }
  return {};
}

std::string_view Request::parameter(std::string_view name) const noexcept {
  for (const auto& [known, value] : query) {
    if (known == name) return value;
  }
  return {};
}

std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && content_type.back() == ' ') content_type.remove_suffix(1);
  std::string type(content_type);
  std::transform(type.begin(), type.end(), type.begin(), lower);
  return type;
}

}  // namespace guardian::adapters::http
