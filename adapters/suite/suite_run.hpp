#pragma once
// Reviews every row of suites and judges it, with several threads that end before it returns. The engine, and what the
// rules read in a note, as in a review without a model; no ledger. The verdicts stand in the order of the rows and do
// not depend on the number of threads.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audit/suite/expectation.hpp"
#include "audit/suite/summary.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::suite {

struct RunOptions {
  std::size_t jobs = 0;       // 0: as many as there are cores
  std::string locale = "US";  // of rows that name none
  // Told now and then by one thread at a time; may be empty.
  std::function<void(std::size_t done, std::size_t rows)> progress;
};

// `suites` must outlive the verdicts.
[[nodiscard]] std::vector<audit::suite::JudgedSuite> run_suites(
    const std::shared_ptr<const knowledge::KnowledgeBase>& base, std::span<const audit::suite::Suite> suites,
    const RunOptions& options);

}  // namespace guardian::adapters::suite
