#pragma once
// SHA-256 of bytes, for content digests and finding ids. Thread-safe; every object belongs to one thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace guardian::knowledge {

using Sha256Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view text);
  [[nodiscard]] Sha256Digest finish();  // of all that was given since the last one

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::string to_hex(const Sha256Digest& digest);
[[nodiscard]] std::string sha256_hex(std::string_view text);

}  // namespace guardian::knowledge
