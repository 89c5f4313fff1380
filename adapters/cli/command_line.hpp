#pragma once
// The command line: which command with which options. `--help` of every command ends with an example.

#include "adapters/cli/streams.hpp"

namespace guardian::adapters::cli {

// Parses and runs; gives the exit status.
int run_command_line(int argc, const char* const* argv, const Streams& streams);

}  // namespace guardian::adapters::cli
