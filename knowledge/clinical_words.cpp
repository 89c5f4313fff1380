#include "knowledge/clinical_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 26U;  // offsets are 32 bits wide; no note is of 64 MB
constexpr std::size_t longest_spelling = 64;                 // what is longer is no word
constexpr std::size_t wrapped_line = 50;                     // a line at least so long may go on in the next

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_upper(c) || is_lower(c); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// Every character of a text is asked whether it is of a word: a table answers at once, with what it is.
constexpr std::uint8_t lower_letter = 1;
constexpr std::uint8_t upper_letter = 2;
constexpr std::uint8_t digit = 4;
constexpr auto of_words = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 0; c < 128; ++c) {
    if (is_lower(static_cast<char>(c))) table[c] = lower_letter;
    if (is_upper(static_cast<char>(c))) table[c] = upper_letter;
    if (is_digit(static_cast<char>(c))) table[c] = digit;
  }
  return table;
}();
std::uint8_t kind_of(char c) { return of_words[static_cast<unsigned char>(c)]; }
bool is_alnum(char c) { return kind_of(c) != 0; }

constexpr WordList abbreviations = {"pt", "pts", "dr",     "mr", "mrs", "prof", "hx",  "pmh",  "vs",  "st", "fx",
                                    "dx", "tx",  "approx", "eg", "ie",  "resp", "abd", "incl", "viz", "esp"};
// Behind the initial of their genus: "C. Diff", "H. PYLORI" are no two sentences.
constexpr WordList species = {"difficile",  "diff",     "pylori",       "coli",         "aureus",
                              "jirovecii",  "jiroveci", "pneumoniae",   "faecalis",     "faecium",
                              "influenzae", "pyogenes", "aeruginosa",   "tuberculosis", "albicans",
                              "falciparum", "vivax",    "meningitidis", "gonorrhoeae",  "epidermidis"};
// A line that ends with one of these goes on in the next.
constexpr WordList connectors = {"and", "or",   "of",      "no", "the", "with", "a",   "an",
                                 "nor", "deny", "without", "to", "for", "any",  "his", "her"};
constexpr WordList before_roman = {"stage", "class", "nyha", "grade", "type", "ckd", "gold", "killip", "phase"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> roman = {{{"i", "1"},
                                                                                  {"ii", "2"},
                                                                                  {"iii", "3"},
                                                                                  {"iv", "4"},
                                                                                  {"v", "5"},
                                                                                  {"ia", "1a"},
                                                                                  {"ib", "1b"},
                                                                                  {"iia", "2a"},
                                                                                  {"iib", "2b"},
                                                                                  {"iiia", "3a"},
                                                                                  {"iiib", "3b"},
                                                                                  {"iva", "4a"},
                                                                                  {"ivb", "4b"}}};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text.substr(0, longest_text)) {
    result_.spellings.reserve(text_.size() + 8);
    result_.words.reserve(text_.size() / 5 + 4);
  }

  ClinicalWords read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_alnum(c) || (is_high(c) && is_word_character(at_))) {
        read_word();
      } else if (is_high(c)) {
        read_high_mark();
      } else {
        read_mark(c);
      }
    }
    end_lines(' ');
    result_.tail = gap_ | gap::newline;
    return std::move(result_);
  }

 private:
  char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\n'; }
  char before_here() const { return at_ > 0 ? text_[at_ - 1] : '\n'; }
  bool ends_word(std::size_t at) const { return !is_alnum(peek(at)) && !is_high(peek(at)); }
  static bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r'; }

  // How many bytes the character at `at` takes.
  std::size_t length_at(std::size_t at) const {
    const auto lead = static_cast<unsigned char>(text_[at]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (at + length > text_.size()) return 1;
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(text_[at + i]) & 0xC0U) != 0x80U) return 1;
    }
    return length;
  }

  // A combining accent, a soft hyphen or a mark of no width: nothing, within a word.
  bool is_invisible(std::string_view character) const {
    if (character.size() == 2) {
      const auto lead = static_cast<unsigned char>(character[0]);
      const auto next = static_cast<unsigned char>(character[1]);
      return lead == 0xCC || (lead == 0xCD && next <= 0xAF) || (lead == 0xC2 && next == 0xAD);
    }
    return character == "\xE2\x80\x8B" || character == "\xE2\x80\x8C" || character == "\xE2\x80\x8D" ||
           character == "\xE2\x81\xA0" || character == "\xEF\xBB\xBF";
  }

  bool is_word_character(std::size_t at) const {
    const std::string ascii = folded(text_.substr(at, length_at(at)));
    return !ascii.empty() && std::all_of(ascii.begin(), ascii.end(), is_alnum);
  }

  void read_word() {
    end_lines(text_[at_]);
    ClinicalWord word;
    word.begin = static_cast<std::uint32_t>(at_);
    word.gap = gap_;
    word.at = static_cast<std::uint32_t>(result_.spellings.size());
    word.capital = is_upper(text_[at_]);
    gap_ = 0;
    std::size_t uppers = 0;
    std::size_t lowers = 0;
    bool possessive = false;
    std::string& out = result_.spellings;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const std::size_t size = out.size() - word.at;
      if (is_alnum(c)) {
        const std::size_t from = at_;
        std::size_t end_of_run = at_;
        for (; end_of_run < text_.size(); ++end_of_run) {
          const std::uint8_t kind = kind_of(text_[end_of_run]);
          if (kind == 0) break;
          lowers += kind & lower_letter;
          uppers += (kind & upper_letter) / upper_letter;
        }
        at_ = end_of_run;
        const std::string_view run = text_.substr(from, at_ - from);
        const std::size_t room = size < longest_spelling ? longest_spelling - size : 0;
        const std::size_t end = out.size();
        out += run.substr(0, room);
        if (uppers > 0) {
          for (std::size_t i = end; i < out.size(); ++i) out[i] = lower(out[i]);
        }
      } else if (c == '.' && size > 0 && is_digit(out.back()) && is_digit(peek(at_ + 1))) {
        out.push_back('.');
        ++at_;
      } else if (c == '.' && is_initials(word) && is_letter(peek(at_ + 1)) && ends_word(at_ + 2)) {
        ++at_;
      } else if (c == '/' && size == 1 && is_letter(out.back()) && is_letter(peek(at_ + 1)) && ends_word(at_ + 2) &&
                 peek(at_ + 2) != '/' && (word.begin == 0 || text_[word.begin - 1] != '/')) {
        out.push_back('/');
        ++at_;
      } else if (const std::size_t mark = apostrophe_at(at_); mark > 0) {
        const char next = peek(at_ + mark);
        if (!is_letter(next)) break;
        if (lower(next) == 's' && ends_word(at_ + mark + 1)) {
          possessive = true;
          at_ += mark + 1;
          break;
        }
        at_ += mark;
      } else if (is_high(c)) {
        const std::string_view character = text_.substr(at_, length_at(at_));
        if (!is_invisible(character)) {
          const std::string ascii = folded(character);
          if (ascii.empty() || !std::all_of(ascii.begin(), ascii.end(), is_alnum)) break;
          if (size < longest_spelling) out += ascii;
          ++lowers;
        }
        at_ += character.size();
      } else {
        break;
      }
    }
    word.end = static_cast<std::uint32_t>(at_);
    word.capitals = uppers >= 2 && (lowers == 0 || (lowers == 1 && out.back() == 's'));
    const bool plural_of_capitals = uppers >= 2 && lowers == 1 && out.back() == 's' && !possessive;
    if (plural_of_capitals) out.pop_back();
    normalise(word.at);
    word.size = static_cast<std::uint32_t>(out.size()) - word.at;
    result_.words.push_back(word);
    line_has_word_ = true;
  }

  // Whether the word so far is single letters, with the dots between them passed: "D.V" of "D.V.T."
  bool is_initials(const ClinicalWord& word) const {
    const std::size_t letters = result_.spellings.size() - word.at;
    return letters > 0 && at_ - word.begin == 2 * letters - 1 && is_letter(result_.spellings.back()) &&
           (letters == 1 || text_[word.begin + 1] == '.');
  }

  // The length of an apostrophe at `at`; 0 when there is none.
  std::size_t apostrophe_at(std::size_t at) const {
    if (text_[at] == '\'' || text_[at] == '`') return 1;
    if (!is_high(text_[at])) return 0;
    return text_.substr(at, 3) == "\xE2\x80\x99" || text_.substr(at, 3) == "\xE2\x80\x98" ? 3 : 0;
  }

  void normalise(std::size_t at) {
    std::string& out = result_.spellings;
    const auto size = [&] { return out.size() - at; };
    if (!result_.words.empty()) normalise_stage(at);
    if (size() < 4) return;
    for (std::size_t i = at; i < out.size(); ++i) {
      if (is_digit(out[i])) return;
    }
    if (size() >= 5) {  // "ae" and "oe" as "e"
      for (std::size_t e = at + 1; e < out.size(); ++e) {
        if (out[e] == 'e' && (out[e - 1] == 'a' || out[e - 1] == 'o')) out.erase(--e, 1);
      }
    }
    if (out[at] == 's' && std::string_view(out).substr(at).starts_with("sulph")) out.replace(at + 3, 2, "f");
    const char last = size() >= 5 ? out.back() : '\0';
    if (last == 's') {
      const char before = out[out.size() - 2];
      if (size() >= 6 && before == 'e' && out[out.size() - 3] == 'i') {
        out.replace(out.size() - 3, 3, "y");
      } else if (before != 's' && before != 'u' && before != 'i') {
        out.pop_back();
      }
    }
    if (size() >= 6 && out.back() == 'r' && out.ends_with("our")) out.replace(out.size() - 3, 3, "or");
  }

  // "stage IIIb" as "stage 3b", "CKD G3bA2" as "CKD 3b".
  void normalise_stage(std::size_t at) {
    std::string& out = result_.spellings;
    const std::string_view word = std::string_view(out).substr(at);
    const bool may_be_stage = word[0] == 'i' || word[0] == 'v' || word[0] == 'g';
    if (!may_be_stage || word.size() > 5 || !before_roman.has(result_.spelling(result_.words.size() - 1))) return;
    for (const auto& [numeral, digits] : roman) {
      if (word == numeral) {
        out.replace(at, out.size() - at, digits);
        return;
      }
    }
    if (word.size() >= 2 && word[0] == 'g' && is_digit(word[1])) {
      const std::size_t length = word.size() > 2 && (word[2] == 'a' || word[2] == 'b') ? 2 : 1;
      const bool grade_of_albumin = word.size() == 1 + length + 2 && word[1 + length] == 'a';
      if (word.size() == 1 + length || grade_of_albumin) {
        const std::string stage(word.substr(1, length));
        out.replace(at, out.size() - at, stage);
      }
    }
  }

  // Decides what the line ends before a word that starts with `first` were.
  void end_lines(char first) {
    if (line_ends_ == 0) return;
    const bool cut = (gap_ & (gap::sentence | gap::semicolon | gap::colon | gap::dash | gap::question | gap::query |
                              gap::open | gap::unticked | gap::ticked)) != 0;
    bool wrapped = line_ends_ == 1 && !cut && line_has_word_ && is_lower(first);
    if (wrapped && (gap_ & gap::comma) == 0) {
      const ClinicalWord& last = result_.words.back();
      wrapped = last.end - line_begin_ >= wrapped_line || connectors.has(result_.spelling(result_.words.size() - 1));
    }
    if (!wrapped) gap_ |= gap::newline;
    if (line_ends_ >= 2) gap_ |= gap::blank_line;
    line_ends_ = 0;
    line_begin_ = at_;
    line_has_word_ = false;
  }

  void read_mark(char c) {
    const char last = before_here();
    const char next = peek(at_ + 1);
    ++at_;
    switch (c) {
      case '\n': ++line_ends_; break;
      case '\r':
        if (next != '\n') ++line_ends_;
        break;
      case '.':
        if (next == '.' || ((is_space(next) || next == ')' || next == '"') && !is_abbreviation()) ||
            (is_upper(next) && is_lower(last)))
          gap_ |= gap::sentence;
        break;
      case '!': gap_ |= gap::sentence; break;
      case ';':
      case '*':
        if (c == ';' || (is_space(last) && is_space(next))) gap_ |= gap::semicolon;  // "*1/*2" is a genotype
        break;
      case ',':
      case '|': gap_ |= gap::comma; break;
      case ':':
      case '=':
        if (!(is_digit(last) && is_digit(next))) gap_ |= gap::colon;
        break;
      case '/': gap_ |= gap::slash; break;
      case '?': gap_ |= asks_of_next(at_ - 1) ? gap::query : gap::question; break;
      case '(':
      case '{':
        if ((next == '-' || next == '+') && peek(at_ + 1) == ')') {
          gap_ |= next == '-' ? gap::minus_mark : gap::plus_mark;
          at_ += 2;
        } else {
          gap_ |= gap::open;
        }
        break;
      case '[': read_bracket(); break;
      case ')':
      case ']':
      case '}': gap_ |= gap::close; break;
      case '&': add_word("and"); break;
      case '\'': read_short_year(1); break;
      case '+':
      case '-':
        if (lower(next) == 'v' && lower(peek(at_ + 1)) == 'e' && ends_word(at_ + 2)) {
          at_ += 2;
          add_word(c == '+' ? "+ve" : "-ve", 3);
        } else if (c == '+') {
          const bool starts_item =
              (gap_ & (gap::comma | gap::semicolon | gap::sentence | gap::colon)) != 0 || line_ends_ > 0;
          if (is_space(last) && (starts_item || is_alnum(next))) {
            gap_ |= gap::ticked;  // "no N/V, +diarrhoea"
          } else if (is_blank(last) && is_blank(next)) {
            add_word("and");
          } else if (next == '+' || (is_alnum(last) && !is_alnum(next) && next != '/')) {  // "ascites ++", "SOB+"
            gap_ |= gap::plus_mark;
            while (peek(at_) == '+') ++at_;
          }
        } else {
          read_hyphen(last, next);
        }
        break;
      default: break;
    }
  }

  // "'09" as "2009"
  void read_short_year(std::size_t mark) {
    if (!is_digit(peek(at_)) || !is_digit(peek(at_ + 1)) || !ends_word(at_ + 2)) return;
    const std::string year = std::string(text_[at_] <= '3' ? "20" : "19") + text_[at_] + text_[at_ + 1];
    at_ += 2;
    add_word(year, mark + 2);
  }

  void read_hyphen(char last, char next) {
    if (is_space(last) || is_space(next) || last == '-' || next == '-') {
      gap_ |= gap::dash;
    } else {
      gap_ |= gap::hyphen;
    }
  }

  void read_bracket() {
    std::size_t at = at_;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    if (peek(at) == ']') {
      gap_ |= gap::unticked;
      at_ = at + 1;
    } else if (lower(peek(at)) == 'x' && peek(at + 1) == ']') {
      gap_ |= gap::ticked;
      at_ = at + 2;
    } else {
      gap_ |= gap::open;
    }
  }

  void read_high_mark() {
    const std::size_t length = length_at(at_);
    const std::string_view mark = text_.substr(at_, length);
    const char last = before_here();
    at_ += length;
    if (mark == "\xE2\x80\xA2" || mark == "\xE2\x97\x8F" || mark == "\xE2\x96\xAA" || mark == "\xC2\xB7" ||
        mark == "\xE2\x97\xA6") {
      gap_ |= gap::semicolon;
    } else if (mark == "\xE2\x98\x90") {
      gap_ |= gap::unticked;
    } else if (mark == "\xE2\x98\x91" || mark == "\xE2\x98\x92") {
      gap_ |= gap::ticked;
    } else if (mark == "\xE2\x80\x99" || mark == "\xE2\x80\x98") {
      read_short_year(length);
    } else if (mark == "\xE2\x80\xA6") {
      gap_ |= gap::sentence;
    } else if (mark == "\xE2\x80\xA8" || mark == "\xE2\x80\xA9") {
      ++line_ends_;
    } else if (length > 1 && folded(mark) == "-" && mark != "\xC2\xAD") {
      read_hyphen(last, peek(at_));
    }
  }

  // Whether the dot before `at_` belongs to "Pt." or the initials of "i.e.".
  bool is_abbreviation() const {
    if (result_.words.empty() || result_.words.back().end != at_ - 1) return false;
    if (abbreviations.has(result_.spelling(result_.words.size() - 1))) return true;
    const ClinicalWord& last = result_.words.back();
    const bool initials = last.end - last.begin > last.size && last.size >= 2 && text_[last.begin + 1] == '.';
    std::size_t next = at_;
    while (next < text_.size() && is_blank(text_[next])) ++next;
    const bool initial = last.size == 1 && !is_digit(text_[last.begin]);
    if (initial && is_species(next)) return true;
    return (initials || initial) && is_lower(peek(next));  // "i.e.", "C. difficile"
  }

  [[nodiscard]] bool is_species(std::size_t at) const {
    std::string word;
    while (at < text_.size() && is_letter(text_[at]) && word.size() < 16) word.push_back(lower(text_[at++]));
    return species.has(word);
  }

  // Whether a question mark is tied to what follows ("?PE", "? PE") and not to what stands before ("PE?").
  bool asks_of_next(std::size_t at) {
    std::size_t next = at;
    while (peek(next) == '?' && next < text_.size()) ++next;
    at_ = next;  // "??PE" is one mark
    if (is_alnum(peek(next)) || is_high(peek(next))) return true;
    if (at > 0 && !is_space(text_[at - 1]) && text_[at - 1] != '(') return false;
    while (next < text_.size() && is_blank(text_[next])) ++next;
    return is_alnum(peek(next)) || is_high(peek(next));
  }

  void add_word(std::string_view spelling, std::size_t length = 1) {
    end_lines(' ');
    ClinicalWord word;
    word.begin = static_cast<std::uint32_t>(at_ - length);
    word.end = static_cast<std::uint32_t>(at_);
    word.gap = gap_;
    word.at = static_cast<std::uint32_t>(result_.spellings.size());
    word.size = static_cast<std::uint32_t>(spelling.size());
    result_.spellings += spelling;
    result_.words.push_back(word);
    gap_ = 0;
    line_has_word_ = true;
  }

  std::string_view text_;
  ClinicalWords result_;
  std::size_t at_ = 0;
  std::uint32_t gap_ = 0;
  std::size_t line_ends_ = 0;
  std::size_t line_begin_ = 0;
  bool line_has_word_ = false;
};

}  // namespace

ClinicalWords clinical_words(std::string_view text) { return Reader(text).read(); }

}  // namespace guardian::knowledge
