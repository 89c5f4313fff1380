#include "adapters/cli/audit_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "adapters/json/json_writer.hpp"

namespace guardian::adapters::cli {
namespace {

namespace stats = audit::population;

constexpr std::size_t shown_slices = 5;
constexpr std::size_t longest_list = 8;
constexpr double slice_rate = 0.05;  // false discoveries among the slices that are shown

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string range(const stats::Interval& interval) {
  return "[" + shown(interval.lower, 4) + ", " + shown(interval.upper, 4) + "]";
}

void add_confidence(const stats::ConfidenceAnalysis& analysis, std::string& text) {
  const auto line = [&](const char* name, double value) { text += "  " + padded(name, 36) + shown(value, 4) + '\n'; };
  text += "\nConfidence\n";
  line("Brier score of the top label", analysis.top_label.brier);
  line("  miscalibration (CORP)", analysis.top_label.corp.miscalibration);
  line("  discrimination (CORP)", analysis.top_label.corp.discrimination);
  line("calibration error, debiased", analysis.top_label.ece_debiased);
  line("calibration error, 10 equal masses", analysis.top_label.ece_equal_mass);
  line("largest cumulated difference (KS)", analysis.top_label.ks);
  line("Spiegelhalter z", analysis.top_label.spiegelhalter_z);
  if (analysis.log_loss) line("log loss", *analysis.log_loss);
  line("AUROC, right against wrong", analysis.auroc);
  line("area under risk-coverage", analysis.selective.area);
  line("  of it above the best order", analysis.selective.excess());
}

void add_groups(const stats::Extended& extended, const stats::Population& population, std::string& text) {
  for (std::size_t i = 0; i < extended.features.size(); ++i) {
    const stats::Feature& feature = population.features[i];
    const stats::FeatureIntervals& part = extended.features[i];
    text += "\nAccuracy by " + feature.name + " (95 %)\n";
    for (std::size_t j = 0; j < feature.groups.size(); ++j) {
      text += "  " + padded(feature.groups[j], 24) + padded("n " + std::to_string(part.groups[j].cases), 12) +
              range(part.groups[j].accuracy) + '\n';
    }
    if (part.gap) text += "  " + padded("best less worst", 36) + range(*part.gap) + '\n';
  }
}

void add_equity(const stats::PopulationAudit& audit, std::string& text) {
  const stats::Intersections& meeting = audit.intersections;
  if (meeting.gap) {
    const auto name = [&](std::size_t place) {
      return meeting.tested[place].first + ", " + meeting.tested[place].second;
    };
    text += "\nWhere two groups meet\n  " + padded("largest gap in accuracy", 36) + range(meeting.gap->interval) +
            ": " + name(meeting.gap->larger) + " over " + name(meeting.gap->smaller) + '\n';
  }
  const stats::Multicalibration& within = audit.multicalibration;
  if (!within.cells.empty()) {
    const stats::CellError& worst = within.cells.front();
    text += "\nConfidence within groups\n  " + padded("largest confidence less accuracy", 36) +
            shown(worst.difference, 4) + (worst.group.empty() ? "" : " in " + worst.group) + ", confidence " +
            shown(worst.from, 1) + " to " + shown(worst.to, 1) + "\n  " + padded("proven", 36) +
            shown(within.proven, 4) + '\n';
  }
}

void add_records(const stats::RecordAudit& records, std::string& text) {
  const stats::RecordSummary& summary = records.summary;
  text += "\nRecords\n";
  const auto line = [&](const char* name, const std::string& value) { text += "  " + padded(name, 36) + value + '\n'; };
  line("records", std::to_string(summary.records));
  line("with a label", std::to_string(summary.labelled));
  if (summary.labelled > 0) {
    line("effective size of the labels", shown(summary.effective_size, 1));
    line("error rate, as weighted", shown(summary.weighted_error_rate, 4) + ' ' + range(summary.weighted_interval));
    line("harm", shown(summary.harm, 3));
  }
  if (summary.faithfulness)
    line("faithfulness", shown(*summary.faithfulness, 3) + " of " + std::to_string(summary.assessed_texts) + " texts");
  if (records.drift.empty()) return;
  text += "\nDrift of what comes in\n";
  for (const stats::FeatureDrift& drift : records.drift) {
    line(drift.name.c_str(), std::isnan(drift.q_value)
                                 ? std::string("too few cases to say")
                                 : "PSI " + shown(drift.stability.index, 3) + ", q " + shown(drift.q_value, 4) +
                                       (drift.is_drifted ? "  DRIFTED" : ""));
  }
}

void flatten(const JsonValue& value, const std::string& path, std::string& text) {
  const auto line = [&](const std::string& words) { text += padded(path, 48) + ' ' + words + '\n'; };
  if (const JsonObject* object = value.object()) {
    for (const JsonMember& member : *object)
      flatten(member.value, path.empty() ? member.name : path + '.' + member.name, text);
    return;
  }
  const JsonList* list = value.list();
  if (list == nullptr) {
    if (const double* number = value.number()) return line(shown(*number, 6));
    return line(value.text() != nullptr ? *value.text() : write_json(value, false));
  }
  const bool plain = std::none_of(list->begin(), list->end(), [](const JsonValue& entry) {
    return entry.object() != nullptr || entry.list() != nullptr;
  });
  if (plain && list->size() > longest_list) return line("(" + std::to_string(list->size()) + " values)");
  if (plain) return line(write_json(value, false));
  for (std::size_t i = 0; i < list->size(); ++i) flatten((*list)[i], path + '[' + std::to_string(i) + ']', text);
}

}  // namespace

std::string shown(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  std::string text = digits;
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::vector<std::pair<std::string, std::size_t>> coverage_lines(const LedgerCoverage& coverage) {
  return {{"rows", coverage.rows},
          {"reviews", coverage.reviews},
          {"reviews judged as a whole", coverage.judged_reviews},
          {"findings judged", coverage.judged_findings},
          {"interventions", coverage.interventions},
          {"overrides", coverage.overrides},
          {"incomplete reviews", coverage.incomplete},
          {"degraded reviews", coverage.degraded},
          {"content read", coverage.opened},
          {"content erased", coverage.erased},
          {"content sealed: no key", coverage.sealed},
          {"content damaged", coverage.damaged}};
}

JsonValue encode_coverage(const LedgerCoverage& coverage) {
  return JsonValue{JsonObject{{"rows", json_count(coverage.rows)},
                              {"reviews", json_count(coverage.reviews)},
                              {"judged_reviews", json_count(coverage.judged_reviews)},
                              {"judged_findings", json_count(coverage.judged_findings)},
                              {"interventions", json_count(coverage.interventions)},
                              {"overrides", json_count(coverage.overrides)},
                              {"incomplete", json_count(coverage.incomplete)},
                              {"degraded", json_count(coverage.degraded)},
                              {"content", JsonValue{JsonObject{{"read", json_count(coverage.opened)},
                                                               {"erased", json_count(coverage.erased)},
                                                               {"sealed", json_count(coverage.sealed)},
                                                               {"damaged", json_count(coverage.damaged)}}}}}};
}

std::string audit_text(const AuditParts& parts) {
  const stats::PopulationAudit& audit = parts.audit;
  const stats::Population& population = parts.population;
  const stats::TrustScore& trust = audit.trust;
  std::string text = "Audit of " + std::to_string(trust.cases) + " cases\n\n";
  text += "  grade " + trust.grade + ", score " + shown(trust.score, 1) + " of 100: " + trust.verdict + '\n';
  text += "  measured " + shown(100.0 * trust.weight_present, 0) + " % of what the score weighs\n\nDimensions\n";
  for (const stats::Dimension& dimension : trust.dimensions) {
    text += "  " + padded(dimension.name, 26) + padded(shown(dimension.score, 1), 8) + "weight " +
            shown(dimension.weight, 2) + '\n';
  }
  text += "\nGates\n";
  for (const stats::Gate& gate : trust.gates) {
    text += "  " + padded(gate.name, 26) + padded(std::string(to_string(gate.state)), 14) + range(gate.interval) +
            " limit " + shown(gate.limit, 3) +
            (gate.cases_needed ? "; decided from " + std::to_string(*gate.cases_needed) + " cases on" : "") + '\n';
    if (!gate.untestable.empty())
      text += "    " + std::to_string(gate.untestable.size()) + " rates of groups have too few cases to test\n";
  }
  for (const std::string& note : trust.notes) text += "  note: " + note + '\n';
  if (audit.extended.confidence) add_confidence(*audit.extended.confidence, text);
  if (audit.plots) {
    const stats::CertifiedThreshold& certified = audit.plots->certified;
    text += "\nThreshold with a risk of at most " + shown(certified.alpha, 3) + " (confidence " +
            shown(1.0 - certified.delta, 3) + "): ";
    text += certified.threshold ? shown(*certified.threshold, 2) : std::string("none can be certified on these cases");
    text += '\n';
  }
  if (audit.drift) {
    text += "\nDrift of the confidence: PSI " + shown(audit.drift->stability.index, 4) + " (critical " +
            shown(audit.drift->stability.critical, 4) + "), KS p " + shown(audit.drift->test.p_stephens, 4) + '\n';
  }
  if (parts.records != nullptr) add_records(*parts.records, text);
  if (parts.ledger != nullptr) {
    text += "\nLedger\n";
    for (const auto& [name, count] : coverage_lines(*parts.ledger))
      text += "  " + padded(name, 36) + std::to_string(count) + '\n';
  }
  add_groups(audit.extended, population, text);
  add_equity(audit, text);
  std::size_t listed = 0;
  for (const stats::Slice& slice : audit.slices) {
    if (slice.q_value >= slice_rate || listed == shown_slices) break;
    if (listed++ == 0) text += "\nSlices with more errors than chance\n";
    std::string name;
    for (const std::string& literal : slice.literals) name += (name.empty() ? "" : ", ") + literal;
    text += "  " + padded(name, 40) + std::to_string(slice.errors) + " of " + std::to_string(slice.cases) + ", q " +
            shown(slice.q_value, 5) + '\n';
  }
  return text;
}

std::string comparison_text(const stats::Comparison& comparison, const std::string& first, const std::string& second) {
  std::string text = "A " + first + ": grade " + comparison.first.grade + ", " + comparison.first.verdict + '\n';
  text += "B " + second + ": grade " + comparison.second.grade + ", " + comparison.second.verdict + "\n\n";
  for (const stats::ScoreDifference& part : comparison.differences) {
    text += "  " + padded(part.name, 16) + padded(shown(part.first, 1), 8) + padded(shown(part.second, 1), 8) +
            "A - B " + range(part.interval) + "  " +
            (part.preference == stats::Preference::first    ? "A is higher"
             : part.preference == stats::Preference::second ? "B is higher"
                                                            : "no difference shown") +
            '\n';
  }
  const stats::McNemar& test = comparison.correctness;
  text += "  right answers: " + std::to_string(test.only_first_right) + " only A, " +
          std::to_string(test.only_second_right) + " only B, p " + shown(test.p_value, 5) + " (McNemar, exact)\n\n";
  const char* recommended = comparison.recommended == stats::Preference::first    ? "A: "
                            : comparison.recommended == stats::Preference::second ? "B: "
                                                                                  : "";
  return text + recommended + comparison.reason + '\n';
}

std::string plain_text(const JsonValue& answer) {
  std::string text;
  flatten(answer, "", text);
  return text;
}

}  // namespace guardian::adapters::cli
