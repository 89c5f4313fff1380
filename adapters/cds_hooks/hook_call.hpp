#pragma once
// A request to a CDS service, checked for what its hook asks of it. Pure; the views end with the document.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/cds_hooks/services.hpp"
#include "adapters/fhir_client/fhir_client.hpp"
#include "adapters/json/input_problem.hpp"
#include "adapters/json/json_view.hpp"

namespace guardian::adapters::cds_hooks {

// What a client may set (the configuration extension of PDDI-CDS).
struct CallSettings {
  bool remember_shown = false;        // while ordering: remember what is shown, for the next
  bool filter_repeated = false;       // before signing: leave out what was shown while ordering
  bool show_non_serious = true;       // what does not interrupt, in one card
  std::optional<bool> record_issues;  // offer to create DetectedIssues; nothing: as the service is set
};

struct HookCall {
  Hook hook = Hook::order_sign;
  std::string instance;  // hookInstance
  std::string patient;   // id
  std::string user;      // "Practitioner/x"; empty where the hook has none
  std::string encounter;
  std::vector<std::string> selections;  // references of drafts
  std::vector<std::string> dispatched;  // references of orders on the server
  JsonView drafts;                      // Bundle; nothing where the hook has none
  JsonView prefetch;                    // nothing where none was sent
  fhir_client::FhirAccess access;       // without a server: none was named
  CallSettings settings;
};

// Everything that is wrong with the request for this service; the call is good when nothing is.
[[nodiscard]] HookCall read_call(const JsonView& request, const Service& service, std::vector<InputProblem>& problems);

}  // namespace guardian::adapters::cds_hooks
