// Store::create: a seed becomes one sealed SQLite file.

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "knowledge/seed_model.hpp"
#include "knowledge/store.hpp"
#include "knowledge/store_format.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;

// Writes rows through one prepared statement. Cells are bound as text; an empty one as NULL where the column is
// `optional`.
class Inserter {
 public:
  Inserter(SQLite::Database& database, const std::string& table, std::size_t columns)
      : statement_(database, "INSERT INTO " + table + " VALUES (" + marks(columns) + ")") {}

  Inserter& text(const std::string& value) {
    statement_.bind(next_++, value);
    return *this;
  }
  Inserter& text_or_null(const std::string& value) {
    if (value.empty()) {
      statement_.bind(next_++);
    } else {
      statement_.bind(next_++, value);
    }
    return *this;
  }
  Inserter& number(std::int64_t value) {
    statement_.bind(next_++, value);
    return *this;
  }
  Inserter& real(double value) {
    statement_.bind(next_++, value);
    return *this;
  }
  Inserter& null() {
    statement_.bind(next_++);
    return *this;
  }
  void insert() {
    statement_.exec();
    statement_.reset();
    next_ = 1;
  }

 private:
  static std::string marks(std::size_t columns) {
    std::string text = "?";
    for (std::size_t i = 1; i < columns; ++i) text += ",?";
    return text;
  }

  SQLite::Statement statement_;
  int next_ = 1;
};

class Writer {
 public:
  Writer(SQLite::Database& database, const Seed& seed) : database_(database), seed_(seed) {}

  void write_plain_tables() {
    copy("evidence", "evidence");
    copy("routes", "route");
    write_ingredients();
    copy("exposures", "exposure");
    write_names();
    copy("lookalikes", "lookalike");
    copy("classes", "class");
    copy("class_parents", "class_parent");
    copy("members", "member");
    copy("targets", "target");
    write_roles();
    copy("effect_names", "effect_name");
    write_effects();
    write_templates();
    copy("conditions", "condition");
    copy("condition_parents", "condition_parent");
    copy("condition_names", "condition_name");
    copy("condition_codes", "condition_code");
    copy("quantities", "quantity", {"stale_days"});
    copy("quantity_names", "quantity_name");
    copy("quantity_units", "quantity_unit");
    copy("quantity_unstated", "quantity_unstated");
    copy("condition_bounds", "condition_bound");
    copy("allergens", "allergen");
    copy("reactions", "reaction");
    copy("indications", "indication");
    copy("sources", "source");
    copy("row_sources", "row_source");
    copy("product_codes", "product_code", {"source"});
  }

  // All rules but the inferred ones, which stand as templates.
  void write_rules(const std::vector<RuleSource>& rules) {
    write_concepts(rules);
    write_rule_rows(rules);
    Inserter term_row(database_, "rule_term", 6);
    Inserter term_concept(database_, "term_concept", 5);
    Inserter term_predicate(database_, "term_predicate", 9);
    write_term_ = [&](std::int64_t rule, std::size_t number, std::optional<std::size_t> condition,
                      const TermText& term) {
      term_row.number(rule).number(static_cast<std::int64_t>(number));
      if (condition) {
        term_row.number(static_cast<std::int64_t>(*condition));
      } else {
        term_row.null();
      }
      term_row.text(std::string(to_string(term.label))).number(term.quantity);
      term_row.text(std::string(to_string(term.on_unknown))).insert();
      write_selector(term_concept, rule, number, term.selector);
      write_predicates(term_predicate, rule, number, term.predicates);
    };
    for (const RuleSource& source : rules) {
      for (std::size_t i = 0; i < source.terms.size(); ++i) {
        write_term_(rule_numbers_.at(source.id), i, std::nullopt, source.terms[i]);
      }
    }
    write_conditions(rules);
    write_term_ = nullptr;
    copy("washouts", "washout");
    copy("rule_sources", "rule_source");
    copy("local_rules", "local_rule");
    copy("lowerings", "lowering");
    copy("sign_offs", "sign_off");
  }

  void write_compiled(const RuleSet& rules) {
    SQLite::Statement insert(database_, "INSERT INTO compiled VALUES (?, ?)");
    const auto bytes = rules.write();
    insert.bind(1, "rules");
    insert.bindNoCopy(2, bytes.data(), static_cast<int>(bytes.size()));
    insert.exec();
    insert.reset();
    std::string seal(store_format::seal_mark);
    seal.append(store_format::seal_size, '\0');
    insert.bind(1, "seal");
    insert.bindNoCopy(2, seal.data(), static_cast<int>(seal.size()));
    insert.exec();
  }

  void write_meta(const std::string& digest) {
    const SeedTable& release = seed_.table("release");
    Inserter meta(database_, "meta", 2);
    meta.text("digest").text(digest).insert();
    meta.text("version").text(release.cell(release.rows().front(), "version")).insert();
    meta.text("date").text(release.cell(release.rows().front(), "date")).insert();
    meta.text("note").text(release.cell(release.rows().front(), "note")).insert();
  }

 private:
  // Empty cells of the columns `optional` become NULL.
  void copy(std::string_view from, const std::string& to, const std::vector<std::string_view>& optional = {}) {
    const SeedTable& table = seed_.table(from);
    const auto& columns = table.shape().columns;
    Inserter row_insert(database_, to, columns.size());
    for (const SeedRow& row : table.rows()) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool may_be_null = std::find(optional.begin(), optional.end(), columns[i]) != optional.end();
        may_be_null ? row_insert.text_or_null(row.cells[i]) : row_insert.text(row.cells[i]);
      }
      row_insert.insert();
    }
  }

  void write_rule_rows(const std::vector<RuleSource>& rules) {
    Inserter rule(database_, "rule", 13);
    Inserter monitoring(database_, "rule_monitoring", 3);
    Inserter evidence(database_, "rule_evidence", 3);
    const auto next = [&](const std::string& id) {
      const auto number = static_cast<std::int64_t>(rule_numbers_.size());
      rule_numbers_.emplace(id, number);
      rule.number(number).text(id);
      return number;
    };
    const SeedTable& table = seed_.table("rules");
    for (const SeedRow& row : table.rows()) {
      const std::int64_t number = next(row.cells[0]);
      rule.text("finding").text("").text(table.cell(row, "type")).text(table.cell(row, "severity"));
      rule.number(table.cell(row, "contraindication") == "yes" ? 1 : 0)
          .number(table.cell(row, "settles") == "yes" ? 1 : 0);
      rule.text(table.cell(row, "onset")).text(table.cell(row, "status")).text(table.cell(row, "mechanism"));
      rule.text(table.cell(row, "effect")).text(table.cell(row, "management")).insert();
      write_list(monitoring, number, table.cell(row, "monitoring"));
      write_list(evidence, number, table.cell(row, "evidence"));
    }
    const SeedTable& flags = seed_.table("red_flags");
    for (const SeedRow& row : flags.rows()) {
      const std::int64_t number = next(row.cells[0]);
      rule.text("red_flag").text(flags.cell(row, "level")).text("").text("minor").number(0).number(0).text("");
      rule.text(flags.cell(row, "status")).text("").text(flags.cell(row, "title")).text(flags.cell(row, "action"));
      rule.insert();
      write_list(evidence, number, flags.cell(row, "evidence"));
    }
    // Signs stand in the order of their table.
    const SeedTable& signs = seed_.table("signs");
    auto sign = std::find_if(rules.begin(), rules.end(),
                             [](const RuleSource& source) { return source.kind == RuleKind::sign; });
    for (const SeedRow& row : signs.rows()) {
      const std::int64_t number = next((sign++)->id);
      rule.text("sign").text(row.cells[0]).text("").text("minor").number(0).number(0).text("").text("verified");
      rule.text("").text("").text("").insert();
      write_list(evidence, number, signs.cell(row, "evidence"));
    }
  }

  void write_ingredients() {
    const SeedTable& table = seed_.table("ingredients");
    Inserter insert(database_, "ingredient", 7);
    for (const SeedRow& row : table.rows()) {
      insert.text(row.cells[0])
          .text(table.cell(row, "kind"))
          .text(table.cell(row, "rxcui"))
          .text(table.cell(row, "atc"));
      insert.text_or_null(table.cell(row, "usual_route"));
      const auto washout = parse_number(table.cell(row, "washout_days"));
      if (washout) {
        insert.real(*washout);
      } else {
        insert.null();
      }
      insert.text(table.cell(row, "note")).insert();
    }
  }

  void write_names() {
    const SeedTable& table = seed_.table("names");
    Inserter name(database_, "name", 7);
    Inserter ingredient(database_, "name_ingredient", 3);
    std::int64_t number = 0;
    for (const SeedRow& row : table.rows()) {
      name.number(number).text(row.cells[0]).text(table.cell(row, "kind")).text_or_null(table.cell(row, "route"));
      name.text(table.cell(row, "countries")).text(table.cell(row, "strengths")).text(table.cell(row, "note")).insert();
      const bool ambiguous = table.cell(row, "kind") == "ambiguous";
      std::int64_t position = 0;
      for (const auto part : split(table.cell(row, "ingredients"), ambiguous ? " | " : " + ")) {
        ingredient.number(number).number(position++).text(std::string(part)).insert();
      }
      ++number;
    }
  }

  void write_roles() {
    const SeedTable& table = seed_.table("roles");
    Inserter insert(database_, "role", 5);
    for (const SeedRow& row : table.rows()) {
      const auto relation = parse_relation(table.cell(row, "relation")).value_or(Relation::inhibitor);
      insert.text(row.cells[0]).text(row.cells[1]).text(table.cell(row, "relation"));
      insert.number(parse_grade(relation, table.cell(row, "grade"))).text(table.cell(row, "evidence")).insert();
    }
  }

  void write_effects() {
    const SeedTable& table = seed_.table("effects");
    Inserter insert(database_, "effect", 4);
    for (const SeedRow& row : table.rows()) {
      const std::string& grade = table.cell(row, "grade");
      insert.text(row.cells[0]).text(row.cells[1]).number((grade[0] == '-' ? -1 : 1) * (grade[1] - '0'));
      insert.text(table.cell(row, "evidence")).insert();
    }
  }

  void write_templates() {
    const SeedTable& table = seed_.table("templates");
    Inserter insert(database_, "template", 13);
    for (const SeedRow& row : table.rows()) {
      const auto cell = [&](std::string_view column) { return table.cell(row, column); };
      const auto relation = parse_relation(cell("relation")).value_or(Relation::inhibitor);
      const auto object = parse_relation(cell("object")).value_or(Relation::substrate);
      insert.text(cell("id"))
          .text(cell("relation"))
          .number(parse_grade(relation, cell("strength")))
          .text(cell("object"));
      insert.number(parse_grade(object, cell("sensitivity"))).number(cell("narrow_index") == "yes" ? 1 : 0);
      insert.text(cell("severity")).text(cell("mechanism")).text(cell("effect")).text(cell("management"));
      insert.text(cell("monitoring")).text(cell("onset")).text(cell("evidence")).insert();
    }
    copy("template_targets", "template_target");
  }

  void write_concepts(const std::vector<RuleSource>& rules) {
    std::map<std::string, ConceptName> used;
    const auto use = [&](const Selector& selector) {
      for (const AlternativeNames& names : selector) {
        for (const ConceptName& name : names) used.emplace(to_string(name), name);
      }
    };
    for (const RuleSource& rule : rules) {
      for (const TermText& term : rule.terms) use(term.selector);
      for (const RuleSource::Condition& condition : rule.conditions) {
        use(condition.selector);
        for (const TermText& term : condition.patient) use(term.selector);
      }
    }
    constexpr std::string_view kinds[] = {"ingredient", "class", "role", "effect", "any", "condition", "quantity"};
    Inserter insert(database_, "concept", 5);
    for (const auto& [text, name] : used) {
      insert.text(text).text(std::string(kinds[static_cast<std::size_t>(name.kind)])).text(name.name);
      insert.text(name.kind == ConceptKind::role ? std::string(to_string(name.relation)) : std::string());
      insert.number(name.falling ? -name.grade : name.grade).insert();
    }
  }

  static void write_list(Inserter& insert, std::int64_t rule, const std::string& cell) {
    std::int64_t position = 0;
    for (const auto part : split(cell, " | ")) insert.number(rule).number(position++).text(std::string(part)).insert();
  }

  static void write_selector(Inserter& insert, std::int64_t rule, std::size_t owner, const Selector& selector) {
    for (std::size_t alternative = 0; alternative < selector.size(); ++alternative) {
      for (std::size_t position = 0; position < selector[alternative].size(); ++position) {
        insert.number(rule).number(static_cast<std::int64_t>(owner)).number(static_cast<std::int64_t>(alternative));
        insert.number(static_cast<std::int64_t>(position)).text(to_string(selector[alternative][position])).insert();
      }
    }
  }

  static void write_predicates(Inserter& insert, std::int64_t rule, std::size_t owner,
                               const std::vector<PredicateText>& predicates) {
    for (std::size_t position = 0; position < predicates.size(); ++position) {
      const PredicateText& predicate = predicates[position];
      insert.number(rule).number(static_cast<std::int64_t>(owner)).number(static_cast<std::int64_t>(position));
      insert.text(std::string(to_string(predicate.kind))).text(std::string(to_string(predicate.comparison)));
      insert.text(joined(predicate.words, "|")).real(predicate.number).text(predicate.unit);
      insert.text(std::string(to_string(predicate.on_unknown))).insert();
    }
  }

  // Exceptions come first and then modifiers, each in the order of its table: the order of RuleSource::conditions.
  void write_conditions(const std::vector<RuleSource>& rules) {
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> reasons;
    for (const std::string_view name : {"exceptions", "modifiers"}) {
      const SeedTable& table = seed_.table(name);
      for (const SeedRow& row : table.rows()) {
        reasons[table.cell(row, "rule")].emplace_back(table.cell(row, "reason"), table.cell(row, "evidence"));
      }
    }
    Inserter condition_row(database_, "rule_condition", 7);
    Inserter condition_concept(database_, "condition_concept", 5);
    Inserter condition_predicate(database_, "condition_predicate", 9);
    for (const RuleSource& source : rules) {
      const std::int64_t number = rule_numbers_.at(source.id);
      std::size_t next_term = source.terms.size();
      for (std::size_t i = 0; i < source.conditions.size(); ++i) {
        const RuleSource::Condition& condition = source.conditions[i];
        condition_row.number(number).number(static_cast<std::int64_t>(i)).number(condition.step);
        const bool elsewhere = condition.term == "case" || condition.term == "patient";
        condition_row.text(elsewhere ? condition.term : "term");
        const auto bound = std::find_if(source.terms.begin(), source.terms.end(),
                                        [&](const TermText& term) { return to_string(term.label) == condition.term; });
        if (bound == source.terms.end()) {
          condition_row.null();
        } else {
          condition_row.number(bound - source.terms.begin());
        }
        const auto& [reason, evidence] = reasons.at(source.id).at(i);
        condition_row.text(reason).text(evidence).insert();
        write_selector(condition_concept, number, i, condition.selector);
        write_predicates(condition_predicate, number, i, condition.predicates);
        for (const TermText& term : condition.patient) write_term_(number, next_term++, i, term);
      }
    }
  }

  SQLite::Database& database_;
  const Seed& seed_;
  std::map<std::string, std::int64_t> rule_numbers_;
  std::function<void(std::int64_t, std::size_t, std::optional<std::size_t>, const TermText&)> write_term_;
};

// The file that is being written; it is removed unless it took its place.
class PendingFile {
 public:
  explicit PendingFile(const fs::path& target) : target_(target), path_(target) {
    path_ += ".new." + std::to_string(::getpid());
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  ~PendingFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }

  [[nodiscard]] bool seal() const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    // The place of the seal is still empty; no text can be, for text has no zero bytes.
    const auto positions = store_format::seal_positions(bytes);
    const auto empty = std::find_if(positions.begin(), positions.end(), [&](std::size_t position) {
      const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(position);
      return std::all_of(first, first + store_format::seal_size, [](std::uint8_t byte) { return byte == 0; });
    });
    if (!file || empty == positions.end()) return false;
    const store_format::Seal seal = store_format::seal_of(bytes, *empty);
    file.clear();
    file.seekp(static_cast<std::streamoff>(*empty));
    file.write(reinterpret_cast<const char*>(seal.data()), static_cast<std::streamsize>(seal.size()));
    return static_cast<bool>(file.flush());
  }

  // On disk before it is visible under its name, so that a power cut leaves the old file or the new one.
  [[nodiscard]] bool take_place() const {
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool synced = ::fsync(descriptor) == 0;
    ::close(descriptor);
    std::error_code error;
    if (synced) fs::rename(path_, target_, error);
    return synced && !error;
  }

 private:
  fs::path target_;
  fs::path path_;
};

}  // namespace

core::Result<BuildReport> Store::create(const fs::path& path, const Seed& source) {
  const Seed seed = canonical(source);
  auto rules = all_rules(seed);
  if (!rules) return core::fail(rules.error());
  const auto tables = concept_tables(seed);
  if (!tables) return core::fail(tables.error());
  const auto graph = ConceptGraph::build(*tables);
  if (!graph) return core::fail(graph.error());
  if (seed.table("release").rows().size() != 1) {
    return core::fail(ErrorCode::invalid_input, "release.tsv: must have exactly one row");
  }
  const auto compiled = RuleSet::compile(*rules, *graph, route_names(seed));
  if (!compiled) return core::fail(compiled.error());
  std::erase_if(*rules, [](const RuleSource& rule) { return rule.inferred; });

  std::error_code status_error;
  if (const auto status = fs::status(path, status_error); fs::exists(status) && !fs::is_regular_file(status)) {
    return core::fail(ErrorCode::invalid_input, path.string() + ": is not a file; it is left as it is");
  }
  BuildReport report{content_digest(seed), rules->size(), compiled->inferred_count(), 0};
  const PendingFile pending(path);
  try {
    SQLite::Database database(pending.path().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;");
    database.exec("PRAGMA application_id = " + std::to_string(store_format::application_id));
    database.exec("PRAGMA user_version = " + std::to_string(schema_version));
    SQLite::Transaction transaction(database);
    for (const std::string_view migration : migration_texts()) database.exec(std::string(migration));
    Writer writer(database, seed);
    writer.write_plain_tables();
    writer.write_rules(*rules);
    writer.write_meta(report.digest);
    writer.write_compiled(*compiled);
    transaction.commit();
  } catch (const SQLite::Exception& exception) {
    const bool constraint = (exception.getErrorCode() & 0xFF) == 19;  // SQLITE_CONSTRAINT
    return core::fail(constraint ? ErrorCode::invalid_input : ErrorCode::io_failure,
                      path.string() + ": cannot be built: " + exception.what());
  }
  if (!pending.seal() || !pending.take_place()) {
    return core::fail(ErrorCode::io_failure, path.string() + ": cannot be written");
  }
  std::error_code ignored;
  report.bytes = fs::file_size(path, ignored);
  return report;
}

}  // namespace guardian::knowledge
