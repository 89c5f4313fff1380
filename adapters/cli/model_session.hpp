#pragma once
// The model of a command: the one that the environment names, a record that stands in for it, or none; and the files
// that events and traces are written to.

#include <memory>

#include "adapters/cli/commands.hpp"
#include "agents/event.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {

// One review while it runs: whatever it tells goes to everybody who listens. Told by one thread at a time; several may
// run at once. Must not outlive its session.
class WatchedReview {
 public:
  WatchedReview(WatchedReview&&) noexcept;
  // What is open is ended as failed.
  ~WatchedReview();

  // Empty when nobody listens.
  [[nodiscard]] const agents::EventSink& events() const;
  // Writes its trace.
  void end(bool done);

 private:
  friend class ModelSession;
  struct Impl;
  explicit WatchedReview(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class ModelSession {
 public:
  // Without a key, or offline, there is no model, and that is no failure. Fails when a setting or a file is wrong.
  [[nodiscard]] static core::Result<ModelSession> open(const ModelOptions& options,
                                                       const knowledge::KnowledgeBase& base);
  ModelSession(ModelSession&&) noexcept;
  ModelSession& operator=(ModelSession&&) noexcept;
  ~ModelSession();

  [[nodiscard]] runtime::ModelUse model() const;

  // Safe to call from several threads. Empty when nothing is recorded.
  [[nodiscard]] agents::EventSink events() const;

  // For one review: its events go to the record, to its trace, and to `also`. Safe to call from several threads.
  [[nodiscard]] WatchedReview watch(agents::EventSink also = {}) const;

  // `io_failure` when an event or a trace could not be written.
  [[nodiscard]] core::Result<void> written() const;

 private:
  struct Impl;
  explicit ModelSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::cli
