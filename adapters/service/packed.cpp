#include "adapters/service/packed.hpp"

#include <charconv>

namespace guardian::adapters::service {

std::string pack_texts(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) bytes += std::to_string(text.size()) + ":" + text;
  return bytes;
}

std::optional<std::vector<std::string>> unpack_texts(std::string_view bytes) {
  std::vector<std::string> texts;
  while (!bytes.empty()) {
    std::size_t size = 0;
    const char* const end = bytes.data() + bytes.size();
    const auto [at, error] = std::from_chars(bytes.data(), end, size);
    if (error != std::errc() || at == end || *at != ':' || static_cast<std::size_t>(end - at) - 1 < size)
      return std::nullopt;
    texts.emplace_back(at + 1, size);
    bytes = std::string_view(at + 1 + size, static_cast<std::size_t>(end - at) - 1 - size);
  }
  return texts;
}

}  // namespace guardian::adapters::service
