#include "audit/coverage/reference_table.hpp"

#include <algorithm>

#include "knowledge/tab_separated.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit::coverage {
namespace {

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

core::Result<ReferenceTable> ReferenceTable::read(std::string_view text, const std::vector<std::string_view>& wanted) {
  using core::ErrorCode;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
  const auto header = knowledge::tab_cells(next_line(text));
  std::vector<std::size_t> places;
  for (const std::string_view column : wanted) {
    const auto found = std::find(header.begin(), header.end(), column);
    if (found == header.end())
      return core::fail(ErrorCode::invalid_input, "has no column `" + std::string(column) + "`");
    places.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  ReferenceTable table;
  for (std::size_t line = 2; !text.empty(); ++line) {
    const std::string_view row = next_line(text);
    if (row.empty()) continue;
    const auto cells = knowledge::tab_cells(row);
    if (cells.size() != header.size()) {
      return core::fail(ErrorCode::invalid_input, "line " + std::to_string(line) + " has " +
                                                      std::to_string(cells.size()) + " cells, the header " +
                                                      std::to_string(header.size()));
    }
    auto& kept = table.rows_.emplace_back();
    for (const std::size_t place : places) kept.emplace_back(knowledge::trimmed(cells[place]));
  }
  if (table.rows_.empty()) return core::fail(ErrorCode::invalid_input, "has no row");
  return table;
}

}  // namespace guardian::audit::coverage
