// The pairs that have an indicator of their own, as data (indicator_policy.tsv).

#include <catch2/catch.hpp>

#include "adapters/cds_hooks/indicator.hpp"
#include "adapters/cds_hooks/indicator_policy.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::adapters::cds_hooks;
using core::Severity;

namespace {

core::Finding pair_of(const std::string& one, const std::string& other, Severity severity) {
  core::Finding finding;
  finding.medicines = {one, other};
  finding.severity = severity;
  return finding;
}

core::Review taking(const std::vector<std::string>& medicines) {
  core::Review review;
  for (const std::string& medicine : medicines) {
    core::StatedFact fact;
    fact.kind = "drug";
    fact.concept_name = medicine;
    review.facts.push_back(fact);
  }
  return review;
}

}  // namespace

TEST_CASE("the table of indicators can be read, and each of its names is of the knowledge base", "[adapters][cds]") {
  const auto rows = parse_indicator_policy(indicator_policy_text(), "indicator_policy.tsv");
  INFO((rows ? std::string() : rows.error().message));
  REQUIRE(rows);
  REQUIRE(rows->size() >= 3);
  CHECK(*rows == indicator_policy());
  const auto base = tests::shipped_knowledge();
  for (const IndicatorRow& row : *rows) {
    CHECK_FALSE(row.source.empty());
    std::vector<MedicineTerm> terms = row.taken;
    terms.push_back(row.one);
    terms.push_back(row.other);
    for (const MedicineTerm& term : terms) {
      INFO(term.name);
      const auto& graph = base->graph();
      const auto group = graph.find({knowledge::ConceptKind::drug_class, term.name, {}, {}});
      CHECK((term.is_class ? group.has_value() : graph.ingredient(term.name).has_value()));
    }
  }
}

TEST_CASE("the indicator of a pair follows what else is taken, and is never milder than the severity",
          "[adapters][cds]") {
  const auto base = tests::shipped_knowledge();
  const auto belongs = membership(*base);
  const auto of = [&](const core::Finding& finding, const std::vector<std::string>& taken) {
    return indicator_of(finding, taking(taken), belongs);
  };
  const auto bleeding = pair_of("ibuprofen", "warfarin", Severity::major);
  CHECK(of(bleeding, {"warfarin", "ibuprofen"}) == Indicator::critical);
  CHECK(of(bleeding, {"warfarin", "ibuprofen", "omeprazole"}) == Indicator::warning);
  CHECK(of(bleeding, {"warfarin", "ibuprofen", "misoprostol"}) == Indicator::warning);
  CHECK(of(pair_of("diclofenac", "warfarin", Severity::minor), {"warfarin", "diclofenac"}) == Indicator::info);
  CHECK(of(pair_of("digoxin", "cyclosporine", Severity::moderate), {}) == Indicator::warning);
  CHECK(of(pair_of("ibuprofen", "warfarin", Severity::critical), {"omeprazole"}) == Indicator::critical);
  CHECK(of(pair_of("warfarin", "aspirin", Severity::moderate), {}) == Indicator::info);
  core::Review stopped = taking({"omeprazole"});
  stopped.facts.front().stopped = true;
  CHECK(indicator_of(bleeding, stopped, belongs) == Indicator::critical);
}

TEST_CASE("a wrong row of the table of indicators is refused by its line", "[adapters][cds]") {
  const std::string columns = "one\tother\tfrom\ttaken\tindicator\tsource\n";
  for (const std::string row : {"a\tb\tmajor\t-\twarning\n", "a\tb\tgrave\t-\twarning\ts\n",
                                "a\tb\tmajor\t-\thard-stop\ts\n", "a\tb\tmajor\t-\twarning\t\n"}) {
    const auto read = parse_indicator_policy(columns + row, "file");
    REQUIRE_FALSE(read);
    CHECK(read.error().message.rfind("file:2: ", 0) == 0);
  }
  CHECK_FALSE(parse_indicator_policy("a\tb\n", "file"));
}
