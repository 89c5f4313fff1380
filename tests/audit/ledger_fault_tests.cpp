// What disks and kernels do to a ledger: a process killed at any moment, a full disk, a file that cannot be written.

#include <array>
#include <atomic>
#include <barrier>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <random>
#include <thread>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "tests/audit/ledger_files.hpp"
#include "tests/support/program.hpp"

using namespace guardian;
using tests::LedgerFile;
using tests::review_row;
namespace ledger = audit::ledger;

namespace {

// What a child tells before it is killed: the last row that it was told is recorded.
struct Acknowledged {
  std::array<volatile std::uint64_t, 2> sequence;
  std::array<std::array<char, 72>, 2> hash;
  volatile std::size_t current;
};

class SharedMemory {
 public:
  SharedMemory()
      : address_(::mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (address_ == MAP_FAILED) throw std::runtime_error("no shared memory");
  }
  ~SharedMemory() { ::munmap(address_, sizeof(Acknowledged)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  [[nodiscard]] Acknowledged& get() const { return *static_cast<Acknowledged*>(address_); }

 private:
  void* address_;
};

// Appends until it is killed. Two places, of which only the one that is not in use is written: a kill between two
// stores must not leave half of one.
[[noreturn]] void append_forever(const LedgerFile& file, Acknowledged& told) {
  auto book = ledger::Ledger::open(file.path(), file.options(8));
  if (!book) ::_exit(3);
  for (int number = 0;; ++number) {
    ledger::Row row = review_row(number, "P-" + std::to_string(number % 3));
    row.open.append(static_cast<std::size_t>(number % 7) * 900, ' ');
    const auto stamp = (*book)->append(std::move(row));
    if (!stamp) ::_exit(4);
    const std::size_t spare = 1 - told.current;
    told.sequence.at(spare) = stamp->sequence;
    stamp->hash.copy(told.hash.at(spare).data(), stamp->hash.size());
    std::atomic_signal_fence(std::memory_order_seq_cst);
    told.current = spare;
  }
}

void wait_for_progress(const Acknowledged& told, std::uint64_t before) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (told.sequence.at(told.current) == before && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::microseconds(100));
}

// Runs `work` in a process of its own and gives its exit status.
template <class Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int status = 99;
    try {
      status = work();
    } catch (...) {
    }
    ::_exit(status);
  }
  int state = 0;
  REQUIRE(::waitpid(child, &state, 0) == child);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

// A ledger in a file, whose program finds no memory while it adds a row or ends a transaction.
class Forgetful final : public ledger::Store {
 public:
  enum class When { never, adding, committing, folding };

  Forgetful(std::unique_ptr<ledger::Store> store, const std::atomic<When>& when)
      : store_(std::move(store)), when_(when) {}

  [[nodiscard]] const ledger::LedgerId& id() const override { return store_->id(); }
  core::Result<bool> has_own_tables() override { return store_->has_own_tables(); }
  core::Result<void> begin() override { return store_->begin(); }
  core::Result<void> commit() override {
    fail(When::committing);
    return store_->commit();
  }
  void rollback() noexcept override { store_->rollback(); }
  core::Result<ledger::Tail> tail() override { return store_->tail(); }
  core::Result<std::optional<ledger::Hash>> hash_at(std::uint64_t sequence) override {
    return store_->hash_at(sequence);
  }
  core::Result<std::optional<ledger::StoredRow>> row(std::uint64_t sequence) override { return store_->row(sequence); }
  core::Result<void> scan(std::uint64_t first, std::uint64_t last,
                          const std::function<bool(const ledger::RowView&)>& use) override {
    return store_->scan(first, last, use);
  }
  core::Result<std::vector<std::uint64_t>> about(std::uint64_t sequence) override { return store_->about(sequence); }
  core::Result<std::vector<ledger::StoredRow>> overrides_of(const ledger::PatientTag& patient) override {
    return store_->overrides_of(patient);
  }
  core::Result<void> add(const ledger::RowView& row) override {
    auto added = store_->add(row);
    fail(When::adding);
    return added;
  }
  core::Result<std::vector<ledger::Checkpoint>> checkpoints() override { return store_->checkpoints(); }
  core::Result<std::uint64_t> last_checkpoint() override { return store_->last_checkpoint(); }
  core::Result<void> add(const ledger::Checkpoint& checkpoint) override { return store_->add(checkpoint); }
  core::Result<std::optional<ledger::PublicKey>> signer() override { return store_->signer(); }
  core::Result<void> set_signer(const ledger::PublicKey& key) override { return store_->set_signer(key); }
  core::Result<std::optional<std::string>> wrapped_key(const ledger::KeyId& id) override {
    return store_->wrapped_key(id);
  }
  core::Result<std::vector<ledger::KeyId>> keys_of(const ledger::PatientTag& patient) override {
    return store_->keys_of(patient);
  }
  core::Result<void> add_key(const ledger::KeyId& id, const ledger::PatientTag& patient,
                             const std::string& wrapped) override {
    return store_->add_key(id, patient, wrapped);
  }
  core::Result<void> destroy_key(const ledger::KeyId& id) override { return store_->destroy_key(id); }
  [[nodiscard]] std::optional<int> pages_in_log() const override { return 1'000'000; }
  core::Result<void> fold_log(Fold how) override {
    fail(When::folding);
    return store_->fold_log(how);
  }

 private:
  void fail(When here) const {
    if (when_ == here) throw std::bad_alloc();
  }

  std::unique_ptr<ledger::Store> store_;
  const std::atomic<When>& when_;
};

class ForgetfulServer final : public ledger::Server {
 public:
  explicit ForgetfulServer(std::filesystem::path file) : file_(std::move(file)) {}
  std::atomic<Forgetful::When> when{Forgetful::When::never};

  [[nodiscard]] std::string name() const override { return "forgetful"; }
  [[nodiscard]] core::Result<std::unique_ptr<ledger::Store>> open_to_append(
      std::chrono::milliseconds busy_wait) const override {
    auto store = ledger::Place(file_).open_to_append(busy_wait);
    if (!store) return store;
    return std::unique_ptr<ledger::Store>(std::make_unique<Forgetful>(std::move(*store), when));
  }
  [[nodiscard]] core::Result<std::unique_ptr<ledger::Store>> open_to_read() const override {
    return ledger::Place(file_).open_to_read();
  }

 private:
  std::filesystem::path file_;
};

unsigned crash_seed() {
  const char* given = std::getenv("GUARDIAN_CRASH_SEED");
  return given == nullptr ? 20'261'102U : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
}

}  // namespace

TEST_CASE("a writer killed 200 times loses nothing that was acknowledged, and leaves a whole ledger each time",
          "[audit][ledger][crash]") {
  std::optional<LedgerFile> file;
  const SharedMemory memory;
  std::mt19937 random(crash_seed());
  INFO("GUARDIAN_CRASH_SEED=" << crash_seed());
  std::uint64_t before = 0;
  int progressed = 0;
  for (int round = 0; round < 200; ++round) {
    Acknowledged& told = memory.get();
    if (round % 20 == 0) {  // a short one: all of it is verified each time
      file.emplace();
      before = 0;
    }
    told.sequence.at(told.current) = before;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) append_forever(*file, told);
    // A quarter is killed while it opens the ledger, the others while they append, however slow the machine is.
    if (round % 4 != 0) wait_for_progress(told, before);
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(0, 15'000)(random)));
    REQUIRE(::kill(child, SIGKILL) == 0);
    int state = 0;
    REQUIRE(::waitpid(child, &state, 0) == child);
    INFO("round " << round << ", status " << state);
    REQUIRE(WIFSIGNALED(state));  // it did not give up by itself

    const std::uint64_t acknowledged = told.sequence.at(told.current);
    if (acknowledged == 0) continue;  // killed before there was a ledger
    const auto verification = file->verified();
    REQUIRE(verification.sound());
    REQUIRE(verification.checked == verification.rows);
    REQUIRE(verification.rows >= acknowledged);
    if (acknowledged > before) {
      ++progressed;
      auto reader = ledger::Reader::open(file->path());
      const auto row = reader->row(acknowledged).value();
      REQUIRE(row.has_value());
      const auto& hash = told.hash.at(told.current);
      REQUIRE(ledger::hash_text(row->hash) == std::string(hash.data(), 71));
    }
    before = verification.rows;
  }
  CHECK(progressed >= 150);
  // And it goes on, and what it signs at its end covers all.
  file->fill(1);
  const auto verification = file->verified();
  CHECK(verification.sound());
  CHECK(verification.signed_rows == before + 1);
}

TEST_CASE("on a full disk a row is refused, nothing before it is lost, and it goes on when there is room",
          "[audit][ledger][fault]") {
  const LedgerFile file;
  file.fill(3);
  const int status = in_child([&] {
    // SQLite writes to a file that may not grow: to it that is what a full disk is.
    ::signal(SIGXFSZ, SIG_IGN);
    auto book = ledger::Ledger::open(file.path(), file.options());
    if (!book) return 10;
    const rlimit small{200'000, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &small);
    int kept = 3;
    core::Result<core::LedgerStamp> stamp;
    for (; kept < 1'000; ++kept) {
      ledger::Row row = review_row(kept);
      row.open.append(3'000, ' ');
      stamp = (*book)->append(row);
      if (!stamp) break;
    }
    if (stamp || stamp.error().code != core::ErrorCode::io_failure) return 11;
    if ((*book)->ready()) return 12;
    const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &large);
    stamp = (*book)->append(review_row(kept));
    if (!stamp) return 13;
    if (stamp->sequence != static_cast<std::uint64_t>(kept) + 1) return 14;
    return (*book)->ready() ? 0 : 15;
  });
  CHECK(status == 0);
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows > 10);
  CHECK(verification.signed_rows == verification.rows);
}

// A sanitizer ends the program when its own memory ends.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("without memory a row is refused, nothing before it is lost, and it goes on when there is memory",
          "[audit][ledger][fault]") {
  const bool packed = GENERATE(true, false);
  const LedgerFile file;
  file.fill(3);
  const int status = in_child([&] {
    auto book = ledger::Ledger::open(file.path(), file.options());
    if (!book) return 10;
    ledger::Row large = review_row(3);
    // The longest row, nearly: glibc has 64 MiB in store for a thread, which no limit takes away.
    constexpr std::size_t size = (64U << 20U) - 1'000;
    if (packed) {
      large.sealed.append(size, 'x');  // to be packed by who appends
    } else {
      large.open.append(size, 'x');  // to be copied by the thread that writes
    }
    const rlim_t used =
        std::stoull(tests::read_text("/proc/self/statm")) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
    const rlimit small{used + (8U << 20U), RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &small);
    auto stamp = (*book)->append(std::move(large));
    if (stamp || stamp.error().code != core::ErrorCode::io_failure) return 11;
    // A row that never came to the file says nothing about the file.
    if ((*book)->ready().has_value() != packed) return 12;
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &all);
    stamp = (*book)->append(review_row(3));
    if (!stamp) return 13;
    if (stamp->sequence != 4) return 14;
    return (*book)->ready() ? 0 : 15;
  });
  CHECK(status == 0);
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows == 4);
  CHECK(verification.signed_rows == 4);
}
#endif

TEST_CASE("a ledger whose writing thread finds no memory refuses the rows, says so and goes on",
          "[audit][ledger][fault]") {
  using When = Forgetful::When;
  for (const When when : {When::adding, When::committing, When::folding}) {
    const LedgerFile file;
    const int status = in_child([&] {
      const auto server = std::make_shared<ForgetfulServer>(file.path());
      auto book = ledger::Ledger::open(ledger::Place(server), file.options());
      if (!book) return 10;
      if (!(*book)->append(review_row(1))) return 11;
      server->when = when;
      const auto stamp = (*book)->append(review_row(2));
      // What the log of the file is folded for is after the answer.
      if (when == When::folding ? !stamp : (stamp || stamp.error().code != core::ErrorCode::io_failure)) return 12;
      if (when != When::folding && (*book)->ready()) return 13;
      server->when = When::never;
      const auto next = (*book)->append(review_row(3));
      if (!next || next->sequence != (when == When::folding ? 3U : 2U)) return 14;
      return (*book)->ready() ? 0 : 15;
    });
    INFO(static_cast<int>(when));
    CHECK(status == 0);
    const auto verification = file.verified();
    CHECK(verification.sound());
    CHECK(verification.signed_rows == verification.rows);
    CHECK(verification.rows == (when == When::folding ? 3U : 2U));
  }
}

TEST_CASE("a ledger that may not be written is refused, and can still be verified", "[audit][ledger][fault]") {
  const LedgerFile file;
  file.fill(5);
  using std::filesystem::perms;
  std::filesystem::permissions(file.path(), perms::owner_read | perms::group_read | perms::others_read);
  std::filesystem::permissions(file.folder(), perms::owner_read | perms::owner_exec | perms::group_read |
                                                  perms::group_exec | perms::others_read | perms::others_exec);
  const int status = in_child([&] {
    // Permissions do not hold the superuser.
    if (::getuid() == 0 && ::setuid(65'534) != 0) return 10;
    const auto book = ledger::Ledger::open(file.path(), file.options());
    if (book) return 11;
    if (book.error().code != core::ErrorCode::io_failure) return 12;
    if (book.error().message.find("read-only") == std::string::npos) return 13;
    const auto verification = ledger::verify(file.path());
    if (!verification) return 14;
    return verification->sound() && verification->rows == 5 ? 0 : 15;
  });
  CHECK(status == 0);
  std::filesystem::permissions(file.folder(), perms::owner_all);
}

TEST_CASE("while another process holds the ledger a row waits as long as it may and is then refused",
          "[audit][ledger][fault]") {
  const LedgerFile file;
  auto options = file.options();
  options.busy_wait = std::chrono::milliseconds(50);
  auto book = ledger::Ledger::open(file.path(), options);
  REQUIRE(book.has_value());
  REQUIRE((*book)->append(review_row(1)).has_value());
  {
    SQLite::Database other(file.path().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    const auto refused = (*book)->append(review_row(2));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("another process") != std::string::npos);
    CHECK_FALSE((*book)->ready().has_value());
    other.exec("ROLLBACK");
  }
  CHECK((*book)->append(review_row(2)).value().sequence == 2);
  CHECK((*book)->ready().has_value());
}

TEST_CASE("those who open a ledger while it comes into being all find it", "[audit][ledger][fault]") {
  constexpr int writers = 6;
  for (int round = 0; round < 40; ++round) {
    const LedgerFile file;
    std::array<std::string, writers> refused;
    {
      std::barrier start(writers);
      std::vector<std::jthread> threads;
      for (int i = 0; i < writers; ++i) {
        threads.emplace_back([&, i] {
          start.arrive_and_wait();
          std::this_thread::sleep_for(std::chrono::microseconds(150 * i * (round % 10)));
          auto book = ledger::Ledger::open(file.path(), file.options());
          if (!book)
            refused[static_cast<std::size_t>(i)] = book.error().message;
          else if (const auto row = (*book)->append(review_row(i)); !row)
            refused[static_cast<std::size_t>(i)] = row.error().message;
        });
      }
    }
    CHECK(refused == std::array<std::string, writers>{});
    CHECK(file.verified().rows == writers);
  }
}

TEST_CASE("a ledger that grows while it is opened is not taken for one that was cut", "[audit][ledger][fault]") {
  const LedgerFile file;
  auto options = file.options();
  options.checkpoint_every = 1;
  constexpr int rows = 1'000;
  std::string not_written;
  std::array<std::string, 4> refused;
  {
    std::atomic<bool> done = false;
    std::vector<std::jthread> threads;
    for (std::string& words : refused) {
      threads.emplace_back([&] {
        while (!done && words.empty()) {
          if (const auto other = ledger::Ledger::open(file.path(), options); !other) words = other.error().message;
        }
      });
    }
    {
      const auto book = ledger::Ledger::open(file.path(), options);
      if (!book) not_written = book.error().message;
      for (int i = 1; i <= rows && not_written.empty(); ++i) {
        if (const auto row = (*book)->append(review_row(i)); !row) not_written = row.error().message;
      }
    }
    done = true;
  }
  CHECK(refused == std::array<std::string, 4>{});
  CHECK(not_written.empty());
  CHECK(file.verified().rows == rows);
}

TEST_CASE("a row that is given up before it was written is not recorded later", "[audit][ledger][fault]") {
  const LedgerFile file;
  auto options = file.options();
  options.append_wait = std::chrono::milliseconds(100);
  {
    auto book = ledger::Ledger::open(file.path(), options);
    REQUIRE(book.has_value());
    SQLite::Database other(file.path().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    // The first is on its way to the file and may still arrive; the second waits behind it in the queue.
    for (int i = 1; i <= 2; ++i) {
      const auto refused = (*book)->append(review_row(i));
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().message.find("too slow") != std::string::npos);
    }
    other.exec("ROLLBACK");
  }
  const auto verification = file.verified();
  CHECK(verification.sound());
  CHECK(verification.rows <= 1);
}

TEST_CASE("the write-ahead log is folded into the file while rows are written", "[audit][ledger][fault]") {
  const LedgerFile file;
  auto options = file.options(64);
  options.fold_pages = 50;
  options.wait_pages = 200;
  auto book = ledger::Ledger::open(file.path(), options);
  REQUIRE(book.has_value());
  for (int i = 0; i < 600; ++i) {
    ledger::Row row = review_row(i);
    row.open.append(6'000, ' ');
    REQUIRE((*book)->append(row).has_value());
  }
  // 600 rows take some 2,000 pages; unfolded the log would be larger than 8 MB.
  CHECK(std::filesystem::file_size(file.path().string() + "-wal") < 4'000'000);
  CHECK(std::filesystem::file_size(file.path()) > 1'000'000);
}
