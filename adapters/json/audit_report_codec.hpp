#pragma once
// The audit of a review as JSON. The type of the document is the caller's, so that this header names no outside
// library. What is not known is null, never NaN.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.hpp"

namespace guardian::adapters {

template <class Json>
class AuditReportEncoder {
 public:
  [[nodiscard]] static Json encode(const core::AuditReport& report) {
    Json json = Json::object();
    json["version"] = report.version;
    json["input"] = report.input;
    json["released"] = report.released;
    json["escalated"] = report.escalated;
    json["engine"] = to_string(report.engine);
    json["decision"] = to_string(report.decision);
    json["reasons"] = list(report.reasons, [](const core::AuditReason& reason) {
      return Json{{"id", reason.id}, {"text", reason.text}, {"evidence", texts(reason.evidence)}};
    });
    json["invariants"] = list(report.invariants, [](const core::InvariantCheck& check) {
      return Json{
          {"id", check.id}, {"state", to_string(check.state)}, {"reason", check.reason}, {"about", texts(check.about)}};
    });
    json["signals"] = list(report.signals, [](const core::AuditSignal& signal) {
      return Json{{"id", signal.id}, {"name", signal.name}, {"value", number(signal.value)}, {"reason", signal.reason}};
    });
    json["confidences"] = list(report.confidences, confidence);
    json["claims"] = list(report.claims, [](const core::ClaimCheck& check) {
      return Json{
          {"claim", check.claim}, {"state", to_string(check.state)}, {"major", check.major}, {"reason", check.reason}};
    });
    json["faithfulness"] = list(report.faithfulness, faithfulness);
    json["certificate"] = report.certificate ? certificate(*report.certificate) : Json(nullptr);
    return json;
  }

 private:
  template <class T, class Encode>
  static Json list(const std::vector<T>& entries, const Encode& encode) {
    Json array = Json::array();
    for (const T& entry : entries) array.push_back(encode(entry));
    return array;
  }
  static Json texts(const std::vector<std::string>& entries) {
    Json array = Json::array();
    for (const std::string& text : entries) array.push_back(text);
    return array;
  }
  static Json number(const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) return Json(nullptr);
    if (std::trunc(*value) == *value && std::abs(*value) < 1e9) return Json(static_cast<std::int64_t>(*value));
    return Json(*value);
  }
  static Json confidence(const core::Confidence& one) {
    return Json{{"question", to_string(one.question)},
                {"about", one.about.empty() ? Json(nullptr) : Json(one.about)},
                {"band", one.band},
                {"value", number(one.value)},
                {"low", number(one.low)},
                {"high", number(one.high)},
                {"basis", one.basis},
                {"labels", one.labels},
                {"calibration", one.calibration.empty() ? Json(nullptr) : Json(one.calibration)}};
  }
  static Json faithfulness(const core::Faithfulness& one) {
    return Json{{"finding", one.finding},
                {"verdict", to_string(one.verdict)},
                {"comprehensiveness", number(one.comprehensiveness)},
                {"sufficiency", number(one.sufficiency)},
                {"aopc", number(one.aopc)},
                {"precision", number(one.precision)},
                {"minimal_sets", list(one.minimal_sets, texts)},
                {"non_monotone", one.non_monotone},
                {"engine_runs", one.engine_runs}};
  }
  static Json certificate(const core::GateCertificate& one) {
    return Json{{"alpha", number(one.alpha)}, {"delta", number(one.delta)},         {"labels", one.labels},
                {"digest", one.digest},       {"threshold", number(one.threshold)}, {"expires", one.expires}};
  }
};

}  // namespace guardian::adapters
