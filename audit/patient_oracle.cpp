#include "audit/patient_oracle.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string_view>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>

namespace guardian::audit {

std::string_view patient_oracle_sql();   // patient_oracle.sql
std::string_view medicine_oracle_sql();  // medicine_oracle.sql

namespace {

using Rows = std::vector<PatientOracleRow>;

constexpr const char* patient_rules = "('patient')";
constexpr const char* all_rules = "('patient'), ('pair'), ('set')";

constexpr const char* given_tables = R"sql(
CREATE TEMP TABLE given_case (
  case_no INTEGER PRIMARY KEY,
  results_stated INTEGER NOT NULL
);
CREATE TEMP TABLE given_drug (
  fact INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  exposure TEXT NOT NULL CHECK (exposure IN ('none', 'local', 'systemic')),
  route TEXT,
  daily_mg REAL,
  daily_units REAL,
  single_mg REAL,
  single_units REAL,
  rate_mg REAL,
  rate_units REAL,
  times_per_day REAL,
  weight_kg REAL,
  duration_days REAL,
  stopped INTEGER NOT NULL,
  stopped_days REAL,
  ordered INTEGER NOT NULL,
  as_needed INTEGER NOT NULL,
  fixed_product INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  source INTEGER NOT NULL
);
CREATE INDEX given_drug_of_case ON given_drug (case_no, ingredient);
-- truth: 1 not known, 2 yes
CREATE TEMP TABLE given_condition (
  fact INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  condition TEXT NOT NULL,
  truth INTEGER NOT NULL,
  age_days REAL,
  assumed INTEGER NOT NULL
);
CREATE TEMP TABLE given_quantity (
  fact INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL CHECK (high >= low),
  age_days REAL
);
CREATE TEMP TABLE given_allergy (
  fact INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  allergen TEXT NOT NULL,
  reaction TEXT NOT NULL,
  years REAL
);
)sql";

core::Error unavailable(std::string_view what) {
  return {core::ErrorCode::knowledge_unavailable, "patient oracle: " + std::string(what)};
}

// One row of values; what is not stated is NULL.
class Insert {
 public:
  Insert(SQLite::Database& database, const std::string& table, int values)
      : statement_(database, "INSERT INTO " + table + " VALUES (NULL" + repeated(values) + ")") {}

  template <class... Values>
  void row(const Values&... values) {
    statement_.reset();
    int index = 0;
    (bind(++index, values), ...);
    statement_.exec();
  }

 private:
  static std::string repeated(int values) {
    std::string marks;
    for (int i = 0; i < values; ++i) marks += ", ?";
    return marks;
  }
  template <class Value>
  void bind(int index, const Value& value) {
    statement_.bind(index, value);
  }
  void bind(int index, bool value) { statement_.bind(index, value ? 1 : 0); }
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value) {
      statement_.bind(index, *value);
    } else {
      statement_.bind(index);
    }
  }

  SQLite::Statement statement_;
};

void give(SQLite::Database& database, std::span<const OracleCase> cases) {
  database.exec(given_tables);
  SQLite::Statement add_case(database, "INSERT INTO given_case VALUES (?, ?)");
  Insert drugs(database, "given_drug", 20);
  Insert conditions(database, "given_condition", 5);
  Insert quantities(database, "given_quantity", 5);
  Insert allergies(database, "given_allergy", 4);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    add_case.reset();
    add_case.bind(1, number);
    add_case.bind(2, cases[i].results_stated ? 1 : 0);
    add_case.exec();
    for (const OracleDrug& drug : cases[i].drugs) {
      drugs.row(number, drug.ingredient, std::string(to_string(drug.exposure)), drug.route, drug.daily_mg,
                drug.daily_units, drug.single_mg, drug.single_units, drug.rate_mg, drug.rate_units, drug.times_per_day,
                drug.weight_kg, drug.duration_days, drug.stopped, drug.stopped_days, drug.ordered, drug.as_needed,
                drug.fixed_product, drug.name_key, drug.source);
    }
    for (const OracleCondition& condition : cases[i].conditions) {
      conditions.row(number, condition.condition, condition.certain ? 2 : 1, condition.age_days, condition.assumed);
    }
    for (const OracleQuantity& quantity : cases[i].quantities) {
      quantities.row(number, quantity.quantity, quantity.low, quantity.high, quantity.age_days);
    }
    for (const OracleAllergy& allergy : cases[i].allergies) {
      allergies.row(number, allergy.allergen, allergy.reaction, allergy.years);
    }
  }
}

// The first of what a view complains about.
std::optional<std::string> complaint(SQLite::Database& database, const std::string& view) {
  SQLite::Statement query(database, "SELECT what FROM " + view + " ORDER BY what LIMIT 1");
  if (!query.executeStep()) return std::nullopt;
  return query.getColumn(0).getString();
}

core::Result<Rows> read_rows(SQLite::Database& database) {
  if (const auto name = complaint(database, "not_known"))
    return core::fail(core::ErrorCode::not_found, "patient oracle: no such " + *name);
  if (const auto what = complaint(database, "not_understood")) return core::fail(unavailable("cannot read " + *what));
  Rows rows;
  SQLite::Statement query(database, "SELECT case_no, rule, ingredients, severity FROM oracle_row");
  while (query.executeStep()) {
    PatientOracleRow row{static_cast<std::size_t>(query.getColumn(0).getInt64()), query.getColumn(1).getString(),
                         query.getColumn(2).getString(), std::nullopt};
    if (!query.getColumn(3).isNull()) row.severity = core::parse_severity(query.getColumn(3).getString());
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::string> split_ingredients(const std::string& text) {
  constexpr std::string_view between = " + ";
  std::vector<std::string> names;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find(between, from), text.size());
    names.push_back(text.substr(from, end - from));
    from = end + between.size();
  }
  return names;
}

core::Result<CaseJudgement> read_case(SQLite::Database& database) {
  if (const auto name = complaint(database, "not_known"))
    return core::fail(core::ErrorCode::not_found, "patient oracle: no such " + *name);
  if (const auto what = complaint(database, "not_understood")) return core::fail(unavailable("cannot read " + *what));
  database.exec(std::string(medicine_oracle_sql()));
  CaseJudgement judgement;
  SQLite::Statement query(
      database, "SELECT rule, kind, type, ingredients, severity, contraindication, inferred, local FROM case_row");
  while (query.executeStep()) {
    CaseRow row{query.getColumn(0).getString(),
                query.getColumn(1).getString(),
                query.getColumn(2).getString(),
                split_ingredients(query.getColumn(3).getString()),
                std::nullopt,
                query.getColumn(5).getInt() != 0,
                query.getColumn(6).getInt() != 0,
                query.getColumn(7).getInt() != 0};
    if (!query.getColumn(4).isNull()) row.severity = core::parse_severity(query.getColumn(4).getString());
    judgement.rows.push_back(std::move(row));
  }
  std::sort(judgement.rows.begin(), judgement.rows.end());
  SQLite::Statement vetoed(database, "SELECT DISTINCT rule FROM vetoed_rule ORDER BY rule");
  while (vetoed.executeStep()) judgement.vetoed.push_back(vetoed.getColumn(0).getString());
  const auto number = [&](const char* sql) { return static_cast<std::size_t>(database.execAndGet(sql).getInt64()); };
  judgement.rules = number(
      "SELECT (SELECT count(*) FROM main.rule WHERE id NOT IN (SELECT rule FROM left_out)) "
      "+ (SELECT count(*) FROM main.template_target)");
  judgement.within_product = number("SELECT count(*) FROM ruled_product");
  return judgement;
}

core::Result<std::vector<std::string>> read_rules(SQLite::Database& database) {
  std::vector<std::string> ids;
  SQLite::Statement query(database, "SELECT id FROM patient_rule");
  while (query.executeStep()) ids.push_back(query.getColumn(0).getString());
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

struct PatientOracle::Impl {
  SQLite::Database database;

  explicit Impl(const std::filesystem::path& path) : database(path.string(), SQLite::OPEN_READONLY) {
    database.exec("PRAGMA temp_store = MEMORY");
    database.execAndGet("SELECT count(*) FROM main.rule_condition");  // what is no knowledge base fails here
  }

  // Judges the cases, and reads from the tables of that what `read` wants.
  // `scopes` are SQL: the rules to judge.
  template <class Read>
  auto derive(std::span<const OracleCase> cases, const char* scopes, bool patient, Read read,
              const std::set<std::string>& left_out = {}) -> decltype(read(database)) {
    try {
      // One transaction gives one snapshot, and rolling it back takes the TEMP tables away, on failure too.
      const SQLite::Transaction transaction(database);
      give(database, cases);
      database.exec("CREATE TEMP TABLE judged_scope (scope TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
      database.exec(std::string("INSERT INTO judged_scope VALUES ") + scopes);
      database.exec("CREATE TEMP TABLE left_out (rule TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
      SQLite::Statement leave_out(database, "INSERT INTO left_out VALUES (?)");
      for (const std::string& rule : left_out) {
        leave_out.reset();
        leave_out.bind(1, rule);
        leave_out.exec();
      }
      database.exec("CREATE TEMP TABLE judged_with AS SELECT " + std::string(patient ? "1" : "0") + " AS patient");
      database.exec(std::string(patient_oracle_sql()));
      return read(database);
    } catch (const std::exception& error) {
      return core::fail(unavailable(error.what()));
    }
  }
};

PatientOracle::PatientOracle(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PatientOracle::PatientOracle(PatientOracle&&) noexcept = default;
PatientOracle& PatientOracle::operator=(PatientOracle&&) noexcept = default;
PatientOracle::~PatientOracle() = default;

core::Result<PatientOracle> PatientOracle::open(const std::filesystem::path& path) {
  try {
    return PatientOracle(std::make_unique<Impl>(path));
  } catch (const std::exception& error) {
    return core::fail(unavailable(path.string() + ": " + error.what()));
  }
}

core::Result<Rows> PatientOracle::judge(std::span<const OracleCase> cases) {
  return impl_->derive(cases, patient_rules, true, read_rows);
}

core::Result<CaseJudgement> PatientOracle::judge_case(const OracleCase& subject, bool patient,
                                                      const std::set<std::string>& left_out) {
  return impl_->derive({&subject, 1}, all_rules, patient, read_case, left_out);
}

core::Result<std::vector<std::string>> PatientOracle::rules() {
  return impl_->derive({}, patient_rules, true, read_rules);
}

}  // namespace guardian::audit
