#include "knowledge/quantity_trend.hpp"

#include <algorithm>
#include <tuple>
#include <variant>

namespace guardian::knowledge {
namespace {

constexpr double fresh_days = 1.0;

const LabValue* value_at(std::span<const LabReading> readings, std::size_t position) {
  return std::get_if<LabValue>(&readings[position]);
}

// Lower is nearer to the present; see PresentValue.
std::tuple<int, double> rank(const LabValue& value, const QuantityDefinition* definition) {
  switch (value.age.kind) {
    case AgeKind::known: {
      const double days = value.age.days.value_or(0.0);
      if (days < fresh_days) return {1, days};
      const bool stale = definition != nullptr && definition->stale_days && days > *definition->stale_days;
      return {stale ? 5 : 3, days};
    }
    case AgeKind::not_stated: return {2, 0.0};
    case AgeKind::not_understood: return {4, 0.0};
    case AgeKind::earlier:
    case AgeKind::future: break;
  }
  return {6, 0.0};
}

// Whether `other` is surely not younger than the present value.
bool surely_earlier(const LabValue& other, const LabValue& present) {
  if (other.age.kind == AgeKind::earlier) return present.age.kind != AgeKind::earlier;
  return other.age.kind == AgeKind::known && present.age.kind == AgeKind::known && *other.age.days > *present.age.days;
}

enum class Extreme { lowest, highest };

// The result of the days before the present one that it is measured against.
std::optional<std::size_t> reference(std::span<const LabReading> readings, std::size_t present, double days,
                                     Extreme extreme, bool with_baseline) {
  const LabValue& now = *value_at(readings, present);
  if (now.age.kind != AgeKind::known && now.age.kind != AgeKind::not_stated) return std::nullopt;
  const double age = now.age.days.value_or(0.0);
  std::optional<std::size_t> chosen;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const LabValue* other = value_at(readings, i);
    if (other == nullptr || i == present || other->quantity != now.quantity) continue;
    const bool in_window =
        other->age.kind == AgeKind::known && *other->age.days > age && *other->age.days - age <= days + 1e-9;
    if (!in_window && !(with_baseline && other->age.kind == AgeKind::earlier)) continue;
    const double best = chosen ? value_at(readings, *chosen)->value : 0.0;
    if (!chosen || (extreme == Extreme::lowest ? other->value < best : other->value > best)) chosen = i;
  }
  return chosen;
}

}  // namespace

std::map<std::string, PresentValue> present_values(const QuantityReader& reader, std::span<const LabReading> readings) {
  std::map<std::string, PresentValue> present;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const LabValue* value = value_at(readings, i);
    if (value == nullptr) continue;
    const auto [found, is_new] = present.try_emplace(value->quantity, PresentValue{i, {}});
    if (is_new) continue;
    const QuantityDefinition* definition = reader.find(value->quantity);
    if (rank(*value, definition) <= rank(*value_at(readings, found->second.position), definition)) {
      found->second.position = i;
    }
  }
  for (auto& [quantity, chosen] : present) {
    const LabValue& now = *value_at(readings, chosen.position);
    for (std::size_t i = 0; i < readings.size(); ++i) {
      const LabValue* other = value_at(readings, i);
      if (other == nullptr || i == chosen.position || other->quantity != quantity || other->value == now.value)
        continue;
      if (!surely_earlier(*other, now)) chosen.rivals.push_back(i);
    }
  }
  return present;
}

LabTrend lab_trend(const QuantityReader& reader, std::span<const LabReading> readings, bool told_together) {
  const auto present = present_values(reader, readings);
  const auto change = [&](const char* quantity, double days, Extreme extreme, bool with_baseline,
                          auto measure) -> std::optional<Change> {
    const auto found = present.find(quantity);
    if (found == present.end()) return std::nullopt;
    const std::size_t now = found->second.position;
    const auto earlier = reference(readings, now, days, extreme, with_baseline);
    if (!earlier) return std::nullopt;
    const double before = value_at(readings, *earlier)->value;
    const double after = value_at(readings, now)->value;
    return Change{measure(after, before), now, *earlier};
  };
  const auto ratio = [](double after, double before) { return before > 0.0 ? after / before : 1.0; };
  const auto fall = [](double after, double before) { return std::max(0.0, before - after); };
  LabTrend trend;
  trend.creatinine_ratio_7_days = change("creatinine", 7, Extreme::lowest, false, ratio);
  trend.creatinine_ratio_90_days = change("creatinine", 90, Extreme::lowest, true, ratio);
  trend.hemoglobin_drop = change("hemoglobin", 14, Extreme::highest, told_together, fall);
  trend.platelet_ratio = change("platelets", 14, Extreme::highest, told_together, ratio);
  return trend;
}

}  // namespace guardian::knowledge
