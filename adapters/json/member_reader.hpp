#pragma once
// Reads the members of one JSON object one by one, checks each, and notes those that nobody asked for.
// A problem never stops the reading: the person who mends the file sees all of them at once.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/input_problem.hpp"
#include "adapters/json/json_value.hpp"

namespace guardian::adapters {

// What a decoder found on its way. Problems beyond a bound are counted as one.
class DecodeLog {
 public:
  void problem(std::string path, std::string message);
  void ignore(std::string path) { ignored_.push_back(std::move(path)); }

  [[nodiscard]] const std::vector<InputProblem>& problems() const noexcept { return problems_; }
  [[nodiscard]] const std::vector<std::string>& ignored() const noexcept { return ignored_; }

 private:
  std::vector<InputProblem> problems_;
  std::vector<std::string> ignored_;
};

// The numbers that a member may hold; bounds of plausibility, not of normality.
struct NumberRange {
  double low;
  double high;
  bool low_excluded = false;
};
[[nodiscard]] bool contains(const NumberRange& range, double value) noexcept;
[[nodiscard]] std::string range_message(const NumberRange& range);

// Longest name, code or short text, and longest lists, that are read.
inline constexpr std::size_t max_text_bytes = 4096;
inline constexpr std::size_t max_medications = 1000;
inline constexpr std::size_t max_list_entries = 10'000;

// Whether `text` can be used as a name or short text; reports why not.
bool check_text(const std::string& text, const std::string& path, DecodeLog& log);
[[nodiscard]] bool is_blank(std::string_view text) noexcept;

class MemberReader {
 public:
  // Both `object` and `log` must outlive the reader.
  MemberReader(const JsonObject& object, std::string path, DecodeLog& log);

  // The member, or nullptr when it is absent or null; a repeated member is a problem.
  const JsonValue* find(std::string_view name);

  // Each gives "nothing" for an absent member and for one that it reported.
  std::string text(std::string_view name);           // must say something when it is there
  std::string optional_text(std::string_view name);  // blank counts as absent
  std::string long_text(std::string_view name);      // any length
  std::optional<double> number(std::string_view name, const NumberRange& range);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::size_t> word(std::string_view name, std::span<const std::string_view> words);
  const JsonList* list(std::string_view name, std::size_t max_entries);
  const JsonObject* object(std::string_view name);

  // Notes the members that were not asked for. Call it last.
  void finish();

  [[nodiscard]] std::string path_of(std::string_view name) const { return member_pointer(path_, name); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  const std::string* string(std::string_view name);

  const JsonObject& object_;
  std::string path_;
  DecodeLog& log_;
  std::vector<std::string> asked_;
};

}  // namespace guardian::adapters
