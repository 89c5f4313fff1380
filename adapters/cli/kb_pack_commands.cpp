// kb sign, kb verify: knowledge bases that say who released them.

#include <ostream>

#include "adapters/cli/command_support.hpp"
#include "adapters/knowledge_pack/knowledge_pack.hpp"
#include "audit/ledger/row.hpp"
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
