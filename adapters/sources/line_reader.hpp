#pragma once
// Rows of text files with their place, and what to do with one that cannot be read.

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sources/source_reader.hpp"

namespace guardian::adapters::sources {

// No row of a published file is near this long; a file without line ends must not fill the memory.
inline constexpr std::size_t longest_line = std::size_t{1} << 20U;

class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& file);

  [[nodiscard]] bool is_open() const { return static_cast<bool>(stream_); }
  // The next line without its end; false at the end of the file or when reading fails.
  [[nodiscard]] bool next();
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] bool too_long() const { return too_long_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::string place() const { return name_ + ":" + std::to_string(number_); }

 private:
  std::string name_;
  std::ifstream stream_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string line_;
  std::size_t number_ = 0;
  bool too_long_ = false;
  bool failed_ = false;
};

// Collects what is wrong with rows by the policy.
class BadRows {
 public:
  BadRows(OnError on_error, knowledge::ImportedContent& content) : on_error_(on_error), content_(content) {}

  // False when reading must end; `error` has the reason then.
  [[nodiscard]] bool skip(const std::string& place, std::string_view column, const std::string& why);
  [[nodiscard]] const core::Error& error() const { return error_; }

 private:
  OnError on_error_;
  knowledge::ImportedContent& content_;
  core::Error error_;
};

[[nodiscard]] tl::unexpected<core::Error> cannot_read(const std::filesystem::path& file);

// Whether the bytes are UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace guardian::adapters::sources
