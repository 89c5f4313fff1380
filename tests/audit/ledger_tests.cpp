#include "audit/ledger/ledger.hpp"

#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "audit/ledger/packing.hpp"
#include "audit/ledger/place.hpp"
#include "audit/ledger/seal_context.hpp"
#include "tests/audit/ledger_files.hpp"
#include "tests/support/program.hpp"

using namespace guardian;
using tests::LedgerFile;
using tests::review_row;
namespace ledger = audit::ledger;

TEST_CASE("a row of a ledger comes back as it was recorded, and has its place and hash", "[audit][ledger]") {
  const LedgerFile file;
  core::LedgerStamp first;
  {
    const auto book = file.open();
    first = book->append(review_row(1)).value();
    CHECK(book->append(review_row(2, "P-2")).value().sequence == 2);
    CHECK(book->ready().has_value());
  }
  CHECK(first.sequence == 1);
  auto reader = ledger::Reader::open(file.path());
  REQUIRE(reader.has_value());
  const auto row = reader->row(1).value();
  REQUIRE(row.has_value());
  CHECK(ledger::hash_text(row->hash) == first.hash);
  CHECK(row->open == R"({"number":1})");
  CHECK(row->at_ms == 1'790'000'000'001);
  const auto opened = reader->unseal(row->view(), file.key()).value();
  CHECK(opened.state == ledger::SealState::opened);
  CHECK(opened.text == review_row(1).sealed);
  CHECK(reader->unseal(row->view(), std::nullopt).value().state == ledger::SealState::no_key);
  CHECK(reader->unseal(row->view(), ledger::Key::generate()).value().state == ledger::SealState::damaged);
  CHECK_FALSE(reader->row(3).value().has_value());
}

TEST_CASE("no word that was sealed stands in the files of a ledger", "[audit][ledger]") {
  const LedgerFile file;
  const auto book = file.open();
  for (int i = 0; i < 20; ++i) REQUIRE(book->append(review_row(i, "Jane-Doe-1950")).has_value());
  for (const auto& entry : std::filesystem::directory_iterator(file.folder())) {
    const std::string bytes = tests::read_text(entry.path());
    CHECK(bytes.find("words of patient") == std::string::npos);
    CHECK(bytes.find("Jane-Doe") == std::string::npos);
  }
}

TEST_CASE("a ledger without a key leaves out what is to be sealed, and signs nothing", "[audit][ledger]") {
  const LedgerFile file(false);
  file.fill(9);
  auto reader = ledger::Reader::open(file.path());
  const auto row = reader->row(9).value();
  CHECK(row->sealed.empty());
  CHECK(row->open == R"({"number":9})");
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows == 9);
  CHECK(verification.signed_rows == 0);
}

TEST_CASE("a ledger goes on where it was closed, and is signed up to its end when it is closed", "[audit][ledger]") {
  const LedgerFile file;
  for (int run = 0; run < 5; ++run) file.fill(3);
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows == 15);
  CHECK(verification.checked == 15);
  CHECK(verification.signed_rows == 15);
  CHECK(verification.signer == file.key()->public_key());
}

TEST_CASE("a ledger that is kept with a key is not opened with another one or none", "[audit][ledger]") {
  const LedgerFile file;
  file.fill(2);
  ledger::LedgerOptions options;
  auto opened = ledger::Ledger::open(file.path(), options);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == core::ErrorCode::invalid_input);
  options.key = ledger::Key::generate();
  opened = ledger::Ledger::open(file.path(), options);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().message.find("another key") != std::string::npos);
  CHECK(file.verified().rows == 2);
}

TEST_CASE("SQLite itself refuses to change or remove what a ledger holds", "[audit][ledger]") {
  const LedgerFile file;
  file.fill(6);
  SQLite::Database database(file.path().string(), SQLite::OPEN_READWRITE);
  for (const char* statement :
       {"UPDATE entry SET open = x'00' WHERE sequence = 2", "DELETE FROM entry WHERE sequence = 6",
        "INSERT OR REPLACE INTO entry SELECT sequence, kind, at_ms, 7, NULL, hash, open, NULL FROM entry WHERE "
        "sequence = 2",
        "INSERT INTO entry SELECT 9, kind, at_ms, 0, NULL, hash, open, NULL FROM entry WHERE sequence = 2",
        "DELETE FROM checkpoint", "UPDATE checkpoint SET at_ms = 1", "UPDATE patient_key SET wrapped = x'00'",
        "DELETE FROM signer", "UPDATE ledger SET id = x'00'"}) {
    INFO(statement);
    CHECK_THROWS(database.exec(statement));
  }
  CHECK(file.verified().sound());
}

TEST_CASE("a row about another one is sealed with the key of its patient", "[audit][ledger]") {
  const LedgerFile file;
  const auto book = file.open();
  REQUIRE(book->append(review_row(1, "P-7")).has_value());
  ledger::Row override;
  override.kind = ledger::RowKind::override;
  override.about = 1;
  override.open = R"({"reason":"benefit"})";
  override.sealed = R"({"comment":"spoke with the family"})";
  CHECK(book->append(override).value().sequence == 2);
  override.about = 3;
  const auto nowhere = book->append(override);
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().code == core::ErrorCode::not_found);
  CHECK(book->ready().has_value());

  auto reader = ledger::Reader::open(file.path());
  CHECK(reader->about(1).value() == std::vector<std::uint64_t>{2});
  const auto row = reader->row(2).value();
  CHECK(row->key == reader->row(1).value()->key);
  CHECK(reader->unseal(row->view(), file.key()).value().text == override.sealed);
}

TEST_CASE("erasing a patient destroys the key for good, touches nobody else and leaves the chain whole",
          "[audit][ledger]") {
  const LedgerFile file;
  {
    const auto book = file.open();
    for (int i = 1; i <= 6; ++i) REQUIRE(book->append(review_row(i, i % 2 == 0 ? "even" : "odd")).has_value());
    CHECK(book->erase("even", 1'790'000'001'000, R"({"reason":"request"})").value().sequence == 7);
    const auto again = book->erase("even", 1'790'000'001'000, "{}");
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == core::ErrorCode::not_found);
    // A patient who comes back gets another key.
    CHECK(book->append(review_row(8, "even")).value().sequence == 8);
    ledger::Row late;
    late.kind = ledger::RowKind::outcome;
    late.about = 2;
    late.sealed = "{}";
    CHECK(book->append(late).error().code == core::ErrorCode::not_found);
  }
  auto reader = ledger::Reader::open(file.path());
  for (const std::uint64_t sequence : {2U, 4U, 6U}) {
    const auto row = reader->row(sequence).value();
    CHECK(reader->unseal(row->view(), file.key()).value().state == ledger::SealState::erased);
  }
  for (const std::uint64_t sequence : {1U, 5U, 8U}) {
    const auto row = reader->row(sequence).value();
    CHECK(reader->unseal(row->view(), file.key()).value().state == ledger::SealState::opened);
  }
  CHECK(reader->row(7).value()->kind == ledger::RowKind::erasure);
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows == 8);
}

TEST_CASE("the wrapped key of an erased patient is in no byte of the files", "[audit][ledger]") {
  const LedgerFile file;
  const auto book = file.open();
  REQUIRE(book->append(review_row(1, "P-1")).has_value());
  std::string wrapped;
  {
    SQLite::Database database(file.path().string(), SQLite::OPEN_READONLY);
    wrapped = database.execAndGet("SELECT wrapped FROM patient_key").getString();
  }
  REQUIRE(wrapped.size() == 72);
  const auto stands_somewhere = [&] {
    for (const auto& entry : std::filesystem::directory_iterator(file.folder())) {
      if (tests::read_text(entry.path()).find(wrapped) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(stands_somewhere());
  REQUIRE(book->erase("P-1", 1, "{}").has_value());
  CHECK_FALSE(stands_somewhere());
}

TEST_CASE("eight threads and two openings of one file lose nothing and break no chain", "[audit][ledger]") {
  const LedgerFile file;
  constexpr int each = 60;
  std::vector<std::vector<core::LedgerStamp>> stamps(8);
  {
    // Two connections are to SQLite what two processes are.
    const auto one = file.open(16);
    const auto other = file.open(16);
    std::vector<std::jthread> writers;
    for (std::size_t i = 0; i < stamps.size(); ++i) {
      writers.emplace_back([&, i] {
        for (int n = 0; n < each; ++n) {
          auto stamp = (i % 2 == 0 ? one : other)->append(review_row(n, "P-" + std::to_string(i)));
          if (stamp) stamps[i].push_back(*stamp);
        }
      });
    }
  }
  auto reader = ledger::Reader::open(file.path());
  std::set<std::uint64_t> places;
  for (const auto& list : stamps) {
    CHECK(list.size() == each);
    std::uint64_t before = 0;
    for (const auto& stamp : list) {
      CHECK(stamp.sequence > before);
      before = stamp.sequence;
      places.insert(stamp.sequence);
      CHECK(ledger::hash_text(reader->row(stamp.sequence).value()->hash) == stamp.hash);
    }
  }
  CHECK(places.size() == 8 * each);
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows == 8 * each);
}

TEST_CASE("a ledger that is written and erased from meanwhile verifies", "[audit][ledger]") {
  const LedgerFile file;
  const auto book = file.open(2);
  REQUIRE(book->append(review_row(0)).has_value());
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 1; !stop.stop_requested(); ++i) {
      (void)book->append(review_row(i, "P-" + std::to_string(i % 5)));
      if (i % 5 == 0) (void)book->erase("P-" + std::to_string(i % 4), i, "{}");
    }
  });
  for (int i = 0; i < 60; ++i) {
    const auto verification = file.verified();
    INFO((verification.sound() ? "" : verification.damage.front().text));
    REQUIRE(verification.sound());
  }
}

TEST_CASE("what is no ledger, or of a newer program, is refused and left as it was", "[audit][ledger]") {
  const LedgerFile file;
  {
    SQLite::Database other(file.path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    other.exec("CREATE TABLE t (x)");
  }
  const std::string before = tests::read_text(file.path());
  auto opened = ledger::Ledger::open(file.path(), file.options());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == core::ErrorCode::io_failure);
  CHECK(opened.error().message.find("is no ledger") != std::string::npos);
  CHECK(tests::read_text(file.path()) == before);

  tests::write_text(file.path(), "these are no pages of a database, whatever they are\n");
  opened = ledger::Ledger::open(file.path(), file.options());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().message.find("is no ledger") != std::string::npos);

  const LedgerFile newer;
  newer.fill(1);
  { SQLite::Database(newer.path().string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 2"); }
  opened = ledger::Ledger::open(newer.path(), newer.options());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().message.find("newer version") != std::string::npos);
  CHECK_FALSE(ledger::verify(newer.path()).has_value());
}

TEST_CASE("a key file is for its owner, is never replaced, and gives the same key again", "[audit][ledger]") {
  const tests::TemporaryFolder folder;
  const auto path = folder.path() / "ledger.key";
  const auto made = ledger::Key::create(path);
  REQUIRE(made.has_value());
  CHECK(std::filesystem::status(path).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  const auto read = ledger::Key::read(path);
  REQUIRE(read.has_value());
  CHECK(read->public_key() == made->public_key());
  CHECK(read->tag("P-1") == made->tag("P-1"));
  CHECK(read->tag("P-1") != ledger::Key::generate().tag("P-1"));
  CHECK(ledger::Key::create(path).error().code == core::ErrorCode::invalid_input);
  std::filesystem::permissions(path, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  CHECK(ledger::Key::read(path).error().message.find("chmod 600") != std::string::npos);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read, std::filesystem::perm_options::replace);
  tests::write_text(folder.path() / "other", "guardian-ledger-key-1\n00");
  std::filesystem::permissions(folder.path() / "other", std::filesystem::perms::owner_read);
  CHECK(ledger::Key::read(folder.path() / "other").error().message.find("is no key") != std::string::npos);
  CHECK_FALSE(ledger::Key::read(folder.path() / "none").has_value());
}

TEST_CASE("a checkpoint comes back from its text, and any other byte breaks its signature", "[audit][ledger]") {
  const LedgerFile file;
  file.fill(3);
  const auto checkpoint = ledger::Reader::open(file.path())->last_checkpoint().value();
  REQUIRE(checkpoint.has_value());
  const std::string text = ledger::to_text(*checkpoint);
  CHECK(ledger::parse_checkpoint(text + "\n") == checkpoint);
  CHECK(ledger::signature_holds(*checkpoint));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '1' ? '2' : '1';
    const auto other = ledger::parse_checkpoint(changed);
    CHECK((!other || !ledger::signature_holds(*other)));
  }
}

TEST_CASE("what is packed comes back, and nothing else is read", "[audit][ledger]") {
  std::string words;
  for (int i = 0; i < 500; ++i) words += "{\"finding\":\"warfarin " + std::to_string(i) + "\"},";
  for (const std::string& text : {std::string(), std::string("a"), std::string(70'000, 'x'), words}) {
    const std::string packed = ledger::pack(text);
    CHECK(ledger::unpack(packed) == text);
    CHECK_FALSE(ledger::unpack(packed + "x").has_value());
    for (std::size_t size = 0; size < std::min<std::size_t>(packed.size(), 200); ++size)
      CHECK_FALSE(ledger::unpack(packed.substr(0, size)).has_value());
  }
  CHECK(ledger::pack(words).size() * 3 < words.size());
  std::string longer = ledger::pack(words);
  longer[3] = '\x7F';  // says two thousand million bytes
  CHECK_FALSE(ledger::unpack(longer).has_value());
}

TEST_CASE("a row that was sealed before rows were packed is opened as ever, and one that is packed is shorter",
          "[audit][ledger]") {
  const LedgerFile file;
  std::string words;
  for (int i = 0; i < 100; ++i) words += R"({"text":"the same words again"},)";
  {
    const auto book = file.open();
    ledger::Row row = review_row(1);
    row.sealed = words;
    REQUIRE(book->append(row).has_value());
  }
  {
    // As `Ledger` did it then.
    auto opened = ledger::Place(file.path()).open_to_append(std::chrono::milliseconds(100));
    REQUIRE(opened.has_value());
    ledger::Store& store = **opened;
    REQUIRE(store.begin().has_value());
    const auto tail = store.tail().value();
    const auto key_id = store.keys_of(file.key()->tag("P-1")).value().front();
    const auto key = file.key()->unwrap(key_id, *store.wrapped_key(key_id).value()).value();
    const std::string sealed = ledger::seal(
        key, ledger::seal_context(ledger::sealed_plain, store.id(), key_id, ledger::RowKind::review), words);
    ledger::RowView row{tail.sequence + 1, ledger::RowKind::review, 1'790'000'000'000, 0, key_id, "{}", sealed, {}};
    row.hash = ledger::RowHasher(store.id()).hash(tail.hash, row);
    REQUIRE(store.add(row).has_value());
    REQUIRE(store.commit().has_value());
  }
  CHECK(file.verified().sound());
  auto reader = ledger::Reader::open(file.path());
  REQUIRE(reader.has_value());
  const auto packed = reader->row(1).value();
  const auto plain = reader->row(2).value();
  REQUIRE((packed && plain));
  CHECK(reader->unseal(packed->view(), file.key()).value().text == words);
  CHECK(reader->unseal(plain->view(), file.key()).value().text == words);
  CHECK(packed->sealed.size() * 4 < plain->sealed.size());
}
