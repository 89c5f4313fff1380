#include "tests/support/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>  // posix_openpt, mkostemp
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temporary_knowledge.hpp"

extern char** environ;

namespace guardian::tests {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) throw std::runtime_error("no descriptor for the program");
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_ = -1;
};

struct Channel {
  Descriptor reading;
  Descriptor writing;
};

// Closed on exec: the program gets its own copies and must not hold the others open.
Channel pipe_channel() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for the program");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Channel terminal_channel() {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> name{};
  if (::grantpt(master.number()) != 0 || ::unlockpt(master.number()) != 0 ||
      ::ptsname_r(master.number(), name.data(), name.size()) != 0) {
    throw std::runtime_error("no terminal for the program");
  }
  Descriptor terminal(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  return {std::move(master), std::move(terminal)};
}

// A file rather than a pipe: a program that never reads its input does not block the test.
Descriptor input_descriptor(const std::string& text) {
  std::string name = (fs::temp_directory_path() / "guardian-input-XXXXXX").string();
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  ::unlink(name.c_str());
  for (std::size_t written = 0; written < text.size();) {
    const auto count = ::write(file.number(), text.data() + written, text.size() - written);
    if (count < 0) throw std::runtime_error("no input for the program");
    written += static_cast<std::size_t>(count);
  }
  ::lseek(file.number(), 0, SEEK_SET);
  return file;
}

std::vector<std::string> environment_of(const ProgramCall& call) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string name(text.substr(0, text.find('=')));
    if (name != "GUARDIAN_KB" && name != "NO_COLOR" && call.environment.count(name) == 0) result.emplace_back(text);
  }
  result.reserve(result.size() + call.environment.size());
  for (const auto& [name, value] : call.environment) result.push_back(std::string(name).append("=").append(value));
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

struct FileActions {
  posix_spawn_file_actions_t actions{};
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
};

// Reads both streams until the program has closed them or the time is up; true when it was in time.
bool collect(const Channel& out, const Channel& err, ProgramRun& run, Clock::time_point deadline,
             const std::function<void()>& on_err) {
  std::array<pollfd, 2> polled{pollfd{out.reading.number(), POLLIN, 0}, pollfd{err.reading.number(), POLLIN, 0}};
  std::array<std::string*, 2> texts{&run.out, &run.err};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    if (::poll(polled.data(), polled.size(), static_cast<int>(left)) < 0 && errno != EINTR) return false;
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      std::array<char, 65536> buffer{};
      const auto count = ::read(polled[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
        if (i == 1 && on_err) on_err();
      } else if (count == 0 || errno != EINTR) {
        polled[i].fd = -1;  // a terminal whose other side closed says EIO
      }
    }
  }
  return true;
}

}  // namespace

ProgramRun run_program(const ProgramCall& call) {
  const Descriptor input = input_descriptor(call.input);
  Channel out = call.terminal ? terminal_channel() : pipe_channel();
  Channel err = call.error_terminal ? terminal_channel() : pipe_channel();

  FileActions files;
  ::posix_spawn_file_actions_adddup2(&files.actions, input.number(), STDIN_FILENO);
  if (call.output_file.empty()) {
    ::posix_spawn_file_actions_adddup2(&files.actions, out.writing.number(), STDOUT_FILENO);
  } else {
    ::posix_spawn_file_actions_addopen(&files.actions, STDOUT_FILENO, call.output_file.c_str(), O_WRONLY, 0);
  }
  ::posix_spawn_file_actions_adddup2(&files.actions, err.writing.number(), STDERR_FILENO);

  std::vector<std::string> arguments{GUARDIAN_PROGRAM};
  arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
  std::vector<std::string> environment = environment_of(call);
  pid_t child = -1;
  if (::posix_spawn(&child, GUARDIAN_PROGRAM, &files.actions, nullptr, pointers(arguments).data(),
                    pointers(environment).data()) != 0) {
    throw std::runtime_error("cannot start " GUARDIAN_PROGRAM);
  }
  out.writing.close();
  err.writing.close();

  ProgramRun run;
  const auto deadline = Clock::now() + call.limit;
  run.timed_out = !collect(out, err, run, deadline, call.on_err);
  int state = 0;
  // One that has closed its streams may still not end.
  while (!run.timed_out && ::waitpid(child, &state, WNOHANG) == 0) {
    run.timed_out = Clock::now() > deadline;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (run.timed_out) {
    ::kill(child, SIGKILL);
    while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
  }
  run.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  return run;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(file.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  if (!stream.flush()) throw std::runtime_error(file.string() + " cannot be written");
}

std::vector<fs::path> example_cases() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source_folder() / "examples" / "cases")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace guardian::tests
