// Nothing is missed about the patient: over thousands of generated cases, made so that each rule fires or nearly does,
// the matcher and the SQL oracle, written apart from each other, decide the same of every rule that looks at the
// patient or at one medicine alone.

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "audit/patient_oracle.hpp"
#include "knowledge/matcher.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using audit::OracleAllergy;
using audit::OracleCase;
using audit::OracleCondition;
using audit::OracleDrug;
using audit::OracleQuantity;

namespace {

constexpr std::array<const char*, 9> reactions{"anaphylaxis", "angioedema", "bronchospasm", "severe_cutaneous", "organ",
                                               "urticaria",   "rash",       "intolerance",  "unknown"};

// Makes cases for a rule. A plain one holds what the rule asks for and nothing else; another stands near the limits,
// with unknown and old values, medicines that were stopped, exceptions that hold, and facts of other rules.
class CaseMaker {
 public:
  CaseMaker(const KnowledgeBase& base, std::uint64_t seed) : base_(base), rules_(base.rules()), random_(seed) {
    const auto add = [&](ConceptIndex start, const std::string& name) {
      names_[raw(start)] = name;
      for (const ConceptIndex above : base.graph().closure(start)) below_[raw(above)].push_back(name);
    };
    for (std::size_t i = 0; i < base.graph().ingredient_count(); ++i) {
      add(static_cast<ConceptIndex>(i), base.graph().ingredient_name(static_cast<IngredientIndex>(i)));
    }
    for (const auto& row : base.tables().concepts.classes) {
      add(base.graph().find({ConceptKind::drug_class, row.name, {}, 0, false}).value(), "class:" + row.name);
    }
    for (const auto& row : base.patient_tables().conditions) {
      add(base.condition(row.condition).value(), row.condition);
      conditions_.push_back(row.condition);
    }
    for (const auto& row : base.patient_tables().quantities) {
      names_[raw(base.quantity(row.name).value())] = row.name;
      quantities_.push_back(row.name);
    }
  }

  OracleCase make(RuleIndex rule, bool plain) {
    plain_ = plain;
    weight_ = plain || chance(0.8) ? std::optional(pick(std::vector<double>{16.0, 64.0, 71.5})) : std::nullopt;
    OracleCase made;
    std::vector<const Condition*> wanted;
    for (const Condition& condition : rules_.conditions(rule)) {
      if (!plain && chance(0.4)) wanted.push_back(&condition);
    }
    const auto terms = rules_.terms(rule);
    for (std::uint32_t t = 0; t < terms.size(); ++t) {
      if (is_about_patient(terms[t].label)) continue;
      const auto of_term = std::find_if(wanted.begin(), wanted.end(), [&](const auto* one) { return one->term == t; });
      add_medicines(made, terms[t], of_term == wanted.end() ? nullptr : *of_term);
    }
    for (const Term& term : terms) {
      if (is_about_patient(term.label)) add_patient(made, term);
    }
    for (const Condition* condition : wanted) {
      for (const Term& term : rules_.patient_terms(*condition)) add_patient(made, term);
      if (condition->term != Condition::whole_case) continue;
      if (const auto ingredient = one_of(condition->alternatives)) {
        made.drugs.push_back(medicine(*ingredient, condition->predicates, 7, made));
        made.drugs.back().stopped = chance(0.3);
      }
    }
    if (!plain) add_others(made);
    made.results_stated = plain || chance(0.85);
    return made;
  }

 private:
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::size_t below(std::size_t size) { return std::uniform_int_distribution<std::size_t>(0, size - 1)(random_); }
  template <class T>
  T pick(const std::vector<T>& list) {
    return list[below(list.size())];
  }

  // A number that the predicates of one kind want, or one near their limits, or none.
  std::optional<double> number_for(Range predicates, PredicateKind kind, bool by_mass = true, double times = 1.0) {
    std::optional<double> low;
    std::optional<double> high;
    for (const Predicate& predicate : rules_.predicates(predicates)) {
      const bool mass =
          predicate.measure == DoseMeasure::milligrams || predicate.measure == DoseMeasure::milligrams_per_kg;
      if (predicate.kind != kind || mass != by_mass) continue;
      const bool per_kg =
          predicate.measure == DoseMeasure::milligrams_per_kg || predicate.measure == DoseMeasure::units_per_kg;
      // A limit that is no whole number of 64ths is a product of roundings: what lies on it is no one's mistake.
      const bool exact = std::fmod(predicate.number * 64.0, 1.0) == 0.0;
      const double off = exact ? 1.0 : chance(0.5) ? 1.0 + 1e-6 : 1.0 - 1e-6;
      const double limit = predicate.number * off * (per_kg ? weight_.value_or(64.0) : 1.0);
      const bool is_low =
          predicate.comparison == Comparison::greater || predicate.comparison == Comparison::greater_or_equal;
      if (is_low) {
        low = std::max(low.value_or(limit), limit);
      } else {
        high = std::min(high.value_or(limit), limit);
      }
    }
    if (!low && !high) return std::nullopt;
    const double inside = low && high ? (*low + *high) / 2.0
                          : low       ? *low * 1.25 + (*low == 0.0 ? 1.0 : 0.0)
                                      : *high / 2.0;
    if (plain_ || chance(0.45)) return inside * times;
    if (chance(0.15)) return std::nullopt;
    const double limit = low && (!high || chance(0.5)) ? *low : *high;
    return limit * times * pick(std::vector<double>{1.0, 1.0, 0.5, 0.875, 1.125, 2.0});
  }

  std::optional<IngredientIndex> one_of(Range alternatives) {
    const auto list = base_.lit().satisfying(rules_, alternatives);
    if (list.empty()) return std::nullopt;
    return static_cast<IngredientIndex>(list[below(list.size())]);
  }

  OracleDrug medicine(IngredientIndex ingredient, Range predicates, std::uint8_t exposures, const OracleCase& made) {
    OracleDrug drug;
    drug.ingredient = base_.graph().ingredient_name(ingredient);
    drug.source = static_cast<int>(made.drugs.size());
    drug.name_key = drug.ingredient + (plain_ || chance(0.7) ? std::to_string(drug.source) : "");
    drug.weight_kg = weight_;
    std::optional<RouteMask> mask;
    drug.ordered = !plain_ && chance(0.2);
    for (const Predicate& predicate : rules_.predicates(predicates)) {
      if (predicate.kind == PredicateKind::route) mask = mask.value_or(~RouteMask{0}) & predicate.routes;
      if (predicate.kind == PredicateKind::exposure)
        exposures = static_cast<std::uint8_t>(exposures & predicate.exposures);
      if (predicate.kind == PredicateKind::status && (plain_ || chance(0.7)))
        drug.ordered = (predicate.routes & taken_bit) == 0;
    }
    const DrugFact bare = base_.bare_fact(ingredient);
    if (bare.route != 0) drug.route = std::string(base_.route_name(bare.route));
    drug.exposure = bare.exposure;
    const auto& routes = base_.tables().routes;
    std::vector<std::string> fitting;
    for (const auto& row : routes) {
      const RouteMask bit = base_.route_bit(row.route);
      if ((mask.value_or(bit) & bit) != 0 && (exposures & exposure_bit(base_.exposure(ingredient, bit))) != 0)
        fitting.push_back(row.route);
    }
    const bool bare_fits = !mask && (exposures & exposure_bit(bare.exposure)) != 0;
    if ((!bare_fits || (!plain_ && chance(0.3))) && !fitting.empty() && (plain_ || chance(0.85)))
      drug.route = pick(fitting);
    if (!plain_ && chance(0.1)) drug.route = routes[below(routes.size())].route;
    if (!plain_ && chance(0.05)) drug.route.reset();
    drug.exposure = base_.exposure(ingredient, drug.route ? base_.route_bit(*drug.route) : 0);
    drug.daily_mg = number_for(predicates, PredicateKind::dose);
    drug.daily_units = number_for(predicates, PredicateKind::dose, false);
    drug.single_mg = number_for(predicates, PredicateKind::single);
    drug.single_units = number_for(predicates, PredicateKind::single, false);
    drug.rate_mg = number_for(predicates, PredicateKind::rate);
    drug.rate_units = number_for(predicates, PredicateKind::rate, false);
    drug.times_per_day = number_for(predicates, PredicateKind::times);
    drug.duration_days = number_for(predicates, PredicateKind::duration);
    return drug;
  }

  void add_medicines(OracleCase& made, const Term& term, const Condition* wanted) {
    auto ingredient = one_of(term.alternatives);
    if (wanted != nullptr && wanted->alternatives.count > 0) {
      for (int tries = 0; tries < 20; ++tries) {
        const auto other = one_of(wanted->alternatives);
        if (other && base_.lit().satisfies(rules_, term.alternatives, *other)) ingredient = other;
      }
    }
    if (!ingredient) return;
    const bool as_exception = wanted != nullptr && wanted->predicates.count > 0 && chance(0.7);
    const Range predicates = as_exception ? wanted->predicates : term.predicates;
    const std::size_t medicines = term.label == TermLabel::products ? term.quantity : plain_ || chance(0.9) ? 1 : 2;
    for (std::size_t i = 0; i < medicines; ++i) {
      OracleDrug drug = medicine(*ingredient, predicates, term.wanted_exposures, made);
      if (!plain_ && chance(0.2)) {
        const double washout =
            term.washout_days >= 0.0 ? term.washout_days : base_.ingredient(*ingredient).washout_days.value_or(5.0);
        drug.stopped = true;
        drug.stopped_days = pick(std::vector<double>{0.0, 1.0, 1.5, washout, washout + 1.0, washout * 0.5});
        if (chance(0.2)) drug.stopped_days.reset();
      }
      drug.as_needed = !plain_ && chance(0.1);
      drug.fixed_product = !plain_ && chance(0.1);
      made.drugs.push_back(drug);
    }
  }

  void add_patient(OracleCase& made, const Term& term) {
    const auto alternatives = rules_.alternatives(term.alternatives);
    const auto concepts = alternatives.empty() ? std::span<const ConceptIndex>()
                                               : rules_.concepts(alternatives[below(alternatives.size())]);
    switch (term.label) {
      case TermLabel::without:
        if (plain_ || chance(0.8)) return;
        [[fallthrough]];
      case TermLabel::condition:
        for (const ConceptIndex wanted : concepts) {
          const std::string name = plain_ || chance(0.5) ? names_[raw(wanted)] : pick(below_[raw(wanted)]);
          made.conditions.push_back({name, plain_ || chance(0.8), number_for(term.predicates, PredicateKind::within)});
        }
        return;
      case TermLabel::value: add_value(made, names_[raw(concepts.front())], term.predicates); return;
      case TermLabel::missing:
        if (plain_ || chance(0.6)) return;
        made.quantities.push_back(
            {names_[raw(concepts.front())], 5.0, 5.0, number_for(term.predicates, PredicateKind::within)});
        return;
      case TermLabel::allergy: add_allergy(made, term, concepts); return;
      default: return;
    }
  }

  void add_value(OracleCase& made, const std::string& name, Range predicates) {
    std::string quantity = name;
    const QuantityDefinition& row = *base_.quantity_row(base_.quantity(name).value());
    if (!plain_ && !row.stands_in.empty() && chance(0.3)) quantity = row.stands_in;
    const auto number = number_for(predicates, PredicateKind::value);
    if (!number) return;
    OracleQuantity value{quantity, *number, *number, number_for(predicates, PredicateKind::within)};
    if (!plain_ && row.stale_days && chance(0.3))
      value.age_days = *row.stale_days * pick(std::vector<double>{0.5, 1.0, 1.5});
    if (!plain_ && chance(0.2)) value.high = value.low * pick(std::vector<double>{1.25, 2.0}) + 1.0;
    if (!plain_ && chance(0.2)) value.low = value.low * pick(std::vector<double>{0.5, 0.75});
    made.quantities.push_back(value);
    if (!plain_ && chance(0.15)) made.quantities.push_back({name, 10.0, pick(std::vector<double>{30.0, 60.0}), {}});
  }

  void add_allergy(OracleCase& made, const Term& term, std::span<const ConceptIndex> concepts) {
    std::string allergen;
    if (!concepts.empty()) {
      allergen = pick(below_[raw(concepts.front())]);
    } else if (!made.drugs.empty()) {
      const auto ingredient = base_.graph().ingredient(pick(made.drugs).ingredient).value();
      const auto lit = base_.graph().closure(ingredient);
      allergen = names_[raw(lit[below(lit.size())])];
      if (plain_ || allergen.empty()) allergen = base_.graph().ingredient_name(ingredient);
    }
    if (allergen.empty()) return;
    std::vector<std::string> grades;
    for (const Predicate& predicate : rules_.predicates(term.predicates)) {
      for (std::size_t i = 0; i < reactions.size(); ++i) {
        if (predicate.kind == PredicateKind::reaction && (predicate.routes >> i & 1U) != 0)
          grades.emplace_back(reactions[i]);
      }
    }
    if (grades.empty() || (!plain_ && chance(0.2))) grades.assign(reactions.begin(), reactions.end());
    made.allergies.push_back({allergen, pick(grades), number_for(term.predicates, PredicateKind::years)});
  }

  // Facts that the rule did not ask for: the medicines, conditions and values of others.
  void add_others(OracleCase& made) {
    for (std::size_t i = below(4); i > 0; --i) {
      const auto rule = static_cast<RuleIndex>(below(rules_.size() - rules_.inferred_count()));
      const bool same = chance(0.3) && !made.drugs.empty();
      for (const Term& term : rules_.terms(rule)) {
        if (is_about_patient(term.label)) {
          if (chance(0.6)) add_patient(made, term);
        } else if (!same) {
          add_medicines(made, term, nullptr);
        }
      }
      if (same) {
        OracleDrug drug = pick(made.drugs);
        if (chance(0.8)) drug.source = static_cast<int>(made.drugs.size());
        if (chance(0.3)) drug.name_key += "+";
        if (chance(0.4)) drug.ordered = !drug.ordered;
        if (chance(0.3)) drug.as_needed = !drug.as_needed;
        if (chance(0.3)) drug.stopped = !drug.stopped;
        if (drug.daily_mg && chance(0.5)) drug.daily_mg = *drug.daily_mg * 2.0;
        made.drugs.push_back(drug);
      }
    }
    if (chance(0.3)) made.conditions.push_back({pick(conditions_), chance(0.7), {}});
    if (chance(0.2)) made.quantities.push_back({pick(quantities_), 40.0, 40.0, {}});
    std::shuffle(made.drugs.begin(), made.drugs.end(), random_);
    std::shuffle(made.conditions.begin(), made.conditions.end(), random_);
  }

  const KnowledgeBase& base_;
  const RuleSet& rules_;
  std::mt19937_64 random_;
  bool plain_ = true;
  std::optional<double> weight_;
  std::map<std::size_t, std::string> names_;               // of substances, conditions and quantities, by concept
  std::map<std::size_t, std::vector<std::string>> below_;  // what lights a concept
  std::vector<std::string> conditions_;
  std::vector<std::string> quantities_;
};

// What the matcher decides: lines of a rule with its ingredients and severity, or that it is not evaluated.
class Engine {
 public:
  explicit Engine(const KnowledgeBase& base)
      : base_(base), matcher_(base.graph(), base.rules(), base.lit(), base.pairs()), patient_(base.patient_state()) {}

  std::set<std::string> judge(const OracleCase& given) {
    std::vector<DrugFact> facts;
    for (const OracleDrug& drug : given.drugs) facts.push_back(fact(drug));
    read_patient(given);
    const PatientOutcome& outcome = matcher_.match(facts, &patient_).patient;
    std::set<std::string> lines;
    for (const PatientFired& fired : outcome.fired) {
      std::vector<std::string> names;
      for (std::uint32_t i = 0; i < fired.medicines; ++i)
        names.push_back(base_.graph().ingredient_name(facts[fired.facts[i]].ingredient));
      std::sort(names.begin(), names.end());
      std::string joined;
      for (const std::string& name : names) joined += (joined.empty() ? "" : " + ") + name;
      lines.insert(std::string(base_.rules().id(fired.rule)) + ": " + joined + ": " +
                   std::string(to_string(fired.severity)));
    }
    for (const PatientUnevaluated& waits : outcome.unevaluated)
      lines.insert(std::string(base_.rules().id(waits.rule)) + ": not evaluated");
    return lines;
  }

 private:
  DrugFact fact(const OracleDrug& drug) const {
    const auto number = [](const std::optional<double>& given) { return given.value_or(unknown_number); };
    DrugFact made = base_.bare_fact(base_.graph().ingredient(drug.ingredient).value());
    made.exposure = drug.exposure;
    made.route = drug.route ? base_.route_bit(*drug.route) : 0;
    made.daily_mg = number(drug.daily_mg);
    made.daily_units = number(drug.daily_units);
    made.single_mg = number(drug.single_mg);
    made.single_units = number(drug.single_units);
    made.rate_mg = number(drug.rate_mg);
    made.rate_units = number(drug.rate_units);
    made.times_per_day = number(drug.times_per_day);
    made.weight_kg = number(drug.weight_kg);
    made.duration_days = number(drug.duration_days);
    made.stopped = drug.stopped;
    made.stopped_days = number(drug.stopped_days);
    made.source = static_cast<std::uint32_t>(drug.source);
    made.fixed_product = drug.fixed_product;
    made.ordered = drug.ordered;
    made.as_needed = drug.as_needed;
    made.name_hash = static_cast<std::uint32_t>(std::hash<std::string>()(drug.name_key));
    return made;
  }

  void read_patient(const OracleCase& given) {
    patient_.clear();
    patient_.set_results_stated(given.results_stated);
    for (const OracleCondition& condition : given.conditions) {
      patient_.add(ConditionFact{base_.condition(condition.condition).value(),
                                 condition.certain ? Truth::yes : Truth::unknown,
                                 condition.age_days.value_or(unknown_number), 0});
    }
    for (const OracleQuantity& value : given.quantities) {
      patient_.add(QuantityFact{base_.quantity(value.quantity).value(), value.low, value.high,
                                value.age_days.value_or(unknown_number), 0});
    }
    for (const OracleAllergy& allergy : given.allergies) {
      // The bit of a grade is its place in the order of gravity.
      const auto grade = std::find(reactions.begin(), reactions.end(), allergy.reaction) - reactions.begin();
      patient_.add(AllergyFact{base_.graph().find(parse_concept(allergy.allergen).value()).value(),
                               RouteMask{1} << static_cast<unsigned>(grade), allergy.years.value_or(unknown_number),
                               0});
    }
  }

  const KnowledgeBase& base_;
  Matcher matcher_;
  PatientState patient_;
};

// The oracle's rows of each case as the same lines. The engine says of a rule that waits only that it does.
std::vector<std::set<std::string>> oracle_lines(audit::PatientOracle& oracle, const std::vector<OracleCase>& cases,
                                                std::set<std::string>& fired) {
  const auto rows = oracle.judge(cases);
  if (!rows) FAIL(rows.error().message);
  std::vector<std::set<std::string>> lines(cases.size());
  for (const audit::PatientOracleRow& row : *rows) {
    lines[row.case_no].insert(
        row.rule + ": " +
        (row.severity ? row.ingredients + ": " + std::string(to_string(*row.severity)) : std::string("not evaluated")));
    if (row.severity) fired.insert(row.rule);
  }
  return lines;
}

// A case as it is needed to find a mistake.
std::string shown(const OracleCase& given) {
  std::string text;
  const auto number = [&](const char* name, const std::optional<double>& value) {
    if (value) text += std::string(" ") + name + "=" + std::to_string(*value);
  };
  for (const OracleDrug& drug : given.drugs) {
    text += "\n  " + drug.ingredient + " " + drug.route.value_or("?") + " " + std::string(to_string(drug.exposure)) +
            " name=" + drug.name_key + " source=" + std::to_string(drug.source);
    number("mg", drug.daily_mg);
    number("units", drug.daily_units);
    number("single", drug.single_mg);
    number("single_units", drug.single_units);
    number("rate", drug.rate_mg);
    number("rate_units", drug.rate_units);
    number("times", drug.times_per_day);
    number("weight", drug.weight_kg);
    number("days", drug.duration_days);
    if (drug.stopped) text += " stopped";
    number("since", drug.stopped_days);
    text += std::string(drug.ordered ? " ordered" : "") + (drug.as_needed ? " as needed" : "") +
            (drug.fixed_product ? " fixed" : "");
  }
  for (const OracleCondition& condition : given.conditions) {
    text += "\n  " + condition.condition + (condition.certain ? "" : " ?");
    number("age", condition.age_days);
  }
  if (!given.results_stated) text += "\n  no results stated";
  for (const OracleQuantity& value : given.quantities) {
    text += "\n  " + value.quantity + " " + std::to_string(value.low) + ".." + std::to_string(value.high);
    number("age", value.age_days);
  }
  for (const OracleAllergy& allergy : given.allergies) {
    text += "\n  allergy " + allergy.allergen + " " + allergy.reaction;
    number("years", allergy.years);
  }
  return text;
}

}  // namespace

TEST_CASE("the engine and the SQL oracle decide the same of every rule about the patient in generated cases",
          "[regression][slow]") {
  constexpr int rounds = 3;  // a plain case of each rule, and two that are not
  constexpr std::size_t at_once = 2000;
  const KnowledgeBase& base = *tests::shipped_knowledge();
  auto oracle = audit::PatientOracle::open(tests::shipped_file());
  REQUIRE(oracle.has_value());
  const auto rules = oracle->rules();
  if (!rules) FAIL(rules.error().message);

  CaseMaker maker(base, 20261122);
  std::vector<OracleCase> cases;
  for (int round = 0; round < rounds; ++round) {
    for (std::uint32_t number = 0; number < base.rules().size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      const RuleHead& head = base.rules().head(rule);
      if (head.scope == RuleScope::patient && head.kind != RuleKind::sign)
        cases.push_back(maker.make(rule, round == 0));
    }
  }
  REQUIRE(cases.size() == rules->size() * rounds);

  Engine engine(base);
  std::set<std::string> fired;
  std::size_t lines = 0;
  std::size_t differences = 0;
  for (std::size_t first = 0; first < cases.size(); first += at_once) {
    const std::vector<OracleCase> some(
        cases.begin() + static_cast<std::ptrdiff_t>(first),
        cases.begin() + static_cast<std::ptrdiff_t>(std::min(first + at_once, cases.size())));
    const auto by_oracle = oracle_lines(*oracle, some, fired);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const std::set<std::string> by_engine = engine.judge(some[i]);
      lines += by_engine.size();
      std::vector<std::string> different;
      std::set_symmetric_difference(by_engine.begin(), by_engine.end(), by_oracle[i].begin(), by_oracle[i].end(),
                                    std::back_inserter(different));
      differences += different.size();
      for (const std::string& line : different) {
        if (differences > 20) break;
        UNSCOPED_INFO((by_engine.count(line) > 0 ? "only the engine: " : "only the oracle: ")
                      << line << " in case " << first + i << ":" << shown(some[i]));
      }
    }
  }
  CHECK(differences == 0);
  CHECK(lines > 2 * cases.size());
  std::vector<std::string> silent;
  std::set_difference(rules->begin(), rules->end(), fired.begin(), fired.end(), std::back_inserter(silent));
  for (const std::string& rule : silent) UNSCOPED_INFO("never fired: " << rule);
  CHECK(fired.size() * 10 >= rules->size() * 9);
}
