// Product names as RxNorm writes them, read from reference data that is not part of the project
// (GUARDIAN_REFERENCE_DIR); without it these tests say that they skipped. A product is covered when each of its
// ingredients is a known name; it is right when it resolves to what those names mean together, no more and no less.

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;

namespace {

using Ingredients = std::set<knowledge::IngredientIndex>;

struct ProductName {
  std::string name;
  std::vector<std::string> ingredients;
};

std::vector<ProductName> read_products() {
  std::ifstream file(tests::reference_folder() / "data" / "rxnorm_names.tsv");
  std::string line;
  std::getline(file, line);  // the header
  std::vector<ProductName> products;
  while (std::getline(file, line)) {
    const auto cells = knowledge::split(line, "\t");
    ProductName product{std::string(cells.at(1)), {}};
    for (const std::string_view one : knowledge::split(cells.at(4), " | ")) product.ingredients.emplace_back(one);
    products.push_back(std::move(product));
  }
  return products;
}

// What a text surely means; nothing when it is in doubt or was misspelt.
std::optional<Ingredients> meaning_of(const std::string& text) {
  const auto resolution = knowledge::resolve(*tests::shipped_knowledge(), {text, {}, {}, "US"});
  if (!resolution.resolved || resolution.interpretations.front().kind == knowledge::MatchKind::fuzzy)
    return std::nullopt;
  const auto& ingredients = resolution.interpretations.front().ingredients;
  return Ingredients(ingredients.begin(), ingredients.end());
}

class Names {
 public:
  // What the names mean together; nothing when one is not known.
  std::optional<Ingredients> together(const std::vector<std::string>& names) {
    Ingredients all;
    for (const std::string& name : names) {
      const auto at = known_.try_emplace(name).first;
      if (seen_.insert(name).second) at->second = meaning_of(name);
      if (!at->second) return std::nullopt;
      all.insert(at->second->begin(), at->second->end());
    }
    return all;
  }

 private:
  std::map<std::string, std::optional<Ingredients>> known_;
  std::set<std::string> seen_;
};

}  // namespace

TEST_CASE("product names resolve to exactly their ingredients", "[regression][reference]") {
  if (tests::reference_folder().empty()) {
    std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR is not set)\n";
    return;
  }
  const auto products = read_products();
  REQUIRE(products.size() > 10'000);
  Names names;
  std::size_t covered = 0;
  std::size_t right = 0;
  std::size_t unresolved = 0;
  for (const ProductName& product : products) {
    const auto wanted = names.together(product.ingredients);
    if (!wanted) continue;
    ++covered;
    const auto read = meaning_of(product.name);
    right += read == wanted ? 1U : 0U;
    unresolved += read ? 0U : 1U;
  }
  const auto percent = [](std::size_t part, std::size_t whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  std::cout << "product names: " << covered << " of " << products.size() << " covered ("
            << percent(covered, products.size()) << " %), " << right << " exact (" << percent(right, covered) << " %), "
            << unresolved << " not resolved, " << covered - right - unresolved << " otherwise\n";
  CHECK(percent(covered, products.size()) >= 93.0);
  CHECK(percent(right, covered) >= 99.5);
}
