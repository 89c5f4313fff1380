#pragma once
// The knowledge base as one SQLite file. The only place with SQL of the product: creates the file from a seed, opens it
// read-only after checking it, reads the tables back. An open store holds a read transaction for its life, so that what
// was checked is what is read. One thread at a time may use a store; it is made for one owner.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/result.hpp"
#include "knowledge/concept_graph.hpp"
#include "knowledge/patient_tables.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/seed.hpp"

namespace guardian::knowledge {

inline constexpr int schema_version = 4;

struct ReleaseInfo {
  std::string version;
  std::string date;    // ISO
  std::string digest;  // "sha256:..." of the content
};

struct IngredientRow {
  std::string kind;
  std::string rxcui;
  std::string usual_route;
  std::optional<double> washout_days;
};

struct NameRow {
  std::string name;
  std::string kind;  // synonym, brand, abbreviation, ambiguous
  std::vector<std::string> ingredients;
  std::string route;
  std::string countries;  // ISO codes with blanks
  std::string strengths;
};

struct ExposureRow {
  std::string ingredient;
  std::string route;
  core::Exposure exposure = core::Exposure::systemic;
};

struct RouteRow {
  std::string route;
  core::Exposure exposure = core::Exposure::systemic;
};

// A code of a product, beside those of the ingredients.
struct CodeRow {
  std::string code;  // RxNorm
  std::string name;
  std::vector<std::string> ingredients;
};

// A source of knowledge other than our own.
struct SourceRow {
  std::string name;
  std::string kind;  // hospital, imported
  std::string format;
  std::string title;
  std::string version;
  std::string date;
  std::string licence;
  int precedence = 0;
  std::size_t rows_read = 0;
  std::size_t rows_left_out = 0;
  std::string digest;
  std::size_t rules = 0;
  std::size_t names = 0;
  std::size_t codes = 0;
};

// Of a rule of a hospital.
struct LocalRuleRow {
  std::string rule;
  std::string source;
  std::string owner;
  std::string expires;  // ISO: the last day on which it counts
  bool shadow = false;  // evaluated and counted, and no finding
  std::string reason;
};

// What a hospital ranks lower than the rule does.
struct LoweringRow {
  std::string rule;
  std::string source;
  core::Severity severity = core::Severity::minor;
  std::string owner;
  std::string expires;
  bool shadow = false;
  std::string reason;
  std::vector<std::string> keys;  // that signed it off, each once
};

// Everything that is held in memory but the rules and what is read of patients; texts of rules stay in the file.
struct KnowledgeTables {
  ReleaseInfo release;
  ConceptTables concepts;
  std::vector<IngredientRow> ingredients;  // in the order of concepts.ingredients
  std::vector<RouteRow> routes;            // sorted
  std::vector<ExposureRow> exposures;
  std::vector<NameRow> names;
  std::vector<CodeRow> codes;
  std::vector<SourceRow> sources;  // by precedence, then name
  std::vector<LocalRuleRow> local_rules;
  std::vector<LoweringRow> lowerings;
  std::vector<std::pair<std::string, std::string>> lookalikes;
};

struct RuleTexts {
  std::string mechanism;
  std::string effect;
  std::string management;
  std::vector<std::string> monitoring;
  std::string onset;
  std::string status;
  std::vector<core::EvidenceRecord> evidence;
  std::vector<std::string> condition_reasons;  // in the order of the conditions of the rule
  std::string source;                          // whose rule it is; empty: our own
  std::string level;                           // how grave that source calls it
};

struct BuildReport {
  std::string digest;
  std::size_t rules = 0;
  std::size_t inferred = 0;
  std::uintmax_t bytes = 0;
};

class Store {
 public:
  // Compiles a seed into a new file that takes the place of `path` only when it is whole. The seed must have passed the
  // linter: what the linter would refuse fails here with a less helpful message. Equal seeds give equal bytes.
  [[nodiscard]] static core::Result<BuildReport> create(const std::filesystem::path& path, const Seed& seed);

  // Opens for reading after checking schema version and seal. Every failure is `knowledge_unavailable`.
  [[nodiscard]] static core::Result<Store> open(const std::filesystem::path& path);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] core::Result<KnowledgeTables> tables();
  [[nodiscard]] core::Result<PatientTables> patient_tables();
  [[nodiscard]] core::Result<RuleSet> rules();
  [[nodiscard]] core::Result<Seed> seed();

  // The records of these ids ("a | b"), in their order.
  [[nodiscard]] core::Result<std::vector<core::EvidenceRecord>> evidence(std::string_view ids);
  // The texts of an explicit rule by its id, or of an inferred one by template and target.
  [[nodiscard]] core::Result<RuleTexts> rule_texts(std::string_view rule_id);
  [[nodiscard]] core::Result<RuleTexts> inferred_texts(std::string_view template_id, std::string_view target);

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The schema as the migrations make it and as schema.sql shows it; both are built into the program.
[[nodiscard]] std::string_view schema_text();
[[nodiscard]] const std::vector<std::string_view>& migration_texts();

}  // namespace guardian::knowledge
