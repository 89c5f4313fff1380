#include <csignal>
#include <exception>
#include <fstream>
#include <iterator>
#include <mutex>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/cli/model_session.hpp"
#include "adapters/service/service.hpp"
#include "adapters/sign_in/api_keys.hpp"
#include "adapters/suite/self_test.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::cli {
namespace {

constexpr std::chrono::milliseconds grace{10'000};  // for requests under way when the service ends

int print_new_key(const std::vector<std::string>& name_and_role, const Streams& streams) {
  const auto role = sign_in::api_role(name_and_role[1]);
  if (!role) {
    return report({core::ErrorCode::invalid_input, "--new-key: the role must be reader, reviewer or admin"}, streams);
  }
  const auto made = sign_in::new_api_key(name_and_role[0], *role);
  if (!made) return report(made.error(), streams);
  streams.out << "key, for the client (it is kept nowhere): " << made->key << '\n'
              << "line, for the file of api_keys:           " << made->line << '\n';
  return exit_done;
}

// False when something is wrong; it has been said then.
bool read_config(const std::filesystem::path& file, service::ServiceSettings& settings, const Streams& streams) {
  if (file.empty()) return true;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    streams.err << "guardian: " << file.string() << ": cannot be read\n";
    return false;
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<InputProblem> problems;
  if (service::read_settings(text, file.parent_path(), settings, problems)) return true;
  for (const InputProblem& problem : problems) {
    streams.err << file.string() << ": " << (problem.path.empty() ? "" : problem.path + ": ") << problem.message
                << '\n';
  }
  return false;
}

// Waits for a signal that ends the service; SIGHUP reads again what can change.
void wait_for_end(service::Service& serving, const sigset_t& signals) {
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) return;
    try {
      (void)serving.reload();          // it logs what came of it
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory even to log; it serves on as it was
    }
  }
}

}  // namespace

int run_serve(const ServeOptions& options, const Streams& streams) {
  if (!options.new_key.empty()) return print_new_key(options.new_key, streams);
  service::ServiceSettings settings;
  if (!read_config(options.config, settings, streams)) return exit_input;
  if (!options.host.empty()) settings.host = options.host;
  if (options.port) settings.port = *options.port;
  settings.demo = options.demo;
  if (options.model.release_uncertified) settings.release_uncertified = true;
  if (!options.records.empty()) settings.records = options.records;
  if (options.locale_given) settings.locale = options.knowledge.locale;
  if (!options.ledger.place.empty()) settings.ledger = settings_of(options.ledger);

  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  const auto session = ModelSession::open(options.model, *base);
  if (!session) return report(session.error(), streams);

  // Blocked before the threads of the service start, so that none of them gets a signal and this one can wait for it.
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, &before);

  std::mutex mutex;  // of what is written
  service::ServicePorts ports;
  ports.log = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    streams.err.clear();  // a disk that was full once would else silence the log for ever
    streams.err << line << std::endl;
  };
  ports.now = runtime::utc_now;
  ports.audit = [](const LedgerSettings& ledger, bool as_page) {
    return audit_of_ledger(ledger.place, ledger.key, as_page ? Format::html : Format::json);
  };
  ports.open_knowledge = [&] { return open_trusted(options.knowledge); };
  ports.self_test =
      [](const std::shared_ptr<const knowledge::KnowledgeBase>& tested) -> core::Result<service::SelfTestCounts> {
    const auto result = suite::self_test(tested, suites_folder());
    if (!result) return core::fail(result.error());
    return service::SelfTestCounts{result->rows, result->missed};
  };
  int status = exit_done;
  auto serving = service::Service::create(std::move(settings), base, session->model(), std::move(ports));
  if (!serving) {
    status = report(serving.error(), streams);
  } else if (const auto started = (*serving)->start(); !started) {
    status = report(started.error(), streams);
  } else {
    {
      const std::lock_guard lock(mutex);
      streams.out << "page          " << (*serving)->url() << "/\n"
                  << "CDS services  " << (*serving)->url() << "/cds-services\n"
                  << "API           " << (*serving)->url() << "/v1/openapi.json\n";
      if (options.demo) streams.out << "Nobody has to sign in: for example data on this machine only.\n";
      streams.out << std::flush;
    }
    wait_for_end(**serving, signals);
    (*serving)->stop(grace);
  }
  if (serving) serving->reset();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return status;
}

}  // namespace guardian::adapters::cli
