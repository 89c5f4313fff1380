// The arguments of the commands that measure a knowledge base.

#include <functional>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapters/cli/commands.hpp"

namespace guardian::adapters::cli {

// Adds the commands to `kb`; the one that is called is put into `action`. What it needs lives as long as that does.
void add_kb_measures(CLI::App& kb, const Streams& streams, std::function<int()>& action);

namespace {

const std::map<std::string, CoverageFormat> coverage_words{
    {"text", CoverageFormat::text}, {"json", CoverageFormat::json}, {"markdown", CoverageFormat::markdown}};

void add_coverage(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  auto options = std::make_shared<KbCoverageOptions>();
  CLI::App* sub = kb.add_subcommand("coverage", "How much of reference sets it covers, and how often it interrupts");
  sub->footer("Example:\n  guardian kb coverage --reference ../shared/data --random 2000");
  auto* reference = sub->add_option("--reference", options->reference, "Folder of the sets (docs/coverage.md)");
  sub->add_option("--exceptions", options->exceptions, "Misses that are right as they are: set, first, second, reason")
      ->needs(reference);
  auto* random = sub->add_option("--random", options->random, "Also so many random pairs of the commonest ingredients")
                     ->check(CLI::Range(1, 1'000'000));
  sub->add_option("--seed", options->seed, "Of the random pairs (default: 1)")->needs(random);
  sub->add_option_function<std::string>(
         "--misses",
         [options](const std::string& word) {
           options->misses = word == "all" ? std::string::npos : static_cast<std::size_t>(std::stoul(word));
         },
         "How many to list of each kind: a number, or all (default: 20, and 100 random pairs)")
      ->check(CLI::Validator(
          [](const std::string& word) {
            const bool number =
                !word.empty() && word.size() < 10 && word.find_first_not_of("0123456789") == std::string::npos;
            return number || word == "all" ? std::string() : "`" + word + "` is neither a number nor `all`";
          },
          ""))
      ->type_name("N|all");
  sub->add_option_function<std::string>(
         "--format", [options](const std::string& word) { options->format = coverage_words.at(word); },
         "text (default), json or markdown")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->type_name("WORD");
  sub->add_flag("--check", options->check, "Exit 1 when a target is not met");
  sub->add_option("--kb", options->knowledge.file,
                  "Knowledge base (default: $GUARDIAN_KB, else the one that ships with the program)");
  sub->add_flag("--offline")->description("Never call a model (this command calls none)");
  sub->callback([options, reference, random, &streams, &action] {
    if (reference->count() + random->count() == 0) throw CLI::RequiredError("--reference or --random");
    action = [options, &streams] { return run_kb_coverage(*options, streams); };
  });
}

}  // namespace

void add_kb_measures(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  add_coverage(kb, streams, action);
}

}  // namespace guardian::adapters::cli
