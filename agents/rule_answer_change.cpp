// Answers about changes of the list: a medicine added, stopped, exchanged, ordered, or two that are taken together.

#include <algorithm>

#include "agents/plain_order.hpp"
#include "agents/rule_answer_parts.hpp"
#include "agents/what_if.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/indications.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/screen.hpp"

namespace guardian::agents {
namespace {

using knowledge::listed;

constexpr std::string_view no_proof =
    " That is no proof that it is safe: the engine finds what its rules know, at the facts that the case states.";

std::vector<std::string> names_of(const AnswerBuilder& builder, const QuestionMedicine& medicine) {
  std::vector<std::string> names;
  for (const auto index : medicine.ingredients) names.push_back(builder.context().base->graph().ingredient_name(index));
  return names;
}

std::vector<std::string> words_of_all(const std::vector<QuestionMedicine>& medicines) {
  std::vector<std::string> words;
  for (const QuestionMedicine& medicine : medicines) words.push_back(medicine.words);
  return words;
}

std::string count_text(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

// What comes and goes, in the order of what a reader must not miss.
void say_changes(AnswerBuilder& builder, const WhatIf& change, const std::string& what) {
  std::string text = what + ": ";
  if (change.gained.empty() && change.ended.empty() && change.changed.empty()) {
    text += "the engine finds nothing new and nothing that ends." + std::string(no_proof);
  } else {
    text += count_text(change.gained.size(), "new finding", "new findings") + ", " +
            count_text(change.ended.size(), "ends", "end") + ", " + std::to_string(change.changed.size()) +
            " of another severity" + ". Decision by the findings: " + std::string(core::to_string(change.before)) +
            " before, " + std::string(core::to_string(change.after)) + " after.";
    if (change.gained.empty()) text += no_proof;
  }
  builder.say(text);
  builder.say_findings(change.gained);
  for (const WhatIf::Changed& changed : change.changed) {
    builder.cite(builder.say(changed.after.title + " (was " + std::string(core::to_string(changed.before.severity)) +
                             "). " + changed.after.effect + " " + changed.after.management),
                 changed.after);
  }
  std::size_t told = 0;
  for (const core::Finding& finding : change.ended) {
    if (++told > most_answer_findings) break;
    builder.cite(builder.say("Ends (" + std::string(core::to_string(finding.severity)) + "): " + finding.title + "."),
                 finding);
  }
  builder.say_not_assessed(change.not_assessed);
}

bool say_what_if(AnswerBuilder& builder, const MedicineChange& change, const std::string& what) {
  const auto result = WhatIfScreen(builder.context().base, builder.context().subject).run(change);
  if (!result) {
    if (result.error().code == core::ErrorCode::not_found) {
      builder.ask_back("Which medicine is meant? (" + result.error().message + ")");
    } else {
      builder.fail(result.error().message);
    }
    return false;
  }
  say_changes(builder, *result, what);
  return true;
}

// Its entry in the case may hold more than it is named by: then the whole entry goes. Of several entries of the same
// ingredients the first: they go together.
std::string entry_with(const AnswerBuilder& builder, const QuestionMedicine& medicine) {
  const AnswerContext& context = builder.context();
  for (const core::MedicationEntry& entry : context.subject.medications) {
    const auto resolution =
        knowledge::resolve(*context.base, {entry.text, entry.code, entry.code_system, context.subject.locale});
    if (!resolution.resolved) continue;
    const auto& inside = resolution.interpretations.front().ingredients;
    const bool holds = std::all_of(medicine.ingredients.begin(), medicine.ingredients.end(), [&](auto index) {
      return std::find(inside.begin(), inside.end(), index) != inside.end();
    });
    if (holds) return entry.text;
  }
  return {};
}

void say_taper(AnswerBuilder& builder, const QuestionMedicine& medicine) {
  const knowledge::Indications indications(*builder.context().base, knowledge::default_plan_policy());
  for (const auto index : medicine.ingredients) {
    if (indications.needs_taper(index))
      builder.say(builder.context().base->graph().ingredient_name(index) +
                  " must not be stopped at once: it is withdrawn slowly.");
  }
}

}  // namespace

void answer_add(AnswerBuilder& builder, const QuestionReading& reading) {
  MedicineChange change;
  for (const QuestionMedicine& medicine : reading.medicines) {
    if (medicine.in_case && reading.intent == Intent::pair) continue;  // "what interacts with it?"
    if (medicine.in_case) {
      builder.say(medicine.words + " is in the list of the case already.");
    } else {
      change.add.push_back(medicine.words);
    }
  }
  if (reading.medicines.empty()) {
    builder.ask_back("Which medicine?");
  } else if (change.add.empty()) {
    builder.say_findings(bearing_findings(builder.context(), reading));
  } else {
    (void)say_what_if(builder, change, "With " + listed(change.add) + " added");
  }
}

void answer_pair(AnswerBuilder& builder, const QuestionReading& reading) {
  const auto& medicines = reading.medicines;
  if (medicines.size() < 2) {
    if (medicines.empty())
      builder.ask_back("Which medicines?");
    else
      answer_add(builder, reading);
    return;
  }
  MedicineChange change;
  for (const QuestionMedicine& medicine : medicines) {
    if (!medicine.in_case) change.add.push_back(medicine.words);
  }
  const auto result = WhatIfScreen(builder.context().base, builder.context().subject).run(change);
  if (!result) {
    builder.fail(result.error().message);
    return;
  }
  std::vector<core::Finding> between;
  std::vector<core::Finding> others;
  const auto sort_in = [&](const core::Finding& finding, bool is_new) {
    std::size_t spoken_of = 0;
    for (const QuestionMedicine& medicine : medicines) {
      const auto names = names_of(builder, medicine);
      const bool of_it = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::find(finding.medicines.begin(), finding.medicines.end(), name) != finding.medicines.end();
      });
      spoken_of += of_it ? 1 : 0;
    }
    if (spoken_of > 1)
      between.push_back(finding);
    else if (is_new)
      others.push_back(finding);
  };
  for (const core::Finding& finding : result->gained) sort_in(finding, true);
  for (const core::Finding& finding : builder.context().floor.findings) sort_in(finding, false);
  for (const WhatIf::Changed& changed : result->changed) sort_in(changed.after, true);
  std::stable_sort(between.begin(), between.end(),
                   [](const auto& one, const auto& two) { return core::weight(one) > core::weight(two); });

  const std::string all = listed(words_of_all(medicines));
  if (between.empty()) {
    builder.say("Between " + all + " the engine has no finding in this case." + std::string(no_proof));
    if (medicines.size() == 2 && medicines[0].ingredients.size() == 1 && medicines[1].ingredients.size() == 1) {
      for (const std::string& line : knowledge::why_not(*builder.context().base, medicines[0].ingredients.front(),
                                                        medicines[1].ingredients.front()))
        builder.say(line);
    }
  } else {
    builder.say("Between " + all + " the engine has " + count_text(between.size(), "finding", "findings") + ".");
    builder.say_findings(between, true);
  }
  if (!others.empty()) {
    builder.say("Beside that, in this case " + listed(change.add) + " would bring " +
                count_text(others.size(), "new finding", "new findings") + ".");
    builder.say_findings(others);
  }
  builder.say_not_assessed(result->not_assessed);
}

void answer_stop(AnswerBuilder& builder, const QuestionReading& reading) {
  if (reading.medicines.empty()) {
    builder.ask_back("Which medicine?");
    return;
  }
  MedicineChange change;
  for (const QuestionMedicine& medicine : reading.medicines) {
    std::string entry = entry_with(builder, medicine);
    if (entry.empty()) {
      builder.ask_back(medicine.words + " is not in the list of the case: which medicine is meant?",
                       ingredients_of(builder.context().floor));
      return;
    }
    change.remove.push_back(std::move(entry));
  }
  if (!say_what_if(builder, change, "Without " + listed(words_of_all(reading.medicines)))) return;
  for (const QuestionMedicine& medicine : reading.medicines) say_taper(builder, medicine);
  builder.say("What it is given for, and what is left in the body for days after the last dose, are not in this.");
}

void answer_swap(AnswerBuilder& builder, const QuestionReading& reading) {
  const auto& medicines = reading.medicines;
  const auto out = std::find_if(medicines.begin(), medicines.end(), [](const auto& one) { return one.in_case; });
  const auto in = std::find_if(medicines.begin(), medicines.end(), [](const auto& one) { return !one.in_case; });
  if (out == medicines.end() || in == medicines.end() || medicines.size() > 2) {
    builder.ask_back("Which medicine of the case is to go, and which new one is to come?");
    return;
  }
  if (say_what_if(builder, {{in->words}, {entry_with(builder, *out)}},
                  "With " + in->words + " in the place of " + out->words))
    say_taper(builder, *out);
}

void answer_order(AnswerBuilder& builder, std::string_view question) {
  const PlainOrder read = read_plain_order(*builder.context().base, question, builder.context().subject.locale);
  if (const auto* back = std::get_if<core::AskedBack>(&read)) {
    builder.ask_back(back->question, back->candidates);
    return;
  }
  const auto& order = std::get<core::ReadOrder>(read);
  builder.answer().order = order;
  builder.say("Read as: " + order.text + " (" + listed(order.ingredients) + ").");
  if (order.route.empty()) builder.answer().notes.emplace_back("No route is stated in the order.");
  (void)say_what_if(builder, {{order.text}, {}}, "With this order");
}

}  // namespace guardian::agents
