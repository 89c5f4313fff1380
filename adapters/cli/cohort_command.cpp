#include <fstream>
#include <istream>
#include <ostream>
#include <string>
#include <system_error>

#include "adapters/cli/cohort_report.hpp"
#include "adapters/cli/commands.hpp"
#include "core/finding.hpp"
#include "core/severity.hpp"

namespace guardian::adapters::cli {
namespace {

// A severity, a type of finding, or else a rule.
void silence(const std::string& word, batch::DisplayPolicy& policy) {
  core::FindingType type{};
  if (const auto severity = core::parse_severity(word)) {
    policy.severities.insert(*severity);
  } else if (core::parse_finding_type(word, type)) {
    policy.types.insert(word);
  } else {
    policy.rules.insert(word);
  }
}

}  // namespace

int run_cohort(const CohortOptions& options, const Streams& streams) {
  std::ifstream file;
  if (options.input != "-") {
    std::error_code error;
    if (!std::filesystem::is_directory(options.input, error)) file.open(options.input, std::ios::binary);
    if (!file.is_open()) {
      streams.err << "guardian: " << options.input << ": cannot be read\n";
      return exit_input;
    }
  }
  std::istream& in = options.input == "-" ? streams.in : file;
  batch::DisplayPolicy policy;
  for (const std::string& word : options.mute) silence(word, policy);
  batch::CohortTally tally(policy);
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (const auto problem = tally.add(line)) {
      streams.err << "guardian: " << options.input << ": line " << number << ": " << *problem << '\n';
      return exit_input;
    }
  }
  // A rule that was mistyped would silence nothing, and look harmless.
  for (const std::string& rule : policy.rules) {
    if (tally.cohort().rules.count(rule) == 0)
      streams.err << "guardian: no alert is of the rule or type `" << rule << "`\n";
  }
  const CohortView view{tally.cohort(), policy, options.most_rules};
  switch (options.format) {
    case Format::json: streams.out << cohort_json(view); break;
    case Format::html: streams.out << cohort_html(view); break;
    case Format::text:
    case Format::fhir:
    case Format::cds: streams.out << cohort_text(view); break;
  }
  return exit_done;
}

}  // namespace guardian::adapters::cli
