#include "knowledge/seed_model.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using core::ErrorCode;

// In the column `term` of exceptions and modifiers.
constexpr std::string_view patient_term = "patient";

auto bad(const SeedRow& row, const std::string& what) {
  return core::fail(ErrorCode::invalid_input, place_of(row) + what);
}

std::vector<ConceptTables::Named> named_rows(const SeedTable& table) {
  std::vector<ConceptTables::Named> named;
  for (const SeedRow& row : table.rows()) named.push_back({row.cells[0], table.cell(row, "title")});
  return named;
}

// Those of the given rules. A row of no rule in `others` either is an error; without `others` somebody else looks.
core::Result<bool> add_washouts(const SeedTable& table, const SeedTable* others, std::vector<RuleSource>& rules) {
  std::map<std::string, std::size_t> by_id;
  for (std::size_t i = 0; i < rules.size(); ++i) by_id.emplace(rules[i].id, i);
  std::set<std::string_view> elsewhere;
  if (others != nullptr) {
    for (const SeedRow& row : others->rows()) elsewhere.insert(row.cells[0]);
  }
  for (const SeedRow& row : table.rows()) {
    const auto found = by_id.find(row.cells[0]);
    if (found == by_id.end() && (others == nullptr || elsewhere.count(row.cells[0]) > 0)) continue;
    if (found == by_id.end()) return bad(row, "there is no rule `" + row.cells[0] + "`");
    RuleSource& rule = rules[found->second];
    const std::string& term = table.cell(row, "term");
    const bool known = std::any_of(rule.terms.begin(), rule.terms.end(), [&](const TermText& candidate) {
      return to_string(candidate.label) == term && !is_about_patient(candidate.label);
    });
    if (!known) return bad(row, "rule " + rule.id + " has no medicine `" + term + "`");
    const auto days = parse_number(table.cell(row, "days"));
    if (!days || *days < 0) return bad(row, "`days` is not a number of days: `" + table.cell(row, "days") + "`");
    rule.washouts.push_back({term, *days});
  }
  return true;
}

core::Result<bool> add_conditions(const SeedTable& table, bool exceptions, std::vector<RuleSource>& rules) {
  std::map<std::string, std::size_t> by_id;
  for (std::size_t i = 0; i < rules.size(); ++i) by_id.emplace(rules[i].id, i);
  for (const SeedRow& row : table.rows()) {
    const auto rule = by_id.find(table.cell(row, "rule"));
    if (rule == by_id.end()) return bad(row, "there is no rule `" + table.cell(row, "rule") + "`");
    RuleSource::Condition condition;
    condition.term = table.cell(row, "term");
    if (!exceptions) {
      const std::string& step = table.cell(row, "step");
      if (step != "+1" && step != "-1") return bad(row, "step must be +1 or -1");
      condition.step = step == "+1" ? 1 : -1;
    }
    const std::string& selector = table.cell(row, "selector");
    if (condition.term == patient_term) {
      if (!table.cell(row, "when").empty())
        return bad(row, "`when` stays empty: what is wanted of the patient is a term");
      auto terms = parse_terms(selector);
      if (!terms) return bad(row, terms.error().message);
      for (const TermText& term : *terms) {
        if (!is_about_patient(term.label) || term.label == TermLabel::missing)
          return bad(row, "`" + std::string(to_string(term.label)) + "` is no term about the patient");
      }
      condition.patient = std::move(*terms);
      rules[rule->second].conditions.push_back(std::move(condition));
      continue;
    }
    if (!selector.empty()) {
      auto parsed = parse_selector(selector);
      if (!parsed) return bad(row, parsed.error().message);
      condition.selector = std::move(*parsed);
    }
    auto predicates = parse_predicates(table.cell(row, "when"));
    if (!predicates) return bad(row, predicates.error().message);
    condition.predicates = std::move(*predicates);
    if (condition.selector.empty() && condition.predicates.empty()) {
      return bad(row, "needs a selector or a predicate: it would always hold");
    }
    rules[rule->second].conditions.push_back(std::move(condition));
  }
  return true;
}

std::map<std::string, std::string> rules_of_sources(const Seed& seed) {
  std::map<std::string, std::string> sources;
  for (const SeedRow& row : seed.table("rule_sources").rows()) sources.emplace(row.cells[0], row.cells[1]);
  return sources;
}

std::map<std::string, int> source_precedences(const Seed& seed) {
  const SeedTable& table = seed.table("sources");
  std::map<std::string, int> precedences;
  for (const SeedRow& row : table.rows())
    precedences.emplace(row.cells[0], static_cast<int>(parse_number(table.cell(row, "precedence")).value_or(0)));
  return precedences;
}

}  // namespace

std::string place_of(const SeedRow& row) { return row.file + ":" + std::to_string(row.line) + ": "; }

core::Result<ConceptTables> concept_tables(const Seed& seed) {
  ConceptTables tables;
  for (const SeedRow& row : seed.table("ingredients").rows()) tables.ingredients.push_back(row.cells[0]);
  tables.classes = named_rows(seed.table("classes"));
  tables.targets = named_rows(seed.table("targets"));
  tables.effects = named_rows(seed.table("effect_names"));
  for (const SeedRow& row : seed.table("class_parents").rows()) {
    tables.class_parents.push_back({row.cells[0], row.cells[1]});
  }
  for (const SeedRow& row : seed.table("members").rows()) tables.members.push_back({row.cells[0], row.cells[1]});

  tables.conditions = named_rows(seed.table("conditions"));
  for (const SeedRow& row : seed.table("condition_parents").rows()) {
    tables.condition_parents.push_back({row.cells[0], row.cells[1]});
  }
  tables.quantities = named_rows(seed.table("quantities"));

  const SeedTable& roles = seed.table("roles");
  for (const SeedRow& row : roles.rows()) {
    const auto relation = parse_relation(roles.cell(row, "relation"));
    const int grade = relation ? parse_grade(*relation, roles.cell(row, "grade")) : 0;
    if (grade == 0)
      return bad(row, "relation and grade do not fit: " + roles.cell(row, "relation") + " " + roles.cell(row, "grade"));
    tables.roles.push_back({row.cells[0], row.cells[1], *relation, grade});
  }
  const SeedTable& effects = seed.table("effects");
  for (const SeedRow& row : effects.rows()) {
    const std::string& grade = effects.cell(row, "grade");
    const bool written_well =
        grade.size() == 2 && (grade[0] == '+' || grade[0] == '-') && grade[1] >= '1' && grade[1] <= '3';
    if (!written_well) return bad(row, "a grade is written +1 to +3 or -1 to -3");
    tables.effect_grades.push_back({row.cells[0], row.cells[1], (grade[0] == '-' ? -1 : 1) * (grade[1] - '0')});
  }
  return tables;
}

core::Result<std::vector<RuleSource>> explicit_rules(const Seed& seed) {
  const SeedTable& table = seed.table("rules");
  std::vector<RuleSource> rules;
  const std::map<std::string, std::string> of_source = rules_of_sources(seed);
  const std::map<std::string, int> precedences = source_precedences(seed);
  for (const SeedRow& row : table.rows()) {
    RuleSource rule;
    rule.id = table.cell(row, "id");
    if (!core::parse_finding_type(table.cell(row, "type"), rule.type)) {
      return bad(row, "unknown type `" + table.cell(row, "type") + "`");
    }
    const auto severity = core::parse_severity(table.cell(row, "severity"));
    if (!severity) return bad(row, "unknown severity `" + table.cell(row, "severity") + "`");
    rule.severity = *severity;
    rule.contraindication = table.cell(row, "contraindication") == "yes";
    rule.settles = table.cell(row, "settles") == "yes";
    if (const auto source = of_source.find(rule.id); source != of_source.end()) {
      const auto precedence = precedences.find(source->second);
      if (precedence == precedences.end()) return bad(row, "its source `" + source->second + "` is not there");
      rule.source = source->second;
      rule.precedence = precedence->second;
    }
    auto terms = parse_terms(table.cell(row, "terms"));
    if (!terms) return bad(row, terms.error().message);
    rule.terms = std::move(*terms);
    rules.push_back(std::move(rule));
  }
  if (auto done = add_conditions(seed.table("exceptions"), true, rules); !done) return core::fail(done.error());
  if (auto done = add_conditions(seed.table("modifiers"), false, rules); !done) return core::fail(done.error());
  if (auto done = add_washouts(seed.table("washouts"), &seed.table("red_flags"), rules); !done)
    return core::fail(done.error());
  return rules;
}

core::Result<std::vector<RuleSource>> red_flag_rules(const Seed& seed) {
  const SeedTable& table = seed.table("red_flags");
  std::vector<RuleSource> rules;
  for (const SeedRow& row : table.rows()) {
    RuleSource rule;
    rule.id = row.cells[0];
    rule.kind = RuleKind::red_flag;
    if (!core::parse_triage_level(table.cell(row, "level"), rule.level))
      return bad(row, "unknown level `" + table.cell(row, "level") + "`");
    auto terms = parse_terms(table.cell(row, "terms"));
    if (!terms) return bad(row, terms.error().message);
    rule.terms = std::move(*terms);
    rules.push_back(std::move(rule));
  }
  if (auto done = add_washouts(seed.table("washouts"), nullptr, rules); !done) return core::fail(done.error());
  return rules;
}

core::Result<std::vector<RuleSource>> sign_rules(const Seed& seed) {
  const SeedTable& table = seed.table("signs");
  std::vector<RuleSource> rules;
  std::map<std::string, int> patterns;
  for (const SeedRow& row : table.rows()) {
    RuleSource rule;
    rule.kind = RuleKind::sign;
    rule.sign_of = row.cells[0];
    rule.id = sign_id(row.cells[0], ++patterns[row.cells[0]]);
    auto terms = parse_terms(table.cell(row, "terms"));
    if (!terms) return bad(row, terms.error().message);
    for (const TermText& term : *terms) {
      const bool fits =
          term.label == TermLabel::value || term.label == TermLabel::condition || term.label == TermLabel::without;
      if (!fits) return bad(row, "a sign is made of values and conditions");
    }
    rule.terms = std::move(*terms);
    rules.push_back(std::move(rule));
  }
  return rules;
}

core::Result<std::vector<RuleSource>> all_rules(const Seed& seed) {
  auto rules = explicit_rules(seed);
  if (!rules) return rules;
  for (auto more : {red_flag_rules(seed), sign_rules(seed), inferred_rules(seed)}) {
    if (!more) return more;
    std::move(more->begin(), more->end(), std::back_inserter(*rules));
  }
  return rules;
}

std::string sign_id(std::string_view condition, int pattern) {
  return "SIGN-" + std::string(condition) + "-" + std::to_string(pattern);
}

QuantityTables quantity_tables(const Seed& seed) {
  const auto number = [](const std::string& cell) { return parse_number(cell).value_or(0.0); };
  QuantityTables tables;
  for (const SeedRow& row : seed.table("quantities").rows()) {
    const auto& cells = row.cells;
    tables.quantities.push_back(
        {cells[0], cells[1], cells[2], cells[3], number(cells[4]), number(cells[5]), parse_number(cells[6]), cells[7]});
  }
  for (const SeedRow& row : seed.table("quantity_names").rows())
    tables.names.push_back({row.cells[0], row.cells[1], row.cells[2]});
  for (const SeedRow& row : seed.table("quantity_units").rows())
    tables.units.push_back({row.cells[0], row.cells[1], number(row.cells[2]), number(row.cells[3])});
  for (const SeedRow& row : seed.table("quantity_unstated").rows()) {
    QuantityUnstated unstated{row.cells[0], {}, number(row.cells[2]), number(row.cells[3])};
    for (const auto unit : split(row.cells[1], " | ")) unstated.units.emplace_back(unit);
    tables.unstated.push_back(std::move(unstated));
  }
  return tables;
}

core::Result<std::vector<Template>> mechanism_templates(const Seed& seed) {
  const SeedTable& table = seed.table("templates");
  std::vector<Template> templates;
  for (const SeedRow& row : table.rows()) {
    Template made;
    made.id = table.cell(row, "id");
    const auto relation = parse_relation(table.cell(row, "relation"));
    const auto object = parse_relation(table.cell(row, "object"));
    const auto severity = core::parse_severity(table.cell(row, "severity"));
    if (!relation || !object || !severity) return bad(row, "unknown relation, object or severity");
    made.relation = *relation;
    made.object = *object;
    made.severity = *severity;
    made.strength = parse_grade(*relation, table.cell(row, "strength"));
    made.sensitivity = parse_grade(*object, table.cell(row, "sensitivity"));
    if (made.strength == 0 || made.sensitivity == 0) return bad(row, "unknown strength or sensitivity");
    made.narrow_index = table.cell(row, "narrow_index") == "yes";
    templates.push_back(std::move(made));
  }
  return templates;
}

core::Result<std::vector<RuleSource>> inferred_rules(const Seed& seed) {
  const auto templates = mechanism_templates(seed);
  if (!templates) return core::fail(templates.error());
  std::vector<RuleSource> rules;
  for (const SeedRow& row : seed.table("template_targets").rows()) {
    const auto mechanism = std::find_if(templates->begin(), templates->end(),
                                        [&](const Template& made) { return made.id == row.cells[0]; });
    if (mechanism == templates->end()) return bad(row, "there is no template `" + row.cells[0] + "`");
    rules.push_back(inferred_rule(*mechanism, row.cells[1]));
  }
  return rules;
}

Seed canonical(Seed seed) {
  const auto rewrite = [&](std::string_view table_name, std::string_view column, auto rewritten) {
    SeedTable& table = seed.table(table_name);
    const auto& columns = table.shape().columns;
    const auto position = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
    for (SeedRow& row : table.rows()) row.cells[position] = rewritten(row.cells[position]);
  };
  const auto by_parsing = [](auto parse) {
    return [parse](const std::string& cell) {
      if (cell.empty()) return cell;
      const auto parsed = parse(cell);
      return parsed ? to_string(*parsed) : cell;
    };
  };
  const auto list = [](std::string_view separator) {
    return [separator](const std::string& cell) {
      std::vector<std::string> parts;
      for (const auto part : split(cell, separator)) parts.emplace_back(part);
      return joined(parts, separator);
    };
  };
  rewrite("rules", "terms", by_parsing(parse_terms));
  for (const std::string_view table : {"red_flags", "signs"}) rewrite(table, "terms", by_parsing(parse_terms));
  rewrite("indications", "selector", by_parsing(parse_selector));
  for (const std::string_view name : {"exceptions", "modifiers"}) {
    SeedTable& table = seed.table(name);
    const auto& columns = table.shape().columns;
    const auto selector =
        static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "selector") - columns.begin());
    for (SeedRow& row : table.rows()) {
      std::string& cell = row.cells[selector];
      cell = table.cell(row, "term") == patient_term ? by_parsing(parse_terms)(cell) : by_parsing(parse_selector)(cell);
    }
    rewrite(name, "when", by_parsing(parse_predicates));
  }
  rewrite("rules", "monitoring", list(" | "));
  for (const std::string_view table : {"rules", "exceptions", "modifiers", "templates", "members", "roles", "effects",
                                       "exposures", "red_flags", "signs", "washouts", "indications"}) {
    rewrite(table, "evidence", list(" | "));
  }
  const auto& columns = seed.table("names").shape().columns;
  const auto parts =
      static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "ingredients") - columns.begin());
  for (SeedRow& row : seed.table("names").rows()) {
    row.cells[parts] = list(seed.table("names").cell(row, "kind") == "ambiguous" ? " | " : " + ")(row.cells[parts]);
  }
  rewrite("condition_names", "condition", list(" + "));
  rewrite("allergens", "allergen", list(" | "));
  rewrite("quantity_unstated", "units", list(" | "));
  const auto number = [](const std::string& cell) {
    const auto parsed = parse_number(cell);
    return parsed ? format_number(*parsed) : cell;
  };
  rewrite("ingredients", "washout_days", number);
  rewrite("washouts", "days", number);
  for (const std::string_view column : {"low", "high"}) {
    rewrite("quantities", column, number);
    rewrite("condition_bounds", column, number);
    rewrite("quantity_unstated", column, number);
  }
  rewrite("quantities", "stale_days", number);
  for (const std::string_view column : {"factor", "offset"}) rewrite("quantity_units", column, number);
  seed.sort();
  return seed;
}

std::vector<std::string> route_names(const Seed& seed) {
  std::vector<std::string> names;
  for (const SeedRow& row : seed.table("routes").rows()) names.push_back(row.cells[0]);
  return names;
}

}  // namespace guardian::knowledge
