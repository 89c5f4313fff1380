#include "knowledge/allergy_reader.hpp"

#include <algorithm>

#include "knowledge/allergy_note.hpp"
#include "knowledge/allergy_reaction.hpp"
#include "knowledge/clinical_dates.hpp"
#include "knowledge/clinical_words.hpp"
#include "knowledge/phrase_table.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double days_of_year = 365.25;
constexpr std::size_t most_bytes = 4096;  // of one allergy

// Words around a name or a reaction that are neither.
constexpr std::string_view filler_words =
    "allergy|allergic|to|reaction|reacted|severe|mild|moderate|drug|history|hx|h/"
    "o|of|intolerance|intolerant|sensitivity|sensitive|"
    "hypersensitivity|adverse|effect|side|medication|medicine|cause|caused|with|from|when|taking|took|possible|"
    "probable|suspected|all|any|product|"
    "containing|based|tablet|capsule|injection|the|a|an|and|or|in|on|at|as|after|following|during|due|is|was|were|has|"
    "had|have|he|she|patient|pt|"
    "get|got|gets|giving|given|gave|make|made|not|no|nil|none|deny|known|avoid|documented|reported|report|per|self|"
    "confirmed|unconfirmed|child|"
    "childhood|infant|baby|teenager|year|yr|yrs|month|ago|last|since|age|aged|old|date|unknown|unspecified|unsure|"
    "remember|doe|does|did|could|can|cannot|unable|be|recall|nature|what|"
    "type|very|bad|family|mother|father|sister|brother|son|daughter|hospitalised|hospitalized|admitted|required|"
    "requiring|treatment|other|only|"
    "then|again|previous|previously|approx|about|around|tolerated|tolerate|tolerating|safely|well|now|but|for|days|day|"
    "week|dose|doses|first|"
    "second|every|time|never|status|active|n/"
    "a|na|see|notes|comment|resolved|his|her|their|low|high|risk|recent|recently|just|bit|little|some|by|gp|verified|"
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october|"
    "november|december";

constexpr std::uint32_t parts_items = gap::boundary | gap::comma;
constexpr std::uint32_t parts_reaction = gap::open | gap::colon | gap::dash;

// Words [first, last) of the text.
struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
  [[nodiscard]] bool empty() const { return first >= last; }
};

// One part of the text between commas that are not in parentheses: the name and, behind "(", ":" or "-", the reaction.
struct Part {
  Range head;
  Range tail;
};

}  // namespace

struct AllergyReader::Impl {
  ClinicalLexicon allergens;
  ClinicalLexicon reactions;
  Vocabulary fillers;

  explicit Impl(const AllergyTables& tables) : allergens(allergens_of(tables)), reactions(reactions_of(tables)) {
    for (const std::string_view word : split(filler_words, "|")) {
      const ClinicalWords words = clinical_words(word);
      if (words.size() == 1) fillers.add(words.spelling(0));
    }
  }

  static ClinicalLexicon allergens_of(const AllergyTables& tables) {
    std::vector<LexiconEntry> entries;
    for (const auto& [name, ids] : tables.allergens) entries.push_back({name, ids});
    return ClinicalLexicon::build(entries);
  }
  static ClinicalLexicon reactions_of(const AllergyTables& tables) {
    std::vector<LexiconEntry> entries;
    for (const auto& [phrase, grade] : tables.reactions) entries.push_back({phrase, {std::string(to_string(grade))}});
    return ClinicalLexicon::build(entries);
  }

  bool is_filler(std::string_view word) const {
    return (word[0] >= '0' && word[0] <= '9') || word.size() == 1 || fillers.find(word) != unknown_word;
  }
};

namespace {

bool is_tolerated(std::string_view word) { return word == "tolerated" || word == "tolerate" || word == "tolerating"; }

std::vector<Part> parts_of(const ClinicalWords& words) {
  std::vector<Part> parts;
  Part part;
  std::size_t depth = 0;
  bool in_tail = false;
  const auto close = [&](std::size_t at) {
    (in_tail ? part.tail.last : part.head.last) = at;
    if (!part.head.empty() || !part.tail.empty()) parts.push_back(part);
    part = Part{{at, at}, {at, at}};
    in_tail = false;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint32_t gap = words.before(i);
    if ((gap & gap::close) != 0 && depth > 0) --depth;
    if (i > 0 && depth == 0 && (gap & parts_items) != 0) close(i);
    const bool verb = words.spelling(i) == "cause" || words.spelling(i) == "caused" || words.spelling(i) == "gives" ||
                      words.spelling(i) == "gave";
    if (!in_tail && i > part.head.first && ((gap & parts_reaction) != 0 || verb)) {
      part.head.last = i;
      part.tail = {i, i};
      in_tail = true;
    }
    if ((gap & gap::open) != 0) ++depth;
  }
  close(words.size());
  return parts;
}

// Reads one allergy; lives for one call.
class Reading {
 public:
  Reading(const ClinicalLexicon& allergens, const ClinicalLexicon& reactions,
          const std::function<bool(std::string_view)>& is_filler, const TextContext& context,
          const DrugNames& drug_names)
      : allergens_(allergens),
        reactions_(reactions),
        is_filler_(is_filler),
        context_(context),
        drug_names_(drug_names) {
    context_.any_case = true;
  }

  AllergyReading read(const core::Allergy& allergy) {
    text_ = std::string_view(allergy.text).substr(0, most_bytes);
    words_ = clinical_words(text_);
    named_ = allergens_.scan(text_, context_);
    reacted_ = reactions_.scan(text_, context_);
    times_ = find_times(words_, day_number(context_.as_of), context_.patient_age_years);
    if (says_unknown()) {
      result_.unknown = true;
      return std::move(result_);
    }
    for (const Part& part : parts_of(words_)) read_part(part);
    const std::string_view reaction = std::string_view(allergy.reaction).substr(0, most_bytes);
    if (!trimmed(reaction).empty()) {
      for (ReadAllergy& one : result_.allergies) add_reaction_text(one, reaction);
    }
    for (ReadAllergy& one : result_.allergies) {
      std::sort(one.grades.begin(), one.grades.end());
      one.grades.erase(std::unique(one.grades.begin(), one.grades.end()), one.grades.end());
      if (!one.grades.empty()) one.grade = one.grades.front();
    }
    if (result_.allergies.empty() && result_.unrecognised.empty() && !result_.none_known && words_.size() > 0 &&
        !says_none())
      result_.unrecognised.emplace_back(trimmed(text_));
    return std::move(result_);
  }

 private:
  std::string_view quote(const Range& range) const {
    const std::size_t begin = words_.words[range.first].begin;
    return text_.substr(begin, words_.words[range.last - 1].end - begin);
  }
  std::size_t begin_of(const Range& range) const { return words_.words[range.first].begin; }
  std::size_t end_of(const Range& range) const { return words_.words[range.last - 1].end; }
  bool covers(const Range& range, const TextSpan& span) const {
    return !range.empty() && span.begin >= begin_of(range) && span.end <= end_of(range);
  }
  const TextMention* reaction_at(std::size_t word) const {
    for (const TextMention& mention : reacted_) {
      if (words_.words[word].begin >= mention.span.begin && words_.words[word].end <= mention.span.end) return &mention;
    }
    return nullptr;
  }
  bool in_time(std::size_t word) const {
    return std::any_of(times_.begin(), times_.end(),
                       [&](const TimeWords& time) { return time.first <= word && word < time.last; });
  }

  bool says_none() const {
    static constexpr WordList none = {"none", "nil", "no", "n/a", "na"};
    return none.has(words_.spelling(0));
  }

  // "unknown", "unable to obtain", "could not be assessed, intubated": whether there is any allergy is not known. Nor
  // is it of a drug where only foods are spoken of.
  bool says_unknown() const {
    static constexpr WordList spoken = {
        "unknown", "unable",    "unobtainable", "uto",      "unavailable", "unclear",   "to",
        "be",      "obtain",    "obtained",     "assess",   "assessed",    "determine", "determined",
        "confirm", "confirmed", "verify",       "verified", "establish",   "recorded",  "documented",
        "could",   "cannot",    "can",          "not",      "known",       "yet",       "at",
        "this",    "time",      "allergy",      "drug",     "status",      "history",   "currently"};
    static constexpr WordList marks = {"unknown",     "unable",  "unobtainable", "uto",
                                       "unavailable", "unclear", "cannot",       "not"};
    static constexpr WordList of_food = {"no", "known", "food", "allergy"};
    bool any = false;
    bool food = false;
    bool only_food = words_.size() > 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      only_food = only_food && (of_food.has(words_.spelling(i)) || words_.spelling(i) == "nkfa");
      food = food || words_.spelling(i) == "food" || words_.spelling(i) == "nkfa";
    }
    if (only_food && food) return true;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (any && i > 0 && (words_.before(i) & (parts_items | gap::open | gap::dash)) != 0) break;
      if (any && (words_.spelling(i) == "due" || words_.spelling(i) == "because")) break;
      if (!spoken.has(words_.spelling(i))) return false;
      any = any || marks.has(words_.spelling(i));
    }
    return any;
  }

  // The words of a range without fillers, reactions and times at its edges.
  Range name_in(Range range) const {
    const auto is_other = [&](std::size_t i) {
      return is_filler_(words_.spelling(i)) || reaction_at(i) != nullptr || in_time(i);
    };
    while (!range.empty() && is_other(range.first)) ++range.first;
    while (!range.empty() && is_other(range.last - 1)) --range.last;
    return range;
  }

  void read_part(const Part& part) {
    const Range& head = part.head;
    const std::size_t before = result_.allergies.size();
    const bool spoken = std::any_of(named_.begin(), named_.end(),
                                    [&](const TextMention& mention) { return covers(head, mention.span); });
    const bool tolerates = tolerated_in(head);
    if (tolerates && last_named_ > 0 && (!spoken || is_tolerated(words_.spelling(head.first)))) {
      // "tolerated since", "tolerates cefalexin": of the allergy before
      mark_tolerated(head);
      return;
    }
    read_names(head, last_named_ == 0 && !part.tail.empty());
    if (result_.allergies.size() == before) {
      if (last_named_ > 0) {  // a further reaction of the one before
        for (std::size_t i = result_.allergies.size() - last_named_; i < result_.allergies.size(); ++i) {
          add_reactions(result_.allergies[i], head);
          add_reactions(result_.allergies[i], part.tail);
        }
      }
      return;
    }
    last_named_ = result_.allergies.size() - before;
    had_tail_ = !part.tail.empty();
    for (std::size_t i = before; i < result_.allergies.size(); ++i) {
      add_reactions(result_.allergies[i], head);
      add_reactions(result_.allergies[i], part.tail);
      if (tolerates || tolerated_in(part.tail)) result_.allergies[i].tolerated_since = true;
    }
  }

  bool tolerated_in(const Range& range) const {
    for (std::size_t i = range.first; i < range.last; ++i) {
      if (!is_tolerated(words_.spelling(i))) continue;
      if (i == 0 || (words_.spelling(i - 1) != "not" && words_.spelling(i - 1) != "poorly")) return true;
    }
    return false;
  }

  void mark_tolerated(const Range& head) {
    // "tolerates cefalexin" names another drug and says nothing of this one
    const Range rest = name_in(head);
    if (!rest.empty()) return;
    for (std::size_t i = result_.allergies.size() - last_named_; i < result_.allergies.size(); ++i)
      result_.allergies[i].tolerated_since = true;
  }

  void read_names(const Range& head, bool only_part) {
    const Range whole = name_in(head);
    if (whole.empty()) {
      if (!head.empty()) read_spoken(head);  // "no known allergies" may be all fillers
      return;
    }
    if (add_name(whole)) return;
    // "trimethoprim/sulfamethoxazole", "codeine and morphine"
    std::vector<Range> pieces;
    Range piece{whole.first, whole.first};
    for (std::size_t i = whole.first; i < whole.last; ++i) {
      const bool joint = words_.spelling(i) == "and" || words_.spelling(i) == "or";
      if (i > piece.first && ((words_.before(i) & gap::slash) != 0 || joint)) {
        pieces.push_back({piece.first, i});
        piece.first = i;
      }
    }
    pieces.push_back({piece.first, whole.last});
    for (const Range& part : pieces) {
      const Range name = name_in(part);
      if (name.empty() || (pieces.size() > 1 && add_name(name)) || read_spoken(name)) continue;
      // Behind a reaction that was told ("hives, swelling of arm") it is more likely a reaction than a name.
      const bool of_reaction = (had_tail_ && last_named_ > 0) || reaction_in(part);
      if (of_reaction && !only_part) {
        result_.unread.emplace_back(quote(name));
      } else {
        result_.unrecognised.emplace_back(quote(name));
      }
    }
  }

  bool reaction_in(const Range& range) const {
    for (std::size_t i = range.first; i < range.last; ++i) {
      if (reaction_at(i) != nullptr) return true;
    }
    return false;
  }

  // A name that is all of `range`.
  bool add_name(const Range& range) {
    const std::string written(quote(range));
    const auto known = allergens_.find(written);
    if (!known.empty()) {
      add({known.begin(), known.end()}, range);
      return true;
    }
    std::vector<std::string> ingredients = drug_names_ ? drug_names_(written) : std::vector<std::string>{};
    if (ingredients.empty()) return false;
    add(std::move(ingredients), range);
    return true;
  }

  // Names of the table within `range`.
  bool read_spoken(const Range& range) {
    bool any = false;
    for (const TextMention& mention : named_) {
      if (!covers(range, mention.span)) continue;
      any = true;
      Range words;
      words.first = range.first;
      while (words_.words[words.first].begin < mention.span.begin) ++words.first;
      words.last = words.first;
      while (words.last < range.last && words_.words[words.last].end <= mention.span.end) ++words.last;
      add(mention.ids, words);
    }
    return any;
  }

  void add(std::vector<std::string> ids, const Range& range) {
    if (ids == std::vector<std::string>{"-"}) {
      result_.none_known = true;
      return;
    }
    ReadAllergy allergy;
    allergy.allergens = std::move(ids);
    allergy.span = {begin_of(range), end_of(range)};
    allergy.quote = quote(range);
    allergy.assertion = assertion_of(allergy.span, range.first);
    result_.allergies.push_back(std::move(allergy));
  }

  // Whether the words before a name deny the allergy or give it to another.
  Assertion assertion_of(const TextSpan& span, std::size_t first) const {
    for (const TextMention& mention : named_) {
      const bool of_name = mention.span.begin < span.end && mention.span.end > span.begin;
      if (of_name && (mention.assertion == Assertion::absent || mention.assertion == Assertion::family))
        return mention.assertion;
    }
    for (std::size_t i = first; i-- > 0;) {
      if ((words_.before(i + 1) & parts_items) != 0) break;
      const std::string_view word = words_.spelling(i);
      if (is_tolerated(word)) break;  // "does not tolerate"
      if (word == "no" || word == "not" || word == "deny" || word == "nil" || word == "never" || word == "without")
        return Assertion::absent;
      if (word == "mother" || word == "father" || word == "sister" || word == "brother" || word == "family" ||
          word == "son" || word == "daughter")
        return Assertion::family;
    }
    return Assertion::present;
  }

  void add_reactions(ReadAllergy& allergy, const Range& range) {
    if (range.empty()) return;
    bool any = false;
    for (const TextMention& mention : reacted_) {
      if (!covers(range, mention.span)) continue;
      any = true;
      add_grade(allergy, mention);
    }
    add_years(allergy, words_, times_, range);
    if (any || range.first < 1) return;
    const Range words = name_in(range);
    const bool is_name = !words.empty() && allergy.span.begin < end_of(words) && allergy.span.end > begin_of(words);
    const auto is_told = [&](const std::vector<std::string>& said) {
      return std::find(said.begin(), said.end(), quote(words)) != said.end();
    };
    if (!words.empty() && !is_name && !is_told(result_.unread) && !is_told(result_.unrecognised) &&
        allergens_.find(quote(words)).empty())
      result_.unread.emplace_back(quote(words));
  }

  static void add_grade(ReadAllergy& allergy, const TextMention& mention) {
    if (mention.assertion == Assertion::absent || mention.assertion == Assertion::family) return;
    for (const std::string& id : mention.ids) {
      const auto grade = reaction_grade(id);
      if (!grade) continue;
      const bool worst =
          allergy.grades.empty() || *grade < *std::min_element(allergy.grades.begin(), allergy.grades.end());
      allergy.grades.push_back(*grade);
      if (worst) allergy.reaction = mention.quote;
    }
  }

  // The time of the reaction: the most recent that is told, and none that tells since when the drug was tolerated.
  static void add_years(ReadAllergy& allergy, const ClinicalWords& words, const std::vector<TimeWords>& times,
                        const Range& range) {
    for (const TimeWords& time : times) {
      if (time.first < range.first || time.last > range.last || !time.age_days || time.kind == TimeKind::ahead)
        continue;
      bool of_tolerance = false;
      for (std::size_t i = range.first; i < time.first; ++i)
        of_tolerance = of_tolerance || is_tolerated(words.spelling(i));
      if (of_tolerance) continue;
      const double years = *time.age_days / days_of_year;
      if (!allergy.years || years < *allergy.years) allergy.years = years;
    }
  }

  void add_reaction_text(ReadAllergy& allergy, std::string_view reaction) {
    const ClinicalWords words = clinical_words(reaction);
    const auto times = find_times(words, day_number(context_.as_of), context_.patient_age_years);
    const auto mentions = reactions_.scan(reaction, context_);
    for (const TextMention& mention : mentions) add_grade(allergy, mention);
    const Range all{0, words.size()};
    add_years(allergy, words, times, all);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (is_tolerated(words.spelling(i)) && (i == 0 || words.spelling(i - 1) != "not")) allergy.tolerated_since = true;
    }
    const bool silent = std::all_of(words.words.begin(), words.words.end(), [&](const ClinicalWord& word) {
      return is_filler_(std::string_view(words.spellings).substr(word.at, word.size));
    });
    const std::string written(trimmed(reaction));
    if (mentions.empty() && !silent &&
        std::find(result_.unread.begin(), result_.unread.end(), written) == result_.unread.end())
      result_.unread.push_back(written);
  }

  const ClinicalLexicon& allergens_;
  const ClinicalLexicon& reactions_;
  const std::function<bool(std::string_view)>& is_filler_;
  TextContext context_;
  const DrugNames& drug_names_;
  std::string_view text_;
  ClinicalWords words_;
  std::vector<TextMention> named_;
  std::vector<TextMention> reacted_;
  std::vector<TimeWords> times_;
  AllergyReading result_;
  std::size_t last_named_ = 0;  // allergies of the part before
  bool had_tail_ = false;
};

}  // namespace

std::vector<LexiconLabel> AllergyReader::labels() { return allergy_labels(); }

NoteAllergies AllergyReader::read_note(std::string_view note, const ScannedText& scanned, const TextContext& context,
                                       const DrugNames& drug_names) const {
  return read_note_allergies(*this, impl_->allergens, impl_->reactions, note, scanned, context, drug_names);
}

std::vector<core::Allergy> AllergyReader::named_reactions(
    std::string_view condition, const TextContext& context, const DrugNames& drug_names,
    const std::function<bool(std::string_view)>& is_condition) const {
  return reactions_with_drug(impl_->allergens, impl_->reactions, condition.substr(0, most_bytes), context, drug_names,
                             is_condition);
}

AllergyReader AllergyReader::build(const AllergyTables& tables) {
  return AllergyReader(std::make_unique<Impl>(tables));
}

AllergyReader::AllergyReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AllergyReader::AllergyReader(AllergyReader&&) noexcept = default;
AllergyReader& AllergyReader::operator=(AllergyReader&&) noexcept = default;
AllergyReader::~AllergyReader() = default;

AllergyReading AllergyReader::read(const core::Allergy& allergy, const TextContext& context,
                                   const DrugNames& drug_names) const {
  const std::function<bool(std::string_view)> is_filler = [this](std::string_view word) {
    return impl_->is_filler(word);
  };
  return Reading(impl_->allergens, impl_->reactions, is_filler, context, drug_names).read(allergy);
}

}  // namespace guardian::knowledge
