#pragma once
// The public keys that clients sign with, read from a JSON Web Key Set (RFC 7517, 7518, 8037), and the check of a
// signature (RFC 7515). A key has one use: an elliptic-curve key one algorithm, an RSA key those of its family, or the
// one that it names. So a token cannot choose how its signature is read. Immutable: safe to share.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::sign_in {

// `none` and the symmetric ones are not among them, so nothing can ask for them.
enum class Algorithm : std::uint8_t { es256, es384, es512, rs256, rs384, rs512, eddsa };

[[nodiscard]] std::string_view to_string(Algorithm algorithm) noexcept;
[[nodiscard]] std::optional<Algorithm> algorithm_named(std::string_view name) noexcept;  // exact, as "ES384"

class VerificationKey {
 public:
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

  [[nodiscard]] bool permits(Algorithm algorithm) const noexcept;

  // False also for an algorithm that is not permitted. An ECDSA signature is r and s, each as long as a coordinate.
  [[nodiscard]] bool verify(Algorithm algorithm, std::string_view signed_bytes, std::string_view signature) const;

 private:
  friend struct KeyMaker;
  std::string id_;
  std::vector<Algorithm> algorithms_;
  std::shared_ptr<const void> key_;  // OpenSSL's
};

struct KeySet {
  std::vector<VerificationKey> keys;
  std::vector<std::string> skipped;  // "key 2: ...", why it cannot be used; never key material

  [[nodiscard]] const VerificationKey* find(std::string_view id) const noexcept;
};

inline constexpr std::size_t most_key_set_bytes = 256 * 1024;

// A key that is not for verifying signatures, is of an unknown kind, too weak, malformed or without `kid` is skipped,
// as RFC 7517 section 5 asks; so are symmetric and private keys, which nobody should have published, and all keys of a
// `kid` that stands twice. invalid_input: no key set, or no key left; the message starts with `name`.
[[nodiscard]] core::Result<KeySet> read_key_set(std::string_view json, const std::string& name);

}  // namespace guardian::adapters::sign_in
