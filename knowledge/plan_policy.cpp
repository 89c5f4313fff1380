#include "knowledge/plan_policy.hpp"

#include <array>
#include <map>
#include <set>
#include <stdexcept>

#include "knowledge/text.hpp"

namespace guardian::knowledge {
namespace {

constexpr double most = 1e6;       // of any number of a policy
constexpr double most_cost = 1e3;  // as the search counts (regimen_search.hpp)

// The cells of a line; empty ones count.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    const auto at = line.find('\t');
    cells.emplace_back(trimmed(line.substr(0, at)));
    if (at == std::string_view::npos) return cells;
    line.remove_prefix(at + 1);
  }
}

class Reader {
 public:
  core::Result<PlanPolicy> read(std::string_view text, std::string_view name) {
    std::size_t number = 0;
    bool header = false;
    while (!text.empty()) {
      const auto end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++number;
      if (trimmed(line).empty() || line.front() == '#') continue;
      const auto cells = cells_of(line);
      if (!header) {
        header = true;
        if (cells != std::vector<std::string>{"kind", "name", "value", "reason"})
          return wrong(name, number, "the first line must be kind, name, value, reason, with tabs between");
        continue;
      }
      if (cells.size() < 2 || cells.size() > 4) return wrong(name, number, "a line has two to four cells");
      if (const std::string problem = take(cells[0], cells[1], cells.size() > 2 ? cells[2] : ""); !problem.empty())
        return wrong(name, number, problem);
    }
    for (const auto* wanted : {&costs_, &limits_}) {
      for (const auto& [what, ignored] : *wanted) {
        if (seen_.count(what) == 0)
          return core::fail(core::ErrorCode::invalid_input, std::string(name) + ": `" + what + "` is missing");
      }
    }
    for (const char* level : {"clear", "new", "after_stop"}) {
      if (seen_.count(level) == 0)
        return core::fail(core::ErrorCode::invalid_input, std::string(name) + ": level `" + level + "` is missing");
    }
    policy_.alternatives = static_cast<std::size_t>(alternatives_);
    policy_.engine_runs = static_cast<std::size_t>(engine_runs_);
    policy_.nodes = static_cast<std::size_t>(nodes_);
    policy_.options = static_cast<std::size_t>(options_);
    return policy_;
  }

 private:
  static tl::unexpected<core::Error> wrong(std::string_view name, std::size_t line, const std::string& what) {
    return core::fail(core::ErrorCode::invalid_input, std::string(name) + ":" + std::to_string(line) + ": " + what);
  }

  std::string number_into(const std::map<std::string, double*>& known, const std::string& name,
                          const std::string& value, double limit) {
    const auto found = known.find(name);
    if (found == known.end()) return "`" + name + "` is not known";
    const auto number = parse_number(value);
    if (!number || *number < 0 || *number > limit)
      return "`" + value + "` is not a number from 0 to " + std::to_string(static_cast<long>(limit));
    *found->second = *number;
    seen_.insert(name);
    return {};
  }

  // What is wrong with a row; empty when nothing is.
  std::string take(const std::string& kind, const std::string& name, const std::string& value) {
    if (name.empty()) return "a name is missing";
    if (kind == "version") {
      policy_.version = name;
      return {};
    }
    if (kind == "cost") return number_into(costs_, name, value, most_cost);
    if (kind == "limit") return number_into(limits_, name, value, most);
    if (kind == "level") {
      const auto level = core::parse_severity(value);
      if (!level || (name != "clear" && name != "new" && name != "after_stop"))
        return "a level is `clear`, `new` or `after_stop`, and a severity";
      (name == "clear" ? policy_.clear_at : name == "new" ? policy_.new_at : policy_.after_stop_at) = *level;
      seen_.insert(name);
      return {};
    }
    if (kind == "dose") {
      const auto factor = parse_number(value);
      if (!factor || *factor <= 0 || *factor >= 1) return "a part of a dose lies between 0 and 1";
      policy_.dose_factors.push_back(*factor);
      return {};
    }
    if (kind == "not_cleared") {
      core::FindingType type{};
      if (!core::parse_finding_type(name, type)) return "`" + name + "` is not a type of finding";
      policy_.not_cleared.push_back(type);
      return {};
    }
    if (kind == "monitor" || kind == "space") {
      if (value.empty()) return "what is to be done is missing";
      (kind == "monitor" ? policy_.monitor : policy_.space).push_back({name, value});
      return {};
    }
    const auto list = lists_.find(kind);
    if (list == lists_.end()) return "`" + kind + "` is not a kind of row";
    list->second->push_back(name);
    return {};
  }

  PlanPolicy policy_;
  double alternatives_ = 0;
  double engine_runs_ = 0;
  double nodes_ = 0;
  double options_ = 0;
  std::set<std::string> seen_;
  const std::map<std::string, double*> costs_{{"monitor", &policy_.monitor_cost},
                                              {"space", &policy_.space_cost},
                                              {"adjust_dose", &policy_.adjust_dose},
                                              {"switch_in_class", &policy_.switch_in_class},
                                              {"switch_across", &policy_.switch_across},
                                              {"stop_without_indication", &policy_.stop_without_indication},
                                              {"stop_with_indication", &policy_.stop_with_indication},
                                              {"taper", &policy_.taper_cost},
                                              {"high_alert", &policy_.high_alert_cost}};
  const std::map<std::string, double*> limits_{{"alternatives", &alternatives_},
                                               {"engine_runs", &engine_runs_},
                                               {"nodes", &nodes_},
                                               {"options", &options_},
                                               {"slack", &policy_.slack}};
  const std::map<std::string, std::vector<std::string>*> lists_{
      {"taper", &policy_.taper},      {"high_alert", &policy_.high_alert}, {"trait", &policy_.traits},
      {"role", &policy_.roles},       {"layered", &policy_.layered},       {"purpose", &policy_.purposes},
      {"never_to", &policy_.never_to}};
};

}  // namespace

core::Result<PlanPolicy> parse_plan_policy(std::string_view text, std::string_view name) {
  return Reader().read(text, name);
}

const PlanPolicy& default_plan_policy() {
  static const PlanPolicy policy = [] {
    auto parsed = parse_plan_policy(default_plan_policy_text(), "plan_policy.tsv");
    if (!parsed) throw std::logic_error(parsed.error().message);  // a test reads the file: a defect of the build
    return std::move(*parsed);
  }();
  return policy;
}

}  // namespace guardian::knowledge
