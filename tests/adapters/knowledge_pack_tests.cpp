// Signed knowledge bases: what is signed opens, anything else is refused before use.

#include "adapters/knowledge_pack/knowledge_pack.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "audit/ledger/row.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temporary_knowledge.hpp"

using namespace guardian;
using namespace guardian::tests;
namespace fs = std::filesystem;
using adapters::check_pack;
using adapters::open_pack;
using adapters::sign_pack;
using adapters::signature_file;
using audit::ledger::Key;
using audit::ledger::PublicKey;

namespace {

constexpr const char* signing_time = "2026-11-02T08:00:00Z";

class Pack {
 public:
  Pack() {
    fs::copy_file(made_.file(), file);
    REQUIRE(sign_pack(file, key, signing_time));
  }

  // Why it is refused, by one that trusts the key; empty when it is not.
  [[nodiscard]] std::string refusal() const {
    const auto opened = open_pack(file, {key.public_key()});
    if (opened) return {};
    CHECK(opened.error().code == core::ErrorCode::knowledge_unavailable);
    CHECK(opened.error().message.starts_with(folder_.path().string()));
    return opened.error().message;
  }

  [[nodiscard]] std::string signature() const { return read_text(signature_file(file)); }
  void change_signature(const std::string& from, const std::string& to) const {
    std::string text = signature();
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text = text.substr(0, at) + to + text.substr(at + from.size());
    write_text(signature_file(file), text);
  }

 private:
  static TableRows one_medicine(const std::string& name) { return {{"ingredients", name + "\tdrug\t\t\toral\t\t"}}; }
  TemporaryKnowledge made_{one_medicine("zolpidem")};
  TemporaryFolder folder_;

 public:
  TemporaryKnowledge other{one_medicine("warfarin")};
  Key key = Key::generate();
  fs::path file = folder_.path() / "hospital.kb";
};

std::string public_key_file(const TemporaryFolder& folder, const std::string& text) {
  const fs::path file = folder.path() / "release.pub";
  write_text(file, text);
  return file.string();
}

}  // namespace

TEST_CASE("a knowledge base that a trusted key signed opens, and says who signed it and when", "[adapters][pack]") {
  const Pack pack;
  const auto statement = check_pack(pack.file, {Key::generate().public_key(), pack.key.public_key()});
  REQUIRE(statement);
  CHECK(statement->signer == pack.key.public_key());
  CHECK(statement->signed_at == signing_time);
  CHECK(statement->bytes == fs::file_size(pack.file));
  const auto base = open_pack(pack.file, {pack.key.public_key()});
  REQUIRE(base);
  CHECK((*base)->release().digest == statement->content_digest);
}

TEST_CASE("a knowledge base without a signature, or signed by another key, is refused", "[adapters][pack]") {
  const Pack pack;
  CHECK_FALSE(check_pack(pack.file, {Key::generate().public_key()}));
  CHECK_FALSE(check_pack(pack.file, {}));
  fs::remove(signature_file(pack.file));
  CHECK(pack.refusal().find("is not signed") != std::string::npos);
}

TEST_CASE("any byte of the knowledge base that is another one is found", "[adapters][pack]") {
  const Pack pack;
  const std::string whole = read_text(pack.file);
  for (const std::size_t at : {std::size_t{0}, whole.size() / 3, whole.size() / 2, whole.size() - 1}) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    write_text(pack.file, bytes);
    CHECK(pack.refusal().find("is not the file that was signed") != std::string::npos);
  }
  write_text(pack.file, whole + '\n');
  CHECK(pack.refusal().find("is not the file that was signed") != std::string::npos);
  fs::copy_file(pack.other.file(), pack.file, fs::copy_options::overwrite_existing);
  CHECK(pack.refusal().find("is not the file that was signed") != std::string::npos);
  write_text(pack.file, whole);
  CHECK(pack.refusal().empty());
}

TEST_CASE("a statement that was changed does not hold", "[adapters][pack]") {
  for (const auto& [from, to] : {std::pair<const char*, const char*>{"signed 2026-11-02", "signed 2027-11-02"},
                                 {"version ", "version 9"},
                                 {"content sha256:", "content sha512:"}}) {
    const Pack pack;
    pack.change_signature(from, to);
    CHECK(pack.refusal().find("is not what was signed") != std::string::npos);
  }
  // With a key of their own people can sign anything, and it is not trusted.
  const Pack pack;
  const Key other = Key::generate();
  REQUIRE(sign_pack(pack.file, other, signing_time));
  CHECK(pack.refusal().find("not trusted") != std::string::npos);
}

TEST_CASE("a file beside it that is no signature is refused and never read as one", "[adapters][pack]") {
  const Pack pack;
  const std::string signature = pack.signature();
  const auto refused = [&](const std::string& text) {
    write_text(signature_file(pack.file), text);
    return pack.refusal().find("is no signature") != std::string::npos;
  };
  CHECK(refused(""));
  CHECK(refused("guardian knowledge pack 1"));
  CHECK(refused("guardian knowledge pack 2" + signature.substr(25)));
  CHECK(refused(signature.substr(0, signature.size() - 2)));
  CHECK(refused(signature + "more\n"));
  CHECK(refused(std::string(100'000, 'x')));
  for (std::size_t cut = 0; cut < signature.size(); cut += 7) CHECK(refused(signature.substr(0, cut)));
  write_text(signature_file(pack.file), signature);
  CHECK(pack.refusal().empty());
}

TEST_CASE("public keys are read one a line, with comments, and a line that is none is named", "[adapters][pack]") {
  const TemporaryFolder folder;
  const PublicKey one = Key::generate().public_key();
  const PublicKey other = Key::generate().public_key();
  const auto read = [&](const std::string& text) { return adapters::read_public_keys(public_key_file(folder, text)); };
  const auto both =
      read("# pharmacy\n" + audit::ledger::to_hex(one) + "\n\n  " + audit::ledger::to_hex(other) + "\r\n");
  REQUIRE(both);
  CHECK(*both == std::vector<PublicKey>{one, other});
  CHECK(read("\n# none\n").error().message.find("holds no public key") != std::string::npos);
  CHECK(read("# one\nabc\n").error().message.find("release.pub:2: is no public key") != std::string::npos);
  CHECK_FALSE(adapters::read_public_keys(folder.path() / "missing.pub"));
}

TEST_CASE("every command that opens a knowledge base refuses one that no given key signed", "[adapters][pack][cli]") {
  const TemporaryFolder folder;
  const std::string kb = (folder.path() / "guardian.kb").string();
  const std::string secret = (folder.path() / "release.key").string();
  fs::copy_file(shipped_file(), kb);
  const auto made = run_program({{"ledger", "key", secret}});
  REQUIRE(made.status == 0);
  const std::string keys = public_key_file(folder, made.out);
  write_text(folder.path() / "case.json", R"({"id": "C", "medications": ["warfarin 5 mg daily"]})");
  write_text(folder.path() / "cases.ndjson", "{\"id\": \"C\", \"medications\": [\"warfarin 5 mg daily\"]}\n");
  write_text(folder.path() / "suite.tsv", "medicines\tat_least\tsource\nCoumadin | Diflucan\tmajor\tlabel\n");
  const std::string a_case = (folder.path() / "case.json").string();
  const std::vector<std::vector<std::string>> commands{{"screen", "warfarin", "aspirin"},
                                                       {"resolve", "warfarin"},
                                                       {"review", a_case},
                                                       {"plan", a_case},
                                                       {"explain", a_case, "--for", "clinician"},
                                                       {"ask", a_case, "Can she take ibuprofen?"},
                                                       {"batch", (folder.path() / "cases.ndjson").string()},
                                                       {"regress", (folder.path() / "suite.tsv").string()},
                                                       {"kb", "info"},
                                                       {"kb", "coverage", "--random", "10"},
                                                       {"kb", "export", "-o", (folder.path() / "tables").string()},
                                                       {"serve", "--port", "0"}};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--kb", kb, "--kb-keys", keys});
    return run_program({std::move(arguments)});
  };
  for (const auto& command : commands) {
    INFO(command[0] << ' ' << command[1]);
    const auto refused = run(command);
    CHECK(refused.status == 3);
    CHECK(refused.err.find("is not signed") != std::string::npos);
    CHECK(refused.out.empty());
  }
  CHECK_FALSE(fs::exists(folder.path() / "tables"));
  // By the environment too.
  ProgramCall call;
  call.arguments = {"screen", "warfarin", "--kb", kb};
  call.environment = {{"GUARDIAN_KB_KEYS", keys}};
  CHECK(run_program(call).status == 3);

  REQUIRE(run_program({{"kb", "sign", kb, "--key", secret}}).status == 0);
  const auto verified = run_program({{"kb", "verify", kb, "--kb-keys", keys}});
  CHECK(verified.status == 0);
  CHECK(verified.out.find("is what was signed") != std::string::npos);
  for (const auto& command : commands) {
    if (command[0] == "serve") continue;  // it would serve
    INFO(command[0] << ' ' << command[1]);
    CHECK(run(command).status == 0);
  }
  CHECK(run_program(call).status == 0);

  // A review, and its proof by the same knowledge base only.
  const auto review = run({"review", a_case, "--format", "json"});
  write_text(folder.path() / "review.json", review.out);
  const std::string a_review = (folder.path() / "review.json").string();
  CHECK(run({"verify", a_review}).status == 0);
  fs::remove(signature_file(kb));
  CHECK(run({"verify", a_review}).status == 3);
}
