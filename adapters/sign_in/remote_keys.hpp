#pragma once
// The key set that an issuer publishes at a URL (`jku`): fetched when it is first needed, when it has grown old, and
// when a token names a key that it does not have, but never more often than a rate allows, as anybody can name a key.
// While a fetch fails the keys from before are used, up to an age. Safe to call from several threads: one of them
// fetches; those that can do with the keys at hand do not wait for it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/sign_in/verification_key.hpp"
#include "core/result.hpp"

namespace guardian::adapters::sign_in {

// The body at a URL. Called without a lock of its caller; must end by itself within seconds.
using KeyFetch = std::function<core::Result<std::string>(const std::string& url)>;
using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

struct RemoteKeySettings {
  std::chrono::seconds between_fetches{30};
  std::chrono::seconds refresh_after{600};
  std::chrono::seconds most_age{std::chrono::hours(24)};  // of keys that could not be refreshed
};

class RemoteKeys {
 public:
  RemoteKeys(std::string url, KeyFetch fetch, const RemoteKeySettings& settings, SteadyClock clock);
  ~RemoteKeys();

  // Null: there is none to be had. The set may lack `key_id`.
  [[nodiscard]] std::shared_ptr<const KeySet> keys_for(std::string_view key_id);

  [[nodiscard]] const std::string& url() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::sign_in
