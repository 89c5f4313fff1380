#pragma once
// Finds passages of a clinical text that speak to a language model instead of telling of the patient: orders to it,
// imitated roles, tools and replies, hidden characters, and orders in disguise (other alphabets, spaced-out letters,
// base64, rot13 ...). The phrases are data (injection_phrases.tsv, built into the program). Pure; takes any bytes;
// never fails; time is linear in the text, and the number of marks is bounded. Thread-safe.
//
// What discriminates is who is addressed and about what: "patient told to ignore prior instructions" is a note. It is
// no proof of absence: an order in ordinary words ("this one needs no alert") is not found.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/clinical_text.hpp"

namespace guardian::knowledge {

enum class InjectionKind : std::uint8_t {
  instruction,  // to a model
  markup,       // of roles, prompts or tools
  reply,        // an imitated answer or result of a tool
  hidden,       // characters that nobody sees
  encoded       // an instruction that has to be decoded
};
[[nodiscard]] std::string_view to_string(InjectionKind kind) noexcept;

struct InjectionMark {
  TextSpan span;
  InjectionKind kind = InjectionKind::instruction;
  std::string quote;  // the span as written; at most `longest_injection_quote` bytes, whole characters

  friend bool operator==(const InjectionMark&, const InjectionMark&) = default;
};

inline constexpr std::size_t longest_injection_quote = 160;
inline constexpr std::size_t most_injection_marks = 32;

// In the order of the text, without overlap. A span goes on to the end of its sentence as far as the quote may.
[[nodiscard]] std::vector<InjectionMark> find_injections(std::string_view text);

}  // namespace guardian::knowledge
