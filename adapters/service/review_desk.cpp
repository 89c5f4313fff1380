#include "adapters/service/review_desk.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/json/case_writer.hpp"
#include "adapters/ledger/recorded_review.hpp"

namespace guardian::adapters::service {
namespace {

using knowledge::KnowledgeBase;

// What one review needs for itself.
struct Lane {
  std::shared_ptr<const KnowledgeBase> base;
  runtime::Orchestrator orchestrator;
  std::optional<knowledge::OrderAlternatives> advisor;  // made when it is first asked

  Lane(const std::shared_ptr<const KnowledgeBase>& knowledge, runtime::OrchestratorOptions options,
       const runtime::ModelUse& model = {})
      : base(knowledge), orchestrator(knowledge, std::move(options), model) {}

  std::vector<knowledge::OrderAlternative> alternatives(std::span<const std::string> orders, std::size_t most,
                                                        const std::function<bool()>& enough) {
    if (!advisor) advisor.emplace(base);
    return advisor->find(orchestrator.last(), orders, most, enough);
  }
};

// Lanes of one kind, each for one review at a time. Those of a knowledge base that was exchanged are let go.
class Lanes {
 public:
  using Make = std::function<std::unique_ptr<Lane>(const std::shared_ptr<const KnowledgeBase>&)>;

  Lanes(std::size_t most, Make make) : most_(most), make_(std::move(make)) {}

  // Runs `work` when it is its turn; false when `stop` came first.
  bool run(const std::shared_ptr<const KnowledgeBase>& base, const std::stop_token& stop,
           const std::function<void(Lane&)>& work) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return running_ < most_; })) return false;
    ++running_;
    std::unique_ptr<Lane> lane;
    if (base != base_) {
      idle_.clear();
      base_ = base;
    } else if (!idle_.empty()) {
      lane = std::move(idle_.back());
      idle_.pop_back();
    }
    lock.unlock();
    const Place place{*this, base, lane};
    if (!lane) lane = make_(base);
    work(*lane);
    return true;
  }

 private:
  // Gives the place back, also when `work` throws.
  struct Place {
    Lanes& lanes;
    const std::shared_ptr<const KnowledgeBase>& base;
    std::unique_ptr<Lane>& lane;

    ~Place() {
      {
        const std::lock_guard lock(lanes.mutex_);
        --lanes.running_;
        if (lane && base == lanes.base_) lanes.idle_.push_back(std::move(lane));
      }
      lanes.changed_.notify_one();
    }
  };

  std::size_t most_;
  Make make_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t running_ = 0;
  std::shared_ptr<const KnowledgeBase> base_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

constexpr std::size_t most_known = 20'000;  // names of reviews that are in the ledger

RecordedReview said_of(const core::Review& review) {
  RecordedReview said;
  for (const core::Finding& finding : review.findings)
    said.findings.push_back({finding.id, finding.severity, finding.contraindication});
  if (review.triage) said.triage = review.triage->level;
  return said;
}

std::size_t cores() { return std::max<std::size_t>(1, std::thread::hardware_concurrency()); }

}  // namespace

struct ReviewDesk::Impl {
  DeskOptions options;
  runtime::ModelUse model;
  std::optional<ReviewLedger> ledger;
  Lanes findings;
  Lanes whole;
  std::function<void(const std::string&)> unrecorded = [](const std::string&) {};
  std::function<void(const core::SetAside&)> set_aside = [](const core::SetAside&) {};

  mutable std::mutex mutex;
  std::unordered_map<std::string, std::uint64_t> rows;  // of the ledger, by the name of a review
  std::deque<std::string> row_order;                    // the oldest first
  std::shared_ptr<const KnowledgeBase> base;
  std::unordered_map<std::string, KeptReview> kept;
  std::deque<std::string> kept_order;  // the oldest first
  std::uint64_t count = 0;

  Impl(std::shared_ptr<const KnowledgeBase> first, DeskOptions given, runtime::ModelUse use)
      : options(std::move(given)),
        model(std::move(use)),
        findings(options.at_once > 0 ? options.at_once : 2 * cores(),
                 [this](const auto& knowledge) {
                   runtime::OrchestratorOptions running;
                   running.reviewer.default_locale = options.locale;
                   return std::make_unique<Lane>(knowledge, running);
                 }),
        whole(std::max<std::size_t>(1, options.whole_at_once),
              [this](const auto& knowledge) {
                runtime::OrchestratorOptions running;
                running.reviewer = {options.locale, true, std::nullopt, agents::ExplanationOptions{}};
                running.audit->policy.release_uncertified = options.release_uncertified;
                return std::make_unique<Lane>(knowledge, running, model);
              }),
        base(std::move(first)) {}

  [[nodiscard]] ReviewManner manner(Depth depth) const {
    ReviewManner manner;
    manner.locale = options.locale;
    manner.with_plan = depth == Depth::whole;
    manner.with_explanation = depth == Depth::whole;
    manner.with_model = depth == Depth::whole && model.client != nullptr;
    manner.release_uncertified = depth == Depth::whole && options.release_uncertified;
    manner.free_text = model.free_text;
    return manner;
  }

  // With the mutex held.
  void know(const std::string& id, std::uint64_t sequence) {
    if (rows.insert_or_assign(id, sequence).second) row_order.push_back(id);
    while (row_order.size() > most_known) {
      rows.erase(row_order.front());
      row_order.pop_front();
    }
  }

  // The row that an id means: of a name that is known, or a number.
  [[nodiscard]] std::optional<std::uint64_t> row_of(std::string_view id) const {
    const std::lock_guard lock(mutex);
    if (const auto known = rows.find(std::string(id)); known != rows.end()) return known->second;
    std::uint64_t sequence = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), sequence);
    if (error != std::errc{} || end != id.data() + id.size() || sequence == 0) return std::nullopt;
    return sequence;
  }

  std::string keep(const std::shared_ptr<const core::Review>& review, std::string input, const std::string& name) {
    const bool recorded = review->ledger && review->ledger->unrecorded.empty();
    const std::lock_guard lock(mutex);
    std::string id = !name.empty() ? name
                     : recorded    ? std::to_string(review->ledger->sequence)
                                   : "unrecorded-" + std::to_string(++count);
    if (recorded && !name.empty()) know(name, review->ledger->sequence);
    put(id, KeptReview{std::move(input), review});
    return id;
  }

  // With the mutex held.
  void put(const std::string& id, KeptReview made) {
    if (options.kept == 0) return;
    if (kept.insert_or_assign(id, std::move(made)).second) kept_order.push_back(id);
    while (kept_order.size() > options.kept) {
      kept.erase(kept_order.front());
      kept_order.pop_front();
    }
  }
};

ReviewDesk::ReviewDesk(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReviewDesk::~ReviewDesk() = default;

core::Result<std::unique_ptr<ReviewDesk>> ReviewDesk::open(std::shared_ptr<const KnowledgeBase> base,
                                                           DeskOptions options, runtime::ModelUse model) {
  auto impl = std::make_unique<Impl>(std::move(base), std::move(options), std::move(model));
  if (impl->options.ledger) {
    auto ledger = ReviewLedger::open(*impl->options.ledger);
    if (!ledger) return core::fail(ledger.error());
    impl->ledger.emplace(std::move(*ledger));
  }
  return std::unique_ptr<ReviewDesk>(new ReviewDesk(std::move(impl)));
}

core::Result<ReviewDesk::Answer> ReviewDesk::review(core::Case subject, Depth depth, const std::string& name,
                                                    const std::stop_token& stop, const Shown& shown) {
  std::string input = encode_case(subject);
  Lanes& lanes = depth == Depth::whole ? impl_->whole : impl_->findings;
  std::string unrecorded;
  std::string hook;
  // The lane is free again when the review is made: while its row is written others go on, and one sync serves all.
  auto review = recorded_review(
      [&](const agents::EventSink& events) {
        core::Result<core::Review> made =
            core::fail(core::ErrorCode::internal, "the review was stopped before its turn");
        lanes.run(knowledge(), stop, [&](Lane& lane) {
          made = lane.orchestrator.review(std::move(subject), events, stop);
          if (!made || !shown) return;
          hook = shown(*made, [&](std::span<const std::string> orders, std::size_t most, const auto& enough) {
            return lane.alternatives(orders, most, enough);
          });
        });
        return made;
      },
      impl_->ledger ? &*impl_->ledger : nullptr, input, impl_->manner(depth), {}, unrecorded,
      [&](const core::Review&) { return std::move(hook); });
  if (!unrecorded.empty()) impl_->unrecorded(unrecorded);
  if (!review) return core::fail(review.error());
  auto shared = std::make_shared<const core::Review>(std::move(*review));
  for (const core::SetAside& one : shared->set_aside) impl_->set_aside(one);
  std::string id = impl_->keep(shared, std::move(input), name);
  return Answer{std::move(shared), std::move(id)};
}

core::Result<core::Review> ReviewDesk::look(core::Case subject) {
  core::Result<core::Review> review = core::fail(core::ErrorCode::internal, "the review was stopped before its turn");
  impl_->findings.run(knowledge(), {}, [&](Lane& lane) { review = lane.orchestrator.review(std::move(subject)); });
  return review;
}

std::optional<KeptReview> ReviewDesk::kept(std::string_view id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->kept.find(std::string(id));
  return found == impl_->kept.end() ? std::nullopt : std::optional<KeptReview>(found->second);
}

void ReviewDesk::know(const std::string& id, std::uint64_t sequence) {
  const std::lock_guard lock(impl_->mutex);
  impl_->know(id, sequence);
}

PastReview ReviewDesk::find(std::string_view id) {
  PastReview past;
  const auto& settings = impl_->options.ledger;
  if (auto here = kept(id)) {
    const auto& stamp = here->review->ledger;
    const bool recorded = stamp && stamp->unrecorded.empty();
    if (recorded) past.sequence = stamp->sequence;
    if (!recorded || !settings || !is_erased(*settings, past.sequence)) {
      past.state = PastState::found;
      past.said = said_of(*here->review);
      past.kept = std::move(*here);
      return past;
    }
    const std::lock_guard lock(impl_->mutex);
    impl_->kept.erase(std::string(id));
    std::erase(impl_->kept_order, id);
    past.state = PastState::erased;
    return past;
  }
  const auto row = settings ? impl_->row_of(id) : std::nullopt;
  if (!row) return past;
  auto read = past_review(*settings, *row, knowledge());
  if (!read) return past;
  if (read->state == PastState::found && read->kept.review) {
    const std::lock_guard lock(impl_->mutex);
    impl_->put(std::string(id), read->kept);
  }
  return std::move(*read);
}

std::shared_ptr<const KnowledgeBase> ReviewDesk::knowledge() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->base;
}

const std::string& ReviewDesk::locale() const noexcept { return impl_->options.locale; }

void ReviewDesk::exchange_knowledge(std::shared_ptr<const KnowledgeBase> base) {
  const std::lock_guard lock(impl_->mutex);
  impl_->base = std::move(base);
}

ReviewLedger* ReviewDesk::ledger() noexcept { return impl_->ledger ? &*impl_->ledger : nullptr; }

core::Result<void> ReviewDesk::recording() const {
  return impl_->ledger ? impl_->ledger->ready() : core::Result<void>{};
}

void ReviewDesk::on_set_aside(std::function<void(const core::SetAside&)> tell) { impl_->set_aside = std::move(tell); }
void ReviewDesk::on_unrecorded(std::function<void(const std::string&)> tell) { impl_->unrecorded = std::move(tell); }

}  // namespace guardian::adapters::service
