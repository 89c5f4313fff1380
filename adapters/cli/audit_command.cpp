#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <system_error>

#include "adapters/cli/audit_report.hpp"
#include "adapters/cli/command_support.hpp"
#include "adapters/json/audit_codec.hpp"
#include "adapters/json/comparison_codec.hpp"
#include "adapters/json/json_writer.hpp"
#include "adapters/json/population_reader.hpp"
#include "adapters/json/record_codec.hpp"
#include "adapters/ledger/ledger_place.hpp"
#include "adapters/ledger/ledger_records.hpp"
#include "adapters/ledger/review_ledger.hpp"

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
  std::optional<LedgerCoverage> ledger;
};

// How a file is read: for a ledger, with which key and as records of what.
struct Reading {
  stats::TrustPolicy policy;
  std::filesystem::path ledger_key;
  RecordOf of = RecordOf::decision;
};

core::Result<Input> from_records(std::vector<stats::Record> records, const stats::TrustPolicy& policy) {
  auto audited = stats::audit_records(std::move(records), policy);
  if (!audited) return core::fail(audited.error());
  Input input;
  input.population = audited->population;
  input.records = std::move(*audited);
  return input;
}

core::Result<Input> from_ledger(const audit::ledger::Place& place, const Reading& how) {
  const auto key = ledger_key({place, how.ledger_key, false}, false);
  if (!key) return core::fail(key.error());
  auto rows = read_ledger_records(place, *key, how.of);
  if (!rows) return core::fail(rows.error());
  auto input = from_records(std::move(rows->records), how.policy);
  if (input) input->ledger = rows->coverage;
  return input;
}

core::Result<Input> read(const std::string& name, const Streams& streams, const Reading& how) {
  if (names_server(name)) {
    const auto place = ledger_place(name, NamedBy::argument);
    return place ? from_ledger(*place, how) : core::fail(place.error());
  }
  if (name != "-" && looks_like_ledger(name)) return from_ledger(std::filesystem::path(name), how);
  const auto text = read_input(name, streams);
  if (!text) return core::fail(text.error());
  Input input;
  if (looks_like_records(*text)) {
    auto records = read_records(*text);
    if (!records) return core::fail(records.error());
    return from_records(std::move(*records), how.policy);
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

core::Result<Input> read_population_file(const std::string& name, const Streams& streams, const Reading& how) {
  auto input = read(name, streams, how);
  if (input && !input->population) return core::fail(ErrorCode::invalid_input, "must hold predictions of classes");
  return input;
}

int refuse(const std::string& name, const core::Error& error, const Streams& streams) {
  // The name of a server is in the message, as far as it is to be shown.
  return report({error.code, (names_server(name) ? "" : name + ": ") + error.message}, streams);
}

void print_plain(const JsonValue& answer, Format format, const Streams& streams) {
  switch (format) {
    case Format::text: streams.out << plain_text(answer); break;
    case Format::fhir:
    case Format::cds:
    case Format::json: streams.out << write_json(answer, true) << '\n'; break;
    case Format::html: streams.out << plain_html(answer); break;
  }
}

void print_audit(const stats::PopulationAudit& audit, const Input& input, Format format, const Streams& streams) {
  const AuditParts parts{audit, *input.population, input.records ? &*input.records : nullptr,
                         input.ledger ? &*input.ledger : nullptr};
  switch (format) {
    case Format::text: streams.out << audit_text(parts); break;
    case Format::fhir:
    case Format::cds:
    case Format::json: {
      JsonValue answer = encode_audit(audit, *input.population, parts.records);
      if (input.ledger) std::get<JsonObject>(answer.data).push_back({"ledger", encode_coverage(*input.ledger)});
      streams.out << write_json(answer, true) << '\n';
      break;
    }
    case Format::html: streams.out << audit_html(parts); break;
  }
}

// Drift is of records where both are records, else of the confidence.
core::Result<stats::PopulationAudit> audited(Input& input, const std::optional<Input>& reference,
                                             const stats::AuditPolicy& policy) {
  if (!input.records) {
    if (reference && reference->population->size() == 0)
      return core::fail(ErrorCode::invalid_input, "--ref: no record has a label");
    return stats::audit_population(*input.population, policy, reference ? &*reference->population : nullptr);
  }
  if (reference) {
    if (!reference->records)
      return core::fail(ErrorCode::invalid_input, "--ref: records can only be set against records");
    stats::set_reference(*input.records, reference->records->features);
  }
  stats::PopulationAudit audit = stats::audit_population(*input.population, policy);
  stats::add_records(audit, *input.records, policy);
  return audit;
}

std::string written(const stats::PopulationAudit& audit, const Input& input, Format format) {
  std::ostringstream text;
  std::istringstream nothing;
  print_audit(audit, input, format, {nothing, text, text});
  return text.str();
}

}  // namespace

core::Result<std::string> audit_of_ledger(const audit::ledger::Place& place, const std::filesystem::path& key,
                                          Format format) {
  const stats::AuditPolicy policy;
  auto input = from_ledger(place, {policy.trust, key, RecordOf::decision});
  if (!input) return core::fail(input.error());
  const auto audit = audited(*input, std::nullopt, policy);
  if (!audit) return core::fail(audit.error());
  return written(*audit, *input, format);
}

int run_audit_analyze(const AuditAnalyzeOptions& options, const Streams& streams) {
  const Reading how{options.policy.trust, options.ledger_key,
                    options.of_findings ? RecordOf::finding : RecordOf::decision};
  auto input = read(options.file, streams, how);
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
    auto earlier = read_population_file(options.reference, streams, how);
    if (!earlier) return refuse(options.reference, earlier.error(), streams);
    reference = std::move(*earlier);
  }
  const auto audit = audited(*input, reference, options.policy);
  if (!audit) return refuse(options.file, audit.error(), streams);
  print_audit(*audit, *input, options.format, streams);
  return exit_done;
}

int run_audit_compare(const AuditCompareOptions& options, const Streams& streams) {
  const auto first = read_population_file(options.first, streams, {options.policy, {}, RecordOf::decision});
  if (!first) return refuse(options.first, first.error(), streams);
  const auto second = read_population_file(options.second, streams, {options.policy, {}, RecordOf::decision});
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
