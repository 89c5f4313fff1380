// The audit of one review, with its text, without deletion and plan: what a served review pays for it.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "adapters/json/case_codec.hpp"
#include "agents/explanation_template.hpp"
#include "audit/trust_auditor.hpp"
#include "runtime/reviewer.hpp"

namespace {

using namespace guardian;

const std::shared_ptr<const knowledge::KnowledgeBase>& base() {
  static const auto opened = [] {
    auto result = knowledge::KnowledgeBase::open(GUARDIAN_SHIPPED_KB);
    if (!result) throw std::runtime_error(result.error().message);
    return *result;
  }();
  return opened;
}

core::Review review_of(const std::string& name) {
  std::ifstream file(std::filesystem::path(GUARDIAN_EXAMPLES) / name);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto decoding = adapters::decode_case(text);
  if (!decoding.value) throw std::runtime_error(name);
  auto review =
      runtime::Reviewer(base(), {"US", false, std::nullopt, agents::ExplanationOptions{}}).review(*decoding.value);
  if (!review) throw std::runtime_error(review.error().message);
  return *review;
}

void audit_one(benchmark::State& state, const char* name) {
  const core::Review review = review_of(name);
  const audit::DrugNames names(*base());
  for (auto _ : state) {
    const audit::AuditInput input{review.findings, review, &names};
    benchmark::DoNotOptimize(audit::audit(input));
  }
  state.counters["claims"] = static_cast<double>(review.explanation->claims.size());
  state.counters["findings"] = static_cast<double>(review.findings.size());
}

}  // namespace

BENCHMARK_CAPTURE(audit_one, one_finding, "11-colchicine-clarithromycin.json")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(audit_one, four_findings, "01-warfarin-fluconazole-aspirin.json")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(audit_one, thirty_findings, "35-elderly-polypharmacy.json")->Unit(benchmark::kMicrosecond);
