#pragma once
// The key of a ledger: one secret of 32 bytes, from which the keys that sign, that wrap the keys of patients and that
// hide who a patient is are derived (libsodium: crypto_kdf, Ed25519, XChaCha20-Poly1305, keyed BLAKE2b). The file that
// holds it is for its owner alone; one that others may read is refused. Values are shared and wiped with the last copy;
// safe to use from several threads. No message holds any part of a key.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/ledger/row.hpp"
#include "core/result.hpp"

namespace guardian::audit::ledger {

using PublicKey = std::array<std::uint8_t, 32>;  // Ed25519
using Signature = std::array<std::uint8_t, 64>;
using PatientTag = std::array<std::uint8_t, 32>;  // stands for a patient; says nothing without the key

// Opens what was sealed for one patient.
struct PatientKey {
  KeyId id{};
  std::array<std::uint8_t, 32> secret{};
};

class Key {
 public:
  // Random, and in memory only.
  [[nodiscard]] static Key generate();
  // `io_failure` when the file cannot be read; `invalid_input` when it is no key, or others than its owner may read it.
  [[nodiscard]] static core::Result<Key> read(const std::filesystem::path& file);
  // Writes a new one, whole or not at all. A file that is there is never replaced: `invalid_input`.
  [[nodiscard]] static core::Result<Key> create(const std::filesystem::path& file);

  [[nodiscard]] const PublicKey& public_key() const;
  [[nodiscard]] Signature sign(std::string_view bytes) const;
  [[nodiscard]] PatientTag tag(std::string_view patient) const;

  [[nodiscard]] PatientKey new_patient_key() const;
  [[nodiscard]] std::string wrap(const PatientKey& key) const;
  // Nothing when it was not wrapped with this key, or was changed.
  [[nodiscard]] std::optional<PatientKey> unwrap(const KeyId& id, std::string_view wrapped) const;

 private:
  struct Impl;
  explicit Key(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

[[nodiscard]] bool signature_holds(const Signature& signature, std::string_view bytes, const PublicKey& key);

// Authenticated encryption: nonce, then text, then tag. `context` is not stored and must be the same to open.
[[nodiscard]] std::string seal(const PatientKey& key, std::string_view context, std::string_view text);
[[nodiscard]] std::optional<std::string> unseal(const PatientKey& key, std::string_view context,
                                                std::string_view sealed);

}  // namespace guardian::audit::ledger
