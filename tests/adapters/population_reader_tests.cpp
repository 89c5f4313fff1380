#include "adapters/json/population_reader.hpp"

#include <catch2/catch.hpp>

#include "adapters/json/json_value.hpp"

using namespace guardian;

namespace {

core::Result<audit::population::Population> read(std::string_view text) {
  const auto document = adapters::parse_json(text);
  REQUIRE(document.value);
  return adapters::read_population(*document.value->object());
}

}  // namespace

TEST_CASE("a probability alone stands for both labels, the more probable one is predicted", "[adapters][population]") {
  const auto population = read(R"({"y_true":[0,1,1],"y_prob":[0.25,0.75,0.5]})");
  REQUIRE(population.has_value());
  CHECK(population->predicted == std::vector<int>{0, 1, 0});
}

TEST_CASE("probabilities that are no numbers are named, whatever else stands among them", "[adapters][population]") {
  for (const std::string_view wrong : {R"({"y_prob":["",[0.4,0.1],[2.2,0.8]]})", R"({"y_prob":[0.5,"x"]})",
                                       R"({"y_prob":[[0.4,0.6],0.5]})", R"({"y_prob":[[0.4],[0.4,0.6]]})"}) {
    const auto population = read(wrong);
    REQUIRE_FALSE(population.has_value());
    CHECK(population.error().message.find("/y_prob") != std::string::npos);
  }
}
