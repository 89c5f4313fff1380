#pragma once
// The independent judge of the rules that look at the patient (diseases, values, allergies, ages, doses, red flags) and
// of those about one medicine alone: decides them for many cases at once, in SQL over the base tables of the knowledge
// base (patient_oracle.sql), and shares no code with the matcher it is compared to. Signs are not applied: a case gives
// every condition itself. It opens the file read-only and leaves nothing behind. One thread at a time may use an
// oracle. With medicine_oracle.sql it judges the whole of one case, rules of two medicines and more included. Every
// failure to open or to read is `knowledge_unavailable`, also a term or predicate that it does not know
// how to read: it never guesses. A name that the knowledge base has not is `not_found`.

#include <compare>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/medication.hpp"
#include "core/result.hpp"
#include "core/severity.hpp"

namespace guardian::audit {

// One ingredient of one medicine. What is not stated is empty.
struct OracleDrug {
  std::string ingredient;
  core::Exposure exposure = core::Exposure::systemic;
  std::optional<std::string> route;
  std::optional<double> daily_mg;
  std::optional<double> daily_units;  // units or milliequivalents
  std::optional<double> single_mg;    // of one administration
  std::optional<double> single_units;
  std::optional<double> rate_mg{};  // of an infusion, in an hour
  std::optional<double> rate_units{};
  std::optional<double> times_per_day;
  std::optional<double> weight_kg;  // of the patient
  std::optional<double> duration_days;
  bool stopped = false;
  std::optional<double> stopped_days;
  bool ordered = false;  // a new order, not taken yet
  bool as_needed = false;
  bool fixed_product = false;  // one of several ingredients of a marketed fixed combination
  std::string name_key;        // equal for medicines written by the same name
  int source = 0;              // equal for ingredients of one medicine

  friend bool operator==(const OracleDrug&, const OracleDrug&) = default;
};

struct OracleCondition {
  std::string condition;
  bool certain = true;             // else it is not known whether the patient has it
  std::optional<double> age_days;  // of an event
  bool assumed = false;            // shown by a sign that took something for given

  friend bool operator==(const OracleCondition&, const OracleCondition&) = default;
};

// A number (low and high are equal) or bounds, in the unit of the quantity.
struct OracleQuantity {
  std::string quantity;
  double low = 0.0;
  double high = 0.0;
  std::optional<double> age_days;

  friend bool operator==(const OracleQuantity&, const OracleQuantity&) = default;
};

struct OracleAllergy {
  std::string allergen;  // an ingredient or "class:x"
  std::string reaction = "unknown";
  std::optional<double> years;  // since the reaction

  friend bool operator==(const OracleAllergy&, const OracleAllergy&) = default;
};

struct OracleCase {
  std::vector<OracleDrug> drugs;
  std::vector<OracleCondition> conditions;
  std::vector<OracleQuantity> quantities;
  std::vector<OracleAllergy> allergies;
  bool results_stated = true;  // the case has a list of results, though it may be empty

  friend bool operator==(const OracleCase&, const OracleCase&) = default;
};

// What a rule comes to for a set of ingredients, sorted and joined with " + ".
struct PatientOracleRow {
  std::size_t case_no = 0;  // position among the cases
  std::string rule;
  std::string ingredients;
  std::optional<core::Severity> severity;  // nothing: not evaluated for want of a fact

  friend auto operator<=>(const PatientOracleRow&, const PatientOracleRow&) = default;
};

// What a rule comes to for the medicines of one case, each by its name, sorted.
struct CaseRow {
  std::string rule;
  std::string kind;                        // finding, red_flag
  std::string type;                        // of a finding: that of the rule, or washout, or route
  std::vector<std::string> ingredients;    // of a rule over sets that waits: none
  std::optional<core::Severity> severity;  // nothing: not evaluated for want of a fact
  bool contraindication = false;
  bool inferred = false;
  bool local = false;  // the rule would hold but for a medicine that is given locally

  friend auto operator<=>(const CaseRow&, const CaseRow&) = default;
};

struct CaseJudgement {
  std::vector<CaseRow> rows;        // sorted
  std::vector<std::string> vetoed;  // rules that an exception held back, sorted
  std::size_t rules = 0;            // all there are, inferred ones included
  std::size_t within_product = 0;   // pairs of one marketed fixed combination that a rule speaks of
};

class PatientOracle {
 public:
  [[nodiscard]] static core::Result<PatientOracle> open(const std::filesystem::path& path);

  PatientOracle(PatientOracle&&) noexcept;
  PatientOracle& operator=(PatientOracle&&) noexcept;
  ~PatientOracle();

  // The rows of the patient rules of all cases, sorted, one for each case, rule and set of ingredients for which the
  // rule fires or waits.
  [[nodiscard]] core::Result<std::vector<PatientOracleRow>> judge(std::span<const OracleCase> cases);

  // All that the rules say of one case. Without `patient` those about the patient or one medicine are left out, and no
  // exception or modifier on the patient holds.
  // `left_out`: rules, by id, that are judged as if they were not there.
  [[nodiscard]] core::Result<CaseJudgement> judge_case(const OracleCase& subject, bool patient,
                                                       const std::set<std::string>& left_out = {});

  // The ids of the rules that it decides, sorted.
  [[nodiscard]] core::Result<std::vector<std::string>> rules();

 private:
  struct Impl;
  explicit PatientOracle(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit
