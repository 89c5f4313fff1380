// Lists of pairs as comma separated values: one header line that names the columns, quotes around cells with commas.

#include <algorithm>
#include <array>
#include <optional>

#include "adapters/sources/line_reader.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::sources {
namespace {

using Cells = std::vector<std::string>;

// Nothing when a quote is left open or something follows a closing one.
std::optional<Cells> cells_of(std::string_view line) {
  Cells cells(1);
  bool quoted = false;
  bool was_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    std::string& cell = cells.back();
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        cell += line[++i];
      } else {
        quoted = false;
        was_quoted = true;
      }
    } else if (c == ',') {
      cells.emplace_back();
      was_quoted = false;
    } else if (c == '"' && cell.empty() && !was_quoted) {
      quoted = true;
    } else {
      if (was_quoted) return std::nullopt;
      cell += c;
    }
  }
  if (quoted) return std::nullopt;
  return cells;
}

constexpr std::array<std::string_view, 3> wanted{"Drug_A", "Drug_B", "Level"};

class PairListReader {
 public:
  PairListReader(OnError on_error, knowledge::ImportedContent& content) : content_(content), bad_(on_error, content) {}

  core::Result<bool> read(const std::filesystem::path& file) {
    LineReader lines(file);
    if (!lines.is_open()) return cannot_read(file);
    std::array<std::size_t, wanted.size()> columns{};
    std::size_t width = 0;
    while (lines.next()) {
      if (lines.line().empty()) continue;
      if (width == 0) {
        const auto header = cells_of(lines.line());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          const auto found = header ? std::find(header->begin(), header->end(), wanted[i]) : Cells::const_iterator{};
          if (!header || found == header->end())
            return core::fail(core::ErrorCode::invalid_input,
                              lines.place() + ": the header has no column `" + std::string(wanted[i]) + "`");
          columns[i] = static_cast<std::size_t>(found - header->begin());
        }
        width = header->size();
        continue;
      }
      ++content_.rows_read;
      if (!read_row(lines, columns, width)) return core::fail(bad_.error());
    }
    if (lines.failed()) return cannot_read(file);
    if (width == 0) return core::fail(core::ErrorCode::invalid_input, file.filename().string() + ": has no header");
    return true;
  }

 private:
  bool read_row(const LineReader& lines, const std::array<std::size_t, wanted.size()>& columns, std::size_t width) {
    const std::string place = lines.place();
    if (lines.too_long()) return bad_.skip(place, "", "the line is too long");
    if (!is_utf8(lines.line())) return bad_.skip(place, "", "is not UTF-8");
    const auto cells = cells_of(lines.line());
    if (!cells) return bad_.skip(place, "", "a quote is not closed, or something follows it");
    if (cells->size() != width) {
      return bad_.skip(place, "", std::to_string(cells->size()) + " cells, expected " + std::to_string(width));
    }
    std::array<std::string, wanted.size()> row;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      row[i] = std::string(knowledge::trimmed((*cells)[columns[i]]));
      if (row[i].empty()) return bad_.skip(place, wanted[i], "is empty");
    }
    const LevelMeaning* meaning = level_meaning("ddinter", row[2]);
    if (meaning == nullptr)
      return bad_.skip(place, "Level", "`" + row[2] + "` is no level: Major, Moderate, Minor or Unknown");
    knowledge::ImportedPair pair;
    pair.first = row[0];
    pair.second = row[1];
    pair.severity = meaning->severity;
    pair.contraindication = meaning->contraindication;
    pair.level = row[2];
    pair.place = place;
    content_.pairs.push_back(std::move(pair));
    return true;
  }

  knowledge::ImportedContent& content_;
  BadRows bad_;
};

}  // namespace

core::Result<knowledge::ImportedContent> read_pair_list(const std::vector<std::filesystem::path>& files,
                                                        OnError on_error) {
  knowledge::ImportedContent content;
  PairListReader reader(on_error, content);
  for (const auto& file : files) {
    if (auto read = reader.read(file); !read) return core::fail(read.error());
  }
  return content;
}

}  // namespace guardian::adapters::sources
