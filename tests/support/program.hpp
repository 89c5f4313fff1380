#pragma once
// Runs the real program as a shell would: arguments, standard input and environment in; standard output, standard error
// and exit status out. Every run has a time limit.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace guardian::tests {

struct ProgramCall {
  std::vector<std::string> arguments;
  std::string input = {};
  std::map<std::string, std::string> environment = {};  // on top of the test's own, without GUARDIAN_KB and NO_COLOR
  std::filesystem::path output_file = {};               // standard output goes there instead of to a pipe
  bool terminal = false;                                // standard output is a terminal
  bool error_terminal = false;                          // standard error is a terminal of its own
  std::function<void()> on_err = {};                    // called whenever some of standard error was read
  std::chrono::seconds limit{120};
};

struct ProgramRun {
  int status = -1;  // 128 + signal when one ended it, as a shell says
  std::string out;
  std::string err;
  bool timed_out = false;
};

// Throws std::runtime_error when the program cannot be started. One that takes too long is killed.
[[nodiscard]] ProgramRun run_program(const ProgramCall& call);

// Lines without their ends; what stands behind the last line end counts when it is not empty.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

// The case files of examples/cases in the order of their names.
[[nodiscard]] std::vector<std::filesystem::path> example_cases();

}  // namespace guardian::tests
