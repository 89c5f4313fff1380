#pragma once
// The least-effort change of the medicines of a case that clears every finding grave enough to change therapy, with the
// proof of it. A proposal: nothing here is ever applied by itself.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/severity.hpp"

namespace guardian::core {

// To monitor and to space leave the medicine as it is: the finding stays, and what is done answers it.
enum class PlanAction : std::uint8_t { keep, monitor, space, adjust_dose, switch_to, stop };
[[nodiscard]] std::string_view to_string(PlanAction action) noexcept;  // "adjust-dose"

inline constexpr std::string_view plan_note =
    "A proposal to a clinician. It is never applied by itself: dose, duration, taper and the patient's own reasons are "
    "not in it. What replaces a medicine was checked by its name alone, at an unknown dose.";

// A finding in short; the review has it in full when it is one of the case as it stands.
struct PlanFinding {
  std::string id;
  FindingType type = FindingType::drug_drug;
  Severity severity = Severity::minor;
  std::string title;
  std::vector<std::string> elements;

  friend bool operator==(const PlanFinding&, const PlanFinding&) = default;
};

// What is done to one medicine. Medicines that are kept are not listed.
struct PlanChange {
  std::string element;   // JSON pointer in the case
  std::string medicine;  // as written there
  PlanAction action = PlanAction::keep;
  std::optional<double> dose_factor;  // of an adjusted dose: 0.5 is half of it
  std::string to;                     // of a switch: the ingredient
  std::string indication;             // what it is given for, where the case shows it
  int line = 0;                       // of `to` for the indication: first, second or third choice; 0: not a switch
  std::string reason;
  double cost = 0.0;
  std::optional<double> times_per_day{};  // of a dose that is given less often, each time as much as before
  std::optional<double> daily_mg{};       // what an adjusted dose comes to, where it is known
  std::vector<std::string> measures{};    // what is to be monitored, or how the doses are spaced

  friend bool operator==(const PlanChange&, const PlanChange&) = default;
};

// A finding that is left, and what answers it.
struct PlanHandled {
  std::string element;  // of the medicine that is monitored or spaced
  PlanFinding finding;
  std::string measure;

  friend bool operator==(const PlanHandled&, const PlanHandled&) = default;
};

struct PlanOption {
  double cost = 0.0;
  std::vector<PlanChange> changes;
  std::size_t moderate = 0;  // findings that are left and not handled
  std::size_t minor = 0;
  std::vector<PlanFinding> remaining;  // the moderate ones and those that no change of medicines clears; not `handled`
  std::vector<PlanHandled> handled{};  // all that is left from `clear` on, and what is new from `new` on

  friend bool operator==(const PlanOption&, const PlanOption&) = default;
};

struct PlanCertificate {
  double optimum = 0.0;      // cost of the best option
  double lower_bound = 0.0;  // no option that clears all costs less
  std::size_t nodes = 0;
  std::size_t cuts = 0;  // combinations that the engine or an indication ruled out
  std::size_t engine_runs = 0;

  friend bool operator==(const PlanCertificate&, const PlanCertificate&) = default;
};

// A change of the best option with the finding that is back when it alone is undone.
struct PlanNecessity {
  std::string element;
  PlanFinding finding;

  friend bool operator==(const PlanNecessity&, const PlanNecessity&) = default;
};

struct PlanMedicine {
  std::string element;
  std::string medicine;

  friend bool operator==(const PlanMedicine&, const PlanMedicine&) = default;
};

struct Plan {
  bool needed = false;         // something is to clear
  bool feasible = true;        // an option was found that clears it
  bool proven = true;          // nothing is cheaper; or, when not feasible: there is nothing
  bool after_washout = false;  // holds only when what is stopped has left the body; see `until_then`
  double cost = 0.0;
  std::vector<PlanOption> best;  // best first
  PlanCertificate certificate;
  std::vector<PlanNecessity> irreducible;   // of the best option
  std::vector<PlanMedicine> conflict_core;  // when not feasible: no option makes these safe together
  std::vector<PlanFinding> core_findings;
  std::vector<PlanFinding> not_cleared;  // grave, but no change of medicines answers them: a test, a name
  std::vector<PlanFinding> until_then;
  std::string policy;  // its version

  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace guardian::core
