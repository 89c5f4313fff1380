#pragma once
// The interacting pairs whose card has an indicator of its own, by what else is taken: rows of a table with their
// source (indicator_policy.tsv, built into the program). Pure data; immutable, safe to read from several threads.

#include <string>
#include <string_view>
#include <vector>

#include "adapters/cds_hooks/card.hpp"
#include "core/result.hpp"
#include "core/severity.hpp"

namespace guardian::adapters::cds_hooks {

// An ingredient, or a class of the knowledge base: "warfarin", "class:nsaid".
struct MedicineTerm {
  std::string name;
  bool is_class = false;

  friend bool operator==(const MedicineTerm&, const MedicineTerm&) = default;
};

struct IndicatorRow {
  MedicineTerm one;
  MedicineTerm other;
  core::Severity from = core::Severity::minor;  // of findings at least so severe
  std::vector<MedicineTerm> taken;              // of which one is taken too; empty: whatever else is
  Indicator indicator = Indicator::info;        // at least
  std::string source;

  friend bool operator==(const IndicatorRow&, const IndicatorRow&) = default;
};

// In their order: the first row that applies to a finding decides. `invalid_input` naming file and line.
[[nodiscard]] core::Result<std::vector<IndicatorRow>> parse_indicator_policy(std::string_view text,
                                                                             std::string_view name);

[[nodiscard]] std::string_view indicator_policy_text();  // indicator_policy.tsv
[[nodiscard]] const std::vector<IndicatorRow>& indicator_policy();

}  // namespace guardian::adapters::cds_hooks
