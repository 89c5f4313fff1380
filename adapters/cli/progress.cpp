#include "adapters/cli/progress.hpp"

#include <array>
#include <cstdio>
#include <ostream>
#include <utility>

namespace guardian::adapters::cli {

using agents::Event;
using agents::EventKind;

Progress::Progress(std::ostream& out, bool colour, Clock now) : out_(out), colour_(colour), now_(std::move(now)) {
  if (!now_) now_ = &std::chrono::steady_clock::now;
}

std::string Progress::time_of(const std::string& step) const {
  const auto begun = begun_.find(step);
  if (begun == begun_.end()) return {};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", std::chrono::duration<double>(now_() - begun->second).count());
  return text.data();
}

void Progress::line(const std::string& step, const std::string& what, bool bad) {
  std::string text = "guardian: " + step + ": " + what;
  if (colour_ && !bad) text = "\033[2m" + text + "\033[0m";
  text += "\n";
  if (!asked_) {
    waiting_ += text;
    return;
  }
  out_ << std::exchange(waiting_, {}) << text << std::flush;
}

void Progress::tell(const Event& event) {
  switch (event.kind) {
    case EventKind::step_started: begun_[event.step] = now_(); break;
    case EventKind::step_finished: line(event.step, "done, " + time_of(event.step)); break;
    case EventKind::step_failed: line(event.step, "FAILED after " + time_of(event.step), true); break;
    case EventKind::model_called:
      asked_ = true;
      line(event.step, event.call <= 1 ? "asks the model" : "asks the model again");
      break;
    case EventKind::model_answered: {
      const auto* failure = event.answer ? std::get_if<agents::ModelFailure>(&*event.answer) : nullptr;
      if (failure != nullptr) line(event.step, "no answer: " + std::string(to_string(failure->kind)), true);
      break;
    }
    case EventKind::model_retried: {
      const auto* failure = event.answer ? std::get_if<agents::ModelFailure>(&*event.answer) : nullptr;
      line(event.step,
           "tries again" + (failure == nullptr ? std::string() : ": " + std::string(to_string(failure->kind))));
      break;
    }
    case EventKind::tool_called: break;
    case EventKind::tool_answered:
      // A model can ask for a tool by any name; only ours are shown.
      if (event.fault == agents::ToolFault::unknown_tool) {
        line(event.step, "asks for a tool that there is not");
      } else if (event.fault == agents::ToolFault::none) {
        line(event.step, "calls " + event.name);
      } else {
        line(event.step, "calls " + event.name + ": " + std::string(to_string(event.fault)));
      }
      break;
    case EventKind::guard_decided:
      if (event.decision == agents::GuardDecision::withheld)
        line(event.step, event.name + " withholds the reply", true);
      break;
  }
}

}  // namespace guardian::adapters::cli
