// Instances with a brute-forced optimum from outside the project (GUARDIAN_REFERENCE_DIR); without it this test says
// that it skipped.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "knowledge/regimen_search.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;
using Json = nlohmann::json;

TEST_CASE("the regimen search finds the optimum of the reference instances", "[regression][plan]") {
  const auto file = tests::reference_folder() / "vectors" / "trust" / "ext_regimen_a.json";
  if (tests::reference_folder().empty() || !std::filesystem::exists(file)) {
    std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR has no vectors/trust/ext_regimen_a.json)\n";
    return;
  }
  std::ifstream stream(file);
  const Json document = Json::parse(stream);
  std::size_t instances = 0;
  for (const Json& instance : document["instances"]) {
    ++instances;
    INFO("instance " << instances);
    RegimenProblem problem;
    std::vector<std::vector<std::string>> ids;  // by medicine, sorted: the order of ties
    for (const Json& drug : instance["drugs"]) {
      std::vector<std::pair<std::string, double>> options;
      for (const Json& option : drug["options"])
        options.emplace_back(option["id"].get<std::string>(), option["cost"].get<double>());
      std::sort(options.begin(), options.end());
      ids.emplace_back();
      problem.medicines.emplace_back();
      for (const auto& [id, cost] : options) {
        ids.back().push_back(id);
        problem.medicines.back().push_back({cost, id != "keep", id == "stop", 0});
      }
    }
    const auto choice = [&](const Json& medicine, const Json& id) {
      const auto number = medicine.get<std::uint32_t>();
      const auto found = std::find(ids[number].begin(), ids[number].end(), id.get<std::string>());
      REQUIRE(found != ids[number].end());
      return RegimenChoice{number, option_bit(static_cast<std::size_t>(found - ids[number].begin()))};
    };
    for (const Json& single : instance["forbidden_single"]) problem.no_goods.push_back({choice(single[0], single[1])});
    for (const Json& pair : instance["forbidden_pair"])
      problem.no_goods.push_back({choice(pair[0], pair[1]), choice(pair[2], pair[3])});

    const RegimenAnswer answer = search_regimen(problem);
    CHECK(answer.proven);
    const Json& optimum = instance["optimum"];
    REQUIRE(answer.solutions.empty() == !optimum["feasible"].get<bool>());
    if (answer.solutions.empty()) continue;
    CHECK(std::abs(answer.solutions.front().cost - optimum["cost"].get<double>()) < 1e-9);
    std::vector<std::string> plan;
    for (std::uint32_t m = 0; m < ids.size(); ++m) plan.push_back(ids[m][answer.solutions.front().options[m]]);
    CHECK(plan == optimum["plan"].get<std::vector<std::string>>());
    RegimenLimits any;
    any.any = true;
    const RegimenAnswer first = search_regimen(problem, any);
    REQUIRE(first.solutions.size() == 1);
    CHECK(std::abs(first.solutions.front().cost - answer.solutions.front().cost) < 1e-9);
  }
  CHECK(instances >= 10);
}
