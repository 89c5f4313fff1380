#pragma once
// Reads regression suites, TSV and JSON (docs/regression.md). All that is wrong with a file is told at once, each with
// its line and column (TSV) or JSON pointer. `read_suite` is pure; the others read files. Safe to call from any thread.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/suite/expectation.hpp"
#include "core/result.hpp"

namespace guardian::adapters::suite {

struct SuiteProblem {
  std::string place;  // "pairs.tsv:12:34: at_least", "more.json: /cases/3/must_find/0"
  std::string message;

  friend bool operator==(const SuiteProblem&, const SuiteProblem&) = default;
};

// A suite, or everything that is wrong with it: `value` is set exactly when `problems` is empty.
struct SuiteReading {
  std::optional<audit::suite::Suite> value;
  std::vector<SuiteProblem> problems;
};

// A row without `as_of` of its own is reviewed at this time, so that it says the same on every day.
inline constexpr std::string_view suite_time = "2026-11-02T08:00:00Z";
inline constexpr std::size_t most_suite_bytes = std::size_t{64} << 20;

// JSON when `file` ends in .json, else TSV. `file` is named in places.
[[nodiscard]] SuiteReading read_suite(std::string_view text, const std::filesystem::path& file);

// The suites of a folder in the order of their names (*.tsv, *.json), or the file itself. `not_found` for neither.
[[nodiscard]] core::Result<std::vector<std::filesystem::path>> suite_files(const std::filesystem::path& where);

// Reads the file and what stands in it.
[[nodiscard]] SuiteReading load_suite(const std::filesystem::path& file);

}  // namespace guardian::adapters::suite
