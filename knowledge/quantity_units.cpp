#include "knowledge/quantity_units.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "knowledge/text.hpp"
#include "knowledge/unit_text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::string_view as_mark = " as ";
constexpr std::size_t longest_echo = 80;
constexpr double same_value = 0.02;

double rounded_to_ten_digits(double value) {
  char buffer[64];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 10);
  std::from_chars(buffer, written.ptr, value);
  return value;
}

bool differ(double one, double other) {
  return std::abs(one - other) > same_value * std::max(std::abs(one), std::abs(other));
}

bool within(double value, double low, double high) {
  const double slack = 1e-9 * std::max(std::abs(low), std::abs(high));
  return value >= low - slack && value <= high + slack;
}

}  // namespace

double KnownUnit::canonical(double value) const {
  if (factor == 1.0 && offset == 0.0) return value;
  return rounded_to_ten_digits(value * factor + offset);
}

KnownUnit known_unit(const QuantityUnit& row) {
  KnownUnit unit;
  unit.written = row.unit;
  const std::size_t mark = row.unit.find(as_mark);
  unit.key = normalised_unit(row.unit.substr(0, mark));
  if (mark != std::string::npos) unit.substance = lower_case(trimmed(row.unit.substr(mark + as_mark.size())));
  unit.factor = row.factor;
  unit.offset = row.offset;
  return unit;
}

bool KnownQuantity::is_meant(const KnownUnit& unit, std::string_view substance) const {
  if (!unit.substance.empty()) return unit.substance == substance;
  return substance.empty() || std::none_of(units.begin(), units.end(), [&](const KnownUnit& other) {
           return other.key == unit.key && other.substance == substance;
         });
}

bool KnownQuantity::is_plausible(double canonical) const { return within(canonical, definition.low, definition.high); }

const KnownUnit* KnownQuantity::find(std::string_view key, std::string_view substance) const {
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&](const KnownUnit& unit) { return unit.key == key && is_meant(unit, substance); });
  return found == units.end() ? nullptr : &*found;
}

std::variant<double, UnitRefusal> KnownQuantity::value_without_unit(double number, std::string_view substance) const {
  const KnownUnit* chosen = nullptr;
  std::string others;
  bool plausible_in_some = false;
  std::string unusual;  // units in which the number is plausible, but is none that ill patients have
  for (const KnownUnit& unit : units) {
    const double canonical = unit.canonical(number);
    if (!is_meant(unit, substance) || !is_plausible(canonical)) continue;
    const bool is_usual = unstated_units.empty() || unstated_units.count({unit.key, unit.substance}) > 0;
    if (!is_usual || !within(canonical, unstated_low, unstated_high)) {
      if (is_usual) unusual += (unusual.empty() ? "" : " or ") + unit.written;
      plausible_in_some = true;
      continue;
    }
    if (chosen == nullptr) {
      chosen = &unit;
    } else if (differ(chosen->canonical(number), canonical)) {
      others += " or " + unit.written;
    }
  }
  const std::string bare = format_number(number) + " without a unit ";
  if (chosen == nullptr) {
    return plausible_in_some ? UnitRefusal{LabRefusalReason::unit_unclear,
                                           bare + (unusual.find(" or ") == std::string::npos ? "may mean several things"
                                                                                             : "may be in " + unusual)}
                             : UnitRefusal{LabRefusalReason::implausible, bare + "is not plausible"};
  }
  if (!others.empty())
    return UnitRefusal{LabRefusalReason::unit_unclear, bare + "may be in " + chosen->written + others};
  return chosen->canonical(number);
}

std::string KnownQuantity::unit_taken(double number, double taken, std::string_view substance) const {
  std::string written;
  bool other = false;
  for (const KnownUnit& unit : units) {
    if (!is_meant(unit, substance)) continue;
    const double canonical = unit.canonical(number);
    const bool same = !differ(canonical, taken);
    if (same && written.empty()) written = unit.written;
    const bool is_usual = unstated_units.empty() || unstated_units.count({unit.key, unit.substance}) > 0;
    other = other || (!same && is_usual && is_plausible(canonical));
  }
  return other ? written : std::string();
}

std::variant<double, UnitRefusal> KnownQuantity::value_in_unit(double number, std::string_view written,
                                                               std::string_view key, std::string_view substance) const {
  const KnownUnit* unit = find(key, substance);
  if (unit == nullptr) {
    std::string known;
    for (const KnownUnit& other : units) known += (known.empty() ? "" : ", ") + other.written;
    return UnitRefusal{LabRefusalReason::unknown_unit, quoted_words(written) + " is not one of its units: " + known};
  }
  const double canonical = unit->canonical(number);
  if (is_plausible(canonical)) return canonical;
  return UnitRefusal{LabRefusalReason::implausible, format_number(number) + " " + unit->written +
                                                        " is not plausible (" + format_number(definition.low) + " to " +
                                                        format_number(definition.high) + " " + definition.unit + ")"};
}

std::string quoted_words(std::string_view text) {
  text = trimmed(text);
  std::size_t size = std::min(text.size(), longest_echo);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return '"' + std::string(text.substr(0, size)) + (size < text.size() ? "...\"" : "\"");
}

}  // namespace guardian::knowledge
