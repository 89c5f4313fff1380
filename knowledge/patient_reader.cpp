#include "knowledge/patient_reader.hpp"

#include <algorithm>

#include "core/age.hpp"
#include "knowledge/note_age.hpp"
#include "knowledge/patient_facts.hpp"
#include "knowledge/patient_measures.hpp"
#include "knowledge/patient_note.hpp"
#include "knowledge/patient_pregnancy.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/quantity_trend.hpp"
#include "knowledge/text.hpp"
#include "knowledge/written_values.hpp"

namespace guardian::knowledge {
namespace {

// Reads the parts of a case one after another: what a later one finds may depend on an earlier one.
class Reader {
 public:
  Reader(const KnowledgeBase& base, const core::Case& subject, PatientState& state)
      : base_(base), case_(subject), facts_(base, subject, state), values_(facts_) {}

  PatientReading read() {
    read_person();
    read_conditions();
    read_allergies();
    read_labs();
    read_vitals();
    const NoteSigns signs = read_note(facts_, values_, allergies_unknown_);
    values_.add(false);
    derive_measures(facts_);
    values_.add(true);
    complete_note_vitals(signs);
    read_pregnancy(facts_);
    apply_bounds(facts_);
    return std::move(facts_.reading());
  }

 private:
  void read_person() {
    const core::Patient& patient = case_.patient;
    facts_.years = core::age_in_years(patient);
    if (facts_.years) {
      facts_.add_quantity("age", *facts_.years, facts_.source("/patient/age", "age " + format_number(*patient.age)));
    } else if (!case_.note.empty()) {
      read_age_of_note();
    }
    facts_.reading().years = facts_.years;
    if (patient.weight_kg)
      facts_.add_quantity("weight", *patient.weight_kg,
                          facts_.source("/patient/weight_kg", "weight " + format_number(*patient.weight_kg) + " kg"));
    if (patient.height_cm)
      facts_.add_quantity("height", *patient.height_cm,
                          facts_.source("/patient/height_cm", "height " + format_number(*patient.height_cm) + " cm"));
    if (patient.sex == core::Sex::female)
      facts_.add_condition("female", Truth::yes, facts_.source("/patient/sex", "female"));
    if (patient.sex == core::Sex::male) facts_.add_condition("male", Truth::yes, facts_.source("/patient/sex", "male"));
  }

  // "6 yo boy": where the case itself states no age.
  void read_age_of_note() {
    const auto age = age_in_note(clinical_words(case_.note));
    if (!age) return;
    facts_.years = age->years;
    const std::string words = case_.note.substr(age->span.begin, age->span.end - age->span.begin);
    facts_.add_quantity("age", age->years, facts_.source(note_element, words, true));
  }

  void read_conditions() {
    if (!case_.patient.states_conditions) facts_.not_assessed("drug-disease checks", "conditions of the patient");
    TextContext context = facts_.text_context();
    context.any_case = true;
    context.is_list = true;
    for (std::size_t i = 0; i < case_.patient.conditions.size(); ++i) {
      const core::CodedText& entry = case_.patient.conditions[i];
      const std::string element = "/patient/conditions/" + std::to_string(i);
      const ConditionReading read = base_.vocabulary().conditions.read(entry, context);
      for (const LitCondition& condition : read.lit) {
        const std::string& whole = entry.text.empty() ? entry.code : entry.text;
        facts_.add_condition(condition.condition, Truth::yes, facts_.source(element, whole), condition.age_days);
      }
      for (const ConditionAside& aside : read.aside) {
        if (aside.assertion != Assertion::possible) continue;
        for (const std::string& condition : aside.conditions)
          facts_.add_condition(condition, Truth::unknown, facts_.source(element, aside.quote));
      }
      const std::vector<NoteValue> values = values_.read(entry.text, element, context);
      for (const std::string& words : read.unrecognised) {
        if (!WrittenValues::hold(entry.text, words, values))
          facts_.not_assessed("drug-disease checks", "the meaning of `" + words + "`");
      }
      for (const ConditionNote& note : read.notes) {
        if (note.doubt == ConditionDoubt::unknown_code)
          facts_.not_assessed("drug-disease checks", "the meaning of the code `" + note.written + "`");
      }
      if (read.gestation_weeks) facts_.weeks = read.gestation_weeks;
      if (lower_case(entry.text).find("allerg") != std::string::npos) {
        read_allergy({entry.text, {}}, element, !read.lit.empty() && read.unrecognised.empty());
      } else {
        read_named_reactions(entry.text, element, context);
      }
    }
  }

  void read_allergies() {
    for (std::size_t i = 0; i < case_.patient.allergies.size(); ++i)
      read_allergy(case_.patient.allergies[i], "/patient/allergies/" + std::to_string(i));
  }

  // `understood`: the words are a condition ("allergic rhinitis"), and what is no allergen in them is nothing missed.
  void read_allergy(const core::Allergy& entry, const std::string& element, bool understood = false) {
    TextContext context = facts_.text_context();
    context.any_case = true;
    const AllergyReading read = base_.vocabulary().allergies.read(entry, context, facts_.drug_names(false));
    const std::string words = entry.reaction.empty() ? entry.text : entry.text + " (" + entry.reaction + ")";
    for (const ReadAllergy& allergy : read.allergies) {
      if (allergy.assertion != Assertion::absent && allergy.assertion != Assertion::family)
        facts_.add_allergy(allergy, words, element);
    }
    allergies_unknown_ = allergies_unknown_ || read.unknown;
    if (understood) return;
    // An allergy that cannot be read is a check that cannot be made.
    for (const std::string& unread : read.unrecognised)
      facts_.not_assessed("drug-allergy checks", "the meaning of `" + unread + "`", true);
  }

  // "Stevens-Johnson syndrome from allopurinol" among the conditions is an allergy too.
  void read_named_reactions(const std::string& text, const std::string& element, const TextContext& context) {
    if (text.find(' ') == std::string::npos) return;
    const AllergyReader& reader = base_.vocabulary().allergies;
    const DrugNames names = facts_.drug_names(true);
    const auto is_condition = [this](std::string_view name) {
      return !base_.vocabulary().conditions.lexicon().find(name).empty();
    };
    for (const core::Allergy& entry : reader.named_reactions(text, context, names, is_condition)) {
      for (const ReadAllergy& allergy : reader.read(entry, context, names).allergies)
        facts_.add_allergy(allergy, text, element);
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
    facts_.state().set_results_stated(case_.patient.states_labs);
    const QuantityReader& quantities = base_.vocabulary().quantities;
    std::vector<LabReading> readings;
    for (std::size_t i = 0; i < case_.patient.labs.size(); ++i) {
      const core::LabResult& lab = case_.patient.labs[i];
      readings.push_back(quantities.read(lab, facts_.as_of()));
      const auto* refusal = std::get_if<LabRefusal>(&readings.back());
      const std::string element = "/patient/labs/" + std::to_string(i);
      if (refusal != nullptr && !read_limit(lab, element) && !read_result_in_words(lab, element))
        facts_.not_assessed("/patient/labs/" + std::to_string(i), refusal->message);
    }
    for (const auto& [name, present] : present_values(quantities, readings)) {
      const auto& value = std::get<LabValue>(readings[present.position]);
      // To choose one of several in silence would be to drop the dangerous one.
      if (!present.rivals.empty())
        facts_.not_assessed(name, "which of its values is the present one", facts_.is_asked_for(name));
      std::string words = words_of(case_.patient.labs[present.position]);
      if (!value.unit_taken.empty()) words += ", no unit: read as " + value.unit_taken;
      facts_.add_quantity(name, value.value,
                          facts_.source("/patient/labs/" + std::to_string(present.position), std::move(words)),
                          value.age.days);
    }
    const LabTrend trend = lab_trend(quantities, readings);
    const auto add_change = [&](std::string_view name, const std::optional<Change>& change) {
      if (!change) return;
      const core::LabResult& now = case_.patient.labs[change->present];
      const core::LabResult& before = case_.patient.labs[change->earlier];
      facts_.add_quantity(name, change->value,
                          facts_.source("/patient/labs/" + std::to_string(change->present),
                                        words_of(now) + " after " + words_of(before)),
                          std::get<LabValue>(readings[change->present]).age.days);
    };
    add_change("creatinine_ratio",
               trend.creatinine_ratio_7_days ? trend.creatinine_ratio_7_days : trend.creatinine_ratio_90_days);
    add_change("hemoglobin_drop", trend.hemoglobin_drop);
    add_change("platelet_ratio", trend.platelet_ratio);
  }

  // "eGFR >60", "<15": laboratories report an estimate of kidney function no finer beyond. Of any other result a limit
  // says too little.
  bool read_limit(const core::LabResult& lab, const std::string& element) {
    const auto* text = std::get_if<std::string>(&lab.value);
    const auto named = text != nullptr ? base_.vocabulary().quantities.quantity_of(lab.name) : std::nullopt;
    if (!named || (named->definition->name != "egfr" && named->definition->name != "crcl")) return false;
    const std::size_t digits = first_digit(*text);
    const std::string_view sign = trimmed(std::string_view(*text).substr(0, digits));
    const bool above = sign == ">" || sign == ">=" || sign == "\xE2\x89\xA5";
    if (!above && sign != "<" && sign != "<=" && sign != "\xE2\x89\xA4") return false;
    core::LabResult least = lab;
    least.value = text->substr(digits);
    const LabReading reading = base_.vocabulary().quantities.read(*named, least, facts_.as_of());
    const auto* value = std::get_if<LabValue>(&reading);
    if (value == nullptr || value->age.kind == AgeKind::earlier || facts_.number_of(named->definition->name))
      return false;
    facts_.add_bounds(named->definition->name, above ? value->value : named->definition->low,
                      above ? named->definition->high : value->value, facts_.source(element, words_of(lab)),
                      value->age.days);
    return true;
  }

  // "Urine hCG: positive", "HLA-B*57:01: positive": a result that is a word and names a condition. "Negative" is read
  // too, and lights none.
  bool read_result_in_words(const core::LabResult& lab, const std::string& element) {
    const auto* text = std::get_if<std::string>(&lab.value);
    if (text == nullptr || text->empty() || first_digit(*text) < text->size()) return false;
    TextContext context = facts_.text_context();
    context.any_case = true;
    const ConditionReading read = base_.vocabulary().conditions.read({lab.name + " " + *text, {}, {}}, context);
    for (const LitCondition& condition : read.lit)
      facts_.add_condition(condition.condition, Truth::yes, facts_.source(element, words_of(lab)), condition.age_days);
    return !read.lit.empty() || !read.aside.empty();
  }

  void read_vitals() {
    if (!case_.vitals) return;
    const core::Vitals& vitals = *case_.vitals;
    const auto add = [&](const char* quantity, const char* member, const std::optional<double>& value) {
      if (value)
        facts_.add_quantity(
            quantity, *value,
            facts_.source(std::string("/vitals/") + member, std::string(member) + " " + format_number(*value)), 0.0);
    };
    add("respiratory_rate", "rr", vitals.respiratory_rate);
    add("spo2", "spo2", vitals.spo2);
    add("sbp", "sbp", vitals.systolic_bp);
    add("dbp", "dbp", vitals.diastolic_bp);
    add("heart_rate", "hr", vitals.heart_rate);
    add("temperature", "temp_c", vitals.temperature_c);
    const auto state = [&](const char* condition) {
      facts_.add_condition(condition, Truth::yes,
                           facts_.source("/vitals/consciousness", "consciousness " + vitals.consciousness));
    };
    if (vitals.consciousness == "C") state("confusion");
    if (vitals.consciousness == "V") state("drowsiness");
    if (vitals.consciousness == "P" || vitals.consciousness == "U") state("reduced_consciousness");
  }

  void complete_note_vitals(const NoteSigns& signs) {
    if (!facts_.reading().note_vitals) return;
    facts_.reading().note_vitals->supplemental_oxygen = signs.supplemental_oxygen;
    facts_.reading().note_vitals->consciousness = signs.consciousness;
  }

  const KnowledgeBase& base_;
  const core::Case& case_;
  PatientFacts facts_;
  WrittenValues values_;
  bool allergies_unknown_ = false;  // "unable to obtain"
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
    const bool assumed = std::any_of(state.conditions().begin(), state.conditions().end(), [&](const auto& one) {
      return one.condition == condition && one.given != nullptr;
    });
    if (assumed) shown.truth = "assumed";
    if (fact != nullptr && fact->source < reading.sources.size()) {
      shown.from = reading.sources[fact->source].element;
      shown.words = reading.sources[fact->source].words;
    }
    reading.facts.push_back(std::move(shown));
  }
}

}  // namespace guardian::knowledge
