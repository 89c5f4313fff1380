#pragma once
// The short form of `guardian regress`, for a service that starts: the pairs of known critical interactions.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::suite {

inline constexpr const char* self_test_suite = "critical_interactions.tsv";

struct SelfTestResult {
  std::size_t rows = 0;
  std::size_t missed = 0;
};

// Runs the rows of `self_test_suite` in `folder` that ask for a critical finding. Fails when the file cannot be read or
// has a mistake.
[[nodiscard]] core::Result<SelfTestResult> self_test(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                                     const std::filesystem::path& folder);

}  // namespace guardian::adapters::suite
