#include "adapters/sources/line_reader.hpp"

#include <array>

#include "knowledge/digest.hpp"

namespace guardian::adapters::sources {

LineReader::LineReader(const std::filesystem::path& file)
    : name_(file.filename().string()), stream_(file, std::ios::binary) {}

bool LineReader::next() {
  constexpr std::size_t piece = std::size_t{1} << 16U;
  line_.clear();
  too_long_ = false;
  bool any = false;
  for (;;) {
    if (at_ == buffer_.size()) {
      buffer_.resize(piece);
      stream_.read(buffer_.data(), static_cast<std::streamsize>(piece));
      buffer_.resize(static_cast<std::size_t>(stream_.gcount()));
      at_ = 0;
      failed_ = stream_.bad();
      if (buffer_.empty()) break;
    }
    any = true;
    const std::size_t end = buffer_.find('\n', at_);
    const std::size_t stop = end == std::string::npos ? buffer_.size() : end;
    if (line_.size() + (stop - at_) <= longest_line) {
      line_.append(buffer_, at_, stop - at_);
    } else {
      too_long_ = true;
    }
    at_ = end == std::string::npos ? buffer_.size() : end + 1;
    if (end != std::string::npos) break;
  }
  if (!any) return false;
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  ++number_;
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (number_ == 1 && line_.compare(0, mark.size(), mark) == 0) line_.erase(0, mark.size());
  return true;
}

bool BadRows::skip(const std::string& place, std::string_view column, const std::string& why) {
  const std::string said = (column.empty() ? std::string() : "column `" + std::string(column) + "`: ") + why;
  if (on_error_ == OnError::stop) {
    error_ = {core::ErrorCode::invalid_input, place + ": " + said};
    return false;
  }
  content_.left_out.push_back({place, std::string(column), why});
  return true;
}

tl::unexpected<core::Error> cannot_read(const std::filesystem::path& file) {
  return core::fail(core::ErrorCode::io_failure, file.string() + ": cannot be read");
}

// By RFC 3629: of the first byte of several, the second one has a range of its own where the whole would be too long,
// half of a pair of UTF-16, or beyond U+10FFFF.
bool is_utf8(std::string_view text) {
  std::size_t follow = 0;
  unsigned least = 0x80;
  unsigned most = 0xBF;
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    if (follow > 0) {
      if (byte < least || byte > most) return false;
      least = 0x80;
      most = 0xBF;
      --follow;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      follow = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      least = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
      most = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    }
  }
  return follow == 0;
}

core::Result<std::string> files_digest(const std::vector<std::filesystem::path>& files) {
  knowledge::Sha256 sum;
  std::string piece(std::size_t{1} << 16U, '\0');
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return cannot_read(file);
    sum.update(file.filename().string() + "\n");
    while (stream.read(piece.data(), static_cast<std::streamsize>(piece.size())) || stream.gcount() > 0)
      sum.update(std::string_view(piece).substr(0, static_cast<std::size_t>(stream.gcount())));
    if (stream.bad()) return cannot_read(file);
    sum.update("\n");
  }
  return "sha256:" + knowledge::to_hex(sum.finish());
}

}  // namespace guardian::adapters::sources
