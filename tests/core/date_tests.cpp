#include "core/date.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian::core;

namespace {

Moment at(std::string_view text) {
  CAPTURE(std::string(text));
  const auto moment = parse_moment(text);
  REQUIRE(moment.has_value());
  return *moment;
}

}  // namespace

TEST_CASE("a moment is read from the forms of ISO 8601 that cases use", "[core][date]") {
  CHECK_FALSE(at("2026-11-02").has_time);
  CHECK(at("20261102") == at("2026-11-02"));
  CHECK(at("2026-11-02T08:00").has_time);
  CHECK(at("2026-11-02T08:00:00Z") == at("2026-11-02 08:00"));
  CHECK(at("2026-11-02T08:00:00.123Z") == at("2026-11-02T08:00:00Z"));
  CHECK(at("2026-11-02T08:00:00+01:00") == at("2026-11-02T07:00:00Z"));
  CHECK(at("2026-11-02T20:00:00-0500") == at("2026-11-03T01:00:00Z"));
  CHECK(at("2024-02-29") == *moment_of_day(2024, 2, 29));
}

TEST_CASE("what is no date is not read as one", "[core][date]") {
  for (const char* text : {"",
                           "today",
                           "2026",
                           "2026-11",
                           "2026-13-01",
                           "2026-02-29",
                           "2026-11-31",
                           "02/11/2026",
                           "2026/11/02",
                           "26-11-02",
                           "1899-12-31",
                           "2200-01-01",
                           "2026-11-02T",
                           "2026-11-02T25:00",
                           "2026-11-02T08:60",
                           "2026-11-02x",
                           "20261102T0800",
                           "2026-1102",
                           "2026-11-02T08:00+1",
                           "2026-11-02T08:00+25:00",
                           "2026-11-02T08:00:00.Z",
                           "-2026-11-02"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_moment(text).has_value());
  }
}

TEST_CASE("days between two moments are whole when one of them has no time of day", "[core][date]") {
  CHECK(days_between(at("2026-11-01"), at("2026-11-02T08:00:00Z")) == 1.0);
  CHECK(days_between(at("2026-11-02"), at("2026-11-02T23:59:00Z")) == 0.0);
  CHECK(days_between(at("2026-11-01T20:00:00Z"), at("2026-11-02T08:00:00Z")) == 0.5);
  CHECK(days_between(at("2026-11-03"), at("2026-11-02")) == -1.0);
  CHECK(days_between(at("2024-02-28"), at("2024-03-01")) == 2.0);
}

TEST_CASE("a day and the days between are each other's inverse", "[core][date][property]") {
  CHECK(rc::check("days_between undoes adding days", [] {
    const int days = *rc::gen::inRange(0, 100'000);
    Moment from = *moment_of_day(1900, 1, 1);
    Moment to = from;
    to.time += std::chrono::days(days);
    RC_ASSERT(days_between(from, to) == days);
    RC_ASSERT(days_between(to, from) == -days);
  }));
}
