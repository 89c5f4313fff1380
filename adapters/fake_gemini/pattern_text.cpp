#include "adapters/fake_gemini/pattern_text.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <string_view>

namespace guardian::adapters::fake {
namespace {

constexpr std::size_t longest_pattern = 500;
constexpr std::size_t most_repeats = 64;
constexpr int deepest = 20;

// Walks a pattern and writes its first alternative, each repetition as often as wished and allowed.
class Writer {
 public:
  Writer(std::string_view pattern, std::size_t repeats) : pattern_(pattern), repeats_(repeats) {}

  std::optional<std::string> write() {
    std::string out = alternatives(0);
    if (failed_ || at_ != pattern_.size()) return std::nullopt;
    return out;
  }

 private:
  [[nodiscard]] bool more() const { return !failed_ && at_ < pattern_.size(); }
  [[nodiscard]] char peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  char next() {
    if (at_ >= pattern_.size()) {
      failed_ = true;
      return '\0';
    }
    return pattern_[at_++];
  }
  bool skip(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }

  std::string alternatives(int depth) {
    std::string first = sequence(depth);
    while (more() && skip('|')) sequence(depth);
    return first;
  }

  std::string sequence(int depth) {
    std::string out;
    while (more() && peek() != '|' && peek() != ')') {
      if (skip('^') || skip('$')) continue;
      const std::string one = atom(depth);
      const std::size_t times = repetition();
      for (std::size_t count = 0; count < times; ++count) out += one;
    }
    return out;
  }

  std::string atom(int depth) {
    const char c = next();
    if (c == '(') {
      if (depth > deepest || (skip('?') && !skip(':'))) failed_ = true;
      std::string inner = failed_ ? "" : alternatives(depth + 1);
      if (!skip(')')) failed_ = true;
      return inner;
    }
    if (c == '[') return one_of_class();
    if (c == '.') return "a";
    if (c == '\\') return {escaped()};
    return {c};
  }

  char escaped() {
    const char c = next();
    switch (c) {
      case 'd': return '0';
      case 'w':
      case 'S':
      case 'D': return 'a';
      case 's':
      case 'W': return ' ';
      case 'n': return '\n';
      case 't': return '\t';
      default: break;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) failed_ = true;
    return c;
  }

  std::string one_of_class() {
    const std::size_t start = at_ - 1;
    const bool negated = skip('^');
    std::string first;
    bool any = false;
    while (more() && (peek() != ']' || !any)) {
      const char c = next();
      const char member = c == '\\' ? escaped() : c;
      if (!any) first = member;
      any = true;
    }
    if (!skip(']')) failed_ = true;
    if (failed_ || !negated) return first;
    const std::regex excluded(std::string(pattern_.substr(start, at_ - start)));
    for (const char c : std::string_view("a0A -_.")) {
      if (std::regex_match(std::string(1, c), excluded)) return {c};
    }
    failed_ = true;
    return {};
  }

  std::size_t repetition() {
    std::size_t low = 1;
    std::size_t high = 1;
    if (skip('*')) {
      low = 0;
      high = most_repeats;
    } else if (skip('+')) {
      high = most_repeats;
    } else if (skip('?')) {
      low = 0;
    } else if (skip('{')) {
      low = number();
      high = low;
      if (skip(',')) high = peek() == '}' ? std::max(low, most_repeats) : number();
      if (!skip('}') || high < low) failed_ = true;
    } else {
      return 1;
    }
    skip('?');
    return failed_ ? 0 : std::clamp(repeats_, low, high);
  }

  std::size_t number() {
    std::size_t value = 0;
    if (std::isdigit(static_cast<unsigned char>(peek())) == 0) failed_ = true;
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0 && value < 1000) {
      value = value * 10 + static_cast<std::size_t>(next() - '0');
    }
    return value;
  }

  std::string_view pattern_;
  std::size_t repeats_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> text_matching(const std::string& pattern, std::size_t least, std::size_t most) {
  if (pattern.size() > longest_pattern) return std::nullopt;
  try {
    const std::regex checked(pattern);
    for (std::size_t repeats = 0; repeats <= most_repeats; ++repeats) {
      std::optional<std::string> text = Writer(pattern, repeats).write();
      if (!text || text->size() > most) return std::nullopt;
      if (text->size() >= least && std::regex_search(*text, checked)) return text;
    }
  } catch (const std::regex_error&) {
    // No pattern of this kind: the caller takes other words.
  }
  return std::nullopt;
}

}  // namespace guardian::adapters::fake
