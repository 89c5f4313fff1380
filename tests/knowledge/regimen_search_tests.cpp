// The exact search for the cheapest regimen, against plain enumeration.

#include <algorithm>
#include <cmath>
#include <optional>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/regimen_search.hpp"

using namespace guardian::knowledge;

namespace {

RegimenOption keep() { return {0.0, false, false, 0}; }
RegimenOption change(double cost) { return {cost, true, false, 0}; }
RegimenOption stop(double cost) { return {cost, true, true, 0}; }
RegimenChoice choice(std::uint32_t medicine, std::size_t option) { return {medicine, option_bit(option)}; }

bool is_allowed(const RegimenProblem& problem, const std::vector<std::uint32_t>& options) {
  return std::none_of(problem.no_goods.begin(), problem.no_goods.end(), [&](const NoGood& no_good) {
    return std::all_of(no_good.begin(), no_good.end(), [&](const RegimenChoice& one) {
      return (one.options & option_bit(options[one.medicine])) != 0;
    });
  });
}

// All allowed choices, best first.
std::vector<RegimenSolution> enumerated(const RegimenProblem& problem) {
  std::vector<RegimenSolution> all;
  const auto rank = [&](const RegimenSolution& solution) {
    std::uint32_t sum = 0;
    for (std::size_t m = 0; m < solution.options.size(); ++m) sum += problem.medicines[m][solution.options[m]].rank;
    return sum;
  };
  std::vector<std::uint32_t> options(problem.medicines.size(), 0);
  for (;;) {
    if (is_allowed(problem, options)) {
      RegimenSolution solution{0.0, 0, 0, options};
      for (std::size_t i = 0; i < options.size(); ++i) {
        const RegimenOption& option = problem.medicines[i][options[i]];
        solution.cost += option.cost;
        solution.changes += option.changes ? 1 : 0;
        solution.stops += option.stops ? 1 : 0;
      }
      all.push_back(std::move(solution));
    }
    std::size_t at = 0;
    while (at < options.size() && ++options[at] == problem.medicines[at].size()) options[at++] = 0;
    if (at == options.size()) break;
  }
  std::sort(all.begin(), all.end(), [&](const RegimenSolution& left, const RegimenSolution& right) {
    if (std::abs(left.cost - right.cost) > 1e-9) return left.cost < right.cost;
    return std::tuple(left.changes, left.stops, rank(left), left.options) <
           std::tuple(right.changes, right.stops, rank(right), right.options);
  });
  return all;
}

RegimenProblem arbitrary_problem() {
  RegimenProblem problem;
  const int medicines = *rc::gen::inRange(1, 6);
  for (int m = 0; m < medicines; ++m) {
    std::vector<RegimenOption> options{keep()};
    for (int o = *rc::gen::inRange(0, 4); o > 0; --o) {
      const double cost = *rc::gen::inRange(0, 31) / 10.0;
      options.push_back(*rc::gen::arbitrary<bool>() ? change(cost) : stop(cost));
      options.back().rank = *rc::gen::inRange(0U, 4U);
    }
    problem.medicines.push_back(std::move(options));
  }
  for (int n = *rc::gen::inRange(0, 12); n > 0; --n) {
    NoGood no_good;
    for (std::uint32_t m = 0; m < problem.medicines.size(); ++m) {
      if (!*rc::gen::arbitrary<bool>()) continue;
      const OptionMask all = option_bit(problem.medicines[m].size()) - 1;
      no_good.push_back({m, *rc::gen::inRange<OptionMask>(1, all + 1)});
    }
    if (!no_good.empty()) problem.no_goods.push_back(std::move(no_good));
  }
  return problem;
}

}  // namespace

TEST_CASE("a regimen without conflicts is kept as it is", "[knowledge][plan]") {
  const RegimenAnswer answer = search_regimen({{{keep(), stop(1.0)}, {keep(), change(0.6)}}, {}});
  REQUIRE_FALSE(answer.solutions.empty());
  CHECK(answer.solutions.front() == RegimenSolution{0.0, 0, 0, {0, 0}});
  CHECK(answer.proven);
}

TEST_CASE("the cheapest side of a conflict gives way", "[knowledge][plan]") {
  const RegimenProblem problem{{{keep(), stop(3.0)}, {keep(), change(1.0)}}, {{choice(0, 0), choice(1, 0)}}};
  const RegimenAnswer answer = search_regimen(problem);
  REQUIRE(answer.solutions.size() == 1);
  CHECK(answer.solutions.front() == RegimenSolution{1.0, 1, 0, {0, 1}});
  CHECK(answer.lower_bound == 1.0);
}

TEST_CASE("a problem without a solution has none", "[knowledge][plan]") {
  const RegimenProblem problem{{{keep()}, {keep(), stop(1.0)}}, {{choice(0, 0)}}};
  CHECK(search_regimen(problem).solutions.empty());
}

TEST_CASE("no medicines need no change", "[knowledge][plan]") {
  const RegimenAnswer answer = search_regimen({});
  REQUIRE(answer.solutions.size() == 1);
  CHECK(answer.solutions.front().options.empty());
}

TEST_CASE("of equal costs fewer changes come first, then fewer stops", "[knowledge][plan]") {
  const RegimenProblem problem{{{keep(), change(0.5), stop(1.0)}, {keep(), change(0.5), change(1.0)}},
                               {{choice(0, 0), choice(1, 0)}}};
  const RegimenAnswer answer = search_regimen(problem);
  REQUIRE(answer.solutions.size() == 3);
  CHECK(answer.solutions[0].options == std::vector<std::uint32_t>{0, 1});
  CHECK(answer.solutions[1].options == std::vector<std::uint32_t>{1, 0});
  CHECK(answer.solutions[2].options == std::vector<std::uint32_t>{0, 2});
}

TEST_CASE("a search that reaches its limit says that it proves nothing", "[knowledge][plan]") {
  RegimenProblem problem;
  for (std::uint32_t m = 0; m < 12; ++m) {
    problem.medicines.push_back({keep(), change(1.0), stop(1.0)});
    if (m > 0) problem.no_goods.push_back({choice(m - 1, 0), choice(m, 0)});
  }
  const RegimenAnswer answer = search_regimen(problem, {3, 0.5, 5});
  CHECK_FALSE(answer.proven);
  CHECK(answer.lower_bound <= 6.0);
}

TEST_CASE("the search finds what enumeration finds, in the same order", "[knowledge][plan]") {
  CHECK(rc::check([] {
    const RegimenProblem problem = arbitrary_problem();
    const RegimenAnswer answer = search_regimen(problem);
    const auto all = enumerated(problem);
    RC_ASSERT(answer.proven);
    std::size_t expected = 0;
    while (expected < all.size() && expected < 3 && all[expected].cost <= all.front().cost + 0.5 + 1e-9) ++expected;
    RC_ASSERT(answer.solutions.size() == expected);
    for (std::size_t i = 0; i < expected; ++i) {
      RC_ASSERT(std::abs(answer.solutions[i].cost - all[i].cost) < 1e-9);
      RC_ASSERT(answer.solutions[i].options == all[i].options);
    }
  }));
}
