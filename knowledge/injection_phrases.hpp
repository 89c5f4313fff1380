#pragma once
// The phrases of injection_phrases.tsv, ready to be found in the words of a text. Built once, then immutable and safe
// to read from several threads.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "knowledge/injection.hpp"

namespace guardian::knowledge {

// A word of a text as it looks (injection_letters.hpp): known to the phrases or not.
struct InjectionWord {
  std::uint32_t begin = 0;  // bytes in the text that it is of
  std::uint32_t end = 0;
  std::uint16_t id = 0;   // 0: no phrase has it
  char letter = '\0';     // of a word of one letter
  bool sentence = false;  // it begins one
  bool clause = false;    // behind a comma, a bracket, a dash
  bool colon = false;     // behind a colon
};

// The hash of a word, letter by letter.
struct WordHash {
  std::uint64_t value = 14695981039346656037ULL;
  void add(char32_t letter) noexcept { value = (value ^ static_cast<std::uint64_t>(letter)) * 1099511628211ULL; }
};

class InjectionPhrases {
 public:
  // Fails with `invalid_input` naming the line.
  [[nodiscard]] static core::Result<InjectionPhrases> parse(std::string_view text, std::string_view name);

  // 0 for a word that no phrase has.
  [[nodiscard]] std::uint16_t find(WordHash hash) const noexcept {
    const std::uint64_t mixed = mix(hash.value);
    const auto tag = tag_of(mixed);
    for (std::size_t slot = mixed >> shift_;; slot = (slot + 1) & (tags_.size() - 1)) {
      if (tags_[slot] == 0) return 0;
      if (tags_[slot] == tag && slots_[slot].hash == hash.value) return slots_[slot].id;
    }
  }

  struct Found {
    std::size_t words = 0;  // 0: nothing
    InjectionKind kind = InjectionKind::instruction;
  };

  // The longest phrase that begins with the word `at`.
  [[nodiscard]] Found match(const std::vector<InjectionWord>& words, std::size_t at) const;
  [[nodiscard]] bool starts(std::uint16_t id) const noexcept { return starts_[id] != 0; }

  // Signs that the whole text should be read in rot13 or backwards.
  [[nodiscard]] bool is_disguise(std::uint16_t id) const noexcept { return id == rot13_word || id == backward_word; }
  static constexpr std::uint16_t rot13_word = 1;
  static constexpr std::uint16_t backward_word = 2;

  struct Literal {
    std::string characters;
    InjectionKind kind = InjectionKind::markup;
  };
  // Those that begin with the byte.
  [[nodiscard]] const std::vector<Literal>& literals(unsigned char first) const noexcept { return literals_[first]; }

 private:
  friend class InjectionPhraseReader;
  enum class Item : std::uint8_t { one, optional, many, gap, colon, not_next, end };
  struct Element {
    Item item = Item::one;
    std::uint16_t set = 0;  // of a gap: how many
  };
  enum class Start : std::uint8_t { any, order, clause };
  struct Pattern {
    InjectionKind kind = InjectionKind::instruction;
    Start start = Start::any;
    std::vector<Element> elements;
  };
  struct Slot {
    std::uint64_t hash = 0;
    std::uint16_t id = 0;
  };
  struct Walk;

  // The upper bits of a short word hardly differ.
  [[nodiscard]] static std::uint64_t mix(std::uint64_t hash) noexcept {
    return (hash ^ (hash >> 29U)) * 0x9E3779B97F4A7C15ULL;
  }
  [[nodiscard]] static std::uint16_t tag_of(std::uint64_t mixed) noexcept {
    return static_cast<std::uint16_t>((mixed >> 16U) | 1U);
  }
  [[nodiscard]] bool in(std::uint16_t id, std::uint16_t set) const noexcept {
    return id != 0 && members_[set * words_ + id] != 0;
  }
  [[nodiscard]] bool is_order(const std::vector<InjectionWord>& words, std::size_t at) const;
  [[nodiscard]] bool begins_clause(const std::vector<InjectionWord>& words, std::size_t at) const;
  [[nodiscard]] std::size_t walk(Walk& walk, std::size_t element, std::size_t at) const;

  std::vector<Slot> slots_;
  std::vector<std::uint16_t> tags_;  // of the slots, so that a look-up touches little; 0: empty
  unsigned shift_ = 64;
  std::size_t words_ = 0;              // ids from 0
  std::vector<std::uint8_t> members_;  // by set and word
  std::vector<Pattern> patterns_;
  std::vector<std::uint8_t> starts_;                  // by word
  std::vector<std::vector<std::uint16_t>> by_first_;  // patterns by the id of their first word
  std::array<std::vector<Literal>, 256> literals_;
  std::uint16_t addressee_ = 0;  // sets
  std::uint16_t reported_ = 0;
  std::uint16_t person_ = 0;
  std::uint16_t aux_ = 0;
  std::uint16_t lead_ = 0;
  std::uint16_t not_ = 0;
};

[[nodiscard]] std::string_view default_injection_phrases_text();  // injection_phrases.tsv
[[nodiscard]] const InjectionPhrases& injection_phrases();

}  // namespace guardian::knowledge
