#pragma once
// The small grammar of an order: "Sporanox 100mg caps 2 PO BID w/ food x14d" into the words that name the product and
// the dose, form, route, frequency and duration around them. Pure and thread-safe. Reading is deterministic and gives up a
// part rather than guess it: what it cannot read stays unknown.

#include <string>
#include <string_view>
#include <vector>

#include "core/medication.hpp"

namespace guardian::knowledge {

struct OrderReading {
  std::vector<std::string> name_words;  // normalised words that may name the product, in order
  std::string route;                    // "oral", "topical", ... as in the route table; empty: not stated
  core::Dose dose;
};

[[nodiscard]] OrderReading read_order(std::string_view text);

}  // namespace guardian::knowledge
