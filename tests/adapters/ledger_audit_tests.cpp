// guardian audit analyze of a ledger: what people recorded as outcomes are the labels.

#include <catch2/catch.hpp>

#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/ledger.hpp"
#include "tests/adapters/ledger_program.hpp"

using namespace guardian;
using nlohmann::json;
using tests::LedgerProgram;

namespace {

constexpr int reviews = 120;

// Sixty women of 70 with warfarin and fluconazole, sixty men of 30 with two medicines that get on.
std::string cases() {
  std::string lines;
  for (int i = 0; i < reviews; ++i) {
    const bool even = i % 2 == 0;
    lines += json{{"id", (even ? "A-" : "B-") + std::to_string(i)},
                  {"patient", even ? json{{"age", 70},
                                          {"sex", "F"},
                                          {"labs", {{{"name", "eGFR"}, {"value", 45}, {"unit", "mL/min/1.73m2"}}}}}
                                   : json{{"age", 30}, {"sex", "M"}}},
                  {"medications", even ? json{"warfarin 5 mg daily", "fluconazole 200 mg daily"}
                                       : json{"paracetamol 500 mg", "cetirizine 10 mg daily"}}}
                 .dump() +
             '\n';
  }
  return lines;
}

// A ledger with these reviews, in this order: by one thread.
void fill(const LedgerProgram& program) {
  tests::write_text(program.path("in.ndjson"), cases());
  const auto run = program.run({"batch", program.path("in.ndjson"), "--jobs", "1", "--ledger", program.ledger()});
  REQUIRE(run.status == 0);
  REQUIRE(tests::lines_of(run.out).size() == reviews);
}

// What people say of rows, as the commands write it.
void judge(const LedgerProgram& program, const std::vector<std::pair<std::uint64_t, adapters::OutcomeLabel>>& said) {
  auto key = audit::ledger::Key::read(program.ledger() + ".key");
  REQUIRE(key);
  audit::ledger::LedgerOptions options;
  options.key = std::move(*key);
  auto book = audit::ledger::Ledger::open(std::filesystem::path(program.ledger()), std::move(options));
  REQUIRE(book);
  for (const auto& [sequence, outcome] : said) {
    audit::ledger::Row row;
    row.kind = audit::ledger::RowKind::outcome;
    row.at_ms = 1'800'000'000'000;
    row.about = sequence;
    row.open = adapters::encode_open_part(outcome);
    REQUIRE((*book)->append(std::move(row)));
  }
}

json analyzed(const LedgerProgram& program, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"audit", "analyze", program.ledger(), "--format", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto run = program.run(arguments);
  INFO(run.err);
  REQUIRE(run.status == 0);
  CHECK(run.out.find("NaN") == std::string::npos);
  return json::parse(run.out);
}

json open_part(const LedgerProgram& program, std::uint64_t sequence) {
  return json::parse(program.run({"ledger", "show", program.ledger(), std::to_string(sequence)}).out)["open"];
}

}  // namespace

TEST_CASE("a ledger without a label is audited for coverage and drift only", "[adapters][ledger][audit]") {
  const LedgerProgram program;
  fill(program);
  const json answer = analyzed(program);
  CHECK(answer["trust"]["grade"] == "I");
  CHECK(answer["trust"]["verdict"] == "INSUFFICIENT: no label");
  CHECK(answer["trust"]["score"].is_null());
  CHECK(answer["records"]["records"] == reviews);
  CHECK(answer["records"]["labelled"] == 0);
  CHECK(answer["records"]["error_rate"].is_null());
  CHECK(answer["ledger"]["reviews"] == reviews);
  CHECK(answer["ledger"]["content"]["read"] == reviews);
  CHECK_FALSE(answer["feature_drift"].empty());
  CHECK_FALSE(answer.contains("functions"));
}

TEST_CASE("outcomes of a ledger are the labels of its decisions, and patients stand in groups",
          "[adapters][ledger][audit]") {
  const LedgerProgram program;
  fill(program);
  // One of a hundred missed something critical.
  std::vector<std::pair<std::uint64_t, adapters::OutcomeLabel>> said;
  for (std::uint64_t row = 1; row <= 100; ++row) said.push_back({row, {"", "nothing-missed", "", 1.0}});
  const std::uint64_t clear_row = open_part(program, 1)["decision"] == "clear" ? 1 : 2;
  said.push_back({clear_row, {"", "missed", "critical", 1.0}});  // the last word counts
  judge(program, said);
  const json answer = analyzed(program);
  CHECK(answer["records"]["labelled"] == 100);
  CHECK(answer["records"]["error_rate"].get<double>() == Approx(0.01));
  CHECK(answer["records"]["missed_critical"]["count"] == 1);
  CHECK(answer["ledger"]["judged_reviews"] == 100);
  const json& groups = answer["extended"]["groups"];
  CHECK(groups["sex"].contains("female"));
  CHECK(groups["sex"].contains("male"));
  CHECK(groups["age"].contains("65-79"));
  CHECK(groups["kidney"].contains("eGFR 30-59"));
  CHECK(groups["medicines"].contains("0-4"));
  CHECK(groups["pregnancy"].contains("not pregnant"));
  CHECK(answer["trust"]["gates"].contains("missed_critical"));
  for (const char* words : {"Records", "Ledger", "content read", "Drift of what comes in"})
    CHECK(program.run({"audit", "analyze", program.ledger()}).out.find(words) != std::string::npos);
}

TEST_CASE("a finding that was judged is a record of its own, and no wrong one counts against the decision twice",
          "[adapters][ledger][audit]") {
  const LedgerProgram program;
  fill(program);
  const std::uint64_t row = open_part(program, 1)["findings"].empty() ? 2 : 1;
  const json open = open_part(program, row);
  REQUIRE_FALSE(open["findings"].empty());
  std::vector<std::pair<std::uint64_t, adapters::OutcomeLabel>> said;
  for (const json& finding : open["findings"]) said.push_back({row, {finding["id"], "wrong", "", 1.0}});
  said.push_back({row, {"", "nothing-missed", "", 0.5}});
  judge(program, said);

  const json decisions = analyzed(program);
  CHECK(decisions["records"]["labelled"] == 1);
  CHECK(decisions["records"]["error_rate"] == 1.0);  // it should have been clear
  const json findings = analyzed(program, {"--of", "finding"});
  CHECK(findings["records"]["labelled"] == open["findings"].size());
  CHECK(findings["records"]["error_rate"] == 1.0);
  CHECK(findings["extended"]["groups"].contains("severity"));
}

TEST_CASE("what is erased or sealed is counted and said, and its patients are in no group",
          "[adapters][ledger][audit]") {
  const LedgerProgram program;
  fill(program);
  const std::string patient = open_part(program, 1)["findings"].empty() ? "B-1" : "A-0";
  REQUIRE(program.run({"ledger", "erase", program.ledger(), patient, "--reason", "patient-request"}).status == 0);
  CHECK(analyzed(program)["ledger"]["content"]["erased"] == 1);
  CHECK(analyzed(program)["ledger"]["content"]["read"] == reviews - 1);

  // The key lies elsewhere, and is not named.
  std::filesystem::rename(program.ledger() + ".key", program.path("elsewhere.key"));
  const json sealed = analyzed(program);
  CHECK(sealed["ledger"]["content"]["read"] == 0);
  CHECK(sealed["ledger"]["content"]["sealed"] == reviews - 1);
  const json named = analyzed(program, {"--ledger-key", program.path("elsewhere.key")});
  CHECK(named["ledger"]["content"]["read"] == reviews - 1);
  CHECK(program.run({"audit", "analyze", program.ledger(), "--ledger-key", program.path("none.key")}).status == 2);
}

TEST_CASE("a de-identified ledger is audited from what it kept, and no audit names a patient",
          "[adapters][ledger][audit]") {
  const LedgerProgram program;
  tests::write_text(program.path("in.ndjson"), cases());
  REQUIRE(
      program.run({"batch", program.path("in.ndjson"), "--ledger", program.ledger(), "--ledger-deidentified"}).status ==
      0);
  const json answer = analyzed(program);
  CHECK(answer["ledger"]["content"]["read"] == reviews);
  CHECK(answer.dump().find("A-0") == std::string::npos);
  CHECK(answer["feature_drift"].dump().find("\"age\"") != std::string::npos);
}

TEST_CASE("an outcome says how grave what was missed is, and the chance with which it was looked at",
          "[adapters][ledger][audit]") {
  const LedgerProgram program;
  REQUIRE(program.review(program.a_case()).status == 0);
  const auto outcome = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"ledger", "outcome", program.ledger(), "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  };
  CHECK(outcome({"--label", "missed", "--severity", "critical", "--p-review", "0.1"}).status == 0);
  CHECK(open_part(program, 2)["severity"] == "critical");
  CHECK(open_part(program, 2)["p_review"] == 0.1);
  CHECK(outcome({"--label", "nothing-missed", "--severity", "critical"}).status == 2);
  CHECK(outcome({"--label", "missed", "--severity", "enormous"}).status == 2);
}
