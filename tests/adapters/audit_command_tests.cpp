// `guardian audit`, as it is called.

#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::tests;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

ProgramRun analyze(const std::string& input, std::vector<std::string> options = {}) {
  ProgramCall call;
  call.arguments = {"audit", "analyze", "-"};
  call.arguments.insert(call.arguments.end(), options.begin(), options.end());
  call.input = input;
  return run_program(call);
}

// Two labels, some errors, two groups, one of them with a name that would be markup.
Json predictions(int cases, int wrong_every) {
  Json document{{"y_true", Json::array()}, {"y_pred", Json::array()}, {"y_prob", Json::array()}};
  Json site = Json::array();
  for (int i = 0; i < cases; ++i) {
    const int predicted = i % 2;
    const double confidence = i % wrong_every == 0 ? 0.6 : 0.95;
    document["y_pred"].push_back(predicted);
    document["y_true"].push_back(i % wrong_every == 0 ? 1 - predicted : predicted);
    document["y_prob"].push_back(predicted == 1 ? Json{1.0 - confidence, confidence}
                                                : Json{confidence, 1.0 - confidence});
    site.push_back(i % 3 == 0 ? "<script>" : "ward");
  }
  document["groups"]["site"] = site;
  return document;
}

fs::path vector_file(const std::string& name) {
  return fs::path(GUARDIAN_SOURCE_DIR) / "tests/audit/vectors" / (name + ".json");
}

}  // namespace

TEST_CASE("analyze --compat prints the results and the score of TrustLens and nothing else", "[adapters][cli][audit]") {
  const Json vector = Json::parse(read_text(vector_file("semantic_labels_b")));
  const ProgramRun run = analyze(vector["inputs"].dump(), {"--compat", "--format", "json"});
  CHECK(run.status == 0);
  CHECK(run.err.empty());
  const Json answer = Json::parse(run.out);
  CHECK(answer.size() == 2);
  CHECK(answer["trust_score"]["score"] == vector["trustlens"]["trust_score"]["score"]);
  CHECK(answer["trust_score"]["verdict"] == vector["trustlens"]["trust_score"]["verdict"]);
  CHECK(answer["results"]["failure"]["misclassification_summary"].contains("allow"));
}

TEST_CASE("analyze gives the same bytes twice, null for what is not defined and never NaN", "[adapters][cli][audit]") {
  const Json vector = Json::parse(read_text(vector_file("n1_b")));
  const ProgramRun run = analyze(vector["inputs"].dump(), {"--format", "json"});
  CHECK(run.status == 0);
  CHECK(run.out == analyze(vector["inputs"].dump(), {"--format", "json"}).out);
  CHECK(run.out.find("NaN") == std::string::npos);
  const Json answer = Json::parse(run.out);
  CHECK(answer["schema"] == "guardian-audit/1");
  CHECK(answer["extended"]["selective"]["auroc_correct_vs_wrong"].is_null());
  CHECK(answer["trust"]["grade"] == "I");
}

TEST_CASE("the text of an audit names grade, gates and groups", "[adapters][cli][audit]") {
  const ProgramRun run = analyze(predictions(300, 10).dump());
  CHECK(run.status == 0);
  for (const char* words : {"Audit of 300 cases", "grade ", "error_rate", "calibration", "Accuracy by site", "ward"})
    CHECK(run.out.find(words) != std::string::npos);
}

TEST_CASE("the page of an audit stands alone, shows its plots and escapes what it was given",
          "[adapters][cli][audit]") {
  const ProgramRun run = analyze(predictions(300, 10).dump(), {"--format", "html"});
  CHECK(run.status == 0);
  for (const char* plot : {"Reliability", "Confidence", "Risk and coverage", "Accuracy by group", "Gates"})
    CHECK(run.out.find(plot) != std::string::npos);
  CHECK(run.out.find("<svg") != std::string::npos);
  CHECK(run.out.find("prefers-color-scheme: dark") != std::string::npos);
  CHECK(run.out.find("&lt;script&gt;") != std::string::npos);
  for (const char* elsewhere : {"<script", "http://", "https://", "url(", "<link", "@import", "src="}) {
    INFO(elsewhere);
    CHECK(run.out.find(elsewhere) == std::string::npos);
  }
}

TEST_CASE("earlier predictions show drift, which blocks", "[adapters][cli][audit]") {
  const TemporaryFolder folder;
  Json earlier = predictions(300, 10);
  for (Json& row : earlier["y_prob"]) {
    const bool first = row[0].get<double>() > 0.5;
    row = first ? Json{0.7, 0.3} : Json{0.3, 0.7};
  }
  write_text(folder.path() / "earlier.json", earlier.dump());
  const std::string reference = (folder.path() / "earlier.json").string();
  const Json drifted = Json::parse(analyze(predictions(300, 10).dump(), {"--format", "json", "--ref", reference}).out);
  CHECK(drifted["trust"]["gates"]["drift"]["state"] == "BLOCK");
  CHECK(drifted["certificate"]["threshold"].is_null());
  const ProgramRun page = analyze(predictions(300, 10).dump(), {"--format", "html", "--ref", reference});
  CHECK(page.out.find("Drift of the confidence") != std::string::npos);
}

TEST_CASE("records are audited with weighted labels and their own gates", "[adapters][cli][audit]") {
  std::string lines;
  for (int i = 0; i < 120; ++i) {
    Json record{{"id", "r" + std::to_string(i)},
                {"time", "2026-11-" + std::to_string(10 + i % 20)},
                {"prediction", "block"},
                {"label", i % 10 == 0 ? Json() : Json("block")},
                {"confidence", {{"c", 0.9}}},
                {"severity", "critical"},
                {"p_review", 0.5},
                {"claims", {{"checkable", 4}, {"supported", 4}}},
                {"suppressed", i == 7 ? 1 : 0}};
    lines += record.dump() + '\n';
  }
  const Json answer = Json::parse(analyze(lines, {"--format", "json"}).out);
  CHECK(answer["records"]["records"] == 120);
  CHECK(answer["records"]["labelled"] == 108);
  CHECK(answer["trust"]["gates"]["suppressed_findings"]["state"] == "BLOCK");
  CHECK(answer["trust"]["grade"] == "D");
}

TEST_CASE("input that cannot be audited ends with status 2 and names the element", "[adapters][cli][audit]") {
  const auto problem = [](const std::string& input, std::vector<std::string> options = {}) {
    const ProgramRun run = analyze(input, std::move(options));
    CHECK(run.status == 2);
    CHECK(run.out.empty());
    return run.err;
  };
  CHECK(problem("[]").find("must be a JSON object") != std::string::npos);
  CHECK(problem("{").find("malformed JSON") != std::string::npos);
  CHECK(problem("{}").find("/y_true") != std::string::npos);
  Json document = predictions(5, 2);
  document["y_prob"][3][1] = "NaN";
  CHECK(problem(document.dump()).find("/y_prob/3/1: must be a number from 0 to 1") != std::string::npos);
  document = predictions(5, 2);
  document["groups"]["site"].erase(0);
  CHECK(problem(document.dump(), {"--compat"}).find("/groups/site") != std::string::npos);
  document = predictions(5, 2);
  document["y_true"][2] = 7;
  CHECK(problem(document.dump()).find("/y_true/2") != std::string::npos);
  CHECK(problem("{\"prediction\": \"block\", \"label\": \"block\"}\n{\"label\": \"block\"}\n")
            .find("line 2: /prediction") != std::string::npos);
}

TEST_CASE("compare finds the better of two models and says when none is shown", "[adapters][cli][audit]") {
  const TemporaryFolder folder;
  const auto file = [&](const std::string& name, const Json& document) {
    write_text(folder.path() / name, document.dump());
    return (folder.path() / name).string();
  };
  const auto compare = [](const std::string& a, const std::string& b, const std::string& format) {
    return run_program({{"audit", "compare", a, b, "--format", format, "--boot", "50"}});
  };
  const std::string good = file("good.json", predictions(300, 50));
  Json worse = predictions(300, 50);
  for (int i = 0; i < 300; i += 2) worse["y_pred"][i] = 1 - worse["y_true"][i].get<int>();
  const std::string bad = file("bad.json", worse);

  const Json answer = Json::parse(compare(bad, good, "json").out);
  CHECK(answer["differences"]["score"]["higher"] == "B");
  CHECK(answer["mcnemar"]["p"].get<double>() < 1e-6);
  CHECK(answer["recommended"] == "B");
  const ProgramRun same = compare(good, good, "text");
  CHECK(same.status == 0);
  CHECK(same.out.find("no difference shown") != std::string::npos);
  const std::string other = file("other.json", predictions(299, 50));
  CHECK(compare(good, other, "text").status == 2);
}

TEST_CASE("the page of saliency maps shows their deletion curves", "[adapters][cli][audit]") {
  const ProgramRun run = analyze(read_text(vector_file("faithfulness_pixels_a")), {"--format", "html"});
  CHECK(run.status == 0);
  CHECK(run.out.find("Deletion and insertion: faithful") != std::string::npos);
  CHECK(run.out.find("class=\"second\"") != std::string::npos);
}
