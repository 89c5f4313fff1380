// Agents on a machine that gives no more threads.

#include "runtime/agent_runner.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "core/review.hpp"
#include "tests/support/scripted_model.hpp"

using namespace guardian;

namespace {

class Named final : public agents::Agent {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] agents::AgentResult run(const agents::AgentContext&, const agents::ModelAccess&,
                                        const agents::EventSink&) const override {
    agents::AgentResult result;
    result.proposal.agent = result.report.name = name_;
    return result;
  }

 private:
  std::string name_;
};

}  // namespace

TEST_CASE("agents that no thread can be had for run one after the other", "[runtime][agents][fault]") {
  tests::ScriptedModel model({});
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::vector<std::unique_ptr<agents::Agent>> all;
    for (const char* name : {"one", "two", "three"}) all.push_back(std::make_unique<Named>(name));
    const core::Case subject;
    const core::Review floor;
    // A stack that no address space has room for.
    pthread_attr_t large;
    ::pthread_attr_init(&large);
    ::pthread_attr_setstacksize(&large, std::size_t{1} << 50U);
    ::pthread_setattr_default_np(&large);
    int status = 1;
    try {
      const auto results =
          runtime::run_agents(all, {subject, floor, nullptr}, &model, {},
                              std::chrono::steady_clock::now() + std::chrono::seconds(60), {}, [](const auto&) {});
      status = results.size() == 3 && results[0].report.name == "one" && results[1].report.name == "two" &&
                       results[2].report.name == "three"
                   ? 0
                   : 2;
    } catch (const std::exception&) {
    }
    ::_exit(status);
  }
  int state = 0;
  REQUIRE(::waitpid(child, &state, 0) == child);
  CHECK(WIFEXITED(state));
  CHECK(WEXITSTATUS(state) == 0);
}
