#pragma once
// The regression suites of knowledge/suites.

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/suite/suite_reader.hpp"
#include "adapters/suite/suite_run.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

inline std::filesystem::path suites_folder() { return source_folder() / "knowledge" / "suites"; }

// Fails the test when anything is wrong with the file.
inline audit::suite::Suite shipped_suite(const std::string& name) {
  auto reading = adapters::suite::load_suite(suites_folder() / name);
  for (const auto& problem : reading.problems) UNSCOPED_INFO(problem.place << ": " << problem.message);
  REQUIRE(reading.value);
  return std::move(*reading.value);
}

// One line a row that does not hold on the shipped knowledge base.
inline std::vector<std::string> misses_of(const std::vector<audit::suite::Suite>& suites) {
  std::vector<std::string> lines;
  for (const auto& judged : adapters::suite::run_suites(shipped_knowledge(), suites, {})) {
    for (std::size_t i = 0; i < judged.verdicts.size(); ++i) {
      for (const auto& miss : judged.verdicts[i].misses) {
        const auto& row = judged.suite->rows[i];
        lines.push_back(row.place + ": " + row.id + ": " + std::string(to_string(miss.reason)) + ": " + miss.text);
      }
    }
  }
  return lines;
}

inline void check_none(const std::vector<std::string>& misses) {
  for (const std::string& line : misses) UNSCOPED_INFO(line);
  CHECK(misses.empty());
}

}  // namespace guardian::tests
