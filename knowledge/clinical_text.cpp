#include "knowledge/clinical_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "knowledge/clinical_context.hpp"
#include "knowledge/clinical_cues.hpp"
#include "knowledge/clinical_dates.hpp"
#include "knowledge/clinical_words.hpp"
#include "knowledge/phrase_table.hpp"
#include "knowledge/symptom_patterns.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double past_after_days = 14.0;  // what was so long ago is over, if nothing else is said

constexpr std::uint32_t parts_names = gap::boundary | gap::comma | gap::colon | gap::dash | gap::close | gap::query |
                                      gap::ticked | gap::unticked | gap::minus_mark;
constexpr std::uint32_t parts_cues = parts_names | gap::open | gap::plus_mark;

// "3", "3b"
bool is_stage(std::string_view word) {
  if (word.empty() || word[0] < '1' || word[0] > '5') return false;
  return word.size() == 1 || (word.size() == 2 && word[1] >= 'a' && word[1] <= 'c');
}

// "b" of Child-Pugh
bool is_class_of_liver(std::string_view word) { return word.size() == 1 && word[0] >= 'a' && word[0] <= 'c'; }

// Where the first name begins that may reach over the word `at`: no name is longer than a dozen words.
std::size_t begin_of_names_over(std::size_t at) { return at - std::min<std::size_t>(at, 12); }

std::string_view cue_text(std::string_view text, const ClinicalWords& words, std::size_t first, std::size_t last) {
  if (first >= words.size() || last > words.size()) return {};
  if (first >= last) return (words.before(first) & (gap::query | gap::question)) != 0 ? "?" : "";
  const std::uint32_t begin = words.words[first].begin;
  return text.substr(begin, words.words[last - 1].end - begin);
}

}  // namespace

std::string_view to_string(Assertion assertion) noexcept {
  switch (assertion) {
    case Assertion::present: return "present";
    case Assertion::absent: return "absent";
    case Assertion::possible: return "possible";
    case Assertion::hypothetical: return "hypothetical";
    case Assertion::family: return "family";
    case Assertion::past: return "past";
  }
  return "";
}

struct ClinicalLexicon::Impl {
  struct Meaning {
    std::vector<std::string> ids;
    bool only_capitals = false;
    bool is_physical_exam = false;  // "PE:" heads the examination
    bool is_unit = false;           // "MG" of myasthenia gravis: only in a list of conditions, and beside no number
    bool has_commas = false;        // "cold, blue, painful fingers"
  };

  Vocabulary vocabulary;
  PhraseTable names;
  PhraseTable cues;
  PhraseTable labels;
  std::vector<Meaning> meanings;
  std::vector<Cue> cue_table;
  PatternFinder finder;
  std::vector<std::vector<std::string>> pattern_ids;

  explicit Impl(const SymptomPatterns& patterns) : finder(patterns, vocabulary) {
    for (const SymptomPattern& pattern : patterns.patterns) pattern_ids.push_back(pattern.conditions);
    for (const CueGroup& group : cue_groups()) {
      std::string_view rest = group.phrases;
      while (!rest.empty()) {
        const auto bar = rest.find('|');
        add_cue(rest.substr(0, bar), {group.kind, group.scope, group.post, group.section});
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
      }
    }
  }

  std::vector<WordId> word_ids(const ClinicalWords& words) {
    std::vector<WordId> ids;
    for (std::size_t i = 0; i < words.size(); ++i) ids.push_back(vocabulary.add(words.spelling(i)));
    return ids;
  }

  // A phrase may have a meaning for what follows and one for what precedes; a plain one gives way.
  void add_cue(std::string_view phrase, const Cue& cue) {
    const auto known = cues.add(word_ids(clinical_words(phrase)), static_cast<std::uint32_t>(cue_table.size()));
    if (!known) {
      cue_table.push_back(cue);
      return;
    }
    Cue& both = cue_table[*known];
    if (both.kind == CueKind::none || both.kind == CueKind::plain) {
      if (cue.kind != CueKind::none) both.scope = cue.scope;
      if (cue.kind != CueKind::none) both.kind = cue.kind;
    }
    if (both.post == PostKind::none) both.post = cue.post;
    both.section = both.section || cue.section;
  }

  // Returns whether the last word of the name may be the stage of a disease.
  bool add_name(const LexiconEntry& entry) {
    const ClinicalWords words = clinical_words(entry.phrase);
    const std::vector<WordId> ids = word_ids(words);
    if (ids.empty()) return false;
    const std::string_view last = words.spelling(words.size() - 1);
    const bool may_have_stage = is_stage(last) || is_class_of_liver(last);
    const auto known = names.add(ids, static_cast<std::uint32_t>(meanings.size()));
    const bool has_commas = entry.phrase.find(',') != std::string::npos;
    if (known) {
      meanings[*known].has_commas = meanings[*known].has_commas || has_commas;
      for (const std::string& id : entry.ids) {
        auto& all = meanings[*known].ids;
        if (std::find(all.begin(), all.end(), id) == all.end()) all.push_back(id);
      }
      return may_have_stage;
    }
    Meaning meaning;
    meaning.ids = entry.ids;
    meaning.has_commas = has_commas;
    meaning.only_capitals = words.size() == 1 && needs_capitals(words.spelling(0));
    meaning.is_physical_exam = words.size() == 1 && words.spelling(0) == "pe";
    meaning.is_unit = words.size() == 1 && words.spelling(0) == "mg";
    meanings.push_back(std::move(meaning));
    return may_have_stage;
  }

  void add_label(const LexiconLabel& label) {
    const std::vector<WordId> ids = word_ids(clinical_words(label.phrase));
    if (!ids.empty()) labels.add(ids, label.label);
  }

  static bool is_in_list(const ClinicalWords& words, std::size_t i, const TextContext& context) {
    const auto has_digit = [&](std::size_t at) {
      return at < words.size() && words.spelling(at).find_first_of("0123456789") != std::string_view::npos;
    };
    return context.is_list && !(i > 0 && has_digit(i - 1)) && !has_digit(i + 1);
  }

  // Other ways to write "ckd 3b", unless they mean something of their own.
  void add_stage_variants(const LexiconEntry& entry) {
    const ClinicalWords words = clinical_words(entry.phrase);
    if (words.size() < 2) return;
    const std::string last(words.spelling(words.size() - 1));
    std::string name;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const std::string_view word = words.spelling(i);
      const bool stage_word = i + 2 == words.size() && i > 0 && (word == "stage" || word == "class");
      if (!stage_word) name += (name.empty() ? "" : " ") + std::string(word);
    }
    const bool class_of_liver = name == "child pugh" && is_class_of_liver(last);
    if (!class_of_liver && (!is_stage(last) || (find(name).empty() && name != "nyha"))) return;
    const std::string stage = class_of_liver || name == "nyha" ? "class" : "stage";
    std::vector<std::string> variants = {name + " " + last, name + " " + stage + " " + last,
                                         stage + " " + last + " " + name};
    variants.push_back("grade " + last + " " + name);
    variants.push_back(name + " grade " + last);
    if (!class_of_liver && words.size() <= 3 && name.size() <= 4) variants.push_back(name + last);
    for (const std::string& variant : variants) {
      if (find(variant).empty()) add_name({variant, entry.ids});
    }
  }

  const std::vector<std::string>& find(std::string_view phrase) const {
    static const std::vector<std::string> nothing;
    const ClinicalWords words = clinical_words(phrase);
    std::vector<WordId> ids;
    for (std::size_t i = 0; i < words.size(); ++i) ids.push_back(vocabulary.find(words.spelling(i)));
    const PhraseTable::Match match = names.longest(ids, 0, ids.size());
    return match.words > 0 && match.words == ids.size() ? meanings[match.phrase].ids : nothing;
  }

  bool counts(const ClinicalWords& words, std::size_t i, const Meaning& meaning) const {
    if (meaning.only_capitals && !words.words[i].capitals) return false;
    if (!meaning.is_physical_exam || (words.before(i + 1) & gap::colon) == 0) return true;
    return i > 0 && (words.before(i) & gap::boundary) == 0;
  }

  // The longest name at `from`: none goes on over a comma but one that is written with commas.
  PhraseTable::Match longest_name(const ClinicalWords& words, std::span<const WordId> ids, std::size_t from,
                                  std::size_t end) const {
    const PhraseTable::Match match = names.longest(ids, from, end);
    constexpr std::size_t words_before_comma = 2;
    if (end >= ids.size() || end > from + words_before_comma || (words.before(end) & gap::comma) == 0) return match;
    std::size_t end_of_list = end;
    while (end_of_list < ids.size() && (words.before(end_of_list) & (parts_names & ~gap::comma)) == 0) ++end_of_list;
    const PhraseTable::Match longer = names.longest(ids, from, end_of_list);
    return longer.words > match.words && meanings[longer.phrase].has_commas ? longer : match;
  }

  std::vector<TextMention> mentions_of(std::string_view text, const MarkedText& marked) const;
  std::vector<TextMention> mentions_of_patterns(std::string_view text, const MarkedText& marked,
                                                const std::vector<TextMention>& named) const;

  // `label_words`, when wanted: the labels that start at each word; empty when there is none in the text.
  MarkedText marked(std::string_view text, const TextContext& context,
                    std::vector<PhraseTable::Match>* label_words = nullptr) const {
    MarkedText marked;
    marked.words = clinical_words(text);
    marked.cue_table = cue_table;
    marked.is_list = context.is_list;
    const ClinicalWords& words = marked.words;
    const std::size_t size = words.size();
    marked.ids.resize(size);
    std::vector<WordId>& ids = marked.ids;
    for (std::size_t i = 0; i < size; ++i) ids[i] = vocabulary.find(words.spelling(i));
    marked.names.resize(size);
    marked.cues.resize(size);
    std::size_t names_end = 0;
    std::size_t cues_end = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (ids[i] == unknown_word) continue;
      const auto end_of_run = [&](std::size_t& end, std::uint32_t parts) {
        if (end > i) return;
        for (end = i + 1; end < size && (words.words[end].gap & parts) == 0;) ++end;
      };
      if (names.starts(ids[i])) {
        end_of_run(names_end, parts_names);
        const PhraseTable::Match match = longest_name(words, ids, i, names_end);
        const bool counted = match.words > 0 && (context.any_case || counts(words, i, meanings[match.phrase]));
        if (counted && !(meanings[match.phrase].is_unit && !is_in_list(words, i, context))) marked.names[i] = match;
      }
      if (cues.starts(ids[i])) {
        end_of_run(cues_end, parts_cues);
        marked.cues[i] = cues.longest(ids, i, cues_end);
      }
      if (label_words != nullptr && labels.starts(ids[i])) {
        end_of_run(names_end, parts_names);
        if (const PhraseTable::Match match = labels.longest(ids, i, names_end); match.words > 0) {
          label_words->resize(size);
          (*label_words)[i] = match;
        }
      }
    }
    marked.times = find_times(words, day_number(context.as_of), context.patient_age_years);
    marked.in_time.resize(size);
    for (const TimeWords& time : marked.times) {
      for (std::size_t i = time.first; i < time.last && i < size; ++i) marked.in_time[i] = 1;
    }
    return marked;
  }
};

namespace {

// The time that is said of a name: the one behind it, or of the list that it is in, else the one before it.
class TimeOf {
 public:
  TimeOf(const MarkedText& text, std::span<const NamedWords> names) : text_(text), words_(text.words), names_(names) {}

  static constexpr std::size_t longest_list = 8;  // keeps the time linear

  const TimeWords* find(std::size_t position) const {
    if (text_.times.empty()) return nullptr;
    if (const TimeWords* time = behind(position)) return time;
    // "DVT and PE in 2019"
    for (std::size_t i = position; i + 1 < names_.size() && i < position + longest_list && is_joined(i); ++i) {
      if (const TimeWords* time = behind(i + 1)) return time;
    }
    if (const TimeWords* time = before(position)) return time;
    for (std::size_t i = position; i > 0 && i + longest_list > position && is_joined(i - 1); --i) {
      if (const TimeWords* time = before(i - 1)) return time;
    }
    return nullptr;
  }

 private:
  // Whether only "and", "or" or "/" parts this name from the next.
  bool is_joined(std::size_t position) const {
    const std::size_t from = names_[position].last;
    const std::size_t to = names_[position + 1].first;
    if (from == to) return (words_.before(to) & gap::slash) != 0;
    if (to != from + 1 || (words_.before(to) & parts_names) != 0 || (words_.before(from) & parts_names) != 0)
      return false;
    const Cue* cue = text_.cue_at(from);
    const bool within =
        words_.spelling(from) == "in" || words_.spelling(from) == "during";  // "DVT in pregnancy (1998)"
    return within ||
           (cue != nullptr && (cue->kind == CueKind::conjunction_and || cue->kind == CueKind::conjunction_or));
  }

  const TimeWords* behind(std::size_t position) const {
    const std::size_t from = names_[position].last;
    const auto time = std::lower_bound(text_.times.begin(), text_.times.end(), from,
                                       [](const TimeWords& t, std::size_t word) { return t.first < word; });
    if (time == text_.times.end() || time->first > from + 5) return nullptr;
    if (time->kind == TimeKind::ahead || time->kind == TimeKind::current) return nullptr;
    if (position + 1 < names_.size() && names_[position + 1].first < time->first) return nullptr;
    bool comma = false;
    bool of_last = false;  // "last one in 2019", "none since 2015"
    for (std::size_t i = from; i <= time->first; ++i) {
      const std::uint32_t gap = words_.before(i);
      if ((gap & gap::boundary) != 0) return nullptr;
      if ((gap & gap::comma) != 0) comma = true;
      const std::string_view word = words_.spelling(i);
      of_last = of_last || word == "last" || word == "none" || word == "nil" || word == "recent" || word == "latest";
      const Cue* cue = text_.cue_at(i);
      const bool clause = cue != nullptr && (cue->kind == CueKind::stop || cue->kind == CueKind::conjunction_and ||
                                             cue->kind == CueKind::circumstance || cue->kind == CueKind::strong_verb);
      if (clause && i < time->first && cue->kind != CueKind::circumstance) return nullptr;
    }
    const std::size_t most = time->kind == TimeKind::onset ? 2 : 5;
    if (!of_last && (comma || time->first > from + most)) return nullptr;
    return &*time;
  }

  const TimeWords* before(std::size_t position) const {
    const std::size_t to = names_[position].first;
    const auto next = std::lower_bound(text_.times.begin(), text_.times.end(), to,
                                       [](const TimeWords& t, std::size_t word) { return t.last <= word; });
    if (next == text_.times.begin()) return nullptr;
    const TimeWords* found = &*std::prev(next);
    const std::size_t most = found->kind == TimeKind::ahead ? 2 : found->kind == TimeKind::onset ? 2 : 6;
    if (to - found->last > most) return nullptr;
    for (std::size_t i = found->last; i <= to; ++i) {
      if ((words_.before(i) & gap::boundary) != 0) return nullptr;
    }
    // "TIA in 2014 with a droop", and not "with residual weakness"
    static constexpr WordList articles = {"a", "an", "the", "some", "brief", "transient"};
    bool goes_with = found->last < to && words_.spelling(found->last) == "with";
    for (std::size_t i = found->last + 1; goes_with && i < to; ++i) goes_with = articles.has(words_.spelling(i));
    if (position > 0 && !goes_with) {  // the time of the name before it
      const NamedWords& earlier = names_[position - 1];
      if (earlier.first >= found->last) return nullptr;
      if (found->kind != TimeKind::ahead && found->kind != TimeKind::current && behind(position - 1) == found)
        return nullptr;
    }
    return found;
  }

  const MarkedText& text_;
  const ClinicalWords& words_;
  std::span<const NamedWords> names_;
};

Assertion of_kind(CueKind kind) {
  if (kind == CueKind::negation) return Assertion::absent;
  if (kind == CueKind::doubt) return Assertion::possible;
  if (kind == CueKind::hypothetical) return Assertion::hypothetical;
  if (kind == CueKind::past) return Assertion::past;
  return Assertion::present;
}

// Whether the cue before is a doubt that can be low: "concern for".
bool is_measured(const NamedWords& named, const ClinicalWords& words) {
  for (std::size_t i = named.cue_first; i < named.cue_last; ++i) {
    if (is_measured_doubt(words.spelling(i))) return true;
  }
  return false;
}

// The cue before and the one behind, as one meaning; true when the one behind decides.
bool is_decided_behind(Assertion before, const NamedWords& named, PostKind behind, const ClinicalWords& words) {
  switch (behind) {
    case PostKind::none:
    case PostKind::filler: return false;
    case PostKind::absent:
    case PostKind::absent_strong: return before != Assertion::absent;
    case PostKind::doubt: return before == Assertion::present || before == Assertion::past;
    case PostKind::unlikely: return before == Assertion::possible && is_measured(named, words);
    case PostKind::hypothetical: return before == Assertion::present || before == Assertion::possible;
    case PostKind::past:
      return before == Assertion::present || before == Assertion::possible || before == Assertion::past;
    case PostKind::family: return before == Assertion::present || before == Assertion::past;
    case PostKind::present:
      return before == Assertion::possible || (before == Assertion::absent && named.later_item) ||
             before == Assertion::past;
  }
  return false;
}

Assertion of_post(PostKind kind) {
  switch (kind) {
    case PostKind::absent:
    case PostKind::absent_strong: return Assertion::absent;
    case PostKind::doubt:
    case PostKind::unlikely: return Assertion::possible;
    case PostKind::hypothetical: return Assertion::hypothetical;
    case PostKind::past: return Assertion::past;
    case PostKind::family: return Assertion::family;
    case PostKind::none:
    case PostKind::filler:
    case PostKind::present: return Assertion::present;
  }
  return Assertion::present;
}

// How a name is meant: its own cue, what stands behind it, and its time.
struct Meant {
  Assertion assertion = Assertion::present;
  std::size_t cue_first = 0;  // words of the cue
  std::size_t cue_last = 0;
  bool has_cue = false;
  bool listed = false;
  std::optional<double> age_days;
};

// What a time makes of an assertion.
void apply_time(Meant& mention, const TimeWords& time, bool is_behind, const NamedWords& named, bool decided_behind) {
  const bool lately = time.kind == TimeKind::now ||
                      (time.kind == TimeKind::onset && time.age_days.value_or(past_after_days + 1) <= past_after_days);
  if (mention.assertion == Assertion::family && lately)
    mention.assertion = Assertion::possible;  // "Mum: fever since yesterday"
  if (mention.assertion == Assertion::hypothetical) {
    // "told to come in with chest pain since this morning": what has begun is there
    const bool has_begun = time.kind == TimeKind::onset && lately && is_behind && time.first <= named.last + 1;
    if (!has_begun) return;
    mention.assertion = Assertion::present;
  }
  if (mention.assertion == Assertion::absent) {
    // "no fever, melaena since yesterday": the last may be no part of what is denied
    const bool began = time.kind == TimeKind::onset || time.kind == TimeKind::now;
    if (!began || !is_behind || !named.later_item || time.first != named.last) return;
    mention.assertion = Assertion::possible;
  }
  mention.age_days = time.age_days;
  switch (time.kind) {
    case TimeKind::point:
      if (mention.assertion == Assertion::present && time.age_days.value_or(past_after_days + 1) > past_after_days)
        mention.assertion = Assertion::past;
      return;
    case TimeKind::past:
    case TimeKind::ahead:
      if (mention.assertion == Assertion::present) mention.assertion = Assertion::past;
      return;
    case TimeKind::onset:
    case TimeKind::now:
    case TimeKind::current:
      if (mention.assertion == Assertion::past && !decided_behind) mention.assertion = Assertion::present;
      return;
  }
}

}  // namespace

ClinicalLexicon ClinicalLexicon::build(std::span<const LexiconEntry> entries, std::span<const LexiconLabel> labels,
                                       const SymptomPatterns* patterns) {
  auto impl = std::make_unique<Impl>(patterns != nullptr ? *patterns : SymptomPatterns{});
  std::vector<const LexiconEntry*> staged;
  for (const LexiconEntry& entry : entries) {
    if (impl->add_name(entry)) staged.push_back(&entry);
  }
  for (const LexiconEntry* entry : staged) impl->add_stage_variants(*entry);
  for (const LexiconLabel& label : labels) impl->add_label(label);
  return ClinicalLexicon(std::move(impl));
}

ClinicalLexicon::ClinicalLexicon(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClinicalLexicon::ClinicalLexicon(ClinicalLexicon&&) noexcept = default;
ClinicalLexicon& ClinicalLexicon::operator=(ClinicalLexicon&&) noexcept = default;
ClinicalLexicon::~ClinicalLexicon() = default;

std::span<const std::string> ClinicalLexicon::find(std::string_view phrase) const { return impl_->find(phrase); }

namespace {

// What a question leaves of a finding that it asks for: "Did she get hives after penicillin?" says nothing yet, "...
// No." denies it.
std::optional<Assertion> asked_for(const ClinicalWords& words, const NamedWords& named) {
  static constexpr WordList asking = {"did", "does",  "do",  "is",   "are",  "was",  "were", "has",   "have",    "had",
                                      "can", "could", "any", "ever", "what", "when", "why",  "which", "whether", "how"};
  static constexpr WordList denials = {"no", "nope", "deny", "denied", "never", "none", "nil"};
  constexpr std::size_t longest = 24;  // words of a question
  std::size_t end = named.last;
  while (end < words.size() && end < named.last + longest && (words.before(end) & gap::boundary) == 0) ++end;
  if ((words.before(end) & gap::question) == 0) return std::nullopt;
  std::size_t first = named.first;
  while (first > 0 && first + longest > named.first && (words.before(first) & gap::boundary) == 0) --first;
  if (!asking.has(words.spelling(first))) return std::nullopt;
  const std::string_view answer =
      end < words.size() && (words.before(end) & gap::blank_line) == 0 ? words.spelling(end) : std::string_view{};
  if (answer == "yes" || answer == "yeah" || answer == "y") return std::nullopt;
  return denials.has(answer) ? Assertion::absent : Assertion::possible;
}

Meant meant(const MarkedText& marked, std::span<const NamedWords> names, const TimeOf& time_of, std::size_t i) {
  const NamedWords& named = names[i];
  Meant result;
  result.assertion = of_kind(named.kind);
  result.listed = named.listed && named.kind == CueKind::past;
  if (named.kind != CueKind::none || named.family) {
    result.has_cue = true;
    result.cue_first = named.cue_first;
    result.cue_last = named.cue_last;
  }
  const CueBehind behind = cue_behind(marked, names, i);
  const bool decided_behind = is_decided_behind(result.assertion, named, behind.kind, marked.words);
  if (decided_behind) {
    result.assertion = of_post(behind.kind);
    result.has_cue = true;
    result.cue_first = behind.first;
    result.cue_last = behind.last;
    result.listed = false;
  }
  if (named.family && result.assertion != Assertion::absent) result.assertion = Assertion::family;
  if (const TimeWords* time = time_of.find(i))
    apply_time(result, *time, time->first >= named.last, named, decided_behind);
  if (result.assertion == Assertion::present || result.assertion == Assertion::past) {
    if (const auto asked = asked_for(marked.words, named)) {
      result.assertion = *asked;
      result.cue_first = result.cue_last = named.last;
      result.has_cue = true;
    }
  }
  if (result.assertion == Assertion::present) result.has_cue = false;
  return result;
}

TextMention mention_of(std::string_view text, const ClinicalWords& words, const NamedWords& named, const Meant& how,
                       const std::vector<std::string>& ids) {
  TextMention mention;
  mention.ids = ids;
  mention.span = {words.words[named.first].begin, words.words[named.last - 1].end};
  mention.quote = text.substr(mention.span.begin, mention.span.end - mention.span.begin);
  mention.assertion = how.assertion;
  mention.age_days = how.age_days;
  mention.listed = how.listed && how.assertion == Assertion::past && !how.age_days;
  if (how.has_cue) mention.cue = cue_text(text, words, how.cue_first, how.cue_last);
  return mention;
}

bool has_all(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  return std::all_of(some.begin(), some.end(),
                     [&](const std::string& id) { return std::find(all.begin(), all.end(), id) != all.end(); });
}

}  // namespace

std::vector<TextMention> ClinicalLexicon::Impl::mentions_of(std::string_view text, const MarkedText& marked) const {
  const std::vector<NamedWords> all = names_in_context(marked);
  const TimeOf time_of(marked, all);
  std::vector<TextMention> mentions;
  mentions.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& ids = meanings[all[i].phrase].ids;
    if (!ids.empty()) mentions.push_back(mention_of(text, marked.words, all[i], meant(marked, all, time_of, i), ids));
  }
  std::vector<TextMention> others = mentions_of_patterns(text, marked, mentions);
  if (others.empty()) return mentions;
  const auto before = [](const TextMention& one, const TextMention& other) {
    return one.span.begin < other.span.begin;
  };
  const auto middle = static_cast<std::ptrdiff_t>(mentions.size());
  std::move(others.begin(), others.end(), std::back_inserter(mentions));
  std::inplace_merge(mentions.begin(), mentions.begin() + middle, mentions.end(), before);
  return mentions;
}

// What the patterns found, but for what a name there says already, or a name that means nothing: "black pudding". Each
// is read in its context as if it were a name, between those that it does not cover.
std::vector<TextMention> ClinicalLexicon::Impl::mentions_of_patterns(std::string_view text, const MarkedText& marked,
                                                                     const std::vector<TextMention>& named) const {
  std::vector<FoundPattern> found = finder.find(marked);
  const ClinicalWords& words = marked.words;
  const auto is_known = [&](const FoundPattern& one) {
    for (std::size_t at = begin_of_names_over(one.first); at < one.last; ++at) {
      const PhraseTable::Match& name = marked.names[at];
      if (name.words > 0 && at + name.words > one.first && meanings[name.phrase].ids.empty()) return true;
    }
    const std::size_t begin = words.words[one.first].begin;
    const std::size_t end = words.words[one.last - 1].end;
    return std::any_of(named.begin(), named.end(), [&](const TextMention& mention) {
      return mention.span.begin < end && mention.span.end > begin && has_all(mention.ids, pattern_ids[one.pattern]);
    });
  };
  std::erase_if(found, is_known);
  std::vector<TextMention> mentions;
  // Those that overlap are read one after the other.
  while (!found.empty()) {
    MarkedText layer = marked;
    std::vector<FoundPattern> rest;
    const FoundPattern* last = nullptr;
    for (const FoundPattern& one : found) {
      if (last != nullptr && one.first < last->last) {
        if (!has_all(pattern_ids[last->pattern], pattern_ids[one.pattern])) rest.push_back(one);
        continue;
      }
      last = &one;
      for (std::size_t at = begin_of_names_over(one.first); at < one.last; ++at) {
        if (at + layer.names[at].words > one.first && layer.names[at].phrase < meanings.size()) layer.names[at] = {};
      }
      layer.names[one.first] = {one.last - one.first, static_cast<std::uint32_t>(meanings.size() + one.pattern)};
    }
    const std::vector<NamedWords> all = names_in_context(layer);
    const TimeOf time_of(layer, all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].phrase < meanings.size()) continue;
      const auto& ids = pattern_ids[all[i].phrase - meanings.size()];
      mentions.push_back(mention_of(text, words, all[i], meant(layer, all, time_of, i), ids));
    }
    found = std::move(rest);
  }
  return mentions;
}

std::vector<TextMention> ClinicalLexicon::scan(std::string_view text, const TextContext& context) const {
  return impl_->mentions_of(text, impl_->marked(text, context));
}

namespace {

std::vector<LabelMention> labels_in_context(const MarkedText& marked) {
  const std::vector<NamedWords> names = names_in_context(marked);
  const TimeOf time_of(marked, names);
  std::vector<LabelMention> labels;
  labels.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Meant how = meant(marked, names, time_of, i);
    labels.push_back({names[i].phrase, names[i].first, names[i].last, how.assertion, how.listed, how.age_days});
  }
  return labels;
}

}  // namespace

std::vector<LabelMention> ClinicalLexicon::in_context(std::string_view text, const TextContext& context,
                                                      std::span<const WordRange> found) const {
  MarkedText marked = impl_->marked(text, context);
  std::vector<PhraseTable::Match> matches(marked.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = found[i];
    if (last > marked.size()) continue;
    bool within = false;
    for (std::size_t at = begin_of_names_over(first); at <= first; ++at) {
      const std::size_t words = marked.names[at].words;
      within = within || (words > last - first && at + words >= last);
    }
    if (!within) matches[first] = {last - first, static_cast<std::uint32_t>(i)};
  }
  marked.names = std::move(matches);
  return labels_in_context(marked);
}

ScannedText ClinicalLexicon::scan_with_labels(std::string_view text, const TextContext& context) const {
  ScannedText scanned;
  std::vector<PhraseTable::Match> label_words;
  MarkedText marked = impl_->marked(text, context, &label_words);
  scanned.mentions = impl_->mentions_of(text, marked);
  if (!label_words.empty()) {
    marked.names = std::move(label_words);
    scanned.labels = labels_in_context(marked);
  }
  scanned.words = std::move(marked.words);
  scanned.times = std::move(marked.times);
  return scanned;
}

}  // namespace guardian::knowledge
