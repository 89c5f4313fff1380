#pragma once
// The words of an expectation, as suites write them in TSV cells and JSON strings alike (docs/regression.md): patterns
// of findings, bounds, readings. Pure. An error is `invalid_input` and says which words there are, not what was
// written.

#include <string_view>

#include "audit/suite/expectation.hpp"
#include "core/result.hpp"

namespace guardian::adapters::suite {

// `type/type severity[+] subject+subject`; the type may be `any`, the subjects may be left out.
[[nodiscard]] core::Result<audit::suite::FindingPattern> parse_must_find(std::string_view text);
// `interruptive`, `severity>=major` or `type/type`, each with or without ` subject+subject`.
[[nodiscard]] core::Result<audit::suite::FindingPattern> parse_must_not(std::string_view text);

[[nodiscard]] core::Result<core::Severity> parse_severity_word(std::string_view text);
// `block`, `>=escalate`, `<=info`.
[[nodiscard]] core::Result<audit::suite::Bounds<core::Decision>> parse_decision(std::string_view text);
// Words of triage between blanks: `urgent`, `>=urgent`, `<=soon`, `news2=5`, `news2=none`. Sets both in `row`.
[[nodiscard]] core::Result<void> parse_triage(std::string_view text, audit::suite::Expectation& row);
// `complete` or `incomplete`.
[[nodiscard]] core::Result<bool> parse_status(std::string_view text);
// `ingredient+ingredient`, or `?` for a name that must be left open.
[[nodiscard]] core::Result<audit::suite::Reading> parse_reading(std::string_view text);

}  // namespace guardian::adapters::suite
