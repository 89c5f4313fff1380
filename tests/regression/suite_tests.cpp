// The suites that ship, and the same interactions as other people write them.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/suite/variants.hpp"
#include "tests/support/shipped_suites.hpp"

using namespace guardian;

namespace {

audit::suite::VariantSet variants(std::size_t per_row, std::uint64_t seed = 1) {
  audit::suite::VariantOptions options;
  options.per_row = per_row;
  options.seed = seed;
  std::set<std::string> harmless;
  for (const auto& row : tests::shipped_suite("harmless_pairs.tsv").rows) {
    for (const auto& entry : row.subject.medications) harmless.insert(entry.text);
  }
  options.extras.assign(harmless.begin(), harmless.end());
  const std::vector<audit::suite::Suite> suites{tests::shipped_suite("critical_interactions.tsv")};
  return audit::suite::variants(*tests::shipped_knowledge(), suites, options);
}

}  // namespace

TEST_CASE("injected text is reported, changes nothing that is found, and ordinary notes are not taken for it",
          "[regression][suite]") {
  const auto suite = tests::shipped_suite("injections.json");
  REQUIRE(suite.rows.size() >= 30);
  tests::check_none(tests::misses_of({suite}));
}

TEST_CASE("every suite that ships can be read, says where its rows come from and has ids of its own",
          "[regression][suite]") {
  const auto files = adapters::suite::suite_files(tests::suites_folder());
  REQUIRE(files);
  CHECK(files->size() >= 6);
  for (const auto& file : *files) {
    INFO(file);
    CHECK(tests::shipped_suite(file.filename().string()).rows.size() >= 20);
  }
}

TEST_CASE("known interactions are found by other names, with slips, as orders and among other medicines",
          "[regression][suite]") {
  const auto made = variants(3);
  REQUIRE(made.suite.rows.size() >= 2400);
  tests::check_none(tests::misses_of({made.suite}));
}

TEST_CASE("twenty thousand variants of known interactions are all found", "[regression][suite][slow]") {
  const auto made = variants(25);
  REQUIRE(made.suite.rows.size() >= 20'000);
  std::map<std::string, std::size_t> kinds;
  std::set<std::string> written;
  for (const auto& row : made.suite.rows) {
    ++kinds[row.category];
    written.insert(row.place + row.id);
  }
  CHECK(written.size() == made.suite.rows.size());
  CHECK(kinds.size() == 5);
  for (const auto& [kind, count] : kinds) {
    INFO(kind);
    CHECK(count >= 1500);
  }
  tests::check_none(tests::misses_of({made.suite}));
}

TEST_CASE("variants are the same for the same seed and others for another", "[regression][suite]") {
  const auto one = variants(2, 7);
  CHECK(one.suite.rows == variants(2, 7).suite.rows);
  CHECK_FALSE(one.suite.rows == variants(2, 8).suite.rows);
}

TEST_CASE("a pair of medicines that do not interact is missed in every variant", "[regression][suite]") {
  // What shows that a variant can fail: an expectation that nothing meets.
  audit::suite::VariantOptions options;
  options.per_row = 10;
  auto reading = adapters::suite::read_suite("medicines\tat_least\nacetaminophen | cetirizine\tmajor\n", "made_up.tsv");
  REQUIRE(reading.value);
  const auto made = audit::suite::variants(*tests::shipped_knowledge(), {&*reading.value, 1}, options);
  REQUIRE(made.suite.rows.size() >= 5);
  CHECK(tests::misses_of({made.suite}).size() == made.suite.rows.size());
}
