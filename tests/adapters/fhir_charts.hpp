#pragma once
// Charts made of the text of FHIR resources.

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "adapters/fhir/chart.hpp"

namespace guardian::tests {

inline constexpr const char* chart_time = "2026-11-02T08:00:00Z";

inline std::string bundle_of(const std::vector<std::string>& resources) {
  std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  for (std::size_t i = 0; i < resources.size(); ++i)
    text += std::string(i > 0 ? "," : "") + R"({"resource":)" + resources[i] + "}";
  return text + "]}";
}

struct ReadChart {
  adapters::fhir::Chart chart;
  std::vector<adapters::InputProblem> problems;
};

// The record, and the orders that are being written.
inline ReadChart read_chart(const std::string& record, const std::string& drafts = {}, std::string patient = "p",
                            const std::string& as_of = chart_time) {
  adapters::JsonReader first;
  adapters::JsonReader second;
  adapters::fhir::ChartBuilder builder(std::move(patient), as_of);
  const auto on_record = first.parse(record);
  REQUIRE(on_record.value.present());
  if (!drafts.empty()) {
    const auto being_written = second.parse(drafts);
    REQUIRE(being_written.value.present());
    builder.add(being_written.value, "/drafts", adapters::fhir::Role::draft);
  }
  builder.add(on_record.value, "/record", adapters::fhir::Role::chart);
  ReadChart read;
  read.chart = builder.build(read.problems);
  return read;
}

inline adapters::fhir::Chart chart_of(const std::vector<std::string>& record,
                                      const std::vector<std::string>& drafts = {}) {
  ReadChart read = read_chart(bundle_of(record), drafts.empty() ? std::string() : bundle_of(drafts));
  CHECK(read.problems == std::vector<adapters::InputProblem>{});
  return std::move(read.chart);
}

// A resource of patient p with these members.
inline std::string resource(const std::string& type, const std::string& members) {
  return R"({"resourceType":")" + type + R"(","subject":{"reference":"Patient/p"},)" + members + "}";
}
inline std::string medicine(const std::string& name) {
  return R"("medicationCodeableConcept":{"text":")" + name + R"("})";
}
inline std::string request(const std::string& id, const std::string& name, const std::string& more = {},
                           const std::string& status = "active") {
  return resource("MedicationRequest", R"("id":")" + id + R"(","status":")" + status + R"(","intent":"order",)" +
                                           medicine(name) + (more.empty() ? "" : "," + more));
}

}  // namespace guardian::tests
