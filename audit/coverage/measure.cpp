// The questions to each set. Targets: docs/coverage.md.

#include <algorithm>

#include "audit/coverage/coverage.hpp"
#include "audit/coverage/reference_table.hpp"
#include "knowledge/resolver.hpp"
#include "knowledge/text.hpp"

namespace guardian::audit::coverage {
namespace {

using core::Severity;

struct Pair {
  std::string first;
  std::string second;
  std::string mark;  // rule of the panel, level of the list, label of the row
  PairAnswer answer;
};

// A drug that the file writes by a systematic name stands under its usual one in the label ("A/B").
std::string usual_name(const std::string& label, const std::string& other) {
  const auto parts = knowledge::split(label, "/");
  if (parts.size() != 2) return {};
  std::string one = knowledge::lower_case(parts[0]);
  std::string two = knowledge::lower_case(parts[1]);
  if (one == other) return two;
  return two == other ? one : std::string();
}

core::Result<std::vector<Pair>> read_pairs(std::string_view text, std::string_view mark, PairReader& reader) {
  const auto table = ReferenceTable::read(text, {"drug1", "drug2", mark});
  if (!table) return core::fail(table.error());
  std::vector<Pair> pairs;
  for (std::size_t row = 0; row < table->size(); ++row) {
    Pair pair{table->cell(row, 0), table->cell(row, 1), table->cell(row, 2), {}};
    pair.answer = reader.answer(pair.first, pair.second);
    if (mark == "ndfrt_label" && pair.answer.unknown.size() == 1) {
      std::string& unknown = pair.answer.unknown.front() == pair.first ? pair.first : pair.second;
      const std::string& other = &unknown == &pair.first ? pair.second : pair.first;
      if (const std::string usual = usual_name(pair.mark, other); !usual.empty() && reader.ingredients(usual)) {
        unknown = usual;
        pair.answer = reader.answer(pair.first, pair.second);
      }
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

std::string described(const PairAnswer& answer) {
  if (!answer.unknown.empty()) return knowledge::joined(answer.unknown, ", ");
  if (!answer.severity) return answer.local ? "a rule, but not by its usual route" : "";
  return std::string(to_string(*answer.severity)) + ": " + answer.rules;
}

Miss miss_of(const Pair& pair, bool too_much) {
  const PairAnswer& answer = pair.answer;
  MissReason reason = MissReason::no_rule;
  if (!answer.unknown.empty()) {
    reason = MissReason::unknown_drug;
  } else if (too_much) {
    reason = MissReason::higher_severity;
  } else if (answer.severity) {
    reason = MissReason::lower_severity;
  } else if (answer.local || !answer.systemic) {
    reason = MissReason::not_systemic;
  } else if (answer.withdrawn) {
    reason = MissReason::withdrawn;
  }
  return {pair.first, pair.second, reason, described(answer), answer.rules, {}};
}

class Asking {
 public:
  Asking(ReferenceSet set, const Exceptions& exceptions) : set_(set), exceptions_(exceptions) {}

  void count(Measure& measure, bool hit, Miss miss) const {
    ++measure.rate.cases;
    if (hit) {
      ++measure.rate.hits;
      return;
    }
    argue(miss);
    measure.misses.push_back(std::move(miss));
  }

  void put_aside(Measure& measure, bool hit, Miss miss) const {
    ++measure.set_aside;
    if (hit) return;
    argue(miss);
    measure.aside.push_back(std::move(miss));
  }

 private:
  void argue(Miss& miss) const { miss.argued = exceptions_.reason(set_, miss); }

  ReferenceSet set_;
  const Exceptions& exceptions_;
};

Measure asking(std::string what, std::optional<double> target) {
  Measure measure;
  measure.what = std::move(what);
  measure.target = target;
  return measure;
}

bool at_least(const PairAnswer& answer, Severity wanted) { return answer.severity && *answer.severity >= wanted; }

void high_priority(SetCoverage& coverage, const std::vector<Pair>& pairs, const Asking& ask) {
  constexpr std::string_view qt_rule = "21";  // of the panel: two drugs that prolong QT
  Measure other = asking("class pairs: major or worse", 1.0);
  Measure qt = asking("two QT drugs: moderate or worse", 1.0);
  for (const Pair& pair : pairs) {
    const bool is_qt = pair.mark == qt_rule;
    ask.count(is_qt ? qt : other, at_least(pair.answer, is_qt ? Severity::moderate : Severity::major),
              miss_of(pair, false));
  }
  coverage.measures = {std::move(other), std::move(qt)};
}

// A name that is not known gives a finding of its own; such a pair is neither quiet nor loud, and is set aside.
void non_interruptive(SetCoverage& coverage, const std::vector<Pair>& pairs, const Asking& ask) {
  Measure quiet = asking("neither critical nor major", 0.95);
  Measure calm = asking("not critical", 1.0);
  for (const Pair& pair : pairs) {
    const Miss miss = miss_of(pair, true);
    if (!pair.answer.unknown.empty()) {
      ask.put_aside(quiet, false, miss);
      ask.put_aside(calm, false, miss);
      continue;
    }
    ask.count(quiet, !at_least(pair.answer, Severity::major), miss);
    ask.count(calm, !at_least(pair.answer, Severity::critical), miss);
  }
  coverage.measures = {std::move(quiet), std::move(calm)};
}

void torsades(SetCoverage& coverage, const std::vector<Pair>& pairs, const Asking& ask) {
  Measure some = asking("some finding", 1.0);
  Measure avoid = asking("\"usually avoid\": major or worse", 1.0);
  for (const Pair& pair : pairs) {
    ask.count(some, pair.answer.severity.has_value(), miss_of(pair, false));
    if (pair.mark == "usually avoid") ask.count(avoid, at_least(pair.answer, Severity::major), miss_of(pair, false));
  }
  coverage.measures = {std::move(some), std::move(avoid)};
}

void significant(SetCoverage& coverage, const std::vector<Pair>& pairs, const Asking& ask) {
  Measure some = asking("some finding, where both drugs are marketed and systemic", 0.97);
  for (const Pair& pair : pairs) {
    const bool hit = pair.answer.severity.has_value();
    Miss miss = miss_of(pair, false);
    if (pair.answer.unknown.empty() && (pair.answer.withdrawn || !pair.answer.systemic)) {
      if (!hit) miss.reason = pair.answer.withdrawn ? MissReason::withdrawn : MissReason::not_systemic;
      ask.put_aside(some, hit, std::move(miss));
    } else {
      ask.count(some, hit, std::move(miss));
    }
  }
  coverage.measures = {std::move(some)};
}

void names(SetCoverage& coverage, const ReferenceTable& table, const PairReader& reader, const Asking& ask) {
  Measure covered = asking("every ingredient is known", 0.93);
  Measure read = asking("of these, read as exactly these ingredients", 0.995);
  const auto& graph = reader.base().graph();
  // Asked a thousand times for the same few names.
  std::map<std::string, std::optional<std::vector<knowledge::IngredientIndex>>> known;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& name = table.cell(row, 0);
    std::vector<knowledge::IngredientIndex> wanted;
    std::vector<std::string> unknown;
    for (const std::string_view part : knowledge::split(table.cell(row, 1), " | ")) {
      const std::string ingredient(part);
      auto found = known.find(ingredient);
      if (found == known.end()) found = known.emplace(ingredient, reader.ingredients(ingredient)).first;
      if (!found->second) {
        unknown.push_back(ingredient);
      } else {
        wanted.insert(wanted.end(), found->second->begin(), found->second->end());
      }
    }
    ask.count(covered, unknown.empty(), {name, {}, MissReason::unknown_drug, knowledge::joined(unknown, ", "), {}, {}});
    if (!unknown.empty()) continue;
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    const auto resolution = knowledge::resolve(reader.base(), {name, {}, {}, "US"});
    Miss miss{name, {}, MissReason::not_resolved, resolution.reason, {}, {}};
    bool hit = false;
    if (resolution.resolved) {
      auto got = resolution.interpretations.front().ingredients;
      std::sort(got.begin(), got.end());
      got.erase(std::unique(got.begin(), got.end()), got.end());
      hit = got == wanted;
      miss.reason = MissReason::other_ingredients;
      std::vector<std::string> words;
      for (const auto ingredient : got) words.push_back(graph.ingredient_name(ingredient));
      miss.detail = "read as " + knowledge::joined(words, " + ") + ", wanted " + table.cell(row, 1);
    }
    ask.count(read, hit, std::move(miss));
  }
  coverage.measures = {std::move(covered), std::move(read)};
}

void known_ingredients(SetCoverage& coverage, const ReferenceTable& table, const PairReader& reader,
                       const Asking& ask) {
  Measure all = asking("known", std::nullopt);
  Measure oral = asking("known, of those with an oral product", std::nullopt);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& name = table.cell(row, 0);
    const std::string& products = table.cell(row, 1);
    const bool known = reader.ingredients(name).has_value();
    const Miss miss{name, {}, MissReason::unknown_drug, products + " oral products", {}, {}};
    ask.count(all, known, miss);
    if (knowledge::parse_number(products).value_or(0.0) > 0.0) ask.count(oral, known, miss);
  }
  coverage.measures = {std::move(all), std::move(oral)};
}

}  // namespace

core::Result<SetCoverage> measure(ReferenceSet set, std::string_view text, PairReader& reader,
                                  const Exceptions& exceptions) {
  SetCoverage coverage;
  coverage.set = set;
  const Asking ask(set, exceptions);
  const auto of_pairs = [&](std::string_view mark, auto question) -> core::Result<SetCoverage> {
    const auto pairs = read_pairs(text, mark, reader);
    if (!pairs) return core::fail(pairs.error());
    coverage.rows = pairs->size();
    question(coverage, *pairs, ask);
    return coverage;
  };
  const auto of_names = [&](const std::vector<std::string_view>& columns, auto question) -> core::Result<SetCoverage> {
    const auto table = ReferenceTable::read(text, columns);
    if (!table) return core::fail(table.error());
    coverage.rows = table->size();
    question(coverage, *table, reader, ask);
    return coverage;
  };
  switch (set) {
    case ReferenceSet::onc_high_priority: return of_pairs("onc_rule_no", high_priority);
    case ReferenceSet::onc_non_interruptive: return of_pairs("severity", non_interruptive);
    case ReferenceSet::crediblemeds: return of_pairs("level", torsades);
    case ReferenceSet::ndfrt_significant: return of_pairs("ndfrt_label", significant);
    case ReferenceSet::rxnorm_names: return of_names({"name", "ingredients_canonical"}, names);
    case ReferenceSet::ingredients: return of_names({"ingredient", "n_rxnorm_oral_products"}, known_ingredients);
  }
  return coverage;
}

}  // namespace guardian::audit::coverage
