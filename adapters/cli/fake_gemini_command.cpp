#include <csignal>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/commands.hpp"
#include "adapters/fake_gemini/fake_gemini.hpp"

namespace guardian::adapters::cli {

int run_fake_gemini(const FakeGeminiCommandOptions& options, const Streams& streams) {
  // Blocked before the server's threads start, so that none of them gets the signal and this one can wait for it.
  sigset_t ends;
  sigset_t before;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, &before);
  int status = exit_done;
  if (auto server = FakeGemini::start({options.host, options.port, options.script, options.scenario})) {
    streams.out << (*server)->url() << std::endl;
    int signal = 0;
    sigwait(&ends, &signal);
    (*server)->stop();
  } else {
    status = report(server.error(), streams);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return status;
}

}  // namespace guardian::adapters::cli
