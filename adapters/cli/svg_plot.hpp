#pragma once
// Small charts as SVG text: a square of axes in units of the data, lines, areas, bars and marks. Colours come from the
// style of the page, so that they follow light and dark. Pure.

#include <string>
#include <utility>
#include <vector>

namespace guardian::adapters::cli {

using PlotPoint = std::pair<double, double>;

class SvgPlot {
 public:
  struct Range {
    double low = 0.0;
    double high = 1.0;
  };

  SvgPlot(std::string title, std::string x_label, std::string y_label, Range x, Range y);

  void line(const std::vector<PlotPoint>& points, const std::string& style_class);
  void steps(const std::vector<PlotPoint>& points, const std::string& style_class);
  // Between two curves over the same x.
  void area(const std::vector<PlotPoint>& lower, const std::vector<PlotPoint>& upper, const std::string& style_class);
  void bar(Range x, double height, const std::string& style_class, double from = 0.0);
  void vertical(double x, const std::string& style_class, const std::string& label);
  void horizontal(double y, const std::string& style_class, const std::string& label);

  // The whole figure with its caption.
  [[nodiscard]] std::string figure(const std::string& caption) const;

 private:
  [[nodiscard]] double px(double x) const;
  [[nodiscard]] double py(double y) const;
  [[nodiscard]] std::string path(const std::vector<PlotPoint>& points) const;

  std::string title_;
  std::string x_label_;
  std::string y_label_;
  Range x_;
  Range y_;
  std::string marks_;
};

// Rows of name, interval and point, on one axis.
struct ForestRow {
  std::string name;
  double lower = 0.0;
  double point = 0.0;
  double upper = 0.0;
  bool is_heading = false;
};
[[nodiscard]] std::string forest_figure(const std::string& title, const std::vector<ForestRow>& rows,
                                        const std::string& caption);

}  // namespace guardian::adapters::cli
