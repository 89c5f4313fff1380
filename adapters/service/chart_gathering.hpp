#pragma once
// The chart that a call of a CDS service is about: what was sent along, and what is missing from the FHIR server where
// one may be asked. What is required and cannot be had ends the call; the rest is named.

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/cds_hooks/hook_call.hpp"
#include "adapters/fhir/chart.hpp"
#include "adapters/fhir/outcome.hpp"
#include "adapters/fhir_client/fhir_client.hpp"

namespace guardian::adapters::service {

// Asks the FHIR server; one answer a query.
using Fetch = std::function<std::vector<fhir_client::FhirAnswer>(const fhir_client::FhirAccess& access,
                                                                 std::span<const std::string> queries)>;

struct Gathering {
  int status = 200;                        // another one: the call ends with it and the issues
  std::vector<fhir::OutcomeIssue> issues;  // why
  fhir::Chart chart;                       // its entries are numbered as those of a plain case
  std::vector<std::string> missing;        // what was not to be had, in words
};

// `as_of` is now.
[[nodiscard]] Gathering gather_chart(const cds_hooks::HookCall& call, const std::string& as_of, const Fetch& fetch);

}  // namespace guardian::adapters::service
