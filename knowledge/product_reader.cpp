#include "knowledge/product_reader.hpp"

#include <algorithm>
#include <optional>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/misspelling.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_judge.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double part_score = 0.5;  // of a known part of something that is not known as a whole
constexpr double foreign_brand_score = 0.95;
// Shorter names have too many neighbours for one letter to be a doubt.
constexpr std::size_t shortest_slip = 5;

MatchKind match_of(NameKind kind) {
  switch (kind) {
    case NameKind::canonical: return MatchKind::exact;
    case NameKind::synonym: return MatchKind::synonym;
    case NameKind::brand: return MatchKind::brand;
    case NameKind::abbreviation: return MatchKind::abbreviation;
    case NameKind::ambiguous: break;
  }
  return MatchKind::abbreviation;
}

using Ingredients = std::vector<IngredientIndex>;

Ingredients sorted(Ingredients ingredients) {
  std::sort(ingredients.begin(), ingredients.end());
  ingredients.erase(std::unique(ingredients.begin(), ingredients.end()), ingredients.end());
  return ingredients;
}

bool includes(const Ingredients& all, const Ingredients& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

// What one name of the words means, or between what it cannot be decided.
struct Part {
  NameMention mention;
  std::vector<const NameEntry*> meanings;  // of different ingredients; one when it is decided
  bool ambiguous = false;                  // the alternatives of one entry
  bool foreign = false;                    // a brand of other countries than this locale
  std::optional<NearName> corrected;

  [[nodiscard]] bool decided() const { return meanings.size() == 1 && !ambiguous; }
  [[nodiscard]] Ingredients ingredients() const { return sorted(meanings.front()->ingredients); }
};

class ProductReader {
 public:
  ProductReader(const KnowledgeBase& base, const SpelledText& text, std::string_view locale)
      : base_(base), index_(base.names()), text_(text), locale_(locale) {}

  ProductReading read() {
    JudgedWords judged = judge_words(base_, text_);
    mentions_ = std::move(judged.names);
    result_.reason = std::move(judged.reason);
    result_.candidates = std::move(judged.candidates);
    result_.notes = std::move(judged.notes);
    score_ = judged.score;
    choose_meanings();
    doubt_unread_sides();
    doubt_unread_endings();
    doubt_choices();
    settle_forms();
    settle_shortened_brands();
    combine();
    finish();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const std::string& word(std::size_t i) const { return text_.words[i].text; }
  [[nodiscard]] bool is_food(IngredientIndex ingredient) const { return base_.ingredient(ingredient).kind == "food"; }

  void doubt(std::string reason) {
    if (result_.reason.empty()) result_.reason = std::move(reason);
  }

  void offer(std::string name, Ingredients ingredients, MatchKind kind, double score, std::string reason) {
    result_.candidates.push_back({std::move(name), std::move(ingredients), kind, score, std::move(reason)});
  }

  [[nodiscard]] Part choose(const JudgedName& mention) const;
  void choose_meanings();
  void settle_undecided();
  void doubt_unread_sides();
  void doubt_unread_endings();
  [[nodiscard]] bool is_carrier(const Part& part) const;
  void doubt_choices();
  [[nodiscard]] bool is_form_of(const Part& form, const Part& general) const;
  void settle_forms();
  void settle_shortened_brands();
  void combine();
  void report_undecided(const Part& part);
  void look_for_local_brand(const Part& part);
  [[nodiscard]] bool is_named_again(const Part& part) const;
  void finish();

  const KnowledgeBase& base_;
  const NameIndex& index_;
  const SpelledText& text_;
  std::string_view locale_;
  std::vector<JudgedName> mentions_;
  std::vector<Part> parts_;    // of the product
  std::vector<Part> aliases_;  // in brackets
  ProductReading result_;
  double score_ = 1.0;
};

// The meanings of a name as this locale knows it: one entry for each different set of ingredients.
Part ProductReader::choose(const JudgedName& mention) const {
  Part part;
  part.mention = mention.name;
  part.corrected = mention.corrected;
  std::vector<const NameEntry*> entries;
  for (const NameEntry& entry : mention.name.meanings) {
    if (entry.kind == NameKind::canonical) entries = {&entry};
    if (entry.kind == NameKind::canonical) break;
    entries.push_back(&entry);
  }
  for (const NameEntry* entry : entries) part.ambiguous = part.ambiguous || entry->kind == NameKind::ambiguous;
  const auto listed = [&](const NameEntry* entry) {
    return !locale_.empty() &&
           std::find(entry->countries.begin(), entry->countries.end(), locale_) != entry->countries.end();
  };
  const auto everywhere = [](const NameEntry* entry) { return entry->countries.empty(); };
  std::vector<const NameEntry*> local;
  if (!locale_.empty()) {
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(local),
                 [&](const NameEntry* entry) { return listed(entry) || everywhere(entry); });
  }
  const auto& from = local.empty() ? entries : local;
  for (const NameEntry* entry : from) {
    const bool known = std::any_of(part.meanings.begin(), part.meanings.end(), [&](const NameEntry* other) {
      return sorted(other->ingredients) == sorted(entry->ingredients);
    });
    if (!known) part.meanings.push_back(entry);
  }
  part.foreign = !locale_.empty() && !part.ambiguous &&
                 std::none_of(from.begin(), from.end(),
                              [&](const NameEntry* entry) { return listed(entry) || everywhere(entry); });
  return part;
}

void ProductReader::choose_meanings() {
  bool in_carrier = false;  // "in NS or D5W"
  for (const JudgedName& mention : mentions_) {
    Part part = choose(mention);
    result_.names_something = true;
    const std::string& name = part.meanings.front()->name;
    const bool behind_or = part.mention.first > 0 && word(part.mention.first - 1) == "or";
    in_carrier = (part.mention.first > 0 && word(part.mention.first - 1) == "in") || (in_carrier && behind_or);
    const bool behind_in = in_carrier;
    // "Cholecalciferol 2000 UNT / soy 64 MG" is a product of both; "20 mg w/ grapefruit juice" is not.
    const bool joined = part.mention.first > 0 && text_.words[part.mention.first].gap.find('/') != std::string::npos &&
                        role_of(word(part.mention.first - 1)) == WordRole::unit;
    const bool food = !part.ambiguous &&
                      std::all_of(part.meanings.front()->ingredients.begin(), part.meanings.front()->ingredients.end(),
                                  [&](IngredientIndex i) { return is_food(i); });
    switch (part.mention.place) {
      case Place::name:
      case Place::words:
        if ((part.mention.place == Place::words && (behind_in || (food && !joined))) ||
            (!parts_.empty() && part.mention.tie == Tie::none && !behind_or && is_carrier(part) &&
             !is_carrier(parts_.back()))) {
          result_.notes.push_back("the words also name " + name + ", which is not counted");
        } else {
          parts_.push_back(std::move(part));
        }
        break;
      case Place::parenthesis:
      case Place::bracket: (part.mention.tie == Tie::part ? parts_ : aliases_).push_back(std::move(part)); break;
      case Place::purpose:
      case Place::denied: result_.notes.push_back("the words also name " + name + ", which is not counted"); break;
    }
  }
  settle_undecided();
}

// A name of several meanings beside another name of one of them means that one: "MS (morphine)", "insulin lispro
// Humalog".
void ProductReader::settle_undecided() {
  std::vector<Ingredients> decided;
  for (const auto* list : {&parts_, &aliases_}) {
    for (const Part& part : *list) {
      if (part.decided()) decided.push_back(part.ingredients());
    }
  }
  const auto settled_elsewhere = [&](const Part& part) {
    if (part.decided() || part.mention.tie == Tie::part) return false;
    for (const NameEntry* entry : part.meanings) {
      for (const Ingredients& other : decided) {
        if (!part.ambiguous && sorted(entry->ingredients) == other) return true;
        if (part.ambiguous && other.size() == 1 &&
            std::find(entry->ingredients.begin(), entry->ingredients.end(), other.front()) !=
                entry->ingredients.end()) {
          return true;
        }
      }
    }
    return false;
  };
  const bool joined =
      std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.mention.tie == Tie::part; });
  if (!joined) std::erase_if(parts_, settled_elsewhere);
  if (parts_.empty()) std::swap(parts_, aliases_);
  std::erase_if(aliases_, settled_elsewhere);
}

// Between "/", "+", ",", "&" and "and" stands a medicine or plain order words. A side that names none and has the salt
// or the symbol of one ("Li carbonate / KCl", "K citrate + amiloride") is a medicine that was not read: the whole is in
// doubt.
void ProductReader::doubt_unread_sides() {
  static constexpr WordList symbols = {"li", "k", "na", "ca", "fe", "zn", "al", "au"};
  const auto names_word = [&](std::size_t i) {
    return std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
      return i >= mention.name.first && i < mention.name.first + mention.name.count;
    });
  };
  std::size_t first = 0;  // of the side
  bool named = false;
  bool telling = false;
  const auto close_side = [&](std::size_t end) {
    if (!named && telling) {
      std::string unread;
      for (std::size_t i = first; i < end; ++i) {
        if (word(i) != "and") unread += (unread.empty() ? "" : " ") + word(i);
      }
      doubt("a part of it, " + in_quotes(unread) + ", is not known");
    }
    first = end;
    named = telling = false;
  };
  for (std::size_t i = 0; i < text_.words.size(); ++i) {
    const bool joined_before = text_.words[i].gap.find_first_of("/+&,;") != std::string::npos;
    if (joined_before || word(i) == "and") close_side(i);
    // What is denied, or is the purpose, is no medicine of this order.
    const WordRole role = role_of(word(i));
    named = named || names_word(i) || role == WordRole::denial || role == WordRole::purpose;
    telling = telling || role == WordRole::salt || symbols.has(word(i));
  }
  close_side(text_.words.size());
}

// "emtricitabine/tenofovir lF" is one letter from the name of another salt ("... AF"): what is written behind a name,
// and means nothing by itself, may be the slip of what tells two medicines apart.
void ProductReader::doubt_unread_endings() {
  for (const Part& part : parts_) {
    const std::size_t at = part.mention.first + part.mention.count;
    if (!part.decided() || at >= text_.words.size() || word(at).size() < 2 || role_of(word(at)) != WordRole::none)
      continue;
    if (std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
          return at >= mention.name.first && at < mention.name.first + mention.name.count;
        }))
      continue;
    for (const std::string& longer : index_.longer_names(part.mention.key)) {
      const std::string_view ending = std::string_view(longer).substr(part.mention.key.size() + 1);
      if (ending.size() != word(at).size() || spelling_distance(ending, word(at), 1) > 1) continue;
      if (meaning_of(index_.find(longer)) == Meaning{part.ingredients()}) continue;
      for (const NameEntry& other : index_.find(longer))
        offer(other.name, other.ingredients, match_of(other.kind), part_score, "one letter from what is written");
      return doubt("a part of it, " + in_quotes(word(at)) + ", is not known, and it may be " + in_quotes(longer));
    }
  }
}

// An infusion fluid written short behind another name: what it is given in, or "NS" for a nasal spray.
bool ProductReader::is_carrier(const Part& part) const {
  const auto carriers =
      base_.graph().find(ConceptName{ConceptKind::drug_class, "carrier_fluid", Relation::inhibitor, 0, false});
  if (!carriers || part.ambiguous || part.meanings.front()->kind != NameKind::abbreviation) return false;
  const Ingredients& ingredients = part.meanings.front()->ingredients;
  return std::all_of(ingredients.begin(), ingredients.end(), [&](IngredientIndex ingredient) {
    const auto lit = base_.graph().closure(ingredient);
    return std::binary_search(lit.begin(), lit.end(), *carriers);
  });
}

// "hydralazine or hydroxyzine 25 mg": one of two is ordered, and not both.
void ProductReader::doubt_choices() {
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    const Part& one = parts_[i - 1];
    const Part& other = parts_[i];
    if (!one.decided() || !other.decided() || one.ingredients() == other.ingredients()) continue;
    const std::size_t at = other.mention.first;
    if (at == 0 || word(at - 1) != "or" || at < one.mention.first) continue;
    doubt(in_quotes(one.meanings.front()->name) + " or " + in_quotes(other.meanings.front()->name) +
          ": which one is meant?");
    for (const Part* part : {&one, &other}) {
      const NameEntry& entry = *part->meanings.front();
      offer(entry.name, entry.ingredients, match_of(entry.kind), part_score, "one of a choice");
    }
  }
}

void ProductReader::report_undecided(const Part& part) {
  std::vector<std::string> names;
  for (const NameEntry* entry : part.meanings) {
    if (entry->kind == NameKind::ambiguous) {
      for (const IngredientIndex ingredient : entry->ingredients) {
        const std::string& name = base_.graph().ingredient_name(ingredient);
        names.push_back(name);
        offer(name, {ingredient}, match_of(entry->kind), 1.0 / static_cast<double>(entry->ingredients.size()),
              "one meaning of " + in_quotes(entry->name));
      }
    } else {
      std::string where;
      for (const std::string& country : entry->countries) where += (where.empty() ? " in " : ", ") + country;
      std::vector<std::string> of;
      for (const IngredientIndex ingredient : entry->ingredients)
        of.push_back(base_.graph().ingredient_name(ingredient));
      names.push_back(joined(of, " with ") + where);
      offer(entry->name, entry->ingredients, match_of(entry->kind), 1.0 / static_cast<double>(part.meanings.size()),
            "brand" + where);
    }
  }
  doubt(in_quotes(part.meanings.front()->name) + " means " + joined(names, ", or ") + ": which one is meant?");
}

// "Cartia" is aspirin in Australia; where "Cartia XT" is sold, which is diltiazem, that may be meant. "Carace" is
// lisinopril in Britain; where "Carac" is sold, which is fluorouracil, it may be a slip of one letter.
void ProductReader::look_for_local_brand(const Part& part) {
  const NameEntry& entry = *part.meanings.front();
  if (entry.countries.empty() || (!locale_.empty() && !part.foreign)) return;
  const auto sold_only_here = [&](std::span<const NameEntry> meanings) {
    if (meaning_of(meanings) == Meaning{part.ingredients()}) return false;
    return std::all_of(meanings.begin(), meanings.end(), [&](const NameEntry& other) {
      const auto& countries = other.countries;
      const bool sold_here = locale_.empty() || countries.empty() ||
                             std::find(countries.begin(), countries.end(), locale_) != countries.end();
      const bool apart = std::none_of(countries.begin(), countries.end(), [&](const std::string& country) {
        return std::find(entry.countries.begin(), entry.countries.end(), country) != entry.countries.end();
      });
      return sold_here && apart && !countries.empty();
    });
  };
  const auto may_stand_for = [&](const std::string& key, const std::string& why) {
    for (const NameEntry& other : index_.find(key))
      offer(other.name, other.ingredients, match_of(other.kind), part_score, why);
    doubt(in_quotes(entry.name) + " is a brand of " + joined(entry.countries, ", ") + ", and here may stand for " +
          in_quotes(key));
  };
  for (const std::string& longer : index_.longer_names(part.mention.key)) {
    if (sold_only_here(index_.find(longer))) return may_stand_for(longer, "a longer name of this country");
  }
  if (locale_.empty() || part.mention.key.size() < shortest_slip || is_named_again(part)) return;
  for (const NearName& near : index_.near(part.mention.key, 1)) {
    if (near.distance == 1 && sold_only_here(index_.find(near.key)))
      return may_stand_for(near.key, "one letter from a name of this country");
  }
}

// Whether other words of the order say the same: "Carace (lisinopril)".
bool ProductReader::is_named_again(const Part& part) const {
  const auto says_so = [&](const Part& other) {
    return &other != &part && other.decided() && other.ingredients() == part.ingredients();
  };
  return std::any_of(parts_.begin(), parts_.end(), says_so) || std::any_of(aliases_.begin(), aliases_.end(), says_so);
}

// Whether an ingredient is a form of another one that goes by its name: "amphotericin b liposomal" of "amphotericin b".
bool ProductReader::is_form_of(const Part& form, const Part& general) const {
  if (!form.decided() || !general.decided()) return false;
  const Ingredients& one = form.meanings.front()->ingredients;
  const Ingredients& other = general.meanings.front()->ingredients;
  if (one.size() != 1 || other.size() != 1) return false;
  const ConceptGraph& graph = base_.graph();
  if (!graph.ingredient_name(one.front()).starts_with(graph.ingredient_name(other.front()) + " ")) return false;
  const auto wide = graph.closure(other.front());
  const auto lit = graph.closure(one.front());
  const auto any = graph.find(ConceptName{ConceptKind::any, {}, Relation::inhibitor, 0, false});
  return std::any_of(lit.begin(), lit.end(), [&](ConceptIndex index) {  // a class of both
    return raw(index) >= graph.ingredient_count() && graph.ladder_name(index) == nullptr && index != any &&
           std::binary_search(wide.begin(), wide.end(), index);
  });
}

// "Amphotericin B (AmBisome)", "penicillin G Bicillin L-A": the name of the whole and that of its form are one
// medicine, the form.
void ProductReader::settle_forms() {
  const bool joined =
      std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.mention.tie == Tie::part; });
  if (joined) return;
  const auto has_form = [&](const Part& general) {
    const auto is_form = [&](const Part& part) { return is_form_of(part, general); };
    return std::any_of(parts_.begin(), parts_.end(), is_form) || std::any_of(aliases_.begin(), aliases_.end(), is_form);
  };
  std::erase_if(parts_, has_form);
  std::erase_if(aliases_, has_form);
  if (parts_.empty()) std::swap(parts_, aliases_);
}

// "Diltiazem 120 MG [Cartia]": of the names that begin with this brand one is what the words before it say.
void ProductReader::settle_shortened_brands() {
  Ingredients written;
  for (const Part& part : parts_) {
    if (!part.decided()) return;
    const Ingredients ingredients = part.ingredients();
    written.insert(written.end(), ingredients.begin(), ingredients.end());
  }
  const Ingredients meant = sorted(std::move(written));
  std::erase_if(aliases_, [&](const Part& alias) {
    if (alias.mention.place != Place::bracket) return false;
    const auto longer = index_.longer_names(alias.mention.key);
    return std::any_of(longer.begin(), longer.end(),
                       [&](const std::string& name) { return meaning_of(index_.find(name)) == Meaning{meant}; });
  });
}

void ProductReader::combine() {
  for (const auto* list : {&parts_, &aliases_}) {
    for (const Part& part : *list) {
      if (!part.decided()) report_undecided(part);
      if (part.decided()) look_for_local_brand(part);
    }
  }
  Ingredients all;
  for (const Part& part : parts_) {
    if (!part.decided()) continue;
    for (const IngredientIndex ingredient : part.meanings.front()->ingredients) {
      if (std::find(all.begin(), all.end(), ingredient) == all.end()) all.push_back(ingredient);
    }
  }
  for (const Part& alias : aliases_) {
    if (!alias.decided()) continue;
    const Ingredients other = alias.ingredients();
    if (includes(sorted(all), other)) continue;
    // RxNorm writes every ingredient of a product before its brand in "[...]", and a brand keeps its name when its
    // formula changes: several ingredients that are written out count, as long as the brand speaks of one of them or
    // the composition is long (vitamins).
    const bool shared = std::any_of(all.begin(), all.end(), [&](IngredientIndex one) {
      return std::find(other.begin(), other.end(), one) != other.end();
    });
    if (alias.mention.place == Place::bracket && all.size() > 1 && (shared || all.size() > 3)) {
      result_.notes.push_back("the brand in brackets, " + in_quotes(alias.meanings.front()->name) +
                              ", is also that of another composition; the ingredients before it count");
      continue;
    }
    if (!includes(other, sorted(all))) {
      doubt("the name in brackets, " + in_quotes(alias.meanings.front()->name) +
            ", is another medicine than the words before it");
    }
    for (const IngredientIndex ingredient : alias.meanings.front()->ingredients) {
      if (std::find(all.begin(), all.end(), ingredient) == all.end()) all.push_back(ingredient);
    }
  }
  // "digoxin DigiFab": a name beside its antidote is not a combination of both.
  for (const Part& part : parts_) {
    for (const Part& other : parts_) {
      if (!part.decided() || !other.decided() || other.mention.tie != Tie::none || part.mention.tie != Tie::none)
        continue;
      const Ingredients& one = part.meanings.front()->ingredients;
      const Ingredients& two = other.meanings.front()->ingredients;
      if (one.size() != 1 || two.size() != 1) continue;
      const ConceptGraph& graph = base_.graph();
      if (graph.ingredient_name(two.front()).starts_with(graph.ingredient_name(one.front()) + " "))
        doubt(in_quotes(part.meanings.front()->name) + " and " + in_quotes(other.meanings.front()->name) +
              " are two medicines: which one is meant?");
    }
  }
  if (all.empty()) doubt("the words name no medicine");
  result_.meaning.ingredients = std::move(all);
}

void ProductReader::finish() {
  Interpretation& meaning = result_.meaning;
  std::vector<std::string> names;
  std::vector<std::string> routes;
  meaning.kind = MatchKind::exact;
  for (const auto* list : {&parts_, &aliases_}) {
    for (const Part& part : *list) {
      if (!part.decided()) continue;
      const NameEntry& entry = *part.meanings.front();
      const MatchKind kind = part.corrected ? MatchKind::fuzzy : match_of(entry.kind);
      if (list == &parts_) {
        if (std::find(names.begin(), names.end(), entry.name) == names.end()) names.push_back(entry.name);
        meaning.kind = std::max(meaning.kind, kind);
      }
      if (part.corrected) {
        score_ = std::min(score_, part.corrected->score);
        meaning.reason = letters_from(*part.corrected) + in_quotes(entry.name);
      }
      if (part.foreign) {
        score_ = std::min(score_, foreign_brand_score);
        result_.notes.push_back(entry.name + " is a brand of " + joined(entry.countries, ", "));
      }
      std::vector<std::string> elsewhere;
      for (const NameEntry& other : part.mention.meanings) {
        if (entry.kind == NameKind::canonical || sorted(other.ingredients) == sorted(entry.ingredients)) continue;
        std::vector<std::string> of;
        for (const IngredientIndex ingredient : other.ingredients)
          of.push_back(base_.graph().ingredient_name(ingredient));
        elsewhere.push_back("also a brand of " + joined(of, " with ") +
                            (other.countries.empty() ? "" : " in " + joined(other.countries, ", ")));
      }
      if (!elsewhere.empty()) result_.notes.push_back(entry.name + ": " + joined(elsewhere, "; "));
      if (!entry.route.empty()) routes.push_back(entry.route);
      if (sorted(entry.ingredients) == sorted(meaning.ingredients) && result_.strengths.empty() &&
          !entry.strengths.empty()) {
        result_.strengths = entry.strengths;
        meaning.ingredients = entry.ingredients;
      }
    }
  }
  for (const JudgedName& mention : mentions_) result_.names.push_back({mention.name.first, mention.name.count});
  std::sort(result_.names.begin(), result_.names.end(),
            [](const NameSpan& a, const NameSpan& b) { return a.first < b.first; });
  if (!routes.empty() &&
      std::all_of(routes.begin(), routes.end(), [&](const std::string& route) { return route == routes.front(); })) {
    result_.route = routes.front();
  }
  meaning.name = joined(names, " / ");
  meaning.score = std::clamp(score_, 0.0, 1.0);
  if (meaning.reason.empty())
    meaning.reason = meaning.kind == MatchKind::exact ? "known name" : std::string(to_string(meaning.kind));
  result_.resolved = result_.reason.empty() && !meaning.ingredients.empty();
  if (result_.resolved) return;
  if (!meaning.ingredients.empty()) {
    meaning.score = part_score;
    meaning.reason = "known part of what is written";
    result_.candidates.push_back(meaning);
  }
}

}  // namespace

ProductReading read_product(const KnowledgeBase& base, const SpelledText& text, std::string_view locale) {
  return ProductReader(base, text, locale).read();
}

}  // namespace guardian::knowledge
