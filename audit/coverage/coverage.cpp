#include "audit/coverage/coverage.hpp"

#include <algorithm>

#include "audit/coverage/reference_table.hpp"
#include "knowledge/matcher.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit::coverage {
namespace {

constexpr double alpha = 0.05;

std::optional<ReferenceSet> parse_set(std::string_view word) {
  for (std::size_t i = 0; i < reference_set_count; ++i) {
    if (to_string(static_cast<ReferenceSet>(i)) == word) return static_cast<ReferenceSet>(i);
  }
  return std::nullopt;
}

std::vector<knowledge::IngredientIndex> sorted_once(std::vector<knowledge::IngredientIndex> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

}  // namespace

std::string_view to_string(ReferenceSet set) noexcept {
  switch (set) {
    case ReferenceSet::onc_high_priority: return "onc_high_priority";
    case ReferenceSet::onc_non_interruptive: return "onc_non_interruptive";
    case ReferenceSet::crediblemeds: return "crediblemeds";
    case ReferenceSet::ndfrt_significant: return "ndfrt_significant";
    case ReferenceSet::rxnorm_names: return "rxnorm_names";
    case ReferenceSet::ingredients: return "ingredients";
  }
  return "";
}

std::string_view to_string(MissReason reason) noexcept {
  switch (reason) {
    case MissReason::unknown_drug: return "drug unknown";
    case MissReason::no_rule: return "no rule";
    case MissReason::lower_severity: return "lower severity";
    case MissReason::higher_severity: return "higher severity";
    case MissReason::not_systemic: return "not systemic";
    case MissReason::withdrawn: return "withdrawn";
    case MissReason::not_resolved: return "name not resolved";
    case MissReason::other_ingredients: return "other ingredients";
  }
  return "";
}

population::Interval Measure::interval() const { return population::clopper_pearson(rate, alpha); }

std::size_t Measure::argued() const {
  return static_cast<std::size_t>(
      std::count_if(misses.begin(), misses.end(), [](const Miss& miss) { return !miss.argued.empty(); }));
}

bool Measure::met() const {
  if (!target) return true;
  if (rate.cases == 0) return false;
  if (*target >= 1.0) return argued() == misses.size();
  return static_cast<double>(rate.hits) >= *target * static_cast<double>(rate.cases);
}

core::Result<Exceptions> Exceptions::read(std::string_view text) {
  while (text.starts_with('#')) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  const auto table = ReferenceTable::read(text, {"set", "first", "second", "reason"});
  if (!table) return core::fail(table.error());
  Exceptions exceptions;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string& first = table->cell(row, 1);
    const std::string& second = table->cell(row, 2);
    const std::string& reason = table->cell(row, 3);
    const auto set = parse_set(table->cell(row, 0));
    if (!set) return core::fail(core::ErrorCode::invalid_input, "there is no set `" + table->cell(row, 0) + "`");
    if (first.empty() || reason.empty())
      return core::fail(core::ErrorCode::invalid_input, "row " + std::to_string(row + 1) + " has no name or no reason");
    if (!exceptions.reasons_.try_emplace({*set, {first, second}}, reason).second)
      return core::fail(core::ErrorCode::invalid_input, "`" + first + "` with `" + second + "` stands twice");
  }
  return exceptions;
}

std::string_view Exceptions::reason(ReferenceSet set, const Miss& miss) const {
  std::vector<std::pair<std::string, std::string>> keys{
      {miss.first, miss.second}, {miss.second, miss.first}, {miss.first, "*"}, {miss.second, "*"}};
  for (const std::string_view rule : knowledge::split(miss.rules, " "))
    keys.emplace_back("rule:" + std::string(rule), "");
  for (const auto& key : keys) {
    if (const auto found = reasons_.find({set, key}); found != reasons_.end()) return found->second;
  }
  return {};
}

struct PairReader::Impl {
  Impl(const knowledge::KnowledgeBase& opened, std::set<std::string> names)
      : base(opened), matcher(opened.matcher()), withdrawn(std::move(names)) {}

  const knowledge::KnowledgeBase& base;
  knowledge::Matcher matcher;
  std::set<std::string> withdrawn;
};

PairReader::PairReader(const knowledge::KnowledgeBase& base, std::set<std::string> withdrawn)
    : impl_(std::make_unique<Impl>(base, std::move(withdrawn))) {}
PairReader::~PairReader() = default;

const knowledge::KnowledgeBase& PairReader::base() const { return impl_->base; }

std::optional<std::vector<knowledge::IngredientIndex>> PairReader::ingredients(const std::string& name) const {
  const auto resolution = knowledge::resolve(impl_->base, {name, {}, {}, {}});
  if (!resolution.resolved || resolution.interpretations.front().kind == knowledge::MatchKind::fuzzy)
    return std::nullopt;
  return sorted_once(resolution.interpretations.front().ingredients);
}

PairAnswer PairReader::answer(const std::string& first, const std::string& second) {
  PairAnswer answer;
  const knowledge::KnowledgeBase& base = impl_->base;
  std::vector<knowledge::DrugFact> facts;
  std::uint32_t source = 0;
  for (const std::string& name : {first, second}) {
    const auto found = ingredients(name);
    if (!found) {
      answer.unknown.push_back(name);
      continue;
    }
    bool systemic = false;
    for (const auto ingredient : *found) {
      facts.push_back(base.bare_fact(ingredient));
      facts.back().source = source;
      systemic = systemic || facts.back().exposure == core::Exposure::systemic;
      answer.withdrawn = answer.withdrawn || impl_->withdrawn.count(base.graph().ingredient_name(ingredient)) > 0;
    }
    answer.systemic = answer.systemic && systemic;
    ++source;
  }
  if (!answer.unknown.empty()) return answer;
  const knowledge::MatchResult& result = impl_->matcher.match(facts);
  for (const knowledge::MatchedFinding& finding : result.findings) {
    if (finding.type == core::FindingType::route) {
      answer.local = true;
      continue;
    }
    answer.severity = finding.severity;  // most severe first
    for (const knowledge::FiredRule& fired : result.fired(finding)) {
      if (!answer.rules.empty()) answer.rules += ' ';
      answer.rules += base.rules().id(fired.rule);
    }
    break;
  }
  return answer;
}

}  // namespace guardian::audit::coverage
