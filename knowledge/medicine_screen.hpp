#pragma once
// The medicines of a case against each other, and nothing else of it: no patient, no note, no words. For very many
// cases (guardian batch --screen-only). What it finds is what `Screener` finds of a list of medicines without a
// patient. How a medicine is read is remembered, as the same orders come again and again; so much is kept and no more.
// Belongs to one thread; the knowledge base it reads is shared.

#include <memory>
#include <string_view>
#include <vector>

#include "core/case.hpp"
#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::knowledge {

struct MedicineFinding {
  core::FindingType type = core::FindingType::drug_drug;
  core::Severity severity = core::Severity::minor;
  bool contraindication = false;
  bool inferred = false;
  std::vector<std::string_view> subjects;
  std::vector<std::string_view> rules;
};

struct MedicineScreening {
  std::vector<MedicineFinding> findings;     // most severe first
  std::vector<std::string_view> unresolved;  // elements of the medicines that cannot be read
  std::size_t ingredients = 0;               // different ones
  std::size_t unevaluated = 0;               // rules that a fact was missing for, such as a dose
  bool complete = true;                      // as of a review: every medicine read, nothing missing that must be known
};

class MedicineScreen {
 public:
  explicit MedicineScreen(std::shared_ptr<const KnowledgeBase> base);
  ~MedicineScreen();
  MedicineScreen(MedicineScreen&&) noexcept;
  MedicineScreen& operator=(MedicineScreen&&) noexcept;

  // `locale` of the case must be set. The answer is valid until the next call and as long as `subject`. Fails only as
  // the screener does.
  [[nodiscard]] core::Result<const MedicineScreening*> screen(const core::Case& subject);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::knowledge
