#pragma once
// The whole answer to a case. The shape is that of the JSON schema `guardian-review/1` (guardian schema review).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.hpp"
#include "core/explanation.hpp"
#include "core/finding.hpp"
#include "core/medication.hpp"
#include "core/plan.hpp"
#include "core/severity.hpp"
#include "core/triage.hpp"

namespace guardian::core {

struct ResolvedMedication {
  std::string element;
  std::string text;
  std::vector<std::string> ingredients;
  std::vector<std::string> rxcui;  // of the ingredients, where known
  std::string route;               // empty: not stated and no usual one
  Dose dose;
  std::string match;  // exact, synonym, brand, code, fuzzy
  double score = 0.0;
  std::string note;  // "a brand of other drugs elsewhere", ...

  friend bool operator==(const ResolvedMedication&, const ResolvedMedication&) = default;
};

struct NameCandidate {
  std::string name;
  std::vector<std::string> ingredients;
  double score = 0.0;
  std::string reason;

  friend bool operator==(const NameCandidate&, const NameCandidate&) = default;
};

struct UnresolvedMedication {
  std::string element;
  std::string text;
  std::string reason;
  std::vector<NameCandidate> candidates;

  friend bool operator==(const UnresolvedMedication&, const UnresolvedMedication&) = default;
};

// A fact of the case as the engine used it; a checker starts from these.
struct StatedFact {
  std::string kind;  // drug, stopped_drug, condition, symptom, allergy, lab, vital, measure, patient
  std::string concept_name;
  std::string from;      // JSON pointer
  std::string words;     // what was read there, where that is not the whole of it
  std::string truth;     // of a condition: "unknown", or "assumed" where a sign took something for given
  std::string reaction;  // of an allergy: its grade
  std::optional<double> value;
  std::optional<double> high;  // of a value that is only known to lie between two numbers
  std::string unit;
  std::optional<double> age_days;  // of a value or an event, before the review
  std::string route;               // empty: not known
  std::string exposure;            // empty: not known
  std::optional<double> daily_mg;
  std::optional<double> duration_days;
  std::optional<double> stopped_days_ago;
  bool stopped = false;
  // Of a medicine, what else rules may ask for; of one administration where nothing else is said.
  std::optional<double> single_mg{};
  std::optional<double> single_units{};  // units or milliequivalents
  std::optional<double> rate_mg{};       // of an infusion, in an hour
  std::optional<double> rate_units{};
  std::optional<double> times_per_day{};
  std::string product{};       // the name that it was read as
  bool fixed_product = false;  // one of several ingredients of a marketed fixed combination
  bool ordered = false;        // a new order, not taken yet
  bool as_needed = false;

  friend bool operator==(const StatedFact&, const StatedFact&) = default;
};

struct NotAssessed {
  std::string rule;  // a rule id or the name of a whole check
  std::string wanted;
  bool must_know = false;

  friend auto operator<=>(const NotAssessed&, const NotAssessed&) = default;
};

// What a hospital's own rule would have come to in this case, and did not: it is only watched, or it has expired. It
// changes neither decision nor triage.
struct SetAside {
  std::string rule;                     // that was set aside; of a lowering, the rule that it speaks of
  std::string source;                   // whose it is
  std::string why;                      // shadow, expired
  std::string effect;                   // finding, lowering
  Severity severity = Severity::minor;  // of the finding, or to which it would have been lowered
  std::vector<std::string> medicines;
  std::string owner;
  std::string expires;  // ISO date

  friend auto operator<=>(const SetAside&, const SetAside&) = default;
};

// What is to be said to whoever treats the patient: only of what has expired, which was a reason for care until then.
// What is only watched is for those who look at the ledger. Empty: nothing.
[[nodiscard]] std::string expired_words(const SetAside& rule);

struct Degradation {
  std::string agent;
  std::string reason;

  friend bool operator==(const Degradation&, const Degradation&) = default;
};

// What an agent did in a review.
struct AgentReport {
  std::string name;
  std::string by;      // "model", or "rules" where none was asked or its answer could not be used
  std::string model;   // that answered; empty without one
  std::string prompt;  // digest of the prompt
  int calls = 0;       // of the model
  int tool_calls = 0;
  int tokens = 0;
  std::vector<std::string> added;    // ids of findings
  std::vector<std::string> raised;   // ids of findings; "triage"
  std::vector<std::string> refused;  // what was proposed and not taken, and why; no words of the patient

  friend bool operator==(const AgentReport&, const AgentReport&) = default;
};

// The certificate of absence: how much was looked at. Pairs are of different ingredients.
struct Certificate {
  std::size_t ingredients = 0;
  std::size_t pairs = 0;
  std::size_t within_product = 0;  // pairs of one marketed fixed combination: below critical, they give no finding
  std::size_t considered = 0;
  std::size_t fired = 0;
  std::size_t vetoed = 0;
  std::size_t unevaluated = 0;
  std::vector<std::string> vetoes;  // "RULE: reason"

  friend bool operator==(const Certificate&, const Certificate&) = default;
};

struct KnowledgeBaseStamp {
  std::string version;
  std::string released;  // ISO date
  std::string digest;    // sha256:...
  std::optional<int> age_days;

  friend bool operator==(const KnowledgeBaseStamp&, const KnowledgeBaseStamp&) = default;
};

// Where a review stands in the ledger. A review that should be there and is not says why.
struct LedgerStamp {
  std::uint64_t sequence = 0;
  std::string hash;        // sha256:... of the row
  std::string unrecorded;  // why it could not be written; empty: it is recorded

  friend bool operator==(const LedgerStamp&, const LedgerStamp&) = default;
};

struct Review {
  std::string case_id;
  std::string as_of;
  bool complete = true;
  std::vector<Degradation> degradations;
  Decision decision = Decision::clear;
  KnowledgeBaseStamp kb;
  std::string engine_version;
  std::vector<ResolvedMedication> resolved;
  std::vector<UnresolvedMedication> unresolved;
  std::vector<StatedFact> facts;
  std::vector<NotAssessed> not_assessed;
  std::vector<SetAside> set_aside;  // sorted
  std::vector<Finding> findings;
  std::optional<Triage> triage;            // not of a list of medicines without a patient
  std::optional<Plan> plan;                // when it was asked for and something is to clear
  std::optional<Explanation> explanation;  // the review in words, when it was asked for
  std::optional<AuditReport> audit;
  Certificate certificate;
  std::vector<AgentReport> agents;
  std::optional<LedgerStamp> ledger;  // when it was to be recorded
  std::vector<std::string> notes;     // "/patient/shoe_size: not read"

  friend bool operator==(const Review&, const Review&) = default;
};

// The decision that findings and completeness allow: block for a critical finding, escalate for a major one or an
// unresolved name, caution for a moderate one or an incomplete review, info for a minor one, else clear. What an agent
// raised counts as raised.
[[nodiscard]] Decision decide(const std::vector<Finding>& findings, bool complete) noexcept;

}  // namespace guardian::core
