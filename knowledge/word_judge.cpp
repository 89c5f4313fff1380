#include "knowledge/word_judge.hpp"

#include <algorithm>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/misspelling.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t most_window = 6;           // words of one misspelt name
constexpr std::size_t shortest_with_commas = 5;  // words
constexpr std::size_t most_unknown = 8;          // unknown words before a strength; more are prose, not a name
constexpr std::size_t telling_length = 5;        // letters from which an unknown word beside a name is worth a note
constexpr double unknown_word_penalty = 0.9;
constexpr std::size_t most_unknown_of_name = 3;  // unknown words from which names far off are worth showing
constexpr double further_score = 0.6;            // at most, of a name that is only shown

// Classes by the words that patients use; those of the knowledge base are known to the name index.
constexpr WordList lay_classes = {"blood thinner",
                                  "blood thinners",
                                  "water pill",
                                  "water pills",
                                  "antibiotic",
                                  "antibiotics",
                                  "painkiller",
                                  "painkillers",
                                  "pain killer",
                                  "pain killers",
                                  "pain medication",
                                  "pain medicine",
                                  "sleeping pill",
                                  "sleeping pills",
                                  "antidepressant",
                                  "antidepressants",
                                  "blood pressure pill",
                                  "blood pressure medication",
                                  "blood pressure medicine",
                                  "maoi",
                                  "maois",
                                  "maoi inhibitor",
                                  "nsaid",
                                  "nsaids",
                                  "statin",
                                  "statins",
                                  "ssri",
                                  "ssris",
                                  "ace inhibitor",
                                  "ace inhibitors",
                                  "ccb",
                                  "doac",
                                  "noac",
                                  "muscle relaxer",
                                  "muscle relaxers",
                                  "anti inflammatory",
                                  "antiinflammatory",
                                  "chemotherapy",
                                  "steroid",
                                  "steroids",
                                  "antihistamine",
                                  "antacid",
                                  "heart pill",
                                  "cholesterol pill"};

class WordJudge {
 public:
  WordJudge(const KnowledgeBase& base, const SpelledText& text) : base_(base), index_(base.names()), text_(text) {}

  JudgedWords judge_all() {
    NameReading names = read_names(index_, text_);
    for (NameMention& mention : names.mentions) mentions_.push_back({std::move(mention), std::nullopt});
    unknown_ = std::move(names.unknown);
    judge_unknown_words();
    for (const JudgedName& mention : mentions_) {  // "Bleo Ellipta": an abbreviation is one slip from much else
      const std::size_t next = mention.name.first + mention.name.count;
      const bool short_form = !mention.corrected && mention.name.meanings.front().kind == NameKind::abbreviation;
      if (short_form && next < text_.words.size() && word(next).size() >= telling_length)
        doubt_two_misspelt({.position = next});
    }
    result_.names = std::move(mentions_);
    return std::move(result_);
  }

 private:
  [[nodiscard]] const std::string& word(std::size_t i) const { return text_.words[i].text; }

  void doubt(std::string reason) {
    if (result_.reason.empty()) result_.reason = std::move(reason);
  }

  void offer_near(const std::vector<NearName>& names, double most = 1.0) {
    for (const NearName& name : names) {
      for (const NameEntry& entry : index_.find(name.key)) {
        result_.candidates.push_back({entry.name, entry.ingredients, MatchKind::fuzzy, std::min(name.score, most),
                                      letters_from(name) + "what is written"});
      }
    }
  }

  // The words [first, last] as one spelling.
  [[nodiscard]] std::string spelling(std::size_t first, std::size_t last) const {
    std::string joined_words;
    for (std::size_t i = first; i <= last; ++i) joined_words += (i == first ? "" : " ") + word(i);
    return joined_words;
  }

  // Commas part medicines, but not in the longest of names ("calcium, magnesium, potassium, and sodium oxybates").
  [[nodiscard]] bool can_span(std::size_t first, std::size_t last) const {
    const std::string_view parting = last - first + 1 < shortest_with_commas ? ",;:()[]+&" : ";:()[]+&";
    for (std::size_t i = first; i <= last; ++i) {
      // "factor eight": a number in letters may be part of a name.
      if (role_of(word(i)) == WordRole::number && is_digit(word(i).front())) return false;
      if (i > first && text_.words[i].gap.find_first_of(parting) != std::string::npos) return false;
    }
    return true;
  }

  struct Window {
    std::size_t first = 0;
    std::size_t last = 0;
    Correction correction;
  };

  // The longest run of words around `position` that is a known name misspelt; else what is near.
  [[nodiscard]] Window correct_around(std::size_t position) const {
    Window best;
    best.first = best.last = position;
    for (std::size_t length = std::min(most_window, text_.words.size()); length > 0; --length) {
      const std::size_t lowest = position + 1 >= length ? position + 1 - length : 0;
      for (std::size_t first = lowest; first <= position && first + length <= text_.words.size(); ++first) {
        const std::size_t last = first + length - 1;
        if (!can_span(first, last)) continue;
        Correction correction = correct_spelling(index_, spelling(first, last));
        if (correction.accepted) return {first, last, std::move(correction)};
        if (!correction.candidates.empty() && (best.correction.candidates.empty() || length == 1)) {
          best = {first, last, std::move(correction)};
        } else if (best.correction.candidates.empty() && !correction.further.empty()) {
          best.correction.further = std::move(correction.further);  // of the shortest run
        }
      }
    }
    return best;
  }

  // The title of a class that the words around `position` name.
  [[nodiscard]] std::string class_around(std::size_t position) const {
    for (std::size_t length = std::min(most_window, text_.words.size()); length > 0; --length) {
      const std::size_t lowest = position + 1 >= length ? position + 1 - length : 0;
      for (std::size_t first = lowest; first <= position && first + length <= text_.words.size(); ++first) {
        std::string words = spelling(first, first + length - 1);
        if (const std::string_view title = index_.class_title(words); !title.empty()) return std::string(title);
        if (lay_classes.has(words)) return words;
      }
    }
    return {};
  }

  [[nodiscard]] Window with_words_behind(Window window) const;
  void use_correction(const Window& window, const UnknownWord& unknown);
  void judge_unknown_words();
  void judge(const UnknownWord& unknown);
  void doubt_two_misspelt(const UnknownWord& unknown);
  void judge_joined(const UnknownWord& unknown);
  void judge_salt(const UnknownWord& unknown);
  [[nodiscard]] bool is_biosimilar_suffix(const UnknownWord& unknown) const;
  [[nodiscard]] bool is_part(const UnknownWord& unknown) const;
  [[nodiscard]] bool is_covered(std::size_t position) const;
  [[nodiscard]] bool extends_brand(const UnknownWord& unknown) const;
  void drop_partial_brackets();
  void find_misspelt_name();

  const KnowledgeBase& base_;
  const NameIndex& index_;
  const SpelledText& text_;
  std::vector<JudgedName> mentions_;
  std::vector<UnknownWord> unknown_;
  JudgedWords result_;
};

bool WordJudge::is_covered(std::size_t position) const {
  return std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
    return mention.name.first <= position && position < mention.name.first + mention.name.count;
  });
}

void WordJudge::use_correction(const Window& window, const UnknownWord& unknown) {
  std::erase_if(mentions_, [&](const JudgedName& mention) {
    return mention.name.first >= window.first && mention.name.first + mention.name.count <= window.last + 1;
  });
  NameMention name;
  name.first = window.first;
  name.count = window.last + 1 - window.first;
  name.key = window.correction.accepted->key;
  name.meanings = index_.find(name.key);
  name.place = unknown.place;
  name.tie = unknown.tie;
  const auto at = std::find_if(mentions_.begin(), mentions_.end(),
                               [&](const JudgedName& mention) { return mention.name.first > name.first; });
  mentions_.insert(at, {std::move(name), window.correction.accepted});
}

// "Combatnrin-1" is Combantrin-1 and not Combantrin: what stands behind a misspelt name may belong to it.
WordJudge::Window WordJudge::with_words_behind(Window window) const {
  std::string key = window.correction.accepted->key;
  for (std::size_t last = window.last + 1; last < text_.words.size(); ++last) {
    // A number belongs to a name only where it is tied to it: "Tylenol 1 g" is a dose.
    const std::string& gap = text_.words[last].gap;
    const bool tied = role_of(word(last)) == WordRole::number ? gap == "-" || gap.find('#') != std::string::npos
                                                              : can_span(last - 1, last);
    if (!tied) break;
    key += ' ' + word(last);
    if (index_.find(key).empty()) continue;
    window.last = last;
    window.correction.accepted->key = key;
  }
  return window;
}

// No name is known as it stands: the first words that are one misspelt, or the class they name.
void WordJudge::find_misspelt_name() {
  std::vector<NearName> further;
  for (const UnknownWord& unknown : unknown_) {
    if (unknown.place != Place::name || modifier_of(word(unknown.position)) != Modifier::none) continue;
    if (const std::string title = class_around(unknown.position); !title.empty()) {
      return doubt(in_quotes(title) + " is a class of medicines, not one medicine: which one is taken?");
    }
    Window window = correct_around(unknown.position);
    if (window.correction.accepted) return use_correction(with_words_behind(std::move(window)), unknown);
    offer_near(window.correction.candidates);
    if (!window.correction.candidates.empty()) {
      offer_near(window.correction.further, further_score);
      return doubt(in_quotes(spelling(window.first, window.last)) + " is not known and " + window.correction.reason);
    }
    if (further.empty()) further = window.correction.further;
  }
  for (std::size_t i = 0; i < text_.words.size(); ++i) {  // "blood thinner": words of talk
    if (const std::string title = class_around(i); !title.empty()) {
      return doubt(in_quotes(title) + " is a class of medicines, not one medicine: which one is taken?");
    }
  }
  if (!unknown_.empty()) {
    if (unknown_.size() <= most_unknown_of_name) offer_near(further, further_score);
    std::string words;
    for (std::size_t i = 0; i < std::min<std::size_t>(unknown_.size(), 3); ++i)
      words += (i == 0 ? "" : " ") + word(unknown_[i].position);
    return doubt(in_quotes(words) + " is not a name that the knowledge base knows");
  }
  doubt("the words name no medicine");
}

// A bracket that holds more than the brand names another brand: "[Excedrin Quick Tab]" is not Excedrin.
void WordJudge::drop_partial_brackets() {
  std::vector<std::size_t> first_of_bracket(text_.words.size(), text_.words.size());
  std::size_t open = text_.words.size();
  for (std::size_t i = 0; i < text_.words.size(); ++i) {
    if (text_.words[i].gap.find(']') != std::string::npos) open = text_.words.size();
    if (text_.words[i].gap.find('[') != std::string::npos) open = i;
    first_of_bracket[i] = open;
  }
  std::erase_if(mentions_, [&](const JudgedName& mention) {
    if (mention.name.place != Place::bracket) return false;
    for (std::size_t i = 0; i < text_.words.size(); ++i) {
      const bool own = mention.name.first <= i && i < mention.name.first + mention.name.count;
      if (own || first_of_bracket[i] != first_of_bracket[mention.name.first]) continue;
      const WordRole role = role_of(word(i));
      const bool harmless =
          role == WordRole::number || role == WordRole::unit || role == WordRole::form || role == WordRole::release;
      if (harmless && word(i) != "free") continue;
      result_.notes.emplace_back("the brand in brackets is not known");
      return true;
    }
    return false;
  });
}

// Whether the words go on behind a brand of which longer names are other products: "Tylenol Chest Congestion".
bool WordJudge::extends_brand(const UnknownWord& unknown) const {
  return std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
    if (mention.name.place != Place::name || mention.name.first > unknown.position || mention.name.part != unknown.part)
      return false;
    const auto& meanings = mention.name.meanings;
    if (std::none_of(meanings.begin(), meanings.end(),
                     [](const NameEntry& entry) { return entry.kind == NameKind::brand; }))
      return false;
    const std::vector<std::string> longer = index_.longer_names(mention.name.key);
    return std::any_of(longer.begin(), longer.end(),
                       [&](const std::string& name) { return meaning_of(index_.find(name)) != meaning_of(meanings); });
  });
}

void WordJudge::judge_unknown_words() {
  const auto counts = [](const UnknownWord& unknown) { return unknown.place == Place::name; };
  if (static_cast<std::size_t>(std::count_if(unknown_.begin(), unknown_.end(), counts)) > most_unknown) {
    doubt("too many words that are not known for the name of a medicine");
    unknown_.clear();
  }
  drop_partial_brackets();
  // Each part needs a name that is known: "carbetapentane 60 mg / guaifenesin", "foo-hydrochlorothiazide".
  const auto of_part = [](std::size_t part) {
    return
        [part](const JudgedName& mention) { return mention.name.part == part && mention.name.place != Place::bracket; };
  };
  const bool several =
      std::any_of(mentions_.begin(), mentions_.end(), [](const JudgedName& mention) { return mention.name.part > 0; });
  for (UnknownWord& unknown : unknown_) {
    if (several && counts(unknown) && std::none_of(mentions_.begin(), mentions_.end(), of_part(unknown.part)))
      unknown.tie = Tie::part;
  }
  const bool named = std::any_of(mentions_.begin(), mentions_.end(), [](const JudgedName& mention) {
    return mention.name.place == Place::name || mention.name.place == Place::words;
  });
  if (!named && result_.reason.empty()) {
    // All of it stands in brackets, behind "for" or "stop": then that is what is meant.
    if (!mentions_.empty() && std::none_of(unknown_.begin(), unknown_.end(), counts)) {
      for (JudgedName& mention : mentions_) mention.name.place = Place::name;
    } else {
      find_misspelt_name();
    }
  }
  const std::vector<UnknownWord> words = unknown_;
  for (const UnknownWord& unknown : words) {
    if (!result_.reason.empty()) return;
    if (!is_covered(unknown.position)) judge(unknown);
  }
}

// The four letters that tell biosimilars apart: "adalimumab-atto".
bool WordJudge::is_biosimilar_suffix(const UnknownWord& unknown) const {
  if (!unknown.hyphenated || word(unknown.position).size() != 4) return false;
  return std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
    return mention.name.first + mention.name.count == unknown.position &&
           std::all_of(mention.name.meanings.begin(), mention.name.meanings.end(), [&](const NameEntry& entry) {
             return base_.ingredient(entry.ingredients.front()).kind == "biologic" || entry.name.starts_with("insulin");
           });
  });
}

bool WordJudge::is_part(const UnknownWord& unknown) const {
  const std::size_t letters = word(unknown.position).size();
  switch (unknown.place) {
    case Place::name: return unknown.tie == Tie::part || (unknown.tie == Tie::list && unknown.has_strength);
    case Place::words: return letters >= telling_length && unknown.has_strength;
    case Place::parenthesis: return unknown.tie == Tie::part && letters >= telling_length;
    case Place::bracket:
    case Place::purpose:
    case Place::denied: return false;
  }
  return false;
}

// A part of a combination must be known, or be one name misspelt.
void WordJudge::judge_joined(const UnknownWord& unknown) {
  const Window window = correct_around(unknown.position);
  if (window.correction.accepted) return use_correction(window, unknown);
  offer_near(window.correction.candidates);
  doubt("a part of it, " + in_quotes(word(unknown.position)) + ", is not known");
}

// "Bleo ellippta": a misspelt form is no matter, unless with the word before it it is another name misspelt.
void WordJudge::doubt_two_misspelt(const UnknownWord& unknown) {
  const std::size_t at = unknown.position;
  if (at == 0 || !can_span(at - 1, at)) return;
  const Correction both = correct_spelling(index_, spelling(at - 1, at));
  if (both.candidates.empty()) return;
  const Meaning near_meaning = meaning_of(index_.find(both.candidates.front().key));
  const bool same = std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
    return meaning_of(mention.name.meanings) == near_meaning;
  });
  if (same) return;
  offer_near(both.candidates);
  doubt("the word " + in_quotes(word(at)) + " beside the name looks like another drug");
}

// A salt that is misspelt says nothing, but where the name with it is another medicine: "calcium gluconaate" is not the
// carbonate that calcium by itself is, and what may be the gluconate is to be asked for.
void WordJudge::judge_salt(const UnknownWord& unknown) {
  const Window window = correct_around(unknown.position);
  if (window.correction.candidates.empty() || unknown.place != Place::name) return;
  const Meaning meaning = meaning_of(index_.find(window.correction.candidates.front().key));
  const bool changes = std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
    return mention.name.first >= window.first && mention.name.first <= window.last &&
           meaning_of(mention.name.meanings) != meaning;
  });
  if (!changes) return;
  if (window.correction.accepted) return use_correction(window, unknown);
  offer_near(window.correction.candidates);
  doubt("the word " + in_quotes(word(unknown.position)) + " beside the name may make another medicine of it");
}

void WordJudge::judge(const UnknownWord& unknown) {
  const std::string& text = word(unknown.position);
  if (unknown.modifier) return doubt("the word " + in_quotes(text) + " behind the name may make another product of it");
  if (is_biosimilar_suffix(unknown)) return;
  if (nearly_harmless(text)) {
    judge_salt(unknown);
    return doubt_two_misspelt(unknown);
  }
  if (!class_around(unknown.position).empty()) return;
  if (is_part(unknown)) return judge_joined(unknown);
  if (unknown.place == Place::bracket || unknown.place == Place::parenthesis) {
    if (text.size() >= telling_length) result_.notes.push_back(in_quotes(text) + " in brackets is not known");
    return;
  }
  if (unknown.place == Place::words && unknown.tie == Tie::part && text.size() >= telling_length) {
    const Window window = correct_around(unknown.position);
    if (window.correction.accepted) use_correction(window, unknown);
    return;
  }
  if (unknown.place != Place::name) return;
  const Window window = correct_around(unknown.position);
  const bool covers_name =
      window.last > window.first && std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
        return mention.name.first >= window.first && mention.name.first <= window.last;
      });
  if (window.correction.accepted && covers_name) return use_correction(window, unknown);
  if (!window.correction.candidates.empty()) {
    const Meaning near_meaning = meaning_of(index_.find(window.correction.candidates.front().key));
    const bool same = std::any_of(mentions_.begin(), mentions_.end(), [&](const JudgedName& mention) {
      return meaning_of(mention.name.meanings) == near_meaning;
    });
    if (same && window.correction.accepted) return;
    offer_near(window.correction.candidates);
    return doubt("the word " + in_quotes(text) + " beside the name looks like another drug");
  }
  if (extends_brand(unknown))
    return doubt("the word " + in_quotes(text) + " behind the brand may make another product of it");
  const bool guessed = std::any_of(mentions_.begin(), mentions_.end(),
                                   [](const JudgedName& mention) { return mention.corrected.has_value(); });
  if (guessed && (text.size() >= 3 || modifier_of(text) != Modifier::none))
    return doubt("a name that is not spelt as known, and the word " + in_quotes(text) + " beside it that is not known");
  result_.score *= unknown_word_penalty;
  if (text.size() >= telling_length) result_.notes.push_back("the word " + in_quotes(text) + " is not known");
}

}  // namespace

std::string in_quotes(std::string_view name) { return "`" + std::string(name) + "`"; }
std::string letters_from(const NearName& name) { return name.distance == 1 ? "one letter from " : "two letters from "; }

JudgedWords judge_words(const KnowledgeBase& base, const SpelledText& text) {
  return WordJudge(base, text).judge_all();
}

}  // namespace guardian::knowledge
