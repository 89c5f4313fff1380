#include "knowledge/spelling.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_word_char(char c) { return is_letter(c) || is_digit(c); }

// U+00A0 to U+00FF and U+0100 to U+017F, two characters a code point ("ae", "n "), '.' for nothing alike.
constexpr std::string_view latin1 =
    ". ! c . . . | . . . a . . - . . . . 2 3 ' u . . . 1 o . . . . ? "
    "a a a a a a aec e e e e i i i i d n o o o o o x o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o / o u u u u y thy ";
constexpr std::string_view latin_extended =
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i i i i i i i i ijijj j k k k "
    "l l l l l l l l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s s s t t t t t t u u u u u u u u u u "
    "u u w w y y y z z z z z z s ";
static_assert(latin1.size() == 2 * 96);
static_assert(latin_extended.size() == 2 * 128);

void append_folded(std::string& out, std::uint32_t code) {
  if (code >= 0xBC && code <= 0xBE) {
    if (!out.empty() && is_digit(out.back())) out += ' ';  // "1½" is "1 1/2"
    out += code == 0xBC ? "1/4" : code == 0xBD ? "1/2" : "3/4";
    return;
  }
  std::string_view pair;
  if (code >= 0xA0 && code <= 0xFF) pair = latin1.substr(2 * (code - 0xA0), 2);
  if (code >= 0x100 && code <= 0x17F) pair = latin_extended.substr(2 * (code - 0x100), 2);
  if (!pair.empty()) {
    if (pair[0] == '.') return out.push_back(' ');
    out.push_back(pair[0]);
    if (pair[1] != ' ') out.push_back(pair[1]);
    return;
  }
  if (code >= 0x2010 && code <= 0x2015) return out.push_back('-');
  if (code == 0x2212) return out.push_back('-');                     // minus
  if (code >= 0x2018 && code <= 0x201B) return out.push_back('\'');  // quotation marks as apostrophes
  if (code == 0x2044 || code == 0x2215) return out.push_back('/');
  if (code == 0x3BC) return out.push_back('u');  // Greek mu of "µg"
  out.push_back(' ');
}

// The code point that starts at `at`, and how many bytes it takes; a byte that is no UTF-8 is 0 and takes one.
std::pair<std::uint32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(at);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (lead < 0xC0 || lead > 0xF7 || at + length > text.size()) return {0, 1};
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = at + 1; i < at + length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {0, 1};
    code = code << 6U | (byte(i) & 0x3FU);
  }
  return {code, length};
}

// The number that a word ends with so far ("0.12" of "digoxin0.12"); empty behind a letter.
std::string_view number_at_end(std::string_view word) {
  std::size_t at = word.size();
  while (at > 0 && (is_digit(word[at - 1]) || word[at - 1] == '.')) --at;
  return word.substr(at);
}

// Whether a comma at `at` parts the thousands of a number: "1,000" and "12,000,000", but not "1,25" or "3,4".
bool is_thousands_comma(std::string_view text, std::size_t at) {
  std::size_t digits = 0;
  while (at + 1 + digits < text.size() && is_digit(text[at + 1 + digits])) ++digits;
  return digits == 3;
}

// Whether the letter behind a dot at `at` is an initial too: it stands alone.
bool is_initial_behind(std::string_view text, std::size_t at) {
  return at + 1 < text.size() && is_letter(text[at + 1]) && (at + 2 >= text.size() || !is_word_char(text[at + 2]));
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x80) {
      const auto [code, length] = code_point(text, at);
      append_folded(out, code);
      at += length;
      continue;
    }
    ++at;
    if (c >= 'A' && c <= 'Z') {
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if (c == '\n' || c == '\r') {
      out.push_back(';');
    } else if (c < ' ' || c == 0x7F) {
      out.push_back(' ');
    } else {
      out.push_back(c == '`' ? '\'' : c);
    }
  }
  return out;
}

SpelledText spelled(std::string_view original) {
  const std::string text = folded(original);
  SpelledText result;
  result.words.reserve(text.size() / 4 + 1);
  std::string gap;
  for (std::size_t at = 0; at < text.size();) {
    const bool point =
        text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]) && (at == 0 || !is_word_char(text[at - 1]));
    if (!is_word_char(text[at]) && !point) {
      gap.push_back(text[at++]);
      continue;
    }
    std::string word;
    if (point) {
      word = "0.";
      ++at;
    }
    bool initials = true;  // single letters with dots so far
    while (at < text.size()) {
      const char c = text[at];
      if (is_word_char(c)) {
        initials = initials && is_letter(c) && (word.empty() || text[at - 1] == '.');
        word.push_back(c);
        ++at;
        continue;
      }
      const char next = at + 1 < text.size() ? text[at + 1] : ' ';
      const std::string_view number = number_at_end(word);
      const bool whole = !number.empty() && number.find('.') == std::string_view::npos;
      if (whole && is_digit(next) && (c == '.' || (c == ',' && number == "0"))) {
        word.push_back('.');  // "0,125" is no hundred and twenty-five
      } else if (c == '\'' && !word.empty() && is_letter(word.back()) && is_letter(next)) {
        initials = false;
      } else if (!(c == ',' && whole && number.size() <= 12 && is_thousands_comma(text, at)) &&
                 !(c == '.' && initials && is_initial_behind(text, at))) {
        break;
      }
      ++at;
    }
    result.words.push_back({std::move(word), std::move(gap)});
    gap.clear();
  }
  result.tail = std::move(gap);
  return result;
}

int spelling_distance(std::string_view one, std::string_view other, int limit) {
  constexpr std::size_t longest = 96;
  const auto too_far = limit + 1;
  if (one.size() > other.size()) std::swap(one, other);
  if (other.size() - one.size() > static_cast<std::size_t>(std::max(limit, 0)) || other.size() >= longest)
    return too_far;
  std::array<int, longest + 1> before_last{};
  std::array<int, longest + 1> last{};
  std::array<int, longest + 1> row{};
  for (std::size_t j = 0; j <= other.size(); ++j) last[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= one.size(); ++i) {
    row[0] = static_cast<int>(i);
    int best = row[0];
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const int changed = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      best = std::min(best, row[j]);
    }
    if (best > limit) return too_far;
    before_last = last;
    last = row;
  }
  return std::min(last[other.size()], too_far);
}

SpellingDistances::SpellingDistances(std::string_view one) : size_(std::min(one.size(), longest)) {
  for (std::size_t i = 0; i < size_; ++i) places_[static_cast<unsigned char>(one[i])] |= std::uint64_t{1} << i;
}

int SpellingDistances::to(std::string_view other) const noexcept {
  if (size_ == 0) return static_cast<int>(other.size());
  const std::uint64_t last = std::uint64_t{1} << (size_ - 1);
  std::uint64_t one_more = ~std::uint64_t{0};  // below in the column the distance grows by one
  std::uint64_t one_less = 0;
  std::uint64_t diagonal = 0;  // where it is the same as one up and to the left
  std::uint64_t places_before = 0;
  int distance = static_cast<int>(size_);
  for (const char c : other) {
    const std::uint64_t places = places_[static_cast<unsigned char>(c)];
    const std::uint64_t swapped = ((~diagonal & places) << 1U) & places_before;
    diagonal = (((places & one_more) + one_more) ^ one_more) | places | one_less | swapped;
    std::uint64_t more_right = one_less | ~(diagonal | one_more);
    std::uint64_t less_right = diagonal & one_more;
    if ((more_right & last) != 0) ++distance;
    if ((less_right & last) != 0) --distance;
    more_right = more_right << 1U | 1U;
    less_right <<= 1U;
    one_more = less_right | ~(diagonal | more_right);
    one_less = more_right & diagonal;
    places_before = places;
  }
  return distance;
}

}  // namespace guardian::knowledge
