#pragma once
// The smallest pieces of an order's text: runs of letters, numbers, and whole names; and how numbers stand side by
// side. Part of the grammar of an order (order_grammar.hpp). Pure and thread-safe.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/spelling.hpp"

namespace guardian::knowledge {

// Words that are known to be names: they are no grammar, and what follows each is its own strength.
struct NameSpan {
  std::size_t first = 0;
  std::size_t count = 0;
};

// A run of letters, or a number, of a text that is not part of a product's name; or a whole name.
struct OrderAtom {
  std::string text;
  std::string gap;  // what stands before it; empty within a word
  bool is_number = false;
  bool is_name = false;
  double value = 0.0;
};

[[nodiscard]] std::vector<OrderAtom> atoms_of(const SpelledText& text, std::span<const NameSpan> names);

// Whether one of the words, and no name, is this one.
[[nodiscard]] bool has_word(std::span<const OrderAtom> atoms, std::string_view wanted);

// Numbers side by side: "5", "1-2", "4 to 6", "20/12.5", "1/2" (0.5), "1 1/2" (1.5).
struct OrderNumbers {
  std::vector<double> values;
  char separator = 0;  // of several values: '/' or '-'
  std::size_t length = 0;

  [[nodiscard]] double most() const;
  [[nodiscard]] double least() const;
};
[[nodiscard]] OrderNumbers read_numbers(std::span<const OrderAtom> atoms, std::size_t at);

}  // namespace guardian::knowledge
