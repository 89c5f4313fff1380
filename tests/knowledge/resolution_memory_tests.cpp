#include "knowledge/resolution_memory.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using knowledge::ResolutionMemory;
using knowledge::ResolveRequest;

namespace {

void check_as_resolver(const knowledge::Resolution& remembered, const ResolveRequest& request) {
  const knowledge::Resolution fresh = knowledge::resolve(*tests::shipped_knowledge(), request);
  CHECK(remembered.resolved == fresh.resolved);
  CHECK(remembered.reason == fresh.reason);
  CHECK(remembered.route == fresh.route);
  CHECK(remembered.dose == fresh.dose);
  CHECK(remembered.note == fresh.note);
  REQUIRE(remembered.interpretations.size() == fresh.interpretations.size());
  for (std::size_t i = 0; i < fresh.interpretations.size(); ++i) {
    CHECK(remembered.interpretations[i].name == fresh.interpretations[i].name);
    CHECK(remembered.interpretations[i].ingredients == fresh.interpretations[i].ingredients);
  }
}

}  // namespace

TEST_CASE("an order that was read before is read as the resolver reads it", "[knowledge][resolver]") {
  ResolutionMemory memory(*tests::shipped_knowledge());
  for (int turn = 0; turn < 2; ++turn) {
    for (const char* text : {"warfarin 5 mg daily", "Metoprolol Tartrate 50 MG Oral Tablet", "no such medicine", ""}) {
      const ResolveRequest request{text, {}, {}, "US"};
      check_as_resolver(*memory.resolve(request), request);
    }
  }
  CHECK(memory.size() == 4);
}

TEST_CASE("each part of an order decides what is remembered of it", "[knowledge][resolver]") {
  ResolutionMemory memory(*tests::shipped_knowledge());
  // The same bytes in a row, divided otherwise; and one brand that is another medicine elsewhere.
  for (const ResolveRequest& request :
       {ResolveRequest{"warfarin", "11289", "rxnorm", "US"}, ResolveRequest{"warfarin11289", {}, "rxnorm", "US"},
        ResolveRequest{"warfarin", "11289rxnorm", {}, "US"}, ResolveRequest{"Minipress", {}, {}, "US"},
        ResolveRequest{"Minipress", {}, {}, "AU"}}) {
    check_as_resolver(*memory.resolve(request), request);
  }
  CHECK(memory.size() == 5);
}

TEST_CASE("what is remembered of orders has a bound, and an answer outlives it", "[knowledge][resolver]") {
  ResolutionMemory memory(*tests::shipped_knowledge(), 2);
  const ResolveRequest first{"warfarin", {}, {}, "US"};
  const auto kept = memory.resolve(first);
  for (const char* text : {"aspirin", "ibuprofen", "metformin", "digoxin"}) {
    static_cast<void>(memory.resolve({text, {}, {}, "US"}));
    CHECK(memory.size() <= 2);
  }
  check_as_resolver(*kept, first);
  const std::size_t before = memory.size();
  const ResolveRequest long_text{"warfarin " + std::string(600, 'x'), {}, {}, "US"};
  check_as_resolver(*memory.resolve(long_text), long_text);
  CHECK(memory.size() == before);
}
