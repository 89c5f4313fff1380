// Orders as wards write them: 295 written by hand (order_strings.tsv, whose head says how to read it) and 1,000 put
// together from their parts. Each must give the right ingredients, dose, route and frequency; of either set at least 97
// in 100 do. What goes wrong is printed.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using core::DoseUnit;

namespace {

struct OrderString {
  std::string text;
  std::string ingredients;  // joined with " + "
  std::string dose;         // of one administration: "10/650 mg"; "-": not stated
  std::string route;
  std::string times;
  std::string prn;
  std::string days;
};

double in_mg(double value, std::string_view unit) {
  return unit == "mcg" ? value / 1000.0 : unit == "g" ? value * 1000.0 : value;
}

bool alike(double one, double other) { return std::abs(one - other) <= 1e-3 * std::abs(other); }

std::vector<double> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  for (const std::string_view one : knowledge::split(text, "/")) numbers.push_back(std::stod(std::string(one)));
  return numbers;
}

bool same_dose(const core::Dose& dose, const std::string& wanted) {
  if (wanted == "-") return dose.strengths.empty();
  const std::size_t blank = wanted.find(' ');
  const std::string unit = wanted.substr(blank + 1);
  const std::vector<double> values = numbers_of(std::string_view(wanted).substr(0, blank));
  static const std::set<std::string> counted{"tablet", "puff", "drop", "ml"};
  if (counted.count(unit) == 1) return dose.amount && alike(*dose.amount, values.front());
  const auto mass = [](std::string_view name) { return name == "mcg" || name == "g" ? "mg" : name; };
  const std::string_view read = to_string(dose.strength_unit);
  if (mass(read) != mass(unit) || dose.strengths.size() != values.size()) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!alike(in_mg(dose.strengths[i] * dose.amount.value_or(1.0), read), in_mg(values[i], unit))) return false;
  }
  return true;
}

bool same_number(std::optional<double> read, const std::string& wanted) {
  if (wanted == "-") return !read;
  return read && alike(*read, std::stod(wanted));
}

// What of an order was read wrong; empty: nothing.
std::string wrong_in(const OrderString& order) {
  const auto& base = *tests::shipped_knowledge();
  const knowledge::Resolution read = knowledge::resolve(base, {order.text, {}, {}, "US"});
  if (!read.resolved) return "not resolved: " + read.reason;
  std::multiset<std::string> ingredients;
  for (const auto ingredient : read.interpretations.front().ingredients)
    ingredients.insert(base.graph().ingredient_name(ingredient));
  std::multiset<std::string> wanted;
  for (const std::string_view one : knowledge::split(order.ingredients, " + ")) wanted.emplace(one);
  std::string wrong;
  if (ingredients != wanted) wrong += " ingredients";
  if (!same_dose(read.dose, order.dose)) wrong += " dose";
  if (order.route != "-" && read.route != order.route) wrong += " route(" + read.route + ")";
  if (!same_number(read.dose.times_per_day, order.times)) wrong += " times";
  if (read.dose.as_needed != (order.prn == "prn")) wrong += " prn";
  if (order.days != "-" && !same_number(read.dose.duration_days, order.days)) wrong += " days";
  return wrong;
}

// At least 97 in 100 are read right.
void check_orders(const std::vector<OrderString>& orders, const char* what) {
  std::size_t right = 0;
  for (const OrderString& order : orders) {
    const std::string wrong = wrong_in(order);
    right += wrong.empty() ? 1U : 0U;
    if (!wrong.empty()) std::cout << "  " << order.text << " -> " << wrong << '\n';
  }
  std::cout << what << ": " << right << " of " << orders.size() << " read right\n";
  CHECK(right * 100 >= orders.size() * 97);
}

std::vector<OrderString> written_orders() {
  std::ifstream file(tests::source_folder() / "tests/regression/order_strings.tsv");
  std::vector<OrderString> orders;
  bool header = true;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    const auto cells = knowledge::split(line, "\t");
    if (!std::exchange(header, false)) {
      const auto cell = [&](std::size_t i) { return std::string(cells.at(i)); };
      orders.push_back({cell(0), cell(1), cell(2), cell(3), cell(4), cell(5), cell(6)});
    }
  }
  return orders;
}

// Always the same sequence (the generator of "Numerical Recipes"), on every platform.
class Chance {
 public:
  template <typename List>
  const typename List::value_type& of(const List& list) {
    state_ = state_ * 1664525U + 1013904223U;
    return list[(state_ >> 8U) % list.size()];
  }

 private:
  std::uint32_t state_ = 20261122U;
};

struct Product {
  std::vector<std::string> names;  // also with tall-man letters
  std::string ingredients;
  std::vector<std::string> strengths;
  std::string unit;
  std::string form;  // one of a form's words
  std::string route;
};

struct Phrase {
  std::string words;
  std::string meaning;
};

const std::vector<Product> products{
    {{"hydrALAZINE", "hydralazine HCl", "HydrALAZINE"}, "hydralazine", {"10", "25", "50"}, "mg", "tab", "oral"},
    {{"hydrOXYzine pamoate", "hydroxyzine", "Vistaril"}, "hydroxyzine", {"25", "50"}, "mg", "cap", "oral"},
    {{"metFORMIN", "Glucophage", "metformin hydrochloride"}, "metformin", {"500", "850", "1,000"}, "mg", "tab", "oral"},
    {{"glipiZIDE", "Glucotrol"}, "glipizide", {"2.5", "5", "10"}, "mg", "tablet", "oral"},
    {{"glyBURIDE", "glibenclamide"}, "glyburide", {"1.25", "2.5", "5"}, "mg", "tab", "oral"},
    {{"chlorproMAZINE", "Thorazine"}, "chlorpromazine", {"25", "50", "100"}, "mg", "tab", "oral"},
    {{"chlorproPAMIDE", "Diabinese"}, "chlorpropamide", {"100", "250"}, "mg", "tab", "oral"},
    {{"sulfaDIAZINE"}, "sulfadiazine", {"500"}, "mg", "tab", "oral"},
    {{"sulfaSALAzine", "Azulfidine"}, "sulfasalazine", {"500"}, "mg", "tab", "oral"},
    {{"lamoTRIgine", "LaMICtal"}, "lamotrigine", {"25", "100", "150"}, "mg", "tab", "oral"},
    {{"lamiVUDine", "Epivir"}, "lamivudine", {"100", "150", "300"}, "mg", "tab", "oral"},
    {{"OXcarbazepine", "Trileptal"}, "oxcarbazepine", {"150", "300", "600"}, "mg", "tab", "oral"},
    {{"tiaGABine", "Gabitril"}, "tiagabine", {"2", "4", "12"}, "mg", "tab", "oral"},
    {{"tiZANidine", "Zanaflex"}, "tizanidine", {"2", "4"}, "mg", "cap", "oral"},
    {{"clomiPRAMINE", "Anafranil"}, "clomipramine", {"25", "50", "75"}, "mg", "caps", "oral"},
    {{"rifAMPin", "Rifadin", "rifampicin"}, "rifampin", {"150", "300"}, "mg", "capsules", "oral"},
    {{"rifAXIMin", "Xifaxan"}, "rifaximin", {"200", "550"}, "mg", "tabs", "oral"},
    {{"ISOtretinoin", "Accutane"}, "isotretinoin", {"10", "20", "40"}, "mg", "cap", "oral"},
    {{"vinBLAStine"}, "vinblastine", {"5", "8"}, "mg", "", "iv"},
    {{"DOBUTamine"}, "dobutamine", {"250"}, "mg", "", "iv"},
    {{"DAUNOrubicin"}, "daunorubicin", {"60", "90"}, "mg", "", "iv"},
    {{"ceFAZolin", "Ancef", "cefazolin sodium"}, "cefazolin", {"1", "2"}, "g", "", "iv"},
    {{"cefTAZidime", "Fortaz"}, "ceftazidime", {"1", "2"}, "g", "", "iv"},
    {{"levoFLOXacin", "Levaquin"}, "levofloxacin", {"250", "500", "750"}, "mg", "", "iv"},
    {{"enalaprilat"}, "enalaprilat", {"0.625", "1.25"}, "mg", "", "iv"},
    {{"fentaNYL", "Sublimaze"}, "fentanyl", {"25", "50", "100"}, "mcg", "", "iv"},
    {{"HYDROmorphone", "Dilaudid"}, "hydromorphone", {"0.2", "0.5", "1"}, "mg", "", "iv"},
    {{"Lantus", "insulin glargine"}, "insulin glargine", {"8", "14", "40"}, "units", "", "subcutaneous"},
    {{"HumuLIN N", "insulin NPH"}, "insulin isophane", {"10", "22"}, "units", "", "subcutaneous"},
    {{"Fragmin", "dalteparin"}, "dalteparin", {"2,500", "5000"}, "units", "", "subcutaneous"},
    {{"octreotide", "SandoSTATIN"}, "octreotide", {"50", "100"}, "mcg", "", "subcutaneous"},
    {{"ketorolac tromethamine", "Toradol"}, "ketorolac", {"15", "30", "60"}, "mg", "", "im"},
    {{"OLANZapine", "ZyPREXA"}, "olanzapine", {"5", "10"}, "mg", "", "im"},
    {{"levothyroxine sodium", "Synthroid", "Levoxyl"}, "levothyroxine", {"25", "88", "112"}, "mcg", "tab", "oral"},
    {{"liothyronine", "Cytomel"}, "liothyronine", {"5", "25"}, "mcg", "tab", "oral"},
    {{"lisinopril", "Zestril", "Prinivil"}, "lisinopril", {"2.5", "10", "40"}, "mg", "tab", "oral"},
    {{"carvedilol", "Coreg"}, "carvedilol", {"3.125", "6.25", "25"}, "mg", "tab", "oral"},
    {{"torsemide", "Demadex"}, "torsemide", {"5", "20", "100"}, "mg", "tab", "oral"},
    {{"potassium chloride ER", "Klor-Con"}, "potassium chloride", {"8", "10", "20"}, "mEq", "tab", "oral"},
    {{"ergocalciferol", "vitamin D2"}, "ergocalciferol", {"50,000"}, "units", "cap", "oral"},
    {{"lisinopril-hydrochlorothiazide", "Zestoretic", "lisinopril/HCTZ"},
     "lisinopril + hydrochlorothiazide",
     {"10-12.5", "20/12.5", "20-25"},
     "mg",
     "tab",
     "oral"},
    {{"oxycodone-acetaminophen", "Percocet", "Endocet"},
     "oxycodone + acetaminophen",
     {"5-325", "10/325"},
     "mg",
     "tab",
     "oral"},
    {{"amLODIPine-benazepril", "Lotrel"}, "amlodipine + benazepril", {"5-10", "10/20"}, "mg", "cap", "oral"},
    {{"carbidopa-levodopa", "Sinemet", "carbidopa/levodopa"},
     "carbidopa + levodopa",
     {"10-100", "25/250"},
     "mg",
     "tab",
     "oral"},
    {{"losartan/hydrochlorothiazide", "Hyzaar"},
     "losartan + hydrochlorothiazide",
     {"50/12.5", "100-25"},
     "mg",
     "tab",
     "oral"},
};

struct RouteWord {
  std::string route;
  std::vector<std::string> words;
};
const std::vector<RouteWord> route_words{
    {"oral", {"PO", "po", "by mouth", "orally", "p.o.", "P.O."}},
    {"iv", {"IV", "iv", "intravenously", "I.V.", "IVPB"}},
    {"im", {"IM", "im", "intramuscularly", "I.M."}},
    {"subcutaneous", {"SC", "SubQ", "subcut", "subcutaneously", "SQ", "s.c."}},
};

const std::vector<Phrase> frequencies{{"daily", "1"},
                                      {"qd", "1"},
                                      {"QD", "1"},
                                      {"once daily", "1"},
                                      {"once a day", "1"},
                                      {"q24h", "1"},
                                      {"every morning", "1"},
                                      {"qAM", "1"},
                                      {"QHS", "1"},
                                      {"at bedtime", "1"},
                                      {"nightly", "1"},
                                      {"every day", "1"},
                                      {"BID", "2"},
                                      {"b.i.d.", "2"},
                                      {"twice daily", "2"},
                                      {"q12h", "2"},
                                      {"Q 12 H", "2"},
                                      {"2 times daily", "2"},
                                      {"two times a day", "2"},
                                      {"every 12 hours", "2"},
                                      {"every twelve hours", "2"},
                                      {"TID", "3"},
                                      {"t.i.d.", "3"},
                                      {"three times daily", "3"},
                                      {"q8h", "3"},
                                      {"every 8 hours", "3"},
                                      {"3x/day", "3"},
                                      {"QID", "4"},
                                      {"q6h", "4"},
                                      {"four times a day", "4"},
                                      {"every six hours", "4"},
                                      {"q6hr", "4"},
                                      {"q 6 hours", "4"},
                                      {"q4h", "6"},
                                      {"every 4 hours", "6"},
                                      {"q4-6h", "6"},
                                      {"every 4 to 6 hours", "6"},
                                      {"every other day", "0.5"},
                                      {"QOD", "0.5"},
                                      {"weekly", "0.142857"},
                                      {"once a week", "0.142857"},
                                      {"every 7 days", "0.142857"},
                                      {"q48h", "0.5"},
                                      {"MWF", "0.428571"},
                                      {"every Monday", "0.142857"},
                                      {"three times a week", "0.428571"}};

const std::vector<Phrase> needs{{"", "-"},
                                {"", "-"},
                                {"", "-"},
                                {"PRN", "prn"},
                                {"prn pain", "prn"},
                                {"as needed", "prn"},
                                {"as needed for nausea", "prn"},
                                {"p.r.n.", "prn"},
                                {"if needed", "prn"},
                                {"when required", "prn"}};

const std::vector<Phrase> durations{{"", "-"},
                                    {"", "-"},
                                    {"", "-"},
                                    {"x 7 days", "7"},
                                    {"x10d", "10"},
                                    {"for 5 days", "5"},
                                    {"for 2 weeks", "14"},
                                    {"\xC3\x97 3 days", "3"},
                                    {"x 1 week", "7"},
                                    {"for a week", "7"},
                                    {"for ten days", "10"},
                                    {"for two weeks", "14"}};

const std::vector<std::string> endings{"", "", "", ".", ";", ",", " .", "!"};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

void add(std::string& text, const std::string& words, const std::string& blank = " ") {
  if (!words.empty()) text += blank + words;
}

// How the dose is written: bare, glued to its unit, or as a number of tablets of half the strength.
void write_dose(OrderString& order, const Product& product, const std::string& strength, Chance& chance) {
  const std::vector<std::string> blanks{" ", "", "\xC2\xA0"};  // also a blank that does not break
  std::string unit = product.unit;
  if (unit == "mcg") unit = chance.of(std::vector<std::string>{"mcg", "\xC2\xB5g", "micrograms", "ug"});
  if (unit == "units") unit = chance.of(std::vector<std::string>{"units", "unit", "IU"});
  if (unit == "g") unit = chance.of(std::vector<std::string>{"g", "gm", "G"});
  add(order.text, strength + chance.of(blanks) + unit);
  order.dose.clear();
  for (const char c : strength) {
    if (c != ',') order.dose += c == '-' ? '/' : c;
  }
  std::string count = "1";
  if (!product.form.empty()) {
    const std::vector<Phrase> counts{{"", "1"},
                                     {product.form, "1"},
                                     {"1 " + product.form, "1"},
                                     {product.form + " take 1", "1"},
                                     {product.form + ", take two", "2"},
                                     {"2 tablets", "2"},
                                     {product.form + " 1/2 tab", "0.5"},
                                     {"(3 capsules)", "3"}};
    const Phrase& one = chance.of(counts);
    add(order.text, one.words);
    count = one.meaning;
  }
  std::ostringstream dose;
  const std::vector<double> values = numbers_of(order.dose);
  for (std::size_t i = 0; i < values.size(); ++i) dose << (i == 0 ? "" : "/") << values[i] * std::stod(count);
  order.dose = dose.str() + " " + product.unit;
}

std::vector<OrderString> made_orders(std::size_t count) {
  Chance chance;
  std::vector<OrderString> orders;
  while (orders.size() < count) {
    const Product& product = chance.of(products);
    OrderString order;
    const std::vector<std::string> starts{"", "", "", "", "Start ", "Continue ", "1. ", "- ", "Give ", "Rx: "};
    order.text = chance.of(starts) + chance.of(product.names);
    order.ingredients = product.ingredients;
    write_dose(order, product, chance.of(product.strengths), chance);
    const auto route = std::find_if(route_words.begin(), route_words.end(),
                                    [&](const RouteWord& words) { return words.route == product.route; });
    add(order.text, chance.of(route->words));
    order.route = product.route;
    const Phrase& frequency = chance.of(frequencies);
    const Phrase& need = chance.of(needs);
    const Phrase& duration = chance.of(durations);
    for (const Phrase* phrase : {&frequency, &need, &duration}) add(order.text, phrase->words);
    order.times = frequency.meaning;
    order.prn = need.meaning;
    order.days = duration.meaning;
    order.text += chance.of(endings);
    if (chance.of(std::vector<int>{0, 0, 0, 0, 1}) == 1) order.text = upper(order.text);
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace

TEST_CASE("orders as wards write them are read right", "[regression][orders]") {
  const auto orders = written_orders();
  REQUIRE(orders.size() >= 250);
  check_orders(orders, "written orders");
}

TEST_CASE("orders put together from name, dose, route and frequency are read right", "[regression][orders]") {
  const auto orders = made_orders(1'000);
  std::set<std::string> different;
  for (const OrderString& order : orders) different.insert(order.text);
  REQUIRE(different.size() >= 990);
  check_orders(orders, "made orders");
}
