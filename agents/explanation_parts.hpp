#pragma once
// What the parts of the template explanation share: the list of claims they add to, and small helpers for sentences.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/explanation_template.hpp"
#include "agents/readability.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"

namespace guardian::agents {

using Texts = std::vector<std::string>;

[[nodiscard]] bool contains(const Texts& texts, std::string_view wanted);

// "a, b and c"
[[nodiscard]] std::string listed(const Texts& names, std::string_view last_word = "and");

// `pattern` with each "{place}" filled.
[[nodiscard]] std::string filled(std::string_view pattern,
                                 std::initializer_list<std::pair<std::string_view, std::string_view>> places);

// One clean sentence or more: blanks single, a capital first, an end mark last. Empty stays empty.
[[nodiscard]] std::string sentence(std::string_view text);

// Words of a case between quotation marks: control characters out, at most 60 bytes.
[[nodiscard]] std::string quoted(std::string_view text);

// "one", "two" ... "ninety-nine", then digits.
[[nodiscard]] std::string number_word(std::size_t number);

[[nodiscard]] Texts evidence_ids(const std::vector<core::EvidenceRecord>& evidence);

// What the context lines of a finding say: what was not known when it was made, and what else bears on it.
struct ContextLines {
  Texts unknown;
  Texts reasons;
};
[[nodiscard]] ContextLines context_lines(const core::Finding& finding);

// Medicines of the finding that are ordered and not yet taken.
[[nodiscard]] Texts ordered_medicines(const core::Review& review, const core::Finding& finding);

// A name that was not read and a strange record are no hazards to count.
[[nodiscard]] bool is_hazard(const core::Finding& finding);

// The brand as the package has it: the words before the strength, when there is one word or two and all are letters.
// Empty for a medicine that is not written as a brand.
[[nodiscard]] std::string brand_of(const core::ResolvedMedication& medication);

// Subjects that are no medicines.
[[nodiscard]] Texts other_subjects(const core::Finding& finding);

// How soon: the level of the case, but a critical finding is not left for later than today, and a major one not for
// later than three days.
[[nodiscard]] core::TriageLevel urgency_of(const core::Review& review, const core::Finding& finding);
[[nodiscard]] core::TriageLevel urgency_of(const core::Review& review);

// Whether the review is incomplete without this fact. Another rule may want it without need; it is named once.
[[nodiscard]] bool is_must_known(const core::Review& review, std::string_view wanted);

class ClaimList {
 public:
  explicit ClaimList(core::Explanation& explanation) : explanation_(explanation) {}

  // Claims that follow are about this finding, or the whole review when it is empty.
  void speak_of(const core::Finding* finding);

  // An empty text adds nothing.
  void add(core::Audience audience, core::ClaimKind kind, std::string text, Texts findings = {}, Texts evidence = {});

 private:
  core::Explanation& explanation_;
  std::string about_;
  std::size_t first_ = 0;  // claim about the same
};

// The explanation, and the names of medicines that its patient text uses.
struct TemplateText {
  core::Explanation explanation;
  NameWords names;
};
[[nodiscard]] TemplateText template_text(const core::Review& review, const ExplanationOptions& options);

[[nodiscard]] TextCounts count_claims(const std::vector<core::Claim>& claims, core::Audience audience,
                                      const NameWords& names);
// Of all the patient text, as `Explanation::grade_measured`.
[[nodiscard]] double measured_grade(const std::vector<core::Claim>& claims, const NameWords& names);

void add_clinician_claims(const core::Review& review, ClaimList& claims);
void add_clinician_claims(const core::Review& review, const core::Finding& finding, ClaimList& claims);

// Names of medicines that the text uses are added to `names`.
void add_patient_claims(const core::Review& review, ClaimList& claims, NameWords& names);
void add_patient_claims(const core::Review& review, const core::Finding& finding, bool full_words, ClaimList& claims,
                        NameWords& names);

}  // namespace guardian::agents
