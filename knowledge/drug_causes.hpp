#pragma once
// What medicines are known to cause, as a table: which conditions and which changes of values each selector of
// medicines shows, how usual that is and how soon it comes. It is there to be asked ("could it be a drug?"); no finding
// is made of it. Plain data, read from text; the default ones are built into the program (drug_causes.tsv,
// usual_ranges.tsv).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "knowledge/rule_syntax.hpp"

namespace guardian::knowledge {

// How soon after the start of a medicine an effect begins, in words of the table.
enum class Onset : std::uint8_t { any, days, weeks, months, years };
[[nodiscard]] std::string_view to_string(Onset onset) noexcept;
// Days before which an effect is earlier than known of it.
[[nodiscard]] double earliest_days(Onset onset) noexcept;

struct CauseRow {
  // A condition, or a quantity that is raised (+1) or lowered (-1).
  struct Shown {
    std::string name;
    int direction = 0;
  };

  std::string id;
  Selector cause;
  std::vector<Shown> shows;
  int grade = 0;  // 3 frequent or typical, 2 known, 1 possible; 0: that of the effect row of the ingredient
  Onset onset = Onset::any;
  std::string why;       // follows the name of the medicine, or stands alone
  std::string evidence;  // ids, "a | b"; empty: that of the effect row
};

// Usual limits of an adult, in the unit of the quantity.
struct UsualRange {
  std::string quantity;
  std::optional<double> low;
  std::optional<double> high;
};

struct CauseTables {
  std::vector<CauseRow> causes;
  std::vector<UsualRange> ranges;
};

// Fails with `invalid_input` naming the line. Names that a knowledge base does not have are not looked up here.
[[nodiscard]] core::Result<CauseTables> parse_cause_tables(std::string_view causes, std::string_view ranges);

[[nodiscard]] std::string_view default_causes_text();
[[nodiscard]] std::string_view default_ranges_text();
[[nodiscard]] const CauseTables& default_cause_tables();

}  // namespace guardian::knowledge
