#include "adapters/cli/coverage_report.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "adapters/cli/audit_report.hpp"
#include "adapters/json/json_writer.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::cli {
namespace {

using audit::coverage::LoudPair;
using audit::coverage::Measure;
using audit::coverage::Miss;
using audit::coverage::RandomPairs;
using audit::coverage::SetCoverage;
using audit::population::Interval;
using audit::population::Proportion;

constexpr double alpha = 0.05;

// Cut, not rounded: 99.96 % is not 100 %.
std::string percent(double share) { return shown(std::floor(share * 10'000.0 + 1e-7) / 100.0, 2) + " %"; }

std::string counted(const Proportion& rate, const Interval& interval) {
  if (rate.cases == 0) return "none";
  return std::to_string(rate.hits) + " of " + std::to_string(rate.cases) + ", " + percent(rate.value()) +
         " (95 %: " + percent(interval.lower) + " to " + percent(interval.upper) + ")";
}

std::string judged(const Measure& measure) {
  if (!measure.target) return "measured only";
  const std::string wanted = "wanted " + percent(*measure.target);
  if (!measure.met()) return wanted + ": NOT MET";
  // 75 % of 100 % that are wanted must not read as if nothing were missed.
  return wanted + (measure.rate.value() < *measure.target ? ": met, every miss is argued" : ": met");
}

std::map<std::string_view, std::size_t> by_reason(const Measure& measure) {
  std::map<std::string_view, std::size_t> numbers;
  for (const Miss& miss : measure.misses) ++numbers[to_string(miss.reason)];
  return numbers;
}

std::string reasons_line(const Measure& measure) {
  std::string line;
  for (const auto& [reason, number] : by_reason(measure))
    line += (line.empty() ? "" : "; ") + std::string(reason) + " " + std::to_string(number);
  if (measure.argued() > 0) line += "; of these argued " + std::to_string(measure.argued());
  return line;
}

std::string miss_line(const Miss& miss) {
  std::string line = miss.first + (miss.second.empty() ? "" : " + " + miss.second) + ": ";
  line += to_string(miss.reason);
  if (!miss.detail.empty()) line += " (" + miss.detail + ")";
  if (!miss.argued.empty()) line += ". Argued: " + miss.argued;
  return line;
}

std::string evidence_line(const core::Finding& finding) {
  std::string line;
  for (const core::EvidenceRecord& record : finding.evidence) {
    line += (line.empty() ? "" : "; ") + record.source;
    if (!record.title.empty()) line += ", " + record.title;
    if (!record.section.empty()) line += ", " + record.section;
    line += " [" + record.status + "]";
  }
  return line;
}

template <class Item>
std::span<const Item> first_of(const std::vector<Item>& list, std::size_t most) {
  return std::span<const Item>(list).first(std::min(most, list.size()));
}

// How each kind of line looks; the two reports for people differ in nothing else.
struct Marks {
  const char* title;
  const char* set;
  const char* line;
  const char* entry;
};
constexpr Marks text_marks{"", "\n", "  ", "    "};
constexpr Marks markdown_marks{"# ", "\n## ", "* ", "    * "};

void measure_lines(std::string& out, const Marks& marks, const Measure& measure, std::size_t listed) {
  const auto line = [&](const char* mark, const std::string& words) { out += mark + words + "\n"; };
  line(marks.line, measure.what + ": " + counted(measure.rate, measure.interval()) + "; " + judged(measure));
  if (measure.set_aside > 0) {
    line(marks.entry, std::to_string(measure.set_aside) +
                          " set aside: the question is not about them, or cannot be answered (" +
                          std::to_string(measure.aside.size()) + " not found)");
  }
  if (!measure.misses.empty()) line(marks.entry, "misses: " + reasons_line(measure));
  for (const Miss& miss : first_of(measure.misses, listed)) line(marks.entry, miss_line(miss));
  if (measure.misses.size() > listed)
    line(marks.entry, "and " + std::to_string(measure.misses.size() - listed) + " more (--misses)");
  for (const Miss& miss : first_of(measure.aside, listed)) line(marks.entry, "set aside: " + miss_line(miss));
}

void pair_lines(std::string& out, const Marks& marks, const RandomPairs& random, std::size_t listed) {
  using audit::population::clopper_pearson;
  out += marks.set + std::string("Random pairs of the ") + std::to_string(random.ingredients) +
         " commonest ingredients, seed " + std::to_string(random.seed) + "\n";
  out += marks.line + ("critical or major: " + counted(random.loud, clopper_pearson(random.loud, alpha))) + "\n";
  out += marks.line + ("critical: " + counted(random.critical, clopper_pearson(random.critical, alpha))) + "\n";
  std::size_t number = 0;
  for (const LoudPair& pair : first_of(random.pairs, listed)) {
    const core::Finding& finding = pair.finding;
    out += marks.line + (std::to_string(++number) + ". " + pair.first + " + " + pair.second + ": ");
    out += std::string(to_string(finding.severity)) + ", " + std::string(to_string(finding.type)) + ", " +
           knowledge::joined(finding.rules, " ") + "\n";
    out += marks.entry + finding.mechanism + " " + finding.effect + " " + finding.management + "\n";
    out += marks.entry + evidence_line(finding) + "\n";
  }
  if (random.pairs.size() > listed)
    out += marks.line + ("and " + std::to_string(random.pairs.size() - listed) + " more (--misses)") + "\n";
}

std::string for_people(const CoverageReport& report, const Marks& marks) {
  std::string out = marks.title + ("Coverage of knowledge base " + report.version) + "\n";
  out += marks.line + report.digest + "\n";
  for (const SetCoverage& set : report.sets) {
    out += marks.set + std::string(to_string(set.set)) + " (" + std::to_string(set.rows) + " rows)\n";
    for (const Measure& measure : set.measures) measure_lines(out, marks, measure, report.misses_listed);
  }
  if (report.random) pair_lines(out, marks, *report.random, report.pairs_listed);
  return out;
}

JsonValue object(JsonObject members) { return JsonValue{std::move(members)}; }

JsonObject encode_rate(const Proportion& rate, const Interval& interval) {
  return {{"hits", json_count(rate.hits)},
          {"cases", json_count(rate.cases)},
          {"rate", json_number(rate.value())},
          {"lower", json_number(interval.lower)},
          {"upper", json_number(interval.upper)}};
}

JsonValue encode_miss(const Miss& miss) {
  JsonObject members{{"first", json_text(miss.first)}};
  if (!miss.second.empty()) members.push_back({"second", json_text(miss.second)});
  members.push_back({"reason", json_text(std::string(to_string(miss.reason)))});
  members.push_back({"detail", json_text(miss.detail)});
  members.push_back({"argued", miss.argued.empty() ? json_null() : json_text(miss.argued)});
  return object(std::move(members));
}

JsonValue encode_measure(const Measure& measure, std::size_t listed) {
  JsonObject members{{"what", json_text(measure.what)}};
  for (JsonMember& member : encode_rate(measure.rate, measure.interval())) members.push_back(std::move(member));
  members.push_back({"target", json_number(measure.target)});
  members.push_back({"met", measure.target ? json_flag(measure.met()) : json_null()});
  members.push_back({"argued", json_count(measure.argued())});
  members.push_back({"set_aside", json_count(measure.set_aside)});
  JsonObject reasons;
  for (const auto& [reason, number] : by_reason(measure)) reasons.push_back({std::string(reason), json_count(number)});
  members.push_back({"reasons", object(std::move(reasons))});
  members.push_back({"misses", json_list(first_of(measure.misses, listed), encode_miss)});
  members.push_back({"aside", json_list(first_of(measure.aside, listed), encode_miss)});
  return object(std::move(members));
}

JsonValue encode_pair(const LoudPair& pair) {
  const core::Finding& finding = pair.finding;
  return object({{"first", json_text(pair.first)},
                 {"second", json_text(pair.second)},
                 {"severity", json_text(std::string(to_string(finding.severity)))},
                 {"type", json_text(std::string(to_string(finding.type)))},
                 {"rules", json_list(finding.rules, json_text)},
                 {"mechanism", json_text(finding.mechanism)},
                 {"effect", json_text(finding.effect)},
                 {"management", json_text(finding.management)},
                 {"evidence", json_text(evidence_line(finding))}});
}

}  // namespace

std::string coverage_text(const CoverageReport& report) { return for_people(report, text_marks); }
std::string coverage_markdown(const CoverageReport& report) { return for_people(report, markdown_marks); }

std::string coverage_json(const CoverageReport& report) {
  using audit::population::clopper_pearson;
  JsonObject document{{"version", json_text(report.version)}, {"digest", json_text(report.digest)}};
  document.push_back({"sets", json_list(report.sets, [&](const SetCoverage& set) {
                        return object({{"set", json_text(std::string(to_string(set.set)))},
                                       {"rows", json_count(set.rows)},
                                       {"measures", json_list(set.measures, [&](const Measure& measure) {
                                          return encode_measure(measure, report.misses_listed);
                                        })}});
                      })});
  if (report.random) {
    const RandomPairs& random = *report.random;
    document.push_back(
        {"random", object({{"ingredients", json_count(random.ingredients)},
                           {"seed", json_number(static_cast<double>(random.seed))},
                           {"loud", object(encode_rate(random.loud, clopper_pearson(random.loud, alpha)))},
                           {"critical", object(encode_rate(random.critical, clopper_pearson(random.critical, alpha)))},
                           {"pairs", json_list(first_of(random.pairs, report.pairs_listed), encode_pair)}})});
  }
  return write_json(object(std::move(document)), true);
}

}  // namespace guardian::adapters::cli
