#include "adapters/cli/review_sheet.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/severity.hpp"
#include "knowledge/seed_model.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::cli {
namespace {

using knowledge::IngredientIndex;
using knowledge::RuleIndex;
using knowledge::SeedRow;
using knowledge::SeedTable;

using Partners = std::map<std::string, std::vector<std::string>>;  // of what fills the first term

std::string counted(std::size_t number, const std::string& what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

class SheetBuilder {
 public:
  SheetBuilder(const knowledge::KnowledgeBase& base, const knowledge::Seed& seed) : base_(base), seed_(seed) {
    const knowledge::RuleSet& rules = base.rules();
    for (std::size_t i = 0; i < rules.size(); ++i)
      by_id_.emplace(rules.id(static_cast<RuleIndex>(i)), static_cast<RuleIndex>(i));
    collect_pairs();
    collect_conditions("exceptions", exceptions_);
    collect_conditions("modifiers", modifiers_);
  }

  core::Result<std::vector<SheetRule>> build() {
    std::vector<SheetRule> sheet;
    const SeedTable& rules = seed_.table("rules");
    for (const SeedRow& row : rules.rows()) {
      SheetRule rule = with_texts(rules, row);
      rule.id = row.cells[0];
      rule.type = rules.cell(row, "type");
      rule.contraindication = rules.cell(row, "contraindication") == "yes";
      rule.terms = rules.cell(row, "terms");
      rule.status = rules.cell(row, "status");
      sheet.push_back(std::move(rule));
    }
    std::stable_sort(sheet.begin(), sheet.end(), [](const SheetRule& one, const SheetRule& other) {
      const auto left = core::parse_severity(one.severity);
      const auto right = core::parse_severity(other.severity);
      return left != right ? left > right : one.id < other.id;
    });
    const SeedTable& flags = seed_.table("red_flags");
    for (const SeedRow& row : flags.rows()) {
      SheetRule rule;
      rule.id = row.cells[0];
      rule.type = "red flag";
      rule.severity = flags.cell(row, "level");
      rule.terms = flags.cell(row, "terms");
      rule.effect = flags.cell(row, "title");
      rule.management = flags.cell(row, "action");
      rule.status = flags.cell(row, "status");
      if (auto error = add_evidence(rule, flags.cell(row, "evidence"))) return core::fail(*error);
      sheet.push_back(std::move(rule));
    }
    const auto inferred = knowledge::inferred_rules(seed_);
    if (!inferred) return core::fail(inferred.error());
    for (const knowledge::RuleSource& source : *inferred) {
      const SeedTable& templates = seed_.table("templates");
      for (const SeedRow& row : templates.rows()) {
        if (!source.id.ends_with('-' + row.cells[0])) continue;
        SheetRule rule = with_texts(templates, row);
        rule.id = source.id;
        rule.type = to_string(source.type);
        rule.inferred = true;
        rule.terms = to_string(source.terms);
        sheet.push_back(std::move(rule));
        break;
      }
    }
    if (problem_) return core::fail(*problem_);
    for (SheetRule& rule : sheet) {
      rule.exceptions = exceptions_[rule.id];
      rule.modifiers = modifiers_[rule.id];
      cover(rule);
    }
    return sheet;
  }

 private:
  SheetRule with_texts(const SeedTable& table, const SeedRow& row) {
    SheetRule rule;
    rule.severity = table.cell(row, "severity");
    rule.mechanism = table.cell(row, "mechanism");
    rule.effect = table.cell(row, "effect");
    rule.management = table.cell(row, "management");
    rule.monitoring = table.cell(row, "monitoring");
    rule.onset = table.cell(row, "onset");
    if (auto error = add_evidence(rule, table.cell(row, "evidence"))) problem_ = std::move(error);
    return rule;
  }

  std::optional<core::Error> add_evidence(SheetRule& rule, const std::string& ids) {
    const auto records = base_.evidence(ids);
    if (!records) return records.error();
    for (const core::EvidenceRecord& record : *records) {
      std::string words = record.source;
      for (const std::string* part : {&record.title, &record.section, &record.year, &record.locator}) {
        if (!part->empty()) words += ", " + *part;
      }
      rule.evidence.push_back(words + " [" + record.status + "]");
    }
    return std::nullopt;
  }

  void collect_conditions(std::string_view name, std::map<std::string, std::vector<std::string>>& lines) {
    const SeedTable& table = seed_.table(name);
    for (const SeedRow& row : table.rows()) {
      std::string line;
      if (name == "modifiers") line = table.cell(row, "step") == "+1" ? "raised: " : "lowered: ";
      line += table.cell(row, "term");
      const std::string& selector = table.cell(row, "selector");
      const std::string& when = table.cell(row, "when");
      if (!selector.empty()) line += " = " + selector;
      if (!when.empty()) line += " {" + when + "}";
      lines[row.cells[0]].push_back(line + ": " + table.cell(row, "reason"));
    }
  }

  void collect_pairs() {
    const knowledge::ConceptGraph& graph = base_.graph();
    for (std::size_t i = 0; i < graph.ingredient_count(); ++i) {
      for (std::size_t j = i + 1; j < graph.ingredient_count(); ++j) {
        const auto lower = static_cast<IngredientIndex>(i);
        const auto higher = static_cast<IngredientIndex>(j);
        for (const knowledge::PairEntry& entry : base_.pairs().find(lower, higher)) {
          const auto first = entry.reversed() ? higher : lower;
          const auto second = entry.reversed() ? lower : higher;
          pairs_[knowledge::raw(entry.rule())][graph.ingredient_name(first)].push_back(graph.ingredient_name(second));
        }
      }
    }
  }

  void cover(SheetRule& sheet) {
    const auto found = by_id_.find(sheet.id);
    if (found == by_id_.end()) return;
    const RuleIndex rule = found->second;
    if (base_.rules().is_pair_rule(rule)) {
      std::size_t number = 0;
      for (auto& [first, partners] : pairs_[knowledge::raw(rule)]) {
        number += partners.size();
        std::sort(partners.begin(), partners.end());
        sheet.covered.push_back(first + ": " + knowledge::joined(partners, ", "));
      }
      sheet.covers = counted(number, "pair");
      return;
    }
    std::set<std::uint32_t> medicines;
    for (const knowledge::Term& term : base_.rules().terms(rule)) {
      if (is_about_patient(term.label)) continue;
      std::vector<std::string> names;
      for (const std::uint32_t ingredient : base_.lit().satisfying(base_.rules(), term.alternatives)) {
        medicines.insert(ingredient);
        names.push_back(base_.graph().ingredient_name(static_cast<IngredientIndex>(ingredient)));
      }
      sheet.covered.push_back(std::string(to_string(term.label)) + ": " + knowledge::joined(names, ", "));
    }
    sheet.covers = counted(medicines.size(), "medicine");
  }

  const knowledge::KnowledgeBase& base_;
  const knowledge::Seed& seed_;
  std::map<std::string, RuleIndex, std::less<>> by_id_;
  std::map<std::size_t, Partners> pairs_;
  std::map<std::string, std::vector<std::string>> exceptions_;
  std::map<std::string, std::vector<std::string>> modifiers_;
  std::optional<core::Error> problem_;
};

// A cell with a comma, a quote or a line end stands in quotes; a quote in it twice.
void add_cell(std::string& out, const std::string& cell, bool last = false) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    out += cell;
  } else {
    out += '"';
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  out += last ? "\r\n" : ",";
}

// A spreadsheet takes 32,767 characters in a cell.
constexpr std::size_t longest_list = 32'000;

std::string listed(const std::vector<std::string>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (text.size() + lines[i].size() > longest_list)
      return text + "and " + counted(lines.size() - i, "more line") + ": see the page";
    text += lines[i] + (i + 1 < lines.size() ? "\n" : "");
  }
  return text;
}

}  // namespace

core::Result<std::vector<SheetRule>> sheet_rules(const knowledge::KnowledgeBase& base, const knowledge::Seed& seed) {
  return SheetBuilder(base, seed).build();
}

std::string sheet_csv(const std::vector<SheetRule>& rules) {
  std::string out =
      "id,type,severity,contraindication,inferred,terms,mechanism,effect,management,monitoring,onset,exceptions,"
      "modifiers,covers,covered,evidence,status\r\n";
  for (const SheetRule& rule : rules) {
    for (const std::string* cell : {&rule.id, &rule.type, &rule.severity}) add_cell(out, *cell);
    add_cell(out, rule.contraindication ? "yes" : "");
    add_cell(out, rule.inferred ? "yes" : "");
    for (const std::string* cell :
         {&rule.terms, &rule.mechanism, &rule.effect, &rule.management, &rule.monitoring, &rule.onset})
      add_cell(out, *cell);
    add_cell(out, knowledge::joined(rule.exceptions, "\n"));
    add_cell(out, knowledge::joined(rule.modifiers, "\n"));
    add_cell(out, rule.covers);
    add_cell(out, listed(rule.covered));
    add_cell(out, knowledge::joined(rule.evidence, "\n"));
    add_cell(out, rule.status, true);
  }
  return out;
}

}  // namespace guardian::adapters::cli
