#pragma once
// Finds the names in the words of an order: what the knowledge base knows, longest first, and the words that nobody
// knows, each with where it stands and how it is tied to the name before it. It judges nothing. Pure and thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "knowledge/name_index.hpp"
#include "knowledge/order_words.hpp"
#include "knowledge/spelling.hpp"

namespace guardian::knowledge {

// How a name is tied to the one before it.
enum class Tie : std::uint8_t {
  none,  // it stands beside it, or it is the first
  list,  // behind a comma, semicolon or line end
  part   // behind "/", "-", "+", "&", "and", "with": a part of one product
};

// Where a name stands.
enum class Place : std::uint8_t {
  name,         // before any strength or frequency
  words,        // behind them
  parenthesis,  // "(...)": another name of the same, as a rule
  bracket,      // "[...]": the brand of an RxNorm name
  purpose,      // behind "for" or "prn"
  denied        // behind "avoid", "not", "instead of", "until"
};

struct NameMention {
  std::size_t first = 0;  // position among the words
  std::size_t count = 0;
  std::string key;
  std::span<const NameEntry> meanings;
  Place place = Place::name;
  Tie tie = Tie::none;
  std::size_t part = 0;  // counts what "/", "+", "and" tie together
};

struct UnknownWord {
  std::size_t position = 0;
  Place place = Place::name;
  Tie tie = Tie::none;
  std::size_t part = 0;
  bool hyphenated = false;    // joined to the name before by a hyphen without blanks
  bool has_strength = false;  // a number with a unit of strength follows
  bool modifier = false;      // a known word that may make another product of the name before it
};

struct NameReading {
  std::vector<NameMention> mentions;
  std::vector<UnknownWord> unknown;
};

// The text with a strength that was written onto a known name parted from it ("aspirin81mg").
[[nodiscard]] SpelledText with_strengths_parted(const NameIndex& index, SpelledText text);

[[nodiscard]] NameReading read_names(const NameIndex& index, const SpelledText& text);

}  // namespace guardian::knowledge
