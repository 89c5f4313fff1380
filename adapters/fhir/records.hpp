#pragma once
// The resources of a chart with where each stands, and the references among them. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/fhir/chart.hpp"
#include "adapters/json/input_problem.hpp"
#include "adapters/json/json_view.hpp"

namespace guardian::adapters::fhir {

struct Record {
  std::string element;  // JSON pointer
  JsonView resource;
  std::string_view type;
  std::string_view id;
  std::string_view full_url;  // of its entry in a Bundle
  Role role = Role::chart;
};

[[nodiscard]] std::string reference_to(const Record& record);  // "Patient/1"; empty without an id

class Records {
 public:
  // A resource, or a Bundle with its entries.
  void add(JsonView resource, std::string_view element, Role role);
  // The same, with a MedicationRequest of the status draft as a draft, and everything else on the record.
  void add_by_status(JsonView resource, std::string_view element);

  [[nodiscard]] const std::vector<Record>& all() const noexcept { return all_; }
  [[nodiscard]] const std::vector<InputProblem>& problems() const noexcept { return problems_; }

  // The Medication that `reference` of `from` means: contained, or among the records.
  [[nodiscard]] JsonView medication(std::string_view reference, JsonView from) const;

  // Whether a search for these resources was answered, found or not: an empty answer says that there are none.
  [[nodiscard]] bool searched(std::string_view type) const;

 private:
  void add_any(JsonView resource, std::string_view element, std::optional<Role> role);
  void add_resource(JsonView resource, std::string element, std::optional<Role> role, std::string_view full_url,
                    int depth);

  std::vector<Record> all_;
  std::vector<InputProblem> problems_;
  std::vector<std::string_view> searches_;  // the addresses
  // Of Medications alone, made when the first is asked for.
  mutable std::optional<std::unordered_map<std::string_view, std::size_t>> medications_;
};

}  // namespace guardian::adapters::fhir
