#include "knowledge/result_age.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace guardian;
using namespace guardian::knowledge;

namespace {

const AsOf review = core::parse_moment("2026-11-02T08:00:00Z");

ResultAge age(std::string_view when) { return read_result_age(when, review); }

}  // namespace

TEST_CASE("words for a time are read as days before the review", "[knowledge][age]") {
  struct Row {
    const char* when;
    double days;
  };
  for (const Row& row : {Row{"today", 0},
                         Row{"Today", 0},
                         Row{"now", 0},
                         Row{"this morning", 0},
                         Row{"today 06:00", 0},
                         Row{"yesterday", 1},
                         Row{"Yesterday at 6 pm", 1},
                         Row{"last night", 1},
                         Row{"the day before yesterday", 2},
                         Row{"3 days ago", 3},
                         Row{"3d ago", 3},
                         Row{"3d", 3},
                         Row{"3 days", 3},
                         Row{"about 3 days ago", 3},
                         Row{"three days ago", 3},
                         Row{"1.5 days ago", 1.5},
                         Row{"a day ago", 1},
                         Row{"2 weeks ago", 14},
                         Row{"2 wk", 14},
                         Row{"one week ago", 7},
                         Row{"12 h ago", 0.5},
                         Row{"6 hours ago", 0.25},
                         Row{"90 min ago", 0.0625},
                         Row{"2 months ago", 60.875},
                         Row{"6 mo ago", 182.625},
                         Row{"a year ago", 365.25}}) {
    CAPTURE(row.when);
    CHECK(age(row.when).kind == AgeKind::known);
    REQUIRE(age(row.when).days.has_value());
    CHECK(*age(row.when).days == Approx(row.days));
    CHECK(*read_result_age(row.when, std::nullopt).days == Approx(row.days));
  }
}

TEST_CASE("dates are read in every form that has one meaning", "[knowledge][age]") {
  for (const char* when :
       {"2026-10-25", "2026/10/25", "2026.10.25", "20261025", "25/10/2026", "10/25/2026", "25.10.2026", "25 Oct 2026",
        "25-Oct-2026", "Oct 25, 2026", "October 25 2026", "25th October 2026", "2026-Oct-25", "Sun, 25 Oct 2026",
        "10/25/2026 08:30", "25 Oct 2026 06:30"}) {
    CAPTURE(when);
    CHECK(age(when) == ResultAge{AgeKind::known, 8.0});
  }
  CHECK(age("2026-11-01T20:00:00Z") == ResultAge{AgeKind::known, 0.5});
  CHECK(age("2026-11-02T09:00:00+02:00").days == Approx(1.0 / 24));
  CHECK(age("10/10/2026") == ResultAge{AgeKind::known, 23.0});  // swapping changes nothing
}

TEST_CASE("a time without one meaning has no age", "[knowledge][age]") {
  for (const char* when :
       {"02/11/2026",   "11/02/2026", "2.11.2026", "02-11-2026", "25/10/26", "2026",           "2026-10",
        "Oct 2026",     "31/02/2026", "last week", "last visit", "recently", "a few days ago", "2-3 days ago",
        "> 3 days ago", "Monday",     "5",         "3 m ago",    "soon",     "\xFF\xFE"}) {
    CAPTURE(when);
    CHECK(age(when) == ResultAge{AgeKind::not_understood, std::nullopt});
  }
  CHECK(read_result_age("2026-10-25", std::nullopt).kind == AgeKind::not_understood);
}

TEST_CASE("an empty time is not stated and a baseline is an earlier one", "[knowledge][age]") {
  CHECK(age("").kind == AgeKind::not_stated);
  CHECK(age("  ").kind == AgeKind::not_stated);
  for (const char* when : {"baseline", "at baseline", "Previous", "prior", "on admission"}) {
    CAPTURE(when);
    CHECK(age(when) == ResultAge{AgeKind::earlier, std::nullopt});
  }
}

TEST_CASE("a time after the review is of the future save for the width of the time zones", "[knowledge][age]") {
  for (const char* when : {"2026-11-03", "2026-12-01", "2027-01-01T00:00:00Z", "2026-11-02T22:01:00Z", "tomorrow",
                           "in 3 days", "3 Nov 2026"}) {
    CAPTURE(when);
    CHECK(age(when) == ResultAge{AgeKind::future, std::nullopt});
  }
  CHECK(age("2026-11-02T21:00:00Z") == ResultAge{AgeKind::known, 0.0});
  const AsOf evening = core::parse_moment("2026-11-02T22:00:00Z");
  CHECK(read_result_age("2026-11-03", evening) == ResultAge{AgeKind::known, 0.0});
  const AsOf day = core::parse_moment("2026-11-02");
  CHECK(read_result_age("2026-11-02T23:00:00Z", day) == ResultAge{AgeKind::known, 0.0});
  CHECK(read_result_age("2026-11-03", day).kind == AgeKind::future);
}

TEST_CASE("any text has a reading, with days only when they are known and never below zero",
          "[knowledge][age][property]") {
  CHECK(rc::check("any bytes", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789 -/.,:dayswkgo\xC2\xB5TZ")));
    const ResultAge read = age(text);
    RC_ASSERT(read.days.has_value() == (read.kind == AgeKind::known));
    if (read.days) RC_ASSERT(*read.days >= 0.0);
  }));
  CHECK(rc::check("days ago", [] {
    const int days = *rc::gen::inRange(0, 10'000);
    RC_ASSERT(age(std::to_string(days) + " days ago") == (ResultAge{AgeKind::known, static_cast<double>(days)}));
  }));
}
