#pragma once
// What the changes of a plan cost, and what they may be: numbers and lists that a pharmacist sets. Plain data, read
// from a table; the default one is built into the program (plan_policy.tsv).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "core/severity.hpp"

namespace guardian::knowledge {

struct PlanPolicy {
  // What answers the findings of a rule without any change of medicines, in words for the clinician.
  struct Measure {
    std::string rule;
    std::string text;
  };

  std::string version;
  double monitor_cost = 0.0;
  double space_cost = 0.0;
  double adjust_dose = 0.0;
  double switch_in_class = 0.0;
  double switch_across = 0.0;
  double stop_without_indication = 0.0;
  double stop_with_indication = 0.0;
  double taper_cost = 0.0;
  double high_alert_cost = 0.0;
  std::size_t alternatives = 0;
  std::size_t engine_runs = 0;
  std::size_t nodes = 0;
  std::size_t options = 0;
  double slack = 0.0;
  core::Severity clear_at = core::Severity::major;
  core::Severity new_at = core::Severity::moderate;
  core::Severity after_stop_at = core::Severity::critical;
  std::vector<double> dose_factors;
  std::vector<core::FindingType> not_cleared;
  std::vector<Measure> monitor;
  std::vector<Measure> space;
  std::vector<std::string> taper;       // concepts as rules write them ("class:opioid", "baclofen")
  std::vector<std::string> high_alert;  // the same
  std::vector<std::string> traits;      // classes
  std::vector<std::string> roles;       // classes
  std::vector<std::string> layered;     // conditions
  std::vector<std::string> purposes;    // notes of indications
  std::vector<std::string> never_to;    // ingredients
};

// `name` is that of the file, for messages. Fails with `invalid_input` naming the line, or the number that is missing.
// Concepts, conditions and rules that a knowledge base does not have are not looked up here and have no effect.
[[nodiscard]] core::Result<PlanPolicy> parse_plan_policy(std::string_view text, std::string_view name);

[[nodiscard]] std::string_view default_plan_policy_text();  // plan_policy.tsv
[[nodiscard]] const PlanPolicy& default_plan_policy();

}  // namespace guardian::knowledge
