#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <array>

namespace guardian::fuzz {
namespace {

constexpr std::array<Target, 24> all_targets = {{
    {"ansm", take_ansm},
    {"case", take_case},
    {"cds_request", take_cds_request},
    {"events", take_events},
    {"fhir", take_fhir},
    {"gemini_reply", take_gemini_reply},
    {"gemini_stream", take_gemini_stream},
    {"hospital_rules", take_hospital_rules},
    {"http_request", take_http_request, end_http_request},
    {"knowledge_file", take_knowledge_file},
    {"knowledge_pack", take_knowledge_pack},
    {"ledger_file", take_ledger_file},
    {"ledger_row", take_ledger_row},
    {"note", take_note},
    {"order", take_order},
    {"pair_list", take_pair_list},
    {"plan_policy", take_plan_policy},
    {"population", take_population},
    {"review", take_review},
    {"rxnorm", take_rxnorm},
    {"seed_table", take_seed_table},
    {"settings", take_settings},
    {"sign_in", take_sign_in},
    {"suite", take_suite},
}};

}  // namespace

std::span<const Target> targets() noexcept { return all_targets; }

const Target* find_target(std::string_view name) noexcept {
  const auto* found =
      std::find_if(all_targets.begin(), all_targets.end(), [&](const Target& target) { return target.name == name; });
  return found == all_targets.end() ? nullptr : found;
}

}  // namespace guardian::fuzz
