// What an order-sign request costs beside the engine and the audit, against a bare server that gives the same bytes:
// CPU time a request, by `wrk` over loopback (benchmarks/README.md, "HTTP").

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <httplib.h>
#include <linux/close_range.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/cds_hooks/cards.hpp"
#include "adapters/cds_hooks/hook_call.hpp"
#include "adapters/service/chart_gathering.hpp"
#include "adapters/service/service.hpp"
#include "knowledge/order_alternatives.hpp"
#include "runtime/orchestrator.hpp"

namespace {

using namespace guardian;
using adapters::service::Service;
namespace fs = std::filesystem;

constexpr const char* path = "/cds-services/guardian-order-sign";
constexpr const char* as_of = "2026-11-02T08:00:00Z";

std::string medication(const std::string& id, const std::string& status, const std::string& name,
                       const std::string& code) {
  return R"({"resource":{"resourceType":"MedicationRequest","id":")" + id + R"(","status":")" + status +
         R"(","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":")" +
         code + R"(","display":")" + name + R"("}],"text":")" + name +
         R"("},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"authoredOn":"2026-10-30",)"
         R"("requester":{"reference":"Practitioner/dr1"},"dosageInstruction":[{"text":"1 tablet twice a day","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}]}})";
}

std::string condition(const std::string& id, const std::string& name, const std::string& code) {
  return R"({"resource":{"resourceType":"Condition","id":")" + id +
         R"(","clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"confirmed"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":")" +
         code + R"("}],"text":")" + name + R"("},"subject":{"reference":"Patient/p1"}}})";
}

std::string observation(const std::string& id, const std::string& name, const std::string& loinc,
                        const std::string& value, const std::string& unit) {
  return R"({"resource":{"resourceType":"Observation","id":")" + id +
         R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + loinc + R"("}],"text":")" +
         name +
         R"("},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":)" +
         value + R"(,"unit":")" + unit + R"("}}})";
}

std::string bundle(const std::vector<std::string>& entries) {
  std::string text = R"({"resourceType":"Bundle","type":"searchset","entry":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) text += (i == 0 ? "" : ",") + entries[i];
  return text + "]}";
}

// Two drafts and eight medicines on the record; some 9 KB.
std::string request_body() {
  const std::string none = R"({"resourceType":"Bundle","type":"searchset","total":0})";
  return R"({"hook":"order-sign","hookInstance":"214c1485-1184-52aa-9f75-943a444c2245","context":{"userId":"Practitioner/dr1","patientId":"p1","encounterId":"e1","draftOrders":)" +
         bundle({medication("d1", "draft", "Ibuprofen 400 MG Oral Tablet", "197805"),
                 medication("d2", "draft", "Trimethoprim 100 MG Oral Tablet", "198332")}) +
         R"(},"prefetch":{"patient":{"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1950-01-01"},"medicationRequests":)" +
         bundle({medication("m1", "active", "Warfarin Sodium 5 MG Oral Tablet", "855332"),
                 medication("m2", "active", "Metoprolol Tartrate 50 MG Oral Tablet", "866924"),
                 medication("m3", "active", "Atorvastatin 20 MG Oral Tablet", "617310"),
                 medication("m4", "active", "Lisinopril 20 MG Oral Tablet", "314077"),
                 medication("m5", "active", "Metformin hydrochloride 500 MG Oral Tablet", "861007"),
                 medication("m6", "active", "Omeprazole 20 MG Delayed Release Oral Capsule", "198051"),
                 medication("m7", "active", "Levothyroxine Sodium 0.1 MG Oral Tablet", "892246"),
                 medication("m8", "active", "Sertraline 50 MG Oral Tablet", "312941")}) +
         R"(,"medicationStatements":)" + none + R"(,"medicationDispenses":)" + none +
         R"(,"medicationAdministrations":)" + none + R"(,"conditions":)" +
         bundle({condition("c1", "Atrial fibrillation", "49436004"), condition("c2", "Type 2 diabetes", "44054006")}) +
         R"(,"allergies":)" + none + R"(,"observations":)" +
         bundle({observation("o1", "INR", "6301-6", "2.4", "1"),
                 observation("o2", "Creatinine", "2160-0", "1.1", "mg/dL"),
                 observation("o3", "Potassium", "2823-3", "4.2", "mmol/L")}) +
         "}}";
}

adapters::service::ServicePorts silent_ports() {
  adapters::service::ServicePorts ports;
  ports.log = [](const std::string&) {};
  ports.now = [] { return std::string(as_of); };
  ports.open_knowledge = [] { return knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB); };
  return ports;
}

// A server in a process of its own, so that its CPU time can be read apart. It writes its port into a pipe.
struct Child {
  pid_t id = -1;
  int port = 0;

  explicit Child(const std::function<int()>& serve) {
    int ends[2];
    if (::pipe(ends) != 0) std::exit(3);
    id = ::fork();
    if (id == 0) {
      const int port_there = serve();
      static_cast<void>(::write(ends[1], &port_there, sizeof port_there));
      while (true) ::pause();
    }
    static_cast<void>(::read(ends[0], &port, sizeof port));
  }
  ~Child() {
    ::kill(id, SIGKILL);
    ::waitpid(id, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] double cpu_seconds() const {
    std::ifstream stat("/proc/" + std::to_string(id) + "/stat");
    std::string word;
    std::getline(stat, word, ')');
    double user = 0.0;
    double system = 0.0;
    for (int i = 3; i <= 15 && stat >> word; ++i) {
      if (i == 14) user = std::stod(word);
      if (i == 15) system = std::stod(word);
    }
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  [[nodiscard]] long resident_kb() const {
    std::ifstream status("/proc/" + std::to_string(id) + "/status");
    std::string line;
    while (std::getline(status, line)) {
      if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
    }
    return 0;
  }
};

struct Load {
  double requests = 0.0;
  double errors = 0.0;
  double p50_us = 0.0;
  double p99_us = 0.0;
};

Load run_wrk(const fs::path& script, int port, int connections, int seconds) {
  const std::string command = "wrk -t1 -c" + std::to_string(connections) + " -d" + std::to_string(seconds) + "s -s " +
                              script.string() + " http://127.0.0.1:" + std::to_string(port) + path + " 2>&1";
  // wrk has room for few descriptors beside its connections: with ours in the way one connection alone fails.
  static_cast<void>(::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC));
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  Load load;
  char line[256];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    std::sscanf(line, "RESULT %lf %lf %lf %lf", &load.requests, &load.errors, &load.p50_us, &load.p99_us);
  }
  ::pclose(pipe);
  return load;
}

// `work` is done before each answer.
int serve_bare(const std::string& answer, const std::function<void(const std::string& body)>& work = {}) {
  auto* server = new httplib::Server;  // lives as long as the process
  server->new_task_queue = [] { return new httplib::ThreadPool(128); };
  server->set_tcp_nodelay(true);
  server->set_keep_alive_max_count(1'000'000'000);
  server->Post(".*", [answer, work](const httplib::Request& request, httplib::Response& response) {
    if (work) work(request.body);
    response.set_content(answer, "application/json");
  });
  const int port = server->bind_to_any_port("127.0.0.1");
  std::thread([server] { server->listen_after_bind(); }).detach();
  while (!server->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return port;
}

// What the service asks the engine for a request, the audit and the search for alternatives included, on facts that are
// read already.
class Engine {
 public:
  explicit Engine(const std::string& body) : base_(open_base()) {
    adapters::JsonReader reader;
    std::vector<adapters::InputProblem> problems;
    const auto call = adapters::cds_hooks::read_call(
        reader.parse(body).value, *adapters::cds_hooks::find_service("guardian-order-sign"), problems);
    const auto gathering = adapters::service::gather_chart(
        call, as_of, [](const auto&, const auto&) { return std::vector<adapters::fhir_client::FhirAnswer>(); });
    subject_ = gathering.chart.subject;
    const auto made = runtime::Orchestrator(base_, {}).review(subject_);
    if (!made) std::exit(3);
    orders_ = adapters::cds_hooks::interrupted_orders({call, gathering.chart, *made, {}, {}},
                                                      adapters::cds_hooks::membership(*base_));
  }

  // May be called by several threads; each call takes one of the screeners that are free, as the service does.
  void review(bool with_alternatives) {
    std::unique_ptr<Lane> lane;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        lane = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!lane) lane = std::make_unique<Lane>(base_);
    static_cast<void>(lane->orchestrator.review(subject_));
    if (with_alternatives)
      static_cast<void>(lane->advisor.find(lane->orchestrator.last(), orders_, 2, [] { return false; }));
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(lane));
  }

 private:
  struct Lane {
    explicit Lane(const std::shared_ptr<const knowledge::KnowledgeBase>& base)
        : orchestrator(base, {}), advisor(base) {}
    runtime::Orchestrator orchestrator;
    knowledge::OrderAlternatives advisor;
  };

  static std::shared_ptr<const knowledge::KnowledgeBase> open_base() {
    auto base = knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
    if (!base) std::exit(3);
    return *base;
  }

  std::shared_ptr<const knowledge::KnowledgeBase> base_;
  core::Case subject_;
  std::vector<std::string> orders_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_;
};

std::unique_ptr<Service> open_service(const fs::path& ledger) {
  adapters::service::ServiceSettings settings;
  settings.demo = true;
  settings.port = 0;
  settings.limits.requests_a_connection = 1'000'000'000;
  if (!ledger.empty()) settings.ledger = adapters::LedgerSettings{ledger, {}, false};
  auto base = knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
  if (!base) std::exit(3);
  auto made = Service::create(settings, *base, {}, silent_ports());
  if (!made) std::exit(3);
  return std::move(*made);
}

int serve_guardian(const fs::path& ledger) {
  Service* service = open_service(ledger).release();  // lives as long as the process
  if (!service->start()) std::exit(3);
  const std::string url = service->url();
  return std::stoi(url.substr(url.rfind(':') + 1));
}

int serve_engine(const std::string& answer, const std::string& body, bool with_alternatives) {
  auto* engine = new Engine(body);  // lives as long as the process
  return serve_bare(answer, [engine, with_alternatives](const std::string&) { engine->review(with_alternatives); });
}

int serve_parser(const std::string& answer) {
  return serve_bare(answer, [](const std::string& body) {
    thread_local adapters::JsonReader reader;
    if (!reader.parse(body).problem.message.empty()) std::exit(3);
  });
}

// Clients that send a byte of a request now and then.
class SlowClients {
 public:
  SlowClients(int port, int count) {
    for (int i = 0; i < count; ++i) {
      const int sock = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(static_cast<std::uint16_t>(port));
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (::connect(sock, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::string head = std::string("POST ") + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n";
        static_cast<void>(::send(sock, head.data(), head.size(), MSG_NOSIGNAL));
      }
      sockets_.push_back(sock);
    }
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        for (const int sock : sockets_) static_cast<void>(::send(sock, "x", 1, MSG_NOSIGNAL));
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
    });
  }
  ~SlowClients() {
    thread_.request_stop();
    thread_.join();
    for (const int sock : sockets_) ::close(sock);
  }
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

 private:
  std::vector<int> sockets_;
  std::jthread thread_;
};

double cost(const char* name, const Child& child, const fs::path& script, int connections, int seconds) {
  static_cast<void>(run_wrk(script, child.port, connections, 1));  // warm
  const double before = child.cpu_seconds();
  const Load load = run_wrk(script, child.port, connections, seconds);
  const double each = load.requests > 0 ? (child.cpu_seconds() - before) * 1e6 / load.requests : 0.0;
  std::printf("%-28s %3d connections %9.0f requests  %7.1f us CPU each  p50 %7.0f us  p99 %7.0f us  %.0f errors\n",
              name, connections, load.requests, each, load.p50_us, load.p99_us, load.errors);
  std::fflush(stdout);
  return each;
}

// The same request without HTTP, again and again: for a profiler.
int handle(int times, const fs::path& ledger) {
  const auto service = open_service(ledger);
  const adapters::http::Request request{"POST", path, request_body(), {{"Content-Type", "application/json"}}, {}, {}};
  for (int i = 0; i < times; ++i) {
    if (service->handle(request).status != 200) return 3;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::string_view(argv[1]) == "--handle") return handle(std::atoi(argv[2]), argc > 3 ? argv[3] : "");
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 5;
  if (std::system("command -v wrk >/dev/null") != 0) {
    std::cerr << "wrk is not installed\n";
    return 3;
  }
  const fs::path folder = fs::temp_directory_path() / ("guardian-http-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string body = request_body();
  std::ofstream(folder / "body.json") << body;
  std::ofstream(folder / "post.lua")
      << "local f = io.open('" << (folder / "body.json").string()
      << "')\nwrk.method = 'POST'\nwrk.body = f:read('*a')\n"
      << "wrk.headers['Content-Type'] = 'application/json'\n"
      << "done = function(s, l, r)\n"
      << "  local e = s.errors.connect + s.errors.read + s.errors.write + s.errors.status + s.errors.timeout\n"
      << "  print(string.format('RESULT %d %d %f %f', s.requests, e, l:percentile(50), l:percentile(99)))\nend\n";
  const fs::path script = folder / "post.lua";

  // The children first: they must not inherit threads.
  std::string answer;
  {
    Child once([] { return serve_guardian({}); });
    httplib::Client client("127.0.0.1", once.port);
    const auto reply = client.Post(path, body, "application/json");
    if (!reply || reply->status != 200) {
      std::cerr << "the service did not answer the request\n";
      return 3;
    }
    answer = reply->body;
  }
  const Child bare([&answer] { return serve_bare(answer); });
  const Child parsing([&answer] { return serve_parser(answer); });
  const Child screening([&] { return serve_engine(answer, body, false); });
  const Child advising([&] { return serve_engine(answer, body, true); });
  const Child plain([] { return serve_guardian({}); });
  const Child recording([&folder] { return serve_guardian(folder / "ledger.db"); });
  std::printf("request of %zu bytes, 10 medicines; answer of %zu bytes\n", body.size(), answer.size());
  const double bare_cost = cost("bare cpp-httplib", bare, script, 8, seconds);
  const double parsing_cost = cost("bare, and parses the request", parsing, script, 8, seconds);
  const double screening_cost = cost("bare, and screens and audits", screening, script, 8, seconds);
  const double advising_cost = cost("the same, and alternatives", advising, script, 8, seconds);
  const double plain_cost = cost("guardian", plain, script, 8, seconds);
  const double recorded_cost = cost("guardian, durable ledger", recording, script, 64, seconds);
  // Measured in a server under the same load: what shares a core with other work takes longer than alone. The search
  // for alternatives is the engine, run again on other regimens.
  const double engine = screening_cost - bare_cost;
  const double with_alternatives = advising_cost - bare_cost;
  std::printf("engine and audit: %.0f us; with the search for alternatives: %.0f us\n", engine, with_alternatives);
  std::printf("parsing the request and no more: %.2f x the bare server [no aim]\n", parsing_cost / bare_cost);
  std::printf("HTTP, JSON, FHIR and cards: %.2f x the bare server [at most 1.5]\n",
              (plain_cost - with_alternatives) / bare_cost);
  std::printf("the same with the search for alternatives: %.2f x [no aim]\n", (plain_cost - engine) / bare_cost);
  std::printf("whole requests a second and core: %.0f [at least 2000]\n", 1e6 / plain_cost);
  std::printf("the same with a durable ledger: %.0f [at least 1500]\n", 1e6 / recorded_cost);

  const Load alone = run_wrk(script, plain.port, 1, seconds);
  Load beside;
  {
    const SlowClients slow(plain.port, 64);
    beside = run_wrk(script, plain.port, 1, seconds);
  }
  std::printf("p99 of one client: alone %.0f us, beside 64 slow ones %.0f us: %.2f x [at most 2]\n", alone.p99_us,
              beside.p99_us, beside.p99_us / alone.p99_us);

  const long before = plain.resident_kb();
  double requests = 0.0;
  double errors = 0.0;
  std::vector<long> resident;
  while (requests < (argc > 2 ? std::atof(argv[2]) : 200'000.0)) {
    const Load load = run_wrk(script, plain.port, 8, 10);
    if (load.requests == 0.0) break;
    requests += load.requests;
    errors += load.errors;
    resident.push_back(plain.resident_kb());
  }
  std::printf("memory before and after each quarter of the requests below: %ld", before);
  for (std::size_t quarter = 1; quarter <= 4 && !resident.empty(); ++quarter) {
    std::printf(", %ld", resident[(resident.size() * quarter - 1) / 4]);
  }
  std::printf(" kB [flat]\n");
  std::printf("errors in %.0f requests: %.0f [0]\n", requests, errors);
  fs::remove_all(folder);
  return 0;
}
