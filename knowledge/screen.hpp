#pragma once
// The deterministic floor: a case becomes resolved medicines, facts, and findings in words, each with its proof. Needs
// no network and no model. A screener belongs to one thread; the knowledge base it reads is shared.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/case.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::knowledge {

struct ScreenedCase;

// What the deterministic checks have to say about a case.
struct Screening {
  std::vector<core::ResolvedMedication> resolved;
  std::vector<core::UnresolvedMedication> unresolved;
  std::vector<core::StatedFact> facts;
  std::vector<core::NotAssessed> not_assessed;
  std::vector<core::SetAside> set_aside;  // sorted
  std::vector<core::Finding> findings;    // most severe first
  std::optional<core::Triage> triage;     // not of a list of medicines without a patient
  core::Certificate certificate;
};

class Screener {
 public:
  explicit Screener(std::shared_ptr<const KnowledgeBase> base);
  ~Screener();
  Screener(Screener&&) noexcept;
  Screener& operator=(Screener&&) noexcept;

  // Fails only when the texts of a rule cannot be read from the knowledge base.
  [[nodiscard]] core::Result<Screening> screen(const core::Case& subject);

  // The facts of the last screening, for a planner; valid until the next one.
  [[nodiscard]] ScreenedCase last() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Why two medicines gave no finding, or which one: for `guardian explain --why-not`. One sentence a line.
[[nodiscard]] std::vector<std::string> why_not(const KnowledgeBase& base, IngredientIndex one, IngredientIndex other);

}  // namespace guardian::knowledge
