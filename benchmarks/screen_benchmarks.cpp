// How fast the screen and the start are, as ratios within one run: the machine's own speed cancels out.
//
// The yardsticks: a probe of the bit matrix that also fetches the rules of each hit, and SQLite joining a regimen with
// the same pairs in memory. Start-up is measured with the seal verified, on the shipped file and on one of 300,000
// pairs.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <benchmark/benchmark.h>

#include "adapters/json/case_codec.hpp"
#include "benchmarks/synthetic_knowledge.hpp"
#include "knowledge/injection.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/matcher.hpp"
#include "knowledge/screen.hpp"

namespace {

using namespace guardian::knowledge;
namespace fs = std::filesystem;

constexpr std::size_t regimens_a_size = 256;

const std::shared_ptr<const KnowledgeBase>& shipped() {
  static const auto base = [] {
    auto opened = KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }();
  return base;
}

// Regimens of medicines that rules speak of: what is rare in rules is cheap to screen and would flatter the figures.
std::vector<std::vector<IngredientIndex>> regimens(std::size_t size) {
  const KnowledgeBase& base = *shipped();
  const auto count = static_cast<std::uint32_t>(base.graph().ingredient_count());
  std::vector<std::pair<std::size_t, std::uint32_t>> by_rules;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::size_t partners = 0;
    for (std::uint32_t j = 0; j < count; ++j) {
      if (i != j && base.pairs().contains(static_cast<IngredientIndex>(std::min(i, j)),
                                          static_cast<IngredientIndex>(std::max(i, j)))) {
        ++partners;
      }
    }
    by_rules.emplace_back(partners, i);
  }
  std::sort(by_rules.rbegin(), by_rules.rend());
  std::uint64_t state = size;
  std::vector<std::vector<IngredientIndex>> list(regimens_a_size);
  for (auto& regimen : list) {
    while (regimen.size() < size) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto drug = static_cast<IngredientIndex>(by_rules[(state >> 33U) % 800].second);
      if (std::find(regimen.begin(), regimen.end(), drug) == regimen.end()) regimen.push_back(drug);
    }
    std::sort(regimen.begin(), regimen.end());
  }
  return list;
}

// Both are calls of their own: what stands around them must not change the code that is measured.
[[gnu::noinline]] std::size_t probe(const PairIndex& pairs, const std::vector<std::vector<IngredientIndex>>& list,
                                    std::size_t passes) {
  std::vector<PairEntry> hits;
  std::size_t count = 0;
  for (std::size_t pass = 0; pass < passes; ++pass) {
    for (const auto& regimen : list) {
      hits.clear();
      for (std::size_t i = 0; i < regimen.size(); ++i) {
        for (std::size_t j = i + 1; j < regimen.size(); ++j) {
          const auto entries = pairs.find(regimen[i], regimen[j]);
          hits.insert(hits.end(), entries.begin(), entries.end());
        }
      }
      count += hits.size();
    }
  }
  return count;
}

[[gnu::noinline]] std::size_t screen(Matcher& matcher, const std::vector<std::vector<DrugFact>>& list,
                                     std::size_t passes) {
  std::size_t count = 0;
  for (std::size_t pass = 0; pass < passes; ++pass) {
    for (const auto& facts : list) count += matcher.match(facts).findings.size();
  }
  return count;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The screen and the probe in turns of some passes each over the same regimens, so that a machine that is shared slows
// both: the ratio is the median of the ratios of the turns.
void screen_beside_probe(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::size_t passes = 100 / size;
  const auto list = regimens(size);
  const KnowledgeBase& base = *shipped();
  std::vector<std::vector<DrugFact>> facts;
  for (const auto& regimen : list) {
    facts.emplace_back();
    for (const IngredientIndex drug : regimen) facts.back().push_back(base.bare_fact(drug));
  }
  Matcher matcher(base.graph(), base.rules(), base.lit(), base.pairs());
  const auto screened = static_cast<double>(passes * list.size());
  std::vector<double> probe_us;
  std::vector<double> screen_us;
  std::vector<double> ratios;
  std::size_t findings = 0;
  for (auto _ : state) {
    const auto before = Clock::now();
    benchmark::DoNotOptimize(probe(base.pairs(), list, passes));
    const auto between = Clock::now();
    findings = screen(matcher, facts, passes);
    const auto after = Clock::now();
    const std::chrono::duration<double, std::micro> probed = between - before;
    const std::chrono::duration<double, std::micro> matched = after - between;
    probe_us.push_back(probed.count() / screened);
    screen_us.push_back(matched.count() / screened);
    ratios.push_back(matched / probed);
    state.SetIterationTime(std::chrono::duration<double>(after - before).count());
  }
  state.counters["probe_us"] = median(probe_us);
  state.counters["screen_us"] = median(screen_us);
  state.counters["ratio"] = median(ratios);
  state.counters["findings"] = static_cast<double>(findings) / screened;
}

std::string json_list(const std::vector<IngredientIndex>& regimen, bool names) {
  std::string text = "[";
  for (const IngredientIndex drug : regimen) {
    if (text.size() > 1) text += ",";
    text += names ? "\"" + shipped()->graph().ingredient_name(drug) + "\"" : std::to_string(raw(drug));
  }
  return text + "]";
}

// The screen as a join over the tables of the shipped file itself: what the medicines light, and the rules of two terms
// that both find a medicine for. It leaves out exceptions, predicates and inferred rules, which would only make it
// slower.
void sqlite_tables(benchmark::State& state) {
  const auto list = regimens(static_cast<std::size_t>(state.range(0)));
  std::vector<std::string> texts;
  for (const auto& regimen : list) texts.push_back(json_list(regimen, true));
  SQLite::Database database(GUARDIAN_SHIPPED_KB, SQLite::OPEN_READONLY);
  database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -64000; BEGIN");
  SQLite::Statement query(database, R"sql(
    WITH RECURSIVE
      drug(ingredient) AS (SELECT value FROM json_each(?1)),
      in_class(ingredient, class) AS (
        SELECT d.ingredient, m.class FROM drug d CROSS JOIN member m ON m.ingredient = d.ingredient
        UNION
        SELECT c.ingredient, p.parent FROM in_class c CROSS JOIN class_parent p ON p.class = c.class),
      lit(ingredient, concept) AS MATERIALIZED (
        SELECT ingredient, ingredient FROM drug
        UNION ALL SELECT ingredient, 'class:' || class FROM in_class
        UNION ALL
        SELECT d.ingredient, c.concept FROM drug d CROSS JOIN role r ON r.ingredient = d.ingredient
        CROSS JOIN concept c ON c.kind = 'role' AND c.name = r.target AND c.relation = r.relation AND c.grade <= r.grade
        UNION ALL
        SELECT d.ingredient, c.concept FROM drug d CROSS JOIN effect e ON e.ingredient = d.ingredient
        CROSS JOIN concept c ON c.kind = 'effect' AND c.name = e.effect AND sign(c.grade) = sign(e.grade)
          AND abs(c.grade) <= abs(e.grade)),
      filled(ingredient, rule_no, term_no) AS MATERIALIZED (
        SELECT DISTINCT l.ingredient, t.rule_no, t.term_no FROM term_concept t JOIN lit l ON l.concept = t.concept)
    SELECT x.ingredient, y.ingredient, r.id, r.severity
    FROM filled x JOIN filled y ON y.rule_no = x.rule_no AND x.term_no = 0 AND y.term_no = 1 AND y.ingredient <> x.ingredient
    JOIN rule r ON r.rule_no = x.rule_no ORDER BY r.severity, x.ingredient, y.ingredient, r.id)sql");
  std::size_t at = 0;
  for (auto _ : state) {
    query.reset();
    query.bind(1, texts[at++ % texts.size()]);
    std::size_t rows = 0;
    while (query.executeStep()) ++rows;
    benchmark::DoNotOptimize(rows);
  }
}

// Every pair that has a rule as a row of a table in memory, made beforehand: the least work that SQLite can have.
void sqlite_pairs(benchmark::State& state) {
  static SQLite::Database database = [] {
    SQLite::Database made(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    made.exec(
        "CREATE TABLE pair (a INTEGER, b INTEGER, rule INTEGER, severity INTEGER, PRIMARY KEY (a, b, rule)) WITHOUT "
        "ROWID");
    SQLite::Transaction transaction(made);
    SQLite::Statement insert(made, "INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?)");
    const KnowledgeBase& base = *shipped();
    const auto count = static_cast<std::uint32_t>(base.graph().ingredient_count());
    for (std::uint32_t i = 0; i < count; ++i) {
      for (std::uint32_t j = i + 1; j < count; ++j) {
        for (const PairEntry entry :
             base.pairs().find(static_cast<IngredientIndex>(i), static_cast<IngredientIndex>(j))) {
          insert.bind(1, static_cast<std::int64_t>(i));
          insert.bind(2, static_cast<std::int64_t>(j));
          insert.bind(3, static_cast<std::int64_t>(raw(entry.rule())));
          insert.bind(4, static_cast<int>(base.rules().head(entry.rule()).severity));
          insert.exec();
          insert.reset();
        }
      }
    }
    transaction.commit();
    return made;
  }();
  const auto list = regimens(static_cast<std::size_t>(state.range(0)));
  std::vector<std::string> texts;
  for (const auto& regimen : list) texts.push_back(json_list(regimen, false));
  SQLite::Statement query(
      database,
      "SELECT p.a, p.b, p.rule, p.severity FROM json_each(?1) x CROSS JOIN json_each(?1) y ON y.value > x.value "
      "CROSS JOIN pair p ON p.a = x.value AND p.b = y.value ORDER BY p.severity DESC, p.a, p.b, p.rule");
  std::size_t at = 0;
  for (auto _ : state) {
    query.reset();
    query.bind(1, texts[at++ % texts.size()]);
    std::int64_t sum = 0;
    while (query.executeStep()) sum += query.getColumn(2).getInt64();
    benchmark::DoNotOptimize(sum);
  }
}

// By the clock, since a start works on two cores, and without the end of what it made: a start has none.
void start(benchmark::State& state, const fs::path& file) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> milliseconds;
  for (auto _ : state) {
    const auto before = Clock::now();
    auto base = KnowledgeBase::open(file);
    const std::chrono::duration<double> took = Clock::now() - before;
    if (!base) state.SkipWithError(base.error().message.c_str());
    milliseconds.push_back(took.count() * 1e3);
    state.SetIterationTime(took.count());
  }
  state.counters["median_ms"] = median(milliseconds);
}

// Keeps the times by name, and says at the end what they are to each other.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Aggregate && run.aggregate_name != "median") continue;
      const std::string name = run.run_name.function_name + "/" + run.run_name.args;
      times_[name] = run.GetAdjustedCPUTime();
      for (const auto& [counter, value] : run.counters) times_[name + "/" + counter] = value;
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // Of a run with a filter the ratios that lack a time are left out.
  void print_ratios() const {
    std::printf("\nRatios in this run (aims in brackets)\n");
    for (const char* size : {"5", "10", "20", "50"}) {
      const double full = time_of(std::string("screen/") + size + "/screen_us");
      if (!(full > 0.0)) continue;
      const bool aimed = std::string(size) == "10";
      std::printf("  full screen of %s medicines: %.1f x probe with payloads [%s]\n", size,
                  time_of(std::string("screen/") + size + "/ratio"), aimed ? "at most 8" : "no aim");
      std::printf("  SQLite join of ready pairs, %s medicines: %.0f x full screen [no aim]\n", size,
                  time_of(std::string("sqlite_pairs/") + size) / full);
      std::printf("  SQLite join over the database's tables, %s medicines: %.0f x full screen [%s]\n", size,
                  time_of(std::string("sqlite_tables/") + size) / full, aimed ? "at least 50" : "no aim");
    }
    std::printf("  start, shipped file:   %.0f ms [under 100]\n", time_of("start_shipped//median_ms"));
    std::printf("  start, 300,000 pairs:  %.0f ms [under 250]\n", time_of("start_synthetic//median_ms"));
  }

 private:
  [[nodiscard]] double time_of(const std::string& name) const {
    const auto found = times_.find(name);
    return found == times_.end() ? 0.0 : found->second;
  }

  std::map<std::string, double> times_;
};

}  // namespace

// A case of 10 medicines, 8 results, 4 conditions, vital signs and a note of 200 words, from words to findings in words
// and triage; start-up and the reading of JSON apart.
void review(benchmark::State& state) {
  std::ifstream file(GUARDIAN_WHOLE_CASE);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto decoded = guardian::adapters::decode_case(text);
  if (!decoded.value) throw std::runtime_error("whole_case.json cannot be read");
  Screener screener(shipped());
  for (auto _ : state) {
    auto screening = screener.screen(*decoded.value);
    benchmark::DoNotOptimize(screening);
  }
}

// The look for injections in that note, which is part of the review.
void injections(benchmark::State& state) {
  std::ifstream file(GUARDIAN_WHOLE_CASE);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto decoded = guardian::adapters::decode_case(text);
  if (!decoded.value) throw std::runtime_error("whole_case.json cannot be read");
  for (auto _ : state) {
    auto marks = find_injections(decoded.value->note);
    benchmark::DoNotOptimize(marks);
  }
}

int main(int argc, char** argv) {
  const fs::path synthetic = fs::temp_directory_path() / "guardian-benchmark-300k.kb";
  std::fprintf(stderr, "Writing a knowledge base of 300,000 made-up pairs ...\n");
  guardian::benchmarks::write_synthetic_knowledge(synthetic, 2500, 300'000);

  for (auto* made : {benchmark::RegisterBenchmark("screen", screen_beside_probe)->UseManualTime(),
                     benchmark::RegisterBenchmark("sqlite_pairs", sqlite_pairs),
                     benchmark::RegisterBenchmark("sqlite_tables", sqlite_tables)}) {
    made->Arg(5)->Arg(10)->Arg(20)->Arg(50)->Unit(benchmark::kMicrosecond);
  }
  benchmark::RegisterBenchmark("review", review)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("injections", injections)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("start_shipped", start, fs::path(GUARDIAN_SHIPPED_KB))
      ->Unit(benchmark::kMillisecond)
      ->UseManualTime();
  benchmark::RegisterBenchmark("start_synthetic", start, synthetic)->Unit(benchmark::kMillisecond)->UseManualTime();

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_ratios();
  std::error_code ignored;
  fs::remove(synthetic, ignored);
  return 0;
}
