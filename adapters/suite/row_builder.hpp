#pragma once
// Makes an expectation of the cells of a row, whichever format they were written in, and says what is wrong with them.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/suite/suite_reader.hpp"
#include "audit/suite/expectation.hpp"

namespace guardian::adapters::suite {

// The columns of a TSV file, and the members of an entry of a JSON one (there without `first` and `second`).
[[nodiscard]] bool is_column(std::string_view name) noexcept;

// One cell or member: its parts, each with the place that a problem names.
struct Cell {
  std::string column;
  std::string place;
  std::vector<std::string> parts;
  std::vector<std::string> part_places;  // empty: `place` for each
};

class RowBuilder {
 public:
  // Rows of one suite. `category` is that of a row which names none.
  RowBuilder(std::string category, std::vector<SuiteProblem>& problems)
      : category_(std::move(category)), problems_(problems) {}

  // Adds the row to `suite` when nothing is wrong with it.
  void add(const std::string& place, const std::vector<Cell>& cells, audit::suite::Suite& suite);

 private:
  void read(const Cell& cell, audit::suite::Expectation& row);
  void set_case(const std::string& place, const std::vector<Cell>& cells, audit::suite::Expectation& row);
  void read_case(const Cell& cell, audit::suite::Expectation& row);
  template <class Parse, class Take>
  void each(const Cell& cell, const Parse& parse, const Take& take);
  void problem(std::string place, std::string message) { problems_.push_back({std::move(place), std::move(message)}); }

  std::string category_;
  std::vector<SuiteProblem>& problems_;
  std::set<std::string, std::less<>> ids_;
};

}  // namespace guardian::adapters::suite
