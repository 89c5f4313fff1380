#include "knowledge/patient_reader.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/age.hpp"
#include "core/date.hpp"
#include "core/kidney_function.hpp"
#include "core/news2.hpp"
#include "knowledge/clinical_cues.hpp"
#include "knowledge/gestation.hpp"
#include "knowledge/note_age.hpp"
#include "knowledge/note_observations.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/quantity_trend.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/tablets_taken.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

// Who may be pregnant without the case saying so (the age band of US drug labels and REMS programs for "females of
// reproductive potential", taken wide).
constexpr double youngest_to_ask = 12.0;
constexpr double oldest_to_ask = 50.0;
constexpr double oldest_with_week = 55.0;  // of whom a note's "24/40" is believed
// Weeks of gestation at which the second and third trimester, and the time near term, begin (ACOG).
constexpr double second_trimester = 14.0;
constexpr double third_trimester = 28.0;
constexpr double near_term = 36.0;

constexpr const char* note_element = "/note";
constexpr std::uint32_t first_value_label = PatientVocabulary::first_value_label;

std::optional<double> known(double number) { return number == number ? std::optional<double>(number) : std::nullopt; }

class Reader {
 public:
  Reader(const KnowledgeBase& base, const core::Case& subject, PatientState& state)
      : base_(base), case_(subject), state_(state), as_of_(core::parse_moment(subject.as_of)) {}

  PatientReading read() {
    state_.clear();
    const core::Patient& patient = case_.patient;
    const std::size_t stated = patient.conditions.size() + patient.allergies.size() + patient.labs.size();
    constexpr std::size_t others = 32;  // the person, vital signs, what is computed, the note
    reading_.sources.reserve(stated + others);
    reading_.facts.reserve(stated + others);
    read_person();
    read_conditions();
    read_allergies();
    read_labs();
    read_vitals();
    scan_note();
    add_values(false);
    derive_measures();
    add_values(true);
    complete_note_vitals();
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
    if (years_) {
      add_quantity("age", *years_, source("/patient/age", "age " + format_number(*patient.age)));
    } else if (!case_.note.empty()) {
      read_age_of_note();
    }
    reading_.years = years_;
    if (patient.weight_kg)
      add_quantity("weight", *patient.weight_kg,
                   source("/patient/weight_kg", "weight " + format_number(*patient.weight_kg) + " kg"));
    if (patient.height_cm)
      add_quantity("height", *patient.height_cm,
                   source("/patient/height_cm", "height " + format_number(*patient.height_cm) + " cm"));
    if (patient.sex == core::Sex::female) add_condition("female", Truth::yes, source("/patient/sex", "female"));
    if (patient.sex == core::Sex::male) add_condition("male", Truth::yes, source("/patient/sex", "male"));
  }

  // "6 yo boy": where the case itself states no age.
  void read_age_of_note() {
    const auto age = age_in_note(clinical_words(case_.note));
    if (!age) return;
    years_ = age->years;
    const std::string words = case_.note.substr(age->span.begin, age->span.end - age->span.begin);
    add_quantity("age", age->years, source(note_element, words, true));
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
      const std::vector<NoteValue> values = values_in(entry.text, element, context);
      for (const std::string& words : read.unrecognised) {
        if (!holds_value(entry.text, words, values))
          not_assessed("drug-disease checks", "the meaning of `" + words + "`");
      }
      for (const ConditionNote& note : read.notes) {
        if (note.doubt == ConditionDoubt::unknown_code)
          not_assessed("drug-disease checks", "the meaning of the code `" + note.written + "`");
      }
      if (read.gestation_weeks) weeks_ = read.gestation_weeks;
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

  // The ingredients of a drug name. With `as_it_stands` no misspelling is read: a note has many words near to one.
  [[nodiscard]] DrugNames drug_names(bool as_it_stands) const {
    return [this, as_it_stands](std::string_view text) {
      std::vector<std::string> ingredients;
      const Resolution resolution = resolve(base_, {std::string(text), {}, {}, case_.locale});
      if (!resolution.resolved) return ingredients;
      const Interpretation& meant = resolution.interpretations.front();
      if (as_it_stands && meant.kind == MatchKind::fuzzy) return ingredients;
      for (const IngredientIndex ingredient : meant.ingredients)
        ingredients.push_back(base_.graph().ingredient_name(ingredient));
      return ingredients;
    };
  }

  // `understood`: the words are a condition ("allergic rhinitis"), and what is no allergen in them is nothing missed.
  void read_allergy(const core::Allergy& entry, const std::string& element, bool understood = false) {
    TextContext context = text_context();
    context.any_case = true;
    const AllergyReading read = base_.vocabulary().allergies.read(entry, context, drug_names(false));
    const std::string words = entry.reaction.empty() ? entry.text : entry.text + " (" + entry.reaction + ")";
    for (const ReadAllergy& allergy : read.allergies) {
      if (allergy.assertion != Assertion::absent && allergy.assertion != Assertion::family)
        add_allergy(allergy, words, element);
    }
    allergies_unknown_ = allergies_unknown_ || read.unknown;
    if (understood) return;
    // An allergy that cannot be read is a check that cannot be made.
    for (const std::string& unread : read.unrecognised)
      not_assessed("drug-allergy checks", "the meaning of `" + unread + "`", true);
  }

  // "Stevens-Johnson syndrome from allopurinol" among the conditions is an allergy too.
  void read_named_reactions(const std::string& text, const std::string& element, const TextContext& context) {
    if (text.find(' ') == std::string::npos) return;
    const AllergyReader& reader = base_.vocabulary().allergies;
    const DrugNames names = drug_names(true);
    const auto is_condition = [this](std::string_view name) {
      return !base_.vocabulary().conditions.lexicon().find(name).empty();
    };
    for (const core::Allergy& entry : reader.named_reactions(text, context, names, is_condition)) {
      for (const ReadAllergy& allergy : reader.read(entry, context, names).allergies)
        add_allergy(allergy, text, element);
    }
  }

  void add_allergy(const ReadAllergy& allergy, const std::string& words, const std::string& element) {
    // What was tolerated since is no longer an allergy, but worth a word.
    const ReactionGrade grade = allergy.tolerated_since ? ReactionGrade::intolerance : allergy.grade;
    for (const std::string& name : allergy.allergens) {
      const auto parsed = parse_concept(name);
      const auto index = parsed ? base_.graph().find(*parsed) : std::nullopt;
      if (!index) continue;
      const bool from_note = element == note_element;
      if (from_note && is_known_allergy(*index, grade)) continue;
      const std::uint32_t from = source(element, words, from_note);
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

  // Whether a fact is there that says as much: of the same substance, and of the same reaction unless none is told.
  [[nodiscard]] bool is_known_allergy(ConceptIndex allergen, ReactionGrade grade) const {
    return std::any_of(state_.allergies().begin(), state_.allergies().end(), [&](const AllergyFact& known) {
      return known.allergen == allergen && (grade == ReactionGrade::unknown || known.reaction == reaction_bit(grade));
    });
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
      const auto* refusal = std::get_if<LabRefusal>(&readings.back());
      const std::string element = "/patient/labs/" + std::to_string(i);
      if (refusal != nullptr && !read_limit(lab, element) && !read_result_in_words(lab, element))
        not_assessed("/patient/labs/" + std::to_string(i), refusal->message);
    }
    for (const auto& [name, present] : present_values(quantities, readings)) {
      const auto& value = std::get<LabValue>(readings[present.position]);
      // To choose one of several in silence would be to drop the dangerous one.
      if (!present.rivals.empty()) not_assessed(name, "which of its values is the present one", is_asked_for(name));
      std::string words = words_of(case_.patient.labs[present.position]);
      if (!value.unit_taken.empty()) words += ", no unit: read as " + value.unit_taken;
      add_quantity(name, value.value, source("/patient/labs/" + std::to_string(present.position), std::move(words)),
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
    const LabReading reading = base_.vocabulary().quantities.read(*named, least, as_of_);
    const auto* value = std::get_if<LabValue>(&reading);
    if (value == nullptr || value->age.kind == AgeKind::earlier || number_of(named->definition->name)) return false;
    add_bounds(named->definition->name, above ? value->value : named->definition->low,
               above ? named->definition->high : value->value, source(element, words_of(lab)), value->age.days);
    return true;
  }

  // "Urine hCG: positive", "HLA-B*57:01: positive": a result that is a word and names a condition. "Negative" is read
  // too, and lights none.
  bool read_result_in_words(const core::LabResult& lab, const std::string& element) {
    const auto* text = std::get_if<std::string>(&lab.value);
    if (text == nullptr || text->empty() || first_digit(*text) < text->size()) return false;
    TextContext context = text_context();
    context.any_case = true;
    const ConditionReading read = base_.vocabulary().conditions.read({lab.name + " " + *text, {}, {}}, context);
    for (const LitCondition& condition : read.lit)
      add_condition(condition.condition, Truth::yes, source(element, words_of(lab)), condition.age_days);
    return !read.lit.empty() || !read.aside.empty();
  }

  // Whether a rule, or a measure that is computed, asks for the quantity.
  [[nodiscard]] bool is_asked_for(std::string_view name) const {
    static constexpr std::array<std::string_view, 6> computed_from = {"creatinine", "calcium",   "albumin",
                                                                      "hemoglobin", "platelets", "weight"};
    if (std::find(computed_from.begin(), computed_from.end(), name) != computed_from.end()) return true;
    const auto quantity = base_.quantity(name);
    return quantity && base_.rules().asks_for(*quantity);
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

  void scan_note() {
    const ConditionReader& conditions = base_.vocabulary().conditions;
    NoteAllergies allergies;
    ScannedText scanned;
    if (!case_.note.empty()) {
      scanned = conditions.lexicon().scan_with_labels(case_.note, text_context());
      allergies = base_.vocabulary().allergies.read_note(case_.note, scanned, text_context(), drug_names(true));
    }
    add_note_allergies(allergies);
    const std::vector<NoteValue> values =
        base_.vocabulary().values.find(case_.note, scanned, first_value_label, base_.vocabulary().quantities);
    for (const TextMention& mention : scanned.mentions) {
      const bool of_allergy = std::any_of(allergies.told.begin(), allergies.told.end(), [&](const TextSpan& told) {
        return told.begin <= mention.span.begin && mention.span.end <= told.end;
      });
      if (!of_allergy && !is_room_air(mention, values)) add_mention(mention);
    }
    if (const auto taken = many_tablets_taken(scanned.words)) {
      add_condition("overdose", Truth::yes,
                    source(note_element, case_.note.substr(taken->begin, taken->end - taken->begin), true));
    }
    if (!weeks_ && may_be_pregnant()) weeks_ = gestation_weeks(case_.note, scanned.words);
    if (const auto test = may_be_pregnant() ? positive_pregnancy_test(case_.note, scanned.words) : std::nullopt)
      add_condition("pregnancy", Truth::yes,
                    source(note_element, case_.note.substr(test->begin, test->end - test->begin), true));
    for (const ConditionFact& fact : state_.conditions()) {
      const bool complaint = fact.truth == Truth::yes && base_.is_symptom(fact.condition);
      if (complaint && reading_.sources[fact.source].from_note) reading_.symptoms = true;
    }
    keep_values(case_.note, note_element, values);
    observe_oxygen(scanned.words, values);
  }

  // NEWS2 asks for more than numbers: whether oxygen is given, and whether the patient is alert.
  void observe_oxygen(const ClinicalWords& words, const std::vector<NoteValue>& values) {
    if (case_.vitals || case_.note.empty()) return;
    const auto saturation = std::find_if(values.rbegin(), values.rend(),
                                         [](const NoteValue& value) { return value.named.definition->name == "spo2"; });
    if (saturation != values.rend()) note_oxygen_ = oxygen_in_note(words, saturation->span);
    if (note_consciousness_.empty()) note_consciousness_ = consciousness_in_note(words);
  }

  void complete_note_vitals() {
    if (!reading_.note_vitals) return;
    reading_.note_vitals->supplemental_oxygen = note_oxygen_;
    reading_.note_vitals->consciousness = note_consciousness_;
  }

  // "SpO2 94% RA": room air, and no rheumatoid arthritis.
  static bool is_room_air(const TextMention& mention, const std::vector<NoteValue>& values) {
    constexpr std::size_t nearest = 6;  // bytes: " on ", " (", "% "
    return mention.quote == "RA" && std::any_of(values.begin(), values.end(), [&](const NoteValue& value) {
             return value.named.definition->name == "spo2" && value.span.end <= mention.span.begin &&
                    mention.span.begin - value.span.end <= nearest;
           });
  }

  // An allele that is only named may have been sent for: it is there when its sentence says so.
  [[nodiscard]] bool has_result(const TextMention& mention) const {
    const std::string_view note = case_.note;
    const auto ends = [&](std::size_t at) {
      return note[at] == '\n' || (note[at] == '.' && (at + 1 == note.size() || note[at + 1] == ' '));
    };
    std::size_t first = mention.span.begin;
    while (first > 0 && !ends(first - 1)) --first;
    std::size_t last = mention.span.end;
    while (last < note.size() && !ends(last)) ++last;
    const std::string sentence = lower_case(note.substr(first, last - first));
    constexpr std::array<std::string_view, 8> results = {"positive", "+",       "carrier", "carries",
                                                         "detected", "present", "zygous",  "has hla"};
    const bool denied =
        sentence.find("negative") != std::string::npos || sentence.find("not detected") != std::string::npos;
    return !denied && std::any_of(results.begin(), results.end(),
                                  [&](std::string_view result) { return sentence.find(result) != std::string::npos; });
  }

  // "Blood pressure normal throughout pregnancy", of one who breastfeeds and is not said to be pregnant.
  [[nodiscard]] bool is_over(const TextMention& mention) const {
    const bool breastfeeds = case_.patient.lactating.value_or(false) || lit("lactation");
    return breastfeeds && !case_.patient.pregnant && !weeks_ && lower_case(mention.quote) == "pregnancy";
  }

  void add_mention(const TextMention& mention) {
    const ConditionReader& conditions = base_.vocabulary().conditions;
    const bool family = mention.assertion == Assertion::family;
    const std::span<const std::string> ids =
        family ? conditions.in_family(mention.quote) : std::span<const std::string>(mention.ids);
    const bool past = mention.assertion == Assertion::past;
    // Suspected is not absent: as in the list of conditions, a rule says what the doubt means to it.
    const bool suspected = mention.assertion == Assertion::possible && !leans_to_no(mention.cue);
    if (ids.empty() || (!family && !past && !suspected && mention.assertion != Assertion::present)) return;
    if (mention.quote.substr(0, 3) == "HLA" && !has_result(mention)) return;
    const std::uint32_t from = source(note_element, mention.quote, true);
    for (const std::string& condition : ids) {
      if (condition == "pregnancy" && is_over(mention)) continue;
      if (suspected) {
        // A pregnancy to be ruled out was not known before either, or the case says that there is none.
        if (condition != "pregnancy" && condition != "lactation") add_condition(condition, Truth::unknown, from);
      } else if (!past) {
        add_condition(condition, Truth::yes, from, mention.age_days);
        observe_consciousness(condition, mention);
      } else if (const std::string history = conditions.in_past(condition, mention.listed); !history.empty()) {
        add_condition(history, Truth::yes, from, mention.age_days);
      }
    }
  }

  // "Drowsy", "confused": not alert, unless it is of another day.
  void observe_consciousness(std::string_view condition, const TextMention& mention) {
    constexpr double today = 1.5;  // days
    if (mention.assertion != Assertion::present || mention.age_days.value_or(0.0) > today) return;
    if (condition == "confusion" && note_consciousness_.empty()) note_consciousness_ = "C";
    if (condition == "drowsiness") note_consciousness_ = "V";
    if (condition == "reduced_consciousness") note_consciousness_ = "P";
  }

  void add_note_allergies(const NoteAllergies& note) {
    const bool stated = case_.patient.states_allergies;
    for (const ReadAllergy& allergy : note.allergies) add_allergy(allergy, allergy.quote, note_element);
    // An allergy that cannot be read is a check that cannot be made, unless the case has a list of its own.
    for (const std::string& words : note.unrecognised)
      not_assessed("drug-allergy checks", "the meaning of `" + words + "` in the note", !stated);
    if (note.none_known && !state_.allergies().empty())
      not_assessed("drug-allergy checks", "whether there are allergies: the note says that none is known");
    const bool told = (stated && !allergies_unknown_) || (note.has_list && !note.unknown) || note.none_known;
    if (!told) not_assessed("drug-allergy checks", "allergies of the patient");
  }

  // A value that a text states, until it is known whether the case states it elsewhere.
  struct WrittenValue {
    std::optional<double> high;  // of a range, in the unit that is written
    std::string unit;
    std::string element;
    std::string words;
  };

  std::vector<NoteValue> values_in(const std::string& text, const std::string& element, const TextContext& context) {
    if (first_digit(text) == text.size()) return {};
    const ScannedText scanned = base_.vocabulary().conditions.lexicon().scan_with_labels(text, context);
    std::vector<NoteValue> values =
        base_.vocabulary().values.find(text, scanned, first_value_label, base_.vocabulary().quantities);
    keep_values(text, element, values);
    return values;
  }

  static bool holds_value(std::string_view text, std::string_view words, const std::vector<NoteValue>& values) {
    const std::size_t at = text.find(words);
    return at != std::string_view::npos && std::any_of(values.begin(), values.end(), [&](const NoteValue& value) {
             return value.span.begin < at + words.size() && value.span.end > at;
           });
  }

  void keep_values(std::string_view text, const std::string& element, const std::vector<NoteValue>& values) {
    for (const NoteValue& value : values) {
      LabReading reading = base_.vocabulary().quantities.read(value.named, value.lab, as_of_);
      const std::string words(text.substr(value.span.begin, value.span.end - value.span.begin));
      if (const auto* refusal = std::get_if<LabRefusal>(&reading)) {
        // What no patient has was no value; what may mean two things is told.
        if (refusal->reason == LabRefusalReason::unit_unclear) not_assessed(element, refusal->message);
        continue;
      }
      written_.push_back({value.high, value.lab.unit, element, words});
      written_readings_.push_back(std::move(reading));
    }
  }

  // Adds what texts state and the case does not state as a value. Measures come after those that are computed from the
  // results of the case.
  void add_values(bool measures) {
    if (written_.empty() || (measures && !measures_wait_)) return;
    const QuantityReader& quantities = base_.vocabulary().quantities;
    const std::vector<LabReading>& readings = written_readings_;
    const bool computed = number_of("creatinine").has_value();
    for (const auto& [name, present] : present_values(quantities, readings)) {
      const WrittenValue& written = written_[present.position];
      const auto& value = std::get<LabValue>(readings[present.position]);
      const QuantityDefinition& definition = *quantities.find(name);
      const bool is_measure = definition.kind == "measure" && computed;
      measures_wait_ = measures_wait_ || is_measure;
      if (is_measure != measures || value.age.kind == AgeKind::earlier) continue;
      if (const auto stated = number_of(name)) {
        constexpr double today = 1.5;  // days; an older one of the note does not contradict
        if (value.age.days.value_or(0.0) <= today) add_disagreement(definition, stated->low, value.value, written);
        continue;
      }
      // Several values of one note have an order of their own that is not told.
      if (!present.rivals.empty())
        not_assessed(name, "which of its values in the note is the present one",
                     definition.kind == "lab" && is_asked_for(name));
      const std::uint32_t from = source(written.element, written.words, written.element == note_element);
      const double high = written.high
                              ? quantities.to_canonical(name, *written.high, written.unit).value_or(*written.high)
                              : value.value;
      add_bounds(name, value.value, high, from, value.age.days);
      if (written.element == note_element && present.rivals.empty()) add_vital(name, value.value);
    }
    if (!measures) add_note_trend(readings);
  }

  // The case's own value stands; another one in a text is told.
  void add_disagreement(const QuantityDefinition& definition, double stated, double written,
                        const WrittenValue& where) {
    constexpr double same = 0.02;        // rounding
    constexpr double same_vital = 0.15;  // vital signs move within minutes
    const double limit =
        (definition.kind == "vital" ? same_vital : same) * std::max(std::abs(stated), std::abs(written));
    const bool temperature = definition.name == "temperature";
    if (temperature ? std::abs(stated - written) < 1.0 : std::abs(stated - written) <= limit) return;
    if (definition.kind == "measure" || definition.kind == "attribute") return;
    not_assessed(definition.name,
                 "which of its values is the present one: `" + where.words + "` in " + where.element + " is another",
                 definition.kind == "lab" && is_asked_for(definition.name));
  }

  // A change that one note tells: "creatinine 3.1 (baseline 1.0)", "Hb 13.2 -> 8.9", "plt 310 <- 120".
  void add_note_trend(std::span<const LabReading> readings) {
    const LabTrend trend = lab_trend(base_.vocabulary().quantities, readings, true);
    add_note_change("creatinine", "creatinine_ratio",
                    trend.creatinine_ratio_7_days ? trend.creatinine_ratio_7_days : trend.creatinine_ratio_90_days,
                    readings);
    add_note_change("hemoglobin", "hemoglobin_drop", trend.hemoglobin_drop, readings);
    add_note_change("platelets", "platelet_ratio", trend.platelet_ratio, readings);
  }

  void add_note_change(std::string_view quantity, std::string_view change_name, const std::optional<Change>& change,
                       std::span<const LabReading> readings) {
    if (!change || number_of(change_name)) return;
    const WrittenValue& now = written_[change->present];
    const auto present = number_of(quantity);
    if (!present || present->low != std::get<LabValue>(readings[change->present]).value) return;
    const std::string& before = written_[change->earlier].words;
    add_quantity(
        change_name, change->value,
        source(now.element, before == now.words ? now.words : now.words + ", " + before, now.element == note_element));
  }

  // Vital signs of the note, where the case has none of its own.
  void add_vital(std::string_view name, double value) {
    if (case_.vitals) return;
    core::Vitals& vitals = reading_.note_vitals ? *reading_.note_vitals : reading_.note_vitals.emplace();
    if (name == "respiratory_rate") vitals.respiratory_rate = value;
    if (name == "spo2") vitals.spo2 = value;
    if (name == "sbp") vitals.systolic_bp = value;
    if (name == "dbp") vitals.diastolic_bp = value;
    if (name == "heart_rate") vitals.heart_rate = value;
    if (name == "temperature") vitals.temperature_c = value;
    if (vitals == core::Vitals{}) reading_.note_vitals.reset();
  }

  void derive_measures() {
    const core::Patient& patient = case_.patient;
    core::KidneyInputs inputs{years_, patient.sex, patient.weight_kg, patient.height_cm, std::nullopt};
    const auto creatinine = number_of("creatinine");
    if (creatinine) inputs.creatinine_mg_dl = creatinine->low;
    if (const auto weight = number_of("weight")) inputs.weight_kg = weight->low;
    const auto same_source = [&](const QuantityFact& fact) {
      const PatientSource where = reading_.sources[fact.source];
      return source(where.element, where.words, where.from_note);
    };
    // A stated estimate stands; otherwise each is computed, or it is said why not.
    if (creatinine && !number_of("crcl")) {
      if (const auto clearance = core::cockcroft_gault(inputs)) {
        add_quantity("crcl", clearance->ml_min, same_source(*creatinine), known(creatinine->age_days));
      } else {
        not_assessed("creatinine clearance (Cockcroft-Gault)", clearance.error().message);
      }
    }
    if (creatinine && !number_of("egfr")) {
      if (const auto egfr = core::ckd_epi_2021(inputs)) {
        add_quantity("egfr", *egfr, same_source(*creatinine), known(creatinine->age_days));
      } else {
        not_assessed("eGFR (CKD-EPI 2021)", egfr.error().message);
      }
    }
    if (!number_of("bmi")) {
      if (const auto bmi = core::body_mass_index(patient.weight_kg, patient.height_cm))
        add_quantity("bmi", *bmi, source("/patient/weight_kg", "weight and height"));
    }
    if (const auto surface = core::body_surface_area(patient.weight_kg, patient.height_cm))
      add_quantity("bsa", *surface, source("/patient/weight_kg", "weight and height"));
    const auto calcium = number_of("calcium");
    const auto albumin = number_of("albumin");
    if (calcium && albumin && !number_of("calcium_corrected")) {
      if (const auto corrected = core::corrected_calcium(calcium->low, albumin->low))
        add_quantity("calcium_corrected", *corrected, same_source(*calcium), known(calcium->age_days));
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

  [[nodiscard]] bool may_be_pregnant() const {
    return case_.patient.sex == core::Sex::female && case_.patient.pregnant.value_or(true) &&
           (!years_ || (*years_ >= youngest_to_ask && *years_ <= oldest_with_week));
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
    reading_.pregnant = pregnant;
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
    for (const PatientTables::ConditionBound& bound : base_.patient_tables().condition_bounds) {
      const auto condition = base_.condition(bound.condition);
      const auto quantity = base_.quantity(bound.quantity);
      if (!condition || !quantity || state_.lit(*condition) != Truth::yes) continue;
      const QuantityFact* fact = state_.value_of(*quantity);
      if (fact != nullptr && fact->low == fact->high) continue;
      const ConditionFact* shown_by = state_.lighting(*condition);
      const PatientSource where = reading_.sources[shown_by->source];
      add_bounds(bound.quantity, bound.low, bound.high, source(where.element, where.words, where.from_note));
    }
  }

  const KnowledgeBase& base_;
  const core::Case& case_;
  PatientState& state_;
  AsOf as_of_;
  std::optional<double> years_;
  std::optional<double> weeks_;  // of gestation
  std::vector<WrittenValue> written_;
  std::vector<LabReading> written_readings_;  // of each of them
  std::optional<bool> note_oxygen_;
  std::string note_consciousness_;  // A C V P U; empty: not said
  bool allergies_unknown_ = false;  // "unable to obtain"
  bool measures_wait_ = false;      // until the results of the case are computed
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
