// guardian ledger intervention, override, outcome, erase: what people add to a ledger.

#include <algorithm>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/ledger.hpp"
#include "audit/ledger/reader.hpp"
#include "audit/ledger/vocabulary.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::cli {
namespace {

namespace ledger = audit::ledger;
using core::ErrorCode;

core::Error unknown_finding(const LedgerEntryOptions& options) {
  return {ErrorCode::not_found,
          "row " + std::to_string(options.sequence) + " has no finding " + options.finding + "; see ledger show"};
}

// The review that someone speaks of. It is read before anything is opened for writing: a slip makes no ledger.
core::Result<RecordedReview> reviewed(const LedgerEntryOptions& options) {
  auto reader = ledger::Reader::open(options.ledger.place);
  if (!reader) return core::fail(reader.error());
  const auto row = reader->row(options.sequence);
  if (!row) return core::fail(row.error());
  const std::string name = options.ledger.place.name() + ": row " + std::to_string(options.sequence);
  if (!*row) return core::fail(ErrorCode::not_found, name + " is not there");
  if ((*row)->kind != ledger::RowKind::review) return core::fail(ErrorCode::invalid_input, name + " is no review");
  return decode_open_review((*row)->open);
}

const RecordedFinding* find(const RecordedReview& review, const std::string& id) {
  const auto found = std::find_if(review.findings.begin(), review.findings.end(),
                                  [&](const RecordedFinding& finding) { return finding.id == id; });
  return found == review.findings.end() ? nullptr : &*found;
}

core::Result<std::unique_ptr<ledger::Ledger>> open_ledger(const LedgerUse& use) {
  auto key = ledger_key(settings_of(use), false);
  if (!key) return core::fail(key.error());
  ledger::LedgerOptions options;
  options.key = std::move(*key);
  return ledger::Ledger::open(use.place, std::move(options));
}

int finish(const core::Result<core::LedgerStamp>& stamp, const Streams& streams) {
  if (!stamp) return report(stamp.error(), streams);
  streams.out << "row " << stamp->sequence << ", " << stamp->hash << '\n';
  return exit_done;
}

int add(const LedgerEntryOptions& options, ledger::RowKind kind, std::int64_t at_ms, std::string open,
        const Streams& streams) {
  const auto book = open_ledger(options.ledger);
  if (!book) return report(book.error(), streams);
  const bool says_more = !options.comment.empty() || !options.by.empty();
  if (says_more && !(*book)->seals())
    return report(
        {ErrorCode::invalid_input, "a ledger without a key keeps codes only: --by and --comment have no place in it"},
        streams);
  ledger::Row row;
  row.kind = kind;
  row.at_ms = at_ms;
  row.about = options.sequence;
  row.open = std::move(open);
  if (says_more) row.sealed = encode_comment(options.by, options.comment);
  return finish((*book)->append(std::move(row)), streams);
}

}  // namespace

int run_ledger_intervention(const LedgerEntryOptions& options, const Streams& streams) {
  const auto review = reviewed(options);
  if (!review) return report(review.error(), streams);
  if (find(*review, options.finding) == nullptr) return report(unknown_finding(options), streams);
  return add(options, ledger::RowKind::intervention, runtime::now_ms(),
             encode_open_part(Intervention{options.finding, options.code, options.stage, options.harm}), streams);
}

int run_ledger_override(const LedgerEntryOptions& options, const Streams& streams) {
  const auto review = reviewed(options);
  if (!review) return report(review.error(), streams);
  const RecordedFinding* finding = find(*review, options.finding);
  if (finding == nullptr) return report(unknown_finding(options), streams);
  ledger::Override override;
  override.finding = options.finding;
  override.reason = options.code;
  override.made_ms = runtime::now_ms();
  const std::int64_t longest = ledger::longest_override_ms(finding->severity, finding->contraindication);
  const auto wanted = static_cast<std::int64_t>(options.days * 86'400'000.0);
  if (wanted > longest) {
    return report({ErrorCode::invalid_input, "--days: an override of this finding holds at most " +
                                                 std::to_string(longest / 86'400'000) + " days"},
                  streams);
  }
  override.expires_ms = override.made_ms + (wanted > 0 ? wanted : longest);
  override.severity = finding->severity;
  override.contraindication = finding->contraindication;
  override.triage = review->triage;
  for (const RecordedFinding& other : review->findings) override.findings.push_back(other.id);
  return add(options, ledger::RowKind::override, override.made_ms, encode_open_part(override), streams);
}

int run_ledger_outcome(const LedgerEntryOptions& options, const Streams& streams) {
  const auto review = reviewed(options);
  if (!review) return report(review.error(), streams);
  const bool of_finding = options.code == "right" || options.code == "wrong";
  if (of_finding && find(*review, options.finding) == nullptr) return report(unknown_finding(options), streams);
  if (!of_finding && !options.finding.empty())
    return report({ErrorCode::invalid_input, "--finding: `" + options.code + "` is said of a whole review"}, streams);
  if (!options.severity.empty() && options.code != "missed")
    return report({ErrorCode::invalid_input, "--severity: is said of what was missed"}, streams);
  if (options.probability < 1.0 && of_finding)
    return report({ErrorCode::invalid_input, "--p-review: is said of a whole review"}, streams);
  return add(options, ledger::RowKind::outcome, runtime::now_ms(),
             encode_open_part(OutcomeLabel{options.finding, options.code, options.severity, options.probability}),
             streams);
}

int run_ledger_erase(const LedgerEraseOptions& options, const Streams& streams) {
  // A file that is not there must not be made by this.
  if (const auto reader = ledger::Reader::open(options.ledger.place); !reader) return report(reader.error(), streams);
  const auto book = open_ledger(options.ledger);
  if (!book) return report(book.error(), streams);
  return finish((*book)->erase(options.patient, runtime::now_ms(), encode_erasure(options.reason)), streams);
}

}  // namespace guardian::adapters::cli
