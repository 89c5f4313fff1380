#pragma once
// A knowledge base of a dozen known drugs for the tests of this folder, to which a test adds its own rules; and rows of
// the seed tables in short.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "knowledge/matcher.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace guardian::tests {

struct RuleRow {
  std::string id;
  std::string severity;
  std::string terms;
  std::string type = "drug-drug";
  std::string contraindication = {};
  std::string settles = {};
};

[[nodiscard]] inline std::string rule_rows(const std::vector<RuleRow>& rows) {
  std::string text;
  for (const RuleRow& row : rows) {
    if (!text.empty()) text += '\n';
    text += row.id + '\t' + row.type + '\t' + row.severity + '\t' + row.contraindication + '\t' + row.settles + '\t' +
            row.terms + "\tMechanism.\tEffect.\tManagement.\t\t\tref\tverified";
  }
  return text;
}

// An exception of step 0, or a modifier.
struct ConditionRow {
  std::string rule;
  std::string step;  // empty: an exception
  std::string term;
  std::string selector;
  std::string when = {};
};

[[nodiscard]] inline std::string condition_rows(const std::vector<ConditionRow>& rows, bool exceptions) {
  std::string text;
  for (const ConditionRow& row : rows) {
    if (row.step.empty() != exceptions) continue;
    if (!text.empty()) text += '\n';
    text += row.rule + '\t' + (exceptions ? std::string() : row.step + '\t') + row.term + '\t' + row.selector + '\t' +
            row.when + "\treason of " + row.term + "\tref";
  }
  return text;
}

// One template: inhibitors or inducers of CYP3A4 of that strength with substrates of that sensitivity.
struct TemplateRow {
  std::string id;
  std::string severity;
  std::string strength = "strong";
  std::string sensitivity = "sensitive";
  std::string narrow_index = "no";
};

[[nodiscard]] inline TableRows small_tables(const std::vector<RuleRow>& rules,
                                            const std::vector<ConditionRow>& conditions = {},
                                            const std::vector<TemplateRow>& templates = {}) {
  TableRows tables{
      {"evidence", "ref\treference\tPublisher\tTitle\t\t2026\t\tverified"},
      {"ingredients",
       "amiodarone\tdrug\t703\t\t\t\t\n"
       "amlodipine\tdrug\t\t\toral\t\t\n"
       "aspirin\tdrug\t\t\t\t\t\n"
       "citalopram\tdrug\t\t\toral\t\t\n"
       "erythromycin\tdrug\t\t\t\t\t\n"
       "fluoxetine\tdrug\t\t\toral\t35\t\n"
       "furosemide\tdrug\t\t\t\t\t\n"
       "ibuprofen\tdrug\t\t\t\t\t\n"
       "ketoconazole\tdrug\t\t\t\t\t\n"
       "lisinopril\tdrug\t\t\toral\t\t\n"
       "ondansetron\tdrug\t\t\t\t\t\n"
       "phenelzine\tdrug\t\t\toral\t14\t\n"
       "simvastatin\tdrug\t\t\toral\t\t\n"
       "spironolactone\tdrug\t\t\toral\t\t\n"
       "tacrolimus\tdrug\t\t\t\t\t\n"
       "warfarin\tdrug\t\t\toral\t5\t"},
      {"classes",
       "antidepressant\tantidepressant\t\nmaoi\tMAO inhibitor\t\nnarrow_therapeutic_index\tdrug of narrow index\t\n"
       "nsaid\tNSAID\t\nserotonergic_antidepressant\tserotonergic antidepressant\t\nssri\tSSRI\t"},
      {"class_parents",
       "maoi\tantidepressant\nserotonergic_antidepressant\tantidepressant\nssri\tserotonergic_antidepressant"},
      {"members",
       "aspirin\tnsaid\tref\ncitalopram\tssri\tref\nfluoxetine\tssri\tref\nibuprofen\tnsaid\tref\nphenelzine\tmaoi\tref"
       "\n"
       "tacrolimus\tnarrow_therapeutic_index\tref"},
      {"targets", "CYP3A4\tenzyme\tCYP3A4\nP-gp\ttransporter\tP-gp"},
      {"roles",
       "amiodarone\tCYP3A4\tinhibitor\tweak\tref\namlodipine\tCYP3A4\tsubstrate\tmoderate\tref\n"
       "erythromycin\tCYP3A4\tinhibitor\tmoderate\tref\nketoconazole\tCYP3A4\tinhibitor\tstrong\tref\n"
       "ketoconazole\tP-gp\tinhibitor\tweak\tref\nsimvastatin\tCYP3A4\tsubstrate\tsensitive\tref\n"
       "tacrolimus\tCYP3A4\tsubstrate\tsensitive\tref"},
      {"effect_names", "potassium\tpotassium\nqt\tQT prolongation"},
      {"effects",
       "amiodarone\tqt\t+3\tref\ncitalopram\tqt\t+3\tref\nerythromycin\tqt\t+2\tref\nfluoxetine\tqt\t+1\tref\n"
       "furosemide\tpotassium\t-2\tref\nlisinopril\tpotassium\t+2\tref\nondansetron\tqt\t+2\tref\n"
       "spironolactone\tpotassium\t+3\tref"},
      {"rules", rule_rows(rules)},
      {"exceptions", condition_rows(conditions, true)},
      {"modifiers", condition_rows(conditions, false)},
  };
  for (const TemplateRow& row : templates) {
    std::string& text = tables["templates"];
    std::string& targets = tables["template_targets"];
    if (!text.empty()) text += '\n';
    if (!targets.empty()) targets += '\n';
    text += row.id + "\tinhibitor\t" + row.strength + "\tsubstrate\t" + row.sensitivity + '\t' + row.narrow_index +
            '\t' + row.severity +
            "\t{precipitant} blocks {target}.\tMore {object}.\tLess {object}.\tlevel of {object}\t\tref";
    targets += row.id + "\tCYP3A4";
  }
  return tables;
}

class SmallKnowledge {
 public:
  static SmallKnowledge of(const TableRows& tables) { return SmallKnowledge(tables, 0); }
  explicit SmallKnowledge(const std::vector<RuleRow>& rules, const std::vector<ConditionRow>& conditions = {},
                          const std::vector<TemplateRow>& templates = {})
      : SmallKnowledge(small_tables(rules, conditions, templates), 0) {}

  [[nodiscard]] const knowledge::KnowledgeBase& base() const { return knowledge_.base(); }
  [[nodiscard]] const std::shared_ptr<const knowledge::KnowledgeBase>& shared() const { return knowledge_.shared(); }
  [[nodiscard]] knowledge::Matcher& matcher() { return matcher_; }

  [[nodiscard]] knowledge::IngredientIndex index(std::string_view name) const {
    const auto found = base().graph().ingredient(name);
    if (!found) throw std::out_of_range("no ingredient " + std::string(name));
    return *found;
  }
  [[nodiscard]] std::vector<knowledge::IngredientIndex> indexes(const std::vector<std::string>& names) const {
    std::vector<knowledge::IngredientIndex> found;
    for (const std::string& name : names) found.push_back(index(name));
    return found;
  }

  // Facts: by the usual route when nothing else is said.
  [[nodiscard]] knowledge::DrugFact drug(std::string_view name) const { return base().bare_fact(index(name)); }
  [[nodiscard]] knowledge::DrugFact by(std::string_view route, std::string_view name) const {
    knowledge::DrugFact fact = drug(name);
    fact.route = base().route_bit(route);
    if (fact.route == 0) throw std::out_of_range("no route " + std::string(route));
    fact.exposure = base().exposure(fact.ingredient, fact.route);
    return fact;
  }
  [[nodiscard]] knowledge::DrugFact dosed(std::string_view name, double daily_mg) const {
    knowledge::DrugFact fact = drug(name);
    fact.daily_mg = daily_mg;
    return fact;
  }
  [[nodiscard]] knowledge::DrugFact lasting(std::string_view name, double days) const {
    knowledge::DrugFact fact = drug(name);
    fact.duration_days = days;
    return fact;
  }
  [[nodiscard]] knowledge::DrugFact stopped(std::string_view name, double days_ago = knowledge::unknown_number) const {
    knowledge::DrugFact fact = drug(name);
    fact.stopped = true;
    fact.stopped_days = days_ago;
    return fact;
  }
  [[nodiscard]] std::vector<knowledge::DrugFact> drugs(const std::vector<std::string>& names) const {
    std::vector<knowledge::DrugFact> facts;
    for (const std::string& name : names) facts.push_back(drug(name));
    return facts;
  }

  // Findings as "severity type a+b: R1,R2", in the order of the result.
  [[nodiscard]] std::vector<std::string> findings(const std::vector<knowledge::DrugFact>& facts) {
    const knowledge::MatchResult& result = matcher_.match(facts);
    std::vector<std::string> lines;
    for (const knowledge::MatchedFinding& finding : result.findings) {
      std::string line = std::string(to_string(finding.severity)) + ' ' + std::string(to_string(finding.type)) + ' ';
      std::string subjects;
      for (const auto ingredient : result.of(finding)) {
        subjects += (subjects.empty() ? "" : "+") + base().graph().ingredient_name(ingredient);
      }
      std::string rules;
      for (const auto& fired : result.fired(finding)) {
        rules += (rules.empty() ? "" : ",") + std::string(base().rules().id(fired.rule));
      }
      line += subjects;
      line += ": ";
      line += rules;
      lines.push_back(std::move(line));
    }
    return lines;
  }

  // The last match: rules that were vetoed and not evaluated ("R1 dose of warfarin").
  [[nodiscard]] std::vector<std::string> vetoes(const std::vector<knowledge::DrugFact>& facts) {
    std::vector<std::string> ids;
    for (const knowledge::Veto& veto : matcher_.match(facts).vetoes) ids.emplace_back(base().rules().id(veto.rule));
    return ids;
  }
  [[nodiscard]] std::vector<std::string> unevaluated(const std::vector<knowledge::DrugFact>& facts) {
    using Wanted = knowledge::WantedFact;
    std::vector<std::string> lines;
    for (const knowledge::Unevaluated& missing : matcher_.match(facts).unevaluated) {
      const char* wanted = missing.wanted == Wanted::dose       ? "dose"
                           : missing.wanted == Wanted::route    ? "route"
                           : missing.wanted == Wanted::duration ? "duration"
                                                                : "washout_time";
      lines.push_back(std::string(base().rules().id(missing.rule)) + ' ' + wanted + " of " +
                      base().graph().ingredient_name(missing.of));
    }
    return lines;
  }
  // The notes of all rules of two medicines that fired, as "dose of warfarin", sorted.
  [[nodiscard]] std::vector<std::string> notes(const std::vector<knowledge::DrugFact>& facts) {
    using Kind = knowledge::BindingNote::Kind;
    const knowledge::MatchResult result = matcher_.match(facts);
    std::vector<std::string> lines;
    for (const knowledge::FiredRule& fired : result.rules) {
      for (const knowledge::BindingNote& note : matcher_.notes(fired)) {
        const char* kind = note.kind == Kind::unknown_dose           ? "unknown dose"
                           : note.kind == Kind::unknown_route        ? "unknown route"
                           : note.kind == Kind::unknown_duration     ? "unknown duration"
                           : note.kind == Kind::modifier             ? "modifier"
                           : note.kind == Kind::stopped              ? "stopped"
                           : note.kind == Kind::stopped_when_unknown ? "stopped when unknown"
                                                                     : "local";
        lines.push_back(std::string(kind) + " of " + base().graph().ingredient_name(facts[note.fact].ingredient));
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

 private:
  SmallKnowledge(const TableRows& tables, int)  // the number tells it from the constructor by rules
      : knowledge_(tables), matcher_(base().graph(), base().rules(), base().lit(), base().pairs()) {}

  TemporaryKnowledge knowledge_;
  knowledge::Matcher matcher_;
};

}  // namespace guardian::tests
