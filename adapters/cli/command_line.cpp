#include "adapters/cli/command_line.hpp"

#include <functional>
#include <map>
#include <ostream>

#include <CLI/CLI.hpp>

#include "adapters/cli/commands.hpp"
#include "adapters/cli/review_sheet.hpp"
#include "runtime/reviewer.hpp"

namespace guardian::adapters::cli {

void take_ledger(const std::string& text, LedgerUse& use);  // ledger_command_line.cpp
void add_ledger_commands(CLI::App& app, const Streams& streams,
                         std::function<int()>& action);  // ledger_command_line.cpp
void add_regress_command(CLI::App& app, const Streams& streams,
                         std::function<int()>& action);  // regress_command_line.cpp

void add_kb_measures(CLI::App& kb, const Streams& streams,
                     std::function<int()>& action);  // kb_command_line.cpp

namespace {

const std::map<std::string, Format> format_words{{"text", Format::text}, {"json", Format::json}};
const std::map<std::string, Format> review_words{
    {"text", Format::text}, {"json", Format::json}, {"fhir", Format::fhir}, {"cds", Format::cds}};
const std::map<std::string, Format> batch_words{{"json", Format::json}, {"fhir", Format::fhir}};
const std::map<std::string, Format> report_words{
    {"text", Format::text}, {"json", Format::json}, {"html", Format::html}};
const std::map<std::string, FailOn> fail_on_words{{"critical", FailOn::critical},
                                                  {"major", FailOn::major},
                                                  {"moderate", FailOn::moderate},
                                                  {"incomplete", FailOn::incomplete}};

const std::map<std::string, OnError> on_error_words{
    {"report", OnError::report}, {"skip", OnError::skip}, {"stop", OnError::stop}};

const std::map<std::string, bool> audit_words{{"usual", false}, {"full", true}};

// Parses into option structs that live as long as the object and remembers which command was called.
class CommandLine {
 public:
  explicit CommandLine(const Streams& streams) : streams_(streams) {
    app_.set_version_flag("--version", "guardian " + std::string(runtime::engine_version()));
    app_.require_subcommand(1);
    app_.footer(
        "Exit status: 0 done; 1 done and the answer is \"no\" (--fail-on met, an unreadable batch line);\n"
        "2 the input or the call is wrong; 3 could not run (knowledge base missing or damaged, disk full).\n"
        "Decision support for clinicians who review the basis of each finding; not a certified device.");
    add_review();
    add_screen();
    add_resolve();
    add_plan();
    add_explain();
    add_ask();
    add_batch();
    add_cohort();
    add_serve();
    add_verify();
    add_kb();
    add_regress_command(app_, streams_, action_);
    add_audit();
    add_ledger_commands(app_, streams_, action_);
    add_schema();
    add_fake_gemini();
  }

  int run(int argc, const char* const* argv) {
    if (const char* word = unknown_command(app_, argc, argv, 1)) {
      streams_.err << "guardian: there is no command `" << word << "`; see guardian --help\n";
      return exit_input;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& request) {
      return app_.exit(request, streams_.out, streams_.err);
    } catch (const CLI::ParseError& error) {
      app_.exit(error, streams_.out, streams_.err);
      return exit_input;
    }
    for (ModelOptions* options : model_options_) options->offline = offline_;
    return action_();
  }

 private:
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& what, const std::string& example) {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->footer("Example:\n  " + example);
    return sub;
  }

  // Every command takes them, so that a script can pass the same ones everywhere; these commands have no use for them.
  void add_unused(CLI::App* sub) {
    sub->add_option("--kb", unused_, "Accepted as everywhere; not used here");
    sub->add_flag("--offline", offline_, "Never call a model (this command calls none)");
  }

  void add_knowledge(CLI::App* sub, KnowledgeOptions& options) {
    sub->add_option("--kb", options.file,
                    "Knowledge base (default: $GUARDIAN_KB, else the one that ships with the program)");
    sub->add_option("--kb-keys", options.keys,
                    "Public keys: open only a knowledge base that one of them signed (default: $GUARDIAN_KB_KEYS)");
    sub->add_option("--locale", options.locale, "ISO country that decides brands when a case names none (default: US)");
    sub->add_flag("--offline", offline_, "Never call a model (this command calls none)");
  }

  static void add_release(CLI::App* sub, ModelOptions& options) {
    sub->add_flag("--release-uncertified", options.release_uncertified,
                  "Show a model's text that passed every check though no certificate covers it (docs/audit.md)");
  }

  // --offline is every command's; here it has something to keep from.
  void add_free_text(CLI::App* sub, ModelOptions& options) {
    sub->get_option("--offline")->description("Never call a model (also when no key is set; see docs/gemini.md)");
    sub->add_flag("!--no-free-text", options.free_text,
                  "Send a model no note, and of other texts clinical words only (also $GUARDIAN_NO_FREE_TEXT)");
    model_options_.push_back(&options);
  }

  void add_model(CLI::App* sub, ModelOptions& options) {
    add_free_text(sub, options);
    auto* events = sub->add_option("--events", options.events,
                                   "Record every step and answer of a model here, and go on from what is recorded");
    auto* replay = sub->add_option("--replay", options.replay, "Take the answers of the model from such a record");
    events->excludes(replay);
    sub->add_option("--trace", options.trace, "Append each review as an OpenTelemetry trace (a line of OTLP/JSON)");
  }

  static void add_ledger(CLI::App* sub, LedgerUse& use) {
    auto* file = sub->add_option_function<std::string>(
        "--ledger", [&use](const std::string& text) { take_ledger(text, use); },
        "Record every review in this ledger: a file, or postgresql://USER@HOST/DATABASE (docs/ledger.md)");
    auto* key = sub->add_option("--ledger-key", use.key,
                                "Its key (default: FILE.key beside it, which is made with a new ledger)")
                    ->needs(file);
    sub->add_flag("--ledger-deidentified", use.deidentified, "Keep no case in the ledger, and sign nothing: no key")
        ->needs(file)
        ->excludes(key);
  }

  // An option whose value is one of some words, and nothing else.
  template <class Value>
  void add_word(CLI::App* sub, const std::string& name, Value& value, const std::map<std::string, Value>& words,
                const std::string& what) {
    sub->add_option_function<std::string>(
           name, [&value, &words](const std::string& word) { value = words.at(word); }, what)
        ->check(CLI::Validator(
            [&words](const std::string& word) {
              if (words.count(word) == 1) return std::string();
              std::string known;
              for (const auto& entry : words) known += (known.empty() ? "" : ", ") + entry.first;
              return "`" + word + "` is not one of: " + known;
            },
            ""))
        ->type_name("WORD");
  }

  // CLI11 only says that a command is required; this names the word that is none.
  static const char* unknown_command(const CLI::App& parent, int argc, const char* const* argv, int at) {
    if (at >= argc || argv[at][0] == '-') return nullptr;
    const std::string word = argv[at];
    for (const CLI::App* sub : parent.get_subcommands([](const CLI::App*) { return true; })) {
      if (sub->get_name() == word) {
        const bool is_group = word == "kb" || word == "audit" || word == "ledger";
        return is_group ? unknown_command(*sub, argc, argv, at + 1) : nullptr;
      }
    }
    return argv[at];
  }

  void add_format(CLI::App* sub, Format& format) {
    add_word(sub, "--format", format, format_words, "text (default) or json");
  }

  void add_fail_on(CLI::App* sub, FailOn& fail_on) {
    add_word(sub, "--fail-on", fail_on, fail_on_words,
             "Exit 1 on a finding this severe (critical, major, moderate) or on an incomplete review");
  }

  void add_review() {
    auto* sub = command(app_, "review", "Review one or more cases",
                        "guardian review examples/cases/01-warfarin-fluconazole-aspirin.json");
    sub->add_option("CASE", review_.cases, "Case files; - reads standard input")->required();
    add_word(sub, "--format", review_.format, review_words,
             "text (default), json, fhir: a Bundle of DetectedIssue (docs/fhir.md), or cds: cards (docs/cds-hooks.md)");
    add_fail_on(sub, review_.fail_on);
    add_word(sub, "--audit", review_.full_audit, audit_words,
             "usual (default), or full: also deletes what the text cites and asks the engine again");
    add_knowledge(sub, review_.knowledge);
    add_model(sub, review_.model);
    add_release(sub, review_.model);
    add_ledger(sub, review_.ledger);
    sub->callback([this] { action_ = [this] { return run_review(review_, streams_); }; });
  }

  void add_screen() {
    auto* sub = command(app_, "screen", "Check a list of medicine names, no patient",
                        "guardian screen \"Viagra 50 mg\" isosorbide-mononitrate");
    sub->add_option("NAME", screen_.names, "Medicines as written on a chart")->required();
    add_format(sub, screen_.format);
    add_fail_on(sub, screen_.fail_on);
    add_knowledge(sub, screen_.knowledge);
    sub->callback([this] { action_ = [this] { return run_screen(screen_, streams_); }; });
  }

  void add_resolve() {
    auto* sub = command(app_, "resolve", "What each name means, with score and reason",
                        "guardian resolve \"Sporanox 100mg caps 2 PO BID\" hydralyzine");
    sub->add_option("NAME", resolve_.names, "Medicines as written on a chart")->required();
    add_format(sub, resolve_.format);
    add_knowledge(sub, resolve_.knowledge);
    sub->callback([this] { action_ = [this] { return run_resolve(resolve_, streams_); }; });
  }

  void add_plan() {
    auto* sub = command(app_, "plan", "The least-effort change of medicines that clears every grave finding",
                        "guardian plan examples/cases/11-colchicine-clarithromycin.json");
    sub->add_option("CASE", plan_.case_file, "Case file; - reads standard input")->required();
    add_format(sub, plan_.format);
    sub->add_option("--policy", plan_.policy, "What changes cost, as a table (default: the one that is built in)");
    add_knowledge(sub, plan_.knowledge);
    sub->callback([this] { action_ = [this] { return run_plan(plan_, streams_); }; });
  }

  void add_explain() {
    auto* sub = command(app_, "explain", "A review in words, the graph path of a finding, or why a pair gave none",
                        "guardian explain case.json --for patient\n  guardian explain case.json 1\n  guardian explain "
                        "case.json --why-not metformin lisinopril");
    sub->add_option("CASE", explain_.case_file, "Case file; - reads standard input")->required();
    auto* finding = sub->add_option("FINDING", explain_.finding, "Id of a finding, or its number in the review");
    auto* why_not = sub->add_option("--why-not", explain_.why_not, "Two medicines")->expected(2);
    finding->excludes(why_not);
    auto* audience =
        sub->add_option("--for", explain_.audience, "The review, or FINDING, in words for: clinician, patient")
            ->check(CLI::IsMember({"clinician", "patient"}))
            ->excludes(why_not);
    sub->add_option("--grade", explain_.grade, "Reading grade of the patient text (default: 6)")
        ->check(CLI::Range(1.0, 20.0))
        ->needs(audience);
    add_knowledge(sub, explain_.knowledge);
    add_model(sub, explain_.model);
    add_release(sub, explain_.model);
    sub->callback([this, finding, why_not, audience] {
      if (finding->count() + why_not->count() + audience->count() == 0)
        throw CLI::RequiredError("FINDING, --for or --why-not A B");
      action_ = [this] { return run_explain(explain_, streams_); };
    });
  }

  void add_ask() {
    auto* sub = command(app_, "ask", "Answer questions about a case, with citations",
                        "guardian ask case.json \"Can I add ibuprofen?\" \"and naproxen?\"");
    sub->add_option("CASE", ask_.case_file, "Case file; - reads standard input")->required();
    sub->add_option("QUESTION", ask_.questions, "Questions of one conversation, in their order")->required();
    add_format(sub, ask_.format);
    add_knowledge(sub, ask_.knowledge);
    add_model(sub, ask_.model);
    sub->callback([this] { action_ = [this] { return run_ask(ask_, streams_); }; });
  }

  void add_batch() {
    auto* sub = command(app_, "batch", "NDJSON cases in, NDJSON reviews out, in order",
                        "guardian batch cases.ndjson -o reviews.ndjson");
    auto* input = sub->add_option("IN", batch_.input, "File with one case a line (default: standard input)");
    sub->add_option("--bulk", batch_.bulk, "Folder of a FHIR Bulk Data export (*.ndjson): a review a patient")
        ->excludes(input);
    sub->add_option("--as-of", batch_.as_of, "Time of review of cases that have none, ISO 8601 (default: now)");
    auto* output = sub->add_option("-o,--output", batch_.output, "File for the reviews (default: standard output)");
    sub->add_option("--jobs", batch_.jobs, "Threads (default: one a core)")->check(CLI::Range(1, 256));
    add_word(sub, "--on-error", batch_.on_error, on_error_words,
             "Of a line that cannot be read: report (default: an error record in its place), skip, or stop before it");
    sub->add_flag("--resume", batch_.resume,
                  "Keep a record beside the output, and go on where an earlier run with it was interrupted")
        ->needs(output);
    auto* screen_only = sub->add_flag("--screen-only", batch_.screen_only,
                                      "Check medicines against each other only, and answer in short (docs/batch.md)");
    add_word(sub, "--format", batch_.format, batch_words, "json (default), or fhir: a DetectedIssue a line");
    sub->get_option("--format")->excludes(screen_only);
    add_fail_on(sub, batch_.fail_on);
    add_knowledge(sub, batch_.knowledge);
    add_model(sub, batch_.model);
    add_ledger(sub, batch_.ledger);
    for (const char* of_reviews : {"--ledger", "--events", "--replay", "--trace"})
      screen_only->excludes(sub->get_option(of_reviews));
    sub->callback([this] { action_ = [this] { return run_batch(batch_, streams_); }; });
  }

  void add_cohort() {
    auto* sub = command(app_, "cohort", "Alerts per 100 orders, and what a display policy would silence",
                        "guardian batch cases.ndjson | guardian cohort --mute minor --mute moderate");
    sub->add_option("IN", cohort_.input, "Answers of guardian batch (default: standard input)");
    add_word(sub, "--format", cohort_.format, report_words, "text (default), json or html");
    sub->add_option("--mute", cohort_.mute,
                    "A severity, a type or a rule that is not to be shown; can be given several times")
        ->allow_extra_args(false);
    sub->add_option("--top", cohort_.most_rules, "Rules that are listed (default: 20; JSON has all)");
    add_unused(sub);
    sub->callback([this] { action_ = [this] { return run_cohort(cohort_, streams_); }; });
  }

  void add_serve() {
    auto* sub = command(app_, "serve", "The hospital endpoint: CDS Hooks, FHIR, the API and the page",
                        "guardian serve --demo\n  guardian serve --config guardian.json");
    sub->add_option("--config", serve_.config, "Settings (JSON; docs/operations.md)");
    sub->add_option("--host", serve_.host, "Address to listen on (default: 127.0.0.1)");
    sub->add_option("--port", serve_.port, "Port; 0: a free one (default: 8080)")->check(CLI::Range(0, 65535));
    sub->add_flag("--demo", serve_.demo,
                  "This machine only, nobody signs in, no rate limits, the sandbox of CDS Hooks may call");
    sub->add_option("--new-key", serve_.new_key, "NAME ROLE: print a new key of the API (reader, reviewer, admin)")
        ->expected(2);
    sub->add_option("--records", serve_.records, "Keep a list of patients in this file (docs/operations.md)");
    add_knowledge(sub, serve_.knowledge);
    add_free_text(sub, serve_.model);
    add_release(sub, serve_.model);
    add_ledger(sub, serve_.ledger);
    sub->callback([this, sub] {
      serve_.locale_given = sub->count("--locale") > 0;
      action_ = [this] { return run_serve(serve_, streams_); };
    });
  }

  void add_verify() {
    auto* sub = command(app_, "verify", "Derive the findings of a review anew, without the engine",
                        "guardian review case.json --format json > review.json && guardian verify review.json");
    sub->add_option("REVIEW", verify_.review, "Review as JSON; - reads standard input")->required();
    add_knowledge(sub, verify_.knowledge);
    sub->callback([this] { action_ = [this] { return run_verify(verify_, streams_); }; });
  }

  void add_kb() {
    auto* kb = app_.add_subcommand("kb", "The knowledge base: build, lint, info, diff, export, import, coverage");
    kb->require_subcommand(1);
    add_kb_measures(*kb, streams_, action_);

    auto* build = command(*kb, "build", "Compile a folder of tables into a knowledge base",
                          "guardian kb build knowledge/seed -o guardian.kb");
    build->add_option("SEED", kb_build_.seed, "Folder of *.tsv tables")->required();
    build->add_option("-o,--output", kb_build_.output, "File to write")->required();
    add_unused(build);
    build->callback([this] { action_ = [this] { return run_kb_build(kb_build_, streams_); }; });

    auto* lint =
        command(*kb, "lint", "Say everything that is wrong with a folder of tables", "guardian kb lint knowledge/seed");
    lint->add_option("SEED", kb_lint_, "Folder of *.tsv tables")->required();
    add_unused(lint);
    lint->callback([this] { action_ = [this] { return run_kb_lint(kb_lint_, streams_); }; });

    auto* info = command(*kb, "info", "Version, digest and counts", "guardian kb info");
    add_format(info, kb_info_.format);
    add_knowledge(info, kb_info_.knowledge);
    info->callback([this] { action_ = [this] { return run_kb_info(kb_info_, streams_); }; });

    auto* diff = command(*kb, "diff", "Which rules and pair outcomes changed",
                         "guardian kb diff old.kb new.kb\n  guardian kb diff old.kb new.kb --ledger reviews.ledger");
    diff->add_option("BEFORE", kb_diff_.before, "Knowledge base")->required();
    diff->add_option("AFTER", kb_diff_.after, "Knowledge base")->required();
    diff->add_option("--limit", kb_diff_.limit, "Changed pairs or reviews to list")->default_val(50);
    auto* ledger = diff->add_option_function<std::string>(
        "--ledger", [this](const std::string& text) { take_ledger(text, kb_diff_.ledger); },
        "Which reviews of this ledger would come out otherwise, and how");
    diff->add_option("--ledger-key", kb_diff_.ledger.key, "Key of the ledger (default: FILE.key, where it is)")
        ->needs(ledger);
    diff->add_option("--jobs", kb_diff_.jobs, "Threads (default: one a core)")
        ->check(CLI::Range(1, 256))
        ->needs(ledger);
    add_format(diff, kb_diff_.format);
    add_unused(diff);
    diff->callback([this] { action_ = [this] { return run_kb_diff(kb_diff_, streams_); }; });

    auto* out = command(*kb, "export", "Write the tables back as text, or the rules as a review sheet",
                        "guardian kb export -o tables/\n  guardian kb export --review rules.html");
    out->add_option("-o,--output", kb_export_.folder, "Folder to write the tables to");
    out->add_option("--review", kb_review_, "Review sheet: FILE.html, FILE.csv, or a folder for both");
    add_knowledge(out, kb_export_.knowledge);
    out->callback([this] {
      if (kb_export_.folder.empty() && kb_review_.empty()) throw CLI::RequiredError("--output or --review");
      action_ = [this] {
        const int status = kb_export_.folder.empty() ? exit_done : run_kb_export(kb_export_, streams_);
        if (status != exit_done || kb_review_.empty()) return status;
        return run_kb_review_sheet(kb_export_.knowledge, kb_review_, streams_);
      };
    });
  }

  void add_audit() {
    auto* audit = app_.add_subcommand("audit", "Many answers at once: can they be trusted?");
    audit->require_subcommand(1);

    auto* analyze = command(*audit, "analyze", "Calibration, failures, groups, drift and a trust score",
                            "guardian audit analyze predictions.json --format html > audit.html");
    analyze
        ->add_option("FILE", audit_analyze_.file,
                     "JSON of arrays, NDJSON of records, or a ledger; - reads standard input")
        ->required();
    add_word(analyze, "--format", audit_analyze_.format, report_words, "text (default), json or html");
    analyze->add_flag("--compat", audit_analyze_.compat, "The results and the score of TrustLens 0.5.0");
    analyze->add_option("--ref", audit_analyze_.reference,
                        "Earlier predictions: has the confidence drifted from them?");
    analyze->add_option("--ledger-key", audit_analyze_.ledger_key,
                        "Key of the ledger (default: FILE.key, where it is); without it patients are in no group");
    analyze
        ->add_option_function<std::string>(
            "--of", [this](const std::string& word) { audit_analyze_.of_findings = word == "finding"; },
            "Of a ledger: decision (default, a record a review) or finding (a record a finding)")
        ->check(CLI::IsMember({"decision", "finding"}))
        ->type_name("WORD");
    analyze->add_option("--alpha", audit_analyze_.policy.alpha, "Risk that a threshold is to certify (default: 0.05)")
        ->check(CLI::Range(0.0001, 0.9999));
    analyze->add_option("--delta", audit_analyze_.policy.delta, "Chance that the certificate is wrong (default: 0.05)")
        ->check(CLI::Range(0.0001, 0.9999));
    add_trust_policy(analyze, audit_analyze_.policy.trust);
    add_unused(analyze);
    analyze->callback([this] { action_ = [this] { return run_audit_analyze(audit_analyze_, streams_); }; });

    auto* compare = command(*audit, "compare", "Is one of two models better on the same cases?",
                            "guardian audit compare old.json new.json");
    compare->add_option("A", audit_compare_.first, "As for analyze")->required();
    compare->add_option("B", audit_compare_.second, "The same cases in the same order")->required();
    add_format(compare, audit_compare_.format);
    add_trust_policy(compare, audit_compare_.policy);
    add_unused(compare);
    compare->callback([this] { action_ = [this] { return run_audit_compare(audit_compare_, streams_); }; });
  }

  void add_trust_policy(CLI::App* sub, audit::population::TrustPolicy& policy) {
    sub->add_option("--boot", policy.resamples, "Resamples of each bootstrap (default: 300)")
        ->check(CLI::Range(1, 100000));
    sub->add_option("--seed", policy.seed, "Seed of the random draws (default: 1)");
    sub->add_option("--min-n", policy.min_cases, "Fewer cases are graded I, insufficient (default: 50)");
    sub->add_option("--min-group", policy.min_group, "Rates over fewer cases are not tested (default: 30)");
  }

  void add_schema() {
    auto* sub = command(app_, "schema", "The JSON Schema of a case, a review or answers", "guardian schema case");
    sub->add_option("WHICH", schema_, "case, review or answer")
        ->required()
        ->check(CLI::IsMember({"case", "review", "answer"}));
    add_unused(sub);
    sub->callback([this] { action_ = [this] { return run_schema(schema_, streams_); }; });
  }

  void add_fake_gemini() {
    auto* sub = command(app_, "fake-gemini", "A local server that speaks the Gemini API, for demonstrations and tests",
                        "guardian fake-gemini --port 8099 --scenario 503\n"
                        "  GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8099 GEMINI_API_KEY=any-words ...");
    sub->add_option("--port", fake_gemini_.port, "Port on this machine (default: a free one)")
        ->check(CLI::Range(0, 65535));
    sub->add_option("--script", fake_gemini_.script, "JSON file of rules: which request gets which reply")
        ->check(CLI::ExistingFile);
    sub->add_option("--scenario", fake_gemini_.scenario,
                    "How requests that no rule is for go wrong: 429, slow:5, malformed ... (default: not at all)");
    add_unused(sub);
    sub->callback([this] { action_ = [this] { return run_fake_gemini(fake_gemini_, streams_); }; });
  }

  const Streams& streams_;
  CLI::App app_{
      "guardian: medication safety review. Finds interactions between medicines, offline, and proves each finding.",
      "guardian"};
  std::string unused_;
  bool offline_ = false;  // accepted by every command
  std::vector<ModelOptions*> model_options_;
  ReviewOptions review_;
  ScreenOptions screen_;
  ResolveOptions resolve_;
  PlanOptions plan_;
  ExplainOptions explain_;
  AskOptions ask_;
  BatchOptions batch_;
  CohortOptions cohort_;
  ServeOptions serve_;
  VerifyOptions verify_;
  KbBuildOptions kb_build_;
  std::filesystem::path kb_lint_;
  KbInfoOptions kb_info_;
  KbDiffOptions kb_diff_;
  KbExportOptions kb_export_;
  std::filesystem::path kb_review_;
  AuditAnalyzeOptions audit_analyze_;
  AuditCompareOptions audit_compare_;
  std::string schema_;
  FakeGeminiCommandOptions fake_gemini_;
  std::function<int()> action_;
};

}  // namespace

int run_command_line(int argc, const char* const* argv, const Streams& streams) {
  return CommandLine(streams).run(argc, argv);
}

}  // namespace guardian::adapters::cli
