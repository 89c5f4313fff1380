#include "adapters/cli/cohort_report.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/cli/audit_report.hpp"
#include "adapters/json/json_text.hpp"
#include "core/severity.hpp"

namespace guardian::adapters::cli {
namespace {

using batch::AlertCount;
using batch::Cohort;

using Row = std::pair<std::string, AlertCount>;

std::vector<Row> severity_rows(const Cohort& cohort) {
  std::vector<Row> rows;
  for (std::size_t i = cohort.severities.size(); i > 0; --i)
    rows.emplace_back(core::to_string(static_cast<core::Severity>(i - 1)), cohort.severities[i - 1]);
  return rows;
}

// Most alerts first.
std::vector<Row> ranked(const std::map<std::string, AlertCount>& counts) {
  std::vector<Row> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& left, const Row& right) { return left.second.alerts > right.second.alerts; });
  return rows;
}

std::string rate(std::uint64_t alerts, std::uint64_t orders) {
  const auto value = batch::per_hundred(alerts, orders);
  return value ? shown(*value, 2) : "-";
}

std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string left(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text + ' ';
}

std::string words_of(const batch::DisplayPolicy& policy) {
  std::string words;
  const auto add = [&](std::string_view word) { words += (words.empty() ? "" : ", ") + std::string(word); };
  for (const core::Severity severity : policy.severities) add(core::to_string(severity));
  for (const std::string& type : policy.types) add(type);
  for (const std::string& rule : policy.rules) add(rule);
  return words;
}

// What must not be overlooked in a policy.
std::string warning_of(const Cohort& cohort) {
  const std::uint64_t critical = cohort.severities[static_cast<std::size_t>(core::Severity::critical)].silenced;
  if (critical == 0) return {};
  return "CRITICAL: the policy would silence " + std::to_string(critical) +
         (critical == 1 ? " critical alert." : " critical alerts.");
}

void add_lines(const CohortView& view, const char* heading, const std::vector<Row>& rows, std::size_t most,
               std::string& text) {
  const bool with_policy = !view.policy.empty();
  text += '\n' + left(heading, 33) + right("alerts", 10) + right("cases", 10) + right("per 100", 10) +
          (with_policy ? right("silenced", 10) : "") + '\n';
  for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
    const auto& [name, count] = rows[i];
    text += "  " + left(name, 31) + right(std::to_string(count.alerts), 10) + right(std::to_string(count.cases), 10) +
            right(rate(count.alerts, view.cohort.orders), 10) +
            (with_policy ? right(std::to_string(count.silenced), 10) : "") + '\n';
  }
  if (rows.size() > most) text += "  and " + std::to_string(rows.size() - most) + " more\n";
}

void write_count(JsonText& json, const AlertCount& count, std::uint64_t orders) {
  json.number("alerts", static_cast<double>(count.alerts));
  json.number("cases", static_cast<double>(count.cases));
  if (const auto value = batch::per_hundred(count.alerts, orders)) json.number("per_100_orders", *value);
  json.number("silenced", static_cast<double>(count.silenced));
  if (const auto value = batch::per_hundred(count.alerts - count.silenced, orders))
    json.number("per_100_orders_shown", *value);
}

void write_counts(JsonText& json, std::string_view name, const std::vector<Row>& rows, std::uint64_t orders) {
  json.open_list(name);
  for (const auto& [what, count] : rows) {
    json.open_object();
    json.text("name", what);
    write_count(json, count, orders);
    json.close_object();
  }
  json.close_list();
}

std::string html_rows(const CohortView& view, const std::vector<Row>& rows, std::size_t most) {
  std::string html;
  for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
    const auto& [name, count] = rows[i];
    html += "<tr><th scope=\"row\">" + escaped(name) + "</th>";
    for (const std::string& value :
         {std::to_string(count.alerts), std::to_string(count.cases), rate(count.alerts, view.cohort.orders),
          std::to_string(count.silenced), rate(count.alerts - count.silenced, view.cohort.orders)})
      html += "<td class=\"number\">" + value + "</td>";
    html += "</tr>";
  }
  return html;
}

std::string html_table(const CohortView& view, const std::string& heading, const std::vector<Row>& rows,
                       std::size_t most) {
  std::string html = "<h2>" + heading + "</h2><div class=\"wide\" tabindex=\"0\"><table><thead><tr>";
  for (const char* column : {"", "alerts", "cases", "per 100 orders", "silenced", "per 100 orders, shown"})
    html += std::string("<th scope=\"col\">") + column + "</th>";
  html += "</tr></thead><tbody>" + html_rows(view, rows, most) + "</tbody></table></div>";
  if (rows.size() > most) html += "<p>And " + std::to_string(rows.size() - most) + " more.</p>";
  return html;
}

std::vector<Row> whole_rows(const Cohort& cohort) {
  return {{"all", cohort.all}, {"interruptive", cohort.interruptive}};
}

std::string summary(const Cohort& cohort) {
  return std::to_string(cohort.cases) + " cases with " + std::to_string(cohort.orders) + " orders; " +
         std::to_string(cohort.incomplete) + " incomplete; " + std::to_string(cohort.unreadable) +
         " lines could not be read";
}

std::string quiet_words(const CohortView& view) {
  std::string text = "Cases without an alert: " + std::to_string(view.cohort.quiet_before);
  if (!view.policy.empty()) text += "; under the policy: " + std::to_string(view.cohort.quiet_after);
  return text;
}

}  // namespace

std::string cohort_text(const CohortView& view) {
  const Cohort& cohort = view.cohort;
  std::string text = summary(cohort) + '\n';
  if (!view.policy.empty()) text += "Policy, silenced: " + words_of(view.policy) + '\n';
  if (const std::string warning = warning_of(cohort); !warning.empty()) text += warning + '\n';
  add_lines(view, "Alerts", whole_rows(cohort), 2, text);
  if (!view.policy.empty() && cohort.orders > 0) {
    text += "  shown per 100 orders: " + rate(cohort.all.alerts - cohort.all.silenced, cohort.orders) +
            "; interruptive: " + rate(cohort.interruptive.alerts - cohort.interruptive.silenced, cohort.orders) + '\n';
  }
  text += "  " + quiet_words(view) + '\n';
  add_lines(view, "By severity", severity_rows(cohort), 4, text);
  add_lines(view, "By type", ranked(cohort.types), view.most_rules, text);
  add_lines(view, "By rule", ranked(cohort.rules), view.most_rules, text);
  return text;
}

std::string cohort_json(const CohortView& view) {
  const Cohort& cohort = view.cohort;
  JsonText json;
  json.open_object();
  json.text("schema", "guardian-cohort/1");
  for (const auto& [name, count] :
       {std::pair{"cases", cohort.cases}, std::pair{"orders", cohort.orders},
        std::pair{"incomplete", cohort.incomplete}, std::pair{"unreadable", cohort.unreadable},
        std::pair{"cases_without_alert", cohort.quiet_before},
        std::pair{"cases_without_alert_shown", cohort.quiet_after}})
    json.number(name, static_cast<double>(count));
  json.open_object("policy");
  json.open_list("severities");
  for (const core::Severity severity : view.policy.severities) json.text(core::to_string(severity));
  json.close_list();
  json.open_list("types");
  for (const std::string& type : view.policy.types) json.text(type);
  json.close_list();
  json.open_list("rules");
  for (const std::string& rule : view.policy.rules) json.text(rule);
  json.close_list();
  json.close_object();
  for (const auto& [name, count] : whole_rows(cohort)) {
    json.open_object(name);
    write_count(json, count, cohort.orders);
    json.close_object();
  }
  write_counts(json, "severities", severity_rows(cohort), cohort.orders);
  write_counts(json, "types", ranked(cohort.types), cohort.orders);
  write_counts(json, "rules", ranked(cohort.rules), cohort.orders);
  json.close_object();
  return json.take() + '\n';
}

std::string cohort_html(const CohortView& view) {
  const Cohort& cohort = view.cohort;
  std::string body = "<h1>Alerts of a cohort</h1><p>" + summary(cohort) + ".</p>";
  if (!view.policy.empty()) body += "<p>Policy, silenced: " + escaped(words_of(view.policy)) + ".</p>";
  if (const std::string warning = warning_of(cohort); !warning.empty())
    body += "<p class=\"BLOCK\">" + escaped(warning) + "</p>";
  body += html_table(view, "Alerts", whole_rows(cohort), 2) + "<p>" + quiet_words(view) + ".</p>";
  body += html_table(view, "By severity", severity_rows(cohort), 4);
  body += html_table(view, "By type", ranked(cohort.types), view.most_rules);
  body += html_table(view, "By rule", ranked(cohort.rules), view.most_rules);
  return page("Alerts of a cohort", body);
}

}  // namespace guardian::adapters::cli
