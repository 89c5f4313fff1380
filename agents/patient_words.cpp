#include "agents/patient_words.hpp"

#include <algorithm>
#include <array>

namespace guardian::agents {
namespace {

constexpr std::array<std::string_view, 5> kind_names{"harm", "grave", "limit", "subject", "test"};

// Stands between the words of two clauses; no phrase has it.
constexpr std::string_view clause_end = ";";

std::vector<std::string_view> split(std::string_view text, std::string_view mark) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(mark);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + mark.size());
  }
}

// Words of letters and digits in lower case, a plural s left out: "Clots" is "clot". A full stop, colon or semicolon
// ends a clause.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    constexpr std::size_t shortest = 4;
    if (word.size() >= shortest && word.back() == 's') {
      const char before = word[word.size() - 2];
      if (before != 's' && before != 'u' && before != 'i') word.pop_back();
    }
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      word += lower;
    } else {
      finish();
      if ((c == '.' || c == ';' || c == ':') && !words.empty()) words.emplace_back(clause_end);
    }
  }
  finish();
  return words;
}

}  // namespace

std::vector<const PlainWords*> PlainEffect::told() const {
  constexpr std::size_t most_told = 3;
  return {harms.begin(), harms.begin() + static_cast<std::ptrdiff_t>(std::min(harms.size(), most_told))};
}

core::Result<PatientWords> PatientWords::parse(std::string_view table) {
  PatientWords result;
  std::size_t number = 0;
  bool has_header = false;
  for (const std::string_view line : split(table, "\n")) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const auto fail = [&](const std::string& why) {
      return core::fail(core::ErrorCode::invalid_input, "patient_words.tsv:" + std::to_string(number) + ": " + why);
    };
    if (!has_header) {
      if (line != "kind\tphrases\tplain\twatch") return fail("not the names of the columns");
      has_header = true;
      continue;
    }
    auto cells = split(line, "\t");
    constexpr std::size_t columns = 4;
    if (cells.size() > columns || cells.size() < 2) return fail("2 to 4 columns are wanted");
    cells.resize(columns);
    const auto kind = std::find(kind_names.begin(), kind_names.end(), cells[0]);
    if (kind == kind_names.end()) return fail("the kind is not known");
    PlainWords row{static_cast<WordKind>(kind - kind_names.begin()), std::string(cells[2]), std::string(cells[3])};
    Phrases& phrases = row.kind == WordKind::subject ? result.subjects_
                       : row.kind == WordKind::test  ? result.tests_
                                                     : result.effects_;
    for (const std::string_view phrase : split(cells[1], " | ")) {
      Phrase entry{words_of(phrase), result.rows_.size()};
      if (entry.words.empty()) return fail("a phrase is empty");
      auto& same_start = phrases[entry.words.front()];
      for (const Phrase& other : same_start) {
        if (other.words == entry.words) return fail("`" + std::string(phrase) + "` is there twice");
      }
      const auto place = std::find_if(same_start.begin(), same_start.end(),
                                      [&](const Phrase& other) { return other.words.size() < entry.words.size(); });
      same_start.insert(place, std::move(entry));
    }
    result.rows_.push_back(std::move(row));
  }
  return result;
}

PlainEffect PatientWords::effect(std::string_view text) const {
  PlainEffect effect;
  const std::vector<std::string> words = words_of(text);
  std::size_t at = 0;
  while (at < words.size()) {
    const auto found = effects_.find(words[at]);
    std::size_t length = 1;
    if (found != effects_.end()) {
      const auto phrase = std::find_if(found->second.begin(), found->second.end(), [&](const Phrase& candidate) {
        return candidate.words.size() <= words.size() - at &&
               std::equal(candidate.words.begin(), candidate.words.end(),
                          words.begin() + static_cast<std::ptrdiff_t>(at));
      });
      if (phrase != found->second.end()) {
        length = phrase->words.size();
        const PlainWords& row = rows_[phrase->row];
        if (row.kind == WordKind::limit) {
          while (at + length < words.size() && words[at + length] != clause_end) ++length;
        }
        effect.is_grave = effect.is_grave || row.kind == WordKind::grave;
        const bool is_new = std::none_of(effect.harms.begin(), effect.harms.end(),
                                         [&](const PlainWords* other) { return other->plain == row.plain; });
        if (row.kind == WordKind::harm && !row.plain.empty() && is_new) effect.harms.push_back(&row);
      }
    }
    at += length;
  }
  return effect;
}

const PlainWords* PatientWords::subject(std::string_view text) const { return at_start(subjects_, text); }
const PlainWords* PatientWords::test(std::string_view text) const { return at_start(tests_, text); }

const PlainWords* PatientWords::at_start(const Phrases& phrases, std::string_view text) const {
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return nullptr;
  const auto found = phrases.find(words.front());
  if (found == phrases.end()) return nullptr;
  for (const Phrase& candidate : found->second) {
    if (candidate.words.size() <= words.size() &&
        std::equal(candidate.words.begin(), candidate.words.end(), words.begin()))
      return &rows_[candidate.row];
  }
  return nullptr;
}

const PatientWords& patient_words() {
  // The table is part of the program and a test reads it: should a row be broken all the same, a text without plain
  // words is better than none.
  static const PatientWords words = [] {
    auto parsed = PatientWords::parse(patient_words_text());
    return parsed ? std::move(*parsed) : PatientWords();
  }();
  return words;
}

}  // namespace guardian::agents
