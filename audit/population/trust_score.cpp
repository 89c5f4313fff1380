#include "audit/population/trust_score.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "audit/population/binning.hpp"
#include "audit/population/bootstrap.hpp"
#include "audit/population/calibration.hpp"
#include "audit/population/equity.hpp"
#include "audit/population/groups.hpp"
#include "audit/population/representation.hpp"
#include "audit/population/selective.hpp"

namespace guardian::audit::population {
namespace {

constexpr double level = 0.95;
constexpr std::size_t bins = 10;

constexpr double calibration_weight = 0.30;
constexpr double selective_weight = 0.25;
constexpr double safety_weight = 0.25;
constexpr double equity_weight = 0.15;
constexpr double representation_weight = 0.05;

// Of records, with faithfulness and drift.
struct RecordWeight {
  const char* dimension;
  double weight;
};
constexpr std::array<RecordWeight, 7> record_weights{{{"calibration", 0.25},
                                                      {"selective", 0.20},
                                                      {"safety", 0.20},
                                                      {"equity", 0.15},
                                                      {"faithfulness", 0.10},
                                                      {"representation", 0.05},
                                                      {"drift", 0.05}}};

GateState at_most(const Interval& interval, double limit) noexcept {
  if (interval.upper <= limit) return GateState::pass;
  return interval.lower > limit ? GateState::block : GateState::inconclusive;
}

GateState above(const Interval& interval, double limit) noexcept {
  if (interval.lower > limit) return GateState::pass;
  return interval.upper < limit ? GateState::block : GateState::inconclusive;
}

double falling(double value, double zero) noexcept { return 100.0 * clip(1.0 - value / zero, 0.0, 1.0); }

Gate gate(std::string name, double value, const Interval& interval, double limit, GateState state) {
  Gate made;
  made.name = std::move(name);
  made.value = value;
  made.interval = interval;
  made.limit = limit;
  made.state = state;
  return made;
}

// The same of an estimate whose interval shrinks with the root of the number of cases.
Gate sized_gate(std::string name, double value, const Interval& interval, double limit, GateState state,
                std::size_t cases) {
  Gate made = gate(std::move(name), value, interval, limit, state);
  if (state == GateState::inconclusive) made.cases_needed = cases_by_width(value, interval, limit, cases);
  return made;
}

class Scoring {
 public:
  Scoring(const Population& population, const TrustPolicy& policy)
      : population_(population), policy_(policy), correct_(correctness(population)) {
    const auto right = static_cast<std::size_t>(std::count(correct_.begin(), correct_.end(), 1.0));
    errors_ = {correct_.size() - right, correct_.size()};
    score_.cases = population.size();
  }

  TrustScore run() {
    add_safety();
    if (!population_.has_confidence()) {
      score_.notes.emplace_back("no probabilities: calibration and selective not assessed (not scored as 0)");
    } else {
      const std::vector<double> confidence = top_confidence(population_);
      add_calibration(confidence);
      add_selective(confidence);
    }
    add_equity();
    add_representation();
    grade(score_, policy_);
    return std::move(score_);
  }

 private:
  void add(const char* name, double score, double weight) { score_.dimensions.push_back({name, score, weight}); }

  [[nodiscard]] bool has_enough() const noexcept { return population_.size() >= policy_.min_cases; }

  void add_safety() {
    const double rate = errors_.value();
    const Interval interval = clopper_pearson(errors_, 1.0 - level);
    add("safety", falling(rate, policy_.error_zero), safety_weight);
    Gate made = gate("error_rate", rate, interval, policy_.error_limit, at_most(interval, policy_.error_limit));
    if (made.state == GateState::inconclusive)
      made.cases_needed = cases_to_decide(errors_, policy_.error_limit, 1.0 - level);
    score_.gates.push_back(std::move(made));
  }

  void add_calibration(const std::vector<double>& confidence) {
    if (!has_enough()) return;
    const double error = debiased_error(equal_mass(correct_, confidence, bins), correct_.size());
    const Interval interval = percentile_interval(
        bootstrap_debiased_error(correct_, confidence, bins, policy_.resamples, policy_.seed), level);
    add("calibration", falling(error, policy_.calibration_zero), calibration_weight);
    score_.gates.push_back(sized_gate("calibration", error, interval, policy_.calibration_limit,
                                      at_most(interval, policy_.calibration_limit), population_.size()));
  }

  // Where between no ranking (area = risk) and the best ranking the confidence stands.
  void add_selective(const std::vector<double>& confidence) {
    if (errors_.hits == 0) {
      add("selective", 100.0, selective_weight);
      score_.notes.emplace_back("no errors observed: selective skill not tested");
      return;
    }
    const RiskCoverageArea area = risk_coverage_area(correct_, confidence);
    const double room = errors_.value() - area.optimal;
    constexpr double none = 1e-12;  // every answer is wrong: there is nothing to rank
    add("selective", room > none ? 100.0 * clip((errors_.value() - area.area) / room, 0.0, 1.0) : 0.0,
        selective_weight);

    const std::size_t right = errors_.cases - errors_.hits;
    if (!has_enough() || std::min(errors_.hits, right) < policy_.min_each_kind) return;
    const double ranking = auroc(correct_, confidence);
    const double half = z_95() * auroc_error(ranking, right, errors_.hits);
    const Interval interval{std::max(0.0, ranking - half), std::min(1.0, ranking + half)};
    score_.gates.push_back(
        sized_gate("confidence_ranks_errors", ranking, interval, 0.5, above(interval, 0.5), population_.size()));
  }

  struct Rate {
    const char* metric;
    Proportion (*of)(const Population&, const std::vector<std::size_t>&);
  };

  // The largest gap that an interval proves, over all pairs of groups; Bonferroni over the pairs of one rate.
  void add_equity() {
    static const std::vector<Rate> rates{
        {"accuracy", [](const Population& p, const std::vector<std::size_t>& at) { return right_answers(p, at); }},
        {"tpr", [](const Population& p, const std::vector<std::size_t>& at) { return predicted_positive(p, at, 1); }},
        {"fpr", [](const Population& p, const std::vector<std::size_t>& at) { return predicted_positive(p, at, 0); }}};
    Gate equity;
    equity.name = "equity";
    equity.is_equity = true;
    equity.limit = policy_.gap_limit;
    bool any = false;
    for (const Feature& feature : population_.features) {
      const auto groups = members(feature);
      for (const Rate& rate : rates) {
        if (rate.metric != rates.front().metric && !population_.is_binary()) continue;
        std::vector<Proportion> testable;
        for (std::size_t group = 0; group < groups.size(); ++group) {
          const Proportion proportion = rate.of(population_, groups[group]);
          if (proportion.cases >= policy_.min_group) {
            testable.push_back(proportion);
          } else {
            equity.untestable.push_back({feature.name, feature.groups[group], rate.metric, proportion.cases});
          }
        }
        any = add_pairs(testable, feature.name, rate.metric, equity) || any;
      }
    }
    if (!any) return;
    equity.state = at_most(equity.interval, policy_.gap_limit);
    if (equity.state != GateState::inconclusive || !equity_resolvable_) equity.cases_needed.reset();
    add("equity", falling(equity.interval.lower, policy_.gap_zero), equity_weight);
    score_.gates.push_back(std::move(equity));
  }

  bool add_pairs(const std::vector<Proportion>& groups, const std::string& feature, const char* metric, Gate& equity) {
    if (groups.size() < 2) return false;
    for (const PairGap& gap : pair_gaps(groups, level)) {
      if (gap.interval.lower > equity.interval.lower) {
        equity.interval.lower = gap.interval.lower;
        equity.feature = feature;
        equity.metric = metric;
      }
      equity.interval.upper = std::max(equity.interval.upper, gap.interval.upper);
      if (at_most(gap.interval, policy_.gap_limit) != GateState::inconclusive) continue;
      const auto needed = cases_by_width(gap.value, gap.interval, policy_.gap_limit, population_.size());
      equity_resolvable_ = equity_resolvable_ && needed.has_value();
      equity.cases_needed = std::max(equity.cases_needed.value_or(0), needed.value_or(0));
    }
    return true;
  }

  void add_representation() {
    if (population_.embeddings.empty()) return;
    const std::vector<std::size_t> places = sample_rows(population_.embeddings.rows, most_embeddings, policy_.seed);
    std::vector<int> labels;
    for (const std::size_t place : places) labels.push_back(population_.truth[place]);
    const double separation = silhouette(picked(population_.embeddings, places), labels);
    if (std::isnan(separation)) return;
    add("representation", 100.0 * clip(0.5 + 0.5 * separation, 0.0, 1.0), representation_weight);
  }

  const Population& population_;
  const TrustPolicy& policy_;
  std::vector<double> correct_;
  Proportion errors_;
  bool equity_resolvable_ = true;
  TrustScore score_;
};

}  // namespace

std::string_view to_string(GateState state) noexcept {
  switch (state) {
    case GateState::pass: return "PASS";
    case GateState::inconclusive: return "INCONCLUSIVE";
    case GateState::block: return "BLOCK";
  }
  return "INCONCLUSIVE";
}

void set_record_weights(TrustScore& score) {
  for (Dimension& dimension : score.dimensions) {
    for (const RecordWeight& entry : record_weights) {
      if (dimension.name == entry.dimension) dimension.weight = entry.weight;
    }
  }
}

void grade(TrustScore& score, const TrustPolicy& policy) {
  double sum = 0.0;
  score.weight_present = 0.0;
  for (const Dimension& dimension : score.dimensions) {
    score.weight_present += dimension.weight;
    sum += dimension.weight * dimension.score;
  }
  // Drift alone is no score.
  score.score = score.cases > 0 && score.weight_present > 0.0 ? sum / score.weight_present : not_a_number();
  std::string blocking;
  bool all_pass = true;
  for (const Gate& each : score.gates) {
    all_pass = all_pass && each.state == GateState::pass;
    if (each.state == GateState::block) blocking += (blocking.empty() ? "" : ", ") + each.name;
  }
  if (score.cases < policy.min_cases) {
    score.grade = "I";
    score.verdict = score.cases == 0 ? std::string("INSUFFICIENT: no label")
                                     : "INSUFFICIENT: n < " + std::to_string(policy.min_cases);
    return;
  }
  if (!blocking.empty()) {
    score.grade = "D";
    score.verdict = "BLOCK: " + blocking;
    return;
  }
  score.verdict = all_pass ? "PASS" : "CAUTION";
  if (score.score >= 85.0 && all_pass) {
    score.grade = "A";
  } else if (score.score >= 70.0) {
    score.grade = "B";
  } else {
    score.grade = score.score >= 50.0 ? "C" : "D";
  }
  const bool is_high = score.grade == "A" || score.grade == "B";
  if (is_high && score.weight_present < policy.least_weight) score.grade = "C";
}

TrustScore trust_score(const Population& population, const TrustPolicy& policy) {
  return Scoring(population, policy).run();
}

}  // namespace guardian::audit::population
