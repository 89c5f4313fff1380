#pragma once
// Reads a review back from its JSON, for those who check it. What is needed to derive its findings anew is read whole;
// the plan, the points of the NEWS2, the doses of `resolved` and the place in the ledger are not, and of the audit only
// what it decided. A document that is no review, or has a member of the wrong kind, is `invalid_input` with the path of
// the element; no message holds what stands there. Pure.

#include <string_view>

#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::adapters {

[[nodiscard]] core::Result<core::Review> read_review(std::string_view json);

}  // namespace guardian::adapters
