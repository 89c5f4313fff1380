#include "audit/ledger/row.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/evp.h>

namespace guardian::audit::ledger {
namespace {

constexpr std::array kinds = {RowKind::review, RowKind::intervention, RowKind::override, RowKind::outcome,
                              RowKind::erasure};

constexpr std::string_view domain = "guardian-ledger-row-1";

// The fixed part of what is hashed, before the two payloads.
constexpr std::size_t header_size = domain.size() + 16 + 32 + 8 + 1 + 8 + 8 + 16 + 8 + 8;

class Header {
 public:
  void put(std::span<const std::uint8_t> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += bytes.size();
  }
  void put(std::string_view text) {
    for (const char letter : text) bytes_.at(used_++) = static_cast<std::uint8_t>(letter);
  }
  void put(std::uint64_t number) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes_.at(used_++) = static_cast<std::uint8_t>(number >> shift);
  }
  void put(RowKind kind) { bytes_.at(used_++) = static_cast<std::uint8_t>(kind); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  std::array<std::uint8_t, header_size> bytes_{};
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
  LedgerId ledger{};
};

RowHasher::RowHasher(const LedgerId& ledger) : impl_(std::make_unique<Impl>()) {
  impl_->ledger = ledger;
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
  Header header;
  header.put(domain);
  header.put(impl_->ledger);
  header.put(previous);
  header.put(row.sequence);
  header.put(row.kind);
  header.put(static_cast<std::uint64_t>(row.at_ms));
  header.put(row.about);
  header.put(row.key);
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
