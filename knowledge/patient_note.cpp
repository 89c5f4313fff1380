#include "knowledge/patient_note.hpp"

#include <algorithm>
#include <array>

#include "knowledge/clinical_cues.hpp"
#include "knowledge/gestation.hpp"
#include "knowledge/note_observations.hpp"
#include "knowledge/patient_pregnancy.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/tablets_taken.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

class NoteReader {
 public:
  NoteReader(PatientFacts& facts, WrittenValues& values)
      : base_(facts.base()), case_(facts.subject()), facts_(facts), values_(values) {}

  NoteSigns read(bool allergies_unknown) {
    const ConditionReader& conditions = base_.vocabulary().conditions;
    NoteAllergies allergies;
    ScannedText scanned;
    if (!case_.note.empty()) {
      scanned = conditions.lexicon().scan_with_labels(case_.note, facts_.text_context());
      allergies =
          base_.vocabulary().allergies.read_note(case_.note, scanned, facts_.text_context(), facts_.drug_names(true));
    }
    add_allergies(allergies, allergies_unknown);
    const std::vector<NoteValue> values = base_.vocabulary().values.find(
        case_.note, scanned, PatientVocabulary::first_value_label, base_.vocabulary().quantities);
    for (const TextMention& mention : scanned.mentions) {
      const bool of_allergy = std::any_of(allergies.told.begin(), allergies.told.end(), [&](const TextSpan& told) {
        return told.begin <= mention.span.begin && mention.span.end <= told.end;
      });
      if (!of_allergy && !is_room_air(mention, values)) add_mention(mention);
    }
    if (const auto taken = many_tablets_taken(scanned.words)) {
      facts_.add_condition(
          "overdose", Truth::yes,
          facts_.source(note_element, case_.note.substr(taken->begin, taken->end - taken->begin), true));
    }
    if (!facts_.weeks && may_be_pregnant(facts_)) facts_.weeks = gestation_weeks(case_.note, scanned.words);
    if (const auto test = may_be_pregnant(facts_) ? positive_pregnancy_test(case_.note, scanned.words) : std::nullopt)
      facts_.add_condition("pregnancy", Truth::yes,
                           facts_.source(note_element, case_.note.substr(test->begin, test->end - test->begin), true));
    for (const ConditionFact& fact : facts_.state().conditions()) {
      const bool complaint = fact.truth == Truth::yes && base_.is_symptom(fact.condition);
      if (complaint && facts_.reading().sources[fact.source].from_note) facts_.reading().symptoms = true;
    }
    values_.keep(case_.note, note_element, values);
    observe_oxygen(scanned.words, values);
    return signs_;
  }

 private:
  // NEWS2 asks for more than numbers: whether oxygen is given, and whether the patient is alert.
  void observe_oxygen(const ClinicalWords& words, const std::vector<NoteValue>& values) {
    if (case_.vitals || case_.note.empty()) return;
    const auto saturation = std::find_if(values.rbegin(), values.rend(),
                                         [](const NoteValue& value) { return value.named.definition->name == "spo2"; });
    if (saturation != values.rend()) signs_.supplemental_oxygen = oxygen_in_note(words, saturation->span);
    if (signs_.consciousness.empty()) signs_.consciousness = consciousness_in_note(words);
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
    const bool breastfeeds = case_.patient.lactating.value_or(false) || facts_.lit("lactation");
    return breastfeeds && !case_.patient.pregnant && !facts_.weeks && lower_case(mention.quote) == "pregnancy";
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
    const std::uint32_t from = facts_.source(note_element, mention.quote, true);
    for (const std::string& condition : ids) {
      if (condition == "pregnancy" && is_over(mention)) continue;
      if (suspected) {
        // A pregnancy to be ruled out was not known before either, or the case says that there is none.
        if (condition != "pregnancy" && condition != "lactation") facts_.add_condition(condition, Truth::unknown, from);
      } else if (!past) {
        facts_.add_condition(condition, Truth::yes, from, mention.age_days);
        observe_consciousness(condition, mention);
      } else if (const std::string history = conditions.in_past(condition, mention.listed); !history.empty()) {
        facts_.add_condition(history, Truth::yes, from, mention.age_days);
      }
    }
  }

  // "Drowsy", "confused": not alert, unless it is of another day.
  void observe_consciousness(std::string_view condition, const TextMention& mention) {
    constexpr double today = 1.5;  // days
    if (mention.assertion != Assertion::present || mention.age_days.value_or(0.0) > today) return;
    if (condition == "confusion" && signs_.consciousness.empty()) signs_.consciousness = "C";
    if (condition == "drowsiness") signs_.consciousness = "V";
    if (condition == "reduced_consciousness") signs_.consciousness = "P";
  }

  void add_allergies(const NoteAllergies& note, bool unknown_otherwise) {
    const bool stated = case_.patient.states_allergies;
    for (const ReadAllergy& allergy : note.allergies) facts_.add_allergy(allergy, allergy.quote, note_element);
    // An allergy that cannot be read is a check that cannot be made, unless the case has a list of its own.
    for (const std::string& words : note.unrecognised)
      facts_.not_assessed("drug-allergy checks", "the meaning of `" + words + "` in the note", !stated);
    if (note.none_known && !facts_.state().allergies().empty())
      facts_.not_assessed("drug-allergy checks", "whether there are allergies: the note says that none is known");
    const bool told = (stated && !unknown_otherwise) || (note.has_list && !note.unknown) || note.none_known;
    if (!told) facts_.not_assessed("drug-allergy checks", "allergies of the patient");
  }

  const KnowledgeBase& base_;
  const core::Case& case_;
  PatientFacts& facts_;
  WrittenValues& values_;
  NoteSigns signs_;
};

}  // namespace

NoteSigns read_note(PatientFacts& facts, WrittenValues& values, bool allergies_unknown) {
  return NoteReader(facts, values).read(allergies_unknown);
}

}  // namespace guardian::knowledge
