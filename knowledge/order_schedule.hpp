#pragma once
// When and for how long a medicine is taken: "q4-6h prn", "every Monday", "twice daily x 2 weeks". Part of the grammar
// of an order (order_grammar.hpp).

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/order_atoms.hpp"

namespace guardian::knowledge {

class OrderSchedule {
 public:
  explicit OrderSchedule(std::span<const OrderAtom> atoms);

  // How many atoms at `at` speak of time; what they say is kept. 0 when they do not.
  [[nodiscard]] std::size_t read(std::size_t at);
  // A frequency that was read elsewhere.
  void state(double times);

  // Of several frequencies the highest counts, as does the shortest interval of a range; "at most 3 doses" bounds it.
  // An interval below an hour ("q5min") says nothing of a day unless the doses are counted.
  [[nodiscard]] std::optional<double> times_per_day() const;
  [[nodiscard]] std::optional<double> duration_days() const;
  [[nodiscard]] std::optional<double> worn_days() const { return worn_; }  // "12 h on, 12 h off": half a day
  // Different times of one day ("AM", "nocte", "8 pm"), where nothing else says how often; else 0.
  [[nodiscard]] std::size_t times_of_day() const;
  [[nodiscard]] bool as_needed() const { return as_needed_; }
  [[nodiscard]] bool is_range() const { return range_; }  // "q4-6h"
  [[nodiscard]] bool speaks_of_eyes() const { return eyes_; }

 private:
  [[nodiscard]] std::string_view word(std::size_t at) const;
  [[nodiscard]] bool is_number(std::size_t at) const { return at < atoms_.size() && atoms_[at].is_number; }
  [[nodiscard]] std::string_view gap(std::size_t at) const;
  [[nodiscard]] bool follows(std::size_t at, std::string_view earlier, std::size_t reach) const;
  [[nodiscard]] std::size_t read_number(std::size_t at);
  [[nodiscard]] std::size_t read_word(std::size_t at, std::string_view text);
  [[nodiscard]] std::size_t read_clock(std::size_t at);
  [[nodiscard]] std::size_t read_doses(std::size_t at, double count, std::size_t length);
  [[nodiscard]] std::size_t read_written_interval(std::size_t at, const OrderNumbers& numbers);
  [[nodiscard]] std::size_t read_written_duration(std::size_t at);
  [[nodiscard]] std::size_t read_weekdays(std::size_t at);
  [[nodiscard]] std::size_t read_weekday_letters(std::size_t at);
  [[nodiscard]] std::size_t read_interval(std::size_t at, std::size_t skip);
  [[nodiscard]] std::size_t read_count(std::size_t at, double count, std::size_t length);
  [[nodiscard]] std::size_t read_duration(std::size_t at);
  std::size_t state(double times, std::size_t length);  // gives the length back
  void count_doses(std::size_t at, double count);

  std::span<const OrderAtom> atoms_;
  std::optional<double> stated_;
  std::set<std::string> slots_;  // times of the day
  std::set<std::string> weekdays_;
  std::set<double> clock_;          // hours of the day
  std::optional<double> duration_;  // days
  std::optional<double> doses_;     // in all: "x 3 doses"
  std::optional<double> multiple_;  // "x3": doses or days
  std::optional<double> repeats_;   // "may repeat x2"
  std::optional<double> most_;      // times a day at most
  std::optional<double> worn_;      // days
  double cycle_ = 0.0;              // days on and off
  bool rapid_ = false;              // an interval below an hour
  bool range_ = false;
  bool meals_ = false;  // before each meal
  bool as_needed_ = false;
  bool once_ = false;
  bool eyes_ = false;
};

}  // namespace guardian::knowledge
