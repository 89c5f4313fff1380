#include "runtime/audit_step.hpp"

#include <algorithm>

#include "audit/faithfulness.hpp"
#include "runtime/case_deletion.hpp"

namespace guardian::runtime {

struct AuditStep::Impl {
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  AuditOptions options;
  std::optional<audit::DrugNames> names;  // made when a text is first there
  std::optional<knowledge::Screener> screener;
  std::optional<audit::RuleSeverities> severities;  // likewise

  const audit::RuleSeverities& rule_severities() {
    if (severities) return *severities;
    severities.emplace();
    const knowledge::RuleSet& rules = base->rules();
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
      const auto rule = static_cast<knowledge::RuleIndex>(i);
      severities->emplace(rules.id(rule), rules.head(rule).severity);
    }
    return *severities;
  }

  // Of findings grave enough to change therapy, the gravest first, as far as the bound on engine runs reaches.
  std::vector<core::Faithfulness> assess(const core::Case& subject, const core::Review& review) {
    std::vector<core::Faithfulness> all;
    if (!screener) screener.emplace(base);
    std::size_t left = options.most_engine_runs;
    for (const core::Finding& finding : review.findings) {
      const bool of_engine = finding.source == "engine" && finding.via.empty() && !finding.rules.empty();
      if (!of_engine || finding.severity < core::Severity::major) continue;
      const auto problem = deletion_problem(subject, review, finding, *screener, left);
      all.push_back(audit::faithfulness(problem));
      left -= std::min(left, all.back().engine_runs);
    }
    return all;
  }
};

AuditStep::AuditStep(std::shared_ptr<const knowledge::KnowledgeBase> base, AuditOptions options)
    : impl_(
          std::make_unique<Impl>(Impl{std::move(base), std::move(options), std::nullopt, std::nullopt, std::nullopt})) {
}
AuditStep::~AuditStep() = default;
AuditStep::AuditStep(AuditStep&&) noexcept = default;
AuditStep& AuditStep::operator=(AuditStep&&) noexcept = default;

void AuditStep::run(const core::Case& subject, const std::vector<core::Finding>& floor,
                    const std::optional<agents::ExplanationOptions>& words, core::Review& review) {
  Impl& impl = *impl_;
  audit::AuditInput input{floor, review, nullptr, impl.options.calibration.get()};
  input.policy = impl.options.policy;
  const bool has_many = std::any_of(review.findings.begin(), review.findings.end(),
                                    [](const core::Finding& finding) { return finding.rules.size() > 1; });
  if (has_many) input.rule_severities = &impl.rule_severities();
  const bool by_model = review.explanation && review.explanation->by == "model";
  if (review.explanation) {
    if (!impl.names) impl.names.emplace(*impl.base);
    input.names = &*impl.names;
    if (by_model || impl.options.faithfulness_of_template) input.faithfulness = impl.assess(subject, review);
  }
  core::AuditReport report = audit::audit(input);
  const bool withheld = by_model && !report.released;
  audit::apply(std::move(report), review);
  if (!withheld) return;
  review.explanation = agents::explain(review, words.value_or(agents::ExplanationOptions{}));
  review.explanation->released = false;
}

}  // namespace guardian::runtime
