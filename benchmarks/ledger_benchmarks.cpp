// What a place in the ledger costs, as ratios within one run: appends by 1, 8 and 64 writers against one transaction a
// row in SQLite and against a bare loop of write and fsync, all on the same disk and in turns. And how many rows a
// second are verified.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <unistd.h>

#include "audit/ledger/ledger.hpp"
#include "audit/ledger/verify.hpp"

namespace {

using namespace guardian;
namespace fs = std::filesystem;
namespace ledger = audit::ledger;
using Clock = std::chrono::steady_clock;

constexpr std::size_t open_bytes = 500;
constexpr std::size_t sealed_bytes = 1'000;
constexpr int rounds = 7;
constexpr auto turn = std::chrono::milliseconds(400);
constexpr std::uint64_t verified_rows = 300'000;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "guardian-ledger-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path file(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

ledger::Row row_of(std::uint64_t number) {
  ledger::Row row;
  row.at_ms = static_cast<std::int64_t>(number);
  row.patient = "P-" + std::to_string(number % 100);
  row.open.assign(open_bytes, 'o');
  row.sealed.assign(sealed_bytes, 's');
  return row;
}

template <class T>
T value_of(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// Rows a second while `writers` threads call `append` for one turn.
double rate(unsigned writers, const std::function<void(std::uint64_t)>& append) {
  std::atomic<std::uint64_t> done{0};
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < writers; ++i) {
      threads.emplace_back([&, i] {
        while (Clock::now() - start < turn) {
          append(i);
          ++done;
        }
      });
    }
  }
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - start).count();
}

// The least that makes a row durable: one write, one fsync.
class BareFile {
 public:
  explicit BareFile(const fs::path& file)
      : descriptor_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
        bytes_(open_bytes + sealed_bytes, 'x') {
    if (descriptor_ < 0) throw std::runtime_error("cannot write");
  }
  ~BareFile() { ::close(descriptor_); }
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;

  void append() {
    if (::write(descriptor_, bytes_.data(), bytes_.size()) < 0 || ::fsync(descriptor_) != 0)
      throw std::runtime_error("cannot write");
  }

 private:
  int descriptor_;
  std::string bytes_;
};

// One transaction a row, as durable as the ledger, without chain, signatures and encryption.
class PlainTable {
 public:
  explicit PlainTable(const fs::path& file)
      : database_(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE), bytes_(open_bytes + sealed_bytes, 'x') {
    database_.exec("PRAGMA journal_mode = WAL");
    database_.exec("PRAGMA synchronous = FULL; CREATE TABLE row (sequence INTEGER PRIMARY KEY, content BLOB)");
    insert_.emplace(database_, "INSERT INTO row (content) VALUES (?)");
  }

  void append() {
    const std::lock_guard lock(mutex_);
    insert_->bind(1, bytes_.data(), static_cast<int>(bytes_.size()));
    insert_->exec();
    insert_->reset();
  }

 private:
  std::mutex mutex_;
  SQLite::Database database_;
  std::optional<SQLite::Statement> insert_;
  std::string bytes_;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure_appends() {
  const Folder folder;
  BareFile bare(folder.file("bare"));
  PlainTable table(folder.file("table.db"));
  ledger::LedgerOptions options;
  options.key = ledger::Key::generate();
  const auto book = value_of(ledger::Ledger::open(folder.file("reviews.ledger"), options));
  std::atomic<std::uint64_t> number{0};

  std::map<unsigned, std::vector<double>> to_table;
  std::map<unsigned, std::vector<double>> to_bare;
  std::map<unsigned, std::vector<double>> rows;
  for (int round = 0; round < rounds; ++round) {
    for (const unsigned writers : {1U, 8U, 64U}) {
      // All in one turn: what the disk does at the moment it does to each.
      const double fsyncs = rate(1, [&](std::uint64_t) { bare.append(); });
      const double plain = rate(writers, [&](std::uint64_t) { table.append(); });
      const double own = rate(writers, [&](std::uint64_t) { value_of(book->append(row_of(++number))); });
      if (round == 0) continue;  // warms up
      rows[writers].push_back(own);
      to_table[writers].push_back(own / plain);
      to_bare[writers].push_back(own / fsyncs);
    }
  }
  std::printf("appends of %zu + %zu bytes, signed, sealed and durable\n", open_bytes, sealed_bytes);
  std::printf("writers   rows/s   to one transaction a row   to a bare fsync loop\n");
  for (const unsigned writers : {1U, 8U, 64U}) {
    std::printf("%7u %8.0f %20.2f x %20.2f x\n", writers, median(rows[writers]), median(to_table[writers]),
                median(to_bare[writers]));
  }
  std::printf("ledger, 8 writers: %.2f x one transaction a row [at least 2]\n", median(to_table[8]));
  std::printf("ledger, 64 writers: %.2f x one transaction a row [at least 3]\n\n", median(to_table[64]));
}

void measure_verify() {
  const Folder folder;
  const auto file = folder.file("reviews.ledger");
  {
    ledger::LedgerOptions options;
    options.key = ledger::Key::generate();
    const auto book = value_of(ledger::Ledger::open(file, options));
    std::atomic<std::uint64_t> next{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 64; ++i) {
      threads.emplace_back([&] {
        for (std::uint64_t n = ++next; n <= verified_rows; n = ++next) value_of(book->append(row_of(n)));
      });
    }
  }
  struct Rate {
    double wall = 0;
    double processor = 0;  // rows in a second of processor time: what is left of it on a busy machine
  };
  const auto rate_with = [&](unsigned threads) {
    std::vector<double> wall;
    std::vector<double> processor;
    for (int round = 0; round < 3; ++round) {
      ledger::VerifyOptions options;
      options.threads = threads;
      const auto start = Clock::now();
      const std::clock_t used = std::clock();
      const auto found = value_of(ledger::verify(file, options));
      if (!found.sound() || found.checked != verified_rows) throw std::runtime_error("the ledger does not verify");
      wall.push_back(static_cast<double>(verified_rows) / std::chrono::duration<double>(Clock::now() - start).count());
      processor.push_back(static_cast<double>(verified_rows) * CLOCKS_PER_SEC /
                          static_cast<double>(std::clock() - used));
    }
    return Rate{median(wall), median(processor)};
  };
  const Rate one = rate_with(1);
  const Rate two = rate_with(2);
  std::printf("verify of %llu rows: %.0f rows/s with one thread, %.0f with two; %.0f rows a second of processor time\n",
              static_cast<unsigned long long>(verified_rows), one.wall, two.wall, one.processor);
  std::printf("ledger, verify by two threads: %.0f rows a second [at least 300000]\n", two.wall);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2 || std::string(argv[1]) != "verify") measure_appends();
    if (argc < 2 || std::string(argv[1]) != "append") measure_verify();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "guardian_ledger_benchmarks: %s\n", error.what());
    return 1;
  }
}
