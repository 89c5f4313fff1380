#pragma once
// The model of a command: the one that the environment names, a record that stands in for it, or none; and the file
// that events are written to.

#include <memory>

#include "adapters/cli/commands.hpp"
#include "agents/event.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {

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

  // `io_failure` when an event could not be written.
  [[nodiscard]] core::Result<void> written() const;

 private:
  struct Impl;
  explicit ModelSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::cli
