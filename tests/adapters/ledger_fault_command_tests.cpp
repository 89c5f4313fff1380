// The ledger through the program when it cannot be written, was tampered with, or is called for wrongly.

#include <random>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <catch2/catch.hpp>

#include "tests/adapters/ledger_program.hpp"

using namespace guardian;
using nlohmann::json;
using tests::LedgerProgram;

namespace {

// A child inherits it: to its files the disk is full behind this many bytes.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  rlimit before_{};
};

// What must hold of a review that could not be recorded: compared with one that was not to be.
void check_unrecorded(const LedgerProgram& program, const tests::ProgramRun& run, const std::string& reason) {
  CHECK(run.status == 0);
  INFO(run.err);
  CHECK(run.err.find("is not recorded: ") != std::string::npos);
  CHECK(run.err.find(reason) != std::string::npos);
  const json review = json::parse(run.out);
  const json plain = json::parse(program.run({"review", program.path("case.json"), "--format", "json"}).out);
  CHECK_FALSE(plain["findings"].empty());
  CHECK_FALSE(plain["plan"].is_null());
  CHECK(review["findings"] == plain["findings"]);
  CHECK(review["decision"] == plain["decision"]);
  CHECK(review["plan"].is_null());
  CHECK(review["explanation"].is_null());
  CHECK(review["ledger"]["unrecorded"].get<std::string>().find(reason) != std::string::npos);
  CHECK_FALSE(review["ledger"].contains("sequence"));
  REQUIRE(review["degradations"].size() == 1);
  CHECK(review["degradations"][0]["agent"] == "ledger");
}

void tamper(const LedgerProgram& program, const std::string& statement) {
  SQLite::Database database(program.ledger(), SQLite::OPEN_READWRITE);
  database.exec("DROP TRIGGER entry_is_fixed; DROP TRIGGER entry_stays");
  database.exec(statement);
  database.exec(
      "CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'rows of a ledger stay'); END;"
      "CREATE TRIGGER entry_is_fixed BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'rows of a ledger are fixed'); "
      "END");
}

}  // namespace

TEST_CASE("findings go out when the ledger cannot be written, and recommendations are withheld",
          "[adapters][ledger][fault]") {
  const LedgerProgram program;
  const std::string subject = program.a_case();
  SECTION("its folder is not there") {
    const auto run =
        program.run({"review", subject, "--format", "json", "--ledger", program.path("no/folder/a.ledger")});
    check_unrecorded(program, run, "cannot be");
  }
  SECTION("it is no ledger") {
    tests::write_text(program.ledger(), "something else that someone may need\n");
    check_unrecorded(program, program.review(subject), "no ledger");
    CHECK(tests::read_text(program.ledger()) == "something else that someone may need\n");
  }
  SECTION("it is of a newer program") {
    (void)program.review(subject);
    { SQLite::Database(program.ledger(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 9"); }
    check_unrecorded(program, program.review(subject), "newer version");
  }
  SECTION("its end was tampered with") {
    (void)program.review(subject);
    tamper(program, "UPDATE entry SET at_ms = 5");
    check_unrecorded(program, program.review(subject), "damaged at row 1");
  }
  SECTION("the disk is full") {
    // Its row needs far more than what is left, also when it is packed.
    std::string noise;
    std::mt19937 letters(1);
    for (int i = 0; i < 200'000; ++i) noise += static_cast<char>('a' + letters() % 26);
    (void)program.a_case(R"({"id":"A","as_of":"2026-11-02T08:00:00Z","patient":{"age":70},"note":")" + noise +
                         R"(","medications":["warfarin 5 mg daily","ibuprofen 400 mg TID"]})");
    (void)program.review(subject);
    tests::ProgramRun run;
    {
      const SmallFiles full(33'000);  // SQLite's shared memory, and eight pages of the log
      run = program.review(subject);
    }
    check_unrecorded(program, run, "full");
    // And when there is room again it goes on, with nothing lost.
    CHECK(json::parse(program.review(subject).out)["ledger"]["sequence"] == 2);
    CHECK(program.run({"ledger", "verify", program.ledger()}).status == 0);
  }
}

TEST_CASE("the text of an unrecorded review says so", "[adapters][ledger][fault]") {
  const LedgerProgram program;
  tests::write_text(program.ledger(), "no database");
  const auto run = program.run({"review", program.a_case(), "--ledger", program.ledger()});
  CHECK(run.status == 0);
  CHECK(run.out.find("UNRECORDED") != std::string::npos);
  CHECK(run.out.find("MAJOR") != std::string::npos);
}

TEST_CASE("a batch goes on when its ledger cannot be written, and says which lines are not recorded",
          "[adapters][ledger][fault]") {
  const LedgerProgram program;
  tests::write_text(program.ledger(), "no database");
  tests::write_text(program.path("in"),
                    "{\"id\":\"A\",\"medications\":[\"warfarin\",\"aspirin\"]}\n"
                    "{\"id\":\"B\",\"medications\":[\"warfarin\",\"aspirin\"]}\n");
  const auto run = program.run({"batch", program.path("in"), "--ledger", program.ledger()});
  CHECK(run.status == 0);
  const auto lines = tests::lines_of(run.out);
  REQUIRE(lines.size() == 2);
  for (const auto& line : lines) {
    CHECK_FALSE(json::parse(line)["findings"].empty());
    CHECK(json::parse(line)["ledger"].contains("unrecorded"));
  }
  CHECK(run.err.find("the review of line 1 is not recorded") != std::string::npos);
  CHECK(run.err.find("the review of line 2 is not recorded") != std::string::npos);
}

TEST_CASE("a call with a wrong or missing key is wrong, before anything is reviewed", "[adapters][ledger][fault]") {
  const LedgerProgram program;
  const std::string subject = program.a_case();
  (void)program.review(subject);
  CHECK(program.run({"ledger", "key", program.path("other.key")}).out.size() == 65);
  auto run = program.review(subject, {"--ledger-key", program.path("other.key")});
  CHECK(run.status == 2);
  CHECK(run.out.empty());
  CHECK(run.err.find("another key") != std::string::npos);
  CHECK(program.review(subject, {"--ledger-deidentified"}).status == 2);
  CHECK(program.review(subject, {"--ledger-key", program.path("none.key")}).status == 2);
  CHECK(program.run({"review", subject, "--ledger-key", program.path("other.key")}).status == 2);
  std::filesystem::remove(program.path("reviews.ledger.key"));
  run = program.review(subject);
  CHECK(run.status == 2);
  CHECK(run.err.find("which is not given") != std::string::npos);
  CHECK(program.run({"ledger", "verify", program.ledger()}).status == 0);
  run = program.run({"ledger", "replay", program.ledger(), "1"});
  CHECK(run.status == 2);
  CHECK(run.err.find("--ledger-key") != std::string::npos);
}

TEST_CASE("verify names what was tampered with and ends with 1", "[adapters][ledger][tamper]") {
  const LedgerProgram program;
  const std::string subject = program.a_case();
  for (int i = 0; i < 4; ++i) (void)program.review(subject);
  const auto whole = program.run({"ledger", "verify", program.ledger()});
  CHECK(whole.status == 0);
  CHECK(whole.out.find("4 rows, 4 checked") != std::string::npos);
  CHECK(whole.out.find("signed up to row 4") != std::string::npos);
  tamper(program, "UPDATE entry SET open = replace(open, 'major', 'minor') WHERE sequence = 2");
  const auto run = program.run({"ledger", "verify", program.ledger()});
  CHECK(run.status == 1);
  CHECK(run.out.find("DAMAGE: row 2 ") != std::string::npos);
  const auto as_json = program.run({"ledger", "verify", program.ledger(), "--format", "json"});
  CHECK(as_json.status == 1);
  const json found = json::parse(as_json.out);
  CHECK(found["sound"] == false);
  CHECK(found["damage"][0]["kind"] == "changed");
  CHECK(found["damage"][0]["sequence"] == 2);
}

TEST_CASE("a checkpoint that was kept shows that a ledger was cut", "[adapters][ledger][tamper]") {
  const LedgerProgram program;
  const std::string subject = program.a_case();
  for (int i = 0; i < 3; ++i) (void)program.review(subject);
  tests::write_text(program.path("kept"), program.run({"ledger", "checkpoint", program.ledger()}).out);
  CHECK(program.run({"ledger", "verify", program.ledger(), "--from", program.path("kept")}).status == 0);
  CHECK(program.run({"ledger", "verify", program.ledger(), "--from", "2"}).status == 0);
  tamper(program,
         "DROP TRIGGER checkpoint_stays; DELETE FROM entry WHERE sequence = 3; DELETE FROM checkpoint WHERE sequence = "
         "3; CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint BEGIN SELECT raise(ABORT, 'checkpoints "
         "stay'); END");
  CHECK(program.run({"ledger", "verify", program.ledger()}).status == 0);
  const auto run = program.run({"ledger", "verify", program.ledger(), "--from", program.path("kept")});
  CHECK(run.status == 1);
  CHECK(run.out.find("the ledger was cut") != std::string::npos);
}

TEST_CASE("only signatures of the given public key count", "[adapters][ledger][tamper]") {
  const LedgerProgram program;
  (void)program.review(program.a_case());
  tests::write_text(program.path("own.pub"), program.run({"ledger", "key", program.path("reviews.ledger.key")}).out);
  tests::write_text(program.path("other.pub"), program.run({"ledger", "key", program.path("other.key")}).out);
  CHECK(program.run({"ledger", "verify", program.ledger(), "--public-key", program.path("own.pub")}).status == 0);
  const auto run = program.run({"ledger", "verify", program.ledger(), "--public-key", program.path("other.pub")});
  CHECK(run.status == 1);
  CHECK(run.out.find("signed by another key") != std::string::npos);
  CHECK(program.run({"ledger", "verify", program.ledger(), "--public-key", program.path("case.json")}).status == 2);
}

TEST_CASE("commands of the ledger say what is wrong with a call", "[adapters][ledger]") {
  const LedgerProgram program;
  CHECK(program.run({"ledger", "verify", program.path("none")}).status == 2);
  CHECK_FALSE(std::filesystem::exists(program.path("none")));
  CHECK(program.run({"ledger", "erase", program.path("none"), "C-1", "--reason", "retention-over"}).status == 2);
  CHECK_FALSE(std::filesystem::exists(program.path("none")));
  tests::write_text(program.path("text"), "no database");
  CHECK(program.run({"ledger", "verify", program.path("text")}).status == 3);
  CHECK(program.run({"ledger", "show", program.path("text"), "1"}).status == 3);
  (void)program.review(program.a_case());
  CHECK(program.run({"ledger", "show", program.ledger(), "2"}).status == 2);
  CHECK(program.run({"ledger", "replay", program.ledger(), "2"}).status == 2);
  CHECK(program.run({"ledger", "verify", program.ledger(), "--from", "7"}).status == 2);
  CHECK(program.run({"ledger", "verify", program.ledger(), "--from", program.path("case.json")}).status == 2);
  const auto run = program.run({"ledger", "rewrite", program.ledger()});
  CHECK(run.status == 2);
  CHECK(run.err.find("no command `rewrite`") != std::string::npos);
  for (const char* name :
       {"verify", "show", "export", "replay", "checkpoint", "key", "intervention", "override", "outcome", "erase"}) {
    const auto help = program.run({"ledger", name, "--help"});
    CHECK(help.status == 0);
    CHECK(help.out.find("guardian ledger " + std::string(name)) != std::string::npos);
  }
}
