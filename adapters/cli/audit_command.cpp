#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "adapters/cli/audit_report.hpp"
#include "adapters/cli/command_support.hpp"
#include "adapters/json/audit_codec.hpp"
#include "adapters/json/comparison_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/population_reader.hpp"
#include "adapters/json/record_codec.hpp"

namespace guardian::adapters::cli {
namespace {

namespace stats = audit::population;
using core::ErrorCode;

constexpr JsonLimits limits{std::size_t{1} << 30U, 100'000'000};

core::Result<std::string> read_input(const std::string& name, const Streams& streams) {
  if (name == "-") return std::string((std::istreambuf_iterator<char>(streams.in)), std::istreambuf_iterator<char>());
  std::error_code error;
  std::ifstream file(name, std::ios::binary);
  if (!file || std::filesystem::is_directory(name, error))
    return core::fail(ErrorCode::invalid_input, "cannot be read");
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

// What a file holds: predictions of classes, from arrays or from records, or a document of another kind.
struct Input {
  JsonObject document;
  std::optional<stats::Population> population;
  std::optional<stats::RecordAudit> records;
};

core::Result<Input> read(const std::string& name, const Streams& streams, const stats::TrustPolicy& policy) {
  const auto text = read_input(name, streams);
  if (!text) return core::fail(text.error());
  Input input;
  if (looks_like_records(*text)) {
    auto records = read_records(*text);
    if (!records) return core::fail(records.error());
    auto audited = stats::audit_records(std::move(*records), policy);
    if (!audited) return core::fail(audited.error());
    input.population = audited->population;
    input.records = std::move(*audited);
    return input;
  }
  JsonParsing parsing = parse_json(*text, limits);
  if (!parsing.value) return core::fail(ErrorCode::invalid_input, parsing.problem.message);
  if (parsing.value->object() == nullptr) return core::fail(ErrorCode::invalid_input, "must be a JSON object");
  input.document = std::move(std::get<JsonObject>(parsing.value->data));
  if (!is_population(input.document)) return input;
  auto population = read_population(input.document);
  if (!population) return core::fail(population.error());
  input.population = std::move(*population);
  return input;
}

core::Result<Input> read_population_file(const std::string& name, const Streams& streams,
                                         const stats::TrustPolicy& policy) {
  auto input = read(name, streams, policy);
  if (input && !input->population) return core::fail(ErrorCode::invalid_input, "must hold predictions of classes");
  return input;
}

int refuse(const std::string& name, const core::Error& error, const Streams& streams) {
  return report({error.code, name + ": " + error.message}, streams);
}

void print_plain(const JsonValue& answer, Format format, const Streams& streams) {
  switch (format) {
    case Format::text: streams.out << plain_text(answer); break;
    case Format::fhir:
    case Format::json: streams.out << write_json(answer, true) << '\n'; break;
    case Format::html: streams.out << plain_html(answer); break;
  }
}

void print_audit(const stats::PopulationAudit& audit, const Input& input, Format format, const Streams& streams) {
  switch (format) {
    case Format::text: streams.out << audit_text(audit, *input.population); break;
    case Format::fhir:
    case Format::json:
      streams.out << write_json(
                         encode_audit(audit, *input.population, input.records ? &input.records->summary : nullptr),
                         true)
                  << '\n';
      break;
    case Format::html: streams.out << audit_html(audit, *input.population); break;
  }
}

}  // namespace

int run_audit_analyze(const AuditAnalyzeOptions& options, const Streams& streams) {
  const auto input = read(options.file, streams, options.policy.trust);
  if (!input) return refuse(options.file, input.error(), streams);
  if (!input->population || (options.compat && !input->records)) {
    const auto answer = audit_document(input->document, {options.compat, options.policy});
    if (!answer) return refuse(options.file, answer.error(), streams);
    print_plain(*answer, options.format, streams);
    return exit_done;
  }
  if (options.compat)
    return refuse(options.file, {ErrorCode::invalid_input, "--compat needs arrays, not records"}, streams);
  std::optional<Input> reference;
  if (!options.reference.empty()) {
    auto earlier = read_population_file(options.reference, streams, options.policy.trust);
    if (!earlier) return refuse(options.reference, earlier.error(), streams);
    reference = std::move(*earlier);
  }
  stats::PopulationAudit audit =
      stats::audit_population(*input->population, options.policy, reference ? &*reference->population : nullptr);
  if (input->records) audit.trust = with_records(std::move(audit.trust), *input->records, options.policy.trust);
  print_audit(audit, *input, options.format, streams);
  return exit_done;
}

int run_audit_compare(const AuditCompareOptions& options, const Streams& streams) {
  const auto first = read_population_file(options.first, streams, options.policy);
  if (!first) return refuse(options.first, first.error(), streams);
  const auto second = read_population_file(options.second, streams, options.policy);
  if (!second) return refuse(options.second, second.error(), streams);
  const auto comparison = stats::compare(*first->population, *second->population, options.policy);
  if (!comparison) return report(comparison.error(), streams);
  if (options.format == Format::json) {
    streams.out << write_json(encode_comparison(*comparison), true) << '\n';
  } else {
    streams.out << comparison_text(*comparison, options.first, options.second);
  }
  return exit_done;
}

}  // namespace guardian::adapters::cli
