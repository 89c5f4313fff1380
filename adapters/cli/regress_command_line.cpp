// The arguments of guardian regress.

#include <functional>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapters/cli/commands.hpp"

namespace guardian::adapters::cli {

// Adds the command to `app` and itself to `action` when it is called. What it needs lives as long as that does.
void add_regress_command(CLI::App& app, const Streams& streams, std::function<int()>& action);

void add_regress_command(CLI::App& app, const Streams& streams, std::function<int()>& action) {
  static const std::map<std::string, RegressFormat> formats{{"text", RegressFormat::text},
                                                            {"json", RegressFormat::json},
                                                            {"junit", RegressFormat::junit},
                                                            {"markdown", RegressFormat::markdown}};
  const auto options = std::make_shared<RegressOptions>();
  const auto offline = std::make_shared<bool>(false);
  CLI::App* sub = app.add_subcommand("regress", "Known cases against the knowledge base: is each still found?");
  sub->footer(
      "Example:\n  guardian regress\n  guardian regress our-cases.tsv --format junit > regress.xml\n"
      "  guardian regress --kb new.kb --against old.kb --variants 25");
  sub->add_option("SUITE", options->suites, "Suites (TSV, JSON) or folders of them (default: those that ship)");
  sub->add_option_function<std::string>(
         "--format", [options](const std::string& word) { options->format = formats.at(word); },
         "text (default), json, junit or markdown: with exact 95 % intervals by category")
      ->check(CLI::IsMember(formats))
      ->type_name("WORD");
  sub->add_option("--against", options->against, "Another knowledge base: also say which rows it answers otherwise");
  sub->add_option("--variants", options->variants,
                  "Also so many variants of each pair (other names, slips, orders ...)")
      ->check(CLI::Range(1, 1000));
  sub->add_option("--seed", options->seed, "Seed of the variants (default: 1)");
  sub->add_option("--jobs", options->jobs, "Threads (default: one a core)")->check(CLI::Range(1, 256));
  sub->add_option("--kb", options->knowledge.file,
                  "Knowledge base (default: $GUARDIAN_KB, else the one that ships with the program)");
  sub->add_option("--kb-keys", options->knowledge.keys,
                  "Public keys: open only a knowledge base that one of them signed (default: $GUARDIAN_KB_KEYS)");
  sub->add_option("--locale", options->knowledge.locale,
                  "ISO country that decides brands when a case names none (default: US)");
  sub->add_flag("--offline", *offline, "Never call a model (this command calls none)");
  sub->callback([options, offline, &streams, &action] {
    action = [options, offline, &streams] { return run_regress(*options, streams); };
  });
}

}  // namespace guardian::adapters::cli
