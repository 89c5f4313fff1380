// Whether a program that keeps a ledger says so itself when reviews cannot be recorded, and again when they can.

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <catch2/catch.hpp>

#include "adapters/ledger/review_ledger.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
namespace fs = std::filesystem;

namespace {

class Files {
 public:
  [[nodiscard]] fs::path ledger() const { return folder_.path() / "reviews.ledger"; }
  [[nodiscard]] adapters::LedgerSettings settings() const { return {ledger(), {}, false}; }

 private:
  tests::TemporaryFolder folder_;
};

adapters::ReviewRecord a_review(std::size_t bytes = 100) {
  adapters::ReviewRecord record;
  record.input = std::string(bytes, ' ') + "{}";
  record.review.case_id = "C-1";
  return record;
}

bool records(adapters::ReviewLedger& ledger, std::size_t bytes = 100) {
  adapters::ReviewRecord record = a_review(bytes);
  const bool recorded = ledger.record(record, 1'800'000'000'000).has_value();
  // What the review says of itself is what happened.
  CHECK((record.review.ledger && record.review.ledger->sequence > 0) == recorded);
  return recorded;
}

// A program that has recorded one review, with what is done to its file afterwards.
void check_not_ready(const std::function<void(const Files&)>& harm, const std::string& why) {
  const Files files;
  {
    auto ledger = adapters::ReviewLedger::open(files.settings());
    REQUIRE(ledger);
    REQUIRE(records(*ledger));
    REQUIRE(ledger->ready());
  }
  harm(files);
  auto ledger = adapters::ReviewLedger::open(files.settings());
  REQUIRE(ledger);
  REQUIRE_FALSE(ledger->ready());
  INFO(ledger->ready().error().message);
  CHECK(ledger->ready().error().message.find(why) != std::string::npos);
  CHECK_FALSE(records(*ledger));
  CHECK_FALSE(ledger->ready());
}

void change(const Files& files, const std::string& statement) {
  SQLite::Database(files.ledger().string(), SQLite::OPEN_READWRITE).exec(statement);
}

}  // namespace

TEST_CASE("a ledger that cannot be opened is not ready, and is when it can be again", "[adapters][ledger][fault]") {
  const Files files;
  adapters::LedgerSettings settings = files.settings();
  const fs::path later = files.ledger().parent_path() / "later" / "reviews.ledger";
  settings.place = later;
  auto ledger = adapters::ReviewLedger::open(settings);
  REQUIRE(ledger);
  CHECK_FALSE(ledger->ready());
  CHECK_FALSE(records(*ledger));
  fs::create_directory(later.parent_path());
  std::this_thread::sleep_for(std::chrono::milliseconds(1'100));  // it is tried once a second
  CHECK(records(*ledger));
  CHECK(ledger->ready());
}

TEST_CASE("a file that is no ledger, of a newer program, damaged or tampered with is not ready",
          "[adapters][ledger][fault]") {
  SECTION("no ledger") {
    check_not_ready([](const Files& files) { tests::write_text(files.ledger(), "something else"); }, "no ledger");
  }
  SECTION("of a newer program") {
    check_not_ready([](const Files& files) { change(files, "PRAGMA user_version = 9"); }, "newer version");
  }
  SECTION("a row was changed") {
    check_not_ready(
        [](const Files& files) { change(files, "DROP TRIGGER entry_is_fixed; UPDATE entry SET at_ms = 5"); }, "");
  }
  SECTION("a page was overwritten") {
    check_not_ready(
        [](const Files& files) {
          std::string bytes = tests::read_text(files.ledger());
          for (std::size_t at = 4096; at < bytes.size(); ++at) bytes[at] = 'x';
          tests::write_text(files.ledger(), bytes);
        },
        "");
  }
}

TEST_CASE("a full disk turns readiness off, and room turns it on again", "[adapters][ledger][fault]") {
  const Files files;
  auto ledger = adapters::ReviewLedger::open(files.settings());
  REQUIRE(ledger);
  REQUIRE(records(*ledger));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{33'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const bool recorded = records(*ledger, 400'000);
  const bool ready = ledger->ready().has_value();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK_FALSE(recorded);
  CHECK_FALSE(ready);
  CHECK(records(*ledger));
  CHECK(ledger->ready());
}

TEST_CASE("another process that does not let go of the ledger turns readiness off until it does",
          "[adapters][ledger][fault][slow]") {
  const Files files;
  auto ledger = adapters::ReviewLedger::open(files.settings());
  REQUIRE(ledger);
  REQUIRE(records(*ledger));
  {
    SQLite::Database other(files.ledger().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    CHECK_FALSE(records(*ledger));
    CHECK_FALSE(ledger->ready());
    other.exec("ROLLBACK");
  }
  CHECK(records(*ledger));
  CHECK(ledger->ready());
}
