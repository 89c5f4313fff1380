#pragma once
// A knowledge base with the signature of who released it, kept in a file beside it (FILE.sig): Ed25519 over a statement
// in plain text that names the bytes of the file (SHA-256, size), its content, its version and the time of signing. Who
// gives public keys opens no other knowledge base. The format is in docs/knowledge-packs.md. No shared state.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "audit/ledger/key.hpp"
#include "core/result.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters {

struct PackStatement {
  std::string file_digest;     // "sha256:..." of the bytes of the file
  std::uint64_t bytes = 0;     // of the file
  std::string content_digest;  // the digest that reviews name
  std::string version;
  std::string released;   // ISO date
  std::string signed_at;  // UTC
  audit::ledger::PublicKey signer{};
};

// Where the signature of a knowledge base is looked for.
[[nodiscard]] std::filesystem::path signature_file(const std::filesystem::path& knowledge);

// One key a line, 64 hex digits each; lines that start with # are comments. `invalid_input` when there is none, or a
// line is no key.
[[nodiscard]] core::Result<std::vector<audit::ledger::PublicKey>> read_public_keys(const std::filesystem::path& file);

// Opens the knowledge base, so that nothing damaged is signed, and writes its signature whole or not at all; an earlier
// one is replaced. `now` in UTC.
[[nodiscard]] core::Result<PackStatement> sign_pack(const std::filesystem::path& knowledge,
                                                    const audit::ledger::Key& key, const std::string& now);

// Reads the signature and holds the bytes of the file against it. `knowledge_unavailable` when there is none, it is of
// no trusted key, it does not hold, or the file is not what was signed. The knowledge base itself is not opened.
[[nodiscard]] core::Result<PackStatement> check_pack(const std::filesystem::path& knowledge,
                                                     const std::vector<audit::ledger::PublicKey>& trusted);

// Checks, opens and checks again, so that no other file is opened than the one that was checked.
[[nodiscard]] core::Result<std::shared_ptr<const knowledge::KnowledgeBase>> open_pack(
    const std::filesystem::path& knowledge, const std::vector<audit::ledger::PublicKey>& trusted);

}  // namespace guardian::adapters
