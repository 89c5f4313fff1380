// Reference sets made up here, against a knowledge base of a dozen drugs.

#include "audit/coverage/coverage.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "audit/coverage/random_pairs.hpp"
#include "audit/coverage/reference_table.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::audit::coverage;
using guardian::tests::small_tables;

namespace {

tests::TableRows tables() {
  tests::TableRows rows = small_tables({{"R-BLEED", "major", "object = warfarin ; precipitant = class:nsaid"},
                                        {"R-QT", "moderate", "a = effect:qt+2 ; b = effect:qt+2"},
                                        {"R-MAOI", "critical", "a = class:maoi ; b = class:ssri"},
                                        {"R-AZOLE", "major", "a = ketoconazole ; b = simvastatin"}});
  rows["ingredients"] = rows.at("ingredients") + "\nzomepirac\tdrug\t\t\toral\t\twithdrawn 1983";
  rows["members"] = rows.at("members") + "\nzomepirac\tnsaid\tref";
  rows["names"] = "Coumadin\tbrand\twarfarin\toral\tUS\t\t";
  rows["exposures"] = "ketoconazole\ttopical\tnone\tref\t";
  return rows;
}

struct Bench {
  tests::TemporaryKnowledge knowledge{tables()};
  PairReader reader{knowledge.base(), {"zomepirac"}};

  SetCoverage measured(ReferenceSet set, const std::string& text, const Exceptions& exceptions = {}) {
    auto result = measure(set, text, reader, exceptions);
    INFO((result ? std::string() : result.error().message));
    REQUIRE(result.has_value());
    return std::move(*result);
  }
};

std::string refusal(std::string_view text) {
  const auto table = ReferenceTable::read(text, {"drug1", "drug2"});
  return table ? std::string() : table.error().message;
}

}  // namespace

TEST_CASE("a reference table is read by the names of its columns, whatever their order", "[audit][coverage]") {
  const auto table =
      ReferenceTable::read("\xEF\xBB\xBFother\tdrug2\tdrug1\r\nx\tb\ta\r\n\ny\td\tc", {"drug1", "drug2"});
  REQUIRE(table.has_value());
  REQUIRE(table->size() == 2);
  CHECK(table->cell(0, 0) == "a");
  CHECK(table->cell(1, 1) == "d");
}

TEST_CASE("a reference table without a column, with a short line or without rows is refused with the place",
          "[audit][coverage]") {
  CHECK(refusal("drug1\tdrugs2\na\tb\n") == "has no column `drug2`");
  CHECK(refusal("drug1\tdrug2\na\tb\na\n") == "line 3 has 1 cells, the header 2");
  CHECK(refusal("drug1\tdrug2\n\n") == "has no row");
  CHECK(refusal("") == "has no column `drug1`");
}

TEST_CASE("high-priority pairs count by what the panel's rule asks for, and each miss has its reason",
          "[audit][coverage]") {
  Bench bench;
  const auto coverage = bench.measured(ReferenceSet::onc_high_priority,
                                       "drug1\tdrug2\tonc_rule_no\n"
                                       "aspirin\twarfarin\t3\n"          // major
                                       "citalopram\tondansetron\t3\n"    // moderate only
                                       "lisinopril\twarfarin\t3\n"       // no rule
                                       "aspirin\tmibefradil\t3\n"        // not known
                                       "amiodarone\tcitalopram\t21\n"    // QT, moderate
                                       "amiodarone\tfluoxetine\t21\n");  // fluoxetine has a low grade
  CHECK(coverage.rows == 6);
  REQUIRE(coverage.measures.size() == 2);
  const Measure& classes = coverage.measures[0];
  CHECK(classes.rate == audit::population::Proportion{1, 4});
  CHECK_FALSE(classes.met());
  REQUIRE(classes.misses.size() == 3);
  CHECK(classes.misses[0].reason == MissReason::lower_severity);
  CHECK(classes.misses[0].detail == "moderate: R-QT");
  CHECK(classes.misses[1].reason == MissReason::no_rule);
  CHECK(classes.misses[2].reason == MissReason::unknown_drug);
  CHECK(classes.misses[2].detail == "mibefradil");
  CHECK(coverage.measures[1].rate == audit::population::Proportion{1, 2});
  // Clopper and Pearson for 1 of 4, by the beta distribution.
  CHECK(classes.interval().lower == Approx(0.00630946).margin(1e-6));
  CHECK(classes.interval().upper == Approx(0.8058796).margin(1e-6));
}

TEST_CASE("where all are wanted an argued miss is allowed, a second one is not", "[audit][coverage]") {
  Bench bench;
  const std::string text =
      "drug1\tdrug2\tonc_rule_no\naspirin\twarfarin\t3\nlisinopril\twarfarin\t3\nlisinopril\taspirin\t3\n";
  const auto pair =
      Exceptions::read("# Why.\nset\tfirst\tsecond\treason\nonc_high_priority\twarfarin\tlisinopril\tno harm\n");
  REQUIRE(pair.has_value());
  const auto one = bench.measured(ReferenceSet::onc_high_priority, text, *pair).measures[0];
  CHECK(one.argued() == 1);
  CHECK(one.misses[0].argued == "no harm");
  CHECK_FALSE(one.met());
  const auto any = Exceptions::read("set\tfirst\tsecond\treason\nonc_high_priority\tlisinopril\t*\tno harm\n");
  REQUIRE(any.has_value());
  CHECK(bench.measured(ReferenceSet::onc_high_priority, text, *any).measures[0].met());
  // A whole rule is argued by its id.
  const auto rule =
      Exceptions::read("set\tfirst\tsecond\treason\nonc_non_interruptive\trule:R-BLEED\t\tlater trials\n");
  REQUIRE(rule.has_value());
  const auto quiet = bench.measured(ReferenceSet::onc_non_interruptive,
                                    "drug1\tdrug2\tseverity\naspirin\twarfarin\tn\nfluoxetine\tphenelzine\tn\n", *rule);
  CHECK(quiet.measures[0].argued() == 1);
  CHECK(quiet.measures[0].misses.at(0).argued == "later trials");
  CHECK(quiet.measures[0].misses.at(1).argued.empty());
  // Of another set they say nothing.
  const auto other = Exceptions::read("set\tfirst\tsecond\treason\ncrediblemeds\tlisinopril\t*\tno harm\n");
  REQUIRE(other.has_value());
  CHECK(bench.measured(ReferenceSet::onc_high_priority, text, *other).measures[0].argued() == 0);
}

TEST_CASE("an exception without a reason, of no set, or twice is refused", "[audit][coverage]") {
  const std::string header = "set\tfirst\tsecond\treason\n";
  CHECK_FALSE(Exceptions::read(header + "onc\ta\tb\twhy\n"));
  CHECK_FALSE(Exceptions::read(header + "crediblemeds\ta\tb\t\n"));
  CHECK_FALSE(Exceptions::read(header + "crediblemeds\ta\tb\twhy\ncrediblemeds\ta\tb\twhy\n"));
}

TEST_CASE("a pair that should not interrupt misses when it is major or critical, and an unknown one is set aside",
          "[audit][coverage]") {
  Bench bench;
  const auto coverage = bench.measured(ReferenceSet::onc_non_interruptive,
                                       "drug1\tdrug2\tseverity\n"
                                       "aspirin\twarfarin\tn\nfluoxetine\tphenelzine\tn\n"
                                       "lisinopril\twarfarin\tn\naspirin\tmibefradil\tn\n");
  const Measure& quiet = coverage.measures[0];
  CHECK(quiet.rate == audit::population::Proportion{1, 3});
  CHECK(quiet.set_aside == 1);
  CHECK(quiet.misses[0].reason == MissReason::higher_severity);
  CHECK(coverage.measures[1].rate == audit::population::Proportion{2, 3});
  CHECK(coverage.measures[1].misses.at(0).detail == "critical: R-MAOI");
}

TEST_CASE("of the significant pairs those with a withdrawn or a local drug are set aside, not counted as found",
          "[audit][coverage]") {
  tests::TableRows rows = tables();
  std::string& ingredients = rows.at("ingredients");
  const auto at = ingredients.find("ketoconazole\tdrug\t\t\t");
  ingredients.insert(at + std::string("ketoconazole\tdrug\t\t\t").size(), "topical");
  tests::TemporaryKnowledge knowledge(rows);
  PairReader reader(knowledge.base(), {"zomepirac"});
  const auto coverage = measure(ReferenceSet::ndfrt_significant,
                                "drug1\tdrug2\tndfrt_label\n"
                                "warfarin\tzomepirac\tWARFARIN/ZOMEPIRAC\n"              // found, withdrawn
                                "lisinopril\tzomepirac\tLISINOPRIL/ZOMEPIRAC\n"          // not found, withdrawn
                                "ketoconazole\tsimvastatin\tKETOCONAZOLE/SIMVASTATIN\n"  // local
                                "2-(acetyloxy)benzoic\twarfarin\tASPIRIN/WARFARIN\n"     // by its label
                                "lisinopril\twarfarin\tLISINOPRIL/WARFARIN\n",
                                reader, {});
  REQUIRE(coverage.has_value());
  const Measure& some = coverage->measures[0];
  CHECK(some.rate == audit::population::Proportion{1, 2});
  CHECK(some.set_aside == 3);
  REQUIRE(some.aside.size() == 2);
  CHECK(some.aside[0].reason == MissReason::withdrawn);
  // The finding that it is used locally covers nothing.
  CHECK(some.aside[1].reason == MissReason::not_systemic);
  CHECK(some.misses.at(0).second == "warfarin");
}

TEST_CASE("a name that is only near a known one is not known", "[audit][coverage]") {
  Bench bench;
  const PairAnswer answer = bench.reader.answer("warfarrin", "aspirin");
  CHECK(answer.unknown == std::vector<std::string>{"warfarrin"});
  CHECK_FALSE(answer.severity.has_value());
}

TEST_CASE("a torsades list asks for some finding, and for major where it says to avoid", "[audit][coverage]") {
  Bench bench;
  const auto coverage =
      bench.measured(ReferenceSet::crediblemeds,
                     "drug1\tdrug2\tlevel\namiodarone\tcitalopram\ttake precautions\n"
                     "amiodarone\tondansetron\tusually avoid\nketoconazole\tsimvastatin\tusually avoid\n");
  CHECK(coverage.measures[0].rate == audit::population::Proportion{3, 3});
  CHECK(coverage.measures[0].met());
  CHECK(coverage.measures[1].rate == audit::population::Proportion{1, 2});
}

TEST_CASE("a product name must be read as exactly its ingredients", "[audit][coverage]") {
  Bench bench;
  const auto coverage = bench.measured(ReferenceSet::rxnorm_names,
                                       "name\tingredients_canonical\n"
                                       "warfarin 5 MG Oral Tablet [Coumadin]\twarfarin\n"
                                       "aspirin 81 MG Oral Tablet\twarfarin\n"
                                       "amlodipine 5 MG / zzyzxol 3 MG Oral Tablet\tamlodipine | zzyzxol\n"
                                       "Qqqfoo 20 MG Oral Tablet\tlisinopril\n");
  CHECK(coverage.measures[0].rate == audit::population::Proportion{3, 4});
  const Measure& read = coverage.measures[1];
  CHECK(read.rate == audit::population::Proportion{1, 3});
  REQUIRE(read.misses.size() == 2);
  CHECK(read.misses[0].reason == MissReason::other_ingredients);
  CHECK(read.misses[0].detail == "read as aspirin, wanted warfarin");
  CHECK(read.misses[1].reason == MissReason::not_resolved);
}

TEST_CASE("known ingredients are counted, those with an oral product apart, without a target", "[audit][coverage]") {
  Bench bench;
  const auto coverage = bench.measured(ReferenceSet::ingredients,
                                       "ingredient\tn_rxnorm_oral_products\nwarfarin\t12\nzzyzxol\t1\nqqqfoo\t0\n");
  CHECK(coverage.measures[0].rate == audit::population::Proportion{1, 3});
  CHECK(coverage.measures[1].rate == audit::population::Proportion{1, 2});
  CHECK(coverage.measures[0].met());
}

TEST_CASE("random pairs are different pairs, the same for the same seed, and loud ones come with their finding",
          "[audit][coverage]") {
  tests::TemporaryKnowledge knowledge(tables());
  const std::vector<std::string> names{"aspirin", "citalopram", "ibuprofen", "lisinopril", "phenelzine", "warfarin"};
  const auto all = random_pairs(knowledge.shared(), names, 1'000, 7);
  REQUIRE(all.has_value());
  CHECK(all->loud == audit::population::Proportion{3, 15});  // no more than there are
  CHECK(all->critical == audit::population::Proportion{1, 15});
  CHECK(std::all_of(all->pairs.begin(), all->pairs.end(), [](const LoudPair& pair) {
    return pair.finding.severity >= core::Severity::major && !pair.finding.rules.empty();
  }));
  const auto again = random_pairs(knowledge.shared(), names, 1'000, 7);
  REQUIRE(again.has_value());
  REQUIRE(again->pairs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(again->pairs[i].first == all->pairs[i].first);
  CHECK_FALSE(random_pairs(knowledge.shared(), {"aspirin", "zzyzxol"}, 1, 7));
}

TEST_CASE("the list of the commonest ingredients has 200 different names, all of the knowledge base that ships",
          "[audit][coverage]") {
  const auto names = common_ingredients();
  CHECK(names.size() == 200);
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const std::string& name : names) {
    INFO(name);
    CHECK(tests::shipped_knowledge()->graph().ingredient(name).has_value());
  }
}
