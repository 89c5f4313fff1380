#pragma once
// Ledgers for tests: real files in a temporary folder, and ways to spoil them.

#include <filesystem>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "audit/ledger/ledger.hpp"
#include "audit/ledger/reader.hpp"
#include "audit/ledger/verify.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

namespace ledger = audit::ledger;

inline ledger::Row review_row(int number, const std::string& patient = "P-1") {
  ledger::Row row;
  row.at_ms = 1'790'000'000'000 + number;
  row.patient = patient;
  row.open = "{\"number\":" + std::to_string(number) + "}";
  row.sealed = "{\"note\":\"words of patient " + patient + " in case " + std::to_string(number) + "\"}";
  return row;
}

class LedgerFile {
 public:
  explicit LedgerFile(bool with_key = true) {
    if (with_key) key_ = ledger::Key::generate();
  }

  [[nodiscard]] const std::filesystem::path& path() const { return file_; }
  [[nodiscard]] const std::optional<ledger::Key>& key() const { return key_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

  [[nodiscard]] ledger::LedgerOptions options(std::uint64_t checkpoint_every = 4) const {
    ledger::LedgerOptions options;
    options.key = key_;
    options.checkpoint_every = checkpoint_every;
    return options;
  }

  [[nodiscard]] std::unique_ptr<ledger::Ledger> open(std::uint64_t checkpoint_every = 4) const {
    auto opened = ledger::Ledger::open(file_, options(checkpoint_every));
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  // `count` reviews of one patient, and closed again.
  void fill(int count) const {
    const auto book = open();
    for (int i = 1; i <= count; ++i) REQUIRE(book->append(review_row(i)).has_value());
  }

  [[nodiscard]] ledger::Verification verified(const ledger::VerifyOptions& options = {}) const {
    auto result = ledger::verify(file_, options);
    if (!result) throw std::runtime_error(result.error().message);
    return *result;
  }

  // Changes it as someone would who has the file and SQLite: past the triggers, which are then put back.
  void tamper(const std::vector<std::string>& statements) const {
    SQLite::Database database(file_.string(), SQLite::OPEN_READWRITE);
    std::vector<std::string> triggers;
    std::vector<std::string> names;
    {
      SQLite::Statement query(database, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
      while (query.executeStep()) {
        names.push_back(query.getColumn(0).getString());
        triggers.push_back(query.getColumn(1).getString());
      }
    }
    for (const std::string& name : names) database.exec("DROP TRIGGER " + name);
    for (const std::string& statement : statements) database.exec(statement);
    for (const std::string& trigger : triggers) database.exec(trigger);
  }

 private:
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "reviews.ledger";
  std::optional<ledger::Key> key_;
};

}  // namespace guardian::tests
