#pragma once
// How far a batch has come, in a file beside its output (guardian-batch/1, docs/batch.md): so much of the input
// was read, so much of the output is its answer, each with the SHA-256 of its bytes. A record is exchanged whole, never
// changed in place.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/result.hpp"

namespace guardian::adapters::batch {

struct Extent {
  std::uint64_t bytes = 0;
  std::string sha256;  // of them, hex

  friend bool operator==(const Extent&, const Extent&) = default;
};

struct ResumeRecord {
  std::string settings;  // what decides the answers: knowledge base, program and options
  std::uint64_t lines = 0;
  std::uint64_t cases = 0;
  std::uint64_t unreadable = 0;
  bool fails = false;  // --fail-on was met
  bool done = false;   // the input was read to its end
  Extent input;
  Extent output;

  friend bool operator==(const ResumeRecord&, const ResumeRecord&) = default;
};

[[nodiscard]] std::filesystem::path record_file(const std::filesystem::path& output);

[[nodiscard]] core::Result<void> save_record(const std::filesystem::path& file, const ResumeRecord& record);

// Nothing where there is no such file. Fails when it is no record.
[[nodiscard]] core::Result<std::optional<ResumeRecord>> load_record(const std::filesystem::path& file);

}  // namespace guardian::adapters::batch
