#include "agents/rule_answer.hpp"

#include <algorithm>
#include <set>

#include "agents/explanation_words.hpp"
#include "agents/rule_answer_parts.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/injection.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::listed;

bool speaks_of(const core::Finding& finding, const std::vector<std::string>& names) {
  return std::any_of(finding.medicines.begin(), finding.medicines.end(), [&](const std::string& medicine) {
    return std::find(names.begin(), names.end(), medicine) != names.end();
  });
}

std::vector<std::string> names_of(const AnswerContext& context, const QuestionReading& reading) {
  std::vector<std::string> names;
  for (const QuestionMedicine& medicine : reading.medicines) {
    for (const auto index : medicine.ingredients) names.push_back(context.base->graph().ingredient_name(index));
  }
  return names;
}

void sort_by_weight(std::vector<core::Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const core::Finding& one, const core::Finding& two) {
    return core::weight(one) > core::weight(two);
  });
}

void answer_why(AnswerBuilder& builder, const QuestionReading& reading) {
  const AnswerContext& context = builder.context();
  const auto names = names_of(context, reading);
  std::vector<core::Finding> findings = bearing_findings(context, reading);
  // Of several medicines those that speak of all of them, where there are such.
  if (names.size() > 1) {
    std::vector<core::Finding> of_all;
    std::copy_if(findings.begin(), findings.end(), std::back_inserter(of_all), [&](const core::Finding& finding) {
      return std::all_of(names.begin(), names.end(),
                         [&](const std::string& name) { return speaks_of(finding, {name}); });
    });
    if (!of_all.empty()) findings = std::move(of_all);
  }
  if (findings.empty()) {
    builder.say(names.empty() ? "The engine has no critical or major finding in this case."
                              : "The engine has no finding in this case about " + listed(names) + ".");
    return;
  }
  builder.say_findings(findings, true);
}

void answer_about(AnswerBuilder& builder, const QuestionReading& reading) {
  const auto& graph = builder.context().base->graph();
  constexpr std::size_t most_titles = 12;
  for (const QuestionMedicine& medicine : reading.medicines) {
    for (const auto index : medicine.ingredients) {
      const std::string& name = graph.ingredient_name(index);
      std::vector<std::string> titles;
      std::vector<std::string> rows;
      for (const auto lit : graph.closure(index)) {
        if (knowledge::raw(lit) == knowledge::raw(index) || graph.title(lit) == "any medicine") continue;
        // Of a ladder of grades the one that is its own.
        const auto* ladder = graph.ladder_name(lit);
        if (ladder != nullptr && ladder->grade != graph.own_grade(index, lit)) continue;
        rows.push_back(name + ": " + graph.title(lit));
        titles.push_back(graph.title(lit));
      }
      const std::size_t all = titles.size();
      titles.resize(std::min(titles.size(), most_titles));
      rows.resize(titles.size());
      std::string text =
          medicine.words == name ? name : medicine.words + (medicine.ingredients.size() > 1 ? " has " : " is ") + name;
      text += titles.empty() ? "; the knowledge base has no rows on it." : ": " + knowledge::joined(titles, "; ");
      if (all > titles.size()) text += "; and " + std::to_string(all - titles.size()) + " more";
      builder.say(text + ".").rows = rows;
    }
  }
  if (reading.medicines.empty()) builder.ask_back("Which medicine?");
}

void answer_overview(AnswerBuilder& builder) {
  const core::Review& floor = builder.context().floor;
  std::vector<core::Finding> findings = floor.findings;
  sort_by_weight(findings);
  std::size_t grave = 0;
  for (const core::Finding& finding : findings) grave += core::weight(finding) >= core::Severity::major ? 1 : 0;
  builder.say("Decision of the engine: " + std::string(core::to_string(floor.decision)) + ". " +
              std::to_string(findings.size()) + (findings.size() == 1 ? " finding, " : " findings, ") +
              std::to_string(grave) + " of them critical or major.");
  builder.say_findings(findings);
  for (const core::UnresolvedMedication& unknown : floor.unresolved)
    builder.say("\"" + unknown.text + "\" (" + unknown.element + ") is not known, and nothing was checked of it.");
  if (!floor.complete) builder.say("The review is incomplete: something that must be known is not.");
}

void answer_urgency(AnswerBuilder& builder) {
  const core::Review& floor = builder.context().floor;
  if (!floor.triage) {
    builder.say("Of a list of medicines without a patient nothing can be said of urgency.");
    return;
  }
  builder.say("Level of the engine: " + std::string(core::to_string(floor.triage->level)) + " (" +
              std::string(words_of(floor.triage->level).clinician) + ").");
  for (const core::RedFlag& flag : floor.triage->red_flags) {
    core::AnswerClaim& claim = builder.say(flag.title + ". " + flag.action);
    claim.rows.push_back(flag.id);
    for (const core::EvidenceRecord& record : flag.evidence) claim.evidence.push_back(record.id);
  }
  for (const std::string& reason : floor.triage->reasons) builder.say(reason + ".");
}

// Of a group those of the case may be meant; which one is not guessed.
void answer_group(AnswerBuilder& builder, const QuestionReading& reading) {
  const auto& graph = builder.context().base->graph();
  std::vector<std::string> candidates;
  for (const std::string& name : ingredients_of(builder.context().floor)) {
    const auto index = graph.ingredient(name);
    if (!index) continue;
    const auto lit = graph.closure(*index);
    const bool is_of_it = std::any_of(lit.begin(), lit.end(),
                                      [&](const auto wanted) { return graph.title(wanted) == reading.groups.front(); });
    if (is_of_it) candidates.push_back(name);
  }
  builder.ask_back("\"" + reading.groups.front() + "\" is a group of medicines: which one of them?",
                   std::move(candidates));
}

}  // namespace

core::AnswerClaim& AnswerBuilder::say(std::string text) {
  answer_.claims.emplace_back();
  answer_.claims.back().text = std::move(text);
  return answer_.claims.back();
}

void AnswerBuilder::cite(core::AnswerClaim& claim, const core::Finding& finding) const {
  claim.findings.push_back(finding.id);
  claim.rows.insert(claim.rows.end(), finding.rules.begin(), finding.rules.end());
  for (const core::EvidenceRecord& record : finding.evidence) claim.evidence.push_back(record.id);
}

void AnswerBuilder::say_findings(const std::vector<core::Finding>& findings, bool with_reasons) {
  for (std::size_t i = 0; i < findings.size() && i < most_answer_findings; ++i) {
    const core::Finding& finding = findings[i];
    std::string text = finding.title + ".";
    for (const std::string* part :
         {with_reasons ? &finding.mechanism : nullptr, &finding.effect, &finding.management}) {
      if (part != nullptr && !part->empty()) text += " " + *part;
    }
    cite(say(std::move(text)), finding);
  }
  if (findings.size() > most_answer_findings)
    say("And " + std::to_string(findings.size() - most_answer_findings) + " more, lighter ones or as grave.");
}

void AnswerBuilder::say_not_assessed(const std::vector<core::NotAssessed>& checks) {
  std::set<std::string> wanted;
  std::set<std::string> rules;
  for (const core::NotAssessed& check : checks) {
    wanted.insert(check.wanted);
    rules.insert(check.rule);
  }
  if (wanted.empty()) return;
  constexpr std::size_t most = 8;
  std::vector<std::string> list(wanted.begin(), wanted.end());
  const std::size_t all = list.size();
  list.resize(std::min(list.size(), most));
  std::string text = "Not checked for want of: " + knowledge::joined(list, "; ");
  if (all > most) text += "; and " + std::to_string(all - most) + " more";
  core::AnswerClaim& claim = say(text + ".");
  claim.rows.assign(rules.begin(), rules.end());
  claim.rows.resize(std::min(claim.rows.size(), most));
}

void AnswerBuilder::ask_back(std::string question, std::vector<std::string> candidates) {
  answer_.status = core::AnswerStatus::asks_back;
  answer_.ask = core::AskedBack{std::move(question), std::move(candidates)};
}

void AnswerBuilder::fail(std::string why) {
  answer_.status = core::AnswerStatus::failed;
  answer_.notes.push_back(std::move(why));
}

bool AnswerBuilder::all_clear(const std::vector<QuestionMedicine>& medicines) {
  for (const QuestionMedicine& medicine : medicines) {
    if (!medicine.ingredients.empty()) continue;
    ask_back("\"" + medicine.words + "\" is not clear: which medicine is meant?", medicine.candidates);
    return false;
  }
  return true;
}

std::vector<core::Finding> bearing_findings(const AnswerContext& context, const QuestionReading& reading) {
  const auto names = names_of(context, reading);
  const bool any_in_case =
      std::any_of(reading.medicines.begin(), reading.medicines.end(), [](const auto& one) { return one.in_case; });
  std::vector<core::Finding> findings;
  for (const core::Finding& finding : context.floor.findings) {
    const bool grave = core::weight(finding) >= core::Severity::major;
    if (any_in_case ? speaks_of(finding, names) : grave) findings.push_back(finding);
  }
  sort_by_weight(findings);
  return findings;
}

std::vector<std::string> ingredients_of(const core::Review& review) {
  std::set<std::string> all;
  for (const core::ResolvedMedication& medicine : review.resolved)
    all.insert(medicine.ingredients.begin(), medicine.ingredients.end());
  return {all.begin(), all.end()};
}

core::Answer answer_by_rules(const AnswerContext& context, std::string_view question, const QuestionReading& reading) {
  core::Answer answer;
  answer.question = std::string(question);
  answer.intent = to_string(reading.intent);
  answer.agent.name = "ask";
  answer.agent.by = "rules";
  answer.findings = bearing_findings(context, reading);
  if (!knowledge::find_injections(question).empty())
    answer.notes.emplace_back("The question holds text that speaks to a model; it changes nothing.");

  AnswerBuilder builder(context, answer);
  const bool needs_clear = reading.intent != Intent::order && reading.intent != Intent::cause;
  if (needs_clear && !builder.all_clear(reading.medicines)) return answer;
  const bool about_medicine = reading.intent == Intent::unknown || reading.intent == Intent::add ||
                              reading.intent == Intent::stop || reading.intent == Intent::dose ||
                              reading.intent == Intent::swap;
  if (about_medicine && reading.medicines.empty() && !reading.groups.empty()) {
    answer_group(builder, reading);
    return answer;
  }
  switch (reading.intent) {
    case Intent::add: answer_add(builder, reading); break;
    case Intent::pair: answer_pair(builder, reading); break;
    case Intent::stop: answer_stop(builder, reading); break;
    case Intent::swap: answer_swap(builder, reading); break;
    case Intent::dose: answer_dose(builder, reading); break;
    case Intent::cause: answer_cause(builder, question); break;
    case Intent::why: answer_why(builder, reading); break;
    case Intent::plan: answer_plan(builder); break;
    case Intent::order: answer_order(builder, question); break;
    case Intent::about: answer_about(builder, reading); break;
    case Intent::overview: answer_overview(builder); break;
    case Intent::urgency: answer_urgency(builder); break;
    case Intent::unknown:
      answer.status = core::AnswerStatus::not_understood;
      for (const std::string_view example : what_can_be_asked()) answer.can_ask.emplace_back(example);
      break;
  }
  return answer;
}

}  // namespace guardian::agents
