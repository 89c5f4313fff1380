#pragma once
// A reference set as it lies in its file: tab-separated text with one header line and no quoting
// (docs/coverage.md names the files and the columns that are read). Pure. A file that is not in this form is
// `invalid_input`, naming the line or the column.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::audit::coverage {

class ReferenceTable {
 public:
  // `wanted` are the columns that must be there; others are kept unread. Lines may end in CR LF; a byte order mark is
  // skipped. A table without a row is refused: it would measure nothing.
  [[nodiscard]] static core::Result<ReferenceTable> read(std::string_view text,
                                                         const std::vector<std::string_view>& wanted);

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  // Column by its position in `wanted`.
  [[nodiscard]] const std::string& cell(std::size_t row, std::size_t column) const { return rows_[row][column]; }

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace guardian::audit::coverage
