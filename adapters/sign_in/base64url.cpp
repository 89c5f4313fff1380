#include "adapters/sign_in/base64url.hpp"

namespace guardian::adapters::sign_in {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int value_of(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return -1;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t kept = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    kept = (kept << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(static_cast<std::uint8_t>(kept >> static_cast<unsigned>(bits)));
      kept &= (1U << static_cast<unsigned>(bits)) - 1;
    }
  }
  if (kept != 0) return std::nullopt;
  return bytes;
}

std::string to_base64url(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t kept = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    kept = (kept << 8U) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[(kept >> bits) & 63U];
    }
  }
  if (bits > 0) text += alphabet[(kept << (6 - bits)) & 63U];
  return text;
}

std::string to_base64url(std::string_view bytes) {
  return to_base64url(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

}  // namespace guardian::adapters::sign_in
