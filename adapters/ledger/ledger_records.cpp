#include "adapters/ledger/ledger_records.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "adapters/ledger/review_record.hpp"
#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/reader.hpp"
#include "core/review.hpp"

namespace guardian::adapters {
namespace {

namespace ledger = audit::ledger;
using audit::population::Record;
using Json = nlohmann::ordered_json;

// What people said of a review, the last word on each thing.
struct Judgements {
  std::string review;  // missed, nothing-missed; empty: nobody said
  std::string severity;
  double probability = 1.0;
  std::map<std::string, std::string> findings;  // by id: right, wrong
  std::size_t overrides = 0;
};

struct ReviewRow {
  Record record;
  core::Review review;                               // of it findings, decision and completeness
  std::map<std::string, double> finding_confidence;  // by id
  Judgements judged;
};

const Json* member(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const Json& json, const char* name) {
  const Json* value = member(json, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<double> number_of(const Json& json, const char* name) {
  const Json* value = member(json, name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

std::string age_band(double years) {
  if (years < 18.0) return "0-17";
  if (years < 40.0) return "18-39";
  if (years < 65.0) return "40-64";
  return years < 80.0 ? "65-79" : "80+";
}

// By the stages of KDIGO 2024, as doses ask for them.
std::string kidney_band(double egfr) {
  if (egfr >= 60.0) return "eGFR 60+";
  return egfr >= 30.0 ? "eGFR 30-59" : "eGFR <30";
}

std::string medicine_band(double count) {
  if (count < 5.0) return "0-4";
  return count < 10.0 ? "5-9" : "10+";
}

// Facts of a review, or of the open part of a ledger that keeps no case.
void add_patient(const Json& facts, Record& record) {
  std::string pregnancy = "not pregnant";
  std::optional<double> egfr;
  for (const Json& fact : facts) {
    const Json* known = member(fact, "known");
    const Json& values = known == nullptr ? fact : *known;
    const std::string name = text_of(fact, "concept");
    const auto value = number_of(values, "value");
    if (name == "age" && value) {
      const std::string unit = text_of(values, "unit");
      const double years = unit.empty() || unit == "y" ? *value : 0.0;  // in months or days: a child
      record.groups["age"] = age_band(years);
      record.features["age"] = years;
    } else if (name == "female" || name == "male") {
      record.groups["sex"] = name;
    } else if (name == "egfr" && value) {
      egfr = value;
    } else if (name == "dialysis" && text_of(values, "truth").empty()) {
      record.groups["kidney"] = "dialysis";
    } else if (name == "pregnancy") {
      pregnancy = text_of(values, "truth").empty() ? "pregnant" : "may be pregnant";
    }
  }
  if (egfr) {
    record.features["egfr"] = *egfr;
    record.groups.try_emplace("kidney", kidney_band(*egfr));
  }
  record.groups["pregnancy"] = pregnancy;
}

core::Finding read_finding(const Json& json) {
  core::Finding finding;
  finding.id = json.at("id").get<std::string>();
  finding.severity = core::parse_severity(json.at("severity").get<std::string>()).value_or(core::Severity::minor);
  finding.contraindication = json.at("contraindication").get<bool>();
  if (const Json* raised = member(json, "raised")) {
    const auto to = core::parse_severity(text_of(*raised, "to"));
    if (to) finding.raise = core::Raise{text_of(*raised, "by"), *to, {}};
  }
  return finding;
}

void add_audit(const Json& audit, ReviewRow& row) {
  Record& record = row.record;
  if (const Json* failed = member(audit, "failed")) {
    // I1 says that findings were lost or lowered on the way out; how many, the sealed part says.
    record.suppressed_findings = std::count(failed->begin(), failed->end(), "I1") > 0 ? 1 : 0;
  }
  if (const Json* signals = member(audit, "signals")) record.faithfulness = number_of(*signals, "s10");
  if (const Json* claims = member(audit, "claims")) {
    record.checkable_claims = claims->at("checkable").get<std::size_t>();
    record.supported_claims = claims->at("supported").get<std::size_t>();
  }
  if (const Json* confidences = member(audit, "confidences")) {
    for (const Json& one : *confidences) {
      const auto value = number_of(one, "value");
      if (!value) continue;
      const std::string question = text_of(one, "question");
      if (question == core::to_string(core::ConfidenceQuestion::nothing_missed)) record.confidence = *value;
      if (question == core::to_string(core::ConfidenceQuestion::finding_right))
        row.finding_confidence[text_of(one, "about")] = *value;
    }
  }
}

ReviewRow read_review_row(const ledger::RowView& row, LedgerCoverage& coverage) {
  const Json open = Json::parse(row.open);
  ReviewRow made;
  Record& record = made.record;
  record.id = "row " + std::to_string(row.sequence);
  record.time = time_text(row.at_ms);
  record.prediction = open.at("decision").get<std::string>();
  made.review.complete = text_of(open, "status") == "complete";
  coverage.incomplete += made.review.complete ? 0U : 1U;
  if (const Json* degraded = member(open, "degraded")) coverage.degraded += degraded->empty() ? 0U : 1U;
  std::size_t alerts = 0;
  for (const Json& finding : open.at("findings")) {
    made.review.findings.push_back(read_finding(finding));
    const Json* interruptive = member(finding, "interruptive");
    alerts += interruptive != nullptr && interruptive->is_boolean() && interruptive->get<bool>() ? 1U : 0U;
  }
  const double unresolved = number_of(open, "unresolved").value_or(0.0);
  const double medicines = number_of(open, "resolved").value_or(0.0) + unresolved;
  record.groups["medicines"] = medicine_band(medicines);
  record.features["medicines"] = medicines;
  record.features["unresolved"] = unresolved;
  record.features["findings"] = static_cast<double>(made.review.findings.size());
  record.features["alerts"] = static_cast<double>(alerts);
  if (const Json* audit = member(open, "audit")) add_audit(*audit, made);
  if (const Json* facts = member(open, "facts")) {
    add_patient(*facts, record);
    ++coverage.opened;
  }
  return made;
}

void add_content(const ledger::Opened& content, Record& record, LedgerCoverage& coverage) {
  switch (content.state) {
    case ledger::SealState::nothing_sealed: return;
    case ledger::SealState::erased: ++coverage.erased; return;
    case ledger::SealState::no_key: ++coverage.sealed; return;
    case ledger::SealState::damaged: ++coverage.damaged; return;
    case ledger::SealState::opened: break;
  }
  const auto sealed = decode_sealed_part(content.text);
  if (!sealed) {
    ++coverage.damaged;
    return;
  }
  ++coverage.opened;
  const Json review = Json::parse(sealed->review);
  if (const Json* facts = member(review, "facts")) add_patient(*facts, record);
}

void add_outcome(const Json& open, Judgements& judged) {
  const std::string label = text_of(open, "label");
  if (const std::string finding = text_of(open, "finding"); !finding.empty()) {
    judged.findings[finding] = label;
    return;
  }
  judged.review = label;
  judged.severity = text_of(open, "severity");
  judged.probability = number_of(open, "p_review").value_or(1.0);
}

// What the decision should have been: that of the findings which nobody called wrong, and of what was missed.
Record decision_record(ReviewRow row) {
  Record record = std::move(row.record);
  record.features["overrides"] = static_cast<double>(row.judged.overrides);
  if (row.judged.review.empty()) return record;
  std::vector<core::Finding> right;
  for (const core::Finding& finding : row.review.findings) {
    const auto found = row.judged.findings.find(finding.id);
    if (found == row.judged.findings.end() || found->second != "wrong") right.push_back(finding);
  }
  if (row.judged.review == "missed") {
    core::Finding missed;
    // Whatever is called missed without more was worth a call.
    missed.severity = core::parse_severity(row.judged.severity).value_or(core::Severity::major);
    right.push_back(missed);
  }
  std::optional<core::Severity> gravest;
  for (const core::Finding& finding : right)
    gravest = std::max(gravest.value_or(core::Severity::minor), weight(finding));
  if (gravest) record.severity = core::to_string(*gravest);
  record.label = core::to_string(core::decide(right, row.review.complete));
  record.review_probability = row.judged.probability;
  return record;
}

void add_finding_records(const ReviewRow& row, std::vector<Record>& records) {
  for (const core::Finding& finding : row.review.findings) {
    Record record;
    record.id = row.record.id + ' ' + finding.id;
    record.time = row.record.time;
    record.prediction = "right";
    const auto judged = row.judged.findings.find(finding.id);
    if (judged != row.judged.findings.end()) record.label = judged->second;
    const auto confidence = row.finding_confidence.find(finding.id);
    if (confidence != row.finding_confidence.end()) record.confidence = confidence->second;
    record.groups = row.record.groups;
    record.groups["severity"] = core::to_string(weight(finding));
    records.push_back(std::move(record));
  }
}

void add_row(const ledger::RowView& row, std::map<std::uint64_t, ReviewRow>& reviews, LedgerCoverage& coverage) {
  ++coverage.rows;
  const auto about = reviews.find(row.about);
  switch (row.kind) {
    case ledger::RowKind::review:
      ++coverage.reviews;
      reviews.emplace(row.sequence, read_review_row(row, coverage));
      return;
    case ledger::RowKind::intervention: ++coverage.interventions; return;
    case ledger::RowKind::override:
      ++coverage.overrides;
      if (about != reviews.end()) ++about->second.judged.overrides;
      return;
    case ledger::RowKind::outcome:
      if (about != reviews.end()) add_outcome(Json::parse(row.open), about->second.judged);
      return;
    case ledger::RowKind::erasure: return;
  }
}

}  // namespace

bool looks_like_ledger(const std::filesystem::path& file) {
  constexpr std::string_view magic = "SQLite format 3";
  std::array<char, magic.size()> start{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(start.data(), start.size());
  return stream.gcount() == static_cast<std::streamsize>(start.size()) &&
         std::string_view(start.data(), start.size()) == magic;
}

core::Result<LedgerRecords> read_ledger_records(const ledger::Place& place, const std::optional<ledger::Key>& key,
                                                RecordOf of) {
  auto reader = ledger::Reader::open(place);
  if (!reader) return core::fail(reader.error());
  LedgerRecords found;
  std::map<std::uint64_t, ReviewRow> reviews;
  std::optional<core::Error> problem;
  const auto scanned = reader->scan(1, std::numeric_limits<std::int64_t>::max(), [&](const ledger::RowView& row) {
    try {
      add_row(row, reviews, found.coverage);
      if (row.kind != ledger::RowKind::review || row.sealed.empty()) return true;
      const auto content = reader->unseal(row, key);
      if (content) {
        add_content(*content, reviews.at(row.sequence).record, found.coverage);
      } else {
        problem = content.error();
      }
    } catch (const nlohmann::json::exception&) {
      problem = core::Error{core::ErrorCode::io_failure, place.name() + ": row " + std::to_string(row.sequence) +
                                                             " is not what this program writes; see ledger verify"};
    }
    return !problem.has_value();
  });
  if (!scanned) return core::fail(scanned.error());
  if (problem) return core::fail(*problem);
  for (auto& [sequence, row] : reviews) {
    found.coverage.judged_reviews += row.judged.review.empty() ? 0U : 1U;
    found.coverage.judged_findings += row.judged.findings.size();
    if (of == RecordOf::finding) {
      add_finding_records(row, found.records);
    } else {
      found.records.push_back(decision_record(std::move(row)));
    }
  }
  return found;
}

}  // namespace guardian::adapters
