#include "audit/drug_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>

#include "knowledge/text.hpp"

namespace guardian::audit {
namespace {

constexpr auto of_words = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto c = static_cast<char>(i);
    table[i] =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || (c & 0x80) != 0;
  }
  return table;
}();
bool is_word_char(char c) { return of_words[static_cast<unsigned char>(c)]; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word_char(text[at])) ++at;
  return at;
}

// Ends of names that only medicines have (USAN and INN stems).
constexpr std::array<std::string_view, 34> stems{
    "azole",   "bactam",   "barbital", "caine",     "cillin",    "coxib", "cycline", "dipine", "dronate",
    "fibrate", "floxacin", "gliptin",  "gliflozin", "glitazone", "grel",  "lukast",  "mycin",  "nazole",
    "olol",    "oxetine",  "parin",    "penem",     "prazole",   "pril",  "profen",  "sartan", "setron",
    "statin",  "thiazide", "tidine",   "tinib",     "triptan",   "xaban", "zepam"};
constexpr std::size_t shortest_stemmed = 7;

constexpr std::size_t letters = 32;  // of the alphabet, with room for signs that share a place
constexpr std::size_t letter(char c) { return static_cast<unsigned char>(c) % letters; }

// The last two letters of stems: few other words end so.
constexpr auto ends_of_stems = [] {
  std::array<bool, letters * letters> ends{};
  for (const std::string_view stem : stems) ends[letter(stem[stem.size() - 2]) * letters + letter(stem.back())] = true;
  return ends;
}();

bool has_stem(std::string_view word) {
  return word.size() >= shortest_stemmed &&
         ends_of_stems[letter(word[word.size() - 2]) * letters + letter(word.back())] &&
         std::any_of(stems.begin(), stems.end(),
                     [&](std::string_view stem) { return word.size() > stem.size() && word.ends_with(stem); });
}

}  // namespace

DrugNames::DrugNames(const knowledge::KnowledgeBase& base) {
  const auto& tables = base.tables();
  std::set<std::string> medicines;
  for (std::size_t i = 0; i < tables.ingredients.size(); ++i) {
    const std::string& kind = tables.ingredients[i].kind;
    if (kind != "drug" && kind != "biologic" && kind != "vaccine") continue;
    const std::string& name = base.graph().ingredient_name(static_cast<knowledge::IngredientIndex>(i));
    medicines.insert(name);
  }
  // A name of a result or an effect too, such as a hormone or an electrolyte, says nothing of a medicine.
  for (const auto& row : base.patient_tables().quantities) medicines.erase(knowledge::lower_case(row.title));
  for (const std::string& name : medicines) add(name, false, {name});
  for (const knowledge::NameRow& row : tables.names) {
    // Words of everyday speech ("like coffee grounds").
    if (row.name == "coffee" || row.name == "tea") continue;
    const bool known = std::any_of(row.ingredients.begin(), row.ingredients.end(),
                                   [&](const std::string& one) { return medicines.contains(one); });
    if (known && row.kind != "abbreviation" && row.kind != "ambiguous")
      add(knowledge::lower_case(row.name), row.kind == "brand", row.ingredients);
  }
  for (auto& [word, names] : by_first_word_) {
    std::stable_sort(names.begin(), names.end(),
                     [](const Name& left, const Name& right) { return left.words.size() > right.words.size(); });
  }
}

void DrugNames::add(std::string words, bool brand, const std::vector<std::string>& ingredients) {
  const std::size_t end = word_end(words, 0);
  if (end == 0) return;
  std::string first_word = words.substr(0, end);
  first_words_.set(place(first_word));
  by_first_word_[std::move(first_word)].push_back({std::move(words), brand, ingredients});
}

std::size_t DrugNames::place(std::string_view word) {
  return ((letter(word[0]) * letters + letter(word[word.size() / 2])) * letters + letter(word.back())) * 2 +
         word.size() % 2;
}

std::vector<NamedDrug> DrugNames::find(std::string_view text) const {
  std::vector<NamedDrug> found;
  const std::string lower = knowledge::lower_case(text);
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word_char(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = word_end(text, at);
    const std::string_view word = std::string_view(lower).substr(at, end - at);
    std::size_t next = end;
    const auto names = first_words_.test(place(word)) ? by_first_word_.find(word) : by_first_word_.end();
    if (names != by_first_word_.end()) {
      for (const Name& name : names->second) {
        const std::size_t stop = at + name.words.size();
        if (std::string_view(lower).substr(at, name.words.size()) != name.words) continue;
        if (stop < text.size() && is_word_char(text[stop])) continue;
        if (name.brand && !is_upper(text[at])) continue;
        if (!std::string_view(lower).substr(stop).starts_with(" blood test"))
          found.push_back({text.substr(at, name.words.size()), &name.ingredients});
        next = stop;
        break;
      }
    } else if (has_stem(word)) {
      found.push_back({text.substr(at, end - at), nullptr});
    }
    at = next;
  }
  return found;
}

}  // namespace guardian::audit
