#pragma once
// Findings in the words of a card: GitHub-flavoured Markdown in which nothing of the chart can act as markup. Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/finding.hpp"

namespace guardian::adapters::cds_hooks {

inline constexpr std::size_t longest_summary = 139;  // characters

// Plain text on one line of at most so many characters, cut between words where that is possible.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t most = longest_summary);

// Text as Markdown that shows just it, on one line.
[[nodiscard]] std::string escaped(std::string_view text);

// What can happen, why, what to do, what to watch, how it was derived, and on what it rests.
[[nodiscard]] std::string detail_of(const core::Finding& finding);

// The same in one entry of a list.
[[nodiscard]] std::string entry_of(const core::Finding& finding);

}  // namespace guardian::adapters::cds_hooks
