#include "agents/kidney_dose.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/age.hpp"
#include "knowledge/finding_words.hpp"
#include "knowledge/patient_state.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/screened_case.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::KnowledgeBase;
using knowledge::RuleIndex;
using knowledge::Term;
using knowledge::TermLabel;
using knowledge::Truth;

constexpr std::string_view clearance_name = "crcl";
constexpr std::string_view egfr_name = "egfr";

class Reader {
 public:
  Reader(const KnowledgeBase& base, const knowledge::PatientState& patient,
         const std::vector<knowledge::IngredientIndex>& ingredients)
      : base_(base), patient_(patient), ingredients_(ingredients) {}

  core::Result<std::vector<KidneyRule>> rules() const {
    std::vector<KidneyRule> found;
    for (std::size_t number = 0; number < base_.rules().size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      const auto& head = base_.rules().head(rule);
      if (head.scope != knowledge::RuleScope::patient || head.kind != knowledge::RuleKind::finding) continue;
      const Term* kidney = nullptr;
      bool of_medicine = false;
      bool other = false;
      for (const Term& term : base_.rules().terms(rule)) {
        if (!knowledge::is_about_patient(term.label)) {
          of_medicine = of_medicine || names(term);
          other = other || asks_of_dose(term);
        } else if (term.label == TermLabel::value && measure_of(term) != nullptr) {
          kidney = &term;
        } else {
          other = true;
        }
      }
      if (kidney == nullptr || !of_medicine) continue;
      const auto texts = base_.texts(rule);
      if (!texts) return core::fail(texts.error());
      KidneyRule made;
      made.rule = std::string(base_.rules().id(rule));
      made.severity = head.severity;
      made.measure = measure_of(*kidney)->title;
      made.limit = limit_of(*kidney);
      made.reached = value_known(*kidney) ? knowledge::evaluate(base_.rules(), patient_, *kidney, ingredients_).truth
                                          : Truth::unknown;
      made.on_condition = other;
      made.management =
          knowledge::filled(texts->management, {{"drug", base_.graph().ingredient_name(ingredients_.front())}});
      for (const auto& record : texts->evidence) made.evidence.push_back(record.id);
      found.push_back(std::move(made));
    }
    const auto order = [](Truth truth) { return truth == Truth::yes ? 0 : truth == Truth::unknown ? 1 : 2; };
    std::stable_sort(found.begin(), found.end(), [&](const KidneyRule& one, const KidneyRule& two) {
      if (one.reached != two.reached) return order(one.reached) < order(two.reached);
      return one.severity > two.severity;
    });
    return found;
  }

 private:
  bool names(const Term& term) const {
    return std::any_of(ingredients_.begin(), ingredients_.end(), [&](knowledge::IngredientIndex ingredient) {
      return base_.lit().satisfies(base_.rules(), term.alternatives, ingredient);
    });
  }

  bool asks_of_dose(const Term& term) const {
    const auto predicates = base_.rules().predicates(term.predicates);
    return std::any_of(predicates.begin(), predicates.end(), [](const knowledge::Predicate& predicate) {
      return predicate.kind != knowledge::PredicateKind::exposure;
    });
  }

  // The measure of kidney function that a term asks for; null: another quantity.
  const knowledge::QuantityDefinition* measure_of(const Term& term) const {
    for (const auto& alternative : base_.rules().alternatives(term.alternatives)) {
      for (const auto wanted : base_.rules().concepts(alternative)) {
        const auto* row = base_.quantity_row(wanted);
        if (row != nullptr && (row->name == clearance_name || row->name == egfr_name)) return row;
      }
    }
    return nullptr;
  }

  bool value_known(const Term& term) const {
    const auto quantity = base_.quantity(measure_of(term)->name);
    return quantity && patient_.value_of(*quantity) != nullptr;
  }

  std::string limit_of(const Term& term) const {
    std::vector<std::string> limits;
    for (const knowledge::Predicate& predicate : base_.rules().predicates(term.predicates)) {
      if (predicate.kind != knowledge::PredicateKind::value) continue;
      limits.push_back(std::string(to_string(predicate.comparison)) + " " + knowledge::format_number(predicate.number));
    }
    return knowledge::joined(limits, " and ") + " " + measure_of(term)->unit;
  }

  const KnowledgeBase& base_;
  const knowledge::PatientState& patient_;
  const std::vector<knowledge::IngredientIndex>& ingredients_;
};

std::optional<double> value_of(const KnowledgeBase& base, const knowledge::PatientState& patient,
                               std::string_view name) {
  const auto quantity = base.quantity(name);
  const auto* fact = quantity ? patient.value_of(*quantity) : nullptr;
  if (fact == nullptr || std::isnan(fact->low) || fact->low != fact->high) return std::nullopt;
  // What stands in for it is another measure.
  if (knowledge::raw(fact->quantity) != knowledge::raw(*quantity)) return std::nullopt;
  return fact->low;
}

std::string_view word_of(core::WeightKind kind) {
  switch (kind) {
    case core::WeightKind::actual: return "actual";
    case core::WeightKind::ideal: return "ideal";
    case core::WeightKind::adjusted: return "adjusted";
  }
  return "actual";
}

void read_function(const KnowledgeBase& base, const core::Case& subject, const knowledge::PatientState& patient,
                   KidneyDose& answer) {
  answer.clearance = value_of(base, patient, clearance_name);
  answer.egfr = value_of(base, patient, egfr_name);
  const core::KidneyInputs inputs{core::age_in_years(subject.patient), subject.patient.sex, subject.patient.weight_kg,
                                  subject.patient.height_cm, value_of(base, patient, "creatinine")};
  const auto clearance = core::cockcroft_gault(inputs);
  if (clearance) {
    // The clearance may be stated, and then it is not that of the equation.
    if (answer.clearance && std::abs(*answer.clearance - clearance->ml_min) < 0.5)
      answer.weight = word_of(clearance->weight);
  } else if (!answer.clearance) {
    answer.gaps.push_back("creatinine clearance (Cockcroft-Gault): " + clearance.error().message);
  }
  const auto egfr = core::ckd_epi_2021(inputs);
  if (!egfr && !answer.egfr) answer.gaps.push_back("eGFR (CKD-EPI 2021): " + egfr.error().message);
  for (const auto& [name, words] :
       {std::pair{"acute_kidney_injury",
                  "acute kidney injury: the creatinine is not steady, "
                  "and every estimate is too high"},
        std::pair{"dialysis", "dialysis: no estimate holds"}, std::pair{"pregnancy", "pregnancy: no estimate holds"}}) {
    const auto condition = base.condition(name);
    if (condition && patient.lit(*condition) == Truth::yes) answer.gaps.emplace_back(words);
  }
}

}  // namespace

KidneyQuestion::KidneyQuestion(std::shared_ptr<const KnowledgeBase> base, const core::Case& subject)
    : base_(base), screener_(std::move(base)), subject_(subject) {}

core::Result<KidneyDose> KidneyQuestion::ask(const std::string& medicine) {
  const auto resolution = knowledge::resolve(*base_, {medicine, {}, {}, subject_.locale});
  if (!resolution.resolved) return core::fail(core::ErrorCode::not_found, "the medicine is not known");
  const auto& ingredients = resolution.interpretations.front().ingredients;

  KidneyDose answer;
  for (const auto index : ingredients) answer.ingredients.push_back(base_->graph().ingredient_name(index));
  auto screening = screener_.screen(subject_);
  if (!screening) return core::fail(screening.error());
  const auto has_all = [&](const core::ResolvedMedication& listed) {
    return std::all_of(answer.ingredients.begin(), answer.ingredients.end(), [&](const std::string& name) {
      return std::find(listed.ingredients.begin(), listed.ingredients.end(), name) != listed.ingredients.end();
    });
  };
  answer.in_case = std::any_of(screening->resolved.begin(), screening->resolved.end(), has_all);
  // With a dose of its own it is another order than the one in the case.
  if (!answer.in_case || !resolution.dose.strengths.empty()) {
    core::Case changed = subject_;
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(changed.medications.size());
    entry.text = medicine;
    entry.is_order = true;
    changed.medications.push_back(std::move(entry));
    screening = screener_.screen(changed);
    if (!screening) return core::fail(screening.error());
  }
  for (const core::Finding& finding : screening->findings) {
    const bool of_dose = finding.type == core::FindingType::drug_renal || finding.type == core::FindingType::dose ||
                         finding.type == core::FindingType::drug_age;
    const bool of_medicine =
        std::any_of(answer.ingredients.begin(), answer.ingredients.end(), [&](const std::string& name) {
          return std::find(finding.medicines.begin(), finding.medicines.end(), name) != finding.medicines.end();
        });
    if (of_dose && of_medicine) answer.findings.push_back(finding);
  }
  const auto screened = screener_.last();
  if (screened.patient == nullptr) {
    answer.gaps.emplace_back("nothing is stated of the patient");
    return answer;
  }
  read_function(*base_, subject_, *screened.patient, answer);
  auto rules = Reader(*base_, *screened.patient, ingredients).rules();
  if (!rules) return core::fail(rules.error());
  answer.rules = std::move(*rules);
  return answer;
}

}  // namespace guardian::agents
