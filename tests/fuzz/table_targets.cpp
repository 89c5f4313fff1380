// Files that people of the hospital write: suites, policies, settings, tables of the knowledge base, populations, keys.

#include "adapters/json/json_text.hpp"
#include "adapters/json/json_value.hpp"
#include "adapters/json/population_reader.hpp"
#include "adapters/json/record_codec.hpp"
#include "adapters/service/service_settings.hpp"
#include "adapters/sign_in/base64url.hpp"
#include "adapters/sign_in/token_text.hpp"
#include "adapters/sign_in/verification_key.hpp"
#include "adapters/suite/suite_reader.hpp"
#include "knowledge/linter.hpp"
#include "knowledge/plan_policy.hpp"
#include "knowledge/seed.hpp"
#include "tests/fuzz/shipped.hpp"
#include "tests/fuzz/targets.hpp"

namespace guardian::fuzz {

void take_suite(std::string_view bytes) {
  for (const char* name : {"suite.tsv", "suite.json"}) {
    const auto reading = adapters::suite::read_suite(bytes, name);
    demand(reading.value.has_value() == reading.problems.empty(), "a suite is read, or something is wrong with it");
  }
}

void take_plan_policy(std::string_view bytes) {
  const auto policy = knowledge::parse_plan_policy(bytes, "policy.tsv");
  if (!policy) {
    demand(policy.error().code == core::ErrorCode::invalid_input, "a policy that cannot be read is wrong input");
    return;
  }
  demand(policy->stop_with_indication >= 0.0 && policy->switch_across >= 0.0, "no change has a negative cost");
}

void take_settings(std::string_view bytes) {
  adapters::service::ServiceSettings settings;
  std::vector<adapters::InputProblem> problems;
  const bool read = adapters::service::read_settings(bytes, scratch_folder(), settings, problems);
  demand(read == problems.empty(), "settings are read, or something is wrong with them");
}

// The first line names the table.
void take_seed_table(std::string_view bytes) {
  static const std::filesystem::path folder = [] {
    std::filesystem::path made = scratch_folder() / "seed";
    std::filesystem::create_directory(made);
    return made;
  }();
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return;
  const knowledge::TableShape* shape = nullptr;
  for (const knowledge::TableShape& known : knowledge::table_shapes()) {
    if (known.name == bytes.substr(0, end)) shape = &known;
  }
  if (shape == nullptr) return;
  const std::filesystem::path file = folder / (std::string(shape->name) + ".tsv");
  write_bytes(file, bytes.substr(end + 1));
  auto seed = knowledge::read_seed(folder);
  std::filesystem::remove(file);
  if (!seed) return;
  static_cast<void>(knowledge::lint(*seed));
  seed->sort();
  static_cast<void>(knowledge::content_digest(*seed));
}

void take_population(std::string_view bytes) {
  if (adapters::looks_like_records(bytes)) {
    static_cast<void>(adapters::read_records(bytes));
    return;
  }
  const auto document = adapters::parse_json(bytes);
  if (!document.value || document.value->object() == nullptr) return;
  const auto population = adapters::read_population(*document.value->object());
  if (population) {
    demand(population->truth.size() == population->predicted.size(), "each case has a truth and a prediction");
  }
}

void take_sign_in(std::string_view bytes) {
  static_cast<void>(adapters::sign_in::read_token(bytes));
  const auto keys = adapters::sign_in::read_key_set(bytes, "keys");
  if (!keys) return;
  demand(!keys->keys.empty(), "a key set that was read has a key");
  for (const auto& key : keys->keys) {
    for (const auto algorithm : {adapters::sign_in::Algorithm::es256, adapters::sign_in::Algorithm::rs256,
                                 adapters::sign_in::Algorithm::eddsa}) {
      demand(!key.verify(algorithm, "words", "no signature"), "what is no signature holds for no key");
    }
  }
}

}  // namespace guardian::fuzz
