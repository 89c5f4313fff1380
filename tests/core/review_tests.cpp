#include "core/review.hpp"

#include <algorithm>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian::core;

namespace {

Finding finding(Severity severity, FindingType type = FindingType::drug_drug) {
  Finding made;
  made.severity = severity;
  made.type = type;
  return made;
}

std::vector<Finding> some_findings() {
  std::vector<Finding> findings;
  const auto size = *rc::gen::inRange(0, 6);
  for (int i = 0; i < size; ++i) {
    findings.push_back(
        finding(static_cast<Severity>(*rc::gen::inRange(0, 4)), static_cast<FindingType>(*rc::gen::inRange(0, 21))));
  }
  return findings;
}

}  // namespace

TEST_CASE("a complete review without findings is clear", "[core][review]") {
  CHECK(decide({}, true) == Decision::clear);
}

TEST_CASE("an incomplete review without findings calls for caution", "[core][review]") {
  CHECK(decide({}, false) == Decision::caution);
}

TEST_CASE("the most severe finding decides", "[core][review]") {
  CHECK(decide({finding(Severity::minor)}, true) == Decision::info);
  CHECK(decide({finding(Severity::moderate)}, true) == Decision::caution);
  CHECK(decide({finding(Severity::major)}, true) == Decision::escalate);
  CHECK(decide({finding(Severity::critical)}, true) == Decision::block);
  CHECK(decide({finding(Severity::minor), finding(Severity::critical), finding(Severity::moderate)}, true) ==
        Decision::block);
}

TEST_CASE("a minor finding in an incomplete review is not less than caution", "[core][review]") {
  CHECK(decide({finding(Severity::minor)}, false) == Decision::caution);
  CHECK(decide({finding(Severity::major)}, false) == Decision::escalate);
  CHECK(decide({finding(Severity::critical)}, false) == Decision::block);
}

TEST_CASE("an unresolved name escalates whatever its severity", "[core][review]") {
  for (const Severity severity : {Severity::minor, Severity::moderate, Severity::major}) {
    CHECK(decide({finding(severity, FindingType::unresolved)}, true) == Decision::escalate);
  }
  CHECK(decide({finding(Severity::critical, FindingType::unresolved)}, true) == Decision::block);
}

TEST_CASE("a further finding or a loss of completeness never softens the decision", "[core][review][property]") {
  CHECK(rc::check("decide is monotone", [] {
    auto findings = some_findings();
    const bool complete = *rc::gen::arbitrary<bool>();
    const Decision before = decide(findings, complete);
    RC_ASSERT(decide(findings, false) >= before);
    findings.push_back(
        finding(static_cast<Severity>(*rc::gen::inRange(0, 4)), static_cast<FindingType>(*rc::gen::inRange(0, 21))));
    RC_ASSERT(decide(findings, complete) >= before);
  }));
}

TEST_CASE("the order of findings does not change the decision", "[core][review][property]") {
  CHECK(rc::check("decide is symmetric", [] {
    auto findings = some_findings();
    const bool complete = *rc::gen::arbitrary<bool>();
    const Decision before = decide(findings, complete);
    std::reverse(findings.begin(), findings.end());
    RC_ASSERT(decide(findings, complete) == before);
  }));
}

TEST_CASE("every type of finding has a word of its own that reads back", "[core][review]") {
  std::vector<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(FindingType::prompt_injection); ++i) {
    const auto type = static_cast<FindingType>(i);
    FindingType read = FindingType::drug_drug;
    REQUIRE(parse_finding_type(to_string(type), read));
    CHECK(read == type);
    words.push_back(to_string(type));
  }
  std::sort(words.begin(), words.end());
  CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
}

TEST_CASE("a word that is no type of finding leaves the type as it was", "[core][review]") {
  FindingType type = FindingType::washout;
  CHECK_FALSE(parse_finding_type("drug_drug", type));
  CHECK_FALSE(parse_finding_type("", type));
  CHECK(type == FindingType::washout);
}
