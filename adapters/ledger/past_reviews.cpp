#include "adapters/ledger/past_reviews.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "adapters/fhir/case_document.hpp"
#include "adapters/ledger/review_record.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters {
namespace {

namespace ledger = audit::ledger;

constexpr std::size_t rows_at_once = 256;

struct KnownFinding {
  core::Severity severity = core::Severity::minor;
  std::vector<std::string> rules;
};

// By type and subjects; of several the gravest, with the rules of all.
using Findings = std::map<std::pair<std::string, std::vector<std::string>>, KnownFinding>;

Findings findings_of(const core::Review& review) {
  Findings found;
  for (const core::Finding& finding : review.findings) {
    std::vector<std::string> subjects = finding.subjects;
    std::sort(subjects.begin(), subjects.end());
    KnownFinding& known = found[{std::string(core::to_string(finding.type)), std::move(subjects)}];
    known.severity = std::max(known.severity, finding.severity);
    known.rules.insert(known.rules.end(), finding.rules.begin(), finding.rules.end());
  }
  return found;
}

std::vector<FindingChange> changes(const core::Review& before, const core::Review& after) {
  const Findings old_ones = findings_of(before);
  const Findings new_ones = findings_of(after);
  std::vector<FindingChange> found;
  for (const auto& [key, finding] : new_ones) {
    const auto old = old_ones.find(key);
    if (old == old_ones.end()) {
      found.push_back({PastChange::added, key.first, finding.rules, std::nullopt, finding.severity});
    } else if (old->second.severity != finding.severity) {
      const bool raised = finding.severity > old->second.severity;
      found.push_back({raised ? PastChange::raised : PastChange::lowered, key.first, finding.rules,
                       old->second.severity, finding.severity});
    }
  }
  for (const auto& [key, finding] : old_ones) {
    if (new_ones.count(key) == 0)
      found.push_back({PastChange::gone, key.first, finding.rules, finding.severity, std::nullopt});
  }
  return found;
}

core::TriageLevel level_of(const core::Review& review) {
  return review.triage ? review.triage->level : core::TriageLevel::routine;
}

// The floor and what is read of the note by rules: no model, no plan, no text.
runtime::Orchestrator orchestrator_of(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                      const std::string& locale) {
  runtime::OrchestratorOptions options;
  options.reviewer.default_locale = locale;
  options.audit = std::nullopt;
  return {base, std::move(options)};
}

// The two orchestrators of a thread, for reviews that were made for one country.
class Pair {
 public:
  Pair(std::shared_ptr<const knowledge::KnowledgeBase> before, std::shared_ptr<const knowledge::KnowledgeBase> after)
      : before_(std::move(before)), after_(std::move(after)) {}

  // Nothing when the case cannot be read or reviewed any more.
  std::optional<ChangedReview> compare(const std::string& sealed) {
    const auto recorded = decode_sealed_part(sealed);
    if (!recorded) return std::nullopt;
    CaseDecoding decoding = fhir::decode_document(recorded->input, recorded->as_of).decoding;
    if (!decoding.value) return std::nullopt;
    if (decoding.value->as_of.empty()) decoding.value->as_of = recorded->as_of;
    if (!old_ || locale_ != recorded->manner.locale) {
      locale_ = recorded->manner.locale;
      old_.emplace(orchestrator_of(before_, locale_));
      new_.emplace(orchestrator_of(after_, locale_));
    }
    const auto old = old_->review(*decoding.value);
    const auto now = new_->review(std::move(*decoding.value));
    if (!old || !now) return std::nullopt;
    return ChangedReview{0, old->decision, now->decision, level_of(*old), level_of(*now), changes(*old, *now)};
  }

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> before_;
  std::shared_ptr<const knowledge::KnowledgeBase> after_;
  std::string locale_;
  std::optional<runtime::Orchestrator> old_;
  std::optional<runtime::Orchestrator> new_;
};

bool differs(const ChangedReview& review) {
  return !review.findings.empty() || review.decision_before != review.decision_after ||
         review.triage_before != review.triage_after;
}

void count(PastReviews& result, ChangedReview&& review, std::size_t limit) {
  ++result.changed;
  for (const FindingChange& change : review.findings) {
    const auto which = static_cast<std::size_t>(change.change);
    ++result.findings[which];
    for (const std::string& rule : change.rules) ++result.rules[rule][which];
  }
  if (review.decision_before != review.decision_after)
    ++result.decisions[{review.decision_before, review.decision_after}];
  if (review.triage_before != review.triage_after) ++result.triage[{review.triage_before, review.triage_after}];
  if (result.first.size() < limit) result.first.push_back(std::move(review));
}

struct KeptCase {
  std::uint64_t sequence = 0;
  std::string sealed;
  std::optional<ChangedReview> outcome;
};

}  // namespace

std::string_view to_string(PastChange change) noexcept {
  switch (change) {
    case PastChange::added: return "new";
    case PastChange::gone: return "gone";
    case PastChange::raised: return "raised";
    case PastChange::lowered: return "lowered";
  }
  return "unknown";
}

core::Result<PastReviews> compare_past_reviews(ledger::Reader& reader, const std::optional<ledger::Key>& key,
                                               const std::shared_ptr<const knowledge::KnowledgeBase>& before,
                                               const std::shared_ptr<const knowledge::KnowledgeBase>& after,
                                               unsigned jobs, std::size_t limit) {
  const auto size = reader.size();
  if (!size) return core::fail(size.error());
  PastReviews result;
  std::vector<Pair> pairs;
  for (unsigned i = 0; i < std::max(jobs, 1U); ++i) pairs.emplace_back(before, after);

  std::uint64_t next = 1;
  while (next <= *size) {
    std::vector<KeptCase> cases;
    for (; next <= *size && cases.size() < rows_at_once; ++next) {
      const auto row = reader.row(next);
      if (!row) return core::fail(row.error());
      if (!*row || (*row)->kind != ledger::RowKind::review) continue;
      ++result.reviews;
      auto content = reader.unseal((*row)->view(), key);
      if (!content) return core::fail(content.error());
      switch (content->state) {
        case ledger::SealState::opened: cases.push_back({next, std::move(content->text), {}}); break;
        case ledger::SealState::nothing_sealed: ++result.not_kept; break;
        case ledger::SealState::erased: ++result.erased; break;
        case ledger::SealState::damaged: ++result.damaged; break;
        case ledger::SealState::no_key:
          return core::fail(core::ErrorCode::invalid_input, "the cases are sealed; name the key with --ledger-key");
      }
    }
    std::atomic<std::size_t> taken{0};
    {
      std::vector<std::jthread> threads;
      for (Pair& pair : pairs) {
        threads.emplace_back([&] {
          for (std::size_t i = taken++; i < cases.size(); i = taken++) cases[i].outcome = pair.compare(cases[i].sealed);
        });
      }
    }
    for (KeptCase& one : cases) {
      if (!one.outcome) {
        ++result.unreadable;
        continue;
      }
      ++result.compared;
      one.outcome->sequence = one.sequence;
      if (differs(*one.outcome)) count(result, std::move(*one.outcome), limit);
    }
  }
  return result;
}

}  // namespace guardian::adapters
