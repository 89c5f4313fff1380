#pragma once
// Many answers of a batch as one: how many alerts for 100 orders, of which rules and severities, and what a display
// policy would silence. Counts only: nothing of a patient is kept, and memory grows with the rules that fired, not with
// the cases. Pure; belongs to one thread.
//
// An order is a medicine or order of a case, whether it could be read or not. An alert is a finding. An alert of
// several rules counts for each of them in the table of rules, and once in every other figure.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "adapters/json/json_view.hpp"
#include "core/severity.hpp"

namespace guardian::adapters::batch {

// What is not to be shown. An alert is silenced when its severity or its type is, or when every rule of it is.
struct DisplayPolicy {
  std::set<core::Severity> severities;
  std::set<std::string> types;
  std::set<std::string> rules;

  [[nodiscard]] bool empty() const { return severities.empty() && types.empty() && rules.empty(); }
};

struct AlertCount {
  std::uint64_t alerts = 0;
  std::uint64_t cases = 0;     // with at least one
  std::uint64_t silenced = 0;  // of the alerts

  friend bool operator==(const AlertCount&, const AlertCount&) = default;
};

struct Cohort {
  std::uint64_t cases = 0;
  std::uint64_t orders = 0;
  std::uint64_t incomplete = 0;  // cases of which something could not be checked
  std::uint64_t unreadable = 0;  // error records: no cases
  AlertCount all;
  AlertCount interruptive;               // as the review says; of a screen, critical and major ones
  std::array<AlertCount, 4> severities;  // by core::Severity
  std::map<std::string, AlertCount> types;
  std::map<std::string, AlertCount> rules;
  std::uint64_t quiet_before = 0;  // cases without an alert
  std::uint64_t quiet_after = 0;   // and under the policy
};

// Per 100 orders; nothing without orders.
[[nodiscard]] std::optional<double> per_hundred(std::uint64_t alerts, std::uint64_t orders);

class CohortTally {
 public:
  explicit CohortTally(DisplayPolicy policy = {});

  // A line of guardian batch: a review, a screen or an error record. Says what is wrong with another one.
  [[nodiscard]] std::optional<std::string> add(std::string_view line);
  [[nodiscard]] const Cohort& cohort() const { return cohort_; }

 private:
  DisplayPolicy policy_;
  JsonReader reader_;
  Cohort cohort_;
};

}  // namespace guardian::adapters::batch
