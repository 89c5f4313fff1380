#pragma once
// Looks for injections in every free text of a case. Pure.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"

namespace guardian::knowledge {

struct InjectionScreen {
  std::vector<core::Finding> findings;  // one for each element of the case that has an injection
  // What the review reads: the case with its laboratory results freed of injections, which else would be unknown tests,
  // and its medicines of encoded ones ("Q2..." is a schedule). Empty when there is nothing to free.
  std::optional<core::Case> freed;
  // Medicines with an injection, by their number: what stands beside it. For those that cannot be read with it.
  std::map<std::size_t, std::string> beside;
};

[[nodiscard]] InjectionScreen screen_for_injections(const core::Case& subject);

}  // namespace guardian::knowledge
