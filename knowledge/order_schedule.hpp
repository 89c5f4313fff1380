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

namespace guardian::knowledge {

// A run of letters, or a number, of a text that is not part of a product's name; or a whole name.
struct OrderAtom {
  std::string text;
  std::string gap;  // what stands before it; empty within a word
  bool is_number = false;
  bool is_name = false;
  double value = 0.0;
};

// Numbers side by side: "5", "1-2", "4 to 6", "20/12.5", "1/2" (0.5), "1 1/2" (1.5).
struct OrderNumbers {
  std::vector<double> values;
  char separator = 0;  // of several values: '/' or '-'
  std::size_t length = 0;

  [[nodiscard]] double most() const;
  [[nodiscard]] double least() const;
};
[[nodiscard]] OrderNumbers read_numbers(std::span<const OrderAtom> atoms, std::size_t at);

class OrderSchedule {
 public:
  explicit OrderSchedule(std::span<const OrderAtom> atoms);

  // How many atoms at `at` speak of time; what they say is kept. 0 when they do not.
  [[nodiscard]] std::size_t read(std::size_t at);

  // Of several frequencies the highest counts, as does the shortest interval of a range.
  [[nodiscard]] std::optional<double> times_per_day() const;
  [[nodiscard]] std::optional<double> duration_days() const;
  [[nodiscard]] bool as_needed() const { return as_needed_; }
  [[nodiscard]] bool speaks_of_eyes() const { return eyes_; }

 private:
  [[nodiscard]] std::string_view word(std::size_t at) const;
  [[nodiscard]] std::size_t read_word(std::size_t at, std::string_view text);
  [[nodiscard]] std::size_t read_interval(std::size_t at, std::size_t skip);
  [[nodiscard]] std::size_t read_count(std::size_t at, double count, std::size_t length);
  [[nodiscard]] std::size_t read_duration(std::size_t at);
  std::size_t state(double times, std::size_t length);  // gives the length back

  std::span<const OrderAtom> atoms_;
  std::optional<double> stated_;
  std::set<std::string> slots_;  // times of the day
  std::set<std::string> weekdays_;
  std::optional<double> duration_;
  bool as_needed_ = false;
  bool once_ = false;
  bool eyes_ = false;
};

}  // namespace guardian::knowledge
