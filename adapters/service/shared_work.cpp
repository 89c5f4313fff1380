#include "adapters/service/shared_work.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include "adapters/postgres/work_board.hpp"
#include "adapters/service/packed.hpp"
#include "adapters/service/replies.hpp"

namespace guardian::adapters::service {
namespace {

namespace ledger = audit::ledger;
using postgres::WorkBoard;
using std::chrono::milliseconds;

constexpr milliseconds lease{15'000};
constexpr milliseconds renew_every{4'000};
constexpr milliseconds look_every{500};  // for pieces that another service has begun, or left
constexpr std::uint64_t most_attempts = 3;
constexpr int threads_that_work = 2;

std::string random_text() {
  std::random_device entropy;  // of the operating system
  std::array<std::uint8_t, 16> bytes{};
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(entropy()); });
  return ledger::to_hex(bytes);
}

std::string pack(const JobWork& work) {
  std::vector<std::string> fields = {std::to_string(static_cast<int>(work.kind)), work.pattern.method,
                                     work.pattern.path, std::to_string(work.pattern.headers.size())};
  for (const auto* pairs : {&work.pattern.headers, &work.pattern.query}) {
    for (const auto& [name, value] : *pairs) {
      fields.push_back(name);
      fields.push_back(value);
    }
  }
  return pack_texts(fields);
}

std::optional<JobWork> unpack_work(std::string_view bytes) {
  const auto fields = unpack_texts(bytes);
  if (!fields || fields->size() < 4 || fields->size() % 2 != 0 || (*fields)[0].size() != 1) return std::nullopt;
  const char kind = (*fields)[0][0];
  if (kind < '0' || kind > '2') return std::nullopt;
  JobWork work;
  work.kind = static_cast<JobWork::Kind>(kind - '0');
  work.pattern.method = (*fields)[1];
  work.pattern.path = (*fields)[2];
  for (std::size_t i = 4; i + 1 < fields->size(); i += 2) {
    auto& into =
        std::to_string(work.pattern.headers.size()) == (*fields)[3] ? work.pattern.query : work.pattern.headers;
    into.emplace_back((*fields)[i], (*fields)[i + 1]);
  }
  return work;
}

std::string pack(const http::Reply& reply) {
  std::vector<std::string> fields = {std::to_string(reply.status), reply.content_type, reply.body};
  for (const auto& [name, value] : reply.headers) {
    fields.push_back(name);
    fields.push_back(value);
  }
  return pack_texts(fields);
}

std::optional<http::Reply> unpack_reply(std::string_view bytes) {
  const auto fields = unpack_texts(bytes);
  if (!fields || fields->size() < 3 || fields->size() % 2 == 0 || (*fields)[0].size() != 3) return std::nullopt;
  http::Reply reply;
  reply.status = 0;
  for (const char digit : (*fields)[0]) reply.status = reply.status * 10 + (digit - '0');
  reply.content_type = (*fields)[1];
  reply.body = (*fields)[2];
  for (std::size_t i = 3; i + 1 < fields->size(); i += 2) reply.headers.emplace_back((*fields)[i], (*fields)[i + 1]);
  return reply;
}

std::string tag_text(const ledger::Key& key, const std::string& what) {
  const ledger::PatientTag tag = key.tag(what);
  return {reinterpret_cast<const char*>(tag.data()), tag.size()};
}

std::string context(const std::string& what, const std::string& id, std::uint64_t place = 0) {
  return "guardian-work-1 " + what + " " + id + " " + std::to_string(place);
}

JobState state_of(std::string_view word) {
  for (const JobState state : {JobState::waiting, JobState::running, JobState::done, JobState::cancelled}) {
    if (to_string(state) == word) return state;
  }
  return JobState::failed;
}

class Shared final : public SharedWork {
 public:
  Shared(std::shared_ptr<const postgres::Server> server, ledger::Key key, DoPiece work)
      : board_(std::move(server), lease), key_(std::move(key)), work_(std::move(work)) {
    for (int i = 0; i < threads_that_work; ++i)
      threads_.emplace_back([this](const std::stop_token& stop) { take_pieces(stop); });
    threads_.emplace_back([this](const std::stop_token& stop) { renew(stop); });
  }
  ~Shared() override { stop_all(); }

  core::Result<std::optional<JobStatus>> begin(const std::string& owner, JobWork work) override {
    const ledger::PatientKey opener = key_.new_patient_key();
    postgres::NewJob job;
    job.id = random_text();
    job.owner = tag_text(key_, "owner of jobs " + owner);
    job.key = {opener.id, key_.wrap(opener)};
    job.work = ledger::seal(opener, context("work", job.id), pack(work));
    for (std::size_t i = 0; i < work.bodies.size(); ++i)
      job.inputs.push_back(ledger::seal(opener, context("input", job.id, i), work.bodies[i]));
    const auto added = board_.add(job);
    if (!added) return core::fail(added.error());
    if (!*added) return std::optional<JobStatus>();
    changed_.notify_all();
    return std::optional<JobStatus>(JobStatus{job.id, JobState::waiting, 0, work.bodies.size(), {}, std::nullopt});
  }

  core::Result<std::optional<JobStatus>> find(const std::string& owner, std::string_view id) override {
    const auto row = board_.job(tag_text(key_, "owner of jobs " + owner), std::string(id));
    if (!row) return core::fail(row.error());
    if (!*row) return std::optional<JobStatus>();
    return std::optional<JobStatus>(status(std::string(id), **row));
  }

  core::Result<std::shared_ptr<const std::vector<http::Reply>>> results(const std::string& owner,
                                                                        std::string_view id) override {
    using Replies = std::shared_ptr<const std::vector<http::Reply>>;
    const auto row = board_.job(tag_text(key_, "owner of jobs " + owner), std::string(id));
    if (!row) return core::fail(row.error());
    if (!*row || (*row)->state != "done") return Replies();
    const auto opener = open((*row)->key);
    const auto sealed = board_.replies(std::string(id));
    if (!sealed) return core::fail(sealed.error());
    auto replies = std::make_shared<std::vector<http::Reply>>();
    for (std::size_t i = 0; opener && i < sealed->size(); ++i) {
      const auto text = ledger::unseal(*opener, context("reply", std::string(id), i), (*sealed)[i]);
      auto reply = text ? unpack_reply(*text) : std::nullopt;
      if (!reply) return core::fail(core::ErrorCode::io_failure, "a result of the job cannot be opened");
      replies->push_back(std::move(*reply));
    }
    if (replies->size() != (*row)->total)
      return core::fail(core::ErrorCode::io_failure, "results of the job are missing");
    return Replies(std::move(replies));
  }

  core::Result<std::optional<JobStatus>> cancel(const std::string& owner, std::string_view id) override {
    if (auto done = board_.cancel(tag_text(key_, "owner of jobs " + owner), std::string(id)); !done)
      return core::fail(done.error());
    return find(owner, id);
  }

  [[nodiscard]] bool survives_restart() const override { return true; }
  void stop() override { stop_all(); }

  http::Reply once(const std::string& caller, const http::Request& request, const IdempotencyStore::Work& work,
                   IdempotencyStore& local) override {
    const auto key = idempotency_key(request);
    if (!key) return local.once(caller, request, work);  // none, or one that is refused
    const std::string id = tag_text(key_, "answer to " + caller + '\n' + *key);
    const std::string fingerprint = tag_text(key_, "request " + request_fingerprint(request));
    const std::string worker = random_text();
    const auto known = board_.claim(id, fingerprint, worker);
    if (!known) return local.once(caller, request, work);
    if (*known) return known_reply(id, fingerprint, **known);
    const Held held(*this, {id, worker});
    http::Reply reply;
    try {
      reply = work();
    } catch (...) {
      (void)board_.forget(id, worker);
      throw;
    }
    if (reply.status >= 500) {
      (void)board_.forget(id, worker);
      return reply;
    }
    const ledger::PatientKey opener = key_.new_patient_key();
    // Where it cannot be kept the answer is right all the same; sent again, the request is done again.
    (void)board_.answer(id, worker, {opener.id, key_.wrap(opener)},
                        ledger::seal(opener, context("answer", id), pack(reply)));
    return reply;
  }

 private:
  struct Claim {
    std::string id;
    std::string worker;
    friend auto operator<=>(const Claim&, const Claim&) = default;
  };

  // An answer that is being made: its lease is renewed.
  class Held {
   public:
    Held(Shared& shared, Claim claim) : shared_(shared), claim_(std::move(claim)) {
      const std::lock_guard lock(shared_.mutex_);
      shared_.claims_.insert(claim_);
    }
    ~Held() {
      const std::lock_guard lock(shared_.mutex_);
      shared_.claims_.erase(claim_);
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    Shared& shared_;
    Claim claim_;
  };

  [[nodiscard]] std::optional<ledger::PatientKey> open(const postgres::WrappedKey& key) const {
    return key_.unwrap(key.id, key.wrapped);
  }

  [[nodiscard]] static JobStatus status(std::string id, const postgres::JobRow& row) {
    JobStatus status{std::move(id), state_of(row.state), row.done, row.total, row.problem, std::nullopt};
    if (row.ended) status.expires = std::chrono::seconds(WorkBoard::Limits().job_life) - *row.ended;
    return status;
  }

  http::Reply known_reply(const std::string& id, const std::string& fingerprint,
                          const postgres::KnownAnswer& known) const {
    if (known.fingerprint != fingerprint)
      return outcome_reply(422, "business-rule", "This Idempotency-Key was used for another request");
    if (known.reply.empty())
      return outcome_reply(409, "conflict", "The request with this Idempotency-Key is still under way");
    const auto opener = open(known.key);
    const auto text = opener ? ledger::unseal(*opener, context("answer", id), known.reply) : std::nullopt;
    auto reply = text ? unpack_reply(*text) : std::nullopt;
    if (!reply) return status_reply(500);
    reply->headers.emplace_back("Idempotent-Replayed", "true");
    return std::move(*reply);
  }

  void take_pieces(const std::stop_token& stop) {
    const std::string worker = random_text();
    while (!stop.stop_requested()) {
      auto piece = board_.take(worker);
      if (piece && *piece) {
        work_on(worker, **piece, stop);
        continue;
      }
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, look_every, [] { return false; });
    }
  }

  void work_on(const std::string& worker, const postgres::TakenPiece& piece, const std::stop_token& stop) {
    const Claim claim{piece.job, worker};
    {
      const std::lock_guard lock(mutex_);
      pieces_.insert_or_assign(claim, piece.place);
    }
    http::Reply reply = status_reply(500);
    const auto opener = open(piece.key);
    try {
      const auto work = opener ? ledger::unseal(*opener, context("work", piece.job), piece.work) : std::nullopt;
      auto pattern = work ? unpack_work(*work) : std::nullopt;
      auto body =
          opener ? ledger::unseal(*opener, context("input", piece.job, piece.place), piece.input) : std::nullopt;
      // One that has ended several services, or was taken away from them, is not tried for ever.
      if (pattern && body && piece.attempts <= most_attempts) {
        pattern->pattern.body = std::move(*body);
        reply = work_(pattern->kind, pattern->pattern, piece.place, stop);
      }
    } catch (const std::exception&) {
      reply = status_reply(500);  // what was thrown may quote what was being read
    }
    if (stop.stop_requested()) {
      (void)board_.give_back(worker, piece.job, piece.place);
    } else if (opener) {
      const std::string sealed = ledger::seal(*opener, context("reply", piece.job, piece.place), pack(reply));
      // While the server is away the result is kept for as long as the lease; then another service does the piece.
      const auto until = std::chrono::steady_clock::now() + lease;
      while (!board_.finish(worker, piece.job, piece.place, sealed) && !stop.stop_requested() &&
             std::chrono::steady_clock::now() < until) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, look_every, [] { return false; });
      }
    }
    const std::lock_guard lock(mutex_);
    pieces_.erase(claim);
  }

  void renew(const std::stop_token& stop) {
    for (unsigned round = 0; !stop.stop_requested(); ++round) {
      std::vector<std::pair<Claim, std::uint64_t>> pieces;
      std::vector<Claim> claims;
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, renew_every, [] { return false; });
        pieces.assign(pieces_.begin(), pieces_.end());
        claims.assign(claims_.begin(), claims_.end());
      }
      for (const auto& [claim, place] : pieces) (void)board_.renew(claim.worker, claim.id, place);
      for (const Claim& claim : claims) (void)board_.renew(claim.id, claim.worker);
      if (round % 16 == 0) (void)board_.expire();
    }
  }

  void stop_all() {
    for (auto& thread : threads_) thread.request_stop();
    changed_.notify_all();
    threads_.clear();
  }

  WorkBoard board_;
  ledger::Key key_;
  DoPiece work_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Claim, std::uint64_t> pieces_;  // that this service does: their leases are renewed
  std::set<Claim> claims_;
  std::vector<std::jthread> threads_;  // last: they use what stands above
};

}  // namespace

std::unique_ptr<SharedWork> shared_work(const LedgerSettings& settings, DoPiece work) {
  auto server = std::dynamic_pointer_cast<const postgres::Server>(settings.place.server());
  if (!server) return nullptr;
  auto key = ledger_key(settings, false);
  if (!key || !*key) return nullptr;
  return std::make_unique<Shared>(std::move(server), std::move(**key), std::move(work));
}

}  // namespace guardian::adapters::service
