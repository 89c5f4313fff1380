#include "core/plan.hpp"

namespace guardian::core {

std::string_view to_string(PlanAction action) noexcept {
  switch (action) {
    case PlanAction::keep: return "keep";
    case PlanAction::monitor: return "monitor";
    case PlanAction::space: return "space";
    case PlanAction::adjust_dose: return "adjust-dose";
    case PlanAction::switch_to: return "switch";
    case PlanAction::stop: return "stop";
  }
  return {};
}

}  // namespace guardian::core
