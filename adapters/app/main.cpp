// The only wiring: the standard streams, and what an exception that nobody expected becomes.

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <unistd.h>

#include "adapters/cli/command_line.hpp"
#include "adapters/gemini/curl_transport.hpp"

int main(int argc, char** argv) {
  using namespace guardian::adapters::cli;
  // A file that may not grow is a write that fails, as on a full disk, not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  const char* no_colour = std::getenv("NO_COLOR");
  const bool at_terminal = ::isatty(STDOUT_FILENO) == 1;
  const bool colour = at_terminal && (no_colour == nullptr || *no_colour == '\0');
  const bool err_at_terminal = ::isatty(STDERR_FILENO) == 1;
  const guardian::adapters::gemini::CurlGlobal curl;
  try {
    const Streams streams{
        std::cin, std::cout, std::cerr, colour, 80, at_terminal && err_at_terminal, !at_terminal && err_at_terminal};
    const int status = run_command_line(argc, argv, streams);
    // An answer that did not reach its reader (a full disk) is no answer.
    if (!std::cout.flush()) {
      std::cerr << "guardian: the answer cannot be written\n";
      return exit_cannot;
    }
    return status;
  } catch (const std::exception& exception) {
    std::cerr << "guardian: defect: " << exception.what() << '\n';
    return exit_cannot;
  }
}
