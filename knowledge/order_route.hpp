#pragma once
// By which route an order is given, as its words and forms tell. Part of the grammar of an order (order_grammar.hpp).
// Pure and thread-safe.

#include <span>

#include "knowledge/order_atoms.hpp"
#include "knowledge/order_words.hpp"

namespace guardian::knowledge {

// The route that is stated, else the one of the form. `eyes`: the order speaks of eyes or drops, so that "OS" and "OD"
// are sides.
[[nodiscard]] RouteHint read_route(std::span<const OrderAtom> atoms, bool eyes);

}  // namespace guardian::knowledge
