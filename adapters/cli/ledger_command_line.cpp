// The arguments of guardian ledger.

#include <functional>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapters/cli/commands.hpp"
#include "adapters/ledger/ledger_place.hpp"
#include "audit/ledger/vocabulary.hpp"

namespace guardian::adapters::cli {

// Adds the commands to `app`; the one that is called is put into `action`. What it needs lives as long as that does.
void add_ledger_commands(CLI::App& app, const Streams& streams, std::function<int()>& action);

// The place that an argument names. Throws as CLI11 does when it is none.
void take_ledger(const std::string& text, LedgerUse& use) {
  auto place = ledger_place(text, NamedBy::argument);
  if (!place) throw CLI::ValidationError("ledger", place.error().message);
  use.place = std::move(*place);
}

namespace {

namespace ledger = audit::ledger;

template <std::size_t Count>
CLI::IsMember words(const std::array<std::string_view, Count>& known) {
  return CLI::IsMember(std::vector<std::string>(known.begin(), known.end()));
}

// What every command of the ledger takes.
struct Shared {
  std::string kb;  // accepted as everywhere
  bool offline = false;
};

class LedgerCommands {
 public:
  LedgerCommands(CLI::App& parent, const Streams& streams, std::function<int()>& action)
      : parent_(parent), streams_(streams), action_(action) {}

  void add_all() {
    add_verify();
    add_show();
    add_export();
    add_replay();
    add_checkpoint();
    add_key();
    add_intervention();
    add_override();
    add_outcome();
    add_erase();
  }

 private:
  CLI::App* command(const std::string& name, const std::string& what, const std::string& example) {
    CLI::App* sub = parent_.add_subcommand(name, what);
    sub->footer("Example:\n  guardian ledger " + example);
    return sub;
  }

  void add_unused(CLI::App* sub) {
    sub->add_option("--kb", shared_->kb, "Accepted as everywhere; not used here");
    sub->add_flag("--offline", shared_->offline, "Never call a model (this command calls none)");
  }

  static void add_file(CLI::App* sub, LedgerUse& use) {
    sub->add_option_function<std::string>(
           "FILE", [&use](const std::string& text) { take_ledger(text, use); },
           "Ledger: a file, or postgresql://USER@HOST/DATABASE")
        ->required();
    sub->add_option("--ledger-key", use.key, "Key of the ledger (default: FILE.key, where it is)");
  }

  static void add_format(CLI::App* sub, Format& format) {
    sub->add_option_function<std::string>(
           "--format", [&format](const std::string& word) { format = word == "json" ? Format::json : Format::text; },
           "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->type_name("WORD");
  }

  template <class Options>
  void runs(CLI::App* sub, int (*run)(const Options&, const Streams&), std::shared_ptr<Options> options) {
    sub->callback(
        [this, run, options] { action_ = [run, options, &streams = streams_] { return run(*options, streams); }; });
  }

  void add_verify() {
    auto options = std::make_shared<LedgerVerifyOptions>();
    auto* sub = command("verify", "Whether a ledger is whole; exit 1 when it is not", "verify reviews.ledger");
    add_file(sub, options->ledger);
    sub->add_option("--from", options->from, "Checkpoint: a file that `ledger checkpoint` wrote, or its row");
    sub->add_option("--public-key", options->public_key, "File with the key whose signatures count (ledger key)");
    add_format(sub, options->format);
    add_unused(sub);
    runs(sub, &run_ledger_verify, options);
  }

  CLI::App* add_rows(const std::string& name, const std::string& what, const std::string& example,
                     int (*run)(const LedgerRowOptions&, const Streams&),
                     const std::shared_ptr<LedgerRowOptions>& options) {
    auto* sub = command(name, what, example);
    add_file(sub, options->ledger);
    runs(sub, run, options);
    return sub;
  }

  void add_show() {
    auto options = std::make_shared<LedgerRowOptions>();
    auto* sub =
        add_rows("show", "The rows of a ledger, or one of them", "show reviews.ledger 17", &run_ledger_show, options);
    sub->add_option("SEQ", options->sequence, "Row (default: all, one a line)")->check(CLI::PositiveNumber);
    sub->add_flag("--content", options->content, "Also what is sealed: the case, and all that was said of it");
    add_unused(sub);
  }

  void add_export() {
    auto options = std::make_shared<LedgerRowOptions>();
    auto* sub =
        add_rows("export", "All rows as NDJSON", "export reviews.ledger > rows.ndjson", &run_ledger_export, options);
    sub->add_flag("--content", options->content, "Also what is sealed: the case, and all that was said of it");
    add_unused(sub);
  }

  void add_replay() {
    auto options = std::make_shared<LedgerRowOptions>();
    auto* sub = add_rows("replay", "Make a recorded review again, offline; exit 1 when it comes out otherwise",
                         "replay reviews.ledger 17", &run_ledger_replay, options);
    sub->add_option("SEQ", options->sequence, "Row of the review")->required()->check(CLI::PositiveNumber);
    add_format(sub, options->format);
    sub->add_option("--kb", options->knowledge.file, "Knowledge base that the review was made with");
    sub->add_option("--kb-keys", options->knowledge.keys,
                    "Public keys: open only a knowledge base that one of them signed (default: $GUARDIAN_KB_KEYS)");
    sub->add_flag("--offline", shared_->offline, "Never call a model (this command calls none)");
  }

  void add_checkpoint() {
    auto use = std::make_shared<LedgerUse>();
    auto* sub =
        command("checkpoint", "The last signed checkpoint, to be kept where nobody who has the ledger can change it",
                "checkpoint reviews.ledger > elsewhere/reviews.checkpoint");
    add_file(sub, *use);
    add_unused(sub);
    runs(sub, &run_ledger_checkpoint, use);
  }

  void add_key() {
    auto file = std::make_shared<std::filesystem::path>();
    auto* sub = command("key", "Make a key where there is none; print its public half",
                        "key /etc/guardian/ledger.key > ledger.pub");
    sub->add_option("KEYFILE", *file, "File of the key")->required();
    add_unused(sub);
    runs(sub, &run_ledger_key, file);
  }

  std::shared_ptr<LedgerEntryOptions> entry(CLI::App* sub) {
    auto options = std::make_shared<LedgerEntryOptions>();
    add_file(sub, options->ledger);
    sub->add_option("SEQ", options->sequence, "Row of the review")->required()->check(CLI::PositiveNumber);
    sub->add_option("--by", options->by, "Who says so; sealed with the case");
    sub->add_option("--comment", options->comment, "In words; sealed with the case");
    add_unused(sub);
    return options;
  }

  void add_intervention() {
    auto* sub = command("intervention", "Record what was stopped or changed because of a finding",
                        "intervention reviews.ledger 17 --finding 0123456789ab --action stopped --stage prescribing "
                        "--harm F");
    auto options = entry(sub);
    sub->add_option("--finding", options->finding, "Its id")->required();
    sub->add_option("--action", options->code, "What was done")->required()->check(words(ledger::interventions));
    sub->add_option("--stage", options->stage, "Of the medication process")
        ->required()
        ->check(words(ledger::medication_stages));
    sub->add_option("--harm", options->harm, "NCC MERP category of the harm, had it reached the patient: A to I")
        ->required()
        ->check(CLI::IsMember({"A", "B", "C", "D", "E", "F", "G", "H", "I"}));
    runs(sub, &run_ledger_intervention, options);
  }

  void add_override() {
    auto* sub = command("override", "Record that a clinician goes on in spite of a finding, why and for how long",
                        "override reviews.ledger 17 --finding 0123456789ab --reason will-monitor --days 30");
    auto options = entry(sub);
    sub->add_option("--finding", options->finding, "Its id")->required();
    sub->add_option("--reason", options->code, "Why")->required()->check(words(ledger::override_reasons));
    sub->add_option("--days", options->days, "How long it holds (default: as long as it may: 7 or 90)")
        ->check(CLI::Range(0.01, 90.0));
    runs(sub, &run_ledger_override, options);
  }

  void add_outcome() {
    auto* sub = command("outcome", "Record what turned out to be so: a label for the audit",
                        "outcome reviews.ledger 17 --finding 0123456789ab --label right");
    auto options = entry(sub);
    sub->add_option("--finding", options->finding, "Its id; without it the review as a whole");
    sub->add_option("--label", options->code, "right, wrong (of a finding); missed, nothing-missed (of the review)")
        ->required()
        ->check(words(ledger::outcomes));
    sub->add_option("--severity", options->severity, "Of what was missed: critical, major, moderate or minor")
        ->check(CLI::IsMember({"critical", "major", "moderate", "minor"}));
    sub->add_option("--p-review", options->probability,
                    "The chance with which this review was chosen to be judged (default: 1); audits weight by it")
        ->check(CLI::Range(1e-6, 1.0));
    runs(sub, &run_ledger_outcome, options);
  }

  void add_erase() {
    auto options = std::make_shared<LedgerEraseOptions>();
    auto* sub = command("erase", "Destroy the key of a patient: what is sealed with it is gone, the chain stays whole",
                        "erase reviews.ledger C-1042 --reason patient-request");
    add_file(sub, options->ledger);
    sub->add_option("CASE", options->patient, "Id of the case")->required();
    sub->add_option("--reason", options->reason, "Why")->required()->check(words(ledger::erasure_reasons));
    add_unused(sub);
    runs(sub, &run_ledger_erase, options);
  }

  CLI::App& parent_;
  const Streams& streams_;
  std::function<int()>& action_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace

void add_ledger_commands(CLI::App& app, const Streams& streams, std::function<int()>& action) {
  auto* parent = app.add_subcommand("ledger", "The ledger of reviews: verify, show, replay, and what people add to it");
  parent->require_subcommand(1);
  // The callbacks hold it, and with it what they write to.
  auto commands = std::make_shared<LedgerCommands>(*parent, streams, action);
  commands->add_all();
  parent->callback([commands] {});
}

}  // namespace guardian::adapters::cli
