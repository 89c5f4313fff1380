#include "adapters/json/review_codec.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "adapters/json/schemas.hpp"
#include "tests/support/case_samples.hpp"

namespace {

using namespace guardian::core;
using guardian::adapters::encode_error;
using guardian::adapters::encode_review;
using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

// A review in which every member has something to show.
Review full_review() {
  Review review;
  review.case_id = "C-1042";
  review.as_of = "2026-11-02T08:00:00Z";
  review.complete = false;
  review.degradations = {{"triage", "timeout"}};
  review.decision = Decision::block;
  review.kb = {"1.2.0", "2026-10-21", "sha256:00", 12};
  review.engine_version = "0.1.0";
  Dose dose;
  dose.strengths = {20, 12.5};
  dose.strength_unit = DoseUnit::mg;
  dose.amount = 2;
  dose.times_per_day = 1;
  dose.duration_days = 14;
  dose.as_needed = true;
  review.resolved = {{"/medications/0",
                      "Zestoretic",
                      {"lisinopril", "hydrochlorothiazide"},
                      {"29046", "5487"},
                      "oral",
                      dose,
                      "brand",
                      1.0,
                      "a note"}};
  review.unresolved = {{"/orders/0", "xyzzy", "no such name", {{"xylo", {"xylometazoline"}, 0.7, "sounds alike"}}}};
  guardian::core::StatedFact drug;
  drug.kind = "stopped_drug";
  drug.concept_name = "lisinopril";
  drug.from = "/medications/0/text";
  drug.route = "oral";
  drug.exposure = "systemic";
  drug.daily_mg = 40.0;
  drug.duration_days = 14.0;
  drug.stopped_days_ago = 3.0;
  drug.stopped = true;
  guardian::core::StatedFact lab;
  lab.kind = "measure";
  lab.concept_name = "egfr";
  lab.from = "/patient/labs/0";
  lab.words = "creatinine 2.3 mg/dL";
  lab.truth = "unknown";
  lab.reaction = "rash";
  lab.value = 15.0;
  lab.high = 29.0;
  lab.unit = "mL/min/1.73m2";
  lab.age_days = 2.0;
  review.facts = {drug, lab};
  guardian::core::Triage triage;
  triage.level = guardian::core::TriageLevel::urgent;
  triage.news2.applicable = true;
  triage.news2.score = 6;
  triage.news2.band = guardian::core::News2Band::medium;
  triage.news2.points.pulse = 2;
  triage.news2.missing = {"temperature"};
  triage.red_flags = {
      {"RF-1", guardian::core::TriageLevel::urgent, "title", "action", {"lisinopril"}, {"swollen tongue"}, {}}};
  triage.reasons = {"urgent: title"};
  review.triage = triage;
  review.not_assessed = {{"DDI-1", "creatinine", true}};
  Finding finding;
  finding.id = "0a1b";
  finding.type = FindingType::cumulative;
  finding.severity = Severity::critical;
  finding.contraindication = true;
  finding.subjects = {"lisinopril", "potassium"};
  finding.title = "title";
  finding.mechanism = "mechanism";
  finding.effect = "effect";
  finding.management = "management";
  finding.monitoring = {"potassium"};
  finding.onset = "days";
  finding.evidence = {{"E1", "label", "FDA", "Zestoretic", "7.1", "2023", "https://example.org", "verified"}};
  finding.path = {{"lisinopril", "raises", "potassium"}};
  finding.subsets = {{"lisinopril", "spironolactone"}};
  finding.best_removal = {"lisinopril"};
  finding.rules = {"CUM-1"};
  finding.via = "note:takes salt";
  finding.inferred = true;
  finding.interruptive = true;
  finding.context = {"no creatinine"};
  finding.elements = {"/medications/0"};
  review.findings = {finding};
  const PlanFinding brief{"0a1b", FindingType::cumulative, Severity::critical, "title", {"/medications/0"}};
  Plan plan;
  plan.needed = true;
  plan.cost = 1.6;
  plan.best = {
      {1.6,
       {{"/medications/0", "Zestoretic", PlanAction::switch_to, {}, "amlodipine", "hypertension", 1, "reason", 1.0},
        {"/medications/1", "Zocor", PlanAction::adjust_dose, 0.5, "", "", 0, "reason", 0.6}},
       2,
       1,
       {brief}}};
  plan.certificate = {1.6, 1.6, 12, 3, 4};
  plan.irreducible = {{"/medications/0", brief}};
  plan.conflict_core = {{"/medications/0", "Zestoretic"}};
  plan.core_findings = {brief};
  plan.not_cleared = {brief};
  plan.until_then = {brief};
  plan.policy = "default-1";
  review.plan = plan;
  Explanation explanation;
  explanation.by = "model";
  explanation.model = "gemini";
  explanation.grade_wanted = 6;
  explanation.grade_measured = 5.5;
  explanation.claims = {{"0a1b.patient.what", Audience::patient, "0a1b", ClaimKind::what, "text", {"0a1b"}, {"E1"}}};
  explanation.must_say = {{"0a1b", Audience::patient, ClaimKind::what, {"lisinopril"}}};
  review.explanation = explanation;
  guardian::core::AuditReport audit;
  audit.version = "1";
  audit.input = "sha256:01";
  audit.released = false;
  audit.escalated = true;
  audit.engine = Decision::caution;
  audit.decision = Decision::block;
  audit.invariants = {{"I3", guardian::core::CheckState::fails, "a claim contradicts a finding", {"c1"}}};
  audit.signals = {{"s1", "identity", 0.95, ""}, {"s12", "familiarity", std::nullopt, "no reference of cases"}};
  guardian::core::Confidence confidence;
  confidence.about = "0a1b";
  confidence.band = "low";
  confidence.basis = "prior";
  confidence.value = std::numeric_limits<double>::quiet_NaN();
  audit.confidences = {confidence};
  audit.claims = {{"c1", guardian::core::ClaimState::contradicting, true, "denies finding 0a1b"}};
  guardian::core::Faithfulness faithfulness;
  faithfulness.finding = "0a1b";
  faithfulness.verdict = guardian::core::FaithfulnessVerdict::hollow;
  faithfulness.comprehensiveness = 0.0;
  faithfulness.minimal_sets = {{"/medications/0", "evidence:E1"}};
  audit.faithfulness = {faithfulness};
  audit.certificate = guardian::core::GateCertificate{0.05, 0.05, 400, 0.8, "sha256:02", "2027-01-01"};
  audit.reasons = {{"I3", "a claim contradicts a finding", {"c1"}}};
  review.audit = audit;
  review.certificate = {2, 1, 0, 5, 1, 1, 1, {"DDI-2: not systemic"}};
  review.notes = {"/patient/shoe_size: not read"};
  return review;
}

Names names(const Json& object) {
  Names found;
  for (const auto& [name, value] : object.items()) found.push_back(name);
  return found;
}

Json encoded(const Review& review) { return Json::parse(encode_review(review, false)); }

// The parts of a schema that describe `schema`'s own value: itself, what it refers to and its alternatives.
void gather(const Json& root, const Json& schema, std::vector<const Json*>& parts) {
  if (!schema.is_object()) return;
  parts.push_back(&schema);
  if (schema.contains("$ref")) {
    gather(root, root.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1))), parts);
  }
  for (const char* word : {"anyOf", "oneOf"}) {
    if (schema.contains(word)) {
      for (const Json& part : schema[word]) gather(root, part, parts);
    }
  }
  for (const char* word : {"then", "else"}) {
    if (schema.contains(word)) gather(root, schema[word], parts);
  }
}

// What `schema` has on the member or entry that `step` leads to.
std::vector<const Json*> below(const Json& root, const std::vector<const Json*>& parts, const std::string& step,
                               bool is_entry) {
  std::vector<const Json*> found;
  for (const Json* part : parts) {
    if (is_entry && part->contains("items")) gather(root, (*part)["items"], found);
    if (!is_entry && part->contains("properties") && (*part)["properties"].contains(step)) {
      gather(root, (*part)["properties"][step], found);
    }
  }
  return found;
}

// The JSON pointers of members that are in the document and not in the schema.
void find_unknown(const Json& root, const std::vector<const Json*>& parts, const Json& value, const std::string& path,
                  Names& unknown) {
  if (parts.empty()) {
    unknown.push_back(path);
    return;
  }
  if (value.is_array()) {
    for (const Json& entry : value) find_unknown(root, below(root, parts, "", true), entry, path + "/*", unknown);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      find_unknown(root, below(root, parts, name, false), member, path + "/" + name, unknown);
    }
  }
}

Names unknown_to(std::string_view schema_text, const Json& document) {
  const Json schema = Json::parse(schema_text);
  std::vector<const Json*> parts;
  gather(schema, schema, parts);
  Names unknown;
  find_unknown(schema, parts, document, "", unknown);
  return unknown;
}

// Members that the schema requires of `value` and that are not there.
void find_missing(const Json& root, const std::vector<const Json*>& parts, const Json& value, const std::string& path,
                  Names& missing) {
  if (value.is_array()) {
    for (const Json& entry : value) find_missing(root, below(root, parts, "", true), entry, path + "/*", missing);
  }
  if (!value.is_object()) return;
  for (const Json* part : parts) {
    if (!part->contains("required")) continue;
    for (const Json& name : (*part)["required"]) {
      if (!value.contains(name.get<std::string>())) missing.push_back(path + "/" + name.get<std::string>());
    }
  }
  for (const auto& [name, member] : value.items()) {
    find_missing(root, below(root, parts, name, false), member, path + "/" + name, missing);
  }
}

}  // namespace

TEST_CASE("a review is written with every member of the contract, in its order", "[adapters][json]") {
  const Json json = encoded(full_review());
  CHECK(names(json) == Names{"schema",   "case_id", "as_of",    "status",      "degradations", "decision",
                             "kb",       "engine",  "resolved", "unresolved",  "facts",        "not_assessed",
                             "findings", "triage",  "plan",     "explanation", "audit",        "certificate",
                             "agents",   "ledger",  "notes"});
  CHECK(json["schema"] == "guardian-review/1");
  CHECK(json["status"] == "incomplete");
  CHECK(json["decision"] == "block");
  CHECK(names(json["degradations"][0]) == Names{"agent", "reason"});
  CHECK(names(json["kb"]) == Names{"version", "digest", "age_days", "released"});
  CHECK(names(json["engine"]) == Names{"version"});
  CHECK(names(json["resolved"][0]) ==
        Names{"text", "element", "ingredients", "rxcui", "route", "dose", "match", "score", "note"});
  CHECK(json["resolved"][0]["dose"].dump() ==
        R"({"strengths":[20,12.5],"unit":"mg","amount":2,"times_per_day":1,"duration_days":14,"as_needed":true,)"
        R"("daily_mg":[40,25]})");
  CHECK(names(json["unresolved"][0]) == Names{"text", "element", "reason", "candidates"});
  CHECK(names(json["unresolved"][0]["candidates"][0]) == Names{"name", "ingredients", "score", "reason"});
  CHECK(names(json["facts"][0]) == Names{"kind", "concept", "from", "known"});
  CHECK(names(json["facts"][0]["known"]) ==
        Names{"route", "exposure", "daily_mg", "duration_days", "stopped_days_ago"});
  CHECK(names(json["not_assessed"][0]) == Names{"rule", "wanted", "must_know"});
  CHECK(names(json["findings"][0]) == Names{"id",      "type",      "severity", "contraindication", "subjects",
                                            "title",   "mechanism", "effect",   "management",       "monitoring",
                                            "onset",   "evidence",  "path",     "subsets",          "best_removal",
                                            "rules",   "source",    "via",      "inferred",         "interruptive",
                                            "context", "elements"});
  CHECK(names(json["findings"][0]["evidence"][0]) ==
        Names{"id", "kind", "source", "title", "section", "year", "locator", "status"});
  CHECK(names(json["findings"][0]["path"][0]) == Names{"from", "edge", "to"});
  CHECK(names(json["certificate"]) ==
        Names{"ingredients", "pairs", "within_product", "considered", "fired", "vetoed", "unevaluated", "vetoes"});
  CHECK(names(json["triage"]) == Names{"level", "news2", "red_flags", "reasons"});
  CHECK(json["explanation"].dump() ==
        R"({"released":true,"by":"model","model":"gemini","reading_grade":{"wanted":6,"measured":5.5},)"
        R"("claims":[{"id":"0a1b.patient.what","audience":"patient","about":"0a1b","kind":"what","text":"text",)"
        R"("findings":["0a1b"],"evidence":["E1"],"by":"template"}],)"
        R"("must_say":[{"finding":"0a1b","audience":"patient","kind":"what","words":["lisinopril"]}]})");
  CHECK(names(json["audit"]) == Names{"version", "input", "released", "escalated", "engine", "decision", "reasons",
                                      "invariants", "signals", "confidences", "claims", "faithfulness", "certificate"});
  CHECK(json["audit"]["invariants"][0].dump() ==
        R"({"id":"I3","state":"fails","reason":"a claim contradicts a finding","about":["c1"]})");
  CHECK(json["audit"]["confidences"][0]["value"].is_null());  // never NaN
  CHECK(json["audit"]["faithfulness"][0]["verdict"] == "HOLLOW");
  CHECK(json["audit"]["certificate"]["alpha"] == 0.05);
  CHECK(json["ledger"].is_null());
  CHECK(json["agents"] == Json::array());
}

TEST_CASE("a review without content is written whole, with unknown things null", "[adapters][json]") {
  const Json json = encoded(Review{});
  CHECK(names(json) == names(encoded(full_review())));
  CHECK(json["status"] == "complete");
  CHECK(json["decision"] == "clear");
  CHECK(json["as_of"].is_null());
  CHECK(json["kb"]["age_days"].is_null());
  for (const char* part : {"degradations", "resolved", "unresolved", "facts", "not_assessed", "findings", "notes"}) {
    CHECK(json[part] == Json::array());
  }
}

TEST_CASE("members that say nothing of a finding, fact or dose are left out", "[adapters][json]") {
  Review review;
  review.findings.emplace_back();
  review.facts.emplace_back();
  review.resolved.emplace_back();
  const Json json = encoded(review);
  for (const char* member : {"via", "raised", "subsets"}) CHECK_FALSE(json["findings"][0].contains(member));
  CHECK(json["facts"][0]["known"] == Json::object());
  CHECK(json["resolved"][0]["dose"].is_null());
  CHECK(json["resolved"][0]["route"].is_null());

  review.resolved[0].dose.strengths = {5};
  review.resolved[0].dose.strength_unit = DoseUnit::ml;
  review.resolved[0].dose.times_per_day = 1.0 / 7;
  CHECK(encoded(review)["resolved"][0]["dose"].dump() ==
        R"({"strengths":[5],"unit":"mL","times_per_day":0.14285714285714285})");
}

TEST_CASE("numbers are written in their shortest form and read back the same", "[adapters][json]") {
  Review review;
  for (const double score : {1.0, 0.7, 0.1 + 0.2, -0.0, 1e300, 5e-324, std::numeric_limits<double>::quiet_NaN()}) {
    review.resolved.emplace_back();
    review.resolved.back().score = score;
  }
  const std::string text = encode_review(review, false);
  std::vector<std::string> scores;
  for (auto at = text.find("\"score\":"); at != std::string::npos; at = text.find("\"score\":", at + 1)) {
    scores.push_back(text.substr(at + 8, text.find(',', at) - at - 8));
  }
  CHECK(scores == Names{"1", "0.7", "0.30000000000000004", "0", "1e+300", "5e-324", "null"});
}

TEST_CASE("the same review gives the same bytes, on one line or indented", "[adapters][json]") {
  const Review review = full_review();
  const std::string line = encode_review(review, false);
  const std::string pretty = encode_review(review, true);
  CHECK(line == encode_review(review, false));
  CHECK(line.find('\n') == std::string::npos);
  CHECK(pretty.find("{\n  \"schema\": \"guardian-review/1\",\n") == 0);
  CHECK(pretty.back() == '}');
  CHECK(Json::parse(line) == Json::parse(pretty));
}

TEST_CASE("text that is not UTF-8 is replaced and never thrown over", "[adapters][json]") {
  Review review;
  review.notes = {"a\xFFz", std::string("b\0c", 3), "\"\n\xC3\xA9"};
  const Json json = encoded(review);
  CHECK(json["notes"][0] == "a\xEF\xBF\xBDz");
  CHECK(json["notes"][1] == std::string("b\0c", 3));
  CHECK(json["notes"][2] == "\"\n\xC3\xA9");
}

TEST_CASE("a line that could not be read is answered with its number and problems", "[adapters][json]") {
  CHECK(encode_error("C-7", 7, {{"/medications/0/text", "must be a string"}}) ==
        R"({"schema":"guardian-error/1","case_id":"C-7","line":7,)"
        R"("errors":[{"path":"/medications/0/text","message":"must be a string"}]})");
  CHECK(encode_error(std::nullopt, 1, {}) == R"({"schema":"guardian-error/1","case_id":null,"line":1,"errors":[]})");
}

TEST_CASE("every member that is written of a review is in its schema", "[adapters][json]") {
  CHECK(unknown_to(guardian::adapters::review_schema(), encoded(full_review())) == Names{});
}

TEST_CASE("every member that the schema requires of a review is written", "[adapters][json]") {
  const Json schema = Json::parse(guardian::adapters::review_schema());
  std::vector<const Json*> parts;
  gather(schema, schema, parts);
  Review sparse;
  sparse.findings.emplace_back();
  sparse.resolved.emplace_back();
  sparse.facts.emplace_back();
  for (const Review& review : {full_review(), sparse}) {
    Names missing;
    find_missing(schema, parts, encoded(review), "", missing);
    CHECK(missing == Names{});
  }
}

TEST_CASE("every member that is read of a case is in its schema", "[adapters][json]") {
  const std::string_view schema = guardian::adapters::case_schema();
  CHECK(unknown_to(schema, Json::parse(guardian::test::full_case)) == Names{});
  for (const auto& wrong : guardian::test::wrong_values) {
    Json document = Json::parse(guardian::test::full_case);
    document[Json::json_pointer(std::string(wrong.path))] = nullptr;
    INFO(wrong.path);
    CHECK(unknown_to(schema, document) == Names{});
  }
  CHECK(unknown_to(schema, Json{{"id", "a"}, {"shoe_size", 43}}) == Names{"/shoe_size"});
}

TEST_CASE("a plan is written with what it changes, why, and the proof", "[adapters][json][plan]") {
  const Json plan = encoded(full_review())["plan"];
  CHECK(names(plan) == Names{"needed", "feasible", "proven", "after_washout", "cost", "best", "certificate",
                             "irreducible", "conflict_core", "not_cleared", "until_then", "applied", "note"});
  CHECK(plan["applied"] == false);
  CHECK(plan["best"][0]["changes"][0]["kind"] == "switch");
  CHECK(plan["best"][0]["changes"][0]["to"] == "amlodipine");
  CHECK(plan["best"][0]["changes"][0]["dose_factor"].is_null());
  CHECK(plan["best"][0]["changes"][1]["kind"] == "adjust-dose");
  CHECK(plan["best"][0]["changes"][1]["dose_factor"] == 0.5);
  CHECK(plan["best"][0]["remaining"]["moderate"] == 2);
  CHECK(plan["certificate"]["engine_runs"] == 4);
  CHECK(plan["irreducible"][0]["finding"]["id"] == "0a1b");

  const Json alone = Json::parse(guardian::adapters::encode_plan(full_review(), true));
  CHECK(alone["schema"] == "guardian-plan/1");
  CHECK(alone["plan"] == plan);
  Review without = full_review();
  without.plan.reset();
  CHECK(encoded(without)["plan"].is_null());
}
