#include "adapters/batch/cohort.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/json/json_view.hpp"

namespace guardian::adapters::batch {
namespace {

constexpr const char* not_a_line = "is not a review, a screen or an error record of a batch";

struct Alert {
  core::Severity severity = core::Severity::minor;
  bool interruptive = false;
  std::string type;
  std::vector<std::string> rules;
};

std::optional<Alert> read_alert(const JsonView& finding) {
  Alert alert;
  const auto severity = core::parse_severity(finding.member("severity").text_or());
  if (!severity) return std::nullopt;
  // What an agent raised is shown as raised.
  const auto raised = core::parse_severity(finding.member("raised").member("to").text_or());
  alert.severity = std::max(*severity, raised.value_or(*severity));
  alert.type = finding.member("type").text_or();
  if (alert.type.empty()) return std::nullopt;
  alert.interruptive = finding.member("interruptive").boolean().value_or(core::is_interruptive(alert.severity));
  finding.member("rules").each_entry(
      [&](const JsonView& rule, std::size_t) { alert.rules.emplace_back(rule.text_or()); });
  return alert;
}

bool silences(const DisplayPolicy& policy, const Alert& alert) {
  if (policy.severities.count(alert.severity) > 0 || policy.types.count(alert.type) > 0) return true;
  return !alert.rules.empty() && std::all_of(alert.rules.begin(), alert.rules.end(),
                                             [&](const std::string& rule) { return policy.rules.count(rule) > 0; });
}

// Counts alerts, and the case once.
class Counting {
 public:
  void add(AlertCount& count, bool silenced) {
    ++count.alerts;
    count.silenced += silenced ? 1 : 0;
    if (seen_.insert(&count).second) ++count.cases;
  }

 private:
  std::set<const AlertCount*> seen_;  // in this case
};

}  // namespace

std::optional<double> per_hundred(std::uint64_t alerts, std::uint64_t orders) {
  if (orders == 0) return std::nullopt;
  return 100.0 * static_cast<double>(alerts) / static_cast<double>(orders);
}

CohortTally::CohortTally(DisplayPolicy policy) : policy_(std::move(policy)) {}

std::optional<std::string> CohortTally::add(std::string_view line) {
  const JsonViewing viewing = reader_.parse(line);
  const JsonView& json = viewing.value;
  if (!json.present()) return viewing.problem.message;
  const std::string_view schema = json.member("schema").text_or();
  if (schema == "guardian-error/1") {
    ++cohort_.unreadable;
    return std::nullopt;
  }
  const bool is_screen = schema == "guardian-screen/1";
  if (!is_screen && schema != "guardian-review/1") return not_a_line;
  std::vector<Alert> alerts;
  bool whole = json.member("findings").is_list();
  json.member("findings").each_entry([&](const JsonView& finding, std::size_t) {
    auto alert = read_alert(finding);
    whole = whole && alert;
    if (alert) alerts.push_back(std::move(*alert));
  });
  if (!whole) return not_a_line;

  ++cohort_.cases;
  cohort_.orders += is_screen ? static_cast<std::uint64_t>(std::max(0.0, json.member("medicines").number().value_or(0)))
                              : json.member("resolved").size() + json.member("unresolved").size();
  if (json.member("status").text_or() != "complete") ++cohort_.incomplete;
  Counting counting;
  std::size_t shown = 0;
  for (const Alert& alert : alerts) {
    const bool silenced = silences(policy_, alert);
    shown += silenced ? 0 : 1;
    counting.add(cohort_.all, silenced);
    if (alert.interruptive) counting.add(cohort_.interruptive, silenced);
    counting.add(cohort_.severities[static_cast<std::size_t>(alert.severity)], silenced);
    counting.add(cohort_.types[alert.type], silenced);
    for (const std::string& rule : alert.rules) counting.add(cohort_.rules[rule], silenced);
  }
  cohort_.quiet_before += alerts.empty() ? 1 : 0;
  cohort_.quiet_after += shown == 0 ? 1 : 0;
  return std::nullopt;
}

}  // namespace guardian::adapters::batch
