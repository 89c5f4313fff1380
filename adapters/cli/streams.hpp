#pragma once
// Where a command reads and writes. The answer goes to `out` and nothing else; progress, log and errors go to `err`.

#include <cstddef>
#include <iosfwd>

namespace guardian::adapters::cli {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool colour = false;        // only on a terminal, and never with NO_COLOR
  std::size_t columns = 80;   // width of text output
  bool progress = false;      // on `err`; only when both it and `out` are a terminal
  bool err_terminal = false;  // `err` is a terminal and `out` is not
};

// Exit status of a command (docs/commands.md).
inline constexpr int exit_done = 0;
inline constexpr int exit_no = 1;  // done, and the answer is "no": --fail-on met, a batch line that could not be read
inline constexpr int exit_input = 2;   // the input or the call is wrong
inline constexpr int exit_cannot = 3;  // could not run: knowledge base missing or damaged, disk full

}  // namespace guardian::adapters::cli
