// The arguments of the commands that measure a knowledge base, add to it or sign it.

#include <functional>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapters/cli/commands.hpp"
#include "adapters/cli/kb_import_command.hpp"

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
  sub->add_option("--kb-keys", options->knowledge.keys,
                  "Public keys: open only a knowledge base that one of them signed (default: $GUARDIAN_KB_KEYS)");
  sub->add_flag("--offline")->description("Never call a model (this command calls none)");
  sub->callback([options, reference, random, &streams, &action] {
    if (reference->count() + random->count() == 0) throw CLI::RequiredError("--reference or --random");
    action = [options, &streams] { return run_kb_coverage(*options, streams); };
  });
}

void add_sign(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  auto options = std::make_shared<KbSignOptions>();
  CLI::App* sub = kb.add_subcommand("sign", "Sign a knowledge base, in a file beside it");
  sub->footer("Example:\n  guardian kb sign guardian.kb --key release.key");
  sub->add_option("FILE", options->file, "Knowledge base")->required();
  sub->add_option("--key", options->key, "File of the secret key (guardian ledger key makes one)")->required();
  sub->add_option("--kb")->description("Accepted as everywhere; not used here");
  sub->add_flag("--offline")->description("Never call a model (this command calls none)");
  sub->callback(
      [options, &streams, &action] { action = [options, &streams] { return run_kb_sign(*options, streams); }; });
}

void add_sign_off(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  auto options = std::make_shared<KbSignOffOptions>();
  CLI::App* sub = kb.add_subcommand("sign-off", "Agree to what a hospital lowers, in a file beside its rules");
  sub->footer(
      "Example:\n  guardian kb sign-off rules.tsv --rule DDI-1 --source MERCY --key chief-pharmacist.key\n"
      "A critical rule or a contraindication needs two, by different keys (docs/hospital-rules.md).");
  sub->add_option("FILE", options->file, "Rules of the hospital")->required();
  sub->add_option("--rule", options->rule, "The rule that is lowered")->required();
  sub->add_option("--source", options->source, "Name under which the rules are imported")->required();
  sub->add_option("--key", options->key, "File of your secret key (guardian ledger key makes one)")->required();
  sub->add_option("--kb", options->knowledge.file,
                  "Knowledge base that has the rule (default: $GUARDIAN_KB, else the one that ships with the program)");
  sub->add_flag("--offline")->description("Never call a model (this command calls none)");
  sub->callback(
      [options, &streams, &action] { action = [options, &streams] { return run_kb_sign_off(*options, streams); }; });
}

void add_verify(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  auto options = std::make_shared<KbVerifyOptions>();
  CLI::App* sub = kb.add_subcommand("verify", "Is it whole, and did one of these keys sign it?");
  sub->footer("Example:\n  guardian kb verify guardian.kb --kb-keys release.pub");
  sub->add_option("FILE", options->file, "Knowledge base")->required();
  sub->add_option("--kb-keys", options->keys, "Public keys that count, one a line")->required();
  sub->add_option("--kb")->description("Accepted as everywhere; not used here");
  sub->add_flag("--offline")->description("Never call a model (this command calls none)");
  sub->callback(
      [options, &streams, &action] { action = [options, &streams] { return run_kb_verify(*options, streams); }; });
}

void add_import(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  auto options = std::make_shared<KbImportOptions>();
  CLI::App* sub = kb.add_subcommand("import", "Add the knowledge of another source (docs/knowledge-sources.md)");
  sub->footer(
      "Example:\n"
      "  guardian kb import ddinter pairs.csv --source LIST --licence \"our licence 4711\" -o with_list.db\n"
      "  guardian kb import ansm substances.json interactions.json --source ANSM --licence \"...\" -o with_ansm.db\n"
      "  guardian kb import rxnorm RXNCONSO.RRF RXNREL.RRF RXNSAT.RRF --source RxNorm --licence \"...\" -o with_rx.db\n"
      "  guardian kb import hospital rules.tsv --source MERCY --licence own -o with_ours.db");
  sub->add_option("KIND", options->kind, "rxnorm, ansm, ddinter, or hospital for rules of your own")
      ->required()
      ->check(CLI::IsMember({"rxnorm", "ansm", "ddinter", "hospital"}));
  sub->add_option("FILES", options->files, "Files of the source")->required();
  sub->add_option("--source", options->header.name, "Name of the source, as findings show it")->required();
  sub->add_option("--licence,--license", options->header.licence, "Under which licence you use the files")->required();
  sub->add_option("-o,--output", options->output, "Knowledge base to write")->required();
  sub->add_option("--title", options->header.title, "Full title of the source (default: its name)");
  sub->add_option("--release", options->header.version, "Version of the source");
  sub->add_option("--date", options->header.date, "Date of that version (ISO)");
  sub->add_option("--note", options->header.note, "Anything else to keep with the source");
  auto* precedence = sub->add_option(
      "--precedence", options->header.precedence,
      "3 to 99 (default: 50, of a hospital 10): of two rules as severe, the one of the lower number is told first");
  sub->add_option(
      "--sign-off-keys", options->sign_off_keys,
      "Public keys of those whose sign-offs count (default: $GUARDIAN_SIGN_OFF_KEYS; docs/hospital-rules.md)");
  sub->add_option("--names", options->names, "Table of names of the source and our ingredients (name, ingredient)");
  sub->add_option_function<std::string>(
         "--on-error", [options](const std::string& word) { options->skip = word == "skip"; },
         "stop (default) at a row that cannot be read, or skip it")
      ->check(CLI::IsMember({"stop", "skip"}))
      ->type_name("WORD");
  sub->add_flag("--replace", options->replace, "Take an earlier import of the source out first");
  sub->add_option("--list", options->listed, "How many to list of what is left out or not known (default: 20)");
  sub->add_option("--kb,--db", options->knowledge.file,
                  "Knowledge base to add to (default: $GUARDIAN_KB, else the one that ships with the program)");
  sub->add_flag("--offline")->description("Never call a model (this command calls none)");
  sub->callback([options, precedence, &streams, &action] {
    options->precedence_given = precedence->count() > 0;
    action = [options, &streams] { return run_kb_import(*options, streams); };
  });
}

}  // namespace

void add_kb_measures(CLI::App& kb, const Streams& streams, std::function<int()>& action) {
  add_coverage(kb, streams, action);
  add_sign(kb, streams, action);
  add_sign_off(kb, streams, action);
  add_verify(kb, streams, action);
  add_import(kb, streams, action);
}

}  // namespace guardian::adapters::cli
