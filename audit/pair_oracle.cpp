#include "audit/pair_oracle.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>

namespace guardian::audit {

std::string_view pair_oracle_sql();  // pair_oracle.sql

namespace {

using Rows = std::vector<OracleRow>;

core::Error unavailable(std::string_view what) {
  return {core::ErrorCode::knowledge_unavailable, "pair oracle: " + std::string(what)};
}

core::Result<Rows> read_rows(SQLite::Database& database) {
  SQLite::Statement unknown(database, "SELECT predicate FROM not_understood ORDER BY predicate LIMIT 1");
  if (unknown.executeStep()) {
    return core::fail(unavailable("cannot read the predicate " + unknown.getColumn(0).getString()));
  }
  Rows rows;
  SQLite::Statement query(database, "SELECT first, second, type, severity, rule FROM oracle_row");
  while (query.executeStep()) {
    const auto severity = core::parse_severity(query.getColumn(3).getString());
    if (!severity) return core::fail(unavailable("unknown severity in rule " + query.getColumn(4).getString()));
    rows.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                    *severity, query.getColumn(4).getString()});
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

struct PairOracle::Impl {
  SQLite::Database database;

  explicit Impl(const std::filesystem::path& path) : database(path.string(), SQLite::OPEN_READONLY) {
    database.exec("PRAGMA temp_store = MEMORY");
    database.execAndGet("SELECT count(*) FROM main.ingredient");  // what is no knowledge base fails here
  }

  // `ask` fills the table of the ingredients asked for and says if that failed.
  template <class Ask>
  core::Result<Rows> derive(Ask ask) {
    try {
      // One transaction gives one snapshot, and rolling it back takes the TEMP tables away, on failure too.
      const SQLite::Transaction transaction(database);
      database.exec("CREATE TEMP TABLE asked (ingredient TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
      if (auto refused = ask(database); !refused) return core::fail(refused.error());
      database.exec(std::string(pair_oracle_sql()));
      return read_rows(database);
    } catch (const std::exception& error) {
      return core::fail(unavailable(error.what()));
    }
  }
};

PairOracle::PairOracle(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PairOracle::PairOracle(PairOracle&&) noexcept = default;
PairOracle& PairOracle::operator=(PairOracle&&) noexcept = default;
PairOracle::~PairOracle() = default;

core::Result<PairOracle> PairOracle::open(const std::filesystem::path& path) {
  try {
    return PairOracle(std::make_unique<Impl>(path));
  } catch (const std::exception& error) {
    return core::fail(unavailable(path.string() + ": " + error.what()));
  }
}

core::Result<Rows> PairOracle::all_pairs() {
  return impl_->derive([](SQLite::Database& database) -> core::Result<int> {
    return database.exec("INSERT INTO asked SELECT ingredient FROM main.ingredient");
  });
}

core::Result<Rows> PairOracle::pairs_of(const std::vector<std::string>& ingredients) {
  return impl_->derive([&ingredients](SQLite::Database& database) -> core::Result<int> {
    SQLite::Statement known(database, "SELECT 1 FROM main.ingredient WHERE ingredient = ?");
    SQLite::Statement add(database, "INSERT OR IGNORE INTO asked VALUES (?)");
    int added = 0;
    for (const auto& ingredient : ingredients) {
      known.reset();
      known.bind(1, ingredient);
      if (!known.executeStep()) return core::fail(core::ErrorCode::not_found, "no such ingredient: " + ingredient);
      add.reset();
      add.bind(1, ingredient);
      added += add.exec();
    }
    return added;
  });
}

}  // namespace guardian::audit
