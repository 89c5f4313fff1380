#include <algorithm>
#include <cmath>

#include "adapters/cli/audit_report.hpp"
#include "adapters/cli/svg_plot.hpp"

namespace guardian::adapters::cli {
namespace {

namespace stats = audit::population;

// Colours that keep their contrast on both grounds; hue is never the only difference.
constexpr const char* style = R"css(
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1b2430; --soft: #5b6675; --rule: #d9dee5;
  --one: #1f5fa8; --two: #c2410c; --band: #1f5fa826; --good: #15803d; --bad: #b91c1c; --open: #a16207; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --ink: #e6eaf0; --soft: #9aa5b4; --rule: #2c3440;
  --one: #7ab0f0; --two: #f59e63; --band: #7ab0f033; --good: #4ade80; --bad: #f87171; --open: #facc15; } }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; max-width: 960px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0 0 .3rem; }
.verdict { font-size: 1.2rem; overflow-wrap: anywhere; } .grade { font-size: 2.6rem; font-weight: 700; margin-right: .6rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--rule); } td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.PASS { color: var(--good); } .BLOCK { color: var(--bad); font-weight: 700; } .INCONCLUSIVE { color: var(--open); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; } svg { width: 100%; height: auto; }
pre { overflow-x: auto; } svg text { fill: var(--soft); font-size: 11px; } svg text.axis { fill: var(--ink); }
.grid { stroke: var(--rule); stroke-width: .6; } .curve { fill: none; stroke: var(--one); stroke-width: 2; }
.second { fill: none; stroke: var(--two); stroke-width: 2; stroke-dasharray: 5 3; } .band { fill: var(--band); }
.ideal { fill: none; stroke: var(--soft); stroke-dasharray: 3 3; } .limit { stroke: var(--two); stroke-dasharray: 5 3; }
.right { fill: var(--one); } .wrong { fill: var(--two); } .interval { stroke: var(--one); stroke-width: 2; }
.dot { fill: var(--one); }
)css";

std::string range(const stats::Interval& interval) {
  return shown(interval.lower, 4) + " to " + shown(interval.upper, 4);
}

std::string cell(const std::string& text, const char* kind = "") {
  return std::string("<td class=\"") + kind + "\">" + escaped(text) + "</td>";
}

// A table of its own width: on a small screen it is moved, not the page.
std::string table(const std::string& heading, const std::vector<const char*>& columns, const std::string& rows) {
  std::string html = "<h2>" + heading + "</h2><div class=\"wide\" tabindex=\"0\"><table><thead><tr>";
  for (const char* column : columns) html += std::string("<th scope=\"col\">") + column + "</th>";
  return html + "</tr></thead><tbody>" + rows + "</tbody></table></div>";
}

std::string gates_table(const stats::TrustScore& trust) {
  std::string rows;
  for (const stats::Gate& gate : trust.gates) {
    const std::string state(to_string(gate.state));
    rows += "<tr>" + cell(gate.name) + cell(state, state.c_str()) +
            cell(gate.value ? shown(*gate.value, 4) : "-", "number") + cell(range(gate.interval), "number") +
            cell(shown(gate.limit, 3), "number") +
            cell(gate.cases_needed ? std::to_string(*gate.cases_needed) : "", "number") + "</tr>";
  }
  std::string html = table("Gates", {"gate", "state", "value", "95 %", "limit", "cases that would decide it"}, rows);
  for (const stats::Gate& gate : trust.gates) {
    if (gate.untestable.empty()) continue;
    html += "<p>Too few cases to test: ";
    for (std::size_t i = 0; i < gate.untestable.size(); ++i) {
      const stats::UntestableRate& rate = gate.untestable[i];
      html += (i > 0 ? "; " : "") +
              escaped(rate.feature + "=" + rate.group + " " + rate.metric + " (n " + std::to_string(rate.cases) + ")");
    }
    html += "</p>";
  }
  return html;
}

std::string dimensions_table(const stats::TrustScore& trust) {
  std::string rows;
  for (const stats::Dimension& dimension : trust.dimensions) {
    rows += "<tr>" + cell(dimension.name) + cell(shown(dimension.score, 1), "number") +
            cell(shown(dimension.weight, 2), "number") + "</tr>";
  }
  std::string html = table("Dimensions", {"dimension", "score", "weight"}, rows);
  for (const std::string& note : trust.notes) html += "<p>Note: " + escaped(note) + "</p>";
  return html;
}

std::string reliability_plot(const stats::ConfidencePlots& plots) {
  SvgPlot plot("Reliability", "confidence", "share of right answers", {0.0, 1.0}, {0.0, 1.0});
  std::vector<PlotPoint> lower;
  std::vector<PlotPoint> upper;
  for (const stats::BandPoint& point : plots.band) {
    lower.emplace_back(point.forecast, point.lower);
    upper.emplace_back(point.forecast, point.upper);
  }
  plot.area(lower, upper, "band");
  plot.line({{0.0, 0.0}, {1.0, 1.0}}, "ideal");
  std::vector<PlotPoint> fitted;
  for (const stats::FitPoint& point : plots.fitted) fitted.emplace_back(point.forecast, point.fitted);
  plot.steps(fitted, "curve");
  return plot.figure("Isotonic fit (CORP). The band is where a calibrated model would lie in 95 % of samples.");
}

std::string histogram_plot(const stats::ConfidenceGap& gap) {
  std::size_t most = 1;
  for (std::size_t i = 0; i < gap.correct_histogram.size(); ++i)
    most = std::max(most, gap.correct_histogram[i] + gap.incorrect_histogram[i]);
  SvgPlot plot("Confidence", "confidence", "cases", {0.0, 1.0}, {0.0, static_cast<double>(most)});
  for (std::size_t i = 0; i < gap.correct_histogram.size(); ++i) {
    const auto wrong = static_cast<double>(gap.incorrect_histogram[i]);
    const SvgPlot::Range bin{gap.edges[i], gap.edges[i + 1]};
    plot.bar(bin, wrong, "wrong");
    plot.bar(bin, static_cast<double>(gap.correct_histogram[i]), "right", wrong);
  }
  return plot.figure("Wrong answers below, right ones on top of them.");
}

std::string risk_plot(const stats::ConfidencePlots& plots) {
  std::vector<PlotPoint> points;
  double highest = plots.certified.alpha * 2.0;
  for (const stats::RiskCoveragePoint& point : plots.risk_coverage) {
    points.emplace_back(point.coverage, point.risk);
    highest = std::max(highest, point.risk);
  }
  SvgPlot plot("Risk and coverage", "share of cases accepted", "risk among them", {0.0, 1.0},
               {0.0, std::min(1.0, highest)});
  plot.line(points, "curve");
  plot.horizontal(plots.certified.alpha, "limit", "allowed " + shown(plots.certified.alpha, 3));
  std::string caption = "No threshold can be certified on these cases.";
  if (plots.certified.threshold) {
    double coverage = 0.0;
    for (const stats::RiskCoveragePoint& point : plots.risk_coverage)
      if (point.threshold >= *plots.certified.threshold) coverage = point.coverage;
    plot.vertical(coverage, "limit", "from " + shown(*plots.certified.threshold, 2));
    caption = "Answers with a confidence from " + shown(*plots.certified.threshold, 2) + " have a risk of at most " +
              shown(plots.certified.alpha, 3) + ", at confidence " + shown(1.0 - plots.certified.delta, 3) +
              " (Learn Then Test).";
  }
  return plot.figure(caption);
}

std::string forest_plot(const stats::PopulationAudit& audit, const stats::Population& population) {
  std::vector<ForestRow> rows;
  for (std::size_t i = 0; i < audit.extended.features.size(); ++i) {
    const stats::Feature& feature = population.features[i];
    const auto places = members(feature);
    rows.push_back({feature.name, 0.0, 0.0, 0.0, true});
    for (std::size_t j = 0; j < feature.groups.size(); ++j) {
      const stats::Interval& interval = audit.extended.features[i].groups[j].accuracy;
      rows.push_back({feature.groups[j] + " (n " + std::to_string(places[j].size()) + ")", interval.lower,
                      right_answers(population, places[j]).value(), interval.upper, false});
    }
  }
  return rows.empty() ? "" : forest_figure("Accuracy by group", rows, "With Wilson intervals at 95 %.");
}

std::string error_watch_plot(const stats::Sequential& errors) {
  const stats::SequentialPolicy policy;
  std::vector<PlotPoint> points;
  double highest = policy.limit * 1.2;
  for (std::size_t i = 0; i < errors.cusum.size(); ++i) {
    points.emplace_back(static_cast<double>(i + 1), errors.cusum[i]);
    highest = std::max(highest, errors.cusum[i]);
  }
  SvgPlot plot("Errors in the order of the cases", "case", "CUSUM", {0.0, static_cast<double>(points.size())},
               {0.0, highest});
  plot.line(points, "curve");
  plot.horizontal(policy.limit, "limit", "alarm " + shown(policy.limit, 1));
  return plot.figure("Evidence that the error rate is twice " + shown(policy.p0, 3) +
                     " in odds. It says something only where the cases stand in the order of time.");
}

std::string drift_plot(const stats::ConfidenceDrift& drift) {
  const stats::Stability& cells = drift.stability;
  const auto share = [](const std::vector<std::size_t>& counts, std::size_t i) {
    double total = 0.0;
    for (const std::size_t count : counts) total += static_cast<double>(count);
    return static_cast<double>(counts[i]) / total;
  };
  const std::size_t count = cells.reference.size();
  double highest = 0.0;
  for (std::size_t i = 0; i < count; ++i)
    highest = std::max({highest, share(cells.reference, i), share(cells.current, i)});
  SvgPlot plot("Drift of the confidence", "cell, by confidence", "share of cases", {0.0, static_cast<double>(count)},
               {0.0, highest});
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<double>(i);
    plot.bar({at + 0.1, at + 0.5}, share(cells.reference, i), "wrong");
    plot.bar({at + 0.5, at + 0.9}, share(cells.current, i), "right");
  }
  return plot.figure("Left the reference, right these cases. PSI " + shown(cells.index, 3) + " (critical " +
                     shown(cells.critical, 3) + "), KS p " + shown(drift.test.p_stephens, 4) + ", MMD squared " +
                     shown(drift.discrepancy.squared, 4) + ", z of the mean " + shown(drift.window_z, 2) + ".");
}

std::string slices_table(const std::vector<stats::Slice>& slices) {
  constexpr std::size_t most = 10;
  if (slices.empty()) return "";
  std::string rows;
  for (std::size_t i = 0; i < std::min(most, slices.size()); ++i) {
    std::string name;
    for (const std::string& literal : slices[i].literals) name += (name.empty() ? "" : ", ") + literal;
    rows += "<tr>" + cell(name) +
            cell(std::to_string(slices[i].errors) + " of " + std::to_string(slices[i].cases), "number") +
            cell(shown(slices[i].error_rate(), 3), "number") + cell(shown(slices[i].effect, 2), "number") +
            cell(shown(slices[i].q_value, 5), "number") + "</tr>";
  }
  return table("Slices", {"slice", "errors", "rate", "effect", "q"}, rows) +
         "<p>The least likely first; q is adjusted for " + std::to_string(slices.size()) + " slices looked at.</p>";
}

std::string drift_table(const std::vector<stats::FeatureDrift>& drift) {
  if (drift.empty()) return "";
  std::string rows;
  for (const stats::FeatureDrift& one : drift) {
    rows += "<tr>" + cell(one.name) +
            cell(std::to_string(one.reference) + " / " + std::to_string(one.current), "number") +
            cell(shown(100.0 * one.missing_reference, 1) + " / " + shown(100.0 * one.missing_current, 1), "number") +
            cell(shown(one.stability.index, 3), "number") + cell(shown(one.q_value, 4), "number") +
            cell(std::isnan(one.q_value) ? "too few"
                 : one.is_drifted        ? "drifted"
                                         : "no drift shown",
                 one.is_drifted ? "BLOCK" : "") +
            "</tr>";
  }
  return table("Drift of what comes in", {"feature", "cases before / now", "% not known", "PSI", "q", "state"}, rows);
}

std::string equity_tables(const stats::PopulationAudit& audit) {
  constexpr std::size_t most = 8;
  std::string html;
  std::string rows;
  const auto& meeting = audit.intersections.tested;
  for (std::size_t i = 0; i < std::min(most, meeting.size()); ++i) {
    rows += "<tr>" + cell(meeting[i].first + ", " + meeting[i].second) +
            cell(std::to_string(meeting[i].right.cases), "number") +
            cell(shown(meeting[i].right.value(), 3), "number") + cell(range(meeting[i].interval), "number") + "</tr>";
  }
  if (!rows.empty())
    html += table("Where two groups meet, the least accurate first", {"groups", "n", "accuracy", "95 %"}, rows);
  rows.clear();
  const auto& cells = audit.multicalibration.cells;
  for (std::size_t i = 0; i < std::min(most, cells.size()); ++i) {
    rows += "<tr>" + cell(cells[i].group.empty() ? "all" : cells[i].group) +
            cell(shown(cells[i].from, 1) + " to " + shown(cells[i].to, 1), "number") +
            cell(std::to_string(cells[i].cases), "number") + cell(shown(cells[i].difference, 3), "number") +
            cell(range(cells[i].interval), "number") + "</tr>";
  }
  if (!rows.empty())
    html += table("Confidence less accuracy within groups, the largest first",
                  {"group", "confidence", "n", "difference", "95 %, all together"}, rows);
  return html;
}

std::string coverage_table(const LedgerCoverage& coverage) {
  std::string rows;
  for (const auto& [name, count] : coverage_lines(coverage))
    rows += "<tr>" + cell(name) + cell(std::to_string(count), "number") + "</tr>";
  return table("Ledger", {"what was read", "count"}, rows);
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string page(const std::string& title, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
         "</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>" + style +
         "</style></head><body><main>" + body + "</main></body></html>\n";
}

std::string audit_html(const AuditParts& parts) {
  const stats::PopulationAudit& audit = parts.audit;
  const stats::Population& population = parts.population;
  const stats::TrustScore& trust = audit.trust;
  std::string body = "<h1>Audit of " + std::to_string(trust.cases) +
                     " cases</h1><p class=\"verdict\"><span class=\"grade\">" + escaped(trust.grade) + "</span>" +
                     escaped(trust.verdict) + ", score " + shown(trust.score, 1) + " of 100, " +
                     shown(100.0 * trust.weight_present, 0) + " % of its weight measured</p>";
  body += gates_table(trust) + dimensions_table(trust) + "<h2>Plots</h2><div class=\"plots\">";
  if (audit.plots) body += reliability_plot(*audit.plots) + histogram_plot(audit.plots->gap) + risk_plot(*audit.plots);
  body += forest_plot(audit, population);
  if (!audit.errors.cusum.empty()) body += error_watch_plot(audit.errors);
  if (audit.drift) body += drift_plot(*audit.drift);
  body += "</div>";
  if (parts.records != nullptr) body += drift_table(parts.records->drift);
  body += equity_tables(audit) + slices_table(audit.slices);
  if (parts.ledger != nullptr) body += coverage_table(*parts.ledger);
  return page("Audit of " + std::to_string(trust.cases) + " cases", body);
}

}  // namespace guardian::adapters::cli
