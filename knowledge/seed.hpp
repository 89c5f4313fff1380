#pragma once
// The knowledge base as text tables: reading them from a folder, writing them back, and their digest.
// The format is described in knowledge/seed/README.md.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::knowledge {

// The columns of a table in their order; the first `key_columns` of them identify a row and sort it.
struct TableShape {
  std::string_view name;
  std::vector<std::string_view> columns;
  std::size_t key_columns;
  std::string_view comment;  // the first line of an exported file
};

[[nodiscard]] const std::vector<TableShape>& table_shapes();

struct SeedRow {
  std::vector<std::string> cells;
  std::string file;  // name of the file, without folder
  std::size_t line = 0;
};

class SeedTable {
 public:
  explicit SeedTable(const TableShape& shape) : shape_(&shape) {}

  [[nodiscard]] const TableShape& shape() const { return *shape_; }
  [[nodiscard]] const std::vector<SeedRow>& rows() const { return rows_; }
  [[nodiscard]] std::vector<SeedRow>& rows() { return rows_; }

  // The cell of a column that the shape has; asking for another one is a defect and throws std::out_of_range.
  [[nodiscard]] const std::string& cell(const SeedRow& row, std::string_view column) const;

 private:
  const TableShape* shape_;
  std::vector<SeedRow> rows_;
};

class Seed {
 public:
  Seed();

  [[nodiscard]] const SeedTable& table(std::string_view name) const;
  [[nodiscard]] SeedTable& table(std::string_view name);
  [[nodiscard]] const std::vector<SeedTable>& tables() const { return tables_; }

  // Rows in canonical order: what compilation, export and the digest start from.
  void sort();

 private:
  std::vector<SeedTable> tables_;
};

// Reads every `*.tsv` of `folder`. Fails with the file and line of the first thing that is not in the format: a file of
// an unknown table, a wrong header, a wrong number of cells, blanks at the edge of a cell.
[[nodiscard]] core::Result<Seed> read_seed(const std::filesystem::path& folder);

// Writes one file a table, in canonical order, over those of an earlier export; gives the number of rows. A folder with
// other `*.tsv` files is refused: they would be read as part of the knowledge.
[[nodiscard]] core::Result<std::size_t> write_seed(const Seed& seed, const std::filesystem::path& folder);

// SHA-256 over the canonical text of all tables: equal for equal knowledge, whatever files it was spread over.
[[nodiscard]] std::string content_digest(const Seed& sorted_seed);

}  // namespace guardian::knowledge
