#pragma once
// The SHA-256 of bytes as they come, and what it would be if they ended here. Belongs to one thread.

#include <memory>
#include <string>
#include <string_view>

namespace guardian::adapters::batch {

class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(RunningDigest&&) noexcept;
  RunningDigest& operator=(RunningDigest&&) noexcept;

  void add(std::string_view bytes);
  [[nodiscard]] std::string so_far() const;  // hex

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::batch
