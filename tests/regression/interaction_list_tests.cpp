// A pharmacist's two lists: pairs that must be found, and pairs that must stay quiet. Names as a ward writes them, so
// that reading a name, screening and the decision are tested together.

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "core/case.hpp"
#include "knowledge/resolver.hpp"
#include "runtime/reviewer.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::Severity;

namespace {

struct ListedPair {
  std::size_t line = 0;
  std::string first;
  std::string second;
  Severity bound = Severity::minor;
  std::string source;
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  for (const char c : line) {
    if (c == '\t') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

// The rows of a list, whose third column is called `bound`.
std::vector<ListedPair> read_list(const std::string& name, const std::string& bound) {
  std::ifstream file(tests::source_folder() / "tests" / "regression" / name);
  if (!file) FAIL("no file " << name);
  std::vector<ListedPair> pairs;
  std::string text;
  bool header_seen = false;
  for (std::size_t line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text.front() == '#') continue;
    const auto cells = cells_of(text);
    if (!header_seen) {
      REQUIRE(cells == std::vector<std::string>{"first", "second", bound, "source", "note"});
      header_seen = true;
      continue;
    }
    INFO(name << ":" << line);
    REQUIRE(cells.size() == 5);
    const auto severity = core::parse_severity(cells[2]);
    REQUIRE(severity);
    pairs.push_back({line, cells[0], cells[1], *severity, cells[3]});
  }
  return pairs;
}

struct Answer {
  std::string not_read;  // the name that was not resolved, with the reason
  std::optional<Severity> severity;
  std::string rules;
};

class PairReview {
 public:
  PairReview() : base_(tests::shipped_knowledge()), reviewer_(base_) {}

  Answer of(const ListedPair& pair) {
    Answer answer;
    core::Case subject;
    subject.id = "pair";
    subject.as_of = "2026-11-02T08:00:00Z";
    for (const std::string& name : {pair.first, pair.second}) {
      const auto resolution = knowledge::resolve(*base_, {name, {}, {}, {}});
      if (!resolution.resolved) answer.not_read += name + ": " + resolution.reason + "; ";
      core::MedicationEntry entry;
      entry.element = "/medications/" + std::to_string(subject.medications.size());
      entry.text = name;
      subject.medications.push_back(std::move(entry));
    }
    if (!answer.not_read.empty()) return answer;
    const auto review = reviewer_.review(std::move(subject));
    if (!review) {
      answer.not_read = review.error().message;
      return answer;
    }
    for (const core::Finding& finding : review->findings) {
      if (answer.severity && *answer.severity >= finding.severity) continue;
      answer.severity = finding.severity;
      answer.rules.clear();
      for (const std::string& rule : finding.rules) answer.rules += (answer.rules.empty() ? "" : ", ") + rule;
    }
    return answer;
  }

 private:
  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  runtime::Reviewer reviewer_;
};

std::string shown(const ListedPair& pair, const Answer& answer) {
  std::string text =
      "line " + std::to_string(pair.line) + ": " + pair.first + " + " + pair.second + " (" + pair.source + "): ";
  if (!answer.not_read.empty()) return text + "not read: " + answer.not_read;
  if (!answer.severity) return text + "nothing found";
  return text + std::string(to_string(*answer.severity)) + " by " + answer.rules;
}

// One message a line that is not answered as the list asks.
template <class Holds>
std::vector<std::string> failures(const std::vector<ListedPair>& pairs, Holds holds) {
  PairReview review;
  std::vector<std::string> messages;
  for (const ListedPair& pair : pairs) {
    const Answer answer = review.of(pair);
    if (!answer.not_read.empty() || !holds(answer.severity, pair.bound)) messages.push_back(shown(pair, answer));
  }
  return messages;
}

}  // namespace

TEST_CASE("every pair that labels contraindicate, box or advise against is found with at least its severity",
          "[regression]") {
  const auto pairs = read_list("critical_interactions.tsv", "at_least");
  REQUIRE(pairs.size() >= 350);
  const auto missed =
      failures(pairs, [](std::optional<Severity> found, Severity wanted) { return found && *found >= wanted; });
  for (const std::string& message : missed) UNSCOPED_INFO(message);
  REQUIRE(missed.empty());
}

TEST_CASE("no harmless pair is found with more than the severity that it is allowed", "[regression]") {
  const auto pairs = read_list("harmless_pairs.tsv", "at_most");
  REQUIRE(pairs.size() >= 150);
  const auto alarms =
      failures(pairs, [](std::optional<Severity> found, Severity allowed) { return !found || *found <= allowed; });
  for (const std::string& message : alarms) UNSCOPED_INFO(message);
  REQUIRE(alarms.empty());
}

TEST_CASE("the lists are sorted and name each pair once, in whichever order", "[regression]") {
  const std::vector<std::pair<std::string, std::string>> lists{{"critical_interactions.tsv", "at_least"},
                                                               {"harmless_pairs.tsv", "at_most"}};
  for (const auto& [name, bound] : lists) {
    const auto pairs = read_list(name, bound);
    std::vector<std::pair<std::string, std::string>> written;
    std::vector<std::pair<std::string, std::string>> unordered;
    for (const ListedPair& pair : pairs) {
      written.emplace_back(pair.first, pair.second);
      unordered.push_back(std::minmax(pair.first, pair.second));
    }
    INFO(name);
    CHECK(std::is_sorted(written.begin(), written.end()));
    std::sort(unordered.begin(), unordered.end());
    const auto twice = std::adjacent_find(unordered.begin(), unordered.end());
    INFO((twice == unordered.end() ? std::string() : twice->first + " + " + twice->second));
    CHECK(twice == unordered.end());
  }
}
