#include "audit/population/records.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/population/bootstrap.hpp"

namespace guardian::audit::population {
namespace {

constexpr double missed_critical_limit = 0.01;
constexpr double unsupported_limit = 0.02;
constexpr double alpha = 0.05;

double harm_of(const Record& record) {
  const bool should_stop = stops(*record.label);
  const bool did_stop = stops(record.prediction);
  if (should_stop && !did_stop) return record.severity == "critical" ? 10.0 : record.severity == "major" ? 5.0 : 1.0;
  if (!should_stop && did_stop) return 2.0;
  return record.prediction == *record.label ? 0.0 : 1.0;
}

Gate proportion_gate(const char* name, Proportion proportion, double limit) {
  Gate gate;
  gate.name = name;
  gate.limit = limit;
  gate.interval = clopper_pearson(proportion, alpha);
  if (proportion.cases > 0) gate.value = proportion.value();
  if (gate.interval.upper <= limit) gate.state = GateState::pass;
  if (gate.interval.lower > limit) gate.state = GateState::block;
  if (gate.state == GateState::inconclusive) gate.cases_needed = cases_to_decide(proportion, limit, alpha);
  return gate;
}

constexpr double most_harm = 10.0;

// Lower bound above zero: the texts as a whole rest on what they cite.
Gate faithfulness_gate(const std::vector<double>& assessed, const TrustPolicy& policy) {
  Gate gate;
  gate.name = "faithfulness";
  gate.value = mean(assessed);
  gate.interval = percentile_interval(bootstrap(assessed.size(), policy.resamples, policy.seed,
                                                [&](std::span<const std::size_t> places) {
                                                  double sum = 0.0;
                                                  for (const std::size_t place : places) sum += assessed[place];
                                                  return sum / static_cast<double>(assessed.size());
                                                }),
                                      1.0 - alpha);
  gate.state = gate.interval.lower > 0.0    ? GateState::pass
               : gate.interval.upper <= 0.0 ? GateState::block
                                            : GateState::inconclusive;
  if (gate.state == GateState::inconclusive)
    gate.cases_needed = cases_by_width(*gate.value, gate.interval, 0.0, assessed.size());
  return gate;
}

// No feature may have drifted: whatever was certified is about cases like those before.
std::optional<Gate> drift_gate(const std::vector<FeatureDrift>& drift) {
  const auto is_tested = [](const FeatureDrift& one) { return !std::isnan(one.q_value); };
  if (std::none_of(drift.begin(), drift.end(), is_tested)) return std::nullopt;
  Gate gate;
  gate.name = "drift";
  const auto drifted =
      std::count_if(drift.begin(), drift.end(), [](const FeatureDrift& one) { return one.is_drifted; });
  gate.value = static_cast<double>(drifted);
  gate.interval = {*gate.value, *gate.value};
  gate.state = drifted == 0 ? GateState::pass : GateState::block;
  return gate;
}

CaseFeatures features_of(const std::vector<Record>& records) {
  CaseFeatures features;
  features.cases = records.size();
  std::set<std::string> numbers;
  std::set<std::string> words;
  for (const Record& record : records) {
    for (const auto& [name, value] : record.features) numbers.insert(name);
    for (const auto& [name, group] : record.groups) words.insert(name);
  }
  NumberFeature confidence{"confidence", {}};
  for (const Record& record : records) confidence.values.push_back(record.confidence);
  if (numbers.count("confidence") == 0) features.numbers.push_back(std::move(confidence));
  for (const std::string& name : numbers) {
    NumberFeature feature{name, {}};
    for (const Record& record : records) {
      const auto found = record.features.find(name);
      feature.values.push_back(found == record.features.end() ? std::nullopt : std::optional<double>(found->second));
    }
    features.numbers.push_back(std::move(feature));
  }
  for (const std::string& name : words) {
    WordFeature feature{numbers.count(name) > 0 ? name + " (group)" : name, {}};
    for (const Record& record : records) {
      const auto found = record.groups.find(name);
      feature.values.push_back(found == record.groups.end() ? std::string() : found->second);
    }
    features.words.push_back(std::move(feature));
  }
  return features;
}

Population population_of(const std::vector<const Record*>& records) {
  Population population;
  std::set<std::string> words;
  std::set<std::string> features;
  bool all_confident = true;
  for (const Record* record : records) {
    words.insert(record->prediction);
    words.insert(*record->label);
    for (const auto& [feature, group] : record->groups) features.insert(feature);
    all_confident = all_confident && record->confidence.has_value();
  }
  population.labels.assign(words.begin(), words.end());
  population.labels_are_words = true;
  const auto place = [&](const std::string& word) {
    return static_cast<int>(std::distance(words.begin(), words.find(word)));
  };
  for (const Record* record : records) {
    population.truth.push_back(place(*record->label));
    population.predicted.push_back(place(record->prediction));
    if (all_confident) population.confidence.push_back(*record->confidence);
  }
  for (const std::string& name : features) {
    std::set<std::string> groups;
    std::vector<std::string> of;
    for (const Record* record : records) {
      const auto found = record->groups.find(name);
      of.push_back(found == record->groups.end() ? "unknown" : found->second);
      groups.insert(of.back());
    }
    Feature feature{name, {groups.begin(), groups.end()}, {}};
    for (const std::string& group : of)
      feature.of.push_back(static_cast<std::size_t>(std::distance(groups.begin(), groups.find(group))));
    population.features.push_back(std::move(feature));
  }
  return population;
}

}  // namespace

bool stops(const std::string& verdict) noexcept { return verdict == "block" || verdict == "escalate"; }

core::Result<RecordAudit> audit_records(std::vector<Record> records, const TrustPolicy& policy) {
  RecordAudit audit;
  RecordSummary& summary = audit.summary;
  summary.records = records.size();
  summary.is_in_order = std::all_of(records.begin(), records.end(), [](const Record& r) { return !r.time.empty(); });
  if (summary.is_in_order) {
    std::stable_sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.time < b.time; });
  }
  if (records.empty()) return core::fail(core::ErrorCode::invalid_input, "there is no record");
  std::vector<const Record*> labelled;
  std::vector<double> faithful;
  for (const Record& record : records) {
    if (!(record.review_probability > 0.0 && record.review_probability <= 1.0))
      return core::fail(core::ErrorCode::invalid_input, "p_review must be above 0 and at most 1");
    if (record.supported_claims > record.checkable_claims)
      return core::fail(core::ErrorCode::invalid_input, "claims: more are supported than checkable");
    summary.unsupported_claims.cases += record.checkable_claims;
    summary.unsupported_claims.hits += record.checkable_claims - record.supported_claims;
    summary.suppressed_findings += record.suppressed_findings;
    if (record.faithfulness && std::isfinite(*record.faithfulness)) faithful.push_back(*record.faithfulness);
    if (record.label) labelled.push_back(&record);
  }
  summary.labelled = labelled.size();
  summary.assessed_texts = faithful.size();
  if (!faithful.empty()) summary.faithfulness = mean(faithful);
  audit.features = features_of(records);
  if (summary.is_in_order) audit.drift = window_drift(audit.features, policy.drift_window);

  std::vector<double> weights;
  std::vector<double> wrong;
  double total = 0.0;
  double squares = 0.0;
  double errors = 0.0;
  double weighted = 0.0;
  for (const Record* record : labelled) {
    const double weight = 1.0 / record->review_probability;
    const double miss = record->prediction == *record->label ? 0.0 : 1.0;
    weights.push_back(weight);
    wrong.push_back(miss);
    total += weight;
    squares += weight * weight;
    errors += miss;
    weighted += weight * miss;
    summary.harm += weight * harm_of(*record);
    if (record->severity == "critical" && stops(*record->label)) {
      ++summary.missed_critical.cases;
      if (!stops(record->prediction)) ++summary.missed_critical.hits;
    }
  }
  // Without a label these are not defined, and NaN is null in the answer.
  const bool is_labelled = !labelled.empty();
  summary.effective_size = is_labelled ? total * total / squares : 0.0;
  summary.error_rate = is_labelled ? errors / static_cast<double>(labelled.size()) : not_a_number();
  summary.weighted_error_rate = is_labelled ? weighted / total : not_a_number();
  summary.harm = is_labelled ? summary.harm / total : not_a_number();
  const std::vector<double> drawn = !is_labelled ? std::vector<double>()
                                                 : bootstrap(labelled.size(), policy.resamples, policy.seed,
                                                             [&](std::span<const std::size_t> places) {
                                                               double of_errors = 0.0;
                                                               double of_all = 0.0;
                                                               for (const std::size_t i : places) {
                                                                 of_errors += weights[i] * wrong[i];
                                                                 of_all += weights[i];
                                                               }
                                                               return of_errors / of_all;
                                                             });
  summary.weighted_interval = percentile_interval(drawn, 1.0 - alpha);

  audit.gates.push_back(proportion_gate("missed_critical", summary.missed_critical, missed_critical_limit));
  audit.gates.push_back(proportion_gate("unsupported_claims", summary.unsupported_claims, unsupported_limit));
  Gate suppressed;
  suppressed.name = "suppressed_findings";
  suppressed.value = static_cast<double>(summary.suppressed_findings);
  suppressed.interval = {*suppressed.value, *suppressed.value};
  suppressed.state = summary.suppressed_findings == 0 ? GateState::pass : GateState::block;
  audit.gates.push_back(std::move(suppressed));
  if (!faithful.empty()) audit.gates.push_back(faithfulness_gate(faithful, policy));
  if (!is_labelled) return audit;
  auto population = checked(population_of(labelled));
  if (!population) return core::fail(population.error());
  audit.population = std::move(*population);
  return audit;
}

void set_reference(RecordAudit& audit, const CaseFeatures& earlier) {
  audit.drift = feature_drift(earlier, audit.features);
}

TrustScore with_records(TrustScore score, const RecordAudit& audit, const TrustPolicy& policy) {
  const RecordSummary& summary = audit.summary;
  score.gates.insert(score.gates.end(), audit.gates.begin(), audit.gates.end());
  for (Dimension& dimension : score.dimensions) {
    if (dimension.name == "safety")
      dimension.score = 100.0 * clip(1.0 - summary.harm / (policy.error_zero * most_harm), 0.0, 1.0);
  }
  if (summary.faithfulness)
    score.dimensions.push_back({"faithfulness", 100.0 * clip(*summary.faithfulness, 0.0, 1.0), 0.0});
  if (auto gate = drift_gate(audit.drift)) {
    const auto tested = std::count_if(audit.drift.begin(), audit.drift.end(),
                                      [](const FeatureDrift& one) { return !std::isnan(one.q_value); });
    score.dimensions.push_back({"drift", 100.0 * (1.0 - *gate->value / static_cast<double>(tested)), 0.0});
    score.gates.push_back(std::move(*gate));
  }
  set_record_weights(score);
  if (summary.effective_size < static_cast<double>(summary.labelled))
    score.notes.emplace_back("labels are weighted by their chance of review; of the dimensions only safety is");
  grade(score, policy);
  if (score.grade != "I" && summary.effective_size < static_cast<double>(policy.min_cases)) {
    score.grade = "I";
    score.verdict = "INSUFFICIENT: effective n < " + std::to_string(policy.min_cases);
  }
  return score;
}

}  // namespace guardian::audit::population
