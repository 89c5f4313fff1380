#include <fstream>
#include <map>
#include <ostream>
#include <system_error>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/past_reviews_command.hpp"
#include "adapters/cli/review_sheet.hpp"
#include "adapters/json/kb_codec.hpp"
#include "knowledge/content_linter.hpp"
#include "knowledge/kb_diff.hpp"
#include "knowledge/linter.hpp"
#include "knowledge/store.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::cli {
namespace {

// Reads and checks a seed; problems go to `err`. Nothing on a problem, with the exit status in `status`.
std::optional<knowledge::Seed> sound_seed(const std::filesystem::path& folder, const Streams& streams, int& status) {
  auto seed = knowledge::read_seed(folder);
  if (!seed) {
    status = report(seed.error(), streams);
    return std::nullopt;
  }
  const auto problems = knowledge::lint(*seed);
  for (const knowledge::LintProblem& problem : problems) {
    streams.err << (folder / problem.place).string() << ": " << problem.message << '\n';
  }
  if (!problems.empty()) {
    streams.err << "guardian: " << problems.size() << (problems.size() == 1 ? " problem" : " problems")
                << " in the seed\n";
    status = exit_input;
    return std::nullopt;
  }
  return std::move(*seed);
}

struct OpenedBase {
  std::shared_ptr<const knowledge::KnowledgeBase> base;
  knowledge::Seed seed;
};

std::optional<OpenedBase> open_with_seed(const KnowledgeOptions& options, const Streams& streams) {
  auto base = open_knowledge(options, streams);
  if (!base) return std::nullopt;
  auto store = knowledge::Store::open(knowledge_file(options));
  if (!store) {
    report(store.error(), streams);
    return std::nullopt;
  }
  auto seed = store->seed();
  if (!seed) {
    report(seed.error(), streams);
    return std::nullopt;
  }
  return OpenedBase{std::move(base), std::move(*seed)};
}

void list(const Streams& streams, const char* what, const std::vector<std::string>& names) {
  streams.out << what << ": " << names.size() << '\n';
  for (const std::string& name : names) streams.out << "  " << name << '\n';
}

bool write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  return static_cast<bool>(out.flush());
}

}  // namespace

int run_kb_build(const KbBuildOptions& options, const Streams& streams) {
  int status = exit_done;
  const auto seed = sound_seed(options.seed, streams, status);
  if (!seed) return status;
  const auto built = knowledge::Store::create(options.output, *seed);
  if (!built) return report(built.error(), streams);
  streams.out << options.output.string() << ": " << built->rules << " rules and " << built->inferred
              << " inferred ones, " << built->bytes << " bytes, " << built->digest << '\n';
  return exit_done;
}

int run_kb_lint(const std::filesystem::path& seed, const Streams& streams) {
  int status = exit_done;
  const auto sound = sound_seed(seed, streams, status);
  if (!sound) return status;
  const auto warnings = knowledge::lint_content(*sound);
  for (const knowledge::LintProblem& warning : warnings)
    streams.out << (seed / warning.place).string() << ": warning: " << warning.message << '\n';
  if (!warnings.empty())
    streams.out << seed.string() << ": " << warnings.size() << (warnings.size() == 1 ? " warning" : " warnings")
                << '\n';
  streams.out << seed.string() << ": no problems\n";
  return exit_done;
}

int run_kb_info(const KbInfoOptions& options, const Streams& streams) {
  const auto opened = open_with_seed(options.knowledge, streams);
  if (!opened) return exit_cannot;
  const auto& base = *opened->base;
  KnowledgeCounts counts;
  counts.file = knowledge_file(options.knowledge).string();
  counts.version = base.release().version;
  counts.released = base.release().date;
  counts.digest = base.release().digest;
  for (const auto& table : opened->seed.tables()) counts.rows.emplace_back(table.shape().name, table.rows().size());
  counts.inferred_rules = base.rules().inferred_count();
  counts.concepts = base.graph().concept_count();
  counts.edges = base.graph().edge_count();
  counts.pairs_with_rules = base.pairs().pair_count();
  counts.sources = base.tables().sources;
  counts.local_rules = base.tables().local_rules;
  counts.lowerings = base.tables().lowerings;
  counts.day = runtime::utc_now();
  std::map<std::string, std::size_t> severities;
  std::size_t verified = 0;
  const auto& rules = opened->seed.table("rules");
  for (const auto& row : rules.rows()) {
    ++severities[rules.cell(row, "severity")];
    verified += rules.cell(row, "status") == "verified" ? 1U : 0U;
  }
  counts.verified_rules = verified;
  for (const char* severity : {"critical", "major", "moderate", "minor"})
    counts.severities.emplace_back(severity, severities[severity]);

  if (options.format == Format::json) {
    streams.out << encode_counts(counts) << '\n';
    return exit_done;
  }
  streams.out << counts.file << '\n'
              << "  version   " << counts.version << ", released " << counts.released << '\n'
              << "  " << counts.digest << '\n';
  for (const auto& [table, rows] : counts.rows) streams.out << "  " << rows << '\t' << table << '\n';
  for (const auto& [severity, number] : counts.severities)
    streams.out << "  " << number << '\t' << severity << " rules\n";
  streams.out << "  " << counts.verified_rules << "\trules whose source was opened (verified)\n"
              << "  " << counts.inferred_rules << "\tinferred rules\n"
              << "  " << counts.concepts << "\tconcepts with " << counts.edges << " edges\n"
              << "  " << counts.pairs_with_rules << "\tpairs of ingredients with a rule\n";
  for (const knowledge::SourceRow& source : counts.sources) {
    streams.out << "source " << source.name << " (" << source.kind << ", " << source.format << "): " << source.title
                << (source.version.empty() ? "" : ", " + source.version)
                << (source.date.empty() ? "" : ", of " + source.date) << '\n'
                << "  licence: " << source.licence << '\n'
                << "  precedence " << source.precedence << " (our own rules: 1 verified, 2 draft)\n"
                << "  " << source.rules << " rules, " << source.names << " names, " << source.codes << " codes; of "
                << source.rows_read << " rows " << source.rows_left_out << " were left out\n";
  }
  const auto state = [&](const auto& row) {
    return (row.shadow ? std::string("shadow") : std::string("active")) + ", " + row.owner + ", until " + row.expires +
           (knowledge::has_expired(row.expires, counts.day) ? ", EXPIRED: it does not count" : "");
  };
  for (const knowledge::LocalRuleRow& row : counts.local_rules)
    streams.out << "rule " << row.rule << " of " << row.source << ": " << state(row) << '\n';
  for (const knowledge::LoweringRow& row : counts.lowerings) {
    streams.out << "lowered by " << row.source << ": rule " << row.rule << " to " << core::to_string(row.severity)
                << ": " << state(row) << "; sign-offs: " << row.keys.size() << "; " << row.reason << '\n';
  }
  return exit_done;
}

int run_kb_diff(const KbDiffOptions& options, const Streams& streams) {
  if (!options.ledger.place.empty()) return run_past_reviews(options, streams);
  if (options.format != Format::text)
    return report({core::ErrorCode::invalid_input, "--format json is for --ledger"}, streams);
  const auto before = open_with_seed({options.before, {}, {}}, streams);
  if (!before) return exit_cannot;
  const auto after = open_with_seed({options.after, {}, {}}, streams);
  if (!after) return exit_cannot;
  if (before->base->release().digest == after->base->release().digest) {
    streams.out << "the same knowledge: " << after->base->release().digest << '\n';
    return exit_done;
  }
  const auto diff = knowledge::compare(*before->base, before->seed, *after->base, after->seed);
  list(streams, "ingredients added", diff.ingredients_added);
  list(streams, "ingredients removed", diff.ingredients_removed);
  list(streams, "rules added", diff.rules_added);
  list(streams, "rules removed", diff.rules_removed);
  list(streams, "rules changed", diff.rules_changed);
  streams.out << "rows of other tables changed: " << diff.other_rows_changed << '\n';
  streams.out << "pairs with another outcome: " << diff.pairs.size() << '\n';
  for (std::size_t i = 0; i < diff.pairs.size() && i < options.limit; ++i) {
    const auto& pair = diff.pairs[i];
    streams.out << "  " << pair.first << " + " << pair.second << ": " << pair.before << " -> " << pair.after << '\n';
  }
  if (diff.pairs.size() > options.limit)
    streams.out << "  and " << diff.pairs.size() - options.limit << " more (--limit)\n";
  return exit_done;
}

int run_kb_export(const KbExportOptions& options, const Streams& streams) {
  const auto file = checked_knowledge_file(options.knowledge);
  if (!file) return report(file.error(), streams);
  auto store = knowledge::Store::open(*file);
  if (!store) return report(store.error(), streams);
  const auto seed = store->seed();
  if (!seed) return report(seed.error(), streams);
  const auto rows = knowledge::write_seed(*seed, options.folder);
  if (!rows) return report(rows.error(), streams);
  streams.out << options.folder.string() << ": " << *rows << " rows\n";
  return exit_done;
}

int run_kb_review_sheet(const KnowledgeOptions& options, const std::filesystem::path& target, const Streams& streams) {
  const auto extension = target.extension();
  const bool folder = extension != ".html" && extension != ".csv";
  const auto opened = open_with_seed(options, streams);
  if (!opened) return exit_cannot;
  const auto rules = sheet_rules(*opened->base, opened->seed);
  if (!rules) return report(rules.error(), streams);
  if (folder) {
    std::error_code error;
    std::filesystem::create_directories(target, error);
  }
  const auto write = [&](const std::filesystem::path& name, const std::string& text) {
    if (!write_file(name, text))
      return report({core::ErrorCode::io_failure, name.string() + " cannot be written"}, streams);
    streams.out << name.string() << ": " << rules->size() << " rules\n";
    return exit_done;
  };
  int status = exit_done;
  if (folder || extension == ".html") {
    const knowledge::ReleaseInfo& release = opened->base->release();
    status = write(folder ? target / "review.html" : target,
                   sheet_html(*rules, release.version + ", released " + release.date + ", " + release.digest));
  }
  if (status == exit_done && (folder || extension == ".csv"))
    status = write(folder ? target / "review.csv" : target, sheet_csv(*rules));
  return status;
}

}  // namespace guardian::adapters::cli
