#include "adapters/cli/batch_answerer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/batch/screen_line.hpp"
#include "adapters/cli/command_support.hpp"
#include "adapters/fhir/outcome.hpp"
#include "adapters/fhir/review_bundle.hpp"
#include "adapters/json/review_codec.hpp"
#include "knowledge/digest.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::cli {
namespace {

using batch::LineNote;
using batch::WorkedLines;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

bool fails(const knowledge::MedicineScreening& screening, FailOn fail_on) {
  const auto at_least = [&](core::Severity severity) {
    return !screening.findings.empty() && screening.findings.front().severity >= severity;
  };
  switch (fail_on) {
    case FailOn::never: return false;
    case FailOn::critical: return at_least(core::Severity::critical);
    case FailOn::major: return at_least(core::Severity::major);
    case FailOn::moderate: return at_least(core::Severity::moderate);
    case FailOn::incomplete: return !screening.complete;
  }
  return false;
}

// A DetectedIssue a finding, one a line. An id of its own, so that a server that takes it twice has it once.
void write_issues(const core::Review& review, const fhir::CaseDocument& document, std::string& out) {
  const std::string patient = document.is_fhir ? "Patient/" + review.case_id : std::string();
  const fhir::IssueContext context{patient, review.as_of, review.engine_version, document.medications};
  constexpr std::string_view start = R"({"resourceType":"DetectedIssue",)";
  for (const core::Finding& finding : review.findings) {
    const std::string issue = fhir::detected_issue(finding, context);
    const std::string id =
        knowledge::sha256_hex(review.case_id + "\n" + review.as_of + "\n" + review.kb.digest + "\n" + finding.id);
    out += start;
    out += "\"id\":\"" + id + "\",";
    out += std::string_view(issue).substr(start.size());
    out += '\n';
  }
}

std::string outcome_line(std::uint64_t number, const std::vector<InputProblem>& problems) {
  std::vector<fhir::OutcomeIssue> issues;
  for (const InputProblem& problem : problems) {
    std::string text = "line " + std::to_string(number) + ": ";
    if (!problem.path.empty()) text += problem.path + ": ";
    issues.push_back({fhir::IssueSeverity::error, "invalid", text + problem.message, {}});
  }
  return fhir::operation_outcome(issues);
}

}  // namespace

BatchAnswerer::BatchAnswerer(const BatchUse& use) : use_(use) {
  const BatchOptions& options = use.options;
  if (options.screen_only) {
    screen_.emplace(use.base);
    return;
  }
  const runtime::ModelUse model = use.model.model();
  manner_ = {options.knowledge.locale, false, false, model.client != nullptr, false, false, false, model.free_text};
  runtime::OrchestratorOptions running;
  running.reviewer.default_locale = options.knowledge.locale;
  orchestrator_.emplace(use.base, running, model);
}

std::string BatchAnswerer::now() const { return use_.options.as_of.empty() ? runtime::utc_now() : use_.options.as_of; }

void BatchAnswerer::answer(WorkedLines& lines) {
  for (std::size_t i = 0; i < lines.source.lines.size(); ++i) {
    const std::string_view text = lines.source.line(i);
    const bool too_long = lines.source.lines[i].too_long;
    if (!too_long && is_blank(text)) continue;
    LineNote note;
    note.number = lines.source.first + i;
    note.begin = lines.answers.size();
    answer_line(text, note, too_long, lines);
    note.end = lines.answers.size();
    ++lines.cases;
    if (note.unreadable || note.fails || note.failure || !note.unrecorded.empty())
      lines.notes.push_back(std::move(note));
  }
}

void BatchAnswerer::answer_line(std::string_view text, LineNote& note, bool too_long, WorkedLines& lines) {
  fhir::CaseDocument document;
  if (too_long) {
    document.decoding.problems.push_back({"", "the line is too long for a case"});
  } else {
    document = fhir::decode_document(text, now());
  }
  if (!document.decoding.value) {
    note.unreadable = true;
    lines.answers += use_.options.format == Format::fhir
                         ? outcome_line(note.number, document.decoding.problems)
                         : encode_error(document.decoding.case_id, note.number, document.decoding.problems);
    lines.answers += '\n';
    return;
  }
  if (document.decoding.value->as_of.empty()) document.decoding.value->as_of = now();
  if (screen_) {
    screen(std::move(*document.decoding.value), note, lines);
  } else {
    review(std::move(document), text, note, lines);
  }
}

void BatchAnswerer::review(fhir::CaseDocument document, std::string_view text, LineNote& note, WorkedLines& lines) {
  WatchedReview watched = use_.model.watch();
  const auto review = use_.ledger.review(*orchestrator_, std::move(*document.decoding.value), std::string(text),
                                         manner_, watched.events(), note.unrecorded);
  watched.end(review.has_value());
  if (!review) {
    note.failure = review.error();
    return;
  }
  if (use_.options.format == Format::fhir) {
    write_issues(*review, document, lines.answers);
  } else {
    lines.answers += encode_review(*review, false);
    lines.answers += '\n';
  }
  note.fails = cli::fails(*review, use_.options.fail_on);
}

void BatchAnswerer::screen(core::Case subject, LineNote& note, WorkedLines& lines) {
  if (subject.locale.empty()) subject.locale = use_.options.knowledge.locale;
  const auto screening = screen_->screen(subject);
  if (!screening) {
    note.failure = screening.error();
    return;
  }
  lines.answers += batch::screen_line(subject, **screening);
  lines.answers += '\n';
  note.fails = fails(**screening, use_.options.fail_on);
}

}  // namespace guardian::adapters::cli
