#include "knowledge/order_grammar.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "core/medication.hpp"

using namespace guardian::knowledge;
using guardian::core::DoseUnit;

namespace {

std::optional<double> daily(const char* text) { return guardian::core::daily_mg(read_order(text).dose, 0); }
std::optional<double> times(const char* text) { return read_order(text).dose.times_per_day; }
std::optional<double> days(const char* text) { return read_order(text).dose.duration_days; }
std::string route(const char* text) { return read_order(text).route; }

void check_finite(const guardian::core::Dose& dose) {
  const auto fine = [](double number) { return std::isfinite(number) && number >= 0.0; };
  for (const double strength : dose.strengths) RC_ASSERT(fine(strength));
  RC_ASSERT(!dose.amount || fine(*dose.amount));
  RC_ASSERT(!dose.times_per_day || (fine(*dose.times_per_day) && *dose.times_per_day > 0.0));
  RC_ASSERT(!dose.duration_days || fine(*dose.duration_days));
}

}  // namespace

TEST_CASE("an order is read into name, strength, amount, route, frequency and duration", "[knowledge][order]") {
  const OrderReading order = read_order("Sporanox 100mg caps 2 PO BID w/ food x14d");
  CHECK(order.name_words == std::vector<std::string>{"sporanox"});
  CHECK(order.route == "oral");
  CHECK(order.dose.strengths == std::vector<double>{100});
  CHECK(order.dose.strength_unit == DoseUnit::mg);
  CHECK(order.dose.amount == 2.0);
  CHECK(order.dose.times_per_day == 2.0);
  CHECK(order.dose.duration_days == 14.0);
  CHECK_FALSE(order.dose.as_needed);
}

TEST_CASE("what is not stated stays unknown", "[knowledge][order]") {
  const OrderReading order = read_order("warfarin");
  CHECK(order.route.empty());
  CHECK(order.dose == guardian::core::Dose{});
  CHECK(read_order("").name_words.empty());
}

TEST_CASE("frequencies are read as times a day", "[knowledge][order]") {
  CHECK(times("foo 5 mg qd") == 1.0);
  CHECK(times("foo 5 mg b.i.d.") == 2.0);
  CHECK(times("foo 5 mg TID") == 3.0);
  CHECK(times("foo 5 mg q6h") == 4.0);
  CHECK(times("foo 5 mg q 8 hours") == 3.0);
  CHECK(times("foo 5 mg every 12 hours") == 2.0);
  CHECK(*times("foo 5 mg q72h") == Approx(1.0 / 3.0));
  CHECK(times("foo 5 mg every other day") == 0.5);
  CHECK(*times("foo 15 mg weekly") == Approx(1.0 / 7.0));
  CHECK(*times("foo 15 mg q week") == Approx(1.0 / 7.0));
  CHECK(*times("foo 15 mg every Monday") == Approx(1.0 / 7.0));
  CHECK(*times("foo 15 mg once a week") == Approx(1.0 / 7.0));
  CHECK(*times("foo 15 mg twice weekly") == Approx(2.0 / 7.0));
  CHECK(*times("foo 40 mg every 2 weeks") == Approx(1.0 / 14.0));
  CHECK(*times("foo 1 mg monthly") == Approx(1.0 / 30.0));
  CHECK(times("foo 5 mg twice daily") == 2.0);
  CHECK(times("foo 5 mg 3 times a day") == 3.0);
  CHECK(times("foo 5 mg 4x/day") == 4.0);
  CHECK(times("foo 5 mg qam and qhs") == 2.0);
  CHECK(times("foo 5 mg once daily at bedtime") == 1.0);
  CHECK(times("foo 5 mg every evening") == 1.0);
}

TEST_CASE("an as-needed range counts at its maximum", "[knowledge][order]") {
  const OrderReading order = read_order("APAP 325mg 1-2 tabs q4-6h prn pain");
  CHECK(order.dose.as_needed);
  CHECK(order.dose.amount == 2.0);
  CHECK(order.dose.times_per_day == 6.0);
  CHECK(*daily("APAP 325mg 1-2 tabs q4-6h prn pain") == Approx(3900.0));
  CHECK(read_order("foo 5 mg as needed").dose.as_needed);
  CHECK(read_order("foo 5 mg q4hprn").dose.as_needed);
}

TEST_CASE("a single dose is one day", "[knowledge][order]") {
  const OrderReading order = read_order("ketorolac 30mg IV x1");
  CHECK(order.route == "iv");
  CHECK(order.dose.times_per_day == 1.0);
  CHECK(order.dose.duration_days == 1.0);
}

TEST_CASE("durations are read in days", "[knowledge][order]") {
  CHECK(days("foo 5 mg daily for 10 days") == 10.0);
  CHECK(days("foo 5 mg daily x 2 weeks") == 14.0);
  CHECK(days("foo 5 mg daily x5d") == 5.0);
  CHECK_FALSE(days("foo 5 mg daily for pain").has_value());
}

TEST_CASE("numbers keep their size", "[knowledge][order]") {
  CHECK(*daily("foo 1,000 mg daily") == Approx(1000.0));
  CHECK(*daily("foo .5 mg daily") == Approx(0.5));
  CHECK(*daily("foo 0,125 mg daily") == Approx(0.125));
  CHECK(*daily("foo 25 mg 1/2 tab daily") == Approx(12.5));
  CHECK(*daily("foo 10 mg 1 1/2 tabs daily") == Approx(15.0));
  CHECK(*daily("foo 10 mg one and a half tablets daily") == Approx(15.0));
  CHECK(*daily("foo 10 mg \xC2\xBD tab daily") == Approx(5.0));
  CHECK(*daily("foo 100 \xC2\xB5g daily") == Approx(0.1));
  CHECK(*daily("foo 10 mg two tablets daily") == Approx(20.0));
}

TEST_CASE("each ingredient of a combination keeps its strength", "[knowledge][order]") {
  CHECK(read_order("amoxicillin-clavulanate 875-125").dose.strengths == std::vector<double>{875, 125});
  CHECK(read_order("lisinopril/HCTZ 20-12.5 mg").dose.strengths == std::vector<double>{20, 12.5});
  const OrderReading order = read_order("Hydrochlorothiazide 25 MG / Triamterene 37.5 MG Oral Tablet");
  CHECK(order.dose.strengths == std::vector<double>{25, 37.5});
  CHECK(order.dose.strength_unit == DoseUnit::mg);
  CHECK(order.route == "oral");
  CHECK(read_order("foo 5 mg/325 mg q6h").dose.strengths == std::vector<double>{5, 325});
}

TEST_CASE("a liquid counts by its volume and a concentration alone is no dose", "[knowledge][order]") {
  CHECK(*daily("amoxicillin 400mg/5mL 10 mL BID") == Approx(1600.0));
  CHECK(*daily("amoxicillin 400mg/5mL 1 tsp BID") == Approx(800.0));
  CHECK_FALSE(daily("amoxicillin 400mg/5mL BID").has_value());
  CHECK(*daily("enoxaparin 40 mg/0.4 mL SC daily") == Approx(40.0));
  CHECK(*daily("enoxaparin 100 mg/mL 40 mg SC daily") == Approx(40.0));
}

TEST_CASE("a patch counts by what it releases in a day", "[knowledge][order]") {
  const OrderReading order = read_order("fentanyl 25 mcg/hr patch q72h");
  CHECK(order.route == "transdermal");
  CHECK(order.dose.strengths == std::vector<double>{25});
  CHECK(*order.dose.times_per_day == Approx(1.0 / 3.0));
  CHECK(*daily("fentanyl 25 mcg/hr patch q72h") == Approx(0.6));
  CHECK(*daily("estradiol 0.05 mg/24 hr patch twice weekly") == Approx(0.05));
}

TEST_CASE("a patch without an interval is not changed at any known time", "[knowledge][order]") {
  for (const char* text : {"fentanyl patch 25 mcg/h", "clonidine 0.1 mg/24 h patch", "estradiol patch 0.05 mg/day"}) {
    INFO(text);
    CHECK_FALSE(times(text).has_value());
    CHECK(read_order(text).dose.strengths.empty());
    CHECK(read_order(text).is_rate);
  }
  CHECK(times("fentanyl 25 mcg/hr patch daily") == 1.0);
}

TEST_CASE("a rate of minutes or hours is no dose, and one of a day or a week is", "[knowledge][order]") {
  for (const char* text : {"foo 10 mEq/hr", "foo 0.1 mcg/kg/min", "foo 18 units/kg/hr IV", "foo 2 mU/min",
                           "foo 50 mcg/hr IV daily", "foo 25,000 units/250 mL at 12 mL/hr"}) {
    INFO(text);
    CHECK(read_order(text).dose.strengths.empty());
  }
  CHECK(read_order("foo 20 mEq in 1 L at 125 mL/hr").dose.strengths == std::vector<double>{20});
  CHECK(*times("foo 15 mg/week") == Approx(1.0 / 7.0));
  CHECK(*daily("foo 900 mg/day") == Approx(900.0));
  CHECK(*daily("foo 1 g/8h") == Approx(3000.0));
}

namespace {

// "18 units/kg/h"; empty: nothing runs, or not at one rate.
std::string rate(const char* text) {
  const auto rate = read_order(text).dose.rate;
  if (!rate) return {};
  std::string number = std::to_string(rate->strength);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number + " " + std::string(guardian::core::to_string(rate->unit)) + (rate->by_minute ? "/min" : "/h");
}

}  // namespace

TEST_CASE("how fast an infusion runs is read, by weight too", "[knowledge][order]") {
  CHECK(rate("foo 18 units/kg/h IV") == "18 units/kg/h");
  CHECK(rate("foo 80 units/kg bolus then 18 units/kg/hr") == "18 units/kg/h");
  CHECK(rate("foo 1000 units/hr") == "1000 units/h");
  CHECK(rate("foo 25,000 units/250 mL at 12 mL/h") == "1200 units/h");
  CHECK(rate("foo 25000 units in 500 mL D5W at 20 mL/hr") == "1000 units/h");
  CHECK(rate("foo 100 units/100 mL NS at 5 mL per hour") == "5 units/h");
  CHECK(rate("foo 50 mg/mL, 2 mL/h") == "100 mg/h");
  CHECK(rate("foo 1 g in 100 mL at 200 mL/h q24h").empty());
  CHECK(rate("foo 25,000 units/250 mL at 12 mL/h then 10 mL/h").empty());
  CHECK(rate("foo 0.1 mcg/kg/min") == "0.0001 mg/kg/min");
  CHECK(rate("foo 5 mg/kg/h infusion") == "5 mg/kg/h");
  CHECK(rate("foo 8 mcg/min") == "8 mcg/min");
  CHECK(rate("foo 10 mEq/hr") == "10 mEq/h");
  CHECK(rate("foo 2 mU/min") == "0.002 units/min");
  for (const char* none : {"foo 90 mg/kg/day divided BID", "foo 1 mg/min x 6 h then 0.5 mg/min", "foo 5 mg daily",
                           "foo patch 25 mcg/hr", "foo 900 mg/day"}) {
    INFO(none);
    CHECK(rate(none).empty());
  }
}

TEST_CASE("what is counted may be counted for each kilogram or square metre", "[knowledge][order]") {
  using guardian::core::DoseUnit;
  const auto dose = [](const char* text) { return read_order(text).dose; };
  CHECK(dose("foo 80 units/kg IV bolus").strength_unit == DoseUnit::units_per_kg);
  CHECK(dose("foo 80 units/kg IV bolus").strengths == std::vector<double>{80.0});
  CHECK(dose("foo 80 units/kg bolus then 18 units/kg/h").strengths == std::vector<double>{80.0});
  CHECK(dose("foo 0.5 units/kg/day").strength_unit == DoseUnit::units_per_kg);
  CHECK(dose("foo 0.5 units/kg/day").times_per_day == 1.0);
  CHECK(dose("foo 0.5 mEq/kg IV over 1 hour").strength_unit == DoseUnit::meq_per_kg);
  CHECK(dose("foo 1000 units/m2 IV").strength_unit == DoseUnit::units_per_m2);
  CHECK(dose("foo 1 mg/kg (80 mg) SC q12h").strengths == std::vector<double>{80.0});
  CHECK(dose("foo 1 mg/kg (80 mg) SC q12h").strength_unit == DoseUnit::mg);
}

TEST_CASE("counted doses bound an interval", "[knowledge][order]") {
  CHECK(times("foo 0.4 mg q5min x3") == 3.0);
  CHECK(times("foo 0.4 mg every 5 minutes up to 3 doses") == 3.0);
  CHECK(times("foo 5 mg q15 min prn x3") == 3.0);
  CHECK(times("foo 0.4 mg prn, may repeat q5min x 2") == 3.0);
  CHECK_FALSE(times("foo 1 mg q3-5min").has_value());
  CHECK(times("foo 2 g q8h x 3 doses") == 3.0);
  CHECK(days("foo 2 g q8h x 3 doses") == 1.0);
  CHECK(times("foo 40 mg BID x 7") == 2.0);
  CHECK_FALSE(days("foo 40 mg BID x 7").has_value());
  CHECK(times("foo 5 mg hourly x 0") == 24.0);
  CHECK_FALSE(times("foo 5 mg 0 times a day").has_value());
}

TEST_CASE("a scheme of the day counts the times and not a range", "[knowledge][order]") {
  CHECK(*daily("foo 50 mg 1-0-1") == Approx(100.0));
  CHECK(*daily("foo 50 mg 1-1-1-1") == Approx(200.0));
  CHECK(*daily("foo 50 mg \xC2\xBD-0-0") == Approx(25.0));
  CHECK(*daily("foo 50 mg 2-0-2") == Approx(200.0));
  CHECK(*daily("foo 50 mg 2-0-1") == Approx(150.0));
  CHECK(read_order("foo 50 mg 2-0-1").dose.amount == 2.0);
  CHECK(read_order("foo 50 mg 2-0-1").doses_differ);
  CHECK_FALSE(read_order("foo 50 mg 1-0-1").doses_differ);
  CHECK(read_order("foo 5-160-12.5 mg daily").dose.strengths == std::vector<double>{5, 160, 12.5});
  CHECK(read_order("foo 50 mg 1-2 daily").dose.amount == 2.0);
}

TEST_CASE("doses that differ within a day are the largest and the total of the day", "[knowledge][order]") {
  CHECK(*daily("foo 5 mg 1 tab in the morning 2 tabs at night") == Approx(15.0));
  const OrderReading unequal = read_order("foo 500 mg AM 1000 mg PM");
  CHECK(unequal.dose.strengths == std::vector<double>{1000.0});
  CHECK(*daily("foo 500 mg AM 1000 mg PM") == Approx(1500.0));
  CHECK(unequal.doses_differ);
  CHECK(*daily("foo 500 mg AM 500 mg PM") == Approx(1000.0));
  CHECK_FALSE(read_order("foo 500 mg AM 500 mg PM").doses_differ);
}

TEST_CASE("of a dose that falls later the first is taken, with its duration", "[knowledge][order]") {
  const OrderReading first = read_order("foo 10 mg BID x 7 days then 5 mg BID");
  CHECK(first.dose.strengths == std::vector<double>{10.0});
  CHECK(first.dose.times_per_day == 2.0);
  CHECK(first.dose.duration_days == 7.0);
  CHECK(first.has_later_dose);
  // Of a rising dose it is not known which is given now.
  CHECK_FALSE(daily("foo 5 mg daily x 7 days then 10 mg daily").has_value());
  CHECK_FALSE(daily("foo 1.2 mg then 0.6 mg daily").has_value());
}

TEST_CASE("a ratio of a liquid is grams in millilitres", "[knowledge][order]") {
  const SpelledText text = spelled("epinephrine 1:1000 0.5 mL im once");
  const OrderReading reading = read_order(text, std::vector<NameSpan>{{0, 1}});
  CHECK(reading.dose.strengths == std::vector<double>{1.0});
  CHECK(reading.dose.strength_unit == guardian::core::DoseUnit::mg);
  CHECK(reading.dose.amount == 0.5);
  CHECK(*daily("epinephrine 1:10,000 10 mL iv once") == Approx(1.0));
  CHECK_FALSE(daily("foo 1:4 10 mL once").has_value());
}

TEST_CASE("a clock time is no number of tablets", "[knowledge][order]") {
  CHECK(*daily("foo 40 mg BD (8am and 2pm)") == Approx(80.0));
  CHECK(times("foo 40 mg at 0800 and 1400") == 2.0);
  CHECK(*daily("foo 40 mg at 8 pm") == Approx(40.0));
  CHECK(*daily("foo 40 mg 6 hourly") == Approx(160.0));
}

TEST_CASE("ON is every night behind a dose alone", "[knowledge][order]") {
  CHECK(times("foo 10 mg ON") == 1.0);
  CHECK(times("foo 10 mg ON prn") == 1.0);
  CHECK_FALSE(times("foo 10 mg on hold").has_value());
  CHECK_FALSE(times("foo 10 mg on an empty stomach").has_value());
  CHECK(times("foo 10 mg on alternate days") == 0.5);
}

TEST_CASE("doses that disagree are given up and not guessed", "[knowledge][order]") {
  CHECK_FALSE(daily("foo 500 mg day 1 then 250 mg daily").has_value());
  CHECK_FALSE(daily("foo 5 mg 1 tab in the morning 2 tabs at night prn").has_value());
  CHECK_FALSE(daily("foo 500 mg AM 1000 mg AM").has_value());
  CHECK_FALSE(daily("foo 500 mg BID 1000 mg at night").has_value());
  CHECK(*daily("prednisone 10 mg tabs take 40 mg daily") == Approx(40.0));
  CHECK(*daily("foo 5 mg daily max 40 mg") == Approx(5.0));
}

TEST_CASE("quantities dispensed and refills are no doses", "[knowledge][order]") {
  CHECK(*daily("ibuprofen 800mg #30 TID") == Approx(2400.0));
  CHECK(*daily("lisinopril 20 mg tablet 1 tablet daily dispense 30 tablets") == Approx(20.0));
  CHECK(*daily("24 HR metformin 500 MG Extended Release Oral Tablet daily") == Approx(500.0));
}

TEST_CASE("doses that are no mass keep their unit", "[knowledge][order]") {
  CHECK(read_order("Lantus 20 units subq qhs").dose.strength_unit == DoseUnit::units);
  CHECK(read_order("insulin glargine 100 UNT/ML Injectable Solution").dose.strength_unit == DoseUnit::units);
  CHECK(read_order("potassium chloride 20 mEq PO daily").dose.strength_unit == DoseUnit::meq);
  CHECK(read_order("timolol 0.5% eye drops 1 gtt OU BID").dose.strength_unit == DoseUnit::percent);
  CHECK(read_order("enoxaparin 1 mg/kg SC q12h").dose.strength_unit == DoseUnit::mg_per_kg);
  for (const std::string_view order :
       {"docetaxel 75 mg/m2 IV q3w", "docetaxel 75 mg/m\xC2\xB2 IV", "docetaxel 0.075 g/m2 IV"}) {
    CAPTURE(order);
    const guardian::core::Dose dose = read_order(order).dose;
    CHECK(dose.strength_unit == DoseUnit::mg_per_m2);
    CHECK(dose.strengths == std::vector<double>{75});
    CHECK_FALSE(dose.amount.has_value());
  }
  CHECK_FALSE(daily("enoxaparin 1 mg/kg SC q12h").has_value());
  CHECK_FALSE(daily("lisinopril 20 daily").has_value());
}

TEST_CASE("routes are read from words and forms", "[knowledge][order]") {
  CHECK(route("foo 5 mg PO") == "oral");
  CHECK(route("foo by mouth") == "oral");
  CHECK(route("foo 5 mg tab") == "oral");
  CHECK(route("foo 5 mg IM") == "im");
  CHECK(route("foo subcut") == "subcutaneous");
  CHECK(route("foo SL") == "sublingual");
  CHECK(route("foo 1 g PR qhs") == "rectal");
  CHECK(route("foo PR 100 mg tablets") == "oral");
  CHECK(route("foo 1% gel apply to knee") == "topical");
  CHECK(route("foo oral gel") == "buccal");
  CHECK(route("foo lozenge") == "buccal");
  CHECK(route("foo vaginal cream") == "vaginal");
  CHECK(route("foo eye drops") == "ophthalmic");
  CHECK(route("foo 1 gtt OD") == "ophthalmic");
  CHECK(route("foo ear drops") == "otic");
  CHECK(route("foo nasal spray") == "nasal");
  CHECK(route("foo 2 puffs inh") == "inhaled");
  CHECK(route("foo neb") == "inhaled");
  CHECK(route("foo powder for oral inhalation") == "inhaled");
  CHECK(route("foo liqui-gels") == "oral");
  CHECK(route("foo gel cap") == "oral");
  CHECK(route("foo subdermal implant") == "implant");
  CHECK(route("foo intrathecal") == "intrathecal");
}

TEST_CASE("a route is never made up from a weak hint", "[knowledge][order]") {
  CHECK(route("foo injectable solution").empty());
  CHECK(route("foo drops").empty());
  CHECK(route("foo spray").empty());
  CHECK(route("foo apply to knee").empty());
  CHECK(route("furosemide 40 mg OD").empty());
}

TEST_CASE("of a local and a systemic route the systemic one counts", "[knowledge][order]") {
  CHECK(route("foo PO or PV") == "oral");
  CHECK(route("foo topical IV") == "iv");
}

TEST_CASE("OD is once daily unless the words speak of eyes", "[knowledge][order]") {
  CHECK(times("furosemide 40 mg OD") == 1.0);
  CHECK_FALSE(times("timolol 1 gtt OD").has_value());
}

TEST_CASE("reading any bytes never throws and never gives a negative or infinite dose",
          "[knowledge][order][property]") {
  CHECK(rc::check([](const std::vector<unsigned char>& bytes) {
    const OrderReading order = read_order(std::string(bytes.begin(), bytes.end()));
    check_finite(order.dose);
  }));
}

TEST_CASE("words of orders in any order are read without failing", "[knowledge][order][property]") {
  const std::vector<std::string> words{
      "5",       "mg",  "/",    "ml",  "-",     "q",       "every",  "x",       "for",    "1/2",
      "%",       "tab", "take", "prn", "per",   "hour",    "to",     "and",     "half",   "24h",
      "kg",      "#",   "max",  "po",  "twice", ",",       "0",      "week",    "hourly", "1-0-1",
      "mcg/hr",  "on",  "off",  "am",  "doses", "divided", "repeat", "mon",     "m/w/f",  "5/7",
      "million", "mu",  "in",   "x3",  "day",   "patch",   "q5min",  "1/2-0-0", "daily",  "ii"};
  CHECK(rc::check([&] {
    const auto picked = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(words));
    std::string text = "warfarin";
    for (const std::string& word : picked) text += (*rc::gen::arbitrary<bool>() ? " " : "") + word;
    check_finite(read_order(text).dose);
  }));
}
