#include "audit/ledger/row.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <openssl/evp.h>

namespace guardian::audit::ledger {
namespace {

constexpr std::array kinds = {RowKind::review, RowKind::intervention, RowKind::override, RowKind::outcome,
                              RowKind::erasure};

constexpr std::string_view domain = "guardian-ledger-row-1";

// What is hashed before the two payloads. Domain and ledger are the same for every row.
class Header {
 public:
  explicit Header(const LedgerId& ledger) {
    put(domain.data(), domain.size());
    put(ledger.data(), ledger.size());
    fixed_ = used_;
  }
  void restart() { used_ = fixed_; }
  void put(const void* bytes, std::size_t count) {
    std::memcpy(bytes_.data() + used_, bytes, count);
    used_ += count;
  }
  void put(std::uint64_t number) {
    for (std::size_t i = 0; i < 8; ++i) bytes_[used_ + i] = static_cast<std::uint8_t>(number >> (8 * i));
    used_ += 8;
  }
  void put(RowKind kind) { bytes_[used_++] = static_cast<std::uint8_t>(kind); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  std::array<std::uint8_t, domain.size() + 16 + 32 + 8 + 1 + 8 + 8 + 16 + 8 + 8> bytes_{};
  std::size_t fixed_ = 0;
  std::size_t used_ = 0;
};

}  // namespace

std::string_view to_string(RowKind kind) noexcept {
  switch (kind) {
    case RowKind::review: return "review";
    case RowKind::intervention: return "intervention";
    case RowKind::override: return "override";
    case RowKind::outcome: return "outcome";
    case RowKind::erasure: return "erasure";
  }
  return "unknown";
}

std::optional<RowKind> parse_row_kind(std::string_view name) noexcept {
  for (const RowKind kind : kinds) {
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

bool is_set(const KeyId& key) noexcept {
  return std::any_of(key.begin(), key.end(), [](std::uint8_t byte) { return byte != 0; });
}

struct RowHasher::Impl {
  EVP_MD* method = nullptr;
  EVP_MD_CTX* context = nullptr;
  Header header;

  explicit Impl(const LedgerId& ledger) : header(ledger) {}
};

RowHasher::RowHasher(const LedgerId& ledger) : impl_(std::make_unique<Impl>(ledger)) {
  // Fetched once: looking it up for every row would cost a third of the time.
  impl_->method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  impl_->context = EVP_MD_CTX_new();
  if (impl_->method == nullptr || impl_->context == nullptr) throw std::runtime_error("SHA-256 is not available");
}

RowHasher::~RowHasher() {
  EVP_MD_CTX_free(impl_->context);
  EVP_MD_free(impl_->method);
}

Hash RowHasher::hash(const Hash& previous, const RowView& row) {
  Header& header = impl_->header;
  header.restart();
  header.put(previous.data(), previous.size());
  header.put(row.sequence);
  header.put(row.kind);
  header.put(static_cast<std::uint64_t>(row.at_ms));
  header.put(row.about);
  header.put(row.key.data(), row.key.size());
  header.put(static_cast<std::uint64_t>(row.open.size()));
  header.put(static_cast<std::uint64_t>(row.sealed.size()));
  Hash result{};
  const bool done = EVP_DigestInit_ex2(impl_->context, impl_->method, nullptr) == 1 &&
                    EVP_DigestUpdate(impl_->context, header.data(), header.size()) == 1 &&
                    EVP_DigestUpdate(impl_->context, row.open.data(), row.open.size()) == 1 &&
                    EVP_DigestUpdate(impl_->context, row.sealed.data(), row.sealed.size()) == 1 &&
                    EVP_DigestFinal_ex(impl_->context, result.data(), nullptr) == 1;
  if (!done) throw std::runtime_error("SHA-256 failed");
  return result;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> into) noexcept {
  if (text.size() != into.size() * 2) return false;
  const auto value = [](char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < into.size(); ++i) {
    const int high = value(text[2 * i]);
    const int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    into[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::string hash_text(const Hash& hash) { return "sha256:" + to_hex(hash); }

}  // namespace guardian::audit::ledger
