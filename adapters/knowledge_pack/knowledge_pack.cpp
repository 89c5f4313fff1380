#include "adapters/knowledge_pack/knowledge_pack.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "audit/ledger/row.hpp"
#include "knowledge/digest.hpp"
#include "knowledge/text.hpp"

namespace guardian::adapters {
namespace {

namespace fs = std::filesystem;
namespace ledger = audit::ledger;
using core::ErrorCode;

constexpr std::string_view title = "guardian knowledge pack 1";
constexpr std::size_t longest_file = 16'384;  // of a signature or of public keys
constexpr std::size_t read_at_once = 1U << 20U;

core::Error unusable(const fs::path& file, const std::string& why) {
  return {ErrorCode::knowledge_unavailable, file.string() + ": " + why};
}

std::optional<std::string> small_file(const fs::path& file) {
  std::error_code error;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file, error)) return std::nullopt;
  std::string text(longest_file, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

struct FileBytes {
  std::string digest;
  std::uint64_t count = 0;
};

core::Result<FileBytes> bytes_of(const fs::path& file) {
  std::error_code error;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file, error)) return core::fail(unusable(file, "cannot be read"));
  knowledge::Sha256 hash;
  FileBytes found;
  std::string part(read_at_once, '\0');
  while (stream) {
    stream.read(part.data(), static_cast<std::streamsize>(part.size()));
    const auto count = static_cast<std::size_t>(stream.gcount());
    hash.update(std::string_view(part).substr(0, count));
    found.count += count;
  }
  if (stream.bad()) return core::fail(unusable(file, "cannot be read"));
  found.digest = "sha256:" + knowledge::to_hex(hash.finish());
  return found;
}

// What is signed.
std::string words_of(const PackStatement& statement) {
  std::string text(title);
  const auto line = [&](std::string_view name, std::string_view value) {
    text += '\n';
    text += name;
    text += ' ';
    text += value;
  };
  line("file", statement.file_digest);
  line("bytes", std::to_string(statement.bytes));
  line("content", statement.content_digest);
  line("version", statement.version);
  line("released", statement.released);
  line("signed", statement.signed_at);
  line("key", ledger::to_hex(statement.signer));
  text += '\n';
  return text;
}

struct SignedStatement {
  PackStatement statement;
  ledger::Signature signature{};
};

// Nothing unless it is exactly what `words_of` writes and a line with the signature.
std::optional<SignedStatement> read_statement(std::string_view text) {
  SignedStatement read;
  PackStatement& statement = read.statement;
  const auto take = [&](std::string_view name) -> std::optional<std::string> {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with(name) || line.size() <= name.size() + 1 || line[name.size()] != ' ') return std::nullopt;
    text.remove_prefix(end + 1);
    return std::string(line.substr(name.size() + 1));
  };
  const std::string_view whole = text;
  if (!text.starts_with(title) || text.substr(title.size(), 1) != "\n") return std::nullopt;
  text.remove_prefix(title.size() + 1);
  std::string bytes;
  std::string key;
  std::string signature;
  for (const auto& [name, into] : {std::pair<std::string_view, std::string*>{"file", &statement.file_digest},
                                   {"bytes", &bytes},
                                   {"content", &statement.content_digest},
                                   {"version", &statement.version},
                                   {"released", &statement.released},
                                   {"signed", &statement.signed_at},
                                   {"key", &key}}) {
    auto value = take(name);
    if (!value) return std::nullopt;
    *into = std::move(*value);
  }
  const std::string_view stated = whole.substr(0, whole.size() - text.size());
  auto value = take("signature");
  if (!value || !text.empty() || !ledger::from_hex(*value, read.signature) || !ledger::from_hex(key, statement.signer))
    return std::nullopt;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), statement.bytes);
  if (error != std::errc() || end != bytes.data() + bytes.size() || words_of(statement) != stated) return std::nullopt;
  return read;
}

}  // namespace

fs::path signature_file(const fs::path& knowledge) { return knowledge.string() + ".sig"; }

core::Result<std::vector<ledger::PublicKey>> read_public_keys(const fs::path& file) {
  const auto text = small_file(file);
  if (!text) return core::fail(ErrorCode::invalid_input, file.string() + ": cannot be read");
  if (text->size() == longest_file)
    return core::fail(ErrorCode::invalid_input, file.string() + ": is too long for a file of public keys");
  std::vector<ledger::PublicKey> keys;
  std::size_t number = 0;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view line = knowledge::trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    ++number;
    if (line.empty() || line.front() == '#') continue;
    ledger::PublicKey key{};
    if (!ledger::from_hex(line, key))
      return core::fail(ErrorCode::invalid_input,
                        file.string() + ":" + std::to_string(number) + ": is no public key: 64 hex digits are");
    keys.push_back(key);
  }
  if (keys.empty()) return core::fail(ErrorCode::invalid_input, file.string() + ": holds no public key");
  return keys;
}

core::Result<PackStatement> sign_pack(const fs::path& knowledge, const ledger::Key& key, const std::string& now) {
  const auto bytes = bytes_of(knowledge);
  if (!bytes) return core::fail(bytes.error());
  const auto base = knowledge::KnowledgeBase::open(knowledge);
  if (!base) return core::fail(base.error());
  const auto& release = (*base)->release();
  const PackStatement statement{bytes->digest, bytes->count, release.digest,  release.version,
                                release.date,  now,          key.public_key()};
  const std::string words = words_of(statement);
  const std::string text = words + "signature " + ledger::to_hex(key.sign(words)) + '\n';

  const fs::path target = signature_file(knowledge);
  const fs::path partial = target.string() + ".new";
  std::error_code error;
  {
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) {
      fs::remove(partial, error);
      return core::fail(ErrorCode::io_failure, target.string() + ": cannot be written");
    }
  }
  fs::rename(partial, target, error);
  if (error) return core::fail(ErrorCode::io_failure, target.string() + ": cannot be written");
  return statement;
}

core::Result<PackStatement> check_pack(const fs::path& knowledge, const std::vector<ledger::PublicKey>& trusted) {
  const fs::path beside = signature_file(knowledge);
  const auto text = small_file(beside);
  if (!text) return core::fail(unusable(knowledge, "is not signed: " + beside.string() + " cannot be read"));
  const auto read = read_statement(*text);
  if (!read) return core::fail(unusable(beside, "is no signature of a knowledge base"));
  const PackStatement& statement = read->statement;
  if (std::find(trusted.begin(), trusted.end(), statement.signer) == trusted.end())
    return core::fail(
        unusable(knowledge, "is signed by a key that is not trusted, " + ledger::to_hex(statement.signer)));
  if (!ledger::signature_holds(read->signature, words_of(statement), statement.signer))
    return core::fail(unusable(beside, "is not what was signed"));
  const auto bytes = bytes_of(knowledge);
  if (!bytes) return core::fail(bytes.error());
  if (bytes->count != statement.bytes || bytes->digest != statement.file_digest)
    return core::fail(unusable(knowledge, "is not the file that was signed"));
  return statement;
}

core::Result<std::shared_ptr<const knowledge::KnowledgeBase>> open_pack(const fs::path& knowledge,
                                                                        const std::vector<ledger::PublicKey>& trusted) {
  const auto before = check_pack(knowledge, trusted);
  if (!before) return core::fail(before.error());
  auto base = knowledge::KnowledgeBase::open(knowledge);
  if (!base) return base;
  const auto after = check_pack(knowledge, trusted);
  if (!after) return core::fail(after.error());
  if (after->file_digest != before->file_digest || (*base)->release().digest != before->content_digest)
    return core::fail(unusable(knowledge, "was replaced while it was opened"));
  return base;
}

}  // namespace guardian::adapters
