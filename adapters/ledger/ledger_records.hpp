#pragma once
// The rows of a ledger as records of the population audit (docs/population-audit.md, "A ledger"). What people recorded
// as outcomes are the labels; a row without one counts for coverage and drift. Nothing of it names a patient. One
// thread.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "audit/ledger/key.hpp"
#include "audit/ledger/place.hpp"
#include "audit/population/records.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

enum class RecordOf {
  decision,  // a record a review: was its decision what it should have been?
  finding    // a record a finding: was it right?
};

// What the rows are, and what of them could be read.
struct LedgerCoverage {
  std::size_t rows = 0;
  std::size_t reviews = 0;
  std::size_t judged_reviews = 0;   // as a whole: missed, nothing-missed
  std::size_t judged_findings = 0;  // right, wrong
  std::size_t interventions = 0;
  std::size_t overrides = 0;
  std::size_t incomplete = 0;  // reviews with something not assessed that matters
  std::size_t degraded = 0;    // reviews in which an agent or a model failed
  // The content of reviews, from which age, sex, kidney function and pregnancy come.
  std::size_t opened = 0;  // with the key, or kept de-identified
  std::size_t erased = 0;
  std::size_t sealed = 0;  // the key was not given
  std::size_t damaged = 0;
};

struct LedgerRecords {
  std::vector<audit::population::Record> records;
  LedgerCoverage coverage;
};

// Whether the file begins as a SQLite database does.
[[nodiscard]] bool looks_like_ledger(const std::filesystem::path& file);

// Fails as Reader does, and with `io_failure` for a row that is no row of this program. The chain is not checked: that
// is verify's task.
[[nodiscard]] core::Result<LedgerRecords> read_ledger_records(const audit::ledger::Place& place,
                                                              const std::optional<audit::ledger::Key>& key,
                                                              RecordOf of);

}  // namespace guardian::adapters
