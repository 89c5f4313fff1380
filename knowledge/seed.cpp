#include "knowledge/seed.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "knowledge/digest.hpp"
#include "knowledge/tab_separated.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;

std::string header_of(const TableShape& shape) {
  std::string header;
  for (const std::string_view column : shape.columns) {
    if (!header.empty()) header += '\t';
    header += column;
  }
  return header;
}

std::string text_of(const SeedRow& row) {
  std::string text;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i > 0) text += '\t';
    text += row.cells[i];
  }
  return text;
}

bool is_of_hospitals(std::string_view table) {
  return table == "local_rules" || table == "lowerings" || table == "sign_offs";
}

std::string at(std::string_view file, std::size_t line) {
  return std::string(file) + ":" + std::to_string(line) + ": ";
}

core::Result<bool> read_file(const fs::path& path, Seed& seed) {
  const std::string file = path.filename().string();
  const std::string table_name = file.substr(0, file.find('.'));
  const auto& shapes = table_shapes();
  const auto shape =
      std::find_if(shapes.begin(), shapes.end(), [&](const TableShape& s) { return s.name == table_name; });
  if (shape == shapes.end()) {
    return core::fail(ErrorCode::invalid_input, file + ": there is no table `" + table_name + "`");
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return core::fail(ErrorCode::io_failure, file + ": cannot be read");

  SeedTable& table = seed.table(table_name);
  bool header_seen = false;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    if (!header_seen) {
      if (line != header_of(*shape)) {
        return core::fail(ErrorCode::invalid_input, at(file, number) + "the header must be: " + header_of(*shape));
      }
      header_seen = true;
      continue;
    }
    const auto cells = tab_cells(line);
    if (cells.size() != shape->columns.size()) {
      return core::fail(ErrorCode::invalid_input, at(file, number) + std::to_string(cells.size()) +
                                                      " cells, expected " + std::to_string(shape->columns.size()));
    }
    SeedRow row{{cells.begin(), cells.end()}, file, number};
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (trimmed(cells[i]) != cells[i]) {
        return core::fail(ErrorCode::invalid_input,
                          at(file, number) + "blanks at the edge of `" + std::string(shape->columns[i]) + "`");
      }
    }
    table.rows().push_back(std::move(row));
  }
  if (stream.bad()) return core::fail(ErrorCode::io_failure, file + ": cannot be read to its end");
  return true;
}

bool is_table_name(std::string_view name) {
  const auto& shapes = table_shapes();
  return std::any_of(shapes.begin(), shapes.end(), [&](const TableShape& shape) { return shape.name == name; });
}

bool key_less(const SeedRow& left, const SeedRow& right) { return left.cells < right.cells; }

}  // namespace

const std::vector<TableShape>& table_shapes() {
  static const std::vector<TableShape> shapes{
      {"allergens", {"name", "allergen", "note"}, 1, "Words for allergens that are no drug names; `-` for no allergy."},
      {"class_parents", {"class", "parent"}, 2, "The class hierarchy: a member of a class is a member of its parent."},
      {"classes", {"class", "title", "note"}, 1, "Classes that rules speak of; a drug can be in many."},
      {"condition_bounds",
       {"condition", "quantity", "low", "high"},
       2,
       "What a stage says of a quantity whose value is not known."},
      {"condition_codes",
       {"system", "code", "condition"},
       2,
       "Codes of conditions; one of ICD-10 stands for all below it."},
      {"condition_names", {"name", "condition", "note"}, 1, "Conditions and symptoms as people write them."},
      {"condition_parents", {"condition", "parent"}, 2, "The hierarchy of conditions."},
      {"conditions",
       {"condition", "kind", "history", "title", "note"},
       1,
       "What a patient can have: diseases, events, states, symptoms, procedures, genotypes, habits."},
      {"effect_names", {"effect", "title"}, 1, "Pharmacodynamic effects; the sign of a grade is the direction."},
      {"effects", {"ingredient", "effect", "grade", "evidence"}, 2, "Signed, graded effects of ingredients."},
      {"evidence",
       {"id", "kind", "source", "title", "section", "year", "locator", "status"},
       1,
       "Sources that rules cite; verified: the author read it, draft: still to be opened."},
      {"exceptions",
       {"rule", "term", "selector", "when", "reason", "evidence"},
       4,
       "What vetoes a rule, with its own evidence."},
      {"exposures",
       {"ingredient", "route", "exposure", "evidence", "note"},
       2,
       "Where an ingredient reaches the blood more, or less, than its route does in general."},
      {"indications",
       {"selector", "condition", "line", "note", "evidence"},
       2,
       "What medicines are given for: first, second or third line."},
      {"ingredients",
       {"ingredient", "kind", "rxcui", "atc", "usual_route", "washout_days", "note"},
       1,
       "Ingredients under their US generic (RxNorm) names."},
      {"local_rules",
       {"rule", "owner", "expires", "mode", "reason"},
       1,
       "The rules of a hospital: who answers for them, how long they count, and whether they are shown."},
      {"lookalikes", {"name", "other", "note"}, 2, "Pairs of names that are mixed up."},
      {"lowerings",
       {"rule", "source", "severity", "owner", "expires", "mode", "reason", "place"},
       2,
       "What a hospital ranks lower than the rule does."},
      {"members",
       {"ingredient", "class", "evidence"},
       2,
       "Which ingredient is in which class (the most specific one)."},
      {"modifiers",
       {"rule", "step", "term", "selector", "when", "reason", "evidence"},
       5,
       "What moves the severity of a rule by one step, and why."},
      {"names",
       {"name", "kind", "ingredients", "route", "countries", "strengths", "note"},
       5,
       "Synonyms, brands and abbreviations of ingredients and combinations."},
      {"product_codes",
       {"system", "code", "name", "ingredients", "source"},
       2,
       "Codes of products, beside those that stand with the ingredients."},
      {"quantities",
       {"quantity", "kind", "title", "unit", "low", "high", "stale_days", "stands_in", "note"},
       1,
       "Laboratory values, vital signs, measures and attributes in one unit each, with the limits of the plausible."},
      {"quantity_names", {"name", "quantity", "note"}, 1, "Quantities as hospitals write them."},
      {"quantity_units",
       {"quantity", "unit", "factor", "offset"},
       2,
       "In the unit of the quantity: value x factor + offset."},
      {"quantity_unstated",
       {"quantity", "units", "low", "high"},
       1,
       "What a number without a unit may be: in one of these units, within these limits."},
      {"reactions", {"phrase", "grade"}, 1, "Words for allergic reactions and how grave they are."},
      {"red_flags",
       {"id", "level", "title", "terms", "action", "evidence", "status"},
       1,
       "Patterns of triage: a medicine with what it may have caused."},
      {"release", {"version", "date", "note"}, 1, "The version of the knowledge and the day of its release."},
      {"roles",
       {"ingredient", "target", "relation", "grade", "evidence"},
       3,
       "What an ingredient is to an enzyme or transporter."},
      {"routes", {"route", "exposure"}, 1, "How much of a dose reaches the blood by a route, in general."},
      {"row_sources",
       {"seed_table", "key", "source"},
       2,
       "Which source a row of another table came from; those without one are the knowledge base's own."},
      {"rule_sources",
       {"rule", "source", "level", "place"},
       1,
       "Which source a rule came from, and how grave that source calls it; those without one are our own."},
      {"rules",
       {"id", "type", "severity", "contraindication", "settles", "terms", "mechanism", "effect", "management",
        "monitoring", "onset", "evidence", "status"},
       1,
       "Interaction rules; the grammar of `terms` is in README.md."},
      {"sign_offs",
       {"rule", "source", "key", "at", "signature"},
       3,
       "Who agreed to a lowering: the key and its signature over what is lowered, in hexadecimal digits."},
      {"signs", {"condition", "terms", "evidence"}, 2, "Patterns of values that show a condition."},
      {"sources",
       {"source", "kind", "format", "title", "version", "date", "licence", "precedence", "rows_read", "rows_left_out",
        "digest", "note"},
       1,
       "Sources of knowledge other than the knowledge base's own."},
      {"targets", {"target", "kind", "title"}, 1, "Enzymes and transporters that ingredients act on or depend on."},
      {"template_targets", {"template", "target"}, 2, "The targets that a template is expanded over."},
      {"templates",
       {"id", "relation", "strength", "object", "sensitivity", "narrow_index", "severity", "mechanism", "effect",
        "management", "monitoring", "onset", "evidence"},
       1,
       "Mechanism inference: strength of the precipitant x sensitivity of the object x narrow index."},
      {"washouts",
       {"rule", "term", "days", "evidence"},
       2,
       "How long a stopped medicine still counts for a rule, where that differs from its ingredient."},
  };
  return shapes;
}

const std::string& SeedTable::cell(const SeedRow& row, std::string_view column) const {
  const auto& columns = shape_->columns;
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end()) throw std::out_of_range("table has no column " + std::string(column));
  return row.cells[static_cast<std::size_t>(found - columns.begin())];
}

Seed::Seed() {
  for (const TableShape& shape : table_shapes()) tables_.emplace_back(shape);
}

const SeedTable& Seed::table(std::string_view name) const {
  for (const SeedTable& table : tables_) {
    if (table.shape().name == name) return table;
  }
  throw std::out_of_range("there is no table " + std::string(name));
}

SeedTable& Seed::table(std::string_view name) { return const_cast<SeedTable&>(std::as_const(*this).table(name)); }

void Seed::sort() {
  for (SeedTable& table : tables_) std::stable_sort(table.rows().begin(), table.rows().end(), key_less);
}

core::Result<Seed> read_seed(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".tsv") files.push_back(entry->path());
  }
  if (error) return core::fail(ErrorCode::invalid_input, folder.string() + ": " + error.message());
  if (files.empty()) return core::fail(ErrorCode::invalid_input, folder.string() + ": has no *.tsv files");
  std::sort(files.begin(), files.end());

  Seed seed;
  for (const fs::path& file : files) {
    if (auto read = read_file(file, seed); !read) return core::fail(read.error());
  }
  seed.sort();
  return seed;
}

core::Result<std::size_t> write_seed(const Seed& seed, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return core::fail(ErrorCode::io_failure, folder.string() + ": " + error.message());
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".tsv" && !is_table_name(path.stem().string())) {
      return core::fail(ErrorCode::invalid_input, path.string() + ": not a file of an export; choose another folder");
    }
  }
  std::size_t rows = 0;
  for (const SeedTable& table : seed.tables()) {
    const fs::path path = folder / (std::string(table.shape().name) + ".tsv");
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream << "# " << table.shape().comment << '\n' << header_of(table.shape()) << '\n';
    for (const SeedRow& row : table.rows()) stream << text_of(row) << '\n';
    rows += table.rows().size();
    if (!stream.flush()) return core::fail(ErrorCode::io_failure, path.string() + ": cannot be written");
  }
  return rows;
}

std::string content_digest(const Seed& sorted_seed) {
  Sha256 hash;
  for (const SeedTable& table : sorted_seed.tables()) {
    // A table that came later and has no rows says nothing: what was known before keeps its digest.
    if (table.rows().empty() && is_of_hospitals(table.shape().name)) continue;
    hash.update(table.shape().name);
    hash.update("\n");
    for (const SeedRow& row : table.rows()) {
      hash.update(text_of(row));
      hash.update("\n");
    }
  }
  return "sha256:" + to_hex(hash.finish());
}

}  // namespace guardian::knowledge
