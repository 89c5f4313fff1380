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

std::string audit_text(const stats::PopulationAudit& audit, const stats::Population& population) {
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
            " limit " + shown(gate.limit, 3) + '\n';
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
  add_groups(audit.extended, population, text);
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
