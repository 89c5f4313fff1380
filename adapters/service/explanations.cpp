#include "adapters/service/explanations.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/json/case_codec.hpp"
#include "adapters/json/review_codec.hpp"
#include "agents/explanation_agent.hpp"
#include "knowledge/digest.hpp"
#include "runtime/audit_step.hpp"

namespace guardian::adapters::service {
namespace {

using core::Review;
using knowledge::KnowledgeBase;

enum class Writing { waiting, written, failed };

// What a model's text adds to a review.
struct Text {
  Writing state = Writing::waiting;
  core::Explanation explanation;
  std::optional<core::AuditReport> audit;
  core::AgentReport report;
  std::optional<core::Degradation> degradation;
  std::chrono::steady_clock::time_point at;  // of a failure
};

struct Task {
  std::string key;
  std::string input;
  std::shared_ptr<const Review> review;  // with the template's explanation
  std::shared_ptr<const KnowledgeBase> base;
};

// What a model wrote, before the audit of the review that it is for.
struct Narrative {
  core::Explanation explanation;
  core::AgentReport report;
};

std::string key_of(Review review) {
  review.ledger.reset();
  return knowledge::sha256_hex(encode_review(review, false));
}

// Everything that the review says, but whose and when it is, and the audit, which follows from it.
std::string words_key_of(Review review) {
  review.case_id.clear();
  review.as_of.clear();
  review.audit.reset();
  return key_of(std::move(review));
}

}  // namespace

struct Explanations::Impl {
  runtime::ModelUse model;
  ExplanationLimits limits;
  Clock clock;
  std::mutex mutex;
  std::condition_variable changed;
  std::stop_source stopping;
  std::unordered_map<std::string, Text> texts;
  std::deque<std::string> order;  // of `texts`, the oldest first
  std::unordered_map<std::string, Narrative> narratives;
  std::deque<std::string> narrative_order;
  std::deque<Task> tasks;
  std::vector<std::jthread> threads;

  Impl(runtime::ModelUse use, ExplanationLimits given, Clock time)
      : model(std::move(use)), limits(given), clock(std::move(time)) {}

  // Nothing where no thread will write it; the mutex is held.
  Text* text_of(const std::string& key, const KeptReview& kept, const std::shared_ptr<const Review>& shown,
                const std::shared_ptr<const KnowledgeBase>& base) {
    const auto known = texts.find(key);
    const bool again = known != texts.end() && known->second.state == Writing::failed &&
                       clock() - known->second.at >= limits.retry_after;
    if (known != texts.end() && !again) return &known->second;
    if (stopping.stop_requested() || tasks.size() >= limits.waiting) return again ? &known->second : nullptr;
    if (!again) {
      while (order.size() >= std::max<std::size_t>(1, limits.kept)) {
        texts.erase(order.front());
        order.pop_front();
      }
      order.push_back(key);
    }
    Text& text = texts[key];
    text = {};
    tasks.push_back({key, kept.input, shown, base});
    const std::size_t wanted = std::max<std::size_t>(1, limits.threads);
    if (threads.size() < wanted) threads.emplace_back([this] { work(); });
    changed.notify_one();
    return &text;
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping.stop_requested() || !tasks.empty(); });
      if (stopping.stop_requested()) return;
      const Task task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      Text text;
      try {
        text = written(task);
      } catch (const std::exception&) {
        text = {};  // what was thrown may quote what was being read
        text.state = Writing::failed;
      }
      lock.lock();
      text.at = clock();
      // It may have been pushed out meanwhile.
      if (const auto known = texts.find(task.key); known != texts.end()) known->second = std::move(text);
    }
  }

  [[nodiscard]] std::optional<Narrative> narrative(const std::string& key) {
    const std::lock_guard lock(mutex);
    const auto known = narratives.find(key);
    return known == narratives.end() ? std::nullopt : std::optional<Narrative>(known->second);
  }

  void keep(const std::string& key, const Narrative& made) {
    const std::lock_guard lock(mutex);
    if (!narratives.try_emplace(key, made).second) return;
    narrative_order.push_back(key);
    if (narrative_order.size() <= std::max<std::size_t>(1, limits.kept)) return;
    narratives.erase(narrative_order.front());
    narrative_order.pop_front();
  }

  [[nodiscard]] Text written(const Task& task) {
    Text text;
    text.state = Writing::failed;
    const CaseDecoding decoded = decode_case(task.input);
    if (!decoded.value) return text;
    const std::string key = words_key_of(*task.review);
    auto words = narrative(key);
    if (!words) {
      words = asked(task, *decoded.value, text);
      if (words) keep(key, *words);
    }
    if (!words) return text;
    text.report = std::move(words->report);
    Review review = *task.review;
    review.explanation = std::move(words->explanation);
    runtime::AuditOptions auditing;
    auditing.policy.release_uncertified = limits.release_uncertified;
    runtime::AuditStep(task.base, auditing)
        .run(*decoded.value, task.review->findings, agents::ExplanationOptions{}, review);
    text.state = Writing::written;  // also where the audit withheld it: it will do so again
    text.explanation = std::move(*review.explanation);
    text.audit = std::move(review.audit);
    return text;
  }

  // Nothing where the model wrote nothing that can stand; why is in `text`.
  [[nodiscard]] std::optional<Narrative> asked(const Task& task, const core::Case& subject, Text& text) const {
    agents::ModelAccess access{model.client.get(), {}, {}};
    access.call_limits.deadline = std::chrono::steady_clock::now() + limits.each;
    access.call_limits.stop = stopping.get_token();
    auto result = agents::write_explanation({subject, *task.review, task.base, model.lexicon.get(), model.free_text},
                                            {}, access, {});
    if (result.explanation.by == "model") return Narrative{std::move(result.explanation), std::move(result.report)};
    text.report = std::move(result.report);
    text.degradation = std::move(result.degradation);
    return std::nullopt;
  }
};

Explanations::Explanations(runtime::ModelUse model, ExplanationLimits limits, Clock clock)
    : impl_(std::make_unique<Impl>(std::move(model), limits, std::move(clock))) {}
Explanations::~Explanations() { stop(); }

Explanations::Shown Explanations::of(const KeptReview& kept, const std::shared_ptr<const KnowledgeBase>& base) {
  const Review& made = *kept.review;
  if (made.explanation) return {kept.review, made.explanation->by == "model" ? "model" : "template"};
  // Advice that is not on record is not given (runtime/recording).
  if (made.ledger && !made.ledger->unrecorded.empty()) return {kept.review, "none"};
  auto shown = std::make_shared<Review>(made);
  shown->explanation = agents::explain(made);
  const bool asks =
      impl_->model.client && impl_->model.lexicon && !made.findings.empty() && made.kb.digest == base->release().digest;
  if (!asks) return {std::move(shown), "template"};
  const std::string key = key_of(*shown);
  const std::lock_guard lock(impl_->mutex);
  const Text* text = impl_->text_of(key, kept, shown, base);
  if (text == nullptr) return {std::move(shown), "template"};
  if (text->state == Writing::waiting) return {std::move(shown), "pending"};
  auto told = std::make_shared<Review>(*shown);  // the task may still read `shown`
  told->agents.push_back(text->report);
  if (text->degradation) told->degradations.push_back(*text->degradation);
  if (text->state == Writing::failed) return {std::move(told), "template"};
  told->explanation = text->explanation;
  told->audit = text->audit;
  if (told->audit) told->decision = std::max(told->decision, told->audit->decision);
  return {told, told->explanation->by == "model" ? "model" : "template"};
}

void Explanations::stop() {
  std::vector<std::jthread> ending;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping.request_stop();
    impl_->tasks.clear();
    ending = std::move(impl_->threads);
    impl_->threads.clear();
  }
  impl_->changed.notify_all();
}

}  // namespace guardian::adapters::service
