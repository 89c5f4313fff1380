#include "agents/plain_order.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "knowledge/resolver.hpp"
#include "tests/support/temporary_knowledge.hpp"

namespace {

using namespace guardian;

agents::PlainOrder read(const std::string& words) {
  return agents::read_plain_order(*tests::shipped_knowledge(), words, "US");
}

}  // namespace

TEST_CASE("an order in plain words becomes the text of an order that means the same", "[agents][plain_order]") {
  struct Row {
    std::string words;
    std::string text;
  };
  const std::vector<Row> rows = {
      {"Give her Tylenol 650 mg every six hours by mouth as needed.",
       "Tylenol 650 mg every six hours by mouth as needed"},
      {"please start lisinopril ten milligrams by mouth once a day", "lisinopril ten milligrams by mouth once a day"},
      {"Order: amoxicillin five hundred mg three times a day for a week",
       "amoxicillin 500 mg three times a day for 1 week"},
      {"put him on metoprolol twenty-five mg twice a day", "metoprolol 25 mg twice a day"},
      {"give two puffs of albuterol every 4 hours as needed", "two puffs of albuterol every 4 hours as needed"},
      {"start insulin glargine 20 units at bedtime", "insulin glargine 20 units at bedtime"},
      {"methotrexate 15 mg once a week", "methotrexate 15 mg once a week"},
      {"furosemide 40 mg iv now", "furosemide 40 mg iv now"},
      {"ibuprofen six hundred and fifty mg every 8 hours", "ibuprofen 650 mg every 8 hours"},
  };
  for (const Row& row : rows) {
    INFO(row.words);
    const auto order = read(row.words);
    if (const auto* back = std::get_if<core::AskedBack>(&order)) FAIL(back->question);
    const auto& made = std::get<core::ReadOrder>(order);
    CHECK(made.text == row.text);
    CHECK_FALSE(made.ingredients.empty());
    CHECK((!made.dose.strengths.empty() || made.dose.amount.has_value()));
    const auto again = knowledge::resolve(*tests::shipped_knowledge(), {made.text, {}, {}, "US"});
    REQUIRE(again.resolved);
    CHECK(again.dose == made.dose);
    CHECK(again.route == made.route);
  }
}

TEST_CASE("an order that leaves something open is asked back and never guessed", "[agents][plain_order]") {
  struct Row {
    std::string words;
    std::string asks;
    std::vector<std::string> candidates;
  };
  const std::vector<Row> rows = {
      {"give her something like Tylenol 650 every six hours by mouth as needed",
       "650 of which unit?",
       {"Tylenol 650 mg by mouth every 6 hours as needed"}},
      {"give her something like Tylenol 650 mg every six hours by mouth as needed",
       "leave open",
       {"Tylenol 650 mg every six hours by mouth as needed"}},
      {"start levothyroxine 50 once a day", "50 of which unit?", {"levothyroxine 50 mcg once daily"}},
      {"MS 4 mg iv every 4 hours", "which one is meant?", {"morphine", "magnesium sulfate"}},
      {"Tylenol or Advil", "Which one", {"Tylenol", "Advil"}},
      {"start warfarin", "Which dose?", {}},
      {"give amlodipine 5 mg", "How often?", {}},
      {"give her zzyzxol 5 mg daily", "which medicine", {}},
      {"give her", "Which medicine", {}},
  };
  for (const Row& row : rows) {
    INFO(row.words);
    const auto order = read(row.words);
    if (const auto* made = std::get_if<core::ReadOrder>(&order)) FAIL(made->text);
    const auto& back = std::get<core::AskedBack>(order);
    INFO(back.question);
    CHECK(back.question.find(row.asks) != std::string::npos);
    CHECK(back.candidates == row.candidates);
  }
  const auto misspelt = read("start lisinoprl 10 mg once a day");
  REQUIRE(std::holds_alternative<core::AskedBack>(misspelt));
  CHECK(std::get<core::AskedBack>(misspelt).candidates == std::vector<std::string>{"lisinopril 10 mg once daily"});
}
