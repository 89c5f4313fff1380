#pragma once
// The audit of a population for people: as text, and as one HTML page that needs nothing from elsewhere. Pure.

#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json_value.hpp"
#include "adapters/ledger/ledger_records.hpp"
#include "audit/population/audit.hpp"
#include "audit/population/comparison.hpp"

namespace guardian::adapters::cli {

struct AuditParts {
  const audit::population::PopulationAudit& audit;
  const audit::population::Population& population;
  const audit::population::RecordAudit* records = nullptr;  // null: of plain arrays
  const LedgerCoverage* ledger = nullptr;                   // null: not of a ledger
};
[[nodiscard]] std::string audit_text(const AuditParts& parts);
[[nodiscard]] std::string audit_html(const AuditParts& parts);
// What was read of a ledger, by name.
[[nodiscard]] std::vector<std::pair<std::string, std::size_t>> coverage_lines(const LedgerCoverage& coverage);
[[nodiscard]] JsonValue encode_coverage(const LedgerCoverage& coverage);
[[nodiscard]] std::string comparison_text(const audit::population::Comparison& comparison, const std::string& first,
                                          const std::string& second);

// Any other answer, one line a value: path and number; long lists only by their length.
[[nodiscard]] std::string plain_text(const JsonValue& answer);
// The same as a page.
[[nodiscard]] std::string plain_html(const JsonValue& answer);

// Marks of HTML as text.
[[nodiscard]] std::string escaped(const std::string& text);
// With up to that many decimals, without noughts at the end; "-" for what is not defined.
[[nodiscard]] std::string shown(double value, int decimals);
// Head and foot of the page, with its style.
[[nodiscard]] std::string page(const std::string& title, const std::string& body);

}  // namespace guardian::adapters::cli
