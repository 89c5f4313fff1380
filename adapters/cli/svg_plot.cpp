#include "adapters/cli/svg_plot.hpp"

#include <algorithm>
#include <cmath>

#include "adapters/cli/audit_report.hpp"

namespace guardian::adapters::cli {
namespace {

constexpr double width = 420.0;
constexpr double height = 320.0;
constexpr double left = 54.0;
constexpr double right = 12.0;
constexpr double top = 12.0;
constexpr double bottom = 44.0;
constexpr int ticks = 5;
constexpr std::size_t most_points = 600;  // of a line: more cannot be seen

std::string pixel(double value) { return shown(value, 1); }

std::string text_at(double x, double y, const char* anchor, const std::string& words, const char* style = "tick") {
  return "<text class=\"" + std::string(style) + "\" x=\"" + pixel(x) + "\" y=\"" + pixel(y) + "\" text-anchor=\"" +
         anchor + "\">" + escaped(words) + "</text>";
}

std::string rule(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line class=\"" + style + "\" x1=\"" + pixel(x1) + "\" y1=\"" + pixel(y1) + "\" x2=\"" + pixel(x2) +
         "\" y2=\"" + pixel(y2) + "\"/>";
}

std::vector<PlotPoint> thinned(const std::vector<PlotPoint>& points) {
  if (points.size() <= most_points) return points;
  std::vector<PlotPoint> some;
  for (std::size_t i = 0; i < most_points; ++i) some.push_back(points[i * (points.size() - 1) / (most_points - 1)]);
  return some;
}

// What has room beside the axis; the whole name is in the words for those who do not see the plot.
std::string shortened(const std::string& name) {
  constexpr std::size_t longest = 27;
  if (name.size() <= longest) return name;
  std::size_t end = longest - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // not within a character
  return name.substr(0, end) + "\xE2\x80\xA6";
}

// An end of the axis whose fifths are round numbers.
double round_end(double high) {
  const double step = high / ticks;
  const double unit = std::pow(10.0, std::floor(std::log10(step)));
  for (const double part : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    if (part * unit >= step * (1.0 - 1e-9)) return part * unit * ticks;
  }
  return high;
}

std::string figure_of(const std::string& title, const std::string& svg, const std::string& caption) {
  return "<figure><h3>" + escaped(title) + "</h3>" + svg + "<figcaption>" + escaped(caption) +
         "</figcaption></figure>\n";
}

}  // namespace

SvgPlot::SvgPlot(std::string title, std::string x_label, std::string y_label, Range x, Range y)
    : title_(std::move(title)), x_label_(std::move(x_label)), y_label_(std::move(y_label)), x_(x), y_(y) {
  if (!(x_.high > x_.low)) x_.high = x_.low + 1.0;
  if (!(y_.high > y_.low)) y_.high = y_.low + 1.0;
  if (x_.low == 0.0) x_.high = round_end(x_.high);
  if (y_.low == 0.0) y_.high = round_end(y_.high);
}

double SvgPlot::px(double x) const {
  return left + (std::clamp(x, x_.low, x_.high) - x_.low) / (x_.high - x_.low) * (width - left - right);
}

double SvgPlot::py(double y) const {
  return height - bottom - (std::clamp(y, y_.low, y_.high) - y_.low) / (y_.high - y_.low) * (height - top - bottom);
}

std::string SvgPlot::path(const std::vector<PlotPoint>& points) const {
  std::string path;
  for (const auto& [x, y] : thinned(points)) path += (path.empty() ? "M" : "L") + pixel(px(x)) + ' ' + pixel(py(y));
  return path;
}

void SvgPlot::line(const std::vector<PlotPoint>& points, const std::string& style_class) {
  marks_ += "<path class=\"" + style_class + "\" d=\"" + path(points) + "\"/>";
}

void SvgPlot::steps(const std::vector<PlotPoint>& points, const std::string& style_class) {
  std::vector<PlotPoint> corners;
  for (const PlotPoint& point : thinned(points)) {
    if (!corners.empty()) corners.emplace_back(point.first, corners.back().second);
    corners.push_back(point);
  }
  std::string drawn;
  for (const auto& [x, y] : corners) drawn += (drawn.empty() ? "M" : "L") + pixel(px(x)) + ' ' + pixel(py(y));
  marks_ += "<path class=\"" + style_class + "\" d=\"" + drawn + "\"/>";
}

void SvgPlot::area(const std::vector<PlotPoint>& lower, const std::vector<PlotPoint>& upper,
                   const std::string& style_class) {
  std::vector<PlotPoint> outline = lower;
  outline.insert(outline.end(), upper.rbegin(), upper.rend());
  marks_ += "<path class=\"" + style_class + "\" d=\"" + path(outline) + "Z\"/>";
}

void SvgPlot::bar(Range x, double value, const std::string& style_class, double from) {
  const double high = py(from + value);
  marks_ += "<rect class=\"" + style_class + "\" x=\"" + pixel(px(x.low) + 0.5) + "\" y=\"" + pixel(high) +
            "\" width=\"" + pixel(std::max(0.0, px(x.high) - px(x.low) - 1.0)) + "\" height=\"" +
            pixel(py(from) - high) + "\"/>";
}

void SvgPlot::vertical(double x, const std::string& style_class, const std::string& label) {
  marks_ += rule(px(x), top, px(x), height - bottom, style_class) + text_at(px(x) + 4.0, top + 10.0, "start", label);
}

void SvgPlot::horizontal(double y, const std::string& style_class, const std::string& label) {
  marks_ += rule(left, py(y), width - right, py(y), style_class) + text_at(width - right, py(y) - 4.0, "end", label);
}

std::string SvgPlot::figure(const std::string& caption) const {
  std::string svg = "<svg viewBox=\"0 0 " + pixel(width) + ' ' + pixel(height) + "\" role=\"img\" aria-label=\"" +
                    escaped(title_ + ", " + y_label_ + " by " + x_label_ + ". " + caption) + "\">";
  for (int i = 0; i <= ticks; ++i) {
    const double share = static_cast<double>(i) / ticks;
    const double x = x_.low + share * (x_.high - x_.low);
    const double y = y_.low + share * (y_.high - y_.low);
    svg += rule(px(x), top, px(x), height - bottom, "grid") + rule(left, py(y), width - right, py(y), "grid");
    svg += text_at(px(x), height - bottom + 16.0, "middle", shown(x, 2)) +
           text_at(left - 6.0, py(y) + 4.0, "end", shown(y, 2));
  }
  svg += text_at((left + width - right) / 2.0, height - 8.0, "middle", x_label_, "axis");
  svg += "<text class=\"axis\" transform=\"translate(13 " + pixel((top + height - bottom) / 2.0) +
         ") rotate(-90)\" text-anchor=\"middle\">" + escaped(y_label_) + "</text>";
  return figure_of(title_, svg + marks_ + "</svg>", caption);
}

std::string forest_figure(const std::string& title, const std::vector<ForestRow>& rows, const std::string& caption) {
  constexpr double row_height = 22.0;
  constexpr double names = 170.0;
  const double tall = row_height * static_cast<double>(rows.size()) + 34.0;
  const auto at = [&](double value) { return names + std::clamp(value, 0.0, 1.0) * (width - names - right); };
  std::string spoken = title + ". " + caption;
  for (const ForestRow& row : rows) {
    if (!row.is_heading)
      spoken +=
          ' ' + row.name + ": " + shown(row.point, 3) + ", " + shown(row.lower, 3) + " to " + shown(row.upper, 3) + '.';
  }
  std::string svg = "<svg viewBox=\"0 0 " + pixel(width) + ' ' + pixel(tall) + "\" role=\"img\" aria-label=\"" +
                    escaped(spoken) + "\">";
  for (int i = 0; i <= ticks; ++i) {
    const double value = static_cast<double>(i) / ticks;
    svg += rule(at(value), 4.0, at(value), tall - 24.0, "grid") +
           text_at(at(value), tall - 8.0, "middle", shown(value, 1));
  }
  double y = 18.0;
  for (const ForestRow& row : rows) {
    svg += text_at(row.is_heading ? 4.0 : 14.0, y, "start", shortened(row.name), row.is_heading ? "axis" : "tick");
    if (!row.is_heading) {
      svg += rule(at(row.lower), y - 4.0, at(row.upper), y - 4.0, "interval");
      svg += "<circle class=\"dot\" cx=\"" + pixel(at(row.point)) + "\" cy=\"" + pixel(y - 4.0) + "\" r=\"4\"/>";
    }
    y += row_height;
  }
  return figure_of(title, svg + "</svg>", caption);
}

}  // namespace guardian::adapters::cli
