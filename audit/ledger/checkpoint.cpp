#include "audit/ledger/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace guardian::audit::ledger {
namespace {

constexpr std::string_view mark = "guardian-checkpoint-1";

// What is signed is the text in front of the signature: what a person sees is what holds.
std::string signed_text(const Checkpoint& checkpoint) {
  return std::string(mark) + " " + to_hex(checkpoint.ledger) + " " + std::to_string(checkpoint.sequence) + " " +
         std::to_string(checkpoint.at_ms) + " " + to_hex(checkpoint.hash) + " " + to_hex(checkpoint.key);
}

template <class Number>
bool parse_number(std::string_view text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Checkpoint sign_checkpoint(const Key& key, const LedgerId& ledger, std::uint64_t sequence, std::int64_t at_ms,
                           const Hash& hash) {
  Checkpoint checkpoint{ledger, sequence, at_ms, hash, key.public_key(), {}};
  checkpoint.signature = key.sign(signed_text(checkpoint));
  return checkpoint;
}

bool signature_holds(const Checkpoint& checkpoint) {
  return signature_holds(checkpoint.signature, signed_text(checkpoint), checkpoint.key);
}

std::string to_text(const Checkpoint& checkpoint) {
  return signed_text(checkpoint) + " " + to_hex(checkpoint.signature);
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  Checkpoint checkpoint;
  if (words.size() != 7 || words[0] != mark || !from_hex(words[1], checkpoint.ledger) ||
      !parse_number(words[2], checkpoint.sequence) || !parse_number(words[3], checkpoint.at_ms) ||
      !from_hex(words[4], checkpoint.hash) || !from_hex(words[5], checkpoint.key) ||
      !from_hex(words[6], checkpoint.signature)) {
    return std::nullopt;
  }
  return checkpoint;
}

}  // namespace guardian::audit::ledger
