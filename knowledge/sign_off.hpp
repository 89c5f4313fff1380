#pragma once
// What somebody signs who agrees that a hospital ranks a rule lower: the rule as it is and everything that is asked of
// it, so that a sign-off holds for nothing else, and no longer when the rule changes. Pure; who may sign and whether a
// signature holds is for others to say (audit/sign_offs).

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "knowledge/seed.hpp"

namespace guardian::knowledge {

struct AskedLowering {
  std::string rule;
  std::string source;
  std::string severity;
  std::string owner;
  std::string expires;
  std::string reason;
};

// The bytes that are signed; `at` is the time of signing. `seed` has the rule (and its exceptions, modifiers and
// washouts), in canonical form. Fails when there is no such rule.
[[nodiscard]] core::Result<std::string> sign_off_statement(const Seed& seed, const AskedLowering& asked,
                                                           std::string_view at);

}  // namespace guardian::knowledge
