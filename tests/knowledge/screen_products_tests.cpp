#include <algorithm>
#include <catch2/catch.hpp>

#include "knowledge/screen.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

Screening screening_of(const std::vector<std::string>& texts) {
  core::Case subject;
  subject.id = "case";
  for (const std::string& text : texts) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(subject.medications.size());
    entry.text = text;
    subject.medications.push_back(std::move(entry));
  }
  auto screening = Screener(tests::shipped_knowledge()).screen(subject);
  REQUIRE(screening.has_value());
  return std::move(*screening);
}

auto interactions(const Screening& screening) {
  return std::count_if(screening.findings.begin(), screening.findings.end(),
                       [](const core::Finding& finding) { return finding.type == core::FindingType::drug_drug; });
}

}  // namespace

// Dextromethorphan with quinidine has a moderate rule; Nuedexta is the product of just these two.
TEST_CASE("a named combination leaves out what is below critical within it, its ingredients apart do not",
          "[knowledge][screen]") {
  const Screening product = screening_of({"Nuedexta 20/10 mg"});
  CHECK(interactions(product) == 0);
  REQUIRE(product.facts.size() == 2);
  CHECK(product.facts[0].fixed_product);
  CHECK(product.facts[1].fixed_product);
  CHECK(interactions(screening_of({"dextromethorphan 20 mg", "quinidine 10 mg"})) == 1);
  CHECK(interactions(screening_of({"Nuedexta 20/10 mg", "quinidine 200 mg"})) == 1);
}
