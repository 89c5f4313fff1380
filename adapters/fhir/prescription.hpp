#pragma once
// The medicines of a chart: MedicationRequest, MedicationStatement, MedicationDispense and MedicationAdministration,
// read into one shape, and those that speak of one prescription joined. Pure. What each status means: docs/fhir.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/fhir/records.hpp"
#include "adapters/fhir/resource.hpp"
#include "core/medication.hpp"

namespace guardian::adapters::fhir {

// Most telling first: what is prescribed stands above what is told, handed over or given of it.
enum class Kind : std::uint8_t { request, statement, dispense, administration };
[[nodiscard]] std::optional<Kind> kind_of(std::string_view resource_type) noexcept;

struct Prescription {
  const Record* record = nullptr;
  Kind kind = Kind::request;
  core::MedicationStatus status = core::MedicationStatus::active;
  std::optional<double> stopped_days_ago;
  bool is_order = false;
  bool is_void = false;     // entered in error, not taken, only proposed: there to take its copies along
  bool ran_out = false;     // stopped because it was completed, not because somebody stopped it
  bool unreadable = false;  // it has a medicine, and nobody can say which
  std::string name;
  std::string dose;
  std::string code;
  std::string code_system;
  std::vector<std::string_view> links;  // references to what it is based on
};

// Nothing for a draft without a medicine: it is still being written.
[[nodiscard]] std::optional<Prescription> read_prescription(const Record& record, Kind kind, const Records& records,
                                                            const ReviewTime& now);

// Leaves one of those that are the same resource, of one prescription by their references, or on the record the same
// medicine in the same dose told by resources of different types. Void ones go.
void join_prescriptions(std::vector<Prescription>& prescriptions);

}  // namespace guardian::adapters::fhir
