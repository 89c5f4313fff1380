#pragma once
// Where the cases of a batch come from, some lines at a time. Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guardian::adapters::batch {

// Lines that are worked on together: enough that handing them over costs little, few enough to stay small.
inline constexpr std::size_t most_lines = 32;
inline constexpr std::size_t most_bytes = std::size_t{256} * 1024;

struct SourceLine {
  std::size_t offset = 0;   // in SourceLines::text
  std::size_t length = 0;   // without the line end
  bool too_long = false;    // nothing of it is kept
  std::uint64_t place = 0;  // where it begins in the input
};

struct SourceLines {
  std::string text;               // with line ends
  std::vector<SourceLine> lines;  // blank ones too
  std::uint64_t first = 1;        // number of the first line in the input, from 1
  std::uint64_t bytes = 0;        // of the input to the end of these lines
  std::string sha256;             // of those bytes, hex; where it is asked for

  [[nodiscard]] std::string_view line(std::size_t i) const {
    return std::string_view(text).substr(lines[i].offset, lines[i].length);
  }
  void clear() {
    text.clear();
    lines.clear();
    sha256.clear();
  }
};

class CaseSource {
 public:
  enum class End : std::uint8_t { none, input, stopped, failed };

  virtual ~CaseSource() = default;

  // Takes the place of what is in `lines`. Without a line, `end` says why.
  [[nodiscard]] virtual bool next(SourceLines& lines) = 0;
  // Passes over what was read before: `lines` lines of `bytes` bytes. False when there is no such start, with its
  // digest.
  [[nodiscard]] virtual bool pass_over(std::uint64_t lines, std::uint64_t bytes, std::string_view sha256) = 0;
  [[nodiscard]] virtual End end() const = 0;

 protected:
  CaseSource() = default;
  CaseSource(const CaseSource&) = default;
  CaseSource(CaseSource&&) = default;
  CaseSource& operator=(const CaseSource&) = default;
  CaseSource& operator=(CaseSource&&) = default;
};

}  // namespace guardian::adapters::batch
