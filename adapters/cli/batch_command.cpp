#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <mutex>
#include <ostream>
#include <thread>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/cli/model_session.hpp"
#include "adapters/fhir/case_document.hpp"
#include "adapters/json/review_codec.hpp"
#include "runtime/clock.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {
namespace {

// Lines that are in memory at a time: bounded for an input of any length.
constexpr std::size_t lines_a_round = 512;

struct Line {
  std::size_t number = 0;
  std::string text;
  std::string answer;
  bool unreadable = false;
  bool fails = false;
  std::optional<core::Error> error;
  std::string unrecorded;  // why it is not in the ledger
};

// What all lines share.
struct BatchUse {
  const ModelSession& model;
  LedgerSession& ledger;
  ReviewManner manner;
  FailOn fail_on = FailOn::never;
};

void answer(Line& line, runtime::Orchestrator& orchestrator, const BatchUse& use) {
  CaseDecoding decoding = fhir::decode_document(line.text, runtime::utc_now()).decoding;
  if (!decoding.value) {
    line.unreadable = true;
    line.answer = encode_error(decoding.case_id, line.number, decoding.problems);
    return;
  }
  set_time(*decoding.value);
  WatchedReview watched = use.model.watch();
  const auto review = use.ledger.review(orchestrator, std::move(*decoding.value), line.text, use.manner,
                                        watched.events(), line.unrecorded);
  watched.end(review.has_value());
  if (!review) {
    line.error = review.error();
    return;
  }
  line.answer = encode_review(*review, false);
  line.fails = fails(*review, use.fail_on);
}

}  // namespace

int run_batch(const BatchOptions& options, const Streams& streams) {
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  std::ifstream file;
  if (options.input != "-") {
    std::error_code error;
    if (!std::filesystem::is_directory(options.input, error)) file.open(options.input, std::ios::binary);
    if (!file.is_open()) {
      streams.err << "guardian: " << options.input << ": cannot be read\n";
      return exit_input;
    }
  }
  std::ofstream output;
  if (options.output != "-") {
    std::error_code error;
    if (std::filesystem::equivalent(options.input, options.output, error)) {
      streams.err << "guardian: " << options.output << ": is the input too; the answer would destroy it\n";
      return exit_input;
    }
    output.open(options.output, std::ios::binary | std::ios::trunc);
    if (!output) {
      streams.err << "guardian: " << options.output << ": cannot be written\n";
      return exit_cannot;
    }
  }
  std::istream& in = options.input == "-" ? streams.in : file;
  std::ostream& out = options.output == "-" ? streams.out : output;

  const std::size_t jobs = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto session = ModelSession::open(options.model, *base);
  if (!session) return report(session.error(), streams);
  auto ledger = LedgerSession::open(options.ledger);
  if (!ledger) return report(ledger.error(), streams);
  const BatchUse use{*session,
                     *ledger,
                     {options.knowledge.locale, false, false, session->model().client != nullptr, false, false, false,
                      session->model().free_text},
                     options.fail_on};
  runtime::OrchestratorOptions running;
  running.reviewer.default_locale = options.knowledge.locale;
  std::vector<runtime::Orchestrator> orchestrators;
  for (std::size_t i = 0; i < jobs; ++i) orchestrators.emplace_back(base, running, session->model());

  int status = exit_done;
  std::size_t number = 0;
  std::vector<Line> lines;
  for (bool more = true; more;) {
    lines.clear();
    std::string text;
    // From a pipe no more is read than is there: its writer may wait for an answer before it goes on.
    const bool waits = options.input == "-";
    while (lines.size() < lines_a_round && (lines.empty() || !waits || in.rdbuf()->in_avail() > 0) &&
           (more = static_cast<bool>(std::getline(in, text)))) {
      ++number;
      if (text.find_first_not_of(" \t\r") != std::string::npos)
        lines.push_back({number, text, {}, false, false, {}, {}});
    }
    {
      std::vector<std::jthread> workers;
      for (std::size_t worker = 0; worker < jobs; ++worker) {
        workers.emplace_back([&, worker] {
          for (std::size_t i = worker; i < lines.size(); i += jobs) answer(lines[i], orchestrators[worker], use);
        });
      }
    }
    if (const auto written = session->written(); !written) return report(written.error(), streams);
    for (const Line& line : lines) {
      if (line.error) return report(*line.error, streams);
      out << line.answer << '\n';
      if (line.unreadable)
        streams.err << "guardian: line " << line.number << " could not be read; see its error record\n";
      if (!line.unrecorded.empty())
        streams.err << "guardian: the review of line " << line.number << " is not recorded: " << line.unrecorded
                    << '\n';
      if (line.unreadable || line.fails) status = exit_no;
    }
    if (!out.flush()) {
      streams.err << "guardian: the answer cannot be written\n";
      return exit_cannot;
    }
  }
  if (in.bad()) {
    streams.err << "guardian: " << options.input << ": cannot be read to its end\n";
    return exit_cannot;
  }
  return status;
}

}  // namespace guardian::adapters::cli
