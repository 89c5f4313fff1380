#include "adapters/cli/past_reviews_command.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/json/json_text.hpp"
#include "adapters/ledger/past_reviews.hpp"

namespace guardian::adapters::cli {
namespace {

using Counts = std::array<std::uint64_t, past_change_count>;

std::uint64_t sum(const Counts& counts) { return counts[0] + counts[1] + counts[2] + counts[3]; }

// Most changes first.
std::vector<std::pair<std::string, Counts>> ranked(const PastReviews& past) {
  std::vector<std::pair<std::string, Counts>> rules(past.rules.begin(), past.rules.end());
  std::stable_sort(rules.begin(), rules.end(),
                   [](const auto& left, const auto& right) { return sum(left.second) > sum(right.second); });
  return rules;
}

std::string words(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(counts[i]) + " " +
            std::string(to_string(static_cast<PastChange>(i)));
  }
  return text.empty() ? "none" : text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string words(const FindingChange& change) {
  std::string text = std::string(to_string(change.change)) + ": ";
  if (change.before) text += core::to_string(*change.before);
  if (change.before && change.after) text += " -> ";
  if (change.after) text += core::to_string(*change.after);
  return text + ", " + change.type + ", " + joined(change.rules);
}

// Decisions, or levels of triage, that would be others.
template <class Changes>
void print_steps(const char* what, const Changes& changes, std::ostream& out) {
  for (const auto& [step, count] : changes) {
    out << "  " << what << ' ' << core::to_string(step.first) << " -> " << core::to_string(step.second) << ": " << count
        << '\n';
  }
}

void print_missing(const char* why, std::uint64_t count, std::ostream& out) {
  if (count > 0) out << "  not compared, " << why << ": " << count << '\n';
}

void print(const PastReviews& past, std::size_t limit, std::ostream& out) {
  out << "reviews: " << past.reviews << ", compared: " << past.compared << ", would change: " << past.changed << '\n';
  print_missing("their case was not kept", past.not_kept, out);
  print_missing("their case was erased", past.erased, out);
  print_missing("the row is damaged or was sealed with another key", past.damaged, out);
  print_missing("the case cannot be reviewed any more", past.unreadable, out);
  out << "  findings: " << words(past.findings) << '\n';
  print_steps("decision", past.decisions, out);
  print_steps("triage", past.triage, out);
  if (!past.rules.empty()) out << "by rule:\n";
  for (const auto& [rule, counts] : ranked(past)) out << "  " << rule << ": " << words(counts) << '\n';
  for (const ChangedReview& review : past.first) {
    out << "row " << review.sequence << '\n';
    if (review.decision_before != review.decision_after)
      out << "  decision: " << core::to_string(review.decision_before) << " -> "
          << core::to_string(review.decision_after) << '\n';
    if (review.triage_before != review.triage_after)
      out << "  triage: " << core::to_string(review.triage_before) << " -> " << core::to_string(review.triage_after)
          << '\n';
    for (const FindingChange& change : review.findings) out << "  " << words(change) << '\n';
  }
  if (past.changed > limit) out << "and " << past.changed - limit << " more (--limit)\n";
}

void add_counts(JsonText& json, const Counts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i)
    json.number(to_string(static_cast<PastChange>(i)), static_cast<double>(counts[i]));
}

template <class Changes>
void add_steps(JsonText& json, std::string_view name, const Changes& changes) {
  json.open_list(name);
  for (const auto& [step, count] : changes) {
    json.open_object();
    json.text("before", core::to_string(step.first));
    json.text("after", core::to_string(step.second));
    json.number("reviews", static_cast<double>(count));
    json.close_object();
  }
  json.close_list();
}

void add_review(JsonText& json, const ChangedReview& review) {
  json.open_object();
  json.number("row", static_cast<double>(review.sequence));
  json.text("decision_before", core::to_string(review.decision_before));
  json.text("decision_after", core::to_string(review.decision_after));
  json.text("triage_before", core::to_string(review.triage_before));
  json.text("triage_after", core::to_string(review.triage_after));
  json.open_list("findings");
  for (const FindingChange& change : review.findings) {
    json.open_object();
    json.text("change", to_string(change.change));
    json.text("type", change.type);
    if (change.before) json.text("before", core::to_string(*change.before));
    if (change.after) json.text("after", core::to_string(*change.after));
    json.open_list("rules");
    for (const std::string& rule : change.rules) json.text(rule);
    json.close_list();
    json.close_object();
  }
  json.close_list();
  json.close_object();
}

std::string as_json(const PastReviews& past, const std::string& before, const std::string& after) {
  JsonText json;
  json.open_object();
  json.text("schema", "guardian-past-reviews/1");
  json.text("before", before);
  json.text("after", after);
  json.number("reviews", static_cast<double>(past.reviews));
  json.number("compared", static_cast<double>(past.compared));
  json.number("changed", static_cast<double>(past.changed));
  json.open_object("not_compared");
  json.number("not_kept", static_cast<double>(past.not_kept));
  json.number("erased", static_cast<double>(past.erased));
  json.number("damaged", static_cast<double>(past.damaged));
  json.number("unreadable", static_cast<double>(past.unreadable));
  json.close_object();
  json.open_object("findings");
  add_counts(json, past.findings);
  json.close_object();
  json.open_list("rules");
  for (const auto& [rule, counts] : ranked(past)) {
    json.open_object();
    json.text("rule", rule);
    add_counts(json, counts);
    json.close_object();
  }
  json.close_list();
  add_steps(json, "decisions", past.decisions);
  add_steps(json, "triage", past.triage);
  json.open_list("changed_reviews");
  for (const ChangedReview& review : past.first) add_review(json, review);
  json.close_list();
  json.close_object();
  return json.take();
}

}  // namespace

int run_past_reviews(const KbDiffOptions& options, const Streams& streams) {
  const auto before = open_knowledge({options.before, {}, {}}, streams);
  if (!before) return exit_cannot;
  const auto after = open_knowledge({options.after, {}, {}}, streams);
  if (!after) return exit_cannot;
  auto opened = open_reader(options.ledger, true);
  if (!opened) return report(opened.error(), streams);
  const unsigned jobs = options.jobs > 0 ? options.jobs : std::thread::hardware_concurrency();
  const auto past = compare_past_reviews(opened->reader, opened->key, before, after, jobs, options.limit);
  if (!past) return report(past.error(), streams);
  if (options.format == Format::json)
    streams.out << as_json(*past, before->release().digest, after->release().digest) << '\n';
  else
    print(*past, options.limit, streams.out);
  return exit_done;
}

}  // namespace guardian::adapters::cli
