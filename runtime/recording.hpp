#pragma once
// What becomes of a review that is to be in the ledger. Pure.

#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::runtime {

// Puts into the review where it is recorded. One that could not be recorded says so, is degraded and has lost its
// recommendations (plan and explanation): advice that nobody can trace is not given. Its findings stay as they are.
void note_recording(core::Review& review, const core::Result<core::LedgerStamp>& recorded);

}  // namespace guardian::runtime
