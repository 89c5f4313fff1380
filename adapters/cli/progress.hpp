#pragma once
// What a review does while it runs, for a person at a terminal: one line for each agent's call, tool, retry, failure
// and end, as it happens. Words of ours and times only: no word of the case, a prompt, a reply or an argument. A review
// that asks no model says nothing: it is done before anybody could read it. Told by one thread at a time.

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>

#include "agents/event.hpp"

namespace guardian::adapters::cli {

class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `out` must outlive it. `colour`: dim, and failures not.
  Progress(std::ostream& out, bool colour, Clock now = {});

  void tell(const agents::Event& event);

 private:
  [[nodiscard]] std::string time_of(const std::string& step) const;
  void line(const std::string& step, const std::string& what, bool bad = false);

  std::ostream& out_;
  bool colour_;
  Clock now_;
  bool asked_ = false;  // a model
  std::map<std::string, std::chrono::steady_clock::time_point> begun_;
  std::string waiting_;  // lines until a model is asked
};

}  // namespace guardian::adapters::cli
