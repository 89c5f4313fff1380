#pragma once
// How much of a reference set the knowledge base covers: what was asked for, how often it was so, with the exact 95 %
// interval (Clopper and Pearson 1934), and each miss with its reason. A reference set is only measured against; nothing
// of it is kept. Names are read by the resolver as a review reads them, and pairs are matched by name only: usual
// route, no dose, no patient. Works on an opened knowledge base; one thread at a time.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/population/proportions.hpp"
#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::audit::coverage {

enum class ReferenceSet : std::uint8_t {
  onc_high_priority,
  onc_non_interruptive,
  crediblemeds,
  ndfrt_significant,
  rxnorm_names,
  ingredients
};
inline constexpr std::size_t reference_set_count = 6;
// The name of the set, and of its file without ".tsv".
[[nodiscard]] std::string_view to_string(ReferenceSet set) noexcept;

enum class MissReason : std::uint8_t {
  unknown_drug,      // a name of the row is not in the knowledge base
  no_rule,           // both are known, no rule speaks of them
  lower_severity,    // a finding, less severe than asked for
  higher_severity,   // a finding, more severe than asked for
  not_systemic,      // one does not reach the blood by its usual route
  withdrawn,         // one is noted as withdrawn
  not_resolved,      // the words were not read, though the ingredients are known
  other_ingredients  // the words were read as something else
};
[[nodiscard]] std::string_view to_string(MissReason reason) noexcept;

struct Miss {
  std::string first;
  std::string second;  // empty: the row is about one name
  MissReason reason = MissReason::unknown_drug;
  std::string detail;  // severity and rule that were found, the name that is not known ...
  std::string rules;   // of the finding that was found, with blanks between
  std::string argued;  // why it is right as it is, by the file of exceptions; empty: nobody says so
};

// One question to a set.
struct Measure {
  std::string what;  // "major or worse; two QT drugs: moderate or worse"
  population::Proportion rate;
  std::optional<double> target;  // share wanted; empty: measured only
  std::vector<Miss> misses;      // in the order of the set
  std::size_t set_aside = 0;     // rows that the question is not about (withdrawn, not systemic)
  std::vector<Miss> aside;       // those of them without what was asked for

  [[nodiscard]] population::Interval interval() const;
  [[nodiscard]] std::size_t argued() const;
  // Where all are wanted, an argued miss is allowed; elsewhere the rate itself must reach the target.
  [[nodiscard]] bool met() const;
};

struct SetCoverage {
  ReferenceSet set = ReferenceSet::onc_high_priority;
  std::size_t rows = 0;
  std::vector<Measure> measures;
};

// Pairs that are right as they are, with the reason in our words. The second name may be "*" for any partner; the first
// one may be "rule:ID", with no second: whatever that rule finds.
class Exceptions {
 public:
  // A table with the columns set, first, second, reason, behind lines that start with #. Fails on an unknown set, an
  // empty reason or a row twice.
  [[nodiscard]] static core::Result<Exceptions> read(std::string_view text);
  [[nodiscard]] std::string_view reason(ReferenceSet set, const Miss& miss) const;

 private:
  std::map<std::pair<ReferenceSet, std::pair<std::string, std::string>>, std::string> reasons_;
};

// What two names give.
struct PairAnswer {
  std::optional<core::Severity> severity;  // of findings that are more than "applied locally"
  std::string rules;                       // of the most severe finding, with blanks between
  std::vector<std::string> unknown;        // names that are not known for certain
  bool local = false;                      // there is a rule, and the usual route keeps it away
  bool systemic = true;                    // both reach the blood by their usual route
  bool withdrawn = false;                  // one is noted as withdrawn
};

class PairReader {
 public:
  // `withdrawn`: ingredients that the tables note as withdrawn.
  PairReader(const knowledge::KnowledgeBase& base, std::set<std::string> withdrawn);
  ~PairReader();
  PairReader(const PairReader&) = delete;
  PairReader& operator=(const PairReader&) = delete;

  [[nodiscard]] PairAnswer answer(const std::string& first, const std::string& second);

  // The ingredients that a name stands for, sorted; nothing when it is not read, or only guessed at.
  [[nodiscard]] std::optional<std::vector<knowledge::IngredientIndex>> ingredients(const std::string& name) const;
  [[nodiscard]] const knowledge::KnowledgeBase& base() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Fails as ReferenceTable::read does.
[[nodiscard]] core::Result<SetCoverage> measure(ReferenceSet set, std::string_view text, PairReader& reader,
                                                const Exceptions& exceptions);

}  // namespace guardian::audit::coverage
