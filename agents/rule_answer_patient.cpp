// Answers about the patient: dose at the kidney function, possible causes, the plan.

#include <algorithm>
#include <array>
#include <cmath>

#include "agents/cause_question.hpp"
#include "agents/kidney_dose.hpp"
#include "agents/rule_answer_parts.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/planner.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::format_number;
using knowledge::listed;

std::string rounded(double value) { return format_number(std::round(value)); }

void say_kidney_function(AnswerBuilder& builder, const KidneyDose& dose) {
  std::string text;
  if (dose.clearance) {
    text += "Creatinine clearance " + rounded(*dose.clearance) + " mL/min";
    if (!dose.weight.empty()) text += " (Cockcroft-Gault, " + dose.weight + " weight)";
    text += ". ";
  }
  if (dose.egfr) text += "eGFR " + rounded(*dose.egfr) + " mL/min/1.73m2. ";
  if (text.empty()) text = "The kidney function is not known. ";
  if (!dose.gaps.empty()) text += "Note: " + knowledge::joined(dose.gaps, "; ") + ".";
  builder.say(std::string(knowledge::trimmed(text)));
}

void say_limits(AnswerBuilder& builder, const KidneyDose& dose) {
  std::size_t told = 0;
  for (const KidneyRule& rule : dose.rules) {
    if (rule.reached == knowledge::Truth::no || told == most_answer_findings) continue;
    ++told;
    std::string text = rule.reached == knowledge::Truth::yes ? "Limit reached: " : "Not known whether it is reached: ";
    text += rule.measure + " " + rule.limit;
    if (rule.on_condition) text += ", with more that the rule asks for";
    core::AnswerClaim& claim =
        builder.say(text + " (" + std::string(core::to_string(rule.severity)) + "). " + rule.management);
    claim.rows.push_back(rule.rule);
    claim.evidence = rule.evidence;
  }
  std::vector<std::string> others;
  std::vector<std::string> rows;
  for (const KidneyRule& rule : dose.rules) {
    if (rule.reached != knowledge::Truth::no || others.size() == most_answer_findings) continue;
    others.push_back(rule.measure + " " + rule.limit);
    rows.push_back(rule.rule);
  }
  if (!others.empty()) builder.say("Limits that are not reached: " + knowledge::joined(others, "; ") + ".").rows = rows;
  if (dose.rules.empty())
    builder.say("The knowledge base has no kidney limit for " + listed(dose.ingredients) +
                ". That is no proof that none is needed.");
}

std::string timing_text(const knowledge::Suspect& suspect) {
  const auto ago = [](double days) { return knowledge::days_text(std::round(days)) + " ago"; };
  std::string text;
  if (suspect.started_days) text = "started " + ago(*suspect.started_days) + ", ";
  if (suspect.stopped_days) text += "stopped " + ago(*suspect.stopped_days) + ", ";
  switch (suspect.timing) {
    case knowledge::CauseTiming::not_known: return text + "the times are not known";
    case knowledge::CauseTiming::fits: return text + "which fits";
    case knowledge::CauseTiming::early: return text + "sooner than is known of it";
    case knowledge::CauseTiming::before: return text + "after it began, which speaks against it";
    case knowledge::CauseTiming::stopped: return text + "and still acts";
  }
  return text;
}

void say_suspect(AnswerBuilder& builder, const Causes& causes, const knowledge::Suspect& suspect, std::size_t place) {
  constexpr std::size_t most_reasons = 4;
  static constexpr std::array<std::string_view, 4> grades = {"", "possible", "known", "frequent or typical"};
  // What one reason says of several things that are seen is said once.
  std::vector<std::pair<std::string, std::vector<std::string>>> parts;
  core::AnswerClaim& claim = builder.say({});
  for (const knowledge::CauseReason& reason : suspect.reasons) {
    std::string part = reason.why;
    while (!part.empty() && part.back() == '.') part.pop_back();
    part += reason.kind == knowledge::CauseKind::worsens
                ? " (may make it worse)"
                : " (" + std::string(grades[static_cast<std::size_t>(std::clamp(reason.grade, 1, 3))]) + ")";
    if (reason.reported) part += ", and the engine reports it of this case";
    auto same = std::find_if(parts.begin(), parts.end(), [&](const auto& known) { return known.first == part; });
    if (same == parts.end() && parts.size() == most_reasons) continue;
    if (same == parts.end()) same = parts.insert(parts.end(), {part, {}});
    const std::string& title = causes.seen[reason.manifestation].title;
    if (std::find(same->second.begin(), same->second.end(), title) == same->second.end()) same->second.push_back(title);
    if (std::find(claim.rows.begin(), claim.rows.end(), reason.row) != claim.rows.end()) continue;
    claim.rows.push_back(reason.row);
    if (!reason.finding.empty()) claim.findings.push_back(reason.finding);
    for (const auto id : knowledge::split(reason.evidence, "|")) claim.evidence.emplace_back(id);
  }
  std::vector<std::string> texts;
  texts.reserve(parts.size());
  for (const auto& [why, titles] : parts) texts.push_back(listed(titles) + ": " + why);
  claim.text = std::to_string(place) + ". " + suspect.name + " (" + timing_text(suspect) + "). " +
               knowledge::joined(texts, "; ") + ".";
}

std::string_view verb_of(core::PlanAction action) {
  switch (action) {
    case core::PlanAction::keep: return "keep";
    case core::PlanAction::monitor: return "monitor";
    case core::PlanAction::space: return "give apart";
    case core::PlanAction::adjust_dose: return "adjust the dose of";
    case core::PlanAction::switch_to: return "switch";
    case core::PlanAction::stop: return "stop";
  }
  return "keep";
}

std::string change_text(const core::PlanChange& change) {
  std::string text = std::string(verb_of(change.action)) + " " + change.medicine;
  if (!change.to.empty()) text += " to " + change.to;
  if (change.dose_factor) text += " to " + format_number(*change.dose_factor) + " of it";
  if (!change.measures.empty()) text += " (" + knowledge::joined(change.measures, "; ") + ")";
  return text;
}

}  // namespace

void answer_dose(AnswerBuilder& builder, const QuestionReading& reading) {
  if (reading.medicines.empty()) {
    builder.ask_back("The dose of which medicine?", ingredients_of(builder.context().floor));
    return;
  }
  KidneyQuestion question(builder.context().base, builder.context().subject);
  bool is_first = true;
  for (const QuestionMedicine& medicine : reading.medicines) {
    const auto dose = question.ask(medicine.words);
    if (!dose) {
      builder.fail(dose.error().message);
      return;
    }
    if (is_first) say_kidney_function(builder, *dose);
    is_first = false;
    for (const core::ResolvedMedication& listed_one : builder.context().floor.resolved) {
      if (listed_one.ingredients == dose->ingredients) builder.say("In the case: " + listed_one.text + ".");
    }
    builder.say_findings(dose->findings);
    if (dose->findings.empty())
      builder.say("The engine has no finding on dose, kidneys or age of " + listed(dose->ingredients) +
                  " in this case" + (dose->in_case ? "." : ", as far as it can tell without a dose."));
    say_limits(builder, *dose);
  }
  builder.say("The knowledge base holds limits of doses and no starting doses: take the dose from the label.");
}

void answer_cause(AnswerBuilder& builder, std::string_view question) {
  const auto causes = CauseQuestion(builder.context().base, builder.context().subject).ask(question);
  if (!causes) {
    builder.fail(causes.error().message);
    return;
  }
  if (causes->seen.empty()) {
    builder.ask_back("Which symptom or value is it about? The case shows none that is known.");
    return;
  }
  std::vector<std::string> titles;
  for (const auto& seen : causes->seen) titles.push_back(seen.title);
  builder.say((causes->from_case ? "Seen in the case: " : "Asked about: ") + listed(titles) + ". " +
              (causes->answer.suspects.empty()
                   ? "No medicine of this case is known to the tables to cause it."
                   : "Known to cause it, most likely first (" + std::to_string(causes->answer.suspects.size()) + "):"));
  constexpr std::size_t most_suspects = 8;
  for (std::size_t i = 0; i < causes->answer.suspects.size() && i < most_suspects; ++i)
    say_suspect(builder, *causes, causes->answer.suspects[i], i + 1);
  if (!causes->answer.unexplained.empty()) {
    std::vector<std::string> open;
    for (const std::size_t at : causes->answer.unexplained) open.push_back(titles[at]);
    builder.say("None known among these medicines for: " + listed(open) +
                ". That does not say that it is no medicine.");
  }
  for (const knowledge::SetAside& medicine : causes->answer.set_aside)
    builder.say("Not counted: " + medicine.name + " (" + medicine.why + ").");
}

void answer_plan(AnswerBuilder& builder) {
  const AnswerContext& context = builder.context();
  knowledge::Screener screener(context.base);
  const auto screening = screener.screen(context.subject);
  if (!screening) {
    builder.fail(screening.error().message);
    return;
  }
  const auto plan = knowledge::Planner(context.base).plan(screener.last(), context.subject, screening->findings);
  if (!plan) {
    builder.fail(plan.error().message);
    return;
  }
  if (!plan->needed) {
    builder.say(
        "No change of medicines is asked for: the engine has no critical or major finding that one would clear.");
  } else if (!plan->feasible) {
    builder.say("No change of the medicines that the policy allows clears every grave finding.");
  }
  for (std::size_t i = 0; i < plan->best.size(); ++i) {
    std::vector<std::string> changes;
    for (const core::PlanChange& change : plan->best[i].changes) changes.push_back(change_text(change));
    builder.say((i == 0 ? "Least change: " : "Or: ") + knowledge::joined(changes, "; ") + ".");
  }
  core::AnswerClaim* necessity_claim = nullptr;
  for (const core::PlanNecessity& necessity : plan->irreducible) {
    necessity_claim = &builder.say("Left undone, this is back: " + necessity.finding.title + ".");
    necessity_claim->findings.push_back(necessity.finding.id);
  }
  for (const core::PlanFinding& finding : plan->not_cleared)
    builder.say("No change of medicines answers: " + finding.title + ".").findings.push_back(finding.id);
  for (const core::PlanFinding& finding : plan->until_then)
    builder.say("Until what is stopped has left the body: " + finding.title + ".").findings.push_back(finding.id);
  if (plan->needed) builder.say(std::string(core::plan_note));
}

}  // namespace guardian::agents
