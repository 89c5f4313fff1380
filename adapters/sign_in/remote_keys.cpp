#include "adapters/sign_in/remote_keys.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace guardian::adapters::sign_in {

using Time = std::chrono::steady_clock::time_point;

struct RemoteKeys::Impl {
  std::string url;
  KeyFetch fetch;
  RemoteKeySettings settings;
  SteadyClock clock;

  std::mutex fetching;  // held while one thread fetches; taken before `mutex`
  std::mutex mutex;     // of what follows
  std::shared_ptr<const KeySet> keys;
  Time fetched;                   // when `keys` came
  std::optional<Time> attempted;  // when the last fetch began

  enum class Need : std::uint8_t { none, wish, must };

  struct Look {
    std::shared_ptr<const KeySet> keys;
    Need need = Need::none;
  };

  Look look(std::string_view key_id) {
    const std::lock_guard lock(mutex);
    const Time now = clock();
    if (keys && now - fetched > settings.most_age) keys = nullptr;
    const bool known = keys && keys->find(key_id) != nullptr;
    if (attempted && now - *attempted < settings.between_fetches) return {keys, Need::none};
    if (!known) return {keys, Need::must};
    return {keys, now - fetched > settings.refresh_after ? Need::wish : Need::none};
  }

  void fetch_now() {
    {
      const std::lock_guard lock(mutex);
      attempted = clock();
    }
    const auto body = fetch(url);
    if (!body) return;
    auto fresh = read_key_set(*body, "key set");
    if (!fresh) return;
    const std::lock_guard lock(mutex);
    keys = std::make_shared<const KeySet>(std::move(*fresh));
    fetched = clock();
  }
};

RemoteKeys::RemoteKeys(std::string url, KeyFetch fetch, const RemoteKeySettings& settings, SteadyClock clock)
    : impl_(std::make_unique<Impl>()) {
  impl_->url = std::move(url);
  impl_->fetch = std::move(fetch);
  impl_->settings = settings;
  impl_->clock = std::move(clock);
}

RemoteKeys::~RemoteKeys() = default;

const std::string& RemoteKeys::url() const noexcept { return impl_->url; }

std::shared_ptr<const KeySet> RemoteKeys::keys_for(std::string_view key_id) {
  auto seen = impl_->look(key_id);
  if (seen.need == Impl::Need::none && seen.keys && seen.keys->find(key_id) != nullptr) return seen.keys;
  std::unique_lock lock(impl_->fetching, std::defer_lock);
  if (seen.need == Impl::Need::wish) {
    if (!lock.try_lock()) return seen.keys;  // another thread is at it
  } else {
    lock.lock();  // also when it may not fetch itself: another thread may be about to bring the key
  }
  seen = impl_->look(key_id);
  if (seen.need == Impl::Need::none) return seen.keys;
  impl_->fetch_now();
  return impl_->look(key_id).keys;
}

}  // namespace guardian::adapters::sign_in
