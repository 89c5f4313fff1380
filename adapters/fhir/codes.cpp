#include "adapters/fhir/codes.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "adapters/fhir/code_table.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::fhir {
namespace {

constexpr std::string_view unknown{};

constexpr std::array<Row<Measure>, 39> measures{{
    {"1104441000000107", Measure::consciousness},  // ACVPU scale (UK)
    {"11778-8", Measure::delivery_date},
    {"11779-6", Measure::delivery_date},
    {"11780-4", Measure::delivery_date},
    {"11884-4", Measure::gestation},
    {"11885-1", Measure::gestation},
    {"18185-9", Measure::gestation},
    {"2708-6", Measure::spo2},
    {"29463-7", Measure::weight},
    {"3137-7", Measure::height},
    {"3138-5", Measure::height},
    {"3141-9", Measure::weight},
    {"3142-7", Measure::weight},
    {"3150-6", Measure::oxygen_concentration},
    {"3151-8", Measure::oxygen_flow},
    {"413712001", Measure::lactation},
    {"49051-6", Measure::gestation},
    {"59408-5", Measure::spo2},
    {"63895-7", Measure::lactation},
    {"67775-7", Measure::consciousness},
    {"72166-2", Measure::smoking},
    {"80288-4", Measure::consciousness},
    {"82810-3", Measure::pregnancy},
    {"8302-2", Measure::height},
    {"8310-5", Measure::temperature},
    {"8328-7", Measure::temperature},
    {"8331-1", Measure::temperature},
    {"8332-9", Measure::temperature},
    {"8333-7", Measure::temperature},
    {"8453-3", Measure::diastolic_bp},
    {"8454-1", Measure::diastolic_bp},
    {"8455-8", Measure::diastolic_bp},
    {"8459-0", Measure::systolic_bp},
    {"8460-8", Measure::systolic_bp},
    {"8461-6", Measure::systolic_bp},
    {"8462-4", Measure::diastolic_bp},
    {"8480-6", Measure::systolic_bp},
    {"8867-4", Measure::heart_rate},
    {"9279-1", Measure::respiratory_rate},
}};
static_assert(in_order(measures));

constexpr Words<5> consciousness_codes{{
    {"130987000", "C"},
    {"248234008", "A"},
    {"300202002", "V"},
    {"422768004", "U"},
    {"450847001", "P"},
}};
static_assert(in_order(consciousness_codes));

constexpr std::array<Row<Answer>, 4> pregnancy_answers{{
    {"60001007", Answer::no},
    {"77386006", Answer::yes},
    {"LA15173-0", Answer::yes},
    {"LA26683-5", Answer::no},
}};
static_assert(in_order(pregnancy_answers));

constexpr std::array<Row<Absence>, 16> absences{{
    {"1003774007", Absence::none_of_kind},  // latex
    {"160245001", Absence::none_known},     // no current problems
    {"409137002", Absence::none_known},     // drug allergy
    {"428607008", Absence::none_of_kind},   // environment
    {"429625007", Absence::none_of_kind},   // food
    {"716184000", Absence::none_of_kind},   // latex
    {"716186003", Absence::none_known},     // allergy
    {"no-allergy-info", Absence::no_information},
    {"no-known-allergies", Absence::none_known},
    {"no-known-environmental-allergies", Absence::none_of_kind},
    {"no-known-food-allergies", Absence::none_of_kind},
    {"no-known-medication-allergies", Absence::none_known},
    {"no-known-medications", Absence::none_known},
    {"no-known-problems", Absence::none_known},
    {"no-medication-info", Absence::no_information},
    {"no-problem-info", Absence::no_information},
}};
static_assert(in_order(absences));

constexpr Words<18> routes{{
    {"10547007", "otic"},
    {"16857009", "vaginal"},
    {"26643006", "oral"},
    {"34206005", "subcutaneous"},
    {"37161004", "rectal"},
    {"37839007", "sublingual"},
    {"404820008", "epidural"},
    {"447694001", "inhaled"},
    {"448077001", "inhaled"},
    {"45890007", "transdermal"},
    {"46713006", "nasal"},
    {"47625008", "intravenous"},
    {"54471007", "buccal"},
    {"54485002", "ophthalmic"},
    {"6064005", "topical"},
    {"72607000", "intrathecal"},
    {"78421000", "intramuscular"},
    {"C38288", "oral"},  // NCI Thesaurus, as US labels and orders code it
}};
static_assert(in_order(routes));

constexpr Words<19> reactions{{
    {"126485001", "urticaria"},
    {"247472004", "hives"},
    {"267036007", "shortness of breath"},
    {"271807003", "rash"},
    {"39579001", "anaphylaxis"},
    {"402387002", "angioedema"},
    {"41291007", "angioedema"},
    {"417516000", "anaphylaxis"},
    {"418290006", "itching"},
    {"422400008", "vomiting"},
    {"422587007", "nausea"},
    {"4386001", "bronchospasm"},
    {"4448006", "headache"},
    {"49727002", "cough"},
    {"609328004", "allergic reaction"},
    {"62315008", "diarrhea"},
    {"702809001", "DRESS"},
    {"73442001", "Stevens-Johnson syndrome"},
    {"768962006", "toxic epidermal necrolysis"},
}};
static_assert(in_order(reactions));

// Lower case, without braces and brackets.
constexpr Words<35> dose_units{{
    {"actuat", "puff"},     {"actuation", "puff"},    {"cap", "capsule"},     {"caplet", "tablet"},
    {"capsule", "capsule"}, {"capsules", "capsules"}, {"cc", "mL"},           {"dose", "dose"},
    {"drop", "drop"},       {"drops", "drops"},       {"drp", "drop"},        {"g", "g"},
    {"gtt", "drop"},        {"inh", "puff"},          {"inhalation", "puff"}, {"international unit", "units"},
    {"iu", "units"},        {"mcg", "mcg"},           {"meq", "mEq"},         {"mg", "mg"},
    {"ml", "mL"},           {"mmol", "mmol"},         {"ng", "ng"},           {"patch", "patch"},
    {"pill", "tablet"},     {"puff", "puff"},         {"puffs", "puffs"},     {"tab", "tablet"},
    {"tablet", "tablet"},   {"tablets", "tablets"},   {"tbl", "tablet"},      {"u", "units"},
    {"ug", "mcg"},          {"unit", "units"},        {"units", "units"},
}};
static_assert(in_order(dose_units));

constexpr Words<17> timings{{
    {"AM", "every morning"},
    {"BED", "at bedtime"},
    {"BID", "2 times a day"},
    {"MO", "once a month"},
    {"PM", "every evening"},
    {"Q1H", "every hour"},
    {"Q2H", "every 2 hours"},
    {"Q3H", "every 3 hours"},
    {"Q4H", "every 4 hours"},
    {"Q6H", "every 6 hours"},
    {"Q8H", "every 8 hours"},
    {"QD", "once daily"},
    {"QH", "every hour"},
    {"QID", "4 times a day"},
    {"QOD", "every other day"},
    {"TID", "3 times a day"},
    {"WK", "once a week"},
}};
static_assert(in_order(timings));

constexpr Words<12> moments{{
    {"AFT", "in the afternoon"},
    {"AFT.late", "in the afternoon"},
    {"EVE", "in the evening"},
    {"EVE.early", "in the evening"},
    {"EVE.late", "in the evening"},
    {"HS", "at bedtime"},
    {"MORN", "in the morning"},
    {"MORN.early", "in the morning"},
    {"MORN.late", "in the morning"},
    {"NIGHT", "at night"},
    {"NOON", "at noon"},
    {"WAKE", "in the morning"},
}};
static_assert(in_order(moments));

}  // namespace

Measure measure_of(std::string_view code) noexcept { return looked_up(measures, code, Measure::none); }
Answer pregnancy_answer(std::string_view code) noexcept { return looked_up(pregnancy_answers, code, Answer::unknown); }
Absence absence_of(std::string_view code) noexcept { return looked_up(absences, code, Absence::none); }
std::string_view route_word(std::string_view snomed) noexcept { return looked_up(routes, snomed, unknown); }
std::string_view reaction_word(std::string_view snomed) noexcept { return looked_up(reactions, snomed, unknown); }
std::string_view timing_words(std::string_view code) noexcept { return looked_up(timings, code, unknown); }
std::string_view moment_words(std::string_view when) noexcept { return looked_up(moments, when, unknown); }

std::string_view consciousness_of(std::string_view code, std::string_view words) noexcept {
  if (const std::string_view letter = looked_up(consciousness_codes, code, unknown); !letter.empty()) return letter;
  constexpr std::size_t longest = 80;  // of words that still are an answer
  if (words.empty() || words.size() > longest) return {};
  const std::string lower = knowledge::lower_case(words);
  const auto says = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
  // The graver one first: "responds to pain, not to voice".
  if (says("unresponsive") || lower == "u") return "U";
  if (says("pain") || lower == "p") return "P";
  if (says("voice") || says("verbal") || lower == "v") return "V";
  if (says("confus") || lower == "c") return "C";
  return says("alert") || lower == "a" ? std::string_view("A") : std::string_view{};
}

std::string_view dose_unit_word(std::string_view unit) noexcept {
  const auto strip = [&](char open, char close) {
    if (unit.size() > 2 && unit.front() == open && unit.back() == close) unit = unit.substr(1, unit.size() - 2);
  };
  strip('{', '}');
  strip('[', ']');
  std::array<char, 24> lower{};
  if (unit.size() > lower.size()) return unit;
  std::transform(unit.begin(), unit.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view word = looked_up(dose_units, std::string_view(lower.data(), unit.size()), unknown);
  return word.empty() ? unit : word;
}

}  // namespace guardian::adapters::fhir
