#pragma once
// Public keys in OpenSSL, made of the numbers of a JSON Web Key. Private to this folder.

#include <memory>
#include <optional>
#include <string_view>

#include "adapters/sign_in/verification_key.hpp"

namespace guardian::adapters::sign_in {

// Null: the numbers are no key of that kind (a point that is not on the curve, a modulus of 0 ...).
[[nodiscard]] std::shared_ptr<const void> curve_key(Algorithm algorithm, std::string_view x, std::string_view y);
[[nodiscard]] std::shared_ptr<const void> rsa_key(std::string_view modulus, std::string_view exponent);
[[nodiscard]] std::shared_ptr<const void> edwards_key(std::string_view point);

[[nodiscard]] std::size_t coordinate_bytes(Algorithm algorithm) noexcept;  // of ECDSA; else 0

// `key` comes from one of the functions above.
[[nodiscard]] bool verify_signature(const void* key, Algorithm algorithm, std::string_view bytes,
                                    std::string_view signature);

}  // namespace guardian::adapters::sign_in
