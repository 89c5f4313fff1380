#include "adapters/gemini/child_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace guardian::adapters::gemini {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long a stop may go unnoticed.
constexpr milliseconds patience{20};

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }
  void close() noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

class SpawnSetup {
 public:
  explicit SpawnSetup(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes_);
    // A group of its own, so that what it starts can be ended with it.
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  [[nodiscard]] pid_t start(const std::vector<std::string>& words) {
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = -1;
    return posix_spawnp(&child, arguments[0], &actions_, &attributes_, arguments.data(), environ) == 0 ? child : -1;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// False: too much, too late, or told to stop.
bool read_all(int from, std::string& output, std::size_t most_bytes, Clock::time_point deadline,
              const std::stop_token& stop) {
  std::array<char, 4096> buffer{};
  while (!stop.stop_requested() && Clock::now() < deadline) {
    pollfd ready{from, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(patience.count()));
    if (count == 0 || (count < 0 && errno == EINTR)) continue;
    if (count < 0) return false;
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    output.append(buffer.data(), static_cast<std::size_t>(got));
    if (output.size() > most_bytes) return false;
  }
  return false;
}

// Whether it ended by itself, with status 0. Kills it otherwise.
bool ended_well(pid_t child, bool give_time, Clock::time_point deadline, const std::stop_token& stop) {
  int status = 0;
  while (give_time && !stop.stop_requested() && Clock::now() < deadline) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (ended < 0 && errno != EINTR) return false;
    ::poll(nullptr, 0, 1);
  }
  ::kill(-child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return false;
}

}  // namespace

std::optional<std::string> output_of(const std::vector<std::string>& program_and_arguments, std::size_t most_bytes,
                                     Clock::time_point deadline, const std::stop_token& stop) {
  if (program_and_arguments.empty()) return std::nullopt;
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = SpawnSetup(writing.number()).start(program_and_arguments);
  if (child < 0) return std::nullopt;
  writing.close();
  std::string output;
  const bool read = read_all(reading.number(), output, most_bytes, deadline, stop);
  if (!ended_well(child, read, deadline, stop)) return std::nullopt;
  return output;
}

}  // namespace guardian::adapters::gemini
