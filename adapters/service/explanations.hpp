#pragma once
// The words of a review that was made without any: a card's review is made in a hook's time, without a model. When it
// is looked at, it has the template's explanation at once, and a model, where there is one, is asked once behind it.
// What it wrote passes the guards and the audit as in any review, and changes no finding. Texts are kept by a digest of
// all that the review says and of the knowledge base; the prompt is that of this program. Bounded in number, threads
// and time. Safe to use from several threads.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "adapters/service/review_desk.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::service {

struct ExplanationLimits {
  std::size_t threads = 2;   // that wait for a model
  std::size_t waiting = 64;  // reviews to be written about; those beyond stay with the template
  std::size_t kept = 1'000;  // texts; the oldest go first
  std::chrono::milliseconds each{30'000};
  std::chrono::seconds retry_after{60};  // when the model failed
  bool release_uncertified = false;      // its text goes out without a certificate (docs/audit.md)
};

class Explanations {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  explicit Explanations(runtime::ModelUse model, ExplanationLimits limits = {},
                        Clock clock = &std::chrono::steady_clock::now);
  ~Explanations();  // stops

  struct Shown {
    std::shared_ptr<const core::Review> review;
    // Who wrote it: "model", "template"; "pending": the template, until a model has written. "none": it has no words,
    // as one that could not be recorded has none.
    std::string_view by;
  };
  // `base` is what the review was made with, or a later one.
  [[nodiscard]] Shown of(const KeptReview& kept, const std::shared_ptr<const knowledge::KnowledgeBase>& base);

  // Asks the model nothing more; returns when its calls under way, which are ended, are over.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::service
