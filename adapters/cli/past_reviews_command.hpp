#pragma once
// kb diff with a ledger: which past reviews would come out otherwise.

#include "adapters/cli/commands.hpp"

namespace guardian::adapters::cli {

int run_past_reviews(const KbDiffOptions& options, const Streams& streams);

}  // namespace guardian::adapters::cli
