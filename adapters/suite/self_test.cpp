#include "adapters/suite/self_test.hpp"

#include <algorithm>

#include "adapters/suite/suite_reader.hpp"
#include "adapters/suite/suite_run.hpp"

namespace guardian::adapters::suite {

core::Result<SelfTestResult> self_test(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                       const std::filesystem::path& folder) {
  auto reading = load_suite(folder / self_test_suite);
  if (!reading.value) {
    const SuiteProblem& problem = reading.problems.front();
    return core::fail(core::ErrorCode::invalid_input, problem.place + ": " + problem.message);
  }
  auto& rows = reading.value->rows;
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [](const auto& row) { return row.least != core::Severity::critical; }),
      rows.end());
  const auto judged = run_suites(base, {&*reading.value, 1}, {});
  const auto& verdicts = judged.front().verdicts;
  const auto missed =
      std::count_if(verdicts.begin(), verdicts.end(), [](const auto& verdict) { return !verdict.held(); });
  return SelfTestResult{verdicts.size(), static_cast<std::size_t>(missed)};
}

}  // namespace guardian::adapters::suite
