#include <map>
#include <string>
#include <utility>

#include "adapters/sources/line_reader.hpp"
#include "adapters/sources/source_tables.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/tab_separated.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::sources {
namespace {

// The rows of a table that is built in, without comments and header.
template <class Row>
void each_row(std::string_view table, const Row& row) {
  bool header = true;
  while (!table.empty()) {
    const auto end = table.find('\n');
    const std::string_view line = table.substr(0, end);
    table.remove_prefix(end == std::string_view::npos ? table.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (!header) row(knowledge::tab_cells(line));
    header = false;
  }
}

using Levels = std::map<std::pair<std::string, std::string>, LevelMeaning>;

Levels read_levels() {
  Levels levels;
  each_row(levels_table(), [&](const std::vector<std::string_view>& cells) {
    LevelMeaning meaning;
    meaning.severity = core::parse_severity(cells.at(2)).value_or(core::Severity::critical);
    meaning.contraindication = cells.at(3) == "yes";
    levels.emplace(std::pair(std::string(cells.at(0)), knowledge::normalised_name(cells.at(1))), meaning);
  });
  return levels;
}

knowledge::NameAliases read_french_names() {
  knowledge::NameAliases names;
  each_row(french_names_table(), [&](const std::vector<std::string_view>& cells) {
    names.emplace(std::string(cells.at(0)), std::string(cells.at(1)));
  });
  return names;
}

}  // namespace

const LevelMeaning* level_meaning(std::string_view format, std::string_view level) {
  static const Levels levels = read_levels();
  const auto found = levels.find(std::pair(std::string(format), knowledge::normalised_name(level)));
  return found == levels.end() ? nullptr : &found->second;
}

const knowledge::NameAliases& french_names() {
  static const knowledge::NameAliases names = read_french_names();
  return names;
}

core::Result<knowledge::NameAliases> read_names(const std::filesystem::path& file) {
  LineReader lines(file);
  if (!lines.is_open()) return cannot_read(file);
  knowledge::NameAliases names;
  bool header = true;
  while (lines.next()) {
    if (lines.line().empty() || lines.line().front() == '#') continue;
    const auto cells = knowledge::tab_cells(lines.line());
    const bool sound =
        cells.size() == 2 && !knowledge::trimmed(cells[0]).empty() && !knowledge::trimmed(cells[1]).empty();
    if (header ? lines.line() != "name\tingredient" : !sound) {
      return core::fail(core::ErrorCode::invalid_input,
                        lines.place() + (header ? ": the header must be: name, ingredient, with a tab between"
                                                : ": needs a name and an ingredient, with a tab between"));
    }
    if (!header) names[std::string(knowledge::trimmed(cells[0]))] = std::string(knowledge::trimmed(cells[1]));
    header = false;
  }
  if (lines.failed()) return cannot_read(file);
  return names;
}

}  // namespace guardian::adapters::sources
