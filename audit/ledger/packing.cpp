#include "audit/ledger/packing.hpp"

#include <cstdint>

#include <lz4.h>

namespace guardian::audit::ledger {
namespace {

constexpr std::size_t head = 4;  // bytes of the text, the low one first

}  // namespace

std::string pack(std::string_view text) {
  const int size = static_cast<int>(text.size());
  const int most = LZ4_compressBound(size);
  std::string packed(head + static_cast<std::size_t>(most), '\0');
  for (std::size_t i = 0; i < head; ++i) packed[i] = static_cast<char>((text.size() >> (8 * i)) & 0xFFU);
  const int written = LZ4_compress_default(text.data(), packed.data() + head, size, most);
  packed.resize(head + static_cast<std::size_t>(written));
  return packed;
}

std::optional<std::string> unpack(std::string_view packed) {
  if (packed.size() < head) return std::nullopt;
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < head; ++i) size |= std::uint32_t{static_cast<unsigned char>(packed[i])} << (8 * i);
  if (size > longest_row || packed.size() > head + static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(size))))
    return std::nullopt;
  std::string text(size, '\0');
  const int read = LZ4_decompress_safe(packed.data() + head, text.data(), static_cast<int>(packed.size() - head),
                                       static_cast<int>(size));
  if (read < 0 || static_cast<std::uint32_t>(read) != size) return std::nullopt;
  return text;
}

}  // namespace guardian::audit::ledger
