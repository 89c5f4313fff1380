#include "adapters/cli/kb_import_command.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "adapters/cli/command_support.hpp"
#include "adapters/sources/source_reader.hpp"
#include "knowledge/linter.hpp"
#include "knowledge/store.hpp"

namespace guardian::adapters::cli {
namespace {

core::Result<knowledge::ImportedContent> read_files(const KbImportOptions& options) {
  const auto on_error = options.skip ? sources::OnError::skip : sources::OnError::stop;
  if (options.kind == "rxnorm") return sources::read_rxnorm(options.files, on_error);
  if (options.kind == "ansm") return sources::read_ansm(options.files, on_error);
  return sources::read_pair_list(options.files, on_error);
}

void tell(const knowledge::ImportReport& report, std::size_t listed, const Streams& streams) {
  streams.out << "  " << report.rows_read << "\trows read\n"
              << "  " << report.rules << "\trules added\n"
              << "  " << report.classes << "\tclasses added, with " << report.members << " members\n"
              << "  " << report.names << "\tnames added\n"
              << "  " << report.codes << "\tcodes added\n"
              << "  " << report.known_already << "\tknown already\n"
              << "  " << report.left_out.size() << "\tleft out\n"
              << "  " << report.unknown.size() << "\tsubstances that no name of ours is\n";
  const auto more = [&](std::size_t all) {
    if (all > listed) streams.out << "  and " << all - listed << " more (--list)\n";
  };
  if (!report.left_out.empty()) streams.out << "left out:\n";
  for (std::size_t i = 0; i < report.left_out.size() && i < listed; ++i) {
    const knowledge::LeftOut& one = report.left_out[i];
    streams.out << "  " << one.place << ": " << (one.what.empty() ? "" : one.what + ": ") << one.why << '\n';
  }
  more(report.left_out.size());
  std::vector<std::pair<std::string, std::size_t>> unknown(report.unknown.begin(), report.unknown.end());
  std::stable_sort(unknown.begin(), unknown.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  if (!unknown.empty()) streams.out << "substances not known here (how often asked for):\n";
  for (std::size_t i = 0; i < unknown.size() && i < listed; ++i)
    streams.out << "  " << unknown[i].first << " (" << unknown[i].second << ")\n";
  more(unknown.size());
}

}  // namespace

int run_kb_import(const KbImportOptions& options, const Streams& streams) {
  auto base = open_trusted(options.knowledge);
  if (!base) return report(base.error(), streams);
  auto store = knowledge::Store::open(knowledge_file(options.knowledge));
  if (!store) return report(store.error(), streams);
  auto seed = store->seed();
  if (!seed) return report(seed.error(), streams);
  // What an earlier import added must not decide what this one may add.
  std::filesystem::path without;
  if (options.replace) {
    *seed = knowledge::without_source(std::move(*seed), options.header.name);
    without = options.output;
    without += ".without";
    const auto built = knowledge::Store::create(without, *seed);
    if (!built) return report(built.error(), streams);
    base = knowledge::KnowledgeBase::open(without);
    std::error_code ignored;
    std::filesystem::remove(without, ignored);  // what is open stays readable
    if (!base) return report(base.error(), streams);
  }
  knowledge::NameAliases aliases;
  if (!options.names.empty()) {
    auto own = sources::read_names(options.names);
    if (!own) return report(own.error(), streams);
    for (const auto& [name, ingredient] : *own) {
      if (!(*base)->graph().ingredient(ingredient)) {
        return report({core::ErrorCode::invalid_input,
                       options.names.string() + ": `" + ingredient + "` is no ingredient of the knowledge base"},
                      streams);
      }
    }
    aliases = std::move(*own);
  }
  if (options.kind == "ansm") aliases.insert(sources::french_names().begin(), sources::french_names().end());

  const auto content = read_files(options);
  if (!content) return report(content.error(), streams);
  knowledge::SourceHeader header = options.header;
  header.format = options.kind;
  if (header.title.empty()) header.title = header.name;
  auto digest = sources::files_digest(options.files);
  if (!digest) return report(digest.error(), streams);
  header.digest = std::move(*digest);
  auto imported = knowledge::add_source(std::move(*seed), **base, header, *content, aliases);
  if (!imported) return report(imported.error(), streams);

  const auto problems = knowledge::lint(imported->seed);
  for (const knowledge::LintProblem& problem : problems)
    streams.err << problem.place << ": " << problem.message << '\n';
  if (!problems.empty()) {
    streams.err << "guardian: what was read does not make a sound knowledge base; nothing was written\n";
    return exit_input;
  }
  const auto built = knowledge::Store::create(options.output, imported->seed);
  if (!built) return report(built.error(), streams);
  streams.out << options.output.string() << ": source " << header.name << " added, " << built->rules << " rules, "
              << built->bytes << " bytes, " << built->digest << '\n';
  tell(imported->report, options.listed, streams);
  return exit_done;
}

}  // namespace guardian::adapters::cli
