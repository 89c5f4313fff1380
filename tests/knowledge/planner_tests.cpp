// The least-effort plan: on a few known drugs, and against plain enumeration with the engine as judge.

#include "knowledge/planner.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <sstream>
#include <tuple>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/regimen_check.hpp"
#include "knowledge/screen.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using core::Plan;
using core::PlanAction;

namespace {

tests::TableRows plan_tables(const std::vector<tests::RuleRow>& rules,
                             const std::vector<tests::ConditionRow>& conditions = {}) {
  tests::TableRows tables = tests::small_tables(rules, conditions);
  tables["ingredients"] +=
      "\nacetaminophen\tdrug\t\t\toral\t\t\nlabetalol\tdrug\t\t\toral\t\t\nlinagliptin\tdrug\t\t\toral\t\t\n"
      "metformin\tdrug\t\t\toral\t\t\npravastatin\tdrug\t\t\toral\t\t";
  tables["classes"] += "\nanticoagulant\tanticoagulant\t\nstatin\tstatin\t";
  tables["members"] += "\npravastatin\tstatin\tref\nsimvastatin\tstatin\tref\nwarfarin\tanticoagulant\tref";
  tables["conditions"] =
      "atrial_fibrillation\tdisease\t\tatrial fibrillation\t\nckd_5\tdisease\t\tCKD 5\t\n"
      "depression\tdisease\t\tdepression\t\nfungal_infection\tdisease\t\tfungal infection\t\n"
      "heart_failure\tdisease\t\theart failure\t\nhyperlipidemia\tdisease\t\thyperlipidemia\t\n"
      "hypertension\tdisease\t\thypertension\t\nosteoarthritis\tdisease\t\tosteoarthritis\t\n"
      "pregnancy\tstate\t\tpregnancy\t\ntype_2_diabetes\tdisease\t\ttype 2 diabetes\t";
  tables["indications"] =
      "acetaminophen\tosteoarthritis\tfirst\t\tref\namlodipine\thypertension\tfirst\t\tref\n"
      "citalopram\tdepression\tfirst\t\tref\nclass:ssri\tdepression\tsecond\t\tref\n"
      "ibuprofen\tosteoarthritis\tfirst\t\tref\nketoconazole\tfungal_infection\tfirst\t\tref\n"
      "labetalol\thypertension\tsecond\t\tref\nlinagliptin\ttype_2_diabetes\tsecond\t\tref\n"
      "lisinopril\thypertension\tfirst\t\tref\nmetformin\ttype_2_diabetes\tfirst\t\tref\n"
      "phenelzine\tdepression\tthird\t\tref\n"
      "pravastatin\thyperlipidemia\tfirst\t\tref\nsimvastatin\thyperlipidemia\tfirst\t\tref\n"
      "spironolactone\theart_failure\tfirst\t\tref\nwarfarin\tatrial_fibrillation\tsecond\tstroke prevention\tref";
  return tables;
}

struct Taken {
  std::string ingredient;
  double daily_mg = unknown_number;
  bool ordered = false;
  double times_per_day = unknown_number;
};

// A case of plain facts: what a screening would leave behind.
class PlanCase {
 public:
  PlanCase(const KnowledgeBase& base, const std::vector<Taken>& medicines, const std::vector<std::string>& conditions,
           const std::vector<std::string>& allergies = {})
      : state_(base.patient_state()) {
    for (const Taken& taken : medicines) {
      DrugFact fact = base.bare_fact(*base.graph().ingredient(taken.ingredient));
      fact.daily_mg = taken.daily_mg;
      fact.times_per_day = taken.times_per_day;
      fact.single_mg = taken.daily_mg / taken.times_per_day;
      fact.ordered = taken.ordered;
      fact.source = static_cast<std::uint32_t>(facts_.size());
      fact.name_hash = static_cast<std::uint32_t>(std::hash<std::string>()(taken.ingredient));
      facts_.push_back(fact);
      elements_.push_back("/medications/" + std::to_string(elements_.size()));
      core::MedicationEntry entry;
      entry.element = elements_.back();
      entry.text = taken.ingredient;
      entry.is_order = taken.ordered;
      subject.medications.push_back(entry);
    }
    for (const std::string& condition : conditions) state_.add(ConditionFact{*base.condition(condition)});
    for (const std::string& allergen : allergies)
      state_.add(AllergyFact{static_cast<ConceptIndex>(raw(*base.graph().ingredient(allergen))),
                             reaction_bit(ReactionGrade::anaphylaxis)});
  }
  [[nodiscard]] ScreenedCase screened() const { return {facts_, elements_, &state_, {}}; }

  core::Case subject;

 private:
  PatientState state_;
  std::vector<DrugFact> facts_;
  std::vector<std::string> elements_;
};

Plan planned(const tests::SmallKnowledge& small, const PlanCase& subject,
             const PlanPolicy& policy = default_plan_policy()) {
  Planner planner(small.shared(), policy);
  auto plan = planner.plan(subject.screened(), subject.subject, {});
  REQUIRE(plan);
  return *plan;
}

// "switch simvastatin to pravastatin; stop x"
std::string changes(const core::PlanOption& option) {
  std::string text;
  for (const core::PlanChange& change : option.changes) {
    if (!text.empty()) text += "; ";
    text += std::string(to_string(change.action)) + " " + change.medicine;
    if (!change.to.empty()) text += " to " + change.to;
    if (change.times_per_day) {
      text += " times " + std::to_string(std::lround(*change.times_per_day * 7)) + " a week";
    } else if (change.daily_mg) {
      text += " to " + std::to_string(std::lround(*change.daily_mg)) + " mg";
    }
    for (const std::string& measure : change.measures) text += ": " + measure;
  }
  return text;
}
std::string best(const Plan& plan) { return plan.best.empty() ? "none" : changes(plan.best.front()); }

const std::vector<tests::RuleRow> known_rules{
    {"R-STATIN", "critical", "object = simvastatin ; precipitant = ketoconazole"},
    {"R-BLEED", "major", "a = warfarin ; b = class:nsaid"},
    {"R-KIDNEY", "critical", "drug = metformin ; condition = ckd_5", "drug-disease"},
    {"R-PREGNANCY", "critical", "drug = lisinopril ; condition = pregnancy", "pregnancy"},
    {"R-POTASSIUM", "major", "a = lisinopril ; b = spironolactone"},
    {"R-MAOI", "critical", "a = class:maoi ; b = class:ssri"},
    {"R-SAME", "critical", "drug = any ; allergy = same", "drug-allergy"},
    {"R-QT", "major", "count(3) = effect:qt+2", "cumulative"},
    {"R-DOSE", "major", "object = simvastatin {dose>20 mg/day} ; precipitant = amlodipine"},
};

}  // namespace

TEST_CASE("a case without a grave finding needs no plan", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const Plan plan = planned(small, PlanCase(small.base(), {{"lisinopril"}, {"simvastatin"}}, {"hypertension"}));
  CHECK_FALSE(plan.needed);
  CHECK(plan.feasible);
  CHECK(plan.proven);
  CHECK(plan.best.empty());
}

TEST_CASE("a medicine gives way to another one for the same condition", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const KnowledgeBase& base = small.base();
  SECTION("of the same class") {
    const Plan plan =
        planned(small, PlanCase(base, {{"simvastatin", 40}, {"ketoconazole"}}, {"hyperlipidemia", "fungal_infection"}));
    CHECK(best(plan) == "switch simvastatin to pravastatin");
    CHECK(plan.cost == 1.0);
    CHECK(plan.certificate.lower_bound == 1.0);
    REQUIRE(plan.irreducible.size() == 1);
    CHECK(plan.irreducible[0].finding.title.find("ketoconazole and simvastatin") == 0);
    CHECK(plan.irreducible[0].element == "/medications/0");
  }
  SECTION("of another class") {
    const Plan plan =
        planned(small, PlanCase(base, {{"warfarin"}, {"ibuprofen"}}, {"osteoarthritis", "atrial_fibrillation"}));
    CHECK(best(plan) == "switch ibuprofen to acetaminophen");
    CHECK(plan.best[0].changes[0].indication == "osteoarthritis");
    CHECK(plan.best[0].changes[0].line == 1);
  }
  SECTION("that the kidney tolerates") {
    CHECK(best(planned(small, PlanCase(base, {{"metformin"}}, {"type_2_diabetes", "ckd_5"}))) ==
          "switch metformin to linagliptin");
  }
  SECTION("that is given in pregnancy") {
    const Plan plan = planned(small, PlanCase(base, {{"lisinopril"}, {"amlodipine"}, {"simvastatin", 40}},
                                              {"hypertension", "pregnancy", "hyperlipidemia"}));
    CHECK(best(plan) == "switch lisinopril to labetalol; adjust-dose simvastatin to 20 mg");
  }
}

TEST_CASE("a medicine that nothing in the case calls for is stopped before another is changed", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const Plan plan = planned(small, PlanCase(small.base(), {{"simvastatin"}, {"ketoconazole"}}, {"hyperlipidemia"}));
  CHECK(best(plan) == "stop ketoconazole");
  REQUIRE(plan.best.size() == 2);
  CHECK(changes(plan.best[1]) == "switch simvastatin to pravastatin");
}

TEST_CASE("a lower dose is enough where the dose decides", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const std::vector<std::string> conditions{"hyperlipidemia", "hypertension"};
  const auto with = [&](double daily_mg) {
    return best(planned(small, PlanCase(small.base(), {{"simvastatin", daily_mg}, {"amlodipine"}}, conditions)));
  };
  CHECK(with(40) == "adjust-dose simvastatin to 20 mg");
  CHECK(with(80) == "adjust-dose simvastatin to 20 mg");
  CHECK(with(unknown_number) == "switch simvastatin to pravastatin");
}

TEST_CASE("a dose is lowered to the limit of the rule, or to a usual part of it that comes near", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-AGE", "major", "drug = citalopram {dose>20 mg/day}", "dose"});
  rules.push_back({"R-LIMIT", "major", "drug = metformin {dose>1400 mg/day}", "dose"});
  rules.push_back({"R-EXCEPT", "major", "object = warfarin ; precipitant = erythromycin"});
  const auto small =
      tests::SmallKnowledge::of(plan_tables(rules, {{"R-EXCEPT", "", "object", "warfarin", "dose<=2 mg/day"}}));
  const auto with = [&](const std::vector<Taken>& medicines, const std::vector<std::string>& conditions) {
    return best(planned(small, PlanCase(small.base(), medicines, conditions)));
  };
  CHECK(with({{"citalopram", 40}}, {"depression"}) == "adjust-dose citalopram to 20 mg");
  CHECK(with({{"metformin", 3000}}, {"type_2_diabetes"}) == "adjust-dose metformin to 1400 mg");
  CHECK(with({{"metformin", 2000}}, {"type_2_diabetes"}) == "adjust-dose metformin to 1400 mg");
  CHECK(with({{"metformin", 2600}}, {"type_2_diabetes"}) == "adjust-dose metformin to 1300 mg");
  CHECK(with({{"metformin", 1000}}, {"type_2_diabetes"}) == "none");
  CHECK(with({{"warfarin", 5}, {"erythromycin", 500, true}}, {"atrial_fibrillation"}) ==
        "adjust-dose warfarin to 2 mg");
  CHECK(with({{"simvastatin", 80}, {"amlodipine"}}, {"hyperlipidemia", "hypertension"}) ==
        "adjust-dose simvastatin to 20 mg");
}

TEST_CASE("where it matters how often a medicine is given it is given less often", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-DAILY", "critical", "drug = metformin {times>3 /week ?ask}", "dose"});
  rules.push_back({"R-SPLIT", "major", "drug = metformin {times>1 /week ?ignore, times<=3 /week ?ignore}", "dose"});
  rules.push_back({"R-WEEK", "major", "drug = metformin {dose>30 mg/week ?ask}", "dose"});
  const auto small = tests::SmallKnowledge::of(plan_tables(rules));
  const Plan plan = planned(small, PlanCase(small.base(), {{"metformin", 10, false, 1.0}}, {"type_2_diabetes"}));
  CHECK(best(plan) == "adjust-dose metformin times 1 a week");
  REQUIRE(plan.best[0].changes[0].daily_mg);
  CHECK(*plan.best[0].changes[0].daily_mg == Approx(10.0 / 7).margin(1e-3));
  // Not known how often: the rule does not fire, and nothing is changed.
  CHECK_FALSE(planned(small, PlanCase(small.base(), {{"metformin"}}, {"type_2_diabetes"})).needed);
}

namespace {

// A policy in which monitoring and spacing answer some rules.
PlanPolicy answering(const std::vector<PlanPolicy::Measure>& monitor, const std::vector<PlanPolicy::Measure>& space) {
  PlanPolicy policy = default_plan_policy();
  policy.monitor = monitor;
  policy.space = space;
  return policy;
}

}  // namespace

TEST_CASE("what monitoring answers stays and is named with what is to be done", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-INR", "major", "object = warfarin ; precipitant = amiodarone"});
  rules.push_back({"R-FORBIDDEN", "critical", "object = warfarin ; precipitant = ketoconazole"});
  const auto small = tests::SmallKnowledge::of(plan_tables(rules));
  const PlanPolicy policy = answering({{"R-INR", "INR weekly"}, {"R-FORBIDDEN", "INR daily"}}, {});
  const Plan plan =
      planned(small, PlanCase(small.base(), {{"warfarin"}, {"amiodarone"}}, {"atrial_fibrillation"}), policy);
  CHECK(best(plan) == "monitor warfarin: INR weekly");
  CHECK(plan.cost == Approx(0.3));
  REQUIRE(plan.best[0].handled.size() == 1);
  CHECK(plan.best[0].handled[0].element == "/medications/0");
  CHECK(plan.best[0].handled[0].measure == "INR weekly");
  CHECK(plan.best[0].handled[0].finding.severity == core::Severity::major);
  CHECK(plan.best[0].remaining.empty());
  REQUIRE(plan.irreducible.size() == 1);
  CHECK(plan.irreducible[0].finding == plan.best[0].handled[0].finding);

  // A critical finding is never cleared by monitoring, nor is another one of the same medicine.
  const Plan grave =
      planned(small, PlanCase(small.base(), {{"warfarin"}, {"ketoconazole"}}, {"atrial_fibrillation"}), policy);
  CHECK(best(grave) == "stop ketoconazole");
  CHECK(grave.best[0].handled.empty());
  const Plan both = planned(
      small,
      PlanCase(small.base(), {{"warfarin"}, {"amiodarone"}, {"ibuprofen"}}, {"atrial_fibrillation", "osteoarthritis"}),
      policy);
  CHECK(best(both) == "monitor warfarin: INR weekly; switch ibuprofen to acetaminophen");
  // Without the row of the policy nothing is answered.
  CHECK(best(planned(small, PlanCase(small.base(), {{"warfarin"}, {"amiodarone"}}, {"atrial_fibrillation"}))) ==
        "stop amiodarone");
}

TEST_CASE("a contraindication is not answered by monitoring, whatever the policy says", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-NEVER", "major", "object = warfarin ; precipitant = amiodarone"});
  auto tables = plan_tables(rules);
  auto& text = tables["rules"];
  const auto row = text.find("R-NEVER");
  REQUIRE(row != std::string::npos);
  text.replace(text.find("\tmajor\t", row), 7, "\tmajor\tyes");
  const auto small = tests::SmallKnowledge::of(tables);
  CHECK(best(planned(small, PlanCase(small.base(), {{"warfarin"}, {"amiodarone"}}, {"atrial_fibrillation"}),
                     answering({{"R-NEVER", "INR weekly"}}, {}))) == "stop amiodarone");
}

TEST_CASE("what doses taken apart answer is spaced", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-APART", "major", "object = metformin ; precipitant = furosemide", "timing"});
  const auto small = tests::SmallKnowledge::of(plan_tables(rules));
  const PlanPolicy policy = answering({}, {{"R-APART", "4 hours apart"}});
  const std::vector<std::string> conditions{"type_2_diabetes", "heart_failure"};
  const Plan plan = planned(small, PlanCase(small.base(), {{"metformin"}, {"furosemide"}}, conditions), policy);
  CHECK(best(plan) == "space metformin: 4 hours apart");
  CHECK(plan.cost == Approx(0.4));
  REQUIRE(plan.best[0].handled.size() == 1);
  // A finding that spacing does not answer is not cleared with it.
  const Plan both = planned(
      small, PlanCase(small.base(), {{"metformin"}, {"furosemide"}}, {"type_2_diabetes", "heart_failure", "ckd_5"}),
      policy);
  CHECK(best(both).find("switch metformin") == 0);
  CHECK(best(both).find("space") == std::string::npos);
}

TEST_CASE("to do what nothing calls for is no plan", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-INR", "major", "object = warfarin ; precipitant = amiodarone"});
  rules.push_back({"R-LEVEL", "moderate", "object = lisinopril ; precipitant = amiodarone"});
  const auto small = tests::SmallKnowledge::of(plan_tables(rules));
  // The moderate finding was there before and needs no answer.
  const Plan plan = planned(
      small,
      PlanCase(small.base(), {{"warfarin"}, {"amiodarone"}, {"lisinopril"}}, {"atrial_fibrillation", "hypertension"}),
      answering({{"R-INR", "INR weekly"}, {"R-LEVEL", "pulse"}}, {}));
  REQUIRE_FALSE(plan.best.empty());
  for (const core::PlanOption& option : plan.best) {
    for (const core::PlanChange& change : option.changes) CHECK(change.medicine != "lisinopril");
  }
  CHECK(plan.until_then.empty());
}

TEST_CASE("of equal efforts the one at the medicine with most findings is proposed", "[knowledge][plan]") {
  auto rules = known_rules;
  rules.push_back({"R-WITH-NSAID", "moderate", "object = lisinopril | furosemide ; precipitant = class:nsaid"});
  rules.push_back({"R-THREE", "major", "a = lisinopril ; b = furosemide ; c = class:nsaid", "cumulative"});
  const auto small = tests::SmallKnowledge::of(plan_tables(rules));
  const Plan plan = planned(small, PlanCase(small.base(), {{"ibuprofen"}, {"furosemide"}, {"lisinopril"}},
                                            {"osteoarthritis", "hypertension"}));
  CHECK(best(plan).find("ibuprofen") != std::string::npos);
}

TEST_CASE("a medicine of which the tables know nothing is not taken for idle", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  // Nothing says what ketoconazole is for in this case; of erythromycin the table has no row at all.
  const Plan known = planned(small, PlanCase(small.base(), {{"simvastatin"}, {"ketoconazole"}}, {"hyperlipidemia"}));
  CHECK(known.cost == Approx(0.8));
  auto rules = known_rules;
  rules.push_back({"R-OTHER", "critical", "object = simvastatin | pravastatin ; precipitant = erythromycin"});
  const auto other = tests::SmallKnowledge::of(plan_tables(rules));
  const Plan unknown = planned(other, PlanCase(other.base(), {{"simvastatin"}, {"erythromycin"}}, {"hyperlipidemia"}));
  CHECK(best(unknown) == "stop erythromycin");
  CHECK(unknown.cost == Approx(3.0));
  CHECK(unknown.best[0].changes[0].reason.find("not known here") != std::string::npos);
}

TEST_CASE("what the patient is allergic to is never switched to", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const PlanCase subject(small.base(), {{"simvastatin"}, {"ketoconazole"}}, {"hyperlipidemia", "fungal_infection"},
                         {"pravastatin"});
  const Plan plan = planned(small, subject);
  CHECK_FALSE(plan.feasible);
  CHECK(plan.proven);
  CHECK(plan.conflict_core.size() == 2);
}

TEST_CASE("a case without a safe change names the smallest set of medicines at fault", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  SECTION("two together") {
    const Plan plan = planned(small, PlanCase(small.base(), {{"metformin"}, {"spironolactone"}, {"lisinopril"}},
                                              {"heart_failure", "hypertension", "type_2_diabetes"}));
    CHECK(plan.feasible);  // labetalol or amlodipine for lisinopril
  }
  SECTION("one alone") {
    auto rules = known_rules;
    rules.push_back(
        {"R-LABETALOL", "major", "drug = labetalol | amlodipine ; condition = heart_failure", "drug-disease"});
    const auto strict = tests::SmallKnowledge::of(plan_tables(rules));
    const Plan plan = planned(strict, PlanCase(strict.base(), {{"metformin"}, {"spironolactone"}, {"lisinopril"}},
                                               {"heart_failure", "hypertension", "type_2_diabetes"}));
    CHECK_FALSE(plan.feasible);
    CHECK(plan.proven);
    REQUIRE(plan.conflict_core.size() == 2);
    CHECK(plan.conflict_core[0].medicine == "spironolactone");
    CHECK(plan.conflict_core[1].medicine == "lisinopril");
    REQUIRE(plan.core_findings.size() == 1);
    CHECK(plan.core_findings[0].title.find("lisinopril and spironolactone") == 0);
  }
}

TEST_CASE("an order that clashes with what is in use is not begun", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const Plan plan = planned(small, PlanCase(small.base(), {{"fluoxetine"}, {"phenelzine", unknown_number, true}}, {}));
  CHECK(best(plan) == "stop phenelzine");
  CHECK_FALSE(plan.after_washout);
  CHECK(plan.until_then.empty());
}

TEST_CASE("where only a wait makes it safe the plan says so and what lasts until then", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  // Both are in use and either may be stopped, but both act on for weeks.
  const Plan plan = planned(small, PlanCase(small.base(), {{"fluoxetine"}, {"phenelzine"}}, {"depression"}));
  REQUIRE(plan.feasible);
  CHECK(plan.after_washout);
  REQUIRE_FALSE(plan.until_then.empty());
  CHECK(plan.until_then[0].type == core::FindingType::washout);
  // A new one is not begun at once either: the old one and its own replacement clash as two medicines do.
  auto rules = known_rules;
  rules.push_back({"R-PHENELZINE", "major", "drug = phenelzine ; condition = hypertension", "drug-disease"});
  const auto other = tests::SmallKnowledge::of(plan_tables(rules));
  const Plan replaced = planned(other, PlanCase(other.base(), {{"phenelzine"}}, {"depression", "hypertension"}));
  CHECK(best(replaced) == "switch phenelzine to citalopram");
  CHECK(replaced.after_washout);
  CHECK_FALSE(replaced.until_then.empty());
}

TEST_CASE("of medicines that add up as few as needed are changed", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const Plan plan =
      planned(small, PlanCase(small.base(), {{"amiodarone"}, {"citalopram"}, {"erythromycin"}, {"ondansetron"}}, {}));
  REQUIRE(plan.feasible);
  CHECK(plan.proven);
  REQUIRE(plan.best[0].changes.size() == 2);
  CHECK(plan.irreducible.size() == 2);
}

TEST_CASE("equal cases give equal plans", "[knowledge][plan]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(known_rules));
  const PlanCase subject(small.base(), {{"amiodarone"}, {"citalopram"}, {"ondansetron"}, {"warfarin"}, {"ibuprofen"}},
                         {"osteoarthritis", "depression"});
  Planner planner(small.shared());
  const auto first = planner.plan(subject.screened(), subject.subject, {});
  const auto second = planner.plan(subject.screened(), subject.subject, {});
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == *second);
  CHECK(*first == planned(small, subject));
}

TEST_CASE("the default policy answers only rules that ship and that nothing forbids", "[knowledge][plan]") {
  const RuleSet& rules = tests::shipped_knowledge()->rules();
  const PlanPolicy& policy = default_plan_policy();
  const auto check = [&](const PlanPolicy::Measure& measure) {
    INFO(measure.rule);
    CHECK_FALSE(measure.text.empty());
    std::size_t found = 0;
    for (std::uint32_t number = 0; number < rules.size(); ++number) {
      const auto rule = static_cast<RuleIndex>(number);
      if (rules.id(rule) != measure.rule) continue;
      ++found;
      CHECK(rules.head(rule).severity < core::Severity::critical);
      CHECK(rules.head(rule).contraindication == 0);
      CHECK(rules.is_pair_rule(rule));
    }
    CHECK(found == 1);
  };
  REQUIRE_FALSE(policy.monitor.empty());
  REQUIRE_FALSE(policy.space.empty());
  for (const PlanPolicy::Measure& measure : policy.monitor) check(measure);
  for (const PlanPolicy::Measure& measure : policy.space) check(measure);
}

TEST_CASE("a policy that is not whole is refused with its line", "[knowledge][plan]") {
  CHECK(default_plan_policy().adjust_dose == 0.6);
  const std::string text(default_plan_policy_text());
  const auto replaced = [&](const std::string& what, const std::string& by) {
    std::string changed = text;
    changed.replace(changed.find(what), what.size(), by);
    const auto policy = parse_plan_policy(changed, "p.tsv");
    return policy ? std::string("read") : policy.error().message;
  };
  CHECK(replaced("cost\ttaper\t0.5", "cost\ttaper\t0.7") == "read");
  CHECK(replaced("cost\ttaper\t0.5", "cost\ttaper\t-1").find("p.tsv:") == 0);
  CHECK(replaced("cost\ttaper\t0.5", "taper\tclass:x\t").find("`taper` is missing") != std::string::npos);
  CHECK(replaced("level\tnew\tmoderate", "level\tnew\tharmless").find("severity") != std::string::npos);
  CHECK(replaced("dose\thalf\t0.5", "dose\thalf\t1.5").find("between 0 and 1") != std::string::npos);
  CHECK(replaced("space\tDDI-IM-CEFDINIR-IRON\t2 hours apart", "space\tDDI-IM-CEFDINIR-IRON\t").find("to be done") !=
        std::string::npos);
  CHECK(replaced("cost\ttaper\t0.5", "cost\ttaper\t1001").find("from 0 to 1000") != std::string::npos);
  CHECK(replaced("kind\tname", "name\tkind").find("first line") != std::string::npos);
  CHECK(replaced("trait\tanticholinergic", "traits\tanticholinergic").find("kind of row") != std::string::npos);
}

namespace {

// Rules of every kind, with exceptions and modifiers that other medicines of the case decide on.
const std::vector<tests::RuleRow> mixed_rules{
    {"M-1", "major", "a = warfarin ; b = class:nsaid"},
    {"M-2", "major", "object = simvastatin {dose>20 mg/day} ; precipitant = amlodipine | amiodarone"},
    {"M-3", "critical", "object = simvastatin ; precipitant = ketoconazole | erythromycin"},
    {"M-4", "moderate", "a = pravastatin ; b = erythromycin"},
    {"M-5", "major", "count(3) = effect:qt+1", "cumulative"},
    {"M-6", "major", "sum(5) = effect:potassium+1", "cumulative"},
    {"M-7", "critical", "a = class:maoi ; b = class:ssri"},
    {"M-8", "major", "drug = lisinopril ; condition = pregnancy", "pregnancy"},
    {"M-9", "moderate", "drug = labetalol ; condition = depression", "drug-disease"},
    {"M-10", "moderate", "a = lisinopril ; b = class:nsaid"},
    {"M-11", "moderate", "a = class:ssri ; b = class:nsaid"},
    {"M-12", "major", "drug = metformin ; condition = ckd_5", "drug-disease"},
    {"M-13", "major", "a = lisinopril ; b = furosemide ; c = class:nsaid", "cumulative"},
    {"M-14", "major", "object = warfarin ; precipitant = amiodarone | citalopram"},
    {"M-15", "major", "object = metformin ; precipitant = furosemide | ondansetron", "timing"},
    {"M-16", "moderate", "object = lisinopril | labetalol ; precipitant = citalopram | fluoxetine"},
    {"M-17", "major", "count(2) = pravastatin | simvastatin | ondansetron", "duplicate"},
    {"M-18", "major", "drug = amiodarone {times>1 /week ?ignore}", "dose"},
    {"M-19", "major", "drug = metformin {dose>30 mg/day}", "dose"},
};
const std::vector<tests::ConditionRow> mixed_conditions{
    {"M-1", "", "case", "furosemide | acetaminophen"},
    {"M-10", "+1", "case", "furosemide | labetalol"},
    {"M-11", "+1", "case", "warfarin"},
    {"M-4", "", "case", "amlodipine | labetalol"},
    {"M-5", "-1", "case", "spironolactone"},
    {"M-12", "-1", "case", "acetaminophen | linagliptin"},
    {"M-14", "-1", "case", "furosemide | pravastatin"},
    {"M-17", "", "count", "ondansetron", "dose<=20 mg/day"},
};

struct Enumerated {
  double cost = 0.0;
  std::uint32_t changes = 0;
  std::uint32_t stops = 0;
  RegimenChoices options;
};

// All choices that the engine has nothing against, best first.
std::vector<Enumerated> enumerated(const Regimen& regimen, RegimenCheck& check, Demand demand) {
  std::vector<Enumerated> all;
  RegimenChoices options(regimen.medicines.size(), 0);
  for (;;) {
    std::set<std::size_t> switched;
    bool same_twice = false;
    for (std::size_t m = 0; m < options.size(); ++m) {
      const MedicineOption& option = regimen.medicines[m].options[options[m]];
      if (option.action == PlanAction::switch_to) same_twice = !switched.insert(raw(option.to)).second || same_twice;
    }
    const auto is_idle = [&] {
      static_cast<void>(check.look(options, AfterStop::gone));
      return !check.idle(options).empty();
    };
    if (!same_twice && check.untreated(options).empty() && check.hazards(options, demand).empty() && !is_idle()) {
      Enumerated one{0.0, 0, 0, options};
      for (std::size_t m = 0; m < options.size(); ++m) {
        const MedicineOption& option = regimen.medicines[m].options[options[m]];
        one.cost += option.cost;
        one.changes += option.action == PlanAction::keep ? 0 : 1;
        one.stops += option.action == PlanAction::stop ? 1 : 0;
      }
      all.push_back(std::move(one));
    }
    std::size_t at = 0;
    while (at < options.size() && ++options[at] == regimen.medicines[at].options.size()) options[at++] = 0;
    if (at == options.size()) break;
  }
  std::sort(all.begin(), all.end(), [](const Enumerated& left, const Enumerated& right) {
    if (std::abs(left.cost - right.cost) > 1e-9) return left.cost < right.cost;
    return std::tie(left.changes, left.stops, left.options) < std::tie(right.changes, right.stops, right.options);
  });
  return all;
}

}  // namespace

TEST_CASE("monitoring that another medicine calls for or not is weighed with that one", "[knowledge][plan]") {
  // Pravastatin takes the finding of warfarin and amiodarone away, so with it there is nothing to monitor.
  const auto small = tests::SmallKnowledge::of(plan_tables(mixed_rules, mixed_conditions));
  PlanPolicy policy = default_plan_policy();
  policy.monitor = {{"M-14", "INR"}};
  const Plan plan =
      planned(small,
              PlanCase(small.base(), {{"simvastatin", 80.0, true, 2.0}, {"warfarin"}, {"amiodarone", 80.0}},
                       {"hyperlipidemia"}),
              policy);
  CHECK(best(plan) == "adjust-dose simvastatin to 20 mg; monitor warfarin: INR");
}

TEST_CASE("the solver finds what enumeration with the engine as judge finds", "[knowledge][plan][property]") {
  const auto small = tests::SmallKnowledge::of(plan_tables(mixed_rules, mixed_conditions));
  const KnowledgeBase& base = small.base();
  PlanPolicy policy = default_plan_policy();
  policy.alternatives = 2;
  policy.monitor = {{"M-14", "INR"}, {"M-16", "pulse"}, {"M-3", "never: critical"}};
  policy.space = {{"M-15", "2 hours apart"}};
  const Indications indications(base, policy);
  const PlanRules rules(base, policy);
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  const std::vector<std::string> known{"amiodarone",  "amlodipine", "citalopram",   "erythromycin",   "fluoxetine",
                                       "furosemide",  "ibuprofen",  "ketoconazole", "lisinopril",     "metformin",
                                       "ondansetron", "phenelzine", "simvastatin",  "spironolactone", "warfarin"};
  const std::vector<std::string> conditions{"atrial_fibrillation", "ckd_5",          "depression",
                                            "fungal_infection",    "hyperlipidemia", "hypertension",
                                            "osteoarthritis",      "pregnancy",      "type_2_diabetes"};
  // Cases that need no plan are set aside, so that each of the counted ones compares two solutions.
  std::size_t feasible = 0;
  CHECK(rc::check([&] {
    std::vector<Taken> medicines;
    for (const std::string& name : *rc::gen::unique<std::vector<std::string>>(
             static_cast<std::size_t>(*rc::gen::inRange(2, 5)), rc::gen::elementOf(known))) {
      medicines.push_back({name, *rc::gen::element(unknown_number, 20.0, 40.0, 80.0), *rc::gen::inRange(0, 4) == 0,
                           *rc::gen::element(unknown_number, 1.0, 2.0)});
    }
    std::vector<std::string> has;
    for (const std::string& condition : conditions) {
      if (*rc::gen::inRange(0, 3) != 0) has.push_back(condition);
    }
    const PlanCase subject(base, medicines, has);
    const ScreenedCase screened = subject.screened();
    Regimen regimen = regimen_of(screened, indications);
    RegimenCheck check(base, matcher, policy, rules, screened, regimen);
    const auto present = check.look(RegimenChoices(regimen.medicines.size(), 0), AfterStop::gone);
    auto alternatives = alternatives_of(base, regimen, indications, screened.patient);
    check.rank(alternatives);
    add_options(regimen, policy, indications, std::move(alternatives), check.leeway(present));

    Planner planner(small.shared(), policy);
    const auto plan = planner.plan(screened, subject.subject, {});
    RC_ASSERT(plan.has_value());
    RC_ASSERT(plan->needed == !present.empty());
    RC_PRE(!present.empty());
    auto all = enumerated(regimen, check, Demand::at_once);
    RC_ASSERT(plan->after_washout == (all.empty() && plan->feasible));
    if (all.empty()) all = enumerated(regimen, check, Demand::in_time);
    RC_ASSERT(plan->proven);
    RC_ASSERT(plan->feasible == !all.empty());
    if (all.empty()) {
      RC_ASSERT(!plan->conflict_core.empty());
      return;
    }
    ++feasible;
    RC_ASSERT(std::abs(plan->cost - all.front().cost) < 1e-9);
    std::size_t expected = 0;
    while (expected < all.size() && expected < policy.options &&
           all[expected].cost <= all.front().cost + policy.slack + 1e-9)
      ++expected;
    RC_ASSERT(plan->best.size() == expected);
    for (std::size_t i = 0; i < expected; ++i) {
      RC_ASSERT(std::abs(plan->best[i].cost - all[i].cost) < 1e-9);
      RC_ASSERT(plan->best[i].changes.size() == all[i].changes);
    }
    RC_ASSERT(plan->irreducible.size() == plan->best.front().changes.size());
  }));
  CHECK(feasible > 0);
}

TEST_CASE("the shipped knowledge gives plans that the engine has nothing against", "[knowledge][plan]") {
  const auto& base = tests::shipped_knowledge();
  Screener screener(base);
  Planner planner(base);
  const auto plan_of = [&](const std::vector<std::string>& texts, const std::vector<std::string>& conditions,
                           const std::function<void(core::Case&)>& set = {}) {
    core::Case subject;
    subject.id = "case";
    subject.as_of = "2026-11-02T00:00:00Z";
    subject.patient.age = 50;
    for (const std::string& text : texts) {
      core::MedicationEntry entry;
      entry.element = "/medications/" + std::to_string(subject.medications.size());
      entry.text = text;
      subject.medications.push_back(entry);
    }
    subject.patient.states_conditions = true;
    for (const std::string& condition : conditions) subject.patient.conditions.push_back({condition, "", ""});
    if (set) set(subject);
    const auto screening = screener.screen(subject);
    REQUIRE(screening);
    auto plan = planner.plan(screener.last(), subject, screening->findings);
    REQUIRE(plan);
    // The whole screen, from the words up, of what the best option says.
    if (plan->feasible && !plan->best.empty()) {
      core::Case changed = subject;
      for (const core::PlanChange& change : plan->best.front().changes) {
        for (core::MedicationEntry& entry : changed.medications) {
          if (entry.element != change.element) continue;
          entry.text = change.action == PlanAction::switch_to ? change.to : std::string();
        }
      }
      const auto is_gone = [](const core::MedicationEntry& entry) { return entry.text.empty(); };
      const bool adjusted = std::any_of(plan->best.front().changes.begin(), plan->best.front().changes.end(),
                                        [](const auto& change) { return change.action == PlanAction::adjust_dose; });
      changed.medications.erase(std::remove_if(changed.medications.begin(), changed.medications.end(), is_gone),
                                changed.medications.end());
      const auto again = screener.screen(changed);
      REQUIRE(again);
      for (const core::Finding& finding : again->findings) {
        INFO(finding.title);
        CHECK((adjusted || finding.severity < core::Severity::major || finding.type == core::FindingType::monitoring));
      }
    }
    return *plan;
  };

  const Plan statin =
      plan_of({"simvastatin 40 mg daily", "clarithromycin 500 mg BID"}, {"hyperlipidemia", "pneumonia"});
  CHECK(best(statin).find("switch simvastatin 40 mg daily to ") == 0);
  CHECK(statin.cost == 1.0);
  const Plan bleeding =
      plan_of({"warfarin 5 mg daily", "ibuprofen 600 mg TID"}, {"osteoarthritis", "atrial fibrillation"});
  CHECK(best(bleeding).find("switch ibuprofen") == 0);
  const Plan kidney = plan_of({"metformin 1000 mg BID"}, {"type 2 diabetes"}, [](core::Case& subject) {
    subject.patient.labs = {{"eGFR", 20.0, "mL/min/1.73m2", "today"}};
  });
  CHECK(best(kidney).find("switch metformin") == 0);
  const Plan pregnancy = plan_of({"enalapril 10 mg daily"}, {"hypertension"}, [](core::Case& subject) {
    subject.patient.sex = core::Sex::female;
    subject.patient.age = 30;
    subject.patient.pregnant = true;
    subject.patient.gestation_weeks = 20;
  });
  // What the guideline names for hypertension in pregnancy goes before what is first for hypertension alone.
  REQUIRE(pregnancy.best.size() == 3);
  CHECK(pregnancy.best[0].changes.front().to == "nifedipine");
  CHECK(pregnancy.best[1].changes.front().to == "labetalol");
  CHECK(pregnancy.best[2].changes.front().to == "methyldopa");
  CHECK_FALSE(plan_of({"lisinopril 10 mg daily", "atorvastatin 20 mg"}, {"hypertension"}).needed);
}

TEST_CASE("on the shipped knowledge the solver finds what enumeration finds", "[knowledge][plan][property]") {
  const auto& shared = tests::shipped_knowledge();
  const KnowledgeBase& base = *shared;
  PlanPolicy policy = default_plan_policy();
  policy.alternatives = 2;
  const Indications indications(base, policy);
  const PlanRules rules(base, policy);
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  const std::vector<std::string> known{
      "amiodarone",     "aspirin",     "benazepril", "calcium carbonate", "ciprofloxacin",  "citalopram",
      "clarithromycin", "digoxin",     "enalapril",  "haloperidol",       "ibuprofen",      "levothyroxine",
      "linezolid",      "lithium",     "losartan",   "methotrexate",      "olanzapine",     "phenelzine",
      "quetiapine",     "risperidone", "sertraline", "simvastatin",       "spironolactone", "tacrolimus",
      "tramadol",       "verapamil",   "warfarin",   "zolpidem"};
  const std::vector<std::string> conditions{"atrial_fibrillation", "depression", "hypertension", "pain",
                                            "pneumonia",           "bipolar",    "schizophrenia"};
  std::size_t feasible = 0;
  CHECK(rc::check([&] {
    std::vector<Taken> medicines;
    for (const std::string& name : *rc::gen::unique<std::vector<std::string>>(
             static_cast<std::size_t>(*rc::gen::inRange(2, 5)), rc::gen::elementOf(known))) {
      medicines.push_back({name, *rc::gen::element(unknown_number, 10.0, 40.0), *rc::gen::inRange(0, 4) == 0,
                           *rc::gen::element(unknown_number, 1.0)});
    }
    std::vector<std::string> has;
    for (const std::string& condition : conditions) {
      if (base.condition(condition) && *rc::gen::inRange(0, 3) != 0) has.push_back(condition);
    }
    const PlanCase subject(base, medicines, has);
    const ScreenedCase screened = subject.screened();
    Regimen regimen = regimen_of(screened, indications);
    RegimenCheck check(base, matcher, policy, rules, screened, regimen);
    const auto present = check.look(RegimenChoices(regimen.medicines.size(), 0), AfterStop::gone);
    RC_PRE(!present.empty());
    auto alternatives = alternatives_of(base, regimen, indications, screened.patient);
    check.rank(alternatives);
    add_options(regimen, policy, indications, std::move(alternatives), check.leeway(present));
    Planner planner(shared, policy);
    const auto plan = planner.plan(screened, subject.subject, {});
    RC_ASSERT(plan.has_value());
    auto all = enumerated(regimen, check, Demand::at_once);
    if (all.empty()) all = enumerated(regimen, check, Demand::in_time);
    RC_ASSERT(plan->proven);
    RC_ASSERT(plan->feasible == !all.empty());
    if (all.empty()) return;
    ++feasible;
    RC_ASSERT(std::abs(plan->cost - all.front().cost) < 1e-9);
    const auto expected = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Enumerated& one) {
      return one.cost <= all.front().cost + policy.slack + 1e-9;
    }));
    RC_ASSERT(plan->best.size() == std::min(expected, policy.options));
    for (std::size_t i = 0; i < plan->best.size(); ++i) {
      RC_ASSERT(std::abs(plan->best[i].cost - all[i].cost) < 1e-9);
      RC_ASSERT(plan->best[i].changes.size() == all[i].changes);
    }
  }));
  CHECK(feasible > 0);
}
