// guardian batch as a whole: killed and resumed, stopped, with bad lines, on a terminal, with much input.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using Catch::Matchers::Contains;
using guardian::tests::lines_of;
using guardian::tests::ProgramCall;
using guardian::tests::ProgramRun;
using guardian::tests::read_text;
using guardian::tests::TemporaryFolder;
using guardian::tests::write_text;
using Json = nlohmann::json;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds deadline{120};
constexpr const char* bad_line = R"({"id": "bad", "medications": []})";

std::string case_line(std::size_t number) {
  const Words medicines{"warfarin 5 mg daily", "Diflucan 200 mg PO daily", "aspirin 81 mg daily", "zorbaxidol 5 mg"};
  Json subject{{"id", "C-" + std::to_string(number)}, {"as_of", "2026-11-02T08:00:00Z"}};
  subject["medications"] = {medicines[number % 4], medicines[(number / 4) % 4], "metformin 500 mg BID"};
  return subject.dump() + "\n";
}

// Cases with a bad line and a blank one now and then.
std::string cases(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += case_line(i);
    if (i % 50 == 7) text += std::string(bad_line) + "\n\n";
  }
  return text;
}

ProgramRun run(Words arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), {"batch", "--offline"});
  ProgramCall call;
  call.arguments = std::move(arguments);
  call.input = input;
  return guardian::tests::run_program(call);
}

// The program as a process of ours, to be killed or watched. Its standard input and output are pipes or files.
class Process {
 public:
  Process(Words arguments, int in, int out) {
    arguments.insert(arguments.begin(), {GUARDIAN_PROGRAM, "batch", "--offline"});
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    id_ = ::fork();
    if (id_ == 0) {
      ::dup2(in < 0 ? nothing : in, STDIN_FILENO);
      ::dup2(out < 0 ? nothing : out, STDOUT_FILENO);
      ::dup2(nothing, STDERR_FILENO);
      ::execv(GUARDIAN_PROGRAM, pointers.data());
      ::_exit(127);
    }
    ::close(nothing);
  }
  ~Process() {
    if (!ended_) ::kill(id_, SIGKILL);
    static_cast<void>(wait());
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { ::kill(id_, number); }
  [[nodiscard]] bool ended() {
    if (!ended_) ended_ = ::wait4(id_, &state_, WNOHANG, &usage_) == id_;
    return ended_;
  }
  // As a shell says it.
  [[nodiscard]] int wait() {
    if (!ended_) ::wait4(id_, &state_, 0, &usage_);
    ended_ = true;
    return WIFEXITED(state_) ? WEXITSTATUS(state_) : 128 + WTERMSIG(state_);
  }
  [[nodiscard]] long most_memory_kb() const { return usage_.ru_maxrss; }

 private:
  pid_t id_ = -1;
  bool ended_ = false;
  int state_ = 0;
  rusage usage_{};
};

std::uintmax_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

TEST_CASE("a batch that is killed again and again and resumed gives the bytes of one that is not",
          "[adapters][batch][resume]") {
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "cases.ndjson").string();
  const fs::path out = folder.path() / "reviews.ndjson";
  write_text(in, cases(1200));
  const std::string policy = GENERATE("report", "skip");
  const std::string expected = run({in, "--on-error", policy}).out;
  std::minstd_rand random(7);
  int kills = 0;
  for (bool goes_on = true; goes_on;) {
    Process process({in, "-o", out.string(), "--resume", "--jobs", "2", "--on-error", policy}, -1, -1);
    // Killed at a place of the output, however slow the machine is; sometimes before anything is written.
    const std::uintmax_t place = kills == 0 ? 0 : size_of(out) + random() % (expected.size() / 6);
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (size_of(out) < place && !process.ended() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (kills < 8) process.signal(SIGKILL);
    const int status = process.wait();
    goes_on = status == 128 + SIGKILL;
    if (goes_on) {
      ++kills;
      REQUIRE(kills <= 8);
    } else {
      CHECK(status == 1);  // there are lines that cannot be read
    }
  }
  CHECK(kills >= 3);
  CHECK(read_text(out) == expected);
  // It is done: the same call changes nothing and says the same.
  CHECK(run({in, "-o", out.string(), "--resume", "--on-error", policy}).status == 1);
  CHECK(read_text(out) == expected);
  // What is new at the end of the input is answered.
  write_text(in, read_text(in) + case_line(9999));
  CHECK(run({in, "-o", out.string(), "--resume", "--on-error", policy}).status == 1);
  CHECK(read_text(out) == expected + run({}, case_line(9999)).out);
}

TEST_CASE("a batch is resumed from standard input too, and cuts a torn line", "[adapters][batch][resume]") {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "reviews.ndjson";
  const std::string begin = case_line(1) + case_line(2);
  CHECK(run({"-o", out.string(), "--resume"}, begin).status == 0);
  const std::string answered = read_text(out);
  write_text(out, answered + R"({"schema":"guardian-rev)");
  CHECK(run({"-o", out.string(), "--resume"}, begin + case_line(3)).status == 0);
  CHECK(read_text(out) == answered + run({}, case_line(3)).out);
}

TEST_CASE("a batch is not resumed with another input, output or way", "[adapters][batch][resume]") {
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "cases.ndjson").string();
  const fs::path out = folder.path() / "reviews.ndjson";
  write_text(in, cases(20));
  REQUIRE(run({in, "-o", out.string(), "--resume"}).status == 1);
  const std::string answers = read_text(out);
  const auto refused = [&](const Words& arguments, const char* why) {
    const ProgramRun refusal = run(arguments);
    CHECK(refusal.status == 2);
    CHECK_THAT(refusal.err, Contains(why));
  };
  refused({in, "-o", out.string(), "--resume", "--locale", "GB"}, "other");
  refused({in, "-o", out.string(), "--resume", "--on-error", "skip"}, "options");
  std::string changed = read_text(in);
  changed[changed.find("C-3")] = 'D';
  write_text(in, changed);
  refused({in, "-o", out.string(), "--resume"}, "does not begin with");
  write_text(in, case_line(1));
  refused({in, "-o", out.string(), "--resume"}, "does not begin with");
  CHECK(read_text(out) == answers);
  write_text(in, cases(20));
  write_text(out, "x" + answers.substr(1));
  refused({in, "-o", out.string(), "--resume"}, "is not what the batch has written");
  fs::remove(out.string() + ".resume");
  refused({in, "-o", out.string(), "--resume"}, "no record");
  write_text(out.string() + ".resume", "{}");
  refused({in, "-o", out.string(), "--resume"}, "not the record");
  refused({in, "--resume"}, "--output");
}

TEST_CASE("a signal stops a batch after whole answers, and it can go on", "[adapters][batch]") {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "reviews.ndjson";
  const int signal = GENERATE(SIGINT, SIGTERM);
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  {
    Process process({"-o", out.string(), "--resume"}, pipe[0], -1);
    ::close(pipe[0]);
    const std::string begin = case_line(1) + case_line(2) + R"({"id": "half)";
    REQUIRE(::write(pipe[1], begin.data(), begin.size()) == static_cast<ssize_t>(begin.size()));
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (lines_of(size_of(out) > 0 ? read_text(out) : "").size() < 2 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    process.signal(signal);  // it waits for the rest of the third line
    CHECK(process.wait() == 128 + signal);
  }
  ::close(pipe[1]);
  const std::string whole = case_line(1) + case_line(2) + case_line(3);
  CHECK(read_text(out) == run({}, case_line(1) + case_line(2)).out);
  CHECK(run({"-o", out.string(), "--resume"}, whole).status == 0);
  CHECK(read_text(out) == run({}, whole).out);
}

TEST_CASE("a line that cannot be read is reported, skipped, or ends the batch", "[adapters][batch]") {
  const std::string input = case_line(1) + bad_line + "\n" + case_line(2);
  const std::string first = run({}, case_line(1)).out;
  const std::string second = run({}, case_line(2)).out;
  const ProgramRun reported = run({"--on-error", "report"}, input);
  CHECK(reported.status == 1);
  REQUIRE(lines_of(reported.out).size() == 3);
  CHECK(Json::parse(lines_of(reported.out)[1]).at("line") == 2);
  CHECK(reported.out == run({}, input).out);
  const ProgramRun skipped = run({"--on-error", "skip"}, input);
  CHECK(skipped.status == 1);
  CHECK(skipped.out == first + second);
  CHECK_THAT(skipped.err, Contains("line 2 could not be read"));
  const ProgramRun stopped = run({"--on-error", "stop"}, input);
  CHECK(stopped.status == 2);
  CHECK(stopped.out == first);
  CHECK_THAT(stopped.err, Contains("line 2"));
  CHECK(run({"--on-error", "sometimes"}, input).status == 2);
}

TEST_CASE("a batch that stopped at a line goes on when the line is mended", "[adapters][batch][resume]") {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "reviews.ndjson").string();
  std::string begin;
  for (std::size_t i = 0; i < 100; ++i) begin += case_line(i);
  CHECK(run({"-o", out, "--resume", "--on-error", "stop"}, begin + bad_line + "\n" + case_line(101)).status == 2);
  CHECK(read_text(out) == run({}, begin).out);
  CHECK(run({"-o", out, "--resume", "--on-error", "stop"}, begin + case_line(100) + case_line(101)).status == 0);
  CHECK(read_text(out) == run({}, begin + case_line(100) + case_line(101)).out);
}

TEST_CASE("a line without end is one bad line, and costs no memory", "[adapters][batch]") {
  const std::string endless(std::size_t{40} * 1024 * 1024, 'x');
  const ProgramRun run_of_it = run({}, case_line(1) + endless + "\n" + case_line(2));
  CHECK(run_of_it.status == 1);
  const auto lines = lines_of(run_of_it.out);
  REQUIRE(lines.size() == 3);
  CHECK(Json::parse(lines[1]).at("line") == 2);
  CHECK_THAT(lines[1], Contains("too long"));
  CHECK(lines[2] + "\n" == run({}, case_line(2)).out);
}

// A sanitizer holds freed memory back.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("many lines take no more memory than few", "[adapters][batch]") {
  const TemporaryFolder folder;
  const auto most_memory = [&](std::size_t rounds) {
    const std::string in = (folder.path() / "cases.ndjson").string();
    {
      std::ofstream stream(in, std::ios::binary);
      const std::string some = cases(500);
      for (std::size_t i = 0; i < rounds; ++i) stream << some;
    }
    Process process({in, "-o", (folder.path() / "screens.ndjson").string(), "--screen-only", "--jobs", "2"}, -1, -1);
    CHECK(process.wait() == 1);
    return process.most_memory_kb();
  };
  const long few = most_memory(4);
  const long many = most_memory(200);
  CHECK(size_of(folder.path() / "screens.ndjson") > 20'000'000);
  INFO(few << " KB, " << many << " KB");
  CHECK(many < few + 16 * 1024);
}
#endif

TEST_CASE("progress is told on a terminal only, and not where the answers are shown", "[adapters][batch]") {
  const TemporaryFolder folder;
  const std::string in = (folder.path() / "cases.ndjson").string();
  write_text(in, cases(100));
  ProgramCall call;
  call.arguments = {"batch", "--offline", in, "-o", (folder.path() / "out").string()};
  call.error_terminal = true;
  const ProgramRun told = guardian::tests::run_program(call);
  CHECK_THAT(told.err, Contains(" cases") && Contains("%"));
  CHECK_THAT(told.err, Contains("line 9 could not be read"));
  call.error_terminal = false;
  CHECK_THAT(guardian::tests::run_program(call).err, !Contains("%"));
  call.error_terminal = call.terminal = true;
  call.arguments = {"batch", "--offline", in};
  CHECK_THAT(guardian::tests::run_program(call).err, !Contains("%"));
}

TEST_CASE("screen-only gives a short line a case, in order, and takes fail-on", "[adapters][batch][screen]") {
  const std::string input =
      R"({"id": "A", "medications": ["phenelzine 15 mg TID", "sertraline 50 mg daily"], "note": "chest pain"})"
      "\n"
      R"({"id": "B", "medications": ["metformin 500 mg BID", "zorbaxidol"]})"
      "\n";
  const ProgramRun screened = run({"--screen-only"}, input + bad_line + "\n");
  CHECK(screened.status == 1);
  const auto lines = lines_of(screened.out);
  REQUIRE(lines.size() == 3);
  const Json first = Json::parse(lines[0]);
  CHECK(first.at("schema") == "guardian-screen/1");
  CHECK(first.at("case_id") == "A");
  CHECK(first.at("worst") == "critical");
  CHECK(first.at("status") == "complete");
  REQUIRE(first.at("findings").size() == 1);
  CHECK(first.at("findings")[0].at("subjects") == Json::parse(R"(["phenelzine","sertraline"])"));
  CHECK(first.at("findings")[0].at("rules").size() >= 1);
  const Json second = Json::parse(lines[1]);
  CHECK(second.at("status") == "incomplete");
  CHECK(second.at("unresolved") == Json::parse(R"(["/medications/1"])"));
  CHECK(second.at("findings")[0].at("type") == "unresolved");
  CHECK(Json::parse(lines[2]).at("schema") == "guardian-error/1");
  CHECK(run({"--screen-only", "--fail-on", "critical"}, input).status == 1);
  CHECK(run({"--screen-only", "--fail-on", "critical"}, case_line(0)).status == 0);
  CHECK(run({"--screen-only", "--fail-on", "incomplete"}, input).status == 1);
  CHECK(run({"--screen-only", "--ledger", "x"}, input).status == 2);
  CHECK(run({"--screen-only", "--jobs", "3"}, cases(300)).out == run({"--screen-only", "--jobs", "1"}, cases(300)).out);
}

TEST_CASE("a batch writes DetectedIssue resources, one a line, with an id that stays", "[adapters][batch][fhir]") {
  const ProgramRun issues = run({"--format", "fhir"}, case_line(1) + bad_line + "\n" + case_line(4));
  CHECK(issues.status == 1);
  std::size_t outcomes = 0;
  std::vector<std::string> ids;
  for (const std::string& line : lines_of(issues.out)) {
    const Json resource = Json::parse(line);
    if (resource.at("resourceType") == "OperationOutcome") {
      ++outcomes;
      CHECK_THAT(line, Contains("line 2"));
      continue;
    }
    CHECK(resource.at("resourceType") == "DetectedIssue");
    ids.push_back(resource.at("id"));
    CHECK(ids.back().size() == 64);
  }
  CHECK(outcomes == 1);
  CHECK(ids.size() >= 2);
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  CHECK(issues.out == run({"--format", "fhir"}, case_line(1) + bad_line + "\n" + case_line(4)).out);
}
