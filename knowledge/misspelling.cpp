#include "knowledge/misspelling.hpp"

#include <algorithm>
#include <array>

#include "knowledge/everyday_words.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t shortest = 5;
constexpr std::size_t long_enough_for_two = 8;
constexpr std::size_t long_enough_for_two_slips = 10;
// One letter that is no slip, of a name with no other drug near.
constexpr std::size_t least_letters_of_generic = 6;
constexpr std::size_t least_letters_of_brand = 7;
constexpr std::size_t least_letters_for_first = 9;
constexpr int reach = 2;  // how far a look-alike is looked for
constexpr double least_score = 0.75;
constexpr double least_margin = 0.08;

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// The parts of a spelling that must be right: its digits, and its words of one or two letters.
std::string fixed_parts(std::string_view name) {
  std::string fixed;
  for (const std::string_view word : split(name, " ")) {
    std::string digits;
    for (const char c : word) {
      if (!is_letter(c)) digits.push_back(c);
    }
    if (word.size() <= 2) digits = word;
    if (!digits.empty()) fixed += digits + ' ';
  }
  return fixed;
}

std::size_t letters_of(std::string_view name) {
  return static_cast<std::size_t>(std::count_if(name.begin(), name.end(), is_letter));
}

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'; }

// How a name sounds, roughly: vowels alike and in one, doubled letters once, "ph" as "f", no "h", "c" and "q" as "k",
// "z" as "s".
std::string sound_of(std::string_view name) {
  std::string sound;
  for (std::size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    if (c == 'p' && i + 1 < name.size() && name[i + 1] == 'h') c = 'f';
    if (c == 'h') continue;
    if (c == 'c' || c == 'q')
      c = i + 1 < name.size() && (name[i + 1] == 'e' || name[i + 1] == 'i' || name[i + 1] == 'y') ? 's' : 'k';
    if (c == 'z') c = 's';
    if (c == 'x') {
      sound += 'k';
      c = 's';
    }
    if (is_vowel(c)) c = 'a';
    if (sound.empty() || sound.back() != c) sound.push_back(c);
  }
  if (sound.size() > 1 && sound.back() == 'a') sound.pop_back();
  return sound;
}

bool are_neighbours_on_keyboard(char one, char other) {
  constexpr std::string_view rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  for (std::size_t row = 0; row < 3; ++row) {
    const auto at = rows[row].find(one);
    if (at == std::string_view::npos) continue;
    for (std::size_t next = row > 0 ? row - 1 : 0; next < std::min<std::size_t>(row + 2, 3); ++next) {
      const auto there = rows[next].find(other);
      if (there != std::string_view::npos && (there > at ? there - at : at - there) <= 1) return true;
    }
  }
  return false;
}

// The first position at which two spellings differ.
std::size_t first_difference(std::string_view one, std::string_view other) {
  std::size_t i = 0;
  while (i < one.size() && i < other.size() && one[i] == other[i]) ++i;
  return i;
}

// Whether one change is a slip of hand or ear: a neighbouring key, a letter left out, doubled or swapped, a like sound.
bool is_single_slip(std::string_view written, std::string_view meant, bool brand) {
  if (sound_of(written) == sound_of(meant)) return true;
  const std::size_t at = first_difference(written, meant);
  const bool at_start = at == 0;
  if (written.size() == meant.size()) {
    if (at + 1 < meant.size() && written[at] == meant[at + 1] && written[at + 1] == meant[at]) return true;
    // Of a short brand too many others are one key off.
    const bool short_brand = brand && letters_of(written) < long_enough_for_two;
    return !at_start && !short_brand && are_neighbours_on_keyboard(written[at], meant[at]);
  }
  if (written.size() < meant.size()) return !at_start && !(brand && letters_of(written) <= shortest);
  if (at_start) return false;
  const char extra = written[at];
  const bool beside = are_neighbours_on_keyboard(extra, written[at - 1]) ||
                      (at + 1 < written.size() && are_neighbours_on_keyboard(extra, written[at + 1]));
  return extra == ' ' || extra == written[at - 1] || (beside && !brand);
}

// Whether `meant` has a syllable twice of which `written` has one: "atorvastin".
bool is_swallowed_syllable(std::string_view written, std::string_view meant) {
  if (meant.size() != written.size() + 2) return false;
  for (std::size_t i = 1; i + 2 < meant.size(); ++i) {
    const bool repeats = meant[i - 1] == meant[i + 1] || meant[i] == meant[i + 2];
    if (repeats && std::string(meant.substr(0, i)) + std::string(meant.substr(i + 2)) == written) return true;
  }
  return false;
}

bool has_same_letters(std::string one, std::string other) {
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  return one == other;
}

// Whether each of the changes that make `written` of `meant` is a slip by itself: a letter left out, doubled, swapped
// or beside its key, or one vowel for another. The first letter stands. Costs as in the distance of spellings, with
// what is no slip out of reach.
bool are_slips(std::string_view written, std::string_view meant) {
  constexpr std::size_t longest = 48;
  constexpr int never = reach + 1;
  if (written.size() >= longest || meant.size() >= longest || written.front() != meant.front()) return false;
  std::array<std::array<int, longest + 1>, 3> rows{};
  const auto beside = [&](std::size_t i) {  // the letter before `i` was struck beside another or twice
    const char extra = written[i - 1];
    const auto like = [&](char other) { return extra == other || are_neighbours_on_keyboard(extra, other); };
    return extra == ' ' || (i > 1 && like(written[i - 2])) || (i < written.size() && like(written[i]));
  };
  for (std::size_t j = 0; j <= meant.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= written.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& last = rows[(i + 2) % 3];
    const auto& before_last = rows[(i + 1) % 3];
    row[0] = never;
    for (std::size_t j = 1; j <= meant.size(); ++j) {
      const char one = written[i - 1];
      const char other = meant[j - 1];
      const bool like = are_neighbours_on_keyboard(one, other) || (is_vowel(one) && is_vowel(other));
      const int changed = last[j - 1] + (one == other ? 0 : like ? 1 : never);
      row[j] = std::min({changed, row[j - 1] + 1, last[j] + (beside(i) ? 1 : never)});
      const bool swapped = i > 1 && j > 1 && one == meant[j - 2] && written[i - 2] == other;
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return rows[written.size() % 3][meant.size()] <= reach;
}

// Whether two changes are such as people make.
bool are_two_slips(const std::string& written, std::string_view meant, bool brand) {
  if (written.front() != meant.front()) return false;
  if (brand && letters_of(written) < 10) return false;
  return sound_of(written) == sound_of(meant) || has_same_letters(written, std::string(meant)) ||
         is_swallowed_syllable(written, meant);
}

// Whether the changes are such as people make. Without this, a drug that the knowledge base lacks would be read as one
// it has: azatadine as amantadine. Where no other drug is near (`alone`), more may be wrong: one letter whatever it is,
// and two slips in a long generic name. Brands are coined close together, short names lie close together, and generic
// names that differ in one letter differ mostly in the first (lapatinib and apatinib): of these more is asked.
bool is_plausible(const std::string& written, const NearName& meant, bool brand, bool alone) {
  const std::size_t letters = letters_of(written);
  if (meant.distance <= 1) {
    if (is_single_slip(written, meant.key, brand)) return true;
    const bool first = first_difference(written, meant.key) == 0;
    if (!alone || (first && (brand || letters < least_letters_for_first))) return false;
    return letters >= (brand ? least_letters_of_brand : least_letters_of_generic);
  }
  if (are_two_slips(written, meant.key, brand)) return true;
  return alone && !brand && letters >= long_enough_for_two_slips && are_slips(written, meant.key);
}

// Whether the name is only that of products for one place of the body.
bool is_local(const NameIndex& index, std::string_view key) {
  const auto entries = index.find(key);
  return std::all_of(entries.begin(), entries.end(),
                     [](const NameEntry& entry) { return is_local_route(entry.route); });
}

}  // namespace

Meaning meaning_of(std::span<const NameEntry> entries) {
  Meaning meaning;
  for (const NameEntry& entry : entries) {
    std::vector<IngredientIndex> ingredients = entry.ingredients;
    std::sort(ingredients.begin(), ingredients.end());
    meaning.push_back(std::move(ingredients));
  }
  std::sort(meaning.begin(), meaning.end());
  meaning.erase(std::unique(meaning.begin(), meaning.end()), meaning.end());
  return meaning;
}

Correction correct_spelling(const NameIndex& index, std::string_view normalised) {
  Correction correction;
  const std::size_t letters = letters_of(normalised);
  if (letters + 1 < shortest) return correction;
  const int allowed = letters >= long_enough_for_two ? 2 : letters >= shortest ? 1 : 0;
  const std::string fixed = fixed_parts(normalised);
  const std::string written(normalised);

  struct Group {
    Meaning meaning;
    NearName best;
    bool ambiguous = false;
    bool brand = false;
    bool likely = false;  // the changes are slips
  };
  std::vector<Group> groups;
  const std::vector<NearName> reachable = index.near(normalised, letters >= shortest ? reach : 1);
  for (const NearName& name : reachable) {
    if (letters_of(name.key) + 1 < shortest || fixed_parts(name.key) != fixed) continue;
    const auto entries = index.find(name.key);
    Meaning meaning = meaning_of(entries);
    const bool known =
        std::any_of(groups.begin(), groups.end(), [&](const Group& group) { return group.meaning == meaning; });
    if (known) continue;
    const bool ambiguous = std::any_of(entries.begin(), entries.end(),
                                       [](const NameEntry& entry) { return entry.kind == NameKind::ambiguous; });
    const bool brand = std::all_of(entries.begin(), entries.end(),
                                   [](const NameEntry& entry) { return entry.kind == NameKind::brand; });
    groups.push_back({std::move(meaning), name, ambiguous, brand, are_slips(written, name.key)});
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& left, const Group& right) {
    return left.best.distance != right.best.distance ? left.best.distance < right.best.distance
                                                     : left.likely > right.likely;
  });
  for (const Group& group : groups) {
    (group.best.distance <= allowed ? correction.candidates : correction.further).push_back(group.best);
  }
  if (correction.candidates.empty()) return correction;

  const Group& first = groups.front();
  const NearName& best = first.best;
  const std::string quoted = "`" + best.key + "`";
  if (best.score < least_score || !is_plausible(written, best, first.brand, groups.size() == 1)) {
    correction.reason = "not surely meant as " + quoted;
    return correction;
  }
  if (first.ambiguous) {
    correction.reason = quoted + " itself has several meanings";
    return correction;
  }
  if (is_everyday_word(normalised)) {
    correction.reason = "a word of its own, not surely meant as " + quoted;
    return correction;
  }
  // The names of one meaning are all looked at: any of them may be the look-alike that was meant.
  for (const NearName& other : reachable) {
    const Meaning meaning = meaning_of(index.find(other.key));
    if (meaning == first.meaning) continue;
    const bool close = other.distance <= best.distance && best.score - other.score < least_margin;
    if (close || index.are_lookalikes(best.key, other.key)) {
      correction.reason = "lies between " + quoted + " and `" + other.key + "`";
      return correction;
    }
  }
  // So may one that is mixed up with it though the knowledge base does not have it, or it is too short to be near.
  for (const std::string& other : index.lookalikes_of(best.key)) {
    if (meaning_of(index.find(other)) != first.meaning && spelling_distance(other, normalised, reach) <= reach) {
      correction.reason = "lies between " + quoted + " and `" + other + "`";
      return correction;
    }
  }
  // One letter from one drug, and two slips from another: who wrote it may have meant either.
  for (const Group& other : groups) {
    if (other.best.distance > best.distance && best.distance > 0 && letters >= long_enough_for_two &&
        are_slips(written, other.best.key)) {
      correction.reason = "lies between " + quoted + " and `" + other.best.key + "`";
      return correction;
    }
  }
  correction.accepted = best;
  // Of two products that are as near the one for the whole body is meant: it is the one that more can happen with.
  if (is_local(index, best.key)) {
    const auto other = std::find_if(reachable.begin(), reachable.end(), [&](const NearName& name) {
      return name.distance == best.distance && !is_local(index, name.key) &&
             meaning_of(index.find(name.key)) == groups.front().meaning;
    });
    if (other != reachable.end()) correction.accepted = *other;
  }
  return correction;
}

}  // namespace guardian::knowledge
