#pragma once
// The patients that a small site keeps beside the service: of each the case as it was last entered, and dated notes of
// those who look after it. One SQLite file that only its owner may read; what is erased is overwritten. It is a working
// list, not the record of what was decided: that is the ledger.
//
// Safe to use from several threads, and by several programs at once. Fails with `io_failure` when the file cannot be
// read or written, or is none of ours; no message holds anything of a patient.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace guardian::adapters::records {

struct PatientNote {
  std::int64_t number = 0;
  std::string at;  // ISO 8601
  std::string by;  // empty: not known
  std::string text;

  friend bool operator==(const PatientNote&, const PatientNote&) = default;
};

struct PatientRecord {
  std::int64_t number = 0;
  std::int64_t version = 0;  // counts what was saved, from 1
  std::string label;         // as the site calls the patient: a bed, a name
  std::string changed_at;
  std::string subject;        // a case as JSON; not read of a list
  std::size_t medicines = 0;  // in it
  std::size_t notes_count = 0;
  std::vector<PatientNote> notes;  // the latest first; not read of a list
};

struct RecordToSave {
  std::string label;
  std::string subject;
  std::size_t medicines = 0;
  std::string at;
};

enum class SaveState : std::uint8_t { saved, changed_since, not_there };
struct Saved {
  SaveState state = SaveState::saved;
  std::int64_t version = 0;  // that the record has now
};

class PatientRecords {
 public:
  // Makes the file where there is none. ":memory:": records that end with the program.
  [[nodiscard]] static core::Result<std::unique_ptr<PatientRecords>> open(const std::filesystem::path& file);
  ~PatientRecords();

  // By label.
  [[nodiscard]] core::Result<std::vector<PatientRecord>> list() const;
  [[nodiscard]] core::Result<std::optional<PatientRecord>> find(std::int64_t number) const;

  // The number of the new record.
  [[nodiscard]] core::Result<std::int64_t> add(const RecordToSave& record);
  // Only over the version that was read: what another person saved in the meantime is not lost.
  [[nodiscard]] core::Result<Saved> save(std::int64_t number, std::int64_t over_version, const RecordToSave& record);
  // Nothing: there is no such record.
  [[nodiscard]] core::Result<std::optional<PatientNote>> add_note(std::int64_t number, PatientNote note);
  // Whether there was one. Its notes go with it.
  [[nodiscard]] core::Result<bool> erase(std::int64_t number);

 private:
  struct Impl;
  explicit PatientRecords(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::records
