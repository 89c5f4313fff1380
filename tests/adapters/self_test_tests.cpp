// The self-test of the service: what it says in /readyz and /metrics, and what a miss does.

#include "adapters/suite/self_test.hpp"
#include "tests/adapters/service_calls.hpp"
#include "tests/support/program.hpp"

using namespace guardian::tests;
using namespace guardian;
using adapters::service::SelfTestCounts;
using adapters::service::Service;

namespace {

// A service whose self-test gives what `outcome` holds when it is run.
TestService service_with(const std::shared_ptr<core::Result<SelfTestCounts>>& outcome,
                         adapters::service::ServiceSettings settings = demo_settings()) {
  TestService made;
  adapters::service::ServicePorts ports;
  ports.log = [log = made.log](const std::string& line) { log->push_back(line); };
  ports.now = [] { return std::string(service_time); };
  ports.open_knowledge = [] { return knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB); };
  ports.self_test = [outcome](const std::shared_ptr<const knowledge::KnowledgeBase>& base) {
    CHECK(base);
    return *outcome;
  };
  auto service = Service::create(std::move(settings), shipped_knowledge(), {}, std::move(ports));
  REQUIRE(service);
  made.service = std::move(*service);
  return made;
}

bool logged(const TestService& service, const std::string& level) {
  for (const std::string& line : *service.log) {
    const Json entry = Json::parse(line);
    if (entry["event"] == "self_test" && entry["level"] == level) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a service that finds all known interactions is ready and counts them", "[adapters][service][suite]") {
  const auto outcome = std::make_shared<core::Result<SelfTestCounts>>(SelfTestCounts{554, 0});
  const auto service = service_with(outcome);
  const auto ready = service.call("GET", "/readyz");
  CHECK(ready.status == 200);
  CHECK(Json::parse(ready.body)["self_test"] == Json{{"run", true}, {"rows", 554}, {"missed", 0}});
  const std::string metrics = service.call("GET", "/metrics").body;
  CHECK(metrics.find("guardian_self_test_rows 554") != std::string::npos);
  CHECK(metrics.find("guardian_self_test_missed 0") != std::string::npos);
  CHECK_FALSE(logged(service, "error"));
  CHECK_FALSE(logged(service, "warning"));
}

TEST_CASE("a service that has no memory to read another knowledge base, or to test it, says so and goes on",
          "[adapters][service][suite][fault]") {
  const auto fails = std::make_shared<std::string>();
  const auto log = std::make_shared<std::vector<std::string>>();
  adapters::service::ServicePorts ports;
  ports.log = [log](const std::string& line) { log->push_back(line); };
  ports.now = [] { return std::string(service_time); };
  ports.open_knowledge = [fails] {
    if (*fails == "reading") throw std::bad_alloc();
    return knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
  };
  ports.self_test = [fails](const auto&) -> core::Result<SelfTestCounts> {
    if (*fails == "testing") throw std::bad_alloc();
    return SelfTestCounts{554, 0};
  };
  const auto made = Service::create(demo_settings(), shipped_knowledge(), {}, std::move(ports));
  REQUIRE(made);
  Service& service = **made;
  const auto tested = [&] {
    adapters::http::Request request;
    request.method = "GET";
    request.path = "/readyz";
    return Json::parse(service.handle(request).body).at("self_test").at("run").get<bool>();
  };
  CHECK(tested());

  *fails = "reading";
  const auto failed = service.reload();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == core::ErrorCode::io_failure);
  CHECK(Json::parse(log->back()).at("event") == "reload_failed");
  CHECK(tested());

  // It is another knowledge base that serves: what was said of the one before holds no more.
  *fails = "testing";
  CHECK(service.reload());
  CHECK_FALSE(tested());

  *fails = "";
  CHECK(service.reload());
  CHECK(tested());
}

TEST_CASE("a known interaction that is missed makes the service unready, and it still answers",
          "[adapters][service][suite]") {
  const auto outcome = std::make_shared<core::Result<SelfTestCounts>>(SelfTestCounts{554, 3});
  const auto service = service_with(outcome);
  const auto ready = service.call("GET", "/readyz");
  CHECK(ready.status == 503);
  CHECK(Json::parse(ready.body)["ready"] == false);
  CHECK(Json::parse(ready.body)["self_test"]["missed"] == 3);
  CHECK(service.call("GET", "/metrics").body.find("guardian_ready 0") != std::string::npos);
  CHECK(logged(service, "error"));
  CHECK(cards_of(service.post("/cds-services/guardian-order-sign", order_sign())).size() >= 1);

  // The next knowledge base is asked again.
  *outcome = SelfTestCounts{554, 0};
  REQUIRE(service.service->reload());
  CHECK(service.call("GET", "/readyz").status == 200);

  auto settings = demo_settings();
  settings.self_test_required = false;
  *outcome = SelfTestCounts{554, 3};
  CHECK(service_with(outcome, settings).call("GET", "/readyz").status == 200);
}

TEST_CASE("a self-test that cannot be run is told and says nothing against the service", "[adapters][service][suite]") {
  const auto outcome =
      std::make_shared<core::Result<SelfTestCounts>>(core::fail(core::ErrorCode::io_failure, "no suite"));
  const auto service = service_with(outcome);
  const auto ready = service.call("GET", "/readyz");
  CHECK(ready.status == 200);
  CHECK(Json::parse(ready.body)["self_test"] == Json{{"run", false}});
  CHECK(logged(service, "warning"));
}

TEST_CASE("the shipped knowledge base passes the self-test, an empty one misses every row", "[adapters][suite]") {
  const auto folder = source_folder() / "knowledge" / "suites";
  const auto passed = adapters::suite::self_test(shipped_knowledge(), folder);
  REQUIRE(passed);
  CHECK(passed->rows >= 400);
  CHECK(passed->missed == 0);
  TableRows tables;
  tables["ingredients"] = "zolpidem\tdrug\t\t\toral\t\t";
  const TemporaryKnowledge empty(tables);
  const auto missed = adapters::suite::self_test(empty.shared(), folder);
  REQUIRE(missed);
  CHECK(missed->missed == missed->rows);
  CHECK_FALSE(adapters::suite::self_test(shipped_knowledge(), folder / "none"));
  const TemporaryFolder bad;
  write_text(bad.path() / adapters::suite::self_test_suite, "medicines\tat_least\na | b\tgrave\n");
  const auto refused = adapters::suite::self_test(shipped_knowledge(), bad.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find(":2:7: at_least") != std::string::npos);
}
