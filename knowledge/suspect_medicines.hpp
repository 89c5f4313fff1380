#pragma once
// "Could it be a drug?": which medicines of a case are known to cause what is seen, ranked, each with its reasons as
// ids of rows. Taken from the table of causes (drug_causes.hpp), the reaction rules and red flags, and the disease
// rules (which say what a medicine makes worse). Who is not named is not acquitted: the tables hold what is known to
// them. Pure but for the texts of rules, which are read from the knowledge base; thread-safe.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "core/triage.hpp"
#include "knowledge/drug_causes.hpp"
#include "knowledge/manifestations.hpp"
#include "knowledge/medicine_names.hpp"

namespace guardian::knowledge {

enum class CauseKind : std::uint8_t {
  reaction,  // a reaction rule or a red flag names the medicine for it
  known,     // a row of the table of causes
  worsens    // a disease rule: it makes worse what is there
};

struct CauseReason {
  std::string row;  // id of a rule, a red flag or a row of the table
  CauseKind kind = CauseKind::known;
  int grade = 1;                  // 3 frequent or typical, 2 known, 1 possible
  std::size_t manifestation = 0;  // position in the question
  std::string why;                // in words of the knowledge base
  Onset onset = Onset::any;
  std::string evidence;   // ids, "a | b"
  std::string finding;    // id of a finding of the case that says so; empty: none
  bool reported = false;  // the engine says so of this case: a finding or a red flag

  friend bool operator==(const CauseReason&, const CauseReason&) = default;
};

// What the times say, where they are known.
enum class CauseTiming : std::uint8_t {
  not_known,
  fits,    // it began after the medicine
  early,   // it began sooner after the medicine than is known of it
  before,  // it was there before the medicine: speaks against it
  stopped  // the medicine was stopped, and still acts
};
[[nodiscard]] std::string_view to_string(CauseTiming timing) noexcept;

struct Suspect {
  IngredientIndex ingredient{};
  std::string name;                   // of the ingredient
  std::vector<std::string> elements;  // of its medicines in the case
  CauseTiming timing = CauseTiming::not_known;
  std::optional<double> started_days;  // ago
  std::optional<double> stopped_days;
  std::vector<CauseReason> reasons;  // strongest first

  friend bool operator==(const Suspect&, const Suspect&) = default;
};

// A medicine of the case that was not asked about, and why.
struct SetAside {
  std::string name;
  std::string why;

  friend bool operator==(const SetAside&, const SetAside&) = default;
};

struct CauseAnswer {
  std::vector<Suspect> suspects;         // most likely first
  std::vector<std::size_t> unexplained;  // manifestations for which no medicine of the case is known
  std::vector<SetAside> set_aside;

  friend bool operator==(const CauseAnswer&, const CauseAnswer&) = default;
};

struct CauseQuestion {
  ScreenedCase screened;
  std::span<const Manifestation> seen;
  std::span<const MedicineStart> starts;
  std::span<const core::Finding> findings;  // of the same case
  std::span<const core::RedFlag> red_flags;
};

// Ranked by: whether the times speak against it; how many of the manifestations it explains; whether the engine reports
// it of this case; the strongest reason; the name. Fails only when the texts of a rule cannot be read.
[[nodiscard]] core::Result<CauseAnswer> suspect_medicines(const KnowledgeBase& base, const CauseQuestion& question,
                                                          const CauseTables& tables = default_cause_tables());

}  // namespace guardian::knowledge
