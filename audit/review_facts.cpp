#include "audit/review_facts.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace guardian::audit {
namespace {

constexpr double days_of_year = 365.25;
constexpr std::string_view labs = "/patient/labs/";

bool is_of_labs(const std::string& element) { return element.rfind(labs, 0) == 0; }

std::optional<double> product(const std::optional<double>& one, const std::optional<double>& other) {
  return one && other ? std::optional(*one * *other) : std::nullopt;
}

}  // namespace

bool is_medicine(const core::StatedFact& fact) { return fact.kind == "drug" || fact.kind == "stopped_drug"; }

bool is_of_agent(const core::StatedFact& fact) { return is_medicine(fact) && fact.from == "/note"; }

bool shows_results(const core::Review& review) {
  return std::any_of(review.facts.begin(), review.facts.end(),
                     [](const core::StatedFact& fact) { return is_of_labs(fact.from); }) ||
         std::any_of(review.not_assessed.begin(), review.not_assessed.end(),
                     [](const core::NotAssessed& missing) { return is_of_labs(missing.rule); });
}

OracleCase oracle_case(const core::Review& review, bool with_agents, bool results_stated) {
  OracleCase subject;
  subject.results_stated = results_stated;
  std::optional<double> weight;
  for (const core::StatedFact& fact : review.facts) {
    if (fact.concept_name == "weight" && fact.from == "/patient/weight_kg") weight = fact.value;
  }
  std::map<std::pair<std::string, std::string>, int> sources;  // by place, and words of a medicine of the note
  for (const core::StatedFact& fact : review.facts) {
    if (is_medicine(fact)) {
      if (is_of_agent(fact) && !with_agents) continue;
      OracleDrug drug;
      drug.ingredient = fact.concept_name;
      drug.exposure = core::parse_exposure(fact.exposure).value_or(core::Exposure::systemic);
      if (!fact.route.empty()) drug.route = fact.route;
      drug.daily_mg = fact.daily_mg;
      drug.daily_units = product(fact.single_units, fact.times_per_day);
      drug.single_mg = fact.single_mg;
      drug.single_units = fact.single_units;
      drug.rate_mg = fact.rate_mg;
      drug.rate_units = fact.rate_units;
      drug.times_per_day = fact.times_per_day;
      drug.weight_kg = weight;
      drug.duration_days = fact.duration_days;
      drug.stopped = fact.stopped;
      drug.stopped_days = fact.stopped_days_ago;
      drug.ordered = fact.ordered;
      drug.as_needed = fact.as_needed;
      drug.fixed_product = fact.fixed_product;
      drug.name_key = fact.product;
      drug.source = sources.emplace(std::pair(fact.from, fact.words), static_cast<int>(sources.size())).first->second;
      subject.drugs.push_back(std::move(drug));
    } else if (fact.kind == "allergy") {
      OracleAllergy allergy{fact.concept_name, fact.reaction.empty() ? "unknown" : fact.reaction, std::nullopt};
      if (fact.age_days) allergy.years = *fact.age_days / days_of_year;
      subject.allergies.push_back(std::move(allergy));
    } else if (fact.value) {
      const double high = std::max(fact.high.value_or(*fact.value), *fact.value);
      subject.quantities.push_back({fact.concept_name, *fact.value, high, fact.age_days});
    } else {
      subject.conditions.push_back(
          {fact.concept_name, fact.truth != "unknown", fact.age_days, fact.truth == "assumed"});
    }
  }
  return subject;
}

}  // namespace guardian::audit
