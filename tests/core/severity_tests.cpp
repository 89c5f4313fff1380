#include "core/severity.hpp"

#include <array>

#include <catch2/catch.hpp>

using namespace guardian::core;

namespace {

constexpr std::array<Severity, 4> all_severities{Severity::minor, Severity::moderate, Severity::major,
                                                 Severity::critical};

}  // namespace

TEST_CASE("the scale of severity is ordered from minor to critical", "[core][severity]") {
  for (std::size_t i = 1; i < all_severities.size(); ++i) CHECK(all_severities[i - 1] < all_severities[i]);
}

TEST_CASE("a severity is written as one lower-case word and read back from it", "[core][severity]") {
  CHECK(to_string(Severity::minor) == "minor");
  CHECK(to_string(Severity::moderate) == "moderate");
  CHECK(to_string(Severity::major) == "major");
  CHECK(to_string(Severity::critical) == "critical");
  for (const Severity severity : all_severities) CHECK(parse_severity(to_string(severity)) == severity);
}

TEST_CASE("a word that is no severity is not read as one", "[core][severity]") {
  for (const char* word : {"", "Major", "major ", "severe", "0", "minormajor"}) {
    CAPTURE(word);
    CHECK_FALSE(parse_severity(word).has_value());
  }
}

TEST_CASE("one step up or down moves to the neighbour and stays at the ends of the scale", "[core][severity]") {
  CHECK(raised(Severity::minor) == Severity::moderate);
  CHECK(raised(Severity::moderate) == Severity::major);
  CHECK(raised(Severity::major) == Severity::critical);
  CHECK(raised(Severity::critical) == Severity::critical);
  CHECK(lowered(Severity::critical) == Severity::major);
  CHECK(lowered(Severity::major) == Severity::moderate);
  CHECK(lowered(Severity::moderate) == Severity::minor);
  CHECK(lowered(Severity::minor) == Severity::minor);
}

TEST_CASE("major and critical findings interrupt the prescriber, the others do not", "[core][severity]") {
  CHECK_FALSE(is_interruptive(Severity::minor));
  CHECK_FALSE(is_interruptive(Severity::moderate));
  CHECK(is_interruptive(Severity::major));
  CHECK(is_interruptive(Severity::critical));
}

TEST_CASE("decisions are ordered and each has its word", "[core][severity]") {
  CHECK(Decision::clear < Decision::info);
  CHECK(Decision::info < Decision::caution);
  CHECK(Decision::caution < Decision::escalate);
  CHECK(Decision::escalate < Decision::block);
  CHECK(to_string(Decision::clear) == "clear");
  CHECK(to_string(Decision::info) == "info");
  CHECK(to_string(Decision::caution) == "caution");
  CHECK(to_string(Decision::escalate) == "escalate");
  CHECK(to_string(Decision::block) == "block");
}
