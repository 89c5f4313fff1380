// CDS Hooks requests of the HL7 guide on interactions, read from reference data that is not part of the project
// (GUARDIAN_REFERENCE_DIR); without it this test says that it skipped. What is found in them: cds_answer_tests.cpp.

#include <iostream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runtime/reviewer.hpp"
#include "tests/adapters/fhir_charts.hpp"
#include "tests/adapters/hl7_requests.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using Json = nlohmann::json;

TEST_CASE("the requests of the HL7 guide on interactions are read whole", "[adapters][fhir][reference]") {
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
    const std::string text = tests::filled(tests::read_text(folder / "requests" / (name + ".json")));
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
  }
  CHECK(read >= 7);
}
