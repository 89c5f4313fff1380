#include "knowledge/linter.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

#include "knowledge/local_linter.hpp"
#include "knowledge/name_index.hpp"
#include "knowledge/pair_index.hpp"
#include "knowledge/patient_matcher.hpp"
#include "knowledge/rule_reach.hpp"
#include "knowledge/seed_model.hpp"
#include "knowledge/source_linter.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using Words = std::initializer_list<std::string_view>;

class Linter {
 public:
  explicit Linter(const Seed& seed) : seed_(seed) {}

  std::vector<LintProblem> run() {
    check_keys();
    check_vocabulary();
    check_references();
    check_classes();
    check_names();
    check_patient_tables();
    check_rule_texts();
    check_rules();
    for (LintProblem& problem : lint_sources(seed_)) problems_.push_back(std::move(problem));
    for (LintProblem& problem : lint_local_rules(seed_)) problems_.push_back(std::move(problem));
    return std::move(problems_);
  }

 private:
  void report(const SeedRow& row, std::string message) {
    problems_.push_back({row.file + ":" + std::to_string(row.line), std::move(message)});
  }
  void report(std::string place, std::string message) { problems_.push_back({std::move(place), std::move(message)}); }

  // A key must stand once; a name may stand again with other ingredients for other countries.
  void check_keys() {
    for (const SeedTable& table : seed_.tables()) {
      std::map<std::vector<std::string>, const SeedRow*> seen;
      const std::size_t width = table.shape().key_columns;
      for (const SeedRow& row : table.rows()) {
        const std::vector<std::string> key(row.cells.begin(), row.cells.begin() + static_cast<std::ptrdiff_t>(width));
        const auto [other, added] = seen.emplace(key, &row);
        if (!added)
          report(row, "stands twice, also at " + other->second->file + ":" + std::to_string(other->second->line));
        if (row.cells[0].empty()) report(row, "`" + std::string(table.shape().columns[0]) + "` is empty");
      }
    }
    if (seed_.table("release").rows().size() != 1) report("release.tsv", "must have exactly one row");
  }

  void one_of(std::string_view table_name, std::string_view column, Words words) {
    const SeedTable& table = seed_.table(table_name);
    for (const SeedRow& row : table.rows()) {
      const std::string& cell = table.cell(row, column);
      if (std::find(words.begin(), words.end(), cell) != words.end()) continue;
      std::string list;
      for (const std::string_view word : words)
        list += (list.empty() ? "" : ", ") + (word.empty() ? "empty" : std::string(word));
      report(row, "`" + std::string(column) + "` is `" + cell + "`, expected one of: " + list);
    }
  }

  void check_vocabulary() {
    one_of("ingredients", "kind", {"drug", "biologic", "vaccine", "herb", "food", "substance", "nutrient"});
    one_of("names", "kind", {"synonym", "brand", "abbreviation", "ambiguous"});
    one_of("routes", "exposure", {"none", "local", "systemic"});
    one_of("exposures", "exposure", {"none", "local", "systemic"});
    one_of("targets", "kind", {"enzyme", "transporter"});
    one_of("evidence", "kind", {"label", "guideline", "safety", "literature", "reference"});
    one_of("evidence", "status", {"verified", "draft"});
    one_of("rules", "type",
           {"drug-drug", "cumulative", "duplicate", "drug-allergy", "drug-disease", "drug-lab", "drug-renal",
            "drug-hepatic", "dose", "drug-age", "pregnancy", "lactation", "drug-food", "timing", "route", "monitoring",
            "guideline"});
    one_of("red_flags", "status", {"verified", "draft"});
    one_of("red_flags", "level", {"soon", "same_day", "urgent", "emergency"});
    one_of("conditions", "kind", {"disease", "event", "state", "symptom", "genotype", "procedure", "habit"});
    one_of("condition_codes", "system", {"icd10", "snomed"});
    one_of("quantities", "kind", {"lab", "vital", "measure", "attribute"});
    one_of("indications", "line", {"first", "second", "third"});
    one_of("reactions", "grade",
           {"anaphylaxis", "angioedema", "bronchospasm", "severe_cutaneous", "organ", "urticaria", "rash",
            "intolerance", "unknown"});
    one_of("rules", "contraindication", {"", "yes"});
    one_of("rules", "settles", {"", "yes"});
    one_of("rules", "onset", {"", "rapid", "delayed"});
    one_of("rules", "status", {"verified", "draft"});
    one_of("templates", "relation", {"inhibitor", "inducer"});
    one_of("templates", "object", {"substrate", "prodrug"});
    one_of("templates", "narrow_index", {"yes", "no"});
    one_of("templates", "severity", {"minor", "moderate", "major"});
    one_of("templates", "onset", {"", "rapid", "delayed"});
    constexpr std::size_t route_limit = 8 * sizeof(RouteMask);
    if (seed_.table("routes").rows().size() > route_limit) {
      report("routes.tsv", "more than " + std::to_string(route_limit) + " routes");
    }
    const std::vector<std::string> routes = route_names(seed_);
    for (const SeedRow& row : seed_.table("routes").rows()) {
      const std::string wider(wider_route(row.cells[0]));
      if (!std::binary_search(routes.begin(), routes.end(), wider))
        report(row, "`" + wider + "`, of which it is a way of giving, is no route");
    }
    std::map<std::string, std::string> codes;
    const SeedTable& ingredients = seed_.table("ingredients");
    for (const SeedRow& row : ingredients.rows()) {
      if (lower_case(row.cells[0]) != row.cells[0]) report(row, "an ingredient is written in lower case");
      const std::string& code = ingredients.cell(row, "rxcui");
      if (code.find_first_not_of("0123456789") != std::string::npos)
        report(row, "`rxcui` is not a number: `" + code + "`");
      if (!code.empty() && !codes.emplace(code, row.cells[0]).second) {
        report(row, "the RxNorm code " + code + " is also that of " + codes.at(code));
      }
      const std::string& days = ingredients.cell(row, "washout_days");
      const auto number = parse_number(days);
      if (!days.empty() && (!number || *number < 0))
        report(row, "`washout_days` is not a number of days: `" + days + "`");
    }
    const SeedTable& evidence = seed_.table("evidence");
    for (const SeedRow& row : evidence.rows()) {
      if (evidence.cell(row, "source").empty() || evidence.cell(row, "title").empty()) {
        report(row, "evidence needs a source and a title");
      }
    }
  }

  [[nodiscard]] std::set<std::string, std::less<>> keys(std::string_view table) const {
    std::set<std::string, std::less<>> found;
    for (const SeedRow& row : seed_.table(table).rows()) found.insert(row.cells[0]);
    return found;
  }

  // A list (with a separator) may be empty; a single reference only where the table says "not stated".
  void refers(std::string_view table_name, std::string_view column, std::string_view to,
              std::string_view separator = {}) {
    const bool may_be_empty = column == "usual_route" || column == "stands_in" || !separator.empty() ||
                              (table_name == "names" && column == "route");
    const auto known = keys(to);
    const SeedTable& table = seed_.table(table_name);
    for (const SeedRow& row : table.rows()) {
      const std::string& cell = table.cell(row, column);
      const auto parts = separator.empty() ? std::vector<std::string_view>{cell} : split(cell, separator);
      for (const std::string_view part : parts) {
        if (part.empty() && !may_be_empty) report(row, "`" + std::string(column) + "` is empty");
        if (!part.empty() && known.find(part) == known.end()) {
          report(row, "`" + std::string(part) + "` is not in " + std::string(to) + ".tsv");
        }
      }
    }
  }

  void check_references() {
    for (const std::string_view table : {"members", "roles", "effects", "exposures"}) {
      refers(table, "ingredient", "ingredients");
      refers(table, "evidence", "evidence", " | ");
    }
    refers("members", "class", "classes");
    refers("class_parents", "class", "classes");
    refers("class_parents", "parent", "classes");
    refers("roles", "target", "targets");
    refers("effects", "effect", "effect_names");
    refers("exposures", "route", "routes");
    refers("ingredients", "usual_route", "routes");
    refers("names", "route", "routes");
    refers("template_targets", "template", "templates");
    refers("template_targets", "target", "targets");
    refers("condition_parents", "condition", "conditions");
    refers("condition_parents", "parent", "conditions");
    refers("condition_names", "condition", "conditions", " + ");
    refers("condition_codes", "condition", "conditions");
    refers("condition_bounds", "condition", "conditions");
    refers("condition_bounds", "quantity", "quantities");
    refers("quantities", "stands_in", "quantities");
    refers("quantity_names", "quantity", "quantities");
    refers("quantity_units", "quantity", "quantities");
    refers("quantity_unstated", "quantity", "quantities");
    refers("signs", "condition", "conditions");
    refers("indications", "condition", "conditions");
    for (const std::string_view table :
         {"rules", "exceptions", "modifiers", "templates", "red_flags", "signs", "washouts", "indications"}) {
      refers(table, "evidence", "evidence", " | ");
      const SeedTable& rows = seed_.table(table);
      for (const SeedRow& row : rows.rows()) {
        if (rows.cell(row, "evidence").empty()) report(row, "has no evidence");
      }
    }
  }

  void check_classes() {
    std::vector<ConceptTables::Parent> parents;
    for (const SeedRow& row : seed_.table("class_parents").rows()) parents.push_back({row.cells[0], row.cells[1]});
    const auto cycle = ConceptGraph::class_cycle(parents);
    if (!cycle.empty()) report("class_parents.tsv", "a cycle of classes: " + joined(cycle, " > "));
    parents.clear();
    for (const SeedRow& row : seed_.table("condition_parents").rows()) parents.push_back({row.cells[0], row.cells[1]});
    const auto conditions = ConceptGraph::class_cycle(parents);
    if (!conditions.empty()) report("condition_parents.tsv", "a cycle of conditions: " + joined(conditions, " > "));
  }

  double number_of(const SeedRow& row, const SeedTable& table, std::string_view column) {
    const auto number = parse_number(table.cell(row, column));
    if (!number) report(row, "`" + std::string(column) + "` is not a number: `" + table.cell(row, column) + "`");
    return number.value_or(0.0);
  }

  // Numbers, and references that are written as concepts.
  void check_patient_tables() {
    const SeedTable& quantities = seed_.table("quantities");
    for (const SeedRow& row : quantities.rows()) {
      if (number_of(row, quantities, "low") >= number_of(row, quantities, "high"))
        report(row, "`low` is not below `high`");
      const std::string& days = quantities.cell(row, "stale_days");
      if (!days.empty() && number_of(row, quantities, "stale_days") <= 0) report(row, "`stale_days` must be above 0");
      for (const std::string_view column : {"title", "unit"}) {
        if (quantities.cell(row, column).empty()) report(row, "`" + std::string(column) + "` is empty");
      }
    }
    const SeedTable& units = seed_.table("quantity_units");
    for (const SeedRow& row : units.rows()) {
      if (number_of(row, units, "factor") <= 0) report(row, "`factor` must be above 0");
      number_of(row, units, "offset");
    }
    const SeedTable& bounds = seed_.table("condition_bounds");
    for (const SeedRow& row : bounds.rows()) {
      if (number_of(row, bounds, "low") > number_of(row, bounds, "high")) report(row, "`low` is above `high`");
    }
    if (const auto reader = QuantityReader::build(quantity_tables(seed_)); !reader)
      report("quantities", reader.error().message);
    const auto conditions = keys("conditions");
    const SeedTable& table = seed_.table("conditions");
    for (const SeedRow& row : table.rows()) {
      const std::string& history = table.cell(row, "history");
      if (!history.empty() && history != "-" && history != "listed" && conditions.count(history) == 0)
        report(row, "`" + history + "` is not in conditions.tsv");
      if (table.cell(row, "title").empty()) report(row, "`title` is empty");
    }
    const auto ingredients = keys("ingredients");
    const auto classes = keys("classes");
    const auto is_selector = [&](const SeedRow& row, const std::string& cell) {
      const auto selector = parse_selector(cell);
      if (!selector) return report(row, selector.error().message);
      for (const AlternativeNames& names : *selector) {
        for (const ConceptName& name : names) {
          const bool known = name.kind == ConceptKind::ingredient   ? ingredients.count(name.name) > 0
                             : name.kind == ConceptKind::drug_class ? classes.count(name.name) > 0
                                                                    : false;
          if (!known) report(row, "`" + to_string(name) + "` is no known ingredient or class");
        }
      }
    };
    for (const SeedRow& row : seed_.table("indications").rows()) is_selector(row, row.cells[0]);
    for (const SeedRow& row : seed_.table("allergens").rows()) {
      if (row.cells[1] != "-") is_selector(row, row.cells[1]);
    }
  }

  // Two meanings of one spelling must be told apart by their countries, or be marked ambiguous.
  void check_names() {
    struct Meaning {
      const SeedRow* row;
      std::string ingredients;
      std::string countries;
    };
    const SeedTable& names = seed_.table("names");
    const auto known = keys("ingredients");
    std::map<std::string, std::vector<Meaning>> by_spelling;
    for (const SeedRow& row : seed_.table("ingredients").rows()) {
      by_spelling[normalised_name(row.cells[0])].push_back({&row, row.cells[0], {}});
    }
    for (const SeedRow& row : names.rows()) {
      const bool ambiguous = names.cell(row, "kind") == "ambiguous";
      const auto parts = split(names.cell(row, "ingredients"), ambiguous ? " | " : " + ");
      std::vector<std::string> sorted(parts.begin(), parts.end());
      std::sort(sorted.begin(), sorted.end());
      if (ambiguous ? parts.size() < 2 : parts.empty()) report(row, "names too few ingredients");
      for (const std::string_view part : parts) {
        if (known.find(part) == known.end()) report(row, "`" + std::string(part) + "` is not in ingredients.tsv");
      }
      const std::string spelling = normalised_name(row.cells[0]);
      if (spelling.empty()) report(row, "nothing is left of the name without its punctuation");
      by_spelling[spelling].push_back({&row, joined(sorted, ambiguous ? " | " : " + "), names.cell(row, "countries")});
    }
    for (const auto& [spelling, meanings] : by_spelling) {
      for (std::size_t i = 0; i < meanings.size(); ++i) {
        for (std::size_t j = i + 1; j < meanings.size(); ++j) {
          if (meanings[i].ingredients == meanings[j].ingredients) continue;
          if (told_apart(meanings[i].countries, meanings[j].countries)) continue;
          report(*meanings[j].row, "`" + spelling + "` would silently mean " + meanings[i].ingredients + " (" +
                                       meanings[i].row->file + ":" + std::to_string(meanings[i].row->line) + ") or " +
                                       meanings[j].ingredients + ": give countries or make it ambiguous");
        }
      }
    }
  }

  static bool told_apart(const std::string& one, const std::string& other) {
    const auto left = split(one, " ");
    const auto right = split(other, " ");
    if (left.empty() || right.empty()) return false;
    return std::none_of(left.begin(), left.end(), [&](std::string_view country) {
      return std::find(right.begin(), right.end(), country) != right.end();
    });
  }

  void check_placeholders(const SeedRow& row, const std::string& text, const std::set<std::string>& allowed) {
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
      const auto close = text.find('}', open);
      const std::string word = close == std::string::npos ? text.substr(open) : text.substr(open + 1, close - open - 1);
      if (allowed.count(word) == 0) report(row, "unknown placeholder `{" + word + "}`");
    }
  }

  void check_rule_texts() {
    const SeedTable& rules = seed_.table("rules");
    for (const SeedRow& row : rules.rows()) {
      if (rules.cell(row, "contraindication") == "yes" && rules.cell(row, "severity") != "critical") {
        report(row, "a contraindication is critical");
      }
    }
    for (const std::string_view name : {"rules", "templates"}) {
      const SeedTable& table = seed_.table(name);
      for (const SeedRow& row : table.rows()) {
        std::set<std::string> allowed{"object", "precipitant", "target"};
        if (name == "rules") {
          allowed = {"all"};
          if (const auto terms = parse_terms(table.cell(row, "terms"))) {
            for (const TermText& term : *terms) allowed.insert(std::string(to_string(term.label)));
          }
        }
        check_placeholders(row, table.cell(row, "monitoring"), allowed);
        for (const std::string_view column : {"mechanism", "effect", "management"}) {
          const std::string& text = table.cell(row, column);
          if (text.empty()) report(row, "`" + std::string(column) + "` is empty");
          check_placeholders(row, text, allowed);
        }
      }
    }
  }

  // The places of rules by id, for problems that are found on compiled rules.
  [[nodiscard]] std::map<std::string, const SeedRow*> rule_rows() {
    std::map<std::string, const SeedRow*> rows;
    for (const std::string_view table : {"rules", "red_flags"}) {
      for (const SeedRow& row : seed_.table(table).rows()) {
        if (!rows.emplace(row.cells[0], &row).second) report(row, "the id is used twice");
      }
    }
    return rows;
  }

  void check_rules() {
    // Each row is parsed by itself first, so that all mistakes are named and not only the first.
    const SeedTable& rules_table = seed_.table("rules");
    bool sound = problems_.empty();
    for (const SeedRow& row : rules_table.rows()) {
      if (!core::parse_severity(rules_table.cell(row, "severity"))) {
        report(row, "unknown severity `" + rules_table.cell(row, "severity") + "`");
        sound = false;
      }
      if (const auto terms = parse_terms(rules_table.cell(row, "terms")); !terms) {
        report(row, terms.error().message);
        sound = false;
      } else {
        check_shape(row, *terms);
      }
    }
    const SeedTable& flags = seed_.table("red_flags");
    for (const SeedRow& row : flags.rows()) {
      for (const std::string_view column : {"title", "action"}) {
        if (flags.cell(row, column).empty()) report(row, "`" + std::string(column) + "` is empty");
      }
      if (const auto terms = parse_terms(flags.cell(row, "terms")); !terms) {
        report(row, terms.error().message);
        sound = false;
      } else {
        check_patient_shape(row, *terms);
      }
    }
    if (!sound && !problems_.empty()) return;  // each is named at its place already
    const auto tables = concept_tables(seed_);
    if (!tables) return report("seed", tables.error().message);
    auto sources = explicit_rules(seed_);
    if (!sources) return report("seed", sources.error().message);
    const auto flag_rules = red_flag_rules(seed_);
    if (!flag_rules) return report("seed", flag_rules.error().message);
    const auto signs = sign_rules(seed_);
    if (!signs) return report("seed", signs.error().message);
    const auto inferred = inferred_rules(seed_);
    if (!inferred) return report("seed", inferred.error().message);
    if (!sound) return;
    const auto graph = ConceptGraph::build(*tables);
    if (!graph) return report("seed", graph.error().message);
    if (const auto compiled = RuleSet::compile(*inferred, *graph, route_names(seed_)); !compiled) {
      report("templates.tsv", compiled.error().message);
    }
    if (const auto compiled = RuleSet::compile(*signs, *graph, route_names(seed_)); !compiled) {
      report("signs.tsv", compiled.error().message);
    }
    const LitSets lit(*graph);
    const auto rows = rule_rows();
    sources->insert(sources->end(), flag_rules->begin(), flag_rules->end());
    for (const RuleSource& source : *sources) {
      const SeedRow& row = *rows.at(source.id);
      const auto one = RuleSet::compile({source}, *graph, route_names(seed_));
      if (!one) {
        report(row, one.error().message);
        continue;
      }
      check_matches(row, *one, lit);
    }
    check_contradictions(*sources, rows);
  }

  void check_shape(const SeedRow& row, const std::vector<TermText>& terms) {
    const SeedTable& table = seed_.table("rules");
    const auto any = [&](auto property) {
      return std::any_of(terms.begin(), terms.end(), [&](const TermText& term) { return property(term.label); });
    };
    const bool counted = any(is_counted);
    if (any(is_about_patient) || any([](TermLabel label) { return label == TermLabel::products; }) ||
        (terms.size() == 1 && !counted)) {
      return check_patient_shape(row, terms);
    }
    const bool pair = terms.size() == 2 && !counted;
    const std::string& type = table.cell(row, "type");
    const bool over_sets = type == "cumulative" || type == "duplicate";
    if (pair && type == "cumulative") report(row, "a rule of two medicines is not cumulative");
    if (!pair && !over_sets) report(row, "a rule over sets has the type cumulative or duplicate");
    if (std::count_if(terms.begin(), terms.end(), [](const TermText& term) { return is_counted(term.label); }) > 1) {
      report(row, "has more than one count() or sum()");
    }
  }

  // A rule about the patient has one to three medicines; a rule about nothing but the dose of one says what an unknown
  // dose means: a bare name must not fire it.
  void check_patient_shape(const SeedRow& row, const std::vector<TermText>& terms) {
    std::size_t medicines = 0;
    bool patient = false;
    for (const TermText& term : terms) {
      if (is_about_patient(term.label)) {
        patient = true;
        if (term.label == TermLabel::value && term.predicates.empty()) report(row, "a value without a limit");
        for (const PredicateText& predicate : term.predicates) check_unit(row, term, predicate);
        continue;
      }
      ++medicines;
      if (term.label == TermLabel::count || term.label == TermLabel::sum)
        report(row, "count() and sum() do not stand beside terms about the patient: use exceptions and modifiers");
    }
    if (medicines == 0) report(row, "no medicine");
    if (medicines > PatientFired::most_medicines) report(row, "more than three medicines");
    if (medicines != 1) return;
    const auto& term =
        *std::find_if(terms.begin(), terms.end(), [](const TermText& one) { return !is_about_patient(one.label); });
    for (const PredicateText& predicate : term.predicates) {
      const bool number = predicate.kind == PredicateKind::dose || predicate.kind == PredicateKind::rate ||
                          predicate.kind == PredicateKind::single || predicate.kind == PredicateKind::times ||
                          predicate.kind == PredicateKind::duration;
      if (number && !patient && predicate.on_unknown == OnUnknown::fire)
        report(row, "`" + to_string({predicate}) + "`: say what an unknown one means (?ask, ?must, ?ignore)");
    }
    if (!patient && term.predicates.empty() && term.label != TermLabel::products)
      report(row, "would fire on every use of the medicine");
  }

  void check_unit(const SeedRow& row, const TermText& term, const PredicateText& predicate) {
    if (predicate.kind != PredicateKind::value) return;
    const SeedTable& quantities = seed_.table("quantities");
    for (const SeedRow& quantity : quantities.rows()) {
      if (quantity.cells[0] != term.selector[0][0].name) continue;
      const std::string& unit = quantities.cell(quantity, "unit");
      if (predicate.unit != unit) report(row, "`" + predicate.unit + "`: " + quantity.cells[0] + " is in " + unit);
    }
  }

  // A rule must be able to fire: every alternative of every term is lit by something, and different ingredients fill
  // the terms.
  void check_matches(const SeedRow& row, const RuleSet& rules, const LitSets& lit) {
    const auto terms = rules.terms(RuleIndex{0});
    std::vector<std::vector<std::uint32_t>> able;
    for (const Term& term : terms) {
      if (is_about_patient(term.label)) {
        able.emplace_back();
        continue;
      }
      for (std::uint32_t i = 0; i < term.alternatives.count; ++i) {
        if (lit.satisfying(rules, {term.alternatives.first + i, 1}).empty()) {
          report(row, "term `" + std::string(to_string(term.label)) + "`: alternative " + std::to_string(i + 1) +
                          " can match nothing");
        }
      }
      able.push_back(lit.satisfying(rules, term.alternatives));
    }
    const bool pair = rules.head(RuleIndex{0}).scope == RuleScope::pair;
    bool nothing = std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
      return !is_about_patient(term.label) && able[static_cast<std::size_t>(&term - terms.data())].empty();
    });  // said of each alternative already
    if (pair && able[0].size() == 1 && able[0] == able[1]) {
      report(row, "both terms ask for the same ingredient");
      nothing = true;
    }
    // An exception or modifier on a term must be able to meet an ingredient that fills the term.
    for (const Condition& condition : rules.conditions(RuleIndex{0})) {
      if (condition.term >= terms.size() || condition.alternatives.count == 0) continue;
      const bool meets =
          std::any_of(able[condition.term].begin(), able[condition.term].end(), [&](std::uint32_t ingredient) {
            return lit.satisfies(rules, condition.alternatives, static_cast<IngredientIndex>(ingredient));
          });
      if (!meets) {
        report(row, std::string(condition.step == 0 ? "an exception" : "a modifier") + " on term `" +
                        std::string(to_string(terms[condition.term].label)) + "` can never apply");
      }
    }
    // An exception without a predicate takes its ingredients out for good; something must be left.
    for (const Condition& condition : rules.conditions(RuleIndex{0})) {
      if (condition.step != 0 || condition.term >= terms.size() || condition.predicates.count > 0) continue;
      std::erase_if(able[condition.term], [&](std::uint32_t ingredient) {
        return lit.satisfies(rules, condition.alternatives, static_cast<IngredientIndex>(ingredient));
      });
      if (able[condition.term].empty()) {
        report(row, "can match nothing: its exceptions leave no ingredient");
        nothing = true;
      }
    }
    if (nothing) return;
    if (const std::string why = why_never_met(rules, RuleIndex{0}, able); !why.empty()) report(row, why);
  }

  // Equal terms with another severity and no condition to tell them apart contradict each other, unless they are of
  // different sources: those may disagree, and a finding says so.
  void check_contradictions(const std::vector<RuleSource>& sources, const std::map<std::string, const SeedRow*>& rows) {
    std::map<std::string, const RuleSource*> by_terms;
    for (const RuleSource& source : sources) {
      std::vector<std::string> sides;
      for (const TermText& term : source.terms) {
        TermText plain = term;
        if (!is_counted(term.label) && !is_about_patient(term.label)) plain.label = TermLabel::a;
        for (AlternativeNames& names : plain.selector) std::sort(names.begin(), names.end());
        std::sort(plain.selector.begin(), plain.selector.end());
        sides.push_back(to_string({plain}));
      }
      std::sort(sides.begin(), sides.end());
      const auto [other, added] = by_terms.emplace(source.source + '\n' + joined(sides, " ; "), &source);
      if (added) continue;
      if (other->second->type != source.type || other->second->kind != source.kind) continue;
      const bool same = other->second->severity == source.severity && other->second->level == source.level;
      report(*rows.at(source.id), std::string(same ? "duplicates" : "contradicts") + " rule " + other->second->id);
    }
  }

  const Seed& seed_;
  std::vector<LintProblem> problems_;
};

}  // namespace

std::vector<LintProblem> lint(const Seed& seed) { return Linter(seed).run(); }

}  // namespace guardian::knowledge
