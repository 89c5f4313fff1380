#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/batch/answer_file.hpp"
#include "adapters/batch/bulk_source.hpp"
#include "adapters/batch/line_source.hpp"
#include "adapters/batch/ordered_work.hpp"
#include "adapters/batch/progress_line.hpp"
#include "adapters/batch/resume_record.hpp"
#include "adapters/batch/stop_signals.hpp"
#include "adapters/cli/batch_answerer.hpp"
#include "adapters/cli/batch_writer.hpp"
#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/cli/model_session.hpp"
#include "core/date.hpp"
#include "runtime/clock.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::adapters::cli {
namespace {

namespace fs = std::filesystem;

constexpr int exit_of_signal = 128;  // as a shell says of a program that a signal ended

// An open file, or standard input.
class Input {
 public:
  explicit Input(const std::string& name) {
    std::error_code error;
    if (name == "-") {
      descriptor_ = STDIN_FILENO;
    } else if (!fs::is_directory(name, error)) {
      descriptor_ = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
      is_ours_ = true;
    }
  }
  ~Input() {
    if (is_ours_ && descriptor_ >= 0) ::close(descriptor_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

  // Of what is behind the place that it is read from now; nothing of a pipe.
  [[nodiscard]] std::optional<std::uint64_t> size() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    const off_t at = std::max<off_t>(0, ::lseek(descriptor_, 0, SEEK_CUR));
    return static_cast<std::uint64_t>(std::max<off_t>(0, status.st_size - at));
  }

 private:
  int descriptor_ = -1;
  bool is_ours_ = false;
};

// What decides the answers of a batch: a record of other ones is of no use.
std::string settings_text(const BatchOptions& options, const knowledge::KnowledgeBase& base,
                          const ModelSession& session) {
  const auto number = [](auto word) { return std::to_string(static_cast<int>(word)); };
  return base.release().digest + " engine " + std::string(runtime::engine_version()) + " locale " +
         options.knowledge.locale + " fail-on " + number(options.fail_on) + " on-error " + number(options.on_error) +
         " screen-only " + number(options.screen_only) + " format " + number(options.format) + " as-of " +
         options.as_of + " model " + number(session.model().client != nullptr) + " free-text " +
         number(session.model().free_text);
}

core::Result<batch::AnswerFile> open_output(const BatchOptions& options, batch::ResumeRecord& record) {
  record.input.sha256 = batch::RunningDigest().so_far();
  if (options.output == "-") return batch::AnswerFile::standard();
  if (!options.resume) return batch::AnswerFile::create(options.output);
  auto earlier = batch::load_record(batch::record_file(options.output));
  if (!earlier) return core::fail(earlier.error());
  std::error_code error;
  if (!*earlier) {
    if (fs::exists(options.output, error) && fs::file_size(options.output, error) > 0) {
      return core::fail(core::ErrorCode::invalid_input, options.output + ": is there, but no record " +
                                                            batch::record_file(options.output).string() +
                                                            " of how far it is; remove it to begin again");
    }
    record.output.sha256 = batch::RunningDigest().so_far();
    return batch::AnswerFile::resume(options.output, record.output);
  }
  if ((*earlier)->settings != record.settings) {
    return core::fail(core::ErrorCode::invalid_input,
                      options.output + ": was begun with another knowledge base, program or options");
  }
  record = **earlier;
  return batch::AnswerFile::resume(options.output, record.output);
}

bool same_file(const BatchOptions& options) {
  std::error_code error;
  return options.output != "-" && fs::equivalent(options.input, options.output, error);
}

// Where the cases come from, how much that is, and what could not be read before the first of them.
struct Opened {
  std::unique_ptr<Input> input;
  std::unique_ptr<batch::CaseSource> source;
  std::optional<std::uint64_t> size;
  std::string name;
  bool has_bad_resources = false;
};

core::Result<Opened> open_export(const BatchOptions& options, const Streams& streams, int stop) {
  Opened opened;
  opened.name = options.bulk.string();
  const batch::BadResource bad = [&](const std::string& file, std::uint64_t line) {
    streams.err << "guardian: " << file << ": line " << line << " is no resource of a patient" << std::endl;
    opened.has_bad_resources = true;
    return options.on_error != OnError::stop;
  };
  auto source = batch::BulkSource::open(
      options.bulk, {options.as_of.empty() ? runtime::utc_now() : options.as_of, stop, options.resume}, bad);
  if (!source) return core::fail(source.error());
  if ((*source)->without_medicine() > 0) {
    streams.err << "guardian: " << (*source)->without_medicine() << " of "
                << (*source)->without_medicine() + (*source)->patients() << " patients have no medicine: not reviewed"
                << std::endl;
  }
  opened.source = std::move(*source);
  return opened;
}

core::Result<Opened> open_input(const BatchOptions& options, const Streams& streams, int stop) {
  if (!options.bulk.empty()) return open_export(options, streams, stop);
  Opened opened;
  opened.name = options.input;
  opened.input = std::make_unique<Input>(options.input);
  if (opened.input->descriptor() < 0)
    return core::fail(core::ErrorCode::invalid_input, options.input + ": cannot be read");
  if (same_file(options)) {
    return core::fail(core::ErrorCode::invalid_input,
                      options.output + ": is the input too; the answer would destroy it");
  }
  opened.size = opened.input->size();
  opened.source = std::make_unique<batch::LineSource>(opened.input->descriptor(), stop, options.resume);
  return opened;
}

// What one run works with.
struct Running {
  const BatchOptions& options;
  const Streams& streams;
  const BatchUse& use;
  batch::StopSignals& signals;
  Opened& opened;
  batch::AnswerFile& output;
  batch::ResumeRecord& record;
};

int answer_all(const Running& running) {
  const auto& [options, streams, use, signals, opened, output, record] = running;
  const std::size_t jobs = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::vector<BatchAnswerer> answerers;
  answerers.reserve(jobs);
  for (std::size_t i = 0; i < jobs; ++i) answerers.emplace_back(use);

  batch::ProgressLine progress(streams.err, streams.err_terminal, {record.cases, record.input.bytes}, opened.size);
  BatchWriter writer(options, streams, use.model, output, record, progress);
  if (!writer.save()) return exit_cannot;
  batch::work_in_order([source = opened.source.get()](batch::SourceLines& lines) { return source->next(lines); }, jobs,
                       [&answerers](std::size_t worker, batch::WorkedLines& lines) { answerers[worker].answer(lines); },
                       [&writer, stop = &signals](const batch::WorkedLines& lines) {
                         static_cast<void>(stop->received());  // after the first, a second ends the program at once
                         return writer.take(lines);
                       },
                       [stop = &signals] { stop->stop(); });
  progress.clear();
  // A batch that ended within what it took at a time keeps the last record: that much is done again.
  if (writer.status()) return *writer.status();
  record.done = opened.source->end() == batch::CaseSource::End::input;
  if (!writer.save()) return exit_cannot;
  if (opened.source->end() == batch::CaseSource::End::failed) {
    streams.err << "guardian: " << opened.name << ": cannot be read to its end\n";
    return exit_cannot;
  }
  if (const int signal = signals.received(); signal != 0) {
    streams.err << "guardian: stopped after line " << record.lines
                << (options.resume ? "; the same call goes on there\n" : "\n");
    return exit_of_signal + signal;
  }
  return record.unreadable > 0 || record.fails || opened.has_bad_resources ? exit_no : exit_done;
}

}  // namespace

int run_batch(const BatchOptions& options, const Streams& streams) {
  if (!options.as_of.empty() && !core::parse_moment(options.as_of)) {
    streams.err << "guardian: --as-of: `" << options.as_of << "` is no time\n";
    return exit_input;
  }
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  batch::StopSignals signals;
  auto opened = open_input(options, streams, signals.descriptor());
  if (!opened) return report(opened.error(), streams);
  const auto session = ModelSession::open(options.model, *base);
  if (!session) return report(session.error(), streams);
  auto ledger = LedgerSession::open(options.ledger);
  if (!ledger) return report(ledger.error(), streams);

  batch::ResumeRecord record;
  record.settings = settings_text(options, *base, *session);
  auto output = open_output(options, record);
  if (!output) return report(output.error(), streams);
  if (!opened->source->pass_over(record.lines, record.input.bytes, record.input.sha256)) {
    if (const int signal = signals.received(); signal != 0) return exit_of_signal + signal;
    streams.err << "guardian: " << opened->name << ": does not begin with what " << options.output
                << " was made of; remove that and its record to begin again\n";
    return exit_input;
  }
  const BatchUse use{options, base, *session, *ledger};
  return answer_all({options, streams, use, signals, *opened, *output, record});
}

}  // namespace guardian::adapters::cli
