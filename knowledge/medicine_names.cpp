#include "knowledge/medicine_names.hpp"

#include <algorithm>

#include "knowledge/clinical_words.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

// Words as clinical_words() spells them.
constexpr WordList beginning = {"started",    "began",   "begun",  "starting",  "initiated", "commenced",
                                "commencing", "added",   "adding", "new",       "newly",     "since",
                                "restarted",  "resumed", "on",     "increased", "start"};
constexpr WordList ending = {"stopped", "finished", "completed", "discontinued", "ceased", "off", "held"};

constexpr std::size_t reach = 5;  // words on either side in which it is said that it began
constexpr std::size_t shortest = 4;
constexpr std::uint32_t parts_name = gap::boundary | gap::comma | gap::open | gap::close | gap::colon;

// "Potassium 3.1" is a value; of a medicine whose level is measured the name means the medicine.
bool is_measured(const KnowledgeBase& base, const std::string& name) {
  const auto quantity = base.vocabulary().quantities.quantity_of(name);
  if (!quantity) return false;
  const std::string_view measured = quantity->definition->name;
  return measured.find("_level") == std::string_view::npos && measured.find("_trough") == std::string_view::npos;
}

}  // namespace

std::vector<MentionedMedicine> medicines_named(const KnowledgeBase& base, std::string_view text) {
  const ClinicalWords words = clinical_words(text);
  std::vector<std::string> spellings;
  spellings.reserve(words.size());
  const auto raw_words = [&](std::size_t first, std::size_t last) {
    return text.substr(words.words[first].begin, words.words[last - 1].end - words.words[first].begin);
  };
  for (std::size_t i = 0; i < words.size(); ++i) spellings.push_back(normalised_name(raw_words(i, i + 1)));

  const auto entries_of = [&](std::size_t first, std::size_t count) -> std::span<const NameEntry> {
    for (std::size_t i = first + 1; i < first + count; ++i) {
      if ((words.before(i) & parts_name) != 0) return {};
    }
    std::string name = spellings[first];
    for (std::size_t i = first + 1; i < first + count; ++i) name += " " + spellings[i];
    if (name.size() < shortest || is_measured(base, name)) return {};
    return base.names().find(name);
  };

  std::vector<MentionedMedicine> found;
  for (std::size_t i = 0; i < spellings.size();) {
    std::size_t count = base.names().longest_match(spellings, i);
    std::span<const NameEntry> entries;
    for (; count > 0; --count) {
      entries = entries_of(i, count);
      if (!entries.empty()) break;
    }
    if (count == 0) {
      ++i;
      continue;
    }
    MentionedMedicine medicine;
    medicine.words = std::string(raw_words(i, i + count));
    medicine.range = {i, i + count};
    medicine.span = {words.words[i].begin, words.words[i + count - 1].end};
    const bool is_clear = std::all_of(entries.begin(), entries.end(), [&](const NameEntry& entry) {
      return entry.kind != NameKind::ambiguous && entry.ingredients == entries.front().ingredients;
    });
    if (is_clear) medicine.ingredients = entries.front().ingredients;
    found.push_back(std::move(medicine));
    i += count;
  }
  return found;
}

std::vector<MedicineStart> medicine_starts(const KnowledgeBase& base, std::string_view text,
                                           const TextContext& context) {
  const auto named = medicines_named(base, text);
  if (named.empty()) return {};
  const ClinicalWords words = clinical_words(text);
  std::vector<WordRange> ranges;
  for (const MentionedMedicine& medicine : named) ranges.push_back(medicine.range);
  const auto is_said = [&](std::size_t word) { return beginning.has(words.spelling(word)); };

  std::vector<MedicineStart> starts;
  for (const LabelMention& mention : base.vocabulary().conditions.lexicon().in_context(text, context, ranges)) {
    const MentionedMedicine& medicine = named[mention.label];
    if (!mention.age_days || medicine.ingredients.empty()) continue;
    bool began = false;
    bool ended = false;
    for (std::size_t i = mention.first; i > 0 && mention.first - i < reach; --i) {
      if ((words.before(i) & gap::boundary) != 0) break;
      began = began || is_said(i - 1);
      ended = ended || ending.has(words.spelling(i - 1));
    }
    for (std::size_t i = mention.last; i < words.size() && i < mention.last + reach; ++i) {
      if ((words.before(i) & gap::boundary) != 0) break;
      began = began || is_said(i);
      ended = ended || ending.has(words.spelling(i));
    }
    if (began && !ended) starts.push_back({medicine.ingredients, *mention.age_days, medicine.words});
  }
  return starts;
}

}  // namespace guardian::knowledge
