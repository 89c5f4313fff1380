#include "audit/sign_offs.hpp"

#include <algorithm>

#include "audit/ledger/row.hpp"
#include "knowledge/sign_off.hpp"

namespace guardian::audit {

std::vector<std::string> wrong_sign_offs(const knowledge::Seed& seed, const std::vector<ledger::PublicKey>* trusted) {
  const knowledge::SeedTable& lowerings = seed.table("lowerings");
  const knowledge::SeedTable& sign_offs = seed.table("sign_offs");
  std::vector<std::string> wrong;
  for (const knowledge::SeedRow& row : sign_offs.rows()) {
    const auto refuse = [&](const std::string& why) {
      wrong.push_back("the sign-off of rule " + row.cells[0] + " by " + row.cells[2].substr(0, 8) + " " + why);
    };
    ledger::PublicKey key{};
    ledger::Signature signature{};
    if (!ledger::from_hex(row.cells[2], key) || !ledger::from_hex(row.cells[4], signature)) {
      refuse("is no key with its signature");
      continue;
    }
    if (trusted != nullptr && std::find(trusted->begin(), trusted->end(), key) == trusted->end()) {
      refuse("is by nobody whose sign-off counts");
      continue;
    }
    const auto lowering = std::find_if(
        lowerings.rows().begin(), lowerings.rows().end(),
        [&](const knowledge::SeedRow& one) { return one.cells[0] == row.cells[0] && one.cells[1] == row.cells[1]; });
    if (lowering == lowerings.rows().end()) {
      refuse("speaks of nothing that is lowered");
      continue;
    }
    const auto cell = [&](std::string_view column) { return lowerings.cell(*lowering, column); };
    const auto statement = knowledge::sign_off_statement(
        seed, {row.cells[0], row.cells[1], cell("severity"), cell("owner"), cell("expires"), cell("reason")},
        row.cells[3]);
    if (!statement || !ledger::signature_holds(signature, *statement, key))
      refuse("does not hold for the rule and for what is asked of it");
  }
  return wrong;
}

}  // namespace guardian::audit
