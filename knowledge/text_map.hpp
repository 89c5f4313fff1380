#pragma once
// A hash map by text in which a look-up makes no string. Pure.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace guardian::knowledge {

// Words are short: they are taken eight bytes at a time, where std::hash takes a call and a loop. The map does not keep
// hashes, and asks again for those of neighbours.
struct TextHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
    std::uint64_t hash = text.size() * odd;
    const auto mix = [&](std::uint64_t bytes) {
      hash = (hash ^ bytes) * odd;
      hash ^= hash >> 32U;
    };
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) mix(load<std::uint64_t>(at));
    if (left >= 4) {
      mix(load<std::uint32_t>(at) | std::uint64_t{load<std::uint32_t>(at + left - 4)} << 32U);
    } else if (left > 0) {
      const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])}; };
      mix(byte(0) | byte(left / 2) << 8U | byte(left - 1) << 16U);
    }
    return static_cast<std::size_t>(hash);
  }

 private:
  template <class Number>
  [[nodiscard]] static Number load(const char* at) noexcept {
    Number number;
    std::memcpy(&number, at, sizeof number);
    return number;
  }
};

template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace guardian::knowledge
