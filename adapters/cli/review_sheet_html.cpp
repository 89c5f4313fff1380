// The page of the review sheet. Severity is always said in words; without script the page shows every rule.

#include <set>

#include "adapters/cli/audit_report.hpp"
#include "adapters/cli/review_sheet.hpp"

namespace guardian::adapters::cli {
namespace {

constexpr const char* head = R"html(<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>
body { font: 1rem/1.45 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; background: #fff; }
form { position: sticky; top: 0; background: #fff; border-bottom: 1px solid #767676; padding: .5rem 0; display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; }
label { display: block; font-weight: 600; } input, select { font: inherit; padding: .2rem .4rem; }
:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; }
article { border: 1px solid #b5b5b5; border-left-width: .4rem; border-radius: .3rem; padding: .5rem .8rem; margin: .8rem 0; content-visibility: auto; contain-intrinsic-size: auto 16rem; }
article[data-severity=critical] { border-left-color: #a50e0e; } article[data-severity=major] { border-left-color: #b06000; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; } p { margin: .3rem 0; } code { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .8rem; margin: .3rem 0; } dt { font-weight: 600; } dd { margin: 0; }
ul { margin: .2rem 0; padding-left: 1.2rem; } [hidden] { display: none; }
@media print { form { display: none; } body { max-width: none; padding: 0; font-size: 9pt; } article { break-inside: avoid; content-visibility: visible; } }
</style></head><body>
)html";

constexpr const char* script = R"html(<script>
'use strict';
const rules = Array.from(document.querySelectorAll('article'), (element) => ({element, text: null}));
const field = (name) => document.getElementById(name);
function filter() {
  const words = field('words').value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = ['severity', 'type', 'status'].map((name) => [name, field(name).value]).filter((pair) => pair[1]);
  let shown = 0;
  for (const rule of rules) {
    let fits = wanted.every(([name, value]) => rule.element.dataset[name] === value);
    if (fits && words.length) {
      rule.text ??= rule.element.textContent.toLowerCase();
      fits = words.every((word) => rule.text.includes(word));
    }
    rule.element.hidden = !fits;
    if (fits) ++shown;
  }
  field('shown').textContent = shown + ' of ' + rules.length + ' rules shown';
}
let waiting = 0;
field('filter').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
field('filter').addEventListener('submit', (event) => { event.preventDefault(); filter(); });
field('filter').hidden = false;
</script>
)html";

std::string row(const char* name, const std::string& text) {
  return text.empty() ? "" : std::string("<dt>") + name + "</dt><dd>" + escaped(text) + "</dd>";
}

std::string list(const std::vector<std::string>& lines) {
  std::string html = "<ul>";
  for (const std::string& line : lines) html += "<li>" + escaped(line) + "</li>";
  return html + "</ul>";
}

std::string list_row(const char* name, const std::vector<std::string>& lines) {
  return lines.empty() ? "" : std::string("<dt>") + name + "</dt><dd>" + list(lines) + "</dd>";
}

std::string article(const SheetRule& rule) {
  const std::string status = rule.inferred ? "inferred" : rule.status;
  std::string html = "<article id=\"" + escaped(rule.id) + "\" data-severity=\"" + escaped(rule.severity) +
                     "\" data-type=\"" + escaped(rule.type) + "\" data-status=\"" + escaped(status) + "\">";
  html += "<h2>" + escaped(rule.id) + "</h2><p><strong>" + escaped(rule.severity) +
          (rule.contraindication ? ", contraindicated" : "") + "</strong>, " + escaped(rule.type) + ", " +
          escaped(status) + "</p>";
  html += "<p><code>" + escaped(rule.terms) + "</code></p><dl>";
  html += row("Mechanism", rule.mechanism) + row("Effect", rule.effect) + row("Do", rule.management) +
          row("Monitor", rule.monitoring) + row("Onset", rule.onset);
  html += list_row("Not when", rule.exceptions) + list_row("Severity moves", rule.modifiers);
  html += list_row("Evidence", rule.evidence) + "</dl>";
  html += "<details><summary>Covers " + escaped(rule.covers) + "</summary>" + list(rule.covered) + "</details>";
  return html + "</article>\n";
}

std::string choice(const char* name, const char* title, const std::set<std::string>& values) {
  std::string html = std::string("<div><label for=\"") + name + "\">" + title + "</label><select id=\"" + name +
                     "\"><option value=\"\">all</option>";
  for (const std::string& value : values) html += "<option>" + escaped(value) + "</option>";
  return html + "</select></div>";
}

}  // namespace

std::string sheet_html(const std::vector<SheetRule>& rules, const std::string& release) {
  std::set<std::string> severities;
  std::set<std::string> types;
  std::set<std::string> statuses;
  for (const SheetRule& rule : rules) {
    severities.insert(rule.severity);
    types.insert(rule.type);
    statuses.insert(rule.inferred ? "inferred" : rule.status);
  }
  const std::string number = std::to_string(rules.size());
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Review sheet of the rules</title>\n";
  html += head;
  html += "<main><h1>Review sheet of the rules</h1><p>Knowledge base " + escaped(release) + "</p>";
  html +=
      "<p>Every rule with what it says, what it speaks of and where it comes from. Pairs are those that meet its terms "
      "by "
      "name; what it takes exception to, doses and routes are not counted in. Draft: the source was not opened, or not "
      "checked in every point.</p>";
  html +=
      "<form id=\"filter\" role=\"search\" hidden><div><label for=\"words\">Words</label><input id=\"words\" "
      "type=\"search\" placeholder=\"warfarin fluconazole\"></div>";
  html +=
      choice("severity", "Severity", severities) + choice("type", "Type", types) + choice("status", "Status", statuses);
  html += "<p id=\"shown\" role=\"status\">" + number + " of " + number + " rules shown</p></form>\n";
  for (const SheetRule& rule : rules) html += article(rule);
  return html + "</main>\n" + script + "</body></html>\n";
}

}  // namespace guardian::adapters::cli
