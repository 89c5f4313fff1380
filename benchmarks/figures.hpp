#pragma once
// The figures of benchmarks that google-benchmark runs, said as `scripts/benchmark` reads them: "what: value [aim]".

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace guardian::benchmarks {

struct Figure {
  std::string run;  // its name without what stands in front of it ("resolve_list/ten_names")
  std::string what;
  const char* unit;
  double scale;  // from the unit that the benchmark counts in
  std::string aim = "no aim";
};

// Keeps the CPU time of each run; of runs that are repeated the median.
class FigureReporter : public benchmark::ConsoleReporter {
 public:
  FigureReporter() : ConsoleReporter(OO_None) {}  // its colours would stand in front of a figure

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Aggregate || run.aggregate_name == "median")
        times_[run.run_name.function_name] = run.GetAdjustedCPUTime();
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // Those that ran: a filter leaves some out.
  void print(const std::vector<Figure>& figures) const {
    for (const Figure& figure : figures) {
      const auto found = times_.find(figure.run);
      if (found == times_.end()) continue;
      std::printf("%s: %.3g %s [%s]\n", figure.what.c_str(), found->second * figure.scale, figure.unit,
                  figure.aim.c_str());
    }
  }

 private:
  std::map<std::string, double> times_;
};

// The whole program: runs what is registered, then prints the figures.
inline int run_and_print(int argc, char** argv, const std::vector<Figure>& figures) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  FigureReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print(figures);
  return 0;
}

}  // namespace guardian::benchmarks
