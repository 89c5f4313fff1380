#pragma once
// Work that several programs share through PostgreSQL (work.sql): pieces of jobs, each taken by one program for as long
// as its lease holds, and answers to requests that may be sent again. Texts and keys are bytes to it. Times are those
// of the server: clocks of replicas do not matter. Safe to use from several threads, one at a time. Failures are
// `io_failure`.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/server.hpp"
#include "core/result.hpp"

namespace guardian::adapters::postgres {

using Bytes = std::string;

// What opens the texts of a job or answer, itself wrapped.
struct WrappedKey {
  std::array<std::uint8_t, 16> id{};
  Bytes wrapped;
};

struct NewJob {
  std::string id;
  Bytes owner;
  Bytes work;
  WrappedKey key;
  std::vector<Bytes> inputs;
};

struct JobRow {
  std::string state;  // waiting, running, done, failed, cancelled
  std::string problem;
  Bytes work;
  WrappedKey key;
  std::uint64_t total = 0;
  std::uint64_t done = 0;
  std::optional<std::chrono::seconds> ended;  // ago
};

struct TakenPiece {
  std::string job;
  std::uint64_t place = 0;
  std::uint64_t attempts = 0;  // this one too
  Bytes input;
  Bytes work;
  WrappedKey key;
};

struct KnownAnswer {
  Bytes fingerprint;
  WrappedKey key;
  Bytes reply;  // empty: it is still being made
};

class WorkBoard {
 public:
  struct Limits {
    std::uint64_t open = 32;      // jobs that are not finished
    std::uint64_t open_each = 8;  // of one owner
    std::chrono::minutes job_life{60};
    std::chrono::hours answer_life{24};
    std::uint64_t result_bytes = std::uint64_t{64} << 20U;  // of one job
  };

  // Tables are made when they are first needed.
  explicit WorkBoard(std::shared_ptr<const Server> server, std::chrono::milliseconds lease);
  WorkBoard(std::shared_ptr<const Server> server, std::chrono::milliseconds lease, Limits limits);
  ~WorkBoard();

  // False where there are too many.
  [[nodiscard]] core::Result<bool> add(const NewJob& job);
  [[nodiscard]] core::Result<std::optional<JobRow>> job(const Bytes& owner, const std::string& id);
  // Replies in their order, of a job that is done.
  [[nodiscard]] core::Result<std::vector<Bytes>> replies(const std::string& id);
  [[nodiscard]] core::Result<void> cancel(const Bytes& owner, const std::string& id);

  // A piece that nobody does: jobs take turns.
  [[nodiscard]] core::Result<std::optional<TakenPiece>> take(const std::string& worker);
  // Takes the reply unless another program has done the piece meanwhile, or the job has ended.
  [[nodiscard]] core::Result<void> finish(const std::string& worker, const std::string& job, std::uint64_t place,
                                          const Bytes& reply);
  [[nodiscard]] core::Result<void> give_back(const std::string& worker, const std::string& job, std::uint64_t place);
  [[nodiscard]] core::Result<void> renew(const std::string& worker, const std::string& job, std::uint64_t place);

  // Nothing: the answer is now this worker's to make. Else what is known.
  [[nodiscard]] core::Result<std::optional<KnownAnswer>> claim(const Bytes& id, const Bytes& fingerprint,
                                                               const std::string& worker);
  [[nodiscard]] core::Result<void> answer(const Bytes& id, const std::string& worker, const WrappedKey& key,
                                          const Bytes& reply);
  [[nodiscard]] core::Result<void> forget(const Bytes& id, const std::string& worker);
  [[nodiscard]] core::Result<void> renew(const Bytes& id, const std::string& worker);

  // Removes what is too old.
  [[nodiscard]] core::Result<void> expire();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::postgres
