#include "knowledge/order_calendar.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::array<std::string_view, 7> names{"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};

std::string short_name(std::string_view name) { return std::string(name.substr(0, 3)); }

}  // namespace

std::string weekday(std::string_view word) {
  if (word.size() < 3) return {};
  if (word.back() == 's' && word.ends_with("days")) word.remove_suffix(1);
  for (const std::string_view name : names) {
    const bool abbreviated = word == name.substr(0, 3) || word == name.substr(0, 4) || word == name.substr(0, 5);
    if (word == name || abbreviated) return short_name(name);
  }
  return {};
}

std::vector<std::string> weekdays_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> groups{{{"mwf", "mon wed fri"},
                                                                                  {"tths", "tue thu sat"},
                                                                                  {"tthsa", "tue thu sat"},
                                                                                  {"tuthsa", "tue thu sat"},
                                                                                  {"tthss", "tue thu sat sun"},
                                                                                  {"ttss", "tue thu sat sun"},
                                                                                  {"tthsasu", "tue thu sat sun"},
                                                                                  {"tth", "tue thu"},
                                                                                  {"weekdays", "mon tue wed thu fri"},
                                                                                  {"weekends", "sat sun"}}};
  std::vector<std::string> days;
  for (const auto& [group, list] : groups) {
    if (group != word) continue;
    for (const std::string_view day : split(list, " ")) days.emplace_back(day);
  }
  return days;
}

std::vector<std::string> weekdays_between(std::string_view first, std::string_view last) {
  const auto position = [](std::string_view day) {
    const auto at =
        std::find_if(names.begin(), names.end(), [&](std::string_view name) { return short_name(name) == day; });
    return static_cast<std::size_t>(at - names.begin());
  };
  std::vector<std::string> days;
  if (position(first) == names.size() || position(last) == names.size()) return days;
  for (std::size_t i = position(first);; i = (i + 1) % names.size()) {
    days.push_back(short_name(names.at(i)));
    if (i == position(last)) return days;
  }
}

std::string weekday_letter(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> letters{{{"m", "mon"},
                                                                                   {"mo", "mon"},
                                                                                   {"t", "tue"},
                                                                                   {"tu", "tue"},
                                                                                   {"w", "wed"},
                                                                                   {"we", "wed"},
                                                                                   {"th", "thu"},
                                                                                   {"r", "thu"},
                                                                                   {"f", "fri"},
                                                                                   {"fr", "fri"},
                                                                                   {"s", "sat"},
                                                                                   {"sa", "sat"},
                                                                                   {"su", "sun"},
                                                                                   {"mon", "mon"}}};
  for (const auto& [letter, day] : letters) {
    if (letter == word) return std::string(day);
  }
  return weekday(word);
}

std::string day_slot(std::string_view word) {
  static constexpr WordList morning = {"qam", "mane", "morning", "mornings", "am", "breakfast", "om"};
  static constexpr WordList noon = {"noon", "midday", "midi", "lunch", "afternoon"};
  static constexpr WordList evening = {"qpm", "evening", "evenings", "pm", "dinner", "supper"};
  static constexpr WordList night = {"qhs",   "hs",   "nightly", "night", "nights",
                                     "nocte", "noct", "bedtime", "qn",    "qnoc"};
  if (morning.has(word)) return "morning";
  if (noon.has(word)) return "noon";
  if (evening.has(word)) return "evening";
  return night.has(word) ? "night" : std::string{};
}

}  // namespace guardian::knowledge
