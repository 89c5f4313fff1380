#include "adapters/cli/kb_import_command.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "adapters/cli/command_support.hpp"
#include "adapters/sources/hospital_reader.hpp"
#include "adapters/sources/source_reader.hpp"
#include "knowledge/hospital_import.hpp"
#include "knowledge/linter.hpp"
#include "knowledge/source_guard.hpp"
#include "knowledge/store.hpp"

namespace guardian::adapters::cli {
namespace {

core::Result<knowledge::ImportedContent> read_files(const KbImportOptions& options) {
  const auto on_error = options.skip ? sources::OnError::skip : sources::OnError::stop;
  if (options.kind == "rxnorm") return sources::read_rxnorm(options.files, on_error);
  if (options.kind == "ansm") return sources::read_ansm(options.files, on_error);
  return sources::read_pair_list(options.files, on_error);
}

core::Result<knowledge::ImportedSeed> others(const KbImportOptions& options, knowledge::Seed seed,
                                             const knowledge::KnowledgeBase& base,
                                             const knowledge::SourceHeader& header,
                                             const knowledge::NameAliases& aliases) {
  const auto content = read_files(options);
  if (!content) return core::fail(content.error());
  return knowledge::add_source(std::move(seed), base, header, *content, aliases);
}

core::Result<knowledge::ImportedSeed> hospital(const KbImportOptions& options, knowledge::Seed seed,
                                               knowledge::SourceHeader header) {
  if (options.files.size() != 1 || options.skip)
    return core::fail(core::ErrorCode::invalid_input, "a hospital's rules are one file, of which no row is skipped");
  const auto rows = sources::read_hospital_rules(options.files.front());
  if (!rows) return core::fail(rows.error());
  const auto sign_offs = sources::read_sign_offs(sources::sign_off_file(options.files.front()));
  if (!sign_offs) return core::fail(sign_offs.error());
  if (!options.precedence_given) header.precedence = knowledge::usual_hospital_precedence;
  return knowledge::add_hospital_rules(std::move(seed), header, *rows, *sign_offs);
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

  const knowledge::Seed before = *seed;
  knowledge::SourceHeader header = options.header;
  header.format = options.kind;
  if (header.title.empty()) header.title = header.name;
  auto digest = sources::files_digest(options.files);
  if (!digest) return report(digest.error(), streams);
  header.digest = std::move(*digest);
  auto imported = options.kind == "hospital" ? hospital(options, std::move(*seed), header)
                                             : others(options, std::move(*seed), **base, header, aliases);
  if (!imported) return report(imported.error(), streams);

  const auto problems = knowledge::lint(imported->seed);
  for (const knowledge::LintProblem& problem : problems)
    streams.err << problem.place << ": " << problem.message << '\n';
  const auto unguarded = knowledge::unguarded_changes(before, imported->seed, header.name);
  for (const std::string& change : unguarded) streams.err << change << '\n';
  if (!problems.empty() || !unguarded.empty()) {
    streams.err << "guardian: what was read does not make a sound knowledge base; nothing was written\n";
    return exit_input;
  }
  if (const auto checked = check_sign_offs(imported->seed, options.files.front(), options.sign_off_keys); !checked)
    return report(checked.error(), streams);
  const auto built = knowledge::Store::create(options.output, imported->seed);
  if (!built) return report(built.error(), streams);
  streams.out << options.output.string() << ": source " << header.name << " added, " << built->rules << " rules, "
              << built->bytes << " bytes, " << built->digest << '\n';
  if (!imported->seed.table("lowerings").rows().empty()) {
    streams.out << "  " << imported->seed.table("lowerings").rows().size()
                << "\trules are ranked lower by a hospital; their findings stay and say so\n";
  }
  tell(imported->report, options.listed, streams);
  return exit_done;
}

}  // namespace guardian::adapters::cli
