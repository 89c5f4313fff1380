#include "audit/ledger/place.hpp"

#include "audit/ledger/database.hpp"

namespace guardian::audit::ledger {

core::Result<std::unique_ptr<Store>> Place::open_to_append(std::chrono::milliseconds busy_wait) const {
  return server_ ? server_->open_to_append(busy_wait) : Database::open_to_append(file_, busy_wait);
}

core::Result<std::unique_ptr<Store>> Place::open_to_read(int cache_kib) const {
  return server_ ? server_->open_to_read() : Database::open_to_read(file_, cache_kib);
}

}  // namespace guardian::audit::ledger
