#include "adapters/batch/answer_file.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace guardian::adapters::batch {
namespace {

constexpr std::size_t block = std::size_t{256} * 1024;

}  // namespace

AnswerFile::AnswerFile(int descriptor, bool is_ours) : descriptor_(descriptor), is_ours_(is_ours) {}

AnswerFile::AnswerFile(AnswerFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      is_ours_(other.is_ours_),
      digest_(std::move(other.digest_)),
      bytes_(other.bytes_) {}

AnswerFile& AnswerFile::operator=(AnswerFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(is_ours_, other.is_ours_);
  std::swap(digest_, other.digest_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

AnswerFile::~AnswerFile() {
  if (is_ours_ && descriptor_ >= 0) ::close(descriptor_);
}

AnswerFile AnswerFile::standard() { return AnswerFile(STDOUT_FILENO, false); }

core::Result<AnswerFile> AnswerFile::create(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return core::fail(core::ErrorCode::io_failure, file.string() + ": cannot be written");
  return AnswerFile(descriptor, true);
}

core::Result<AnswerFile> AnswerFile::resume(const std::filesystem::path& file, const Extent& kept) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return core::fail(core::ErrorCode::io_failure, file.string() + ": cannot be written");
  AnswerFile answers(descriptor, true);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    return core::fail(core::ErrorCode::invalid_input, file.string() + ": another batch is at work in it");
  answers.digest_ = std::make_unique<RunningDigest>();
  std::string bytes(block, '\0');
  while (answers.bytes_ < kept.bytes) {
    const auto count = ::read(descriptor, bytes.data(), std::min<std::uint64_t>(block, kept.bytes - answers.bytes_));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    answers.digest_->add(std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
    answers.bytes_ += static_cast<std::uint64_t>(count);
  }
  if (answers.extent() != kept) {
    return core::fail(core::ErrorCode::invalid_input,
                      file.string() + ": is not what the batch has written; remove it and its record to begin again");
  }
  if (::ftruncate(descriptor, static_cast<off_t>(kept.bytes)) != 0)
    return core::fail(core::ErrorCode::io_failure, file.string() + ": cannot be written");
  return answers;
}

core::Result<void> AnswerFile::write(std::string_view bytes) {
  if (digest_) digest_->add(bytes);
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const auto count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return core::fail(core::ErrorCode::io_failure, "the answer cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Extent AnswerFile::extent() const { return {bytes_, digest_ ? digest_->so_far() : std::string()}; }

}  // namespace guardian::adapters::batch
