#pragma once
// The vocabulary of an order: which words around a product's name are form, route, unit, salt, frequency or plain talk,
// and how the words of a text are handed from the reader of names to the reader of doses. Pure and thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/medication.hpp"
#include "knowledge/spelling.hpp"

namespace guardian::knowledge {

enum class WordRole : std::uint8_t {
  none,       // not in the vocabulary
  number,     // "100", "one"; also glued to its unit: "100mg", "q6h", "x14d"
  unit,       // mg, mEq, hours
  form,       // tablet, gel
  route,      // po, intravenous
  frequency,  // bid, daily, morning
  salt,       // hydrochloride, sodium
  release,    // er, extended, 24-hour devices, pens
  joiner,     // and, with, plus
  purpose,    // for, prn: what follows is an indication
  denial,     // no, avoid, instead: what follows is not taken
  talk        // take, by, mouth, food, makers
};

// The role of one normalised word.
[[nodiscard]] WordRole role_of(std::string_view word);

// Whether a long word is one or two letters from a salt, form or route ("hydrocloride").
[[nodiscard]] bool nearly_harmless(std::string_view word);

// Whether a word behind a name may make another product of it: "plus", "pm" and "hct" of any, "night" and "extra" of a
// brand.
enum class Modifier : std::uint8_t { none, of_brands, of_any_name };
[[nodiscard]] Modifier modifier_of(std::string_view word);

// What a word says about the route. A form says less than a route does: "tablet" may be a vaginal one.
struct RouteHint {
  std::string_view route;  // empty: nothing
  bool from_form = false;
};
[[nodiscard]] RouteHint route_hint(std::string_view word);
[[nodiscard]] bool is_local_route(std::string_view route);

// Units of strength and of counting; none for another word.
[[nodiscard]] core::DoseUnit dose_unit(std::string_view word);
// "one" to "twelve", "half", "once", "twice"; 0 for another word.
[[nodiscard]] double number_word(std::string_view word);
// Days of a unit of time ("h", "days", "weeks", "mo"); 0 for another word.
[[nodiscard]] double days_of_unit(std::string_view word);
// Times a day of a word that says it alone ("bid", "weekly"); 0 for another word.
[[nodiscard]] double times_per_day(std::string_view word);

}  // namespace guardian::knowledge
