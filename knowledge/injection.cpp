#include "knowledge/injection.hpp"

#include <algorithm>
#include <optional>

#include "knowledge/injection_letters.hpp"
#include "knowledge/injection_phrases.hpp"
#include "knowledge/injection_words.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t block = std::size_t{16} * 1024;  // long texts are read in parts that overlap
constexpr std::size_t overlap = 1024;
constexpr int deepest = 2;                    // encodings within encodings
constexpr std::size_t fewest_spaced = 8;      // letters with blanks between them
constexpr std::size_t fewest_segments = 3;    // words that a long one is made of
constexpr std::size_t shortest_encoded = 16;  // of base64 and hexadecimal
constexpr std::size_t shortest_hex = 24;

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

bool is_text(std::string_view decoded) {
  const auto odd = std::count_if(decoded.begin(), decoded.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\t' && c != '\r';
  });
  return decoded.size() >= shortest_encoded / 2 && odd == 0;
}

std::string from_base64(std::string_view run) {
  std::string decoded;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : run) {
    bits = (bits << 6U) | static_cast<std::uint32_t>(base64_value(c));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded.push_back(static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU));
  }
  return decoded;
}

std::string from_hex(std::string_view run) {
  std::string decoded;
  for (std::size_t i = 0; i + 1 < run.size(); i += 2)
    decoded.push_back(static_cast<char>(hex_value(run[i]) * 16 + hex_value(run[i + 1])));
  return decoded;
}

// A text and where each of its bytes came from.
struct Decoded {
  std::string text;
  std::vector<std::uint32_t> origin;  // one more than bytes
};

void append_utf8(std::string& text, std::uint32_t c) {
  const auto push = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xC0U | (c >> 6U));
    push(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    push(0xE0U | (c >> 12U));
    push(0x80U | ((c >> 6U) & 0x3FU));
    push(0x80U | (c & 0x3FU));
  } else if (c <= 0x10FFFF) {
    push(0xF0U | (c >> 18U));
    push(0x80U | ((c >> 12U) & 0x3FU));
    push(0x80U | ((c >> 6U) & 0x3FU));
    push(0x80U | (c & 0x3FU));
  }
}

struct Escape {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
  bool is_byte = false;  // of UTF-8
};

// "%69", "\u0069", "\x69", "&#105;", "&#x69;", "&lt;"
std::optional<Escape> escape_at(std::string_view text, std::size_t at) {
  const auto hex = [&](std::size_t from, std::size_t digits) -> std::optional<std::uint32_t> {
    if (from + digits > text.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = from; i < from + digits; ++i) {
      if (hex_value(text[i]) < 0) return std::nullopt;
      value = value * 16 + static_cast<std::uint32_t>(hex_value(text[i]));
    }
    return value;
  };
  if (text[at] == '%') {
    if (const auto value = hex(at + 1, 2)) return Escape{*value, 3, true};
  } else if (text[at] == '\\' && at + 1 < text.size()) {
    const std::size_t digits = text[at + 1] == 'u' ? 4 : text[at + 1] == 'x' ? 2 : 0;
    if (digits != 0) {
      if (const auto value = hex(at + 2, digits)) return Escape{*value, digits + 2, digits == 2};
    }
  } else if (text[at] == '&') {
    if (text.substr(at, 4) == "&lt;") return Escape{'<', 4, true};
    if (text.substr(at, 4) == "&gt;") return Escape{'>', 4, true};
    if (text.substr(at, 6) == "&quot;") return Escape{'"', 6, true};
    if (text.substr(at, 2) != "&#") return std::nullopt;
    const bool sixteen = at + 2 < text.size() && (text[at + 2] == 'x' || text[at + 2] == 'X');
    std::size_t end = at + (sixteen ? 3U : 2U);
    std::uint32_t value = 0;
    const std::size_t first = end;
    while (end < text.size() && end - first < 6 && (sixteen ? hex_value(text[end]) >= 0 : is_digit(text[end]))) {
      value = value * (sixteen ? 16U : 10U) + static_cast<std::uint32_t>(hex_value(text[end]));
      ++end;
    }
    if (end == first) return std::nullopt;
    if (end < text.size() && text[end] == ';') ++end;
    return Escape{value, end - at, false};
  }
  return std::nullopt;
}

Decoded without_escapes(std::string_view text) {
  Decoded decoded;
  decoded.text.reserve(text.size());
  decoded.origin.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto origin = static_cast<std::uint32_t>(at);
    if (const auto escape = escape_at(text, at)) {
      if (escape->is_byte) {
        decoded.text.push_back(static_cast<char>(escape->value));
      } else {
        append_utf8(decoded.text, escape->value);
      }
      at += escape->bytes;
    } else {
      decoded.text.push_back(text[at++]);
    }
    decoded.origin.resize(decoded.text.size(), origin);
  }
  decoded.origin.push_back(static_cast<std::uint32_t>(text.size()));
  return decoded;
}

std::string rot13(std::string_view text) {
  std::string turned(text);
  for (char& c : turned) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + (c - 'A' + 13) % 26);
  }
  return turned;
}

class Finder {
 public:
  Finder(std::string_view text, int depth) : text_(text), depth_(depth), scan_(scan_for_injections(text)) {}

  std::vector<InjectionMark> find() {
    marks_ = std::move(scan_.marks);
    if (scan_.phrase_begins) match(scan_.words, InjectionKind::instruction);
    if (scan_.single_letters >= fewest_spaced) spaced_out();
    for (const TextSpan& word : scan_.long_words) {
      if (marks_.size() >= most_injection_marks) break;
      long_word(word);
    }
    if (depth_ < deepest && marks_.size() < most_injection_marks) {
      if (scan_.escapes != 0) escaped();
      if (scan_.rot13) turned();
      if (scan_.backward) backward();
    }
    return std::move(marks_);
  }

 private:
  // `as`: what a mark is called where the words were in the open; encoded ones stay encoded.
  bool match(const std::vector<InjectionWord>& words, InjectionKind as) {
    const InjectionPhrases& phrases = injection_phrases();
    bool any = false;
    for (std::size_t at = 0; at < words.size() && marks_.size() < most_injection_marks;) {
      const auto found =
          words[at].id != 0 && phrases.starts(words[at].id) ? phrases.match(words, at) : InjectionPhrases::Found{};
      if (found.words == 0) {
        ++at;
        continue;
      }
      any = true;
      marks_.push_back(
          {{words[at].begin, words[at + found.words - 1].end}, as == InjectionKind::encoded ? as : found.kind, {}});
      at += found.words;
    }
    return any;
  }

  void spaced_out() {
    for (std::size_t at = 0; at < scan_.words.size();) {
      std::size_t end = at;
      while (end < scan_.words.size() && scan_.words[end].letter != '\0') ++end;
      const std::size_t known = marks_.size();
      if (end - at >= fewest_spaced) match(words_of_letters(scan_.words, at, end), InjectionKind::encoded);
      // From the beginning of the sentence: what stands between are single letters too.
      for (std::size_t i = known; i < marks_.size(); ++i) {
        std::size_t begin = marks_[i].span.begin;
        for (std::size_t k = at; k < end && scan_.words[k].begin <= marks_[i].span.begin; ++k) {
          if (scan_.words[k].sentence) begin = scan_.words[k].begin;
        }
        marks_[i].span.begin = begin;
      }
      at = end + 1;
    }
  }

  void long_word(TextSpan word) {
    const auto words = words_within(text_, word);
    const auto known = std::count_if(words.begin(), words.end(), [](const InjectionWord& w) { return w.id != 0; });
    if (known >= static_cast<std::ptrdiff_t>(fewest_segments) && match(words, InjectionKind::encoded)) return;
    if (depth_ >= deepest || word.begin < encoded_until_) return;
    TextSpan run = word;
    while (run.begin > 0 && base64_value(text_[run.begin - 1]) >= 0) --run.begin;
    while (run.end < text_.size() && base64_value(text_[run.end]) >= 0) ++run.end;
    run.begin = std::max(run.begin, encoded_until_);
    encoded_until_ = run.end;
    if (run.end - run.begin < shortest_encoded) return;
    const std::string_view characters = text_.substr(run.begin, run.end - run.begin);
    const bool is_hex = std::all_of(characters.begin(), characters.end(), [](char c) { return hex_value(c) >= 0; });
    if (is_hex && characters.size() >= shortest_hex) decoded(from_hex(characters), run);
    // Base64 of words has small letters, capitals among them.
    bool mixed = false;
    for (std::size_t i = 1; i < characters.size() && !mixed; ++i)
      mixed = characters[i] >= 'A' && characters[i] <= 'Z' && characters[i - 1] >= 'a' && characters[i - 1] <= 'z';
    if (mixed) decoded(from_base64(characters), run);
  }

  void decoded(const std::string& text, TextSpan run) {
    if (is_text(text) && !Finder(text, depth_ + 1).find().empty()) marks_.push_back({run, InjectionKind::encoded, {}});
  }

  void escaped() {
    const Decoded plain = without_escapes(text_);
    for (const InjectionMark& mark : Finder(plain.text, depth_ + 1).find()) {
      TextSpan span{plain.origin[mark.span.begin], plain.origin[mark.span.end]};
      // The same length: it stands there in the open.
      if (span.end - span.begin == mark.span.end - mark.span.begin) continue;
      while (span.begin > 0 && text_[span.begin - 1] != ' ' && text_[span.begin - 1] != '\n') --span.begin;
      marks_.push_back({span, InjectionKind::encoded, {}});
    }
  }

  void turned() {
    for (const InjectionMark& mark : Finder(rot13(text_), deepest).find()) {
      if (mark.kind == InjectionKind::instruction) marks_.push_back({mark.span, InjectionKind::encoded, {}});
    }
  }

  void backward() {
    const std::string reversed(text_.rbegin(), text_.rend());
    Finder finder(reversed, deepest);
    // Its sentences begin behind words that are no words.
    for (std::size_t i = 1; i < finder.scan_.words.size(); ++i)
      finder.scan_.words[i].clause = finder.scan_.words[i].clause || finder.scan_.words[i - 1].id == 0;
    for (const InjectionMark& mark : finder.find()) {
      if (mark.kind == InjectionKind::instruction)
        marks_.push_back({{text_.size() - mark.span.end, text_.size() - mark.span.begin}, InjectionKind::encoded, {}});
    }
  }

  std::string_view text_;
  int depth_;
  InjectionScan scan_;
  std::vector<InjectionMark> marks_;
  std::size_t encoded_until_ = 0;
};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// To the end of the sentence, as far as a quote may go, at the border of a character.
TextSpan with_sentence(std::string_view text, const InjectionMark& mark) {
  TextSpan span = mark.span;
  const std::size_t limit = std::min(text.size(), span.begin + longest_injection_quote);
  if (mark.kind != InjectionKind::hidden && mark.kind != InjectionKind::encoded) {
    while (span.end < limit && text[span.end] != '\n' && text[span.end] != '.' && text[span.end] != '!' &&
           text[span.end] != '?' && text[span.end] != ';')
      ++span.end;
  }
  span.end = std::min(span.end, limit);
  while (span.end < text.size() && span.end > span.begin && is_continuation(text[span.end])) --span.end;
  while (span.end > span.begin && (text[span.end - 1] == ' ' || text[span.end - 1] == '\r')) --span.end;
  return span;
}

}  // namespace

std::string_view to_string(InjectionKind kind) noexcept {
  switch (kind) {
    case InjectionKind::instruction: return "instruction";
    case InjectionKind::markup: return "markup";
    case InjectionKind::reply: return "reply";
    case InjectionKind::hidden: return "hidden";
    case InjectionKind::encoded: return "encoded";
  }
  return {};
}

std::vector<InjectionMark> find_injections(std::string_view text) {
  std::vector<InjectionMark> marks;
  for (std::size_t from = 0; from < text.size() && marks.size() < most_injection_marks;) {
    std::size_t end = std::min(text.size(), from + block);
    while (end < text.size() && is_continuation(text[end])) --end;
    if (end <= from) end = std::min(text.size(), from + block);
    for (InjectionMark& mark : Finder(text.substr(from, end - from), 0).find()) {
      mark.span.begin += from;
      mark.span.end += from;
      marks.push_back(std::move(mark));
    }
    if (end == text.size()) break;
    from = end - overlap;
    while (from < end && is_continuation(text[from])) ++from;
  }
  std::stable_sort(marks.begin(), marks.end(), [](const InjectionMark& one, const InjectionMark& other) {
    return one.span.begin < other.span.begin;
  });
  std::vector<InjectionMark> apart;
  for (InjectionMark& mark : marks) {
    mark.span = with_sentence(text, mark);
    if (mark.span.begin >= mark.span.end) continue;
    if (!apart.empty() && mark.span.begin < apart.back().span.end) continue;
    mark.quote = std::string(text.substr(mark.span.begin, mark.span.end - mark.span.begin));
    apart.push_back(std::move(mark));
    if (apart.size() == most_injection_marks) break;
  }
  return apart;
}

}  // namespace guardian::knowledge
