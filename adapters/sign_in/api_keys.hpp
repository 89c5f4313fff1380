#pragma once
// The keys of the API under /v1: a text file of lines "NAME ROLE HASH". A key is 256 random bits; the file holds the
// SHA-256 of the key's text. A slow hash with a salt protects what people can guess; nobody guesses 256 bits, and a
// fast hash keeps sign-in from being a way to make the service busy. No message holds a key or a hash.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::sign_in {

// Each may do all that those before it may.
enum class ApiRole : std::uint8_t { reader, reviewer, admin };

[[nodiscard]] std::string_view to_string(ApiRole role) noexcept;
[[nodiscard]] std::optional<ApiRole> api_role(std::string_view name) noexcept;
[[nodiscard]] constexpr bool may_act_as(ApiRole held, ApiRole needed) noexcept { return held >= needed; }

struct ApiClient {
  std::string name;  // for logs and the ledger
  ApiRole role = ApiRole::reader;

  friend bool operator==(const ApiClient&, const ApiClient&) = default;
};

// Immutable once read: safe to share.
class ApiKeys {
 public:
  // Blank lines and lines that start with `#` are skipped. NAME is 1 to 64 of A-Z a-z 0-9 . _ -; it may stand twice,
  // with one role, so that a key can be changed without a gap. invalid_input names `file` and the line.
  [[nodiscard]] static core::Result<ApiKeys> read(std::string_view text, const std::string& file);

  // Whose key stands in that header ("Bearer KEY"). Takes the same time whichever key it is.
  [[nodiscard]] std::optional<ApiClient> find(std::string_view authorization) const;

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    ApiClient client;
    std::string digest;  // 32 bytes
  };
  std::vector<Entry> entries_;
};

// The file, read again on demand. Safe to call from several threads.
class ApiKeyFile {
 public:
  // io_failure: it cannot be read.
  [[nodiscard]] static core::Result<std::unique_ptr<ApiKeyFile>> open(const std::string& path);

  // On an error the keys from before stay.
  [[nodiscard]] core::Result<std::size_t> reload();  // how many keys there are

  [[nodiscard]] std::optional<ApiClient> find(std::string_view authorization) const;

 private:
  ApiKeyFile(std::string path, ApiKeys keys);
  [[nodiscard]] std::shared_ptr<const ApiKeys> keys() const;

  std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const ApiKeys> keys_;
};

struct NewApiKey {
  std::string key;   // to be given to the client; it is kept nowhere
  std::string line;  // for the file, without a line break
};

// internal: no random bytes are to be had; invalid_input: a name that the file would refuse.
[[nodiscard]] core::Result<NewApiKey> new_api_key(const std::string& name, ApiRole role);

}  // namespace guardian::adapters::sign_in
