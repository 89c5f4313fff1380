// guardian ledger verify, show, export, replay, checkpoint, key: what a ledger says.

#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/cli/ledger_session.hpp"
#include "adapters/cli/text_report.hpp"
#include "adapters/json/review_codec.hpp"
#include "adapters/ledger/replay.hpp"
#include "adapters/ledger/row_codec.hpp"
#include "audit/ledger/reader.hpp"
#include "audit/ledger/verify.hpp"

namespace guardian::adapters::cli {
namespace {

namespace ledger = audit::ledger;
using core::ErrorCode;

std::optional<std::string> small_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code error;
  if (!stream || std::filesystem::is_directory(file, error)) return std::nullopt;
  std::string text(4096, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

core::Result<ledger::PublicKey> public_key_of(const std::filesystem::path& file) {
  const auto text = small_file(file);
  if (!text) return core::fail(ErrorCode::invalid_input, file.string() + ": cannot be read");
  ledger::PublicKey key{};
  if (!ledger::from_hex(*text, key))
    return core::fail(ErrorCode::invalid_input, file.string() + ": is no public key: 64 hex digits are");
  return key;
}

core::Result<ledger::VerifyOptions> verify_options(const LedgerVerifyOptions& options) {
  ledger::VerifyOptions made;
  if (!options.public_key.empty()) {
    const auto key = public_key_of(options.public_key);
    if (!key) return core::fail(key.error());
    made.signer = *key;
  } else {
    const auto key = ledger_key(settings_of(options.ledger), false);
    // A key that is not for us to read does not keep us from verifying; one that was named does.
    if (!key && !options.ledger.key.empty()) return core::fail(key.error());
    if (key && *key) made.signer = (*key)->public_key();
  }
  if (options.from.empty()) return made;
  const auto [end, error] =
      std::from_chars(options.from.data(), options.from.data() + options.from.size(), made.from_sequence);
  if (error == std::errc() && end == options.from.data() + options.from.size() && made.from_sequence > 0) return made;
  made.from_sequence = 0;
  const auto text = small_file(options.from);
  if (!text) return core::fail(ErrorCode::invalid_input, options.from + ": is no row, and no file that can be read");
  made.from = ledger::parse_checkpoint(*text);
  if (!made.from) return core::fail(ErrorCode::invalid_input, options.from + ": is no checkpoint of a ledger");
  return made;
}

std::string rows(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " row" : " rows"); }

void print(const ledger::Verification& found, bool pinned, const std::string& file, const Streams& streams) {
  streams.out << file << ": " << (found.sound() ? "whole" : "DAMAGED") << '\n'
              << "  " << rows(found.rows) << ", " << found.checked << " checked"
              << (found.first > 1 ? ", from row " + std::to_string(found.first) : "") << '\n';
  if (found.rows > 0) streams.out << "  last row " << ledger::hash_text(found.head) << '\n';
  if (!found.signer) {
    streams.out << "  not signed: who has the file can write it anew\n";
  } else {
    streams.out << "  signed up to row " << found.signed_rows << " (" << found.checkpoints
                << (found.checkpoints == 1 ? " checkpoint" : " checkpoints") << ") by " << ledger::to_hex(*found.signer)
                << (pinned ? "" : ", as the file itself says") << '\n';
    if (found.signed_rows < found.rows)
      streams.out << "  " << rows(found.rows - found.signed_rows) << " behind that, not signed yet\n";
  }
  for (const ledger::Damage& damage : found.damage) streams.out << "  DAMAGE: " << damage.text << '\n';
}

core::Result<ledger::StoredRow> row_at(OpenedLedger& opened, const LedgerRowOptions& options) {
  const auto row = opened.reader.row(options.sequence);
  if (!row) return core::fail(row.error());
  if (!*row)
    return core::fail(ErrorCode::not_found,
                      options.ledger.place.name() + ": has no row " + std::to_string(options.sequence));
  return **row;
}

// Prints rows, one at a time: a ledger may be larger than memory.
int print_rows(const LedgerRowOptions& options, const Streams& streams, bool as_json) {
  auto opened = open_reader(options.ledger, options.content);
  if (!opened) return report(opened.error(), streams);
  std::optional<core::Error> failure;
  const auto scanned =
      opened->reader.scan(1, std::numeric_limits<std::int64_t>::max(), [&](const ledger::RowView& row) {
        if (!as_json) {
          streams.out << row_summary(row) << '\n';
          return static_cast<bool>(streams.out);
        }
        auto content = opened->reader.unseal(row, opened->key);
        if (!content) {
          failure = content.error();
          return false;
        }
        streams.out << encode_row(row, *content, false) << '\n';
        return static_cast<bool>(streams.out);
      });
  if (!scanned) return report(scanned.error(), streams);
  return failure ? report(*failure, streams) : exit_done;
}

}  // namespace

int run_ledger_verify(const LedgerVerifyOptions& options, const Streams& streams) {
  const auto made = verify_options(options);
  if (!made) return report(made.error(), streams);
  const auto found = ledger::verify(options.ledger.place, *made);
  if (!found) return report(found.error(), streams);
  if (options.format == Format::json) {
    streams.out << encode_verification(*found) << '\n';
  } else {
    print(*found, made->signer.has_value() || made->from.has_value(), options.ledger.place.name(), streams);
  }
  return found->sound() ? exit_done : exit_no;
}

int run_ledger_show(const LedgerRowOptions& options, const Streams& streams) {
  if (options.sequence == 0) return print_rows(options, streams, false);
  auto opened = open_reader(options.ledger, options.content);
  if (!opened) return report(opened.error(), streams);
  const auto row = row_at(*opened, options);
  if (!row) return report(row.error(), streams);
  const auto content = opened->reader.unseal(row->view(), opened->key);
  if (!content) return report(content.error(), streams);
  streams.out << encode_row(row->view(), *content, true) << '\n';
  const auto about = opened->reader.about(options.sequence);
  if (!about) return report(about.error(), streams);
  for (const std::uint64_t sequence : *about) {
    if (const auto other = opened->reader.row(sequence); other && *other)
      streams.err << row_summary((*other)->view()) << '\n';
  }
  return exit_done;
}

int run_ledger_export(const LedgerRowOptions& options, const Streams& streams) {
  return print_rows(options, streams, true);
}

int run_ledger_replay(const LedgerRowOptions& options, const Streams& streams) {
  auto opened = open_reader(options.ledger, true);
  if (!opened) return report(opened.error(), streams);
  const auto row = row_at(*opened, options);
  if (!row) return report(row.error(), streams);
  const std::string name = "row " + std::to_string(options.sequence);
  if (row->kind != ledger::RowKind::review)
    return report({ErrorCode::invalid_input, name + " is no review but an " + std::string(to_string(row->kind))},
                  streams);
  const auto content = opened->reader.unseal(row->view(), opened->key);
  if (!content) return report(content.error(), streams);
  switch (content->state) {
    case ledger::SealState::opened: break;
    case ledger::SealState::erased:
      streams.err << "guardian: the case of " << name << " was erased; its review cannot be made again\n";
      return exit_no;
    case ledger::SealState::nothing_sealed:
      streams.err << "guardian: the case of " << name
                  << " was never kept (de-identified); its review cannot be made again\n";
      return exit_no;
    case ledger::SealState::no_key:
      return report({ErrorCode::invalid_input, "the case of " + name + " is sealed; name the key with --ledger-key"},
                    streams);
    case ledger::SealState::damaged:
      streams.err << "guardian: the case of " << name
                  << " cannot be opened: the row is damaged, or the key another one\n";
      return exit_no;
  }
  const auto recorded = decode_sealed_part(content->text);
  if (!recorded) return report(recorded.error(), streams);
  const auto base = open_knowledge(options.knowledge, streams);
  if (!base) return exit_cannot;
  auto again = replay(*recorded, base);
  if (!again) return report(again.error(), streams);
  again->review.ledger = core::LedgerStamp{row->sequence, ledger::hash_text(row->hash), {}};
  if (options.format == Format::json) {
    streams.out << encode_review(again->review, recorded->manner.pretty) << '\n';
  } else {
    streams.out << text_report(again->review, {streams.columns, streams.colour});
  }
  if (!again->other_version.empty())
    streams.err << "guardian: " << name << " was made by version " << again->other_version << " of the program\n";
  if (!again->same) streams.err << "guardian: " << name << " comes out otherwise than it was recorded\n";
  return again->same ? exit_done : exit_no;
}

int run_ledger_checkpoint(const LedgerUse& use, const Streams& streams) {
  auto reader = ledger::Reader::open(use.place);
  if (!reader) return report(reader.error(), streams);
  const auto checkpoint = reader->last_checkpoint();
  if (!checkpoint) return report(checkpoint.error(), streams);
  if (!*checkpoint) {
    streams.err << "guardian: " << use.place.name() << ": has no signed checkpoint\n";
    return exit_no;
  }
  streams.out << ledger::to_text(**checkpoint) << '\n';
  return exit_done;
}

int run_ledger_key(const std::filesystem::path& file, const Streams& streams) {
  std::error_code ignored;
  const auto key = std::filesystem::exists(file, ignored) ? ledger::Key::read(file) : ledger::Key::create(file);
  if (!key) return report(key.error(), streams);
  streams.out << ledger::to_hex(key->public_key()) << '\n';
  return exit_done;
}

}  // namespace guardian::adapters::cli
