// Every target with its kept inputs, and with changes of them for a while: the short form of scripts/fuzz, without
// libFuzzer. GUARDIAN_FUZZ_SECONDS says how long each (default 10); the changes are the same on every run, a slower
// machine makes fewer.

#include <sys/resource.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/targets.hpp"

using namespace guardian;
namespace fs = std::filesystem;

namespace {

struct Input {
  std::string name;
  std::string bytes;
};

std::vector<Input> kept_inputs(std::string_view target) {
  std::vector<Input> inputs;
  const fs::path folder = fs::path(GUARDIAN_SOURCE_DIR) / "tests/fuzz/corpus" / target;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    inputs.push_back({entry.path().filename(), {std::istreambuf_iterator<char>(stream), {}}});
  }
  std::sort(inputs.begin(), inputs.end(), [](const Input& one, const Input& other) { return one.name < other.name; });
  return inputs;
}

// Changes as libFuzzer makes them, but blindly: bytes, pieces taken out, doubled or put in from another input, numbers
// and letters that decoders treat in a way of their own.
class Changes {
 public:
  explicit Changes(const std::vector<Input>& inputs) : inputs_(inputs) {}

  std::string next() {
    std::string text = any().bytes;
    for (std::size_t count = 1 + below(4); count > 0; --count) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(random_()) % end; }
  const Input& any() { return inputs_[below(inputs_.size())]; }

  void change(std::string& text) {
    static const std::vector<std::string> odd{"\"",
                                              "\\",
                                              "{",
                                              "}",
                                              "[[[[",
                                              "]",
                                              ",",
                                              "null",
                                              "-0",
                                              "1e309",
                                              "\t",
                                              "\n",
                                              "\r\n",
                                              "\0",
                                              "\xff",
                                              "é",
                                              "\u2028",
                                              "|",
                                              "18446744073709551616",
                                              ":",
                                              "-1e-9",
                                              "true",
                                              " ",
                                              "/",
                                              "%00",
                                              "\xed\xa0\x80"};
    const std::size_t at = below(text.size() + 1);
    const std::size_t size = std::min(text.size() - at, 1 + below(32));
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 1: text.erase(at, size); break;
      case 2: {
        const std::string piece = text.substr(at, size);
        text.insert(at, piece);
        break;
      }
      case 3: text.insert(at, odd[below(odd.size())]); break;
      case 4: {
        const std::string& other = any().bytes;
        const std::string piece = other.substr(below(other.size() + 1), 1 + below(200));
        text.insert(at, piece);
        break;
      }
      default: text.resize(at);
    }
  }

  const std::vector<Input>& inputs_;
  std::mt19937_64 random_{20261122};
};

std::chrono::seconds time_of_each() {
  const char* said = std::getenv("GUARDIAN_FUZZ_SECONDS");
  return std::chrono::seconds(said == nullptr ? 10 : std::atoi(said));
}

// An input that breaks a law is written where the reader of the failure finds it.
void take(const fuzz::Target& target, const std::string& name, const std::string& bytes) {
  const auto began = std::chrono::steady_clock::now();
  try {
    target.take(bytes);
  } catch (const std::exception& broken) {
    const fs::path file = fs::temp_directory_path() / ("guardian-fuzz-" + std::string(target.name));
    std::ofstream(file, std::ios::binary) << bytes;
    FAIL(target.name << ", " << name << ": " << broken.what() << " (written to " << file << ")");
  }
  if (std::chrono::steady_clock::now() - began > std::chrono::seconds(60))
    FAIL(target.name << ", " << name << ": hangs");
}

void run_target(std::string_view name) {
  const fuzz::Target* target = fuzz::find_target(name);
  REQUIRE(target != nullptr);
  const std::vector<Input> inputs = kept_inputs(name);
  REQUIRE_FALSE(inputs.empty());
  for (const Input& input : inputs) {
    INFO("kept input " << input.name);  // should the process end with a signal
    take(*target, input.name, input.bytes);
  }
  Changes changes(inputs);
  const auto until = std::chrono::steady_clock::now() + time_of_each();
  std::size_t count = 0;
  while (std::chrono::steady_clock::now() < until) {
    ++count;
    INFO("change " << count);
    take(*target, "change " + std::to_string(count), changes.next());
  }
  if (target->end != nullptr) target->end();
  WARN(target->name << ": " << inputs.size() << " kept inputs, " << count << " changes of them");
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(used.ru_maxrss < 512L * 1024);  // kB
#endif
}

}  // namespace

TEST_CASE("every target has a test and kept inputs", "[fuzz]") {
  for (const fuzz::Target& target : fuzz::targets()) {
    INFO(target.name);
    CHECK_FALSE(kept_inputs(target.name).empty());
  }
  for (const auto& entry : fs::directory_iterator(fs::path(GUARDIAN_SOURCE_DIR) / "tests/fuzz/corpus")) {
    INFO(entry.path());
    CHECK(fuzz::find_target(entry.path().filename().string()) != nullptr);
  }
  CHECK(fuzz::targets().size() == 24);  // as many as follow
}

TEST_CASE("no bytes in place of a case break its decoder", "[fuzz]") { run_target("case"); }
TEST_CASE("no bytes in place of a CDS Hooks request break the service", "[fuzz]") { run_target("cds_request"); }
TEST_CASE("no bytes in place of a recorded event break its decoder", "[fuzz]") { run_target("events"); }
TEST_CASE("no bytes in place of a FHIR Bundle break its decoder", "[fuzz]") { run_target("fhir"); }
TEST_CASE("no bytes in place of a reply of Gemini break its decoder", "[fuzz]") { run_target("gemini_reply"); }
TEST_CASE("no bytes in place of a stream of Gemini break its decoder", "[fuzz]") { run_target("gemini_stream"); }
TEST_CASE("no bytes on the socket of the service break it", "[fuzz]") { run_target("http_request"); }
TEST_CASE("no rules of a hospital lower what is critical without two signatures", "[fuzz]") {
  run_target("hospital_rules");
}
TEST_CASE("no damage to a signed knowledge base is unseen", "[fuzz]") { run_target("knowledge_pack"); }
TEST_CASE("no damage to a knowledge base is opened", "[fuzz]") { run_target("knowledge_file"); }
TEST_CASE("no damage to a ledger is unseen", "[fuzz]") { run_target("ledger_file"); }
TEST_CASE("no bytes in place of a row of a ledger break its decoders", "[fuzz]") { run_target("ledger_row"); }
TEST_CASE("no note takes a finding away or breaks the engine", "[fuzz]") { run_target("note"); }
TEST_CASE("no words in place of an order break its reading", "[fuzz]") { run_target("order"); }
TEST_CASE("no bytes in place of a policy of plans break its decoder", "[fuzz]") { run_target("plan_policy"); }
TEST_CASE("no bytes in place of a population break its decoder", "[fuzz]") { run_target("population"); }
TEST_CASE("no case loses a medicine in its review", "[fuzz]") { run_target("review"); }
TEST_CASE("no bytes in place of a table of the knowledge base break its reader", "[fuzz]") { run_target("seed_table"); }
TEST_CASE("no bytes in place of settings break their decoder", "[fuzz]") { run_target("settings"); }
TEST_CASE("no bytes in place of a token or keys break their decoders", "[fuzz]") { run_target("sign_in"); }
TEST_CASE("no bytes in place of a suite break its decoder", "[fuzz]") { run_target("suite"); }
TEST_CASE("no bytes in place of a thesaurus of the ANSM break its reader", "[fuzz]") { run_target("ansm"); }
TEST_CASE("no bytes in place of a list of pairs break its reader", "[fuzz]") { run_target("pair_list"); }
TEST_CASE("no bytes in place of the files of RxNorm break their reader", "[fuzz]") { run_target("rxnorm"); }
