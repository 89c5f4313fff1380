#include "knowledge/content_linter.hpp"

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using guardian::tests::small_tables;
using guardian::tests::TableRows;

namespace {

std::vector<LintProblem> warnings_of(const TableRows& tables) {
  const tests::TemporaryFolder folder;
  tests::write_tables(folder.path(), tables);
  const auto seed = read_seed(folder.path());
  INFO((seed ? std::string() : seed.error().message));
  REQUIRE(seed.has_value());
  const auto problems = lint(*seed);
  INFO((problems.empty() ? std::string() : problems.front().place + ": " + problems.front().message));
  REQUIRE(problems.empty());
  return lint_content(*seed);
}

// Whether exactly one warning has these words.
bool warns(const TableRows& tables, const std::string& place, const std::string& words) {
  const auto warnings = warnings_of(tables);
  std::ostringstream all;
  for (const LintProblem& warning : warnings) all << warning.place << ": " << warning.message << '\n';
  UNSCOPED_INFO(all.str());
  return std::count_if(warnings.begin(), warnings.end(), [&](const LintProblem& warning) {
           return warning.place.starts_with(place) && warning.message.find(words) != std::string::npos;
         }) == 1;
}

// Small tables in which everything is asked for.
TableRows whole() {
  return small_tables({{"R1", "major", "a = class:nsaid ; b = warfarin"},
                       {"R2", "major", "a = class:antidepressant ; b = effect:qt+1"},
                       {"R3", "major", "a = effect:potassium+1 ; b = role:P-gp inhibitor weak"},
                       {"R4", "major", "a = effect:potassium-1 ; b = role:CYP3A4 substrate moderate"}},
                      {}, {{"inh", "major"}});
}

TableRows with(const std::string& table, const std::string& row) {
  TableRows tables = whole();
  std::string& text = tables[table];
  text = text.empty() ? row : text + '\n' + row;
  return tables;
}

}  // namespace

TEST_CASE("a seed in which everything leads somewhere has no warnings", "[knowledge][linter]") {
  std::ostringstream all;
  for (const LintProblem& warning : warnings_of(whole())) all << warning.place << ": " << warning.message << '\n';
  CHECK(all.str().empty());
}

TEST_CASE("a class that nothing asks for, or that nothing is in, is warned of", "[knowledge][linter]") {
  auto tables = with("classes", "statin\tstatin\t");
  tables["members"] += "\nsimvastatin\tstatin\tref";
  CHECK(warns(tables, "classes.tsv:", "nothing asks for class `statin`"));
  CHECK_FALSE(warns(tables, "classes.tsv:", "no ingredient is in class `statin`"));
  // Through a class above it that a rule asks for.
  tables["class_parents"] += "\nstatin\tnsaid";
  CHECK_FALSE(warns(tables, "classes.tsv:", "nothing asks for class `statin`"));
  CHECK(warns(with("classes", "statin\tstatin\t"), "classes.tsv:", "no ingredient is in class `statin`"));
}

TEST_CASE("an effect and a target that nothing asks for are warned of", "[knowledge][linter]") {
  CHECK(warns(with("effect_names", "sodium\tsodium"), "effect_names.tsv:", "no rule asks for effect `sodium`"));
  CHECK(warns(with("targets", "CYP2D6\tenzyme\tCYP2D6"), "targets.tsv:", "asks for target `CYP2D6`"));
}

TEST_CASE("an ingredient of which nothing is said but its name is warned of", "[knowledge][linter]") {
  auto tables = with("ingredients", "zinc\tnutrient\t\t\t\t\t");
  CHECK(warns(tables, "ingredients.tsv:", "nothing is said of `zinc`"));
  tables["members"] += "\nzinc\tnsaid\tref";
  CHECK_FALSE(warns(tables, "ingredients.tsv:", "nothing is said of `zinc`"));
}

TEST_CASE("a name that is a word of orders is warned of, a salt that is an ingredient is not", "[knowledge][linter]") {
  CHECK(warns(with("names", "Daily\tbrand\twarfarin\t\tUS\t\t"), "names.tsv:", "`Daily` is a word of orders"));
  CHECK_FALSE(warns(with("ingredients", "sodium\tnutrient\t\t\t\t\t"), "ingredients.tsv:", "is a word of orders"));
}

TEST_CASE("a source that nothing cites is warned of", "[knowledge][linter]") {
  CHECK(warns(with("evidence", "unread\tlabel\tP\tT\t\t\t\tdraft"), "evidence.tsv:", "nothing cites `unread`"));
  CHECK_FALSE(warns(whole(), "evidence.tsv:", "nothing cites `ref`"));
}

TEST_CASE("names of different drugs one letter apart are warned of until they are listed", "[knowledge][linter]") {
  auto tables = with("names", "Zocar\tbrand\twarfarin\t\tUS\t\t\nZocor\tbrand\tsimvastatin\t\tUS\t\t");
  CHECK(warns(tables, "names.tsv:", "`Zocar` and `Zocor` are one letter apart"));
  tables["lookalikes"] = "Zocor\tZocar\t";
  CHECK_FALSE(warns(tables, "names.tsv:", "one letter apart"));
  // One drug, a swap, a letter more, a number, a letter by itself.
  const auto named = [](const std::string& one, const std::string& drug, const std::string& other) {
    return with("names", one + "\tbrand\twarfarin\t\tUS\t\t\n" + other + "\tbrand\t" + drug + "\t\tUS\t\t");
  };
  CHECK_FALSE(warns(named("Zocar", "warfarin", "Zocor"), "names.tsv:", "one letter apart"));
  CHECK(warns(named("Zocar", "simvastatin", "Zcoar"), "names.tsv:", "one letter apart"));
  CHECK(warns(named("Zocar", "simvastatin", "Zocarn"), "names.tsv:", "one letter apart"));
  CHECK_FALSE(warns(named("Zocar 70", "simvastatin", "Zocar 75"), "names.tsv:", "one letter apart"));
  CHECK_FALSE(warns(named("Zocar D", "simvastatin", "Zocar M"), "names.tsv:", "one letter apart"));
  CHECK_FALSE(warns(named("Zocar", "simvastatin", "Zacor"), "names.tsv:", "one letter apart"));
}
