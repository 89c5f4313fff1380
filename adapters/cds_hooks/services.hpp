#pragma once
// The CDS services that this program offers, and what discovery says of them (CDS Hooks 2.0 and 3.0). Pure.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace guardian::adapters::cds_hooks {

enum class Hook : std::uint8_t { patient_view, order_select, order_sign, order_dispatch };
[[nodiscard]] std::string_view to_string(Hook hook) noexcept;  // "order-sign"

// What a client may send along, by its key, and the FHIR query for it. A service cannot do without what is required.
struct PrefetchTemplate {
  std::string_view key;
  std::string_view query;
  bool required = false;
};
inline constexpr std::array<PrefetchTemplate, 8> prefetch_templates = {{
    {"patient", "Patient/{{context.patientId}}", true},
    {"medicationRequests", "MedicationRequest?patient={{context.patientId}}", true},
    {"medicationStatements", "MedicationStatement?patient={{context.patientId}}"},
    {"medicationDispenses", "MedicationDispense?patient={{context.patientId}}"},
    {"medicationAdministrations", "MedicationAdministration?patient={{context.patientId}}"},
    {"conditions", "Condition?patient={{context.patientId}}"},
    {"allergies", "AllergyIntolerance?patient={{context.patientId}}"},
    {"observations", "Observation?patient={{context.patientId}}"},
}};

struct Service {
  Hook hook;
  std::string_view id;
  std::string_view hook_version;  // of the hook's definition
  std::string_view title;
  std::string_view description;
};
[[nodiscard]] std::span<const Service> services() noexcept;
[[nodiscard]] const Service* find_service(std::string_view id) noexcept;

// The body of GET {base}/cds-services.
[[nodiscard]] std::string discovery();

}  // namespace guardian::adapters::cds_hooks
