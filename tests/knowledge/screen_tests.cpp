#include "knowledge/screen.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <catch2/catch.hpp>

#include "knowledge/finding_text.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using core::Case;
using core::Finding;
using core::FindingType;
using core::MedicationEntry;
using core::MedicationStatus;
using core::Severity;

namespace {

using Lines = std::vector<std::string>;

Case case_of(const Lines& texts) {
  Case subject;
  subject.id = "case";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(i);
    entry.text = texts[i];
    subject.medications.push_back(std::move(entry));
  }
  return subject;
}

Screening screened(const std::shared_ptr<const KnowledgeBase>& base, const Case& subject) {
  auto screening = Screener(base).screen(subject);
  REQUIRE(screening.has_value());
  return std::move(*screening);
}

// A small base with a pair rule, a rule with all conditions, a cumulative one and a template.
tests::TableRows tables() {
  auto rows = tests::small_tables(
      {{"R1", "major", "object = warfarin ; precipitant = class:nsaid"},
       {"R2", "critical", "a = class:ssri ; b = class:maoi", "drug-drug", "yes"},
       {"R3", "moderate", "object = simvastatin {dose>20 mg/day ?ask} ; precipitant = amlodipine"},
       {"R4", "major", "count(3) = effect:qt+2", "cumulative"}},
      {{"R1", "", "precipitant", "aspirin", "dose<=100 mg/day"}, {"R1", "+1", "case", "class:ssri"}},
      {{"inh", "major", "moderate"}});
  const auto text = [&](const std::string& rule, const std::string& mechanism, const std::string& effect) {
    std::string& cell = rows["rules"];
    const auto at = cell.find("Mechanism.", cell.find(rule + "\t"));
    cell.replace(at, std::string("Mechanism.\tEffect.").size(), mechanism + "\t" + effect);
  };
  text("R1", "{precipitant} adds to {object}.", "bleeding under {object}");
  text("R4", "{all} prolong QT.", "Torsades with {count}.");
  return rows;
}

tests::SmallKnowledge small_base() { return tests::SmallKnowledge::of(tables()); }

// That a finding is whole: its texts have no gap and its proof ends in each of its rules.
void check_whole(const Finding& finding) {
  INFO(finding.title);
  CHECK(finding.id.size() == 12);
  CHECK_FALSE(finding.title.empty());
  CHECK_FALSE(finding.mechanism.empty());
  CHECK_FALSE(finding.effect.empty());
  CHECK_FALSE(finding.management.empty());
  CHECK_FALSE(finding.evidence.empty());
  CHECK_FALSE(finding.rules.empty());
  CHECK(finding.interruptive == core::is_interruptive(finding.severity));
  Lines texts{finding.title, finding.mechanism, finding.effect, finding.management, finding.onset};
  texts.insert(texts.end(), finding.monitoring.begin(), finding.monitoring.end());
  texts.insert(texts.end(), finding.context.begin(), finding.context.end());
  for (const std::string& text : texts) {
    if (text.find_first_of("{}") != std::string::npos) FAIL_CHECK("a gap in: " << text);
  }
  for (const core::EvidenceRecord& record : finding.evidence) {
    CHECK_FALSE(record.id.empty());
    CHECK_FALSE(record.source.empty());
    CHECK_FALSE(record.title.empty());
  }
  // Every step starts at a medicine of the finding or where another step leads, and every rule is reached from each
  // side.
  for (const core::PathStep& step : finding.path) {
    const bool from_subject =
        std::find(finding.subjects.begin(), finding.subjects.end(), step.from) != finding.subjects.end();
    const bool from_step = std::any_of(finding.path.begin(), finding.path.end(),
                                       [&](const core::PathStep& other) { return other.to == step.from; });
    if (!from_subject && !from_step) FAIL_CHECK("a step from nowhere: " << step.from << " -> " << step.to);
  }
  for (const std::string& rule : finding.rules) {
    const auto reached = std::count_if(finding.path.begin(), finding.path.end(),
                                       [&](const core::PathStep& step) { return step.to == rule; });
    if (reached < 1) FAIL_CHECK("no path to " << rule);
  }
}

}  // namespace

// ---- names ----

TEST_CASE("a name that nobody knows becomes a major finding of type unresolved", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"warfarin", "qwxzvbnm forte"}));
  REQUIRE(screening.unresolved.size() == 1);
  CHECK(screening.unresolved[0].element == "/medications/1");
  CHECK(screening.unresolved[0].text == "qwxzvbnm forte");
  CHECK_FALSE(screening.unresolved[0].reason.empty());
  REQUIRE(screening.findings.size() == 1);
  const Finding& finding = screening.findings[0];
  CHECK(finding.type == FindingType::unresolved);
  CHECK(finding.severity == Severity::major);
  CHECK(finding.interruptive);
  CHECK(finding.subjects == Lines{"qwxzvbnm forte"});
  CHECK(finding.elements == Lines{"/medications/1"});
  CHECK(finding.effect == "No interaction of this medicine was checked.");
  CHECK(finding.management == "Find out which medicine is meant and review the case again.");
  CHECK(finding.id == finding_id(finding));
  CHECK(core::decide(screening.findings, true) == core::Decision::escalate);
  CHECK(screening.resolved.size() == 1);
}

TEST_CASE("a name that may mean several medicines is not resolved, and the finding says which", "[knowledge][screen]") {
  Case subject = case_of({"Flomax"});
  subject.locale = "CH";
  const Screening screening = screened(tests::shipped_knowledge(), subject);
  REQUIRE(screening.unresolved.size() == 1);
  REQUIRE(screening.unresolved[0].candidates.size() == 2);
  const auto found = std::find_if(screening.findings.begin(), screening.findings.end(),
                                  [](const Finding& one) { return one.type == FindingType::unresolved; });
  REQUIRE(found != screening.findings.end());
  for (const core::NameCandidate& candidate : screening.unresolved[0].candidates) {
    CHECK(found->management.find(candidate.ingredients.front(), found->management.find(" Could be: ")) !=
          std::string::npos);
  }
}

TEST_CASE("a test that must be there before a medicine is given must be known when it is not", "[knowledge][screen]") {
  Case subject = case_of({"clozapine 100 mg daily"});
  subject.patient.age = 40;
  subject.patient.states_labs = true;
  const auto must_know = [](const Screening& screening) {
    return std::any_of(screening.not_assessed.begin(), screening.not_assessed.end(),
                       [](const core::NotAssessed& one) { return one.rule == "MON-CLOZAPINE-ANC" && one.must_know; });
  };
  const Screening screening = screened(tests::shipped_knowledge(), subject);
  CHECK(std::any_of(screening.findings.begin(), screening.findings.end(),
                    [](const Finding& one) { return one.type == FindingType::monitoring; }));
  CHECK(must_know(screening));
  // Of a rule that fires without such a test nothing is said.
  CHECK_FALSE(must_know(screened(tests::shipped_knowledge(), case_of({"warfarin", "ibuprofen"}))));
}

TEST_CASE("an entry without text or code is unresolved under the name of its element", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({""}));
  REQUIRE(screening.findings.size() == 1);
  CHECK(screening.findings[0].type == FindingType::unresolved);
  CHECK(screening.findings[0].subjects == Lines{"/medications/0"});
}

TEST_CASE("an unresolved name hides no finding of the other medicines", "[knowledge][screen]") {
  auto small = small_base();
  const Screening without = screened(small.shared(), case_of({"warfarin", "ibuprofen"}));
  const Screening with = screened(small.shared(), case_of({"warfarin", "qwxzvbnm", "ibuprofen"}));
  REQUIRE(without.findings.size() == 1);
  REQUIRE(with.findings.size() == 2);
  CHECK(with.findings[0].id == without.findings[0].id);
  CHECK(with.findings[0].elements == Lines{"/medications/0", "/medications/2"});
}

TEST_CASE("a resolved medicine says what it was read as", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"Amiodarone", "lisinopril"}));
  REQUIRE(screening.resolved.size() == 2);
  CHECK(screening.resolved[0].element == "/medications/0");
  CHECK(screening.resolved[0].text == "Amiodarone");
  CHECK(screening.resolved[0].ingredients == Lines{"amiodarone"});
  CHECK(screening.resolved[0].rxcui == Lines{"703"});
  CHECK(screening.resolved[0].score == 1.0);
  CHECK(screening.resolved[1].rxcui.empty());
  CHECK(screening.unresolved.empty());
}

// ---- facts ----

TEST_CASE("facts say what the engine used and where it was read", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"simvastatin 40 mg once daily", "fluoxetine", "ibuprofen topical"});
  subject.medications[1].status = MedicationStatus::stopped;
  subject.medications[1].stopped_days_ago = 7;
  const Screening screening = screened(small.shared(), subject);
  REQUIRE(screening.facts.size() == 3);
  CHECK(screening.facts[0].kind == "drug");
  CHECK(screening.facts[0].concept_name == "simvastatin");
  CHECK(screening.facts[0].from == "/medications/0/text");
  CHECK(screening.facts[0].daily_mg == 40.0);
  CHECK(screening.facts[0].single_mg == 40.0);
  CHECK(screening.facts[0].times_per_day == 1.0);
  CHECK(screening.facts[0].route == "oral");
  CHECK(screening.facts[0].exposure == "systemic");
  CHECK_FALSE(screening.facts[0].duration_days.has_value());
  CHECK(screening.facts[1].kind == "stopped_drug");
  CHECK(screening.facts[1].stopped);
  CHECK(screening.facts[1].stopped_days_ago == 7.0);
  CHECK(screening.facts[2].route == "topical");
  CHECK(screening.facts[2].exposure == "local");
}

TEST_CASE("facts say for how long a medicine was ordered", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"simvastatin 40 mg once daily for 14 days"}));
  REQUIRE(screening.facts.size() == 1);
  CHECK(screening.facts[0].duration_days == 14.0);
}

TEST_CASE("a medicine on hold counts as stopped today", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"citalopram", "phenelzine"});
  subject.medications[0].status = MedicationStatus::on_hold;
  const Screening screening = screened(small.shared(), subject);
  CHECK(screening.facts[0].stopped);
  CHECK(screening.facts[0].stopped_days_ago == 0.0);
  REQUIRE(screening.findings.size() == 1);
  CHECK(screening.findings[0].type == FindingType::washout);
  CHECK(screening.findings[0].severity == Severity::critical);
}

TEST_CASE("a stop without a time is a washout finding that says so", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"fluoxetine", "phenelzine"});
  subject.medications[0].status = MedicationStatus::stopped;
  const Screening screening = screened(small.shared(), subject);
  REQUIRE(screening.findings.size() == 1);
  CHECK(screening.findings[0].type == FindingType::washout);
  CHECK(screening.findings[0].context == Lines{"when fluoxetine was stopped is not stated"});
}

// ---- what was not assessed ----

// What a case that is nothing but a list of medicines lacks for the checks of the patient.
const std::vector<core::NotAssessed>& no_patient() {
  static const std::vector<core::NotAssessed> list{{"drug-allergy checks", "allergies of the patient", false},
                                                   {"drug-disease checks", "conditions of the patient", false},
                                                   {"pregnancy checks", "sex of the patient", false}};
  return list;
}

std::vector<core::NotAssessed> beyond_no_patient(const Screening& screening) {
  std::vector<core::NotAssessed> rest;
  for (const core::NotAssessed& missing : screening.not_assessed) {
    if (std::find(no_patient().begin(), no_patient().end(), missing) == no_patient().end()) rest.push_back(missing);
  }
  return rest;
}

TEST_CASE("what a case does not say of the patient is said to be missing", "[knowledge][screen]") {
  auto small = small_base();
  CHECK(screened(small.shared(), case_of({"warfarin"})).not_assessed == no_patient());
}

TEST_CASE("a patient of whom all is stated lacks nothing", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"warfarin"});
  subject.patient.age = 70;
  subject.patient.sex = core::Sex::male;
  subject.patient.states_conditions = true;
  subject.patient.states_allergies = true;
  CHECK(screened(small.shared(), subject).not_assessed.empty());
}

TEST_CASE("words about the patient that nobody knows are said, and an allergy must be known", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"warfarin"});
  subject.patient.conditions.push_back({"xyzzy", "", ""});
  subject.patient.allergies.push_back({"plugh", ""});
  subject.patient.labs.push_back({"frobs", 5.5, "mmol/L", ""});
  const auto missing = beyond_no_patient(screened(small.shared(), subject));
  REQUIRE(missing.size() == 3);
  CHECK(missing[0].rule == "/patient/labs/0");
  CHECK(missing[1] == core::NotAssessed{"drug-allergy checks", "the meaning of `plugh`", true});
  CHECK(missing[2] == core::NotAssessed{"drug-disease checks", "the meaning of `xyzzy`", false});
}

TEST_CASE("a list of medicines alone is checked for interactions alone", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"warfarin"});
  subject.medicines_only = true;
  const Screening screening = screened(small.shared(), subject);
  CHECK(screening.not_assessed.empty());
  CHECK_FALSE(screening.triage.has_value());
}

TEST_CASE("a rule that asks for a dose is not assessed without it", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"simvastatin", "amlodipine"}));
  CHECK(screening.findings.empty());
  CHECK(beyond_no_patient(screening) == std::vector<core::NotAssessed>{{"R3", "dose of simvastatin", false}});
  CHECK(screening.certificate.unevaluated == 1);
}

TEST_CASE("a washout time that is not known is something that must be known", "[knowledge][screen]") {
  auto small = small_base();
  Case subject = case_of({"citalopram", "phenelzine"});
  subject.medications[0].status = MedicationStatus::stopped;
  subject.medications[0].stopped_days_ago = 10;
  const Screening screening = screened(small.shared(), subject);
  CHECK(screening.findings.empty());
  const auto missing = beyond_no_patient(screening);
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].rule == "washout");
  CHECK(missing[0].must_know);
}

// ---- the certificate ----

TEST_CASE("the certificate counts what was looked at", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening =
      screened(small.shared(), case_of({"warfarin", "ibuprofen", "aspirin 81 mg daily", "lisinopril", "warfarin"}));
  CHECK(screening.certificate.ingredients == 4);
  CHECK(screening.certificate.pairs == 6);
  CHECK(screening.certificate.within_product == 0);
  CHECK(screening.certificate.considered == small.base().rules().size());
  CHECK(screening.certificate.fired == 1);
  CHECK(screening.certificate.vetoed == 1);
  CHECK(screening.certificate.vetoes == Lines{"R1: reason of precipitant"});
  CHECK(screening.certificate.unevaluated == 0);
}

TEST_CASE("a case without medicines has an empty screening", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), Case{});
  CHECK(screening.findings.empty());
  CHECK(screening.facts.empty());
  CHECK(screening.certificate.pairs == 0);
  CHECK(screening.certificate.considered == small.base().rules().size());
}

// ---- findings in words ----

TEST_CASE("the texts of a finding name its medicines", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"ibuprofen", "warfarin"}));
  REQUIRE(screening.findings.size() == 1);
  const Finding& finding = screening.findings[0];
  CHECK(finding.title == "ibuprofen and warfarin: major, avoid or change therapy");
  CHECK(finding.mechanism == "Ibuprofen adds to warfarin.");
  CHECK(finding.effect == "Bleeding under warfarin");
  CHECK(finding.rules == Lines{"R1"});
  CHECK(finding.elements == Lines{"/medications/0", "/medications/1"});
  CHECK(finding.path == std::vector<core::PathStep>{{"warfarin", "object of", "R1"},
                                                    {"ibuprofen", "is a", "NSAID"},
                                                    {"NSAID", "precipitant of", "R1"}});
  check_whole(finding);
}

TEST_CASE("a modifier that moved the severity is said with its reason", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"ibuprofen", "warfarin", "fluoxetine"}));
  REQUIRE(screening.findings.size() == 1);
  CHECK(screening.findings[0].severity == Severity::critical);
  CHECK(screening.findings[0].context == Lines{"raised one step: reason of case"});
}

TEST_CASE("a cumulative finding shows its smallest sets and what would end it", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"amiodarone", "citalopram", "ondansetron"}));
  REQUIRE(screening.findings.size() == 1);
  const Finding& finding = screening.findings[0];
  CHECK(finding.type == FindingType::cumulative);
  CHECK(finding.mechanism == "Amiodarone, citalopram and ondansetron prolong QT.");
  CHECK(finding.effect == "Torsades with amiodarone, citalopram and ondansetron.");
  CHECK(finding.subsets == std::vector<core::Subset>{{"amiodarone", "citalopram", "ondansetron"}});
  CHECK(finding.best_removal == Lines{"amiodarone", "citalopram", "ondansetron"});
  check_whole(finding);

  const Screening four = screened(small.shared(), case_of({"amiodarone", "citalopram", "ondansetron", "erythromycin"}));
  REQUIRE(four.findings.size() == 1);
  CHECK(four.findings[0].subsets.size() == 4);
  CHECK(four.findings[0].best_removal.empty());
}

TEST_CASE("an inferred finding names target and roles", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"simvastatin", "erythromycin"}));
  REQUIRE(screening.findings.size() == 1);
  const Finding& finding = screening.findings[0];
  CHECK(finding.inferred);
  CHECK(finding.rules == Lines{"INF-CYP3A4-inh"});
  CHECK(finding.mechanism == "Erythromycin blocks CYP3A4.");
  CHECK(finding.monitoring == Lines{"Level of simvastatin"});
  CHECK(std::find(finding.path.begin(), finding.path.end(),
                  core::PathStep{"erythromycin", "inhibits:moderate", "CYP3A4"}) != finding.path.end());
  check_whole(finding);
}

TEST_CASE("a local use says that no precaution is needed and why", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening = screened(small.shared(), case_of({"warfarin", "ibuprofen topical"}));
  REQUIRE(screening.findings.size() == 1);
  const Finding& finding = screening.findings[0];
  CHECK(finding.type == FindingType::route);
  CHECK(finding.severity == Severity::minor);
  CHECK(finding.title == "ibuprofen and warfarin: applied locally, no precaution needed");
  CHECK(finding.context == Lines{"ibuprofen is given by a local route (topical)"});
  check_whole(finding);
}

TEST_CASE("findings stand most severe first", "[knowledge][screen]") {
  auto small = small_base();
  const Screening screening =
      screened(small.shared(),
               case_of({"zzqx", "warfarin", "ibuprofen", "fluoxetine", "phenelzine", "simvastatin", "erythromycin"}));
  REQUIRE(screening.findings.size() == 4);
  CHECK(std::is_sorted(screening.findings.begin(), screening.findings.end(),
                       [](const Finding& a, const Finding& b) { return a.severity > b.severity; }));
  CHECK(screening.findings.back().type == FindingType::unresolved);
}

TEST_CASE("the id of a finding is of its type, subjects and rules and of nothing else", "[knowledge][screen]") {
  Finding finding;
  finding.subjects = {"a", "b"};
  finding.rules = {"R"};
  const std::string id = finding_id(finding);
  CHECK(id.size() == 12);
  Finding other = finding;
  other.severity = Severity::critical;
  other.title = "other";
  CHECK(finding_id(other) == id);
  other.subjects = {"a", "c"};
  CHECK(finding_id(other) != id);
  other = finding;
  other.rules = {"R", "S"};
  CHECK(finding_id(other) != id);
  other = finding;
  other.type = FindingType::timing;
  CHECK(finding_id(other) != id);
  other = finding;
  other.subjects = {"a"};
  other.rules = {"b", "R"};
  CHECK(finding_id(other) != id);
}

TEST_CASE("the same case gives the same screening", "[knowledge][screen]") {
  auto small = small_base();
  Screener screener(small.shared());
  const Case subject = case_of({"warfarin", "ibuprofen", "fluoxetine", "phenelzine", "zzqx"});
  const auto one = screener.screen(subject);
  const auto between = screener.screen(case_of({"lisinopril"}));
  const auto other = screener.screen(subject);
  REQUIRE(one.has_value());
  REQUIRE(between.has_value());
  REQUIRE(other.has_value());
  CHECK(between->findings.empty());
  CHECK(one->findings == other->findings);
  CHECK(one->facts == other->facts);
  CHECK(one->certificate == other->certificate);
}

// ---- why not ----

TEST_CASE("the answer to why not names the finding, the veto or the rules that are half filled",
          "[knowledge][screen]") {
  auto tables_with_veto = tests::small_tables({{"R1", "major", "object = warfarin ; precipitant = class:nsaid"},
                                               {"R2", "minor", "a = lisinopril {dose>1 mg/day ?ask} ; b = furosemide"}},
                                              {{"R1", "", "precipitant", "aspirin"}});
  auto small = tests::SmallKnowledge::of(tables_with_veto);
  const auto lines = [&](const char* one, const char* other) {
    return why_not(small.base(), small.index(one), small.index(other));
  };
  REQUIRE(lines("warfarin", "warfarin").size() == 1);
  CHECK_THAT(lines("warfarin", "warfarin")[0], Catch::Contains("does not interact with itself"));
  REQUIRE(lines("warfarin", "ibuprofen").size() == 1);
  CHECK_THAT(lines("warfarin", "ibuprofen")[0], Catch::Contains("There is a finding: R1 (major, drug-drug)"));
  CHECK(lines("warfarin", "ibuprofen") == lines("ibuprofen", "warfarin"));
  REQUIRE(lines("warfarin", "aspirin").size() == 1);
  CHECK_THAT(lines("warfarin", "aspirin")[0],
             Catch::Contains("R1 is vetoed") && Catch::Contains("reason of precipitant"));
  REQUIRE(lines("lisinopril", "furosemide").size() == 1);
  CHECK_THAT(lines("lisinopril", "furosemide")[0], Catch::Contains("not assessed for want of: dose of lisinopril"));
  const auto none = lines("warfarin", "lisinopril");
  REQUIRE(none.size() == 3);
  CHECK_THAT(none[0], Catch::Contains("None of 2 rules speaks of lisinopril with warfarin"));
  CHECK_THAT(none[1], Catch::Contains("lisinopril lights") && Catch::Contains("fills one side of 1 rules"));
}

// ---- the knowledge that ships ----

TEST_CASE("every finding of 2,000 shipped pairs is whole", "[knowledge][screen][slow]") {
  const auto& base = *tests::shipped_knowledge();
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  const Lines elements{"/medications/0", "/medications/1"};
  const auto size = static_cast<std::uint32_t>(base.graph().ingredient_count());
  const std::size_t stride = std::max<std::size_t>(1, base.pairs().pair_count() / 2000);
  std::size_t pair = 0;
  std::size_t findings = 0;
  std::set<std::string> ids;
  for (std::uint32_t a = 0; a < size; ++a) {
    for (std::uint32_t b = a + 1; b < size; ++b) {
      if (!base.pairs().contains(static_cast<IngredientIndex>(a), static_cast<IngredientIndex>(b)) ||
          pair++ % stride != 0)
        continue;
      std::vector<DrugFact> facts{base.bare_fact(static_cast<IngredientIndex>(a)),
                                  base.bare_fact(static_cast<IngredientIndex>(b))};
      facts[1].source = 1;
      const MatchResult result = matcher.match(facts);
      for (const MatchedFinding& matched : result.findings) {
        const auto finding = put_into_words(base, matcher, result, matched, {facts, elements});
        REQUIRE(finding.has_value());
        check_whole(*finding);
        CHECK(finding->elements == elements);
        CHECK(ids.insert(finding->id).second);
        ++findings;
      }
    }
  }
  CHECK(findings >= 1900);
}

TEST_CASE("every shipped rule over sets gives a whole finding when its terms are filled", "[knowledge][screen]") {
  const auto& base = *tests::shipped_knowledge();
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  std::size_t rules_over_sets = 0;
  for (std::uint32_t number = 0; number < base.rules().size(); ++number) {
    const auto rule = static_cast<RuleIndex>(number);
    if (base.rules().head(rule).scope != RuleScope::set) continue;
    ++rules_over_sets;
    CAPTURE(base.rules().id(rule));
    std::set<std::uint32_t> chosen;
    for (const Term& term : base.rules().terms(rule)) {
      // Systemic ones by their usual route; as many as a count or the lowest grades of a sum can want.
      std::size_t wanted = term.label == TermLabel::count || term.label == TermLabel::sum ? term.quantity : 1;
      for (const std::uint32_t candidate : base.lit().satisfying(base.rules(), term.alternatives)) {
        const DrugFact fact = base.bare_fact(static_cast<IngredientIndex>(candidate));
        if (wanted == 0 || fact.exposure != core::Exposure::systemic || chosen.count(candidate) != 0) continue;
        chosen.insert(candidate);
        --wanted;
      }
    }
    std::vector<DrugFact> facts;
    for (const std::uint32_t ingredient : chosen)
      facts.push_back(base.bare_fact(static_cast<IngredientIndex>(ingredient)));
    const MatchResult result = matcher.match(facts);
    bool fired = false;
    for (const MatchedFinding& matched : result.findings) {
      const auto of_rule = result.fired(matched);
      if (std::none_of(of_rule.begin(), of_rule.end(), [&](const FiredRule& f) { return f.rule == rule; })) continue;
      fired = true;
      const auto finding = put_into_words(base, matcher, result, matched, {facts, {}});
      REQUIRE(finding.has_value());
      check_whole(*finding);
      CHECK(finding->subsets.empty() == (finding->type != FindingType::cumulative));
      for (const core::Subset& subset : finding->subsets) {
        CHECK(std::includes(finding->subjects.begin(), finding->subjects.end(), subset.begin(), subset.end()));
      }
    }
    const bool vetoed =
        std::any_of(result.vetoes.begin(), result.vetoes.end(), [&](const Veto& veto) { return veto.rule == rule; });
    CHECK((fired || vetoed));
  }
  CHECK(rules_over_sets > 0);
}

TEST_CASE("known dangerous pairs are found by the names that people write", "[knowledge][screen]") {
  struct Row {
    Lines names;
    Severity least;
  };
  const auto row = GENERATE(values<Row>({{{"simvastatin", "itraconazole"}, Severity::critical},
                                         {{"Warfarin", "Aspirin"}, Severity::major},
                                         {{"sildenafil", "nitroglycerin"}, Severity::critical},
                                         {{"phenelzine", "fluoxetine"}, Severity::critical},
                                         {{"Methotrexate", "trimethoprim"}, Severity::major}}));
  CAPTURE(row.names);
  const Screening screening = screened(tests::shipped_knowledge(), case_of(row.names));
  REQUIRE(screening.unresolved.empty());
  REQUIRE_FALSE(screening.findings.empty());
  CHECK(screening.findings[0].severity >= row.least);
  check_whole(screening.findings[0]);
}

TEST_CASE("a sign that asks for an adult takes one where no age is stated, and the finding says so",
          "[knowledge][screen]") {
  const auto hypotension_at = [](std::optional<double> age) -> std::optional<Finding> {
    Case subject = case_of({"Lisinopril 10 mg daily"});
    subject.patient.age = age;
    subject.vitals.emplace().systolic_bp = 78.0;
    for (Finding& finding : screened(tests::shipped_knowledge(), subject).findings) {
      if (std::find(finding.subjects.begin(), finding.subjects.end(), "hypotension") != finding.subjects.end())
        return std::move(finding);
    }
    return std::nullopt;
  };
  const auto says_assumed = [](const Finding& finding) {
    return std::find(finding.context.begin(), finding.context.end(), "age not known, taken as >= 12 for hypotension") !=
           finding.context.end();
  };
  const auto unknown = hypotension_at(std::nullopt);
  REQUIRE(unknown.has_value());
  CHECK(says_assumed(*unknown));
  const auto adult = hypotension_at(40.0);
  REQUIRE(adult.has_value());
  CHECK_FALSE(says_assumed(*adult));
  CHECK_FALSE(hypotension_at(2.0).has_value());
}
