#include "adapters/sign_in/replay_store.hpp"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "knowledge/digest.hpp"

namespace guardian::adapters::sign_in {
namespace {

// Of fixed size, however long the ids of an issuer are.
knowledge::Sha256Digest digest_of(std::string_view token_id) {
  knowledge::Sha256 hash;
  hash.update(token_id);
  return hash.finish();
}

struct Accepted {
  std::set<knowledge::Sha256Digest> ids;
  std::set<std::pair<std::int64_t, knowledge::Sha256Digest>> by_end;

  void forget_before(std::int64_t now) {
    while (!by_end.empty() && by_end.begin()->first <= now) {
      ids.erase(by_end.begin()->second);
      by_end.erase(by_end.begin());
    }
  }
};

}  // namespace

struct ReplayStore::Impl {
  std::size_t most_per_issuer = 0;
  mutable std::mutex mutex;
  std::map<std::string, Accepted, std::less<>> issuers;
};

ReplayStore::ReplayStore(std::size_t most_per_issuer) : impl_(std::make_unique<Impl>()) {
  impl_->most_per_issuer = most_per_issuer;
}

ReplayStore::~ReplayStore() = default;

Admission ReplayStore::admit(std::string_view issuer, std::string_view token_id, std::int64_t until, std::int64_t now) {
  const knowledge::Sha256Digest id = digest_of(token_id);
  const std::lock_guard lock(impl_->mutex);
  auto at = impl_->issuers.find(issuer);
  if (at == impl_->issuers.end()) at = impl_->issuers.emplace(std::string(issuer), Accepted{}).first;
  Accepted& accepted = at->second;
  accepted.forget_before(now);
  if (accepted.ids.count(id) != 0) return Admission::replayed;
  if (accepted.ids.size() >= impl_->most_per_issuer) return Admission::full;
  accepted.ids.insert(id);
  accepted.by_end.emplace(until, id);
  return Admission::fresh;
}

std::size_t ReplayStore::size() const {
  const std::lock_guard lock(impl_->mutex);
  std::size_t sum = 0;
  for (const auto& [issuer, accepted] : impl_->issuers) sum += accepted.ids.size();
  return sum;
}

}  // namespace guardian::adapters::sign_in
