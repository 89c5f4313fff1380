#include "agents/text_mask.hpp"

#include <algorithm>
#include <utility>

#include "agents/mask_dates.hpp"
#include "agents/mask_numbers.hpp"
#include "agents/mask_tokens.hpp"
#include "knowledge/text.hpp"

namespace guardian::agents {
namespace {

using knowledge::is_digit;
using knowledge::TextSpan;

constexpr std::size_t longest_run = 256;  // of an address of the net, and of a text in brackets

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool looks_like_placeholder(std::string_view inside) {
  for (const std::string_view start :
       {"NAME-", "DATE-", "ID-", "ADDRESS-", "AGE-", "WORD-", "over 89", "today", "in "}) {
    if (inside.substr(0, start.size()) == start) return true;
  }
  return inside.find(" ago") != std::string_view::npos;
}

class Masker {
 public:
  Masker(std::string_view text, const MaskLexicon& lexicon, MaskTable& table)
      : text_(text), table_(table), tokens_(mask_tokens(text, lexicon)) {}

  MaskedText mask() {
    masked_.assign(tokens_.size(), false);
    for (std::size_t i = 0; i < tokens_.size();) {
      if (tokens_[i].begin < done_) {
        masked_[i] = true;
        ++i;
        continue;
      }
      keep_brackets_apart(tokens_[i].begin);
      if (tokens_[i].begin < done_) continue;
      if (!(net_address(i) || date(i) || number(i) || identifier(i) || street_address(i) || mixed(i) || word(i)))
        masked_[i] = false;
      masked_[i] = tokens_[i].begin < done_;
      ++i;
    }
    keep_brackets_apart(text_.size());
    result_.text.append(text_.substr(done_));
    return std::move(result_);
  }

 private:
  void replace(TextSpan span, const std::string& placeholder) {
    result_.text.append(text_.substr(done_, span.begin - done_));
    const std::size_t begin = result_.text.size();
    result_.text += placeholder;
    result_.pieces.push_back({{begin, result_.text.size()}, span});
    done_ = span.end;
  }

  bool hide(MaskKind kind, std::size_t begin, std::size_t end) {
    replace({begin, end}, table_.placeholder(kind, text_.substr(begin, end - begin)));
    return true;
  }

  bool hide(MaskKind kind, std::size_t token) { return hide(kind, tokens_[token].begin, tokens_[token].end); }

  // What looks like a placeholder and is none must not be put back as one.
  void keep_brackets_apart(std::size_t until) {
    while (bracket_ < until) {
      bracket_ = text_.find('[', std::max(bracket_, done_));
      if (bracket_ == std::string_view::npos) bracket_ = text_.size();
      if (bracket_ >= until) return;
      const auto end = text_.substr(bracket_, longest_run).find(']');
      if (end != std::string_view::npos && looks_like_placeholder(text_.substr(bracket_ + 1, end - 1)))
        hide(MaskKind::word, bracket_, bracket_ + end + 1);
      ++bracket_;
    }
  }

  [[nodiscard]] const MaskToken* token(std::size_t i) const { return i < tokens_.size() ? &tokens_[i] : nullptr; }
  [[nodiscard]] bool has(std::size_t i, WordTrait trait) const {
    return i < tokens_.size() && tokens_[i].traits.has(trait);
  }
  [[nodiscard]] bool before_has(std::size_t i, WordTrait trait) const {
    return i > 0 && tokens_[i - 1].traits.has(trait);
  }
  [[nodiscard]] std::string_view between(std::size_t i) const {  // the signs between a token and the next one
    return i + 1 < tokens_.size() ? text_.substr(tokens_[i].end, tokens_[i + 1].begin - tokens_[i].end)
                                  : std::string_view();
  }
  [[nodiscard]] bool unit_behind(std::size_t i) const {
    return has(i + 1, WordTrait::unit) && between(i).find_first_not_of(" -") == std::string_view::npos;
  }
  [[nodiscard]] bool quantity_before(std::size_t i) const {
    for (std::size_t back = 1; back <= 2 && back <= i; ++back) {
      if (has(i - back, WordTrait::quantity)) return true;
      if (tokens_[i - back].sentence) break;
    }
    return false;
  }

  // E-mail, URL.
  bool net_address(std::size_t i) {
    const std::size_t begin = tokens_[i].begin;
    std::size_t end = begin;
    bool at_sign = false;
    bool net = tokens_[i].lower == "www";
    while (end < text_.size() && !is_blank(text_[end]) && end - begin < longest_run) {
      at_sign = at_sign || (text_[end] == '@' && end > begin);
      net = net || text_.substr(end, 3) == "://" || (at_sign && text_[end] == '.');
      ++end;
    }
    if (!net) return false;
    while (end > begin && std::string_view(".,;:)>]\"'").find(text_[end - 1]) != std::string_view::npos) --end;
    return hide(MaskKind::id, begin, end);
  }

  bool date(std::size_t i) {
    const MaskToken& first = tokens_[i];
    if (first.digits == 0 && !first.traits.has(WordTrait::month)) return false;
    if (i > 0 && first.begin > 0 && text_[first.begin - 1] == '.' &&
        is_digit(text_[first.begin - 2 + (first.begin < 2)]))
      return false;  // behind a decimal point
    DateHint hint{before_has(i, WordTrait::date_word), table_.month_first(), table_.order_known()};
    const auto found = date_at(text_, first.begin, hint);
    if (found) {
      const bool by_name = found->moment || first.digits == 0;
      const auto next = next_token(found->end);
      if (by_name || !has(next, WordTrait::unit) || tokens_[next].begin > found->end + 1) {
        replace({first.begin, found->end},
                table_.placeholder(text_.substr(first.begin, found->end - first.begin), found->moment));
        return true;
      }
    }
    const bool year =
        first.digits == 4 && !first.letters && (first.lower.substr(0, 2) == "19" || first.lower.substr(0, 2) == "20");
    if (year && before_has(i, WordTrait::year_word) && !unit_behind(i))
      return hide_date(i, core::moment_of_day(std::stoi(first.lower), 7, 1));
    // A month alone; "may" and "march" only where a date is likely.
    if (first.traits.has(WordTrait::month) && first.capital && !first.sentence && first.lower.size() > 2 &&
        !first.traits.has(WordTrait::unit))
      return hide(MaskKind::date, i);
    return false;
  }

  bool hide_date(std::size_t i, const std::optional<core::Moment>& moment) {
    replace({tokens_[i].begin, tokens_[i].end},
            table_.placeholder(text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin), moment));
    return true;
  }

  [[nodiscard]] std::size_t next_token(std::size_t byte) const {
    const auto found = std::lower_bound(tokens_.begin(), tokens_.end(), byte,
                                        [](const MaskToken& one, std::size_t at) { return one.begin < at; });
    return static_cast<std::size_t>(found - tokens_.begin());
  }

  // Ages above 89, phone numbers, long numbers.
  bool number(std::size_t i) {
    const MaskToken& first = tokens_[i];
    if (first.digits == 0) return false;
    if (old_age(i)) return true;
    if (first.letters) return false;
    std::vector<std::size_t> lengths{first.digits};
    std::size_t last = i;
    std::string signs;
    while (last + 1 < tokens_.size() && lengths.size() < 8) {
      const MaskToken& next = tokens_[last + 1];
      const std::string_view gap = between(last);
      const bool joins = gap == "-" || gap == "." || gap == " " || gap == ") " || gap == ")" || gap == ") (" ||
                         gap == " (" || gap == " - " || gap == "/";
      if (!joins || next.letters || next.digits == 0) break;
      lengths.push_back(next.digits);
      signs.append(gap);
      ++last;
    }
    const bool lead = first.begin > 0 && (text_[first.begin - 1] == '+' || text_[first.begin - 1] == '(');
    for (; last > i; --last, lengths.pop_back()) {
      signs.clear();
      for (std::size_t k = i; k < last; ++k) signs.append(between(k));
      if (is_identifying_number(lengths, signs, lead || text_[first.begin] == '0') &&
          !(lengths.size() == 2 && unit_behind(last)))
        return hide(MaskKind::id, first.begin, tokens_[last].end);
    }
    if (first.digits >= 7) {
      const bool measured = unit_behind(i) || (first.digits == 7 && quantity_before(i));
      return !measured && hide(MaskKind::id, i);
    }
    if (first.digits < 5 || unit_behind(i) || quantity_before(i)) return false;
    const char sign = first.begin > 0 ? text_[first.begin - 1] : ' ';
    if (sign == '.' || sign == ',' || sign == '<' || sign == '>') return false;
    return hide(MaskKind::id, i);
  }

  bool old_age(std::size_t i) {
    const MaskToken& age = tokens_[i];
    const auto split = age.lower.find_first_not_of("0123456789");
    const std::string_view digits = std::string_view(age.lower).substr(0, split);
    if (digits.size() < 2 || digits.size() > 3) return false;
    const int years = std::stoi(std::string(digits));
    if (years < 90 || years > 130) return false;
    const std::string_view rest =
        split == std::string::npos ? std::string_view() : std::string_view(age.lower).substr(split);
    const auto of_years = [](std::string_view word) {
      return word == "y" || word == "yo" || word == "yr" || word == "yrs" || word == "year" || word == "years" ||
             word == "yof" || word == "yom" || word == "f" || word == "m";
    };
    const bool told = before_is(i, "aged") || before_is(i, "age");
    bool fits = told || (!rest.empty() && of_years(rest));
    if (rest.empty() && i + 1 < tokens_.size() && of_years(tokens_[i + 1].lower)) {
      const std::string_view gap = between(i);
      const std::string& word = tokens_[i + 1].lower;
      const bool slash = i + 2 < tokens_.size() && tokens_[i + 2].lower == "o";
      const bool old = i + 2 < tokens_.size() && (tokens_[i + 2].lower == "old" || slash);
      fits = fits || (gap.size() <= 1 && (old || word == "yo" || word == "yof" || word == "yom"));
    }
    return fits && hide(MaskKind::age, age.begin, age.begin + digits.size());
  }

  [[nodiscard]] bool before_is(std::size_t i, std::string_view word) const {
    return i > 0 && tokens_[i - 1].lower == word;
  }

  // "MRN: A12-345", "NHS no. 943 476 5919"
  bool identifier(std::size_t i) {
    std::size_t label = i;
    bool marked = false;
    for (std::size_t back = 1; back <= 3 && back <= i; ++back) {
      const MaskToken& word = tokens_[i - back];
      const std::string_view gap = between(i - back);
      if (gap.size() > 4 || gap.find('\n') != std::string_view::npos) return false;
      marked = marked || gap.find_first_of(":#") != std::string_view::npos;
      if (word.traits.has(WordTrait::label)) {
        label = i - back;
        break;
      }
      if (word.lower != "no" && word.lower != "number" && word.lower != "is" && word.lower != "nr" &&
          word.lower != "num")
        return false;
    }
    if (label == i) return false;
    std::size_t last = i;
    std::size_t digits = tokens_[i].digits;
    if (tokens_[i].traits.has(WordTrait::common) || (tokens_[i].digits == 0 && tokens_[i].small)) return false;
    while (last + 1 < tokens_.size() && last - i < 6) {
      const std::string_view gap = between(last);
      const MaskToken& next = tokens_[last + 1];
      const bool joins = gap == "-" || gap == "/" || gap == "." || (gap == " " && !next.letters && next.digits >= 2);
      if (!joins || (next.digits == 0 && next.small)) break;
      ++last;
      digits += next.digits;
    }
    if (unit_behind(last) || digits < (marked ? 3U : 4U)) return false;
    return hide(MaskKind::id, tokens_[i].begin, tokens_[last].end);
  }

  // "12 Oak Street, Apt 4", "PO Box 12"
  bool street_address(std::size_t i) {
    const MaskToken& first = tokens_[i];
    if ((first.lower == "po" && i + 2 < tokens_.size() && tokens_[i + 1].lower == "box" && tokens_[i + 2].digits > 0) ||
        (first.lower == "p" && i + 3 < tokens_.size() && tokens_[i + 1].lower == "o" && tokens_[i + 2].lower == "box" &&
         tokens_[i + 3].digits > 0))
      return hide(MaskKind::address, first.begin, tokens_[i + (first.lower == "po" ? 2 : 3)].end);
    if (first.traits.has(WordTrait::dwelling) && i + 1 < tokens_.size() && tokens_[i + 1].digits > 0 &&
        between(i) == " ")
      return hide(MaskKind::address, first.begin, tokens_[i + 1].end);
    if (first.digits == 0 || first.digits > 5 || unit_behind(i)) return postcode(i);
    for (std::size_t k = i + 1; k <= i + 4 && k < tokens_.size(); ++k) {
      const MaskToken& word = tokens_[k];
      const std::string_view gap = between(k - 1);
      if ((gap != " " && gap != ". ") || word.digits > 2 || word.sentence) break;
      const bool street =
          word.traits.has(WordTrait::street_any_case) || (word.traits.has(WordTrait::street) && word.capital);
      if (k > i + 1 && street) return hide(MaskKind::address, first.begin, word.end);
      if (word.traits.has(WordTrait::unit)) break;
    }
    return postcode(i);
  }

  // "SW1A 1AA", "K1A 0B1"
  bool postcode(std::size_t i) {
    if (i + 1 >= tokens_.size() || between(i) != " ") return false;
    const MaskToken& out = tokens_[i];
    const MaskToken& in = tokens_[i + 1];
    const std::size_t length = out.end - out.begin;
    if (!out.letters || out.digits == 0 || length < 2 || length > 4 || is_digit(text_[out.begin]) ||
        in.end - in.begin != 3)
      return false;
    const std::string_view code = text_.substr(in.begin, 3);
    const bool british = is_digit(code[0]) && is_upper(code[1]) && is_upper(code[2]);
    const bool canadian = is_digit(code[0]) && is_upper(code[1]) && is_digit(code[2]) && length == 3;
    return (british || canadian) && hide(MaskKind::id, out.begin, in.end);
  }

  // Letters and digits in one: a dose, a known name, or an identifier.
  bool mixed(std::size_t i) {
    const MaskToken& word = tokens_[i];
    if (word.digits == 0) return false;
    if (!word.letters) return true;  // a number that is nothing of a person
    if (word.foreign) return hide(MaskKind::word, i);
    if (known(word.traits)) return true;
    const auto split = word.lower.find_first_not_of("0123456789");
    if (word.changes <= 1 && split != 0 && split != std::string::npos &&
        is_dose_unit(std::string_view(word.lower).substr(split)))
      return true;
    if (word.digits <= 3 && word.changes <= 2 && word.end - word.begin - word.digits <= 4) return true;
    if (word.lower.front() == 'g' && word.changes <= 7 && word.digits <= 4 && word.lower.find('p') != std::string::npos)
      return true;
    return hide(MaskKind::id, i);
  }

  static bool known(WordTraits traits) {
    return traits.has(WordTrait::clinical) || traits.has(WordTrait::abbreviation) || traits.has(WordTrait::quantity) ||
           traits.has(WordTrait::unit);
  }
  static bool is_chart_word(WordTraits traits) {
    return known(traits) || traits.has(WordTrait::title) || traits.has(WordTrait::relation) ||
           traits.has(WordTrait::label) || traits.has(WordTrait::weekday) || traits.has(WordTrait::street) ||
           traits.has(WordTrait::eponym_noun);
  }

  [[nodiscard]] bool near_clinical_noun(std::size_t i) const {
    for (std::size_t k = i + 1; k <= i + 2 && k < tokens_.size(); ++k) {
      if (tokens_[k].sentence) break;
      if (has(k, WordTrait::eponym_noun)) return true;
    }
    return i > 0 && !tokens_[i].sentence &&
           (before_has(i, WordTrait::eponym_noun) || (before_has(i, WordTrait::eponym) && !masked_[i - 1]));
  }

  [[nodiscard]] bool name_before(std::size_t i) const {
    if (i == 0 || !masked_[i - 1] || tokens_[i - 1].digits > 0 || tokens_[i].sentence) return false;
    const std::string_view gap = between(i - 1);
    return gap == " " || gap == "-" || gap == ", " || gap == ". " || gap == " - " || gap == "," || gap == "  ";
  }

  bool word(std::size_t i) {
    const MaskToken& word = tokens_[i];
    const WordTraits traits = word.traits;
    const std::size_t length = word.end - word.begin;
    if (word.foreign) {
      const bool plain = word.small && !word.capital && (known(traits) || traits.has(WordTrait::common)) &&
                         !traits.has(WordTrait::proper);
      return plain || hide(MaskKind::name, i);
    }
    if (length == 1) return initial(i);
    const bool proper = traits.has(WordTrait::proper);
    const bool common = traits.has(WordTrait::common);
    const bool titled = titled_before(i);
    const bool related = before_has(i, WordTrait::relation) && (between(i - 1) == " " || between(i - 1) == ": " ||
                                                                between(i - 1) == ":" || between(i - 1) == ", ");
    const bool title_case = word.capital && word.small;
    const bool capitals = word.capital && !word.small;

    if (titled && word.capital && !(common && !proper && soft_title(i))) return hide(MaskKind::name, i);
    if (titled && !known(traits) && (proper || !common)) return hide(MaskKind::name, i);
    if (traits.has(WordTrait::eponym) && near_clinical_noun(i)) return true;
    if (traits.has(WordTrait::given)) return hide(MaskKind::name, i);
    if (traits.has(WordTrait::weekday)) return true;
    if (related && word.capital && (proper || !(common || is_chart_word(traits)))) return hide(MaskKind::name, i);
    if (name_before(i) && follows_name(i)) return hide(MaskKind::name, i);
    if (title_case) return capitalised(i);
    if (capitals) {
      if (is_chart_word(traits)) return true;
      const bool in_capitals = i > 0 && tokens_[i - 1].capital && !tokens_[i - 1].small;
      if (common && (!proper || in_capitals || word.sentence)) return true;
      return hide(proper || length > 5 ? MaskKind::name : MaskKind::word, i);
    }
    if (is_chart_word(traits) || common) return true;
    if (traits.has(WordTrait::eponym) || proper) return hide(MaskKind::name, i);
    return hide(MaskKind::word, i);
  }

  [[nodiscard]] bool titled_before(std::size_t i) const {
    if (i == 0) return false;
    const std::string_view gap = between(i - 1);
    if (gap != " " && gap != ". " && gap != ": " && gap != "." && gap != ".  ") return false;
    return before_has(i, WordTrait::title);
  }
  // "Nurse Practitioner", "Consultant Cardiologist"
  [[nodiscard]] bool soft_title(std::size_t i) const {
    return tokens_[i - 1].lower.size() > 4 || tokens_[i - 1].lower == "prof";
  }

  // A word behind a masked name: "Mary Butcher", "mary smith".
  [[nodiscard]] bool follows_name(std::size_t i) const {
    const MaskToken& word = tokens_[i];
    const WordTraits traits = word.traits;
    if (word.capital && word.small) return !known(traits) && !traits.has(WordTrait::weekday);
    if (word.capital) return traits.has(WordTrait::proper) && !traits.has(WordTrait::abbreviation);
    return !tokens_[i - 1].capital && traits.has(WordTrait::proper) && !known(traits) && word.end - word.begin > 2 &&
           !traits.has(WordTrait::person_verb) && word.lower != "may" && word.lower != "will" && word.lower != "can";
  }

  // With a capital: at the start of a sentence any word has one.
  bool capitalised(std::size_t i) {
    const MaskToken& word = tokens_[i];
    const WordTraits traits = word.traits;
    const bool proper = traits.has(WordTrait::proper);
    const bool name_behind =
        i + 1 < tokens_.size() && between(i) == " " && tokens_[i + 1].capital && tokens_[i + 1].small &&
        (tokens_[i + 1].traits.has(WordTrait::proper) || !known_word(i + 1)) && !known(tokens_[i + 1].traits);
    if (traits.has(WordTrait::title) || traits.has(WordTrait::relation)) return true;
    if (is_chart_word(traits)) return !(proper && name_behind) || hide(MaskKind::name, i);
    if (traits.has(WordTrait::common)) {
      if (!proper) return true;
      const bool start = word.sentence || word.colon_before;
      if (start && !name_behind && !has(i + 1, WordTrait::person_verb) && word.lower.find('\'') == std::string::npos)
        return true;
    }
    return hide(MaskKind::name, i);
  }
  [[nodiscard]] bool known_word(std::size_t i) const {
    return tokens_[i].traits.has(WordTrait::common) || is_chart_word(tokens_[i].traits);
  }

  // "J. Smith", "Smith J"
  bool initial(std::size_t i) {
    const MaskToken& word = tokens_[i];
    if (!word.capital) return true;
    if (titled_before(i) || name_before(i)) return hide(MaskKind::name, i);
    const std::string_view gap = between(i);
    if ((gap != ". " && gap != "." && gap != " ") || i + 1 >= tokens_.size()) return true;
    const MaskToken& next = tokens_[i + 1];
    const bool name =
        next.capital && next.small && !known(next.traits) && (next.traits.has(WordTrait::proper) || !known_word(i + 1));
    return !name || hide(MaskKind::name, i);
  }

  std::string_view text_;
  MaskTable& table_;
  std::vector<MaskToken> tokens_;
  std::vector<bool> masked_;
  MaskedText result_;
  std::size_t done_ = 0;     // bytes of the text that stand in the result
  std::size_t bracket_ = 0;  // looked for up to here
};

}  // namespace

MaskedText mask(std::string_view text, const MaskLexicon& lexicon, MaskTable& table) {
  return Masker(text, lexicon, table).mask();
}

}  // namespace guardian::agents
