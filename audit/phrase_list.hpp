#pragma once
// Phrases of a fixed list, found in a text in one pass; and the search for one long text in another. Pure.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace guardian::audit {

// memmem skips ahead by the length of `part`; string_view::find stops at each place where its first letter stands,
// which takes many times longer for a whole sentence.
[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
  return part.empty() || ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

// Up to 64 phrases of two bytes or more, made at compile time. At most places of a text no phrase has these first two
// bytes, and two tables say so at once.
template <std::size_t size>
class PhraseList {
 public:
  static_assert(size <= 64);

  explicit constexpr PhraseList(const std::array<std::string_view, size>& phrases) : phrases_(phrases) {
    for (std::size_t i = 0; i < size; ++i) {
      first_[static_cast<unsigned char>(phrases[i][0])] |= std::uint64_t{1} << i;
      second_[static_cast<unsigned char>(phrases[i][1])] |= std::uint64_t{1} << i;
    }
  }

  [[nodiscard]] static constexpr std::size_t count() { return size; }
  [[nodiscard]] constexpr std::string_view phrase(std::size_t i) const { return phrases_[i]; }

  // Calls `visit` with the number of a phrase and where it stands, for every place in the order of the text.
  template <class Visit>
  void each_place(std::string_view text, Visit visit) const {
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
      std::uint64_t may_be =
          first_[static_cast<unsigned char>(text[at])] & second_[static_cast<unsigned char>(text[at + 1])];
      for (; may_be != 0; may_be &= may_be - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(may_be));
        if (text.substr(at, phrases_[i].size()) == phrases_[i]) visit(i, at);
      }
    }
  }

 private:
  std::array<std::string_view, size> phrases_;
  std::array<std::uint64_t, 256> first_{};  // phrases by their first byte, a bit each
  std::array<std::uint64_t, 256> second_{};
};

}  // namespace guardian::audit
