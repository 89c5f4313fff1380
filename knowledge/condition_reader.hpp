#pragma once
// Reads an entry of a patient's list of conditions ("T2DM, HTN", "GI bleed (2018)", "no hx of PUD", a code) into the
// conditions that it lights. Says what it could not read, and where text and code disagree. Pure; immutable; safe to
// read from several threads.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/case.hpp"
#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

struct ConditionCode {
  std::string system;  // icd10 (a code stands for all below it) or snomed
  std::string code;
  std::string condition;
};

struct ConditionTables {
  std::vector<std::pair<std::string, std::vector<std::string>>> names;  // words as written -> conditions
  std::vector<ConditionCode> codes;
  std::vector<std::pair<std::string, std::string>>
      history;  // condition -> what a past one lights; empty: itself, "-": nothing, "listed": see in_past
  std::vector<std::pair<std::string, std::string>>
      parents;  // condition, the one above it; to tell whether code and text agree
};

struct LitCondition {
  std::string condition;
  std::string named;  // the condition read; another than `condition` when it is past
  bool past = false;
  std::optional<double> age_days;
  TextSpan span;      // in the text; empty when read from the code
  std::string quote;  // as written; the code when read from it
  bool from_code = false;

  friend bool operator==(const LitCondition&, const LitCondition&) = default;
};

// Recognised and not lit: denied, of the family, doubted, or a past one that lights nothing.
struct ConditionAside {
  std::vector<std::string> conditions;
  Assertion assertion = Assertion::absent;
  TextSpan span;
  std::string quote;
  std::string cue;

  friend bool operator==(const ConditionAside&, const ConditionAside&) = default;
};

enum class ConditionDoubt : std::uint8_t {
  spelling,        // read as another spelling
  code_disagrees,  // text and code name conditions that do not belong together; both are lit
  unknown_code     // the code is not known; the text was read
};

struct ConditionNote {
  ConditionDoubt doubt = ConditionDoubt::spelling;
  std::string written;
  std::string read_as;

  friend bool operator==(const ConditionNote&, const ConditionNote&) = default;
};

struct ConditionReading {
  std::vector<LitCondition> lit;
  std::vector<ConditionAside> aside;
  std::vector<std::string> unrecognised;  // the parts of the entry that nobody knows: to be said in the review
  std::vector<ConditionNote> notes;
  std::optional<double> gestation_weeks;  // "pregnant 12/40", "28 weeks pregnant"
};

class ConditionReader {
 public:
  // `labels` and `patterns` are for the lexicon; see there.
  [[nodiscard]] static ConditionReader build(const ConditionTables& tables, std::span<const LexiconLabel> labels = {},
                                             const SymptomPatterns* patterns = nullptr);
  ConditionReader(ConditionReader&&) noexcept;
  ConditionReader& operator=(ConditionReader&&) noexcept;
  ~ConditionReader();

  [[nodiscard]] ConditionReading read(const core::CodedText& entry, const TextContext& context) const;

  // The lexicon of the names, to scan a note with.
  [[nodiscard]] const ClinicalLexicon& lexicon() const;

  // What a condition lights that is over; empty: nothing. What goes on once it is there ("listed": anemia, renal
  // impairment) lights itself when it stands, without a time, in the list of past history.
  [[nodiscard]] std::string in_past(const std::string& condition, bool listed = false) const;

  // The conditions that a family history of what is named so makes the patient's own: `names` has "family history of
  // medullary thyroid cancer". Mostly none.
  [[nodiscard]] std::span<const std::string> in_family(std::string_view name) const;

 private:
  struct Impl;
  explicit ConditionReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
