#include <ostream>
#include <utility>

#include "adapters/cds_hooks/review_answer.hpp"
#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/cli/model_session.hpp"
#include "adapters/cli/progress.hpp"
#include "adapters/cli/text_report.hpp"
#include "adapters/fhir/outcome.hpp"
#include "adapters/fhir/review_bundle.hpp"
#include "adapters/json/review_codec.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {
namespace {

std::vector<fhir::OutcomeIssue> issues_of(const std::vector<InputProblem>& problems) {
  std::vector<fhir::OutcomeIssue> issues;
  for (const InputProblem& problem : problems)
    issues.push_back({fhir::IssueSeverity::error,
                      "invalid",
                      problem.path.empty() ? problem.message : problem.path + ": " + problem.message,
                      {}});
  return issues;
}

}  // namespace

int run_review(const ReviewOptions& options, const Streams& streams) {
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  const auto session = ModelSession::open(options.model, *base);
  if (!session) return report(session.error(), streams);
  auto ledger = LedgerSession::open(options.ledger);
  if (!ledger) return report(ledger.error(), streams);
  const bool pretty = options.cases.size() == 1 || options.format == Format::text;
  const ReviewManner manner{options.knowledge.locale,
                            true,
                            true,
                            session->model().client != nullptr,
                            pretty,
                            options.full_audit,
                            options.model.release_uncertified,
                            session->model().free_text};
  runtime::OrchestratorOptions running;
  running.reviewer = {options.knowledge.locale, true, std::nullopt, agents::ExplanationOptions{}};
  running.audit->faithfulness_of_template = options.full_audit;
  running.audit->policy.release_uncertified = options.model.release_uncertified;
  runtime::Orchestrator orchestrator(base, running, session->model());
  int status = exit_done;
  // Every file is tried: one that cannot be read must not keep the answers to the others back.
  for (std::size_t i = 0; i < options.cases.size(); ++i) {
    CaseDecoding failed;
    std::string input;
    std::vector<fhir::ChartMedication> medications;
    auto subject = read_case(options.cases[i], streams, &failed, &input, &medications);
    if (!subject) {
      status = exit_input;
      // An error record stands in the place of the review, so that lines and files still match.
      if (options.format == Format::json && options.cases.size() > 1) {
        streams.out << encode_error(failed.case_id, i + 1, failed.problems) << '\n';
      }
      if ((options.format == Format::fhir || options.format == Format::cds) && options.cases.size() > 1)
        streams.out << fhir::operation_outcome(issues_of(failed.problems)) << '\n';
      continue;
    }
    const core::Case stated = options.format == Format::cds ? *subject : core::Case{};
    std::string unrecorded;
    Progress progress(streams.err, streams.colour);
    agents::EventSink shown;
    if (streams.progress) shown = [&progress](const agents::Event& event) { progress.tell(event); };
    WatchedReview watched = session->watch(std::move(shown));
    const auto review = ledger->review(orchestrator, std::move(*subject), input, manner, watched.events(), unrecorded);
    watched.end(review.has_value());
    if (!review) return report(review.error(), streams);
    if (!unrecorded.empty())
      streams.err << "guardian: the review of " << options.cases[i] << " is not recorded: " << unrecorded << '\n';
    if (const auto written = session->written(); !written) return report(written.error(), streams);
    if (options.format == Format::json) {
      streams.out << encode_review(*review, options.cases.size() == 1) << '\n';
    } else if (options.format == Format::fhir) {
      // Only a chart has a patient that a reference can be made to.
      const std::string patient = medications.empty() ? "" : "Patient/" + review->case_id;
      streams.out << fhir::review_bundle(*review, {patient, {}, {}, medications}, options.cases.size() == 1) << '\n';
    } else if (options.format == Format::cds) {
      streams.out << cds_hooks::review_answer(stated, medications, *review, cds_hooks::membership(*base)) << '\n';
    } else {
      streams.out << text_report(*review, {streams.columns, streams.colour});
    }
    if (fails(*review, options.fail_on) && status == exit_done) status = exit_no;
  }
  return status;
}

int run_screen(const ScreenOptions& options, const Streams& streams) {
  for (const std::string& name : options.names) {
    if (name.find_first_not_of(" \t\r\n") == std::string::npos) {
      streams.err << "guardian: a name is empty\n";
      return exit_input;
    }
  }
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  runtime::Reviewer reviewer(base, {options.knowledge.locale});
  const auto review = reviewer.review(case_of_names(options.names));
  if (!review) return report(review.error(), streams);
  if (options.format == Format::json) {
    streams.out << encode_review(*review, true) << '\n';
  } else {
    streams.out << text_report(*review, {streams.columns, streams.colour});
  }
  return fails(*review, options.fail_on) ? exit_no : exit_done;
}

}  // namespace guardian::adapters::cli
