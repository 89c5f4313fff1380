#include <algorithm>
#include <ostream>
#include <set>

#include "adapters/cli/command_support.hpp"
#include "adapters/suite/suite_reader.hpp"
#include "adapters/suite/suite_report.hpp"
#include "adapters/suite/suite_run.hpp"
#include "audit/suite/variants.hpp"

namespace guardian::adapters::cli {
namespace {

namespace fs = std::filesystem;
using audit::suite::Suite;

// Exit status when something is wrong with a file; every problem of every file has been said then.
std::optional<int> load(const std::vector<std::string>& named, std::vector<Suite>& suites, const Streams& streams) {
  std::vector<fs::path> places(named.begin(), named.end());
  const bool shipped = places.empty();
  if (shipped) places.push_back(suites_folder());
  std::optional<int> status;
  for (const fs::path& place : places) {
    const auto files = suite::suite_files(place);
    if (!files) {
      report(files.error(), streams);
      // Without the suites that ship the program is not whole; a name that somebody gave can be mended.
      status = shipped ? exit_cannot : exit_input;
      continue;
    }
    for (const fs::path& file : *files) {
      auto reading = suite::load_suite(file);
      for (const suite::SuiteProblem& problem : reading.problems)
        streams.err << "guardian: " << problem.place << ": " << problem.message << '\n';
      if (reading.value) {
        suites.push_back(std::move(*reading.value));
      } else {
        status = exit_input;
      }
    }
  }
  return status;
}

// The medicines of pairs that must stay quiet.
std::vector<std::string> harmless_names(const std::vector<Suite>& suites) {
  std::set<std::string> names;
  for (const Suite& suite : suites) {
    for (const audit::suite::Expectation& row : suite.rows) {
      if (!row.most || row.between.empty()) continue;
      for (const core::MedicationEntry& entry : row.subject.medications) names.insert(entry.text);
    }
  }
  return {names.begin(), names.end()};
}

// Says how far it is, on one line of a terminal that is written again.
class Counter {
 public:
  explicit Counter(const Streams& streams) : streams_(streams) {}
  ~Counter() {
    if (said_) streams_.err << "\r\x1b[K" << std::flush;
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void tell(std::size_t done, std::size_t rows) {
    const std::size_t now = rows == 0 ? 100 : done * 100 / rows;
    if (said_ && now == percent_) return;
    said_ = true;
    percent_ = now;
    streams_.err << "\r\x1b[K" << done << " of " << rows << " rows" << std::flush;
  }

 private:
  const Streams& streams_;
  bool said_ = false;
  std::size_t percent_ = 0;
};

std::string written(const suite::RunReport& report, RegressFormat format) {
  switch (format) {
    case RegressFormat::text: return suite::text_report(report);
    case RegressFormat::json: return suite::json_report(report);
    case RegressFormat::junit: return suite::junit_report(report);
    case RegressFormat::markdown: return suite::markdown_report(report);
  }
  return {};
}

}  // namespace

int run_regress(const RegressOptions& options, const Streams& streams) {
  std::vector<Suite> suites;
  if (const auto status = load(options.suites, suites, streams)) return *status;
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  suite::RunReport result;
  result.knowledge = base->release();
  if (options.variants > 0) {
    audit::suite::VariantOptions making;
    making.per_row = options.variants;
    making.seed = options.seed;
    making.locale = options.knowledge.locale;
    making.extras = harmless_names(suites);
    auto made = audit::suite::variants(*base, suites, making);
    result.variants = {made.slips, made.slips_read};
    suites.push_back(std::move(made.suite));
  }
  suite::RunOptions running;
  running.jobs = options.jobs;
  running.locale = options.knowledge.locale;
  {
    Counter counter(streams);
    if (streams.progress) running.progress = [&](std::size_t done, std::size_t rows) { counter.tell(done, rows); };
    result.judged = suite::run_suites(base, suites, running);
    if (!options.against.empty()) {
      const auto other = open_knowledge({options.against, options.knowledge.locale, options.knowledge.keys}, streams);
      if (!other) return exit_cannot;
      result.against = other->release();
      const auto before = suite::run_suites(other, suites, running);
      result.changes = audit::suite::changes(before, result.judged);
    }
  }
  streams.out << written(result, options.format);
  return suite::all_held(result) ? exit_done : exit_no;
}

}  // namespace guardian::adapters::cli
