#include "audit/signals.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "audit/review_facts.hpp"

namespace guardian::audit {
namespace {

using core::AuditSignal;
using core::Finding;

AuditSignal absent(const char* id, const char* name, const char* reason) { return {id, name, std::nullopt, reason}; }
AuditSignal present(const char* id, const char* name, double value, std::string reason = {}) {
  return {id, name, std::clamp(value, 0.0, 1.0), std::move(reason)};
}

// How sure the weakest name is.
AuditSignal identity(const core::Review& review) {
  constexpr double exact = 0.98;
  constexpr double mapped = 0.95;
  if (review.resolved.empty() && review.unresolved.empty()) return absent("s1", "identity", "no medicine");
  if (!review.unresolved.empty()) return present("s1", "identity", 0.0, "a name is not resolved");
  double weakest = 1.0;
  for (const core::ResolvedMedication& medicine : review.resolved) {
    const double own = medicine.match == "code"    ? 1.0
                       : medicine.match == "exact" ? exact
                       : medicine.match == "fuzzy" ? std::min(medicine.score, mapped)
                                                   : mapped;
    weakest = std::min(weakest, own);
  }
  return present("s1", "identity", weakest);
}

AuditSignal coverage(const core::Review& review) {
  const double known = static_cast<double>(review.certificate.ingredients);
  const double all = known + static_cast<double>(review.unresolved.size());
  if (all < 2.0) return absent("s2", "coverage", "fewer than two medicines");
  return present("s2", "coverage", known * (known - 1.0) / (all * (all - 1.0)), "pairs of known medicines among all");
}

// Facts that rules asked for, weighed by their age: half of a result is lost in 7 days, of a weight in 90.
AuditSignal data(const core::Review& review) {
  constexpr double result_half_life = 7.0;
  constexpr double body_half_life = 90.0;
  std::set<std::string> missing;
  for (const core::NotAssessed& wanted : review.not_assessed) missing.insert(wanted.wanted);
  double sum = 0.0;
  std::size_t facts = missing.size();
  for (const core::StatedFact& fact : review.facts) {
    if (is_medicine(fact) || !fact.value) continue;
    ++facts;
    const bool body = fact.concept_name == "weight" || fact.concept_name == "height";
    const bool ages = fact.kind == "lab" || fact.kind == "measure" || fact.kind == "vital" || body;
    sum += ages && fact.age_days ? std::exp2(-*fact.age_days / (body ? body_half_life : result_half_life)) : 1.0;
  }
  if (facts == 0) return absent("s3", "data", "no rule asked for a fact");
  return present("s3", "data", sum / static_cast<double>(facts));
}

AuditSignal evidence(const core::Review& review) {
  auto gravest = core::Severity::minor;
  for (const Finding& finding : review.findings) gravest = std::max(gravest, weight(finding));
  std::optional<double> weakest;
  std::string which;
  for (const Finding& finding : review.findings) {
    if (weight(finding) != gravest || evidence_strength(finding) >= weakest.value_or(2.0)) continue;
    weakest = evidence_strength(finding);
    which = finding.id;
  }
  return weakest ? present("s4", "evidence", *weakest, which) : absent("s4", "evidence", "no finding");
}

// Rules that cover the gravest findings are statements of sources by themselves: the share of them that lie within one
// step of the severity that was given. A finding of one rule says nothing.
AuditSignal sources(const core::Review& review, const RuleSeverities* severities) {
  auto gravest = core::Severity::minor;
  for (const Finding& finding : review.findings) gravest = std::max(gravest, weight(finding));
  std::size_t covering = 0;
  std::size_t near = 0;
  for (const Finding& finding : review.findings) {
    if (weight(finding) != gravest || finding.rules.size() < 2) continue;
    if (severities == nullptr) return absent("s5", "sources", "the rules are not at hand");
    for (const std::string& rule : finding.rules) {
      const auto found = severities->find(rule);
      if (found == severities->end()) continue;
      ++covering;
      near += std::abs(static_cast<int>(found->second) - static_cast<int>(finding.severity)) <= 1 ? 1U : 0U;
    }
  }
  if (covering == 0) return absent("s5", "sources", "the gravest findings have one rule each");
  return present("s5", "sources", static_cast<double>(near) / static_cast<double>(covering),
                 "rules within one step of the severity");
}

AuditSignal agents(const core::Review& review) {
  constexpr double scale = 4.0;
  double apart = 0.0;
  std::size_t asked = 0;
  for (const core::AgentReport& agent : review.agents) {
    if (agent.by != "model") continue;
    ++asked;
    apart += agent.raised.empty() && agent.added.empty() ? 0.0 : 1.0;
  }
  if (asked == 0) return absent("s6", "agents", "no model was asked");
  return present("s6", "agents", 1.0 - apart / static_cast<double>(asked) / scale);
}

// 1 - entropy of the answers over its largest value (semantic entropy, Farquhar et al. 2024, by decision and findings).
AuditSignal consistency(const std::vector<Sample>& samples) {
  if (samples.size() < 2) return absent("s7", "consistency", "the model was asked once, or not at all");
  std::map<Sample, double> clusters;
  for (Sample sample : samples) {
    std::sort(sample.findings.begin(), sample.findings.end());
    clusters[sample] += 1.0;
  }
  const double count = static_cast<double>(samples.size());
  double entropy = 0.0;
  for (const auto& [sample, size] : clusters) entropy -= size / count * std::log(size / count);
  return present("s7", "consistency", 1.0 - entropy / std::log(count));
}

AuditSignal support(const Grounding& grounding) {
  const std::size_t open = grounding.count(core::ClaimState::uncheckable);
  const std::size_t checkable = grounding.checks.size() - open;
  if (checkable == 0) return absent("s8", "support", "no claim can be checked");
  return present("s8", "support",
                 static_cast<double>(grounding.count(core::ClaimState::supported)) / static_cast<double>(checkable),
                 std::to_string(open) + " claims cannot be checked");
}

AuditSignal citations(const Grounding& grounding) {
  if (grounding.citations == 0) return absent("s9", "citations", "nothing is cited");
  const double precision = static_cast<double>(grounding.good_citations) / static_cast<double>(grounding.citations);
  const double recall =
      grounding.wanting == 0 ? 1.0 : static_cast<double>(grounding.cited) / static_cast<double>(grounding.wanting);
  return present("s9", "citations", precision + recall > 0.0 ? 2.0 * precision * recall / (precision + recall) : 0.0);
}

AuditSignal faithful(const std::vector<core::Faithfulness>& assessed) {
  std::optional<double> least;
  for (const core::Faithfulness& one : assessed) {
    if (!one.comprehensiveness || !one.sufficiency) continue;
    least = std::min(least.value_or(1.0), *one.comprehensiveness * (1.0 - *one.sufficiency));
  }
  return least ? present("s10", "faithfulness", *least) : absent("s10", "faithfulness", "not assessed");
}

// The share of the reference that lies as far out as this case, itself counted.
AuditSignal familiarity(const core::Review& review, const Calibration* calibration) {
  constexpr std::size_t least_reference = 200;
  if (calibration == nullptr || !calibration->reference || calibration->reference->distances.size() < least_reference)
    return absent("s12", "familiarity", "no reference of cases");
  const CaseReference& reference = *calibration->reference;
  std::vector<double> features;
  for (const char* name : {"age", "weight", "egfr"}) {
    std::optional<double> value;
    for (const core::StatedFact& fact : review.facts) {
      if (fact.concept_name == name && fact.value) value = fact.value;
    }
    if (!value) return absent("s12", "familiarity", "age, weight or kidney function is not known");
    features.push_back(*value);
  }
  features.push_back(static_cast<double>(review.certificate.ingredients));
  features.push_back(std::log1p(static_cast<double>(review.findings.size())));
  const std::size_t size = features.size();
  if (reference.mean.size() != size || reference.inverse.size() != size * size)
    return absent("s12", "familiarity", "the reference is of other features");
  double distance = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j)
      distance +=
          (features[i] - reference.mean[i]) * reference.inverse[i * size + j] * (features[j] - reference.mean[j]);
  }
  const auto as_far = static_cast<std::size_t>(
      reference.distances.end() -
      std::lower_bound(reference.distances.begin(), reference.distances.end(), std::sqrt(std::max(distance, 0.0))));
  return present("s12", "familiarity",
                 static_cast<double>(as_far + 1) / static_cast<double>(reference.distances.size() + 1));
}

}  // namespace

double evidence_strength(const Finding& finding) {
  constexpr double none = 0.50;
  if (finding.inferred || finding.source != "engine") return none;
  double best = none;
  for (const core::EvidenceRecord& record : finding.evidence) {
    const bool strong = record.kind == "label" || record.kind == "guideline";
    best = std::max(best, record.status != "verified" ? 0.75 : strong ? 0.98 : 0.90);
  }
  return best;
}

std::vector<AuditSignal> signals_of(const AuditInput& input, const Grounding& grounding) {
  return {identity(input.review),
          coverage(input.review),
          data(input.review),
          evidence(input.review),
          sources(input.review, input.rule_severities),
          agents(input.review),
          consistency(input.samples),
          support(grounding),
          citations(grounding),
          faithful(input.faithfulness),
          input.model_confidence ? present("s11", "model's own", *input.model_confidence)
                                 : absent("s11", "model's own", "not stated"),
          familiarity(input.review, input.calibration)};
}

SignalValues values_of(const std::vector<AuditSignal>& signals) {
  SignalValues values;
  for (std::size_t i = 0; i < std::min(signals.size(), signal_count); ++i) values[i] = signals[i].value;
  return values;
}

}  // namespace guardian::audit
