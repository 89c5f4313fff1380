#include "runtime/reviewer.hpp"

#include <algorithm>
#include <string_view>

#include "core/date.hpp"

namespace guardian::runtime {
namespace {

// A mis-spelt or foreign member of a case in which medicines may stand ("/Medications", "/meds", "/drug_list"): to pass
// over it in silence would be to assume that it is empty.
bool may_hold_medicines(std::string_view member) {
  if (member.rfind('/') != 0) return false;
  std::string name;
  for (const char c : member.substr(1)) name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const std::string_view word : {"med", "order", "drug", "prescri", "rx", "therap"}) {
    if (name.find(word) != std::string::npos && name.find("medical") == std::string::npos) return true;
  }
  return false;
}

// Days of the calendar from the release to the review; of a case reviewed as of a day before it the knowledge is new.
std::optional<int> age_of(std::string_view release_date, std::string_view as_of) {
  const auto released = core::parse_moment(release_date);
  const auto reviewed = core::parse_moment(as_of);
  if (!released || !reviewed) return std::nullopt;
  return std::max(0, static_cast<int>(core::days_between({released->time, false}, *reviewed)));
}

}  // namespace

Reviewer::Reviewer(std::shared_ptr<const knowledge::KnowledgeBase> base, ReviewerOptions options)
    : base_(base), options_(std::move(options)), screener_(std::move(base)) {}

core::Result<core::Review> Reviewer::review(core::Case subject) {
  if (subject.locale.empty()) subject.locale = options_.default_locale;
  auto review = planned_review(subject);
  if (review && options_.explanation) review->explanation = agents::explain(*review, *options_.explanation);
  return review;
}

core::Result<core::Review> Reviewer::planned_review(const core::Case& subject) {
  auto review = review_floor(subject);
  if (!review || !options_.with_plan || review->findings.empty()) return review;
  auto plan = this->plan(subject, *review);
  if (!plan) return core::fail(plan.error());
  if (plan->needed) review->plan = std::move(*plan);
  return review;
}

core::Result<core::Review> Reviewer::plan_case(core::Case subject) {
  if (subject.locale.empty()) subject.locale = options_.default_locale;
  auto review = review_floor(subject);
  if (!review) return review;
  auto plan = this->plan(subject, *review);
  if (!plan) return core::fail(plan.error());
  review->plan = std::move(*plan);
  return review;
}

core::Result<core::Plan> Reviewer::plan(const core::Case& subject, const core::Review& review) {
  if (!planner_) planner_.emplace(base_, options_.policy ? *options_.policy : knowledge::default_plan_policy());
  return planner_->plan(screener_.last(), subject, review.findings);
}

core::Result<core::Review> Reviewer::review_floor(const core::Case& subject) {
  auto screening = screener_.screen(subject);
  if (!screening) return core::fail(screening.error());

  core::Review review;
  review.case_id = subject.id;
  review.as_of = subject.as_of;
  const auto& release = base_->release();
  review.kb = {release.version, release.date, release.digest, age_of(release.date, subject.as_of)};
  review.engine_version = engine_version();
  review.resolved = std::move(screening->resolved);
  review.unresolved = std::move(screening->unresolved);
  review.facts = std::move(screening->facts);
  review.not_assessed = std::move(screening->not_assessed);
  review.set_aside = std::move(screening->set_aside);
  review.findings = std::move(screening->findings);
  review.triage = std::move(screening->triage);
  review.certificate = std::move(screening->certificate);
  for (const std::string& member : subject.ignored_members) {
    review.notes.push_back(member + ": not read");
    if (may_hold_medicines(member))
      review.not_assessed.push_back({member, "not a member of a case; medicines in it were not read", true});
  }

  const bool must_know_missing = std::any_of(review.not_assessed.begin(), review.not_assessed.end(),
                                             [](const core::NotAssessed& missing) { return missing.must_know; });
  review.complete = review.unresolved.empty() && !must_know_missing;
  review.decision = core::decide(review.findings, review.complete);
  return review;
}

std::string_view engine_version() { return GUARDIAN_VERSION; }

}  // namespace guardian::runtime
