// A hospital's rules with the sign-offs beside them, as far as the knowledge base that comes of them.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/knowledge_pack/knowledge_pack.hpp"
#include "adapters/sources/hospital_reader.hpp"
#include "audit/sign_offs.hpp"
#include "knowledge/hospital_import.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/linter.hpp"
#include "knowledge/source_guard.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {
namespace {

namespace fs = std::filesystem;
namespace sources = adapters::sources;
using knowledge::HospitalRow;
using knowledge::HospitalSignOff;

constexpr const char* source = "MERCY";

fs::path kept(const char* name) { return fs::path(GUARDIAN_SOURCE_DIR) / "tests/fuzz/kept" / name; }

template <class T>
T value_of(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// R1 is major, R2 critical, R3 critical and a contraindication.
const knowledge::Seed& ours() {
  static const knowledge::Seed seed = [] {
    auto read = value_of(knowledge::read_seed(kept("hospital")));
    read.sort();
    return read;
  }();
  return seed;
}

const std::vector<audit::ledger::PublicKey>& signers() {
  static const auto keys = value_of(adapters::read_public_keys(kept("hospital.pub")));
  return keys;
}

std::vector<std::string> cells_of(const HospitalRow& row) {
  return {row.id,   row.lowers, row.severity,         row.owner,     row.expires, row.mode,       row.reason,
          row.type, row.terms,  row.contraindication, row.mechanism, row.effect,  row.management, row.monitoring};
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += (&cell == &cells.front() ? "" : "\t") + cell;
  return line + "\n";
}

bool can_be_shown(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

void check_rows(const std::vector<HospitalRow>& rows) {
  std::string table =
      "id\tlowers\tseverity\towner\texpires\tmode\treason\ttype\tterms\tcontraindication\tmechanism\teffect\t"
      "management\tmonitoring\n";
  for (const HospitalRow& row : rows) {
    demand(row.id.empty() != row.lowers.empty(), "a row is a rule or lowers one");
    demand(!row.owner.empty() && !row.reason.empty() && !row.expires.empty(), "a row has an owner, a day and a reason");
    for (const std::string& cell : cells_of(row)) demand(can_be_shown(cell), "what is read can be shown");
    table += line_of(cells_of(row));
  }
  const fs::path file = scratch_folder() / "again.tsv";
  write_bytes(file, table);
  const auto again = sources::read_hospital_rules(file);
  demand(again && again->size() == rows.size(), "rules that are read can be written and read");
  for (std::size_t i = 0; i < rows.size(); ++i)
    demand(cells_of((*again)[i]) == cells_of(rows[i]), "rules that are written are read alike");
}

std::vector<HospitalSignOff> check_sign_offs(std::string_view bytes) {
  const fs::path file = scratch_folder() / "rules.sign-offs";
  write_bytes(file, bytes);
  const auto read = sources::read_sign_offs(file);
  if (!read) {
    demand(read.error().code == core::ErrorCode::invalid_input && !read.error().message.empty(),
           "sign-offs that cannot be read are wrong input, with a reason");
    return {};
  }
  for (const HospitalSignOff& one : *read) {
    for (const std::string& cell : {one.rule, one.source, one.key, one.at, one.signature})
      demand(can_be_shown(cell), "what is read can be shown");
  }
  return *read;
}

// What each signer agreed to: nothing else may take a critical rule down, whatever the file says.
bool agreed(const std::vector<std::string>& lowering) {
  static const std::set<std::vector<std::string>> known{
      {"R2", source, "major", "Pharmacy", "2099-12-31", "levels each day"},
      {"R3", source, "major", "Pharmacy", "2099-12-31", "one tablet alone"}};
  return known.contains({lowering[0], lowering[1], lowering[2], lowering[3], lowering[4], lowering[6]});
}

bool is_ours(std::string_view rule) { return rule == "R1" || rule == "R2" || rule == "R3"; }

void check_lowerings(const knowledge::Seed& seed, const knowledge::KnowledgeBase& base) {
  const auto& rules = base.rules();
  std::set<std::string> days{"2026-11-02", ""};
  for (const auto& row : seed.table("lowerings").rows()) {
    days.insert(row.cells[4]);
    if (row.cells[0] != "R1") demand(agreed(row.cells), "a critical rule is lowered only as two have signed");
  }
  for (const std::string& day : days) {
    const auto force = base.local_rules().on(day);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto rule = knowledge::RuleIndex(static_cast<std::uint32_t>(i));
      const auto& head = rules.head(rule);
      if (is_ours(rules.id(rule))) demand(force.counts(rule), "a hospital switches no rule of ours off");
      const auto steps = force.steps(rule, head, core::Severity::critical);
      const bool is_signed =
          base.local_rules().lowering(rule, day) != nullptr && head.severity == core::Severity::critical;
      demand(steps <= (is_signed ? 1 : 0),
             "what is critical comes down by one step at most, and only where it is signed");
      demand(!day.empty() || steps == 0, "nothing is lowered on a day that is not known");
    }
  }
}

void check_import(const std::vector<HospitalRow>& rows, const std::vector<HospitalSignOff>& sign_offs) {
  knowledge::SourceHeader header;
  header.name = source;
  header.format = "hospital";
  header.title = "Mercy";
  header.licence = "own";
  header.precedence = knowledge::usual_hospital_precedence;
  header.digest = "sha256:0";
  const auto imported = value_of(knowledge::add_hospital_rules(ours(), header, rows, sign_offs));
  demand(
      knowledge::content_digest(knowledge::without_source(imported.seed, source)) == knowledge::content_digest(ours()),
      "what was added can be taken out again");
  if (!knowledge::lint(imported.seed).empty()) return;
  if (!knowledge::unguarded_changes(ours(), imported.seed, source).empty()) return;
  if (!audit::wrong_sign_offs(imported.seed, &signers()).empty()) return;

  const std::string digest = knowledge::content_digest(imported.seed);
  const fs::path folder = scratch_folder() / "exported";
  demand(knowledge::write_seed(imported.seed, folder).has_value(), "what is sound can be exported");
  auto again = knowledge::read_seed(folder);
  demand(again.has_value(), "what was exported can be read");
  again->sort();
  demand(knowledge::content_digest(*again) == digest, "what was exported is read alike");

  const fs::path file = scratch_folder() / "with.kb";
  fs::remove(file);
  demand(knowledge::Store::create(file, imported.seed).has_value(), "what is sound can be built");
  const auto base = knowledge::KnowledgeBase::open(file);
  demand(base.has_value(), "what was built opens");
  demand((*base)->release().digest == digest, "what was built is what was read");
  check_lowerings(imported.seed, **base);
}

}  // namespace

// The rules and, behind a line of '=', the sign-offs.
void take_hospital_rules(std::string_view bytes) {
  constexpr std::string_view border = "\n=\n";
  const std::size_t end = bytes.find(border);
  const auto sign_offs =
      check_sign_offs(end == std::string_view::npos ? std::string_view() : bytes.substr(end + border.size()));
  for (const char* name : {"rules.tsv", "rules.json"}) {
    const fs::path file = scratch_folder() / name;
    write_bytes(file, bytes.substr(0, end));
    const auto rows = sources::read_hospital_rules(file);
    if (!rows) {
      demand(rows.error().code == core::ErrorCode::invalid_input && !rows.error().message.empty(),
             "rules that cannot be read are wrong input, with a reason");
      demand(can_be_shown(rows.error().message), "a reason can be shown");
      continue;
    }
    check_rows(*rows);
    check_import(*rows, sign_offs);
  }
}

}  // namespace guardian::fuzz
