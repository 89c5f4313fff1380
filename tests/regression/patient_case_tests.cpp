// Every row of these suites is a small patient whom a clinical pharmacist judged before the program did: what must be
// found, what must stay silent, what is to be asked for, and how soon somebody has to act.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/shipped_suites.hpp"

using namespace guardian;

namespace {

std::vector<audit::suite::Suite> patients() {
  return {tests::shipped_suite("patients.tsv"), tests::shipped_suite("triage.tsv"), tests::shipped_suite("names.tsv")};
}

}  // namespace

TEST_CASE("the suites of patients have enough cases of every category, and each of them twins that stay silent",
          "[regression]") {
  std::map<std::string, std::size_t> all;
  std::map<std::string, std::size_t> silent;
  std::set<std::string> ids;
  std::size_t cases = 0;
  for (const auto& suite : patients()) {
    for (const auto& row : suite.rows) {
      ++cases;
      ++all[row.category];
      if (row.must_find.empty() && !row.must_not.empty()) ++silent[row.category];
      INFO(row.place);
      CHECK(ids.insert(row.id).second);
    }
  }
  CHECK(cases >= 2300);
  for (const char* category : {"drug-allergy", "drug-disease", "drug-lab", "drug-renal", "drug-hepatic", "dose",
                               "drug-age", "pregnancy", "lactation", "duplicate", "monitoring", "washout", "cumulative",
                               "timing and food", "route", "guideline", "triage", "normalisation", "missing data"}) {
    INFO(category);
    CHECK(all[category] >= 10);
    CHECK(silent[category] >= 3);
  }
}

TEST_CASE("patients are reviewed as a clinical pharmacist would", "[regression]") {
  tests::check_none(tests::misses_of(patients()));
}
