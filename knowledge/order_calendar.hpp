#pragma once
// Words for days of the week and times of the day, as orders abbreviate them. Part of the grammar of an order
// (order_schedule.hpp). Pure and thread-safe.

#include <string>
#include <string_view>
#include <vector>

namespace guardian::knowledge {

// "mon" to "sun" of a weekday, also abbreviated and in the plural; empty for another word.
[[nodiscard]] std::string weekday(std::string_view word);

// Several weekdays in one word: "mwf", "tthsa", "weekdays"; empty for another word.
[[nodiscard]] std::vector<std::string> weekdays_of(std::string_view word);

// From the first to the last weekday: "mon", "fri" are five.
[[nodiscard]] std::vector<std::string> weekdays_between(std::string_view first, std::string_view last);

// The weekday that a letter or two may stand for in "M/W/F" and "Tu/Th"; empty for another word. "s" is Saturday behind
// other days.
[[nodiscard]] std::string weekday_letter(std::string_view word);

// The time of the day a word speaks of: "morning", "noon", "evening", "night"; empty for another word.
[[nodiscard]] std::string day_slot(std::string_view word);

}  // namespace guardian::knowledge
