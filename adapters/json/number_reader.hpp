#pragma once
// Reads arrays of numbers for the statistics. A number that is not finite is written "NaN", "Infinity" or "-Infinity",
// or null for NaN. Failures name the element.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json_value.hpp"
#include "audit/population/numbers.hpp"
#include "core/result.hpp"

namespace guardian::adapters {

class NumberReader {
 public:
  NumberReader(const JsonObject& object, std::string place) : object_(object), place_(std::move(place)) {}

  [[nodiscard]] bool has(std::string_view name) const { return find_member(object_, name) != nullptr; }
  [[nodiscard]] const JsonValue* find(std::string_view name) const { return find_member(object_, name); }
  [[nodiscard]] std::string pointer(std::string_view name) const { return member_pointer(place_, name); }

  // Missing members give nothing (an empty vector, an empty matrix); what is there but wrong notes the first problem.
  [[nodiscard]] double number(std::string_view name, double otherwise);
  [[nodiscard]] std::size_t count(std::string_view name, std::size_t otherwise);
  [[nodiscard]] std::string text(std::string_view name);
  [[nodiscard]] std::vector<double> numbers(std::string_view name);
  [[nodiscard]] std::vector<int> integers(std::string_view name);
  [[nodiscard]] audit::population::Matrix matrix(std::string_view name);
  [[nodiscard]] std::vector<std::vector<std::size_t>> count_rows(std::string_view name);

  // Notes a problem of this object; the first one counts.
  void note(std::string pointer, std::string problem);
  [[nodiscard]] const std::optional<core::Error>& problem() const noexcept { return problem_; }

 private:
  const JsonList* list(std::string_view name);

  const JsonObject& object_;
  std::string place_;
  std::optional<core::Error> problem_;
};

[[nodiscard]] std::optional<double> number_of(const JsonValue& value);

}  // namespace guardian::adapters
