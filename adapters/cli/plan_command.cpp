#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/plan_report.hpp"
#include "adapters/json/review_codec.hpp"
#include "knowledge/plan_policy.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::adapters::cli {
namespace {

core::Result<knowledge::PlanPolicy> read_policy(const std::filesystem::path& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, error))
    return core::fail(core::ErrorCode::invalid_input, path.string() + ": cannot be read");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return knowledge::parse_plan_policy(text, path.string());
}

}  // namespace

int run_plan(const PlanOptions& options, const Streams& streams) {
  runtime::ReviewerOptions reviewing{options.knowledge.locale, true};
  if (!options.policy.empty()) {
    auto policy = read_policy(options.policy);
    if (!policy) return report(policy.error(), streams);
    reviewing.policy = std::move(*policy);
  }
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  auto subject = read_case(options.case_file, streams);
  if (!subject) return exit_input;
  runtime::Reviewer reviewer(base, std::move(reviewing));
  const auto review = reviewer.plan_case(std::move(*subject));
  if (!review) return report(review.error(), streams);
  if (options.format == Format::json) {
    streams.out << encode_plan(*review, true) << '\n';
  } else {
    streams.out << "Case " << printable(review->case_id) << ", reviewed as of " << printable(review->as_of) << '\n'
                << plan_report(*review->plan, {streams.columns, streams.colour});
  }
  return exit_done;
}

}  // namespace guardian::adapters::cli
