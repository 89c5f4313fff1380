// CDS Hooks requests of the HL7 guide on interactions, read from reference data that is not part of the project
// (GUARDIAN_REFERENCE_DIR); without it this test says that it skipped. They are read whole, and the worst finding of
// the pair is of the weight that the guide's minimal information model asks for.

#include <cstdio>
#include <iostream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/date.hpp"
#include "runtime/reviewer.hpp"
#include "tests/adapters/fhir_charts.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using Json = nlohmann::json;

namespace {

constexpr std::chrono::sys_days today = std::chrono::year(2026) / 11 / 2;

std::string date_text(std::chrono::year_month_day day) {
  return core::utc_text(std::chrono::sys_days(day)).substr(0, 10);
}

// "{{today}}", "{{today-10}}", "{{birth:66:0}}" (years, days)
std::string filled(std::string text) {
  for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at);
    const std::string word = text.substr(at + 2, end - at - 2);
    int first = 0;
    int second = 0;
    std::chrono::year_month_day day{today};
    if (std::sscanf(word.c_str(), "birth:%d:%d", &first, &second) == 2) {
      day = std::chrono::year_month_day{std::chrono::sys_days(day - std::chrono::years(first)) -
                                        std::chrono::days(second)};
    } else if (std::sscanf(word.c_str(), "today-%d", &first) == 1) {
      day = std::chrono::year_month_day{today - std::chrono::days(first)};
    } else {
      CHECK(word == "today");
    }
    text.replace(at, end + 2 - at, date_text(day));
  }
  return text;
}

}  // namespace

TEST_CASE("the requests of the HL7 guide on interactions are read whole and give their pair",
          "[adapters][fhir][reference]") {
  if (tests::reference_folder().empty()) {
    std::cout << "SKIPPED: no reference data (GUARDIAN_REFERENCE_DIR is not set)\n";
    return;
  }
  const auto folder = tests::reference_folder() / "hl7";
  const Json expected = Json::parse(tests::read_text(folder / "expected.json"));
  std::size_t read = 0;
  for (const auto& [name, row] : expected.items()) {
    INFO(name);
    ++read;
    const std::string text = filled(tests::read_text(folder / "requests" / (name + ".json")));
    adapters::JsonReader reader;
    const auto viewing = reader.parse(text);
    REQUIRE(viewing.value.present());
    adapters::fhir::ChartBuilder builder("example-patient", tests::chart_time);
    builder.add(viewing.value.member("context").member("draftOrders"), "/context/draftOrders",
                adapters::fhir::Role::draft);
    viewing.value.member("prefetch").each_member([&](std::string_view key, adapters::JsonView value) {
      builder.add(value, "/prefetch/" + std::string(key), adapters::fhir::Role::chart);
    });
    std::vector<adapters::InputProblem> problems;
    const auto chart = builder.build(problems);
    CHECK(problems.empty());
    CHECK(chart.unread.empty());
    CHECK(chart.other_patients.empty());
    CHECK(chart.subject.medications.size() == row.at("draft").size() + row.at("profile").size());
    const auto review = runtime::Reviewer(tests::shipped_knowledge()).review(chart.subject);
    REQUIRE(review.has_value());
    CHECK(review->unresolved.empty());
    // Of the pair alone: the findings that name both of its sides.
    std::string worst = "null";
    for (const core::Finding& finding : review->findings) {
      const bool pair = finding.medicines.size() >= 2 && finding.type != core::FindingType::look_alike;
      UNSCOPED_INFO(core::to_string(finding.severity) << " " << finding.title);
      if (!pair) continue;
      const std::string indicator = finding.severity == core::Severity::critical ? "critical"
                                    : finding.severity == core::Severity::major  ? "warning"
                                                                                 : "info";
      const auto rank = [](const std::string& word) {
        return word == "critical" ? 3 : word == "warning" ? 2 : word == "info" ? 1 : 0;
      };
      if (rank(indicator) > rank(worst)) worst = indicator;
    }
    const std::string wanted = row.at("mim").is_null() ? "null" : row.at("mim").get<std::string>();
    CAPTURE(worst, wanted);
    // Whether a high-risk pair is red or orange the guide makes depend on factors of the patient, which is a matter of
    // the rules and the card; a major finding is what the reading must come to.
    if (wanted == "critical") {
      CHECK((worst == "critical" || worst == "warning"));
    } else {
      CHECK(worst == wanted);
    }
  }
  CHECK(read >= 7);
}
