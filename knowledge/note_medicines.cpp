#include "knowledge/note_medicines.hpp"

#include <algorithm>

#include "knowledge/knowledge_base.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/patient_vocabulary.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

// Words as clinical_words() spells them: no plural, no possessive.
constexpr WordList taking = {
    "take",     "taking",  "taken",     "took",       "use",           "using",     "drink",   "drinking", "smoke",
    "smoking",  "swallow", "chew",      "apply",      "inject",        "injecting", "bought",  "buy",      "borrow",
    "borrowed", "started", "restarted", "resumed",    "continue",      "continued", "given",   "received", "prescribed",
    "added",    "tried",   "trying",    "medicating", "supplementing", "overdosed", "ingested"};
// Behind the name: where it is from.
constexpr WordList from_where = {"otc", "herbal", "supplement", "counter", "internet", "online", "remedy"};
// A medicine is then spoken of, and not said to be taken.
constexpr WordList not_taken = {
    "will",        "would",     "should",    "could",       "may",         "might",      "can",         "cannot",
    "plan",        "planned",   "planning",  "consider",    "considering", "advised",    "advise",      "told",
    "suggest",     "suggested", "recommend", "recommended", "if",          "avoid",      "avoiding",    "not",
    "never",       "no",        "without",   "hold",        "held",        "holding",    "instead",     "before",
    "refuse",      "refused",   "declined",  "decline",     "unable",      "want",       "wanted",      "ask",
    "asked",       "asking",    "discussed", "discuss",     "request",     "requested",  "offer",       "offered",
    "due",         "versus",    "vs",        "rather",      "allergy",     "allergic",   "intolerant",  "intolerance",
    "anaphylaxis", "rash",      "reaction",  "hives",       "used",        "previously", "stop",        "switch",
    "switched",    "changed",   "replace",   "replaced",    "needs",       "need",       "awaiting",    "pending",
    "whether",     "unless",    "deny",      "denies",      "denied",      "interact",   "interaction", "safe",
    "ok"};
constexpr WordList stopping = {"stopped", "finished", "completed", "discontinued", "ceased", "ran"};
constexpr WordList relatives = {"husband",  "wife",     "mother",     "father",   "mom",         "mum",
                                "dad",      "sister",   "brother",    "son",      "daughter",    "friend",
                                "partner",  "neighbor", "aunt",       "uncle",    "grandmother", "grandfather",
                                "roommate", "spouse",   "girlfriend", "boyfriend"};

// In the heading of a list of what is taken ("Home meds per wife: ...", "DHx:"), and what makes it another list.
constexpr WordList list_heads = {"med", "meds",         "medication", "medicine",  "dhx",
                                 "rx",  "prescription", "otc",        "supplement"};
constexpr WordList other_heads = {"stopped", "stop",      "held",     "hold",        "past",      "previous",
                                  "allergy", "failed",    "tried",    "intolerant",  "avoid",     "discontinued",
                                  "plan",    "suggested", "proposed", "not",         "discharge", "new",
                                  "start",   "chemo",     "prior",    "recommended", "no"};
// "Home meds are ...", "Medications include ...": as good as a colon.
constexpr WordList heads_on = {"are", "include", "includes", "incl", "including"};
constexpr std::size_t words_of_heading = 6;
constexpr std::size_t words_of_list = 60;

constexpr std::size_t words_before = 7;  // in which the words of taking stand
constexpr std::size_t words_behind = 4;  // in which the place it is from stands
constexpr std::size_t words_of_order = 9;
constexpr std::uint32_t ends_order = gap::boundary | gap::comma | gap::open | gap::close | gap::colon;

class NoteReader {
 public:
  NoteReader(const KnowledgeBase& base, std::string_view note, const TextContext& context)
      : base_(base), note_(note), context_(context), words_(clinical_words(note)) {}

  std::vector<MedicineInNote> read() {
    find_names();
    if (found_.empty()) return {};
    std::vector<MedicineInNote> medicines;
    for (const LabelMention& mention : base_.vocabulary().conditions.lexicon().in_context(note_, context_, found_)) {
      auto medicine = taken(mention);
      if (!medicine) continue;
      const std::size_t end = words_.words[mention.first].begin + medicine->text.size();
      last_taken_.reset();
      if (!medicine->stopped) {
        last_taken_ = mention.last;
        while (*last_taken_ < words_.size() && words_.words[*last_taken_].begin < end) ++*last_taken_;
      }
      medicines.push_back(std::move(*medicine));
    }
    return medicines;
  }

 private:
  std::string_view raw(std::size_t first, std::size_t last) const {
    return note_.substr(words_.words[first].begin, words_.words[last - 1].end - words_.words[first].begin);
  }

  void find_names() {
    std::vector<std::string> spellings;
    spellings.reserve(words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) spellings.push_back(normalised_name(raw(i, i + 1)));
    for (std::size_t i = 0; i < spellings.size();) {
      std::size_t count = base_.names().longest_match(spellings, i);
      while (count > 0 && !is_medicine(spellings, i, count)) --count;
      if (count == 0) {
        ++i;
        continue;
      }
      found_.push_back({i, i + count});
      i += count;
    }
  }

  // Whether the words are the name of something that is taken: an abbreviation, which may mean anything in a note, only
  // where it begins an item of a list of medicines ("Home meds: ASA 81, HCTZ 12.5"), and no substance that is measured
  // ("potassium 3.1").
  bool is_medicine(const std::vector<std::string>& spellings, std::size_t first, std::size_t count) const {
    for (std::size_t i = first + 1; i < first + count; ++i) {
      if ((words_.before(i) & ends_order) != 0) return false;
    }
    std::string name = spellings[first];
    for (std::size_t i = first + 1; i < first + count; ++i) name += " " + spellings[i];
    const auto entries = base_.names().find(name);
    constexpr std::size_t shortest = 4;
    constexpr std::size_t shortest_of_list = 3;
    if (entries.empty() || name.size() < shortest_of_list) return false;
    const auto any = [&](NameKind kind) {
      return std::any_of(entries.begin(), entries.end(), [&](const NameEntry& entry) { return entry.kind == kind; });
    };
    if (any(NameKind::ambiguous)) return false;
    if (is_measured(name, first + count)) return false;
    if (name.size() >= shortest && !any(NameKind::abbreviation)) return true;
    return begins_item(first) && is_listed(first);
  }

  // Whether the name is that of a result here. "On digoxin", "takes lithium" speak of the medicine; of what the body
  // has by itself ("potassium") only a dose says so.
  [[nodiscard]] bool is_measured(const std::string& name, std::size_t behind) const {
    static constexpr WordList of_results = {
        "level", "levels", "conc", "concentration", "trough",   "peak",   "is",      "was",   "of",
        "at",    "high",   "low",  "normal",        "toxicity", "result", "pending", "toxic", "ratio"};
    const auto named = base_.vocabulary().quantities.quantity_of(name);
    if (!named || has_dose(behind)) return false;
    constexpr std::string_view level = "_level";
    const std::string& quantity = named->definition->name;
    const bool of_drug =
        quantity.size() > level.size() && quantity.compare(quantity.size() - level.size(), level.size(), level) == 0;
    if (!of_drug || (words_.before(behind) & (gap::colon | gap::dash)) != 0) return true;
    return behind < words_.size() && (words_.before(behind) & ends_order) == 0 &&
           (is_digit(words_.spelling(behind).front()) || of_results.has(words_.spelling(behind)));
  }

  // "lithium 300 mg", "KCl 20 mEq daily": how much is given, and no result ("lithium 1.1", "potassium 5.1 mEq/L").
  [[nodiscard]] bool has_dose(std::size_t behind) const {
    static constexpr WordList doses = {"mg",  "mcg", "g",  "gram", "gm", "meq",    "tab",   "tablet", "tabs", "capsule",
                                       "bid", "tid", "bd", "tds",  "qd", "weekly", "daily", "mane",   "nocte"};
    if (behind + 1 >= words_.size() || !is_digit(words_.spelling(behind).front())) return false;
    if ((words_.before(behind) & ends_order) != 0 || (words_.before(behind + 1) & ends_order) != 0) return false;
    const std::string_view number = words_.spelling(behind);
    const std::size_t letters = number.find_first_not_of("0123456789.");
    const bool attached = letters != std::string_view::npos && doses.has(number.substr(letters));
    const std::size_t next = attached ? behind + 1 : behind + 2;
    if (!attached && !doses.has(words_.spelling(behind + 1))) return false;
    return (words_.before(next) & gap::slash) == 0;
  }

  // Whether an item of a list may begin with this word.
  [[nodiscard]] bool begins_item(std::size_t word) const {
    static constexpr WordList joins = {"and", "plus"};
    if (word == 0) return false;
    if ((words_.before(word) & (gap::list_end | gap::colon | gap::dash)) != 0) return true;
    if (heads_on.has(words_.spelling(word - 1)) || joins.has(words_.spelling(word - 1))) return true;
    return is_digit(words_.spelling(word - 1).front());  // "1. ASA 81", "ASA 81 HCTZ 25"
  }

  std::optional<MedicineInNote> taken(const LabelMention& mention) const {
    const std::size_t sentence = sentence_of(mention.first);
    const std::size_t from = std::max(sentence, mention.first - std::min(mention.first, words_before));
    std::optional<std::size_t> verb;
    bool somebody_else = false;
    for (std::size_t i = mention.first; i > from; --i) {
      const std::string_view word = words_.spelling(i - 1);
      if (not_taken.has(word)) return std::nullopt;
      // Of the words nearest to the name: another name between would have its own.
      if (taking.has(word) || stopping.has(word) || (word == "on" && i == mention.first)) {
        verb = i - 1;
        break;
      }
      somebody_else = somebody_else || relatives.has(word);
    }
    const bool listed = !verb && is_listed(mention.first);
    const bool goes_on = !verb && !listed && goes_on_from_last(mention);
    if (goes_on) verb = mention.first;
    if (!verb && (listed || is_from_somewhere(mention.last))) verb = mention.first;
    if (!verb) return std::nullopt;
    // "her husband takes tramadol": whose words of taking they are stands before them, or what makes them a plan.
    for (std::size_t i = *verb; !listed && !goes_on && i > sentence && i + words_before > *verb; --i) {
      const std::string_view word = words_.spelling(i - 1);
      if (not_taken.has(word) || relatives.has(word)) return std::nullopt;
    }
    const bool hers = mention.assertion == Assertion::present ||
                      (listed && (mention.assertion == Assertion::family || mention.assertion == Assertion::past)) ||
                      (mention.assertion == Assertion::family && somebody_else && *verb < mention.first);
    const bool stopped = stopping.has(words_.spelling(*verb));
    const bool said = hers || mention.assertion == Assertion::past;
    const bool lately = stopped && said && mention.age_days.has_value();
    if (!lately && (!hers || stopped)) return std::nullopt;

    MedicineInNote medicine;
    medicine.text = order(mention);
    const std::size_t begin = words_.words[*verb].begin;
    const std::size_t end = words_.words[mention.first].begin + medicine.text.size();
    medicine.quote = std::string(note_.substr(begin, end - begin));
    medicine.stopped = lately;
    if (lately) medicine.stopped_days_ago = mention.age_days;
    return medicine;
  }

  // "On warfarin, amiodarone and digoxin", "takes A 5 mg, B 10 mg and C": the next of several that are taken.
  bool goes_on_from_last(const LabelMention& mention) const {
    static constexpr WordList joins = {"and", "plus"};
    static constexpr WordList behind = {"and",   "plus", "at", "daily", "po",    "od",    "bd",    "bid",
                                        "tid",   "tds",  "qd", "qhs",   "prn",   "for",   "in",    "once",
                                        "twice", "tab",  "iv", "sc",    "nocte", "every", "weekly"};
    if (!last_taken_ || *last_taken_ > mention.first) return false;
    std::size_t at = *last_taken_;
    const bool comma = at < words_.size() && (words_.before(at) & gap::comma) != 0;
    const bool joined = at < mention.first && joins.has(words_.spelling(at));
    if (joined) ++at;
    if (at != mention.first || !(comma || joined)) return false;
    if ((words_.before(*last_taken_) & gap::boundary) != 0 || (words_.before(at) & gap::boundary) != 0) return false;
    if (mention.last >= words_.size() || (words_.before(mention.last) & (gap::list_end | gap::open)) != 0) return true;
    const std::string_view next = words_.spelling(mention.last);
    return is_digit(next.front()) || behind.has(next);
  }

  // Whether the name stands in a list whose heading says that it is taken, before the next heading or an empty line.
  bool is_listed(std::size_t name) const {
    std::size_t item = name;
    while (item > 0 && (words_.before(item) & gap::list_end) == 0 && !is_headed(item)) --item;
    for (std::size_t i = item; i < name; ++i) {
      if (not_taken.has(words_.spelling(i)) || stopping.has(words_.spelling(i))) return false;
    }
    for (std::size_t i = item; i > 0 && i + words_of_list > name; --i) {
      if ((words_.before(i) & gap::blank_line) != 0 && i != item) return false;
      if (!is_headed(i)) continue;
      bool of_medicines = false;
      for (std::size_t at = i; at > 0 && at + words_of_heading > i; --at) {
        const std::string_view word = words_.spelling(at - 1);
        if (other_heads.has(word)) return false;
        of_medicines = of_medicines || list_heads.has(word);
        if ((words_.before(at - 1) & (gap::boundary | gap::comma)) != 0) break;
      }
      return of_medicines;
    }
    return false;
  }

  // Whether a heading may end before word `i`.
  bool is_headed(std::size_t i) const {
    const std::uint32_t gap = words_.before(i);
    if ((gap & gap::colon) != 0) return true;
    if (heads_on.has(words_.spelling(i - 1)) && (gap & gap::list_end) == 0) return true;
    if (!list_heads.has(words_.spelling(i - 1))) return false;
    if ((gap & gap::dash) != 0) return true;
    // A line that is only a heading: "Home medications".
    constexpr std::size_t most_of_line = 4;
    if ((gap & gap::newline) == 0) return false;
    for (std::size_t at = i - 1, words = 1; words <= most_of_line; --at, ++words) {
      if (at == 0 || (words_.before(at) & gap::newline) != 0) return true;
      if (words_.before(at) != 0) return false;
    }
    return false;
  }

  std::size_t sentence_of(std::size_t word) const {
    while (word > 0 && (words_.before(word) & gap::boundary) == 0) --word;
    return word;
  }

  bool is_from_somewhere(std::size_t behind) const {
    for (std::size_t i = behind; i < words_.size() && i < behind + words_behind; ++i) {
      if ((words_.before(i) & gap::boundary) != 0) return false;
      if (from_where.has(words_.spelling(i))) return true;
    }
    return false;
  }

  // The name and as many words behind it as the reader of orders makes sense of.
  std::string order(const LabelMention& mention) const {
    std::size_t last = mention.last;
    while (last < words_.size() && last < mention.last + words_of_order && (words_.before(last) & ends_order) == 0 &&
           !begins_other(last) && !is_number_of_item(last))
      ++last;
    const Resolution name = resolve(base_, {std::string(raw(mention.first, mention.last)), {}, {}, {}});
    for (; last > mention.last; --last) {
      std::string text(raw(mention.first, last));
      const Resolution whole = resolve(base_, {text, {}, {}, {}});
      if (whole.resolved && name.resolved &&
          whole.interpretations.front().ingredients == name.interpretations.front().ingredients)
        return text;
    }
    return std::string(raw(mention.first, mention.last));
  }

  // "ASA 81 mg 2) HCTZ 25 mg".
  [[nodiscard]] bool is_number_of_item(std::size_t word) const {
    return is_digit(words_.spelling(word).front()) &&
           (words_.before(word + 1) & (gap::open | gap::close)) == gap::close;
  }

  // "simvastatin 40 at night and metoprolol 25": the next medicine.
  [[nodiscard]] bool begins_other(std::size_t word) const {
    static constexpr WordList joins = {"and", "plus"};
    const std::size_t name = joins.has(words_.spelling(word)) ? word + 1 : word;
    return std::any_of(found_.begin(), found_.end(), [&](const WordRange& range) { return range.first == name; });
  }

  const KnowledgeBase& base_;
  std::string_view note_;
  const TextContext& context_;
  ClinicalWords words_;
  std::vector<WordRange> found_;
  std::optional<std::size_t> last_taken_;  // the word behind the order of the medicine before, when it is taken
};

}  // namespace

std::vector<MedicineInNote> medicines_in_note(const KnowledgeBase& base, std::string_view note,
                                              const TextContext& context) {
  return NoteReader(base, note, context).read();
}

}  // namespace guardian::knowledge
