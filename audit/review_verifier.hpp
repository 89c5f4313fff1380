#pragma once
// Derives the findings of a review anew, and the absence of any other, without the engine: from the facts that the
// review states, by the SQL oracles, over the file of the knowledge base. An altered review is refused. What no oracle
// speaks of is listed, never passed in silence. One thread at a time. A file that cannot be read is
// `knowledge_unavailable`.
//
// What it shows: the findings follow from the facts. That the facts are those of the patient is for the reader of the
// case to judge.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/review.hpp"

namespace guardian::audit {

struct Verification {
  std::vector<std::string> refused;      // one line a reason, without words of the patient; empty: it verifies
  std::vector<std::string> not_derived;  // what no oracle decides
  std::size_t findings = 0;              // derived anew
  std::size_t rules = 0;                 // looked at
  std::string digest;                    // of the knowledge base
};

class ReviewVerifier {
 public:
  [[nodiscard]] static core::Result<ReviewVerifier> open(const std::filesystem::path& knowledge_base);

  ReviewVerifier(ReviewVerifier&&) noexcept;
  ReviewVerifier& operator=(ReviewVerifier&&) noexcept;
  ~ReviewVerifier();

  [[nodiscard]] core::Result<Verification> verify(const core::Review& review);

 private:
  struct Impl;
  explicit ReviewVerifier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::audit
