#include "knowledge/unit_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "knowledge/spelling.hpp"
#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

template <std::size_t size>
std::string_view translated(const std::array<Words, size>& table, std::string_view word) {
  const auto* const row =
      std::find_if(table.begin(), table.end(), [&](const Words& entry) { return entry.first == word; });
  return row == table.end() ? word : row->second;
}

// Signs that the folding of names does not know: raised digits, the ordinal that stands for a degree, ligatures.
constexpr std::array<Words, 13> signs{{{"\xE2\x81\xB0", "0"},
                                       {"\xE2\x81\xB4", "4"},
                                       {"\xE2\x81\xB5", "5"},
                                       {"\xE2\x81\xB6", "6"},
                                       {"\xE2\x81\xB7", "7"},
                                       {"\xE2\x81\xB8", "8"},
                                       {"\xE2\x81\xB9", "9"},
                                       {"\xC2\xBA", ""},
                                       {"\xE2\x84\x83", "C"},
                                       {"\xE2\x84\x89", "F"},
                                       {"\xC2\xB7", "*"},
                                       {"\xE2\x8B\x85", "*"},
                                       {"\xE2\x88\x97", "*"}}};

// Written as one letter for the concentration; told apart from a length only by its capital.
constexpr std::array<Words, 5> molar{
    {{"mM", "mmol/l"}, {"uM", "umol/l"}, {"\xC2\xB5M", "umol/l"}, {"nM", "nmol/l"}, {"pM", "pmol/l"}}};

// In this order, on text without blanks.
constexpr std::array<Words, 41> spelled_out{
    {{"percent", "%"},     {"pct", "%"},          {"million", "10^6"},  {"billion", "10^9"}, {"thousands", "10^3"},
     {"thousand", "10^3"}, {"equivalents", "eq"}, {"equivalent", "eq"}, {"mequiv", "meq"},   {"mval", "meq"},
     {"litres", "l"},      {"litre", "l"},        {"liters", "l"},      {"liter", "l"},      {"grams", "g"},
     {"gram", "g"},        {"moles", "mol"},      {"mole", "mol"},      {"katals", "kat"},   {"katal", "kat"},
     {"units", "u"},       {"unit", "u"},         {"micro", "u"},       {"milli", "m"},      {"nano", "n"},
     {"pico", "p"},        {"deci", "d"},         {"kilo", "k"},        {"mcg", "ug"},       {"mcmol", "umol"},
     {"mcu", "uu"},        {"mckat", "ukat"},     {"mcl", "ul"},        {"minutes", "min"},  {"minute", "min"},
     {"seconds", "s"},     {"second", "s"},       {"secs", "s"},        {"sec", "s"},        {"gms", "g"},
     {"gm", "g"}}};

constexpr std::array<Words, 27> wholes{
    {{"-", ""},           {"--", ""},       {"?", ""},         {"n/a", ""},
     {"na", ""},          {"none", ""},     {"null", ""},      {"nou", ""},  // "no units"
     {"unknown", ""},     {"mg%", "mg/dl"}, {"g%", "g/dl"},    {"cel", "c"},
     {"degc", "c"},       {"celsius", "c"}, {"degreesc", "c"}, {"degreescelsius", "c"},
     {"oc", "c"},         {"degf", "f"},    {"degreesf", "f"}, {"degreesfahrenheit", "f"},
     {"fahrenheit", "f"}, {"of", "f"},      {"torr", "mmhg"},  {"mmofhg", "mmhg"},
     {"bpm", "/min"},     {"phu", "ph"},  // "pH units"
     {"uph", "ph"}}};

constexpr std::array<Words, 24> numerators{
    {{"k", "10^3"},     {"thou", "10^3"}, {"th", "10^3"},   {"ths", "10^3"}, {"tsd", "10^3"}, {"tys", "10^3"},
     {"giga", "10^9"},  {"gpt", "10^9"},  {"bil", "10^9"},  {"mrd", "10^9"}, {"mio", "10^6"}, {"mill", "10^6"},
     {"lakhs", "10^5"}, {"lakh", "10^5"}, {"lacs", "10^5"}, {"lac", "10^5"}, {"cells", ""},   {"cell", ""},
     {"#", ""},         {"beats", ""},    {"breaths", ""},  {"resp", ""},    {"br", ""},      {"cc", "ml"}}};

constexpr std::array<Words, 19> denominators{{{"mm3", "ul"},
                                              {"mm^3", "ul"},
                                              {"mm*3", "ul"},
                                              {"cumm", "ul"},
                                              {"cu.mm", "ul"},
                                              {"cmm", "ul"},
                                              {"ccmm", "ul"},
                                              {"100ml", "dl"},
                                              {"100cc", "dl"},
                                              {"gcr", "g"},
                                              {"gcrea", "g"},
                                              {"gcreat", "g"},
                                              {"gcreatinine", "g"},
                                              {"mmolcr", "mmol"},
                                              {"mmolcrea", "mmol"},
                                              {"mmolcreat", "mmol"},
                                              {"mmolcreatinine", "mmol"},
                                              {"m^2", "m2"},
                                              {"sqm", "m2"}}};

void drop_annotations(std::string& text) {
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    const std::string inside = text.substr(open + 1, close == std::string::npos ? std::string::npos : close - open - 1);
    const bool is_surface = inside.find("1.73") != std::string::npos;
    text.replace(open, close == std::string::npos ? std::string::npos : close - open + 1, is_surface ? inside : "");
  }
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '[' || c == ']' || c == '_'; }),
             text.end());
  if (text.size() > 2 && text.front() == '(' && text.find(')') == text.size() - 1)
    text = text.substr(1, text.size() - 2);
}

// The power of ten that stands alone before a slash ("x10^9", "10*9", "10e9", "1e9", "e9", "10(9)", "10exp9", "109") as
// "10^9"; other text unchanged.
std::string power_of_ten(std::string_view text) {
  std::string_view rest = text;
  const auto take = [&](std::string_view part) {
    if (rest.substr(0, part.size()) != part) return false;
    rest.remove_prefix(part.size());
    return true;
  };
  if (!take("x")) take("*");
  if (take("10")) {
    if (!take("**") && !take("exp") && !take("^(") && !take("^") && !take("*") && !take("e") && !take("(")) {
      if (rest.size() != 1) return std::string(text);  // "10 9/L", a raised digit that was lost
    }
  } else if (!take("1e") && !take("e")) {
    return std::string(text);
  }
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  const std::string_view behind = rest.substr(digits);
  const bool ends = behind.empty() || behind == ")" || behind == "cells" || behind == "cell" || behind == ")cells";
  if (digits == 0 || digits > 2 || !ends) return std::string(text);
  std::string_view exponent = rest.substr(0, digits);
  if (exponent.size() == 2 && exponent.front() == '0') exponent.remove_prefix(1);
  return "10^" + std::string(exponent);
}

// "ml/min per 1.73 m2" in all its forms.
bool fold_body_surface(std::string& text) {
  std::size_t at = text.find("1.73");
  if (at == std::string::npos) at = text.find("1,73");
  if (at == std::string::npos) return false;
  while (at > 0 && std::string_view("/(*x").find(text[at - 1]) != std::string_view::npos) --at;
  text = text.substr(0, at) + "/1.73m2";
  return true;
}

}  // namespace

std::string normalised_unit(std::string_view original) {
  const std::string_view bare = trimmed(original);
  if (bare.empty()) return {};
  if (const std::string_view unit = translated(molar, bare); unit != bare) return std::string(unit);
  std::string signs_read(bare);
  for (const auto& [sign, letters] : signs) replace_all(signs_read, sign, letters);

  std::string text = folded(signs_read);
  if (text.substr(0, 4) == "per ") text.replace(0, 4, "/");
  replace_all(text, " per ", "/");
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t' || c == ';'; }),
             text.end());
  drop_annotations(text);
  for (const auto& [word, letters] : spelled_out) replace_all(text, word, letters);
  text = std::string(translated(wholes, text));
  if (fold_body_surface(text)) return text;

  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return text;
  std::string above = power_of_ten(std::string_view(text).substr(0, slash));
  above = std::string(translated(numerators, above));
  const std::string below(translated(denominators, std::string_view(text).substr(slash + 1)));
  return above + "/" + below;
}

}  // namespace guardian::knowledge
