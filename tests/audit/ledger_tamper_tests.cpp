// Everything that someone with the file and SQLite, and without the key, can do to a ledger, and what verify says to
// it.

#include <algorithm>
#include <fstream>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "tests/audit/ledger_files.hpp"
#include "tests/support/program.hpp"

using namespace guardian;
using ledger_kind = audit::ledger::DamageKind;
using tests::LedgerFile;
using tests::review_row;
namespace ledger = audit::ledger;

namespace {

bool names(const ledger::Verification& verification, ledger_kind kind, std::uint64_t sequence) {
  return std::any_of(verification.damage.begin(), verification.damage.end(),
                     [&](const ledger::Damage& damage) { return damage.kind == kind && damage.sequence == sequence; });
}

std::string said(const ledger::Verification& verification) {
  std::string text;
  for (const ledger::Damage& damage : verification.damage) text += damage.text + "\n";
  return text;
}

// Computes the hashes from `first` on anew, as someone would who has read docs/ledger.md.
void hash_again(const LedgerFile& file, std::uint64_t first, std::uint64_t last) {
  auto reader = ledger::Reader::open(file.path());
  REQUIRE(reader.has_value());
  ledger::RowHasher hasher(reader->id());
  auto previous = first > 1 ? reader->row(first - 1).value()->hash : ledger::Hash{};
  std::vector<std::string> changes;
  for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
    const auto row = reader->row(sequence).value();
    if (!row) continue;
    previous = hasher.hash(previous, row->view());
    changes.push_back("UPDATE entry SET hash = x'" + ledger::to_hex(previous) +
                      "' WHERE sequence = " + std::to_string(sequence));
  }
  file.tamper(changes);
}

}  // namespace

TEST_CASE("a changed row is named, whichever part of it was changed", "[audit][ledger][tamper]") {
  for (const char* change :
       {"open = x'7b7d'", "sealed = x'00'", "sealed = NULL", "kind = 2", "kind = 257", "at_ms = at_ms + 1", "about = 1",
        "patient_key = NULL", "hash = zeroblob(32)", "hash = x'00'"}) {
    INFO(change);
    const LedgerFile file;
    file.fill(10);
    file.tamper({std::string("UPDATE entry SET ") + change + " WHERE sequence = 5"});
    const auto verification = file.verified();
    INFO(said(verification));
    CHECK(names(verification, ledger_kind::changed, 5));
    CHECK(verification.checked == 10);
    CHECK_FALSE(names(verification, ledger_kind::changed, 4));
    CHECK_FALSE(names(verification, ledger_kind::changed, 7));
  }
}

TEST_CASE("removed rows are named wherever they stood", "[audit][ledger][tamper]") {
  const auto without = [](const std::string& which) {
    const LedgerFile file;
    file.fill(10);
    file.tamper({"DELETE FROM entry WHERE " + which});
    return file.verified();
  };
  CHECK(names(without("sequence = 1"), ledger_kind::missing, 1));
  CHECK(names(without("sequence BETWEEN 4 AND 6"), ledger_kind::missing, 4));
  CHECK(said(without("sequence BETWEEN 4 AND 6")).find("rows 4 to 6 are missing") != std::string::npos);
  CHECK(names(without("sequence = 10"), ledger_kind::cut, 10));
  CHECK(names(without("sequence > 2"), ledger_kind::cut, 4));
  CHECK(names(without("1"), ledger_kind::cut, 10));
}

TEST_CASE("rows in front of the first are found", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(3);
  file.tamper({"INSERT INTO entry SELECT -4, kind, at_ms, 0, NULL, hash, open, NULL FROM entry WHERE sequence = 2"});
  CHECK(names(file.verified(), ledger_kind::changed, 0));
}

TEST_CASE("rows in another order are named", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  file.tamper({"UPDATE entry SET sequence = -1 WHERE sequence = 4", "UPDATE entry SET sequence = 4 WHERE sequence = 7",
               "UPDATE entry SET sequence = 7 WHERE sequence = -1"});
  const auto verification = file.verified();
  CHECK(names(verification, ledger_kind::changed, 4));
  CHECK(names(verification, ledger_kind::changed, 7));
}

TEST_CASE("a row that was taken out and the gap closed is found", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  file.tamper({"DELETE FROM entry WHERE sequence = 5", "UPDATE entry SET sequence = sequence - 1 WHERE sequence > 5"});
  const auto verification = file.verified();
  CHECK(names(verification, ledger_kind::changed, 5));
  CHECK(names(verification, ledger_kind::cut, 10));
}

TEST_CASE("a row whose hash was computed anew breaks the row behind it", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  file.tamper({"UPDATE entry SET open = x'7b7d' WHERE sequence = 5"});
  hash_again(file, 5, 5);
  const auto verification = file.verified();
  CHECK(names(verification, ledger_kind::changed, 6));
  CHECK_FALSE(names(verification, ledger_kind::changed, 5));
}

TEST_CASE("a chain that was computed anew to its end contradicts the signed checkpoints", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  file.tamper({"UPDATE entry SET open = x'7b7d' WHERE sequence = 5"});
  hash_again(file, 5, 10);
  const auto verification = file.verified();
  INFO(said(verification));
  CHECK(names(verification, ledger_kind::rewritten, 8));
  CHECK(names(verification, ledger_kind::rewritten, 10));
  CHECK_FALSE(names(verification, ledger_kind::rewritten, 4));
  CHECK(verification.signed_rows == 4);
  CHECK(said(verification).find("row 5") == std::string::npos);
  // And without the checkpoints nothing is signed any more, which is shown, and a kept one still contradicts.
  const auto kept = ledger::Reader::open(file.path())->last_checkpoint().value();
  file.tamper({"DELETE FROM checkpoint"});
  CHECK(file.verified().signed_rows == 0);
  ledger::VerifyOptions options;
  options.from = kept;
  CHECK(names(file.verified(options), ledger_kind::rewritten, 10));
}

TEST_CASE("a forged signature, and one by another key, are found", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  file.tamper({"UPDATE checkpoint SET at_ms = at_ms + 1 WHERE sequence = 8"});
  CHECK(names(file.verified(), ledger_kind::signature, 8));

  const LedgerFile other;
  other.fill(10);
  const auto forger = ledger::Key::generate();
  auto reader = ledger::Reader::open(other.path());
  const auto forged = ledger::sign_checkpoint(forger, reader->id(), 8, 1, reader->row(8).value()->hash);
  const std::string signature = ledger::to_hex(forged.signature);
  const std::string key = ledger::to_hex(forged.key);
  other.tamper({"UPDATE checkpoint SET at_ms = 1, signature = x'" + signature + "', public_key = x'" + key +
                "' WHERE sequence = 8"});
  CHECK(names(other.verified(), ledger_kind::other_signer, 8));
}

TEST_CASE("a ledger written anew by someone with a key of his own is found by who knows the right key",
          "[audit][ledger][tamper]") {
  const LedgerFile real;
  real.fill(5);
  const LedgerFile forged;
  forged.fill(5);
  CHECK(forged.verified().sound());
  ledger::VerifyOptions options;
  options.signer = real.key()->public_key();
  CHECK(names(forged.verified(options), ledger_kind::other_signer, 5));
  CHECK(real.verified(options).sound());
  // Also by a checkpoint of the real one.
  options = {};
  options.from = ledger::Reader::open(real.path())->last_checkpoint().value();
  CHECK_FALSE(forged.verified(options).sound());
  CHECK(real.verified(options).sound());
}

TEST_CASE("a ledger that was cut behind a checkpoint is found by a later checkpoint that was kept",
          "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  ledger::VerifyOptions options;
  options.from = ledger::Reader::open(file.path())->last_checkpoint().value();
  file.tamper({"DELETE FROM entry WHERE sequence > 4", "DELETE FROM checkpoint WHERE sequence > 4"});
  CHECK(file.verified().sound());  // nothing in the file says that there was more
  CHECK(names(file.verified(options), ledger_kind::cut, 10));
}

TEST_CASE("from a checkpoint on only what is behind it is looked at", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  ledger::VerifyOptions options;
  options.from_sequence = 8;
  auto verification = file.verified(options);
  CHECK(verification.sound());
  CHECK(verification.checked == 3);
  file.tamper({"UPDATE entry SET at_ms = 0 WHERE sequence = 9"});
  CHECK(names(file.verified(options), ledger_kind::changed, 9));
  options.from_sequence = 7;
  CHECK(ledger::verify(file.path(), options).error().code == core::ErrorCode::not_found);
}

TEST_CASE("a key that is gone without an erasure is found", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(3);
  file.tamper({"DELETE FROM patient_key"});
  CHECK(names(file.verified(), ledger_kind::key_missing, 0));
}

TEST_CASE("tables or triggers that were changed are found", "[audit][ledger][tamper]") {
  for (const char* change : {"DROP TRIGGER entry_stays", "CREATE TABLE more (x)", "DROP INDEX entry_about"}) {
    const LedgerFile file;
    file.fill(3);
    { SQLite::Database(file.path().string(), SQLite::OPEN_READWRITE).exec(change); }
    CHECK(names(file.verified(), ledger_kind::tables, 0));
  }
}

TEST_CASE("nothing is appended to a ledger whose end was tampered with", "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(10);
  file.tamper({"UPDATE entry SET open = x'00' WHERE sequence = 10"});
  const auto opened = ledger::Ledger::open(file.path(), file.options());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == core::ErrorCode::io_failure);
  CHECK(opened.error().message.find("damaged at row 10") != std::string::npos);
  const LedgerFile cut;
  cut.fill(10);
  cut.tamper({"DELETE FROM entry WHERE sequence > 6"});
  CHECK(ledger::Ledger::open(cut.path(), cut.options()).error().message.find("was cut") != std::string::npos);
}

TEST_CASE("any byte of the file that is changed is found or changes nothing that was recorded",
          "[audit][ledger][tamper][property]") {
  const LedgerFile file;
  file.fill(40);
  const std::string whole = tests::read_text(file.path());
  std::vector<std::string> said_before;
  const auto contents = [&] {
    std::string text;
    auto reader = ledger::Reader::open(file.path());
    if (!reader) return std::string("unreadable");
    auto scanned = reader->scan(1, 1'000, [&](const ledger::RowView& row) {
      text += std::to_string(row.sequence) + std::string(to_string(row.kind)) + std::to_string(row.at_ms) +
              std::to_string(row.about) + ledger::to_hex(row.key) + std::string(row.open) + std::string(row.sealed);
      return true;
    });
    return scanned ? text : std::string("unreadable");
  };
  const std::string recorded = contents();
  CHECK(rc::check([&] {
    std::string spoilt = whole;
    const auto at = *rc::gen::inRange<std::size_t>(0, whole.size());
    const auto bits = *rc::gen::inRange(1, 256);
    spoilt[at] = static_cast<char>(static_cast<unsigned char>(spoilt[at]) ^ static_cast<unsigned>(bits));
    tests::write_text(file.path(), spoilt);
    const auto verification = ledger::verify(file.path());
    const bool found = !verification || !verification->sound();
    RC_ASSERT(found || contents() == recorded);
  }));
  tests::write_text(file.path(), whole);
  CHECK(file.verified().sound());
}

TEST_CASE("a ledger whose pages were overwritten is called damaged, and what can be read is checked",
          "[audit][ledger][tamper]") {
  const LedgerFile file;
  file.fill(400);
  std::string bytes = tests::read_text(file.path());
  REQUIRE(bytes.size() > 16 * 4096);
  for (std::size_t page = 10; page < 14; ++page)
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page * 4096), 4096, '\x5a');
  tests::write_text(file.path(), bytes);
  const auto verification = file.verified();
  CHECK_FALSE(verification.sound());
  CHECK(said(verification).find("cannot be read") != std::string::npos);
}
