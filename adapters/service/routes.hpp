#pragma once
// The addresses of the service. Pure.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::service {

enum class Target : std::uint8_t {
  discovery,
  cds_service,
  cds_feedback,
  review,
  plan,
  batch,
  job,
  job_result,
  job_cancel,
  screen,
  resolve,
  suggest,
  ask,
  override,
  outcome,
  population_audit,
  ledger_rows,
  ledger_row,
  ledger_verification,
  kept_review,
  kept_case,
  kept_picture,
  examples,
  knowledge,
  openapi,
  source_attributes,
  health,
  ready,
  metrics,
  reload,
  patients,
  patient_add,
  patient,
  patient_save,
  patient_erase,
  patient_note,
  page,
  page_file
};

// Who may call. CDS clients sign each call with a token; the API has keys with roles.
enum class Guard : std::uint8_t { open, cds_client, reader, reviewer, admin };

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/v1/reviews/{id}": the name of the route in log and metrics
  Target target;
  Guard guard;
  bool once = false;  // heeds Idempotency-Key
};

struct RouteMatch {
  const Route* route = nullptr;  // null: none
  std::string allowed;           // then: the methods that this address has; empty: no such address
  std::string argument;          // what stands for {...}
};

[[nodiscard]] std::span<const Route> routes() noexcept;
[[nodiscard]] RouteMatch match_route(std::string_view method, std::string_view path);

}  // namespace guardian::adapters::service
