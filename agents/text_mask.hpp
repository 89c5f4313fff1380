#pragma once
// Masks what may tell who a patient is before a text goes to a model, and puts it back afterwards. Names, identifiers,
// dates, addresses, ages above 89 and words outside a clinical and common lexicon become placeholders ("[NAME-1]",
// "[3 days ago]"); what is clinical stays as it is written. Pure; takes any bytes; never fails; time is linear. A table
// belongs to one case and one thread.
//
// It lowers a risk, it does not end it: docs/privacy.md says what remains.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/mask_lexicon.hpp"
#include "core/date.hpp"
#include "knowledge/clinical_text.hpp"

namespace guardian::agents {

enum class MaskKind : std::uint8_t { name, date, id, address, age, word };

// The placeholders of one case: the same original has the same one in all texts of the case.
class MaskTable {
 public:
  // `as_of` and `locale` as in the case: dates become ages, and 3/11 is read as the country writes it.
  explicit MaskTable(std::string_view as_of = {}, std::string_view locale = {});

  [[nodiscard]] const std::string& placeholder(MaskKind kind, std::string_view original);
  // Of a date: its age where it is known.
  [[nodiscard]] const std::string& placeholder(std::string_view original, const std::optional<core::Moment>& date);

  // Puts back every placeholder of the table.
  [[nodiscard]] std::string unmask(std::string_view masked) const;

  [[nodiscard]] bool month_first() const noexcept { return month_first_; }
  [[nodiscard]] bool order_known() const noexcept { return order_known_; }
  [[nodiscard]] std::size_t size() const noexcept { return originals_.size(); }

 private:
  const std::string& named(MaskKind kind, std::string_view original, const std::string& words);

  std::optional<core::Moment> as_of_;
  bool month_first_ = false;
  bool order_known_ = false;
  std::map<std::pair<MaskKind, std::string>, std::string, std::less<>> placeholders_;
  std::map<std::string, std::string, std::less<>> originals_;  // by placeholder
  std::map<MaskKind, std::size_t> counts_;
};

struct MaskedText {
  struct Piece {
    knowledge::TextSpan masked;
    knowledge::TextSpan original;
  };

  std::string text;
  std::vector<Piece> pieces;  // what was replaced, in order

  // A span of the one text as it lies in the other; one that cuts a placeholder gets the whole of it.
  [[nodiscard]] knowledge::TextSpan in_original(knowledge::TextSpan masked) const;
  [[nodiscard]] knowledge::TextSpan in_masked(knowledge::TextSpan original) const;
};

[[nodiscard]] MaskedText mask(std::string_view text, const MaskLexicon& lexicon, MaskTable& table);

// Of a text what the mask leaves and is clinical besides: words of the knowledge base and of the mask's table, names of
// tests, units, the numbers that stand with these, and words that deny. No placeholder, no everyday word.
[[nodiscard]] std::string clinical_words(std::string_view text, const MaskLexicon& lexicon, MaskTable& table);

}  // namespace guardian::agents
