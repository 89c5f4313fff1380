#pragma once
// The audit of a population for people: as text, and as one HTML page that needs nothing from elsewhere. Pure.

#include <string>

#include "adapters/json/json_value.hpp"
#include "audit/population/audit.hpp"
#include "audit/population/comparison.hpp"

namespace guardian::adapters::cli {

[[nodiscard]] std::string audit_text(const audit::population::PopulationAudit& audit,
                                     const audit::population::Population& population);
[[nodiscard]] std::string audit_html(const audit::population::PopulationAudit& audit,
                                     const audit::population::Population& population);
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
