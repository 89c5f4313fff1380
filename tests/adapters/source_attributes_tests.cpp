#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/adapters/service_calls.hpp"

namespace guardian::tests {
namespace {

// How many attributes 45 CFR 170.315(b)(11)(iv) has in each group: (A) has one list, (B) nine.
const std::map<std::string, int> evidence_based = {{"(iv)(A)", 13}};
const std::map<std::string, int> predictive = {{"(iv)(B)(1)", 4}, {"(iv)(B)(2)", 4}, {"(iv)(B)(3)", 2},
                                               {"(iv)(B)(4)", 4}, {"(iv)(B)(5)", 2}, {"(iv)(B)(6)", 4},
                                               {"(iv)(B)(7)", 5}, {"(iv)(B)(8)", 4}, {"(iv)(B)(9)", 2}};

}  // namespace

TEST_CASE("the source attributes of rules and agents are served, each of them answered", "[adapters][service]") {
  const auto service = service_of(demo_settings());
  const auto reply = service.call("GET", "/v1/source-attributes");
  REQUIRE(reply.status == 200);
  const Json document = Json::parse(reply.body);
  CHECK(document["format"] == "guardian-source-attributes/1");
  std::set<std::string> kinds;
  for (const Json& intervention : document["interventions"]) {
    const std::string kind = intervention.at("kind");
    CHECK(kinds.insert(kind).second);
    std::map<std::string, int> groups;
    std::set<std::string> paragraphs;
    for (const Json& attribute : intervention.at("attributes")) {
      const std::string paragraph = attribute.at("paragraph");
      INFO(paragraph);
      CHECK(paragraphs.insert(paragraph).second);
      ++groups[paragraph.substr(0, paragraph.rfind('('))];
      CHECK(document["answers"].contains(attribute.at("answer").get<std::string>()));
      CHECK(attribute.at("text").get<std::string>().size() > 4);
    }
    CHECK(groups == (kind == "predictive" ? predictive : evidence_based));
  }
  CHECK(kinds == std::set<std::string>{"evidence-based", "predictive"});
}

}  // namespace guardian::tests
