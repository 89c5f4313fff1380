#include "knowledge/order_alternatives.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "knowledge/finding_words.hpp"
#include "knowledge/indications.hpp"
#include "knowledge/lists.hpp"
#include "knowledge/regimen.hpp"
#include "knowledge/regimen_check.hpp"

namespace guardian::knowledge {

using core::PlanAction;

struct OrderAlternatives::Impl {
  std::shared_ptr<const KnowledgeBase> base;
  PlanPolicy policy;
  Indications indications;
  PlanRules rules;
  Matcher matcher;

  Impl(std::shared_ptr<const KnowledgeBase> knowledge, PlanPolicy chosen)
      : base(std::move(knowledge)),
        policy(std::move(chosen)),
        indications(*base, policy),
        rules(*base, policy),
        matcher(base->graph(), base->rules(), base->lit(), base->pairs()) {}

  std::vector<OrderAlternative> find(const ScreenedCase& screened, std::span<const std::string> elements,
                                     std::size_t most, const std::function<bool()>& enough) {
    Regimen regimen = regimen_of(screened, indications);
    const auto element_of = [&](std::uint32_t medicine) -> std::string {
      const std::uint32_t source = regimen.medicines[medicine].source;
      return source < screened.elements.size() ? screened.elements[source] : std::string();
    };
    const auto asked = [&](std::uint32_t medicine) {
      return regimen.medicines[medicine].ordered &&
             std::find(elements.begin(), elements.end(), element_of(medicine)) != elements.end();
    };
    std::vector<Alternative> candidates;
    for (std::uint32_t m = 0; m < regimen.medicines.size(); ++m) {
      if (asked(m)) add_alternatives(*base, regimen, m, indications, screened.patient, candidates);
    }
    std::erase_if(candidates, [](const Alternative& candidate) { return candidate.purposes_missed > 0; });
    std::vector<OrderAlternative> found;
    if (candidates.empty() || enough()) return found;
    RegimenCheck check(*base, matcher, policy, rules, screened, regimen);
    check.rank(candidates);
    std::erase_if(candidates, [](const Alternative& candidate) { return candidate.excluded; });
    best_first(candidates);
    std::map<std::uint32_t, std::size_t> tried;
    std::map<std::uint32_t, std::size_t> taken;
    for (const Alternative& candidate : candidates) {
      const std::uint32_t m = candidate.medicine;
      if (taken[m] >= most || tried[m] >= policy.alternatives) continue;
      if (enough()) return found;
      ++tried[m];
      MedicineOption option;
      option.action = PlanAction::switch_to;
      option.to = candidate.ingredient;
      option.line = candidate.line;
      option.in_class = candidate.in_class;
      regimen.medicines[m].options.push_back(std::move(option));
      RegimenChoices choices(regimen.medicines.size(), 0);
      choices[m] = static_cast<std::uint32_t>(regimen.medicines[m].options.size() - 1);
      const auto left = check.look(choices, AfterStop::gone);
      std::vector<std::string> measures;
      const bool safe = std::all_of(left.begin(), left.end(), [&](const Hazard& hazard) {
        if (std::find(hazard.medicines.begin(), hazard.medicines.end(), m) == hazard.medicines.end()) return true;
        // What the policy says monitoring answers may stand, as in a plan, and is said.
        const std::string* measure = hazard.severity < policy.clear_at ? rules.monitoring(hazard.rule) : nullptr;
        if (measure != nullptr) add_once(measures, *measure);
        return measure != nullptr;
      });
      if (!safe) continue;
      ++taken[m];
      const bool known = !regimen.medicines[m].purposes.empty();
      found.push_back({element_of(m), base->graph().ingredient_name(candidate.ingredient),
                       base->tables().ingredients[raw(candidate.ingredient)].rxcui,
                       std::string(candidate.in_class ? "of the same class" : "of another class") +
                           (known ? "" : "; what it is given for is not in the chart: confirm it first") +
                           (measures.empty() ? "" : "; monitor: " + listed(measures)),
                       candidate.line});
    }
    return found;
  }
};

OrderAlternatives::OrderAlternatives(std::shared_ptr<const KnowledgeBase> base, PlanPolicy policy)
    : impl_(std::make_unique<Impl>(std::move(base), std::move(policy))) {}
OrderAlternatives::~OrderAlternatives() = default;
OrderAlternatives::OrderAlternatives(OrderAlternatives&&) noexcept = default;
OrderAlternatives& OrderAlternatives::operator=(OrderAlternatives&&) noexcept = default;

std::vector<OrderAlternative> OrderAlternatives::find(const ScreenedCase& screened,
                                                      std::span<const std::string> elements, std::size_t most,
                                                      const std::function<bool()>& enough) {
  return impl_->find(screened, elements, most, enough);
}

}  // namespace guardian::knowledge
