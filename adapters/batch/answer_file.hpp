#pragma once
// What a batch writes, and how it goes on in a file that an earlier run began. Belongs to one thread.

#include <filesystem>
#include <memory>
#include <string_view>

#include "adapters/batch/resume_record.hpp"
#include "adapters/batch/running_digest.hpp"
#include "core/result.hpp"

namespace guardian::adapters::batch {

class AnswerFile {
 public:
  // Standard output.
  [[nodiscard]] static AnswerFile standard();
  // A file that is new, or emptied.
  [[nodiscard]] static core::Result<AnswerFile> create(const std::filesystem::path& file);
  // A file that no other batch goes on in. Of what is there so much as `kept` says stays, if it is still the same; the
  // rest is cut.
  [[nodiscard]] static core::Result<AnswerFile> resume(const std::filesystem::path& file, const Extent& kept);
  AnswerFile(AnswerFile&&) noexcept;
  AnswerFile& operator=(AnswerFile&&) noexcept;
  ~AnswerFile();

  [[nodiscard]] core::Result<void> write(std::string_view bytes);
  // Of a file that goes on: what is in it now.
  [[nodiscard]] Extent extent() const;

 private:
  AnswerFile(int descriptor, bool is_ours);
  int descriptor_ = -1;
  bool is_ours_ = false;
  std::unique_ptr<RunningDigest> digest_;  // of a file that goes on
  std::uint64_t bytes_ = 0;
};

}  // namespace guardian::adapters::batch
