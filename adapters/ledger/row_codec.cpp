#include "adapters/ledger/row_codec.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/date.hpp"

namespace guardian::adapters {
namespace {

using Json = nlohmann::ordered_json;
using audit::ledger::RowView;
using audit::ledger::SealState;

std::string written(const Json& json, bool pretty = false) {
  return json.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

// A part that is no JSON, as after tampering, is shown as text.
Json parsed(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(std::string(text)) : json;
}

std::string_view words_for(SealState state) {
  switch (state) {
    case SealState::nothing_sealed: return "none";
    case SealState::opened: return "opened";
    case SealState::erased: return "erased";
    case SealState::no_key: return "sealed";
    case SealState::damaged: return "damaged";
  }
  return "none";
}

std::string text_of(const Json& json, const char* name) {
  return json.is_object() && json.contains(name) && json[name].is_string() ? json[name].get<std::string>()
                                                                           : std::string();
}

core::TriageLevel triage_of(const std::string& name) {
  core::TriageLevel level = core::TriageLevel::routine;
  (void)core::parse_triage_level(name, level);
  return level;
}

}  // namespace

std::string time_text(std::int64_t at_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(at_ms)};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = core::utc_text(seconds);
  if (text.empty()) return text;
  std::array<char, 8> fraction{};
  (void)std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>((time - seconds).count()));
  text.insert(text.size() - 1, fraction.data());
  return text;
}

std::string encode_row(const RowView& row, const audit::ledger::Opened& opened, bool pretty) {
  Json json{{"sequence", row.sequence}, {"kind", to_string(row.kind)}, {"at", time_text(row.at_ms)}};
  if (row.about > 0) json["about"] = row.about;
  json["hash"] = audit::ledger::hash_text(row.hash);
  if (audit::ledger::is_set(row.key)) json["key"] = audit::ledger::to_hex(row.key);
  json["open"] = parsed(row.open);
  json["sealed"] = words_for(opened.state);
  if (opened.state == SealState::opened) json["content"] = parsed(opened.text);
  return written(json, pretty);
}

std::string row_summary(const RowView& row) {
  std::string text =
      std::to_string(row.sequence) + "  " + time_text(row.at_ms) + "  " + std::string(to_string(row.kind));
  if (row.about > 0) text += " of row " + std::to_string(row.about);
  const Json open = parsed(row.open);
  for (const char* name : {"decision", "status", "finding", "action", "stage", "harm", "reason", "label", "expires"}) {
    const std::string value = text_of(open, name);
    if (!value.empty()) text += "  " + value;
  }
  if (open.is_object() && open.contains("findings"))
    text += "  " + std::to_string(open["findings"].size()) + (open["findings"].size() == 1 ? " finding" : " findings");
  return text;
}

std::string encode_verification(const audit::ledger::Verification& verification) {
  Json damage = Json::array();
  for (const auto& one : verification.damage)
    damage.push_back(Json{{"kind", to_string(one.kind)}, {"sequence", one.sequence}, {"text", one.text}});
  return written(
      Json{{"schema", "guardian-ledger-verification/1"},
           {"sound", verification.sound()},
           {"rows", verification.rows},
           {"from", verification.first},
           {"checked", verification.checked},
           {"checkpoints", verification.checkpoints},
           {"signed_rows", verification.signed_rows},
           {"head", audit::ledger::hash_text(verification.head)},
           {"signer", verification.signer ? Json(audit::ledger::to_hex(*verification.signer)) : Json(nullptr)},
           {"damage", std::move(damage)}},
      true);
}

std::string encode_open_part(const Intervention& intervention) {
  return written(Json{{"schema", "guardian-ledger-intervention/1"},
                      {"finding", intervention.finding},
                      {"action", intervention.action},
                      {"stage", intervention.stage},
                      {"harm", intervention.harm}});
}

std::string encode_open_part(const OutcomeLabel& outcome) {
  Json json{{"schema", "guardian-ledger-outcome/1"},
            {"finding", outcome.finding.empty() ? Json(nullptr) : Json(outcome.finding)},
            {"label", outcome.label}};
  if (!outcome.severity.empty()) json["severity"] = outcome.severity;
  if (outcome.probability < 1.0) json["p_review"] = outcome.probability;
  return written(json);
}

std::string encode_open_part(const audit::ledger::Override& override) {
  return written(Json{{"schema", "guardian-ledger-override/1"},
                      {"finding", override.finding},
                      {"reason", override.reason},
                      {"expires", time_text(override.expires_ms)},
                      {"expires_ms", override.expires_ms},
                      {"severity", core::to_string(override.severity)},
                      {"contraindication", override.contraindication},
                      {"triage", core::to_string(override.triage)},
                      {"findings", override.findings}});
}

std::optional<audit::ledger::Override> decode_override(std::string_view open, std::int64_t made_ms) {
  try {
    const Json json = Json::parse(open);
    if (json.at("schema").get<std::string>() != "guardian-ledger-override/1") return std::nullopt;
    audit::ledger::Override override;
    override.finding = json.at("finding").get<std::string>();
    override.reason = json.at("reason").get<std::string>();
    override.made_ms = made_ms;
    override.expires_ms = json.at("expires_ms").get<std::int64_t>();
    const auto severity = core::parse_severity(json.at("severity").get<std::string>());
    if (!severity) return std::nullopt;
    override.severity = *severity;
    override.contraindication = json.at("contraindication").get<bool>();
    override.triage = triage_of(json.at("triage").get<std::string>());
    override.findings = json.at("findings").get<std::vector<std::string>>();
    return override;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string encode_erasure(std::string_view reason) {
  return written(Json{{"schema", "guardian-ledger-erasure/1"}, {"reason", reason}});
}

std::string encode_comment(std::string_view by, std::string_view comment) {
  return written(Json{{"schema", "guardian-ledger-comment/1"}, {"by", by}, {"comment", comment}});
}

core::Result<RecordedReview> decode_open_review(std::string_view open) {
  try {
    const Json json = Json::parse(open);
    if (json.at("schema").get<std::string>() != "guardian-ledger-review/1")
      return core::fail(core::ErrorCode::invalid_input, "the row is no review");
    RecordedReview review;
    for (const Json& finding : json.at("findings")) {
      auto severity = core::parse_severity(finding.at("severity").get<std::string>());
      if (finding.contains("raised"))
        severity = std::max(severity, core::parse_severity(finding["raised"].at("to").get<std::string>()));
      if (!severity) return core::fail(core::ErrorCode::io_failure, "the row has a finding of no known severity");
      review.findings.push_back(
          {finding.at("id").get<std::string>(), *severity, finding.at("contraindication").get<bool>()});
    }
    if (json.at("triage").is_string()) review.triage = triage_of(json["triage"].get<std::string>());
    return review;
  } catch (const nlohmann::json::exception&) {
    return core::fail(core::ErrorCode::invalid_input, "the row is no review");
  }
}

}  // namespace guardian::adapters
