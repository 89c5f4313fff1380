#pragma once
// The small grammar of an order: "Sporanox 100mg caps 2 PO BID w/ food x14d" into the words that name the product and
// the dose, form, route, frequency and duration around them. Pure and thread-safe. Reading is deterministic and gives
// up a part rather than guess it: what it cannot read stays unknown.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/medication.hpp"
#include "knowledge/order_atoms.hpp"
#include "knowledge/spelling.hpp"

namespace guardian::knowledge {

// How the strengths of one reading were joined: "20-12.5" may be a range, "20/12.5" is never one.
enum class StrengthList : std::uint8_t { single, hyphen, slash, parts };

// "max 4 g/day", "max 8 tablets in 24 hours": what may be given in a day.
struct DayLimit {
  double value = 0.0;
  core::DoseUnit unit = core::DoseUnit::none;  // none: units of the product
};

struct OrderReading {
  std::vector<std::string> name_words;  // normalised words that may name the product, in order
  std::string route;                    // "oral", "topical", ... as in the route table; empty: not stated
  bool route_from_form = false;         // the form says so ("gel"), not a route; a product's own route is better known
  core::Dose dose;
  StrengthList strength_list = StrengthList::single;
  // Millilitres of one administration. They count units of a product only by a strength per volume.
  std::optional<double> millilitres;
  bool is_liquid = false;     // a volume or a strength per volume is stated
  bool is_rate = false;       // the strength is one of a time ("10 mEq/hr", "9.5 mg/24 h")
  bool has_interval = false;  // how often is stated, and not only by the time of a rate
  // "2-0-1", "500 mg AM 1000 mg PM": the dose is the largest, as often as makes the total of the day.
  bool doses_differ = false;
  bool has_later_dose = false;  // "10 mg BID x 7 days then 5 mg BID": the dose is the first, which is the higher
  std::optional<DayLimit> day_limit;
  bool is_open = false;  // by need, a range, or without a frequency: the limit of a day bounds it
};

[[nodiscard]] OrderReading read_order(std::string_view text);

// As above, with names in the order of the words. A dose that is released over time ("25 mcg/hr") counts the time it is
// worn for as its amount: 72 for a patch changed every 72 hours, so that strength times amount is one administration.
// How long a rate runs is not known without an interval: then it is no dose.
[[nodiscard]] OrderReading read_order(const SpelledText& text, std::span<const NameSpan> names);

}  // namespace guardian::knowledge
