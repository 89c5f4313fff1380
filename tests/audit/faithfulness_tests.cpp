#include "audit/faithfulness.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iostream>
#include <stdexcept>

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using audit::Deletion;
using audit::DeletionProblem;
using audit::ItemSet;
using core::FaithfulnessVerdict;
using Json = nlohmann::json;

namespace {

// An engine of rules: the highest score of those all of whose items are kept.
struct Rules {
  std::vector<std::pair<ItemSet, double>> rules;

  double operator()(ItemSet kept) const {
    double best = 0.0;
    for (const auto& [wanted, score] : rules) {
      if ((wanted & ~kept) == 0) best = std::max(best, score);
    }
    return best;
  }
};

ItemSet bits(const Json& names, const std::vector<std::string>& items, std::vector<std::size_t>* order = nullptr) {
  ItemSet set = 0;
  for (const Json& name : names) {
    const auto at =
        static_cast<std::size_t>(std::find(items.begin(), items.end(), name.get<std::string>()) - items.begin());
    set |= ItemSet{1} << at;
    if (order != nullptr) order->push_back(at);
  }
  return set;
}

void check_vectors(const std::filesystem::path& file) {
  const Json vectors = Json::parse(tests::read_text(file));
  for (const Json& one : vectors.at("cases")) {
    DeletionProblem problem;
    problem.items = one.at("evidence").get<std::vector<std::string>>();
    Rules rules;
    for (const Json& rule : one.at("rules"))
      rules.rules.emplace_back(bits(rule.at("requires"), problem.items), rule.at("score").get<double>());
    problem.score = rules;
    Deletion deletion(problem);
    CHECK(*deletion.score(deletion.all()) == Approx(one.at("full_score").get<double>()));
    constexpr std::size_t top = 3;
    CHECK(*deletion.random_aopc(top) == Approx(one.at("aopc_top3_random_mean").get<double>()).margin(1e-9));
    CHECK(*deletion.best_aopc(top) == Approx(one.at("aopc_top3_max").get<double>()).margin(1e-9));
    std::vector<std::vector<std::string>> sets;
    const auto found = deletion.minimal_sets();
    REQUIRE(found.has_value());
    for (const auto& set : *found) {
      sets.emplace_back();
      for (const std::size_t item : set) sets.back().push_back(problem.items[item]);
    }
    auto wanted = one.at("minimal_sufficient_sets").get<std::vector<std::vector<std::string>>>();
    std::sort(wanted.begin(), wanted.end());
    std::sort(sets.begin(), sets.end());
    CHECK(sets == wanted);
    for (const auto& [name, explanation] : one.at("explanations").items()) {
      INFO(name);
      problem.cited.clear();
      bits(explanation.at("cited"), problem.items, &problem.cited);
      const auto result = audit::faithfulness(problem);
      CHECK(*result.comprehensiveness == Approx(explanation.at("comprehensiveness").get<double>()).margin(1e-9));
      CHECK(*result.sufficiency == Approx(explanation.at("sufficiency").get<double>()).margin(1e-9));
      CHECK(*result.precision == Approx(explanation.at("precision").get<double>()).margin(1e-9));
      // The reference goes on with what is not cited, in the order of the list.
      auto order = problem.cited;
      for (std::size_t i = 0; i < problem.items.size(); ++i) {
        if (std::find(order.begin(), order.end(), i) == order.end()) order.push_back(i);
      }
      CHECK(*deletion.aopc(order, top) == Approx(explanation.at("aopc_top3").get<double>()).margin(1e-9));
      for (const auto& [item, drop] : explanation.at("loo").items()) {
        const ItemSet gone = bits(Json::array({item}), problem.items);
        CHECK(*deletion.score(deletion.all()) - *deletion.score(deletion.all() & ~gone) ==
              Approx(drop.get<double>()).margin(1e-9));
      }
      if (name == "plausible_but_hollow") CHECK(result.verdict == FaithfulnessVerdict::hollow);
      if (name == "faithful") CHECK(result.verdict == FaithfulnessVerdict::faithful);
      if (name == "partial") CHECK(result.verdict != FaithfulnessVerdict::faithful);
    }
  }
}

DeletionProblem random_problem(Rules& rules, std::size_t items) {
  for (std::size_t i = *rc::gen::inRange<std::size_t>(1, 5); i > 0; --i) {
    const ItemSet wanted = *rc::gen::inRange<ItemSet>(1, ItemSet{1} << items);
    rules.rules.emplace_back(wanted, *rc::gen::inRange(1, 5) / 4.0);
  }
  DeletionProblem problem;
  for (std::size_t i = 0; i < items; ++i) problem.items.push_back("e" + std::to_string(i));
  problem.score = rules;
  return problem;
}

}  // namespace

TEST_CASE("deletion gives what the reference vectors say", "[audit][faithfulness]") {
  check_vectors(tests::source_folder() / "tests" / "audit" / "vectors" / "deletion.json");
}

TEST_CASE("deletion gives what all reference vectors say", "[audit][faithfulness][reference]") {
  if (tests::reference_folder().empty()) {
    std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR is not set)\n";
    return;
  }
  check_vectors(tests::reference_folder() / "vectors" / "trust" / "ext_deletion_a.json");
}

TEST_CASE("minimal sets bring the whole score, and nothing can be left out of them",
          "[audit][faithfulness][property]") {
  CHECK(rc::check([] {
    Rules rules;
    const auto items = *rc::gen::inRange<std::size_t>(2, 9);
    DeletionProblem problem = random_problem(rules, items);
    problem.most_runs = 100'000;
    Deletion deletion(problem);
    const auto found = deletion.minimal_sets();
    RC_ASSERT(found.has_value());
    std::vector<ItemSet> sets;
    for (const auto& set : *found) {
      ItemSet one = 0;
      for (const std::size_t item : set) one |= ItemSet{1} << item;
      sets.push_back(one);
    }
    // Against all sets there are.
    std::vector<ItemSet> expected;
    for (ItemSet one = 0; one <= deletion.all(); ++one) {
      if (rules(one) < rules(deletion.all())) continue;
      bool minimal = true;
      for (std::size_t i = 0; i < items; ++i) {
        const ItemSet item = ItemSet{1} << i;
        minimal = minimal && ((one & item) == 0 || rules(one & ~item) < rules(deletion.all()));
      }
      if (minimal && rules(deletion.all()) > 0.0) expected.push_back(one);
    }
    std::sort(sets.begin(), sets.end());
    RC_ASSERT(sets == expected);
  }));
}

TEST_CASE("no order of deletion does better than the best, and the score of a text lies between",
          "[audit][faithfulness][property]") {
  CHECK(rc::check([] {
    Rules rules;
    const auto items = *rc::gen::inRange<std::size_t>(2, 8);
    DeletionProblem problem = random_problem(rules, items);
    problem.most_runs = 100'000;
    const auto steps = *rc::gen::inRange<std::size_t>(1, std::min<std::size_t>(items, 5) + 1);
    std::vector<std::size_t> order(items);
    for (std::size_t i = 0; i < items; ++i) order[i] = i;
    for (std::size_t i = items - 1; i > 0; --i) std::swap(order[i], order[*rc::gen::inRange<std::size_t>(0, i + 1)]);
    problem.cited.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(steps));
    Deletion deletion(problem);
    RC_ASSERT(*deletion.aopc(order, steps) <= *deletion.best_aopc(steps) + 1e-12);
    const auto result = audit::faithfulness(problem);
    RC_ASSERT(*result.comprehensiveness >= 0.0);
    RC_ASSERT(*result.sufficiency >= 0.0);
    RC_ASSERT(!result.aopc || *result.aopc <= 1.0 + 1e-9);
    RC_ASSERT((result.verdict == FaithfulnessVerdict::hollow) ==
              (*result.comprehensiveness <= 1e-12 && rules(deletion.all()) > 0.0));
  }));
}

TEST_CASE("the engine is never asked more often than allowed, and what is not known is not assessed",
          "[audit][faithfulness]") {
  std::size_t asked = 0;
  DeletionProblem problem;
  for (int i = 0; i < 20; ++i) problem.items.push_back(std::to_string(i));
  problem.cited = {0, 1, 2};
  problem.most_runs = 10;
  problem.score = [&](ItemSet kept) {
    ++asked;
    return std::popcount(kept) >= 10 ? 1.0 : 0.0;
  };
  const auto result = audit::faithfulness(problem);
  CHECK(asked <= 10);
  CHECK(result.engine_runs == asked);
  CHECK_FALSE(result.aopc.has_value());
  CHECK(result.verdict != FaithfulnessVerdict::faithful);
}

TEST_CASE("a result whose absence makes a finding graver is marked", "[audit][faithfulness]") {
  DeletionProblem problem;
  problem.items = {"drug", "result"};
  problem.cited = {0};
  problem.unknown_items = {1};
  problem.score = [](ItemSet kept) { return (kept & 1U) == 0 ? 0.0 : (kept & 2U) == 0 ? 0.75 : 0.5; };
  CHECK(audit::faithfulness(problem).non_monotone);
}

TEST_CASE("where not to know a result makes a finding graver, its usual value gives the answer",
          "[audit][faithfulness]") {
  // A dose that is safe at this result, and unsafe where nobody knows it: only the drug is cited.
  DeletionProblem problem;
  problem.items = {"drug", "result"};
  problem.cited = {0, 1};
  problem.unknown_items = {1};
  problem.score = [](ItemSet kept) { return (kept & 1U) == 0 ? 0.0 : (kept & 2U) == 0 ? 1.0 : 0.5; };
  // The usual result is as good: the finding rests on the drug alone.
  problem.usual_score = [](ItemSet kept) { return (kept & 1U) == 0 ? 0.0 : 0.5; };
  const auto result = audit::faithfulness(problem);
  CHECK(result.non_monotone);
  CHECK(result.comprehensiveness == 0.5);
  CHECK(result.sufficiency == 0.0);
  CHECK(result.minimal_sets == std::vector<std::vector<std::string>>{{"drug"}});
  CHECK(result.precision == 0.5);
  CHECK(result.engine_runs <= 8);
  // Where not to know it changes nothing for the worse, usual values are not asked for.
  problem.score = [](ItemSet kept) { return (kept & 3U) == 3U ? 1.0 : 0.0; };
  problem.usual_score = [](ItemSet) -> double { throw std::logic_error("not to be asked"); };
  CHECK_FALSE(audit::faithfulness(problem).non_monotone);
}
