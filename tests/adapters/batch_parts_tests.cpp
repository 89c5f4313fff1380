// The parts of a batch by themselves: lines out of pipes, order out of threads, numbers for a person.

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "adapters/batch/line_source.hpp"
#include "adapters/batch/ordered_work.hpp"
#include "adapters/batch/progress_line.hpp"
#include "adapters/batch/running_digest.hpp"
#include "knowledge/digest.hpp"

using namespace guardian::adapters::batch;

namespace {

class Pipe {
 public:
  Pipe() { REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    close_writing();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int reading() const { return ends_[0]; }
  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::write(ends_[1], text.data(), text.size());
      if (count <= 0) throw std::runtime_error("the pipe takes nothing");
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void close_writing() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> all_lines(LineSource& source, std::string* sha256 = nullptr) {
  std::vector<std::string> lines;
  SourceLines some;
  while (source.next(some)) {
    CHECK(some.first == lines.size() + 1);
    CHECK(some.lines.size() <= most_lines);
    for (std::size_t i = 0; i < some.lines.size(); ++i)
      lines.push_back(some.lines[i].too_long ? "TOO LONG" : std::string(some.line(i)));
    if (sha256 != nullptr) *sha256 = some.sha256;
  }
  return lines;
}

}  // namespace

TEST_CASE("lines come out of a pipe as they were written, however it cuts them", "[adapters][batch]") {
  std::minstd_rand random(3);
  for (int round = 0; round < 20; ++round) {
    std::string text;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 300; ++i) {
      expected.emplace_back(random() % 700, static_cast<char>('a' + i % 26));
      text += expected.back() + "\n";
    }
    const bool without_end = round % 2 == 0;
    if (without_end) {
      expected.emplace_back("the last");
      text += expected.back();
    }
    Pipe pipe;
    std::jthread writer([&] {
      std::minstd_rand cut(static_cast<unsigned>(round) + 1);
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t count = std::min<std::size_t>(text.size() - at, 1 + cut() % 3000);
        pipe.write(std::string_view(text).substr(at, count));
        at += count;
      }
      pipe.close_writing();
    });
    LineSource source(pipe.reading(), -1, true);
    std::string sha256;
    CHECK(all_lines(source, &sha256) == expected);
    CHECK(source.end() == LineSource::End::input);
    CHECK(sha256 == guardian::knowledge::sha256_hex(text));
  }
}

TEST_CASE("a line that is too long is one line, and the next one is whole", "[adapters][batch]") {
  Pipe pipe;
  const std::string text =
      "first\n" + std::string(2 * longest_line, 'x') + "\nthird\n" + std::string(longest_line + 1, 'y');
  std::jthread writer([&] {
    pipe.write(text);
    pipe.close_writing();
  });
  LineSource source(pipe.reading(), -1, true);
  std::string sha256;
  CHECK(all_lines(source, &sha256) == std::vector<std::string>{"first", "TOO LONG", "third", "TOO LONG"});
  CHECK(sha256 == guardian::knowledge::sha256_hex(text));
}

TEST_CASE("a line that is there is given before more is waited for", "[adapters][batch]") {
  const Pipe pipe;
  pipe.write("one\ntwo\nthr");
  LineSource source(pipe.reading(), -1);
  SourceLines lines;
  REQUIRE(source.next(lines));  // the writing end is open still
  CHECK(lines.lines.size() == 2);
}

TEST_CASE("what was read before is passed over only if it is the same", "[adapters][batch]") {
  const std::string before = "one\ntwo\n";
  const std::string sha256 = guardian::knowledge::sha256_hex(before);
  const auto source_of = [](const Pipe& pipe, const std::string& text) {
    pipe.write(text);
    return LineSource(pipe.reading(), -1, true);
  };
  Pipe same;
  LineSource source = source_of(same, before + "three\n");
  same.close_writing();
  CHECK(source.pass_over(2, before.size(), sha256));
  SourceLines lines;
  REQUIRE(source.next(lines));
  CHECK(lines.first == 3);
  CHECK(lines.line(0) == "three");
  CHECK(lines.sha256 == guardian::knowledge::sha256_hex(before + "three\n"));
  Pipe other;
  LineSource changed = source_of(other, "one\ntoo\nthree\n");
  other.close_writing();
  CHECK_FALSE(changed.pass_over(2, before.size(), sha256));
  Pipe shorter;
  LineSource cut = source_of(shorter, "one\n");
  shorter.close_writing();
  CHECK_FALSE(cut.pass_over(2, before.size(), sha256));
}

TEST_CASE("answers keep the order of the input, whichever is ready first, and few are under way", "[adapters][batch]") {
  for (const std::size_t jobs : {1U, 2U, 7U}) {
    std::uint64_t given = 0;
    std::atomic<std::uint64_t> taken = 0;
    std::vector<std::uint64_t> order;
    work_in_order(
        [&](SourceLines& lines) {
          CHECK(given - taken <= 4 * jobs + 1);
          lines.clear();
          lines.first = ++given;
          return given <= 500;
        },
        jobs,
        [](std::size_t, WorkedLines& lines) {
          CHECK(lines.answers.empty());
          std::minstd_rand random(static_cast<unsigned>(lines.source.first));
          std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
          lines.answers = std::to_string(lines.source.first);
        },
        [&](const WorkedLines& lines) {
          CHECK(lines.answers == std::to_string(lines.source.first));
          order.push_back(lines.source.first);
          ++taken;
          return true;
        },
        [] {});
    REQUIRE(order.size() == 500);
    CHECK(std::is_sorted(order.begin(), order.end()));
  }
}

TEST_CASE("what a thread throws is thrown to the caller, and a sink that ends it stops the source",
          "[adapters][batch]") {
  std::uint64_t given = 0;
  const Source endless = [&](SourceLines& lines) {
    lines.clear();
    lines.first = ++given;
    return true;
  };
  CHECK_THROWS_WITH(work_in_order(
                        endless, 2,
                        [](std::size_t, const WorkedLines& lines) {
                          if (lines.source.first == 40) throw std::runtime_error("forty");
                        },
                        [](const WorkedLines&) { return true; }, [] {}),
                    "forty");
  bool stopped = false;
  std::uint64_t seen = 0;
  work_in_order(
      endless, 2, [](std::size_t, const WorkedLines&) {}, [&](const WorkedLines&) { return ++seen < 10; },
      [&] { stopped = true; });
  CHECK(seen == 10);
  CHECK(stopped);
}

TEST_CASE("progress tells cases, rate, share and rest", "[adapters][batch]") {
  CHECK(progress_text({0, 0}, {1, 10}, 0, std::nullopt) == "1 case");
  CHECK(progress_text({0, 0}, {12'345, 500}, 10, std::nullopt) == "12,345 cases, 1,234/s");
  CHECK(progress_text({0, 0}, {1'000'000, 250}, 100, 1000) == "1,000,000 cases, 10,000/s, 25%, 5 min left");
  // Of a batch that goes on only this run counts.
  CHECK(progress_text({500, 500}, {600, 750}, 10, 1000) == "600 cases, 10/s, 75%, 10 s left");
  CHECK(progress_text({0, 0}, {5, 1000}, 1, 1000) == "5 cases, 5/s, 100%, 0 s left");
}
