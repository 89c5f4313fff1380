#include "runtime/reviewer.hpp"

#include <algorithm>

#include "runtime/clock.hpp"

namespace guardian::runtime {

Reviewer::Reviewer(std::shared_ptr<const knowledge::KnowledgeBase> base, ReviewerOptions options)
    : base_(base), options_(std::move(options)), screener_(std::move(base)) {}

core::Result<core::Review> Reviewer::review(core::Case subject) {
  if (subject.locale.empty()) subject.locale = options_.default_locale;
  auto screening = screener_.screen(subject);
  if (!screening) return core::fail(screening.error());

  core::Review review;
  review.case_id = subject.id;
  review.as_of = subject.as_of;
  const auto& release = base_->release();
  review.kb = {release.version, release.date, release.digest, days_between(release.date, subject.as_of)};
  review.engine_version = engine_version();
  review.resolved = std::move(screening->resolved);
  review.unresolved = std::move(screening->unresolved);
  review.facts = std::move(screening->facts);
  review.not_assessed = std::move(screening->not_assessed);
  review.findings = std::move(screening->findings);
  review.certificate = std::move(screening->certificate);
  for (const std::string& member : subject.ignored_members) review.notes.push_back(member + ": not read");

  const bool must_know_missing = std::any_of(review.not_assessed.begin(), review.not_assessed.end(),
                                             [](const core::NotAssessed& missing) { return missing.must_know; });
  review.complete = review.unresolved.empty() && !must_know_missing;
  review.decision = core::decide(review.findings, review.complete);
  return review;
}

std::string_view engine_version() { return GUARDIAN_VERSION; }

}  // namespace guardian::runtime
