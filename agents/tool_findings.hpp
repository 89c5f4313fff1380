#pragma once
// Findings as a tool answers with them, as JSON text. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "core/finding.hpp"

namespace guardian::agents {

// Of a case words are written by people, and some texts of a finding repeat them: what a model sees of its findings are
// names and ids of the knowledge base.
enum class FindingWords : std::uint8_t { all, names };

inline constexpr std::size_t most_tool_findings = 30;  // in one list of an answer

// A JSON array. The ids of rules and evidence are added to `rows`: a proposal or a claim may cite them.
[[nodiscard]] std::string findings_json(const std::vector<core::Finding>& findings, FindingWords words,
                                        std::vector<std::string>& rows);

}  // namespace guardian::agents
