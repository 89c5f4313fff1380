#include "audit/ledger/reader.hpp"

#include <utility>

#include "audit/ledger/packing.hpp"
#include "audit/ledger/seal_context.hpp"

namespace guardian::audit::ledger {

struct Reader::Impl {
  std::unique_ptr<Store> store;
};

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

core::Result<Reader> Reader::open(const Place& place) {
  auto store = place.open_to_read();
  if (!store) return core::fail(store.error());
  return Reader(std::make_unique<Impl>(Impl{std::move(*store)}));
}

const LedgerId& Reader::id() const { return impl_->store->id(); }

core::Result<std::uint64_t> Reader::size() {
  const auto tail = impl_->store->tail();
  if (!tail) return core::fail(tail.error());
  return tail->sequence;
}

core::Result<std::optional<StoredRow>> Reader::row(std::uint64_t sequence) { return impl_->store->row(sequence); }

core::Result<void> Reader::scan(std::uint64_t first, std::uint64_t last,
                                const std::function<bool(const RowView&)>& use) {
  return impl_->store->scan(first, last, use);
}

core::Result<std::vector<std::uint64_t>> Reader::about(std::uint64_t sequence) { return impl_->store->about(sequence); }

core::Result<std::vector<StoredRow>> Reader::overrides_of(const std::string& patient, const Key& key) {
  return impl_->store->overrides_of(key.tag(patient));
}

core::Result<std::optional<Checkpoint>> Reader::last_checkpoint() {
  const auto all = impl_->store->checkpoints();
  if (!all) return core::fail(all.error());
  return all->empty() ? std::optional<Checkpoint>() : all->back();
}

core::Result<std::optional<PublicKey>> Reader::signer() { return impl_->store->signer(); }

core::Result<Opened> Reader::unseal(const RowView& row, const std::optional<Key>& key) {
  if (row.sealed.empty()) return Opened{};
  const auto wrapped = impl_->store->wrapped_key(row.key);
  if (!wrapped) return core::fail(wrapped.error());
  if (!*wrapped) return Opened{SealState::erased, {}};
  if (!key) return Opened{SealState::no_key, {}};
  const auto patient = key->unwrap(row.key, **wrapped);
  if (!patient) return Opened{SealState::damaged, {}};
  auto text = ledger::unseal(*patient, seal_context(sealed_packed, id(), row.key, row.kind), row.sealed);
  text =
      text ? unpack(*text) : ledger::unseal(*patient, seal_context(sealed_plain, id(), row.key, row.kind), row.sealed);
  if (!text) return Opened{SealState::damaged, {}};
  return Opened{SealState::opened, std::move(*text)};
}

}  // namespace guardian::audit::ledger
