#pragma once
// Jobs and answers that several services share through the PostgreSQL of their ledger (docs/replicas.md). A service
// takes pieces of any job for as long as a lease that it renews; those of a service that died are taken by another.
// What cases and replies say is sealed with the ledger's key. Safe to use from several threads; the work runs on
// threads of its own.

#include <functional>
#include <memory>
#include <string>

#include "adapters/ledger/review_ledger.hpp"
#include "adapters/service/idempotency.hpp"
#include "adapters/service/job_queue.hpp"

namespace guardian::adapters::service {

class SharedWork : public JobQueue {
 public:
  // As IdempotencyStore::once, over all services. While the shared place cannot be reached this service remembers for
  // itself, in `local`: no review is kept back for it.
  [[nodiscard]] virtual http::Reply once(const std::string& caller, const http::Request& request,
                                         const IdempotencyStore::Work& work, IdempotencyStore& local) = 0;
};

// Null where there is nothing to share: a ledger in a file, or one without a key.
[[nodiscard]] std::unique_ptr<SharedWork> shared_work(const LedgerSettings& ledger, DoPiece work);

}  // namespace guardian::adapters::service
