#pragma once
// How many rows of a suite held, by category, with exact 95 % intervals (Clopper and Pearson 1934: audit/population/
// proportions), and what changed between two knowledge bases. Pure.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "audit/population/proportions.hpp"
#include "audit/suite/expectation.hpp"
#include "audit/suite/verdict.hpp"

namespace guardian::audit::suite {

struct Tally {
  std::string suite;
  std::string category;
  population::Proportion held;
  population::Interval interval;
  std::array<std::size_t, miss_reasons> misses{};  // rows by the reason of their first miss

  friend bool operator==(const Tally&, const Tally&) = default;
};

struct Summary {
  Tally all;
  std::vector<Tally> categories;  // suites in their order, categories of each alphabetically
};

// A suite and the verdicts of its rows, in their order.
struct JudgedSuite {
  const Suite* suite = nullptr;  // never null
  std::vector<Verdict> verdicts;
};

[[nodiscard]] Summary summarise(std::span<const JudgedSuite> judged);

enum class ChangeKind : std::uint8_t { lost, gained, severity };

// A row that another knowledge base answers otherwise.
struct RowChange {
  ChangeKind kind = ChangeKind::severity;
  const Expectation* row = nullptr;  // never null
  std::string before;
  std::string after;
};

// `lost` held with `before` and does not with `after`. Both are of the same suites.
[[nodiscard]] std::vector<RowChange> changes(std::span<const JudgedSuite> before, std::span<const JudgedSuite> after);

}  // namespace guardian::audit::suite
