#include "adapters/ledger/review_ledger.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/override.hpp"
#include "audit/ledger/reader.hpp"
#include "runtime/recording.hpp"

namespace guardian::adapters {
namespace {

namespace fs = std::filesystem;
using audit::ledger::Key;
using audit::ledger::Ledger;
using audit::ledger::Reader;

// A ledger that is out of reach is not tried with every review.
constexpr std::chrono::seconds retry_after{1};

// A review is read by others than the operator: where the ledger lies is not for them.
core::Error without_place(core::Error error, const audit::ledger::Place& place) {
  const std::string prefix = place.name() + ": ";
  if (error.message.rfind(prefix, 0) == 0) error.message = error.message.substr(prefix.size());
  return error;
}

std::string day(std::int64_t at_ms) { return time_text(at_ms).substr(0, 10); }

}  // namespace

core::Result<std::optional<Key>> ledger_key(const LedgerSettings& settings, bool may_make) {
  if (settings.deidentified) return std::optional<Key>();
  std::error_code ignored;
  const bool named = !settings.key.empty();
  if (!named && settings.place.server()) {
    // Replicas need one key, and nothing lies beside a server.
    if (!may_make) return std::optional<Key>();
    return core::fail(core::ErrorCode::invalid_input,
                      "a ledger on a server needs the file of its key (guardian ledger key makes one), or to be "
                      "de-identified");
  }
  const fs::path& ledger = settings.place.file();
  const fs::path file = named ? settings.key : fs::path(ledger.string() + ".key");
  const auto size = named ? 0 : fs::file_size(ledger, ignored);
  const bool is_new = !named && (!fs::exists(ledger, ignored) || size == 0);
  if (!named && !fs::exists(file, ignored)) {
    if (!may_make || !is_new) return std::optional<Key>();
    auto made = Key::create(file);
    if (made) return std::optional<Key>(std::move(*made));
    // Another process was quicker: its key is the one.
    if (made.error().code != core::ErrorCode::invalid_input) return core::fail(made.error());
  }
  auto key = Key::read(file);
  if (!key) return core::fail(key.error());
  return std::optional<Key>(std::move(*key));
}

struct ReviewLedger::Impl {
  LedgerSettings settings;
  mutable std::mutex mutex;
  std::shared_ptr<Ledger> ledger;  // null while it cannot be opened
  std::optional<Key> key;
  std::optional<Reader> reader;  // of overrides
  core::Error failure;           // then
  std::chrono::steady_clock::time_point tried;

  // Call with the mutex held.
  void try_open() {
    tried = std::chrono::steady_clock::now();
    auto found = ledger_key(settings, true);
    if (!found) {
      failure = found.error();
      return;
    }
    key = std::move(*found);
    audit::ledger::LedgerOptions options;
    options.key = key;
    auto opened = Ledger::open(settings.place, std::move(options));
    if (opened) {
      ledger = std::move(*opened);
      if (auto reading = Reader::open(settings.place)) reader.emplace(std::move(*reading));
    } else {
      failure = opened.error();
    }
    tried = std::chrono::steady_clock::now();  // it may have taken its time, and others wait
  }

  core::Result<std::shared_ptr<Ledger>> current() {
    const std::lock_guard lock(mutex);
    if (!ledger && std::chrono::steady_clock::now() - tried > retry_after) try_open();
    if (!ledger) return core::fail(failure);
    return ledger;
  }

  // What clinicians said to findings of this patient before, and whether it still holds. Without it a review is whole
  // all the same, so a failure to read is none of the review.
  void add_override_notes(ReviewRecord& record, std::int64_t at_ms) {
    struct Made {
      audit::ledger::Override override;
      std::uint64_t sequence = 0;
    };
    std::map<std::string, Made> latest;  // by finding
    {
      const std::lock_guard lock(mutex);
      if (!reader || !key) return;
      const auto rows = reader->overrides_of(record.review.case_id, *key);
      if (!rows) return;
      for (const audit::ledger::StoredRow& row : *rows) {
        auto override = decode_override(row.open, row.at_ms);
        if (!override) continue;
        std::string finding = override->finding;
        latest.insert_or_assign(std::move(finding), Made{std::move(*override), row.sequence});
      }
    }
    using audit::ledger::OverrideState;
    for (const auto& [finding, latest_one] : latest) {
      const auto& [made, sequence] = latest_one;
      const OverrideState state = state_of(made, record.review, at_ms);
      if (state == OverrideState::without_finding) continue;
      std::string note = "finding " + finding + ": overridden on " + day(made.made_ms) + " in row " +
                         std::to_string(sequence) + " (" + made.reason + ")";
      note += state == OverrideState::in_force ? ", until " + day(made.expires_ms)
                                               : "; that holds no longer: " + std::string(reason_of(state));
      record.override_notes.push_back(note);
      record.review.notes.push_back(std::move(note));
    }
  }

  core::Result<core::LedgerStamp> append(ReviewRecord& record, std::int64_t at_ms) {
    const auto book = current();
    if (!book) return core::fail(book.error());
    add_override_notes(record, at_ms);
    audit::ledger::Row row;
    row.at_ms = at_ms;
    row.patient = record.review.case_id;
    row.open = encode_open_part(record, !(*book)->seals());
    if ((*book)->seals()) row.sealed = encode_sealed_part(record);
    return (*book)->append(std::move(row));
  }
};

ReviewLedger::ReviewLedger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReviewLedger::ReviewLedger(ReviewLedger&&) noexcept = default;
ReviewLedger& ReviewLedger::operator=(ReviewLedger&&) noexcept = default;
ReviewLedger::~ReviewLedger() = default;

core::Result<ReviewLedger> ReviewLedger::open(LedgerSettings settings) {
  auto impl = std::make_unique<Impl>();
  impl->settings = std::move(settings);
  {
    const std::lock_guard lock(impl->mutex);
    impl->try_open();
    if (!impl->ledger && impl->failure.code == core::ErrorCode::invalid_input) return core::fail(impl->failure);
  }
  return ReviewLedger(std::move(impl));
}

core::Result<void> ReviewLedger::record(ReviewRecord& record, std::int64_t at_ms) {
  const auto recorded = impl_->append(record, at_ms);
  if (recorded) {
    runtime::note_recording(record.review, recorded);
    return {};
  }
  runtime::note_recording(record.review, core::fail(without_place(recorded.error(), impl_->settings.place)));
  return core::fail(recorded.error());
}

core::Result<core::LedgerStamp> ReviewLedger::add(audit::ledger::Row row) {
  const auto book = impl_->current();
  if (!book) return core::fail(book.error());
  return (*book)->append(std::move(row));
}

bool ReviewLedger::seals() const { return !impl_->settings.deidentified; }

core::Result<void> ReviewLedger::ready() const {
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->ledger) return core::fail(impl_->failure);
  return impl_->ledger->ready();
}

}  // namespace guardian::adapters
