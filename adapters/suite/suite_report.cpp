#include "adapters/suite/suite_report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "adapters/json/json_text.hpp"

namespace guardian::adapters::suite {
namespace {

using audit::suite::ChangeKind;
using audit::suite::Expectation;
using audit::suite::JudgedSuite;
using audit::suite::Miss;
using audit::suite::MissReason;
using audit::suite::RowChange;
using audit::suite::Tally;
using audit::suite::Verdict;

// visit(row, verdict) of every row that was missed, in the order of the suites.
template <class Visit>
void each_miss(const JudgedSuite& judged, const Visit& visit) {
  for (std::size_t i = 0; i < judged.verdicts.size(); ++i) {
    if (!judged.verdicts[i].held()) visit(judged.suite->rows[i], judged.verdicts[i]);
  }
}

std::string reasons(const Verdict& verdict) {
  std::string text;
  for (const Miss& miss : verdict.misses)
    text += (text.empty() ? "" : "; ") + std::string(to_string(miss.reason)) + ": " + miss.text;
  return text;
}

std::string fixed(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, digits);
  return {buffer.data(), end.ptr};
}

std::string percent(double share) { return fixed(100.0 * share, 2); }

std::string interval(const Tally& tally) {
  return percent(tally.interval.lower) + " to " + percent(tally.interval.upper) + " %";
}

std::string counts(const Tally& tally) {
  return std::to_string(tally.held.hits) + " of " + std::to_string(tally.held.cases);
}

std::string rows(std::size_t count) { return count == 1 ? "1 row is" : std::to_string(count) + " rows are"; }

std::string_view word(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::lost: return "lost";
    case ChangeKind::gained: return "gained";
    case ChangeKind::severity: return "severity";
  }
  return {};
}

std::string named(const knowledge::ReleaseInfo& release) { return release.version + " of " + release.date; }

// The pipe would end a cell of a table.
std::string in_cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c == '\n' || c == '\r' ? ' ' : c;
  }
  return cell;
}

std::string in_xml(std::string_view text) {
  std::string xml;
  for (const char c : text) {
    switch (c) {
      case '&': xml += "&amp;"; break;
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      case '"': xml += "&quot;"; break;
      default: xml += static_cast<unsigned char>(c) < 0x20U ? ' ' : c;  // XML 1.0 has no control characters
    }
  }
  return xml;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + in_xml(value) + "\"";
}

void add_tally(JsonText& out, const Tally& tally) {
  out.text("suite", tally.suite);
  out.text("category", tally.category);
  out.number("cases", static_cast<double>(tally.held.cases));
  out.number("held", static_cast<double>(tally.held.hits));
  out.number("lower_95", tally.interval.lower);
  out.number("upper_95", tally.interval.upper);
  if (tally.held.hits == tally.held.cases) return;
  out.open_object("missed_by_reason");
  for (std::size_t reason = 0; reason < tally.misses.size(); ++reason) {
    if (tally.misses[reason] > 0)
      out.number(to_string(static_cast<MissReason>(reason)), static_cast<double>(tally.misses[reason]));
  }
  out.close_object();
}

void add_release(JsonText& out, std::string_view name, const knowledge::ReleaseInfo& release) {
  out.open_object(name);
  out.text("version", release.version);
  out.text("released", release.date);
  out.text("digest", release.digest);
  out.close_object();
}

void add_row(JsonText& out, const Expectation& row) {
  out.text("place", row.place);
  out.text("id", row.id);
  out.text("category", row.category);
}

}  // namespace

bool all_held(const RunReport& report) {
  return std::all_of(report.judged.begin(), report.judged.end(), [](const JudgedSuite& judged) {
    return std::all_of(judged.verdicts.begin(), judged.verdicts.end(),
                       [](const Verdict& verdict) { return verdict.held(); });
  });
}

std::string text_report(const RunReport& report) {
  std::string text;
  for (const JudgedSuite& judged : report.judged) {
    each_miss(judged, [&](const Expectation& row, const Verdict& verdict) {
      text += "MISS " + row.place + ": " + row.id + ": " + reasons(verdict) + "\n";
    });
  }
  for (const RowChange& change : report.changes) {
    text += std::string(word(change.kind)) + " " + change.row->place + ": " + change.row->id + ": " + change.before +
            " -> " + change.after + "\n";
  }
  if (!text.empty()) text += "\n";
  const auto line = [&](std::string name, const Tally& tally) {
    name.resize(std::max<std::size_t>(name.size(), 30), ' ');
    std::string held = counts(tally);
    held.resize(std::max<std::size_t>(held.size(), 18), ' ');
    text += name + " " + held + " " + interval(tally) + "\n";
  };
  text += "knowledge base " + named(report.knowledge) + "\n";
  if (report.against) text += "compared with  " + named(*report.against) + "\n";
  for (const JudgedSuite& judged : report.judged) line(judged.suite->name, audit::suite::summarise({&judged, 1}).all);
  const Tally all = audit::suite::summarise(report.judged).all;
  line("all", all);
  if (report.variants) {
    text += "slips of one letter read: " + std::to_string(report.variants->slips_read) + " of " +
            std::to_string(report.variants->slips) + "; the others are left open\n";
  }
  if (report.against) text += rows(report.changes.size()) + " answered otherwise\n";
  text += all.held.hits == all.held.cases ? "every row holds\n" : rows(all.held.cases - all.held.hits) + " missed\n";
  return text;
}

std::string markdown_report(const RunReport& report) {
  const auto summary = audit::suite::summarise(report.judged);
  std::string text = "# Regression suites\n\nKnowledge base " + named(report.knowledge) + ". Held " +
                     counts(summary.all) + "; exact 95 % interval " + interval(summary.all) +
                     ".\n\n| suite | category | held | 95 % interval |\n|---|---|---:|---:|\n";
  for (const Tally& tally : summary.categories) {
    text += "| " + in_cell(tally.suite) + " | " + in_cell(tally.category) + " | " + counts(tally) + " | " +
            interval(tally) + " |\n";
  }
  if (!all_held(report)) {
    text += "\n## Missed\n\n| place | row | reason |\n|---|---|---|\n";
    for (const JudgedSuite& judged : report.judged) {
      each_miss(judged, [&](const Expectation& row, const Verdict& verdict) {
        text += "| " + in_cell(row.place) + " | " + in_cell(row.id) + " | " + in_cell(reasons(verdict)) + " |\n";
      });
    }
  }
  if (report.against) {
    text += "\n## Against " + named(*report.against) + "\n\n";
    if (report.changes.empty()) return text + "Every row is answered alike.\n";
    text += "| change | place | row | before | now |\n|---|---|---|---|---|\n";
    for (const RowChange& change : report.changes) {
      text += "| " + std::string(word(change.kind)) + " | " + in_cell(change.row->place) + " | " +
              in_cell(change.row->id) + " | " + in_cell(change.before) + " | " + in_cell(change.after) + " |\n";
    }
  }
  return text;
}

std::string json_report(const RunReport& report) {
  const auto summary = audit::suite::summarise(report.judged);
  JsonText out;
  out.open_object();
  out.text("schema", "guardian-regress/1");
  out.flag("held", all_held(report));
  add_release(out, "knowledge", report.knowledge);
  out.open_object("all");
  add_tally(out, summary.all);
  out.close_object();
  out.open_list("categories");
  for (const Tally& tally : summary.categories) {
    out.open_object();
    add_tally(out, tally);
    out.close_object();
  }
  out.close_list();
  out.open_list("misses");
  for (const JudgedSuite& judged : report.judged) {
    each_miss(judged, [&](const Expectation& row, const Verdict& verdict) {
      out.open_object();
      add_row(out, row);
      out.text("source", row.source);
      out.open_list("reasons");
      for (const Miss& miss : verdict.misses) {
        out.open_object();
        out.text("reason", to_string(miss.reason));
        out.text("text", miss.text);
        out.close_object();
      }
      out.close_list();
      out.close_object();
    });
  }
  out.close_list();
  if (report.variants) {
    out.open_object("variants");
    out.number("slips", static_cast<double>(report.variants->slips));
    out.number("slips_read", static_cast<double>(report.variants->slips_read));
    out.close_object();
  }
  if (report.against) {
    add_release(out, "against", *report.against);
    out.open_list("changes");
    for (const RowChange& change : report.changes) {
      out.open_object();
      out.text("change", word(change.kind));
      add_row(out, *change.row);
      out.text("before", change.before);
      out.text("after", change.after);
      out.close_object();
    }
    out.close_list();
  }
  out.close_object();
  return out.take() + "\n";
}

std::string junit_report(const RunReport& report) {
  const Tally all = audit::suite::summarise(report.judged).all;
  const auto numbers = [](const Tally& tally) {
    return attribute("tests", std::to_string(tally.held.cases)) +
           attribute("failures", std::to_string(tally.held.cases - tally.held.hits));
  };
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "guardian regress") +
                    numbers(all) + ">\n";
  for (const JudgedSuite& judged : report.judged) {
    xml += " <testsuite" + attribute("name", judged.suite->name) + numbers(audit::suite::summarise({&judged, 1}).all) +
           ">\n";
    for (std::size_t i = 0; i < judged.verdicts.size(); ++i) {
      const Expectation& row = judged.suite->rows[i];
      const Verdict& verdict = judged.verdicts[i];
      xml +=
          "  <testcase" + attribute("classname", judged.suite->name + "." + row.category) + attribute("name", row.id);
      if (verdict.held()) {
        xml += "/>\n";
        continue;
      }
      xml += ">\n   <failure" + attribute("type", to_string(verdict.misses.front().reason)) +
             attribute("message", reasons(verdict)) + ">" + in_xml(row.place + ": " + row.source) +
             "</failure>\n  </testcase>\n";
    }
    xml += " </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace guardian::adapters::suite
