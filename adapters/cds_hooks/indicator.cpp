#include "adapters/cds_hooks/indicator.hpp"

#include <algorithm>

#include "adapters/cds_hooks/indicator_policy.hpp"

namespace guardian::adapters::cds_hooks {
namespace {

bool is(const MedicineTerm& term, std::string_view ingredient, const BelongsTo& belongs) {
  return term.is_class ? belongs(ingredient, term.name) : ingredient == term.name;
}

bool names(const core::Finding& finding, const MedicineTerm& term, const BelongsTo& belongs) {
  return std::any_of(finding.medicines.begin(), finding.medicines.end(),
                     [&](const std::string& medicine) { return is(term, medicine, belongs); });
}

// Whether one of these is taken, with an effect on the whole body.
bool takes(const core::Review& review, const std::vector<MedicineTerm>& terms, const BelongsTo& belongs) {
  return std::any_of(review.facts.begin(), review.facts.end(), [&](const core::StatedFact& fact) {
    if (fact.kind != "drug" || fact.stopped || (!fact.exposure.empty() && fact.exposure != "systemic")) return false;
    return std::any_of(terms.begin(), terms.end(),
                       [&](const MedicineTerm& term) { return is(term, fact.concept_name, belongs); });
  });
}

}  // namespace

BelongsTo membership(const knowledge::KnowledgeBase& base) {
  return [&base](std::string_view ingredient, std::string_view class_name) {
    const auto drug = base.graph().ingredient(ingredient);
    const auto group = base.graph().find({knowledge::ConceptKind::drug_class, std::string(class_name), {}, {}});
    if (!drug || !group) return false;
    return base.lit().lights(*drug, *group);
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
  const Indicator by_severity = indicator_of(core::weight(finding));
  if (finding.type != core::FindingType::drug_drug) return by_severity;
  for (const IndicatorRow& row : indicator_policy()) {
    const bool applies = finding.severity >= row.from && names(finding, row.one, belongs) &&
                         names(finding, row.other, belongs) && (row.taken.empty() || takes(review, row.taken, belongs));
    if (applies) return std::max(row.indicator, by_severity);
  }
  return by_severity;
}

}  // namespace guardian::adapters::cds_hooks
