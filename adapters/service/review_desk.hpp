#pragma once
// Where the requests of a service are reviewed: one knowledge base at a time that can be exchanged while requests are
// in flight, an orchestrator for each review that runs, the ledger behind them all. Safe to use from several threads.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/ledger/review_ledger.hpp"
#include "adapters/service/past_review.hpp"
#include "core/case.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/order_alternatives.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::service {

// How much of a review is wanted.
enum class Depth : std::uint8_t {
  findings,  // what a card needs, at once: findings, triage, audit; no model is asked
  whole      // with plan, explanation and the agents
};

struct DeskOptions {
  std::string locale = "US";
  std::optional<LedgerSettings> ledger;  // none: nothing is recorded
  std::size_t at_once = 0;               // reviews of findings that run at a time; 0: twice the cores
  std::size_t whole_at_once = 16;        // whole reviews, which may wait for a model
  std::size_t kept = 1'000;              // reviews that can be looked at again without the ledger
  bool release_uncertified = false;      // a model's text goes out without a certificate (docs/audit.md)
};

class ReviewDesk {
 public:
  // Fails only when the settings are wrong: a ledger that cannot be written keeps no finding back.
  [[nodiscard]] static core::Result<std::unique_ptr<ReviewDesk>> open(
      std::shared_ptr<const knowledge::KnowledgeBase> base, DeskOptions options, runtime::ModelUse model = {});
  ~ReviewDesk();

  struct Answer {
    std::shared_ptr<const core::Review> review;
    std::string id;  // by which it can be looked at again
  };
  // Looks for what could be ordered in the place of orders of the case (knowledge/order_alternatives.hpp).
  using Alternatives = std::function<std::vector<knowledge::OrderAlternative>(
      std::span<const std::string> orders, std::size_t most, const std::function<bool()>& enough)>;
  // Told of a review before it is recorded; gives what its row keeps of a hook (past_review.hpp), or nothing. The
  // alternatives are found with the facts of this very review, and may be asked for during the call only.
  using Shown = std::function<std::string(const core::Review&, const Alternatives&)>;
  // The entries of the case must be numbered (json/case_writer). Waits for its turn; `stop` ends the wait and the calls
  // of a model. `name`: its id; empty: the place in the ledger.
  [[nodiscard]] core::Result<Answer> review(core::Case subject, Depth depth, const std::string& name = {},
                                            const std::stop_token& stop = {}, const Shown& shown = {});

  // A look at findings that is no review: it is not recorded and cannot be looked at again.
  [[nodiscard]] core::Result<core::Review> look(core::Case subject);

  [[nodiscard]] std::optional<KeptReview> kept(std::string_view id) const;

  // The same, and where it is not kept here any more as the ledger has it. A review whose case was erased meanwhile is
  // forgotten here too.
  [[nodiscard]] PastReview find(std::string_view id);
  // That a row of the ledger, written before this service began, has a review of this id.
  void know(const std::string& id, std::uint64_t sequence);

  [[nodiscard]] std::shared_ptr<const knowledge::KnowledgeBase> knowledge() const;
  [[nodiscard]] const std::string& locale() const noexcept;  // that decides brands where a case names none
  // Reviews that have begun go on with the old one.
  void exchange_knowledge(std::shared_ptr<const knowledge::KnowledgeBase> base);

  // The ledger, for rows about reviews; null: there is none.
  [[nodiscard]] ReviewLedger* ledger() noexcept;
  // Why reviews cannot be recorded now.
  [[nodiscard]] core::Result<void> recording() const;
  // Told to an operator when a review is not recorded; set once, before the first review.
  // Told of each rule of a hospital that was set aside in a review.
  void on_set_aside(std::function<void(const core::SetAside&)> tell);
  void on_unrecorded(std::function<void(const std::string&)> tell);

 private:
  struct Impl;
  explicit ReviewDesk(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace guardian::adapters::service
