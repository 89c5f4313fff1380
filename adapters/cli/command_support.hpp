#pragma once
// What several commands share: opening the knowledge base, reading a case, deciding on --fail-on.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/cli/commands.hpp"
#include "adapters/fhir/chart.hpp"
#include "adapters/json/case_codec.hpp"
#include "core/case.hpp"
#include "core/result.hpp"
#include "core/review.hpp"
#include "knowledge/knowledge_base.hpp"

namespace guardian::adapters::cli {

// The file that `options` mean. Looks beside the executable and in the install prefix when none is named.
[[nodiscard]] std::filesystem::path knowledge_file(const KnowledgeOptions& options);

// The folder of the regression suites that ship, beside the executable or in the install prefix.
[[nodiscard]] std::filesystem::path suites_folder();

// The same file, after its signature was checked where keys are given; for those who read the file themselves.
[[nodiscard]] core::Result<std::filesystem::path> checked_knowledge_file(const KnowledgeOptions& options);

// Whether what a hospital lowered was signed off by those whose sign-offs count: the public keys of `keys`, or where it
// is empty of the file that GUARDIAN_SIGN_OFF_KEYS names. `knowledge_unavailable` when it was not, or nobody's count.
[[nodiscard]] core::Result<bool> check_sign_offs(const knowledge::Seed& seed, const std::filesystem::path& file,
                                                 const std::filesystem::path& keys = {});

// Opens it; where keys are given only what one of them signed (docs/knowledge-packs.md).
[[nodiscard]] core::Result<std::shared_ptr<const knowledge::KnowledgeBase>> open_trusted(
    const KnowledgeOptions& options);

// Opens it; on failure says why on `err` and gives nothing (exit_cannot).
[[nodiscard]] std::shared_ptr<const knowledge::KnowledgeBase> open_knowledge(const KnowledgeOptions& options,
                                                                             const Streams& streams);

// Prints "guardian: message" and gives the exit status of the error.
int report(const core::Error& error, const Streams& streams);

// Reads and decodes a case file ("-": standard input); problems go to `err` as "FILE: /path: message", and into
// `problems` where that is given. `bytes` gets the text of the case as it came, `medications` the resources of a FHIR
// Bundle that its medicines were read from.
[[nodiscard]] std::optional<core::Case> read_case(const std::string& file, const Streams& streams,
                                                  CaseDecoding* problems = nullptr, std::string* bytes = nullptr,
                                                  std::vector<fhir::ChartMedication>* medications = nullptr);

// A case without a time of review is reviewed now.
void set_time(core::Case& subject);

[[nodiscard]] bool fails(const core::Review& review, FailOn fail_on);

// A case that is only a list of names.
[[nodiscard]] core::Case case_of_names(const std::vector<std::string>& names);

}  // namespace guardian::adapters::cli
