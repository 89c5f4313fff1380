#include "agents/mask_numbers.hpp"

#include <algorithm>

namespace guardian::agents {

bool is_identifying_number(const std::vector<std::size_t>& groups, const std::string& signs, bool lead) {
  std::size_t digits = 0;
  for (const std::size_t group : groups) digits += group;
  const bool no_blank = signs.find(' ') == std::string::npos;
  const auto only = [&](char sign) { return no_blank && signs.find_first_not_of(sign) == std::string::npos; };
  if (only('/')) return false;
  if (only('.') && groups.size() == 4) return digits >= 4;  // of the net
  if (only('-')) return groups.size() > 2 ? digits >= 7 : groups[0] >= 3 && groups[1] >= 4;
  if (groups.size() < 2) return false;
  if (signs.find(')') != std::string::npos) return digits >= 9;
  if (signs.find('/') != std::string::npos) return false;
  if (only('.')) return groups.size() == 3 && groups[0] == 3 && groups[1] == 3 && groups[2] == 4;
  if (lead) return digits >= 8;
  static const std::vector<std::vector<std::size_t>> shapes{{3, 3, 4}, {4, 3, 3}, {5, 6},    {5, 3, 3},    {3, 4, 4},
                                                            {4, 6},    {2, 4, 4}, {4, 4, 4}, {4, 4, 4, 4}, {1, 3, 3, 4},
                                                            {2, 4, 6}, {3, 2, 4}, {3, 7},    {4, 4}};
  return std::find(shapes.begin(), shapes.end(), groups) != shapes.end() &&
         (digits >= 9 || signs.find('-') != std::string::npos);
}

bool is_dose_unit(std::string_view unit) {
  static const std::vector<std::string_view> units{
      "mg",  "mcg",  "g",   "ml",   "l",    "iu", "units", "unit", "u",    "meq",  "mmol",  "kg", "cm",
      "mm",  "kcal", "ug",  "ng",   "h",    "hr", "hrs",   "d",    "days", "wk",   "weeks", "x",  "tabs",
      "tab", "k",    "bpm", "mmhg", "msec", "ms", "s",     "cc",   "min",  "mins", "c",     "f"};
  return std::find(units.begin(), units.end(), unit) != units.end();
}

}  // namespace guardian::agents
