#include "knowledge/resolver.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/name_reader.hpp"
#include "knowledge/order_grammar.hpp"
#include "knowledge/product_reader.hpp"
#include "knowledge/product_strengths.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t most_bytes = 4096;
constexpr std::size_t most_candidates = 8;
constexpr double contradicting_score = 0.75;  // a near name this good speaks against a code that says another

void add_note(std::string& notes, std::string_view note) {
  if (!notes.empty()) notes += "; ";
  notes += note;
}

std::vector<IngredientIndex> as_set(std::vector<IngredientIndex> ingredients) {
  std::sort(ingredients.begin(), ingredients.end());
  return ingredients;
}

std::string names_of(const KnowledgeBase& base, const std::vector<IngredientIndex>& ingredients) {
  std::vector<std::string> names;
  for (const IngredientIndex ingredient : ingredients) names.push_back(base.graph().ingredient_name(ingredient));
  return joined(names, " with ");
}

// Routes that a form of another route's medicines has too: a vaginal tablet, an ointment for the eye.
bool fits_form(std::string_view form_route, std::string_view product_route) {
  if (form_route == "oral")
    return product_route == "sublingual" || product_route == "buccal" || product_route == "vaginal";
  if (form_route == "topical") {
    static constexpr WordList creams = {"vaginal", "rectal", "ophthalmic",  "buccal",
                                        "nasal",   "dental", "transdermal", "otic"};
    return creams.has(product_route);
  }
  if (form_route == "iv")
    return product_route == "subcutaneous" || product_route == "intrathecal" || product_route == "epidural";
  if (form_route == "rectal") return product_route == "vaginal";
  return form_route == "transdermal" && product_route == "topical";
}

void set_route(Resolution& resolution, const OrderReading& order, const ProductReading& product) {
  const bool form_fits = order.route_from_form && fits_form(order.route, product.route);
  if (order.route.empty() || (!product.route.empty() && form_fits)) {
    resolution.route = product.route;
    return;
  }
  resolution.route = order.route;
  if (!product.route.empty() && product.route != order.route && product.route != wider_route(order.route)) {
    add_note(resolution.note, "the words say " + order.route + ", the product is for " + product.route + " use");
  }
}

// "5 mg MWF, 2.5 mg TTSS", "50 mg -> 100 mg": more than one dose in one line. A number made of them would look exact
// and be wrong.
bool tells_several_doses(std::string_view text) {
  const std::string lower = lower_case(text);
  if (lower.find("->") != std::string::npos || lower.find("\xE2\x86\x92") != std::string::npos) return true;
  constexpr std::array<std::string_view, 18> days{"mwf", "tts",  "ttss", "tthss",  "tthsasu", "mon",
                                                  "tue", "tues", "wed",  "thu",    "thur",    "thurs",
                                                  "fri", "sat",  "sun",  "monday", "sunday",  "weekend"};
  const auto digit = [&](std::size_t at) { return at < lower.size() && lower[at] >= '0' && lower[at] <= '9'; };
  const auto letter = [&](std::size_t at) { return at < lower.size() && lower[at] >= 'a' && lower[at] <= 'z'; };
  std::size_t strengths = 0;
  for (std::size_t at = lower.find("mg"); at != std::string::npos; at = lower.find("mg", at + 1)) {
    if (!letter(at + 2) && at > 0 && (digit(at - 1) || (at > 1 && lower[at - 1] == ' ' && digit(at - 2)))) ++strengths;
  }
  if (strengths < 2) return false;
  return std::any_of(days.begin(), days.end(), [&](std::string_view day) {
    for (std::size_t at = lower.find(day); at != std::string::npos; at = lower.find(day, at + 1)) {
      if ((at == 0 || !letter(at - 1)) && !letter(at + day.size())) return true;
    }
    return false;
  });
}

// What is worn counts by what it releases: without an interval how often is not known, and "25 mcg" of a patch may be
// of an hour or of a day. What runs at a rate is no dose at all.
void set_released(Resolution& resolution, const OrderReading& order) {
  core::Dose& dose = resolution.dose;
  const bool worn = resolution.route == "transdermal";
  if (worn) dose.rate.reset();
  if (worn && order.is_rate && !order.has_interval) {
    forget_strengths(dose);
    dose.amount.reset();
    dose.times_per_day.reset();
    add_note(resolution.note, "how often it is changed is not stated");
  } else if (order.is_rate && dose.strengths.empty() && !dose.rate) {
    add_note(resolution.note, "the words tell a rate, which is no single dose");
  }
  if (worn && !order.is_rate && dose.strength_unit == core::DoseUnit::mcg) forget_strengths(dose);
}

// What is given by need or within a range is bounded by what may be given in a day.
void keep_day_limit(core::Dose& dose, const OrderReading& order) {
  if (!order.day_limit || !order.is_open) return;
  double single = dose.amount.value_or(1.0);
  double limit = order.day_limit->value;
  if (order.day_limit->unit != core::DoseUnit::none) {
    if (dose.strengths.size() != 1) return;  // of a combination it is not known which part is limited
    single *= dose.strengths.front();
    limit *= in_unit(order.day_limit->unit, dose.strength_unit);
  }
  if (!(single > 0.0) || limit < single) return;
  dose.times_per_day = std::min(dose.times_per_day.value_or(limit / single), limit / single);
}

// "Jynarque 45/15 mg": a product of one ingredient whose two strengths are the doses of one day.
bool is_split_day(const core::Dose& dose, const OrderReading& order, std::string_view strengths) {
  if (dose.strengths.size() != 2 || order.strength_list == StrengthList::parts) return false;
  const auto known = known_strengths(strengths, 2);
  return std::any_of(known.begin(), known.end(), [&](const KnownStrength& one) {
    return in_unit(dose.strength_unit, one.unit) == 1.0 && alike(one.values[0], dose.strengths[0]) &&
           alike(one.values[1], dose.strengths[1]);
  });
}

// Takes the dose over, or gives the reason for which the strengths speak against the product.
std::string set_dose(const KnowledgeBase& base, Resolution& resolution, const OrderReading& order,
                     const ProductReading& product) {
  core::Dose& dose = resolution.dose;
  dose = order.dose;
  const std::size_t ingredients = product.meaning.ingredients.size();
  const std::size_t count = dose.strengths.size();
  const bool concentration = order.strength_list == StrengthList::slash && count == 2 && dose.strengths[1] == 5.0 &&
                             dose.strengths[0] >= 100.0 &&
                             dose.strength_unit == core::DoseUnit::none;  // "amoxicillin 400/5": per 5 mL
  if (concentration && order.millilitres) {
    dose.strengths = {dose.strengths[0] / dose.strengths[1]};
    dose.strength_unit = core::DoseUnit::mg;
    dose.amount = order.millilitres;
  } else if (concentration) {
    forget_strengths(dose);
  } else if (count > 1 && count != ingredients) {
    const bool equal = std::all_of(dose.strengths.begin(), dose.strengths.end(),
                                   [&](double value) { return alike(value, dose.strengths.front()); });
    const bool rising = std::is_sorted(dose.strengths.begin(), dose.strengths.end());
    const bool compound =
        order.strength_list == StrengthList::slash || (order.strength_list == StrengthList::hyphen && !rising);
    if (ingredients == 1 && is_split_day(dose, order, product.strengths)) {
      const double larger = std::max(dose.strengths[0], dose.strengths[1]);
      dose.times_per_day = (dose.strengths[0] + dose.strengths[1]) / larger;
      dose.strengths = {larger};
    } else if (ingredients == 1 && equal) {
      dose.strengths.resize(1);
    } else if (ingredients == 1 && count == 2 && order.strength_list == StrengthList::hyphen && rising) {
      dose.strengths.erase(dose.strengths.begin());  // "500-1000 mg": the most that is given
    } else if (compound && count > ingredients && count <= 3) {
      return "there are " + std::to_string(count) + " strengths for " + std::to_string(ingredients) +
             (ingredients == 1 ? " ingredient" : " ingredients") + ": is a combination meant?";
    } else {
      forget_strengths(dose);
    }
  }
  if (order.doses_differ) add_note(resolution.note, "the doses of a day differ; the largest and the day's total count");
  if (order.has_later_dose) add_note(resolution.note, "the dose that follows is lower and is not counted");
  if (ingredients > 1) {
    const auto own = known_strengths(product.strengths, ingredients);
    const auto others = dose.strengths.empty() ? std::vector<KnownStrength>{}
                                               : strengths_of_products(base, product.meaning.ingredients);
    if (order.is_liquid) {
      complete_liquid(dose, order, own, others, ingredients);
    } else if (!order.is_rate) {
      complete_strengths(dose, own, others, ingredients);
    }
  }
  set_released(resolution, order);
  keep_day_limit(dose, order);
  return {};
}

Resolution resolve_text(const KnowledgeBase& base, std::string_view text, std::string_view locale,
                        bool& names_something) {
  Resolution resolution;
  if (text.size() > most_bytes) {
    resolution.reason = "the text is too long to be one medicine";
    return resolution;
  }
  const SpelledText words = with_strengths_parted(base.names(), spelled(text));
  ProductReading product = read_product(base, words, locale);
  names_something = product.names_something;
  const OrderReading order = read_order(words, product.names);
  for (const std::string& note : product.notes) add_note(resolution.note, note);
  set_route(resolution, order, product);
  const std::string against = set_dose(base, resolution, order, product);
  if (tells_several_doses(text)) {
    resolution.dose = {};
    add_note(resolution.note, "the words tell more than one dose; none is taken");
  }
  resolution.reason = product.reason;
  resolution.resolved = product.resolved && against.empty();
  if (resolution.resolved) {
    resolution.interpretations.push_back(std::move(product.meaning));
    return resolution;
  }
  if (resolution.reason.empty()) {
    resolution.reason = against;
    product.meaning.score = std::min(product.meaning.score, contradicting_score);
    product.candidates.push_back(product.meaning);
    for (const std::string& longer : base.names().longer_names(normalised_name(product.meaning.name))) {
      for (const NameEntry& entry : base.names().find(longer)) {
        if (entry.ingredients.size() < 2) continue;
        product.candidates.push_back(
            {entry.name, entry.ingredients, MatchKind::brand, contradicting_score / 2.0, "a combination of that name"});
      }
    }
  }
  std::stable_sort(product.candidates.begin(), product.candidates.end(),
                   [](const Interpretation& left, const Interpretation& right) { return left.score > right.score; });
  for (Interpretation& candidate : product.candidates) {
    const bool known = std::any_of(
        resolution.interpretations.begin(), resolution.interpretations.end(), [&](const Interpretation& other) {
          return other.name == candidate.name && as_set(other.ingredients) == as_set(candidate.ingredients);
        });
    if (!known && resolution.interpretations.size() < most_candidates)
      resolution.interpretations.push_back(std::move(candidate));
  }
  return resolution;
}

bool is_rxnorm(std::string_view system) {
  const std::string lower = lower_case(trimmed(system));
  return lower == "rxnorm" || lower == "http://www.nlm.nih.gov/research/umls/rxnorm";
}

bool says_otherwise(const Interpretation& meant, const NameEntry& coded) {
  return as_set(meant.ingredients) != as_set(coded.ingredients);
}

// Whether words that do not decide by themselves contradict the code: they offer something likely, and never what it
// says.
bool contradicts(const Resolution& by_text, const NameEntry& coded) {
  std::vector<Interpretation> offered = by_text.interpretations;
  std::erase_if(offered, [](const Interpretation& one) {
    return one.kind == MatchKind::fuzzy && one.score < contradicting_score;  // far off, only shown
  });
  const bool offers_it = std::any_of(offered.begin(), offered.end(),
                                     [&](const Interpretation& one) { return !says_otherwise(one, coded); });
  return !offers_it && !offered.empty();
}

}  // namespace

std::string_view to_string(MatchKind kind) noexcept {
  constexpr std::array<std::string_view, 6> names{"exact", "synonym", "brand", "abbreviation", "code", "fuzzy"};
  return names[static_cast<std::size_t>(kind)];
}

namespace {

// Whether no word stands in the text: an ASCII letter or digit always makes one.
bool is_blank(std::string_view text) {
  const auto of_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); };
  return std::none_of(text.begin(), text.end(), of_word) && normalised_name(text).empty();
}

// Whether the interpretation rests on one name that the knowledge base has for just these ingredients together.
bool is_product(const KnowledgeBase& base, const Interpretation& meaning) {
  if (meaning.ingredients.size() < 2) return false;
  const auto entries = base.names().find(normalised_name(meaning.name));
  return std::any_of(entries.begin(), entries.end(), [&](const NameEntry& entry) {
    return entry.kind != NameKind::ambiguous && as_set(entry.ingredients) == as_set(meaning.ingredients);
  });
}

Resolution resolve_names_and_code(const KnowledgeBase& base, const ResolveRequest& request) {
  std::string locale(trimmed(request.locale));
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const std::string_view code = trimmed(request.code);
  const bool blank = is_blank(std::string_view(request.text).substr(0, most_bytes));
  bool names_something = false;
  Resolution resolution;
  if (!blank) resolution = resolve_text(base, request.text, locale, names_something);
  if (code.empty()) {
    if (blank) resolution.reason = "no name was given";
    return resolution;
  }
  const auto entries = is_rxnorm(request.code_system) ? base.names().find_code(code) : std::span<const NameEntry>{};
  if (entries.empty()) {
    const std::string unknown =
        is_rxnorm(request.code_system) ? "the RxNorm code is not known" : "codes of this system are not read";
    if (blank) {
      resolution.reason = unknown + " and no name was given";
    } else {
      add_note(resolution.note, unknown + "; the text was read");
    }
    return resolution;
  }
  const NameEntry& coded = entries.front();
  Interpretation by_code{coded.name, coded.ingredients, MatchKind::code, 1.0, "RxNorm code"};
  if (resolution.resolved && says_otherwise(resolution.interpretations.front(), coded)) {
    resolution.resolved = false;
    resolution.reason = "the code says " + coded.name + ", the text says " +
                        names_of(base, resolution.interpretations.front().ingredients);
    resolution.interpretations.push_back(std::move(by_code));
    return resolution;
  }
  if (!resolution.resolved && !blank) {
    if (contradicts(resolution, coded)) {
      resolution.reason = "the code says " + coded.name + ", but of the text " +
                          (resolution.reason.empty() ? "this is not certain" : resolution.reason);
      resolution.interpretations.push_back(std::move(by_code));
      return resolution;
    }
    if (names_something && resolution.interpretations.empty()) return resolution;
    add_note(resolution.note, "read by its code; of the text: " + resolution.reason);
  }
  resolution.resolved = true;
  resolution.reason.clear();
  resolution.interpretations.assign(1, by_code);
  return resolution;
}

// Words that speak against the medicine being taken. They change nothing: only its status does; but they are shown.
std::string_view word_of_stopping(std::string_view text) {
  constexpr std::array<std::string_view, 12> words{"no",   "not",     "avoid",   "allergic", "allergy",      "hold",
                                                   "held", "holding", "stopped", "stop",     "discontinued", "dc'd"};
  const std::string lower = lower_case(text);
  for (const std::string_view word : words) {
    const auto at = lower.find(word);
    if (at == std::string::npos) continue;
    const auto letter = [&](std::size_t i) { return i < lower.size() && lower[i] >= 'a' && lower[i] <= 'z'; };
    if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return word;
  }
  return lower.find("d/c") != std::string::npos ? "d/c" : std::string_view{};
}

}  // namespace

Resolution resolve(const KnowledgeBase& base, const ResolveRequest& request) {
  Resolution resolution = resolve_names_and_code(base, request);
  if (const std::string_view word = word_of_stopping(std::string_view(request.text).substr(0, most_bytes));
      !word.empty()) {
    add_note(resolution.note,
             "the words say `" + std::string(word) + "`; it is read as taken unless its status says otherwise");
  }
  for (Interpretation& meaning : resolution.interpretations) meaning.fixed_product = is_product(base, meaning);
  return resolution;
}

}  // namespace guardian::knowledge
