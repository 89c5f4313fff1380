#pragma once
// The kidney function of a case, and what the knowledge base says of a medicine at it: by which measure each rule goes
// (Cockcroft-Gault or CKD-EPI), where its limit is, and whether it is reached. It gives limits and what the engine
// finds at the dose that is written; it never makes up a dose. Belongs to one thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"
#include "core/kidney_function.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/screen.hpp"
#include "knowledge/truth.hpp"

namespace guardian::agents {

struct KidneyRule {
  std::string rule;
  core::Severity severity = core::Severity::minor;
  std::string measure;                                   // "creatinine clearance", "eGFR"
  std::string limit;                                     // "< 30 mL/min"
  knowledge::Truth reached = knowledge::Truth::unknown;  // at the kidney function of the case
  bool on_condition = false;                             // it also asks for something else: a dose, another value
  std::string management;
  std::vector<std::string> evidence;  // ids
};

struct KidneyDose {
  std::vector<std::string> ingredients;
  bool in_case = false;             // otherwise as if it were ordered
  std::optional<double> clearance;  // mL/min
  std::string weight;               // that the clearance was computed with: "actual", "ideal", "adjusted"; may be empty
  std::optional<double> egfr;       // mL/min/1.73m2
  std::vector<std::string> gaps;    // why one of them is not known, and when an estimate does not hold
  std::vector<KidneyRule> rules;    // those that are reached first
  std::vector<core::Finding> findings;  // on this medicine: kidney and dose, most severe first
};

class KidneyQuestion {
 public:
  // `subject` must outlive it.
  KidneyQuestion(std::shared_ptr<const knowledge::KnowledgeBase> base, const core::Case& subject);

  // `medicine` as an order writes it; `not_found` when it is not known.
  [[nodiscard]] core::Result<KidneyDose> ask(const std::string& medicine);

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  knowledge::Screener screener_;
  const core::Case& subject_;
};

}  // namespace guardian::agents
