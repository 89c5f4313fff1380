// A request that is sent again is done once: over real sockets, with the ledger as witness; and the bounds of what is
// remembered.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "adapters/service/idempotency.hpp"
#include "tests/adapters/served.hpp"

using namespace guardian::tests;
using guardian::adapters::http::Reply;
using guardian::adapters::http::Request;
using guardian::adapters::service::IdempotencyLimits;
using guardian::adapters::service::IdempotencyStore;

namespace {

Request request_of(const std::string& key, const std::string& body = "{}") {
  Request request;
  request.method = "POST";
  request.path = "/v1/review";
  request.body = body;
  request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", key}};
  return request;
}

Reply said(const std::string& body, int status = 200) {
  Reply reply;
  reply.status = status;
  reply.body = body;
  return reply;
}

struct WithLedger {
  TemporaryFolder folder;
  Served service;

  WithLedger() : service(settings(folder)) {}

  static guardian::adapters::service::ServiceSettings settings(const TemporaryFolder& in) {
    auto made = demo_settings();
    made.ledger = guardian::adapters::LedgerSettings{in.path() / "ledger.db", {}, false};
    return made;
  }

  [[nodiscard]] std::size_t rows() const { return Json::parse(service.post("/v1/ledger/verify", "{}")->body)["rows"]; }
};

}  // namespace

TEST_CASE("a request sent again with its key gives the same answer and one row of the ledger",
          "[adapters][service][idempotency]") {
  const WithLedger with;
  const httplib::Headers key{{"Idempotency-Key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\""}};
  const std::string body = two_medicines().dump();
  const auto first = with.service.post("/v1/review", body, key);
  REQUIRE(first->status == 200);
  CHECK_FALSE(first->has_header("Idempotent-Replayed"));
  const auto again = with.service.post("/v1/review", body, key);
  CHECK(again->status == 200);
  CHECK(again->body == first->body);
  CHECK(again->get_header_value("Location") == first->get_header_value("Location"));
  CHECK(again->get_header_value("Idempotent-Replayed") == "true");
  CHECK(with.rows() == 1);
  // Without a key each one is a review of its own.
  CHECK(with.service.post("/v1/review", body)->status == 200);
  CHECK(with.rows() == 2);

  const Json review = Json::parse(first->body);
  const Json entry{{"review", first->get_header_value("Location").substr(std::string("/v1/reviews/").size())},
                   {"finding", review["findings"][0]["id"]},
                   {"reason", "will-monitor"}};
  const httplib::Headers other{{"Idempotency-Key", "\"override-1\""}};
  const auto made = with.service.post("/v1/overrides", entry.dump(), other);
  REQUIRE(made->status == 201);
  CHECK(with.service.post("/v1/overrides", entry.dump(), other)->body == made->body);
  CHECK(with.rows() == 3);
  Json outcome{{"review", entry["review"]}, {"finding", entry["finding"]}, {"outcome", "right"}};
  const httplib::Headers third{{"Idempotency-Key", "\"outcome-1\""}};
  CHECK(with.service.post("/v1/outcomes", outcome.dump(), third)->status == 201);
  CHECK(with.service.post("/v1/outcomes", outcome.dump(), third)->status == 201);
  CHECK(with.rows() == 4);
  const httplib::Headers fourth{{"Idempotency-Key", "\"plan-1\""}};
  const auto plan = with.service.post("/v1/plan", body, fourth);
  REQUIRE(plan->status == 200);
  CHECK(with.service.post("/v1/plan", body, fourth)->body == plan->body);
  CHECK(with.rows() == 5);
}

TEST_CASE("a key that was used for another request is refused, and so is one that is none",
          "[adapters][service][idempotency]") {
  const WithLedger with;
  const httplib::Headers key{{"Idempotency-Key", "\"k1\""}};
  REQUIRE(with.service.post("/v1/review", two_medicines().dump(), key)->status == 200);
  Json other = two_medicines();
  other["patient"]["age"] = 72;
  const auto refused = with.service.post("/v1/review", other.dump(), key);
  CHECK(refused->status == 422);
  CHECK(Json::parse(refused->body)["resourceType"] == "OperationOutcome");
  CHECK(with.service.post("/v1/plan", two_medicines().dump(), key)->status == 422);
  CHECK(with.service.post("/v1/review?depth=findings", two_medicines().dump(), key)->status == 422);
  CHECK(with.rows() == 1);
  for (const std::string bad : {"\"\"", "\"a b\"", "\"a", "a\"b"}) {
    INFO(bad);
    CHECK(with.service.post("/v1/review", other.dump(), {{"Idempotency-Key", bad}})->status == 400);
  }
  CHECK(with.service.post("/v1/review", other.dump(), {{"Idempotency-Key", std::string(256, 'k')}})->status == 400);
  CHECK(with.rows() == 1);
}

TEST_CASE("the same key of two callers is two keys", "[adapters][service][idempotency]") {
  IdempotencyStore store;
  int runs = 0;
  const auto work = [&] { return said(std::to_string(++runs)); };
  CHECK(store.once("ward", request_of("k"), work).body == "1");
  CHECK(store.once("pharmacy", request_of("k"), work).body == "2");
  CHECK(store.once("ward", request_of("k"), work).body == "1");
  CHECK(store.once("ward", request_of("\"k\""), work).body == "1");
}

TEST_CASE("while a request is under way its key is in conflict, and eight at once are done once",
          "[adapters][service][idempotency]") {
  IdempotencyStore store;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t conflicts = 0;
  std::atomic<int> runs{0};
  // The one that runs ends when all the others were turned away.
  const auto work = [&] {
    ++runs;
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(60), [&] { return conflicts == 7; }));
    return said("done");
  };
  std::atomic<int> done{0};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] {
        const Reply reply = store.once("ward", request_of("k"), work);
        if (reply.status == 409) {
          const std::lock_guard lock(mutex);
          ++conflicts;
          changed.notify_all();
        } else if (reply.body == "done") {
          ++done;
        }
      });
    }
  }
  CHECK(runs == 1);
  CHECK(done == 1);
  CHECK(conflicts == 7);
  CHECK(store.once("ward", request_of("k"), work).body == "done");
}

TEST_CASE("a failure of the service is not remembered, and what is wrong with a request is",
          "[adapters][service][idempotency]") {
  IdempotencyStore store;
  CHECK(store.once("a", request_of("k"), [] { return said("busy", 503); }).status == 503);
  CHECK_THROWS(store.once("a", request_of("k"), []() -> Reply { throw std::runtime_error("defect"); }));
  CHECK(store.size() == 0);
  CHECK(store.once("a", request_of("k"), [] { return said("bad", 400); }).status == 400);
  CHECK(store.once("a", request_of("k"), [] { return said("good"); }).status == 400);
}

TEST_CASE("remembered answers are bounded in number, bytes and time", "[adapters][service][idempotency]") {
  auto now = std::chrono::steady_clock::now();
  IdempotencyLimits limits;
  limits.answers = 10;
  limits.bytes = 1'000;
  IdempotencyStore store(limits, [&now] { return now; });
  int runs = 0;
  const auto ask = [&](const std::string& key, std::size_t bytes) {
    return store.once("a", request_of(key), [&] {
      ++runs;
      return said(std::string(bytes, 'x'));
    });
  };
  for (int i = 0; i < 100; ++i) {
    ask("k" + std::to_string(i), 1);
    CHECK(store.size() <= 10);
  }
  CHECK(runs == 100);
  ask("k99", 1);
  CHECK(runs == 100);
  ask("k0", 1);  // the oldest are gone
  CHECK(runs == 101);
  ask("large", 900);
  ask("larger", 900);
  ask("after", 1);
  CHECK(store.size() <= 3);
  now += std::chrono::hours(24);
  ask("after", 1);
  CHECK(runs == 105);
  CHECK(store.size() == 1);
}
