#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "adapters/cli/command_support.hpp"
#include "adapters/json/audit_codec.hpp"
#include "adapters/json/json_writer.hpp"

namespace guardian::adapters::cli {
namespace {

constexpr JsonLimits limits{std::size_t{1} << 30U, 100'000'000};

core::Result<std::string> read_input(const std::string& name, const Streams& streams) {
  if (name == "-") return std::string((std::istreambuf_iterator<char>(streams.in)), std::istreambuf_iterator<char>());
  std::error_code error;
  std::ifstream file(name, std::ios::binary);
  if (!file || std::filesystem::is_directory(name, error))
    return core::fail(core::ErrorCode::invalid_input, name + ": cannot be read");
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

core::Result<JsonObject> read_document(const std::string& name, const Streams& streams) {
  auto text = read_input(name, streams);
  if (!text) return core::fail(text.error());
  JsonParsing parsing = parse_json(*text, limits);
  if (!parsing.value) return core::fail(core::ErrorCode::invalid_input, name + ": " + parsing.problem.message);
  if (parsing.value->object() == nullptr)
    return core::fail(core::ErrorCode::invalid_input, name + ": must be a JSON object");
  return std::move(std::get<JsonObject>(parsing.value->data));
}

}  // namespace

int run_audit_analyze(const AuditAnalyzeOptions& options, const Streams& streams) {
  auto document = read_document(options.file, streams);
  if (!document) return report(document.error(), streams);
  AuditOptions audit;
  audit.compat = options.compat;
  audit.policy = options.policy;
  auto answer = audit_document(*document, audit);
  if (!answer) return report({answer.error().code, options.file + ": " + answer.error().message}, streams);
  streams.out << write_json(*answer, true) << '\n';
  return exit_done;
}

}  // namespace guardian::adapters::cli
