#include "knowledge/store_format.hpp"

#include <memory>

#include <xxhash.h>

namespace guardian::knowledge::store_format {

Seal seal_of(std::span<const std::uint8_t> file, std::size_t position) {
  const Seal zeros{};
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), file.data(), position);
  XXH3_128bits_update(state.get(), zeros.data(), zeros.size());
  const auto rest = file.subspan(position + seal_size);
  XXH3_128bits_update(state.get(), rest.data(), rest.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  Seal seal{};
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), seal.begin());
  return seal;
}

}  // namespace guardian::knowledge::store_format
