#include "adapters/cli/batch_writer.hpp"

#include <ostream>
#include <string_view>

#include "adapters/cli/command_support.hpp"

namespace guardian::adapters::cli {
namespace {

using batch::LineNote;
using batch::WorkedLines;

// Lines that are done again after a kill, at most; and how often a file is exchanged for it.
constexpr std::chrono::milliseconds between_records{100};

}  // namespace

BatchWriter::BatchWriter(const BatchOptions& options, const Streams& streams, const ModelSession& session,
                         batch::AnswerFile& file, batch::ResumeRecord& record, batch::ProgressLine& progress)
    : options_(options), streams_(streams), session_(session), file_(file), record_(record), progress_(progress) {}

bool BatchWriter::take(const WorkedLines& lines) {
  if (const auto written = session_.written(); !written) return end(report(written.error(), streams_));
  std::size_t from = 0;  // what is not written yet
  for (const LineNote& note : lines.notes) {
    if (!take_note(lines, note, from)) return false;
  }
  if (!put(lines, from, lines.answers.size())) return false;
  record_.lines = lines.source.first + lines.source.lines.size() - 1;
  record_.cases += lines.cases;
  record_.input = {lines.source.bytes, lines.source.sha256};
  progress_.at({record_.cases, record_.input.bytes});
  const auto now = std::chrono::steady_clock::now();
  if (now - saved_ < between_records) return true;
  saved_ = now;
  return save();
}

bool BatchWriter::take_note(const WorkedLines& lines, const LineNote& note, std::size_t& from) {
  if (note.failure) {
    if (!put(lines, from, note.begin)) return false;
    progress_.clear();
    return end(report(*note.failure, streams_));
  }
  if (note.unreadable && options_.on_error == OnError::report) {
    tell(note.number, "could not be read; see its error record");
  } else if (note.unreadable) {
    if (!put(lines, from, note.begin)) return false;
    from = note.end;
    tell(note.number, "could not be read");
    if (options_.on_error == OnError::stop) return end(exit_input);
  }
  if (note.unreadable) ++record_.unreadable;
  record_.fails = record_.fails || note.fails;
  if (!note.unrecorded.empty()) {
    progress_.clear();
    streams_.err << "guardian: the review of line " << note.number << " is not recorded: " << note.unrecorded
                 << std::endl;
  }
  return true;
}

bool BatchWriter::save() {
  if (!options_.resume) return true;
  record_.output = file_.extent();
  const auto saved = save_record(batch::record_file(options_.output), record_);
  return saved || end(report(saved.error(), streams_));
}

bool BatchWriter::end(int status) {
  status_ = status;
  return false;
}

bool BatchWriter::put(const WorkedLines& lines, std::size_t from, std::size_t to) {
  const auto written = file_.write(std::string_view(lines.answers).substr(from, to - from));
  return written || end(report(written.error(), streams_));
}

void BatchWriter::tell(std::uint64_t line, const char* what) {
  progress_.clear();
  streams_.err << "guardian: line " << line << ' ' << what << std::endl;
}

}  // namespace guardian::adapters::cli
