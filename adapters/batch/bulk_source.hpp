#pragma once
// A FHIR Bulk Data export (a folder of NDJSON files, one resource a line) as a Bundle a patient, in the order of the
// patients' ids. What belongs to whom is indexed on disk, in a file without a name that goes with the object: memory
// does not grow with the export. Patients without a medicine have nothing to review and are passed over. Belongs to one
// thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adapters/batch/case_source.hpp"
#include "core/result.hpp"

namespace guardian::adapters::batch {

// A line that no patient's chart could take: not JSON, or of a kind that is read and without a patient.
using BadResource = std::function<bool(const std::string& file, std::uint64_t line)>;  // false: do not go on

class BulkSource : public CaseSource {
 public:
  struct Options {
    std::string as_of;  // time of every review, ISO 8601 in UTC
    int stop = -1;      // as of a LineSource
    bool with_digest = false;
  };

  // Indexes every *.ndjson file of `folder`. Fails when there is none or one cannot be read; `invalid_input` too when
  // `bad` said not to go on. A stop leaves a source that has ended.
  [[nodiscard]] static core::Result<std::unique_ptr<BulkSource>> open(const std::filesystem::path& folder,
                                                                      Options options, const BadResource& bad);
  ~BulkSource() override;

  [[nodiscard]] bool next(SourceLines& lines) override;
  [[nodiscard]] bool pass_over(std::uint64_t lines, std::uint64_t bytes, std::string_view sha256) override;
  [[nodiscard]] End end() const override;

  [[nodiscard]] std::uint64_t patients() const;          // that have a medicine
  [[nodiscard]] std::uint64_t without_medicine() const;  // that have none

 private:
  struct Impl;
  explicit BulkSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::batch
