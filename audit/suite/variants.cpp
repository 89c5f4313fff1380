#include "audit/suite/variants.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <utility>

#include "knowledge/name_index.hpp"
#include "knowledge/resolver.hpp"

namespace guardian::audit::suite {
namespace {

using knowledge::IngredientIndex;
using knowledge::KnowledgeBase;
using Ingredients = std::vector<IngredientIndex>;

// Distributions of the standard library differ between machines, the engine does not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  template <class T>
  [[nodiscard]] const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

// What a text is read as; nothing when it is left open.
struct Read {
  Ingredients ingredients;  // sorted
  std::string route;
  core::Dose dose;
};

std::optional<Read> read(const KnowledgeBase& base, const std::string& text, const std::string& locale) {
  auto resolution = knowledge::resolve(base, {text, {}, {}, locale});
  if (!resolution.resolved) return std::nullopt;
  Read result{std::move(resolution.interpretations.front().ingredients), std::move(resolution.route),
              std::move(resolution.dose)};
  std::sort(result.ingredients.begin(), result.ingredients.end());
  return result;
}

bool is_plain_name(const KnowledgeBase& base, const std::string& text) {
  return !base.names().find(knowledge::normalised_name(text)).empty();
}

// Every name of the knowledge base by what it means and where it is given.
class NamesByMeaning {
 public:
  NamesByMeaning(const KnowledgeBase& base, const std::string& locale) {
    for (const auto& row : base.tables().names) add(base, row.name, locale);
    const auto count = base.tables().ingredients.size();
    for (std::size_t i = 0; i < count; ++i)
      add(base, std::string(base.graph().ingredient_name(static_cast<IngredientIndex>(i))), locale);
    for (auto& [meaning, names] : names_) std::sort(names.begin(), names.end());
  }

  // Null when there is none.
  [[nodiscard]] const std::vector<std::string>* find(const Read& meaning) const {
    const auto found = names_.find({meaning.ingredients, meaning.route});
    return found == names_.end() ? nullptr : &found->second;
  }

 private:
  void add(const KnowledgeBase& base, const std::string& name, const std::string& locale) {
    const auto meaning = read(base, name, locale);
    if (meaning && meaning->dose == core::Dose{} && is_plain_name(base, name))
      names_[{meaning->ingredients, meaning->route}].push_back(name);
  }

  std::map<std::pair<Ingredients, std::string>, std::vector<std::string>> names_;
};

// How a name stands in an order, by route; the rest of the orders has no word of a route.
const std::vector<std::string>& order_forms(std::string_view route) {
  static const std::map<std::string_view, std::vector<std::string>> forms{
      {"oral",
       {"@ 1 tab PO daily", "@ PO BID", "@ 1 tablet by mouth twice a day", "@ 1 cap PO TID with food", "@ PO qHS",
        "Rx: @ 1 tab po qd", "@ oral q12h"}},
      {"iv", {"@ IV q12h", "@ IV daily", "inj @ IV q24h", "@ intravenous daily"}},
      {"subcutaneous", {"@ SC daily", "@ subcut q24h", "inj @ SQ daily"}},
      {"im", {"@ IM once", "@ intramuscular daily"}},
      {"inhaled", {"@ inhaled BID", "@ 2 puffs BID"}},
      {"transdermal", {"@ patch daily", "@ transdermal daily"}}};
  static const std::vector<std::string> others{"@ daily", "@ BID", "continue @ daily", "@ q12h"};
  const auto found = forms.find(route);
  return found == forms.end() ? others : found->second;
}

std::string in_form(const std::string& form, const std::string& name) {
  const auto at = form.find('@');
  return form.substr(0, at) + name + form.substr(at + 1);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// How much of a text is the name: "olanzapine" of "olanzapine 10 mg IM". A slip in the rest takes away what is said of
// dose and route, and so may what is found.
std::size_t name_end(const KnowledgeBase& base, const std::string& text) {
  for (std::size_t end = text.size(); end != 0 && end != std::string::npos; end = text.rfind(' ', end - 1)) {
    if (is_plain_name(base, text.substr(0, end))) return end;
  }
  return 0;
}

// Whether a word is a name by itself: then that is what was written.
bool has_name(const KnowledgeBase& base, const std::string& text, std::size_t at) {
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  std::size_t begin = at;
  while (begin > 0 && is_part(text[begin - 1])) --begin;
  std::size_t end = at;
  while (end < text.size() && is_part(text[end])) ++end;
  return is_plain_name(base, text.substr(begin, end - begin));
}

struct Slip {
  std::string text;
  std::size_t at = 0;
};

// One letter left out, doubled, swapped with the next, or another one, in the first `size` bytes. Names of fewer
// letters are never corrected.
Slip slip_of(const std::string& name, std::size_t size, Dice& dice) {
  std::vector<std::size_t> letters;
  for (std::size_t i = 1; i + 1 < size; ++i) {
    if (is_letter(name[i]) && is_letter(name[i + 1])) letters.push_back(i);
  }
  if (letters.size() < 4) return {};
  const std::size_t at = dice.one_of(letters);
  std::string text = name;
  switch (dice.below(4)) {
    case 0: text.erase(at, 1); break;
    case 1: text.insert(at, 1, text[at]); break;
    case 2: std::swap(text[at], text[at + 1]); break;
    default: text[at] = "aeiouystmnrl"[dice.below(12)]; break;
  }
  return {text == name ? std::string() : text, at};
}

constexpr int most_slips = 24;  // tried for one name

class Maker {
 public:
  Maker(const KnowledgeBase& base, const VariantOptions& options)
      : base_(base), options_(options), names_(base, options.locale), dice_(options.seed) {
    for (const std::string& name : options.extras) {
      if (auto meaning = read(base, name, options.locale)) extras_.push_back({name, std::move(*meaning)});
    }
    made_.suite.name = "variants";
  }

  void add(const Expectation& row) {
    std::array<Medicine, 2> pair;
    for (std::size_t i = 0; i < 2; ++i) {
      pair[i].text = row.subject.medications[i].text;
      auto meaning = read(base_, pair[i].text, options_.locale);
      if (!meaning) return;
      pair[i].meaning = std::move(*meaning);
    }
    std::set<std::vector<std::string>> seen;
    // A pair with one short name each has few variants of some kinds: the next kind takes their place.
    const std::size_t most_tries = options_.per_row * 20;
    std::size_t made = 0;
    for (std::size_t attempt = 0; made < options_.per_row && attempt < most_tries; ++attempt) {
      if (one(row, pair, static_cast<Kind>(attempt % kinds), seen)) ++made;
    }
  }

  VariantSet take() { return std::move(made_); }

 private:
  enum class Kind : std::uint8_t { names, slips, orders, extras, everything };
  static constexpr std::size_t kinds = 5;
  static constexpr std::array<std::string_view, kinds> kind_names{"other names", "misspelt", "whole orders",
                                                                  "further medicines", "all of these"};

  struct Medicine {
    std::string text;
    Read meaning;
  };

  bool one(const Expectation& row, const std::array<Medicine, 2>& pair, Kind kind,
           std::set<std::vector<std::string>>& seen) {
    std::vector<Medicine> list;
    for (const Medicine& medicine : pair) list.push_back(changed(medicine, kind));
    if (kind == Kind::extras || kind == Kind::everything) add_extras(list);
    std::vector<std::size_t> places(list.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    dice_.shuffle(places);
    std::vector<std::string> texts;
    for (const std::size_t place : places) texts.push_back(list[place].text);
    if (texts == std::vector<std::string>{pair[0].text, pair[1].text} || !seen.insert(texts).second) return false;

    Expectation variant;
    variant.place = row.place;
    variant.category = kind_names[static_cast<std::size_t>(kind)];
    variant.subject = row.subject;
    variant.subject.medications.clear();
    variant.least = row.least;
    variant.source = row.source;
    for (const std::size_t place : places) {
      core::MedicationEntry entry;
      entry.element = "/medications/" + std::to_string(variant.subject.medications.size());
      entry.text = list[place].text;
      if (place < 2) variant.between.push_back(entry.element);
      Reading reading;
      for (const IngredientIndex ingredient : list[place].meaning.ingredients)
        reading.ingredients.emplace_back(base_.graph().ingredient_name(ingredient));
      variant.reads_as.push_back(std::move(reading));
      variant.id += (variant.id.empty() ? "" : " + ") + entry.text;
      variant.subject.medications.push_back(std::move(entry));
    }
    made_.suite.rows.push_back(std::move(variant));
    return true;
  }

  Medicine changed(Medicine medicine, Kind kind) {
    const bool all = kind == Kind::everything;
    // A text of more than a name ("timolol eye drops") says what another name would not.
    const bool plain = is_plain_name(base_, medicine.text);
    if ((kind == Kind::names || all) && plain) {
      if (const auto* others = names_.find(medicine.meaning)) medicine.text = dice_.one_of(*others);
    }
    if (kind == Kind::slips || (all && dice_.below(2) == 0)) {
      if (auto text = misspelt(medicine)) medicine.text = std::move(*text);
    }
    if (kind == Kind::orders || all) {
      medicine.text =
          in_form(dice_.one_of(order_forms(plain ? std::string_view(medicine.meaning.route) : "")), medicine.text);
    }
    return medicine;
  }

  std::optional<std::string> misspelt(const Medicine& medicine) {
    const std::size_t size = name_end(base_, medicine.text);
    for (int i = 0; i < most_slips; ++i) {
      auto [text, at] = slip_of(medicine.text, size, dice_);
      if (text.empty() || is_plain_name(base_, text) || has_name(base_, text, at)) continue;
      ++made_.slips;
      if (!read(base_, text, options_.locale)) continue;
      ++made_.slips_read;
      return text;
    }
    return std::nullopt;
  }

  void add_extras(std::vector<Medicine>& list) {
    if (extras_.empty() || options_.most_extras == 0) return;
    const std::size_t wanted = 1 + dice_.below(options_.most_extras);
    for (std::size_t i = 0; i < wanted; ++i) {
      const Medicine& extra = dice_.one_of(extras_);
      const bool there = std::any_of(list.begin(), list.end(), [&](const Medicine& other) {
        return std::find_first_of(other.meaning.ingredients.begin(), other.meaning.ingredients.end(),
                                  extra.meaning.ingredients.begin(),
                                  extra.meaning.ingredients.end()) != other.meaning.ingredients.end();
      });
      if (!there) list.push_back(extra);
    }
  }

  const KnowledgeBase& base_;
  const VariantOptions& options_;
  NamesByMeaning names_;
  Dice dice_;
  std::vector<Medicine> extras_;
  VariantSet made_;
};

}  // namespace

VariantSet variants(const KnowledgeBase& base, std::span<const Suite> suites, const VariantOptions& options) {
  Maker maker(base, options);
  for (const Suite& suite : suites) {
    for (const Expectation& row : suite.rows) {
      if (row.least && row.between.size() == 2) maker.add(row);
    }
  }
  return maker.take();
}

}  // namespace guardian::audit::suite
