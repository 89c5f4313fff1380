#pragma once
// Whether those who signed off what a hospital lowers did sign it: the signatures (Ed25519) over the rule as it is in
// the knowledge base and all that is asked of it. Derivable at any time from the tables alone; whose keys count is for
// the caller to say. Pure.

#include <string>
#include <vector>

#include "audit/ledger/key.hpp"
#include "core/result.hpp"
#include "knowledge/seed.hpp"

namespace guardian::audit {

// One line for each sign-off that does not hold or is by none of the keys; empty: all hold. Without keys, by whomever.
[[nodiscard]] std::vector<std::string> wrong_sign_offs(const knowledge::Seed& seed,
                                                       const std::vector<ledger::PublicKey>* trusted);

}  // namespace guardian::audit
