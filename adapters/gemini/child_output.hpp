#pragma once
// Runs a program without a shell and reads what it prints, within a time and a size.

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace guardian::adapters::gemini {

// Nothing when it cannot be started, ends with a status other than 0, prints more than `most_bytes`, or is not done by
// the deadline or the stop; it and what it started are killed then. It reads nothing, and its errors go nowhere: they
// may hold a secret.
[[nodiscard]] std::optional<std::string> output_of(const std::vector<std::string>& program_and_arguments,
                                                   std::size_t most_bytes,
                                                   std::chrono::steady_clock::time_point deadline,
                                                   const std::stop_token& stop);

}  // namespace guardian::adapters::gemini
