// An import adds: it puts nothing upon our rules and takes nothing away, whatever reads its files.

#include <catch2/catch.hpp>

#include "knowledge/source_guard.hpp"
#include "knowledge/store.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

TEST_CASE("an import can put no exception, modifier or washout upon our rules and change none of them", "[hospital]") {
  auto store = Store::open(tests::shipped_file());
  REQUIRE(store.has_value());
  const auto before = store->seed();
  REQUIRE(before.has_value());
  CHECK(unguarded_changes(*before, *before, "MERCY").empty());
  const std::string rule = before->table("rules").rows().front().cells[0];
  const auto with = [&](std::string_view table, std::vector<std::string> cells) {
    Seed after = *before;
    after.table(table).rows().push_back({std::move(cells), "made.tsv", 1});
    return unguarded_changes(*before, after, "MERCY").size();
  };
  CHECK(with("exceptions", {rule, "case", "aspirin", "", "because", ""}) == 1);
  CHECK(with("modifiers", {rule, "-1", "case", "aspirin", "", "because", ""}) == 1);
  CHECK(with("washouts", {rule, "a", "0", ""}) == 1);
  CHECK(with("ingredients", {"inventol", "drug", "", "", "", "", ""}) == 1);
  CHECK(with("class_parents", {"ssri", "other"}) == 1);
  CHECK(with("members", {"aspirin", "ssri", ""}) == 1);               // of a class that is not its own
  CHECK(with("rule_sources", {rule, "OTHER", "minor", "x:1"}) == 1);  // for another source
  CHECK(with("rules", {"NEW", "drug-drug", "minor", "", "", "", "", "", "", "", "", "", ""}) == 1);  // of no source

  Seed weaker = *before;
  weaker.table("rules").rows().front().cells[2] = "minor";
  CHECK(unguarded_changes(*before, weaker, "MERCY").size() == 2);  // gone as it was, and new without a source
  Seed shorter = *before;
  shorter.table("rules").rows().pop_back();
  CHECK(unguarded_changes(*before, shorter, "MERCY").size() == 1);
}
