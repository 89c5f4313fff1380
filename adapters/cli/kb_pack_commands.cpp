// kb sign, kb verify: knowledge bases that say who released them.

#include <algorithm>
#include <fstream>
#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/knowledge_pack/knowledge_pack.hpp"
#include "adapters/sources/hospital_reader.hpp"
#include "audit/ledger/row.hpp"
#include "knowledge/sign_off.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::cli {
namespace {

void print(const PackStatement& statement, const Streams& streams) {
  streams.out << "  version   " << statement.version << ", released " << statement.released << '\n'
              << "  content   " << statement.content_digest << '\n'
              << "  signed    " << statement.signed_at << " by " << audit::ledger::to_hex(statement.signer) << '\n';
}

}  // namespace

int run_kb_sign(const KbSignOptions& options, const Streams& streams) {
  const auto key = audit::ledger::Key::read(options.key);
  if (!key) return report(key.error(), streams);
  const auto statement = sign_pack(options.file, *key, runtime::utc_now());
  if (!statement) return report(statement.error(), streams);
  streams.out << signature_file(options.file).string() << '\n';
  print(*statement, streams);
  return exit_done;
}

int run_kb_sign_off(const KbSignOffOptions& options, const Streams& streams) {
  const auto base = open_trusted(options.knowledge);
  if (!base) return report(base.error(), streams);
  const auto rows = sources::read_hospital_rules(options.file);
  if (!rows) return report(rows.error(), streams);
  const auto row = std::find_if(rows->begin(), rows->end(),
                                [&](const knowledge::HospitalRow& one) { return one.lowers == options.rule; });
  const auto refuse = [&](const std::string& why) {
    return report({core::ErrorCode::invalid_input, options.file.string() + ": " + why}, streams);
  };
  if (row == rows->end()) return refuse("lowers no rule `" + options.rule + "`");
  const auto seed = (*base)->seed();
  if (!seed) return report(seed.error(), streams);
  const std::string now = runtime::utc_now();
  const auto statement = knowledge::sign_off_statement(
      *seed, {row->lowers, options.source, row->severity, row->owner, row->expires, row->reason}, now);
  if (!statement) return report(statement.error(), streams);
  const auto key = audit::ledger::Key::read(options.key);
  if (!key) return report(key.error(), streams);
  const std::string signer = audit::ledger::to_hex(key->public_key());
  const auto file = sources::sign_off_file(options.file);
  const auto known = sources::read_sign_offs(file);
  if (!known) return report(known.error(), streams);
  const bool again = std::any_of(known->begin(), known->end(), [&](const knowledge::HospitalSignOff& one) {
    return one.rule == row->lowers && one.source == options.source && one.key == signer;
  });
  if (again)
    return report({core::ErrorCode::invalid_input,
                   file.string() + ": this key signed it off already; remove that line to sign anew"},
                  streams);
  std::ofstream stream(file, std::ios::binary | std::ios::app);
  stream << row->lowers << '\t' << options.source << '\t' << signer << '\t' << now << '\t'
         << audit::ledger::to_hex(key->sign(*statement)) << '\n';
  if (!stream.flush()) return report({core::ErrorCode::io_failure, file.string() + ": cannot be written"}, streams);
  streams.out << file.string() << ": signed off by " << signer << '\n' << *statement;
  return exit_done;
}

int run_kb_verify(const KbVerifyOptions& options, const Streams& streams) {
  const auto keys = read_public_keys(options.keys);
  if (!keys) return report(keys.error(), streams);
  const auto statement = check_pack(options.file, *keys);
  if (!statement) return report(statement.error(), streams);
  // Signed, and damaged before that: it is no use either.
  if (const auto base = open_pack(options.file, *keys); !base) return report(base.error(), streams);
  streams.out << options.file.string() << ": is what was signed\n";
  print(*statement, streams);
  return exit_done;
}

}  // namespace guardian::adapters::cli
