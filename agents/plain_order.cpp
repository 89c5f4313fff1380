#include "agents/plain_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::KnowledgeBase;
using Words = std::vector<std::string>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// 1 to 90 of a word of a number; 0 of another.
double small_number(std::string_view word) {
  static constexpr std::array names = {"one",     "two",     "three",     "four",     "five",    "six",      "seven",
                                       "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen", "fourteen",
                                       "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static constexpr std::array tens = {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (word == names[i]) return static_cast<double>(i + 1);
  }
  for (std::size_t i = 0; i < tens.size(); ++i) {
    if (word == tens[i]) return static_cast<double>((i + 2) * 10);
  }
  return 0.0;
}

// "five hundred" as 500, "six hundred and fifty" as 650, "twenty-five" as 25. What is one word alone stays: the grammar
// of orders reads it, and "one" is often no number. "For a week" is for 1 week.
Words with_digits(const Words& words) {
  Words result;
  for (std::size_t i = 0; i < words.size();) {
    double total = 0.0;
    double part = 0.0;
    std::size_t at = i;
    for (; at < words.size(); ++at) {
      const std::string word = knowledge::lower_case(words[at]);
      if (const double small = small_number(word); small > 0.0) {
        part += small;
      } else if (word == "hundred" && part > 0.0) {
        part *= 100.0;
      } else if (word == "thousand" && part > 0.0) {
        total += part * 1000.0;
        part = 0.0;
      } else if (word != "and" || at == i || at + 1 >= words.size() ||
                 small_number(knowledge::lower_case(words[at + 1])) == 0.0) {
        break;
      }
    }
    const bool one_of_time = knowledge::lower_case(words[i]) == "a" && i > 0 && i + 1 < words.size() &&
                             knowledge::lower_case(words[i - 1]) == "for" &&
                             is_one_of(knowledge::lower_case(words[i + 1]), {"day", "week", "month"});
    if (one_of_time) {
      result.emplace_back("1");
      ++i;
    } else if (at - i >= 2) {
      result.push_back(knowledge::format_number(total + part));
      i = at;
    } else {
      result.push_back(words[i++]);
    }
  }
  return result;
}

Words words_of(std::string_view text) {
  Words words;
  std::string word;
  for (const char c : text) {
    const bool parts = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    // "twenty-five" is two words; "co-trimoxazole" and "4-6" are not.
    const bool joins_numbers = c == '-' && small_number(knowledge::lower_case(word)) > 0.0;
    if (!parts && !joins_numbers) {
      word.push_back(c);
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  while (!words.empty() && words.back().find_last_not_of(".!?,;") == std::string::npos) words.pop_back();
  if (!words.empty()) words.back().erase(words.back().find_last_not_of(".!?,;") + 1);
  return words;
}

// Polite words and those that say that it is an order, at its start.
void drop_opening(Words& words) {
  const auto is_opening = [](const std::string& word) {
    const std::string lower = knowledge::lower_case(word);
    return is_one_of(
        lower, {"please", "can",  "could",   "you",   "we",     "let's",     "lets",  "i",    "want", "to",  "would",
                "like",   "give", "start",   "order", "order:", "prescribe", "write", "put",  "get",  "her", "him",
                "them",   "the",  "patient", "on",    "for",    "a",         "an",    "some", "mr",   "mrs", "ms."});
  };
  std::size_t count = 0;
  while (count < words.size() && is_opening(words[count])) ++count;
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
}

// Takes the words of vagueness away; true when there were some.
bool drop_vagueness(Words& words) {
  bool vague = false;
  for (std::size_t i = 0; i < words.size();) {
    const std::string lower = knowledge::lower_case(words[i]);
    const std::string next = i + 1 < words.size() ? knowledge::lower_case(words[i + 1]) : "";
    const bool of_two = (lower == "something" && is_one_of(next, {"like", "such"})) ||
                        (lower == "or" && is_one_of(next, {"so", "similar", "something"}));
    const bool of_one = (lower == "like" && i == 0) || is_one_of(lower, {"maybe", "perhaps", "roughly", "approximately",
                                                                         "about", "around", "say", "probably"});
    const std::size_t length = of_two ? 2 : of_one ? 1 : 0;
    if (length == 0) {
      ++i;
      continue;
    }
    vague = true;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i + length));
  }
  return vague;
}

bool has(const Words& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return is_one_of(knowledge::lower_case(word), wanted); });
}

// How often, in words that read back to the same number; nothing for one that has none.
std::optional<std::string> frequency_words(double times, bool by_hours) {
  constexpr double near = 1e-6;
  const auto whole = [&](double value) { return std::abs(value - std::round(value)) < near; };
  constexpr double hours = 24.0;
  constexpr double week = 7.0;
  if (by_hours && times > 1.0 && whole(hours / times))
    return "every " + knowledge::format_number(std::round(hours / times)) + " hours";
  if (std::abs(times - 1.0) < near) return "once daily";
  if (std::abs(times - 2.0) < near) return "twice daily";
  if (times > 1.0 && whole(times)) return knowledge::format_number(std::round(times)) + " times daily";
  if (std::abs(times * week - 1.0) < 1e-3) return "once weekly";
  if (times < 1.0 && whole(1.0 / times)) return "every " + knowledge::format_number(std::round(1.0 / times)) + " days";
  return std::nullopt;
}

std::string route_words(const std::string& route) { return route == "oral" ? "by mouth" : route; }

// The unit that a bare number of this medicine is asked about first.
core::DoseUnit likely_unit(const KnowledgeBase& base, const std::vector<knowledge::IngredientIndex>& ingredients) {
  const auto is_of = [&](std::string_view name) {
    const auto wanted = base.graph().find(
        {knowledge::ConceptKind::drug_class, std::string(name), knowledge::Relation::inhibitor, 0, false});
    return wanted && !ingredients.empty() && base.lit().lights(ingredients.front(), *wanted);
  };
  if (is_of("insulin") || is_of("heparin_group")) return core::DoseUnit::units;
  return is_of("thyroid_hormone") ? core::DoseUnit::mcg : core::DoseUnit::mg;
}

std::string unit_words(core::DoseUnit unit, double amount) {
  std::string word(core::to_string(unit));
  const bool counted = unit == core::DoseUnit::tablet || unit == core::DoseUnit::drop || unit == core::DoseUnit::puff ||
                       unit == core::DoseUnit::patch;
  if (unit == core::DoseUnit::patch && amount > 1.0) return word + "es";
  return counted && amount > 1.0 ? word + "s" : word;
}

class Reader {
 public:
  Reader(const KnowledgeBase& base, std::string_view locale) : base_(base), locale_(locale) {}

  PlainOrder read(std::string_view text) {
    Words words = words_of(text);
    drop_opening(words);
    if (drop_vagueness(words)) doubts_.emplace_back("the words leave open whether just this is meant");
    drop_opening(words);
    words = with_digits(words);
    if (words.empty()) return core::AskedBack{"Which medicine, at which dose, how often?", {}};
    if (has(words, {"or"})) return one_of_several(words);
    plain_ = knowledge::joined(words, " ");
    by_hours_ = has(words, {"hour", "hours", "hr", "hrs"}) || plain_.find(" q") != std::string::npos;
    is_single_ = has(words, {"once", "now", "stat", "single", "one-time"});

    const auto resolution = resolve(plain_);
    if (!resolution.resolved) return which_medicine(resolution);
    const auto& meant = resolution.interpretations.front();
    if (meant.kind == knowledge::MatchKind::fuzzy)
      doubts_.push_back("is " + meant.name + " meant? (" + meant.reason + ")");
    if (!resolution.note.empty()) doubts_.push_back(resolution.note);
    check_dose(resolution.dose);

    core::Dose dose = resolution.dose;
    const bool bare = !dose.strengths.empty() && dose.strength_unit == core::DoseUnit::none;
    if (bare) {
      doubts_.push_back(knowledge::format_number(dose.strengths.front()) + " of which unit?");
      dose.strength_unit = likely_unit(base_, meant.ingredients);
    }
    // As it was said, nothing is lost of it ("at bedtime", "with food"); what was read otherwise is written anew.
    const bool as_said = !bare && meant.kind != knowledge::MatchKind::fuzzy;
    const auto made = as_said ? std::optional(plain_) : order_text(meant.name, dose, resolution.route);
    if (!made) {
      doubts_.emplace_back("say it as dose, route and how often");
      return asked({});
    }
    if (doubts_.empty()) return finished(*made, resolution);
    return asked(missing_ ? Words{} : Words{*made});
  }

 private:
  knowledge::Resolution resolve(const std::string& text) const {
    return knowledge::resolve(base_, {text, {}, {}, std::string(locale_)});
  }

  void check_dose(const core::Dose& dose) {
    if (dose.strengths.empty() && !dose.amount) {
      doubts_.emplace_back("which dose?");
      missing_ = true;
    }
    if (!dose.times_per_day && !is_single_) {
      doubts_.emplace_back("how often?");
      missing_ = true;
    }
  }

  static std::string sentence(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
  }

  core::AskedBack asked(Words candidates) const {
    std::string question = knowledge::joined(doubts_, "; ");
    if (!question.empty() && question.back() != '?' && question.back() != '.')
      question += candidates.empty() ? "." : ": is this meant?";
    return {sentence(question), std::move(candidates)};
  }

  core::AskedBack which_medicine(const knowledge::Resolution& resolution) const {
    Words candidates;
    constexpr std::size_t most = 5;
    for (const auto& meaning : resolution.interpretations) {
      if (candidates.size() < most) candidates.push_back(meaning.name);
    }
    const std::string reason = resolution.reason.empty() ? "the medicine is not known" : resolution.reason;
    return {sentence(reason.find('?') == std::string::npos ? reason + ": which medicine is meant?" : reason),
            std::move(candidates)};
  }

  // "Tylenol or Advil": each with what else was said.
  core::AskedBack one_of_several(const Words& words) const {
    Words candidates;
    std::string name;
    for (const std::string& word : words) {
      if (knowledge::lower_case(word) == "or") {
        candidates.push_back(name);
        name.clear();
      } else {
        name += (name.empty() ? "" : " ") + word;
      }
    }
    candidates.push_back(name);
    return {"Which one of them?", std::move(candidates)};
  }

  std::optional<std::string> order_text(const std::string& name, const core::Dose& dose,
                                        const std::string& route) const {
    std::string text = name;
    Words strengths;
    for (const double strength : dose.strengths) strengths.push_back(knowledge::format_number(strength));
    if (!strengths.empty())
      text += " " + knowledge::joined(strengths, "/") + " " + unit_words(dose.strength_unit, dose.strengths.front());
    if (dose.amount && (*dose.amount != 1.0 || strengths.empty())) {
      const core::DoseUnit counted = strengths.empty() ? dose.strength_unit : core::DoseUnit::tablet;
      text += " " + knowledge::format_number(*dose.amount) + " " + unit_words(counted, *dose.amount);
    }
    if (!route.empty()) text += " " + route_words(route);
    if (dose.times_per_day) {
      const auto often = frequency_words(*dose.times_per_day, by_hours_);
      if (!often) return std::nullopt;
      text += " " + *often;
    } else if (is_single_) {
      text += " once";
    }
    if (dose.as_needed) text += " as needed";
    if (dose.duration_days) text += " for " + knowledge::format_number(*dose.duration_days) + " days";
    return text;
  }

  PlainOrder finished(const std::string& text, const knowledge::Resolution& resolution) const {
    core::ReadOrder order;
    order.text = text;
    for (const auto index : resolution.interpretations.front().ingredients)
      order.ingredients.push_back(base_.graph().ingredient_name(index));
    order.route = resolution.route;
    order.dose = resolution.dose;
    return order;
  }

  const KnowledgeBase& base_;
  std::string_view locale_;
  std::string plain_;
  bool by_hours_ = false;
  bool is_single_ = false;
  bool missing_ = false;
  Words doubts_;
};

}  // namespace

PlainOrder read_plain_order(const KnowledgeBase& base, std::string_view words, std::string_view locale) {
  return Reader(base, locale).read(words);
}

}  // namespace guardian::agents
