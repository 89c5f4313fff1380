#include "adapters/sign_in/key_handle.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace guardian::adapters::sign_in {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::shared_ptr<const void> owned(EVP_PKEY* key) {
  ERR_clear_error();
  if (key == nullptr) return nullptr;
  return {key, [](EVP_PKEY* owner) { EVP_PKEY_free(owner); }};
}

std::shared_ptr<const void> from_parameters(const char* kind, const Params& params) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    key = nullptr;
  }
  auto result = owned(key);
  if (!result) return nullptr;
  // Also that a point is on its curve, and not the one at infinity.
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  const bool good = check && EVP_PKEY_public_check(check.get()) == 1;
  ERR_clear_error();
  return good ? result : nullptr;
}

const char* curve_name(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::es256: return "P-256";
    case Algorithm::es384: return "P-384";
    case Algorithm::es512: return "P-521";
    case Algorithm::rs256:
    case Algorithm::rs384:
    case Algorithm::rs512:
    case Algorithm::eddsa: return nullptr;
  }
  return nullptr;
}

// Null for EdDSA, which hashes by itself.
const EVP_MD* digest_of(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::es256:
    case Algorithm::rs256: return EVP_sha256();
    case Algorithm::es384:
    case Algorithm::rs384: return EVP_sha384();
    case Algorithm::es512:
    case Algorithm::rs512: return EVP_sha512();
    case Algorithm::eddsa: return nullptr;
  }
  return nullptr;
}

// r and s side by side (RFC 7518 section 3.4) as the DER that OpenSSL reads; empty when that cannot be.
std::string der_of(std::string_view raw, std::size_t coordinate) {
  if (raw.size() != 2 * coordinate) return {};
  const EcSignature signature(ECDSA_SIG_new());
  Number r = number_of(raw.substr(0, coordinate));
  Number s = number_of(raw.substr(coordinate));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // the signature owns them now
  static_cast<void>(s.release());
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(signature.get(), &at);
  return der;
}

}  // namespace

std::size_t coordinate_bytes(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::es256: return 32;
    case Algorithm::es384: return 48;
    case Algorithm::es512: return 66;
    case Algorithm::rs256:
    case Algorithm::rs384:
    case Algorithm::rs512:
    case Algorithm::eddsa: return 0;
  }
  return 0;
}

std::shared_ptr<const void> curve_key(Algorithm algorithm, std::string_view x, std::string_view y) {
  const std::string point = "\x04" + std::string(x) + std::string(y);  // uncompressed
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || curve_name(algorithm) == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve_name(algorithm), 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  return from_parameters("EC", Params(OSSL_PARAM_BLD_to_param(builder.get())));
}

std::shared_ptr<const void> rsa_key(std::string_view modulus, std::string_view exponent) {
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || !n || !e || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return from_parameters("RSA", Params(OSSL_PARAM_BLD_to_param(builder.get())));
}

std::shared_ptr<const void> edwards_key(std::string_view point) {
  return owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(point), point.size()));
}

bool verify_signature(const void* key, Algorithm algorithm, std::string_view bytes, std::string_view signature) {
  std::string der;
  if (const std::size_t coordinate = coordinate_bytes(algorithm); coordinate > 0) {
    der = der_of(signature, coordinate);
    if (der.empty()) return false;
    signature = der;
  }
  // OpenSSL takes the key as changeable, and only reads it here.
  auto* const pkey = const_cast<EVP_PKEY*>(static_cast<const EVP_PKEY*>(key));
  const DigestContext context(EVP_MD_CTX_new());
  const bool good =
      context && EVP_DigestVerifyInit(context.get(), nullptr, digest_of(algorithm), nullptr, pkey) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace guardian::adapters::sign_in
