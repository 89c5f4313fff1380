#include "agents/what_if.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "knowledge/resolver.hpp"

namespace guardian::agents {
namespace {

using Ingredients = std::set<std::size_t>;

Ingredients ingredients_of(const knowledge::KnowledgeBase& base, const core::Case& subject, const std::string& text) {
  const auto resolution = knowledge::resolve(base, {text, {}, {}, subject.locale});
  Ingredients all;
  if (!resolution.resolved) return all;
  for (const auto index : resolution.interpretations.front().ingredients) all.insert(knowledge::raw(index));
  return all;
}

// That of the same subjects, whatever rules it rests on.
const core::Finding* counterpart(const core::Finding& finding, const std::vector<core::Finding>& others) {
  const core::Finding* same = nullptr;
  for (const core::Finding& other : others) {
    if (other.id == finding.id) return &other;
    if (other.type == finding.type && other.subjects == finding.subjects) same = &other;
  }
  return same;
}

void compare(const std::vector<core::Finding>& before, const std::vector<core::Finding>& after, WhatIf& result) {
  for (const core::Finding& finding : after) {
    const core::Finding* was = counterpart(finding, before);
    if (was == nullptr) {
      result.gained.push_back(finding);
    } else if (was->severity != finding.severity) {
      result.changed.push_back({*was, finding});
    }
  }
  for (const core::Finding& finding : before) {
    if (counterpart(finding, after) == nullptr) result.ended.push_back(finding);
  }
}

}  // namespace

WhatIfScreen::WhatIfScreen(std::shared_ptr<const knowledge::KnowledgeBase> base, const core::Case& subject,
                           std::shared_ptr<knowledge::BorrowedScreener> screener)
    : base_(std::move(base)), screener_(std::move(screener)), subject_(subject) {
  if (screener_ == nullptr)
    screener_ = std::make_shared<knowledge::BorrowedScreener>(std::make_shared<knowledge::ScreenerPool>(base_));
}

core::Result<WhatIf> WhatIfScreen::run(const MedicineChange& change) {
  core::Case changed = subject_;
  for (const std::string& name : change.remove) {
    const Ingredients wanted = ingredients_of(*base_, subject_, name);
    const auto same = [&](const core::MedicationEntry& entry) {
      return !wanted.empty() && ingredients_of(*base_, subject_, entry.text) == wanted;
    };
    if (std::erase_if(changed.medications, same) == 0)
      return core::fail(core::ErrorCode::not_found, "a medicine to remove is not in the case");
  }
  for (const std::string& name : change.add) {
    if (ingredients_of(*base_, subject_, name).empty())
      return core::fail(core::ErrorCode::not_found, "a medicine to add is not known");
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(changed.medications.size());
    entry.text = name;
    entry.is_order = true;
    changed.medications.push_back(std::move(entry));
  }
  if (!before_) {
    auto screening = screener_->get().screen(subject_);
    if (!screening) return core::fail(screening.error());
    before_ = std::move(*screening);
  }
  const knowledge::Screening* const before = &*before_;
  const auto after = screener_->get().screen(changed);
  if (!after) return core::fail(after.error());
  WhatIf result;
  compare(before->findings, after->findings, result);
  std::set_difference(after->not_assessed.begin(), after->not_assessed.end(), before->not_assessed.begin(),
                      before->not_assessed.end(), std::back_inserter(result.not_assessed));
  result.before = core::decide(before->findings, true);
  result.after = core::decide(after->findings, true);
  return result;
}

}  // namespace guardian::agents
