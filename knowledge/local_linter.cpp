#include "knowledge/local_linter.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/date.hpp"
#include "core/severity.hpp"
#include "knowledge/local_rules.hpp"
#include "knowledge/rule_set.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

class LocalLinter {
 public:
  explicit LocalLinter(const Seed& seed) : seed_(seed) {
    const SeedTable& sources = seed.table("sources");
    for (const SeedRow& row : sources.rows()) {
      if (sources.cell(row, "kind") == "hospital") hospitals_.insert(row.cells[0]);
    }
    const SeedTable& rules = seed.table("rules");
    for (const SeedRow& row : rules.rows()) {
      if (const auto severity = core::parse_severity(rules.cell(row, "severity")))
        rules_[row.cells[0]] = {*severity, rules.cell(row, "contraindication") == "yes"};
    }
    const SeedTable& templates = seed.table("templates");
    for (const SeedRow& target : seed.table("template_targets").rows()) {
      for (const SeedRow& row : templates.rows()) {
        const auto severity = core::parse_severity(templates.cell(row, "severity"));
        if (row.cells[0] == target.cells[0] && severity)
          rules_[inferred_rule_id(target.cells[0], target.cells[1])] = {*severity, false};
      }
    }
    for (const SeedRow& row : seed.table("rule_sources").rows()) source_of_[row.cells[0]] = row.cells[1];
    for (const SeedRow& row : seed.table("sign_offs").rows()) keys_[{row.cells[0], row.cells[1]}].insert(row.cells[2]);
  }

  std::vector<LintProblem> run() {
    check_sources();
    check_local_rules();
    check_lowerings();
    check_sign_offs();
    return std::move(problems_);
  }

 private:
  struct Rule {
    core::Severity severity = core::Severity::minor;
    bool contraindication = false;
  };

  void report(const SeedRow& row, std::string message) {
    problems_.push_back({row.file + ":" + std::to_string(row.line), std::move(message)});
  }
  void check_terms_of_use(const SeedTable& table, const SeedRow& row) {
    for (const std::string_view column : {"owner", "reason"}) {
      if (table.cell(row, column).empty()) report(row, "`" + std::string(column) + "` is empty");
    }
    const std::string& expires = table.cell(row, "expires");
    if (expires.size() != 10 || day_of(expires) != expires)
      report(row, "`expires` is `" + expires + "`, expected a day such as 2027-03-31");
    const std::string& mode = table.cell(row, "mode");
    if (mode != "active" && mode != "shadow") report(row, "`mode` is `" + mode + "`, expected one of: active, shadow");
  }

  void check_sources() {
    const SeedTable& table = seed_.table("sources");
    for (const SeedRow& row : table.rows()) {
      if (hospitals_.contains(row.cells[0]) && parse_number(table.cell(row, "precedence")) > last_hospital_precedence)
        report(row, "the precedence of a hospital is at most " + std::to_string(last_hospital_precedence));
    }
  }

  void check_local_rules() {
    const SeedTable& table = seed_.table("local_rules");
    std::set<std::string> known;
    for (const SeedRow& row : table.rows()) {
      known.insert(row.cells[0]);
      const auto source = source_of_.find(row.cells[0]);
      if (source == source_of_.end() || !hospitals_.contains(source->second))
        report(row, "`" + row.cells[0] + "` is no rule of a hospital");
      check_terms_of_use(table, row);
    }
    for (const SeedRow& row : seed_.table("rule_sources").rows()) {
      if (hospitals_.contains(row.cells[1]) && !known.contains(row.cells[0]))
        report(row, "rule " + row.cells[0] + " is a hospital's and has neither owner nor day on which it expires");
    }
  }

  void check_lowerings() {
    const SeedTable& table = seed_.table("lowerings");
    for (const SeedRow& row : table.rows()) {
      check_terms_of_use(table, row);
      const std::string& source = table.cell(row, "source");
      if (!hospitals_.contains(source)) report(row, "`" + source + "` is no source of the kind hospital");
      const auto rule = rules_.find(row.cells[0]);
      if (rule == rules_.end()) {
        report(row, "there is no rule `" + row.cells[0] + "` that could be lowered");
        continue;
      }
      const auto of = source_of_.find(row.cells[0]);
      if (of != source_of_.end() && hospitals_.contains(of->second))
        report(row, "rule " + row.cells[0] + " is a hospital's own: change it where it stands");
      check_step(row, source, rule->second, core::parse_severity(table.cell(row, "severity")));
    }
  }

  void check_step(const SeedRow& row, const std::string& source, const Rule& rule, std::optional<core::Severity> to) {
    if (!to || *to >= rule.severity) {
      return report(row, "rule " + row.cells[0] + " is " + std::string(core::to_string(rule.severity)) +
                             ": it can only be lowered to less than that");
    }
    if (rule.severity != core::Severity::critical && !rule.contraindication) return;
    const std::string what =
        "rule " + row.cells[0] + " is " + (rule.contraindication ? "a contraindication" : "critical");
    if (*to != core::lowered(rule.severity)) report(row, what + ": it can be lowered by one step alone");
    const auto keys = keys_.find({row.cells[0], source});
    const std::size_t signed_by = keys == keys_.end() ? 0 : keys->second.size();
    if (signed_by < needed_sign_offs)
      report(row, what + ": it is lowered only with " + std::to_string(needed_sign_offs) +
                      " sign-offs by different keys, and has " + std::to_string(signed_by));
  }

  void check_sign_offs() {
    std::set<std::pair<std::string, std::string>> lowerings;
    for (const SeedRow& row : seed_.table("lowerings").rows()) lowerings.emplace(row.cells[0], row.cells[1]);
    const SeedTable& table = seed_.table("sign_offs");
    for (const SeedRow& row : table.rows()) {
      if (!lowerings.contains({row.cells[0], row.cells[1]}))
        report(row, "there is no lowering of `" + row.cells[0] + "` by `" + row.cells[1] + "` to sign off");
      if (!is_hex(table.cell(row, "key"), 64)) report(row, "`key` is no public key of 64 hexadecimal digits");
      if (!is_hex(table.cell(row, "signature"), 128)) report(row, "`signature` is not 128 hexadecimal digits");
    }
  }

  const Seed& seed_;
  std::set<std::string> hospitals_;
  std::map<std::string, Rule> rules_;
  std::map<std::string, std::string> source_of_;
  std::map<std::pair<std::string, std::string>, std::set<std::string>> keys_;  // by rule and source
  std::vector<LintProblem> problems_;
};

}  // namespace

std::vector<LintProblem> lint_local_rules(const Seed& seed) { return LocalLinter(seed).run(); }

}  // namespace guardian::knowledge
