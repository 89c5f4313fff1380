// The picture of the findings, drawn by Graphviz itself.

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/picture/picture.hpp"

namespace {

namespace core = guardian::core;
using guardian::adapters::picture::draw;
using guardian::adapters::picture::most_findings;

core::Finding finding(std::string id, core::Severity severity, std::vector<std::string> medicines) {
  core::Finding made;
  made.id = std::move(id);
  made.severity = severity;
  made.subjects = medicines;
  made.medicines = std::move(medicines);
  made.rules = {"RULE"};
  made.title = "a hazard";
  return made;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the picture joins medicines over what the path names, and tells severity by class, word and outline",
          "[adapters][picture]") {
  core::Review review;
  core::Finding shown = finding("f1", core::Severity::critical, {"fluconazole", "warfarin"});
  shown.path = {{"fluconazole", "inhibits:strong", "CYP2C9"},
                {"warfarin", "substrate:major", "CYP2C9"},
                {"warfarin", "object of", "RULE"},
                {"fluconazole", "precipitant of", "RULE"}};
  review.findings = {shown};
  const auto picture = draw(review);
  REQUIRE(picture);
  CHECK(picture->drawn == 1);
  CHECK(times(picture->svg, "class=\"node medicine\"") == 2);
  CHECK(times(picture->svg, "class=\"node concept\"") == 1);
  CHECK(times(picture->svg, "class=\"node critical finding&#45;f1\"") == 1);
  CHECK(times(picture->svg, "class=\"edge critical\"") == 4);
  CHECK(times(picture->svg, ">1. critical<") == 1);
  CHECK(times(picture->svg, ">inhibits strongly<") == 1);
}

TEST_CASE("what a case says is never markup in the picture", "[adapters][picture]") {
  core::Review review;
  review.findings = {finding("f1", core::Severity::major, {"<script>alert(1)</script>", "a\\nb \\G \"&lt;\""})};
  const auto picture = draw(review);
  REQUIRE(picture);
  CHECK(times(picture->svg, "<script") == 0);
  CHECK(times(picture->svg, "&lt;script&gt;") > 0);
  CHECK(times(picture->svg, "a\\nb") > 0);
  CHECK(times(picture->svg, "\\G") > 0);
}

TEST_CASE("the picture holds the worst findings and says how many", "[adapters][picture]") {
  core::Review review;
  for (std::size_t i = 0; i < most_findings + 5; ++i) {
    review.findings.push_back(finding("m" + std::to_string(i), core::Severity::minor, {"a" + std::to_string(i)}));
  }
  review.findings.push_back(finding("worst", core::Severity::minor, {"b"}));
  review.findings.back().raise = core::Raise{"agent:interaction", core::Severity::moderate, "r"};
  const auto picture = draw(review);
  REQUIRE(picture);
  CHECK(picture->drawn == most_findings);
  CHECK(times(picture->svg, "moderate finding&#45;worst") == 1);
}

TEST_CASE("a review in which nothing is joined has no picture", "[adapters][picture]") {
  core::Review review;
  CHECK(draw(review).error().code == core::ErrorCode::not_found);
  review.findings = {finding("f", core::Severity::major, {"x"})};
  review.findings.front().type = core::FindingType::unresolved;
  CHECK(draw(review).error().code == core::ErrorCode::not_found);
}

TEST_CASE("pictures asked for at once are the same as one after the other", "[adapters][picture]") {
  core::Review review;
  for (int i = 0; i < 6; ++i) {
    review.findings.push_back(
        finding("f" + std::to_string(i), core::Severity::major, {"a" + std::to_string(i), "b", "c"}));
  }
  const auto alone = draw(review);
  REQUIRE(alone);
  std::vector<std::future<std::string>> running;
  for (int i = 0; i < 8; ++i) {
    running.push_back(std::async(std::launch::async, [&review] {
      const auto drawn = draw(review);
      return drawn ? drawn->svg : std::string();
    }));
  }
  for (auto& one : running) CHECK(one.get() == alone->svg);
}
