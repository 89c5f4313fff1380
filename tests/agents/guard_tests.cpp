#include "agents/guard.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "agents/agent.hpp"

namespace {

using namespace guardian;
using agents::Event;
using agents::EventKind;
using agents::GuardDecision;

struct Asked {
  std::vector<Event> events;
  std::vector<std::string> order;
  agents::Proposal proposal;
  std::vector<std::string> refused;

  agents::Guard guard(const std::string& name, agents::GuardCheck check) {
    return {name, [this, name, check = std::move(check)](agents::GuardedReply& reply) {
              order.push_back(name);
              return check(reply);
            }};
  }

  std::optional<std::string> ask(const std::vector<agents::Guard>& guards) {
    const core::Case subject;
    const core::Review floor;
    const agents::AgentContext context{subject, floor, nullptr, nullptr};
    agents::GuardedReply reply{context, "{}", proposal, refused};
    return agents::withheld_by(guards, "interaction", reply, [&](const Event& event) { events.push_back(event); });
  }
};

std::optional<std::string> passes(agents::GuardedReply&) { return std::nullopt; }

}  // namespace

TEST_CASE("guards are asked in their order, and the first that withholds is the last that is asked",
          "[agents][guard]") {
  Asked asked;
  const auto why = asked.ask({asked.guard("first", passes),
                              asked.guard("second", [](agents::GuardedReply&) { return std::string("too bold"); }),
                              asked.guard("third", passes)});
  CHECK(why == "second: too bold");
  CHECK(asked.order == std::vector<std::string>{"first", "second"});
  REQUIRE(asked.events.size() == 2);
  CHECK(asked.events[0].name == "first");
  CHECK(asked.events[0].decision == GuardDecision::passed);
  CHECK(asked.events[1].decision == GuardDecision::withheld);
  CHECK(asked.events[1].detail == "too bold");
  for (const Event& event : asked.events) {
    CHECK(event.kind == EventKind::guard_decided);
    CHECK(event.step == "interaction");
  }
}

TEST_CASE("a guard that throws withholds, and nobody hears what it threw", "[agents][guard]") {
  Asked asked;
  const auto why = asked.ask({asked.guard("first",
                                          [](agents::GuardedReply&) -> std::optional<std::string> {
                                            throw std::runtime_error("words of the patient");
                                          }),
                              asked.guard("second", passes)});
  CHECK(why == "first: it failed");
  REQUIRE(asked.events.size() == 1);
  CHECK(asked.events[0].decision == GuardDecision::withheld);
  CHECK(asked.events[0].detail == "it failed");
}

TEST_CASE("every part that a guard takes away is a decision, and the rest goes on", "[agents][guard]") {
  Asked asked;
  const auto why = asked.ask({asked.guard("first",
                                          [](agents::GuardedReply& reply) {
                                            reply.refused.emplace_back("medicine: its quote is not in the note");
                                            reply.refused.emplace_back("medicine: too many");
                                            return std::optional<std::string>();
                                          }),
                              asked.guard("second", passes)});
  CHECK_FALSE(why);
  REQUIRE(asked.events.size() == 3);
  CHECK(asked.events[0].decision == GuardDecision::reduced);
  CHECK(asked.events[0].detail == "medicine: its quote is not in the note");
  CHECK(asked.events[1].decision == GuardDecision::reduced);
  CHECK(asked.events[2].name == "second");
  CHECK(asked.events[2].decision == GuardDecision::passed);
}
