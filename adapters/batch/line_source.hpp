#pragma once
// Reads a file or pipe as lines, for an input of any length: some whole lines at a time, in bounded memory. From a pipe
// no more is waited for than one line, as its writer may wait for an answer before it goes on. A wait ends when another
// descriptor says stop. Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/batch/case_source.hpp"
#include "adapters/batch/running_digest.hpp"

namespace guardian::adapters::batch {

// A longer line is no case (a document may have 8 MiB): it is passed over, and only its first bytes are kept.
inline constexpr std::size_t longest_line = std::size_t{16} * 1024 * 1024;

class LineSource : public CaseSource {
 public:
  // Neither descriptor is closed. `stop` becomes readable when reading must end; -1: it never must. `with_digest` gives
  // SourceLines::sha256.
  LineSource(int input, int stop, bool with_digest = false);

  [[nodiscard]] bool next(SourceLines& lines) override;
  [[nodiscard]] bool pass_over(std::uint64_t lines, std::uint64_t bytes, std::string_view sha256) override;
  [[nodiscard]] End end() const override { return end_; }

 private:
  [[nodiscard]] bool wait(int milliseconds);
  [[nodiscard]] bool fill();
  void take(SourceLines& lines, std::size_t length, bool whole);
  void consume(std::size_t to);

  int input_;
  int stop_;
  std::string buffer_;
  std::size_t at_ = 0;       // start of what was not given yet
  std::size_t scanned_ = 0;  // no line end between `at_` and here
  std::uint64_t number_ = 1;
  std::uint64_t bytes_ = 0;
  bool with_digest_;
  RunningDigest digest_;
  End end_ = End::none;
};

}  // namespace guardian::adapters::batch
