#include "knowledge/drug_causes.hpp"

#include <array>
#include <functional>
#include <set>
#include <stdexcept>
#include <utility>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr std::array onsets = {
    std::pair{Onset::any, std::string_view("any")}, std::pair{Onset::days, std::string_view("days")},
    std::pair{Onset::weeks, std::string_view("weeks")}, std::pair{Onset::months, std::string_view("months")},
    std::pair{Onset::years, std::string_view("years")}};

using Cells = std::vector<std::string>;

std::vector<std::string> cells_of(std::string_view line) {
  Cells cells;
  for (;;) {
    const auto at = line.find('\t');
    cells.emplace_back(trimmed(line.substr(0, at)));
    if (at == std::string_view::npos) return cells;
    line.remove_prefix(at + 1);
  }
}

// Every row of a table goes to `take`, which says what is wrong with it, or nothing.
core::Result<void> read_table(std::string_view text, std::string_view name, const Cells& header,
                              const std::function<std::string(const Cells&)>& take) {
  std::size_t number = 0;
  bool has_header = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (trimmed(line).empty() || line.front() == '#') continue;
    const Cells cells = cells_of(line);
    std::string problem;
    if (!has_header) {
      has_header = true;
      if (cells != header) problem = "the first line must be " + joined(header, ", ") + ", with tabs between";
    } else if (cells.size() != header.size()) {
      problem = "a row has " + std::to_string(header.size()) + " cells";
    } else {
      problem = take(cells);
    }
    if (!problem.empty()) {
      return core::fail(core::ErrorCode::invalid_input,
                        std::string(name) + ": line " + std::to_string(number) + ": " + problem);
    }
  }
  return {};
}

std::string read_cause(const Cells& cells, std::set<std::string>& ids, std::vector<CauseRow>& rows) {
  CauseRow row;
  row.id = cells[0];
  if (row.id.empty() || !ids.insert(row.id).second) return "the id is empty or stands twice";
  auto cause = parse_selector(cells[1]);
  if (!cause) return cause.error().message;
  row.cause = std::move(*cause);
  for (const std::string_view shown : split(cells[2], "|")) {
    if (shown.empty()) return "a name is empty";
    const char last = shown.back();
    const int direction = last == '+' ? 1 : last == '-' ? -1 : 0;
    row.shows.push_back({std::string(direction == 0 ? shown : shown.substr(0, shown.size() - 1)), direction});
  }
  if (row.shows.empty()) return "it shows nothing";
  const auto grade = parse_number(cells[3]);
  if (!grade || (*grade != 0.0 && *grade != 1.0 && *grade != 2.0 && *grade != 3.0)) return "the grade is 0 to 3";
  row.grade = static_cast<int>(*grade);
  const bool of_effect =
      row.cause.size() == 1 && row.cause.front().size() == 1 && row.cause.front().front().kind == ConceptKind::effect;
  if ((row.grade == 0) != of_effect) return "the grade is 0 for one effect, and only there";
  bool is_known = false;
  for (const auto& [onset, word] : onsets) {
    if (word != cells[4]) continue;
    row.onset = onset;
    is_known = true;
  }
  if (!is_known) return "the onset is none of any, days, weeks, months, years";
  row.why = cells[5];
  row.evidence = cells[6];
  if (row.why.empty()) return "the reason is empty";
  rows.push_back(std::move(row));
  return {};
}

std::string read_range(const Cells& cells, std::vector<UsualRange>& rows) {
  UsualRange row{cells[0], parse_number(cells[1]), parse_number(cells[2])};
  if (row.quantity.empty()) return "the quantity is empty";
  if ((!cells[1].empty() && !row.low) || (!cells[2].empty() && !row.high)) return "a limit is no number";
  if (!row.low && !row.high) return "it has no limit";
  if (row.low && row.high && *row.low >= *row.high) return "the limits are the wrong way round";
  rows.push_back(std::move(row));
  return {};
}

}  // namespace

std::string_view to_string(Onset onset) noexcept {
  for (const auto& [known, word] : onsets) {
    if (known == onset) return word;
  }
  return "any";
}

double earliest_days(Onset onset) noexcept {
  switch (onset) {
    case Onset::any:
    case Onset::days: return 0.0;
    case Onset::weeks: return 2.0;
    case Onset::months: return 21.0;
    case Onset::years: return 180.0;
  }
  return 0.0;
}

core::Result<CauseTables> parse_cause_tables(std::string_view causes, std::string_view ranges) {
  CauseTables tables;
  std::set<std::string> ids;
  const auto read = read_table(causes, "drug_causes", {"id", "cause", "shows", "grade", "onset", "why", "evidence"},
                               [&](const Cells& cells) { return read_cause(cells, ids, tables.causes); });
  if (!read) return core::fail(read.error());
  const auto limits = read_table(ranges, "usual_ranges", {"quantity", "low", "high"},
                                 [&](const Cells& cells) { return read_range(cells, tables.ranges); });
  if (!limits) return core::fail(limits.error());
  return tables;
}

const CauseTables& default_cause_tables() {
  static const CauseTables tables = [] {
    auto parsed = parse_cause_tables(default_causes_text(), default_ranges_text());
    if (!parsed) throw std::logic_error(parsed.error().message);
    return std::move(*parsed);
  }();
  return tables;
}

}  // namespace guardian::knowledge
