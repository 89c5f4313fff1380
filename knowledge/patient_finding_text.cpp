#include "knowledge/patient_finding_text.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "knowledge/fact_slots.hpp"
#include "knowledge/finding_sources.hpp"
#include "knowledge/finding_text.hpp"
#include "knowledge/finding_words.hpp"

namespace guardian::knowledge {
namespace {

using core::Finding;
using core::FindingType;
using core::PathStep;

// Values are shown with three significant digits: more says nothing at a bedside.
std::string shown(double value) {
  if (value == 0.0) return "0";
  const double scale = std::pow(10.0, 2.0 - std::floor(std::log10(std::abs(value))));
  return format_number(std::abs(value) >= 100.0 ? std::round(value) : std::round(value * scale) / scale);
}

// "creatinine 1.9 times its earlier value": a value that is measured against another reads as a sentence, where the
// title of its quantity is "creatinine against its earlier value".
std::string titled(const std::string& title, const std::string& number) {
  constexpr std::string_view against = " against ";
  const std::size_t at = title.find(against);
  if (at == std::string::npos) return title + " " + number;
  return title.substr(0, at + 1) + number + " times " + title.substr(at + against.size());
}

std::string comparison_text(const Predicate& predicate) {
  return std::string(to_string(predicate.comparison)) + " " + shown(predicate.number);
}

std::string title_of(const Finding& finding, std::size_t medicines) {
  std::vector<std::string> drugs(finding.subjects.begin(),
                                 finding.subjects.begin() + static_cast<std::ptrdiff_t>(medicines));
  std::vector<std::string> patient(finding.subjects.begin() + static_cast<std::ptrdiff_t>(medicines),
                                   finding.subjects.end());
  std::string title = listed(drugs);
  switch (finding.type) {
    case FindingType::drug_allergy: title += ": allergy to " + listed(patient); break;
    case FindingType::monitoring: title += ": " + listed(patient) + " to be checked"; break;
    case FindingType::dose: title += ": dose"; break;
    case FindingType::drug_age: title += ": age"; break;
    case FindingType::duplicate: title += ": given twice"; break;
    case FindingType::route: title += ": route"; break;
    default:
      if (!patient.empty()) title += " with " + listed(patient);
      break;
  }
  return title + ": " + severity_words(finding, "give");
}

// What fills the terms of one rule that fired, in words.
class Reading {
 public:
  Reading(const KnowledgeBase& base, const MatchedPatient& subject, const PatientFired& fired)
      : base_(base), subject_(subject), fired_(fired) {
    const RuleSet& rules = base.rules();
    std::uint32_t position = 0;
    for (std::uint32_t i = 0; i < fired.medicines; ++i) bound_.push_back(subject.facts[fired.facts[i]].ingredient);
    for (const Term& term : rules.terms(fired.rule)) {
      if (is_about_patient(term.label)) {
        read_patient_term(term);
      } else if (position < fired.medicines) {
        read_medicine_term(term, fired.facts[position++]);
      }
    }
    names["all"] = listed(medicines);
  }

  std::vector<std::string> medicines;  // as the terms name them
  std::vector<std::string> patient;    // subjects beside the medicines
  std::vector<std::string> seen;       // the words and values that show it
  std::vector<std::string> elements;
  std::vector<std::string> context;
  std::vector<std::string> stopped;  // of the medicines
  std::vector<PathStep> path;
  std::map<std::string, std::string> names;  // by label of a term
  std::string via;

 private:
  [[nodiscard]] std::string rule_id() const { return std::string(base_.rules().id(fired_.rule)); }

  void read_medicine_term(const Term& term, std::uint32_t index) {
    const DrugFact& fact = subject_.facts[index];
    const std::string& name = base_.graph().ingredient_name(fact.ingredient);
    add_once(medicines, name);
    names[std::string(to_string(term.label))] = name;
    for (const DrugFact& other : subject_.facts) {
      if (other.ingredient == fact.ingredient && other.source < subject_.elements.size())
        add_once(elements, subject_.elements[other.source]);
    }
    const auto steps = term_path(base_, term, fact.ingredient);
    for (const PathStep& step : steps) add_once(path, step);
    add_once(path, {steps.empty() ? name : steps.back().to, std::string(to_string(term.label)) + " of", rule_id()});
    add_limits(term, counted(index), name);
    if (fact.stopped) {
      add_once(context, name + " was stopped");
      add_once(stopped, name);
    }
    std::vector<BindingNote> notes;
    add_notes(base_.rules(), term, fact, index, notes);
    for (const BindingNote& note : notes) {
      if (note.kind == BindingNote::Kind::unknown_dose) add_once(context, "dose of " + name + " not stated");
      if (note.kind == BindingNote::Kind::unknown_route) add_once(context, "route of " + name + " not stated");
      if (note.kind == BindingNote::Kind::unknown_duration) add_once(context, "duration of " + name + " not stated");
    }
  }

  // The fact as the engine counts it: the dose of a day is that of all medicines with the ingredient.
  [[nodiscard]] DrugFact counted(std::uint32_t index) const {
    const auto same = [&](const DrugFact& fact) { return fact.ingredient == subject_.facts[index].ingredient; };
    if (std::count_if(subject_.facts.begin(), subject_.facts.end(), same) < 2) return subject_.facts[index];
    FactSlots slots;
    slots.assign(subject_.facts);
    return slots.fact(index);
  }

  // The dose that a rule limits, as the engine counted it.
  void add_limits(const Term& term, const DrugFact& fact, const std::string& name) {
    for (const Predicate& predicate : base_.rules().predicates(term.predicates)) {
      const bool mass = predicate.measure == DoseMeasure::milligrams;
      if (predicate.kind == PredicateKind::dose && mass && fact.daily_mg == fact.daily_mg)
        add_once(context, name + " " + shown(fact.daily_mg) + " mg a day, limit " + comparison_text(predicate));
      if (predicate.kind == PredicateKind::dose && predicate.measure == DoseMeasure::milligrams_per_kg &&
          fact.daily_mg == fact.daily_mg && fact.weight_kg == fact.weight_kg)
        add_once(context, name + " " + shown(fact.daily_mg / fact.weight_kg) + " mg/kg a day, limit " +
                              comparison_text(predicate));
      if (predicate.kind == PredicateKind::single && mass && fact.single_mg == fact.single_mg)
        add_once(context, name + " " + shown(fact.single_mg) + " mg at a time, limit " + comparison_text(predicate));
      add_rate(predicate, fact, name);
      if (predicate.kind == PredicateKind::times && fact.times_per_day == fact.times_per_day)
        add_once(context, name + " " + shown(fact.times_per_day * 7.0) + " times a week");
    }
  }

  void add_rate(const Predicate& predicate, const DrugFact& fact, const std::string& name) {
    if (predicate.kind != PredicateKind::rate) return;
    const bool by_weight =
        predicate.measure == DoseMeasure::milligrams_per_kg || predicate.measure == DoseMeasure::units_per_kg;
    const bool mass =
        predicate.measure == DoseMeasure::milligrams || predicate.measure == DoseMeasure::milligrams_per_kg;
    const double rate = (mass ? fact.rate_mg : fact.rate_units) / (by_weight ? fact.weight_kg : 1.0);
    if (rate != rate) return;
    const std::string unit = mass ? "mg" : predicate.measure == DoseMeasure::milliequivalents ? "mEq" : "units";
    add_once(context, name + " " + shown(rate) + " " + unit + (by_weight ? "/kg" : "") + " an hour, limit " +
                          comparison_text(predicate));
  }

  [[nodiscard]] const PatientSource* source(std::uint32_t index) const {
    return index < subject_.sources.size() ? &subject_.sources[index] : nullptr;
  }

  // Where a fact was read, for the path and the elements; gives the words.
  std::string from(std::uint32_t index) {
    const PatientSource* where = source(index);
    if (where == nullptr) return {};
    if (!where->element.empty()) add_once(elements, where->element);
    if (where->from_note && via.empty()) via = "note:" + where->words;
    add_once(seen, where->words);
    return where->words;
  }

  void read_patient_term(const Term& term) {
    const PatientTruth truth = evaluate(base_.rules(), subject_.state, term, bound_);
    const std::string label(to_string(term.label));
    if (truth.condition != nullptr) {
      read_condition(term, *truth.condition, label);
    } else if (truth.quantity != nullptr) {
      read_value(term, *truth.quantity, label);
    } else if (truth.allergy != nullptr) {
      read_allergy(*truth.allergy, label);
    } else if (term.label == TermLabel::missing || term.label == TermLabel::value) {
      const ConceptIndex wanted = first_concept(term);
      name(label, base_.graph().title(wanted));
      if (term.label == TermLabel::missing) add_once(patient, base_.graph().title(wanted));
      add_once(path, {base_.graph().title(wanted),
                      term.label == TermLabel::missing ? "not known, wanted by" : "not known", rule_id()});
    }
    if (!truth.assumed) return;
    if (truth.condition == nullptr || truth.condition->given == nullptr) {
      add_once(context, base_.graph().title(first_concept(term)) + " not known, taken as given");
      return;
    }
    const Term& given = *truth.condition->given;
    const std::string asked = limits(given);
    add_once(context, base_.graph().title(first_concept(given)) + " not known, taken as " +
                          (asked.empty() ? "given" : asked) + " for " +
                          base_.graph().title(truth.condition->condition));
  }

  [[nodiscard]] ConceptIndex first_concept(const Term& term) const {
    return base_.rules().concepts(base_.rules().alternatives(term.alternatives).front()).front();
  }

  // "< 3.5 mmol/L" of a term that asks for a value.
  [[nodiscard]] std::string limits(const Term& term) const {
    std::string text;
    for (const Predicate& predicate : base_.rules().predicates(term.predicates)) {
      if (predicate.kind == PredicateKind::value) text += (text.empty() ? "" : ", ") + comparison_text(predicate);
    }
    return text;
  }

  // Several terms may have one label: their names stand together.
  void name(const std::string& label, const std::string& text) {
    std::string& known = names[label];
    known += (known.empty() ? "" : " and ") + text;
  }

  void read_condition(const Term& term, const ConditionFact& fact, const std::string& label) {
    const std::string& title = base_.graph().title(fact.condition);
    name(label, title);
    if (!base_.is_trait(fact.condition)) add_once(patient, title);
    if (const std::string words = from(fact.source); !words.empty() && words != title) {
      add_once(path, {words, "read as", title});
    }
    std::string last = title;
    for (const Range alternative : base_.rules().alternatives(term.alternatives)) {
      for (const ConceptIndex wanted : base_.rules().concepts(alternative)) {
        const auto steps = base_.graph().path(fact.condition, wanted);
        for (const PathStep& step : steps) {
          add_once(path, step);
          last = step.to;
        }
      }
    }
    add_once(path, {last, "condition of", rule_id()});
    if (fact.age_days == fact.age_days) add_once(context, title + ": " + days_text(std::round(fact.age_days)) + " ago");
  }

  void read_value(const Term& term, const QuantityFact& fact, const std::string& label) {
    const std::string text = value_text(base_, fact);
    name(label, text);
    const ConceptIndex wanted = first_concept(term);
    const auto* row = base_.quantity_row(fact.quantity);
    const bool attribute = row != nullptr && row->kind == "attribute";
    const bool measure = row != nullptr && row->kind == "measure";
    if (!attribute) {
      const std::string& title = base_.graph().title(fact.quantity);
      add_once(patient, measure && fact.low == fact.high ? titled(title, shown(fact.low)) : title);
    }
    const std::string words = from(fact.source);
    if (!words.empty() && words != text) add_once(path, {words, fact.low == fact.high ? "gives" : "means", text});
    if (wanted != fact.quantity)
      add_once(context, base_.graph().title(fact.quantity) + " stands in for " + base_.graph().title(wanted));
    const std::string asked = limits(term);
    add_once(path, {text, asked.empty() ? "of" : "is " + asked + ", of", rule_id()});
    if (subject_.state.is_stale(fact))
      add_once(context, text + " is " + days_text(std::round(fact.age_days)) + " old: check it again");
    if (term.label == TermLabel::missing)
      add_once(context, text + " is " + days_text(std::round(fact.age_days)) + " old");
  }

  void read_allergy(const AllergyFact& fact, const std::string& label) {
    const std::string& title = base_.graph().title(fact.allergen);
    add_once(patient, title);
    const std::string words = from(fact.source);
    name(label, words.empty() ? title : words);
    if (!words.empty()) add_once(path, {words, "allergy to", title});
    add_once(path, {title, "allergy of", rule_id()});
  }

  const KnowledgeBase& base_;
  const MatchedPatient& subject_;
  const PatientFired& fired_;
  std::vector<IngredientIndex> bound_;
};

struct Group {
  FindingType type = FindingType::drug_disease;
  std::vector<std::string> medicines;  // sorted
  std::vector<std::string> patient;
  std::vector<const PatientFired*> fired;
};

core::Result<Finding> written(const KnowledgeBase& base, const MatchedPatient& subject, const Group& group) {
  Finding finding;
  finding.type = group.type;
  finding.subjects = group.medicines;
  finding.medicines = group.medicines;
  finding.subjects.insert(finding.subjects.end(), group.patient.begin(), group.patient.end());
  const auto lead = *std::max_element(
      group.fired.begin(), group.fired.end(),
      [](const PatientFired* left, const PatientFired* right) { return left->severity < right->severity; });
  finding.severity = lead->severity;
  std::vector<SourceVoice> voices;
  for (const PatientFired* fired : group.fired) {
    const Reading reading(base, subject, *fired);
    finding.contraindication = finding.contraindication || base.rules().head(fired->rule).contraindication != 0;
    finding.rules.emplace_back(base.rules().id(fired->rule));
    const auto texts = base.texts(fired->rule);
    if (!texts) return core::fail(texts.error());
    const RuleHead& head = base.rules().head(fired->rule);
    voices.push_back({finding.rules.back(), texts->source, head.precedence, fired->severity,
                      head.precedence == 0 ? texts->status : texts->level, filled(texts->management, reading.names)});
    if (fired == lead) {
      finding.mechanism = filled(texts->mechanism, reading.names);
      finding.effect = filled(texts->effect, reading.names);
      finding.management = filled(texts->management, reading.names);
      finding.onset = texts->onset;
      for (const std::string& item : texts->monitoring) finding.monitoring.push_back(filled(item, reading.names));
    }
    bool marked = false;
    for (const core::EvidenceRecord& record : texts->evidence) {
      marked = marked || record.status == "draft";
      add_once(finding.evidence, record);
    }
    if (texts->status == "draft" && !marked) {
      add_once(finding.context, "rule " + finding.rules.back() + " is a draft: not every point of it is checked");
    }
    for (const PathStep& step : reading.path) add_once(finding.path, step);
    for (const std::string& element : reading.elements) add_once(finding.elements, element);
    for (const std::string& note : reading.context) add_once(finding.context, note);
    if (finding.via.empty()) finding.via = reading.via;
    if (fired->modifier >= 0) {
      const auto position = static_cast<std::size_t>(fired->modifier);
      const bool raised = base.rules().conditions(fired->rule)[position].step > 0;
      add_once(finding.context,
               std::string(raised ? "raised" : "lowered") + " one step: " +
                   (position < texts->condition_reasons.size() ? texts->condition_reasons[position] : "modifier"));
    }
    add_local_words(base, fired->rule, fired->severity, fired->lowered, subject.day, finding.context);
  }
  finding.sources = finding_sources(voices, finding.management);
  finding.interruptive = core::is_interruptive(finding.severity);
  finding.title = title_of(finding, group.medicines.size());
  finding.id = finding_id(finding);
  return finding;
}

}  // namespace

core::Result<std::vector<Finding>> patient_findings(const KnowledgeBase& base, const PatientOutcome& outcome,
                                                    const MatchedPatient& subject) {
  std::vector<Group> groups;
  for (const PatientFired& fired : outcome.fired) {
    const RuleHead& head = base.rules().head(fired.rule);
    if (head.kind != RuleKind::finding) continue;
    const Reading reading(base, subject, fired);
    Group group{head.type, reading.medicines, reading.patient, {&fired}};
    std::sort(group.medicines.begin(), group.medicines.end());
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& other) {
      return other.type == group.type && other.medicines == group.medicines && other.patient == group.patient;
    });
    if (same == groups.end()) {
      groups.push_back(std::move(group));
    } else {
      same->fired.push_back(&fired);
    }
  }
  std::vector<Finding> findings;
  for (const Group& group : groups) {
    auto finding = written(base, subject, group);
    if (!finding) return core::fail(finding.error());
    findings.push_back(std::move(*finding));
  }
  return findings;
}

core::Result<std::vector<core::RedFlag>> red_flags(const KnowledgeBase& base, const PatientOutcome& outcome,
                                                   const MatchedPatient& subject) {
  std::vector<core::RedFlag> flags;
  std::map<std::string, std::vector<std::string>> stopped;  // by flag
  for (const PatientFired& fired : outcome.fired) {
    const RuleHead& head = base.rules().head(fired.rule);
    if (head.kind != RuleKind::red_flag) continue;
    const Reading reading(base, subject, fired);
    const auto texts = base.texts(fired.rule);
    if (!texts) return core::fail(texts.error());
    const std::string id(base.rules().id(fired.rule));
    for (const std::string& medicine : reading.stopped) add_once(stopped[id], medicine);
    const auto same =
        std::find_if(flags.begin(), flags.end(), [&](const core::RedFlag& flag) { return flag.id == id; });
    if (same != flags.end()) {
      // One pattern that several medicines can have caused is one flag.
      for (const std::string& medicine : reading.medicines) {
        if (std::find(same->subjects.begin(), same->subjects.end(), medicine) == same->subjects.end())
          same->subjects.insert(same->subjects.begin(), medicine);
      }
      continue;
    }
    core::RedFlag flag{id,
                       head.level,
                       filled(texts->effect, reading.names),
                       filled(texts->management, reading.names),
                       reading.medicines,
                       reading.seen,
                       texts->evidence};
    flag.subjects.insert(flag.subjects.end(), reading.patient.begin(), reading.patient.end());
    flags.push_back(std::move(flag));
  }
  for (core::RedFlag& flag : flags) {
    const std::vector<std::string>& medicines = stopped[flag.id];
    if (!medicines.empty())
      flag.title += " (" + listed(medicines) + (medicines.size() == 1 ? " was stopped)" : " were stopped)");
  }
  std::stable_sort(flags.begin(), flags.end(),
                   [](const core::RedFlag& left, const core::RedFlag& right) { return left.level > right.level; });
  return flags;
}

std::string wanted_text(const KnowledgeBase& base, IngredientIndex of, WantedFact wanted) {
  const std::string& drug = base.graph().ingredient_name(of);
  switch (wanted) {
    case WantedFact::dose: return "dose of " + drug;
    case WantedFact::route: return "route of " + drug;
    case WantedFact::duration: return "duration of " + drug;
    case WantedFact::washout_time: return "how long " + drug + " acts after the last dose";
    case WantedFact::frequency: return "how often " + drug + " is given";
    case WantedFact::weight: return "weight of the patient";
  }
  return {};
}

std::string wanted_text(const KnowledgeBase& base, const PatientUnevaluated& missing) {
  if (missing.of_medicine) return wanted_text(base, missing.ingredient, missing.wanted);
  return base.graph().title(missing.concept_wanted);
}

std::string value_text(const KnowledgeBase& base, const QuantityFact& fact) {
  std::string text = titled(base.graph().title(fact.quantity), shown(fact.low));
  if (fact.low != fact.high) text += " to " + shown(fact.high);
  const auto* row = base.quantity_row(fact.quantity);
  if (row != nullptr && row->unit != "ratio" && row->unit != "pH" && row->unit != "points") text += " " + row->unit;
  return text;
}

}  // namespace guardian::knowledge
