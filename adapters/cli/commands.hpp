#pragma once
// The commands as functions of their options: parsing the command line is elsewhere (command_line.hpp). Each returns
// the exit status and writes its answer to `streams.out`.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/cli/streams.hpp"
#include "audit/ledger/place.hpp"
#include "audit/population/policy.hpp"
#include "core/result.hpp"

namespace guardian::adapters::cli {

enum class Format { text, json, html, fhir, cds };
enum class FailOn { never, critical, major, moderate, incomplete };

struct KnowledgeOptions {
  std::filesystem::path file;  // empty: $GUARDIAN_KB, else the one that ships with the program
  std::string locale = "US";   // ISO country that decides brands when a case names none
  // Public keys: no knowledge base is opened that none of them signed. Empty: $GUARDIAN_KB_KEYS, else none is asked
  // for.
  std::filesystem::path keys;
};

struct ModelOptions {
  bool offline = false;              // never call a model
  bool free_text = true;             // false: it is sent no note, and of other texts clinical words only
  bool release_uncertified = false;  // its text goes out without a certificate (docs/audit.md)
  std::filesystem::path events;      // record of what happened, also to go on from; empty: none
  std::filesystem::path replay;      // answers of the model from such a record, and from nowhere else; empty: none
  std::filesystem::path trace;       // each review as an OpenTelemetry trace, a line each; empty: none
};

struct LedgerUse {
  audit::ledger::Place place;  // empty: nothing is recorded
  std::filesystem::path key;   // empty: FILE.key
  bool deidentified = false;   // keep no case, and use no key
};

struct ReviewOptions {
  KnowledgeOptions knowledge;
  ModelOptions model;
  LedgerUse ledger;
  std::vector<std::string> cases;  // files, or "-"
  Format format = Format::text;
  FailOn fail_on = FailOn::never;
  bool full_audit = false;  // whether the text rests on what it cites is assessed for the template too
};
int run_review(const ReviewOptions& options, const Streams& streams);

struct ScreenOptions {
  KnowledgeOptions knowledge;
  std::vector<std::string> names;
  Format format = Format::text;
  FailOn fail_on = FailOn::never;
};
int run_screen(const ScreenOptions& options, const Streams& streams);

struct ResolveOptions {
  KnowledgeOptions knowledge;
  std::vector<std::string> names;
  Format format = Format::text;
};
int run_resolve(const ResolveOptions& options, const Streams& streams);

struct PlanOptions {
  KnowledgeOptions knowledge;
  std::string case_file;
  Format format = Format::text;
  std::filesystem::path policy;  // empty: the one that is built in
};
int run_plan(const PlanOptions& options, const Streams& streams);

struct ExplainOptions {
  KnowledgeOptions knowledge;
  ModelOptions model;  // asked for the review in words only
  std::string case_file;
  std::optional<std::string> finding;  // id, or its number in the review
  std::vector<std::string> why_not;    // two names
  std::string audience;                // "clinician" or "patient": the review in words; else empty
  double grade = 6.0;                  // reading grade of the patient text
};
int run_explain(const ExplainOptions& options, const Streams& streams);

struct AskOptions {
  KnowledgeOptions knowledge;
  ModelOptions model;
  std::string case_file;
  std::vector<std::string> questions;  // one conversation, in this order
  Format format = Format::text;
};
inline constexpr std::size_t longest_question = 4000;  // bytes
int run_ask(const AskOptions& options, const Streams& streams);

// What becomes of a line that cannot be read.
enum class OnError : std::uint8_t {
  report,  // an error record in its place
  skip,    // nothing
  stop     // the batch ends before it
};

struct BatchOptions {
  KnowledgeOptions knowledge;
  ModelOptions model;
  LedgerUse ledger;
  std::string input = "-";
  std::string output = "-";
  std::size_t jobs = 0;  // 0: as many as there are cores
  FailOn fail_on = FailOn::never;
  OnError on_error = OnError::report;
  bool resume = false;
  bool screen_only = false;      // medicines against each other, in short
  Format format = Format::json;  // json or fhir
  std::filesystem::path bulk;    // a folder of a FHIR Bulk Data export in the place of `input`
  std::string as_of;             // of cases without a time of review; empty: now
};
// Reads and writes the descriptors of standard input and output, not the streams: a signal must end a wait.
int run_batch(const BatchOptions& options, const Streams& streams);

// The alerts of what a batch has answered.
struct CohortOptions {
  std::string input = "-";
  Format format = Format::text;
  std::vector<std::string> mute;  // severities, types and rules that a display policy would not show
  std::size_t most_rules = 20;    // in text and page
};
int run_cohort(const CohortOptions& options, const Streams& streams);

enum class RegressFormat { text, json, junit, markdown };
struct RegressOptions {
  KnowledgeOptions knowledge;
  std::vector<std::string> suites;  // files or folders; empty: those that ship with the program
  RegressFormat format = RegressFormat::text;
  std::filesystem::path against;  // another knowledge base, to see what changed; empty: none
  std::size_t variants = 0;       // of each pair
  std::uint64_t seed = 1;         // of the variants
  std::size_t jobs = 0;           // 0: as many as there are cores
};
int run_regress(const RegressOptions& options, const Streams& streams);

struct VerifyOptions {
  KnowledgeOptions knowledge;
  std::string review;  // file, or "-"
};
int run_verify(const VerifyOptions& options, const Streams& streams);

struct KbBuildOptions {
  std::filesystem::path seed;
  std::filesystem::path output;
};
int run_kb_build(const KbBuildOptions& options, const Streams& streams);
int run_kb_lint(const std::filesystem::path& seed, const Streams& streams);

struct KbInfoOptions {
  KnowledgeOptions knowledge;
  Format format = Format::text;
};
int run_kb_info(const KbInfoOptions& options, const Streams& streams);

struct KbDiffOptions {
  std::filesystem::path before;
  std::filesystem::path after;
  std::size_t limit = 50;  // changed pairs, or reviews, listed
  LedgerUse ledger;        // without a file: what the knowledge bases say; else what past reviews would say
  unsigned jobs = 0;       // threads; 0: one a core
  Format format = Format::text;
};
int run_kb_diff(const KbDiffOptions& options, const Streams& streams);

struct KbExportOptions {
  KnowledgeOptions knowledge;
  std::filesystem::path folder;
};
int run_kb_export(const KbExportOptions& options, const Streams& streams);

enum class CoverageFormat { text, json, markdown };

struct KbSignOptions {
  std::filesystem::path file;
  std::filesystem::path key;  // secret
};
int run_kb_sign(const KbSignOptions& options, const Streams& streams);

struct KbSignOffOptions {
  KnowledgeOptions knowledge;
  std::filesystem::path file;  // of rules
  std::string rule;            // that is lowered
  std::string source;          // name under which the rules are imported
  std::filesystem::path key;   // secret
};
int run_kb_sign_off(const KbSignOffOptions& options, const Streams& streams);

struct KbVerifyOptions {
  std::filesystem::path file;
  std::filesystem::path keys;  // public
};
int run_kb_verify(const KbVerifyOptions& options, const Streams& streams);

struct KbCoverageOptions {
  KnowledgeOptions knowledge;
  std::filesystem::path reference;   // folder of reference sets; empty: none
  std::filesystem::path exceptions;  // misses that are right as they are; empty: none
  std::size_t random = 0;            // pairs of the commonest ingredients; 0: none
  std::uint64_t seed = 1;
  std::optional<std::size_t> misses;  // listed of each measure; empty: 20, and 100 of the random pairs
  CoverageFormat format = CoverageFormat::text;
  bool check = false;  // exit 1 when a target is not met
};
int run_kb_coverage(const KbCoverageOptions& options, const Streams& streams);

struct AuditAnalyzeOptions {
  std::string file;  // or "-"; may be a ledger
  Format format = Format::text;
  bool compat = false;
  std::string reference;             // earlier predictions, to see drift; empty: none
  std::filesystem::path ledger_key;  // empty: FILE.key, where it is
  bool of_findings = false;          // of a ledger: a record a finding instead of a review
  audit::population::AuditPolicy policy;
};
int run_audit_analyze(const AuditAnalyzeOptions& options, const Streams& streams);
// The same of the decisions of a ledger, as text of this format (json or html).
core::Result<std::string> audit_of_ledger(const audit::ledger::Place& place, const std::filesystem::path& key,
                                          Format format);

struct LedgerVerifyOptions {
  LedgerUse ledger;
  std::string from;                  // a checkpoint: a file with one that was kept, or its row; empty: from the start
  std::filesystem::path public_key;  // file with the digits of the key whose signatures count; empty: that of the key
  Format format = Format::text;
};
int run_ledger_verify(const LedgerVerifyOptions& options, const Streams& streams);

struct LedgerRowOptions {
  KnowledgeOptions knowledge;  // of replay
  LedgerUse ledger;
  std::uint64_t sequence = 0;  // 0: all rows
  bool content = false;        // also what is sealed
  Format format = Format::json;
};
int run_ledger_show(const LedgerRowOptions& options, const Streams& streams);
int run_ledger_export(const LedgerRowOptions& options, const Streams& streams);
int run_ledger_replay(const LedgerRowOptions& options, const Streams& streams);

// Prints the last signed checkpoint, to be kept elsewhere.
int run_ledger_checkpoint(const LedgerUse& ledger, const Streams& streams);
// Makes a key where there is none, and prints its public half.
int run_ledger_key(const std::filesystem::path& file, const Streams& streams);

// Something that a person adds about a recorded review. The codes are checked (audit/ledger/vocabulary.hpp).
struct LedgerEntryOptions {
  LedgerUse ledger;
  std::uint64_t sequence = 0;  // of the review
  std::string finding;         // id; empty: the whole review
  std::string code;            // action, reason or label
  std::string stage;           // of the medication process
  std::string harm;            // A to I
  double days = 0;             // an override holds; 0: as long as it may
  std::string severity;        // of what was missed
  double probability = 1.0;    // that the review was chosen to be judged
  std::string by;
  std::string comment;
};
int run_ledger_intervention(const LedgerEntryOptions& options, const Streams& streams);
int run_ledger_override(const LedgerEntryOptions& options, const Streams& streams);
int run_ledger_outcome(const LedgerEntryOptions& options, const Streams& streams);

struct LedgerEraseOptions {
  LedgerUse ledger;
  std::string patient;  // id of the case
  std::string reason;
};
int run_ledger_erase(const LedgerEraseOptions& options, const Streams& streams);

struct AuditCompareOptions {
  std::string first;
  std::string second;
  Format format = Format::text;
  audit::population::TrustPolicy policy;
};
int run_audit_compare(const AuditCompareOptions& options, const Streams& streams);

int run_schema(const std::string& which, const Streams& streams);

struct ServeOptions {
  KnowledgeOptions knowledge;
  bool locale_given = false;  // on the command line: then it comes before that of the settings
  ModelOptions model;
  LedgerUse ledger;
  std::filesystem::path config;      // empty: defaults
  std::filesystem::path records;     // empty: those of the settings
  std::string host;                  // empty: that of the settings
  std::optional<int> port;           // empty: that of the settings
  bool demo = false;                 // loopback, nobody signs in, the sandbox of CDS Hooks may call
  std::vector<std::string> new_key;  // NAME ROLE: print a key of the API and end
};
// Prints the address and serves until SIGINT or SIGTERM; SIGHUP reads knowledge base and keys again.
int run_serve(const ServeOptions& options, const Streams& streams);

struct FakeGeminiCommandOptions {
  std::string host = "127.0.0.1";
  int port = 0;                  // 0: a free one
  std::filesystem::path script;  // empty: none
  std::string scenario;          // empty: well-behaved
};
// Prints the address and serves until SIGINT or SIGTERM.
int run_fake_gemini(const FakeGeminiCommandOptions& options, const Streams& streams);

}  // namespace guardian::adapters::cli
