// Long work as jobs: over real sockets, with the ledger as witness; and the bounds of what is kept.

#include <atomic>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <thread>

#include "adapters/service/jobs.hpp"
#include "tests/adapters/served.hpp"

using namespace guardian::tests;
using guardian::adapters::http::Reply;
using guardian::adapters::service::JobLimits;
using guardian::adapters::service::Jobs;
using guardian::adapters::service::JobState;

namespace {

constexpr auto patience = std::chrono::seconds(60);

guardian::adapters::service::ServiceSettings with_ledger(const TemporaryFolder& folder) {
  auto settings = demo_settings();
  settings.ledger = guardian::adapters::LedgerSettings{folder.path() / "ledger.db", {}, false};
  return settings;
}

// The status of a job when it has ended.
Json ended(const Served& service, const std::string& address) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    const auto reply = service.get(address);
    REQUIRE(reply->status == 200);
    const Json status = Json::parse(reply->body);
    CHECK(status["done"] <= status["total"]);
    if (status["state"] != "waiting" && status["state"] != "running") return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL("the job does not end");
  return {};
}

std::vector<Json> lines_of(const std::string& text) {
  std::vector<Json> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    REQUIRE(end != std::string::npos);
    lines.push_back(Json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

Json wrong_case() {
  Json wrong = two_medicines();
  wrong["medications"][0]["text"] = 7;
  return wrong;
}

Reply said(const std::string& body) {
  Reply reply;
  reply.body = body;
  return reply;
}

// Pieces that wait until they are let go. It has to outlive the jobs.
struct Held {
  std::counting_semaphore<64> begun{0};
  std::counting_semaphore<64> let_go{0};

  Jobs::Piece piece(const std::string& body = "x") {
    return [this, body](const std::stop_token& stop) {
      begun.release();
      while (!let_go.try_acquire_for(std::chrono::milliseconds(5))) {
        if (stop.stop_requested()) break;
      }
      return said(body);
    };
  }
};

JobState state_at_end(Jobs& jobs, const std::string& owner, const std::string& id) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    const auto status = jobs.find(owner, id);
    REQUIRE(status);
    if (status->state != JobState::waiting && status->state != JobState::running) return status->state;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return JobState::running;
}

}  // namespace

TEST_CASE("many cases are reviewed as a job, each recorded, and what is wrong with one is said in its place",
          "[adapters][service][jobs]") {
  const TemporaryFolder folder;
  const Served service(with_ledger(folder));
  const Json cases = Json::array({two_medicines(), wrong_case(), two_medicines()});
  std::string as_lines;
  for (const Json& one : cases) as_lines += one.dump() + "\n";
  std::size_t rows = 0;
  for (const bool lines : {false, true}) {
    const auto begun = service.post("/v1/batch?depth=findings", lines ? as_lines + "\n" : cases.dump(), {},
                                    lines ? "application/x-ndjson" : "application/json");
    INFO(begun->body);
    REQUIRE(begun->status == 202);
    const std::string address = begun->get_header_value("Location");
    REQUIRE(address.rfind("/v1/jobs/", 0) == 0);
    CHECK(Json::parse(begun->body)["total"] == 3);
    CHECK(Json::parse(begun->body)["survives_restart"] == false);
    const Json status = ended(service, address);
    CHECK(status["state"] == "done");
    CHECK(status["done"] == 3);
    CHECK(status["expires_in_s"] > 0);
    const auto result = service.get(status["result"].get<std::string>());
    REQUIRE(result->status == 200);
    CHECK(result->get_header_value("Content-Type") == "application/x-ndjson");
    const auto answers = lines_of(result->body);
    REQUIRE(answers.size() == 3);
    for (std::size_t i = 0; i < answers.size(); ++i) CHECK(answers[i]["index"] == i);
    CHECK(answers[0]["status"] == 200);
    CHECK(answers[0]["answer"]["findings"].size() >= 1);
    CHECK(answers[1]["status"] == 400);
    CHECK(answers[1]["answer"].dump().find("/medications/0/text") != std::string::npos);
    CHECK(answers[2]["answer"]["findings"] == answers[0]["answer"]["findings"]);
    CHECK(service.get(answers[0]["location"].get<std::string>())->status == 200);
    rows += 2;
    CHECK(Json::parse(service.post("/v1/ledger/verify", "{}")->body)["rows"] == rows);
  }
}

TEST_CASE("a review or plan that is not waited for is the same one later", "[adapters][service][jobs]") {
  const TemporaryFolder folder;
  const Served service(with_ledger(folder));
  const httplib::Headers later{{"Prefer", "wait=5, respond-async"}, {"Idempotency-Key", "\"a\""}};
  const std::string body = two_medicines().dump();
  const auto begun = service.post("/v1/review", body, later);
  REQUIRE(begun->status == 202);
  CHECK(begun->get_header_value("Preference-Applied") == "respond-async");
  const std::string address = begun->get_header_value("Location");
  // With the same key it is the same job.
  CHECK(service.post("/v1/review", body, later)->get_header_value("Location") == address);
  CHECK(ended(service, address)["state"] == "done");
  const auto result = service.get(address + "/result");
  REQUIRE(result->status == 200);
  const Json now = Json::parse(service.post("/v1/review", body)->body);
  Json then = Json::parse(result->body);
  CHECK(then["findings"] == now["findings"]);
  CHECK(then["explanation"] == now["explanation"]);
  CHECK(then["ledger"]["sequence"] == 1);
  CHECK(now["ledger"]["sequence"] == 2);
  CHECK(service.get(result->get_header_value("Location"))->status == 200);

  const auto plan = service.post("/v1/plan", body, {{"Prefer", "respond-async"}});
  REQUIRE(plan->status == 202);
  CHECK(ended(service, plan->get_header_value("Location"))["state"] == "done");
  CHECK(service.get(plan->get_header_value("Location") + "/result")->body == service.post("/v1/plan", body)->body);
  CHECK(service.post("/v1/review", "{", {{"Prefer", "respond-async"}})->status == 202);  // and says it in its result
}

TEST_CASE("a job is cancelled over the API, and what is none is told", "[adapters][service][jobs]") {
  const Served service(demo_settings());
  Json cases = Json::array();
  for (int i = 0; i < 200; ++i) cases.push_back(two_medicines());
  const auto begun = service.post("/v1/batch", cases.dump());
  REQUIRE(begun->status == 202);
  const std::string address = begun->get_header_value("Location");
  const auto cancelled = service.client()->Delete(address.c_str());
  REQUIRE(cancelled);
  REQUIRE(cancelled->status == 200);
  CHECK(Json::parse(cancelled->body)["state"] == "cancelled");
  CHECK(service.get(address + "/result")->status == 409);
  CHECK(Json::parse(service.get(address)->body)["state"] == "cancelled");
  for (const std::string path : {"/v1/jobs/0", "/v1/jobs/0/result"}) {
    const auto unknown = service.get(path);
    CHECK(unknown->status == 404);
    CHECK(unknown->body.find("restarted") != std::string::npos);
  }
  CHECK(service.post("/v1/batch", "[]")->status == 400);
  CHECK(service.post("/v1/batch", "{}")->status == 400);
  CHECK(service.post("/v1/batch", "\n\n", {}, "application/x-ndjson")->status == 400);
  CHECK(service.post("/v1/batch", "x", {}, "text/plain")->status == 415);
  CHECK(service.post("/v1/batch", Json(std::vector<int>(1'001, 1)).dump())->status == 400);
}

TEST_CASE("a service that stops does not wait for what its jobs have not begun", "[adapters][service][jobs]") {
  const Served service(demo_settings());
  Json cases = Json::array();
  for (int i = 0; i < 1'000; ++i) cases.push_back(two_medicines());
  const auto begun = service.post("/v1/batch", cases.dump());
  REQUIRE(begun->status == 202);
  service.made.service->stop(std::chrono::seconds(10));
  // Without sockets it still answers: the job never came to its end.
  const auto status = service.made.call("GET", begun->get_header_value("Location"));
  CHECK(Json::parse(status.body)["state"] != "done");
}

TEST_CASE("a job is seen by its owner alone, and its pieces come in their order", "[adapters][service][jobs]") {
  Jobs jobs;
  std::vector<Jobs::Piece> pieces;
  for (int i = 0; i < 50; ++i) {
    pieces.emplace_back([i](const std::stop_token&) { return said(std::to_string(i)); });
  }
  pieces.emplace_back([](const std::stop_token&) -> Reply { throw std::runtime_error("what stood there"); });
  const auto begun = jobs.begin("ward", std::move(pieces));
  REQUIRE(begun);
  CHECK(begun->id.size() == 32);
  CHECK_FALSE(jobs.find("pharmacy", begun->id));
  CHECK_FALSE(jobs.cancel("pharmacy", begun->id));
  CHECK(jobs.results("pharmacy", begun->id) == nullptr);
  CHECK(state_at_end(jobs, "ward", begun->id) == JobState::done);
  const auto results = jobs.results("ward", begun->id);
  REQUIRE(results);
  REQUIRE(results->size() == 51);
  for (int i = 0; i < 50; ++i) CHECK((*results)[static_cast<std::size_t>(i)].body == std::to_string(i));
  CHECK(results->back().status == 500);
  CHECK(results->back().body.find("what stood there") == std::string::npos);
}

TEST_CASE("a short job does not wait for a long one to end", "[adapters][service][jobs]") {
  JobLimits limits;
  limits.threads = 1;
  Held held;
  Jobs jobs(limits);
  std::vector<Jobs::Piece> many;
  for (int i = 0; i < 20; ++i) many.push_back(held.piece());
  const auto long_one = jobs.begin("a", std::move(many));
  REQUIRE(long_one);
  held.begun.acquire();
  const auto short_one = jobs.begin("b", {held.piece()});
  REQUIRE(short_one);
  held.let_go.release(3);  // the first of the long one, and the next two turns
  CHECK(state_at_end(jobs, "b", short_one->id) == JobState::done);
  CHECK(jobs.find("a", long_one->id)->state == JobState::running);
  CHECK(jobs.find("a", long_one->id)->done < 20);
}

TEST_CASE("a cancelled job begins nothing more and stops what runs", "[adapters][service][jobs]") {
  JobLimits limits;
  limits.threads = 1;
  Held held;
  std::atomic<int> others{0};
  Jobs jobs(limits);
  const auto begun = jobs.begin("a", {held.piece(), [&](const std::stop_token&) {
                                        ++others;
                                        return said("y");
                                      }});
  REQUIRE(begun);
  held.begun.acquire();
  CHECK(jobs.cancel("a", begun->id)->state == JobState::cancelled);  // the piece sees the stop and ends by itself
  const auto after = jobs.begin("a", {[](const std::stop_token&) { return said("z"); }});
  REQUIRE(after);
  CHECK(state_at_end(jobs, "a", after->id) == JobState::done);
  CHECK(others == 0);
  CHECK(jobs.results("a", begun->id) == nullptr);
  CHECK(jobs.cancel("a", after->id)->state == JobState::cancelled);  // its results are thrown away
  CHECK(jobs.results("a", after->id) == nullptr);
}

TEST_CASE("jobs are bounded in number, size and life", "[adapters][service][jobs]") {
  std::atomic<long> minutes{0};
  const auto start = std::chrono::steady_clock::now();
  JobLimits limits;
  limits.open = 4;
  limits.open_each = 2;
  limits.kept = 3;
  limits.result_bytes = 100;
  limits.life = std::chrono::minutes{10};
  Held held;
  Jobs jobs(limits, [&] { return start + std::chrono::minutes(minutes.load()); });
  std::vector<std::string> ids;
  for (const std::string owner : {"a", "a", "b", "b"}) ids.push_back(jobs.begin(owner, {held.piece()})->id);
  CHECK_FALSE(jobs.begin("a", {held.piece()}));  // of one caller
  CHECK_FALSE(jobs.begin("c", {held.piece()}));  // of all
  CHECK_FALSE(jobs.begin("d", {}));
  held.let_go.release(4);
  // Of the four the oldest is forgotten.
  const auto until = std::chrono::steady_clock::now() + patience;
  std::size_t known = 4;
  while (known > 3 && std::chrono::steady_clock::now() < until) {
    known = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) known += jobs.find(i < 2 ? "a" : "b", ids[i]) ? 1 : 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(known == 3);
  const auto large = jobs.begin("c", {[](const std::stop_token&) { return said(std::string(101, 'x')); }});
  REQUIRE(large);
  CHECK(state_at_end(jobs, "c", large->id) == JobState::failed);
  CHECK(jobs.find("c", large->id)->problem.find("larger") != std::string::npos);
  minutes = 9;
  CHECK(jobs.find("c", large->id)->expires == std::chrono::seconds(60));
  minutes = 10;
  CHECK_FALSE(jobs.find("c", large->id));
}

TEST_CASE("jobs that are stopped take nothing more", "[adapters][service][jobs]") {
  Held held;
  Jobs jobs;
  REQUIRE(jobs.begin("a", {held.piece()}));
  held.begun.acquire();
  jobs.stop();  // the piece that runs is asked to end
  CHECK_FALSE(jobs.begin("a", {held.piece()}));
}
