#include "knowledge/patient_reader.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/age.hpp"
#include "core/date.hpp"
#include "core/kidney_function.hpp"
#include "core/news2.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/quantity_trend.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

// Who may be pregnant without the case saying so (the age band of US drug labels and REMS programs for "females of
// reproductive potential", taken wide).
constexpr double youngest_to_ask = 12.0;
constexpr double oldest_to_ask = 50.0;
// Weeks of gestation at which the second and third trimester, and the time near term, begin (ACOG).
constexpr double second_trimester = 14.0;
constexpr double third_trimester = 28.0;
constexpr double near_term = 36.0;

std::optional<double> known(double number) { return number == number ? std::optional<double>(number) : std::nullopt; }

class Reader {
 public:
  Reader(const KnowledgeBase& base, const core::Case& subject, PatientState& state)
      : base_(base), case_(subject), state_(state), as_of_(core::parse_moment(subject.as_of)) {}

  PatientReading read() {
    state_.clear();
    read_person();
    read_conditions();
    read_allergies();
    read_labs();
    read_vitals();
    read_note();
    derive_measures();
    read_pregnancy();
    apply_bounds();
    return std::move(reading_);
  }

 private:
  [[nodiscard]] TextContext text_context() const { return {case_.as_of, years_, false, false}; }

  std::uint32_t source(std::string element, std::string words, bool from_note = false) {
    reading_.sources.push_back({std::move(element), std::move(words), from_note});
    return static_cast<std::uint32_t>(reading_.sources.size() - 1);
  }

  void not_assessed(std::string check, std::string wanted, bool must_know = false) {
    reading_.not_assessed.push_back({std::move(check), std::move(wanted), must_know});
  }

  void add_condition(std::string_view name, Truth truth, std::uint32_t from, std::optional<double> age_days = {}) {
    const auto index = base_.condition(name);
    if (!index) return;
    state_.add(ConditionFact{*index, truth, age_days.value_or(unknown_number), from});
    core::StatedFact fact;
    fact.kind = base_.is_symptom(*index) ? "symptom" : base_.is_trait(*index) ? "patient" : "condition";
    fact.concept_name = std::string(name);
    fact.from = reading_.sources[from].element;
    fact.words = reading_.sources[from].words;
    if (truth == Truth::unknown) fact.truth = "unknown";
    fact.age_days = age_days;
    reading_.facts.push_back(std::move(fact));
  }

  void add_bounds(std::string_view name, double low, double high, std::uint32_t from,
                  std::optional<double> age_days = {}) {
    const auto index = base_.quantity(name);
    if (!index) return;
    const QuantityDefinition& row = *base_.quantity_row(*index);
    if (low < row.low || high > row.high) {
      if (low == high) return not_assessed(row.title, "a plausible value");
      low = std::max(low, row.low);
      high = std::min(high, row.high);
    }
    state_.add(QuantityFact{*index, low, high, age_days.value_or(unknown_number), from});
    core::StatedFact fact;
    fact.kind = row.kind == "attribute" ? "patient" : row.kind;
    fact.concept_name = std::string(name);
    fact.from = reading_.sources[from].element;
    fact.words = reading_.sources[from].words;
    fact.value = low;
    if (high != low) fact.high = high;
    fact.unit = row.unit;
    fact.age_days = age_days;
    reading_.facts.push_back(std::move(fact));
  }
  void add_quantity(std::string_view name, double value, std::uint32_t from, std::optional<double> age_days = {}) {
    add_bounds(name, value, value, from, age_days);
  }

  [[nodiscard]] std::optional<QuantityFact> number_of(std::string_view name) const {
    const auto index = base_.quantity(name);
    const QuantityFact* fact = index ? state_.value_of(*index) : nullptr;
    if (fact == nullptr || fact->quantity != *index || fact->low != fact->high) return std::nullopt;
    return *fact;
  }

  void read_person() {
    const core::Patient& patient = case_.patient;
    years_ = core::age_in_years(patient);
    if (years_) add_quantity("age", *years_, source("/patient/age", "age " + format_number(*patient.age)));
    if (patient.weight_kg)
      add_quantity("weight", *patient.weight_kg,
                   source("/patient/weight_kg", "weight " + format_number(*patient.weight_kg) + " kg"));
    if (patient.height_cm)
      add_quantity("height", *patient.height_cm,
                   source("/patient/height_cm", "height " + format_number(*patient.height_cm) + " cm"));
    if (patient.sex == core::Sex::female) add_condition("female", Truth::yes, source("/patient/sex", "female"));
    if (patient.sex == core::Sex::male) add_condition("male", Truth::yes, source("/patient/sex", "male"));
  }

  void read_conditions() {
    if (!case_.patient.states_conditions) not_assessed("drug-disease checks", "conditions of the patient");
    TextContext context = text_context();
    context.any_case = true;
    context.is_list = true;
    for (std::size_t i = 0; i < case_.patient.conditions.size(); ++i) {
      const core::CodedText& entry = case_.patient.conditions[i];
      const std::string element = "/patient/conditions/" + std::to_string(i);
      const ConditionReading read = base_.vocabulary().conditions.read(entry, context);
      for (const LitCondition& condition : read.lit) {
        const std::string& whole = entry.text.empty() ? entry.code : entry.text;
        add_condition(condition.condition, Truth::yes, source(element, whole), condition.age_days);
      }
      for (const ConditionAside& aside : read.aside) {
        if (aside.assertion != Assertion::possible) continue;
        for (const std::string& condition : aside.conditions)
          add_condition(condition, Truth::unknown, source(element, aside.quote));
      }
      for (const std::string& words : read.unrecognised)
        not_assessed("drug-disease checks", "the meaning of `" + words + "`");
      for (const ConditionNote& note : read.notes) {
        if (note.doubt == ConditionDoubt::unknown_code)
          not_assessed("drug-disease checks", "the meaning of the code `" + note.written + "`");
      }
      if (read.gestation_weeks) weeks_ = read.gestation_weeks;
      if (lower_case(entry.text).find("allerg") != std::string::npos) read_allergy({entry.text, {}}, element);
    }
  }

  void read_allergies() {
    if (!case_.patient.states_allergies) not_assessed("drug-allergy checks", "allergies of the patient");
    for (std::size_t i = 0; i < case_.patient.allergies.size(); ++i)
      read_allergy(case_.patient.allergies[i], "/patient/allergies/" + std::to_string(i));
  }

  void read_allergy(const core::Allergy& entry, const std::string& element) {
    const DrugNames drug_names = [&](std::string_view text) {
      std::vector<std::string> ingredients;
      const Resolution resolution = resolve(base_, {std::string(text), {}, {}, case_.locale});
      if (resolution.resolved) {
        for (const IngredientIndex ingredient : resolution.interpretations.front().ingredients)
          ingredients.push_back(base_.graph().ingredient_name(ingredient));
      }
      return ingredients;
    };
    TextContext context = text_context();
    context.any_case = true;
    const AllergyReading read = base_.vocabulary().allergies.read(entry, context, drug_names);
    for (const ReadAllergy& allergy : read.allergies) {
      if (allergy.assertion != Assertion::absent && allergy.assertion != Assertion::family)
        add_allergy(allergy, entry, element);
    }
    // An allergy that cannot be read is a check that cannot be made.
    for (const std::string& words : read.unrecognised)
      not_assessed("drug-allergy checks", "the meaning of `" + words + "`", true);
  }

  void add_allergy(const ReadAllergy& allergy, const core::Allergy& entry, const std::string& element) {
    // What was tolerated since is no longer an allergy, but worth a word.
    const ReactionGrade grade = allergy.tolerated_since ? ReactionGrade::intolerance : allergy.grade;
    for (const std::string& name : allergy.allergens) {
      const auto parsed = parse_concept(name);
      const auto index = parsed ? base_.graph().find(*parsed) : std::nullopt;
      if (!index) continue;
      const std::string words = entry.reaction.empty() ? entry.text : entry.text + " (" + entry.reaction + ")";
      const std::uint32_t from = source(element, words);
      state_.add(AllergyFact{*index, reaction_bit(grade), allergy.years.value_or(unknown_number), from});
      core::StatedFact fact;
      fact.kind = "allergy";
      fact.concept_name = name;
      fact.from = element;
      fact.words = words;
      fact.reaction = to_string(grade);
      if (allergy.years) fact.age_days = *allergy.years * core::days_of_year;
      reading_.facts.push_back(std::move(fact));
    }
  }

  static std::string words_of(const core::LabResult& lab) {
    const auto* number = std::get_if<double>(&lab.value);
    std::string words =
        lab.name + " " + (number != nullptr ? format_number(*number) : std::get<std::string>(lab.value));
    if (!lab.unit.empty()) words += " " + lab.unit;
    if (!lab.when.empty()) words += " (" + lab.when + ")";
    return words;
  }

  void read_labs() {
    state_.set_results_stated(case_.patient.states_labs);
    const QuantityReader& quantities = base_.vocabulary().quantities;
    std::vector<LabReading> readings;
    for (std::size_t i = 0; i < case_.patient.labs.size(); ++i) {
      const core::LabResult& lab = case_.patient.labs[i];
      readings.push_back(quantities.read(lab, as_of_));
      if (const auto* refusal = std::get_if<LabRefusal>(&readings.back()))
        not_assessed("/patient/labs/" + std::to_string(i), refusal->message);
    }
    for (const auto& [name, present] : present_values(quantities, readings)) {
      const auto& value = std::get<LabValue>(readings[present.position]);
      // To choose one of several in silence would be to drop the dangerous one.
      if (!present.rivals.empty()) not_assessed(name, "which of its values is the present one", true);
      add_quantity(
          name, value.value,
          source("/patient/labs/" + std::to_string(present.position), words_of(case_.patient.labs[present.position])),
          value.age.days);
    }
    const LabTrend trend = lab_trend(quantities, readings);
    const auto add_change = [&](std::string_view name, const std::optional<Change>& change) {
      if (!change) return;
      const core::LabResult& now = case_.patient.labs[change->present];
      const core::LabResult& before = case_.patient.labs[change->earlier];
      add_quantity(
          name, change->value,
          source("/patient/labs/" + std::to_string(change->present), words_of(now) + " after " + words_of(before)),
          std::get<LabValue>(readings[change->present]).age.days);
    };
    add_change("creatinine_ratio",
               trend.creatinine_ratio_7_days ? trend.creatinine_ratio_7_days : trend.creatinine_ratio_90_days);
    add_change("hemoglobin_drop", trend.hemoglobin_drop);
    add_change("platelet_ratio", trend.platelet_ratio);
  }

  void read_vitals() {
    if (!case_.vitals) return;
    const core::Vitals& vitals = *case_.vitals;
    const auto add = [&](const char* quantity, const char* member, const std::optional<double>& value) {
      if (value)
        add_quantity(quantity, *value,
                     source(std::string("/vitals/") + member, std::string(member) + " " + format_number(*value)), 0.0);
    };
    add("respiratory_rate", "rr", vitals.respiratory_rate);
    add("spo2", "spo2", vitals.spo2);
    add("sbp", "sbp", vitals.systolic_bp);
    add("dbp", "dbp", vitals.diastolic_bp);
    add("heart_rate", "hr", vitals.heart_rate);
    add("temperature", "temp_c", vitals.temperature_c);
    const auto state = [&](const char* condition) {
      add_condition(condition, Truth::yes, source("/vitals/consciousness", "consciousness " + vitals.consciousness));
    };
    if (vitals.consciousness == "C") state("confusion");
    if (vitals.consciousness == "V") state("drowsiness");
    if (vitals.consciousness == "P" || vitals.consciousness == "U") state("reduced_consciousness");
  }

  void read_note() {
    if (case_.note.empty()) return;
    for (const TextMention& mention : base_.vocabulary().conditions.lexicon().scan(case_.note, text_context())) {
      const bool now = mention.assertion == Assertion::present;
      const bool past = mention.assertion == Assertion::past;
      if (!now && !past) continue;
      const std::uint32_t from = source("/note", mention.quote, true);
      for (const std::string& condition : mention.ids) {
        if (now) {
          add_condition(condition, Truth::yes, from, mention.age_days);
        } else if (const std::string history = base_.vocabulary().conditions.in_past(condition); !history.empty()) {
          add_condition(history, Truth::yes, from, mention.age_days);
        }
      }
    }
    for (const ConditionFact& fact : state_.conditions()) {
      if (base_.is_symptom(fact.condition) && reading_.sources[fact.source].from_note) reading_.symptoms = true;
    }
  }

  void derive_measures() {
    const core::Patient& patient = case_.patient;
    core::KidneyInputs inputs{years_, patient.sex, patient.weight_kg, patient.height_cm, std::nullopt};
    const auto creatinine = number_of("creatinine");
    if (creatinine) inputs.creatinine_mg_dl = creatinine->low;
    const auto words = [&](const QuantityFact& fact) { return reading_.sources[fact.source].words; };
    const auto element = [&](const QuantityFact& fact) { return reading_.sources[fact.source].element; };
    // A stated estimate stands; otherwise each is computed, or it is said why not.
    if (creatinine && !number_of("crcl")) {
      if (const auto clearance = core::cockcroft_gault(inputs)) {
        add_quantity("crcl", clearance->ml_min, source(element(*creatinine), words(*creatinine)),
                     known(creatinine->age_days));
      } else {
        not_assessed("creatinine clearance (Cockcroft-Gault)", clearance.error().message);
      }
    }
    if (creatinine && !number_of("egfr")) {
      if (const auto egfr = core::ckd_epi_2021(inputs)) {
        add_quantity("egfr", *egfr, source(element(*creatinine), words(*creatinine)), known(creatinine->age_days));
      } else {
        not_assessed("eGFR (CKD-EPI 2021)", egfr.error().message);
      }
    }
    if (!number_of("bmi")) {
      if (const auto bmi = core::body_mass_index(patient.weight_kg, patient.height_cm))
        add_quantity("bmi", *bmi, source("/patient/weight_kg", "weight and height"));
    }
    const auto calcium = number_of("calcium");
    const auto albumin = number_of("albumin");
    if (calcium && albumin && !number_of("calcium_corrected")) {
      if (const auto corrected = core::corrected_calcium(calcium->low, albumin->low))
        add_quantity("calcium_corrected", *corrected, source(element(*calcium), words(*calcium)),
                     known(calcium->age_days));
    }
    if (case_.vitals) {
      const core::News2 score = core::news2(*case_.vitals, years_, patient.pregnant);
      if (score.applicable && score.complete) add_quantity("news2", score.score, source("/vitals", "vital signs"), 0.0);
    }
  }

  [[nodiscard]] bool lit(std::string_view condition) const {
    const auto index = base_.condition(condition);
    return index && state_.lit(*index) == Truth::yes;
  }

  // Pregnancy and breastfeeding are true, false or not known; not known only of who could be.
  void read_pregnancy() {
    const core::Patient& patient = case_.patient;
    if (patient.gestation_weeks) weeks_ = patient.gestation_weeks;
    if (weeks_)
      add_quantity("gestation", *weeks_, source("/patient/gestation_weeks", format_number(*weeks_) + " weeks"));
    const bool male = patient.sex == core::Sex::male;
    const bool of_age = !years_ || (*years_ >= youngest_to_ask && *years_ <= oldest_to_ask);
    const bool cannot = male || lit("menopause") || lit("hysterectomy");
    const bool pregnant = patient.pregnant.value_or(weeks_.has_value()) || lit("pregnancy");
    if (pregnant) {
      const std::uint32_t from = source("/patient/pregnant", "pregnant");
      if (!lit("pregnancy")) add_condition("pregnancy", Truth::yes, from);
      const auto weeks = weeks_;
      const auto part = [&](const char* name, double first, double last) {
        if (!weeks) return add_condition(name, Truth::unknown, from);
        if (*weeks >= first && *weeks < last) add_condition(name, Truth::yes, from);
      };
      part("trimester_1", 0.0, second_trimester);
      part("trimester_2", second_trimester, third_trimester);
      part("trimester_3", third_trimester, 60.0);
      part("near_term", near_term, 60.0);
    } else if (!patient.pregnant && !cannot && of_age && patient.sex == core::Sex::female) {
      const std::uint32_t from = source("/patient", "pregnancy not stated");
      for (const char* name : {"pregnancy", "trimester_1", "trimester_2", "trimester_3", "near_term"})
        add_condition(name, Truth::unknown, from);
    }
    if (!pregnant && !cannot && of_age && years_ && patient.sex == core::Sex::female)
      add_condition("childbearing_potential", Truth::yes,
                    source("/patient", "female, " + format_number(*years_) + " years"));
    if (!patient.sex && !patient.pregnant && of_age) not_assessed("pregnancy checks", "sex of the patient");
    if (patient.lactating.value_or(false)) {
      if (!lit("lactation")) add_condition("lactation", Truth::yes, source("/patient/lactating", "breastfeeding"));
    } else if (!patient.lactating && !lit("lactation") && !cannot && of_age && patient.sex == core::Sex::female) {
      add_condition("lactation", Truth::unknown, source("/patient", "breastfeeding not stated"));
    }
  }

  // What the stage of a disease says of a value that is not known.
  void apply_bounds() {
    for (const PatientTables::ConditionBound& bound : base_.tables().patient.condition_bounds) {
      const auto condition = base_.condition(bound.condition);
      const auto quantity = base_.quantity(bound.quantity);
      if (!condition || !quantity || state_.lit(*condition) != Truth::yes) continue;
      const QuantityFact* fact = state_.value_of(*quantity);
      if (fact != nullptr && fact->low == fact->high) continue;
      const ConditionFact* shown_by = state_.lighting(*condition);
      add_bounds(bound.quantity, bound.low, bound.high,
                 source(reading_.sources[shown_by->source].element, reading_.sources[shown_by->source].words));
    }
  }

  const KnowledgeBase& base_;
  const core::Case& case_;
  PatientState& state_;
  AsOf as_of_;
  std::optional<double> years_;
  std::optional<double> weeks_;  // of gestation
  PatientReading reading_;
};

}  // namespace

PatientReading read_patient(const KnowledgeBase& base, const core::Case& subject, PatientState& state) {
  return Reader(base, subject, state).read();
}

void add_sign_facts(const KnowledgeBase& base, const PatientState& state, std::span<const RuleIndex> signs,
                    PatientReading& reading) {
  for (const RuleIndex sign : signs) {
    const ConceptIndex condition = base.rules().head(sign).sign_of;
    const ConditionFact* fact = state.lighting(condition);
    core::StatedFact shown;
    shown.kind = "condition";
    shown.concept_name = base.condition_name(condition);
    if (fact != nullptr && fact->source < reading.sources.size()) {
      shown.from = reading.sources[fact->source].element;
      shown.words = reading.sources[fact->source].words;
    }
    reading.facts.push_back(std::move(shown));
  }
}

}  // namespace guardian::knowledge
