#include "agents/tool.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace guardian;
using agents::ToolBox;
using agents::ToolFault;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A clock that only tools move.
struct Hands {
  steady_clock::time_point now{std::chrono::hours(1)};
};

// Takes as long as it was told.
class Taking : public agents::Tool {
 public:
  Taking(std::string name, milliseconds time, Hands& hands, int& called)
      : declaration_{std::move(name), "Takes its time.", R"({"type":"object"})"},
        time_(time),
        hands_(hands),
        called_(called) {}
  const agents::ToolDeclaration& declaration() const override { return declaration_; }
  agents::ToolResult call(std::string_view arguments) override {
    ++called_;
    hands_.now += time_;
    if (arguments.find("throw") != std::string_view::npos) throw std::runtime_error("words of the patient");
    if (arguments.find("refuse") != std::string_view::npos) return agents::tool_error("not known");
    return {R"({"answer":42})", {"row-1"}, false};
  }

 private:
  agents::ToolDeclaration declaration_;
  milliseconds time_;
  Hands& hands_;
  int& called_;
};

struct Box {
  Hands hands;
  int called = 0;
  ToolBox tools;

  Box() : tools(made(), {milliseconds(100), [this] { return hands.now; }}) {}

  std::vector<std::unique_ptr<agents::Tool>> made() {
    std::vector<std::unique_ptr<agents::Tool>> all;
    all.push_back(std::make_unique<Taking>("quick", milliseconds(100), hands, called));
    all.push_back(std::make_unique<Taking>("slow", milliseconds(101), hands, called));
    return all;
  }
};

}  // namespace

TEST_CASE("what a tool gives after its time is not given to the model, and the tool is not called again",
          "[agents][tool]") {
  Box box;
  const auto late = box.tools.call({"1", "slow", "{}"});
  CHECK(late.failed);
  CHECK(late.fault == ToolFault::too_slow);
  CHECK(late.content == R"({"error":"the tool took too long"})");
  CHECK(late.rows.empty());
  const auto again = box.tools.call({"2", "slow", "{}"});
  CHECK(again.fault == ToolFault::too_slow);
  CHECK(again.content == R"({"error":"the tool is too slow and is not called again"})");
  CHECK(box.called == 1);
}

TEST_CASE("a tool that needs just its time answers, beside one that was too slow", "[agents][tool]") {
  Box box;
  CHECK(box.tools.call({"1", "slow", "{}"}).failed);
  for (int i = 0; i < 3; ++i) {
    const auto done = box.tools.call({"2", "quick", "{}"});
    CHECK_FALSE(done.failed);
    CHECK(done.fault == ToolFault::none);
    CHECK(done.rows == std::vector<std::string>{"row-1"});
  }
}

TEST_CASE("a call is not begun when the time of the agent is over", "[agents][tool]") {
  Box box;
  const auto deadline = box.hands.now + milliseconds(100);
  CHECK_FALSE(box.tools.call({"1", "quick", "{}"}, deadline).failed);
  const auto late = box.tools.call({"2", "quick", "{}"}, deadline);
  CHECK(late.fault == ToolFault::stopped);
  CHECK(late.content == R"({"error":"no time is left"})");
  CHECK(box.called == 1);
}

TEST_CASE("each way in which a tool fails has its word, and no word of what went wrong inside", "[agents][tool]") {
  Box box;
  CHECK(box.tools.call({"1", "none", "{}"}).fault == ToolFault::unknown_tool);
  CHECK(box.tools.call({"1", "quick", "7"}).fault == ToolFault::bad_arguments);
  CHECK(box.tools.call({"1", "quick", R"({"a":"refuse"})"}).fault == ToolFault::failed);
  const auto thrown = box.tools.call({"1", "quick", R"({"a":"throw"})"});
  CHECK(thrown.fault == ToolFault::failed);
  CHECK(thrown.content == R"({"error":"the tool failed"})");
}
