#pragma once
// The chart of one patient as FHIR R4 resources hold it, read into a case. What a resource does not say stays unknown;
// what it says of somebody else is not read, and listed. Pure; a builder belongs to one thread.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/input_problem.hpp"
#include "adapters/json/json_view.hpp"
#include "core/case.hpp"

namespace guardian::adapters::fhir {

enum class Role : std::uint8_t {
  chart,  // on the record: a medicine is one that is taken (or was, by its status)
  draft   // an order that is being written: a medicine is a new order
};

// A medication resource that became an entry of the case.
struct ChartMedication {
  std::string element;    // JSON pointer of the resource, as in the entry of the case
  std::string reference;  // "MedicationRequest/123"; empty without an id
  std::string resource;   // of a draft: as it came, compact JSON
  Role role = Role::chart;

  friend bool operator==(const ChartMedication&, const ChartMedication&) = default;
};

// A resource that is not in the case, and why a reader of the review must know.
struct Unread {
  std::string element;    // JSON pointer
  std::string reference;  // empty without an id
  std::string reason;     // in words for a clinician, without patient data

  friend bool operator==(const Unread&, const Unread&) = default;
};

struct Chart {
  core::Case subject;
  std::vector<ChartMedication> medications;  // in the order of `subject.medications`
  std::vector<Unread> unread;                // cannot be used: reviewed as if it were not there, so shown
  std::vector<Unread> other_patients;        // of somebody else: never read
};

// Collects resources, in any order; references among them (contained, of the same Bundle, by relative or absolute
// address) are resolved at the end.
class ChartBuilder {
 public:
  // `patient_id` is the id of the patient that the chart must be of; empty: that of the only Patient resource.
  // `as_of` is the time of the review (ISO 8601, UTC).
  ChartBuilder(std::string patient_id, std::string as_of);
  ~ChartBuilder();
  ChartBuilder(ChartBuilder&&) noexcept;
  ChartBuilder& operator=(ChartBuilder&&) noexcept;

  // A resource, or a Bundle with all its entries, that stands at `element` (JSON pointer). Views must outlive `build`.
  void add(const JsonView& resource, std::string_view element, Role role);

  // The same for a document that does not say which of its resources are being written: a MedicationRequest with the
  // status draft is a draft.
  void add_by_status(const JsonView& resource, std::string_view element);

  // Problems are of the shape only (a Bundle that is none, no patient to be found): what is missing or odd in a
  // resource is tolerated and shown.
  [[nodiscard]] Chart build(std::vector<InputProblem>& problems);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::fhir
