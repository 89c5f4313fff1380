#include "adapters/suite/suite_run.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <string>
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

// What findings speak of, for the patterns of a suite.
class Subjects {
 public:
  Subjects(const knowledge::KnowledgeBase& base, std::string locale) : base_(base), locale_(std::move(locale)) {
    const knowledge::ConceptGraph& graph = base.graph();
    for (std::size_t i = 0; i < graph.concept_count(); ++i)
      titles_.insert(graph.title(static_cast<knowledge::ConceptIndex>(i)));
    for (const knowledge::QuantityDefinition& quantity : base.patient_tables().quantities) {
      if (quantity.kind == "measure") measures_.push_back(quantity.title + " ");  // "eGFR 20"
    }
  }

  // Findings name ingredients, suites medicines as their hospital does ("pethidine"). What is left is no subject of any
  // finding: a wish that it must not be found would hold for ever.
  [[nodiscard]] std::vector<std::string> settle(std::vector<audit::suite::FindingPattern>& patterns) const {
    std::vector<std::string> unknown;
    for (audit::suite::FindingPattern& pattern : patterns) {
      const bool is_quote = std::any_of(pattern.types.begin(), pattern.types.end(), [](core::FindingType type) {
        return type == core::FindingType::unresolved || type == core::FindingType::prompt_injection;
      });
      if (is_quote) continue;
      for (std::string& subject : pattern.subjects) {
        subject = ingredient_of(subject);
        if (!is_known(subject)) unknown.push_back(subject);
      }
    }
    return unknown;
  }

 private:
  // The ingredient that `subject` is another name of; `subject` itself where it is an ingredient, or no medicine at
  // all.
  [[nodiscard]] std::string ingredient_of(const std::string& subject) const {
    if (is_known(subject)) return subject;  // potassium: the value
    const knowledge::Resolution read = knowledge::resolve(base_, {subject, {}, {}, locale_});
    if (!read.resolved || read.interpretations.front().ingredients.size() != 1) return subject;
    const knowledge::Interpretation& meant = read.interpretations.front();
    const bool is_name = meant.kind == knowledge::MatchKind::synonym || meant.kind == knowledge::MatchKind::brand;
    return is_name && meant.score >= 1.0 ? base_.graph().ingredient_name(meant.ingredients.front()) : subject;
  }

  [[nodiscard]] bool is_known(const std::string& subject) const {
    return titles_.count(subject) > 0 || base_.graph().ingredient(subject) ||
           std::any_of(measures_.begin(), measures_.end(),
                       [&](const std::string& measure) { return subject.starts_with(measure); });
  }

  const knowledge::KnowledgeBase& base_;
  std::string locale_;
  std::set<std::string> titles_;
  std::vector<std::string> measures_;
};

// First, as nothing else that is said of the row counts before.
void add_unknown(std::span<const std::string> subjects, audit::suite::Verdict& verdict) {
  std::vector<audit::suite::Miss> misses;
  for (const std::string& subject : subjects) {
    misses.push_back({audit::suite::MissReason::drug_unknown,
                      "`" + subject + "` is no medicine, value, condition or allergen of the knowledge base"});
  }
  verdict.misses.insert(verdict.misses.begin(), misses.begin(), misses.end());
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
  const Subjects subjects(*base, options.locale);
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
        std::vector<std::string> unknown = subjects.settle(expected.must_find);
        for (std::string& one : subjects.settle(expected.must_not)) unknown.push_back(std::move(one));
        const core::Case& subject = expected.subject;
        audit::suite::Verdict& verdict = judged[suite].verdicts[row];
        verdict =
            audit::suite::judge(expected, subject.note.empty() ? reviewer.review(subject) : reader.review(subject));
        add_unknown(unknown, verdict);
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
