#pragma once
// Takes the answers of a batch to where they belong, in their order, tells what is to tell of a line, and keeps the
// record that a later run goes on from. Belongs to one thread; what it is made of must outlive it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "adapters/batch/answer_file.hpp"
#include "adapters/batch/ordered_work.hpp"
#include "adapters/batch/progress_line.hpp"
#include "adapters/batch/resume_record.hpp"
#include "adapters/cli/commands.hpp"
#include "adapters/cli/model_session.hpp"

namespace guardian::adapters::cli {

class BatchWriter {
 public:
  // `record` says where it goes on, and what came of it afterwards.
  BatchWriter(const BatchOptions& options, const Streams& streams, const ModelSession& session, batch::AnswerFile& file,
              batch::ResumeRecord& record, batch::ProgressLine& progress);

  // False when the batch ends here.
  [[nodiscard]] bool take(const batch::WorkedLines& lines);

  // Writes the record, where one is kept.
  [[nodiscard]] bool save();

  // Set when the batch ended before its input did.
  [[nodiscard]] const std::optional<int>& status() const { return status_; }

 private:
  bool end(int status);
  bool put(const batch::WorkedLines& lines, std::size_t from, std::size_t to);
  bool take_note(const batch::WorkedLines& lines, const batch::LineNote& note, std::size_t& from);
  void tell(std::uint64_t line, const char* what);

  const BatchOptions& options_;
  const Streams& streams_;
  const ModelSession& session_;
  batch::AnswerFile& file_;
  batch::ResumeRecord& record_;
  batch::ProgressLine& progress_;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
  std::optional<int> status_;
};

}  // namespace guardian::adapters::cli
