#pragma once
// What an explanation cites for a finding, as items of the case that can be deleted, and the engine as the oracle on
// what is left. Items are the medicines, conditions, allergies and results that the finding or its text point at, and
// its evidence records. One thread.

#include <vector>

#include "audit/faithfulness.hpp"
#include "core/case.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"
#include "knowledge/screen.hpp"

namespace guardian::runtime {

// The problem refers to its arguments, which must outlive it. A score is (severity + 1) / 4 of the gravest finding of
// the same type that shares a rule, 0 without one; a finding all of whose evidence is deleted counts as none. Age, sex,
// weight and the note are never deleted. A result that is deleted is not known; for usual_score it has a usual value
// (knowledge/usual_ranges.tsv) where there is one.
[[nodiscard]] audit::DeletionProblem deletion_problem(const core::Case& subject, const core::Review& review,
                                                      const core::Finding& finding, knowledge::Screener& screener,
                                                      std::size_t most_runs);

}  // namespace guardian::runtime
