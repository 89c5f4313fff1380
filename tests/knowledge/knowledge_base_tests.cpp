#include "knowledge/knowledge_base.hpp"

#include <atomic>
#include <cmath>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/knowledge/small_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

TEST_CASE("a medicine of which only the name is known is taken by its usual route", "[knowledge][knowledge_base]") {
  const tests::SmallKnowledge small(std::vector<tests::RuleRow>{});
  const DrugFact oral = small.drug("fluoxetine");
  CHECK(small.base().route_name(oral.route) == "oral");
  CHECK(oral.exposure == core::Exposure::systemic);
  CHECK(oral.washout_days == 35.0);
  CHECK_FALSE(oral.stopped);
  CHECK(std::isnan(oral.daily_mg));
  const DrugFact unknown = small.drug("aspirin");
  CHECK(unknown.route == 0);
  CHECK(unknown.exposure == core::Exposure::systemic);
  CHECK(std::isnan(unknown.washout_days));
}

TEST_CASE("each route has a bit of its own", "[knowledge][knowledge_base]") {
  const auto& base = *tests::shipped_knowledge();
  RouteMask seen = 0;
  for (const RouteRow& row : base.tables().routes) {
    const RouteMask bit = base.route_bit(row.route);
    CHECK(bit != 0);
    CHECK((seen & bit) == 0);
    CHECK(base.route_name(bit) == row.route);
    seen |= bit;
  }
  CHECK(base.route_bit("by ear") == 0);
  CHECK(base.route_bit("") == 0);
  CHECK(base.route_name(0).empty());
}

TEST_CASE("a usual route that is local makes a bare name local", "[knowledge][knowledge_base]") {
  auto tables = tests::small_tables({});
  tables["ingredients"] += "\ntimolol\tdrug\t\t\tophthalmic\t\t\ntravoprost\tdrug\t\t\tophthalmic\t\t";
  tables["exposures"] = "timolol\tophthalmic\tsystemic\tref\t";
  const auto small = tests::SmallKnowledge::of(tables);
  CHECK(small.drug("timolol").exposure == core::Exposure::systemic);
  CHECK(small.drug("travoprost").exposure == core::Exposure::local);
}

TEST_CASE("the texts of an inferred rule are found for targets with hyphens and common beginnings",
          "[knowledge][knowledge_base]") {
  auto tables = tests::small_tables({}, {}, {{"inh", "major"}});
  tables["targets"] = "CYP3A4\tenzyme\tCYP3A4\nP\ttransporter\tP\nP-gp\ttransporter\tP-gp";
  tables["template_targets"] = "inh\tCYP3A4\ninh\tP\ninh\tP-gp";
  const auto small = tests::SmallKnowledge::of(tables);
  REQUIRE(small.base().rules().size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto rule = static_cast<RuleIndex>(i);
    const auto texts = small.base().texts(rule);
    REQUIRE(texts.has_value());
    const std::string id(small.base().rules().id(rule));
    CHECK(texts->mechanism == "{precipitant} blocks " + id.substr(4, id.size() - 8) + ".");
  }
}

TEST_CASE("several threads read texts of one knowledge base", "[knowledge][knowledge_base]") {
  const auto base = tests::shipped_knowledge();
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (std::uint32_t start = 0; start < 4; ++start) {
    threads.emplace_back([&, start] {
      for (std::uint32_t i = start; i < base->rules().size(); i += 37) {
        const auto texts = base->texts(static_cast<RuleIndex>(i));
        if (!texts || texts->evidence.empty()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
}
