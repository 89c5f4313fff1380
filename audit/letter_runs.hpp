#pragma once
// Which runs of five lower-case letters stand in a text, wherever in its words. Pure.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace guardian::audit {

class LetterRuns {
 public:
  static constexpr std::size_t length = 5;

  explicit LetterRuns(std::string_view text);

  // `run`: five letters from a to z.
  [[nodiscard]] bool has(std::string_view run) const;

 private:
  [[nodiscard]] std::size_t place(std::uint32_t run) const;

  std::vector<std::uint32_t> places_;  // open addressing: a run, five bits a letter, or 0
  std::uint32_t shift_ = 0;
};

}  // namespace guardian::audit
