#include "adapters/cds_hooks/indicator.hpp"

#include <algorithm>

namespace guardian::adapters::cds_hooks {
namespace {

bool names(const core::Finding& finding, std::string_view medicine) {
  return std::find(finding.medicines.begin(), finding.medicines.end(), medicine) != finding.medicines.end();
}

bool taken_systemically(const core::StatedFact& fact) {
  return fact.kind == "drug" && !fact.stopped && (fact.exposure.empty() || fact.exposure == "systemic");
}

bool stomach_is_protected(const core::Review& review, const BelongsTo& belongs) {
  return std::any_of(review.facts.begin(), review.facts.end(), [&](const core::StatedFact& fact) {
    return taken_systemically(fact) && (fact.concept_name == "misoprostol" || belongs(fact.concept_name, "ppi"));
  });
}

bool is_warfarin_with_nsaid(const core::Finding& finding, const BelongsTo& belongs) {
  return finding.type == core::FindingType::drug_drug && names(finding, "warfarin") &&
         finding.severity >= core::Severity::major &&  // below, the NSAID is local: no special precautions
         std::any_of(finding.medicines.begin(), finding.medicines.end(),
                     [&](const std::string& medicine) { return belongs(medicine, "nsaid"); });
}

}  // namespace

BelongsTo membership(const knowledge::KnowledgeBase& base) {
  return [&base](std::string_view ingredient, std::string_view class_name) {
    const auto drug = base.graph().ingredient(ingredient);
    const auto group = base.graph().find({knowledge::ConceptKind::drug_class, std::string(class_name), {}, {}});
    if (!drug || !group) return false;
    const auto lit = base.graph().closure(*drug);
    return std::binary_search(lit.begin(), lit.end(), *group);
  };
}

Indicator indicator_of(core::Severity severity) noexcept {
  switch (severity) {
    case core::Severity::critical: return Indicator::critical;
    case core::Severity::major: return Indicator::warning;
    case core::Severity::moderate:
    case core::Severity::minor: return Indicator::info;
  }
  return Indicator::info;
}

Indicator indicator_of(const core::Finding& finding, const core::Review& review, const BelongsTo& belongs) {
  Indicator model = Indicator::info;
  if (is_warfarin_with_nsaid(finding, belongs)) {
    model = stomach_is_protected(review, belongs) ? Indicator::warning : Indicator::critical;
  } else if (finding.type == core::FindingType::drug_drug && names(finding, "digoxin") &&
             names(finding, "cyclosporine")) {
    model = Indicator::warning;
  }
  return std::max(model, indicator_of(core::weight(finding)));
}

}  // namespace guardian::adapters::cds_hooks
