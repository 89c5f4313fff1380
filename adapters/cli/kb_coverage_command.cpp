#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/coverage_report.hpp"
#include "knowledge/store.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters::cli {
namespace {

namespace coverage = audit::coverage;

core::Result<std::string> read_text(const std::filesystem::path& name) {
  std::error_code error;
  std::ifstream file(name, std::ios::binary);
  if (!file || std::filesystem::is_directory(name, error))
    return core::fail(core::ErrorCode::invalid_input, "cannot be read");
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

int refused(const std::filesystem::path& file, core::Error error, const Streams& streams) {
  error.message = file.string() + ": " + error.message;
  return report(error, streams);
}

// The tables note in words what is no longer sold; a form that is still sold is not taken with it by the matcher, but a
// reference set of the past may mean the one that is gone.
core::Result<std::set<std::string>> withdrawn_ingredients(const std::filesystem::path& file) {
  auto store = knowledge::Store::open(file);
  if (!store) return core::fail(store.error());
  const auto seed = store->seed();
  if (!seed) return core::fail(seed.error());
  std::set<std::string> names;
  const knowledge::SeedTable& table = seed->table("ingredients");
  for (const knowledge::SeedRow& row : table.rows()) {
    const std::string note = knowledge::lower_case(table.cell(row, "note"));
    if (note.find("withdrawn") != std::string::npos || note.find("no longer marketed") != std::string::npos)
      names.insert(row.cells[0]);
  }
  return names;
}

}  // namespace

int run_kb_coverage(const KbCoverageOptions& options, const Streams& streams) {
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  CoverageReport answer;
  answer.version = base->release().version;
  answer.digest = base->release().digest;
  answer.misses_listed = options.misses.value_or(answer.misses_listed);
  answer.pairs_listed = options.misses.value_or(answer.pairs_listed);
  bool met = true;
  if (!options.reference.empty()) {
    auto withdrawn = withdrawn_ingredients(knowledge_file(options.knowledge));
    if (!withdrawn) return report(withdrawn.error(), streams);
    coverage::Exceptions exceptions;
    if (!options.exceptions.empty()) {
      const auto text = read_text(options.exceptions);
      if (!text) return refused(options.exceptions, text.error(), streams);
      auto read = coverage::Exceptions::read(*text);
      if (!read) return refused(options.exceptions, read.error(), streams);
      exceptions = std::move(*read);
    }
    coverage::PairReader reader(*base, std::move(*withdrawn));
    for (std::size_t i = 0; i < coverage::reference_set_count; ++i) {
      const auto set = static_cast<coverage::ReferenceSet>(i);
      const auto file = options.reference / (std::string(to_string(set)) + ".tsv");
      const auto text = read_text(file);
      if (!text) return refused(file, text.error(), streams);
      auto measured = coverage::measure(set, *text, reader, exceptions);
      if (!measured) return refused(file, measured.error(), streams);
      for (const coverage::Measure& measure : measured->measures) met = met && measure.met();
      answer.sets.push_back(std::move(*measured));
    }
  }
  if (options.random > 0) {
    auto drawn = coverage::random_pairs(base, coverage::common_ingredients(), options.random, options.seed);
    if (!drawn) return report(drawn.error(), streams);
    answer.random = std::move(*drawn);
  }
  switch (options.format) {
    case CoverageFormat::text: streams.out << coverage_text(answer); break;
    case CoverageFormat::markdown: streams.out << coverage_markdown(answer); break;
    case CoverageFormat::json: streams.out << coverage_json(answer) << '\n'; break;
  }
  return options.check && !met ? exit_no : exit_done;
}

}  // namespace guardian::adapters::cli
