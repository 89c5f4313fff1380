#pragma once
// A fixed list of words, to ask whether a word is one of them. Pure.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guardian::knowledge {

// Made at compile time. Most words of a text are on no list, and their first letter and length say so at once.
template <std::size_t size>
class WordList {
 public:
  template <class... Words>
  constexpr WordList(const Words&... words) {
    const std::array<std::string_view, size> given{std::string_view(words)...};
    for (const std::string_view word : given) {
      lengths_[place(word)] |= length_bit(word);
      ++ends_[place(word)];
    }
    for (std::size_t i = 1; i < places; ++i) ends_[i] = static_cast<std::uint16_t>(ends_[i] + ends_[i - 1]);
    auto free = ends_;
    for (const std::string_view word : given) words_[--free[place(word)]] = word;
  }

  [[nodiscard]] constexpr bool has(std::string_view word) const {
    const std::size_t at = place(word);
    if ((lengths_[at] & length_bit(word)) == 0) return false;
    for (std::size_t i = at == 0 ? 0 : ends_[at - 1]; i < ends_[at]; ++i) {
      if (words_[i] == word) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t places = 32;  // one for each letter of the alphabet, some shared by other signs

  static constexpr std::size_t place(std::string_view word) {
    return word.empty() ? 0 : static_cast<unsigned char>(word.front()) % places;
  }
  static constexpr std::uint32_t length_bit(std::string_view word) {
    return std::uint32_t{1} << std::min<std::size_t>(word.size(), 31);
  }

  std::array<std::string_view, size> words_{};   // by place
  std::array<std::uint16_t, places> ends_{};     // of the words at each place
  std::array<std::uint32_t, places> lengths_{};  // of the words at each place, a bit each
};

template <class... Words>
WordList(const Words&...) -> WordList<sizeof...(Words)>;

}  // namespace guardian::knowledge
