#include "agents/mask_lexicon.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

constexpr std::size_t shortest_with_suffix = 7;

constexpr std::array<std::pair<std::string_view, WordTrait>, 17> kinds{{{"title", WordTrait::title},
                                                                        {"relation", WordTrait::relation},
                                                                        {"person_verb", WordTrait::person_verb},
                                                                        {"eponym", WordTrait::eponym},
                                                                        {"eponym_noun", WordTrait::eponym_noun},
                                                                        {"label", WordTrait::label},
                                                                        {"given", WordTrait::given},
                                                                        {"date_word", WordTrait::date_word},
                                                                        {"year_word", WordTrait::year_word},
                                                                        {"street", WordTrait::street},
                                                                        {"street_any_case", WordTrait::street_any_case},
                                                                        {"dwelling", WordTrait::dwelling},
                                                                        {"month", WordTrait::month},
                                                                        {"weekday", WordTrait::weekday},
                                                                        {"unit", WordTrait::unit},
                                                                        {"abbreviation", WordTrait::abbreviation},
                                                                        {"clinical", WordTrait::clinical}}};

bool ends_with(std::string_view word, std::string_view end) {
  return word.size() >= end.size() && word.substr(word.size() - end.size()) == end;
}

// British endings and letters for which the list has the American ones.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> british{{{"ae", "e"},
                                                                                 {"oe", "e"},
                                                                                 {"our", "or"},
                                                                                 {"is", "iz"},
                                                                                 {"ys", "yz"},
                                                                                 {"ll", "l"},
                                                                                 {"tre", "ter"},
                                                                                 {"ogue", "og"},
                                                                                 {"mme", "m"},
                                                                                 {"ce", "se"}}};

}  // namespace

void MaskLexicon::add_words(std::string_view text, WordTrait trait) {
  std::string word;
  std::string_view rest;  // behind the word
  const auto close = [&] {
    // One letter means nothing; a number is none of the words; and the John of a wort makes no John clinical.
    const bool letters = std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const bool of_a_person = word.size() < text.size() && listed(word).has(WordTrait::proper);
    // The broom is a butcher's: that makes no Butcher clinical.
    const bool possessive = rest.starts_with("'s") && (rest.size() == 2 || rest[2] == ' ');
    if (word.size() > 1 && letters && !of_a_person) words_[possessive ? word + "'s" : word].add(trait);
    word.clear();
  };
  const std::string lower = knowledge::lower_case(text);
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    rest = std::string_view(lower).substr(i);
    const bool in_word = (c >= 'a' && c <= 'z') || knowledge::is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
    if (in_word) {
      word.push_back(c);
    } else {
      close();
    }
  }
  rest = {};
  close();
}

void MaskLexicon::add_lines(std::string_view lines, WordTrait trait) {
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    const std::string_view word = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    if (!word.empty()) words_[std::string(word)].add(trait);
  }
}

WordTraits MaskLexicon::listed(std::string_view lower) const {
  const auto found = words_.find(lower);
  return found == words_.end() ? WordTraits() : found->second;
}

bool MaskLexicon::is_british(std::string_view lower) const {
  if (lower.size() < 5) return false;
  return std::any_of(british.begin(), british.end(), [&](const auto& spelling) {
    const auto at = lower.find(spelling.first, 1);
    if (at == std::string_view::npos) return false;
    std::string american(lower);
    american.replace(at, spelling.first.size(), spelling.second);
    return listed(american).has(WordTrait::common);
  });
}

void MaskLexicon::add_table(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view kind = line.substr(0, tab);
    for (const std::string_view word : knowledge::split(line.substr(tab + 1), " ")) {
      if (kind == "suffix") suffixes_.emplace_back(word);
      for (const auto& [name, trait] : kinds) {
        if (name == kind) words_[std::string(word)].add(trait);
      }
    }
  }
}

MaskLexicon MaskLexicon::build(const knowledge::KnowledgeBase& base) {
  MaskLexicon lexicon;
  const knowledge::KnowledgeTables& tables = base.tables();
  const knowledge::PatientTables& patient = base.patient_tables();
  constexpr std::size_t words = 150'000;  // of the dictionary and the knowledge base
  lexicon.words_.reserve(words);
  lexicon.add_lines(common_words_text(), WordTrait::common);
  lexicon.add_lines(proper_words_text(), WordTrait::proper);
  const auto clinical = [&](std::string_view text) { lexicon.add_words(text, WordTrait::clinical); };
  for (const std::string& name : tables.concepts.ingredients) clinical(name);
  for (const auto* named : {&tables.concepts.classes, &tables.concepts.targets, &tables.concepts.effects,
                            &tables.concepts.conditions, &tables.concepts.quantities}) {
    for (const auto& row : *named) clinical(row.title);
  }
  for (const knowledge::NameRow& row : tables.names) clinical(row.name);
  for (const knowledge::RouteRow& row : tables.routes) clinical(row.route);
  // A longer one is how people tell of it ("empty pill bottles beside him"), and its words are everybody's.
  constexpr std::ptrdiff_t most_spaces = 2;
  for (const auto& row : patient.condition_names) {
    if (std::count(row.name.begin(), row.name.end(), ' ') <= most_spaces) clinical(row.name);
  }
  for (const auto& row : patient.allergens) clinical(row.name);
  for (const auto& row : patient.reactions) clinical(row.phrase);
  for (const auto& row : patient.quantities) lexicon.add_words(row.title, WordTrait::quantity);
  for (const auto& row : patient.quantity_names) lexicon.add_words(row.name, WordTrait::quantity);
  for (const auto& row : patient.quantity_units) lexicon.add_words(row.unit, WordTrait::unit);
  lexicon.add_table(mask_words_text());
  return lexicon;
}

WordTraits MaskLexicon::traits(std::string_view lower) const {
  WordTraits traits = listed(lower);
  if (!traits.has(WordTrait::common) && !traits.has(WordTrait::proper) && is_british(lower))
    traits.add(WordTrait::common);
  if (lower.size() >= shortest_with_suffix && !traits.has(WordTrait::proper) &&
      std::any_of(suffixes_.begin(), suffixes_.end(),
                  [&](const std::string& suffix) { return ends_with(lower, suffix); }))
    traits.add(WordTrait::clinical);
  if (ends_with(lower, "'s")) traits.add(this->traits(lower.substr(0, lower.size() - 2)));
  return traits;
}

unsigned MaskLexicon::month(std::string_view lower) {
  constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
  for (unsigned i = 0; i < names.size(); ++i) {
    if (lower.substr(0, 3) == names[i]) return i + 1;
  }
  return 0;
}

}  // namespace guardian::agents
