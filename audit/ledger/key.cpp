#include "audit/ledger/key.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace guardian::audit::ledger {
namespace {

static_assert(crypto_kdf_KEYBYTES == 32);
static_assert(crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_BYTES == 64);

constexpr std::string_view mark = "guardian-ledger-key-1\n";
constexpr const char* kdf_context = "grdledgr";
enum Purpose : std::uint64_t { signing = 1, wrapping = 2, tagging = 3 };

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // libsodium speaks of unsigned char
}

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be started");
}

std::string encrypt(const std::uint8_t* key, std::string_view context, std::string_view text) {
  constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  std::string sealed(nonce_size + text.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  auto* out = reinterpret_cast<unsigned char*>(sealed.data());
  randombytes_buf(out, nonce_size);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + nonce_size, &written, bytes_of(text), text.size(), bytes_of(context),
                                             context.size(), nullptr, out, key);
  return sealed;
}

std::optional<std::string> decrypt(const std::uint8_t* key, std::string_view context, std::string_view sealed) {
  constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t overhead = nonce_size + crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (sealed.size() < overhead) return std::nullopt;
  std::string text(sealed.size() - overhead, '\0');
  unsigned long long written = 0;
  const auto* in = bytes_of(sealed);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(text.data()), &written, nullptr,
                                                 in + nonce_size, sealed.size() - nonce_size, bytes_of(context),
                                                 context.size(), in, key) != 0) {
    return std::nullopt;
  }
  return text;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

struct Key::Impl {
  std::array<std::uint8_t, crypto_kdf_KEYBYTES> secret{};
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> signing_key{};
  std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES> wrapping_key{};
  std::array<std::uint8_t, crypto_generichash_KEYBYTES> tagging_key{};
  PublicKey public_key{};

  void derive() {
    std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed{};
    crypto_kdf_derive_from_key(seed.data(), seed.size(), signing, kdf_context, secret.data());
    crypto_sign_seed_keypair(public_key.data(), signing_key.data(), seed.data());
    sodium_memzero(seed.data(), seed.size());
    crypto_kdf_derive_from_key(wrapping_key.data(), wrapping_key.size(), wrapping, kdf_context, secret.data());
    crypto_kdf_derive_from_key(tagging_key.data(), tagging_key.size(), tagging, kdf_context, secret.data());
  }

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    sodium_memzero(secret.data(), secret.size());
    sodium_memzero(signing_key.data(), signing_key.size());
    sodium_memzero(wrapping_key.data(), wrapping_key.size());
    sodium_memzero(tagging_key.data(), tagging_key.size());
  }
};

Key::Key(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Key Key::generate() {
  start_sodium();
  auto impl = std::make_shared<Impl>();
  crypto_kdf_keygen(impl->secret.data());
  impl->derive();
  return Key(std::move(impl));
}

core::Result<Key> Key::read(const std::filesystem::path& file) {
  start_sodium();
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.number() < 0) {
    const auto code = errno == ENOENT ? core::ErrorCode::invalid_input : core::ErrorCode::io_failure;
    return core::fail(code, file.string() + ": the key cannot be read: " + reason());
  }
  struct stat state {};
  if (::fstat(opened.number(), &state) == 0 && S_ISREG(state.st_mode) && (state.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return core::fail(core::ErrorCode::invalid_input,
                      file.string() + ": others than its owner may use this key; chmod 600 it");
  }
  std::array<char, 128> text{};
  const ssize_t count = ::read(opened.number(), text.data(), text.size());
  if (count < 0)
    return core::fail(core::ErrorCode::io_failure, file.string() + ": the key cannot be read: " + reason());
  std::string_view content(text.data(), static_cast<std::size_t>(count));
  auto impl = std::make_shared<Impl>();
  bool sound = content.substr(0, mark.size()) == mark;
  if (sound) {
    content.remove_prefix(mark.size());
    if (!content.empty() && content.back() == '\n') content.remove_suffix(1);
    sound = from_hex(content, impl->secret);
  }
  sodium_memzero(text.data(), text.size());
  if (!sound) return core::fail(core::ErrorCode::invalid_input, file.string() + ": is no key of a ledger");
  impl->derive();
  return Key(std::move(impl));
}

core::Result<Key> Key::create(const std::filesystem::path& file) {
  const Key key = generate();
  const std::string written = file.string() + ".new." + std::to_string(::getpid());
  std::string text = std::string(mark) + to_hex(key.impl_->secret) + "\n";
  bool whole = false;
  {
    const Descriptor opened(::open(written.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (opened.number() < 0)
      return core::fail(core::ErrorCode::io_failure, file.string() + ": the key cannot be written: " + reason());
    whole = ::write(opened.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
            ::fsync(opened.number()) == 0;
  }
  sodium_memzero(text.data(), text.size());
  // A link does not replace what is there: of two who make one at the same time, one is refused and reads the other's.
  const bool there = whole && ::link(written.c_str(), file.c_str()) == 0;
  const int error = errno;
  ::unlink(written.c_str());
  if (there) return key;
  if (whole && error == EEXIST)
    return core::fail(core::ErrorCode::invalid_input,
                      file.string() + ": is there already, and a key is never replaced");
  return core::fail(core::ErrorCode::io_failure,
                    file.string() + ": the key cannot be written: " + std::generic_category().message(error));
}

const PublicKey& Key::public_key() const { return impl_->public_key; }

Signature Key::sign(std::string_view bytes) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(bytes), bytes.size(), impl_->signing_key.data());
  return signature;
}

PatientTag Key::tag(std::string_view patient) const {
  PatientTag result{};
  crypto_generichash(result.data(), result.size(), bytes_of(patient), patient.size(), impl_->tagging_key.data(),
                     impl_->tagging_key.size());
  return result;
}

PatientKey Key::new_patient_key() const {
  PatientKey key;
  randombytes_buf(key.id.data(), key.id.size());
  randombytes_buf(key.secret.data(), key.secret.size());
  return key;
}

std::string Key::wrap(const PatientKey& key) const {
  const std::string_view id(reinterpret_cast<const char*>(key.id.data()), key.id.size());
  const std::string_view secret(reinterpret_cast<const char*>(key.secret.data()), key.secret.size());
  return encrypt(impl_->wrapping_key.data(), id, secret);
}

std::optional<PatientKey> Key::unwrap(const KeyId& id, std::string_view wrapped) const {
  PatientKey key;
  key.id = id;
  auto secret = decrypt(impl_->wrapping_key.data(), {reinterpret_cast<const char*>(id.data()), id.size()}, wrapped);
  if (!secret || secret->size() != key.secret.size()) return std::nullopt;
  std::string& plain = *secret;
  std::memcpy(key.secret.data(), plain.data(), key.secret.size());
  sodium_memzero(plain.data(), key.secret.size());
  return key;
}

bool signature_holds(const Signature& signature, std::string_view bytes, const PublicKey& key) {
  start_sodium();
  return crypto_sign_verify_detached(signature.data(), bytes_of(bytes), bytes.size(), key.data()) == 0;
}

std::string seal(const PatientKey& key, std::string_view context, std::string_view text) {
  return encrypt(key.secret.data(), context, text);
}

std::optional<std::string> unseal(const PatientKey& key, std::string_view context, std::string_view sealed) {
  return decrypt(key.secret.data(), context, sealed);
}

}  // namespace guardian::audit::ledger
