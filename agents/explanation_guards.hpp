#pragma once
// What a section of a model's explanation has to pass before it takes the place of the template's: guards in one order,
// the first that objects decides, and one that throws objects. They look at words only; whether the claims follow from
// findings, facts and evidence is the audit's to judge. Pure; thread-safe.

#include <string>
#include <vector>

#include "agents/readability.hpp"
#include "core/explanation.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::agents {

// All claims of one audience about one finding, or about the whole review.
struct NarrativeSection {
  std::string about;  // id of the finding; empty: the whole
  core::Audience audience = core::Audience::clinician;
  core::Severity severity = core::Severity::minor;  // of the finding
  std::vector<core::Claim> statements;              // of the template
  std::vector<core::Claim> claims;                  // of the model
  std::vector<core::Claim> assembled;               // what would be shown: `claims`, and statements for other kinds
};

struct GuardContext {
  const core::Review& review;
  const knowledge::KnowledgeBase& base;
  const std::vector<core::MustSay>& must_say;
  const NameWords& names;
  double patient_grade = 0.0;  // wanted
};

struct Objection {
  std::string guard;
  std::string reason;  // no words of the model or the patient

  friend bool operator==(const Objection&, const Objection&) = default;
};

// Names of the guards in their order.
[[nodiscard]] std::vector<std::string_view> narrative_guards();

[[nodiscard]] std::optional<Objection> first_objection(const NarrativeSection& section, const GuardContext& context);

}  // namespace guardian::agents
