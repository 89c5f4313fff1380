#include "knowledge/manifestations.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "knowledge/clinical_words.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

// Words as clinical_words() spells them.
constexpr WordList raising = {"high",  "higher",   "raised", "elevated", "rise",      "rising", "rose",
                              "risen", "increase", "up",     "above",    "increased", "hyper",  "climbing"};
constexpr WordList lowering = {"low",  "lower",   "lowered", "fall",     "falling",  "fell",      "fallen", "drop",
                               "down", "dropped", "below",   "depleted", "decrease", "decreased", "reduced"};
constexpr std::size_t words_around = 3;  // in which it is said which way a value is changed
constexpr std::size_t longest_name = 4;  // words of the name of a quantity

std::string title_of(const KnowledgeBase& base, ConceptIndex what, int direction) {
  const std::string& title = base.graph().title(what);
  if (direction == 0) return title;
  return (direction > 0 ? "high " : "low ") + title;
}

const UsualRange* range_of(const CauseTables& tables, std::string_view quantity) {
  const auto found = std::find_if(tables.ranges.begin(), tables.ranges.end(),
                                  [&](const UsualRange& range) { return range.quantity == quantity; });
  return found == tables.ranges.end() ? nullptr : &*found;
}

// Which way a value is outside of its usual range; 0: it is within, or not known.
int direction_of(const KnowledgeBase& base, const PatientState& patient, ConceptIndex quantity,
                 const CauseTables& tables) {
  const QuantityDefinition* row = base.quantity_row(quantity);
  const QuantityFact* fact = patient.value_of(quantity);
  if (row == nullptr || fact == nullptr || std::isnan(fact->low) || std::isnan(fact->high)) return 0;
  const UsualRange* range = range_of(tables, row->name);
  if (range == nullptr || raw(fact->quantity) != raw(quantity)) return 0;
  if (range->high && fact->low > *range->high) return 1;
  if (range->low && fact->high < *range->low) return -1;
  return 0;
}

class Collector {
 public:
  explicit Collector(const KnowledgeBase& base) : base_(base) {}

  void add(ConceptIndex what, int direction, std::optional<double> began) {
    if (began && std::isnan(*began)) began.reset();
    if (seen_.emplace(raw(what), direction).second)
      all_.push_back({what, direction, title_of(base_, what, direction), began});
  }

  std::vector<Manifestation> take() { return std::move(all_); }

 private:
  const KnowledgeBase& base_;
  std::set<std::pair<std::size_t, int>> seen_;
  std::vector<Manifestation> all_;
};

std::optional<double> began_in(const ScreenedCase* screened, ConceptIndex condition) {
  if (screened == nullptr || screened->patient == nullptr) return std::nullopt;
  const ConditionFact* fact = screened->patient->lighting(condition);
  if (fact == nullptr || std::isnan(fact->age_days)) return std::nullopt;
  return fact->age_days;
}

}  // namespace

std::vector<Manifestation> manifestations_in(const KnowledgeBase& base, std::string_view text,
                                             const TextContext& context, const ScreenedCase* screened,
                                             const CauseTables& tables) {
  Collector found(base);
  TextContext reading = context;
  reading.any_case = true;
  std::vector<TextSpan> taken;
  for (const TextMention& mention : base.vocabulary().conditions.lexicon().scan(text, reading)) {
    taken.push_back(mention.span);
    if (mention.assertion == Assertion::absent || mention.assertion == Assertion::family) continue;
    for (const std::string& id : mention.ids) {
      const auto what = base.condition(id);
      if (!what || base.is_trait(*what) || id == "no_condition") continue;
      found.add(*what, 0, mention.age_days ? mention.age_days : began_in(screened, *what));
    }
  }

  const ClinicalWords words = clinical_words(text);
  const auto is_taken = [&](std::size_t begin, std::size_t end) {
    return std::any_of(taken.begin(), taken.end(),
                       [&](const TextSpan& span) { return span.begin < end && begin < span.end; });
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t count = std::min(longest_name, words.size() - i); count > 0; --count) {
      const std::size_t begin = words.words[i].begin;
      const std::size_t end = words.words[i + count - 1].end;
      const auto named = base.vocabulary().quantities.quantity_of(text.substr(begin, end - begin));
      // "650 mg" speaks of no magnesium.
      const bool behind_number = i > 0 && !words.spelling(i - 1).empty() && words.spelling(i - 1).front() >= '0' &&
                                 words.spelling(i - 1).front() <= '9';
      if (!named || is_taken(begin, end) || behind_number) continue;
      const auto what = base.quantity(named->definition->name);
      if (!what) continue;
      int direction = 0;
      const auto look = [&](std::size_t at) {
        if (direction == 0 && raising.has(words.spelling(at))) direction = 1;
        if (direction == 0 && lowering.has(words.spelling(at))) direction = -1;
      };
      for (std::size_t at = i; at > 0 && i - at < words_around; --at) look(at - 1);
      for (std::size_t at = i + count; at < words.size() && at < i + count + words_around; ++at) look(at);
      if (direction == 0 && screened != nullptr && screened->patient != nullptr)
        direction = direction_of(base, *screened->patient, *what, tables);
      if (direction != 0) found.add(*what, direction, std::nullopt);
      i += count - 1;
      break;
    }
  }
  return found.take();
}

std::vector<Manifestation> manifestations_of(const KnowledgeBase& base, const ScreenedCase& screened,
                                             const CauseTables& tables) {
  Collector found(base);
  if (screened.patient == nullptr) return {};
  std::set<std::string> shown;  // conditions that some row of the table speaks of
  for (const CauseRow& row : tables.causes) {
    for (const CauseRow::Shown& entry : row.shows) {
      if (entry.direction == 0) shown.insert(entry.name);
    }
  }
  for (const ConditionFact& fact : screened.patient->conditions()) {
    if (fact.truth != Truth::yes) continue;
    const std::string name = base.condition_name(fact.condition);
    const auto& rows = base.patient_tables().conditions;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& entry) { return entry.condition == name; });
    if (row == rows.end()) continue;
    // A disease that stands in the list is there for a reason of its own; who asks about it names it.
    const bool is_state = (row->kind == "state" || row->kind == "event") && shown.count(name) == 1;
    if (row->kind == "symptom" || is_state) found.add(fact.condition, 0, fact.age_days);
  }
  for (const UsualRange& range : tables.ranges) {
    const auto quantity = base.quantity(range.quantity);
    if (!quantity) continue;
    const int direction = direction_of(base, *screened.patient, *quantity, tables);
    if (direction != 0) found.add(*quantity, direction, std::nullopt);
  }
  return found.take();
}

}  // namespace guardian::knowledge
