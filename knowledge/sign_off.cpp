#include "knowledge/sign_off.hpp"

#include "knowledge/digest.hpp"

namespace guardian::knowledge {
namespace {

// Over the rows of the rule in all tables that decide what it says.
std::optional<std::string> rule_digest(const Seed& seed, const std::string& rule) {
  std::string text;
  for (const std::string_view table : {"rules", "exceptions", "modifiers", "washouts"}) {
    for (const SeedRow& row : seed.table(table).rows()) {
      if (row.cells[0] != rule) continue;
      text += table;
      for (const std::string& cell : row.cells) text += "\t" + cell;
      text += "\n";
    }
    if (text.empty()) return std::nullopt;  // no rule
  }
  return "sha256:" + sha256_hex(text);
}

}  // namespace

core::Result<std::string> sign_off_statement(const Seed& seed, const AskedLowering& asked, std::string_view at) {
  const auto digest = rule_digest(seed, asked.rule);
  if (!digest) return core::fail(core::ErrorCode::not_found, "there is no rule `" + asked.rule + "` to sign off");
  return "guardian rule sign-off 1\nrule " + asked.rule + "\nrule-digest " + *digest + "\nsource " + asked.source +
         "\nlowered-to " + asked.severity + "\nowner " + asked.owner + "\nexpires " + asked.expires + "\nreason " +
         asked.reason + "\nsigned " + std::string(at) + "\n";
}

}  // namespace guardian::knowledge
