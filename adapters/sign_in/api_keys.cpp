#include "adapters/sign_in/api_keys.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "adapters/sign_in/base64url.hpp"
#include "adapters/sign_in/bearer.hpp"
#include "knowledge/digest.hpp"

namespace guardian::adapters::sign_in {
namespace {

constexpr std::string_view prefix = "gsk_";  // tells a person, and a scanner of secrets, what it is
constexpr std::size_t key_bytes = 32;
constexpr std::size_t key_characters = 4 + 43;
constexpr std::size_t most_name_characters = 64;
constexpr std::size_t most_file_bytes = 1024 * 1024;
constexpr std::array<std::string_view, 3> role_names{"reader", "reviewer", "admin"};

std::string digest_of(std::string_view key) {
  knowledge::Sha256 hash;
  hash.update(key);
  const knowledge::Sha256Digest digest = hash.finish();
  return {digest.begin(), digest.end()};
}

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= most_name_characters && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() != 64) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    unsigned value = 0;
    for (const char c : text.substr(at, 2)) {
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<unsigned>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        value = value * 16 + static_cast<unsigned>(c - 'a') + 10;
      } else {
        return std::nullopt;
      }
    }
    bytes += static_cast<char>(static_cast<unsigned char>(value));
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const auto end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

core::Result<ApiKeys> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(most_file_bytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) return core::fail(core::ErrorCode::io_failure, "cannot read " + path);
  if (text.size() > most_file_bytes) return core::fail(core::ErrorCode::invalid_input, path + " is larger than 1 MB");
  return ApiKeys::read(text, path);
}

}  // namespace

std::string_view to_string(ApiRole role) noexcept { return role_names[static_cast<std::size_t>(role)]; }

std::optional<ApiRole> api_role(std::string_view name) noexcept {
  for (std::size_t at = 0; at < role_names.size(); ++at) {
    if (role_names[at] == name) return static_cast<ApiRole>(at);
  }
  return std::nullopt;
}

core::Result<ApiKeys> ApiKeys::read(std::string_view text, const std::string& file) {
  ApiKeys keys;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty() || words.front().front() == '#') continue;
    const auto wrong = [&](std::string_view what) {
      return core::fail(core::ErrorCode::invalid_input,
                        file + " line " + std::to_string(number) + ": " + std::string(what));
    };
    if (words.size() != 3) return wrong("must be NAME ROLE HASH");
    if (!is_name(words[0])) return wrong("NAME must be 1 to 64 letters, digits, dots, dashes or underscores");
    const auto role = api_role(words[1]);
    if (!role) return wrong("ROLE must be reader, reviewer or admin");
    auto digest = from_hex(words[2]);
    if (!digest) return wrong("HASH must be 64 digits of 0-9 and a-f");
    for (const Entry& other : keys.entries_) {
      if (other.digest == *digest) return wrong("this key stands in an earlier line");
      if (other.client.name == words[0] && other.client.role != *role) return wrong("this name has another role above");
    }
    keys.entries_.push_back({{std::string(words[0]), *role}, std::move(*digest)});
  }
  return keys;
}

std::optional<ApiClient> ApiKeys::find(std::string_view authorization) const {
  const auto key = bearer_of(authorization);
  if (!key || key->size() != key_characters || key->substr(0, prefix.size()) != prefix) return std::nullopt;
  const std::string digest = digest_of(*key);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0) found = &entry;
  }
  if (found == nullptr) return std::nullopt;
  return found->client;
}

ApiKeyFile::ApiKeyFile(std::string path, ApiKeys keys)
    : path_(std::move(path)), keys_(std::make_shared<const ApiKeys>(std::move(keys))) {}

core::Result<std::unique_ptr<ApiKeyFile>> ApiKeyFile::open(const std::string& path) {
  auto keys = read_file(path);
  if (!keys) return core::fail(std::move(keys.error()));
  return std::unique_ptr<ApiKeyFile>(new ApiKeyFile(path, std::move(*keys)));
}

core::Result<std::size_t> ApiKeyFile::reload() {
  auto keys = read_file(path_);
  if (!keys) return core::fail(std::move(keys.error()));
  const std::size_t count = keys->size();
  auto fresh = std::make_shared<const ApiKeys>(std::move(*keys));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(fresh);
  return count;
}

std::shared_ptr<const ApiKeys> ApiKeyFile::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

std::optional<ApiClient> ApiKeyFile::find(std::string_view authorization) const { return keys()->find(authorization); }

core::Result<NewApiKey> new_api_key(const std::string& name, ApiRole role) {
  if (!is_name(name)) {
    return core::fail(core::ErrorCode::invalid_input,
                      "the name of a key must be 1 to 64 letters, digits, dots, dashes or underscores");
  }
  std::array<std::uint8_t, key_bytes> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return core::fail(core::ErrorCode::internal, "no random bytes for a new key");
  }
  NewApiKey made;
  made.key = std::string(prefix) + to_base64url(random);
  made.line = name + " " + std::string(to_string(role)) + " " + to_hex(digest_of(made.key));
  OPENSSL_cleanse(random.data(), random.size());
  return made;
}

}  // namespace guardian::adapters::sign_in
