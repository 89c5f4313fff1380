// A pharmacist's two lists, which ship as suites: pairs that must be found, and pairs that must stay quiet. Names as a
// ward writes them, so that reading a name, screening and the decision are tested together.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/shipped_suites.hpp"

using namespace guardian;

namespace {

audit::suite::Suite critical() { return tests::shipped_suite("critical_interactions.tsv"); }
audit::suite::Suite harmless() { return tests::shipped_suite("harmless_pairs.tsv"); }

}  // namespace

TEST_CASE("every pair that labels contraindicate, box or advise against is found with at least its severity",
          "[regression]") {
  const auto suite = critical();
  REQUIRE(suite.rows.size() >= 830);
  for (const auto& row : suite.rows) {
    INFO(row.place);
    CHECK(row.least);
    CHECK(row.between.size() == 2);
    CHECK_FALSE(row.source.empty());
  }
  tests::check_none(tests::misses_of({suite}));
}

TEST_CASE("no harmless pair is found with more than the severity that it is allowed", "[regression]") {
  const auto suite = harmless();
  REQUIRE(suite.rows.size() >= 350);
  for (const auto& row : suite.rows) {
    INFO(row.place);
    CHECK(row.most);
    CHECK_FALSE(row.source.empty());
  }
  tests::check_none(tests::misses_of({suite}));
}

TEST_CASE("the lists are sorted and name each pair once, in whichever order", "[regression]") {
  for (const auto& suite : {critical(), harmless()}) {
    std::vector<std::pair<std::string, std::string>> written;
    std::vector<std::pair<std::string, std::string>> unordered;
    for (const auto& row : suite.rows) {
      const std::string& first = row.subject.medications.at(0).text;
      const std::string& second = row.subject.medications.at(1).text;
      written.emplace_back(first, second);
      unordered.push_back(std::minmax(first, second));
    }
    INFO(suite.name);
    CHECK(std::is_sorted(written.begin(), written.end()));
    std::sort(unordered.begin(), unordered.end());
    const auto twice = std::adjacent_find(unordered.begin(), unordered.end());
    INFO((twice == unordered.end() ? std::string() : twice->first + " + " + twice->second));
    CHECK(twice == unordered.end());
  }
}
