#pragma once
// Lines through several threads and out again in their order: one thread reads, `jobs` work, the caller's takes what is
// done. So much is under way at a time and no more, whatever the input's length; what is made for a few lines is used
// again for later ones.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/batch/case_source.hpp"
#include "core/result.hpp"

namespace guardian::adapters::batch {

// What is to say of a line beside its answer; most lines need none.
struct LineNote {
  std::uint64_t number = 0;  // of the line
  std::size_t begin = 0;     // its answer in WorkedLines::answers
  std::size_t end = 0;
  bool unreadable = false;
  bool fails = false;                  // --fail-on is met
  std::optional<core::Error> failure;  // no answer: the batch ends here
  std::string unrecorded;              // why it is not in the ledger
};

struct WorkedLines {
  SourceLines source;
  std::string answers;  // one a line, with line ends
  std::uint64_t cases = 0;
  std::vector<LineNote> notes;
};

// Called by one thread; false when there is nothing more.
using Source = std::function<bool(SourceLines& lines)>;
// Called by thread `worker` of `jobs`; `answers` and `notes` are empty and `cases` is 0.
using Work = std::function<void(std::size_t worker, WorkedLines& lines)>;
// Called by the caller's thread, in the order of the input; false ends the whole.
using Sink = std::function<bool(WorkedLines& lines)>;
// Makes the source say `stopped`.
using Stop = std::function<void()>;

// Returns when the source has ended and what it gave is done, or when `sink` said so; `stop` was called then. What
// `work` or `sink` throws is thrown here.
void work_in_order(const Source& source, std::size_t jobs, const Work& work, const Sink& sink, const Stop& stop);

}  // namespace guardian::adapters::batch
