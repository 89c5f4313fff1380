#include "knowledge/source_linter.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "knowledge/store.hpp"
#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using guardian::tests::TableRows;

namespace {

// A rule of our own, one of a source, a name and a code of it.
TableRows with_source() {
  TableRows tables = tests::small_tables(
      {{"R1", "major", "a = warfarin ; b = aspirin"}, {"LIST-1", "moderate", "a = warfarin ; b = ibuprofen"}});
  tables["sources"] = "LIST\timported\tddinter\tA list\t2026\t2026-01-01\tmay be used here\t50\t12\t3\tsha256:00\t";
  tables["rule_sources"] = "LIST-1\tLIST\tModerate\tlist.csv:2";
  tables["names"] = "Inventin\tbrand\twarfarin\t\t\t\t";
  tables["row_sources"] = "names\tInventin\tLIST";
  tables["product_codes"] = "rxnorm\t990001\tInventin 5 MG Oral Tablet\twarfarin + aspirin\tLIST";
  return tables;
}

Seed seed_of(const TableRows& tables) {
  const tests::TemporaryFolder folder;
  tests::write_tables(folder.path(), tables);
  auto seed = read_seed(folder.path());
  INFO((seed ? std::string() : seed.error().message));
  REQUIRE(seed.has_value());
  return std::move(*seed);
}

}  // namespace

TEST_CASE("tables of sources come back from the file as they were written", "[knowledge][linter]") {
  const Seed seed = seed_of(with_source());
  CHECK(lint(seed).empty());
  const tests::TemporaryFolder folder;
  const auto built = Store::create(folder.path() / "kb", seed);
  REQUIRE(built.has_value());
  auto store = Store::open(folder.path() / "kb");
  REQUIRE(store.has_value());
  const auto back = store->seed();
  REQUIRE(back.has_value());
  CHECK(content_digest(*back) == built->digest);
  CHECK(back->table("sources").rows().at(0).cells == seed.table("sources").rows().at(0).cells);
  CHECK(back->table("product_codes").rows().at(0).cells == seed.table("product_codes").rows().at(0).cells);
}

TEST_CASE("the linter names what is wrong with a table of sources", "[knowledge][linter]") {
  struct Row {
    const char* table;
    const char* row;
    const char* words;
  };
  const auto row = GENERATE(values<Row>({
      {"sources", "X\tours\tcsv\tT\t\t\tfree\t50\t0\t0\t\t", "`kind` is `ours`"},
      {"sources", "X\timported\tcsv\tT\t\t\t\t50\t0\t0\t\t", "`licence` is empty"},
      {"sources", "X\timported\tcsv\tT\t\t\tfree\t2\t0\t0\t\t", "`precedence` is `2`, expected a number from 3 to 99"},
      {"sources", "X\timported\tcsv\tT\t\t\tfree\t50\t1\t2\t\t", "`rows_read` and `rows_left_out`"},
      {"rule_sources", "R7\tLIST\tMajor\t", "there is no rule `R7`"},
      {"rule_sources", "R1\tOTHER\tMajor\t", "`OTHER` is not in sources.tsv"},
      {"row_sources", "members\twarfarin\tLIST", "`seed_table` is `members`"},
      {"row_sources", "names\tNobody\tLIST", "`Nobody` is not in names.tsv"},
      {"row_sources", "ingredients\twarfarin\tOTHER", "`OTHER` is not in sources.tsv"},
      {"product_codes", "ndc\t1\tN\twarfarin\tLIST", "`system` is `ndc`"},
      {"product_codes", "rxnorm\tA1\tN\twarfarin\tLIST", "`code` is not a number: `A1`"},
      {"product_codes", "rxnorm\t703\tN\twarfarin\tLIST", "the code 703 is that of an ingredient"},
      {"product_codes", "rxnorm\t1\t\twarfarin\tLIST", "`name` is empty"},
      {"product_codes", "rxnorm\t1\tN\twarfarin + unheard\tLIST", "`unheard` is not in ingredients.tsv"},
      {"product_codes", "rxnorm\t1\tN\twarfarin\tOTHER", "`OTHER` is not in sources.tsv"},
  }));
  CAPTURE(row.table, row.row);
  TableRows tables = with_source();
  tables[row.table] += std::string("\n") + row.row;
  const auto problems = lint(seed_of(tables));
  const auto said = std::find_if(problems.begin(), problems.end(), [&](const LintProblem& problem) {
    return problem.message.find(row.words) != std::string::npos;
  });
  REQUIRE(said != problems.end());
  CHECK_THAT(said->place, Catch::StartsWith(std::string(row.table) + ".tsv:"));
}

TEST_CASE("a rule of another source that settles what ours say is refused", "[knowledge][linter]") {
  TableRows tables = with_source();
  tables["rules"] = tests::rule_rows({{"R1", "major", "a = warfarin ; b = aspirin"},
                                      {"LIST-1", "moderate", "a = warfarin ; b = ibuprofen", "drug-drug", "", "yes"}});
  const Seed seed = seed_of(tables);
  const auto problems = lint(seed);
  REQUIRE_FALSE(problems.empty());
  CHECK(std::any_of(problems.begin(), problems.end(), [](const LintProblem& problem) {
    return problem.message.find("only a rule of our own may") != std::string::npos;
  }));
  const tests::TemporaryFolder folder;
  CHECK_FALSE(Store::create(folder.path() / "kb", seed).has_value());
}
