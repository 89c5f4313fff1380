#include "knowledge/hospital_import.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "knowledge/local_linter.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

class Adder {
 public:
  Adder(Seed seed, const SourceHeader& header) : seed_(std::move(seed)), header_(header) {}

  ImportedSeed run(const std::vector<HospitalRow>& rows, const std::vector<HospitalSignOff>& sign_offs) {
    report_.rows_read = rows.size();
    const std::string evidence = source_evidence_id(header_.name);
    add("evidence", {evidence, "reference", header_.name, header_.title, "", header_.version, "", "draft"}, nullptr);
    add("row_sources", {"evidence", evidence, header_.name}, nullptr);
    for (const HospitalRow& row : rows) {
      if (row.lowers.empty()) {
        add_rule(row, evidence);
      } else {
        add_lowering(row);
      }
    }
    for (const HospitalSignOff& one : sign_offs) add_sign_off(one);
    add("sources",
        {header_.name, "hospital", header_.format, header_.title, header_.version, header_.date, header_.licence,
         std::to_string(header_.precedence), std::to_string(report_.rows_read), "0", header_.digest, header_.note},
        nullptr);
    seed_.sort();
    return {std::move(seed_), std::move(report_)};
  }

 private:
  void add(std::string_view table, std::vector<std::string> cells, const HospitalRow* row) {
    SeedTable& rows = seed_.table(table);
    if (row != nullptr) {
      rows.rows().push_back({std::move(cells), row->file, row->line});
    } else {
      rows.rows().push_back({std::move(cells), std::string(table) + ".tsv", rows.rows().size() + 1});
    }
  }

  [[nodiscard]] static std::string place(const HospitalRow& row) { return row.file + ":" + std::to_string(row.line); }

  void add_rule(const HospitalRow& row, const std::string& evidence) {
    add("rules",
        {row.id, row.type, row.severity, row.contraindication, "", row.terms,
         row.mechanism.empty() ? "The hospital does not state the mechanism." : row.mechanism, row.effect,
         row.management, row.monitoring, "", evidence, "draft"},
        &row);
    add("rule_sources", {row.id, header_.name, row.severity, place(row)}, &row);
    add("local_rules", {row.id, row.owner, row.expires, row.mode, row.reason}, &row);
    ++report_.rules;
  }

  void add_lowering(const HospitalRow& row) {
    if (!lowered_.insert(row.lowers).second)
      report_.left_out.push_back({place(row), row.lowers, "is lowered twice; the first row counts"});
    else
      add("lowerings",
          {row.lowers, header_.name, row.severity, row.owner, row.expires, row.mode, row.reason, place(row)}, &row);
  }

  void add_sign_off(const HospitalSignOff& one) {
    const std::string where = one.file + ":" + std::to_string(one.line);
    if (one.source != header_.name)
      return report_.left_out.push_back({where, one.rule, "is a sign-off for the source `" + one.source + "`"});
    if (!lowered_.contains(one.rule))
      return report_.left_out.push_back({where, one.rule, "is a sign-off of a rule that is not lowered"});
    if (!signed_.emplace(one.rule, one.key).second)
      return report_.left_out.push_back(
          {where, one.rule, "is a second sign-off by the same key; the first one counts"});
    seed_.table("sign_offs")
        .rows()
        .push_back({{one.rule, one.source, one.key, one.at, one.signature}, one.file, one.line});
  }

  Seed seed_;
  const SourceHeader& header_;
  std::set<std::string> lowered_;
  std::set<std::pair<std::string, std::string>> signed_;
  ImportReport report_;
};

}  // namespace

core::Result<ImportedSeed> add_hospital_rules(Seed seed, const SourceHeader& header,
                                              const std::vector<HospitalRow>& rows,
                                              const std::vector<HospitalSignOff>& sign_offs) {
  if (auto sound = check_source_header(seed, header); !sound) return core::fail(sound.error());
  if (header.precedence > last_hospital_precedence) {
    return core::fail(core::ErrorCode::invalid_input, "source " + header.name +
                                                          ": the precedence of a hospital is at most " +
                                                          std::to_string(last_hospital_precedence));
  }
  return Adder(std::move(seed), header).run(rows, sign_offs);
}

}  // namespace guardian::knowledge
