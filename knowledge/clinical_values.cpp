#include "knowledge/clinical_values.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "knowledge/quantity_name.hpp"
#include "knowledge/text.hpp"
#include "knowledge/value_text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr double longest_ago_days = 1.5;        // what was measured before is no value of now, but of its day
constexpr double slow_days = 90.0;              // a value that is good so long may stand in the past history
constexpr std::size_t most_fillers = 4;         // words between name and number
constexpr std::size_t words_before = 4;         // looked at for "target", "if"
constexpr std::size_t words_behind = 4;         // looked at for "last week"
constexpr std::size_t longest_unit_bytes = 24;  // "mL/min/1.73m2" and a bracket

constexpr std::uint32_t parts_values = gap::boundary | gap::comma;

constexpr WordList fillers = {
    "is",     "was",      "were",     "of",     "at",      "now",     "today",  "level",   "reading",   "measured",
    "came",   "back",     "found",    "only",   "approx",  "about",   "around", "current", "currently", "low",
    "high",   "raised",   "elevated", "up",     "down",    "dropped", "fell",   "rose",    "fallen",    "risen",
    "result", "value",    "rung",     "phoned", "through", "at",      "in",     "on",      "arrival",   "ed",
    "oral",   "tympanic", "axillary", "repeat", "poc",     "the",     "this",   "morning", "serum",     "stat"};
// Before "to": "sats down to 88%", and not "INR to 2.5".
constexpr WordList movers = {"down", "up", "dropped", "fell", "rose", "fallen", "risen", "drop"};
constexpr WordList aims = {
    "target",   "targets", "targeting", "goal",  "goals",  "aim",       "aiming",    "keep",    "keeping",
    "maintain", "range",   "threshold", "limit", "normal", "ref",       "reference", "uln",     "if",
    "when",     "unless",  "until",     "hold",  "should", "expected",  "ideal",     "desired", "once",
    "titrate",  "restart", "stop",      "call",  "notify", "parameter", "withhold",  "trigger", "whenever"};
// Right before a name: of another substance, person or time.
constexpr WordList others = {
    "urine",     "urinary", "csf",    "pleural",  "ascitic",  "peritoneal", "stool",   "gastric", "vaginal",
    "cord",      "fetal",   "sweat",  "synovial", "vitamin",  "vit",        "free",    "ionized", "ionised",
    "direct",    "birth",   "dry",    "ideal",    "lean",     "adjusted",   "booking", "usual",   "normal",
    "previous",  "prior",   "last",   "old",      "peak",     "nadir",      "lowest",  "highest", "admission",
    "discharge", "home",    "mother", "father",   "maternal", "paternal",   "mom",     "mum",     "dad",
    "wife",      "husband", "sister", "brother",  "partner",  "special",    "foetal",  "post",    "pre"};
// In parentheses behind a value: another one follows.
constexpr WordList other_value = {"was", "from", "previously", "prev", "pre", "baseline", "goal", "target", "best"};
// Behind a value: of another time.
constexpr WordList times_past = {"last",   "previous", "previously", "prior",   "ago",
                                 "before", "normally", "usually",    "earlier", "initially",
                                 "goal",   "target",   "pre",        "preop",   "preoperatively"};
constexpr WordList months = {"january", "february",  "march",   "april",    "may",      "june", "july",
                             "august",  "september", "october", "november", "december", "jan",  "feb",
                             "mar",     "apr",       "aug",     "sep",      "oct",      "nov",  "dec"};
// Behind a number: a dose, a course, a time.
constexpr WordList no_values = {"mg",     "mcg",     "ug",   "g",      "gm",      "gram",  "grams",   "meq",   "mmol",
                                "unit",   "units",   "iu",   "u",      "ml",      "mls",   "l",       "tab",   "tabs",
                                "tablet", "tablets", "cap",  "caps",   "capsule", "puff",  "puffs",   "drop",  "drops",
                                "po",     "iv",      "im",   "sc",     "pr",      "bd",    "bid",     "tds",   "tid",
                                "qds",    "qid",     "od",   "om",     "on",      "daily", "nightly", "nocte", "mane",
                                "weekly", "amp",     "vial", "sachet", "week",    "weeks", "day",     "days",  "hour",
                                "hours",  "hrs",     "year", "years",  "yr",      "month", "months",  "wk"};

std::size_t decimals_of(std::string_view number) {
  const auto point = number.find('.');
  return point == std::string_view::npos ? 0 : number.size() - point - 1;
}

class Finder {
 public:
  Finder(std::string_view text, const ScannedText& scanned, const QuantityReader& quantities)
      : text_(text), scanned_(scanned), words_(scanned.words), quantities_(quantities) {}

  void at_label(const LabelMention& mention, const NoteName& name) {
    if (mention.assertion == Assertion::hypothetical || mention.assertion == Assertion::family) return;
    const auto number = number_behind(mention.last, name);
    if (!number) return take_before(mention, name);
    const QuantityDefinition* definition = quantities_.find(name.quantity);
    const bool slow = definition->stale_days.value_or(slow_days) >= slow_days;
    if (mention.listed && !slow) return;
    if (name.capital) {
      const ClinicalWord& word = words_.words[mention.first];
      if (!word.capital || word.capitals) return;
    }
    if (name.arterial && is_venous(mention.first)) return;
    if (decimals_of(words_.spelling(*number)) < name.decimals) return;
    const bool reaches = mention.age_days.value_or(0.0) <= longest_ago_days || reaches_over(mention);
    take(name, mention.first, mention.last, words_.words[*number].begin,
         reaches ? mention.age_days : std::optional<double>{});
  }

  // "HR130": name and number in one word.
  void at_word(std::size_t word, std::size_t letters, const NoteName& name) {
    take(name, word, word + 1, words_.words[word].begin + letters, std::nullopt);
  }

  std::vector<NoteValue> result() { return std::move(values_); }

 private:
  [[nodiscard]] NamedQuantity named(const NoteName& name) const {
    return {quantities_.find(name.quantity), name.substance, {}, false};
  }

  // "9.2 INR": the number stands before, as before a unit. Without a point it may count something ("3 INR checks").
  void take_before(const LabelMention& mention, const NoteName& name) {
    if (name.quantity != "inr" || mention.first == 0 || words_.before(mention.first) != 0) return;
    const std::string_view word = words_.spelling(mention.first - 1);
    const std::size_t begin = words_.words[mention.first - 1].begin;
    const NumberText number = is_digit(word.front()) ? number_at(raw(begin)) : NumberText{};
    if (number.size == 0 || number.size != word.size() || decimals_of(word) == 0) return;
    if (mention.age_days.value_or(0.0) > longest_ago_days || mention.listed) return;
    const TextSpan span{begin, words_.words[mention.last - 1].end};
    values_.push_back({named(name), core::LabResult{{}, number.value, {}, {}}, std::nullopt, span});
    end_of_last_ = span.end;
  }

  [[nodiscard]] std::string_view raw(std::size_t from) const { return text_.substr(std::min(from, text_.size())); }

  // The word that holds the number, behind a few words that say nothing.
  [[nodiscard]] std::optional<std::size_t> number_behind(std::size_t from, const NoteName& name) const {
    for (std::size_t i = from; i < words_.size() && i <= from + most_fillers; ++i) {
      if ((words_.before(i) & (parts_values | gap::query)) != 0) return std::nullopt;
      const std::string_view word = words_.spelling(i);
      if (is_digit(word.front())) return latest_of(i);
      if (word == "from") return end_of_move(i);
      const bool known_filler = fillers.has(word) || (word == "to" && movers.has(words_.spelling(i - 1)));
      const bool moves = name.quantity == "weight" && movers.has(word);  // "weight up 3 kg"
      if (!known_filler || moves) return std::nullopt;
    }
    return std::nullopt;
  }

  // Of "262 down to 78", "262 then 78" the word of the last number.
  [[nodiscard]] std::size_t latest_of(std::size_t first) const {
    static constexpr WordList falling = {"falling", "dropping", "rising", "climbing"};
    std::size_t last = first;
    for (std::size_t i = first + 1; i + 1 < words_.size() && (words_.before(i) & parts_values) == 0;) {
      const std::string_view word = words_.spelling(i);
      const bool moves = movers.has(word) || falling.has(word);
      std::size_t next = 0;
      if (moves && words_.spelling(i + 1) == "to") next = i + 2;
      if (word == "then") next = i + 1;
      if (next == 0 || next >= words_.size() || !is_digit(words_.spelling(next).front())) break;
      if ((words_.before(next) & parts_values) != 0) break;
      last = next;
      i = next + 1;
    }
    return last;
  }

  // Of "rose from 5.1 to 6.4" the word of the second number.
  [[nodiscard]] std::optional<std::size_t> end_of_move(std::size_t from) const {
    const auto is_number = [&](std::size_t i) {
      return i < words_.size() && is_digit(words_.spelling(i).front()) && (words_.before(i) & parts_values) == 0;
    };
    if (!is_number(from + 1)) return std::nullopt;
    for (std::size_t i = from + 2; i < words_.size() && i <= from + most_fillers; ++i) {
      if ((words_.before(i) & parts_values) != 0) return std::nullopt;
      if (words_.spelling(i) == "to") return is_number(i + 1) ? std::optional(i + 1) : std::nullopt;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_aim(std::size_t first) const {
    // Over a comma an aim goes on ("keep K 4, Mg 1"), "LFTs normal, TSH 2.1" does not.
    static constexpr WordList going_on = {"target", "goal", "goals",  "aim",  "keep", "maintain",
                                          "if",     "hold", "notify", "call", "when", "unless"};
    bool comma = false;
    for (std::size_t i = first; i > 0 && i + words_before > first;) {
      if ((words_.before(i) & gap::boundary) != 0) return false;
      comma = comma || (words_.before(i) & gap::comma) != 0;
      --i;
      if (comma ? going_on.has(words_.spelling(i)) : aims.has(words_.spelling(i))) return true;
    }
    return false;
  }

  // Whether the sentence has spoken of a venous gas.
  [[nodiscard]] bool is_venous(std::size_t first) const {
    for (std::size_t i = first; i > 0 && (words_.before(i) & gap::boundary) == 0; --i) {
      if (words_.spelling(i - 1) == "vbg" || words_.spelling(i - 1) == "venous") return true;
    }
    return false;
  }

  [[nodiscard]] bool is_of_another(std::size_t first, const NoteName& name) const {
    if (first == 0 || (words_.before(first) & (parts_values | gap::colon | gap::close)) != 0) return false;
    const std::string_view word = words_.spelling(first - 1);
    if (others.has(word)) return true;
    const bool after_number = is_digit(word.front()) && words_.words[first - 1].begin >= end_of_last_;
    return after_number && name.name.size() <= 2;  // "500 mg 2", "q6 hr 4"
  }

  // "(was 131 in August)", "(138 in Aug)", "(131 last week)": another value and its time.
  [[nodiscard]] bool opens_other_value(std::size_t at) const {
    static constexpr WordList leads_to_time = {"in",    "on",     "at",    "last",     "previously",
                                               "prior", "before", "preop", "yesterday"};
    if (other_value.has(words_.spelling(at))) return true;
    std::size_t next = at + 1;
    if (next < words_.size() && (words_.before(next) & gap::slash) != 0) ++next;  // "120/70"
    return is_digit(words_.spelling(at).front()) && next < words_.size() && leads_to_time.has(words_.spelling(next));
  }

  // "Na 116 (138 in Aug), K 3.3": a time in brackets is of what stands before it there.
  [[nodiscard]] bool reaches_over(const LabelMention& mention) const {
    for (const TimeWords& time : scanned_.times) {
      if (time.last > mention.first || !time.age_days || *time.age_days != mention.age_days.value_or(0.0)) continue;
      for (std::size_t i = time.last; i <= mention.first; ++i) {
        if ((words_.before(i) & gap::close) != 0) return false;
      }
    }
    return true;
  }

  // A result is worth something for days; a pulse of last week says nothing of today, a weight is another's to judge.
  [[nodiscard]] static bool keeps_its_day(const QuantityDefinition& definition) {
    if (definition.kind == "lab" || definition.kind == "measure") return true;
    return definition.kind == "vital" && definition.stale_days.value_or(0.0) >= slow_days;  // QTc
  }

  // The time that stands by a value.
  struct ValueTime {
    bool is_other = false;           // not of today
    std::optional<double> age_days;  // nothing: not known, or of today
  };

  [[nodiscard]] ValueTime time_of(std::size_t first, std::size_t end) {
    if (const auto days = stated_age(first, end)) return {true, days};
    return {is_of_another_time(first, end), std::nullopt};
  }

  // "K 6.4 (12 Aug)", "on 12/8", "last week", "In August K 6.4": how long ago.
  [[nodiscard]] std::optional<double> stated_age(std::size_t first, std::size_t end) const {
    if (scanned_.times.empty()) return std::nullopt;
    std::size_t behind = end;
    for (; behind < words_.size() && behind < end + words_behind; ++behind) {
      if ((words_.before(behind) & parts_values) != 0) break;
      if ((words_.before(behind) & gap::open) != 0 && opens_other_value(behind)) break;
      if (is_digit(words_.spelling(behind).front()) && !starts_time(behind)) break;  // another value
    }
    std::size_t before = first;
    while (before > 0 && before + 3 > first && (words_.before(before) & (gap::boundary | gap::close)) == 0) --before;
    for (const TimeWords& time : scanned_.times) {
      const bool by = (time.first >= end && time.first < behind) || (time.last > before && time.last <= first);
      if (by && is_other(time) && time.age_days) return time.age_days;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool starts_time(std::size_t word) const {
    return std::any_of(scanned_.times.begin(), scanned_.times.end(),
                       [&](const TimeWords& time) { return time.first <= word && word < time.last; });
  }

  // Whether a time that is not of today stands by the value.
  [[nodiscard]] bool is_of_another_time(std::size_t first, std::size_t end) {
    std::size_t behind = end;
    for (; behind < words_.size() && behind < end + words_behind; ++behind) {
      if ((words_.before(behind) & parts_values) != 0) break;
      // "Hb 118 (was 131 in August)": another value; "K 6.4 (last week)": the time of this one
      if ((words_.before(behind) & gap::open) != 0 && opens_other_value(behind)) break;
      const bool in_month =
          words_.spelling(behind) == "in" && behind + 1 < words_.size() && months.has(words_.spelling(behind + 1));
      if (in_month) return true;
      if (times_past.has(words_.spelling(behind)) && (words_.before(behind) & gap::open) == 0) return true;
    }
    if (heads_with_other_time(first)) return true;
    std::size_t before = first;
    while (before > 0 && before + 3 > first && (words_.before(before) & (gap::boundary | gap::close)) == 0) --before;
    for (const TimeWords& time : scanned_.times) {
      const bool by = (time.first >= end && time.first < behind) || (time.last > before && time.last <= first);
      if (by && is_other(time)) return true;
    }
    return false;
  }

  // "Bloods last month: Na 128, K 4.9": the time before a colon is that of all that follows in the sentence.
  bool heads_with_other_time(std::size_t first) {
    for (; headed_to_ <= first && headed_to_ < words_.size(); ++headed_to_) {
      const std::uint32_t gap = words_.before(headed_to_);
      if ((gap & gap::boundary) != 0) headed_ = false;
      if ((gap & gap::colon) == 0) continue;
      while (next_time_ < scanned_.times.size() && scanned_.times[next_time_].last < headed_to_) ++next_time_;
      if (next_time_ == scanned_.times.size() || scanned_.times[next_time_].last != headed_to_) continue;
      headed_ = is_other(scanned_.times[next_time_]);
    }
    return headed_;
  }

  static bool is_other(const TimeWords& time) {
    const bool over = time.kind == TimeKind::point || time.kind == TimeKind::past;
    return over && time.age_days.value_or(longest_ago_days + 1.0) > longest_ago_days;
  }

  struct UnitText {
    std::string unit;
    std::size_t size = 0;  // bytes behind the number, with blanks
    bool refused = false;  // it stands with something that makes it no value
  };

  [[nodiscard]] UnitText unit_at(std::size_t from, const NoteName& name, const std::string& quantity) const {
    UnitText none;
    std::size_t at = from;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    const auto end_of_token = [&](std::size_t start) {
      std::size_t end = start;
      while (end < text_.size() && end - start < longest_unit_bytes &&
             std::string_view(" \t\r\n,;()[]|").find(text_[end]) == std::string_view::npos)
        ++end;
      while (end > start && (text_[end - 1] == '.' || text_[end - 1] == ':' || text_[end - 1] == '?')) --end;
      return end;
    };
    const std::size_t one = end_of_token(at);
    if (one == at) return none;
    std::size_t next = one;
    while (next < text_.size() && is_blank(text_[next])) ++next;
    const std::size_t two = end_of_token(next);
    const auto is_unit = [&](std::string_view unit) {
      return !unit.empty() && quantities_.to_canonical(quantity, 1.0, unit).has_value();
    };
    const std::string_view both = text_.substr(at, two - at);
    if (two > next && next > one && is_unit(both)) return {std::string(both), two - from, false};
    const std::string_view token = text_.substr(at, one - at);
    if (is_unit(token)) return {std::string(token), one - from, false};
    const std::string word = lower_case(token);
    const bool attached = at == from;
    // "130s", "6.4H" are no units and spoil nothing but the number's certainty.
    const bool odd = attached && !(word == "h" || word == "l" || word == "*" || word == "!" || word == "hh");
    if (odd || (no_values.has(word) && !is_place(word, name))) none.refused = true;
    if (token.find('/') != std::string_view::npos && !is_digit(token.front())) none.refused = true;
    return none;
  }

  // "SpO2 88 on air", "HR 130 on arrival": "on" is no schedule here.
  [[nodiscard]] static bool is_place(std::string_view word, const NoteName& name) {
    return word == "on" && !name.with_unit;
  }

  void take(const NoteName& name, std::size_t first, std::size_t last, std::size_t number_begin,
            std::optional<double> age_days) {
    if (is_aim(first) || is_of_another(first, name)) return;
    if (name.in_row && !is_in_row(first)) return;
    if ((words_.before(first) & gap::query) != 0) return;
    const std::string_view between = text_.substr(words_.words[first].begin, number_begin - words_.words[first].begin);
    const bool at_least =
        between.find('>') != std::string_view::npos || between.find("\xE2\x89\xA5") != std::string_view::npos;
    // "eGFR >60", "eGFR <15": no finer estimate is reported beyond.
    const bool at_most = between.find('<') != std::string_view::npos;
    const bool one_sided = name.quantity == "egfr" && at_least != at_most;
    const bool open_above = one_sided && at_least;
    if (!one_sided) {
      if (between.find_first_of("<>") != std::string_view::npos) return;
      if (between.find("\xE2\x89") != std::string_view::npos) return;  // at most, at least
    }
    constexpr double often_in_thousands = 10000.0;
    const bool in_thousands = quantities_.find(name.quantity)->high >= often_in_thousands;
    NumberText number = number_at(raw(number_begin), in_thousands);
    if (number.size == 0) return;
    std::size_t end = number_begin + number.size;
    std::optional<NumberText> second = second_at(end, name, number.value);
    if (!second) return;
    end += second->size;
    // "1.0 -> 2.4", "128/70 at midnight -> 82/44": an arrow leads to the later value.
    std::optional<double> earlier = moved_from(last, number_begin);
    for (std::size_t arrow = arrow_behind(end, name); arrow > 0; arrow = arrow_behind(end, name)) {
      const NumberText later = number_at(raw(end + arrow), in_thousands);
      if (later.size == 0) return;
      if (!earlier) earlier = number.value;
      number = later;
      end += arrow + later.size;
      second = second_at(end, name, number.value);
      if (!second) return;
      end += second->size;
    }
    if (leads_on(end)) return;
    std::string_view rest = raw(end);
    if (const auto sign = rest.find_first_not_of(" \t"); sign != std::string_view::npos && rest[sign] == '>') return;
    std::optional<double> high;
    if (open_above) high = quantities_.find(name.quantity)->high;
    if (one_sided && at_most) {
      high = number.value;
      number.value = quantities_.find(name.quantity)->low;
    }
    std::size_t dash = 0;
    while (dash < rest.size() && is_blank(rest[dash])) ++dash;
    const std::size_t sign = dash_size(rest.substr(dash));
    if (sign > 0) {
      const NumberText upper = number_at(rest.substr(std::min(dash + sign, rest.size())));
      if (upper.size > 0) {
        if (!name.may_be_range || upper.value <= number.value) return;
        high = upper.value;
        end += dash + sign + upper.size;
        rest = raw(end);
      }
    }
    if (rest.substr(0, 4) == " to " && rest.size() > 4 && is_digit(rest[4])) return;
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '?' || rest[0] == ':')) return;
    if (rest.substr(0, 2) == "/p" || rest.substr(0, 2) == "/P") {  // "80/palp": the lower one cannot be felt
      if (name.second.empty()) return;
      while (end < text_.size() && !is_blank(text_[end]) && text_[end] != ',' && text_[end] != '.') ++end;
      rest = raw(end);
    }
    const UnitText unit = unit_at(end, name, name.quantity);
    if (unit.refused || (name.with_unit && unit.unit.empty())) return;
    end += unit.size;
    std::size_t word_end = last;
    while (word_end < words_.size() && words_.words[word_end].begin < end) ++word_end;
    // "Na 116 (138 in Aug)": the time is of the other value.
    const bool of_other =
        word_end < words_.size() && (words_.before(word_end) & gap::open) != 0 && opens_other_value(word_end);
    constexpr double not_stated = -1.0;
    double ago = age_days.value_or(not_stated);
    if (of_other && ago > longest_ago_days) ago = not_stated;
    const ValueTime time = time_of(first, word_end);
    ago = time.age_days.value_or(ago);
    const bool is_other = time.is_other || ago > longest_ago_days;
    const TextSpan span{words_.words[first].begin, end};
    if (is_other && (ago < 0.0 || !keeps_its_day(*quantities_.find(name.quantity)))) {
      const bool changed = take_present(name, word_end);
      // "Platelets 244 before surgery, 62 today": what it was, as of "262 down to 78".
      if (changed && quantities_.find(name.quantity)->kind == "lab" && !high) {
        NamedQuantity before = named(name);
        before.earlier = true;
        values_.push_back({std::move(before), core::LabResult{{}, number.value, unit.unit, {}}, std::nullopt, span});
      }
      return;
    }
    std::string when;
    if (ago >= 0.0) when = ago < 1.0 ? "today" : format_number(std::round(ago)) + " days ago";
    if (earlier) {
      NamedQuantity before = named(name);
      before.earlier = true;
      values_.push_back({std::move(before), core::LabResult{{}, *earlier, unit.unit, {}}, std::nullopt, span});
    }
    values_.push_back({named(name), core::LabResult{{}, number.value, unit.unit, when}, high, span});
    if (second->size > 0) {
      const QuantityDefinition* definition = quantities_.find(name.second);
      if (definition != nullptr)
        values_.push_back({NamedQuantity{definition, {}, {}, false},
                           core::LabResult{{}, second->value, unit.unit, when}, std::nullopt, span});
    }
    end_of_last_ = end;
    take_baseline(name, word_end);
    if (ago > longest_ago_days) static_cast<void>(take_present(name, word_end));
  }

  // "K 6.4 last week, now 4.2", "INR 6 on Monday, 2.4 today": of a value of another day that of this one.
  // Whether there is one.
  bool take_present(const NoteName& name, std::size_t from) {
    static constexpr WordList now = {"now", "today", "currently", "repeat", "current"};
    static constexpr WordList between = {"is", "was", "at", "down", "up", "to", "of", "value", "level"};
    constexpr std::size_t reach = 8;
    const auto is_value = [&](std::size_t i) {
      return i < words_.size() && is_digit(words_.spelling(i).front()) && !starts_time(i);
    };
    for (std::size_t i = from; i < words_.size() && i < from + reach; ++i) {
      if ((words_.before(i) & gap::boundary & ~gap::semicolon) != 0) return false;
      std::size_t at = i;
      if (now.has(words_.spelling(i))) {
        for (at = i + 1; at < words_.size() && between.has(words_.spelling(at)); ++at) {
        }
      } else if (i + 1 >= words_.size() || !now.has(words_.spelling(i + 1)) ||
                 (words_.before(i + 1) & parts_values) != 0) {
        continue;
      }
      if (!is_value(at) || (words_.before(at) & gap::boundary) != 0) continue;
      const NumberText number = number_at(raw(words_.words[at].begin));
      if (number.size == 0) return false;
      const std::size_t end = words_.words[at].begin + number.size;
      const UnitText unit = unit_at(end, name, name.quantity);
      if (unit.refused || (!raw(end).empty() && (raw(end)[0] == '/' || raw(end)[0] == '-'))) return false;
      const TextSpan span{words_.words[at].begin, end + unit.size};
      values_.push_back({named(name), core::LabResult{{}, number.value, unit.unit, "today"}, std::nullopt, span});
      end_of_last_ = span.end;
      return true;
    }
    return false;
  }

  // The number behind a slash ("85/50") and the bytes of both; size 0: there is none. Nothing: what stands there makes
  // it no value.
  [[nodiscard]] std::optional<NumberText> second_at(std::size_t end, const NoteName& name, double first) const {
    const std::string_view rest = raw(end);
    if (rest.size() < 2 || rest[0] != '/' || !is_digit(rest[1])) return NumberText{};
    const NumberText lower = number_at(rest.substr(1));
    if (name.second.empty() || lower.size == 0 || lower.value >= first) return std::nullopt;
    return NumberText{lower.value, lower.size + 1};
  }

  // Whether words that are not understood stand between a value and an arrow to a number: it is not the value of now.
  [[nodiscard]] bool leads_on(std::size_t end) const {
    constexpr std::size_t farthest = 32;
    for (std::size_t at = end; at < text_.size() && at < end + farthest; ++at) {
      if (std::string_view(",;:.()[]\n").find(text_[at]) != std::string_view::npos) return false;
      const std::size_t arrow = arrow_size(raw(at));
      if (arrow == 0) continue;
      const std::size_t next = text_.find_first_not_of(" \t", at + arrow);
      return next != std::string_view::npos && is_digit(text_[next]);
    }
    return false;
  }

  // The bytes from a value to the number that an arrow behind it leads to, over a unit and a time; 0: there is none.
  [[nodiscard]] std::size_t arrow_behind(std::size_t end, const NoteName& name) const {
    const UnitText unit = unit_at(end, name, name.quantity);
    const std::size_t behind_unit = end + unit.size;
    for (const std::size_t from : {end, behind_unit, behind_unit + when_size(raw(behind_unit))}) {
      std::string_view rest = raw(from);
      const auto skip_blanks = [&] {
        while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
      };
      skip_blanks();
      const std::size_t arrow = arrow_size(rest);
      if (arrow == 0) continue;
      rest.remove_prefix(arrow);
      skip_blanks();
      return static_cast<std::size_t>(rest.data() - raw(end).data());
    }
    return 0;
  }

  // The number of an earlier value behind a present one: "(baseline 1.0)", "<- 1.1", "(was 1.1 yesterday)", "from 1.1".
  [[nodiscard]] std::optional<std::size_t> earlier_value(std::size_t from, const NoteName& name) const {
    static constexpr WordList before = {"was", "from", "prev", "previous", "previously", "prior", "yesterday"};
    static constexpr WordList between_words = {"of", "was", "is", "from"};
    // A creatinine before that is no base of an acute rise (KDIGO 2012); of blood counts the windows of lab_trend().
    const double longest_reach_days = name.quantity == "creatinine" ? 90.0 : 14.0;
    if (from >= words_.size() || (words_.before(from) & gap::boundary) != 0) return std::nullopt;
    std::size_t at = from;
    const bool baseline = words_.spelling(from) == "baseline";
    const std::string_view between = text_.substr(end_of_last_, words_.words[from].begin - end_of_last_);
    const bool arrow =
        between.find("<-") != std::string_view::npos || between.find("\xE2\x86\x90") != std::string_view::npos;
    const bool in_bracket =
        (words_.before(from) & gap::open) != 0 && opens_other_value(from) && is_digit(words_.spelling(from).front());
    if (!arrow && !in_bracket) {
      if ((words_.spelling(at) == "up" || words_.spelling(at) == "down") && at + 1 < words_.size() &&
          words_.spelling(at + 1) == "from")
        ++at;
      if (!baseline && !before.has(words_.spelling(at))) return std::nullopt;
      ++at;
      while (at < words_.size() && between_words.has(words_.spelling(at)) && (words_.before(at) & parts_values) == 0)
        ++at;
    }
    if (at >= words_.size() || !is_digit(words_.spelling(at).front())) return std::nullopt;
    if (at > from && (words_.before(at) & parts_values) != 0) return std::nullopt;
    const bool long_ago = std::any_of(scanned_.times.begin(), scanned_.times.end(), [&](const TimeWords& time) {
      return time.first <= at + words_behind && time.last > at && time.age_days.value_or(0.0) > longest_reach_days;
    });
    return long_ago && !baseline ? std::nullopt : std::optional(at);
  }

  // Of "up from 0.9 to 1.9" and "262 down to 78" the first number.
  [[nodiscard]] std::optional<double> moved_from(std::size_t last, std::size_t number_begin) const {
    for (std::size_t i = last; i < words_.size() && words_.words[i].begin < number_begin; ++i) {
      if (!is_digit(words_.spelling(i).front())) continue;
      const NumberText number = number_at(raw(words_.words[i].begin));
      if (number.size > 0) return number.value;
    }
    return std::nullopt;
  }

  // "creatinine 3.1 (baseline 1.0)": also what it usually is.
  void take_baseline(const NoteName& name, std::size_t from) {
    const auto found = earlier_value(from, name);
    if (!found) return;
    const std::size_t at = *found;
    const std::size_t begin = words_.words[at].begin;
    const NumberText number = number_at(raw(begin));
    if (number.size == 0) return;
    const std::string_view rest = raw(begin + number.size);
    if (dash_size(rest) > 0 || (!rest.empty() && rest[0] == '/')) return;
    const UnitText unit = unit_at(begin + number.size, name, name.quantity);
    if (unit.refused) return;
    const std::size_t end = begin + number.size + unit.size;
    NamedQuantity usual = named(name);
    usual.earlier = true;
    values_.push_back({std::move(usual), core::LabResult{{}, number.value, unit.unit, {}}, std::nullopt,
                       TextSpan{words_.words[from].begin, end}});
    end_of_last_ = end;
  }

  // Right behind the value before, with at most a comma or a slash between.
  [[nodiscard]] bool is_in_row(std::size_t first) const {
    if (values_.empty() || (words_.before(first) & gap::boundary) != 0) return false;
    const std::size_t begin = words_.words[first].begin;
    const std::string_view between = text_.substr(end_of_last_, begin - std::min(begin, end_of_last_));
    return begin >= end_of_last_ && between.find_first_not_of(" \t,/|") == std::string_view::npos;
  }

  std::string_view text_;
  const ScannedText& scanned_;
  const ClinicalWords& words_;
  const QuantityReader& quantities_;
  std::vector<NoteValue> values_;
  std::size_t end_of_last_ = 0;
  std::size_t headed_to_ = 0;  // the walk that looks for times that head a sentence
  std::size_t next_time_ = 0;
  bool headed_ = false;
};

}  // namespace

std::optional<NoteName> NoteName::of(const QuantityName& row) {
  constexpr std::string_view mark = "in notes";
  const std::size_t at = row.note.find(mark);
  if (at == std::string::npos) return std::nullopt;
  NoteName name;
  name.name = row.name;
  name.quantity = row.quantity;
  name.substance = substance_of(row);
  const std::string_view rest = std::string_view(row.note).substr(at + mark.size());
  for (const std::string_view part : split(rest.substr(0, rest.find(';')), ", ")) {
    if (part == "capital") name.capital = true;
    if (part == "decimal") name.decimals = 1;
    if (part == "hundredths") name.decimals = 2;
    if (part == "arterial") name.arterial = true;
    if (part == "unit") name.with_unit = true;
    if (part == "row") name.in_row = true;
    if (part == "range") name.may_be_range = true;
    if (part.substr(0, 5) == "over ") name.second = part.substr(5);
  }
  return name;
}

NoteValues::NoteValues(std::vector<NoteName> names) : names_(std::move(names)) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string& name = names_[i].name;
    const bool letters =
        std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (letters && !names_[i].in_row && !names_[i].with_unit) attached_.emplace(lower_case(name), i);
  }
}

std::vector<LexiconLabel> NoteValues::labels(std::uint32_t first_label) const {
  std::vector<LexiconLabel> labels;
  for (std::size_t i = 0; i < names_.size(); ++i)
    labels.push_back({names_[i].name, first_label + static_cast<std::uint32_t>(i)});
  return labels;
}

std::vector<NoteValue> NoteValues::find(std::string_view text, const ScannedText& scanned, std::uint32_t first_label,
                                        const QuantityReader& quantities) const {
  Finder finder(text, scanned, quantities);
  auto label = scanned.labels.begin();
  for (std::size_t i = 0; i < scanned.words.size(); ++i) {
    while (label != scanned.labels.end() && label->first < i) ++label;
    if (label != scanned.labels.end() && label->first == i) {
      if (label->label >= first_label && label->label < first_label + names_.size())
        finder.at_label(*label, names_[label->label - first_label]);
      continue;
    }
    const std::string_view word = scanned.words.spelling(i);
    if (word == "t34") continue;  // a syringe pump
    const std::size_t letters = first_digit(word);
    if (letters == 0 || letters == word.size() || word.size() < letters + 2) continue;
    if (scanned.words.words[i].end - scanned.words.words[i].begin < word.size()) continue;
    const auto name = attached_.find(std::string(word.substr(0, letters)));
    if (name == attached_.end()) continue;
    const ClinicalWord& written = scanned.words.words[i];
    if (names_[name->second].capital && (!written.capital || written.capitals)) continue;
    finder.at_word(i, letters, names_[name->second]);
  }
  return finder.result();
}

}  // namespace guardian::knowledge
