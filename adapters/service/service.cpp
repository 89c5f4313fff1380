#include "adapters/service/service.hpp"

#include <atomic>
#include <charconv>
#include <cmath>
#include <utility>

#include "adapters/fhir_client/fhir_client.hpp"
#include "adapters/json/json_text.hpp"
#include "adapters/service/api_endpoint.hpp"
#include "adapters/service/cds_endpoint.hpp"
#include "adapters/service/gate.hpp"
#include "adapters/service/idempotency.hpp"
#include "adapters/service/job_endpoint.hpp"
#include "adapters/service/ledger_endpoint.hpp"
#include "adapters/service/metrics.hpp"
#include "adapters/service/records_endpoint.hpp"
#include "adapters/service/replies.hpp"
#include "adapters/service/review_entries.hpp"
#include "adapters/service/routes.hpp"
#include "adapters/service/shared_work.hpp"
#include "runtime/clock.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::adapters::service {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t most_past_rows = 20'000;  // that are read at the start

// Days between two ISO dates; nothing when one of them is none.
std::optional<double> days_between(std::string_view from, std::string_view to) {
  const auto day = [](std::string_view text) -> std::optional<std::chrono::sys_days> {
    int year = 0;
    unsigned month = 0;
    unsigned number = 0;
    if (text.size() < 10) return std::nullopt;
    std::from_chars(text.data(), text.data() + 4, year);
    std::from_chars(text.data() + 5, text.data() + 7, month);
    std::from_chars(text.data() + 8, text.data() + 10, number);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{number}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date};
  };
  const auto start = day(from);
  const auto end = day(to);
  if (!start || !end) return std::nullopt;
  return static_cast<double>((*end - *start).count());
}

}  // namespace

struct Service::Impl {
  ServiceSettings settings;
  ServicePorts ports;
  Metrics metrics;
  std::unique_ptr<Gate> gate;
  std::unique_ptr<ReviewDesk> desk;
  std::unique_ptr<fhir_client::FhirClient> fhir;
  IdempotencyStore answers;
  std::unique_ptr<CdsEndpoint> cds;
  std::unique_ptr<ApiEndpoint> api;
  std::unique_ptr<records::PatientRecords> records;  // null: none are kept
  std::optional<RecordsEndpoint> patients;
  SelfTest self_test;
  bool uses_model = false;
  std::vector<HookRow> past;       // of the ledger, of before this service began
  SharedWork* shared = nullptr;    // of `jobs`; null: this service is alone
  std::unique_ptr<JobQueue> jobs;  // its threads use what stands above
  std::optional<JobEndpoint> long_work;
  std::atomic<bool> open_for_calls{false};   // from here on the address is known that cards lead to
  std::unique_ptr<http::Listener> listener;  // last: its threads use what stands above

  Impl(ServiceSettings given, ServicePorts outside)
      : settings(std::move(given)), ports(std::move(outside)), self_test(ports.self_test) {}

  // After all that pieces of jobs use: those of others may be waiting.
  void open_jobs() {
    const auto piece = [this](JobWork::Kind kind, const http::Request& request, std::size_t at, const auto& stop) {
      switch (kind) {
        case JobWork::Kind::review: return reviewed(request, stop);
        case JobWork::Kind::plan: return planned(request, stop);
        case JobWork::Kind::batch: return JobEndpoint::line_of(at, reviewed(request, stop));
      }
      return status_reply(500);
    };
    auto together = settings.ledger ? shared_work(*settings.ledger, piece) : nullptr;
    shared = together.get();
    jobs = together ? std::move(together) : local_queue(piece);
    long_work.emplace(*jobs);
  }

  // Pieces of jobs: the knowledge base may have become too old since the job was taken.
  http::Reply reviewed(const http::Request& request, const std::stop_token& stop) {
    if (const std::string why = outdated(); !why.empty()) return outcome_reply(503, "exception", why);
    return api->review(request, stop);
  }
  http::Reply planned(const http::Request& request, const std::stop_token& stop) {
    if (const std::string why = outdated(); !why.empty()) return outcome_reply(503, "exception", why);
    return api->plan(request, stop);
  }

  core::Result<void> open(std::shared_ptr<const knowledge::KnowledgeBase> base, runtime::ModelUse model) {
    DeskOptions reviewing;
    reviewing.locale = settings.locale;
    reviewing.ledger = settings.ledger;
    reviewing.release_uncertified = settings.release_uncertified;
    auto opened = ReviewDesk::open(std::move(base), std::move(reviewing), model);
    if (!opened) return core::fail(opened.error());
    desk = std::move(*opened);
    desk->on_unrecorded([this](const std::string& why) {
      metrics.unrecorded();
      tell("error", "review_not_recorded", why);
    });
    desk->on_set_aside([this](const core::SetAside& one) { metrics.set_aside(one.rule, one.why, one.effect); });
    auto guarded = Gate::open(settings, metrics);
    if (!guarded) return core::fail(guarded.error());
    gate = std::move(*guarded);
    for (const std::string& skipped : gate->skipped_keys()) tell("warning", "key_skipped", skipped);
    auto policy = http_fetch::AddressPolicy::create(settings.fhir_hosts, settings.fhir_networks);
    if (!policy) return core::fail(policy.error());
    fhir_client::FhirClientSettings asking;
    asking.servers = std::move(*policy);
    fhir = std::make_unique<fhir_client::FhirClient>(std::move(asking));
    uses_model = model.client != nullptr;
    ExplanationLimits writing;
    writing.release_uncertified = settings.release_uncertified;
    api = std::make_unique<ApiEndpoint>(*desk, std::move(model), ports.now, writing);
    read_past();
    open_cds();
    test_knowledge();
    if (auto opened_too = open_records(); !opened_too) return opened_too;
    open_jobs();
    return {};
  }

  core::Result<void> open_records() {
    const bool of_demo = settings.demo && settings.records.empty();
    if (of_demo || !settings.records.empty()) {
      auto opened = records::PatientRecords::open(of_demo ? std::filesystem::path(":memory:") : settings.records);
      if (!opened) return core::fail(opened.error());
      records = std::move(*opened);
    }
    patients.emplace(records.get(), ports.now);
    return of_demo ? add_example_patients(*records, ports.now()) : core::Result<void>{};
  }

  void test_knowledge() {
    if (const std::string wrong = self_test.run(desk->knowledge()); !wrong.empty())
      tell(self_test.passed() ? "warning" : "error", "self_test", wrong);
  }

  // Whether a balancer may send requests here. Those that come are answered all the same.
  [[nodiscard]] bool ready() const {
    return desk->recording().has_value() && outdated().empty() && (self_test.passed() || !settings.self_test_required);
  }

  // A restart forgets nothing that was acknowledged: the last cards are known again.
  void read_past() {
    if (!settings.ledger) return;
    auto rows = read_hooks(*settings.ledger, most_past_rows);
    if (!rows) return;  // readiness says of a ledger that cannot be read
    past = std::move(*rows);
    for (const HookRow& row : past) desk->know(row.hook.review, row.sequence);
  }

  void open_cds() {
    CdsSettings showing;
    showing.public_url = settings.public_url;
    showing.most_interruptive = settings.most_interruptive;
    showing.detected_issues = settings.detected_issues;
    showing.hook_time = settings.hook_time;
    cds = std::make_unique<CdsEndpoint>(
        *desk, std::move(showing),
        [this](const fhir_client::FhirAccess& access, std::span<const std::string> queries) {
          return fhir->fetch(access, queries, steady_clock::now() + settings.fhir_time);
        },
        [this](const CardFeedback& feedback) {
          metrics.feedback(feedback.accepted ? "accepted" : "overridden");
          return record_feedback(*desk, feedback, runtime::now_ms());
        },
        [this](cds_hooks::Indicator indicator) { metrics.card(cds_hooks::to_string(indicator)); }, ports.now);
    for (const HookRow& row : past) cds->remember(row.hook);
  }

  void tell(std::string_view level, std::string_view event, std::string_view text) const {
    JsonText out;
    out.open_object();
    out.text("time", ports.now());
    out.text("level", level);
    out.text("event", event);
    out.text("message", text);
    out.close_object();
    ports.log(out.take());
  }

  void log_request(std::string_view method, std::string_view route, int status, double seconds,
                   std::string_view client) const {
    JsonText out;
    out.open_object();
    out.text("time", ports.now());
    out.text("level", status >= 500 ? "error" : "info");
    out.text("event", "request");
    out.text("method", method);
    out.text("route", route);
    out.number("status", status);
    out.number("ms", std::round(seconds * 1e5) / 100.0);
    out.text("client", client);
    out.close_object();
    ports.log(out.take());
  }

  [[nodiscard]] std::optional<double> knowledge_age() const {
    return days_between(desk->knowledge()->release().date, ports.now());
  }

  // Why nothing may be reviewed now; empty: it may.
  [[nodiscard]] std::string outdated() const {
    const auto age = knowledge_age();
    if (settings.knowledge_refuse_days <= 0 || !age || *age < settings.knowledge_refuse_days) return {};
    return "the knowledge base is " + std::to_string(static_cast<int>(*age)) + " days old, more than the " +
           std::to_string(settings.knowledge_refuse_days) + " that are allowed";
  }

  http::Reply dispatch(const RouteMatch& match, const http::Request& request, const std::string& owner) {
    const std::string caller = gate->has_api_keys() ? owner : std::string();  // who signed in
    const Target target = match.route->target;
    const bool reviews = target == Target::cds_service || target == Target::review || target == Target::plan ||
                         target == Target::batch || target == Target::screen || target == Target::ask;
    if (reviews) {
      if (const std::string why = outdated(); !why.empty()) return outcome_reply(503, "exception", why);
    }
    switch (target) {
      case Target::discovery: return cds->discovery();
      case Target::cds_service:
      case Target::cds_feedback: {
        const cds_hooks::Service* service = cds_hooks::find_service(match.argument);
        if (service == nullptr) return outcome_reply(404, "not-found", "There is no CDS service of this id");
        return target == Target::cds_service ? cds->call(*service, request) : cds->feedback(*service, request);
      }
      case Target::review:
        if (!JobEndpoint::asked_for(request)) return api->review(request);
        return long_work->later(request, owner, JobWork::Kind::review);
      case Target::plan:
        if (!JobEndpoint::asked_for(request)) return api->plan(request);
        return long_work->later(request, owner, JobWork::Kind::plan);
      case Target::batch: return long_work->batch(request, owner);
      case Target::job: return long_work->status(match.argument, owner);
      case Target::job_cancel: return long_work->cancel(match.argument, owner);
      case Target::job_result: return long_work->result(match.argument, owner);
      case Target::screen: return api->screen(request);
      case Target::resolve: return api->resolve(request);
      case Target::suggest: return api->suggest(request);
      case Target::ask: return api->ask(request);
      case Target::override: return api->override(request, caller);
      case Target::outcome: return api->outcome(request, caller);
      case Target::population_audit: return population_audit(request);
      case Target::ledger_rows:
        return settings.ledger ? ledger_rows(*settings.ledger, request)
                               : outcome_reply(404, "not-found", "The service keeps no ledger");
      case Target::ledger_row:
      case Target::ledger_verification:
        if (!settings.ledger) return outcome_reply(404, "not-found", "The service keeps no ledger");
        return target == Target::ledger_row ? ledger_row(*settings.ledger, match.argument)
                                            : ledger_verification(*settings.ledger);
      case Target::kept_review: return api->kept_review(match.argument, false);
      case Target::kept_case: return api->kept_review(match.argument, true);
      case Target::kept_picture: return api->kept_picture(match.argument);
      case Target::examples: return settings.demo ? ApiEndpoint::examples() : status_reply(404);
      case Target::knowledge: return api->knowledge();
      case Target::openapi: return ApiEndpoint::description();
      case Target::source_attributes: return ApiEndpoint::attributes();
      case Target::health: return json_reply(R"({"status":"up"})");
      case Target::ready: return readiness();
      case Target::metrics: return metrics_text();
      case Target::reload: return reloaded();
      case Target::patients: return patients->list();
      case Target::patient: return patients->find(match.argument);
      case Target::patient_add: return patients->add(request);
      case Target::patient_save: return patients->save(match.argument, request);
      case Target::patient_erase: return patients->erase(match.argument);
      case Target::patient_note: return patients->add_note(match.argument, request, caller);
      case Target::page: return page_reply("index.html");
      case Target::page_file: return page_reply(match.argument);
    }
    return status_reply(404);
  }

  http::Reply population_audit(const http::Request& request) {
    if (!settings.ledger || !ports.audit) return outcome_reply(404, "not-found", "The service keeps no ledger");
    const bool as_page = request.parameter("format") == "html";
    auto audit = ports.audit(*settings.ledger, as_page);
    if (!audit)
      return outcome_reply(core::http_status(audit.error().code), "exception", "The ledger cannot be audited");
    http::Reply reply = json_reply(std::move(*audit));
    if (as_page) {
      // To be saved: within this origin its own style would not be allowed.
      reply.content_type = "text/html; charset=utf-8";
      reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"guardian-audit.html\"");
    }
    return reply;
  }

  http::Reply readiness() {
    const auto recording = desk->recording();
    const std::string old = outdated();
    const auto age = knowledge_age();
    JsonText out;
    out.open_object();
    const bool is_ready = ready();
    out.flag("ready", is_ready);
    out.flag("demo", settings.demo);
    out.flag("api_keys", gate->has_api_keys());
    out.flag("patients", records != nullptr);
    out.open_object("knowledge");
    out.text("version", desk->knowledge()->release().version);
    out.text("released", desk->knowledge()->release().date);
    if (age) out.number("age_days", *age);
    if (age && *age >= settings.knowledge_warn_days) out.text("warning", "the knowledge base is old; update it");
    out.text("refused", old);
    const auto expired = knowledge::expired_rules(desk->knowledge()->tables(), runtime::utc_now());
    if (!expired.empty()) {
      out.number("expired_rules", static_cast<double>(expired.size()));
      out.text("expired",
               "rules of a hospital have expired and do not count: renew or remove them, first " + expired.front());
    }
    out.close_object();
    out.open_object("ledger");
    out.flag("used", desk->ledger() != nullptr);
    out.flag("writable", recording.has_value());
    out.close_object();
    out.open_object("model");
    out.flag("used", uses_model);
    if (uses_model)
      out.text("text", settings.release_uncertified ? "released-uncertified" : "withheld-until-certified");
    out.close_object();
    out.open_object("self_test");
    self_test.write(out);
    out.close_object();
    out.close_object();
    return json_reply(out.take(), is_ready ? 200 : 503);
  }

  http::Reply metrics_text() {
    const SelfTestCounts tested = self_test.counts();
    metrics.self_test(tested.rows, tested.missed);
    metrics.expired_rules(knowledge::expired_rules(desk->knowledge()->tables(), runtime::utc_now()).size());
    metrics.state(ready(), knowledge_age().value_or(0.0), listener ? listener->open_connections() : 0);
    http::Reply reply;
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body = metrics.text();
    return reply;
  }

  core::Result<void> reload() {
    const auto exchange = [&]() -> core::Result<void> {
      auto base = ports.open_knowledge();
      if (!base) return core::fail(base.error());
      desk->exchange_knowledge(std::move(*base));
      test_knowledge();
      return gate->reload();
    };
    auto done = [&]() -> core::Result<void> {
      try {
        return exchange();
      } catch (const std::exception&) {
        // Want of memory: what was there before still serves. What was thrown may quote what was being read.
        return core::fail(core::ErrorCode::io_failure, "there is no memory to read it again");
      }
    }();
    if (done)
      tell("info", "reloaded", desk->knowledge()->release().version);
    else
      tell("error", "reload_failed", done.error().message);
    return done;
  }

  http::Reply reloaded() {
    const auto done = reload();
    return done ? api->knowledge() : error_reply(done.error());
  }

  http::Reply handle(const http::Request& request) {
    const auto begun = steady_clock::now();
    const RouteMatch match = match_route(request.method, request.path);
    const Gate::Sharing sharing = gate->sharing(request);
    std::string client;
    http::Reply reply = sharing.preflight ? http::Reply{204, {}, {}, {}} : answered(match, request, client);
    for (const auto& [name, value] : sharing.headers) reply.headers.emplace_back(name, value);
    protect(reply);
    const std::string_view route = match.route != nullptr ? match.route->pattern : "none";
    const double seconds = std::chrono::duration<double>(steady_clock::now() - begun).count();
    metrics.request(route, reply.status, seconds);
    log_request(request.method, route, reply.status, seconds, client);
    return reply;
  }

  http::Reply answered(const RouteMatch& match, const http::Request& request, std::string& client) {
    if (match.route == nullptr) return match.allowed.empty() ? status_reply(404) : method_reply(match.allowed);
    Caller caller = gate->admit(*match.route, request);
    client = caller.name;
    if (caller.refusal) return std::move(*caller.refusal);
    try {
      if (!match.route->once) return dispatch(match, request, client);
      const auto work = [&] { return dispatch(match, request, client); };
      return shared != nullptr ? shared->once(client, request, work, answers) : answers.once(client, request, work);
    } catch (const std::exception&) {
      // What was thrown may quote what was being read.
      tell("error", "defect", std::string(match.route->pattern));
      return status_reply(500);
    }
  }

  static void protect(http::Reply& reply) {
    reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.headers.emplace_back("Referrer-Policy", "no-referrer");
    reply.headers.emplace_back("X-Frame-Options", "DENY");
    reply.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  }
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

core::Result<std::unique_ptr<Service>> Service::create(ServiceSettings settings,
                                                       std::shared_ptr<const knowledge::KnowledgeBase> base,
                                                       runtime::ModelUse model, ServicePorts ports) {
  if (const auto good = check_access(settings); !good) return core::fail(good.error());
  while (!settings.public_url.empty() && settings.public_url.back() == '/') settings.public_url.pop_back();
  auto impl = std::make_unique<Impl>(std::move(settings), std::move(ports));
  if (const auto opened = impl->open(std::move(base), std::move(model)); !opened) return core::fail(opened.error());
  return std::unique_ptr<Service>(new Service(std::move(impl)));
}

http::Reply Service::handle(const http::Request& request) { return impl_->handle(request); }

core::Result<void> Service::start() {
  Impl& impl = *impl_;
  auto listening = http::Listener::start(
      impl.settings.host, impl.settings.port,
      [&impl](const http::Request& request) {
        impl.open_for_calls.wait(false);
        return impl.handle(request);
      },
      [](int status) {
        http::Reply reply = status_reply(status);
        Impl::protect(reply);
        return reply;
      },
      impl.settings.limits);
  if (!listening) return core::fail(listening.error());
  impl.listener = std::move(*listening);
  if (impl.settings.public_url.empty()) {
    impl.settings.public_url = url();
    impl.open_cds();
  }
  impl.open_for_calls = true;
  impl.open_for_calls.notify_all();
  return {};
}

std::string Service::url() const {
  return "http://" + impl_->settings.host + ":" + std::to_string(impl_->listener ? impl_->listener->port() : 0);
}

void Service::stop(std::chrono::milliseconds grace) {
  if (impl_->listener) impl_->listener->stop(grace);
  impl_->jobs->stop();
  impl_->api->stop();
}

core::Result<void> Service::reload() { return impl_->reload(); }

}  // namespace guardian::adapters::service
