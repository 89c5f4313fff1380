#include "benchmarks/synthetic_knowledge.hpp"

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>

#include "knowledge/seed.hpp"
#include "knowledge/store.hpp"

namespace guardian::benchmarks {
namespace {

// A fixed sequence, so that every run measures the same file.
class Sequence {
 public:
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state_ >> 33U) % limit;
  }

 private:
  std::uint64_t state_ = 42;
};

std::string numbered(const char* prefix, std::size_t number) {
  std::string digits = std::to_string(number);
  return prefix + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

}  // namespace

void write_synthetic_knowledge(const std::filesystem::path& file, std::size_t ingredients, std::size_t pairs) {
  knowledge::Seed seed;
  const auto add = [&](const char* table, std::vector<std::string> cells) {
    seed.table(table).rows().push_back({std::move(cells), "synthetic", 0});
  };
  add("release", {"synthetic", "2026-01-01", ""});
  add("routes", {"oral", "systemic"});
  add("evidence", {"made-up", "reference", "nobody", "made up for a benchmark", "", "", "", "draft"});
  for (std::size_t i = 0; i < ingredients; ++i) add("ingredients", {numbered("drug ", i), "drug", "", "", "", "", ""});

  Sequence sequence;
  const std::string text =
      "The level of the object rises while the precipitant is taken and falls in the days after it. ";
  std::set<std::pair<std::size_t, std::size_t>> used;
  while (used.size() < pairs) {
    const std::size_t one = sequence.below(ingredients);
    const std::size_t other = sequence.below(ingredients);
    if (one == other || !used.emplace(std::min(one, other), std::max(one, other)).second) continue;
    const char* severities[] = {"minor", "moderate", "major", "critical"};
    add("rules", {numbered("DDI-", used.size()), "drug-drug", severities[sequence.below(4)], "", "",
                  "a = " + numbered("drug ", one) + " ; b = " + numbered("drug ", other),
                  text.substr(0, 40 + sequence.below(50)), text.substr(0, 40 + sequence.below(50)),
                  text.substr(0, 40 + sequence.below(50)), "", "", "made-up", "draft"});
  }
  seed.sort();
  const auto built = knowledge::Store::create(file, seed);
  if (!built) throw std::runtime_error(built.error().message);
}

}  // namespace guardian::benchmarks
