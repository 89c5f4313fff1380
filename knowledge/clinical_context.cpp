#include "knowledge/clinical_context.hpp"

#include <algorithm>

#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

// A relative who tells, brings or is spoken to has not got the disease.
constexpr WordList telling = {
    "say",        "says",      "sees",      "asks",        "tell",       "tells",   "said", "state",     "stated",
    "report",     "reported",  "reporting", "notice",      "noticed",    "noted",   "note", "concerned", "worried",
    "describe",   "described", "call",      "called",      "brought",    "bring",   "feel", "felt",      "think",
    "thought",    "found",     "gave",      "give",        "giving",     "present", "want", "wanted",    "at",
    "here",       "deny",      "denied",    "confirm",     "confirmed",  "told",    "ask",  "asked",     "request",
    "requesting", "attend",    "attended",  "accompanied", "is",         "was",     "in",   "will",      "saw",
    "witnessed",  "who",       "declined",  "agree",       "understand", "cannot",  "cant", "could",     "couldnt",
    "unable",     "tried",     "try",       "heard",       "hear",       "rang",    "ring", "ringing",   "phone",
    "phoned",     "phoning",   "woke",      "watched",     "struggled"};
constexpr WordList before_teller = {"per",           "with",      "by",     "from", "to",      "via",   "told",
                                    "live",          "lives",     "single", "new",  "nursing", "young", "first",
                                    "breastfeeding", "expectant", "ward",   "old",  "yo",      "y/o",   "tell",
                                    "informed",      "for"};

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::size_t reach_of(CueKind kind, CueScope scope) {  // words without a separator that a cue reaches over
  if (scope == CueScope::next) return 0;
  const bool item = scope == CueScope::item;
  if (kind == CueKind::negation) return item ? 6 : 9;
  if (kind == CueKind::doubt) return 5;
  if (kind == CueKind::past) return item ? 3 : 12;
  if (kind == CueKind::hypothetical) return item ? 8 : 14;
  return 0;
}

struct State {
  CueKind kind = CueKind::none;
  CueScope scope = CueScope::clause;
  std::size_t cue_first = 0;
  std::size_t cue_last = 0;
  std::size_t linked = 0;   // a cue that starts here acts as one with the cue in force
  std::size_t content = 0;  // words of meaning since the cue
  std::size_t since_separator = 0;
  bool suspended = false;
  bool over_commas = false;  // an item list with "or" ahead
  bool unsure = false;       // what follows the next comma may not be denied
  bool separated = false;    // a comma or "and" since the cue
  bool has_or = false;
  bool listed = false;     // opened by the heading of a list of past history
  bool item_past = false;  // and the item is past by itself: "PMH: previous DVT"
  bool family = false;
  std::size_t family_first = 0;
  std::size_t family_last = 0;
  std::size_t family_linked = 0;
};

class Walk {
 public:
  explicit Walk(const MarkedText& text) : text_(text), words_(text.words) {}

  std::vector<NamedWords> run() {
    for (std::size_t i = 0; i < text_.size();) {
      pass_gap(i);
      const PhraseTable::Match name = text_.names[i];
      const PhraseTable::Match cue = text_.cues[i];
      if (name.words > 0 && name.words >= cue.words) {
        take_name(i, name);
        i += name.words;
      } else if (cue.words > 0) {
        take_cue(i, cue.words, *text_.cue_at(i));
        i += cue.words;
      } else {
        if (begins_affirmed_item(i)) clear();
        pass_word();
        ++i;
      }
    }
    return std::move(names_);
  }

 private:
  bool in_section() const { return section_ != CueKind::none; }

  void clear() {
    state_.kind = CueKind::none;
    state_.linked = 0;
    state_.suspended = false;
  }

  // The state at the start of a sentence: that of the section.
  void restart(std::size_t i) {
    state_ = State{};
    inside_.clear();
    sentence_ = i;
    bare_denial_ = false;
    if (section_ == CueKind::family) {
      state_.family = true;
      state_.family_first = section_first_;
      state_.family_last = section_last_;
    } else if (in_section()) {
      state_.kind = section_;
      state_.listed = section_ == CueKind::past;
      state_.cue_first = section_first_;
      state_.cue_last = section_last_;
    }
    state_.linked = i;
  }

  void pass_gap(std::size_t i) {
    const std::uint32_t gap = words_.before(i);
    if (gap == 0 && i > 0) return;
    if (i == 0 || (gap & gap::newline) != 0) start_line(i);
    if (i == 0 || (gap & gap::boundary) != 0) restart(i);
    if ((gap & gap::close) != 0) {
      if (inside_.empty()) {
        clear();  // "2) no bleeding 3) falls"
      } else {
        const bool separated = state_.separated;
        state_ = inside_.back();
        inside_.pop_back();
        state_.separated = state_.separated || separated;
      }
    }
    if ((gap & gap::colon) != 0) {
      if (state_.linked == i && state_.kind != CueKind::none) {
        state_.scope = CueScope::clause;
      } else if (!in_section() || section_ == CueKind::family) {
        clear();
      }
      if (state_.family && state_.family_linked != i && !in_section()) state_.family = false;
    }
    if ((gap & gap::dash) != 0 && state_.linked != i &&
        (state_.kind == CueKind::negation || state_.scope != CueScope::clause))
      clear();
    if ((gap & gap::comma) != 0) {
      separate();
      state_.separated = true;
      if (state_.linked != i || !in_section()) state_.linked = nowhere;
      state_.family_linked = nowhere;
      if (state_.scope != CueScope::clause && !state_.over_commas) clear();
    }
    if ((gap & gap::slash) != 0) state_.since_separator = 0;
    if ((gap & gap::open) != 0 && inside_.size() < 8) inside_.push_back(state_);
    if ((gap & gap::ticked) != 0) clear();
    if ((gap & gap::unticked) != 0) open(i, i, {CueKind::negation, CueScope::clause, PostKind::none, false});
    if ((gap & gap::query) != 0) open(i, i, {CueKind::doubt, CueScope::item, PostKind::none, false});
  }

  void separate() {
    state_.item_past = false;
    state_.since_separator = 0;
    state_.suspended = false;
  }

  // Whether the line that starts at `i` heads a section, or ends one.
  void start_line(std::size_t i) {
    const Cue* cue = text_.cue_at(i);
    if (cue != nullptr && cue->section) {
      const std::size_t next = i + text_.cues[i].words;
      const std::uint32_t behind = words_.before(next);
      const bool headed = (behind & gap::newline) != 0 && next < text_.size() &&
                          ((behind & gap::colon) != 0 || (cue->kind != CueKind::negation && words_.words[i].capital));
      if (headed) {
        section_ = cue->kind;
        section_first_ = i;
        section_last_ = next;
        section_is_fresh_ = true;
        return;
      }
    }
    if (!in_section()) return;
    bool heading = cue != nullptr && cue->section;
    for (std::size_t j = i + 1; !heading && j <= i + 5 && j <= text_.size(); ++j) {
      const std::uint32_t gap = words_.before(j);
      if ((gap & gap::colon) != 0) {
        heading = true;
      } else if ((gap & (gap::boundary | gap::comma)) != 0) {
        break;
      }
    }
    if (heading && section_ == CueKind::family && cue != nullptr && cue->kind == CueKind::relative) heading = false;
    const bool parted = (words_.before(i) & gap::blank_line) != 0 && !section_is_fresh_;
    if (heading || parted) section_ = CueKind::none;
    section_is_fresh_ = false;
  }

  // "no chest pain, some palpitations": an item that is qualified is not denied, unless the list ends with "or".
  bool begins_affirmed_item(std::size_t i) const {
    static constexpr WordList qualifiers = {"some",   "occasional", "mild",       "moderate",  "severe",
                                            "slight", "marked",     "increasing", "increased", "intermittent",
                                            "with",   "worsening",  "ongoing"};
    return state_.kind == CueKind::negation && (words_.before(i) & gap::comma) != 0 &&
           qualifiers.has(words_.spelling(i)) && !has_or_ahead(i);
  }

  void pass_word() {
    ++state_.content;
    if (++state_.since_separator > reach_of(state_.kind, state_.scope) && state_.kind != CueKind::none) clear();
  }

  void take_name(std::size_t i, const PhraseTable::Match& name) {
    NamedWords named;
    named.first = i;
    named.last = i + name.words;
    named.phrase = name.phrase;
    named.family = state_.family;
    if (state_.kind != CueKind::none && !state_.suspended) {
      named.kind = state_.kind;
      named.listed = state_.listed && !state_.item_past;
      named.cue_first = state_.cue_first;
      named.cue_last = state_.cue_last;
      named.later_item = state_.separated && !state_.has_or;
      if (state_.unsure && named.later_item && state_.kind == CueKind::negation) named.kind = CueKind::doubt;
    }
    if (named.family && named.kind != CueKind::negation) {
      named.cue_first = state_.family_first;
      named.cue_last = state_.family_last;
    }
    names_.push_back(named);
    ++state_.content;
    if (state_.scope == CueScope::next) clear();
    last_name_end_ = named.last;
  }

  // Whether only filling words part `i` from the name before, so that a cue here may be said of it.
  bool is_behind_name(std::size_t i) const {
    if (names_.empty() || i < last_name_end_ || i > last_name_end_ + 4) return false;
    for (std::size_t j = last_name_end_; j <= i; ++j) {
      if ((words_.before(j) & (gap::boundary | gap::comma)) != 0) return false;
      if (j == i) break;
      const Cue* cue = text_.cue_at(j);
      if (cue == nullptr || cue->post != PostKind::filler) return false;
    }
    return true;
  }

  bool name_starts_at(std::size_t i) const { return i < text_.size() && text_.names[i].words > 0; }

  void take_cue(std::size_t i, std::size_t length, const Cue& cue) {
    const std::size_t next = i + length;
    const bool linked = state_.kind != CueKind::none && state_.linked == i;
    const auto keep_link = [&] {
      if (linked) state_.linked = next;
      if (state_.family_linked == i) state_.family_linked = next;
    };
    const bool timed = text_.in_time[i] != 0;
    switch (cue.kind) {
      case CueKind::none:
      case CueKind::plain:
        if (cue.post == PostKind::filler) keep_link();
        if (begins_affirmed_item(i)) clear();
        state_.since_separator += length;
        if (cue.post != PostKind::filler) ++state_.content;
        return;
      case CueKind::negation:
      case CueKind::doubt:
      case CueKind::hypothetical:
      case CueKind::past: take_opening(i, next, cue); return;
      case CueKind::family:
        if (is_plain_fh(i, next)) return pass_word();
        if (state_.family_linked == i && state_.family) {
          state_.family_linked = next;
        } else {
          open_family(i, next);
        }
        return;
      case CueKind::relative:
        if (is_patient_of_teller(i)) return pass_word();
        if (!tells(i, next)) return open_family(i, next);
        teller_ = i;
        return pass_word();
      case CueKind::link:
        if (begins_affirmed_item(i)) clear();
        keep_link();
        ++state_.since_separator;
        return;
      case CueKind::conjunction_and:
        separate();
        state_.separated = true;
        if (state_.scope == CueScope::next) clear();
        return;
      case CueKind::conjunction_or:
        separate();
        state_.has_or = true;
        if (state_.kind == CueKind::negation) state_.linked = next;  // "no asthma or history of seizures"
        return;
      case CueKind::stop:
        clear();
        state_.family = false;
        return;
      case CueKind::reason:
        if (timed || linked) return keep_link();
        if (state_.kind != CueKind::hypothetical || state_.scope != CueScope::clause || words_.spelling(i) != "for")
          clear();
        return;
      case CueKind::verb:
        if (!timed && state_.content > 0 && state_.kind != CueKind::hypothetical) clear();
        keep_link();
        return;
      case CueKind::strong_verb:
        if (state_.content > 0) clear();
        keep_link();
        return;
      case CueKind::circumstance:
        if (!timed && !linked && state_.kind == CueKind::negation) state_.suspended = true;
        keep_link();
        return;
      case CueKind::subject: take_subject(i, next); return;
      case CueKind::current:
        if (begins_affirmed_item(i)) clear();
        if (state_.kind == CueKind::past && state_.content > 0) clear();
        keep_link();
        return;
    }
  }

  // "he": another than the relative spoken of, and a new clause.
  void take_subject(std::size_t i, std::size_t next) {
    static constexpr WordList prepositions = {"in", "for", "of", "by", "per", "to", "this", "with", "from"};
    if (i > 0 && prepositions.has(words_.spelling(i - 1))) return pass_word();
    const std::string_view word = words_.spelling(i);
    const bool pronoun_of_object = word == "him" || word == "her";
    if (!pronoun_of_object && state_.family && state_.family_linked != i && section_ != CueKind::family)
      state_.family = false;
    if (state_.kind != CueKind::none && state_.kind != CueKind::hypothetical && state_.content > 0 &&
        state_.linked != i && !pronoun_of_object) {
      clear();
    }
    if (state_.linked == i) state_.linked = next;
    ++state_.since_separator;
  }

  // "FH" is a family history only when it reads as a heading; else familial hypercholesterolemia.
  bool is_plain_fh(std::size_t i, std::size_t next) const {
    return words_.spelling(i) == "fh" && next == i + 1 && (words_.before(next) & (gap::colon | gap::dash)) == 0;
  }

  void open_family(std::size_t i, std::size_t next) {
    const bool denied = state_.kind == CueKind::negation && state_.linked == i;
    if (denied) {
      state_.linked = next;
      state_.scope = CueScope::clause;
      return;
    }
    const bool kept = section_ == CueKind::negation;
    if (!kept && state_.kind != CueKind::doubt) clear();
    state_.family = true;
    state_.family_first = i;
    state_.family_last = next;
    state_.family_linked = next;
    state_.since_separator = 0;
  }

  // "Partner: cannot be woken" begins what somebody tells who is no kin; "sister: epilepsy" is of the sister.
  bool names_teller(std::size_t i, std::size_t next) const {
    static constexpr WordList others = {"wife",     "husband",  "partner", "spouse",    "flatmate",
                                        "roommate", "neighbor", "friend",  "boyfriend", "girlfriend"};
    return i == sentence_ && !in_section() && (words_.before(next) & gap::colon) != 0 && others.has(words_.spelling(i));
  }

  // "It was his son who fell": not he.
  bool is_cleft(std::size_t i) const {
    static constexpr WordList being = {"is", "was", "its"};
    for (std::size_t j = i; j > 0 && j + 2 > i && (words_.before(j) & gap::boundary) == 0; --j) {
      if (being.has(words_.spelling(j - 1))) return true;
    }
    return false;
  }

  // "Daughter rings: dad cannot be woken": the father of the daughter who tells is the patient.
  bool is_patient_of_teller(std::size_t i) const {
    static constexpr WordList children = {"daughter", "son"};
    static constexpr WordList parents = {"dad", "mum", "mom", "father", "mother"};
    if (teller_ == nowhere || in_section()) return false;
    const std::string_view teller = words_.spelling(teller_);
    const std::string_view word = words_.spelling(i);
    return (children.has(teller) && parents.has(word)) || (teller == "wife" && word == "husband") ||
           (teller == "husband" && word == "wife");
  }

  // "Nephew was in hospital with ketoacidosis": he had it.
  bool is_inpatient(std::size_t i) const {
    static constexpr WordList wards = {"hospital", "intensive", "icu", "itu"};
    return i + 1 < text_.size() && words_.spelling(i) == "in" && wards.has(words_.spelling(i + 1));
  }

  bool tells(std::size_t i, std::size_t next) const {
    if (names_teller(i, next)) return true;
    if (next < text_.size() && words_.spelling(next) == "who" && is_cleft(i)) return false;
    if (i > 0 && (words_.before(i) & (gap::boundary | gap::comma)) == 0) {
      std::size_t before = i - 1;
      static constexpr WordList owners = {"his", "her", "their", "the", "my", "patient"};
      if (before > 0 && owners.has(words_.spelling(before))) --before;
      if (before_teller.has(words_.spelling(before))) return true;
    }
    for (std::size_t j = next; j < text_.size() && j < next + 4; ++j) {
      if ((words_.before(j) & (gap::boundary | gap::comma | gap::colon)) != 0) return false;
      const std::string_view word = words_.spelling(j);
      if ((words_.before(j) & gap::dash) != 0) return false;
      if (word == "is" || word == "was") {  // "is diabetic", "was diagnosed with" but "is concerned"
        return j + 1 < text_.size() && telling.has(words_.spelling(j + 1)) && !is_inpatient(j + 1);
      }
      if (is_inpatient(j)) return false;
      if (telling.has(word)) return true;
      if (j == next && word == "of") return true;  // "mother of two"
      const Cue* cue = text_.cue_at(j);
      const bool another = word == "and" || (cue != nullptr && cue->kind == CueKind::relative);
      if (!another && word != "also" && word != "has" && word != "in" && word != "law") return false;
    }
    return false;
  }

  void take_opening(std::size_t i, std::size_t next, const Cue& cue) {
    const std::string_view word = words_.spelling(i);
    const std::uint32_t behind = words_.before(next);
    const bool single = next == i + 1;
    if (cue.kind == CueKind::negation) {
      if (single && is_short_denial(word) && (behind & gap::list_end) != 0 && (behind & gap::colon) == 0)
        return pass_word();
      if (word == "non" && single && !(name_starts_at(next) && is_denied_by_prefix(next))) return pass_word();
    }
    const bool opens_name = name_starts_at(next) && (behind & (gap::list_end | gap::colon)) == 0;
    const bool denial = single && is_short_denial(word);
    if (cue.post != PostKind::none && !denial && !opens_name && is_behind_name(i) && (behind & gap::colon) == 0)
      return pass_word();
    if (cue.kind == CueKind::past && (text_.in_time[i] != 0 || is_present_complaint(i))) {
      if (state_.kind == CueKind::past) clear();
      return pass_word();
    }
    if ((cue.kind == CueKind::hypothetical || cue.kind == CueKind::doubt) && is_worry(i, next)) return pass_word();
    // "Hx:" heads what the patient tells as often as what is over.
    if (cue.kind == CueKind::past && word == "hx" && single && (behind & gap::colon) != 0) return pass_word();
    if (cue.kind == CueKind::past && word == "old" && i > 0 && is_age(i)) return pass_word();
    const bool after_comma = i > 0 && (words_.before(i) & gap::comma) != 0;
    const bool of_list = single && (word == "no" || word == "nil") && after_comma && !has_or_ahead(next);
    const bool after_denied = of_list && bare_denial_ && i > sentence_;
    const bool after_named = of_list && (text_.is_list || (!names_.empty() && names_.back().first >= sentence_));
    const bool first_of_list = text_.is_list && single && word == "no" && !has_or_ahead(next);
    if (cue.kind == CueKind::negation) bare_denial_ = single && (word == "no" || word == "nil");
    open(i, next, cue);
    // "HTN, no DM, no asthma, CKD 4": each "no" is of one item; "cough, no fever, chills" may be either.
    if (after_denied || first_of_list || (of_list && text_.is_list)) {
      state_.scope = CueScope::item;
    } else if (after_named) {
      state_.unsure = true;
    }
  }

  // Of "non-smoker", not of "non-STEMI": some diseases bear it in their name.
  bool is_denied_by_prefix(std::size_t i) const {
    static constexpr WordList named_so = {"stemi", "st", "hodgkin", "q"};
    return !named_so.has(words_.spelling(i));
  }

  // "worried about her chest pain": she has it.
  bool is_worry(std::size_t i, std::size_t next) const {
    static constexpr WordList feelings = {"concerned", "worried", "worry",    "worrying", "anxious",
                                          "asked",     "ask",     "enquired", "inquired", "scared"};
    static constexpr WordList owners = {"his",     "her",    "their",     "this",      "these",
                                        "ongoing", "recent", "recurrent", "persistent"};
    return next < text_.size() && feelings.has(words_.spelling(i)) && words_.spelling(next - 1) != "if" &&
           owners.has(words_.spelling(next));
  }

  // "3 day history of", "long history of": the complaint of today.
  bool is_present_complaint(std::size_t i) const {
    const auto time = std::lower_bound(text_.times.begin(), text_.times.end(), i,
                                       [](const TimeWords& t, std::size_t word) { return t.last < word; });
    return time != text_.times.end() && time->last == i && time->kind == TimeKind::current;
  }

  bool is_age(std::size_t i) const {
    const std::string_view unit = words_.spelling(i - 1);
    return unit == "year" || unit == "yr" || unit == "yrs" || unit == "month" || unit == "day" || unit == "days" ||
           unit == "week" || unit == "wk" || unit == "y" || unit == "mo";
  }

  void open(std::size_t i, std::size_t next, const Cue& cue) {
    const bool as_one = state_.kind != CueKind::none && state_.linked == i && !state_.suspended;
    if (as_one && keeps_kind(cue.kind)) {
      if (cue.scope == CueScope::clause) state_.scope = CueScope::clause;
      state_.item_past = state_.item_past || !cue.section;
      state_.cue_last = std::max(next, state_.cue_last);
      state_.linked = next;
      state_.since_separator = 0;
      return;
    }
    const std::size_t first = as_one ? state_.cue_first : i;
    state_.kind = cue.kind;
    state_.scope = cue.scope;
    state_.cue_first = first;
    state_.cue_last = next;
    state_.linked = next;
    state_.content = 0;
    state_.since_separator = 0;
    state_.suspended = false;
    state_.unsure = false;
    state_.separated = false;
    state_.has_or = false;
    state_.listed = cue.kind == CueKind::past && cue.section;
    state_.item_past = false;
    state_.over_commas = cue.kind == CueKind::negation && cue.scope == CueScope::item && has_or_ahead(next);
  }

  // Of two cues in a row, whether the first decides: "no history of", "possible previous", "return if no".
  bool keeps_kind(CueKind next) const {
    const CueKind first = state_.kind;
    if (first == CueKind::negation || first == CueKind::hypothetical) return true;
    if (first == CueKind::doubt) return next != CueKind::hypothetical;
    return first == CueKind::past && next == CueKind::past;
  }

  bool has_or_ahead(std::size_t from) const {
    for (std::size_t j = from; j < text_.size() && j < from + 24; ++j) {
      if ((words_.before(j) & gap::boundary) != 0) return false;
      const Cue* cue = text_.cue_at(j);
      if (cue == nullptr) continue;
      if (cue->kind == CueKind::conjunction_or) return true;
      if (cue->kind == CueKind::stop || cue->kind == CueKind::strong_verb) return false;
    }
    return false;
  }

  const MarkedText& text_;
  const ClinicalWords& words_;
  State state_;
  std::vector<State> inside_;  // the states outside of open parentheses
  std::vector<NamedWords> names_;
  std::size_t last_name_end_ = 0;
  std::size_t teller_ = nowhere;  // the relative who told last
  std::size_t sentence_ = 0;      // where the sentence starts
  bool bare_denial_ = false;      // its last denial was a bare "no"
  CueKind section_ = CueKind::none;
  std::size_t section_first_ = 0;
  std::size_t section_last_ = 0;
  bool section_is_fresh_ = false;
};

}  // namespace

std::vector<NamedWords> names_in_context(const MarkedText& text) { return Walk(text).run(); }

}  // namespace guardian::knowledge
