#include "adapters/cli/plan_report.hpp"

#include <charconv>
#include <string_view>

namespace guardian::adapters::cli {
namespace {

constexpr std::size_t label_width = 12;

std::string labelled(std::string_view label, std::string_view text, const ReportStyle& style) {
  std::string line = "  " + std::string(label);
  line.append(label_width > line.size() ? label_width - line.size() : 1, ' ');
  return line + wrapped(printable(text), style.columns, label_width, line.size()) + "\n";
}

std::string number(double value, int decimals = 1) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals);
  std::string text(buffer, end.ptr);
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string part(double factor) {
  if (factor == 0.5) return "half";
  if (factor == 0.25) return "a quarter";
  return number(factor * 100.0, 0) + " %";
}

std::string interval(double times_per_day) {
  constexpr double week = 7.0;
  if (times_per_day >= 1.0) return number(times_per_day) + " times a day at most";
  const double times = times_per_day * week;
  return times < 1.05 ? "once a week" : number(times) + " times a week at most";
}

std::string dose_text(const core::PlanChange& change) {
  const double factor = change.dose_factor.value_or(1.0);
  if (change.times_per_day) return change.medicine + ": give it " + interval(*change.times_per_day);
  if (change.daily_mg) return change.medicine + ": lower to " + number(*change.daily_mg, 2) + " mg a day";
  return change.medicine + ": lower to " + part(factor) + " of the dose";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) text += (text.empty() ? "" : "; ") + one;
  return text;
}

std::string change_text(const core::PlanChange& change) {
  const std::string& medicine = change.medicine;
  std::string text;
  switch (change.action) {
    case core::PlanAction::keep: text = "keep " + medicine; break;
    case core::PlanAction::monitor: return "keep " + medicine + " and monitor: " + joined(change.measures);
    case core::PlanAction::space: return "keep " + medicine + " and space: " + joined(change.measures);
    case core::PlanAction::adjust_dose: text = dose_text(change); break;
    case core::PlanAction::switch_to: text = medicine + " -> " + change.to; break;
    case core::PlanAction::stop: text = "stop " + medicine; break;
  }
  if (!change.indication.empty()) {
    text += ", for " + change.indication;
    if (change.line > 0)
      text += change.line == 1 ? ", first line" : change.line == 2 ? ", second line" : ", third line";
  }
  return text + " (" + change.reason + ")";
}

std::string options_text(const core::Plan& plan, const ReportStyle& style) {
  std::string text;
  for (std::size_t i = 0; i < plan.best.size(); ++i) {
    const core::PlanOption& option = plan.best[i];
    bool first = true;
    for (const core::PlanChange& change : option.changes) {
      text += labelled(first ? (i == 0 ? "Change" : "Or") : "and", change_text(change), style);
      first = false;
    }
    for (const core::PlanHandled& handled : option.handled)
      text += labelled("", "answers: " + handled.finding.title, style);
    text += labelled("",
                     "effort " + number(option.cost, 2) + "; leaves " + std::to_string(option.moderate) +
                         " moderate and " + std::to_string(option.minor) + " minor",
                     style);
  }
  for (const core::PlanNecessity& necessity : plan.irreducible) {
    std::string medicine = necessity.element;
    for (const core::PlanChange& change : plan.best.front().changes) {
      if (change.element == necessity.element) medicine = change.medicine;
    }
    text += labelled("Without", "that of " + medicine + " this is back: " + necessity.finding.title, style);
  }
  for (const core::PlanFinding& finding : plan.until_then)
    text += labelled("Until then", finding.title + " (what is stopped acts on)", style);
  return text;
}

std::string heading(const core::Plan& plan) {
  if (!plan.needed) return "PLAN: nothing to clear, no change of medicines needed";
  if (plan.feasible) {
    std::string text = "PLAN: least change that clears every critical and major finding";
    if (plan.after_washout) text += ", once what is stopped has left the body";
    return text + (plan.proven ? "" : " (the best found; not proven least)");
  }
  if (plan.proven) return "PLAN: none. No allowed change makes these safe together; a specialist must decide";
  return "PLAN: none found within the limit of work; a specialist must decide";
}

}  // namespace

std::string plan_report(const core::Plan& plan, const ReportStyle& style) {
  std::string text = wrapped(heading(plan), style.columns, 2, 0) + "\n";
  if (plan.needed && plan.feasible) text += options_text(plan, style);
  for (const core::PlanMedicine& medicine : plan.conflict_core) text += labelled("Together", medicine.medicine, style);
  for (const core::PlanFinding& finding : plan.core_findings) text += labelled("", finding.title, style);
  for (const core::PlanFinding& finding : plan.not_cleared)
    text += labelled("Still open", finding.title + " (no change of medicines answers it)", style);
  if (plan.needed) {
    text += labelled("Proof",
                     counted(plan.certificate.cuts, "combination") + " ruled out, " +
                         counted(plan.certificate.engine_runs, "engine run") + ", " +
                         counted(plan.certificate.nodes, "search node") + "; costs: policy " + plan.policy,
                     style);
    text += labelled("Note", core::plan_note, style);
  }
  return text;
}

}  // namespace guardian::adapters::cli
