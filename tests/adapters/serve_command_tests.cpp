// guardian serve as a program: its address, its signals, its settings.

#include <fcntl.h>
#include <httplib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian::tests;
using Json = nlohmann::json;

namespace {

constexpr auto patience = std::chrono::seconds(60);

// The program, serving until it is told to end.
class Serving {
 public:
  explicit Serving(std::vector<std::string> arguments, const std::string& kb = GUARDIAN_SHIPPED_KB) {
    arguments.insert(arguments.begin(), {GUARDIAN_PROGRAM, "serve", "--kb", kb, "--port", "0"});
    std::vector<char*> raw;
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    const std::string out = (folder_.path() / "out").string();
    const std::string err = (folder_.path() / "err").string();
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(::open(out.c_str(), O_CREAT | O_WRONLY, 0600), STDOUT_FILENO);
      ::dup2(::open(err.c_str(), O_CREAT | O_WRONLY, 0600), STDERR_FILENO);
      ::execv(raw[0], raw.data());
      ::_exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + patience;
    while (this->out().find("/v1/openapi.json\n") == std::string::npos && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const std::string text = this->out();
    const auto at = text.find("http://127.0.0.1:");
    INFO(err_text());
    REQUIRE(at != std::string::npos);
    port_ = std::stoi(text.substr(at + 17));
  }
  ~Serving() {
    if (child_ > 0) static_cast<void>(end(SIGKILL));
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  [[nodiscard]] std::string out() const { return read("out"); }
  [[nodiscard]] std::string err_text() const { return read("err"); }
  [[nodiscard]] int port() const { return port_; }
  void tell(int signal) const { ::kill(child_, signal); }
  // RLIM_INFINITY: as much as there is.
  void limit(__rlimit_resource what, rlim_t amount) const {
    const rlimit now{amount, RLIM_INFINITY};
    REQUIRE(::prlimit(child_, what, &now, nullptr) == 0);
  }
  // Whether its log says this so many times before patience ends.
  [[nodiscard]] bool says(const std::string& words, std::size_t times) const {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      std::size_t seen = 0;
      const std::string text = err_text();
      for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++seen;
      if (seen >= times) return true;
      if (::kill(child_, 0) != 0 || ended()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  [[nodiscard]] bool ended() const {
    siginfo_t state{};
    return ::waitid(P_PID, static_cast<id_t>(child_), &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_pid != 0;
  }

  // The exit status, or 128 and the signal.
  int end(int signal) {
    ::kill(child_, signal);
    int ended = 0;
    ::waitpid(child_, &ended, 0);
    child_ = -1;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
  }

 private:
  [[nodiscard]] std::string read(const std::string& name) const {
    return std::filesystem::exists(folder_.path() / name) ? read_text(folder_.path() / name) : std::string();
  }

  TemporaryFolder folder_;
  pid_t child_ = -1;
  int port_ = 0;
};

ProgramRun serve(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"serve", "--kb", GUARDIAN_SHIPPED_KB});
  return run_program({std::move(arguments)});
}

}  // namespace

TEST_CASE("serve prints where it is, answers there, reads again at SIGHUP and ends whole at SIGTERM",
          "[adapters][serve]") {
  const TemporaryFolder folder;
  const std::string ledger = (folder.path() / "ledger.db").string();
  Serving serving({"--demo", "--ledger", ledger});
  httplib::Client client("127.0.0.1", serving.port());
  client.set_read_timeout(patience);
  const auto discovered = client.Get("/cds-services");
  REQUIRE(discovered);
  CHECK(discovered->status == 200);
  const auto reviewed =
      client.Post("/v1/review", R"({"id": "C", "medications": ["warfarin 5 mg daily", "fluconazole 200 mg daily"]})",
                  "application/json");
  REQUIRE(reviewed);
  CHECK(Json::parse(reviewed->body)["ledger"]["sequence"] == 1);

  serving.tell(SIGHUP);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (serving.err_text().find("\"reloaded\"") == std::string::npos && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(serving.err_text().find("\"reloaded\"") != std::string::npos);
  CHECK(client.Get("/readyz")->status == 200);

  CHECK(serving.end(SIGTERM) == 0);
  for (const std::string& line : lines_of(serving.err_text())) CHECK_NOTHROW(Json::parse(line));
  CHECK(run_program({{"ledger", "verify", ledger}}).status == 0);
}

TEST_CASE("serve answers and goes on while no file may grow, and its ledger and its log do again when they may",
          "[adapters][serve][fault]") {
  const TemporaryFolder folder;
  const std::string ledger = (folder.path() / "ledger.db").string();
  Serving serving({"--demo", "--ledger", ledger});
  httplib::Client client("127.0.0.1", serving.port());
  client.set_read_timeout(patience);
  const auto place = [&] {
    const auto answer = client.Post("/v1/review?depth=findings",
                                    R"({"id": "C", "medications": ["warfarin 5 mg daily"]})", "application/json");
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    return Json::parse(answer->body).at("ledger");
  };
  CHECK(place().contains("sequence"));
  REQUIRE(serving.says("/v1/review", 1));
  // As a full disk, but with a signal whose default is to end the program.
  serving.limit(RLIMIT_FSIZE, 1);
  CHECK(place().contains("unrecorded"));
  CHECK_FALSE(serving.ended());
  serving.limit(RLIMIT_FSIZE, RLIM_INFINITY);
  CHECK(place().at("sequence") == 2);
  CHECK(serving.says("/v1/review", 2));
  CHECK(serving.end(SIGTERM) == 0);
  CHECK(run_program({{"ledger", "verify", ledger}}).status == 0);
}

TEST_CASE("serve keeps the signed knowledge base it has when the next one is not signed", "[adapters][serve][pack]") {
  const TemporaryFolder folder;
  const auto path = [&](const char* name) { return (folder.path() / name).string(); };
  std::filesystem::copy_file(GUARDIAN_SHIPPED_KB, path("guardian.kb"));
  write_text(path("release.pub"), run_program({{"ledger", "key", path("release.key")}}).out);
  REQUIRE(run_program({{"kb", "sign", path("guardian.kb"), "--key", path("release.key")}}).status == 0);
  Serving serving({"--demo", "--kb-keys", path("release.pub")}, path("guardian.kb"));
  httplib::Client client("127.0.0.1", serving.port());
  client.set_read_timeout(patience);

  const TemporaryKnowledge other(TableRows{{"ingredients", "zolpidem\tdrug\t\t\toral\t\t"}});
  std::filesystem::copy_file(other.file(), path("next.kb"));
  std::filesystem::rename(path("next.kb"), path("guardian.kb"));
  serving.tell(SIGHUP);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (serving.err_text().find("reload_failed") == std::string::npos && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(serving.err_text().find("is not the file that was signed") != std::string::npos);
  const auto screened =
      client.Post("/v1/review", R"({"id": "C", "medications": ["warfarin 5 mg daily", "fluconazole 200 mg daily"]})",
                  "application/json");
  REQUIRE(screened);
  CHECK_FALSE(Json::parse(screened->body)["findings"].empty());
  CHECK(serving.end(SIGTERM) == 0);
}

TEST_CASE("serve --demo serves this machine only", "[adapters][serve]") {
  const auto run = serve({"--demo", "--host", "0.0.0.0"});
  CHECK(run.status == 2);
  CHECK(run.err.find("loopback") != std::string::npos);
}

TEST_CASE("serve refuses settings that it does not know, by file and name", "[adapters][serve]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "guardian.json";
  const auto problem = [&](const std::string& text) {
    write_text(file, text);
    const auto run = serve({"--config", file.string()});
    CHECK(run.status == 2);
    CHECK(run.err.find(file.string()) != std::string::npos);
    return run.err;
  };
  CHECK(problem(R"({"hots": "127.0.0.1"})").find("/hots: is not a setting") != std::string::npos);
  CHECK(problem(R"({"port": 70000})").find("/port") != std::string::npos);
  CHECK(problem(R"({"limits": {"connections": 0}})").find("/limits/connections") != std::string::npos);
  CHECK(problem(R"({"cds_clients": [{"key_file": "x"}]})").find("/cds_clients/0/issuer") != std::string::npos);
  CHECK(problem(R"({"ledger": {}})").find("/ledger/file") != std::string::npos);
  CHECK(problem(R"({"host": "a", "host": "b"})").find("twice") != std::string::npos);
  CHECK(problem("{").find("line 1") != std::string::npos);
  CHECK(serve({"--config", (folder.path() / "none.json").string()}).status == 2);
}

TEST_CASE("serve takes its settings from a file, with files beside it", "[adapters][serve]") {
  const TemporaryFolder folder;
  const auto made = serve({"--new-key", "pharmacy", "reviewer"});
  REQUIRE(made.status == 0);
  const auto lines = lines_of(made.out);
  REQUIRE(lines.size() == 2);
  const std::string key = lines[0].substr(lines[0].rfind(' ') + 1);
  write_text(folder.path() / "keys", lines[1].substr(lines[1].find("pharmacy")) + "\n");
  write_text(folder.path() / "guardian.json",
             R"({"api_keys": "keys", "public_url": "http://127.0.0.1", "ledger": {"file": "ledger.db"}})");
  Serving serving({"--config", (folder.path() / "guardian.json").string()});
  httplib::Client client("127.0.0.1", serving.port());
  CHECK(client.Get("/v1/knowledge")->status == 401);
  CHECK(client.Get("/v1/knowledge", {{"Authorization", "Bearer " + key}})->status == 200);
  CHECK(serving.end(SIGINT) == 0);
  CHECK(std::filesystem::exists(folder.path() / "ledger.db"));
  CHECK(serving.err_text().find(key) == std::string::npos);
}

TEST_CASE("serve decides brands by the country of its settings, and by that of the call before it",
          "[adapters][serve]") {
  const TemporaryFolder folder;
  const std::string config = (folder.path() / "guardian.json").string();
  write_text(config, R"({"locale": "IT"})");
  const auto meaning = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--config", config});
    Serving serving(more);
    httplib::Client client("127.0.0.1", serving.port());
    client.set_read_timeout(patience);
    const auto resolved = client.Post("/v1/resolve", R"({"names": ["Flomax"]})", "application/json");
    const auto reviewed =
        client.Post("/v1/review?depth=findings", R"({"id": "C", "medications": ["Flomax"]})", "application/json");
    REQUIRE((resolved && reviewed));
    const Json review = Json::parse(reviewed->body);
    const std::string ingredient = review.at("resolved").at(0).at("ingredients").at(0);
    CHECK(Json::parse(resolved->body).at("names").at(0).at("ingredients").at(0) == ingredient);
    return ingredient;
  };
  CHECK(meaning({}) == "morniflumate");
  CHECK(meaning({"--locale", "US"}) == "tamsulosin");
}

TEST_CASE("serve cannot run on a port that is taken", "[adapters][serve]") {
  const Serving first({"--demo"});
  const auto second = serve({"--demo", "--port", std::to_string(first.port())});
  CHECK(second.status == 3);
  CHECK(second.err.find(std::to_string(first.port())) != std::string::npos);
}
