#include "agents/text_mask.hpp"

namespace guardian::agents {
namespace {

using knowledge::TextSpan;

// A span among the pieces: those of the one side to the other.
template <class From, class To>
TextSpan moved(const std::vector<MaskedText::Piece>& pieces, TextSpan span, From from, To to) {
  const auto place = [&](std::size_t at, bool is_end) {
    std::size_t last_from = 0;
    std::size_t last_to = 0;
    for (const MaskedText::Piece& piece : pieces) {
      if (from(piece).begin >= at) break;
      if (at < from(piece).end || (is_end && at == from(piece).end)) return is_end ? to(piece).end : to(piece).begin;
      last_from = from(piece).end;
      last_to = to(piece).end;
    }
    return last_to + (at - last_from);
  };
  return {place(span.begin, false), place(span.end, true)};
}

}  // namespace

TextSpan MaskedText::in_original(TextSpan masked) const {
  return moved(
      pieces, masked, [](const Piece& piece) { return piece.masked; },
      [](const Piece& piece) { return piece.original; });
}

TextSpan MaskedText::in_masked(TextSpan original) const {
  return moved(
      pieces, original, [](const Piece& piece) { return piece.original; },
      [](const Piece& piece) { return piece.masked; });
}

}  // namespace guardian::agents
