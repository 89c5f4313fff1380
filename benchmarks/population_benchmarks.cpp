// How long the audit of 100,000 cases takes, from text to text, beside reading that text alone.

#include <string>

#include <benchmark/benchmark.h>

#include "adapters/json/audit_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/population_reader.hpp"
#include "adapters/json/record_codec.hpp"
#include "benchmarks/figures.hpp"

namespace {

using namespace guardian;
namespace stats = audit::population;

constexpr std::size_t cases = 100'000;
constexpr adapters::JsonLimits limits{std::size_t{1} << 30U, 100'000'000};

// Four labels, two features, a confidence that is a little too high.
const std::string& arrays() {
  static const std::string text = [] {
    stats::SplitMix64 random(1);
    std::string truth;
    std::string predicted;
    std::string probabilities;
    std::string sex;
    std::string ward;
    for (std::size_t i = 0; i < cases; ++i) {
      const char* comma = i == 0 ? "" : ",";
      const std::size_t label = random.below(4);
      const std::size_t confidence = 400 + random.below(600);
      const bool is_right = random.below(1000) + 50 < confidence;
      truth += comma + std::to_string(is_right ? label : (label + 1) % 4);
      predicted += comma + std::to_string(label);
      probabilities += std::string(comma) + "[";
      for (std::size_t k = 0; k < 4; ++k) {
        const double share =
            k == label ? static_cast<double>(confidence) : static_cast<double>(1000 - confidence) / 3.0;
        probabilities += (k == 0 ? "" : ",") + std::to_string(share / 1000.0);
      }
      probabilities += ']';
      sex += std::string(comma) + (random.below(2) == 0 ? "\"F\"" : "\"M\"");
      ward += std::string(comma) + "\"w" + std::to_string(random.below(8)) + '"';
    }
    return "{\"y_true\":[" + truth + "],\"y_pred\":[" + predicted + "],\"y_prob\":[" + probabilities +
           "],\"groups\":{\"sex\":[" + sex + "],\"ward\":[" + ward + "]}}";
  }();
  return text;
}

const std::string& records() {
  static const std::string text = [] {
    stats::SplitMix64 random(2);
    std::string lines;
    for (std::size_t i = 0; i < cases; ++i) {
      const bool stops = random.below(5) == 0;
      lines += "{\"id\":\"r" + std::to_string(i) + "\",\"time\":\"2026-11-02T08:00:00Z\",\"prediction\":\"" +
               (stops ? "block" : "clear") + "\",\"label\":\"" +
               (random.below(50) == 0 ? "block"
                : stops               ? "block"
                                      : "clear") +
               "\",\"confidence\":0." + std::to_string(500 + random.below(500)) +
               ",\"severity\":\"major\",\"p_review\":0.5,\"groups\":{\"ward\":\"w" + std::to_string(random.below(8)) +
               "\"},\"claims\":{\"checkable\":5,\"supported\":5}}\n";
    }
    return lines;
  }();
  return text;
}

void read_arrays(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(adapters::parse_json(arrays(), limits));
}

void analyze_arrays(benchmark::State& state) {
  for (auto _ : state) {
    const auto parsing = adapters::parse_json(arrays(), limits);
    const auto answer = adapters::audit_document(*parsing.value->object(), {});
    benchmark::DoNotOptimize(adapters::write_json(*answer, true));
  }
}

void analyze_compat(benchmark::State& state) {
  for (auto _ : state) {
    const auto parsing = adapters::parse_json(arrays(), limits);
    const auto answer = adapters::audit_document(*parsing.value->object(), {true, {}});
    benchmark::DoNotOptimize(adapters::write_json(*answer, true));
  }
}

void analyze_records(benchmark::State& state) {
  for (auto _ : state) {
    auto read = adapters::read_records(records());
    const auto audited = stats::audit_records(std::move(*read), {});
    stats::PopulationAudit audit = stats::audit_population(audited->population, {});
    stats::add_records(audit, *audited, {});
    benchmark::DoNotOptimize(adapters::write_json(adapters::encode_audit(audit, audited->population, &*audited), true));
  }
}

BENCHMARK(read_arrays)->Unit(benchmark::kMillisecond);
BENCHMARK(analyze_arrays)->Unit(benchmark::kMillisecond);
BENCHMARK(analyze_compat)->Unit(benchmark::kMillisecond);
BENCHMARK(analyze_records)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  return guardian::benchmarks::run_and_print(
      argc, argv,
      {{"analyze_records", "analysis of 100,000 records", "s", 1e-3, "under 5"},
       {"analyze_arrays", "analysis of 100,000 cases as plain arrays", "s", 1e-3, "under 5"},
       {"analyze_compat", "the same in the form of TrustLens", "s", 1e-3, "under 5"},
       {"read_arrays", "reading those arrays alone", "s", 1e-3}});
}
