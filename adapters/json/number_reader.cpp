#include "adapters/json/number_reader.hpp"

#include <cmath>
#include <limits>

namespace guardian::adapters {
namespace {

constexpr double largest_integer = 1e9;  // labels and counts stay far below

std::optional<double> integer_of(const JsonValue& value) {
  if (const bool* flag = value.boolean()) return *flag ? 1.0 : 0.0;
  const double* number = value.number();
  if (number == nullptr || std::trunc(*number) != *number || std::abs(*number) > largest_integer) return std::nullopt;
  return *number;
}

}  // namespace

std::optional<double> number_of(const JsonValue& value) {
  if (const double* number = value.number()) return *number;
  if (const bool* flag = value.boolean()) return *flag ? 1.0 : 0.0;
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  const std::string* text = value.text();
  if (text == nullptr) return std::nullopt;
  if (*text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (*text == "Infinity") return std::numeric_limits<double>::infinity();
  if (*text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

void NumberReader::note(std::string pointer, std::string problem) {
  if (!problem_) problem_ = core::Error{core::ErrorCode::invalid_input, std::move(pointer) + ": " + std::move(problem)};
}

const JsonList* NumberReader::list(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->list() == nullptr) note(pointer(name), "must be a list");
  return value->list();
}

double NumberReader::number(std::string_view name, double otherwise) {
  const JsonValue* value = find(name);
  if (value == nullptr) return otherwise;
  const auto number = number_of(*value);
  if (!number) note(pointer(name), "must be a number");
  return number.value_or(otherwise);
}

std::size_t NumberReader::count(std::string_view name, std::size_t otherwise) {
  const JsonValue* value = find(name);
  if (value == nullptr) return otherwise;
  const auto number = integer_of(*value);
  if (!number || *number < 0.0) {
    note(pointer(name), "must be a whole number from 0");
    return otherwise;
  }
  return static_cast<std::size_t>(*number);
}

std::string NumberReader::text(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return {};
  if (value->text() == nullptr) {
    note(pointer(name), "must be text");
    return {};
  }
  return *value->text();
}

std::vector<double> NumberReader::numbers(std::string_view name) {
  std::vector<double> values;
  const JsonList* entries = list(name);
  if (entries == nullptr) return values;
  values.reserve(entries->size());
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const auto number = number_of((*entries)[i]);
    if (!number) {
      note(entry_pointer(pointer(name), i), "must be a number");
      return {};
    }
    values.push_back(*number);
  }
  return values;
}

std::vector<int> NumberReader::integers(std::string_view name) {
  std::vector<int> values;
  const JsonList* entries = list(name);
  if (entries == nullptr) return values;
  values.reserve(entries->size());
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const auto number = integer_of((*entries)[i]);
    if (!number) {
      note(entry_pointer(pointer(name), i), "must be a whole number");
      return {};
    }
    values.push_back(static_cast<int>(*number));
  }
  return values;
}

audit::population::Matrix NumberReader::matrix(std::string_view name) {
  audit::population::Matrix matrix;
  const JsonList* rows = list(name);
  if (rows == nullptr) return matrix;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const JsonList* row = (*rows)[i].list();
    if (row == nullptr || row->empty() || (i > 0 && row->size() != matrix.columns)) {
      note(entry_pointer(pointer(name), i), "must be a list of numbers, as long as the others");
      return {};
    }
    matrix.columns = row->size();
    ++matrix.rows;
    for (std::size_t j = 0; j < row->size(); ++j) {
      const auto number = number_of((*row)[j]);
      if (!number) {
        note(entry_pointer(entry_pointer(pointer(name), i), j), "must be a number");
        return {};
      }
      matrix.cells.push_back(*number);
    }
  }
  return matrix;
}

std::vector<std::vector<std::size_t>> NumberReader::count_rows(std::string_view name) {
  std::vector<std::vector<std::size_t>> rows;
  const JsonList* entries = list(name);
  if (entries == nullptr) return rows;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const JsonList* row = (*entries)[i].list();
    std::vector<std::size_t> counts;
    for (std::size_t j = 0; row != nullptr && j < row->size(); ++j) {
      const auto number = integer_of((*row)[j]);
      if (!number || *number < 0.0) {
        note(entry_pointer(entry_pointer(pointer(name), i), j), "must be a whole number from 0");
        return {};
      }
      counts.push_back(static_cast<std::size_t>(*number));
    }
    if (row == nullptr) {
      note(entry_pointer(pointer(name), i), "must be a list");
      return {};
    }
    rows.push_back(std::move(counts));
  }
  return rows;
}

}  // namespace guardian::adapters
