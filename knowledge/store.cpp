// Store::open and the readers. The writer is in store_writer.cpp.

#include "knowledge/store.hpp"

#include <algorithm>
#include <system_error>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "knowledge/store_format.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;

tl::unexpected<core::Error> unavailable(const fs::path& path, const std::string& why) {
  return core::fail(ErrorCode::knowledge_unavailable, "knowledge base " + path.string() + ": " + why);
}

// Up to this size a knowledge base is held in memory, as it was checked: texts are read long after, and a disk that
// fails by then, or a copy that somebody writes over the file, would change what a finding says. Larger ones would cost
// the start more than their seal does; the one that ships is a tenth of this.
constexpr std::size_t most_held_bytes = std::size_t{64} << 20;

struct FreeBytes {
  void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
};

struct HeldFile {
  std::unique_ptr<unsigned char[], FreeBytes> bytes;  // none: too large
  std::size_t size = 0;
  bool sound = false;
};

// Reads the file through SQLite's own handle: opening it a second time and closing it would drop the lock that SQLite
// holds on it (a rule of POSIX locks).
HeldFile read_checked(SQLite::Database& database) {
  HeldFile held;
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr) {
    return held;
  }
  sqlite3_int64 size = 0;
  if (file->pMethods->xFileSize(file, &size) != SQLITE_OK) return held;
  held.size = static_cast<std::size_t>(size);
  const auto from_file = [&](std::span<std::uint8_t> into, std::size_t at) {
    return file->pMethods->xRead(file, into.data(), static_cast<int>(into.size()), static_cast<sqlite3_int64>(at)) ==
           SQLITE_OK;
  };
  if (held.size == 0 || held.size > most_held_bytes) {
    held.sound = store_format::seal_holds(held.size, from_file);
    return held;
  }
  held.bytes.reset(static_cast<unsigned char*>(sqlite3_malloc64(held.size)));
  if (!held.bytes || !from_file({held.bytes.get(), held.size}, 0)) return held;
  held.sound = store_format::seal_holds(held.size, [&](std::span<std::uint8_t> into, std::size_t at) {
    std::copy_n(held.bytes.get() + at, into.size(), into.data());
    return true;
  });
  return held;
}

std::string text_at(SQLite::Statement& row, int column) { return row.getColumn(column).getString(); }

// A number of a column as the seed writes it.
std::string number_text(SQLite::Statement& row, int column) {
  return row.getColumn(column).isNull() ? std::string() : format_number(row.getColumn(column).getDouble());
}

std::string joined_column(SQLite::Statement& query, std::int64_t key, std::string_view separator) {
  query.reset();
  query.bind(1, key);
  std::vector<std::string> parts;
  while (query.executeStep()) parts.push_back(text_at(query, 0));
  return joined(parts, separator);
}

std::string signed_grade(int grade) { return (grade < 0 ? "-" : "+") + std::to_string(std::abs(grade)); }

// Puts the terms and conditions of rules together from their rows.
class RuleReader {
 public:
  explicit RuleReader(SQLite::Database& database)
      : selector_(database,
                  "SELECT alternative, concept FROM term_concept WHERE rule_no = ? AND term_no = ? "
                  "ORDER BY alternative, position"),
        predicates_(database,
                    "SELECT kind, comparison, words, value, unit, on_unknown FROM term_predicate WHERE rule_no = ? AND "
                    "term_no = ? ORDER BY position"),
        terms_(database,
               "SELECT term_no, label, quantity, on_unknown FROM rule_term WHERE rule_no = ? AND condition IS ? "
               "ORDER BY term_no"),
        condition_selector_(database,
                            "SELECT alternative, concept FROM condition_concept WHERE rule_no = ? AND condition = ? "
                            "ORDER BY alternative, position"),
        condition_predicates_(database,
                              "SELECT kind, comparison, words, value, unit, on_unknown FROM condition_predicate WHERE "
                              "rule_no = ? AND condition = ? ORDER BY position") {}

  // The terms of the rule itself, or of one of its exceptions and modifiers that look at the patient.
  std::string terms(std::int64_t rule, std::optional<int> condition = std::nullopt) {
    terms_.reset();
    terms_.bind(1, rule);
    if (condition) {
      terms_.bind(2, *condition);
    } else {
      terms_.bind(2);
    }
    std::vector<TermText> terms;
    while (terms_.executeStep()) {
      const int number = terms_.getColumn(0).getInt();
      TermText term;
      term.label = parse_term_label(text_at(terms_, 1)).value_or(TermLabel::object);
      term.quantity = terms_.getColumn(2).getInt();
      term.on_unknown = parse_on_unknown(text_at(terms_, 3)).value_or(OnUnknown::fire);
      term.selector = selector(selector_, rule, number);
      term.predicates = predicates(predicates_, rule, number);
      terms.push_back(std::move(term));
    }
    return to_string(terms);
  }

  std::string condition_selector(std::int64_t rule, int position) {
    return to_string(selector(condition_selector_, rule, position));
  }
  std::string condition_predicates(std::int64_t rule, int position) {
    return to_string(predicates(condition_predicates_, rule, position));
  }

 private:
  static Selector selector(SQLite::Statement& query, std::int64_t rule, int owner) {
    query.reset();
    query.bind(1, rule);
    query.bind(2, owner);
    Selector selector;
    while (query.executeStep()) {
      const auto alternative = static_cast<std::size_t>(query.getColumn(0).getInt());
      if (selector.size() <= alternative) selector.resize(alternative + 1);
      if (auto name = parse_concept(text_at(query, 1))) selector[alternative].push_back(std::move(*name));
    }
    return selector;
  }

  static std::vector<PredicateText> predicates(SQLite::Statement& query, std::int64_t rule, int owner) {
    query.reset();
    query.bind(1, rule);
    query.bind(2, owner);
    std::vector<PredicateText> predicates;
    while (query.executeStep()) {
      PredicateText predicate;
      predicate.kind = parse_predicate_kind(text_at(query, 0)).value_or(PredicateKind::exposure);
      predicate.comparison = parse_comparison(text_at(query, 1)).value_or(Comparison::equal);
      const std::string words = text_at(query, 2);
      for (const auto word : split(words, "|")) predicate.words.emplace_back(word);
      predicate.number = query.getColumn(3).getDouble();
      predicate.unit = text_at(query, 4);
      predicate.kind = kind_of_unit(predicate.kind, predicate.unit);
      predicate.on_unknown = parse_on_unknown(text_at(query, 5)).value_or(OnUnknown::fire);
      predicates.push_back(std::move(predicate));
    }
    return predicates;
  }

  SQLite::Statement selector_;
  SQLite::Statement predicates_;
  SQLite::Statement terms_;
  SQLite::Statement condition_selector_;
  SQLite::Statement condition_predicates_;
};

}  // namespace

struct Store::Impl {
  fs::path path;
  std::unique_ptr<Impl> locked;  // none: `database` is the file
  SQLite::Database database;

  // Whoever owns a store keeps threads apart; SQLite need not.
  explicit Impl(const fs::path& file)
      : path(file), database(file.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX) {}

  // What was read of the file that `on_disk` has open; it goes on holding its lock.
  Impl(std::unique_ptr<Impl> on_disk, HeldFile held)
      : path(on_disk->path),
        locked(std::move(on_disk)),
        database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX) {
    const auto size = static_cast<sqlite3_int64>(held.size);
    // SQLite frees the bytes, also when it fails.
    const int status = sqlite3_deserialize(database.getHandle(), "main", held.bytes.release(), size, size,
                                           SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY);
    if (status != SQLITE_OK) throw SQLite::Exception(database.getHandle(), status);
  }

  // Runs a reader; an exception of the library becomes a value here.
  template <class T, class Reader>
  core::Result<T> guarded(Reader reader) {
    try {
      return reader();
    } catch (const SQLite::Exception& exception) {
      return unavailable(path, exception.what());
    }
  }

  std::string meta(const std::string& key) {
    SQLite::Statement query(database, "SELECT value FROM meta WHERE key = ?");
    query.bind(1, key);
    return query.executeStep() ? text_at(query, 0) : std::string();
  }

  template <class Add>
  void each(const std::string& sql, Add add) {
    SQLite::Statement query(database, sql);
    while (query.executeStep()) add(query);
  }

  std::vector<core::EvidenceRecord> evidence(std::string_view ids) {
    std::vector<core::EvidenceRecord> records;
    SQLite::Statement query(database, "SELECT * FROM evidence WHERE id = ?");
    for (const auto id : split(ids, " | ")) {
      query.reset();
      query.bind(1, std::string(id));
      if (!query.executeStep()) continue;
      records.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3), text_at(query, 4),
                         text_at(query, 5), text_at(query, 6), text_at(query, 7)});
    }
    return records;
  }

  void read_concepts(ConceptTables& tables) {
    each("SELECT ingredient FROM ingredient ORDER BY ingredient",
         [&](auto& q) { tables.ingredients.push_back(text_at(q, 0)); });
    each("SELECT class, title FROM class ORDER BY class", [&](auto& q) {
      tables.classes.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT class, parent FROM class_parent ORDER BY 1, 2", [&](auto& q) {
      tables.class_parents.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT ingredient, class FROM member ORDER BY 1, 2", [&](auto& q) {
      tables.members.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT target, title FROM target ORDER BY target", [&](auto& q) {
      tables.targets.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT ingredient, target, relation, grade FROM role ORDER BY 1, 2, 3", [&](auto& q) {
      const auto relation = parse_relation(text_at(q, 2)).value_or(Relation::inhibitor);
      tables.roles.push_back({text_at(q, 0), text_at(q, 1), relation, q.getColumn(3).getInt()});
    });
    each("SELECT condition, title FROM condition ORDER BY condition", [&](auto& q) {
      tables.conditions.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT condition, parent FROM condition_parent ORDER BY 1, 2", [&](auto& q) {
      tables.condition_parents.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT quantity, title FROM quantity ORDER BY quantity", [&](auto& q) {
      tables.quantities.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT effect, title FROM effect_name ORDER BY effect", [&](auto& q) {
      tables.effects.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT ingredient, effect, grade FROM effect ORDER BY 1, 2", [&](auto& q) {
      tables.effect_grades.push_back({text_at(q, 0), text_at(q, 1), q.getColumn(2).getInt()});
    });
  }

  void read_patient_tables(PatientTables& tables) {
    const auto list = [](const std::string& cell, std::string_view separator) {
      std::vector<std::string> parts;
      for (const auto part : split(cell, separator)) parts.emplace_back(part);
      return parts;
    };
    const auto real = [](SQLite::Statement& q, int column) { return q.getColumn(column).getDouble(); };
    each("SELECT condition, kind, history FROM condition ORDER BY condition", [&](auto& q) {
      tables.conditions.push_back({text_at(q, 0), text_at(q, 1), text_at(q, 2)});
    });
    each("SELECT condition, parent FROM condition_parent ORDER BY 1, 2",
         [&](auto& q) { tables.condition_parents.emplace_back(text_at(q, 0), text_at(q, 1)); });
    each("SELECT name, condition FROM condition_name ORDER BY name", [&](auto& q) {
      tables.condition_names.push_back({text_at(q, 0), list(text_at(q, 1), " + ")});
    });
    each("SELECT system, code, condition FROM condition_code ORDER BY 1, 2", [&](auto& q) {
      tables.condition_codes.push_back({text_at(q, 0), text_at(q, 1), text_at(q, 2)});
    });
    each("SELECT condition, quantity, low, high FROM condition_bound ORDER BY 1, 2", [&](auto& q) {
      tables.condition_bounds.push_back({text_at(q, 0), text_at(q, 1), real(q, 2), real(q, 3)});
    });
    each("SELECT quantity, kind, title, unit, low, high, stale_days, stands_in FROM quantity ORDER BY quantity",
         [&](auto& q) {
           QuantityDefinition row{text_at(q, 0), text_at(q, 1), text_at(q, 2), text_at(q, 3),
                                  real(q, 4),    real(q, 5),    std::nullopt,  text_at(q, 7)};
           if (!q.getColumn(6).isNull()) row.stale_days = real(q, 6);
           tables.quantities.push_back(std::move(row));
         });
    each("SELECT quantity, units, low, high FROM quantity_unstated ORDER BY quantity", [&](auto& q) {
      tables.quantity_unstated.push_back({text_at(q, 0), list(text_at(q, 1), " | "), real(q, 2), real(q, 3)});
    });
    each("SELECT name, quantity, note FROM quantity_name ORDER BY name", [&](auto& q) {
      tables.quantity_names.push_back({text_at(q, 0), text_at(q, 1), text_at(q, 2)});
    });
    each("SELECT quantity, unit, factor, \"offset\" FROM quantity_unit ORDER BY 1, 2", [&](auto& q) {
      tables.quantity_units.push_back({text_at(q, 0), text_at(q, 1), real(q, 2), real(q, 3)});
    });
    each("SELECT name, allergen FROM allergen ORDER BY name", [&](auto& q) {
      const std::string allergens = text_at(q, 1);
      tables.allergens.push_back(
          {text_at(q, 0), allergens == "-" ? std::vector<std::string>{} : list(allergens, " | ")});
    });
    each("SELECT phrase, grade FROM reaction ORDER BY phrase", [&](auto& q) {
      tables.reactions.push_back({text_at(q, 0), text_at(q, 1)});
    });
    each("SELECT selector, condition, line, note, evidence FROM indication ORDER BY 1, 2", [&](auto& q) {
      const std::string line = text_at(q, 2);
      tables.indications.push_back({text_at(q, 0), text_at(q, 1),
                                    line == "first"    ? 1
                                    : line == "second" ? 2
                                                       : 3,
                                    text_at(q, 3), text_at(q, 4)});
    });
  }

  void add_row(SeedTable& table, std::vector<std::string> cells) { table.rows().push_back({std::move(cells), {}, 0}); }

  void copy(Seed& seed, std::string_view to, const std::string& from) {
    SeedTable& table = seed.table(to);
    const int columns = static_cast<int>(table.shape().columns.size());
    each("SELECT * FROM " + from, [&](auto& q) {
      std::vector<std::string> cells;
      for (int i = 0; i < columns; ++i) {
        cells.push_back(q.getColumn(i).isFloat() ? number_text(q, i) : text_at(q, i));
      }
      add_row(table, std::move(cells));
    });
  }

  void read_sources(KnowledgeTables& tables) {
    each("SELECT code, name, ingredients FROM product_code WHERE system = 'rxnorm' ORDER BY code", [&](auto& q) {
      CodeRow row{text_at(q, 0), text_at(q, 1), {}};
      const std::string parts = text_at(q, 2);
      for (const auto part : split(parts, " + ")) row.ingredients.emplace_back(part);
      tables.codes.push_back(std::move(row));
    });
    each(
        "SELECT s.source, s.kind, s.format, s.title, s.version, s.date, s.licence, s.precedence, s.rows_read, "
        "s.rows_left_out, s.digest, (SELECT count(*) FROM rule_source AS r WHERE r.source = s.source), "
        "(SELECT count(*) FROM row_source AS r WHERE r.source = s.source AND r.seed_table = 'names'), "
        "(SELECT count(*) FROM product_code AS c WHERE c.source = s.source) FROM source AS s ORDER BY s.precedence, 1",
        [&](auto& q) {
          const auto count = [&](int column) { return static_cast<std::size_t>(q.getColumn(column).getInt64()); };
          tables.sources.push_back({text_at(q, 0), text_at(q, 1), text_at(q, 2), text_at(q, 3), text_at(q, 4),
                                    text_at(q, 5), text_at(q, 6), q.getColumn(7).getInt(), count(8), count(9),
                                    text_at(q, 10), count(11), count(12), count(13)});
        });
  }

  void read_local_rules(KnowledgeTables& tables) {
    each(
        "SELECT l.rule, s.source, l.owner, l.expires, l.mode, l.reason FROM local_rule AS l JOIN rule_source AS s "
        "ON s.rule = l.rule ORDER BY l.rule",
        [&](auto& q) {
          tables.local_rules.push_back(
              {text_at(q, 0), text_at(q, 1), text_at(q, 2), text_at(q, 3), text_at(q, 4) == "shadow", text_at(q, 5)});
        });
    each("SELECT rule, source, severity, owner, expires, mode, reason FROM lowering ORDER BY rule, source",
         [&](auto& q) {
           tables.lowerings.push_back({text_at(q, 0),
                                       text_at(q, 1),
                                       core::parse_severity(text_at(q, 2)).value_or(core::Severity::major),
                                       text_at(q, 3),
                                       text_at(q, 4),
                                       text_at(q, 5) == "shadow",
                                       text_at(q, 6),
                                       {}});
         });
    SQLite::Statement keys(database, "SELECT key FROM sign_off WHERE rule = ? AND source = ? ORDER BY key");
    for (LoweringRow& lowering : tables.lowerings) {
      keys.reset();
      keys.bind(1, lowering.rule);
      keys.bind(2, lowering.source);
      while (keys.executeStep()) lowering.keys.push_back(text_at(keys, 0));
    }
  }

  void read_names(Seed& seed) {
    SQLite::Statement ingredients(database,
                                  "SELECT ingredient FROM name_ingredient WHERE name_no = ? ORDER BY position");
    each("SELECT name_no, name, kind, route, countries, strengths, note FROM name", [&](auto& q) {
      const bool ambiguous = text_at(q, 2) == "ambiguous";
      const std::string parts = joined_column(ingredients, q.getColumn(0).getInt64(), ambiguous ? " | " : " + ");
      add_row(seed.table("names"),
              {text_at(q, 1), text_at(q, 2), parts, text_at(q, 3), text_at(q, 4), text_at(q, 5), text_at(q, 6)});
    });
  }

  void read_name_rows(std::vector<NameRow>& names) {
    // Two scans side by side, both by number: a join would cost more than both.
    SQLite::Statement ingredients(database,
                                  "SELECT name_no, ingredient FROM name_ingredient ORDER BY name_no, position");
    bool more = ingredients.executeStep();
    each("SELECT name_no, name, kind, route, countries, strengths FROM name ORDER BY name_no", [&](auto& q) {
      const std::int64_t number = q.getColumn(0).getInt64();
      NameRow row{text_at(q, 1), text_at(q, 2), {}, text_at(q, 3), text_at(q, 4), text_at(q, 5)};
      for (; more && ingredients.getColumn(0).getInt64() == number; more = ingredients.executeStep()) {
        row.ingredients.push_back(text_at(ingredients, 1));
      }
      names.push_back(std::move(row));
    });
  }

  void read_graded(Seed& seed) {
    each("SELECT ingredient, target, relation, grade, evidence FROM role", [&](auto& q) {
      const auto relation = parse_relation(text_at(q, 2)).value_or(Relation::inhibitor);
      add_row(seed.table("roles"), {text_at(q, 0), text_at(q, 1), text_at(q, 2),
                                    std::string(grade_word(relation, q.getColumn(3).getInt())), text_at(q, 4)});
    });
    each("SELECT ingredient, effect, grade, evidence FROM effect", [&](auto& q) {
      add_row(seed.table("effects"),
              {text_at(q, 0), text_at(q, 1), signed_grade(q.getColumn(2).getInt()), text_at(q, 3)});
    });
    each("SELECT * FROM template", [&](auto& q) {
      const auto relation = parse_relation(text_at(q, 1)).value_or(Relation::inhibitor);
      const auto object = parse_relation(text_at(q, 3)).value_or(Relation::substrate);
      add_row(
          seed.table("templates"),
          {text_at(q, 0), text_at(q, 1), std::string(grade_word(relation, q.getColumn(2).getInt())), text_at(q, 3),
           std::string(grade_word(object, q.getColumn(4).getInt())), q.getColumn(5).getInt() == 1 ? "yes" : "no",
           text_at(q, 6), text_at(q, 7), text_at(q, 8), text_at(q, 9), text_at(q, 10), text_at(q, 11), text_at(q, 12)});
    });
  }

  void read_rules(Seed& seed) {
    RuleReader reader(database);
    SQLite::Statement monitoring(database, "SELECT item FROM rule_monitoring WHERE rule_no = ? ORDER BY position");
    SQLite::Statement evidence_ids(database, "SELECT evidence FROM rule_evidence WHERE rule_no = ? ORDER BY position");
    const auto yes = [](SQLite::Statement& q, int column) { return q.getColumn(column).getInt() == 1 ? "yes" : ""; };
    each(
        "SELECT rule_no, id, type, severity, contraindication, settles, onset, status, mechanism, effect, management "
        "FROM rule WHERE kind = 'finding'",
        [&](auto& q) {
          const std::int64_t rule = q.getColumn(0).getInt64();
          add_row(seed.table("rules"),
                  {text_at(q, 1), text_at(q, 2), text_at(q, 3), yes(q, 4), yes(q, 5), reader.terms(rule), text_at(q, 8),
                   text_at(q, 9), text_at(q, 10), joined_column(monitoring, rule, " | "), text_at(q, 6),
                   joined_column(evidence_ids, rule, " | "), text_at(q, 7)});
        });
    each("SELECT rule_no, id, outcome, effect, management, status FROM rule WHERE kind = 'red_flag'", [&](auto& q) {
      const std::int64_t rule = q.getColumn(0).getInt64();
      add_row(seed.table("red_flags"), {text_at(q, 1), text_at(q, 2), text_at(q, 3), reader.terms(rule), text_at(q, 4),
                                        joined_column(evidence_ids, rule, " | "), text_at(q, 5)});
    });
    each("SELECT rule_no, outcome FROM rule WHERE kind = 'sign'", [&](auto& q) {
      const std::int64_t rule = q.getColumn(0).getInt64();
      add_row(seed.table("signs"), {text_at(q, 1), reader.terms(rule), joined_column(evidence_ids, rule, " | ")});
    });
    each(
        "SELECT c.rule_no, c.position, c.step, r.id, coalesce(t.label, c.looks_at), c.reason, c.evidence "
        "FROM rule_condition c "
        "JOIN rule r USING (rule_no) LEFT JOIN rule_term t ON t.rule_no = c.rule_no AND t.term_no = c.term_no",
        [&](auto& q) {
          const std::int64_t rule = q.getColumn(0).getInt64();
          const int position = q.getColumn(1).getInt();
          const int step = q.getColumn(2).getInt();
          std::vector<std::string> cells{text_at(q, 3)};
          if (step != 0) cells.push_back(signed_grade(step));
          const std::string looks_at = text_at(q, 4);
          cells.push_back(looks_at);
          cells.push_back(looks_at == "patient" ? reader.terms(rule, position)
                                                : reader.condition_selector(rule, position));
          cells.push_back(reader.condition_predicates(rule, position));
          cells.push_back(text_at(q, 5));
          cells.push_back(text_at(q, 6));
          add_row(seed.table(step == 0 ? "exceptions" : "modifiers"), std::move(cells));
        });
  }
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

core::Result<Store> Store::open(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return unavailable(path, "there is no such file");
  if (!fs::is_regular_file(path, error)) return unavailable(path, "is not a file");
  try {
    auto impl = std::make_unique<Impl>(path);
    SQLite::Database& database = impl->database;
    // The read transaction takes the lock: from here on no writer can change what is checked below.
    database.exec("BEGIN");
    const int application = database.execAndGet("PRAGMA application_id").getInt();
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    database.execAndGet("SELECT count(*) FROM sqlite_schema");
    if (application != store_format::application_id) return unavailable(path, "is not a knowledge base of guardian");
    if (version > schema_version) {
      return unavailable(path, "has schema version " + std::to_string(version) + ", this program reads version " +
                                   std::to_string(schema_version) + ": it needs a newer guardian");
    }
    if (version < schema_version) {
      return unavailable(
          path, "has the old schema version " + std::to_string(version) + ": build it again (guardian kb build)");
    }
    HeldFile held = read_checked(database);
    if (!held.sound) return unavailable(path, "is damaged: its content does not match its seal");
    if (held.bytes) impl = std::make_unique<Impl>(std::move(impl), std::move(held));
    return Store(std::move(impl));
  } catch (const SQLite::Exception& exception) {
    switch (exception.getErrorCode() & 0xFF) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED: return unavailable(path, "is locked by another program that is writing to it");
      case SQLITE_NOTADB: return unavailable(path, "is not a SQLite database");
      case SQLITE_CORRUPT: return unavailable(path, "is damaged");
      default: return unavailable(path, std::string("cannot be opened: ") + exception.what());
    }
  }
}

core::Result<KnowledgeTables> Store::tables() {
  return impl_->guarded<KnowledgeTables>([&]() -> core::Result<KnowledgeTables> {
    KnowledgeTables tables;
    tables.release = {impl_->meta("version"), impl_->meta("date"), impl_->meta("digest")};
    impl_->read_concepts(tables.concepts);
    impl_->each("SELECT kind, rxcui, usual_route, washout_days FROM ingredient ORDER BY ingredient", [&](auto& q) {
      IngredientRow row{text_at(q, 0), text_at(q, 1), text_at(q, 2), std::nullopt};
      if (!q.getColumn(3).isNull()) row.washout_days = q.getColumn(3).getDouble();
      tables.ingredients.push_back(std::move(row));
    });
    const auto exposure = [](const std::string& text) {
      return core::parse_exposure(text).value_or(core::Exposure::systemic);
    };
    impl_->each("SELECT route, exposure FROM route ORDER BY route", [&](auto& q) {
      tables.routes.push_back({text_at(q, 0), exposure(text_at(q, 1))});
    });
    impl_->each("SELECT ingredient, route, exposure FROM exposure ORDER BY 1, 2", [&](auto& q) {
      tables.exposures.push_back({text_at(q, 0), text_at(q, 1), exposure(text_at(q, 2))});
    });
    impl_->read_name_rows(tables.names);
    impl_->each("SELECT name, other FROM lookalike ORDER BY 1, 2",
                [&](auto& q) { tables.lookalikes.emplace_back(text_at(q, 0), text_at(q, 1)); });
    impl_->read_sources(tables);
    impl_->read_local_rules(tables);
    return tables;
  });
}

core::Result<PatientTables> Store::patient_tables() {
  return impl_->guarded<PatientTables>([&]() -> core::Result<PatientTables> {
    PatientTables tables;
    impl_->read_patient_tables(tables);
    return tables;
  });
}

core::Result<RuleSet> Store::rules() {
  return impl_->guarded<RuleSet>([&]() -> core::Result<RuleSet> {
    SQLite::Statement query(impl_->database, "SELECT data FROM compiled WHERE name = 'rules'");
    if (!query.executeStep()) return unavailable(impl_->path, "has no compiled rules");
    const SQLite::Column data = query.getColumn(0);
    const auto* bytes = static_cast<const std::uint8_t*>(data.getBlob());
    auto rules = RuleSet::read({bytes, static_cast<std::size_t>(data.getBytes())});
    if (!rules) return unavailable(impl_->path, rules.error().message);
    return rules;
  });
}

core::Result<Seed> Store::seed() {
  return impl_->guarded<Seed>([&]() -> core::Result<Seed> {
    Seed seed;
    impl_->copy(seed, "evidence", "evidence");
    impl_->copy(seed, "routes", "route");
    impl_->copy(seed, "exposures", "exposure");
    impl_->copy(seed, "lookalikes", "lookalike");
    impl_->copy(seed, "classes", "class");
    impl_->copy(seed, "class_parents", "class_parent");
    impl_->copy(seed, "members", "member");
    impl_->copy(seed, "targets", "target");
    impl_->copy(seed, "effect_names", "effect_name");
    impl_->copy(seed, "template_targets", "template_target");
    impl_->copy(seed, "conditions", "condition");
    impl_->copy(seed, "condition_parents", "condition_parent");
    impl_->copy(seed, "condition_names", "condition_name");
    impl_->copy(seed, "condition_codes", "condition_code");
    impl_->copy(seed, "condition_bounds", "condition_bound");
    impl_->copy(seed, "quantities", "quantity");
    impl_->copy(seed, "quantity_names", "quantity_name");
    impl_->copy(seed, "quantity_units", "quantity_unit");
    impl_->copy(seed, "quantity_unstated", "quantity_unstated");
    impl_->copy(seed, "allergens", "allergen");
    impl_->copy(seed, "reactions", "reaction");
    impl_->copy(seed, "indications", "indication");
    impl_->copy(seed, "washouts", "washout");
    impl_->copy(seed, "sources", "source");
    impl_->copy(seed, "rule_sources", "rule_source");
    impl_->copy(seed, "row_sources", "row_source");
    impl_->copy(seed, "product_codes", "product_code");
    impl_->copy(seed, "local_rules", "local_rule");
    impl_->copy(seed, "lowerings", "lowering");
    impl_->copy(seed, "sign_offs", "sign_off");
    impl_->add_row(seed.table("release"), {impl_->meta("version"), impl_->meta("date"), impl_->meta("note")});
    impl_->each("SELECT * FROM ingredient", [&](auto& q) {
      impl_->add_row(seed.table("ingredients"), {text_at(q, 0), text_at(q, 1), text_at(q, 2), text_at(q, 3),
                                                 text_at(q, 4), number_text(q, 5), text_at(q, 6)});
    });
    impl_->read_names(seed);
    impl_->read_graded(seed);
    impl_->read_rules(seed);
    seed.sort();
    return seed;
  });
}

core::Result<std::vector<core::EvidenceRecord>> Store::evidence(std::string_view ids) {
  using Records = std::vector<core::EvidenceRecord>;
  return impl_->guarded<Records>([&]() -> core::Result<Records> { return impl_->evidence(ids); });
}

core::Result<RuleTexts> Store::rule_texts(std::string_view rule_id) {
  return impl_->guarded<RuleTexts>([&]() -> core::Result<RuleTexts> {
    SQLite::Statement query(impl_->database,
                            "SELECT rule_no, mechanism, effect, management, onset, status FROM rule WHERE id = ?");
    query.bind(1, std::string(rule_id));
    if (!query.executeStep()) return core::fail(ErrorCode::not_found, "there is no rule " + std::string(rule_id));
    const std::int64_t rule = query.getColumn(0).getInt64();
    RuleTexts texts{text_at(query, 1),
                    text_at(query, 2),
                    text_at(query, 3),
                    {},
                    text_at(query, 4),
                    text_at(query, 5),
                    {},
                    {},
                    {},
                    {}};
    const auto list = [&](const char* sql, std::vector<std::string>& into) {
      SQLite::Statement rows(impl_->database, sql);
      rows.bind(1, rule);
      while (rows.executeStep()) into.push_back(text_at(rows, 0));
    };
    list("SELECT item FROM rule_monitoring WHERE rule_no = ? ORDER BY position", texts.monitoring);
    list("SELECT reason FROM rule_condition WHERE rule_no = ? ORDER BY position", texts.condition_reasons);
    std::vector<std::string> ids;
    list("SELECT evidence FROM rule_evidence WHERE rule_no = ? ORDER BY position", ids);
    texts.evidence = impl_->evidence(joined(ids, " | "));
    SQLite::Statement source(impl_->database, "SELECT source, level FROM rule_source WHERE rule = ?");
    source.bind(1, std::string(rule_id));
    if (source.executeStep()) {
      texts.source = text_at(source, 0);
      texts.level = text_at(source, 1);
    }
    return texts;
  });
}

core::Result<RuleTexts> Store::inferred_texts(std::string_view template_id, std::string_view target) {
  return impl_->guarded<RuleTexts>([&]() -> core::Result<RuleTexts> {
    SQLite::Statement query(
        impl_->database,
        "SELECT mechanism, effect, management, monitoring, onset, evidence FROM template WHERE id = ?");
    query.bind(1, std::string(template_id));
    if (!query.executeStep())
      return core::fail(ErrorCode::not_found, "there is no template " + std::string(template_id));
    const auto filled = [&](std::string text) {
      constexpr std::string_view mark = "{target}";
      for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + target.size())) {
        text.replace(at, mark.size(), target);
      }
      return text;
    };
    RuleTexts texts{filled(text_at(query, 0)),
                    filled(text_at(query, 1)),
                    filled(text_at(query, 2)),
                    {},
                    text_at(query, 4),
                    "draft",
                    {},
                    {},
                    {},
                    {}};
    const std::string monitoring = filled(text_at(query, 3));
    for (const auto item : split(monitoring, " | ")) texts.monitoring.emplace_back(item);
    texts.evidence = impl_->evidence(text_at(query, 5));
    return texts;
  });
}

}  // namespace guardian::knowledge
