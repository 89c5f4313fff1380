#pragma once
// SIGINT and SIGTERM as something to wait for, so that work can end in order. While one lives they are held back in
// this thread and in those that it starts; after the first, the next one ends the program as usual. One at a time.

#include <atomic>

#include <signal.h>

namespace guardian::adapters::batch {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Readable when a signal came, or `stop` was called.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // Which came, 0 for none. The first call after one lets further ones through.
  [[nodiscard]] int received();
  // As if one had come, for a reason of our own. From any thread.
  void stop() const;

 private:
  sigset_t before_{};
  int signals_ = -1;
  int stopped_ = -1;
  int descriptor_ = -1;  // of both
  int received_ = 0;
};

}  // namespace guardian::adapters::batch
