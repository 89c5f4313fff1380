#pragma once
// What a coverage measurement says, for people (text, Markdown) and for programs (JSON). Pure. `listed`: how many
// misses of each measure, and how many random pairs, are named.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audit/coverage/coverage.hpp"
#include "audit/coverage/random_pairs.hpp"

namespace guardian::adapters::cli {

struct CoverageReport {
  std::string version;  // of the knowledge base
  std::string digest;
  std::vector<audit::coverage::SetCoverage> sets;
  std::optional<audit::coverage::RandomPairs> random;
  std::size_t misses_listed = 20;
  std::size_t pairs_listed = 100;
};

[[nodiscard]] std::string coverage_text(const CoverageReport& report);
[[nodiscard]] std::string coverage_markdown(const CoverageReport& report);
[[nodiscard]] std::string coverage_json(const CoverageReport& report);

}  // namespace guardian::adapters::cli
