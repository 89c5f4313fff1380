#include <algorithm>
#include <charconv>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/explanation_report.hpp"
#include "adapters/cli/model_session.hpp"
#include "adapters/cli/text_report.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/screen.hpp"
#include "runtime/orchestrator.hpp"

namespace guardian::adapters::cli {
namespace {

const core::Finding* find(const core::Review& review, const std::string& wanted) {
  for (const core::Finding& finding : review.findings) {
    if (finding.id == wanted) return &finding;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  const bool is_number = error == std::errc{} && end == wanted.data() + wanted.size();
  return is_number && number >= 1 && number <= review.findings.size() ? &review.findings[number - 1] : nullptr;
}

int explain_absence(const knowledge::KnowledgeBase& base, const ExplainOptions& options, const core::Review& review,
                    const Streams& streams) {
  std::vector<std::vector<knowledge::IngredientIndex>> sides;
  for (const std::string& name : options.why_not) {
    const auto resolution = knowledge::resolve(base, {name, {}, {}, options.knowledge.locale});
    if (!resolution.resolved) {
      streams.err << "guardian: --why-not: `" << name << "`: " << resolution.reason << '\n';
      return exit_input;
    }
    sides.push_back(resolution.interpretations.front().ingredients);
  }
  for (const knowledge::IngredientIndex one : sides[0]) {
    for (const knowledge::IngredientIndex other : sides[1]) {
      const std::string& first = base.graph().ingredient_name(one);
      const std::string& second = base.graph().ingredient_name(other);
      streams.out << first << " and " << second << ", each known by name only\n";
      for (const std::string& line : knowledge::why_not(base, one, other)) {
        streams.out << "  " << wrapped(line, streams.columns, 2, 2) << '\n';
      }
      if (one == other) continue;
      for (const core::Finding& finding : review.findings) {
        const auto has = [&](const std::string& name) {
          return std::find(finding.subjects.begin(), finding.subjects.end(), name) != finding.subjects.end();
        };
        if (has(first) && has(second)) {
          streams.out << "  "
                      << wrapped("In this case: " + finding.title + " (finding " + finding.id + ").", streams.columns,
                                 2, 2)
                      << '\n';
        }
      }
      for (const std::string& name : {first, second}) {
        const bool in_case = std::any_of(review.facts.begin(), review.facts.end(),
                                         [&](const core::StatedFact& fact) { return fact.concept_name == name; });
        if (!in_case) streams.out << "  In this case there is no " << name << ".\n";
      }
    }
  }
  return exit_done;
}

}  // namespace

int run_explain(const ExplainOptions& options, const Streams& streams) {
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  auto subject = read_case(options.case_file, streams);
  if (!subject) return exit_input;
  runtime::OrchestratorOptions running;
  running.reviewer.default_locale = options.knowledge.locale;
  if (!options.audience.empty()) {
    running.reviewer.with_plan = true;
    running.reviewer.explanation = agents::ExplanationOptions{options.grade};
    running.audit->policy.release_uncertified = options.model.release_uncertified;
  }
  // The path of a finding and the absence of one are the engine's: nobody is asked for them.
  ModelOptions model = options.model;
  model.offline = model.offline || options.audience.empty();
  const auto session = ModelSession::open(model, *base);
  if (!session) return report(session.error(), streams);
  runtime::Orchestrator orchestrator(base, std::move(running), session->model());
  const auto review = orchestrator.review(std::move(*subject), session->events());
  if (!review) return report(review.error(), streams);
  if (const auto written = session->written(); !written) return report(written.error(), streams);
  if (!options.why_not.empty()) return explain_absence(*base, options, *review, streams);

  const bool is_whole = !options.audience.empty() && !options.finding;
  const core::Finding* finding = is_whole ? nullptr : find(*review, options.finding.value_or(""));
  if (finding == nullptr && !is_whole) {
    streams.err << "guardian: " << options.case_file << ": has no finding `" << options.finding.value_or("")
                << "`; it has:\n";
    for (std::size_t i = 0; i < review->findings.size(); ++i) {
      streams.err << "  " << i + 1 << "  " << review->findings[i].id << "  " << review->findings[i].title << '\n';
    }
    return exit_input;
  }
  if (!options.audience.empty()) {
    const auto audience = options.audience == "patient" ? core::Audience::patient : core::Audience::clinician;
    streams.out << explanation_report(*review, audience, finding == nullptr ? std::string() : finding->id,
                                      {streams.columns, streams.colour});
    return exit_done;
  }
  streams.out << finding_details(*finding, {streams.columns, streams.colour});
  streams.out << "  Path\n";
  for (const core::PathStep& step : finding->path) {
    streams.out << "    " << step.from << "  --" << step.edge << "-->  " << step.to << '\n';
  }
  for (const core::Subset& subset : finding->subsets) {
    std::string names;
    for (const std::string& name : subset) names += (names.empty() ? "" : ", ") + name;
    streams.out << "  Enough by themselves: " << names << '\n';
  }
  return exit_done;
}

}  // namespace guardian::adapters::cli
