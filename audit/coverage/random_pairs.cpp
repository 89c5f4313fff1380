#include "audit/coverage/random_pairs.hpp"

#include <algorithm>

#include "audit/population/numbers.hpp"
#include "knowledge/screen.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit::coverage {

using core::Severity;

std::vector<std::string> common_ingredients() {
  std::vector<std::string> names;
  bool header = true;
  for (const std::string_view line : knowledge::split(common_ingredients_text(), "\n")) {
    if (line.empty() || line.front() == '#') continue;
    if (!header) names.emplace_back(line);
    header = false;
  }
  return names;
}

core::Result<RandomPairs> random_pairs(const std::shared_ptr<const knowledge::KnowledgeBase>& base,
                                       const std::vector<std::string>& ingredients, std::size_t count,
                                       std::uint64_t seed) {
  for (const std::string& name : ingredients) {
    if (!base->graph().ingredient(name))
      return core::fail(core::ErrorCode::not_found, "`" + name + "` is no ingredient of the knowledge base");
  }
  std::vector<std::pair<std::size_t, std::size_t>> all;
  for (std::size_t i = 0; i < ingredients.size(); ++i) {
    for (std::size_t j = i + 1; j < ingredients.size(); ++j) all.emplace_back(i, j);
  }
  RandomPairs drawn;
  drawn.ingredients = ingredients.size();
  drawn.seed = seed;
  population::SplitMix64 random(seed);
  knowledge::Screener screener(base);
  for (std::size_t i = 0; i < std::min(count, all.size()); ++i) {
    std::swap(all[i], all[i + random.below(all.size() - i)]);  // Fisher and Yates
    const std::string& first = ingredients[all[i].first];
    const std::string& second = ingredients[all[i].second];
    core::Case subject;
    subject.medicines_only = true;
    for (const std::string& name : {first, second}) {
      core::MedicationEntry entry;
      entry.element = "/medications/" + std::to_string(subject.medications.size());
      entry.text = name;
      subject.medications.push_back(std::move(entry));
    }
    auto screening = screener.screen(subject);
    if (!screening) return core::fail(screening.error());
    ++drawn.loud.cases;
    ++drawn.critical.cases;
    if (screening->findings.empty() || screening->findings.front().severity < Severity::major) continue;
    core::Finding& finding = screening->findings.front();
    ++drawn.loud.hits;
    drawn.critical.hits += finding.severity == Severity::critical ? 1U : 0U;
    drawn.pairs.push_back({first, second, std::move(finding)});
  }
  return drawn;
}

}  // namespace guardian::audit::coverage
