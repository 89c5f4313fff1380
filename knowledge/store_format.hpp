#pragma once
// How the file of a knowledge base is recognised and sealed. Shared by the writer and the reader; not for others.
//
// The seal is the XXH3-128 of the whole file with the 16 bytes of the seal itself as zeros. It stands in the file
// behind a mark, as the blob `seal` of the table `compiled`. It shows damage and careless edits; it is no signature,
// and needs no cryptographic hash for that: who can edit the file could compute any unkeyed seal anew.

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace guardian::knowledge::store_format {

inline constexpr int application_id = 0x47'4B'42'31;  // "GKB1"
inline constexpr std::string_view seal_mark = "guardian-seal-2:";
inline constexpr std::size_t seal_size = 16;

// Every place where the bytes of a seal may stand: behind each mark, since a text of the knowledge base may hold the
// mark too. The one that holds is the seal.
[[nodiscard]] inline std::vector<std::size_t> seal_positions(std::span<const std::uint8_t> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  std::vector<std::size_t> positions;
  for (auto at = text.find(seal_mark); at != std::string_view::npos; at = text.find(seal_mark, at + 1)) {
    if (at + seal_mark.size() + seal_size <= file.size()) positions.push_back(at + seal_mark.size());
  }
  return positions;
}

using Seal = std::array<std::uint8_t, seal_size>;

// The seal that belongs to a file, whatever stands in its place now.
[[nodiscard]] Seal seal_of(std::span<const std::uint8_t> file, std::size_t position);

// Fills a span with what stands from a place of the file on; false when it cannot.
using ReadAt = std::function<bool(std::span<std::uint8_t>, std::size_t)>;

// Whether one of the seals in a file of that size holds. Reads it once, in order, a piece at a time: to keep a large
// file whole would cost more than to hash it.
[[nodiscard]] bool seal_holds(std::size_t size, const ReadAt& read);

}  // namespace guardian::knowledge::store_format
