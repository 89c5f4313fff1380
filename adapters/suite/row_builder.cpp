#include "adapters/suite/row_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/fhir/case_document.hpp"
#include "adapters/json/json_text.hpp"
#include "adapters/json/json_view.hpp"
#include "adapters/suite/suite_words.hpp"

namespace guardian::adapters::suite {
namespace {

using audit::suite::Expectation;

constexpr std::array<std::string_view, 19> columns{"id",           "category",  "first",    "second",   "medicines",
                                                   "case",         "must_find", "must_not", "at_least", "at_most",
                                                   "not_assessed", "status",    "triage",   "decision", "reads_as",
                                                   "source",       "note",      "as_of",    "locale"};

const Cell* find(const std::vector<Cell>& cells, std::string_view column) {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.column == column; });
  return found == cells.end() || found->parts.empty() ? nullptr : &*found;
}

std::string text_of(const std::vector<Cell>& cells, std::string_view column) {
  const Cell* cell = find(cells, column);
  return cell == nullptr ? std::string() : cell->parts.front();
}

bool expects_something(const Expectation& row) {
  return !row.must_find.empty() || !row.must_not.empty() || row.least || row.most || !row.not_assessed.empty() ||
         row.complete || row.triage.from || row.triage.to || row.news2 || row.decision.from || row.decision.to ||
         !row.reads_as.empty();
}

// A case of our own format needs an id; within a suite its row has one.
std::string with_id(const std::string& json, const std::string& id) {
  JsonReader reader;
  const JsonView root = reader.parse(json).value;
  if (!root.is_object()) return json;
  for (const std::string_view name : {"id", "patient_id", "resourceType"}) {
    if (root.member(name).present()) return json;
  }
  JsonText member;
  member.open_object();
  member.text("id", id);
  std::string text = member.take();
  const auto open = json.find('{');
  const bool empty = root.size() == 0;
  return text + (empty ? "" : ",") + json.substr(open + 1);
}

}  // namespace

bool is_column(std::string_view name) noexcept {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

template <class Parse, class Take>
void RowBuilder::each(const Cell& cell, const Parse& parse, const Take& take) {
  for (std::size_t i = 0; i < cell.parts.size(); ++i) {
    auto value = parse(cell.parts[i]);
    if (value) {
      take(std::move(*value));
    } else {
      problem(cell.part_places.empty() ? cell.place : cell.part_places[i], value.error().message);
    }
  }
}

void RowBuilder::read(const Cell& cell, Expectation& row) {
  const auto keep_in = [](auto& list) { return [&list](auto value) { list.push_back(std::move(value)); }; };
  const auto set = [](auto& to) { return [&to](auto value) { to = std::move(value); }; };
  if (cell.column == "must_find") each(cell, parse_must_find, keep_in(row.must_find));
  if (cell.column == "must_not") each(cell, parse_must_not, keep_in(row.must_not));
  if (cell.column == "at_least") each(cell, parse_severity_word, set(row.least));
  if (cell.column == "at_most") each(cell, parse_severity_word, set(row.most));
  if (cell.column == "status") each(cell, parse_status, set(row.complete));
  if (cell.column == "decision") each(cell, parse_decision, set(row.decision));
  if (cell.column == "reads_as") each(cell, parse_reading, keep_in(row.reads_as));
  if (cell.column == "not_assessed") row.not_assessed = cell.parts;
  if (cell.column == "triage") {
    for (const std::string& text : cell.parts) {
      if (const auto read = parse_triage(text, row); !read) problem(cell.place, read.error().message);
    }
  }
}

void RowBuilder::read_case(const Cell& cell, Expectation& row) {
  CaseDecoding decoding = fhir::decode_document(with_id(cell.parts.front(), row.id), suite_time).decoding;
  for (const InputProblem& one : decoding.problems)
    problem(cell.place, (one.path.empty() ? "" : one.path + ": ") + one.message);
  if (decoding.value) row.subject = std::move(*decoding.value);
}

void RowBuilder::set_case(const std::string& place, const std::vector<Cell>& cells, Expectation& row) {
  std::vector<std::string> names;
  if (const Cell* medicines = find(cells, "medicines")) names = medicines->parts;
  const std::string first = text_of(cells, "first");
  const std::string second = text_of(cells, "second");
  if (first.empty() != second.empty()) problem(place, "`first` and `second` go together");
  const bool is_pair = !first.empty() && !second.empty();
  const Cell* given = find(cells, "case");
  if (static_cast<int>(!names.empty()) + static_cast<int>(is_pair) + static_cast<int>(given != nullptr) != 1)
    return problem(place, "needs either medicines (or `first` and `second`) or a case");
  if (is_pair) names = {first, second};
  if (row.id.empty()) {
    for (const std::string& name : names) row.id += (row.id.empty() ? "" : " + ") + name;
  }
  if (row.id.empty()) return problem(place, "a row with a case needs an id");
  if (given != nullptr) {
    read_case(*given, row);
  } else {
    for (const std::string& name : names) {
      core::MedicationEntry entry;
      entry.element = "/medications/" + std::to_string(row.subject.medications.size());
      entry.text = name;
      row.between.push_back(entry.element);
      row.subject.medications.push_back(std::move(entry));
    }
    row.subject.locale = text_of(cells, "locale");
    row.subject.as_of = text_of(cells, "as_of");
  }
  row.subject.id = row.id;
  if (row.subject.as_of.empty()) row.subject.as_of = suite_time;
}

void RowBuilder::add(const std::string& place, const std::vector<Cell>& cells, audit::suite::Suite& suite) {
  const std::size_t before = problems_.size();
  Expectation row;
  row.place = place;
  row.id = text_of(cells, "id");
  row.category = text_of(cells, "category");
  if (row.category.empty()) row.category = category_;
  row.source = text_of(cells, "source");
  row.note = text_of(cells, "note");
  set_case(place, cells, row);
  for (const Cell& cell : cells) read(cell, row);
  if (problems_.size() > before) return;
  if (!ids_.insert(row.id).second) problem(place, "the id is that of an earlier row");
  if (!expects_something(row)) problem(place, "expects nothing");
  if (!row.reads_as.empty() && row.reads_as.size() != row.subject.medications.size())
    problem(place, "reads_as needs one reading for each medicine");
  if (problems_.size() == before) suite.rows.push_back(std::move(row));
}

}  // namespace guardian::adapters::suite
