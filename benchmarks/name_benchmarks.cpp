// What reading a medication list costs: ten orders whose names are known, and the same ten with every name misspelt.

#include <array>
#include <cstdlib>
#include <iostream>

#include <benchmark/benchmark.h>

#include "benchmarks/figures.hpp"
#include "knowledge/knowledge_base.hpp"
#include "knowledge/resolver.hpp"

using namespace guardian;

namespace {

const knowledge::KnowledgeBase& base() {
  static const auto opened = knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
  if (!opened) {
    std::cerr << opened.error().message << '\n';
    std::exit(EXIT_FAILURE);
  }
  return **opened;
}

using List = std::array<const char*, 10>;

constexpr List names{"metformin",  "lisinopril", "atorvastatin",        "warfarin",       "amiodarone",
                     "furosemide", "Synthroid",  "hydrochlorothiazide", "clarithromycin", "Eliquis"};
constexpr List orders{
    "metformin 500 mg PO BID", "lisinopril 10 mg tab daily",      "atorvastatin 40 mg PO QHS",
    "warfarin 5 mg daily",     "amiodarone 200 mg PO BID",        "furosemide 40 mg PO qAM",
    "Synthroid 75 mcg qAM",    "hydrochlorothiazide 25 mg daily", "clarithromycin 500 mg q12h x 7 days",
    "Eliquis 5 mg BID"};
constexpr List misspelt{"metfromin", "lisinoprill", "atorvastatine",      "warfrin",        "amiodaron",
                        "furosemid", "Synthriod",   "hydroclorothiazide", "clarithromicin", "Eliqius"};

void resolve_list(benchmark::State& state, const List& list) {
  const knowledge::KnowledgeBase& known = base();
  for (auto run : state) {
    (void)run;
    for (const char* text : list) {
      auto resolution = knowledge::resolve(known, {text, {}, {}, "US"});
      benchmark::DoNotOptimize(resolution);
    }
  }
}

}  // namespace

BENCHMARK_CAPTURE(resolve_list, ten_names, names)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(resolve_list, ten_orders, orders)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(resolve_list, ten_misspelt, misspelt)->Unit(benchmark::kMicrosecond);

int main(int argc, char** argv) {
  return guardian::benchmarks::run_and_print(
      argc, argv,
      {{"resolve_list/ten_names", "ten names, exact", "us", 1.0, "under 100"},
       {"resolve_list/ten_orders", "ten whole orders", "us", 1.0},
       {"resolve_list/ten_misspelt", "ten names misspelt", "us", 1.0, "under 2000"}});
}
