#include "adapters/batch/line_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

namespace guardian::adapters::batch {
namespace {

constexpr std::size_t block = std::size_t{64} * 1024;

}  // namespace

LineSource::LineSource(int input, int stop, bool with_digest) : input_(input), stop_(stop), with_digest_(with_digest) {}

// True when there is something to read.
bool LineSource::wait(int milliseconds) {
  std::array<pollfd, 2> polled{pollfd{input_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  while (::poll(polled.data(), polled.size(), milliseconds) < 0) {
    if (errno != EINTR) {
      end_ = End::failed;
      return false;
    }
  }
  if (polled[1].revents != 0) {
    end_ = End::stopped;
    return false;
  }
  return polled[0].revents != 0;
}

// Reads one block behind what is there; false at the end of the input.
bool LineSource::fill() {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    scanned_ -= at_;
    at_ = 0;
  }
  const std::size_t before = buffer_.size();
  buffer_.resize(before + block);
  ssize_t count = 0;
  do {
    count = ::read(input_, buffer_.data() + before, block);
  } while (count < 0 && errno == EINTR);
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return true;
  end_ = count == 0 ? End::input : End::failed;
  return false;
}

// What stands before `to` in the buffer is given, or passed over.
void LineSource::consume(std::size_t to) {
  if (with_digest_) digest_.add(std::string_view(buffer_).substr(at_, to - at_));
  bytes_ += to - at_;
  at_ = scanned_ = to;
}

void LineSource::take(SourceLines& lines, std::size_t length, bool whole) {
  lines.lines.push_back({lines.text.size(), length, false, bytes_});
  lines.text += std::string_view(buffer_).substr(at_, length);
  lines.text += '\n';
  consume(at_ + length + (whole ? 1 : 0));
  ++number_;
}

bool LineSource::next(SourceLines& lines) {
  lines.clear();
  lines.first = number_;
  bool passes_over = false;  // a line that is too long
  while (lines.lines.size() < most_lines && lines.text.size() < most_bytes) {
    const std::size_t found = buffer_.find('\n', scanned_);
    if (found != std::string::npos && passes_over) {
      consume(found + 1);
      ++number_;
      passes_over = false;
      continue;
    }
    if (found != std::string::npos) {
      take(lines, found - at_, true);
      continue;
    }
    scanned_ = buffer_.size();
    if (!passes_over && buffer_.size() - at_ > longest_line) {
      lines.lines.push_back({lines.text.size(), 0, true, bytes_});
      passes_over = true;
    }
    if (passes_over) consume(buffer_.size());
    if (end_ == End::none && wait(lines.lines.empty() || passes_over ? -1 : 0) && fill()) continue;
    if (end_ == End::input && !passes_over && at_ < buffer_.size()) take(lines, buffer_.size() - at_, false);
    if (end_ != End::input && passes_over) lines.lines.pop_back();  // it was not read to its end
    break;
  }
  lines.bytes = bytes_;
  if (with_digest_ && !lines.lines.empty()) lines.sha256 = digest_.so_far();
  return !lines.lines.empty();
}

bool LineSource::pass_over(std::uint64_t lines, std::uint64_t bytes, std::string_view sha256) {
  while (bytes_ < bytes) {
    if (at_ == buffer_.size() && !(end_ == End::none && wait(-1) && fill())) break;
    consume(static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), at_ + (bytes - bytes_))));
  }
  number_ += lines;
  return bytes_ == bytes && digest_.so_far() == sha256;
}

}  // namespace guardian::adapters::batch
