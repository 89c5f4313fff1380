#include "knowledge/name_reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr int context_words = 5;  // how far "for" and "avoid" reach
constexpr std::size_t shortest_part = 4;

bool has_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}
bool is_mineral(std::string_view word) {
  return word == "sodium" || word == "potassium" || word == "calcium" || word == "magnesium" || word == "zinc";
}

class Reader {
 public:
  Reader(const NameIndex& index, const SpelledText& text) : index_(index), text_(text) {
    words_.reserve(text.words.size());
    for (const SpelledWord& word : text.words) words_.push_back(word.text);
  }

  NameReading read() {
    for (std::size_t i = 0; i < words_.size();) i += step(i);
    return std::move(reading_);
  }

 private:
  [[nodiscard]] const std::string& gap(std::size_t i) const { return text_.words[i].gap; }

  void enter(std::size_t i) {
    for (const char c : gap(i)) {
      if (c == '(' || c == '[') enclosed_ = c == '(' ? Place::parenthesis : Place::bracket;
      if (c == ')' || c == ']') enclosed_ = Place::name;
    }
    if (has_any(gap(i), ",;.)]") || context_left_ == 0) context_ = Place::name;
    if (context_left_ > 0) --context_left_;
    if (has_any(gap(i), ",;") && tie_ == Tie::none) tie_ = Tie::list;
    symbol_ = has_any(gap(i), "/+&") || gap(i) == "-";
    if (symbol_) tie_ = Tie::part;
  }

  [[nodiscard]] std::size_t known_length(std::size_t i) const {
    std::size_t limit = i + 1;
    while (limit < words_.size() && !has_any(gap(limit), ";:[]")) ++limit;
    const std::size_t length = index_.longest_match(std::span(words_).first(limit), i);
    if (!ends_in_dose(i, length)) return length;
    const std::size_t shorter = index_.longest_match(std::span(words_).first(i + length - 1), i);
    return shorter > 0 ? shorter : length;
  }

  // Whether the number that ends a name is a dose: the gram of "Tylenol 1 g", which is no "Tylenol #1".
  [[nodiscard]] bool ends_in_dose(std::size_t i, std::size_t length) const {
    const std::size_t last = i + length - 1;
    if (length < 2 || last + 1 >= words_.size() || gap(last).find('#') != std::string::npos) return false;
    const std::string& number = words_[last];
    const core::DoseUnit unit = dose_unit(words_[last + 1]);
    return number.size() == 1 && is_digit(number.front()) && (unit == core::DoseUnit::g || unit == core::DoseUnit::mg);
  }

  [[nodiscard]] bool strength_follows(std::size_t i) const {
    for (std::size_t j = i; j < std::min(i + 3, words_.size()); ++j) {
      if (role_of(words_[j]) == WordRole::salt || role_of(words_[j]) == WordRole::release) continue;
      if (!is_digit(words_[j].front())) return false;
      const auto letters = words_[j].find_first_not_of("0123456789.");
      const std::string_view unit = letters != std::string::npos ? std::string_view(words_[j]).substr(letters)
                                    : j + 1 < words_.size()      ? std::string_view(words_[j + 1])
                                                                 : std::string_view{};
      switch (dose_unit(unit)) {
        case core::DoseUnit::mg:
        case core::DoseUnit::mcg:
        case core::DoseUnit::g:
        case core::DoseUnit::units:
        case core::DoseUnit::meq:
        case core::DoseUnit::mmol:
        case core::DoseUnit::percent:
        case core::DoseUnit::mg_per_kg:
        case core::DoseUnit::mg_per_m2:
        case core::DoseUnit::units_per_kg:
        case core::DoseUnit::units_per_m2:
        case core::DoseUnit::meq_per_kg:
        case core::DoseUnit::mmol_per_kg: return true;
        case core::DoseUnit::none:
        case core::DoseUnit::ml:
        case core::DoseUnit::tablet:
        case core::DoseUnit::drop:
        case core::DoseUnit::puff:
        case core::DoseUnit::patch: return false;
      }
    }
    return false;
  }

  // Whether the words at `i` belong to the salt of the name just before them ("losartan potassium").
  [[nodiscard]] bool is_salt_of_last(std::size_t i, std::size_t length) const {
    if (!named_ || reading_.mentions.empty() || role_of(words_[i]) != WordRole::salt) return false;
    const std::string& last = reading_.mentions.back().key;
    if (last.starts_with("vit") || is_mineral(last)) return false;  // "calcium magnesium zinc" are three
    if (quantity_) return !strength_follows(i + length);
    if (tie_ == Tie::part && gap(i) != "-") return false;
    if (tie_ == Tie::list) return false;
    return length == 1 || (length == 2 && words_[i] == "sodium" && words_[i + 1] == "phosphate");
  }

  [[nodiscard]] bool is_name(std::size_t i, std::size_t length, WordRole role) const {
    if (length == 0 || is_salt_of_last(i, length)) return false;
    if (length > 1 || role == WordRole::none) return true;
    if (role == WordRole::salt) return true;
    const bool counted = role == WordRole::form && i > 0 && is_digit(words_[i - 1].front());  // "1 amp"
    return !counted && role != WordRole::number && role != WordRole::unit && (!named_ || tie_ == Tie::part);
  }

  // "extra strength", "maximum strength": how strong it is, not another product.
  [[nodiscard]] bool is_strength_word(std::size_t i) const {
    return i + 1 < words_.size() && (words_[i + 1] == "strength" || words_[i + 1] == "str") &&
           modifier_of(words_[i]) != Modifier::none;
  }

  // Whether the word right behind a name may make another product of it: "Mucinex DM", "Foobar Plus", "Tylenol #5".
  [[nodiscard]] bool is_modifier(std::size_t i) const {
    if (reading_.mentions.empty() || quantity_ || enclosed_ != Place::name) return false;
    const NameMention& last = reading_.mentions.back();
    if (last.first + last.count != i || has_any(gap(i), ",;:([")) return false;
    if (gap(i).find('#') != std::string::npos) return words_[i].size() == 1 && is_digit(words_[i].front());
    const Modifier modifier = modifier_of(words_[i]);
    if (modifier == Modifier::none) return false;
    if ((words_[i] == "plus" || words_[i] == "c") && i + 1 < words_.size() && known_length(i + 1) > 0) return false;
    const bool brand = std::any_of(last.meanings.begin(), last.meanings.end(),
                                   [](const NameEntry& entry) { return entry.kind == NameKind::brand; });
    return modifier == Modifier::of_any_name || brand;
  }

  [[nodiscard]] Place place(std::size_t i) const {
    if (enclosed_ != Place::name) return enclosed_;
    if (named_ && context_ != Place::name) return context_;
    if (named_ && quantity_ && !(symbol_ && words_[i].size() >= shortest_part)) return Place::words;
    return Place::name;
  }

  std::size_t add_mention(std::size_t i, std::size_t length) {
    NameMention mention;
    mention.first = i;
    mention.count = length;
    for (std::size_t j = i; j < i + length; ++j) mention.key += (j == i ? "" : " ") + words_[j];
    mention.meanings = index_.find(mention.key);
    mention.place = place(i);
    mention.tie = named_ ? tie_ : Tie::none;
    if (mention.tie == Tie::part) ++part_;
    mention.part = part_;
    named_ = named_ || mention.place == Place::name;
    const bool another = mention.place == Place::words && (mention.tie == Tie::part || strength_follows(i + length));
    if (mention.place == Place::name || another) quantity_ = false;
    reading_.mentions.push_back(std::move(mention));
    for (std::size_t j = i + 1; j < i + length; ++j) enter(j);
    tie_ = Tie::none;
    return length;
  }

  // Whether slashes tie the word to a known name: the "BC" of "BC/FTC/TAF" is a part of the product, however short.
  [[nodiscard]] bool is_tied_to_name(std::size_t i) const {
    for (std::size_t j = i + 1; j < words_.size() && gap(j) == "/"; ++j) {
      if (known_length(j) > 0) return true;
    }
    return false;
  }

  void add_unknown(std::size_t i, bool modifier) {
    UnknownWord word;
    word.position = i;
    word.place = place(i);
    word.tie = named_ ? tie_ : Tie::none;
    if (word.tie == Tie::part && word.place == Place::name) ++part_;
    word.part = part_;
    word.hyphenated = gap(i) == "-";
    word.has_strength = strength_follows(i + 1);
    word.modifier = modifier;
    reading_.unknown.push_back(word);
    if (word.place == Place::name && (words_[i].size() >= 3 || is_tied_to_name(i))) named_ = true;
    if (word.place == Place::name && tie_ == Tie::part) quantity_ = false;
    tie_ = Tie::none;
  }

  std::size_t step(std::size_t i) {
    enter(i);
    const std::size_t length = known_length(i);
    const WordRole role = role_of(words_[i]);
    if (is_name(i, length, role)) return add_mention(i, length);
    if (is_strength_word(i)) return 2;
    if (is_modifier(i)) {
      add_unknown(i, true);
      return 1;
    }
    if (words_[i] == "w" && i + 1 < words_.size() && words_[i + 1] == "o" && gap(i + 1) == "/") {  // without
      set_context(Place::denied);
      return 2;
    }
    const bool number_next = i + 1 < words_.size() && role_of(words_[i + 1]) == WordRole::number;
    switch (role) {
      case WordRole::none: add_unknown(i, false); break;
      case WordRole::number:
      case WordRole::frequency: quantity_ = quantity_ || named_; break;
      case WordRole::joiner: tie_ = Tie::part; break;
      case WordRole::purpose:
        if (!number_next) set_context(Place::purpose);
        break;
      case WordRole::denial: set_context(Place::denied); break;
      case WordRole::unit:
      case WordRole::form:
      case WordRole::salt:
      case WordRole::release: break;
      case WordRole::route:
      case WordRole::talk: tie_ = Tie::none; break;
    }
    return 1;
  }

  void set_context(Place context) {
    context_ = context;
    context_left_ = context_words;
    tie_ = Tie::none;
  }

  const NameIndex& index_;
  const SpelledText& text_;
  std::vector<std::string> words_;
  NameReading reading_;
  Place enclosed_ = Place::name;  // parenthesis or bracket while inside one
  Place context_ = Place::name;   // purpose or denied while one reaches
  int context_left_ = 0;
  Tie tie_ = Tie::none;
  std::size_t part_ = 0;
  bool symbol_ = false;    // the tie is a symbol, not a word
  bool named_ = false;     // a name or a word that may be one was read
  bool quantity_ = false;  // a strength or frequency was read since
};

}  // namespace

SpelledText with_strengths_parted(const NameIndex& index, SpelledText text) {
  const auto is_glued = [&](const SpelledWord& word) {
    const std::size_t digits = first_digit(word.text);
    return digits < word.text.size() && digits >= 4 && index.find(word.text).empty() &&
           !index.find(std::string_view(word.text).substr(0, digits)).empty();
  };
  if (std::none_of(text.words.begin(), text.words.end(), is_glued)) return text;
  SpelledText parted;
  parted.tail = std::move(text.tail);
  for (SpelledWord& word : text.words) {
    const std::size_t digits = first_digit(word.text);
    if (!is_glued(word)) {
      parted.words.push_back(std::move(word));
      continue;
    }
    parted.words.push_back({word.text.substr(0, digits), std::move(word.gap)});
    parted.words.push_back({word.text.substr(digits), " "});
  }
  return parted;
}

NameReading read_names(const NameIndex& index, const SpelledText& text) { return Reader(index, text).read(); }

}  // namespace guardian::knowledge
