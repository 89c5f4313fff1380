#include "audit/ledger/ledger.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "audit/ledger/packing.hpp"
#include "audit/ledger/seal_context.hpp"

namespace guardian::audit::ledger {
namespace {

using Clock = std::chrono::steady_clock;
using Stamp = core::Result<core::LedgerStamp>;

// Of a ledger that nobody signs: enough to see that its end is whole.
constexpr std::uint64_t unsigned_tail = 1'000;
// To write rows when the connection is lost meanwhile.
constexpr int most_attempts = 3;

struct Pending {
  Row row;
  std::promise<Stamp> answer;
};

core::Error damaged(const Place& place, std::uint64_t sequence) {
  return {core::ErrorCode::io_failure,
          place.name() + ": the ledger is damaged at row " + std::to_string(sequence) + "; see guardian ledger verify"};
}

// What is thrown in a thread of this file would end the program. It is want of memory, and so short a message needs
// none.
template <class Work>
core::Result<void> guarded(Work work) noexcept {
  try {
    return work();
  } catch (const std::exception&) {
    return core::fail({core::ErrorCode::io_failure, "out of memory"});
  }
}

// What is appended must stand on what was: from the last checkpoint on every row is looked at.
core::Result<void> check_end(Store& database, const Place& place) {
  // Before the last row: what another process writes meanwhile must not look cut.
  const auto signed_up_to = database.last_checkpoint();
  if (!signed_up_to) return core::fail(signed_up_to.error());
  const auto tail = database.tail();
  if (!tail) return core::fail(tail.error());
  if (*signed_up_to > tail->sequence) {
    return core::fail(core::ErrorCode::io_failure, place.name() + ": the ledger was cut: a checkpoint covers " +
                                                       std::to_string(*signed_up_to) + " rows and there are " +
                                                       std::to_string(tail->sequence));
  }
  std::uint64_t next = std::max<std::uint64_t>(*signed_up_to, 1);
  if (tail->sequence > unsigned_tail) next = std::max(next, tail->sequence - unsigned_tail);
  const auto before = database.hash_at(next - 1);
  if (!before) return core::fail(before.error());
  if (!*before) return core::fail(damaged(place, next - 1));
  RowHasher hasher(database.id());
  Hash previous = **before;
  std::optional<std::uint64_t> wrong;
  auto scanned = database.scan(next, tail->sequence, [&](const RowView& row) {
    if (row.sequence != next || hasher.hash(previous, row) != row.hash) wrong = next;
    previous = row.hash;
    ++next;
    return !wrong;
  });
  if (!scanned) return scanned;
  if (wrong) return core::fail(damaged(place, *wrong));
  return {};
}

core::Result<void> agree_on_key(Store& database, const Place& place, const std::optional<Key>& key) {
  // Two processes may bring the first key at the same time.
  if (auto begun = database.begin(); !begun) return begun;
  const auto settle = [&]() -> core::Result<void> {
    const auto signer = database.signer();
    if (!signer) return core::fail(signer.error());
    if (!key && *signer)
      return core::fail(core::ErrorCode::invalid_input,
                        place.name() + ": the ledger is kept with a key, which is not given");
    if (key && *signer && **signer != key->public_key())
      return core::fail(core::ErrorCode::invalid_input, place.name() + ": the ledger is kept with another key");
    if (key && !*signer) return database.set_signer(key->public_key());
    return {};
  };
  auto settled = settle();
  if (settled) settled = database.commit();
  if (!settled) database.rollback();
  return settled;
}

// One transaction: takes rows, gives them their places.
class Writer {
 public:
  Writer(Store& database, const LedgerOptions& options, std::uint64_t signed_up_to)
      : database_(database), options_(options), hasher_(database.id()), signed_up_to_(signed_up_to) {}

  core::Result<void> write(const std::vector<std::shared_ptr<Pending>>& batch, std::vector<Stamp>& stamps) {
    std::optional<Tail> in_doubt;  // written and committed when the connection was lost
    for (int attempt = 1;; ++attempt) {
      auto written = database_.begin();
      const bool began = written.has_value();
      if (began && in_doubt && holds(*in_doubt)) {
        database_.rollback();
        break;
      }
      if (written) {
        in_doubt.reset();  // whoever holds the turn sees all that was committed
        last_signed_ = signed_up_to_;
        stamps.clear();
        written = write_rows(batch, stamps);
      }
      if (written) {
        written = database_.commit();
        if (written) break;
        in_doubt = tail_;
      }
      const bool again = began && database_.lost() && attempt < most_attempts;
      database_.rollback();
      if (!again) return written;
    }
    signed_up_to_ = last_signed_;
    acknowledged_ = tail_;
    return {};
  }

  // After an exception: nothing stays begun, which would keep other writers out.
  void abandon() noexcept { database_.rollback(); }

  // Signs the last row, unless it is signed.
  core::Result<void> sign_end() {
    if (!options_.key) return {};
    last_signed_ = signed_up_to_;
    auto done = database_.begin();
    if (done) {
      const auto tail = database_.tail();
      done = tail ? core::Result<void>() : core::Result<void>(core::fail(tail.error()));
      if (tail && tail->sequence > signed_up_to_) {
        const auto row = database_.row(tail->sequence);
        done = row && *row ? sign({tail->sequence, tail->hash}, (*row)->at_ms) : core::Result<void>();
      }
    }
    if (done) done = database_.commit();
    if (!done) database_.rollback();
    return done;
  }

 private:
  core::Result<void> write_rows(const std::vector<std::shared_ptr<Pending>>& batch, std::vector<Stamp>& stamps) {
    auto tail = database_.tail();
    if (!tail) return core::fail(tail.error());
    if (auto kept = still_there(*tail); !kept) return kept;
    tail_ = *tail;
    for (const auto& pending : batch) {
      Stamp stamp = pending->row.kind == RowKind::erasure ? erase(pending->row) : add(pending->row);
      // A call that is wrong concerns nobody else; a file that fails ends the transaction for all.
      if (!stamp && stamp.error().code == core::ErrorCode::io_failure) return core::fail(stamp.error());
      stamps.push_back(std::move(stamp));
    }
    return {};
  }

  // A server that took the place of another may not have got the last rows of it. Who was told that they are kept is
  // not to find others in their places.
  core::Result<void> still_there(const Tail& tail) {
    if (tail.sequence == acknowledged_.sequence && tail.hash == acknowledged_.hash) return {};
    if (tail.sequence > acknowledged_.sequence && holds(acknowledged_)) return {};
    return core::fail(core::ErrorCode::io_failure,
                      "the ledger has lost rows that were there: row " + std::to_string(acknowledged_.sequence));
  }

  bool holds(const Tail& row) {
    const auto hash = database_.hash_at(row.sequence);
    return hash && *hash && **hash == row.hash;
  }

  Stamp add(const Row& row) {
    RowView written{tail_.sequence + 1, row.kind, row.at_ms, row.about, {}, row.open, {}, {}};
    std::string sealed;
    if (row.about > 0) {
      const auto about =
          row.about <= tail_.sequence ? database_.row(row.about) : core::Result<std::optional<StoredRow>>(std::nullopt);
      if (!about) return core::fail(about.error());
      if (!*about)
        return core::fail(core::ErrorCode::not_found,
                          "there is no row " + std::to_string(row.about) + " in the ledger");
      written.key = (*about)->key;
    }
    if (options_.key && !row.sealed.empty()) {
      const auto key = row.patient.empty() ? key_of(written.key, row.about) : key_of_patient(row.patient);
      if (!key) return core::fail(key.error());
      written.key = key->id;
      sealed = seal(*key, seal_context(sealed_packed, database_.id(), key->id, row.kind), row.sealed);
      written.sealed = sealed;
    }
    return put(written);
  }

  Stamp erase(const Row& row) {
    if (!options_.key) return core::fail(core::ErrorCode::invalid_input, "a ledger without a key holds nothing sealed");
    const auto keys = database_.keys_of(options_.key->tag(row.patient));
    if (!keys) return core::fail(keys.error());
    if (keys->empty()) return core::fail(core::ErrorCode::not_found, "the ledger has no key of this patient");
    Stamp last = core::fail(core::ErrorCode::internal, "");
    for (const KeyId& key : *keys) {
      last = put({tail_.sequence + 1, RowKind::erasure, row.at_ms, 0, key, row.open, {}, {}});
      if (!last) return last;
      if (auto destroyed = database_.destroy_key(key); !destroyed) return core::fail(destroyed.error());
    }
    return last;
  }

  Stamp put(RowView row) {
    row.hash = hasher_.hash(tail_.hash, row);
    if (auto added = database_.add(row); !added) return core::fail(added.error());
    tail_ = {row.sequence, row.hash};
    if (options_.key && row.sequence - last_signed_ >= options_.checkpoint_every) {
      if (auto done = sign(tail_, row.at_ms); !done) return core::fail(done.error());
    }
    return core::LedgerStamp{row.sequence, hash_text(row.hash), {}};
  }

  core::Result<void> sign(const Tail& tail, std::int64_t at_ms) {
    last_signed_ = tail.sequence;
    return database_.add(sign_checkpoint(*options_.key, database_.id(), tail.sequence, at_ms, tail.hash));
  }

  // Always from the file: another process may just have erased the patient.
  core::Result<PatientKey> key_of(const KeyId& id, std::uint64_t about) {
    const auto wrapped = database_.wrapped_key(id);
    if (!wrapped) return core::fail(wrapped.error());
    if (!*wrapped) {
      return core::fail(core::ErrorCode::not_found,
                        "the case of row " + std::to_string(about) + " was erased, or was never kept");
    }
    const auto key = options_.key->unwrap(id, **wrapped);
    if (!key) return core::fail(core::ErrorCode::io_failure, "a key of the ledger is damaged");
    return *key;
  }

  core::Result<PatientKey> key_of_patient(const std::string& patient) {
    const PatientTag tag = options_.key->tag(patient);
    const auto keys = database_.keys_of(tag);
    if (!keys) return core::fail(keys.error());
    if (!keys->empty()) return key_of(keys->front(), 0);
    const PatientKey made = options_.key->new_patient_key();
    if (auto added = database_.add_key(made.id, tag, options_.key->wrap(made)); !added)
      return core::fail(added.error());
    return made;
  }

  Store& database_;
  const LedgerOptions& options_;
  RowHasher hasher_;
  std::uint64_t signed_up_to_;
  std::uint64_t last_signed_ = 0;
  Tail tail_;          // of what is being written
  Tail acknowledged_;  // of what has been
};

}  // namespace

struct Ledger::Impl {
  LedgerOptions options;
  std::unique_ptr<Store> database;  // of the writing thread
  std::unique_ptr<Store> folding;   // of the folding thread; null: there is nothing to fold
  Writer writer;

  mutable std::mutex mutex;
  std::condition_variable_any work;   // there is something to write
  std::condition_variable_any space;  // there is room in the queue
  std::deque<std::shared_ptr<Pending>> queue;
  bool closing = false;
  std::optional<core::Error> broken;

  std::mutex fold_mutex;
  std::condition_variable_any fold;
  bool is_long = false;    // the write-ahead log
  std::mutex folding_now;  // one of the two threads at a time

  std::jthread folding_thread;
  std::jthread writing_thread;

  Impl(LedgerOptions given, std::unique_ptr<Store> writes, std::unique_ptr<Store> folds, std::uint64_t signed_up_to)
      : options(std::move(given)),
        database(std::move(writes)),
        folding(std::move(folds)),
        writer(*database, options, signed_up_to) {
    if (folding) folding_thread = std::jthread([this](const std::stop_token& stop) { fold_log(stop); });
    writing_thread = std::jthread([this] { write(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    work.notify_all();
    space.notify_all();
    writing_thread.join();
    folding_thread.request_stop();
    if (folding_thread.joinable()) folding_thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void write() {
    std::vector<std::shared_ptr<Pending>> batch;
    std::vector<Stamp> stamps;
    for (;;) {
      {
        std::unique_lock lock(mutex);
        work.wait(lock, [&] { return closing || !queue.empty(); });
        if (queue.empty()) break;
        // All that came while the last transaction was written.
        if (!guarded([&]() -> core::Result<void> {
              batch.reserve(queue.size());
              return {};
            })) {
          refuse_first();
          continue;
        }
        batch.assign(std::make_move_iterator(queue.begin()), std::make_move_iterator(queue.end()));
        queue.clear();
      }
      space.notify_all();
      const auto written = guarded([&] { return writer.write(batch, stamps); });
      if (!written) writer.abandon();
      const bool erased = std::any_of(batch.begin(), batch.end(),
                                      [](const auto& pending) { return pending->row.kind == RowKind::erasure; });
      // The key must not be left in the log.
      if (written && erased) (void)guarded([&] { return database->fold_log(Store::Fold::clearing); });
      note(written);
      for (std::size_t i = 0; i < batch.size(); ++i)
        batch[i]->answer.set_value(written ? std::move(stamps[i]) : refusal(written.error()));
      batch.clear();
      (void)guarded([&] { return tell_folder(); });
    }
    // What cannot be signed now is signed by whoever opens the ledger next.
    if (!guarded([&] { return writer.sign_end(); })) writer.abandon();
  }

  void note(const core::Result<void>& written) {
    const std::lock_guard lock(mutex);
    broken.reset();
    if (!written) broken = refusal(written.error()).error();
  }

  // The mutex is held.
  void refuse_first() {
    const core::Error error{core::ErrorCode::io_failure, "out of memory"};
    broken = error;
    queue.front()->answer.set_value(refusal(error));
    queue.pop_front();
  }

  // The error again; where there is no memory for its words, what it is.
  static Stamp refusal(const core::Error& error) noexcept {
    try {
      return core::fail(error);
    } catch (const std::exception&) {
      return core::fail({error.code, "out of memory"});
    }
  }

  core::Result<void> tell_folder() {
    const int count = database->pages_in_log().value_or(0);
    if (!folding || count < options.fold_pages) return {};
    if (count >= options.wait_pages) {
      // Beside steady writing the other thread never gets to the end of the log, from which alone it starts anew.
      const std::lock_guard lock(folding_now);
      return database->fold_log(Store::Fold::waiting);
    }
    {
      const std::lock_guard lock(fold_mutex);
      is_long = true;
    }
    fold.notify_one();
    return {};
  }

  void fold_log(const std::stop_token& stop) {
    for (;;) {
      {
        std::unique_lock lock(fold_mutex);
        if (!fold.wait(lock, stop, [&] { return is_long; })) return;
        is_long = false;
      }
      const std::lock_guard lock(folding_now);
      // A failure shows where it matters, when rows are written.
      (void)guarded([&] { return folding->fold_log(Store::Fold::without_waiting); });
    }
  }

  Stamp append(Row row) {
    const auto deadline = Clock::now() + options.append_wait;
    if (row.open.size() + row.sealed.size() > longest_row)
      return core::fail(core::ErrorCode::io_failure, "the row is too long for the ledger");
    // Here, where callers work side by side; there is one thread that writes.
    if (options.key && !row.sealed.empty()) {
      const auto packed = guarded([&]() -> core::Result<void> {
        row.sealed = pack(row.sealed);
        return {};
      });
      if (!packed) return refusal(packed.error());
    }
    auto pending = std::make_shared<Pending>();
    pending->row = std::move(row);
    auto answer = pending->answer.get_future();
    {
      std::unique_lock lock(mutex);
      if (!space.wait_until(lock, deadline, [&] { return queue.size() < options.queue_limit; }))
        return core::fail(core::ErrorCode::io_failure, "the ledger is too slow: its queue is full");
      queue.push_back(pending);
    }
    work.notify_one();
    if (answer.wait_until(deadline) == std::future_status::ready) return answer.get();
    const std::lock_guard lock(mutex);
    std::erase(queue, pending);  // it is not recorded later, when nobody waits for it any more
    return core::fail(core::ErrorCode::io_failure, "the ledger is too slow: the row was not written in time");
  }
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

core::Result<std::unique_ptr<Ledger>> Ledger::open(const Place& place, LedgerOptions options) {
  auto database = place.open_to_append(options.busy_wait);
  if (!database) return core::fail(database.error());
  if (auto whole = check_end(**database, place); !whole) return core::fail(whole.error());
  if (auto agreed = agree_on_key(**database, place, options.key); !agreed) return core::fail(agreed.error());
  const auto signed_up_to = (*database)->last_checkpoint();
  if (!signed_up_to) return core::fail(signed_up_to.error());
  std::unique_ptr<Store> folding;
  if ((*database)->pages_in_log()) {
    auto second = place.open_to_append(options.busy_wait);
    if (!second) return core::fail(second.error());
    folding = std::move(*second);
  }
  return std::unique_ptr<Ledger>(
      new Ledger(std::make_unique<Impl>(std::move(options), std::move(*database), std::move(folding), *signed_up_to)));
}

core::Result<core::LedgerStamp> Ledger::append(Row row) { return impl_->append(std::move(row)); }

core::Result<core::LedgerStamp> Ledger::erase(std::string patient, std::int64_t at_ms, std::string open) {
  Row row;
  row.kind = RowKind::erasure;
  row.at_ms = at_ms;
  row.patient = std::move(patient);
  row.open = std::move(open);
  return append(std::move(row));
}

bool Ledger::seals() const { return impl_->options.key.has_value(); }

core::Result<void> Ledger::ready() const {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->broken) return core::fail(*impl_->broken);
  return {};
}

}  // namespace guardian::audit::ledger
