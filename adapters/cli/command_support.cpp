#include "adapters/cli/command_support.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "adapters/fhir/case_document.hpp"
#include "adapters/knowledge_pack/knowledge_pack.hpp"
#include "audit/sign_offs.hpp"
#include "runtime/clock.hpp"

namespace guardian::adapters::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* knowledge_name = "guardian.kb";
constexpr const char* suites_name = "suites";

fs::path executable_folder() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : executable.parent_path();
}

// What comes with the program: beside it, else where it is installed.
fs::path shipped(const char* name) {
  const fs::path folder = executable_folder();
  std::error_code error;
  const fs::path beside = folder / name;
  return fs::exists(beside, error) ? beside : folder.parent_path() / "share" / "guardian" / name;
}

// Whose signature counts; none when nobody's is asked for.
core::Result<std::vector<audit::ledger::PublicKey>> trusted_keys(const KnowledgeOptions& options) {
  if (!options.keys.empty()) return read_public_keys(options.keys);
  if (const char* named = std::getenv("GUARDIAN_KB_KEYS"); named != nullptr && *named != '\0')
    return read_public_keys(named);
  return std::vector<audit::ledger::PublicKey>();
}

// Whose sign-offs count; nothing where that is not said.
core::Result<std::optional<std::vector<audit::ledger::PublicKey>>> sign_off_keys(const fs::path& file) {
  using Keys = std::optional<std::vector<audit::ledger::PublicKey>>;
  fs::path named = file;
  if (const char* set = std::getenv("GUARDIAN_SIGN_OFF_KEYS"); named.empty() && set != nullptr) named = set;
  if (named.empty()) return Keys();
  auto keys = read_public_keys(named);
  if (!keys) return core::fail(keys.error());
  return Keys(std::move(*keys));
}

}  // namespace

fs::path knowledge_file(const KnowledgeOptions& options) {
  if (!options.file.empty()) return options.file;
  if (const char* named = std::getenv("GUARDIAN_KB"); named != nullptr && *named != '\0') return named;
  return shipped(knowledge_name);
}

fs::path suites_folder() { return shipped(suites_name); }

core::Result<fs::path> checked_knowledge_file(const KnowledgeOptions& options) {
  const auto keys = trusted_keys(options);
  if (!keys) return core::fail(keys.error());
  fs::path file = knowledge_file(options);
  if (!keys->empty()) {
    if (const auto checked = check_pack(file, *keys); !checked) return core::fail(checked.error());
  }
  return file;
}

core::Result<std::shared_ptr<const knowledge::KnowledgeBase>> open_trusted(const KnowledgeOptions& options) {
  const auto keys = trusted_keys(options);
  if (!keys) return core::fail(keys.error());
  const fs::path file = knowledge_file(options);
  auto base = keys->empty() ? knowledge::KnowledgeBase::open(file) : open_pack(file, *keys);
  if (!base) return base;
  const auto& lowerings = (*base)->tables().lowerings;
  const bool is_signed = std::any_of(lowerings.begin(), lowerings.end(),
                                     [](const knowledge::LoweringRow& row) { return !row.keys.empty(); });
  if (!is_signed) return base;
  const auto seed = (*base)->seed();
  if (!seed) return core::fail(seed.error());
  if (auto checked = check_sign_offs(*seed, file); !checked) return core::fail(checked.error());
  return base;
}

core::Result<bool> check_sign_offs(const knowledge::Seed& seed, const fs::path& file, const fs::path& keys_file) {
  if (seed.table("sign_offs").rows().empty()) return true;
  const auto keys = sign_off_keys(keys_file);
  if (!keys) return core::fail(keys.error());
  const auto unusable = [&](const std::string& why) {
    return core::fail(core::ErrorCode::knowledge_unavailable, file.string() + ": " + why);
  };
  if (!*keys) return unusable("a hospital lowered what needs sign-offs: GUARDIAN_SIGN_OFF_KEYS must name whose count");
  if (const auto wrong = audit::wrong_sign_offs(seed, &**keys); !wrong.empty()) return unusable(wrong.front());
  return true;
}

std::shared_ptr<const knowledge::KnowledgeBase> open_knowledge(const KnowledgeOptions& options,
                                                               const Streams& streams) {
  auto base = open_trusted(options);
  if (!base) {
    report(base.error(), streams);
    return nullptr;
  }
  return std::move(*base);
}

int report(const core::Error& error, const Streams& streams) {
  streams.err << "guardian: " << error.message << '\n';
  return core::exit_status(error.code);
}

std::optional<core::Case> read_case(const std::string& file, const Streams& streams, CaseDecoding* problems,
                                    std::string* bytes, std::vector<fhir::ChartMedication>* medications) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(streams.in), std::istreambuf_iterator<char>());
  } else {
    std::error_code error;
    std::ifstream stream(file, std::ios::binary);
    if (!stream || fs::is_directory(file, error)) {
      streams.err << "guardian: " << file << ": cannot be read\n";
      if (problems != nullptr) problems->problems = {{"", "the file cannot be read"}};
      return std::nullopt;
    }
    text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  fhir::CaseDocument document = fhir::decode_document(text, runtime::utc_now());
  CaseDecoding& decoding = document.decoding;
  if (!decoding.value) {
    const std::string shown = file == "-" ? "standard input" : file;
    for (const InputProblem& problem : decoding.problems) {
      streams.err << "guardian: " << shown << ": " << (problem.path.empty() ? "" : problem.path + ": ")
                  << problem.message << '\n';
    }
    if (problems != nullptr) *problems = std::move(decoding);
    return std::nullopt;
  }
  set_time(*decoding.value);
  if (bytes != nullptr) *bytes = std::move(text);
  if (medications != nullptr) *medications = std::move(document.medications);
  return std::move(decoding.value);
}

void set_time(core::Case& subject) {
  if (subject.as_of.empty()) subject.as_of = runtime::utc_now();
}

bool fails(const core::Review& review, FailOn fail_on) {
  const auto at_least = [&](core::Severity severity) {
    return std::any_of(review.findings.begin(), review.findings.end(),
                       [&](const core::Finding& finding) { return finding.severity >= severity; });
  };
  switch (fail_on) {
    case FailOn::never: return false;
    case FailOn::critical: return at_least(core::Severity::critical);
    case FailOn::major: return at_least(core::Severity::major);
    case FailOn::moderate: return at_least(core::Severity::moderate);
    case FailOn::incomplete: return !review.complete;
  }
  return false;
}

core::Case case_of_names(const std::vector<std::string>& names) {
  core::Case subject;
  subject.medicines_only = true;
  subject.id = "screen";
  for (std::size_t i = 0; i < names.size(); ++i) {
    core::MedicationEntry entry;
    entry.element = "/medications/" + std::to_string(i);
    entry.text = names[i];
    subject.medications.push_back(std::move(entry));
  }
  set_time(subject);
  return subject;
}

}  // namespace guardian::adapters::cli
