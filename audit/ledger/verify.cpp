#include "audit/ledger/verify.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <thread>
#include <unordered_set>

namespace guardian::audit::ledger {
namespace {

// Of one kind there is no use in more: a ledger that was written anew is wrong everywhere.
constexpr std::size_t most_damage = 1'000;

// Each row is read once, from end to end.
constexpr int scan_cache_kib = 256;

// Of a file whose last page cannot be read.
constexpr std::uint64_t unknown_end = std::numeric_limits<std::int64_t>::max();
// Where no row of ours stands: to SQLite a negative number.
constexpr auto before_all = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::min());

std::string rows_text(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "row " + std::to_string(first) + " is";
  return "rows " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

// Keys are random: any part of one is as good as a hash of it.
struct KeyHash {
  std::size_t operator()(const KeyId& key) const noexcept {
    std::size_t part = 0;
    std::memcpy(&part, key.data(), sizeof(part));
    return part;
  }
};
using KeySet = std::unordered_set<KeyId, KeyHash>;

// What one thread found in its part of the rows.
struct Part {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t checked = 0;
  std::vector<Damage> damage;
  KeySet sealed_with;
  KeySet erased;
};

void note(Part& part, DamageKind kind, std::uint64_t sequence, std::string text) {
  if (part.damage.size() < most_damage) part.damage.push_back({kind, sequence, std::move(text)});
}

void note_missing(Part& part, std::uint64_t first, std::uint64_t last) {
  note(part, DamageKind::missing, first, rows_text(first, last) + " missing");
}

// A row is right when its hash follows from what it says and from the hash that stands in the row before. So parts of a
// ledger can be looked at side by side: each takes the hash before its first row as it stands, and the part before
// has looked at that.
void check_part(Store& database, Part& part) {
  const auto before = database.hash_at(part.first - 1);
  std::optional<Hash> previous = before ? *before : std::nullopt;
  RowHasher hasher(database.id());
  std::uint64_t next = part.first;
  std::optional<KeyId> last_key;
  auto scanned = database.scan(part.first, part.last, [&](const RowView& row) {
    if (row.sequence > next) {
      note_missing(part, next, row.sequence - 1);
      previous.reset();
    }
    // Behind a gap a row has nothing to be checked against.
    if (previous && hasher.hash(*previous, row) != row.hash) {
      note(part, DamageKind::changed, row.sequence,
           "row " + std::to_string(row.sequence) + " or the hash in front of it is not what was recorded");
    }
    if (!row.sealed.empty() && last_key != row.key) part.sealed_with.insert(row.key);
    last_key = row.sealed.empty() ? std::optional<KeyId>() : row.key;
    if (row.kind == RowKind::erasure) part.erased.insert(row.key);
    previous = row.hash;
    next = row.sequence + 1;
    ++part.checked;
    return true;
  });
  if (!scanned) {
    note(part, DamageKind::unreadable, next,
         "from row " + std::to_string(next) + " on a part of the file cannot be read: " + scanned.error().message);
  } else if (next <= part.last && part.last != unknown_end) {
    note_missing(part, next, part.last);
  }
}

core::Result<std::vector<Part>> check_rows(const Place& place, Store& database, std::uint64_t first, std::uint64_t last,
                                           unsigned threads) {
  std::vector<Part> parts;
  if (first > last) return parts;
  const std::uint64_t count = last - first + 1;
  const std::uint64_t number =
      last == unknown_end ? 1 : std::clamp<std::uint64_t>(count / 1'000, 1, std::max(threads, 1U));
  for (std::uint64_t i = 0; i < number; ++i) {
    Part part;
    part.first = first + count * i / number;
    part.last = first + count * (i + 1) / number - 1;
    parts.push_back(std::move(part));
  }
  std::vector<std::unique_ptr<Store>> connections;
  for (std::uint64_t i = 1; i < number; ++i) {
    auto opened = place.open_to_read(scan_cache_kib);
    if (!opened) return core::fail(opened.error());
    connections.push_back(std::move(*opened));
  }
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 1; i < parts.size(); ++i)
      workers.emplace_back([&, i] { check_part(*connections[i - 1], parts[i]); });
    check_part(database, parts[0]);
  }
  return parts;
}

void check_checkpoints(Store& database, const std::vector<Checkpoint>& checkpoints, std::uint64_t first,
                       Verification& verification) {
  for (const Checkpoint& checkpoint : checkpoints) {
    if (checkpoint.sequence < first) continue;
    ++verification.checkpoints;
    const std::string name = "checkpoint " + std::to_string(checkpoint.sequence);
    const auto wrong = [&](DamageKind kind, std::string text) {
      verification.damage.push_back({kind, checkpoint.sequence, std::move(text)});
    };
    if (!signature_holds(checkpoint)) {
      wrong(DamageKind::signature, name + " is not what was signed");
      continue;
    }
    if (verification.signer && checkpoint.key != *verification.signer) {
      wrong(DamageKind::other_signer, name + " is signed by another key");
      continue;
    }
    if (checkpoint.ledger != database.id()) {
      wrong(DamageKind::rewritten, name + " is of another ledger");
      continue;
    }
    if (checkpoint.sequence > verification.rows) {
      wrong(DamageKind::cut, "the ledger was cut: " + name + " covers " + std::to_string(checkpoint.sequence) +
                                 " rows and there are " + std::to_string(verification.rows));
      continue;
    }
    const auto hash = database.hash_at(checkpoint.sequence);
    if (!hash) {
      wrong(DamageKind::unreadable, "the row of " + name + " cannot be read");
    } else if (*hash && **hash != checkpoint.hash) {
      wrong(DamageKind::rewritten, "rows up to " + std::to_string(checkpoint.sequence) +
                                       " were written anew: their last hash is not the one that was signed");
    } else if (*hash) {
      verification.signed_rows = std::max(verification.signed_rows, checkpoint.sequence);
    }
  }
}

// Erasures in the rows from `first` on.
KeySet erasures_from(Store& database, std::uint64_t first) {
  KeySet erased;
  (void)database.scan(first, unknown_end, [&](const RowView& row) {
    if (row.kind == RowKind::erasure) erased.insert(row.key);
    return true;
  });
  return erased;
}

// A key that was destroyed without a row that says so.
void check_keys(Store& database, const std::vector<Part>& parts, Verification& verification) {
  KeySet sealed_with;
  KeySet erased;
  for (const Part& part : parts) {
    sealed_with.insert(part.sealed_with.begin(), part.sealed_with.end());
    erased.insert(part.erased.begin(), part.erased.end());
  }
  std::vector<KeyId> missing;
  for (const KeyId& key : sealed_with) {
    const auto wrapped = database.wrapped_key(key);
    if (wrapped && !*wrapped && erased.count(key) == 0) missing.push_back(key);
  }
  if (missing.empty()) return;
  // Erased while the rows were looked at: then the row that says so is a new one.
  erased = erasures_from(database, verification.rows + 1);
  for (const KeyId& key : missing) {
    if (erased.count(key) == 1) continue;
    verification.damage.push_back(
        {DamageKind::key_missing, 0,
         "the key " + to_hex(key) + " of sealed rows is gone, and no row says that it was erased"});
  }
}

}  // namespace

std::string_view to_string(DamageKind kind) noexcept {
  switch (kind) {
    case DamageKind::unreadable: return "unreadable";
    case DamageKind::tables: return "tables";
    case DamageKind::missing: return "missing";
    case DamageKind::changed: return "changed";
    case DamageKind::cut: return "cut";
    case DamageKind::rewritten: return "rewritten";
    case DamageKind::signature: return "signature";
    case DamageKind::other_signer: return "other signer";
    case DamageKind::key_missing: return "key missing";
  }
  return "unknown";
}

core::Result<Verification> verify(const Place& place, const VerifyOptions& options) {
  auto database = place.open_to_read(scan_cache_kib);
  if (!database) return core::fail(database.error());
  Verification verification;
  const auto unreadable = [&](const core::Error& error) {
    verification.damage.push_back({DamageKind::unreadable, 0, "a part of the file cannot be read: " + error.message});
  };
  if (const auto same = (*database)->has_own_tables(); !same) {
    unreadable(same.error());
  } else if (!*same) {
    verification.damage.push_back({DamageKind::tables, 0, "tables or triggers are not those of a ledger"});
  }
  // Before the last row: what is written meanwhile must not look cut.
  auto checkpoints = (*database)->checkpoints();
  if (!checkpoints) {
    unreadable(checkpoints.error());
    checkpoints = std::vector<Checkpoint>();
  }
  auto tail = (*database)->tail();
  if (!tail) {
    unreadable(tail.error());
    tail = Tail{unknown_end, {}};
  }
  const auto named = (*database)->signer();
  if (!named) unreadable(named.error());
  verification.rows = tail->sequence;
  verification.head = tail->hash;
  verification.signer = options.signer || !named ? options.signer : *named;

  std::uint64_t first = 1;
  if (options.from_sequence > 0) {
    const bool there = std::any_of(checkpoints->begin(), checkpoints->end(), [&](const Checkpoint& checkpoint) {
      return checkpoint.sequence == options.from_sequence;
    });
    if (!there)
      return core::fail(core::ErrorCode::not_found,
                        "the ledger has no checkpoint at row " + std::to_string(options.from_sequence));
    first = options.from_sequence;
  }
  if (options.from) {
    // It is looked at as if it stood in the file.
    if (!verification.signer) verification.signer = options.from->key;
    checkpoints->push_back(*options.from);
    first = std::max<std::uint64_t>(options.from->sequence, 1);
  }
  verification.first = first;
  (void)(*database)->scan(before_all, 0, [&](const RowView&) {
    verification.damage.push_back({DamageKind::changed, 0, "there are rows in front of the first"});
    return false;
  });
  const auto parts = check_rows(place, **database, first, tail->sequence, options.threads);
  if (!parts) return core::fail(parts.error());
  for (const Part& part : *parts) {
    verification.checked += part.checked;
    verification.damage.insert(verification.damage.end(), part.damage.begin(), part.damage.end());
  }
  if (verification.rows == unknown_end) verification.rows = first - 1 + verification.checked;
  check_checkpoints(**database, *checkpoints, first, verification);
  // From a checkpoint on: who erased a key then cannot have used it since.
  check_keys(**database, *parts, verification);
  std::stable_sort(verification.damage.begin(), verification.damage.end(),
                   [](const Damage& left, const Damage& right) { return left.sequence < right.sequence; });
  return verification;
}

}  // namespace guardian::audit::ledger
