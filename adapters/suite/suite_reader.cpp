#include "adapters/suite/suite_reader.hpp"

#include <simdjson.h>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "adapters/json/json_view.hpp"
#include "adapters/suite/row_builder.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::suite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_problems = 100;
constexpr std::string_view part_separator = " | ";
constexpr JsonLimits limits{most_suite_bytes, 8'000'000};

bool is_list_column(std::string_view column) {
  return column == "medicines" || column == "must_find" || column == "must_not" || column == "not_assessed" ||
         column == "reads_as";
}

struct TsvCell {
  std::string_view text;
  std::size_t column = 1;  // of its first byte
};

std::vector<TsvCell> cells_of(std::string_view line) {
  std::vector<TsvCell> cells;
  for (std::size_t at = 0;;) {
    const std::size_t end = line.find('\t', at);
    cells.push_back({line.substr(at, end - at), at + 1});
    if (end == std::string_view::npos) return cells;
    at = end + 1;
  }
}

class TsvReader {
 public:
  TsvReader(std::string file, audit::suite::Suite& suite, std::vector<SuiteProblem>& problems)
      : file_(std::move(file)), suite_(suite), problems_(problems), builder_(suite.name, problems) {}

  void read(std::string_view text) {
    for (std::size_t number = 1; !text.empty() && problems_.size() < most_problems; ++number) {
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (line.empty() || line.front() == '#') continue;
      if (!simdjson::validate_utf8(line.data(), line.size())) {
        problems_.push_back({place(number), "is not UTF-8"});
        continue;
      }
      if (header_.empty()) {
        read_header(line, number);
        if (!problems_.empty()) return;
      } else {
        read_row(line, number);
      }
    }
    if (header_.empty() && problems_.empty()) problems_.push_back({file_, "has no line with the names of columns"});
  }

 private:
  [[nodiscard]] std::string place(std::size_t line) const { return file_ + ":" + std::to_string(line); }

  void read_header(std::string_view line, std::size_t number) {
    for (const TsvCell& cell : cells_of(line)) {
      const std::string at = place(number) + ":" + std::to_string(cell.column);
      if (!is_column(cell.text)) problems_.push_back({at, "is no column of a suite"});
      if (std::find(header_.begin(), header_.end(), cell.text) != header_.end())
        problems_.push_back({at, "names a column twice"});
      header_.emplace_back(cell.text);
    }
  }

  void read_row(std::string_view line, std::size_t number) {
    const auto cells = cells_of(line);
    if (cells.size() != header_.size()) {
      problems_.push_back({place(number), "has " + std::to_string(cells.size()) + " cells, the header " +
                                              std::to_string(header_.size())});
      return;
    }
    std::vector<Cell> row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (knowledge::trimmed(cells[i].text).empty()) continue;
      Cell cell{header_[i], place(number) + ":" + std::to_string(cells[i].column) + ": " + header_[i], {}, {}};
      if (is_list_column(cell.column)) {
        for (const std::string_view part : knowledge::split(cells[i].text, part_separator))
          cell.parts.emplace_back(part);
      } else {
        cell.parts.emplace_back(cells[i].text);
      }
      row.push_back(std::move(cell));
    }
    builder_.add(place(number), row, suite_);
  }

  std::string file_;
  audit::suite::Suite& suite_;
  std::vector<SuiteProblem>& problems_;
  RowBuilder builder_;
  std::vector<std::string> header_;
};

// {"category": "...", "note": "...", "cases": [{...}]}: an entry has the columns of a TSV row as members, lists as
// lists of strings, the case as an object.
class JsonSuiteReader {
 public:
  JsonSuiteReader(std::string file, audit::suite::Suite& suite, std::vector<SuiteProblem>& problems)
      : file_(std::move(file)), suite_(suite), problems_(problems) {}

  void read(std::string_view text) {
    JsonReader reader;
    const JsonViewing document = reader.parse(text, limits);
    if (!document.value.present()) return problem(document.problem.path, document.problem.message);
    const JsonView& root = document.value;
    if (!root.is_object()) return problem("", "must be an object");
    std::string category = suite_.name;
    JsonView cases;
    root.each_member([&](std::string_view name, JsonView value) {
      const std::string path = member_pointer("", name);
      if (name == "cases") {
        if (!value.is_list() || cases.present()) problem(path, "must be one list");
        cases = value;
      } else if (name == "category" || name == "note") {
        if (!value.text()) problem(path, "must be a string");
        if (name == "category") category = value.text_or(category);
      } else {
        problem(path, "is no member of a suite");
      }
    });
    if (!cases.is_list()) return problem("/cases", "must be a list");
    RowBuilder builder(category, problems_);
    cases.each_entry([&](JsonView entry, std::size_t index) {
      if (problems_.size() < most_problems) read_entry(entry, entry_pointer("/cases", index), builder);
    });
  }

 private:
  void problem(const std::string& path, std::string message) {
    problems_.push_back({file_ + (path.empty() ? "" : ": " + path), std::move(message)});
  }

  void read_entry(const JsonView& entry, const std::string& path, RowBuilder& builder) {
    if (!entry.is_object()) return problem(path, "must be an object");
    const std::size_t before = problems_.size();
    std::vector<Cell> cells;
    entry.each_member([&](std::string_view name, JsonView value) {
      const std::string at = member_pointer(path, name);
      if (!is_column(name) || name == "first" || name == "second") return problem(at, "is no member of a suite's case");
      if (std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.column == name; }))
        return problem(at, "is given twice");
      Cell cell{std::string(name), file_ + ": " + at, {}, {}};
      if (name == "case") {
        if (!value.is_object()) return problem(at, "must be an object");
        cell.parts.push_back(value.json());
      } else if (value.is_list() && is_list_column(name)) {
        value.each_entry([&](JsonView part, std::size_t index) { add_text(part, entry_pointer(at, index), cell); });
      } else {
        add_text(value, at, cell);
      }
      cells.push_back(std::move(cell));
    });
    if (problems_.size() == before) builder.add(file_ + ": " + path, cells, suite_);
  }

  void add_text(const JsonView& value, const std::string& path, Cell& cell) {
    const auto text = value.text();
    if (!text || knowledge::trimmed(*text).empty()) return problem(path, "must be a string with something in it");
    cell.parts.emplace_back(*text);
    cell.part_places.push_back(file_ + ": " + path);
  }

  std::string file_;
  audit::suite::Suite& suite_;
  std::vector<SuiteProblem>& problems_;
};

bool is_suite_file(const fs::path& file) { return file.extension() == ".tsv" || file.extension() == ".json"; }

}  // namespace

SuiteReading read_suite(std::string_view text, const fs::path& file) {
  SuiteReading reading;
  audit::suite::Suite suite{file.stem().string(), {}};
  if (text.size() > most_suite_bytes) {
    reading.problems.push_back({file.string(), "is larger than 64 MB"});
  } else if (file.extension() == ".json") {
    JsonSuiteReader(file.string(), suite, reading.problems).read(text);
  } else {
    TsvReader(file.string(), suite, reading.problems).read(text);
  }
  if (reading.problems.empty() && suite.rows.empty()) reading.problems.push_back({file.string(), "has no rows"});
  if (reading.problems.empty()) reading.value = std::move(suite);
  return reading;
}

core::Result<std::vector<fs::path>> suite_files(const fs::path& where) {
  std::error_code error;
  if (!fs::exists(where, error)) return core::fail(core::ErrorCode::not_found, where.string() + ": does not exist");
  if (!fs::is_directory(where, error)) return std::vector<fs::path>{where};
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(where, error), end; !error && entry != end; entry.increment(error)) {
    if (is_suite_file(entry->path())) files.push_back(entry->path());
  }
  if (error) return core::fail(core::ErrorCode::io_failure, where.string() + ": cannot be read");
  if (files.empty()) return core::fail(core::ErrorCode::not_found, where.string() + ": has no suites (*.tsv, *.json)");
  std::sort(files.begin(), files.end());
  return files;
}

SuiteReading load_suite(const fs::path& file) {
  std::error_code error;
  std::ifstream stream;
  if (!fs::is_directory(file, error)) stream.open(file, std::ios::binary);
  if (!stream.is_open()) return {std::nullopt, {{file.string(), "cannot be read"}}};
  if (fs::file_size(file, error) > most_suite_bytes && !error)
    return {std::nullopt, {{file.string(), "is larger than 64 MB"}}};
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) return {std::nullopt, {{file.string(), "cannot be read to its end"}}};
  return read_suite(text, file);
}

}  // namespace guardian::adapters::suite
