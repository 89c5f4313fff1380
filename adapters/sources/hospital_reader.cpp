// A hospital's own rules: a table with tabs, or the same as JSON. Columns and what they mean: docs/hospital-rules.md.

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "adapters/sources/hospital_reader.hpp"
#include "adapters/sources/line_reader.hpp"
#include "core/date.hpp"
#include "core/finding.hpp"
#include "core/severity.hpp"
#include "knowledge/local_rules.hpp"
#include "knowledge/rule_syntax.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::sources {
namespace {

using Json = nlohmann::json;
using knowledge::HospitalRow;
using Cells = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 14> columns{"id",        "lowers", "severity",   "owner",     "expires",
                                                   "mode",      "reason", "type",       "terms",     "contraindication",
                                                   "mechanism", "effect", "management", "monitoring"};
constexpr std::array<std::string_view, 4> always{"severity", "owner", "expires", "reason"};
constexpr std::array<std::string_view, 4> of_rule{"type", "terms", "effect", "management"};
constexpr std::size_t largest_file = std::size_t{16} << 20U;

auto bad(const std::string& place, std::string_view column, const std::string& why) {
  const std::string in = column.empty() ? std::string() : "column `" + std::string(column) + "`: ";
  return core::fail(core::ErrorCode::invalid_input, place + ": " + in + why);
}

template <class List>
bool among(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// One line, no blanks at its edges or doubled: what is signed must not depend on them.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c;
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

core::Result<bool> check_rule(const std::string& place, const Cells& cells, const HospitalRow& row) {
  for (const std::string_view column : of_rule) {
    if (cells.at(std::string(column)).empty()) return bad(place, column, "is empty");
  }
  const bool plain = std::all_of(row.id.begin(), row.id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || knowledge::is_digit(c) || c == '-' || c == '_' ||
           c == '.';
  });
  if (!plain) return bad(place, "id", "`" + row.id + "` is not made of letters, digits, '.', '_' and '-'");
  core::FindingType type{};
  if (!core::parse_finding_type(row.type, type)) return bad(place, "type", "`" + row.type + "` is no type of a rule");
  if (const auto terms = knowledge::parse_terms(row.terms); !terms) return bad(place, "terms", terms.error().message);
  if (!row.contraindication.empty() && row.contraindication != "yes")
    return bad(place, "contraindication", "`" + row.contraindication + "` is neither `yes` nor empty");
  return true;
}

core::Result<HospitalRow> row_of(const std::string& place, const Cells& given, const std::string& file,
                                 std::size_t line) {
  Cells cells;
  for (const std::string_view column : columns) {
    const auto cell = given.find(column);
    cells[std::string(column)] = cell == given.end() ? std::string() : one_line(cell->second);
  }
  for (const std::string_view column : always) {
    if (cells.at(std::string(column)).empty()) return bad(place, column, "is empty");
  }
  HospitalRow row{cells["id"],
                  cells["lowers"],
                  cells["severity"],
                  cells["owner"],
                  cells["expires"],
                  cells["mode"].empty() ? "active" : cells["mode"],
                  cells["reason"],
                  cells["type"],
                  cells["terms"],
                  cells["contraindication"],
                  cells["mechanism"],
                  cells["effect"],
                  cells["management"],
                  cells["monitoring"],
                  file,
                  line};
  if (!core::parse_severity(row.severity))
    return bad(place, "severity", "`" + row.severity + "` is none of critical, major, moderate, minor");
  if (row.expires.size() != 10 || knowledge::day_of(row.expires) != row.expires)
    return bad(place, "expires", "`" + row.expires + "` is no day such as 2027-03-31");
  if (row.mode != "active" && row.mode != "shadow")
    return bad(place, "mode", "`" + row.mode + "` is neither active nor shadow");
  if (row.id.empty() == row.lowers.empty())
    return bad(place, "id", "a row has either an `id`, of a rule of your own, or the rule that it `lowers`");
  if (row.lowers.empty()) {
    if (auto sound = check_rule(place, cells, row); !sound) return core::fail(sound.error());
    return row;
  }
  for (const auto& [column, cell] : cells) {
    const bool of_lowering = among(always, column) || column == "lowers" || column == "mode";
    if (!of_lowering && !cell.empty())
      return bad(place, column, "a row that lowers a rule leaves this empty: the texts stay those of the rule");
  }
  return row;
}

core::Result<std::vector<HospitalRow>> read_table(const std::filesystem::path& path) {
  LineReader lines(path);
  if (!lines.is_open()) return cannot_read(path);
  const std::string file = path.filename().string();
  std::vector<std::string> header;
  std::vector<HospitalRow> rows;
  std::size_t number = 0;
  while (lines.next()) {
    ++number;
    if (lines.too_long()) return bad(lines.place(), "", "the line is too long");
    if (!is_utf8(lines.line())) return bad(lines.place(), "", "is not UTF-8");
    if (knowledge::trimmed(lines.line()).empty() || lines.line().front() == '#') continue;
    std::vector<std::string> cells(1);
    for (const char c : lines.line()) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    for (std::string& cell : cells) cell = one_line(cell);
    if (header.empty()) {
      std::set<std::string> seen;
      for (const std::string& column : cells) {
        if (!among(columns, column)) return bad(lines.place(), "", "there is no column `" + column + "`");
        if (!seen.insert(column).second) return bad(lines.place(), column, "stands twice in the header");
      }
      for (const std::string_view column : always) {
        if (!seen.contains(std::string(column)))
          return bad(lines.place(), "", "the header has no column `" + std::string(column) + "`");
      }
      header = std::move(cells);
      continue;
    }
    if (cells.size() != header.size()) {
      return bad(lines.place(), "", std::to_string(cells.size()) + " cells, expected " + std::to_string(header.size()));
    }
    Cells named;
    for (std::size_t i = 0; i < header.size(); ++i) named[header[i]] = cells[i];
    auto row = row_of(lines.place(), named, file, number);
    if (!row) return core::fail(row.error());
    rows.push_back(std::move(*row));
  }
  if (lines.failed()) return cannot_read(path);
  if (header.empty()) return core::fail(core::ErrorCode::invalid_input, file + ": has no header");
  return rows;
}

// The lines on which the objects directly below the first array begin.
std::vector<std::size_t> lines_of_objects(std::string_view text) {
  std::vector<std::size_t> starts;
  std::size_t line = 1;
  std::vector<char> open;
  bool in_text = false;
  std::size_t arrays = 0;  // among what is open
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (c == '{' && !open.empty() && open.back() == '[' && arrays == 1) starts.push_back(line);
      open.push_back(c);
      if (c == '[') ++arrays;
    } else if ((c == ']' || c == '}') && !open.empty()) {
      if (open.back() == '[') --arrays;
      open.pop_back();
    }
  }
  return starts;
}

core::Result<std::vector<HospitalRow>> read_json(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return cannot_read(path);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const std::string file = path.filename().string();
  if (text.size() > largest_file) return bad(file, "", "is larger than 16 MB");
  Json document;
  try {
    document = Json::parse(text);
  } catch (const Json::parse_error& error) {
    const auto line =
        1 +
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), error.byte)), '\n');
    return bad(file + ":" + std::to_string(line), "", "is no JSON");
  } catch (const Json::out_of_range&) {
    return bad(file, "", "has a number that is too large");
  }
  const Json* list = &document;
  if (document.is_object() && document.size() == 1 && document.contains("rules")) list = &document["rules"];
  if (!list->is_array()) return bad(file, "", "is neither a list of rules nor an object with the one member `rules`");
  const auto starts = lines_of_objects(text);
  std::vector<HospitalRow> rows;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::size_t line = i < starts.size() ? starts[i] : 0;
    const std::string place = file + ":" + std::to_string(line);
    const Json& entry = (*list)[i];
    if (!entry.is_object()) return bad(place, "", "rule " + std::to_string(i + 1) + " is no object");
    Cells cells;
    for (const auto& [name, value] : entry.items()) {
      if (!among(columns, name)) return bad(place, name, "there is no such member");
      if (value.is_string()) {
        cells[name] = value.get<std::string>();
      } else if (name == "contraindication" && value.is_boolean()) {
        cells[name] = value.get<bool>() ? "yes" : "";
      } else if (name == "monitoring" && value.is_array() &&
                 std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); })) {
        for (const Json& item : value) cells[name] += (cells[name].empty() ? "" : " | ") + item.get<std::string>();
      } else {
        return bad(place, name, "is no text");
      }
    }
    auto row = row_of(place, cells, file, line);
    if (!row) return core::fail(row.error());
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace

core::Result<std::vector<HospitalRow>> read_hospital_rules(const std::filesystem::path& file) {
  auto rows = file.extension() == ".json" ? read_json(file) : read_table(file);
  if (!rows) return rows;
  std::map<std::string, const HospitalRow*> first;
  for (const HospitalRow& row : *rows) {
    const std::string key = row.id.empty() ? row.lowers : row.id;
    const auto [known, added] = first.emplace(key, &row);
    if (!added) {
      return bad(row.file + ":" + std::to_string(row.line), row.id.empty() ? "lowers" : "id",
                 "`" + key + "` stands on line " + std::to_string(known->second->line) + " already");
    }
  }
  return rows;
}

core::Result<std::vector<knowledge::HospitalSignOff>> read_sign_offs(const std::filesystem::path& file) {
  std::vector<knowledge::HospitalSignOff> sign_offs;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return sign_offs;
  LineReader lines(file);
  if (!lines.is_open()) return cannot_read(file);
  std::size_t number = 0;
  while (lines.next()) {
    ++number;
    if (knowledge::trimmed(lines.line()).empty() || lines.line().front() == '#') continue;
    if (lines.too_long() || !is_utf8(lines.line())) return bad(lines.place(), "", "cannot be read");
    const std::string line(lines.line());
    std::vector<std::string> cells;
    for (const auto cell : knowledge::split(line, "\t")) cells.emplace_back(cell);
    if (cells.size() != 5)
      return bad(lines.place(), "", "a sign-off has five cells: rule, source, key, time and signature");
    sign_offs.push_back({cells[0], cells[1], cells[2], cells[3], cells[4], file.filename().string(), number});
  }
  if (lines.failed()) return cannot_read(file);
  return sign_offs;
}

std::filesystem::path sign_off_file(const std::filesystem::path& rules) {
  std::filesystem::path file = rules;
  file += ".sign-offs";
  return file;
}

}  // namespace guardian::adapters::sources
