#include "adapters/batch/progress_line.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <utility>

namespace guardian::adapters::batch {
namespace {

constexpr std::chrono::milliseconds between{250};

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::min(std::ceil(seconds), 1e12));
  if (whole < 90) return std::to_string(whole) + " s";
  if (whole < 90 * 60) return std::to_string((whole + 30) / 60) + " min";
  return grouped((whole + 1800) / 3600) + " h";
}

}  // namespace

std::string progress_text(const BatchPosition& begun, const BatchPosition& now, double seconds,
                          std::optional<std::uint64_t> input_size) {
  std::string text = grouped(now.cases) + (now.cases == 1 ? " case" : " cases");
  if (seconds <= 0) return text;
  text += ", " + grouped(static_cast<std::uint64_t>(static_cast<double>(now.cases - begun.cases) / seconds)) + "/s";
  if (!input_size || *input_size == 0) return text;
  const double size = static_cast<double>(*input_size);
  const double position = std::min(static_cast<double>(now.input_bytes), size);
  text += ", " + std::to_string(static_cast<int>(100.0 * position / size)) + "%";
  const double read = position - static_cast<double>(begun.input_bytes);
  if (read > 0) text += ", " + duration_text(seconds * (size - position) / read) + " left";
  return text;
}

ProgressLine::ProgressLine(std::ostream& out, bool shown, BatchPosition begun, std::optional<std::uint64_t> input_size,
                           Clock now)
    : out_(out), shown_(shown), begun_(begun), input_size_(input_size), now_(std::move(now)) {
  if (!now_) now_ = &std::chrono::steady_clock::now;
  start_ = now_();
  last_ = start_ - between;
}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::at(const BatchPosition& position) {
  if (!shown_) return;
  const auto now = now_();
  if (now - last_ < between) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  out_ << "\r\033[Kguardian: " << progress_text(begun_, position, seconds, input_size_) << std::flush;
  is_there_ = true;
}

void ProgressLine::clear() {
  if (!is_there_) return;
  out_ << "\r\033[K" << std::flush;
  is_there_ = false;
}

}  // namespace guardian::adapters::batch
