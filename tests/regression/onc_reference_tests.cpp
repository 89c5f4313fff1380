// The panel's high-priority pairs and its non-interruptive ones, read from reference data that is not part of the
// project (GUARDIAN_REFERENCE_DIR); without it these tests say that they skipped.

#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "knowledge/matcher.hpp"
#include "knowledge/resolver.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::Severity;

namespace {

struct ReferencePair {
  std::string first;
  std::string second;
  std::map<std::string, std::string> cells;  // by column
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  for (const char c : line) {
    if (c == '\t') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<ReferencePair> read_pairs(const std::string& name) {
  std::ifstream file(tests::reference_folder() / "data" / name);
  std::string line;
  std::getline(file, line);
  const auto columns = cells_of(line);
  std::vector<ReferencePair> pairs;
  while (std::getline(file, line)) {
    const auto cells = cells_of(line);
    ReferencePair pair{cells.at(0), cells.at(1), {}};
    for (std::size_t i = 0; i < std::min(columns.size(), cells.size()); ++i) pair.cells[columns[i]] = cells[i];
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

bool skipped() {
  if (!tests::reference_folder().empty()) return false;
  std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR is not set)\n";
  return true;
}

// The most severe finding of two names; nothing when one of them is not known.
struct Answer {
  bool known = true;
  std::optional<Severity> severity;
};

class PairScreen {
 public:
  PairScreen()
      : base_(*tests::shipped_knowledge()), matcher_(base_.graph(), base_.rules(), base_.lit(), base_.pairs()) {}

  Answer screen(const std::string& first, const std::string& second) {
    std::vector<knowledge::DrugFact> facts;
    for (const std::string& name : {first, second}) {
      const auto resolution = knowledge::resolve(base_, {name, {}, {}, {}});
      if (!resolution.resolved || resolution.interpretations.front().kind == knowledge::MatchKind::fuzzy) {
        unknown.insert(name);
        return {false, {}};
      }
      for (const auto ingredient : resolution.interpretations.front().ingredients) {
        facts.push_back(base_.bare_fact(ingredient));
        facts.back().source = static_cast<std::uint32_t>(facts.size());
      }
    }
    const auto& result = matcher_.match(facts);
    Answer answer;
    if (!result.findings.empty()) answer.severity = result.findings.front().severity;
    return answer;
  }

  std::set<std::string> unknown;

 private:
  const knowledge::KnowledgeBase& base_;
  knowledge::Matcher matcher_;
};

// Pairs that the panel would not interrupt for and that are critical here, each with its reason.
const std::map<std::pair<std::string, std::string>, std::string> critical_by_reason{
    {{"citalopram", "sotalol"}, "the European label contraindicates citalopram with class III antiarrhythmics"},
    {{"escitalopram", "sotalol"}, "the European label contraindicates escitalopram with class III antiarrhythmics"},
};

}  // namespace

TEST_CASE("every high-priority pair whose drugs are known gives the finding that the panel asks for",
          "[regression][reference]") {
  if (skipped()) return;
  const auto pairs = read_pairs("onc_high_priority.tsv");
  REQUIRE(pairs.size() > 1'000);
  PairScreen screen;
  std::size_t known = 0;
  for (const ReferencePair& pair : pairs) {
    const Answer answer = screen.screen(pair.first, pair.second);
    if (!answer.known) continue;
    ++known;
    // Two QT drugs: moderate or more, by their risk; every other class pair: major or more.
    const Severity wanted = pair.cells.at("onc_rule_no") == "21" ? Severity::moderate : Severity::major;
    INFO(pair.first << " + " << pair.second << ": " << (answer.severity ? to_string(*answer.severity) : "nothing"));
    CHECK((answer.severity && *answer.severity >= wanted));
  }
  std::cout << "high-priority pairs: " << known << " of " << pairs.size() << " known; drugs not known:";
  for (const std::string& name : screen.unknown) std::cout << ' ' << name << ';';
  std::cout << '\n';
  CHECK(known * 100 >= pairs.size() * 60);
}

TEST_CASE("no pair that the panel would not interrupt for is critical, but for the listed ones",
          "[regression][reference]") {
  if (skipped()) return;
  PairScreen screen;
  std::size_t known = 0;
  for (const ReferencePair& pair : read_pairs("onc_non_interruptive.tsv")) {
    const Answer answer = screen.screen(pair.first, pair.second);
    known += answer.known ? 1U : 0U;
    if (!answer.severity || critical_by_reason.count({pair.first, pair.second}) == 1) continue;
    INFO(pair.first << " + " << pair.second);
    CHECK(*answer.severity < Severity::critical);
  }
  std::cout << "non-interruptive pairs known: " << known << '\n';
  CHECK(known > 1'000);
}
