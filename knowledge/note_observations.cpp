#include "knowledge/note_observations.hpp"

#include <algorithm>
#include <string_view>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::size_t words_behind = 6;  // of a saturation, in which the oxygen stands
constexpr std::size_t words_before = 4;
constexpr double air_percent = 22.0;  // FiO2 up to here is air
constexpr double full_gcs = 15.0;

constexpr WordList devices = {"nc",         "nrb",           "nrm",      "nrbm",  "hfnc",    "hfno",     "cannula",
                              "cannulae",   "mask",          "vm",       "cpap",  "bipap",   "niv",      "ventilated",
                              "intubated",  "oxygen",        "o2",       "nasal", "venturi", "optiflow", "vapotherm",
                              "rebreather", "nonrebreather", "ventimask"};
constexpr WordList denials = {"no", "without", "off", "not", "nil", "w/o"};

// "2l", "15l", "2lpm": litres in a minute.
bool is_flow(std::string_view word) {
  static constexpr WordList units = {"l", "lpm", "l/min", "lnc", "liter", "litre"};
  const std::size_t letters = word.find_first_not_of("0123456789.");
  return letters != std::string_view::npos && letters > 0 && units.has(word.substr(letters));
}

class Observer {
 public:
  explicit Observer(const ClinicalWords& words) : words_(words) {}

  // What the word at `i` says of oxygen.
  [[nodiscard]] std::optional<bool> oxygen_at(std::size_t i) const {
    const std::string_view word = words_.spelling(i);
    if (word == "ra" || word == "air") return false;
    const bool denied =
        i > 0 && (denials.has(words_.spelling(i - 1)) || (i > 1 && denials.has(words_.spelling(i - 2))));
    if (word == "fio2") return fraction_behind(i + 1);
    static constexpr WordList units = {"l", "lpm", "liter", "litre"};
    const bool apart = is_digit(word.front()) && i + 1 < words_.size() && units.has(words_.spelling(i + 1)) &&
                       words_.before(i + 1) == 0;
    if (is_flow(word) || apart) {
      // Of litres only those that are breathed: "UO 2L", "drank 2L" are none.
      static constexpr WordList leads = {"on", "at", "via", "with", "requiring", "needing", "needs", "off", "no", "ra"};
      const std::size_t behind = apart ? i + 2 : i + 1;
      const bool device = behind < words_.size() && devices.has(words_.spelling(behind));
      const bool led = i > 0 && (leads.has(words_.spelling(i - 1)) || is_digit(words_.spelling(i - 1).front()));
      if (device || led || word.ends_with("lpm") || word.ends_with("lnc")) return !denied;
      return std::nullopt;
    }
    if (!devices.has(word)) return std::nullopt;
    // "O2 sats 94": the name of the value.
    static constexpr WordList of_value = {"sat", "sats", "saturation", "saturations"};
    if (i + 1 < words_.size() && of_value.has(words_.spelling(i + 1))) return std::nullopt;
    return !denied;
  }

  [[nodiscard]] bool ends(std::size_t i) const { return (words_.before(i) & (gap::boundary | gap::blank_line)) != 0; }

 private:
  // "FiO2 40%", "FiO2 0.4"
  [[nodiscard]] std::optional<bool> fraction_behind(std::size_t i) const {
    if (i >= words_.size()) return std::nullopt;
    const std::string_view word = words_.spelling(i);
    const auto number = parse_number(word.substr(0, word.find_first_not_of("0123456789.")));
    if (!number) return std::nullopt;
    return (*number <= 1.0 ? *number * 100.0 : *number) > air_percent;
  }

  const ClinicalWords& words_;
};

}  // namespace

std::optional<bool> oxygen_in_note(const ClinicalWords& words, const TextSpan& saturation) {
  const Observer observer(words);
  const auto behind = std::find_if(words.words.begin(), words.words.end(),
                                   [&](const ClinicalWord& word) { return word.begin >= saturation.end; });
  const auto first = static_cast<std::size_t>(behind - words.words.begin());
  for (std::size_t i = first; i < words.size() && i < first + words_behind && !observer.ends(i); ++i) {
    if (const auto given = observer.oxygen_at(i)) return given;
  }
  // "on 2L NC sats 94%"
  const auto named = std::find_if(words.words.begin(), words.words.end(),
                                  [&](const ClinicalWord& word) { return word.end > saturation.begin; });
  const auto name = static_cast<std::size_t>(named - words.words.begin());
  for (std::size_t i = name; i > 0 && i + words_before > name && !observer.ends(i); --i) {
    if (const auto given = observer.oxygen_at(i - 1)) return given;
  }
  return std::nullopt;
}

std::string consciousness_in_note(const ClinicalWords& words) {
  static constexpr WordList spoils = {"not", "less", "medic", "medical", "no", "longer", "allergy", "drug", "safety"};
  static constexpr WordList other_alerts = {"bracelet", "card", "band", "for", "to", "if", "doctor", "team", "system"};
  static constexpr WordList oriented = {"aox3", "aox4", "aaox3", "aaox4", "a&ox3", "a&o", "ao", "aaox2", "ao3"};
  static constexpr WordList oriented_behind = {"ox3", "ox4", "ox2", "o", "oriented"};
  // "A&Ox3", "A and O"
  const auto is_oriented = [&](std::size_t i) {
    const std::size_t behind = i + 1 < words.size() && words.spelling(i + 1) == "and" ? i + 2 : i + 1;
    return words.spelling(i) == "a" && behind < words.size() && oriented_behind.has(words.spelling(behind));
  };
  std::string worst;
  const auto state = [&](const char* letter) {
    constexpr std::string_view order = "ACVPU";
    if (worst.empty() || order.find(*letter) > order.find(worst.front())) worst = letter;
  };
  const auto letter_of = [](std::string_view word) -> const char* {
    if (word == "a") return "A";
    if (word == "c") return "C";
    if (word == "v") return "V";
    if (word == "p") return "P";
    return word == "u" ? "U" : nullptr;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words.spelling(i);
    const std::string_view next = i + 1 < words.size() ? words.spelling(i + 1) : std::string_view{};
    const std::uint32_t behind = words.before(i + 1);
    if (word == "alert") {
      const bool spoilt = i > 0 && (words.before(i) & gap::boundary) == 0 && spoils.has(words.spelling(i - 1));
      const bool other = (behind & gap::colon) != 0 || ((behind & gap::list_end) == 0 && other_alerts.has(next));
      if (!spoilt && !other) state("A");
    } else if (oriented.has(word) || is_oriented(i)) {
      state("A");
    } else if (word == "gcs" && !next.empty() && (behind & gap::boundary) == 0) {
      // "GCS 15", "GCS 15/15", "GCS=14"; of "E4V5M6" nothing is read.
      const std::string_view digits = next.substr(0, next.find_first_not_of("0123456789"));
      if (const auto score = parse_number(digits); score && digits.size() == next.size() && *score >= 3.0) {
        if (*score == full_gcs) state("A");
        if (*score < full_gcs) state("C");
      }
    } else if ((word == "avpu" || word == "acvpu") && !next.empty() && (behind & gap::boundary) == 0) {
      if (const char* letter = letter_of(next)) state(letter);
    } else if (i + 2 < words.size() && next == "on" && letter_of(word) != nullptr &&
               (words.spelling(i + 2) == "avpu" || words.spelling(i + 2) == "acvpu")) {
      state(letter_of(word));
    }
  }
  return worst;
}

}  // namespace guardian::knowledge
