// Dosages as words of an order, and what the order grammar reads out of them.

#include <catch2/catch.hpp>

#include "adapters/fhir/dosage.hpp"
#include "adapters/json/json_view.hpp"
#include "knowledge/order_grammar.hpp"

using namespace guardian;

namespace {

std::string words(const std::string& json) {
  adapters::JsonReader reader;
  const auto viewing = reader.parse(json);
  REQUIRE(viewing.value.present());
  return adapters::fhir::dosage_text(viewing.value);
}

// Of one dose of a tablet of 50 mg.
struct Read {
  double amount;
  double times;
};

Read read(const std::string& repeat) {
  const std::string text =
      words(R"([{"doseAndRate":[{"doseQuantity":{"value":2,"unit":"tablet"}}],"timing":{"repeat":)" + repeat + "}}]");
  INFO(text);
  const auto order = knowledge::read_order("metoprolol 50 mg tablet " + text);
  REQUIRE(order.dose.times_per_day);
  return {order.dose.amount.value_or(0.0), *order.dose.times_per_day};
}

}  // namespace

TEST_CASE("how often is written as the order grammar reads it", "[adapters][fhir]") {
  const auto times = [](const std::string& repeat) {
    const Read order = read(repeat);
    CHECK(order.amount == 2.0);
    return order.times;
  };
  CHECK(times(R"({"frequency":1,"period":1,"periodUnit":"d"})") == 1.0);
  CHECK(times(R"({"frequency":3,"period":1,"periodUnit":"d"})") == 3.0);
  CHECK(times(R"({"frequency":1,"period":8,"periodUnit":"h"})") == 3.0);
  CHECK(times(R"({"period":12,"periodUnit":"h"})") == 2.0);
  CHECK(times(R"({"frequency":2,"period":24,"periodUnit":"h"})") == 2.0);
  CHECK(times(R"({"frequency":1,"period":0.5,"periodUnit":"d"})") == 2.0);
  CHECK(times(R"({"frequency":1,"period":4,"periodMax":6,"periodUnit":"h"})") == 6.0);
  CHECK(times(R"({"frequency":1,"frequencyMax":2,"period":1,"periodUnit":"d"})") == 2.0);
  CHECK(times(R"({"frequency":1,"period":2,"periodUnit":"d"})") == 0.5);
  CHECK(times(R"({"frequency":1,"period":1,"periodUnit":"wk"})") == Approx(1.0 / 7.0));
  CHECK(times(R"({"frequency":3,"period":1,"periodUnit":"wk"})") == Approx(3.0 / 7.0));
  CHECK(times(R"({"frequency":1,"period":1,"periodUnit":"d","dayOfWeek":["mon","thu"]})") == Approx(2.0 / 7.0));
  CHECK(times(R"({"dayOfWeek":["wed"]})") == Approx(1.0 / 7.0));
  CHECK(times(R"({"frequency":1,"period":1,"periodUnit":"mo"})") == Approx(1.0 / 30.0).epsilon(0.03));
  CHECK(times(R"({"when":["HS"]})") == 1.0);
  CHECK(times(R"({"when":["MORN","NIGHT"]})") == 2.0);
  CHECK(times(R"({"timeOfDay":["08:00:00","14:00:00","20:00:00"]})") == 3.0);
}

TEST_CASE("dose, route, need, duration and limit stand beside the frequency", "[adapters][fhir]") {
  CHECK(
      words(
          R"([{"text":"ignored","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d","boundsDuration":{"value":7,"code":"d"}}},
      "route":{"coding":[{"system":"http://snomed.info/sct","code":"26643006","display":"Oral use"}]},"asNeededBoolean":true,
      "doseAndRate":[{"doseQuantity":{"value":500,"unit":"mg"}}],
      "maxDosePerPeriod":{"numerator":{"value":4000,"unit":"mg"},"denominator":{"value":24,"unit":"h"}}}])") ==
      "500 mg 2 times a day oral as needed for 7 days max 4000 mg in 24 hours");
  CHECK(words(R"([{"timing":{"code":{"coding":[{"code":"BID"}]}},"route":{"text":"By mouth"},
      "doseAndRate":[{"doseRange":{"low":{"value":1},"high":{"value":2,"unit":"{tbl}"}}}]}])") ==
        "1-2 tablet 2 times a day by mouth");
  CHECK(
      words(
          R"([{"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d","boundsPeriod":{"start":"2026-11-02","end":"2026-11-12"}}},
      "doseAndRate":[{"doseQuantity":{"value":250,"unit":"ug","code":"ug"}}]}])") == "250 mcg once daily for 10 days");
  // STU3, and an administration.
  CHECK(
      words(
          R"([{"doseQuantity":{"value":5,"unit":"mg"},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}}])") ==
      "5 mg once daily");
  CHECK(words(R"({"dose":{"value":30,"unit":"mg"},"route":{"coding":[{"code":"78421000"}]}})") ==
        "30 mg intramuscular");
  CHECK(
      words(
          R"([{"doseAndRate":[{"rateRatio":{"numerator":{"value":100,"unit":"mL"},"denominator":{"value":1,"unit":"h"}}}]}])") ==
      "100 mL/h");
}

TEST_CASE("the prescriber's words stand where the fields do not say both how much and how often", "[adapters][fhir]") {
  CHECK(words(R"([{"text":"1 tab po bid"}])") == "1 tab po bid");
  CHECK(
      words(
          R"([{"text":"Take 1 tablet daily. Do not take with aspirin.","doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}])") ==
      "Take 1 tablet daily");
  CHECK(words(R"([{"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}])") == "1 tablet");
  CHECK(words(R"([{"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}}])") == "once daily");
  CHECK(words(R"([{"route":{"text":"oral"}}])") == "oral");
  CHECK(words("[]").empty());
  CHECK(words("[{}]").empty());
}

TEST_CASE("several dosages are told apart", "[adapters][fhir]") {
  const auto two = [](const std::string& first, const std::string& second) {
    return words(R"([{"sequence":)" + first + R"(,"text":"40 mg daily for 5 days"},{"sequence":)" + second +
                 R"(,"text":"20 mg daily for 5 days"}])");
  };
  CHECK(two("1", "2") == "40 mg daily for 5 days then 20 mg daily for 5 days");
  CHECK(two("1", "1") == "40 mg daily for 5 days and 20 mg daily for 5 days");
}

TEST_CASE("numbers that are none of an order are not written", "[adapters][fhir]") {
  CHECK(words(R"([{"doseAndRate":[{"doseQuantity":{"value":0,"unit":"mg"}}]}])").empty());
  CHECK(words(R"([{"doseAndRate":[{"doseQuantity":{"value":-5,"unit":"mg"}}]}])").empty());
  CHECK(words(R"([{"doseAndRate":[{"doseQuantity":{"value":1e300,"unit":"mg"}}]}])").empty());
  CHECK(words(R"([{"timing":{"repeat":{"frequency":1,"period":0,"periodUnit":"d"}}}])").empty());
  CHECK(words(R"([{"doseAndRate":7,"timing":[],"route":true,"text":9}])").empty());
}
