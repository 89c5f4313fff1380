// The page of an audit that is not of class predictions: curves and counts where there are some, and every number.

#include <algorithm>

#include "adapters/cli/audit_report.hpp"
#include "adapters/cli/svg_plot.hpp"

namespace guardian::adapters::cli {
namespace {

// The member at the end of `path`, or nullptr.
const JsonValue* at(const JsonValue& value, const std::vector<std::string_view>& path) {
  const JsonValue* here = &value;
  for (const std::string_view name : path) {
    if (here == nullptr || here->object() == nullptr) return nullptr;
    here = find_member(*here->object(), name);
  }
  return here;
}

std::vector<double> numbers_at(const JsonValue& value, const std::vector<std::string_view>& path) {
  std::vector<double> numbers;
  const JsonValue* found = at(value, path);
  if (found == nullptr || found->list() == nullptr) return numbers;
  for (const JsonValue& entry : *found->list()) {
    if (const double* number = entry.number()) numbers.push_back(*number);
  }
  return numbers;
}

std::string name_of(const JsonValue& entry) {
  const JsonValue* name = at(entry, {"name"});
  return name == nullptr || name->text() == nullptr ? "case" : *name->text();
}

std::vector<PlotPoint> points_of(const JsonValue& curve) {
  const std::vector<double> x = numbers_at(curve, {"step_fractions"});
  const std::vector<double> y = numbers_at(curve, {"confidences"});
  std::vector<PlotPoint> points;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) points.emplace_back(x[i], y[i]);
  return points;
}

std::string curves_plot(const JsonValue& entry) {
  const JsonValue* deletion = at(entry, {"deletion"});
  const JsonValue* insertion = at(entry, {"insertion"});
  if (deletion == nullptr || insertion == nullptr) return "";
  SvgPlot plot("Deletion and insertion: " + name_of(entry), "share of pixels", "confidence", {0.0, 1.0}, {0.0, 1.0});
  plot.line(points_of(*deletion), "curve");
  plot.line(points_of(*insertion), "second");
  return plot.figure("Deleted, solid: falls early when the explanation is right. Inserted, dashed: rises early.");
}

std::string cells_plot(const JsonValue& entry) {
  const std::vector<double> before = numbers_at(entry, {"psi", "ref_counts"});
  const std::vector<double> now = numbers_at(entry, {"psi", "cur_counts"});
  if (before.empty() || before.size() != now.size()) return "";
  const auto total = [](const std::vector<double>& counts) {
    double sum = 0.0;
    for (const double count : counts) sum += count;
    return std::max(sum, 1.0);
  };
  double highest = 0.0;
  for (std::size_t i = 0; i < before.size(); ++i)
    highest = std::max({highest, before[i] / total(before), now[i] / total(now)});
  SvgPlot plot("Drift: " + name_of(entry), "cell", "share", {0.0, static_cast<double>(before.size())}, {0.0, highest});
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto place = static_cast<double>(i);
    plot.bar({place + 0.1, place + 0.5}, before[i] / total(before), "wrong");
    plot.bar({place + 0.5, place + 0.9}, now[i] / total(now), "right");
  }
  return plot.figure("Left the reference, right what came since.");
}

std::string watch_plot(const JsonValue& extended) {
  const std::vector<double> cusum = numbers_at(extended, {"sequential", "cusum"});
  const JsonValue* limit = at(extended, {"sequential", "h"});
  if (cusum.empty() || limit == nullptr || limit->number() == nullptr) return "";
  std::vector<PlotPoint> points;
  double highest = *limit->number() * 1.2;
  for (std::size_t i = 0; i < cusum.size(); ++i) {
    points.emplace_back(static_cast<double>(i + 1), cusum[i]);
    highest = std::max(highest, cusum[i]);
  }
  SvgPlot plot("Errors one after the other", "case", "CUSUM", {0.0, static_cast<double>(points.size())},
               {0.0, highest});
  plot.line(points, "curve");
  plot.horizontal(*limit->number(), "limit", "alarm");
  return plot.figure("An alarm where the line reaches the limit.");
}

}  // namespace

std::string plain_html(const JsonValue& answer) {
  std::string plots;
  if (const JsonValue* cases = at(answer, {"extended", "cases"}); cases != nullptr && cases->list() != nullptr) {
    for (const JsonValue& entry : *cases->list()) plots += curves_plot(entry) + cells_plot(entry);
  }
  if (const JsonValue* extended = at(answer, {"extended"})) plots += watch_plot(*extended);
  return page("Audit", "<h1>Audit</h1><div class=\"plots\">" + plots + "</div><h2>Numbers</h2><pre>" +
                           escaped(plain_text(answer)) + "</pre>");
}

}  // namespace guardian::adapters::cli
