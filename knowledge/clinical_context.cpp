#include "knowledge/clinical_context.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace guardian::knowledge {
namespace {

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// A relative who tells, brings or is spoken to has not got the disease.
constexpr std::array<std::string_view, 54> telling = {
    "say",     "said",     "state",  "stated",  "report",  "reported", "reporting", "notice",  "noticed",  "noted",  "note",
    "concerned", "worried", "describe", "described", "call", "called",   "brought", "bring",   "feel",   "felt",
    "think",   "thought",  "found",  "gave",    "give",    "giving",   "present",   "want",    "wanted",   "at",     "here",
    "deny",    "denied",   "confirm", "confirmed", "told", "ask", "asked", "request", "requesting", "attend", "attended", "accompanied", "is", "was", "in", "will", "saw", "witnessed", "who", "declined", "agree", "understand"};
constexpr std::array<std::string_view, 24> before_teller = {"per",    "with", "by",      "from",     "to",          "via",  "told",    "told",
                                                            "live",   "lives", "single", "new",      "nursing",     "young", "first",  "breastfeeding",
                                                            "expectant", "ward", "old",    "yo",       "y/o",         "tell", "informed", "for"};
constexpr std::array<std::string_view, 7> short_denials = {"no", "nil", "never", "none", "not", "n", "non"};

constexpr std::uint32_t list_end = gap::boundary | gap::comma | gap::close;

std::size_t reach_of(CueKind kind, CueScope scope) {  // words without a separator that a cue reaches over
  if (scope == CueScope::next) return 0;
  const bool item = scope == CueScope::item;
  switch (kind) {
    case CueKind::negation: return item ? 6 : 9;
    case CueKind::doubt: return 5;
    case CueKind::past: return item ? 3 : 12;
    case CueKind::hypothetical: return item ? 8 : 14;
    default: return 0;
  }
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
  bool separated = false;    // a comma or "and" since the cue
  bool has_or = false;
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
    if (section_ == CueKind::family) {
      state_.family = true;
      state_.family_first = section_first_;
      state_.family_last = section_last_;
    } else if (in_section()) {
      state_.kind = section_;
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
    if ((gap & gap::close) != 0 && !inside_.empty()) {
      const State inner = state_;
      state_ = inside_.back();
      inside_.pop_back();
      state_.separated = state_.separated || inner.separated;
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
      if (state_.scope != CueScope::clause && !state_.over_commas) clear();
    }
    if ((gap & gap::slash) != 0) state_.since_separator = 0;
    if ((gap & gap::open) != 0 && inside_.size() < 8) inside_.push_back(state_);
    if ((gap & gap::ticked) != 0) clear();
    if ((gap & gap::unticked) != 0) open(i, i, {CueKind::negation, CueScope::clause, PostKind::none, false});
    if ((gap & gap::query) != 0) open(i, i, {CueKind::doubt, CueScope::item, PostKind::none, false});
  }

  void separate() {
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
                          ((behind & gap::colon) != 0 ||
                           (cue->kind != CueKind::negation && words_.words[i].capital));
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
      named.cue_first = state_.cue_first;
      named.cue_last = state_.cue_last;
      named.later_item = state_.separated && !state_.has_or;
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
        if (!tells(i, next)) {
          open_family(i, next);
        } else {
          pass_word();
        }
        return;
      case CueKind::link:
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
        if (state_.kind != CueKind::hypothetical || state_.scope != CueScope::clause) clear();
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
        if (state_.kind == CueKind::past && state_.content > 0) clear();
        keep_link();
        return;
    }
  }

  // "he": another than the relative spoken of, and a new clause.
  void take_subject(std::size_t i, std::size_t next) {
    static constexpr std::array<std::string_view, 9> prepositions = {"in", "for", "of", "by", "per", "to", "this", "with", "from"};
    if (i > 0 && is_one_of(words_.spelling(i - 1), prepositions)) return pass_word();
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

  bool tells(std::size_t i, std::size_t next) const {
    if (i > 0 && (words_.before(i) & (gap::boundary | gap::comma)) == 0) {
      std::size_t before = i - 1;
      static constexpr std::array<std::string_view, 6> owners = {"his", "her", "their", "the", "my", "patient"};
      if (before > 0 && is_one_of(words_.spelling(before), owners)) --before;
      if (is_one_of(words_.spelling(before), before_teller)) return true;
    }
    for (std::size_t j = next; j < text_.size() && j < next + 4; ++j) {
      if ((words_.before(j) & (gap::boundary | gap::comma | gap::colon)) != 0) return false;
      const std::string_view word = words_.spelling(j);
      if ((words_.before(j) & gap::dash) != 0) return false;
      if (word == "is" || word == "was") {  // "is diabetic", "was diagnosed with" but "is concerned"
        return j + 1 < text_.size() && is_one_of(words_.spelling(j + 1), telling);
      }
      if (is_one_of(word, telling)) return true;
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
      if (single && is_one_of(word, short_denials) && (behind & list_end) != 0 && (behind & gap::colon) == 0) return pass_word();
      if (word == "non" && single && !(name_starts_at(next) && is_denied_by_prefix(next))) return pass_word();
    }
    const bool opens_name = name_starts_at(next) && (behind & (list_end | gap::colon)) == 0;
    const bool denial = single && is_one_of(word, short_denials);
    if (cue.post != PostKind::none && !denial && !opens_name && is_behind_name(i) && (behind & gap::colon) == 0)
      return pass_word();
    if (cue.kind == CueKind::past && (text_.in_time[i] != 0 || is_present_complaint(i))) {
      if (state_.kind == CueKind::past) clear();
      return pass_word();
    }
    // "Hx:" heads what the patient tells as often as what is over.
    if (cue.kind == CueKind::past && word == "hx" && single && (behind & gap::colon) != 0) return pass_word();
    if (cue.kind == CueKind::past && word == "old" && i > 0 && is_age(i)) return pass_word();
    open(i, next, cue);
  }

  // Of "non-smoker", not of "non-STEMI": some diseases bear it in their name.
  bool is_denied_by_prefix(std::size_t i) const {
    static constexpr std::array<std::string_view, 4> named_so = {"stemi", "st", "hodgkin", "q"};
    return !is_one_of(words_.spelling(i), named_so);
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
    state_.separated = false;
    state_.has_or = false;
    state_.over_commas = cue.kind == CueKind::negation && cue.scope == CueScope::item && has_or_ahead(next);
  }

  // Of two cues in a row, whether the first decides: "no history of", "possible previous", "return if no".
  bool keeps_kind(CueKind next) const {
    switch (state_.kind) {
      case CueKind::negation: return true;
      case CueKind::hypothetical: return true;
      case CueKind::doubt: return next != CueKind::hypothetical;
      case CueKind::past: return next == CueKind::past;
      default: return false;
    }
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
  CueKind section_ = CueKind::none;
  std::size_t section_first_ = 0;
  std::size_t section_last_ = 0;
  bool section_is_fresh_ = false;
};

class Behind {
 public:
  Behind(const MarkedText& text, std::span<const NamedWords> names, std::size_t position)
      : text_(text), words_(text.words), names_(names), next_name_(position + 1), at_(names[position].last) {}

  CueBehind find() {
    for (std::size_t step = 0; step < 12; ++step) {
      const std::uint32_t gap = words_.before(at_);
      const bool direct = passed_ == 0 && !listed_;
      if (direct && (gap & (gap::minus_mark | gap::plus_mark)) != 0)
        return {(gap & gap::minus_mark) != 0 ? PostKind::absent : PostKind::present, at_, at_};
      if (direct && (gap & gap::question) != 0) return answer();
      if ((gap & (gap::boundary | gap::query | gap::ticked | gap::unticked)) != 0 || at_ >= text_.size()) return {};
      if ((gap & gap::comma) != 0) {
        comma_ = true;
        open_commas_ = true;
      }
      if ((gap & gap::colon) != 0) colon_ = true;
      if (next_name_ < names_.size() && names_[next_name_].first == at_) {
        if (!pass_listed_name(gap)) return {};
        continue;
      }
      const Cue* cue = text_.cue_at(at_);
      const std::size_t length = cue != nullptr ? text_.cues[at_].words : 1;
      if (cue != nullptr && is_in_relative(length)) return {PostKind::family, at_, at_ + length + 1};
      if (cue != nullptr && cue->post != PostKind::none) {
        if (const auto found = take(*cue, length)) return *found;
        at_ += length;
        continue;
      }
      if (cue != nullptr && (cue->kind == CueKind::conjunction_and || cue->kind == CueKind::conjunction_or)) {
        const std::size_t next = at_ + length;
        if (next_name_ >= names_.size() || names_[next_name_].first != next || passed_ > 0) return {};
        open_commas_ = false;
        joined_ = true;
        at_ = next;
        continue;
      }
      if (cue != nullptr && cue->kind != CueKind::link) return {};
      if (++passed_ > 3) return {};
      at_ += length;
    }
    return {};
  }

 private:
  bool pass_listed_name(std::uint32_t gap) {
    if (passed_ > 0 || (!joined_ && (gap & (gap::comma | gap::slash)) == 0)) return false;
    at_ = names_[next_name_].last;
    ++next_name_;
    listed_ = true;
    joined_ = false;
    return true;
  }

  // "PE?" alone is a doubt; "Chest pain? No." is answered.
  CueBehind answer() const {
    if (at_ < text_.size() && (words_.before(at_) & (gap::blank_line)) == 0) {
      const std::string_view word = words_.spelling(at_);
      if (word == "yes" || word == "y" || word == "+ve") return {PostKind::present, at_, at_ + 1};
      const Cue* cue = text_.cue_at(at_);
      const bool denies = cue != nullptr && (cue->kind == CueKind::negation || cue->post == PostKind::absent) &&
                          ends_here(at_ + text_.cues[at_].words);
      if (denies || word == "deny" || word == "denied") return {PostKind::absent, at_, at_ + 1};
    }
    return {PostKind::doubt, at_, at_};
  }

  bool ends_here(std::size_t at) const {
    return at >= text_.size() || (words_.before(at) & (list_end | gap::colon | gap::dash)) != 0;
  }

  // Whether the cue before `at` belongs to a name that starts there.
  bool is_name(std::size_t at) const {
    return next_name_ < names_.size() && names_[next_name_].first == at && !ends_here(at);
  }

  // "in her mother", "(father)"
  bool is_in_relative(std::size_t length) const {
    std::size_t at = at_;
    if (words_.spelling(at) == "in") {
      at += length;
      static constexpr std::array<std::string_view, 7> owners = {"his", "her", "the", "their", "patient", "pt", "both"};
      if (at < text_.size() && is_one_of(words_.spelling(at), owners)) ++at;
    } else if ((words_.before(at) & gap::open) == 0) {
      return false;
    }
    const Cue* cue = text_.cue_at(at);
    return cue != nullptr && cue->kind == CueKind::relative;
  }

  std::optional<CueBehind> take(const Cue& cue, std::size_t length) {
    const std::size_t next = at_ + length;
    const CueBehind nothing;
    const CueBehind found{cue.post, at_, next};
    if (open_commas_ && listed_ && cue.post != PostKind::filler) return nothing;  // "cough, PE ruled out"
    switch (cue.post) {
      case PostKind::none: return nothing;
      case PostKind::filler: return std::nullopt;
      case PostKind::absent:
        if (passed_ > 0 || is_name(next) || is_free_of(next)) return nothing;
        if (is_one_of(words_.spelling(at_), short_denials) && length == 1) {
          const bool none = words_.spelling(at_) == "none" || (words_.spelling(at_) == "nil" && colon_);
          if (!none && !ends_here(next)) return nothing;
        }
        if (words_.spelling(at_) == "free" && next < text_.size() && text_.in_time[next] != 0)
          return CueBehind{PostKind::past, at_, next};
        return found;
      case PostKind::absent_strong:
      case PostKind::past: return is_name(next) ? nothing : found;
      case PostKind::doubt: {
        const std::string_view word = words_.spelling(at_);
        const bool links = word == "vs" || word == "versus";
        if (passed_ > 0 || (is_name(next) && !links) || (comma_ && !links && !ends_here(next))) return nothing;
        return found;
      }
      case PostKind::hypothetical:
        if (passed_ > 0 || comma_ || colon_ || (words_.before(at_) & gap::dash) != 0) return nothing;
        return of_test(next, found);
      case PostKind::family: return found;
      case PostKind::present: return passed_ > 0 || is_name(next) ? nothing : found;
    }
    return nothing;
  }

  bool is_free_of(std::size_t next) const {
    return words_.spelling(at_) == "free" && next < text_.size() &&
           (words_.spelling(next) == "of" || words_.spelling(next) == "from");
  }

  // A test or screen says nothing of the patient unless its result follows.
  CueBehind of_test(std::size_t next, const CueBehind& test) const {
    for (std::size_t at = next; at < text_.size() && at < next + 4;) {
      if ((words_.before(at) & (gap::boundary | gap::comma)) != 0) break;
      const Cue* cue = text_.cue_at(at);
      if (cue == nullptr) {
        const std::string_view word = words_.spelling(at);
        if (word == "positive") return {PostKind::present, at, at + 1};
        break;
      }
      const std::size_t length = text_.cues[at].words;
      if (cue->post == PostKind::absent || cue->post == PostKind::absent_strong || cue->post == PostKind::present)
        return {cue->post, at, at + length};
      if (cue->post != PostKind::filler) break;
      at += length;
    }
    return test;
  }

  const MarkedText& text_;
  const ClinicalWords& words_;
  std::span<const NamedWords> names_;
  std::size_t next_name_;
  std::size_t at_;
  std::size_t passed_ = 0;     // words of no part in it
  bool listed_ = false;        // another name of the list was passed
  bool joined_ = false;        // by the "and" just passed
  bool comma_ = false;
  bool open_commas_ = false;   // commas that no "and" has closed to a list
  bool colon_ = false;
};

}  // namespace

std::vector<NamedWords> names_in_context(const MarkedText& text) { return Walk(text).run(); }

CueBehind cue_behind(const MarkedText& text, std::span<const NamedWords> names, std::size_t position) {
  return Behind(text, names, position).find();
}

}  // namespace guardian::knowledge
