#include "knowledge/injection_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "knowledge/injection_letters.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t long_word = 14;      // letters
constexpr std::size_t zero_width_run = 3;  // emoji and Persian have single ones
constexpr std::size_t variation_run = 3;   // an emoji has one
constexpr std::size_t tag_run = 4;         // those of a flag are not counted
constexpr std::size_t longest_known_word = 20;
constexpr char32_t black_flag = 0x1F3F4;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// What the letters and digits of ASCII are read as; 0 for other bytes.
const std::array<std::uint8_t, 256>& plain_letters() {
  static const std::array<std::uint8_t, 256> letters = [] {
    std::array<std::uint8_t, 256> made{};
    for (std::size_t i = 0; i < ascii_letters().size(); ++i) {
      const Letter letter = ascii_letters()[i];
      if (letter.kind == LetterClass::letter || letter.kind == LetterClass::digit)
        made[i] = static_cast<std::uint8_t>(letter.letter);
    }
    return made;
  }();
  return letters;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text)
      : text_(text), ascii_(ascii_letters()), plain_(plain_letters()), phrases_(injection_phrases()) {
    scan_.words.reserve(text.size() / 5 + 4);
  }

  InjectionScan scan() {
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (plain_[byte] != 0) {
        take_plain_letters();
      } else if (byte < 0x80) {
        take(ascii_[byte], 1);
      } else {
        const CodePoint point = code_point_at(text_, at_);
        if (point.valid) look_for_hidden(point);
        take(point.valid ? letter_of(point.value) : Letter{}, point.bytes);
      }
    }
    close_word();
    end_runs();
    return std::move(scan_);
  }

 private:
  void take(Letter letter, std::size_t bytes) {
    switch (letter.kind) {
      case LetterClass::letter:
      case LetterClass::digit: add(letter); break;
      case LetterClass::nothing: break;
      case LetterClass::ideogram:
        close_word();
        add(letter);
        at_ += bytes;
        close_word();
        return;
      case LetterClass::separator:
        close_word();
        separate(letter.letter < 128 ? static_cast<char>(letter.letter) : '\0');
        break;
    }
    at_ += bytes;
  }

  // Nearly all of a text: letters and digits of ASCII.
  void take_plain_letters() {
    const char* const text = text_.data();
    const std::size_t size = text_.size();
    const std::size_t first = at_;
    std::size_t at = first;
    WordHash hash = hash_;
    std::uint8_t letter = 0;
    for (; at < size; ++at) {
      const std::uint8_t next = plain_[static_cast<unsigned char>(text[at])];
      if (next == 0) break;
      letter = next;
      hash.add(letter);
    }
    at_ = at;
    if (letters_ == 0 && at < size && text[at] == ' ') {
      ++at_;
      add_word({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(at)}, hash, at - first, letter);
      return;
    }
    if (letters_ == 0) begin_ = first;
    hash_ = hash;
    last_ = letter;
    letters_ += at - first;
  }

  void add(Letter letter) {
    if (letters_ == 0) begin_ = at_;
    ++letters_;
    last_ = letter.letter;
    hash_.add(letter.letter);
  }

  void close_word() {
    if (letters_ == 0) return;
    add_word({static_cast<std::uint32_t>(begin_), static_cast<std::uint32_t>(at_)}, hash_, letters_, last_);
    hash_ = {};
    letters_ = 0;
  }

  void add_word(InjectionWord word, WordHash hash, std::size_t letters, char32_t last) {
    word.id = phrases_.find(hash);
    if (signs_) {
      word.sentence = sentence_;
      word.clause = clause_;
      word.colon = colon_;
      sentence_ = clause_ = colon_ = signs_ = false;
    }
    if (letters > 1) {
      singles_ = 0;
    } else if (last < 128) {
      word.letter = static_cast<char>(last);
      scan_.single_letters = std::max(scan_.single_letters, ++singles_);
    }
    if (word.id == 0) {
      if (letters >= long_word) scan_.long_words.push_back({word.begin, word.end});
    } else if (phrases_.starts(word.id)) {
      scan_.phrase_begins = true;
    } else if (phrases_.is_disguise(word.id)) {
      (word.id == InjectionPhrases::rot13_word ? scan_.rot13 : scan_.backward) = true;
    }
    scan_.words.push_back(word);
  }

  [[nodiscard]] char next(std::size_t ahead = 1) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : ' '; }

  // What a sign says of the next word.
  void separate(char sign) {
    if (sign == ' ') return;
    signs_ = true;
    switch (sign) {
      case '.':
      case '!':
      case '?': {
        std::size_t behind = at_ + 1;
        while (behind < text_.size() && is_blank(text_[behind])) ++behind;
        if (behind > at_ + 1 && (behind == text_.size() || !is_letter(text_[behind]) || is_upper(text_[behind])))
          sentence_ = true;
        clause_ = true;
        break;
      }
      case ';': sentence_ = true; break;
      case '\n': {
        std::size_t behind = at_ + 1;
        while (behind < text_.size() && (text_[behind] == ' ' || text_[behind] == '\t' || text_[behind] == '\r'))
          ++behind;
        if (behind < text_.size() && !(text_[behind] >= 'a' && text_[behind] <= 'z')) sentence_ = true;
        break;
      }
      case ':': colon_ = true; break;
      case ',':
      case '(':
      case ')':
      case '-':
      case '*':
      case '>':
      case '/': clause_ = true; break;
      case '"':
      case '[':
      case '{':
      case '<':
      case '`':
      case '#':
        clause_ = true;
        literal();
        break;
      case '%': scan_.escapes += is_hex(next()) && is_hex(next(2)) ? 1 : 0; break;
      case '&': scan_.escapes += next() == '#' || (is_letter(next()) && entity()) ? 1 : 0; break;
      case '\\': scan_.escapes += (next() == 'u' || next() == 'x') && is_hex(next(2)) ? 1 : 0; break;
      default: break;
    }
  }

  [[nodiscard]] bool entity() const {
    return text_.substr(at_, 4) == "&lt;" || text_.substr(at_, 4) == "&gt;" || text_.substr(at_, 6) == "&quot;";
  }

  void literal() {
    for (const InjectionPhrases::Literal& literal : phrases_.literals(static_cast<unsigned char>(text_[at_]))) {
      std::size_t at = at_;
      std::size_t matched = 0;
      while (at < text_.size() && matched < literal.characters.size() && at - at_ < longest_injection_quote) {
        const char c = text_[at];
        if (lower(c) == literal.characters[matched]) {
          ++matched;
        } else if (!is_blank(c) && c != '\\') {
          break;
        }
        ++at;
      }
      if (matched == literal.characters.size()) {
        scan_.marks.push_back({{at_, at}, literal.kind, {}});
        return;
      }
    }
  }

  static char lower(char c) {
    if (c == '\'') return '"';
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }

  struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t length = 0;
  };

  void look_for_hidden(const CodePoint& point) {
    const char32_t c = point.value;
    if (c == 0x202D || c == 0x202E) scan_.marks.push_back({{at_, at_ + point.bytes}, InjectionKind::hidden, {}});
    count(zero_width_, is_zero_width(c), zero_width_run, point.bytes);
    count(variation_, is_variation_selector(c), variation_run, point.bytes);
    const bool of_flag = after_flag_ && c >= 0xE0020 && c <= 0xE007F;
    count(tags_, tag_character(c) != '\0' && !of_flag, tag_run, point.bytes);
    after_flag_ = c == black_flag || of_flag;
  }

  void count(Run& run, bool is_in, std::size_t least, std::size_t bytes) {
    if (!is_in) return end_run(run, least);
    if (run.length == 0 || run.end != at_) {
      end_run(run, least);
      run.begin = at_;
    }
    run.end = at_ + bytes;
    ++run.length;
  }

  void end_run(Run& run, std::size_t least) {
    if (run.length >= least) scan_.marks.push_back({{run.begin, run.end}, InjectionKind::hidden, {}});
    run = {};
  }

  void end_runs() {
    end_run(zero_width_, zero_width_run);
    end_run(variation_, variation_run);
    end_run(tags_, tag_run);
  }

  std::string_view text_;
  const std::array<Letter, 128>& ascii_;
  const std::array<std::uint8_t, 256>& plain_;
  const InjectionPhrases& phrases_;
  InjectionScan scan_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t letters_ = 0;
  std::size_t singles_ = 0;
  char32_t last_ = 0;
  WordHash hash_;
  bool signs_ = true;  // since the last word
  bool sentence_ = true;
  bool clause_ = false;
  bool colon_ = false;
  bool after_flag_ = false;
  Run zero_width_;
  Run variation_;
  Run tags_;
};

}  // namespace

InjectionScan scan_for_injections(std::string_view text) { return Scanner(text).scan(); }

std::vector<InjectionWord> words_of_letters(const std::vector<InjectionWord>& letters, std::size_t first,
                                            std::size_t last) {
  const InjectionPhrases& phrases = injection_phrases();
  // From the end: the way that leaves the fewest letters over, in the fewest words.
  struct Way {
    std::uint32_t cost = 0;
    std::uint16_t letters = 1;
    std::uint16_t id = 0;
  };
  constexpr std::uint32_t letter_left_over = 16;
  std::vector<Way> ways(last - first + 1);
  for (std::size_t at = last; at-- > first;) {
    Way& way = ways[at - first];
    way.cost = ways[at - first + 1].cost + letter_left_over;
    WordHash hash;
    for (std::size_t i = at; i < last && i - at < longest_known_word; ++i) {
      hash.add(static_cast<unsigned char>(letters[i].letter));
      const std::uint16_t id = phrases.find(hash);
      if (id == 0 || phrases.is_disguise(id)) continue;
      const std::uint32_t cost = ways[i + 1 - first].cost + 1;
      if (cost < way.cost) way = {cost, static_cast<std::uint16_t>(i - at + 1), id};
    }
  }
  std::vector<InjectionWord> words;
  for (std::size_t at = first; at < last;) {
    const Way& way = ways[at - first];
    const InjectionWord& begin = letters[at];
    at += way.letters;
    const bool breaks = begin.colon || begin.sentence || begin.clause;
    if (way.id == 0 && !words.empty() && words.back().id == 0 && !breaks) {
      words.back().end = letters[at - 1].end;
      continue;
    }
    InjectionWord word{begin.begin, letters[at - 1].end};
    word.id = way.id;
    word.sentence = words.empty();
    word.clause = begin.clause || begin.sentence;  // a point may stand behind each letter
    word.colon = begin.colon;
    words.push_back(word);
  }
  return words;
}

std::vector<InjectionWord> words_within(std::string_view text, TextSpan word) {
  std::vector<InjectionWord> letters;
  for (std::size_t at = word.begin; at < word.end;) {
    const CodePoint point = code_point_at(text, at);
    const Letter letter = point.valid ? letter_of(point.value) : Letter{};
    if ((letter.kind == LetterClass::letter || letter.kind == LetterClass::digit) && letter.letter < 128) {
      InjectionWord one{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + point.bytes)};
      one.letter = static_cast<char>(letter.letter);
      letters.push_back(one);
    }
    at += point.bytes;
  }
  // Hardly any long word begins with a known one.
  WordHash hash;
  bool begins = false;
  for (std::size_t i = 0; i < letters.size() && i < longest_known_word && !begins; ++i) {
    hash.add(static_cast<unsigned char>(letters[i].letter));
    const std::uint16_t id = injection_phrases().find(hash);
    begins = i >= 1 && id != 0;
  }
  if (!begins) return {};
  return words_of_letters(letters, 0, letters.size());
}

}  // namespace guardian::knowledge
