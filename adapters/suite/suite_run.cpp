#include "adapters/suite/suite_run.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "knowledge/resolver.hpp"
#include "runtime/orchestrator.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::adapters::suite {
namespace {

using audit::suite::JudgedSuite;
using audit::suite::Suite;

constexpr std::size_t rows_a_turn = 16;  // a thread takes at a time

// The ingredient that `subject` is another name of; `subject` itself where it is an ingredient, or no medicine at all.
std::string ingredient_of(const knowledge::KnowledgeBase& base, const std::string& subject, const std::string& locale) {
  const bool is_value = base.quantity(subject).has_value() || base.condition(subject).has_value();  // potassium
  if (is_value || base.graph().ingredient(subject)) return subject;
  const knowledge::Resolution read = knowledge::resolve(base, {subject, {}, {}, locale});
  if (!read.resolved || read.interpretations.front().ingredients.size() != 1) return subject;
  const knowledge::Interpretation& meant = read.interpretations.front();
  const bool is_name = meant.kind == knowledge::MatchKind::synonym || meant.kind == knowledge::MatchKind::brand;
  return is_name && meant.score >= 1.0 ? base.graph().ingredient_name(meant.ingredients.front()) : subject;
}

// Findings speak of ingredients, suites of medicines as their hospital names them ("pethidine"). A wish that something
// must not be found would hold for ever by a name that no finding has.
void name_ingredients(const knowledge::KnowledgeBase& base, const std::string& locale,
                      std::vector<audit::suite::FindingPattern>& patterns) {
  for (audit::suite::FindingPattern& pattern : patterns) {
    const bool is_quote = std::any_of(pattern.types.begin(), pattern.types.end(), [](core::FindingType type) {
      return type == core::FindingType::unresolved || type == core::FindingType::prompt_injection;
    });
    if (is_quote) continue;
    for (std::string& subject : pattern.subjects) subject = ingredient_of(base, subject, locale);
  }
}

}  // namespace

std::vector<JudgedSuite> run_suites(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                    std::span<const Suite> suites, const RunOptions& options) {
  std::vector<JudgedSuite> judged;
  std::vector<std::pair<std::size_t, std::size_t>> rows;  // suite, row
  for (const Suite& suite : suites) {
    for (std::size_t row = 0; row < suite.rows.size(); ++row) rows.emplace_back(judged.size(), row);
    judged.push_back({&suite, std::vector<audit::suite::Verdict>(suite.rows.size())});
  }
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  std::mutex telling;
  const auto work = [&] {
    runtime::ReviewerOptions reviewing;
    reviewing.default_locale = options.locale;
    // What rules read in a note is screened too; the words and the audit of a review are not judged.
    runtime::OrchestratorOptions running;
    running.reviewer = reviewing;
    running.reviewer.explanation.reset();
    running.audit.reset();
    runtime::Orchestrator reader(base, std::move(running));
    runtime::Reviewer reviewer(base, std::move(reviewing));
    for (std::size_t from = next.fetch_add(rows_a_turn); from < rows.size(); from = next.fetch_add(rows_a_turn)) {
      const std::size_t to = std::min(from + rows_a_turn, rows.size());
      for (std::size_t i = from; i < to; ++i) {
        const auto& [suite, row] = rows[i];
        audit::suite::Expectation expected = suites[suite].rows[row];
        name_ingredients(*base, options.locale, expected.must_find);
        name_ingredients(*base, options.locale, expected.must_not);
        const core::Case& subject = expected.subject;
        judged[suite].verdicts[row] =
            audit::suite::judge(expected, subject.note.empty() ? reviewer.review(subject) : reader.review(subject));
      }
      done += to - from;
      if (!options.progress) continue;
      const std::lock_guard lock(telling);
      options.progress(done, rows.size());
    }
  };
  const std::size_t wanted = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t most = std::max<std::size_t>(1, (rows.size() + rows_a_turn - 1) / rows_a_turn);
  std::vector<std::jthread> workers;
  for (std::size_t i = 1; i < std::min(wanted, most); ++i) workers.emplace_back(work);
  work();
  workers.clear();
  return judged;
}

}  // namespace guardian::adapters::suite
