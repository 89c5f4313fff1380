// Misspellings of the commonest names, and words that are no medicines, against the shipped knowledge base.
//
// A misspelling is right when
//   - it is accepted, as exactly the ingredients that were meant; or
//   - nothing is accepted and the medicine that was meant is the first that is offered; or
//   - nothing is accepted, it is offered, and the name of another drug is at the same or a smaller distance.
// It is wrongly accepted when it is read as other ingredients though no name of these is closer to what is written than
// the name that was meant: of this there is none. Read as a name that is closer (two slips may write "Tiova" for
// "Diovan"), it is not right either.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/misspelling.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/spelling.hpp"
#include "knowledge/store.hpp"
#include "knowledge/text.hpp"
#include "tests/support/misspellings.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::knowledge;

namespace {

using Names = std::vector<std::string>;

struct CommonName {
  std::string name;  // normalised
  Names ingredients;
};

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream stream(tests::source_folder() / "tests" / "regression" / file);
  REQUIRE(stream.good());
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  return lines;
}

std::vector<CommonName> common_names() {
  std::vector<CommonName> names;
  for (const std::string& line : lines_of("common_names.tsv")) {
    if (line == "name\tingredients") continue;
    const auto cells = split(line, "\t");
    CommonName name{normalised_name(cells.at(0)), {}};
    for (const std::string_view part : split(cells.at(1), "+")) name.ingredients.emplace_back(part);
    std::sort(name.ingredients.begin(), name.ingredients.end());
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> not_medicines() {
  std::vector<std::string> words;
  for (const std::string& line : lines_of("not_medicines.txt")) {
    for (const std::string_view word : split(line, " ")) words.emplace_back(word);
  }
  return words;
}

const KnowledgeBase& base() { return *tests::shipped_knowledge(); }

Names names_of(const std::vector<IngredientIndex>& ingredients) {
  Names names;
  for (const IngredientIndex one : ingredients) names.push_back(base().graph().ingredient_name(one));
  std::sort(names.begin(), names.end());
  return names;
}

Resolution read(const std::string& text) { return resolve(base(), {text, {}, {}, "US"}); }

// All misspellings that --deep asks for, else a sample.
std::size_t misspellings_of_a_name() {
  const char* parameters = std::getenv("RC_PARAMS");
  return parameters != nullptr && std::string_view(parameters).find("max_success=2000") != std::string_view::npos ? 40
                                                                                                                  : 3;
}

// How far the nearest name of other ingredients is from `text`; 3 when it is further than two.
int distance_of_another(const std::string& text, const Names& meant) {
  const auto is_other = [&](std::string_view key) {
    const auto entries = base().names().find(key);
    return !entries.empty() && std::none_of(entries.begin(), entries.end(), [&](const NameEntry& entry) {
      return names_of(entry.ingredients) == meant;
    });
  };
  if (is_other(text)) return 0;
  for (const NearName& near : base().names().near(text, 2)) {
    if (is_other(near.key)) return near.distance;
  }
  return 3;
}

struct Score {
  std::size_t all = 0;
  std::size_t accepted = 0;
  std::size_t right = 0;
  std::size_t closer = 0;          // read as a name that is closer
  std::vector<std::string> wrong;  // read as one that is not
  double microseconds = 0.0;
};

double percent(std::size_t part, std::size_t all) {
  return all == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

void count(Score& score, const std::string& order, const std::string& misspelt, int edits, const Names& meant) {
  const auto start = std::chrono::steady_clock::now();
  const Resolution resolution = read(order);
  score.microseconds += std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  ++score.all;
  const auto& offered = resolution.interpretations;
  const auto is_meant = [&](const Interpretation& one) { return names_of(one.ingredients) == meant; };
  if (resolution.resolved) {
    if (is_meant(offered.front())) {
      ++score.accepted;
      ++score.right;
    } else if (distance_of_another(misspelt, meant) < edits) {
      ++score.closer;
    } else {
      score.wrong.push_back(order + " -> " + offered.front().name);
    }
    return;
  }
  const auto at = std::find_if(offered.begin(), offered.end(), is_meant);
  if (at == offered.end()) return;
  if (at == offered.begin() || distance_of_another(misspelt, meant) <= edits) ++score.right;
}

void print(const std::string& what, const Score& score) {
  std::ostringstream line;
  line << std::fixed << std::setprecision(1) << what << ": " << score.all << " cases, right "
       << percent(score.right, score.all) << "%, of them accepted " << percent(score.accepted, score.all)
       << "%, read as a closer name " << std::setprecision(2) << percent(score.closer, score.all)
       << "%, wrongly accepted " << score.wrong.size() << "; " << std::setprecision(0)
       << score.microseconds / static_cast<double>(std::max<std::size_t>(score.all, 1)) << " us each\n";
  std::cout << line.str();
}

void check(const Score& score, double least_right, double least_accepted, double most_closer) {
  INFO("wrongly accepted: " << joined(score.wrong, "; "));
  CHECK(score.wrong.empty());
  CHECK(percent(score.right, score.all) >= least_right);
  CHECK(percent(score.accepted, score.all) >= least_accepted);
  CHECK(percent(score.closer, score.all) <= most_closer);
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

TEST_CASE("the commonest names are known as they stand", "[regression][misspelling]") {
  const auto names = common_names();
  CHECK(names.size() >= 600);
  for (const CommonName& name : names) {
    INFO(name.name);
    const Resolution resolution = read(name.name);
    REQUIRE(resolution.resolved);
    CHECK(resolution.interpretations.front().kind != MatchKind::fuzzy);
    CHECK(names_of(resolution.interpretations.front().ingredients) == name.ingredients);
  }
}

TEST_CASE("a misspelt common name is read or offered, and never read as another", "[regression][misspelling]") {
  tests::SlipSource source(20261122);
  for (const int edits : {1, 2}) {
    Score score;
    for (const CommonName& name : common_names()) {
      for (const tests::Misspelling& one : tests::misspellings(name.name, edits, misspellings_of_a_name(), source)) {
        if (base().names().find(one.text).empty()) count(score, one.text, one.text, edits, name.ingredients);
      }
    }
    print(edits == 1 ? "one edit" : "two edits", score);
    check(score, edits == 1 ? 98.0 : 92.0, edits == 1 ? 85.0 : 28.0, edits == 1 ? 0.0 : 0.5);
  }
}

TEST_CASE("a misspelt name in an order is read or offered, and never read as another", "[regression][misspelling]") {
  constexpr std::array<std::string_view, 6> orders{
      "@ 500mg bid",      "@ 10", "@ 20 MG PO DAILY.", "@ 5 mg po qhs prn", "  @   2 tabs q8h x 5 days",
      "Take @ once daily"};
  constexpr std::array<std::string_view, 3> salts{"hydrochloride", "sodium", "tartrate"};
  tests::SlipSource source(7);
  Score score;
  for (const CommonName& name : common_names()) {
    for (const tests::Misspelling& one : tests::misspellings(name.name, 1, 2, source)) {
      if (!base().names().find(one.text).empty()) continue;
      std::string order(orders[source.below(orders.size())]);
      const bool generic = name.ingredients == Names{name.name};
      const std::string salt = generic && source.below(4) == 0 ? " " + std::string(salts[source.below(3)]) : "";
      order.replace(order.find('@'), 1, one.text + salt);
      count(score, source.below(3) == 0 ? upper_case(order) : order, one.text, 1, name.ingredients);
    }
  }
  print("one edit, in an order", score);
  check(score, 96.0, 80.0, 0.0);
}

TEST_CASE("a word that names no medicine is never read as one", "[regression][misspelling]") {
  const auto words = not_medicines();
  CHECK(words.size() >= 400);
  for (const std::string& word : words) {
    for (const std::string& text : {word, word + " 20 mg daily", upper_case(word)}) {
      INFO(text);
      const Resolution resolution = read(text);
      CHECK_FALSE(resolution.resolved);
    }
  }
  std::cout << words.size() << " words that name no medicine: none is read as one\n";
}

TEST_CASE("a misspelt word is read as part of the long name around it", "[regression][misspelling]") {
  for (const std::string text : {"calcium, magnesium, potassinm, and sodium oxybates daily",
                                 "Calcium, Magnesium, Potasium, and Sodium Oxybates 4.5 g nightly"}) {
    INFO(text);
    const Resolution resolution = read(text);
    REQUIRE(resolution.resolved);
    CHECK(names_of(resolution.interpretations.front().ingredients) == Names{"sodium oxybate"});
  }
}

TEST_CASE("what lies between two names that are mixed up is read as neither", "[regression][misspelling]") {
  auto store = Store::open(tests::shipped_file());
  REQUIRE(store);
  const auto tables = store->tables();
  REQUIRE(tables);
  tests::SlipSource source(11);
  std::size_t cases = 0;
  for (const auto& [one, other] : tables->lookalikes) {
    const std::string name = normalised_name(one);
    const std::string mixed_up = normalised_name(other);
    if (meaning_of(base().names().find(name)) == meaning_of(base().names().find(mixed_up))) continue;
    for (const tests::Misspelling& written : tests::misspellings(name, 1, 3, source)) {
      const Correction correction = correct_spelling(base().names(), written.text);
      const int far = spelling_distance(written.text, mixed_up, 3);
      INFO(written.text << ", of " << one << ", mixed up with " << other);
      if (far > 2 || !base().names().find(written.text).empty()) continue;
      ++cases;
      CHECK_FALSE((correction.accepted && correction.accepted->key == mixed_up));
      CHECK_FALSE((correction.accepted && correction.accepted->key == name));
    }
  }
  CHECK(cases > 20);
}

TEST_CASE("nothing is read as a name when the name of another drug is as near", "[regression][misspelling][property]") {
  auto store = Store::open(tests::shipped_file());
  REQUIRE(store);
  const auto tables = store->tables();
  REQUIRE(tables);
  std::vector<std::string> keys;
  for (const NameRow& row : tables->names) {
    if (row.kind != "abbreviation") keys.push_back(normalised_name(row.name));
  }
  for (const std::string& name : tables->concepts.ingredients) keys.push_back(normalised_name(name));
  CHECK(rc::check("the nearest name of another drug is further off", [&] {
    tests::SlipSource source(*rc::gen::arbitrary<std::uint64_t>());
    const auto made =
        tests::misspellings(keys[source.below(keys.size())], 1 + static_cast<int>(source.below(2)), 4, source);
    for (const tests::Misspelling& one : made) {
      const Correction correction = correct_spelling(base().names(), one.text);
      if (!correction.accepted) continue;
      const Meaning meaning = meaning_of(base().names().find(correction.accepted->key));
      for (const std::string& key : keys) {
        if (key.size() < 5 || spelling_distance(key, one.text, 2) > correction.accepted->distance) continue;
        RC_ASSERT(meaning_of(base().names().find(key)) == meaning);
      }
    }
  }));
}

TEST_CASE("letter case and blanks change nothing of a misspelling", "[regression][misspelling][property]") {
  const auto names = common_names();
  CHECK(rc::check("the same is read and offered", [&] {
    tests::SlipSource source(*rc::gen::arbitrary<std::uint64_t>());
    const CommonName& name = names[source.below(names.size())];
    for (const tests::Misspelling& one :
         tests::misspellings(name.name, 1 + static_cast<int>(source.below(2)), 1, source)) {
      const Resolution plain = read(one.text);
      std::string blanks = "  " + upper_case(one.text) + "\t ";
      const Resolution other = read(blanks);
      RC_ASSERT(plain.resolved == other.resolved);
      RC_ASSERT(plain.interpretations.size() == other.interpretations.size());
      for (std::size_t i = 0; i < plain.interpretations.size(); ++i)
        RC_ASSERT(plain.interpretations[i].name == other.interpretations[i].name);
    }
  }));
}

// What happens to a drug that the knowledge base lacks: a tenth of the ingredients are taken out with all their names,
// and these names are asked for. Ten times, until every drug was the one that is lacking.
TEST_CASE("a drug that is not known is hardly ever read as another", "[regression][misspelling]") {
  auto store = Store::open(tests::shipped_file());
  REQUIRE(store);
  const auto tables = store->tables();
  REQUIRE(tables);
  constexpr std::size_t folds = 10;
  std::size_t asked = 0;
  std::size_t accepted = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    KnowledgeTables rest = *tables;
    rest.concepts = {};
    rest.ingredients.clear();
    rest.names.clear();
    std::set<std::string> lacking;
    std::set<std::string> names;
    for (std::size_t i = 0; i < tables->concepts.ingredients.size(); ++i) {
      const std::string& ingredient = tables->concepts.ingredients[i];
      if (i % folds == fold) {
        lacking.insert(ingredient);
        names.insert(normalised_name(ingredient));
      } else {
        rest.concepts.ingredients.push_back(ingredient);
        rest.ingredients.push_back(tables->ingredients[i]);
      }
    }
    for (const NameRow& row : tables->names) {
      const bool lacks = std::any_of(row.ingredients.begin(), row.ingredients.end(),
                                     [&](const std::string& one) { return lacking.contains(one); });
      if (!lacks) {
        rest.names.push_back(row);
      } else if (row.kind == "brand" || row.kind == "synonym") {
        names.insert(normalised_name(row.name));
      }
    }
    const auto graph = ConceptGraph::build(rest.concepts);
    REQUIRE(graph);
    const NameIndex index = NameIndex::build(rest, *graph);
    for (const std::string& name : names) {
      if (!index.find(name).empty()) continue;
      ++asked;
      if (correct_spelling(index, name).accepted) ++accepted;
    }
  }
  std::cout << asked << " names of drugs that are lacking: " << accepted << " are read as another\n";
  CHECK(asked > 5000);
  CHECK(percent(accepted, asked) <= 1.0);
}
