// Files of ours that were damaged: the knowledge base and the ledger; and what the rows of a ledger say.

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "adapters/knowledge_pack/knowledge_pack.hpp"
#include "adapters/ledger/review_record.hpp"
#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/checkpoint.hpp"
#include "audit/ledger/ledger.hpp"
#include "audit/ledger/packing.hpp"
#include "audit/ledger/reader.hpp"
#include "audit/ledger/verify.hpp"
#include "knowledge/seed.hpp"
#include "knowledge/store.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {
namespace {

namespace fs = std::filesystem;
namespace ledger = audit::ledger;

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (text.empty()) throw std::runtime_error("a kept file is missing");
  return text;
}

fs::path kept(const char* name) { return fs::path(GUARDIAN_SOURCE_DIR) / "tests/fuzz/kept" / name; }

struct SmallKnowledge {
  std::string file;
  std::string digest;
};

// A knowledge base of the tables in tests/fuzz/kept/seed; equal bytes each time.
const SmallKnowledge& small_knowledge() {
  static const SmallKnowledge made = [] {
    const fs::path file = scratch_folder() / "whole.kb";
    auto seed = knowledge::read_seed(kept("seed"));
    if (!seed) throw std::runtime_error(seed.error().message);
    const auto report = knowledge::Store::create(file, *seed);
    if (!report) throw std::runtime_error(report.error().message);
    return SmallKnowledge{bytes_of(file), report->digest};
  }();
  return made;
}

struct KeptLedger {
  std::string file;
  ledger::Checkpoint checkpoint;  // of its last row
  std::vector<ledger::StoredRow> rows;
};

std::vector<ledger::StoredRow> rows_of(ledger::Reader& reader) {
  std::vector<ledger::StoredRow> rows;
  static_cast<void>(reader.scan(1, 1'000, [&](const ledger::RowView& row) {
    rows.push_back({row.sequence, row.kind, row.at_ms, row.about, row.key, std::string(row.open),
                    std::string(row.sealed), row.hash});
    return true;
  }));
  return rows;
}

bool equal(const ledger::StoredRow& one, const ledger::StoredRow& other) {
  return one.sequence == other.sequence && one.kind == other.kind && one.at_ms == other.at_ms &&
         one.about == other.about && one.key == other.key && one.open == other.open && one.sealed == other.sealed &&
         one.hash == other.hash;
}

const KeptLedger& kept_ledger() {
  static const KeptLedger made = [] {
    KeptLedger whole;
    whole.file = bytes_of(kept("reviews.ledger"));
    std::string text = bytes_of(kept("reviews.checkpoint"));
    text.pop_back();
    const auto checkpoint = ledger::parse_checkpoint(text);
    if (!checkpoint) throw std::runtime_error("the kept checkpoint cannot be read");
    whole.checkpoint = *checkpoint;
    const fs::path file = scratch_folder() / "whole.ledger";
    write_bytes(file, whole.file);
    auto reader = ledger::Reader::open(file);
    if (!reader) throw std::runtime_error(reader.error().message);
    whole.rows = rows_of(*reader);
    if (whole.rows.size() != whole.checkpoint.sequence) throw std::runtime_error("the kept ledger is not whole");
    return whole;
  }();
  return made;
}

void remove_database(const fs::path& file) {
  for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + end);
}

}  // namespace

// What opens in spite of its damage (in bytes that nothing uses) says what the whole one says.
void take_knowledge_file(std::string_view bytes) {
  const fs::path file = scratch_folder() / "damaged.kb";
  remove_database(file);
  write_bytes(file, damaged(small_knowledge().file, bytes));
  auto store = knowledge::Store::open(file);
  if (!store) {
    demand(store.error().code == core::ErrorCode::knowledge_unavailable, "a damaged knowledge base is not available");
    return;
  }
  const auto tables = store->tables();
  const auto patient = store->patient_tables();
  const auto rules = store->rules();
  auto seed = store->seed();
  demand(tables && patient && rules && seed, "a knowledge base that opens can be read");
  seed->sort();
  demand(knowledge::content_digest(*seed) == small_knowledge().digest, "a changed knowledge base does not open");
}

// The changes fall on the signature, and on the first bytes of what was signed with them; the bytes as they are stand
// for a signature too. Nothing but what was signed is taken for it.
void take_knowledge_pack(std::string_view bytes) {
  static const auto key = ledger::Key::generate();
  static const fs::path file = scratch_folder() / "signed.kb";
  static const std::string signature = [] {
    write_bytes(file, small_knowledge().file);
    const auto made = adapters::sign_pack(file, key, "2026-11-02T08:00:00Z");
    if (!made) throw std::runtime_error(made.error().message);
    return bytes_of(adapters::signature_file(file));
  }();
  const auto holds = [](const std::string& beside) {
    write_bytes(adapters::signature_file(file), beside);
    const auto checked = adapters::check_pack(file, {key.public_key()});
    if (!checked) {
      demand(checked.error().code == core::ErrorCode::knowledge_unavailable && !checked.error().message.empty(),
             "what is not signed is not available, with a reason");
    }
    return checked.has_value();
  };
  const std::string changed = damaged(signature, bytes);
  demand(holds(changed) == (changed == signature), "a signature holds as it was written, and no other way");
  demand(!holds(std::string(bytes)) || bytes == signature, "what is no signature holds for nothing");
  const fs::path keys = scratch_folder() / "keys.pub";
  write_bytes(keys, bytes);
  if (const auto read = adapters::read_public_keys(keys)) demand(!read->empty(), "a file of keys has a key");

  const std::string other = damaged(small_knowledge().file, bytes);
  if (other == small_knowledge().file) return;
  write_bytes(file, other);
  demand(!holds(signature), "a signature holds for the bytes that were signed alone");
  write_bytes(file, small_knowledge().file);
}

// No damage is unseen by who holds a checkpoint and the key that signed it; and no damage makes rows up.
void take_ledger_file(std::string_view bytes) {
  const KeptLedger& whole = kept_ledger();
  const fs::path file = scratch_folder() / "damaged.ledger";
  remove_database(file);
  write_bytes(file, damaged(whole.file, bytes));
  ledger::VerifyOptions options;
  options.signer = whole.checkpoint.key;
  options.threads = 1;
  auto from = whole.checkpoint;
  const auto found = ledger::verify(file, options);
  options.from = from;
  const auto found_from = ledger::verify(file, options);
  auto reader = ledger::Reader::open(file);
  if (!reader) return;
  const auto rows = rows_of(*reader);
  static_cast<void>(reader->last_checkpoint());
  static_cast<void>(reader->about(1));
  if (!found || !found->sound() || !found_from || !found_from->sound()) return;
  demand(rows.size() == whole.rows.size(), "a ledger that is sound has all its rows");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    demand(equal(rows[i], whole.rows[i]), "the rows of a ledger that is sound are what was recorded");
  }
}

void take_ledger_row(std::string_view bytes) {
  if (const auto sealed = adapters::decode_sealed_part(bytes)) {
    demand(adapters::decode_sealed_part(bytes)->events == sealed->events, "a row is read the same each time");
  }
  static_cast<void>(ledger::unpack(bytes));
  demand(ledger::unpack(ledger::pack(bytes)) == bytes, "what is packed comes back");
  static_cast<void>(adapters::decode_open_review(bytes));
  if (const auto made = adapters::decode_override(bytes, 1'790'000'000'000)) {
    const std::string written = adapters::encode_open_part(*made);
    const auto again = adapters::decode_override(written, 1'790'000'000'000);
    demand(again && adapters::encode_open_part(*again) == written, "an override that is read can be written");
  }
  ledger::RowView row;
  row.sequence = 1;
  row.open = bytes;
  row.sealed = bytes;
  static_cast<void>(adapters::encode_row(row, {}, false));
  static_cast<void>(adapters::row_summary(row));
  if (const auto checkpoint = ledger::parse_checkpoint(bytes)) {
    demand(ledger::parse_checkpoint(ledger::to_text(*checkpoint)) == checkpoint,
           "a checkpoint that is read is written");
  }
}

}  // namespace guardian::fuzz
