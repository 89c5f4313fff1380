#pragma once
// A review in words without a model: for each finding and for the whole, what a clinician and what a patient needs to
// read, as claims that cite findings and evidence. What is said of a hazard is the knowledge base's own wording; plain
// words for a patient are those of agents/patient_words.tsv. It is also what stands in for a model's text that fails.
// Pure: the same review and options give the same bytes. Safe to call from several threads.
//
// What a patient text never does: tell somebody to stop a medicine on their own, say that all is well, blame. It says
// whom to speak to and how soon. A medicine that is only ordered is another matter: its first dose can wait for an
// answer.

#include "core/explanation.hpp"
#include "core/review.hpp"

namespace guardian::agents {

struct ExplanationOptions {
  // School grade that the patient text may ask for. From `full_words_from` on it also has the medical wording of harm
  // and mechanism; below, plain words only. What the text came to is `Explanation::grade_measured`: it is about 4 to 6
  // in plain words, and no wish makes it lower.
  double patient_grade = 6.0;
};
inline constexpr double full_words_from = 9.0;

[[nodiscard]] core::Explanation explain(const core::Review& review, const ExplanationOptions& options = {});

}  // namespace guardian::agents
